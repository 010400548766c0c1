//! A lead settles what two places recorded of a device: what each recorded, how, why, and the lead's own name and PIN, or badge.
//!
//! ```text
//! ┌ Hai nơi ghi khác nhau: 7K3XQ-92M4T-Z ─────────────┐
//! │ Thẻ 3 và nơi này đều ghi, không bên nào biết …     │
//! │ Thẻ 3, 23/11 10:02: xếp hạng C – Trần Thị Thử      │
//! │ Trạm này, 23/11 09:40: xếp hạng A – Lê Văn Lan     │
//! │ ▶ giữ cả hai như đã ghi                            │
//! │ Lý do: đã xem lại máy_                             │
//! │ Đội trưởng nào? Gõ một phần tên: tr_               │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing is sent before a way, a reason, a name and a PIN (or a badge) are there; only that one record is the lead's.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::signer::SignerForm;
use super::{Asked, Subject, boxed, outcome, report};
use crate::event::people::Role;
use crate::event::settling::Settlement;
use crate::word::say;
use crate::workbench::{
    Account, Answer, Binding, ConflictSeen, Effect, Hint, Input, Key, Layer, PeopleOrder, Seen, Sight, Signature,
    World, hints, look_again, press, settlement_sentence,
};
use ratatui::layout::Rect;

/// The most records of a side that are shown.
const MOST: usize = 3;

/// What is being answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    How,
    Reason,
    Signer,
}

pub(super) struct Settle {
    subject: Subject,
    seen: Option<Box<ConflictSeen>>,
    /// Whether it was read, and there may be nothing.
    is_read: bool,
    way: usize,
    reason: Field,
    signer: SignerForm,
    at: Place,
    asked: Asked,
}

static KEYS: &[Binding<Settle>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| match layer.at {
            Place::How => !layer.ways().is_empty(),
            Place::Reason => !layer.reason.text().is_empty(),
            Place::Signer => false,
        },
        what: |layer, _| {
            layer.at = if layer.at == Place::How { Place::Reason } else { Place::Signer };
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.at == Place::Signer && layer.signer.can_choose(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.signer.choose();
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-settle"),
        when: |layer, _| layer.signer.can_sign() && !layer.asked.is_waiting(),
        what: |layer, _| layer.signer.sign().map(Signature::Pin).map(|by| layer.send(by)).unwrap_or_default(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.at == Place::How && layer.way + 1 < layer.ways().len(),
        what: |layer, _| {
            layer.way += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.at == Place::How && layer.way > 0,
        what: |layer, _| {
            layer.way -= 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.at != Place::How,
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            if layer.at == Place::Reason || !layer.signer.back() {
                layer.at = if layer.at == Place::Signer { Place::Reason } else { Place::How };
            }
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Settle {
    pub(super) fn new(subject: Subject) -> Self {
        let signer = SignerForm::new(|view| view.roles.contains(&Role::Lead));
        let (reason, at) = (Field::default(), Place::How);
        Self { subject, seen: None, is_read: false, way: 0, reason, signer, at, asked: Asked::NotYet }
    }

    fn conflict(&self) -> Option<&ConflictSeen> {
        self.seen.as_deref()
    }

    fn ways(&self) -> &'static [Settlement] {
        self.conflict().map(ConflictSeen::ways).unwrap_or_default()
    }

    fn send(&mut self, signature: Signature) -> Vec<Effect> {
        let Some(how) = self.ways().get(self.way).copied().filter(|_| !self.asked.is_waiting()) else {
            return Vec::new();
        };
        self.asked = Asked::Waiting;
        let (device, reason) = (self.subject.device.clone(), self.reason.text());
        vec![Effect::People(PeopleOrder::Settle { device, how, reason, signature })]
    }

    fn typed(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        let ended = match (self.at, input) {
            (Place::How, _) | (Place::Reason, Input::Answer(_)) => false,
            (Place::Reason, Input::Key(key)) => {
                self.reason.press(key);
                false
            }
            (Place::Reason, Input::Scan(text) | Input::Paste(text)) => {
                self.reason.paste(text);
                matches!(input, Input::Scan(_))
            }
            (Place::Signer, _) => self.signer.input(input),
        };
        if ended { self.update(Input::Key(Key::Enter), world) } else { Vec::new() }
    }

    /// What it is about and what each side recorded, then the ways; how many lines that took.
    fn draw_conflict(&self, seen: &ConflictSeen, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let what = pen.say(&seen.what());
        let mut used = pen.wrapped(area, &what, tint::WARN);
        if self.at == Place::How {
            for side in [&seen.there, &seen.here] {
                for account in side.iter().take(MOST) {
                    let text = pen.say(&Account::sentence(account));
                    used += pen.wrapped(below(area, used), &text, tint::PLAIN);
                }
                if side.len() > MOST {
                    let more = say!("conflict-more", count = (side.len() - MOST) as u64);
                    used += pen.line(below(area, used), &more, tint::DIM).min(1);
                }
            }
        }
        used += 1;
        for (number, how) in self.ways().iter().enumerate() {
            let is_here = number == self.way;
            if !is_here && self.at != Place::How {
                continue;
            }
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let text = format!("{mark} {}", pen.say(&settlement_sentence(*how)));
            used += pen.wrapped(below(area, used), &text, if is_here { tint::TITLE } else { tint::PLAIN });
        }
        used
    }
}

impl Screen for Settle {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => match press(KEYS, self, key, world) {
                Some(effects) => effects,
                None => self.typed(input, world),
            },
            Input::Scan(text) | Input::Paste(text) => match self.signer.badge(text).filter(|_| self.takes_badges()) {
                Some(signature) => self.send(signature),
                None => self.typed(input, world),
            },
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Conflict(_, seen) = seen.as_ref() {
                    (self.seen, self.is_read) = (seen.clone(), true);
                }
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
        let title = pen.say(&say!("conflict-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, 19, &title, tint::WARN, pen);
        let Some(seen) = self.conflict() else {
            if let Some(refusal) = self.asked.refusal() {
                report(refusal, inner, pen);
                return;
            }
            let tag = self.subject.name.as_str();
            let none = if self.is_read { say!("conflict-none", tag = tag) } else { say!("bench-reading") };
            let none = pen.say(&none);
            pen.wrapped(inner, &none, tint::PLAIN);
            return;
        };
        let mut rest = below(inner, self.draw_conflict(seen, inner, pen) + 1);
        if self.at != Place::How {
            let used = pen.line(rest, &say!("lift-reason"), tint::NEXT);
            self.reason.draw(right_of(rest, used + 1), self.at == Place::Reason, pen);
            rest = below(rest, 1);
        }
        if self.at == Place::Signer {
            rest = below(rest, self.signer.draw(rest, &say!("lift-who"), pen));
        }
        outcome(&self.asked, &say!("signing-in"), &say!("conflict-note"), rest, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Conflict(self.subject.device.clone())), Effect::People(PeopleOrder::List)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_own = |seen: &Seen| matches!(seen, Seen::Conflict(device, _) if *device == self.subject.device);
        matches!(answer, Answer::People(_) | Answer::VaultLocked)
            || matches!(answer, Answer::Seen(seen) if is_own(seen))
            || (self.asked.is_waiting() && matches!(answer, Answer::Done(_)))
            || ((self.asked.is_waiting() || !self.is_read) && matches!(answer, Answer::Refused(_)))
    }

    fn takes_badges(&self) -> bool {
        self.at == Place::Signer
    }

    fn is_typing(&self) -> bool {
        self.at != Place::How
    }

    fn is_writing(&self) -> bool {
        self.at == Place::Reason
    }
}
