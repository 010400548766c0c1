//! The ledger at a glance: its head, what no safety copy has yet, and, when asked, whether all of it still holds.
//!
//! ```text
//! ┌ Sổ ───────────────────────────────────────────────────┐
//! │   Đầu sổ: 1284 3f2a9c…                                 │
//! │ ! 12 bản ghi chưa có trong bản sao nào                  │
//! │                                                        │
//! │ ✓ 1284 bản ghi, chuỗi băm và chữ ký cuối đều đúng       │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: that it holds is said only of the records that were checked just now.

use super::Screen;
use super::layer::{page, report};
use super::moves::{self, Moves};
use super::pen::{Pen, below};
use super::tint;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, PageLine, Report, Seen, Sight, Thorough, World, hints, press,
};
use ratatui::layout::Rect;

enum Check {
    NotYet,
    Running,
    Done(Vec<PageLine>),
    Failed(Report),
}

pub(super) struct Ledger {
    lines: Option<Vec<PageLine>>,
    check: Check,
    skipped: usize,
}

/// Opens it.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Ledger { lines: None, check: Check::NotYet, skipped: 0 })
}

static KEYS: &[Binding<Ledger>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-verify"),
        when: |page, _| !matches!(page.check, Check::Running),
        what: |page, _| {
            page.check = Check::Running;
            vec![Effect::See(Sight::Verified(Thorough::default()))]
        },
    },
    Binding {
        key: Key::Char('k'),
        words: || say!("key-verify-all"),
        when: |page, _| !matches!(page.check, Check::Running),
        what: |page, _| {
            page.check = Check::Running;
            vec![Effect::See(Sight::Verified(Thorough::ALL))]
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
];

impl Ledger {
    fn all(&self) -> impl Iterator<Item = &PageLine> {
        let checked = match &self.check {
            Check::Done(lines) => lines.as_slice(),
            Check::NotYet | Check::Running | Check::Failed(_) => &[],
        };
        self.lines.iter().flatten().chain(checked)
    }
}

impl Moves for Ledger {
    fn places(&self, _world: &World) -> usize {
        self.all().count()
    }

    fn at(&self) -> usize {
        self.skipped
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.skipped = at;
        Vec::new()
    }
}

impl Screen for Ledger {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) => vec![Effect::Go("bench"), Effect::Find(text.trim().to_owned())],
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Ledger(lines) = seen.as_ref() {
                    let is_as_checked = self.lines.as_ref().is_none_or(|before| before == lines);
                    if !is_as_checked && matches!(self.check, Check::Done(_)) {
                        self.check = Check::NotYet;
                    }
                    self.lines = Some(lines.clone());
                }
                if let Seen::Verified(lines) = seen.as_ref() {
                    self.check = Check::Done(lines.clone());
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.check = Check::Failed(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("ledger-title"));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        let used = match (&self.lines, &self.check) {
            (Some(_), _) => page(self.all().skip(self.skipped), inner, pen),
            (None, Check::Failed(_)) => 0,
            (None, Check::NotYet | Check::Running | Check::Done(_)) => {
                pen.line(inner, &say!("bench-reading"), tint::PLAIN).min(1)
            }
        };
        let rest = below(inner, used + 1);
        match &self.check {
            Check::Failed(refusal) => _ = report(refusal, rest, pen),
            Check::Running => _ = pen.line(rest, &say!("ledger-checking"), tint::NEXT),
            Check::NotYet => {
                let note = pen.say(&say!("ledger-note"));
                pen.wrapped(rest, &note, tint::DIM);
            }
            Check::Done(_) => {}
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Ledger)]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_mine = |seen: &Seen| matches!(seen, Seen::Ledger(_) | Seen::Verified(_));
        let is_seen = matches!(answer, Answer::Seen(seen) if is_mine(seen));
        let waits = self.lines.is_none() || matches!(self.check, Check::Running);
        is_seen || (waits && matches!(answer, Answer::Refused(_)))
    }
}
