//! What other profiles say of the machine: each with its verdict, and for the one that is pointed at every criterion and the
//! cheapest fix.
//!
//! ```text
//! ┌ 7K3XQ-92M4T-Z: hợp với chuẩn nào? ───────────┐
//! │ ▶ ✗ Máy tính cho lớp 6–12    không đạt          │
//! │   ✓ Máy tính cho lớp 1–5     đạt                │
//! │                                                 │
//! │ → cần: thêm RAM 4 GB                            │
//! │ ✗ RAM: 4 GB, cần từ 8 GB                        │
//! └─────────────────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Subject, boxed, page, report};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Report, Seen, Sight, Weight, WhatIfView, World, hints, press,
};
use ratatui::layout::Rect;

/// Columns of a profile's name.
const NAME: u16 = 46;
/// Criteria that one key scrolls by.
const PAGE: usize = 8;
/// The most profiles that are in sight at once.
const MOST: usize = 7;

enum State {
    Asking,
    Refused(Report),
    Shown(Vec<WhatIfView>),
}

pub(super) struct WhatIf {
    subject: Subject,
    state: State,
    at: usize,
    /// Criteria of that profile that were scrolled past.
    skipped: usize,
}

static KEYS: &[Binding<WhatIf>] = &[
    moves::down(),
    moves::up(),
    Binding {
        key: Key::PageDown,
        words: || say!("key-page-down"),
        when: |layer, _| layer.views().get(layer.at).is_some_and(|view| layer.skipped + PAGE < view.lines.len()),
        what: |layer, _| {
            layer.skipped += PAGE;
            Vec::new()
        },
    },
    Binding {
        key: Key::PageUp,
        words: || say!("key-page-up"),
        when: |layer, _| layer.skipped > 0,
        what: |layer, _| {
            layer.skipped = layer.skipped.saturating_sub(PAGE);
            Vec::new()
        },
    },
    Binding { key: Key::Enter, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl WhatIf {
    pub(super) const fn new(subject: Subject) -> Self {
        Self { subject, state: State::Asking, at: 0, skipped: 0 }
    }

    fn views(&self) -> &[WhatIfView] {
        match &self.state {
            State::Shown(views) => views,
            State::Asking | State::Refused(_) => &[],
        }
    }

    /// The profiles; how many lines that took.
    fn draw_list(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let first = (self.at + 1).saturating_sub(MOST);
        let mut used = 0;
        for (number, view) in self.views().iter().enumerate().skip(first).take(MOST) {
            let line = Rect { height: area.height.min(1), ..below(area, used) };
            let here = if number == self.at { pen.glyphs().mark(Mark::Here) } else { " " };
            let (mark, style) = match view.weight {
                Weight::Good => (Mark::Done, tint::GOOD),
                Weight::Warn => (Mark::Warn, tint::WARN),
                Weight::Bad => (Mark::Bad, tint::BAD),
                Weight::Unknown | Weight::Next | Weight::Heading | Weight::Plain | Weight::Dim => {
                    (Mark::Unknown, tint::WARN)
                }
            };
            let pieces = [(here, tint::HERE), (" ", style), (pen.glyphs().mark(mark), style), (" ", style)];
            let before = pen.pieces(line, &pieces);
            let name = Rect { width: NAME.min(line.width), ..line };
            let name_style = if number == self.at { tint::HERE } else { tint::PLAIN };
            pen.text(right_of(name, before), &view.name, name_style);
            pen.line(right_of(line, NAME + 1), &view.verdict, style);
            used += 1;
        }
        used
    }
}

impl Moves for WhatIf {
    fn places(&self, _world: &World) -> usize {
        self.views().len()
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        (self.at, self.skipped) = (at, 0);
        Vec::new()
    }
}

impl Screen for WhatIf {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::WhatIf(views) = seen.as_ref() {
                    self.state = State::Shown(views.clone());
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.state = State::Refused(refusal.clone());
                Vec::new()
            }
            Input::Scan(text) => vec![Effect::Close, Effect::Find(text.trim().to_owned())],
            Input::Answer(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("what-if-title", tag = self.subject.name.as_str()));
        match &self.state {
            State::Asking => {
                let inner = boxed(area, 2, &title, tint::PLAIN, pen);
                pen.line(inner, &say!("what-if-asking"), tint::NEXT);
            }
            State::Refused(refusal) => {
                let inner = boxed(area, 6, &title, tint::BAD, pen);
                report(refusal, inner, pen);
            }
            State::Shown(views) => {
                let inner = boxed(area, area.height.saturating_sub(2), &title, tint::PLAIN, pen);
                let mut rest = below(inner, self.draw_list(inner, pen) + 1);
                let Some(view) = views.get(self.at) else { return };
                if let Some(fix) = &view.fix {
                    let fix = pen.say(&say!("fix-line", fix = fix.clone()));
                    rest = below(rest, pen.wrapped(rest, &fix, tint::NEXT));
                }
                page(view.lines.iter().skip(self.skipped), rest, pen);
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::WhatIf(self.subject.device.clone()))]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::WhatIf(_)));
        let is_it = is_seen || matches!(answer, Answer::Refused(_));
        matches!(self.state, State::Asking) && is_it
    }
}
