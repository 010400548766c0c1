//! Really leave while jobs, a safety copy or work on images run? Stopping is an outcome: their ends are recorded first.

use super::super::Screen;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::boxed;
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, StoreTask, World, hints, press};
use ratatui::layout::Rect;

/// Lines of one question, with the one below it.
const EACH: u16 = 4;

pub(super) struct Quit;

static KEYS: &[Binding<Quit>] = &[
    Binding { key: Key::Escape, words: || say!("key-stay"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
    Binding {
        key: Key::Enter,
        words: || say!("key-stop-and-quit"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Quit],
    },
];

impl Screen for Quit {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("quit-title"));
        let asked = [!world.jobs.is_empty(), world.copies > 0, world.store.work.is_some()];
        let lines = asked.into_iter().filter(|asked| *asked).fold(2, |lines, _| lines + EACH);
        let inner = boxed(area, lines, &title, tint::BAD, pen);
        let mut used = 0;
        if !world.jobs.is_empty() {
            let text = pen.say(&say!("quit-ask", count = world.jobs.len() as u64));
            used = pen.wrapped(inner, &text, tint::BAD) + 1;
        }
        if world.copies > 0 {
            let text = pen.say(&say!("quit-ask-copy"));
            used += pen.wrapped(below(inner, used), &text, tint::BAD) + 1;
        }
        if let Some(work) = &world.store.work {
            let text = pen.say(&match work.task {
                StoreTask::Add(_) => say!("quit-ask-store"),
                StoreTask::Capture(_) => say!("quit-ask-store-capture"),
                StoreTask::Check(_) | StoreTask::Look(_) => say!("quit-ask-store-look"),
            });
            pen.wrapped(below(inner, used), &text, tint::BAD);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
