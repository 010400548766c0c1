//! Finding something to do by words: every key that is valid on the screen below, and every screen.
//!
//! ```text
//! ┌ Làm gì? ──────────────────────────────────┐
//! │ cach_                                      │
//! │                                            │
//! │ ▶ cách ly                              l   │
//! │   màn hình: kho                        F5  │
//! └────────────────────────────────────────────┘
//! ```
//!
//! Invariants: choosing a line does what its key would have done; a line is found by words in it, with or without their
//! marks, in any order.

use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::stack::LEARN;
use super::super::tint;
use super::super::{SCREENS, Screen};
use super::boxed;
use crate::unit::fold;
use crate::word::{Sentence, say};
use crate::workbench::{Binding, Effect, Hint, Input, Key, World, hints, press, read_scan};
use ratatui::layout::Rect;
use std::cell::OnceCell;

/// Lines of the list that are in sight at once.
const MOST: usize = 15;
/// Columns of a key.
const KEY: u16 = 10;

pub(super) struct Palette {
    typed: Field,
    all: Vec<Hint>,
    /// What the lines say, for comparing: only who draws knows the language, and it says the same every time.
    said: OnceCell<Vec<String>>,
    at: usize,
}

static KEYS: &[Binding<Palette>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-do"),
        when: |layer, _| layer.chosen().is_some(),
        what: |layer, _| {
            let key = layer.chosen().map(|hint| Effect::Press(hint.key));
            std::iter::once(Effect::Close).chain(key).collect()
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

/// Keys that only move about: nobody looks for them by words.
const fn is_move(key: Key) -> bool {
    matches!(key, Key::Up | Key::Down | Key::PageUp | Key::PageDown | Key::Escape)
}

impl Palette {
    pub(super) fn new(hints: Vec<Hint>, world: &World) -> Self {
        let own = hints.into_iter().filter(|hint| !is_move(hint.key));
        let places = SCREENS.iter().filter(|place| (place.when)(world));
        let places = places.map(|place| Hint { key: place.key, words: say!("palette-place", name = (place.words)()) });
        let speak = [
            Hint { key: LEARN, words: say!("lesson-key") },
            Hint { key: Key::Function(12), words: say!("key-language") },
        ];
        Self { typed: Field::default(), all: own.chain(places).chain(speak).collect(), said: OnceCell::new(), at: 0 }
    }

    /// The lines that have every word that was typed.
    fn found(&self) -> Vec<&Hint> {
        let text = fold(&self.typed.text());
        let wanted: Vec<&str> = text.split_whitespace().collect();
        let said = self.said.get().map(Vec::as_slice).unwrap_or_default();
        // What was typed before anything was shown finds nothing yet, rather than the wrong thing.
        let has = |at: usize| {
            wanted.is_empty() || said.get(at).is_some_and(|said| wanted.iter().all(|word| said.contains(word)))
        };
        self.all.iter().enumerate().filter(|(at, _)| has(*at)).map(|(_, hint)| hint).collect()
    }

    fn chosen(&self) -> Option<&Hint> {
        self.found().get(self.at).copied()
    }
}

impl Moves for Palette {
    fn places(&self, _world: &World) -> usize {
        self.found().len()
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Palette {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.typed.press(key);
                self.at = 0;
                Vec::new()
            }),
            Input::Scan(text) if read_scan(text, None).is_code() => {
                vec![Effect::Close, Effect::Find(text.trim().to_owned())]
            }
            // What is no tag may be a word that an input method sets at once, with its Enter.
            Input::Paste(text) | Input::Scan(text) => {
                self.typed.paste(text);
                self.at = 0;
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let text = |words: &Sentence| fold(&pen.words().say(words));
        self.said.get_or_init(|| self.all.iter().map(|hint| text(&hint.words)).collect());
        let title = pen.say(&say!("palette-title"));
        let inner = boxed(area, u16::try_from(MOST).unwrap_or(u16::MAX) + 2, &title, tint::PLAIN, pen);
        self.typed.draw(Rect { height: 1, ..inner }, true, pen);
        let (rest, found) = (below(inner, 2), self.found());
        if found.is_empty() {
            pen.line(rest, &say!("palette-nothing"), tint::DIM);
        }
        let first = (self.at + 1).saturating_sub(MOST);
        for (number, hint) in found.into_iter().enumerate().skip(first).take(MOST) {
            let line = below(rest, u16::try_from(number - first).unwrap_or(u16::MAX));
            let line = Rect { height: line.height.min(1), ..line };
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let words = pen.say(&hint.words);
            pen.heat(line, Hot::Row(0, number));
            pen.pieces(
                Rect { width: line.width.saturating_sub(KEY), ..line },
                &[(mark, style), (" ", style), (&words, style)],
            );
            let key = pen.glyphs().key(hint.key);
            pen.text(right_of(line, line.width.saturating_sub(KEY)), &key, tint::TITLE);
        }
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.go(row, world)
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn is_typing(&self) -> bool {
        true
    }
}
