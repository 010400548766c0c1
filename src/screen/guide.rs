//! Questions asked one after the other, back and forth, each with what it means.
//!
//! ```text
//! 3/9  Mã PIN của đội trưởng
//! Dùng để đăng nhập và để cho qua quy tắc. Nên từ 6 chữ số.
//!
//! ••••••
//!
//! ✗ Mã PIN này quá dễ đoán …
//! ```
//!
//! Invariants: no answer is passed by that its own question refuses; going back loses nothing.

use super::entry::Entry;
use super::glyphs::Mark;
use super::layer::report;
use super::pen::{Pen, below};
use super::tint;
use crate::port::Failure;
use crate::word::{Sentence, say};
use crate::workbench::{Input, Key, Report};
use ratatui::layout::Rect;

/// Lines that are kept for what is wrong with an answer.
const TROUBLE: u16 = 5;

/// A form: which questions there are now, and the answers given.
pub(super) trait Form {
    /// How many questions there are, as answered so far.
    fn len(&self) -> usize;
    /// What is asked, and what that means.
    fn question(&self, at: usize) -> (Sentence, Sentence);
    /// The answer.
    fn entry(&self, at: usize) -> &Entry;
    /// The answer, to be changed.
    fn entry_mut(&mut self, at: usize) -> &mut Entry;
    /// Whether the answer is written in Vietnamese, as a name is and a code is not.
    fn is_writing(&self, at: usize) -> bool;
    /// Why the answer cannot stand.
    fn check(&self, at: usize) -> Result<(), Failure>;
}

/// A form being filled in.
pub(super) struct Guide<F> {
    pub(super) form: F,
    at: usize,
    trouble: Option<Report>,
}

/// What a key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It stays, or moved.
    Here,
    /// It would go back before the first question.
    Out,
}

impl<F: Form> Guide<F> {
    pub(super) const fn new(form: F) -> Self {
        Self { form, at: 0, trouble: None }
    }

    /// The question that is asked now.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Whether every question is answered.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.form.len()
    }

    pub(super) fn is_typing(&self) -> bool {
        !self.is_done() && self.form.entry(self.at).is_typing()
    }

    /// Whether a text in Vietnamese is typed.
    pub(super) fn is_writing(&self) -> bool {
        !self.is_done() && self.form.is_writing(self.at)
    }

    /// Whether the answer that is asked for now is the last.
    pub(super) fn is_last(&self) -> bool {
        self.at + 1 == self.form.len()
    }

    /// Whether the one that is asked now is one of a few.
    pub(super) fn is_choice(&self) -> bool {
        !self.is_done() && !self.form.entry(self.at).is_typing()
    }

    /// Says what was refused beside the question it is about.
    pub(super) fn refuse(&mut self, at: usize, refusal: Report) {
        (self.at, self.trouble) = (at, Some(refusal));
    }

    /// Goes on, where the answer can stand.
    pub(super) fn next(&mut self) {
        if self.is_done() {
            return;
        }
        match self.form.check(self.at) {
            Ok(()) => (self.at, self.trouble) = (self.at + 1, None),
            Err(failure) => self.trouble = Some((&failure).into()),
        }
    }

    /// Goes back by one question.
    pub(super) const fn back(&mut self) -> Step {
        if self.at == 0 {
            return Step::Out;
        }
        self.at -= 1;
        Step::Here
    }

    /// Takes a key or a text in. A text that ends in Enter (a scanner, a fast hand) is an answer; the last one stands until a
    /// key says that the form is whole.
    pub(super) fn input(&mut self, input: Input<'_>) {
        if self.is_done() {
            return;
        }
        match input {
            Input::Key(Key::Char(' ')) if self.is_choice() => self.turn(),
            Input::Key(key) => _ = self.form.entry_mut(self.at).press(key),
            Input::Paste(text) => self.form.entry_mut(self.at).paste(text),
            Input::Scan(text) => {
                self.form.entry_mut(self.at).paste(text);
                if !self.is_last() {
                    self.next();
                }
            }
            Input::Answer(_) => {}
        }
    }

    /// The next of a few, the first behind the last.
    fn turn(&mut self) {
        let entry = self.form.entry_mut(self.at);
        if !entry.press(Key::Down) {
            while entry.press(Key::Up) {}
        }
    }

    /// Draws the question that is asked now; how many lines it took.
    pub(super) fn draw(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        if self.is_done() {
            return 0;
        }
        let (title, meaning) = self.form.question(self.at);
        let number = say!("guide-number", number = self.at as u64 + 1, of = self.form.len() as u64);
        let (number, title) = (pen.say(&number), pen.say(&title));
        let mark = pen.glyphs().mark(Mark::Next);
        let pieces = [(mark, tint::NEXT), (" ", tint::NEXT), (title.as_str(), tint::NEXT), ("  ", tint::DIM)];
        let used = pen.pieces(area, &pieces);
        pen.text(super::pen::right_of(area, used), &number, tint::DIM);
        let mut used = 1;
        let meaning = pen.say(&meaning);
        used += pen.wrapped(below(area, used), &meaning, tint::PLAIN) + 1;
        let rest = below(area, used);
        // What is wrong stays in sight below a long list.
        let kept = if self.trouble.is_some() { TROUBLE } else { 0 };
        let room = Rect { height: rest.height.saturating_sub(kept).max(1), ..rest };
        used += self.form.entry(self.at).draw(room, true, pen) + 1;
        if let Some(trouble) = &self.trouble {
            used += report(trouble, below(area, used), pen);
        }
        used
    }
}
