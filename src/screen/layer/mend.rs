//! Grades, repairs, parts and locks of a device: what to do, its questions one after the other, what came of it.
//!
//! ```text
//! ┌ 7K3XQ-92M4T-Z: sửa chữa, linh kiện ────────────┐
//! │ ▶ Chấm hạng A–D                                  │
//! │   Ghi sửa chữa                                   │
//! │   Tháo một linh kiện                             │
//! └──────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: nothing is recorded before the last question is answered; a password is on the screen only until the next key.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::guide::{Form, Guide, Step};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::mend_form::{MendForm, Wish, wishes};
use super::{Asked, Subject, boxed, outcome, report};
use crate::port::{Failure, Trouble};
use crate::unit::{PartId, Secret};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, MendView, PrintOrder, Report, World, hints, lock_sentence,
    part_code, press,
};
use ratatui::layout::Rect;

pub(super) struct Mend {
    subject: Subject,
    /// What can be chosen; none while it is asked for.
    view: Option<MendView>,
    at: usize,
    /// The questions of what was chosen.
    guide: Option<Guide<MendForm>>,
    /// A password that is shown.
    password: Option<(crate::event::lock::LockKind, Secret)>,
    /// A part that was taken out, and what was said of it.
    taken: Option<(PartId, Report)>,
    /// Whether a label is what was asked for last.
    prints: bool,
    asked: Asked,
}

