//! Another lot for a device that was received into the wrong one: which, and the layer below shows what that comes to.
//!
//! ```text
//! ┌ 7K3XQ-92M4T-Z thuộc lô nào? ──────────────────────────┐
//! │ Tìm: bình_                                             │
//! │ ▶ Anh Bình · 22/11/2026 · 3 máy · l-0W3GE1R70W3GE1R7   │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing is recorded here.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::tint;
use super::{boxed, report};
use crate::unit::{DeviceId, holds_words};
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, LotView, Report, Seen, Sight, World, hints, press};
use ratatui::layout::Rect;

pub(super) struct Lots {
    device: DeviceId,
    name: String,
    typed: Field,
    views: Option<Vec<LotView>>,
    refusal: Option<Report>,
    at: usize,
}

static KEYS: &[Binding<Lots>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-correct-look"),
        when: |layer, _| layer.here().is_some(),
        what: |layer, _| {
            let look = layer.here().map(|lot| Effect::See(Sight::ToLot(layer.device.clone(), lot.lot.clone())));
            std::iter::once(Effect::Close).chain(look).collect()
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Lots {
    pub(super) fn new(device: DeviceId, name: String) -> Self {
        Self { device, name, typed: Field::default(), views: None, refusal: None, at: 0 }
    }

    /// Those whose donor, id or day hold every word that was typed.
    fn found(&self) -> Vec<&LotView> {
        let typed = self.typed.text();
        let holds = |lot: &&LotView| {
            let since = lot.since.map(crate::unit::Moment::local).unwrap_or_default();
            let text = format!("{} {} {since}", lot.name.as_deref().unwrap_or_default(), lot.lot.as_str());
            holds_words(&text, &typed)
        };
        self.views.iter().flatten().filter(holds).collect()
    }

    fn here(&self) -> Option<&LotView> {
        self.found().get(self.at).copied()
    }
}

impl Moves for Lots {
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

impl Screen for Lots {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.typed.press(key) {
                    self.at = 0;
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                self.typed.paste(text);
                self.at = 0;
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Lots(lots) = seen.as_ref() {
                    (self.views, self.refusal) = (Some(lots.clone()), None);
                    self.at = self.at.min(self.found().len().saturating_sub(1));
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("lots-title", tag = self.name.as_str()));
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::WARN, pen);
        if let Some(refusal) = &self.refusal {
            report(refusal, inner, pen);
            return;
        }
        let used = pen.line(inner, &say!("donors-find"), tint::NEXT);
        self.typed.draw(right_of(inner, used + 1), true, pen);
        let (rest, found) = (below(inner, 2), self.found());
        if self.views.is_none() {
            pen.line(rest, &say!("bench-reading"), tint::PLAIN);
        } else if found.is_empty() {
            pen.line(rest, &say!("lots-none"), tint::DIM);
        }
        let room = rest.height.saturating_sub(3);
        let first = (self.at + 1).saturating_sub(usize::from(room));
        for (row, (number, lot)) in (0..room).zip(found.into_iter().enumerate().skip(first)) {
            let area = Rect { height: 1, ..below(rest, row) };
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let text = pen.say(&lot.sentence());
            pen.heat(area, Hot::Row(0, number));
            pen.pieces(area, &[(mark, style), (" ", style), (&text, style)]);
        }
        let note = pen.say(&if world.locked { say!("lots-locked") } else { say!("lots-note") });
        pen.wrapped(below(rest, rest.height.saturating_sub(2)), &note, tint::DIM);
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.go(row, world)
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Lots)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Lots(_)))
            || (self.views.is_none() && matches!(answer, Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
