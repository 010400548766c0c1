//! Every job: those that run, those that did not come to their end, and those that ended today.
//!
//! ```text
//! ┌ Đang chạy: 2 · dở dang: 1 · xong hôm nay: 5 ──────────────────────────┐
//! │ ▶ 7K3XQ-92M4T-Z xóa sdb ██████░░░░ 62 % 118.2 MB/s · đọc lại còn 95 s  │
//! │   2B8M1-0QRST-4 · xóa · WDC WD5000 · WD-WX81A · 500.1 GB               │
//! │       đã ghi 45 % (225 GB) · từ 14:02 21/11                            │
//! │       đang ở sdc                                                       │
//! │   ✓ 20:31 9Z1XX-3M0P2-A đã xóa …                                       │
//! └───────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: nothing is started or stopped from here by one key: Enter opens what does; the line that is meant stays in sight.

use super::Screen;
use super::bench::jobs::draw_job;
use super::glyphs::Mark;
use super::layer::{aim, draw_interrupted, go_on, report, unmarked};
use super::moves::{self, Moves};
use super::pen::{Hot, Pen, below, right_of};
use super::tint;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Interrupted, JobEnd, JobView, JobsView, Key, Layer, Report, Seen, Sight,
    Weight, World, hints, press,
};
use ratatui::layout::Rect;

/// Columns of a time, and of a tag.
const TIME: u16 = 6;
const TAG: u16 = 15;

pub(super) struct Jobs {
    view: Option<JobsView>,
    refusal: Option<Report>,
    at: usize,
}

/// Opens it.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Jobs { view: None, refusal: None, at: 0 })
}

/// A line of the list.
enum Line<'v> {
    Running(&'v JobView),
    Interrupted(&'v Interrupted),
    Ended(&'v JobEnd),
}

impl Line<'_> {
    const fn height(&self) -> u16 {
        match self {
            Self::Running(_) => 2,
            Self::Interrupted(_) => 3,
            Self::Ended(_) => 1,
        }
    }
}

static KEYS: &[Binding<Jobs>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("jobs-key-look"),
        when: |page, world| matches!(page.here(world), Some(Line::Running(_))),
        what: |page, world| page.enter(world),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-go-on"),
        when: |page, world| matches!(page.here(world), Some(Line::Interrupted(job)) if aim(job).is_some()),
        what: |page, world| page.enter(world),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-on-bench"),
        when: |page, world| matches!(page.here(world), Some(Line::Ended(_))),
        what: |page, world| page.enter(world),
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Char('p'),
        words: || say!("key-prints"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Open(Layer::Prints)],
    },
    Binding { key: Key::Char('r'), words: || say!("key-refresh"), when: |_, _| true, what: |page, _| page.begin() },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
    Binding {
        key: Key::Char('k'),
        words: || say!("key-store"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Open(Layer::Store)],
    },
];

impl Jobs {
    fn lines<'v>(&'v self, world: &'v World) -> Vec<Line<'v>> {
        let (interrupted, ended) =
            self.view.as_ref().map_or((&[][..], &[][..]), |view| (view.interrupted.as_slice(), view.ended.as_slice()));
        let running = world.jobs.iter().map(Line::Running);
        running.chain(interrupted.iter().map(Line::Interrupted)).chain(ended.iter().map(Line::Ended)).collect()
    }

    fn here<'v>(&'v self, world: &'v World) -> Option<Line<'v>> {
        self.lines(world).into_iter().nth(self.at)
    }

    fn enter(&self, world: &World) -> Vec<Effect> {
        match self.here(world) {
            Some(Line::Running(job)) => vec![Effect::Open(Layer::Job(job.job))],
            Some(Line::Interrupted(job)) => go_on(job),
            Some(Line::Ended(end)) => vec![Effect::Choose(end.device.clone()), Effect::Go("bench")],
            None => Vec::new(),
        }
    }

