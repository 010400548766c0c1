//! Taking stock of a shelf or a box: every scan ticks a device off, and what is missing or unexpected is told at once.
//!
//! ```text
//! ┌ Kiểm kê kệ A1 ────────────────────────────────────────┐
//! │ Quét tem: _                                           │
//! │ đúng chỗ 10 · thiếu 2 · lạ 1                          │
//! │ ! lạ 2B8M1-0QRST-4 · sổ ghi ở kệ B2                   │
//! │ ✗ thiếu 7K3XQ-92M4T-Z · đã xóa · sổ ghi ở đây 12 ngày │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: nothing is recorded before the moves were shown and Enter was pressed on them, all scans taken into account;
//! what was scanned is not thrown away by one key; a box that is scanned counts as what is in it only where Tab said so.

use super::super::Screen;
use super::super::field::Field;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, outcome, page, report};
use crate::unit::{ShelfName, box_name};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, CountOrder, Effect, Hint, Input, Key, PageLine, Place, Report, Seen, Sight, StockTake,
    WarehouseOrder, Weight, World, hints, place_sentence, press, stock_lines,
};
use ratatui::layout::Rect;

/// What is asked now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The next scan.
    Scan,
    /// Whether what was found is to be recorded.
    Record,
    /// Whether the scans are to be thrown away.
    Leave,
    /// Nothing: it was recorded.
    Over,
}

pub(super) struct Count {
    shelf: ShelfName,
    scans: Vec<String>,
    /// Whether boxes are closed, and count as everything in them.
    sealed: bool,
    typed: Field,
    take: Option<StockTake>,
    step: Step,
    /// Lines that are scrolled past.
    past: usize,
    asked: Asked,
    done: Option<Report>,
}