static KEYS: &[Binding<Mend>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.is_menu() && layer.wishes().len() > layer.at,
        what: |layer, _| layer.choose(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.guide.is_some() && !layer.asked.is_waiting(),
        what: |layer, _| layer.next(),
    },
    Binding {
        key: Key::Char('p'),
        words: || say!("key-print-label"),
        when: |layer, _| layer.part().is_some() && !layer.asked.is_waiting(),
        what: |layer, _| layer.print(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.is_menu() && layer.at + 1 < layer.wishes().len(),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.is_menu() && layer.at > 0,
        what: |layer, _| {
            layer.at -= 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.guide.is_some() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            if layer.guide.as_mut().is_none_or(|guide| guide.back() == Step::Out) {
                layer.guide = None;
            }
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Mend {
    pub(super) const fn new(subject: Subject) -> Self {
        Self {
            subject,
            view: None,
            at: 0,
            guide: None,
            password: None,
            taken: None,
            prints: false,
            asked: Asked::NotYet,
        }
    }

    const fn is_menu(&self) -> bool {
        self.guide.is_none() && self.password.is_none() && self.taken.is_none() && !self.asked.is_waiting()
    }

    fn wishes(&self) -> Vec<(Wish, crate::word::Sentence)> {
        self.view.as_ref().map(wishes).unwrap_or_default()
    }

    fn choose(&mut self) -> Vec<Effect> {
        let (Some((wish, _)), Some(view)) = (self.wishes().get(self.at).cloned(), self.view.clone()) else {
            return Vec::new();
        };
        self.asked = Asked::NotYet;
        let form = MendForm::new(wish, view);
        if form.len() == 0 {
            return self.ask(&form);
        }
        self.guide = Some(Guide::new(form));
        Vec::new()
    }

    fn next(&mut self) -> Vec<Effect> {
        let Some(mut guide) = self.guide.take() else { return Vec::new() };
        guide.next();
        let effects = if guide.is_done() { self.ask(&guide.form) } else { Vec::new() };
        self.guide = Some(guide);
        effects
    }

    fn ask(&mut self, form: &MendForm) -> Vec<Effect> {
        let Some(order) = form.order() else { return vec![Effect::Close] };
        self.asked = Asked::Waiting;
        vec![Effect::Mend { device: self.subject.device.clone(), order: Box::new(order) }]
    }

    /// The part whose label can be printed: the one that was taken out just now, or the one that is chosen on the shelf.
    fn part(&self) -> Option<&PartId> {
        let chosen = || self.guide.as_ref().and_then(|guide| guide.form.part());
        self.taken.as_ref().map(|(part, _)| part).or_else(chosen)
    }

    fn print(&mut self) -> Vec<Effect> {
        let Some(part) = self.part().cloned() else { return Vec::new() };
        (self.asked, self.prints) = (Asked::Waiting, true);
        vec![Effect::Print(PrintOrder::Part(part))]
    }

    /// A part's label was scanned: that part is to be put in, once Enter says so.
    fn scanned(&mut self, part: &PartId) {
        if !self.is_menu() && !self.guide.as_ref().is_some_and(|guide| guide.form.is_fit()) {
            return;
        }
        let Some(view) = self.view.clone() else { return };
        let mut form = MendForm::new(Wish::Fit, view);
        if form.choose_part(part) {
            (self.guide, self.asked) = (Some(Guide::new(form)), Asked::NotYet);
        } else {
            let gone = Failure::new(Trouble::No, say!("mend-part-elsewhere", part = part.as_str()));
            let gone = Report::from(&gone.hint(say!("mend-part-elsewhere-hint", part = part.as_str())));
            match &mut self.guide {
                Some(guide) => guide.refuse(0, gone),
                None => self.asked = Asked::Refused(gone),
            }
        }
    }

    fn draw_menu(&self, area: Rect, pen: &mut Pen<'_>) {
        let wishes = self.wishes();
        let mut used = 0;
        for (number, (_, words)) in wishes.iter().enumerate() {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let words = pen.say(words);
            let line = Rect { height: area.height.min(1), ..below(area, used) };
            pen.pieces(line, &[(mark, style), (" ", style), (&words, style)]);
            used += 1;
        }
        let rest = below(area, used + 1);
        match (&self.asked, self.view.is_some()) {
            (Asked::Refused(refusal), _) => _ = report(refusal, rest, pen),
            (Asked::NotYet | Asked::Waiting, true) => {
                let note = pen.say(&say!("mend-menu-note"));
                pen.wrapped(rest, &note, tint::DIM);
            }
            (Asked::NotYet | Asked::Waiting, false) => _ = pen.line(rest, &say!("mend-reading"), tint::PLAIN),
        }
    }
}

impl Screen for Mend {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        if self.password.is_some() {
            // Whatever comes, it is not left on the screen.
            self.password = None;
            return vec![Effect::Close];
        }
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some(guide) = &mut self.guide {
                    guide.input(input);
                }
                Vec::new()
            }),
            Input::Paste(text) | Input::Scan(text) if part_code(text).is_some() && !self.is_typing() => {
                if let Some(part) = part_code(text) {
                    self.scanned(&part);
                }
                Vec::new()
            }
            Input::Paste(_) | Input::Scan(_) => {
                if let Some(guide) = &mut self.guide {
                    guide.input(input);
                }
                Vec::new()
            }
            Input::Answer(Answer::Mend(view)) => {
                self.view = Some(view.as_ref().clone());
                Vec::new()
            }
            Input::Answer(Answer::Password(lock, password)) => {
                (self.asked, self.password) = (Asked::NotYet, Some((*lock, password.clone())));
                Vec::new()
            }
            Input::Answer(Answer::Taken(part, report)) => {
                (self.guide, self.asked, self.taken) = (None, Asked::NotYet, Some((part.clone(), report.clone())));
                Vec::new()
            }
            // The list of parts stays; after one was taken out there is nothing more to do here.
            Input::Answer(Answer::Done(_)) if self.prints => {
                (self.prints, self.asked) = (false, Asked::NotYet);
                if self.taken.is_some() { vec![Effect::Close] } else { Vec::new() }
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.prints = false;
                self.asked = Asked::Refused(refusal.clone());
                if let Some(guide) = &mut self.guide {
                    guide.refuse(0, refusal.clone());
                }
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => {
                self.asked = Asked::NotYet;
                vec![Effect::Close, Effect::Open(Layer::Unlock)]
            }
            // One line stands below the bench anyway.
            Input::Answer(Answer::Done(done)) if done.lines.len() > 1 => {
                vec![Effect::Close, Effect::Open(Layer::Message(done.clone()))]
            }
            Input::Answer(_) => vec![Effect::Close],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("mend-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, 18, &title, tint::PLAIN, pen);
        if let Some((lock, password)) = &self.password {
            let line = say!("lock-password", lock = lock_sentence(*lock), password = password.expose());
            pen.line(inner, &line, tint::WARN);
            pen.line(below(inner, 2), &say!("mend-password-shown"), tint::DIM);
        } else if let Some((_, told)) = &self.taken {
            let used = report(told, inner, pen) + 1;
            outcome(&self.asked, &say!("print-sending"), &say!("mend-taken-note"), below(inner, used), pen);
        } else if let Some(guide) = &self.guide {
            let used = guide.draw(inner, pen);
            if self.asked.is_waiting() {
                pen.line(below(inner, used), &say!("recording"), tint::NEXT);
            }
        } else {
            self.draw_menu(inner, pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::LookMend(self.subject.device.clone())]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let ends = matches!(
            answer,
            Answer::Refused(_) | Answer::Done(_) | Answer::VaultLocked | Answer::Password(..) | Answer::Taken(..)
        );
        matches!(answer, Answer::Mend(_))
            || (ends && self.asked.is_waiting())
            || (self.view.is_none() && matches!(answer, Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_typing)
    }

    fn is_writing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_writing)
    }
}