    /// The first line to be drawn, so that the one that is meant has room.
    fn first(&self, lines: &[Line<'_>], room: u16) -> usize {
        let mut needed = 0;
        let upwards = lines.iter().enumerate().take(self.at + 1).rev();
        let fitting = upwards.take_while(|(_, line)| {
            needed += line.height();
            needed <= room
        });
        fitting.last().map_or(self.at, |(number, _)| number)
    }
}

fn draw_line(line: &Line<'_>, is_here: bool, area: Rect, world: &World, pen: &mut Pen<'_>) {
    let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
    let style = if is_here { tint::HERE } else { tint::PLAIN };
    match line {
        Line::Running(job) => {
            pen.text(Rect { height: area.height.min(1), ..area }, mark, style);
            let inset = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
            draw_job(job, inset, world.now, pen);
        }
        Line::Interrupted(job) => draw_interrupted(job, is_here, area, pen),
        Line::Ended(end) => {
            pen.text(area, mark, style);
            let (sign, tinted) = match end.weight {
                Weight::Good => (Mark::Done, tint::GOOD),
                Weight::Warn => (Mark::Warn, tint::WARN),
                Weight::Bad | Weight::Unknown | Weight::Next | Weight::Heading | Weight::Plain | Weight::Dim => {
                    (Mark::Bad, tint::BAD)
                }
            };
            let time = end.at.local();
            let rest = right_of(area, 1);
            let used = pen.pieces(rest, &[(pen.glyphs().mark(sign), tinted), (" ", tinted)]);
            let rest = right_of(rest, used);
            pen.text(Rect { width: TIME.min(rest.width), ..rest }, time.get(11..16).unwrap_or_default(), tint::DIM);
            let rest = right_of(rest, TIME);
            pen.text(Rect { width: TAG.min(rest.width), ..rest }, &end.name, tint::PLAIN);
            let what = unmarked(&end.what, pen);
            pen.text(right_of(rest, TAG), &what, tinted);
        }
    }
}

impl Moves for Jobs {
    fn places(&self, world: &World) -> usize {
        self.lines(world).len()
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Jobs {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => {
                // Jobs that ended meanwhile left the list.
                self.at = self.at.min(self.lines(world).len().saturating_sub(1));
                press(KEYS, self, key, world).unwrap_or_default()
            }
            Input::Scan(text) => vec![Effect::Go("bench"), Effect::Find(text.trim().to_owned())],
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Jobs(view) = seen.as_ref() {
                    (self.view, self.refusal) = (Some(view.clone()), None);
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let of = |count: fn(&JobsView) -> usize| self.view.as_ref().map_or(0, count) as u64;
        let (interrupted, ended) = (of(|view| view.interrupted.len()), of(|view| view.ended.len()));
        let title = say!("jobs-title", running = world.jobs.len() as u64, interrupted = interrupted, ended = ended);
        let title = pen.say(&title);
        let inner = pen.boxed(area, &title, tint::PLAIN);
        let lines = self.lines(world);
        let at = self.at.min(lines.len().saturating_sub(1));
        // The pointer stands in the margin.
        let mut rest = Rect { x: inner.x.saturating_sub(1), width: inner.width + 2, ..inner };
        for (number, line) in lines.iter().enumerate().skip(self.first(&lines, inner.height)) {
            let room = Rect { height: line.height().min(rest.height), ..rest };
            draw_line(line, number == at, room, world, pen);
            pen.heat(room, Hot::Row(0, number));
            rest = below(rest, line.height());
        }
        let rest = Rect { x: inner.x, width: inner.width, ..rest };
        match (&self.refusal, &self.view) {
            (Some(refusal), _) => _ = report(refusal, rest, pen),
            (None, None) => _ = pen.line(rest, &say!("bench-reading"), tint::PLAIN),
            (None, Some(_)) if lines.is_empty() => {
                let text = pen.say(&say!("jobs-none"));
                pen.wrapped(rest, &text, tint::PLAIN);
            }
            (None, Some(_)) => {}
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Jobs)]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_mine = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Jobs(_)));
        is_mine || (self.view.is_none() && matches!(answer, Answer::Refused(_)))
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.go(row, world)
    }
}
