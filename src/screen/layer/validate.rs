//! A second person goes through what the ledger says of a wipe and stands by it, with name and PIN, or by badge.
//!
//! ```text
//! ┌ Xác nhận lần xóa của 7K3XQ-92M4T-Z ──────────────┐
//! │ ▶ MODEL · WD-WX81A · 500 GB                       │
//! │   Mức Clear · người xóa: Trần Thị Thử (mã PIN)    │
//! │   Bằng chứng: overwrite-zero, ghi …, đọc lại …    │
//! │ Người thứ hai? Gõ một phần tên: l_                │
//! └──────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: the evidence stands on the screen before and while a name and a PIN are asked for.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::signer::SignerForm;
use super::{Asked, Subject, boxed, report};
use crate::event::disk::Decision;
use crate::event::people::Role;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, Ruling, Signature, WipeSeen, World, hints,
    look_again, press,
};
use ratatui::layout::Rect;

pub(super) struct Validate {
    subject: Subject,
    wipes: Option<Vec<WipeSeen>>,
    at: usize,
    /// Whether the evidence was gone through, so that somebody decides.
    is_seen: bool,
    decision: Decision,
    reason: Field,
    /// Whether the reason stands, or none is needed, so that somebody signs.
    is_reasoned: bool,
    signer: SignerForm,
    asked: Asked,
}

