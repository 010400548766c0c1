//! A card of the first lesson: what to do next, and why.

use super::super::Screen;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::boxed;
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, LESSON, LessonStep, World, hints, press};
use ratatui::layout::Rect;

pub(super) struct Lesson(usize);

static KEYS: &[Binding<Lesson>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("lesson-key-do"),
        when: |layer, _| layer.step().is_some_and(|step| step.done.is_some()),
        what: |_, _| vec![Effect::Close],
    },
    Binding {
        key: Key::Enter,
        words: || say!("lesson-key-next"),
        when: |_, _| true,
        what: |layer, _| vec![Effect::Close, Effect::Lesson(Some(layer.0 + 1))],
    },
    Binding {
        key: Key::Escape,
        words: || say!("lesson-key-leave"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Close, Effect::Lesson(None)],
    },
];

impl Lesson {
    pub(super) const fn new(at: usize) -> Self {
        Self(at)
    }

    fn step(&self) -> Option<&'static LessonStep> {
        LESSON.get(self.0)
    }
}

impl Screen for Lesson {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) => vec![Effect::Close, Effect::Find(text.trim().to_owned())],
            Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let Some(step) = self.step() else { return };
        let (at, of) = (self.0 as u64 + 1, LESSON.len() as u64);
        let title = pen.say(&say!("lesson-title", at = at, of = of, title = (step.title)()));
        let inner = boxed(area, 14, &title, tint::NEXT, pen);
        let text = pen.words().say(&(step.text)());
        let mut used = 0;
        for paragraph in text.lines() {
            used += pen.wrapped(below(inner, used), paragraph, tint::PLAIN).max(1);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
