//! Choosing among the devices that a search found, the last touched first.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::tint;
use super::boxed;
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, Row, World, hints, kind_sentence, press};
use ratatui::layout::Rect;

/// Columns of a tag, and of a stage.
const TAG: u16 = 17;
const STAGE: u16 = 14;

pub(super) struct Hits {
    rows: Vec<Row>,
    at: usize,
}

static KEYS: &[Binding<Hits>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.at < layer.rows.len(),
        what: |layer, _| {
            let chosen = layer.rows.get(layer.at).map(|row| Effect::Choose(row.device.clone()));
            chosen.into_iter().chain([Effect::Home]).collect()
        },
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.at + 1 < layer.rows.len(),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.at > 0,
        what: |layer, _| {
            layer.at -= 1;
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Hits {
    pub(super) const fn new(rows: Vec<Row>) -> Self {
        Self { rows, at: 0 }
    }
}

impl Screen for Hits {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) => vec![Effect::Close, Effect::Find(text.trim().to_owned())],
            Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("hits-title", count = self.rows.len() as u64));
        let lines = u16::try_from(self.rows.len()).unwrap_or(u16::MAX).min(area.height.saturating_sub(2));
        let inner = boxed(area, lines, &title, tint::PLAIN, pen);
        for (number, row) in self.rows.iter().enumerate() {
            let line = below(inner, u16::try_from(number).unwrap_or(u16::MAX));
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            pen.pieces(Rect { width: TAG.min(line.width), ..line }, &[(mark, style), (" ", style), (&row.name, style)]);
            pen.line(Rect { width: STAGE, ..right_of(line, TAG) }, &row.stage.sentence(), tint::PLAIN);
            let kind = pen.say(&kind_sentence(row.kind));
            let what = row.model.as_ref().map_or_else(|| kind.clone(), |model| format!("{model} · {kind}"));
            pen.text(right_of(line, TAG + STAGE), &what, tint::PLAIN);
            pen.heat(Rect { height: line.height.min(1), ..line }, Hot::Row(0, number));
        }
    }

    fn pick(&mut self, _list: usize, row: usize, _world: &World) -> Vec<Effect> {
        self.at = row;
        Vec::new()
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