static KEYS: &[Binding<Validate>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-evidence-seen"),
        when: |layer, _| !layer.is_seen && layer.here().is_some_and(|wipe| !wipe.validated),
        what: |layer, _| {
            layer.decide(Decision::Accept);
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-repeat-wipe"),
        when: |layer, _| layer.can_doubt(),
        what: |layer, _| {
            layer.decide(Decision::Repeat);
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('h'),
        words: || say!("key-escalate"),
        when: |layer, _| layer.can_doubt(),
        what: |layer, _| {
            layer.decide(Decision::Escalate);
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.is_seen && !layer.is_reasoned && !layer.reason.text().trim().is_empty(),
        what: |layer, _| {
            layer.is_reasoned = true;
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.is_reasoned && layer.signer.can_choose(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.signer.choose();
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-validate"),
        when: |layer, _| layer.is_reasoned && layer.signer.can_sign() && !layer.asked.is_waiting(),
        what: |layer, _| layer.signer.sign().map(Signature::Pin).map(|by| layer.send(by)).unwrap_or_default(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| !layer.is_seen && layer.at + 1 < layer.wipes.as_ref().map_or(0, Vec::len),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| !layer.is_seen && layer.at > 0,
        what: |layer, _| {
            layer.at -= 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.is_seen,
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.back();
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Validate {
    pub(super) fn new(subject: Subject) -> Self {
        // Whether it is another person than the one who wiped is for the rules.
        let signer = SignerForm::new(|view| view.roles.contains(&Role::Lead) || view.roles.contains(&Role::Volunteer));
        let (decision, reason) = (Decision::Accept, Field::default());
        Self {
            subject,
            wipes: None,
            at: 0,
            is_seen: false,
            decision,
            reason,
            is_reasoned: false,
            signer,
            asked: Asked::NotYet,
        }
    }

    fn can_doubt(&self) -> bool {
        !self.is_seen && self.here().is_some()
    }

    fn decide(&mut self, decision: Decision) {
        (self.is_seen, self.decision, self.is_reasoned) = (true, decision, decision.is_accept());
    }

    /// One step back: the name, the reason, the decision.
    fn back(&mut self) {
        if self.is_reasoned && self.signer.back() {
            return;
        }
        let to_reason = self.is_reasoned && !self.decision.is_accept();
        (self.is_reasoned, self.is_seen) = (false, to_reason);
    }

    fn here(&self) -> Option<&WipeSeen> {
        self.wipes.as_ref()?.get(self.at)
    }

    fn send(&mut self, signature: Signature) -> Vec<Effect> {
        let seen = self.here().filter(|_| !self.asked.is_waiting()).map(|wipe| (wipe.disk.clone(), wipe.ended));
        let Some((disk, ended)) = seen else { return Vec::new() };
        self.asked = Asked::Waiting;
        let ruling = Ruling { decision: self.decision, reason: self.reason.text(), of: Some(ended) };
        vec![Effect::People(PeopleOrder::Validate { device: self.subject.device.clone(), disk, ruling, signature })]
    }

    fn draw_wipes(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let Some(wipes) = &self.wipes else {
            pen.line(area, &say!("bench-reading"), tint::PLAIN);
            return 1;
        };
        if wipes.is_empty() {
            let none = pen.say(&say!("validate-nothing", tag = self.subject.name.as_str()));
            return pen.wrapped(area, &none, tint::WARN);
        }
        let mut used = 0;
        for (number, wipe) in wipes.iter().enumerate() {
            let is_here = number == self.at;
            if !is_here && self.is_seen {
                continue;
            }
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let done = if wipe.validated { pen.say(&say!("wipe-seen-validated")) } else { String::new() };
            let style = if is_here { tint::TITLE } else { tint::PLAIN };
            let line = Rect { height: area.height.min(1), ..below(area, used) };
            pen.pieces(line, &[(mark, style), (" ", style), (&wipe.name, style), (" ", style), (&done, tint::GOOD)]);
            used += 1;
            for evidence in wipe.lines.iter().filter(|_| is_here) {
                let text = pen.say(evidence);
                let indented = below(area, used);
                let indented = Rect { x: indented.x + 2, width: indented.width.saturating_sub(2), ..indented };
                used += pen.wrapped(indented, super::bare(&text), tint::PLAIN);
            }
        }
        used
    }
}

impl Screen for Validate {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.is_reasoned {
                    self.signer.input(input);
                } else if self.is_seen {
                    self.reason.press(key);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) if self.is_seen && !self.is_reasoned => {
                self.reason.paste(text);
                Vec::new()
            }
            Input::Scan(text) | Input::Paste(text) => match self.signer.badge(text) {
                Some(signature) => self.send(signature),
                None if self.is_reasoned && self.signer.input(input) => self.update(Input::Key(Key::Enter), world),
                None => Vec::new(),
            },
            Input::Answer(Answer::Wipes(wipes)) => {
                self.wipes = Some(wipes.clone());
                Vec::new()
            }
            Input::Answer(Answer::People(people)) => {
                self.asked = Asked::NotYet;
                self.signer.hear(people);
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => vec![Effect::Open(Layer::Unlock)],
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => std::iter::once(Effect::Home).chain(look_again(world)).collect(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("validate-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::PLAIN, pen);
        let mut rest = below(inner, self.draw_wipes(inner, pen) + 1);
        if self.is_seen && !self.decision.is_accept() {
            let ask = match self.decision {
                Decision::Repeat => say!("validate-why-repeat"),
                Decision::Accept | Decision::Escalate => say!("validate-why-escalate"),
            };
            let used = pen.line(rest, &ask, tint::NEXT);
            let room = right_of(rest, used + 1);
            self.reason.draw(Rect { height: 1, ..room }, !self.is_reasoned, pen);
            rest = below(rest, 1);
        }
        if self.is_reasoned {
            rest = below(rest, self.signer.draw(rest, &say!("validate-who"), pen) + 1);
        }
        if self.asked.is_waiting() {
            pen.line(rest, &say!("signing-in"), tint::NEXT);
        } else if let Some(refusal) = self.asked.refusal() {
            report(refusal, rest, pen);
        } else if !self.is_seen {
            let note = pen.say(&say!("validate-note"));
            pen.wrapped(rest, &note, tint::DIM);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        let wipes = PeopleOrder::Wipes(self.subject.device.clone());
        vec![Effect::People(wipes), Effect::People(PeopleOrder::List)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Wipes(_) | Answer::People(_) | Answer::VaultLocked)
            || ((self.asked.is_waiting() || self.wipes.is_none()) && matches!(answer, Answer::Refused(_)))
            || (self.asked.is_waiting() && matches!(answer, Answer::Done(_)))
    }

    fn takes_badges(&self) -> bool {
        self.is_reasoned
    }

    fn is_typing(&self) -> bool {
        self.is_seen
    }

    fn is_writing(&self) -> bool {
        self.is_seen && !self.is_reasoned
    }
}
