//! Opening the vault: a lead's passphrase, for as long as the machine is on.
//!
//! ```text
//! ┌ Két đang khóa ────────────────────────┐
//! │ Câu khóa của két: ••••••••••••        │
//! │ Tên và mã PIN nằm trong két …         │
//! └───────────────────────────────────────┘
//! ```
//!
//! Invariant: the passphrase is forgotten as soon as it was sent.

use super::super::Screen;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::super::veiled::Veiled;
use super::{Asked, boxed, outcome};
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, PeopleOrder, World, hints, look_again, press};
use ratatui::layout::Rect;

pub(super) struct Unlock {
    typed: Veiled,
    asked: Asked,
}

static KEYS: &[Binding<Unlock>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-unlock"),
        when: |layer, _| !layer.typed.is_empty() && !layer.asked.is_waiting(),
        what: |layer, _| {
            let passphrase = layer.typed.secret();
            layer.typed.clear();
            layer.asked = Asked::Waiting;
            vec![Effect::Unlock(passphrase)]
        },
    },
    // Whatever lies below needs names: without them it is of no use.
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Home] },
];

impl Unlock {
    pub(super) fn new() -> Self {
        Self { typed: Veiled::default(), asked: Asked::NotYet }
    }
}

impl Screen for Unlock {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.typed.press(key);
                Vec::new()
            }),
            Input::Paste(text) => {
                self.typed.paste(text);
                Vec::new()
            }
            Input::Scan(text) => {
                self.typed.paste(text);
                self.update(Input::Key(Key::Enter), world)
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            // It is being opened here already.
            Input::Answer(Answer::VaultLocked) => Vec::new(),
            // What lies below asks for the names again; the bench shows them from now on.
            Input::Answer(_) => {
                let below = [Effect::Close, Effect::People(PeopleOrder::List)];
                below.into_iter().chain(look_again(world)).collect()
            }
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("unlock-title"));
        let inner = boxed(area, 9, &title, tint::WARN, pen);
        let used = pen.line(inner, &say!("unlock-ask"), tint::NEXT);
        let room = right_of(inner, used + 1);
        self.typed.draw(Rect { width: room.width.min(44), ..room }, !self.asked.is_waiting(), pen);
        outcome(&self.asked, &say!("unlocking"), &say!("unlock-note"), below(inner, 2), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::VaultLocked)
            || (self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
