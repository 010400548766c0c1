//! What came of something: what, why, by which rule, what to do next.

use super::super::Screen;
use super::super::pen::Pen;
use super::super::tint;
use super::{boxed, report};
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, Report, Tone, World, hints, press};
use ratatui::layout::Rect;

pub(super) struct Message(Report);

static KEYS: &[Binding<Message>] = &[
    Binding { key: Key::Enter, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Message {
    pub(super) const fn new(report: Report) -> Self {
        Self(report)
    }
}

impl Screen for Message {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) => vec![Effect::Close, Effect::Find(text.trim().to_owned())],
            Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&match self.0.tone {
            Tone::Good => say!("message-good"),
            Tone::Warn => say!("message-warn"),
            Tone::Bad => say!("message-bad"),
        });
        let inner = boxed(area, 10, &title, tint::of(self.0.tone), pen);
        report(&self.0, inner, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
