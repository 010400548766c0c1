//! Handing the shift over: a word to whoever comes, who comes, and their PIN or badge; or nobody comes.
//!
//! ```text
//! ┌ Giao ca: 2 máy đang ở tay bạn ────────────────────────┐
//! │ 7K3XQ-92M4T-Z · Bàn 3 · đã kiểm tra                    │
//! │ Lời nhắn: máy ở bàn 3 chờ RAM                          │
//! │ Ai nhận ca? Gõ một phần tên: th_                       │
//! │ ▶ Trần Thị Thử     đội trưởng                          │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: the PIN or badge is that of whoever comes; whoever goes was signed in before.

use super::super::Screen;
use super::super::field::Field;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::signer::SignerForm;
use super::{Asked, boxed, outcome};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, Report, Seen, ShiftDevice, ShiftView, Sight,
    Signature, SignedIn, Tone, World, badge_code, hints, look_again, press, sign_out,
};
use ratatui::layout::Rect;

/// Devices that are listed by their tags; the others are counted.
const SHOWN: usize = 3;

pub(super) struct HandOver {
    view: Option<ShiftView>,
    note: Field,
    /// Whether the word was left, or none.
    is_noted: bool,
    signer: SignerForm,
    /// Whether the vault is locked, so that nobody can be chosen by name.
    is_locked: bool,
    asked: Asked,
}

static KEYS: &[Binding<HandOver>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| !layer.is_noted,
        what: |layer, _| {
            layer.is_noted = true;
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.is_noted && layer.signer.can_choose() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.signer.choose();
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-hand-over"),
        when: |layer, _| layer.signer.can_sign() && !layer.asked.is_waiting(),
        what: |layer, _| {
            let comer = layer.signer.sign().map(Signature::Pin);
            comer.map(|comer| layer.order(Some(comer))).unwrap_or_default()
        },
    },
    Binding {
        key: Key::Control('n'),
        words: || say!("key-nobody-comes"),
        when: |layer, _| layer.is_noted && layer.signer.is_choosing() && !layer.asked.is_waiting(),
        what: |layer, _| layer.order(None),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.is_noted && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.is_noted = layer.signer.back();
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl HandOver {
    pub(super) fn new() -> Self {
        let signer = SignerForm::new(|view| !view.roles.is_empty());
        Self { view: None, note: Field::default(), is_noted: false, signer, is_locked: false, asked: Asked::NotYet }
    }

    fn order(&mut self, to: Option<Signature>) -> Vec<Effect> {
        self.asked = Asked::Waiting;
        vec![Effect::People(PeopleOrder::HandOver { to, note: self.note.text() })]
    }

    /// What is in the hands of whoever goes.
    fn devices(&self, world: &World) -> &[ShiftDevice] {
        let me = world.signed_in().map(|who| &who.by.person);
        let hands = self.view.iter().flat_map(|view| &view.hands).find(|hands| Some(&hands.person) == me);
        hands.map(|hands| hands.devices.as_slice()).unwrap_or_default()
    }

    fn over(&self, to: &SignedIn, world: &World) -> Vec<Effect> {
        let count = self.devices(world).len() as u64;
        let told = Report::new(Tone::Good, say!("shift-handed-over", name = to.name.as_str(), count = count));
        let end = [Effect::Close, Effect::Open(Layer::Message(told)), Effect::See(Sight::Shift)];
        end.into_iter().chain(look_again(world)).collect()
    }
}

impl Screen for HandOver {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.is_noted {
                    self.signer.input(input);
                } else {
                    self.note.press(key);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => match badge_code(text) {
                Some(_) if self.asked.is_waiting() => Vec::new(),
                Some(code) => self.order(Some(Signature::Badge(code))),
                None if !self.is_noted => {
                    self.note.paste(text);
                    Vec::new()
                }
                None if self.signer.input(input) => self.update(Input::Key(Key::Enter), world),
                None => Vec::new(),
            },
            Input::Answer(Answer::People(people)) => {
                self.is_locked = false;
                self.signer.hear(people);
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Shift(view) = seen.as_ref() {
                    self.view = Some(view.as_ref().clone());
                }
                Vec::new()
            }
            // A badge is known all the same.
            Input::Answer(Answer::VaultLocked) => {
                (self.is_locked, self.asked) = (true, Asked::NotYet);
                Vec::new()
            }
            Input::Answer(Answer::SignedIn(to)) => {
                self.asked = Asked::NotYet;
                self.over(to, world)
            }
            Input::Answer(Answer::Done(report)) => {
                let end = [Effect::Close, Effect::Open(Layer::Message(report.clone())), Effect::See(Sight::Shift)];
                end.into_iter().chain(sign_out(world)).collect()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let devices = self.devices(world);
        let title = pen.say(&say!("hand-over-title", count = devices.len() as u64));
        let inner = boxed(area, area.height.saturating_sub(4).min(18), &title, tint::PLAIN, pen);
        let mut used = 0;
        for device in devices.iter().take(SHOWN) {
            let (tag, stage) = (device.row.name.as_str(), device.row.stage.sentence());
            let line = match &device.shelf {
                Some(place) => say!("shift-lies", tag = tag, shelf = place.as_str(), stage = stage),
                None => say!("shift-lies-nowhere", tag = tag, stage = stage),
            };
            pen.line(below(inner, used), &line, tint::PLAIN);
            used += 1;
        }
        if devices.len() > SHOWN {
            pen.line(below(inner, used), &say!("hand-over-more", count = (devices.len() - SHOWN) as u64), tint::DIM);
            used += 1;
        }
        let at = below(inner, used);
        let wide = pen.line(at, &say!("hand-over-note"), if self.is_noted { tint::PLAIN } else { tint::NEXT });
        self.note.draw(right_of(at, wide + 1), !self.is_noted, pen);
        let mut rest = below(inner, used + 1);
        if self.is_noted && !self.is_locked {
            rest = below(rest, self.signer.draw(rest, &say!("hand-over-ask"), pen));
        }
        let note = if !self.is_noted {
            say!("note-warning")
        } else if self.is_locked {
            say!("hand-over-locked")
        } else {
            say!("hand-over-how")
        };
        outcome(&self.asked, &say!("recording"), &note, below(rest, 1), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::People(PeopleOrder::List), Effect::See(Sight::Shift)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_view = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Shift(_)));
        let is_end = matches!(answer, Answer::SignedIn(_) | Answer::Done(_) | Answer::Refused(_));
        is_view || matches!(answer, Answer::People(_) | Answer::VaultLocked) || (self.asked.is_waiting() && is_end)
    }

    fn awaits_sign_in(&self) -> bool {
        self.asked.is_waiting()
    }

    fn takes_badges(&self) -> bool {
        true
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn is_writing(&self) -> bool {
        !self.is_noted
    }
}
