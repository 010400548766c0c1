//! The password for one use of a machine that was fitted: shown once, as large as it can be drawn.
//!
//! ```text
//! ┌ Mật khẩu của 7K3XQ-92M4T-Z ───────────┐
//! │ █▄▀ ▀▀█ ▄▀█ …                         │
//! │ K 7 3 X  Q 9 2 M                      │
//! └───────────────────────────────────────┘
//! ```
//!
//! Invariants: it is kept nowhere else, so that no single key puts it away; nobody hears it by a scan or an answer.

use super::super::Screen;
use super::super::glyphs::Glyphs;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::boxed;
use crate::tag::large;
use crate::unit::Secret;
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, Layer, World, hints, press};
use ratatui::layout::Rect;

/// Lines of its large letters.
const LINES: u16 = 5;
/// Lines of the layer.
const MOST: u16 = 18;
/// Symbols that stand together.
const GROUP: usize = 4;

pub(super) struct OneTime {
    tag: String,
    password: Secret,
    /// Whether somebody said that it is written down.
    asking: bool,
}

static KEYS: &[Binding<OneTime>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-written-down"),
        when: |layer, _| !layer.asking,
        what: |layer, _| {
            layer.asking = true;
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-close"),
        when: |layer, _| layer.asking,
        what: |_, _| vec![Effect::Close],
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.asking,
        what: |layer, _| {
            layer.asking = false;
            Vec::new()
        },
    },
];

impl OneTime {
    pub(super) const fn new(tag: String, password: Secret) -> Self {
        Self { tag, password, asking: false }
    }
}

/// The symbols that stand together.
fn groups(password: &str) -> Vec<String> {
    let symbols: Vec<char> = password.chars().collect();
    symbols.chunks(GROUP).map(|group| group.iter().collect()).collect()
}

/// The symbols apart, in groups.
fn spelled(password: &str) -> String {
    let apart = |group: &String| group.chars().map(String::from).collect::<Vec<_>>().join(" ");
    groups(password).iter().map(apart).collect::<Vec<_>>().join("   ")
}

impl Screen for OneTime {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("one-time-title", tag = self.tag.as_str()));
        let inner = boxed(area, MOST, &title, tint::NEXT, pen);
        let mut used = 1;
        if pen.glyphs() == Glyphs::Full {
            for group in groups(self.password.expose()) {
                // What cannot be drawn stands below all the same.
                let drawn = large(&group, LINES, inner.width).unwrap_or_default();
                for line in drawn.lines() {
                    pen.text(below(inner, used), line, tint::TITLE);
                    used += 1;
                }
                used += 1;
            }
        }
        pen.text(below(inner, used), &spelled(self.password.expose()), tint::TITLE);
        used += 2;
        let text = if self.asking { say!("one-time-ask") } else { say!("one-time-note") };
        let (text, style) = (pen.say(&text), if self.asking { tint::WARN } else { tint::PLAIN });
        pen.wrapped(below(inner, used), &text, style);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn unread(&self) -> Option<Layer> {
        Some(Layer::OneTime(self.tag.clone(), self.password.clone()))
    }
}
