//! Every lot: whose, how many devices of how many announced, what is missing. One is chosen to be looked at; or to be the lot of
//! a device that was received into the wrong one, and the layer below shows what that comes to.
//!
//! ```text
//! ┌ Các lô: 3 ────────────────────────────────────────────┐
//! │ Tìm: bình_                                             │
//! │ ▶ Anh Bình · 22/11/2026 · 9 / 12 máy · l-0W3GE1R70W…  │
//! │     thiếu 3 máy xách tay                               │
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
use crate::unit::{DeviceId, Moment, holds_words};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, LotView, Report, Seen, Sight, World, hints, press,
};
use ratatui::layout::Rect;

/// Lines of a lot.
const EACH: u16 = 2;
/// Lines of what is good to know.
const NOTE: u16 = 2;

#[derive(Default)]
pub(super) struct Lots {
    /// The device whose lot is chosen, and what it is called.
    device: Option<(DeviceId, String)>,
    typed: Field,
    views: Option<Vec<LotView>>,
    refusal: Option<Report>,
    at: usize,
}

static KEYS: &[Binding<Lots>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-lot-look"),
        when: |layer, _| layer.device.is_none() && layer.here().is_some(),
        what: |layer, _| layer.here().map(|lot| Effect::Open(Layer::Lot(lot.lot.clone()))).into_iter().collect(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-correct-look"),
        when: |layer, _| layer.here().is_some(),
        what: |layer, _| {
            let to = layer.device.as_ref().zip(layer.here());
            let look = to.map(|((device, _), lot)| Effect::See(Sight::ToLot(device.clone(), lot.lot.clone())));
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
    pub(super) fn of(device: DeviceId, name: String) -> Self {
        Self { device: Some((device, name)), ..Self::default() }
    }

    /// Those whose donor, campaign, id or day hold every word that was typed.
    fn found(&self) -> Vec<&LotView> {
        let typed = self.typed.text();
        let holds = |lot: &&LotView| {
            let since = lot.since.map(Moment::local).unwrap_or_default();
            let [name, campaign] = [&lot.name, &lot.campaign].map(|text| text.as_deref().unwrap_or_default());
            holds_words(&format!("{name} {campaign} {} {since}", lot.lot.as_str()), &typed)
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
        let count = self.views.as_ref().map_or(0, Vec::len) as u64;
        let (title, style, note) = match &self.device {
            None => (say!("lot-list-title", count = count), tint::PLAIN, say!("lot-list-note")),
            Some((_, name)) => (say!("lots-title", tag = name.as_str()), tint::WARN, say!("lots-note")),
        };
        let title = pen.say(&title);
        let inner = boxed(area, area.height.saturating_sub(4), &title, style, pen);
        if let Some(refusal) = &self.refusal {
            report(refusal, inner, pen);
            return;
        }
        let used = pen.line(inner, &say!("donors-find"), tint::NEXT);
        self.typed.draw(right_of(inner, used + 1), true, pen);
        let (rest, found) = (below(inner, 2), self.found());
        match (&self.views, found.is_empty()) {
            (None, _) => _ = pen.line(rest, &say!("bench-reading"), tint::PLAIN),
            (Some(all), true) if all.is_empty() => _ = pen.line(rest, &say!("lot-none"), tint::DIM),
            (Some(_), true) => _ = pen.line(rest, &say!("lots-none"), tint::DIM),
            (Some(_), false) => {}
        }
        let room = rest.height.saturating_sub(NOTE + 1) / EACH;
        let first = (self.at + 1).saturating_sub(usize::from(room));
        for (row, (number, lot)) in (0..room).zip(found.into_iter().enumerate().skip(first)) {
            let area = Rect { height: 1, ..below(rest, row * EACH) };
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let (text, state) = (pen.say(&lot.sentence()), pen.say(&lot.state_sentence()));
            pen.heat(area, Hot::Row(0, number));
            pen.pieces(area, &[(mark, style), (" ", style), (&text, style)]);
            let tone = if lot.tally.differs() && lot.closed.is_none() { tint::WARN } else { tint::DIM };
            pen.pieces(Rect { height: 1, ..below(area, 1) }, &[("     ", tone), (&state, tone)]);
        }
        let note = pen.say(&if world.locked { say!("lots-locked") } else { note });
        pen.wrapped(below(rest, rest.height.saturating_sub(NOTE)), &note, tint::DIM);
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
