//! Writing a note about a device.
//!
//! ```text
//! ┌ Ghi chú về 7K3XQ-92M4T-Z ──────────────┐
//! │ Ghi: pin phải cắm sạc mới lên_         │
//! │ Đừng ghi tên học sinh, người tặng …    │
//! └───────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::field::Field;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, outcome};
use crate::unit::DeviceId;
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, ShiftOrder, Sight, World, hints, press};
use ratatui::layout::Rect;

pub(super) struct Note {
    device: DeviceId,
    name: String,
    typed: Field,
    asked: Asked,
}

static KEYS: &[Binding<Note>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-note-write"),
        when: |layer, _| !layer.typed.text().is_empty() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::Waiting;
            vec![Effect::Shift(ShiftOrder::Note { device: layer.device.clone(), text: layer.typed.text() })]
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Note {
    pub(super) fn new(device: DeviceId, name: String) -> Self {
        Self { device, name, typed: Field::default(), asked: Asked::NotYet }
    }
}

impl Screen for Note {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.typed.press(key);
                Vec::new()
            }),
            // A label that is scanned is part of what is written.
            Input::Scan(text) | Input::Paste(text) => {
                self.typed.paste(text);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            // Where the device's page lies below, it shows the note.
            Input::Answer(_) => vec![Effect::Close, Effect::See(Sight::Device(self.device.clone()))],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("note-title", tag = self.name.as_str()));
        let inner = boxed(area, 8, &title, tint::PLAIN, pen);
        let used = pen.line(inner, &say!("note-ask"), tint::NEXT);
        self.typed.draw(right_of(inner, used + 1), !self.asked.is_waiting(), pen);
        outcome(&self.asked, &say!("recording"), &say!("note-warning"), below(inner, 2), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
