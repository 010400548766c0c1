//! Every key that is valid now, from the same table that obeys them.

use super::super::pen::{Pen, below, middle, right_of};
use super::super::stack::LEARN;
use super::super::tint;
use super::super::{SCREENS, Screen};
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, World, hints, press};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

pub(super) struct Keys(Vec<Hint>);

static KEYS: &[Binding<Keys>] = &[
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
    Binding { key: Key::Enter, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Keys {
    pub(super) const fn new(hints: Vec<Hint>) -> Self {
        Self(hints)
    }
}

impl Screen for Keys {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) => vec![Effect::Close, Effect::Find(text.trim().to_owned())],
            Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("keys-title"));
        let mut everywhere = vec![
            Hint { key: Key::Function(1), words: say!("key-all") },
            Hint { key: Key::Char(':'), words: say!("key-palette") },
            Hint { key: Key::Control('p'), words: say!("key-palette-typing") },
            Hint { key: LEARN, words: say!("lesson-key") },
            Hint { key: Key::Function(12), words: say!("key-language") },
            Hint { key: Key::Control('c'), words: say!("key-quit") },
            Hint { key: Key::Control('z'), words: say!("key-suspend") },
        ];
        let places = SCREENS.iter().filter(|place| (place.when)(world));
        everywhere.extend(places.map(|place| Hint { key: place.key, words: (place.words)() }));
        let count = u16::try_from(self.0.len() + everywhere.len()).unwrap_or(u16::MAX);
        // As many columns as it takes for none to be left out, each as wide as its longest line.
        let columns = count.div_ceil(area.height.saturating_sub(2).max(1)).max(1);
        let lines = count.div_ceil(columns).max(1);
        let inner = pen.boxed(middle(area, area.width, lines.saturating_add(2)), &title, tint::PLAIN);
        let all: Vec<(String, String)> =
            self.0.iter().chain(&everywhere).map(|hint| (pen.glyphs().key(hint.key), pen.say(&hint.words))).collect();
        let wide = |text: &String| u16::try_from(text.width()).unwrap_or(u16::MAX);
        let mut used = 0;
        for column in all.chunks(usize::from(lines)) {
            let keys = column.iter().map(|(key, _)| wide(key)).max().unwrap_or_default() + 1;
            let words = column.iter().map(|(_, words)| wide(words)).max().unwrap_or_default() + 2;
            for (number, (key, words)) in (0u16..).zip(column) {
                let line = right_of(below(inner, number), used);
                pen.text(Rect { width: keys.min(line.width), ..line }, key, tint::TITLE);
                pen.text(right_of(line, keys), words, tint::PLAIN);
            }
            used += keys + words;
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
