//! A lead lets one rule pass for one device: which rule, why, and the lead's own name and PIN, or badge, whoever is at the bench.
//!
//! ```text
//! ┌ Cho qua quy tắc cho 7K3XQ-92M4T-Z ───────────────┐
//! │ give-good-enough: Máy chưa đạt cấu hình tối thiểu │
//! │ Lý do: đủ dùng cho lớp 3, đã thử với giáo viên_   │
//! │ Đội trưởng nào? Gõ một phần tên: tr_              │
//! └──────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing is sent before a rule, a reason, a name and a PIN (or a badge) are there; only that one record is the lead's.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::signer::SignerForm;
use super::{Asked, Subject, boxed, outcome};
use crate::event::people::Role;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, Liftable, PeopleOrder, Signature, World, hints, look_again, press,
};
use ratatui::layout::Rect;

/// What is being answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Rule,
    Reason,
    Signer,
}

pub(super) struct Lift {
    subject: Subject,
    rules: Vec<Liftable>,
    rule: usize,
    reason: Field,
    signer: SignerForm,
    at: Place,
    asked: Asked,
}

static KEYS: &[Binding<Lift>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| match layer.at {
            Place::Rule => !layer.rules.is_empty(),
            Place::Reason => !layer.reason.text().is_empty(),
            Place::Signer => false,
        },
        what: |layer, _| {
            layer.at = if layer.at == Place::Rule { Place::Reason } else { Place::Signer };
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
        words: || say!("key-lift"),
        when: |layer, _| layer.signer.can_sign() && !layer.asked.is_waiting(),
        what: |layer, _| layer.signer.sign().map(Signature::Pin).map(|by| layer.send(by)).unwrap_or_default(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.at == Place::Rule && layer.rule + 1 < layer.rules.len(),
        what: |layer, _| {
            layer.rule += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.at == Place::Rule && layer.rule > 0,
        what: |layer, _| {
            layer.rule -= 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.can_go_back(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            if !layer.signer.back() {
                layer.at = if layer.at == Place::Signer { Place::Reason } else { Place::Rule };
            }
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Lift {
    pub(super) fn new(subject: Subject, rules: Vec<Liftable>) -> Self {
        // Where there is one rule there is nothing to choose.
        let at = if rules.len() == 1 { Place::Reason } else { Place::Rule };
        let signer = SignerForm::new(|view| view.roles.contains(&Role::Lead));
        Self { subject, rules, rule: 0, reason: Field::default(), signer, at, asked: Asked::NotYet }
    }

    fn can_go_back(&self) -> bool {
        match self.at {
            Place::Rule => false,
            Place::Reason => self.rules.len() > 1,
            Place::Signer => true,
        }
    }

    fn send(&mut self, signature: Signature) -> Vec<Effect> {
        let Some(rule) = self.rules.get(self.rule).filter(|_| !self.asked.is_waiting()) else { return Vec::new() };
        self.asked = Asked::Waiting;
        let (device, reason) = (self.subject.device.clone(), self.reason.text());
        vec![Effect::People(PeopleOrder::Lift { device, rule: rule.rule, reason, signature })]
    }

    fn typed(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        let ended = match (self.at, input) {
            (Place::Rule, _) | (Place::Reason, Input::Answer(_)) => false,
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

    /// The rules that can be lifted, the chosen one with why it stands in the way.
    fn draw_rules(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        if self.rules.is_empty() {
            let none = pen.say(&say!("lift-none"));
            return pen.wrapped(area, &none, tint::WARN);
        }
        let mut used = 0;
        for (number, liftable) in self.rules.iter().enumerate() {
            let is_here = number == self.rule;
            if !is_here && self.at != Place::Rule {
                continue;
            }
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let text = format!("{mark} {} [{}]", pen.say(&liftable.why), liftable.rule);
            used += pen.wrapped(below(area, used), &text, if is_here { tint::TITLE } else { tint::PLAIN });
        }
        used
    }
}

impl Screen for Lift {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => match press(KEYS, self, key, world) {
                Some(effects) => effects,
                None => self.typed(input, world),
            },
            Input::Scan(text) | Input::Paste(text) => match self.signer.badge(text) {
                Some(signature) => self.send(signature),
                None => self.typed(input, world),
            },
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
        let title = pen.say(&say!("lift-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, 17, &title, tint::WARN, pen);
        let mut rest = below(inner, self.draw_rules(inner, pen) + 1);
        if self.at != Place::Rule {
            let used = pen.line(rest, &say!("lift-reason"), tint::NEXT);
            self.reason.draw(right_of(rest, used + 1), self.at == Place::Reason, pen);
            rest = below(rest, 1);
        }
        if self.at == Place::Signer {
            rest = below(rest, self.signer.draw(rest, &say!("lift-who"), pen));
        }
        rest = below(rest, 1);
        outcome(&self.asked, &say!("signing-in"), &say!("lift-note"), rest, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::People(PeopleOrder::List)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::People(_) | Answer::VaultLocked)
            || (self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_)))
    }

    fn takes_badges(&self) -> bool {
        self.at == Place::Signer
    }

    fn is_typing(&self) -> bool {
        self.at != Place::Rule
    }

    fn is_writing(&self) -> bool {
        self.at == Place::Reason
    }
}
