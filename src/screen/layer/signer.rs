//! Who signs: somebody from the list of people, found by a part of the name, and a PIN.
//!
//! ```text
//! Ai? Gõ một phần tên: th_
//! ▶ Trần Thị Thử     đội trưởng
//!   Lê Văn Thư       tình nguyện viên
//! Mã PIN của Trần Thị Thử: ••••
//! ```
//!
//! A badge that is scanned stands in for both; where a name was chosen, it must be that person's.
//!
//! Invariants: the PIN is forgotten as soon as it was sent; the list is what the vault and the ledger say, nobody is guessed.

use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::super::veiled::Veiled;
use crate::unit::{fold, holds_words};
use crate::word::{Sentence, say};
use crate::workbench::{Input, Key, PersonView, Signature, Signer, badge_code, role_sentence};
use ratatui::layout::Rect;

/// The most people that are shown at once.
const SHOWN: usize = 7;
/// Columns of a name.
const NAME: u16 = 32;

/// Somebody being found, and their PIN being typed.
pub(super) struct SignerForm {
    /// Who may sign.
    may: fn(&PersonView) -> bool,
    people: Option<Vec<PersonView>>,
    typed: Field,
    at: usize,
    chosen: Option<PersonView>,
    pin: Veiled,
}

impl SignerForm {
    /// Nobody yet, of those whom `may` admits.
    pub(super) fn new(may: fn(&PersonView) -> bool) -> Self {
        let (typed, pin) = (Field::default(), Veiled::default());
        Self { may, people: None, typed, at: 0, chosen: None, pin }
    }

    /// Takes the list of people in.
    pub(super) fn hear(&mut self, people: &[PersonView]) {
        let may = self.may;
        let mut people: Vec<_> = people.iter().filter(|view| !view.left && may(view)).cloned().collect();
        people.sort_by_cached_key(|view| fold(view.called()));
        self.people = Some(people);
        self.at = 0;
    }

    /// Whether the name is still being found.
    pub(super) const fn is_choosing(&self) -> bool {
        self.chosen.is_none()
    }

    /// Whether there is somebody to be chosen.
    pub(super) fn can_choose(&self) -> bool {
        self.is_choosing() && !self.found().is_empty()
    }

    /// Whether a PIN was typed.
    pub(super) fn can_sign(&self) -> bool {
        self.chosen.is_some() && !self.pin.is_empty()
    }

    /// Takes the one pointed at.
    pub(super) fn choose(&mut self) {
        self.chosen = self.found().get(self.at).map(|view| (*view).clone());
    }

    /// Another one is to be chosen; whether one was.
    pub(super) fn back(&mut self) -> bool {
        self.pin.clear();
        self.chosen.take().is_some()
    }

    /// Who signs, with the PIN, which is forgotten here.
    pub(super) fn sign(&mut self) -> Option<Signer> {
        let pin = self.pin.secret();
        self.pin.clear();
        Some(Signer { person: self.chosen.as_ref()?.person.clone(), pin })
    }

    /// Who signs by the badge that was scanned, if it is one.
    pub(super) fn badge(&self, text: &str) -> Option<Signature> {
        let code = badge_code(text)?;
        Some(match &self.chosen {
            Some(view) => Signature::Pin(Signer { person: view.person.clone(), pin: code }),
            None => Signature::Badge(code),
        })
    }

    /// Takes a key or a text in. Whether a text came that ended in Enter, so that it is to be taken at its word.
    pub(super) fn input(&mut self, input: Input<'_>) -> bool {
        match (input, self.is_choosing()) {
            (Input::Key(Key::Down), true) => self.at = (self.at + 1).min(self.found().len().saturating_sub(1)),
            (Input::Key(Key::Up), true) => self.at = self.at.saturating_sub(1),
            (Input::Key(key), true) => {
                if self.typed.press(key) {
                    self.at = 0;
                }
            }
            (Input::Key(key), false) => _ = self.pin.press(key),
            (Input::Paste(text) | Input::Scan(text), true) => {
                self.typed.paste(text);
                self.at = 0;
            }
            (Input::Paste(text) | Input::Scan(text), false) => self.pin.paste(text),
            (Input::Answer(_), _) => {}
        }
        matches!(input, Input::Scan(_))
    }

    /// Those whose names hold every word that was typed, whatever its marks and case.
    fn found(&self) -> Vec<&PersonView> {
        let typed = self.typed.text();
        self.people.iter().flatten().filter(|view| holds_words(view.called(), &typed)).collect()
    }

    /// Draws it; how many lines it took.
    pub(super) fn draw(&self, area: Rect, ask: &Sentence, pen: &mut Pen<'_>) -> u16 {
        if let Some(chosen) = &self.chosen {
            let used = pen.line(area, &say!("ask-pin", name = chosen.called()), tint::NEXT);
            let room = right_of(area, used + 1);
            self.pin.draw(Rect { width: room.width.min(34), ..room }, true, pen);
            return 1;
        }
        let used = pen.line(area, ask, tint::NEXT);
        let room = right_of(area, used + 1);
        self.typed.draw(Rect { width: room.width.min(34), ..room }, true, pen);
        let found = self.found();
        let Some(_people) = &self.people else { return 1 + line(below(area, 1), &say!("people-reading"), pen) };
        if found.is_empty() {
            return 1 + line(below(area, 1), &say!("people-none"), pen);
        }
        let first = (self.at + 1).saturating_sub(SHOWN);
        let mut used = 1;
        for (number, view) in found.iter().enumerate().skip(first).take(SHOWN) {
            person(view, number == self.at, below(area, used), pen);
            used += 1;
        }
        used
    }
}

fn line(area: Rect, what: &Sentence, pen: &mut Pen<'_>) -> u16 {
    pen.line(area, what, tint::DIM);
    1
}

/// One person: the name, what they may do, and whether they can sign.
pub(super) fn person(view: &PersonView, is_here: bool, area: Rect, pen: &mut Pen<'_>) {
    let area = Rect { height: area.height.min(1), ..area };
    let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
    let style = if is_here { tint::HERE } else { tint::PLAIN };
    let width = NAME.min(area.width);
    pen.pieces(Rect { width, ..area }, &[(mark, style), (" ", style), (view.called(), style)]);
    let roles = roles(view, pen);
    let pin = match view.has_pin {
        Some(false) => format!(" · {}", pen.say(&say!("person-no-pin"))),
        Some(true) | None => String::new(),
    };
    pen.text(right_of(area, NAME), &format!("{roles}{pin}"), tint::DIM);
}

/// What a person may do, in words.
pub(super) fn roles(view: &PersonView, pen: &Pen<'_>) -> String {
    if view.left {
        return pen.say(&say!("person-left"));
    }
    if view.roles.is_empty() {
        return pen.say(&say!("role-guest"));
    }
    view.roles.iter().map(|role| pen.say(&role_sentence(*role))).collect::<Vec<_>>().join(", ")
}
