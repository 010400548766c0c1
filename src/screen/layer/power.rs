//! Switching the computer off, or starting it again: refused while a job runs, asked once more while something is on no
//! stick.

use super::super::Screen;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::boxed;
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, Power as Way, World, hints, press};
use ratatui::layout::Rect;

#[derive(Default)]
pub(super) struct Power {
    /// What was asked for once, while something would be lost.
    asked: Option<Way>,
}

static KEYS: &[Binding<Power>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-power-off"),
        when: |_, w| w.running() == 0,
        what: |layer, w| layer.go(Way::Off, w),
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-power-again"),
        when: |_, w| w.running() == 0,
        what: |layer, w| layer.go(Way::Again, w),
    },
    Binding { key: Key::Escape, words: || say!("key-stay"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

/// How many records would be gone.
fn lost(world: &World) -> u64 {
    world.stick.as_ref().filter(|stick| stick.guest.is_none()).map_or(0, |stick| stick.unsaved)
}

impl Power {
    /// Goes; where something would be lost, only when it is said twice.
    fn go(&mut self, way: Way, world: &World) -> Vec<Effect> {
        if lost(world) > 0 && self.asked != Some(way) {
            self.asked = Some(way);
            return Vec::new();
        }
        vec![Effect::Power(way)]
    }
}

impl Screen for Power {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("power-title"));
        let lost = lost(world);
        let is_bad = world.running() > 0 || lost > 0;
        let inner = boxed(area, 8, &title, if is_bad { tint::BAD } else { tint::PLAIN }, pen);
        let mut used = 0;
        let mut paragraph = |what, style| {
            let text = pen.say(&what);
            used += pen.wrapped(below(inner, used), &text, style) + 1;
        };
        if world.running() > 0 {
            return paragraph(say!("power-running", count = world.running() as u64), tint::BAD);
        }
        if lost > 0 {
            paragraph(say!("power-unsaved", count = lost), tint::BAD);
            if self.asked.is_some() {
                paragraph(say!("power-unsaved-again"), tint::BAD);
            }
        } else {
            paragraph(say!("power-ask"), tint::PLAIN);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