static KEYS: &[Binding<Count>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-tick-off"),
        when: |layer, _| layer.step == Step::Scan && !layer.typed.text().is_empty(),
        what: |layer, _| {
            let text = std::mem::take(&mut layer.typed).text();
            layer.scan(&text)
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-count-end"),
        when: |layer, _| layer.step == Step::Scan && layer.is_current(),
        what: |layer, _| layer.end(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-count-record"),
        when: |layer, _| layer.step == Step::Record && layer.is_current() && !layer.asked.is_waiting(),
        what: |layer, _| layer.record(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-count-leave"),
        when: |layer, _| matches!(layer.step, Step::Leave | Step::Over),
        what: |layer, _| layer.close(),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-count-sealed"),
        when: |layer, _| layer.step == Step::Scan && box_name(layer.shelf.as_str()).is_none(),
        what: |layer, _| {
            layer.sealed = !layer.sealed;
            layer.look()
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-close"),
        when: |layer, _| layer.step == Step::Over || (layer.step == Step::Scan && layer.scans.is_empty()),
        what: |layer, _| layer.close(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |_, _| true,
        what: |layer, _| {
            layer.step = if layer.step == Step::Scan { Step::Leave } else { Step::Scan };
            Vec::new()
        },
    },
];

impl Count {
    pub(super) fn new(shelf: ShelfName) -> Self {
        let (scans, typed, asked, step) = (Vec::new(), Field::default(), Asked::NotYet, Step::Scan);
        Self { shelf, scans, sealed: false, typed, take: None, step, past: 0, asked, done: None }
    }

    fn scan(&mut self, text: &str) -> Vec<Effect> {
        self.scans.push(text.trim().to_owned());
        (self.step, self.past) = (Step::Scan, 0);
        self.look()
    }

    fn look(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::StockTake(self.order()))]
    }

    fn order(&self) -> CountOrder {
        CountOrder { place: self.shelf.clone(), scans: self.scans.clone(), sealed: self.sealed }
    }

    /// Whether what is shown is of all that was scanned.
    fn is_current(&self) -> bool {
        self.take.as_ref().is_some_and(|take| (take.scans, take.sealed) == (self.scans.len(), self.sealed))
    }

    /// Shows what would be recorded.
    fn end(&mut self) -> Vec<Effect> {
        (self.step, self.past) = (Step::Record, 0);
        Vec::new()
    }

    fn record(&mut self) -> Vec<Effect> {
        let Some(take) = &self.take else { return Vec::new() };
        self.asked = Asked::Waiting;
        vec![Effect::Warehouse(WarehouseOrder::Count { order: self.order(), shown: Box::new(take.clone()) })]
    }

    fn close(&self) -> Vec<Effect> {
        let place = self.take.as_ref().map(|take| Place::named(&take.shelf));
        vec![Effect::Close, Effect::See(Sight::Shelves(place))]
    }

    /// What is not as it should be: while it is asked what to record, what that moves and what is missing.
    fn lines(&self) -> Vec<PageLine> {
        let Some(take) = &self.take else { return Vec::new() };
        let lines = stock_lines(take).into_iter();
        let lines = lines.filter(|line| self.step != Step::Record || line.is_move || line.line.weight == Weight::Bad);
        lines.map(|line| line.line).collect()
    }
}

/// How many devices are where they should be, missing, unexpected; and what else was scanned.
fn draw_counts(take: &StockTake, area: Rect, pen: &mut Pen<'_>) {
    let other = (take.given.len() + take.unread.len()) as u64;
    let counts = [
        (say!("count-found", count = take.found.len() as u64), tint::GOOD),
        (say!("count-missing", count = take.missing.len() as u64), tint::BAD),
        (say!("count-unexpected", count = (take.unexpected.len() + take.boxes.len()) as u64), tint::WARN),
        (say!("count-other", count = other), tint::WARN),
    ];
    let mut used = 0;
    for (text, style) in counts.into_iter().take(if other == 0 { 3 } else { 4 }) {
        used += pen.line(right_of(area, used), &text, style) + 3;
    }
}

impl Moves for Count {
    fn places(&self, _world: &World) -> usize {
        self.lines().len()
    }

    fn at(&self) -> usize {
        self.past
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.past = at;
        Vec::new()
    }
}

impl Screen for Count {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.step == Step::Scan {
                    self.typed.press(key);
                }
                Vec::new()
            }),
            Input::Paste(text) => {
                self.typed.paste(text);
                Vec::new()
            }
            Input::Scan(_) if self.step == Step::Over || self.asked.is_waiting() => Vec::new(),
            Input::Scan(text) => self.scan(text),
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::StockTake(take) = seen.as_ref() {
                    self.take = Some(take.clone());
                }
                Vec::new()
            }
            Input::Answer(Answer::Done(report)) => {
                (self.step, self.asked, self.done) = (Step::Over, Asked::NotYet, Some(report.clone()));
                self.look()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                self.step = Step::Scan;
                self.look()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let place = || place_sentence(self.shelf.as_str());
        let title = pen.say(&say!("count-title", place = place()));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        let head = Rect { height: inner.height.min(1), ..inner };
        match self.step {
            Step::Scan => {
                let used = pen.line(head, &say!("shelve-scan"), tint::NEXT);
                let room = right_of(head, used + 1);
                self.typed.draw(Rect { width: room.width.min(32), ..room }, true, pen);
                if self.sealed {
                    pen.line(right_of(room, 34), &say!("count-sealed"), tint::WARN);
                }
            }
            Step::Record => _ = pen.line(head, &say!("count-record-ask", place = place()), tint::NEXT),
            Step::Leave => _ = pen.line(head, &say!("count-leave-ask", count = self.scans.len() as u64), tint::WARN),
            Step::Over => {}
        }
        let Some(take) = &self.take else {
            pen.line(below(inner, 2), &say!("bench-reading"), tint::PLAIN);
            return;
        };
        draw_counts(take, below(inner, 1), pen);
        let mut rest = below(inner, 3);
        if let Some(done) = &self.done {
            rest = below(rest, report(done, rest, pen) + 1);
        }
        if self.asked.is_waiting() || self.asked.refusal().is_some() {
            outcome(&self.asked, &say!("recording"), &say!("count-note"), rest, pen);
            rest = below(rest, 4);
        }
        let lines = self.lines();
        if lines.is_empty() && self.step == Step::Scan {
            let note = pen.say(&say!("count-note"));
            pen.wrapped(rest, &note, tint::DIM);
        }
        page(lines.iter().skip(self.past), rest, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        self.look()
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.look()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::StockTake(_)));
        let is_refused = matches!(answer, Answer::Refused(_)) && (self.asked.is_waiting() || self.take.is_none());
        is_seen || is_refused || (self.asked.is_waiting() && matches!(answer, Answer::Done(_)))
    }

    fn is_typing(&self) -> bool {
        self.step == Step::Scan
    }
}
