//! The chains of other stations: how much of each is here, and what is wrong with it.
//!
//! ```text
//! ┌ Sổ của thẻ và trạm khác: 2 ───────────────────────┐
//! │ ▶ Thẻ 3: 41 dòng, nhận lần cuối 23/11 10:02        │
//! │     ! 4 dòng được giữ nhưng không tính …           │
//! │   Thẻ 1: 12 dòng, nhận lần cuối 21/11 20:36        │
//! └───────────────────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Asked, boxed, page, report};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, ChainSeen, Effect, Hint, Input, Key, Seen, Sight, World, chain_lines, hints, press,
};
use ratatui::layout::Rect;

#[derive(Default)]
pub(super) struct Chains {
    seen: Option<Vec<ChainSeen>>,
    at: usize,
    asked: Asked,
}

static KEYS: &[Binding<Chains>] = &[
    moves::down(),
    moves::up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Moves for Chains {
    fn places(&self, _world: &World) -> usize {
        self.seen.as_ref().map_or(0, Vec::len)
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Chains {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Chains(chains) = seen.as_ref() {
                    (self.seen, self.asked) = (Some(chains.clone()), Asked::NotYet);
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let chains = self.seen.as_deref().unwrap_or_default();
        let title = pen.say(&say!("chains-title", count = chains.len() as u64));
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::PLAIN, pen);
        if let Some(refusal) = self.asked.refusal() {
            report(refusal, inner, pen);
            return;
        }
        if chains.is_empty() {
            let none = if self.seen.is_some() { say!("bundle-list-none") } else { say!("bench-reading") };
            let none = pen.say(&none);
            pen.wrapped(inner, &none, tint::PLAIN);
            return;
        }
        let mut used = 0;
        // The one that is meant is told whole; the others stand in a line each, those before it first.
        for (number, chain) in chains.iter().enumerate().skip(self.at.saturating_sub(2)) {
            let lines = chain_lines(chain);
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let Some((first, rest)) = lines.split_first() else { continue };
            let text = format!("{mark} {}", pen.say(&first.what));
            used += pen.wrapped(below(inner, used), &text, style);
            if is_here {
                used += page(rest.iter(), below(inner, used), pen);
            } else if chain.is_doubtful() {
                used += pen.line(below(inner, used), &say!("chains-doubtful"), tint::WARN).min(1);
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Chains)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_own = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Chains(_)));
        is_own || (self.seen.is_none() && matches!(answer, Answer::Refused(_)))
    }
}
