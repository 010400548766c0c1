//! How the day goes, for a team lead: what was done against the days before, what waits and where it is stuck, who did it,
//! what failed, and how far the campaign is.
//!
//! ```text
//!  Hôm nay 22/11/2026 · so với hôm qua đến 21 giờ
//!                  đã làm                 trước  0h    6h    12h   18h
//!  nhận               12  ██████████░░░░      9          ▂▅█▃
//!  …
//!  Đang chờ          máy  lâu nhất     ở giữa
//!  đã nhận             4  2 ngày       5 giờ        ! nghẽn ở đây
//!  …
//!  Mục tiêu 300 máy sẵn sàng …: đã 120  ████░░░░░░ 40 %
//!  Theo đà này: khoảng giữa tháng 12/2026, kịp hạn
//!  Hỏng: camera hỏng 2 · …
//!  Người làm: Lan 12 · Minh 9 · …
//! ```
//!
//! Invariants: a number stands beside every bar; what is shown is of the days named above it, or nothing is.

use super::Screen;
use super::glyphs::Mark;
use super::layer::report;
use super::pen::{Pen, below, right_of};
use super::tint;
use crate::custody::{Counts, Stage, Tally};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, DayOrder, Effect, Hint, Input, Key, Period, Queue, Report, Seen, Sight, Throughput, World,
    age_sentence, cause_sentence, day_shown, hints, missing_sentence, press, shortage_sentence,
};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Columns of what always fits; people and failures stand beside it where there are [`WIDE`].
const LEFT: u16 = 80;
const WIDE: u16 = 110;
/// Columns of a step's name, of a number, of a bar, of a curve.
const NAME: u16 = 14;
const NUMBER: u16 = 7;
const BAR: u16 = 14;
const CURVE: u16 = 24;
/// Lines of the steps, of the queue, and where each part begins.
const STEPS: u16 = 1;
const QUEUE: u16 = 10;
const CAMPAIGN: u16 = 18;
const REST: u16 = 20;
/// How many people and causes one line tells.
const TOLD: usize = 4;
/// The days of a week.
const WEEK: u32 = 7;

/// What was counted, and how much of it.
type Told = (String, u64);

struct Today {
    period: Period,
    shown: Option<Box<Throughput>>,
    refused: Option<Report>,
    /// Whether a table is being written.
    is_exporting: bool,
    /// What became of it.
    told: Option<Report>,
}

/// Opens it on today.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Today { period: Period::TODAY, shown: None, refused: None, is_exporting: false, told: None })
}

static KEYS: &[Binding<Today>] = &[
    Binding {
        key: Key::Left,
        words: || say!("key-days-before"),
        when: |today, _| days(today).is_some(),
        what: |today, _| {
            today.go(days(today)
                .map_or(Period::TODAY, |(back, count)| Period::Days { back: back.saturating_add(count), count }))
        },
    },
    Binding {
        key: Key::Right,
        words: || say!("key-days-after"),
        when: |today, _| days(today).is_some_and(|(back, _)| back > 0),
        what: |today, _| {
            today.go(days(today)
                .map_or(Period::TODAY, |(back, count)| Period::Days { back: back.saturating_sub(count), count }))
        },
    },
    Binding {
        key: Key::Char('w'),
        words: || say!("key-week"),
        when: |today, _| days(today).is_none_or(|(_, count)| count == 1),
        what: |today, _| today.go(Period::Days { back: days(today).map_or(0, |(back, _)| back), count: WEEK }),
    },
    Binding {
        key: Key::Char('w'),
        words: || say!("key-one-day"),
        when: |_, _| true,
        what: |today, _| today.go(Period::Days { back: days(today).map_or(0, |(back, _)| back), count: 1 }),
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-campaign"),
        when: |today, _| {
            today.period != Period::Campaign && today.shown.as_ref().is_some_and(|work| work.campaign.is_some())
        },
        what: |today, _| today.go(Period::Campaign),
    },
    Binding {
        key: Key::Home,
        words: || say!("key-today"),
        when: |today, _| today.period != Period::TODAY,
        what: |today, _| today.go(Period::TODAY),
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-export"),
        when: |today, _| today.shown.is_some() && !today.is_exporting,
        what: |today, _| {
            (today.is_exporting, today.told) = (true, None);
            vec![Effect::Day(DayOrder::Export(today.period))]
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
];

/// How far back the days shown end, and how many they are; none for the campaign.
const fn days(today: &Today) -> Option<(u32, u32)> {
    match today.period {
        Period::Days { back, count } => Some((back, count)),
        Period::Campaign => None,
    }
}

impl Today {
    fn go(&mut self, period: Period) -> Vec<Effect> {
        (self.period, self.shown, self.refused, self.told) = (period, None, None, None);
        self.begin()
    }

    fn title(&self, work: &Throughput) -> Sentence {
        let (first, last, count) = (day_shown(work.first()), day_shown(work.last()), work.days.len() as u64);
        match self.period {
            Period::Campaign => say!("today-title-campaign", first = first, last = last),
            Period::Days { .. } if count > 1 => say!("today-title-days", days = count, first = first, last = last),
            Period::Days { back: 0, .. } => say!("today-title-today", day = last),
            Period::Days { .. } => say!("today-title-day", day = last),
        }
    }

    fn draw_title(&self, work: &Throughput, area: Rect, pen: &mut Pen<'_>) {
        let used = pen.line(area, &self.title(work), tint::TITLE);
        let count = work.days.len() as u64;
        let versus = match work.before.map(|before| before.until) {
            None => return,
            Some(Some(hour)) => say!("today-versus-hour", hour = u64::from(hour) + 1),
            Some(None) if count > 1 => say!("today-versus-days", days = count),
            Some(None) => say!("today-versus-day"),
        };
        let versus = format!(" · {}", pen.say(&versus));
        pen.text(right_of(area, used), &versus, tint::DIM);
    }
}

/// What was done at each step: how much, a bar, how much before, and when.
fn draw_steps(work: &Throughput, area: Rect, pen: &mut Pen<'_>) {
    let before = work.before.map(|before| before.counts);
    let highest = |counts: Counts| Tally::ALL.map(|tally| counts.of(tally)).into_iter().max().unwrap_or(0);
    let most = highest(work.total.into()).max(before.map_or(0, highest)).max(1);
    let head = right_of(area, NAME);
    number(head, &pen.say(&say!("today-done")), tint::DIM, pen);
    if before.is_some() {
        number(right_of(head, NUMBER + BAR + 1), &pen.say(&say!("today-earlier")), tint::DIM, pen);
    }
    let axis = right_of(head, 2 * NUMBER + BAR + 3);
    match work.days.as_slice() {
        [_one] => _ = pen.text(axis, "0h    6h    12h   18h", tint::DIM),
        _several => {
            let ends = [work.first(), work.last()].map(|day| day_shown(day).chars().take(5).collect::<String>());
            pen.text(axis, &ends.join(" – "), tint::DIM);
        }
    }
    let steps = Tally::ALL.into_iter().filter(|tally| *tally != Tally::Destroyed || work.total.destroyed > 0);
    for (place, tally) in (1..).zip(steps) {
        let line = Rect { height: 1, ..below(area, place) };
        let done = work.total.of(tally);
        pen.line(Rect { width: NAME, ..line }, &tally.sentence(), tint::PLAIN);
        let rest = right_of(line, NAME);
        number(rest, &done.to_string(), if done > 0 { tint::TITLE } else { tint::DIM }, pen);
        let bar = pen.gauge(done.saturating_mul(1000) / most, BAR);
        let rest = right_of(rest, NUMBER + 1);
        pen.text(rest, &bar, tint::GOOD);
        let rest = right_of(rest, BAR);
        if let Some(before) = before {
            number(rest, &before.of(tally).to_string(), tint::PLAIN, pen);
        }
        let curve = pen.curve(&points(work, tally), CURVE);
        pen.text(right_of(rest, NUMBER + 2), &curve, tint::GOOD);
    }
}

/// How many came to a step in each hour of a day, else on each day.
fn points(work: &Throughput, tally: Tally) -> Vec<u64> {
    match work.days.as_slice() {
        [one] => (0..24).map(|hour| one.book.hours.get(&hour).map_or(0, |counts| counts.of(tally))).collect(),
        several => several.iter().map(|day| day.today.of(tally)).collect(),
    }
}

/// A number, or the head of a column of numbers, to the right of its place.
fn number(area: Rect, text: &str, style: Style, pen: &mut Pen<'_>) {
    let text = format!("{text:>wide$}", wide = usize::from(NUMBER));
    pen.text(Rect { width: NUMBER.min(area.width), ..area }, &text, style);
}

/// What waits at each stage, since when, and where the work is stuck.
fn draw_queue(work: &Throughput, area: Rect, pen: &mut Pen<'_>) {
    pen.line(area, &say!("today-queue"), tint::TITLE);
    let head = right_of(area, NAME);
    number(head, &pen.say(&say!("today-queue-devices")), tint::DIM, pen);
    pen.line(right_of(head, NUMBER + 2), &say!("today-queue-oldest"), tint::DIM);
    pen.line(right_of(head, NUMBER + BAR + 2), &say!("today-queue-median"), tint::DIM);
    let stages = Stage::ALL.into_iter().filter(|stage| *stage < Stage::OnLoan);
    for (place, stage) in (1..).zip(stages) {
        let line = Rect { height: 1, ..below(area, place) };
        pen.line(Rect { width: NAME, ..line }, &stage.sentence(), tint::PLAIN);
        let rest = right_of(line, NAME);
        let none = Queue { stage, count: 0, oldest: std::time::Duration::ZERO, median: std::time::Duration::ZERO };
        let queue = work.queue.iter().find(|queue| queue.stage == stage).copied().unwrap_or(none);
        number(rest, &queue.count.to_string(), if queue.count > 0 { tint::TITLE } else { tint::DIM }, pen);
        if queue.count > 0 {
            let column = |by: u16| Rect { width: BAR - 1, ..right_of(rest, by) };
            pen.line(column(NUMBER + 2), &age_sentence(queue.oldest), tint::PLAIN);
            pen.line(column(NUMBER + BAR + 2), &age_sentence(queue.median), tint::PLAIN);
        }
        if work.stuck == Some(stage) {
            let said = pen.say(&say!("today-stuck-here"));
            pen.marked(right_of(rest, NUMBER + 2 * BAR + 2), Mark::Warn, &said, tint::WARN);
        }
    }
}

/// How far the campaign is, and when it will be there.
fn draw_campaign(work: &Throughput, area: Rect, pen: &mut Pen<'_>) {
    let Some(campaign) = &work.campaign else {
        pen.line(area, &say!("today-no-target"), tint::DIM);
        return;
    };
    let per_mille = campaign.per_mille();
    let (done, devices, to) = (campaign.done, campaign.target.devices, day_shown(&campaign.target.to));
    let goal = campaign.target.goal.tally().sentence();
    let text = pen.say(&say!("today-target", done = done, devices = devices, goal = goal, to = to));
    let used = pen.text(Rect { width: area.width.saturating_sub(BAR + 7), ..area }, &text, tint::TITLE);
    let gauge = format!("  {} {} %", pen.gauge(per_mille, BAR - 4), per_mille / 10);
    pen.text(right_of(area, used), &gauge, tint::GOOD);
    let (mark, style) = if campaign.is_late() { (Mark::Warn, tint::WARN) } else { (Mark::Fact, tint::PLAIN) };
    let said = pen.say(&campaign.forecast_sentence());
    pen.marked(below(area, 1), mark, &said, style);
}

/// What failed and who worked, each in a line.
fn draw_short(work: &Throughput, area: Rect, pen: &mut Pen<'_>) {
    let (failures, people) = rows(work, pen);
    let told = [(say!("today-failures"), failures), (say!("today-people"), people)];
    // What is short is something to do; who worked can wait for a wider screen.
    draw_shortages(work, Rect { height: 1, ..below(area, 1) }, pen);
    let told = told.into_iter().take(if work.shortages.is_empty() && work.missing.is_empty() { 2 } else { 1 });
    for (place, (head, rows)) in (0..).zip(told) {
        let line = Rect { height: 1, ..below(area, place) };
        let used = pen.line(line, &head, tint::TITLE);
        let mut texts: Vec<String> = rows.iter().take(TOLD).map(|(what, count)| format!("{what} {count}")).collect();
        if texts.is_empty() {
            texts.push(pen.say(&say!("today-nothing")));
        }
        let more = rows.len().saturating_sub(TOLD);
        texts.extend((more > 0).then(|| pen.say(&say!("today-more", count = more as u64))));
        pen.text(right_of(line, used + 1), &texts.join(" · "), tint::PLAIN);
    }
}

/// What is missing by the last counts, and what devices want for that would be ready but for it, a line each.
fn draw_shortages(work: &Throughput, area: Rect, pen: &mut Pen<'_>) {
    let lines = missing_sentence(&work.missing).into_iter().chain(work.shortages.iter().map(shortage_sentence));
    for (place, line) in (0..area.height).zip(lines) {
        let said = pen.say(&line);
        pen.marked(below(area, place), Mark::Warn, &said, tint::WARN);
    }
}

/// Each cause of failure with its count, and each person with what they did.
fn rows(work: &Throughput, pen: &Pen<'_>) -> (Vec<Told>, Vec<Told>) {
    let others = pen.say(&say!("csv-others"));
    let failures = work.failures.iter().map(|(cause, count)| (pen.say(&cause_sentence(cause)), *count));
    let more = (others.clone(), work.book.other_failures);
    let people = work.people.iter().map(|one| (one.called().to_owned(), one.counts.sum()));
    let rest = (others, work.book.others.sum());
    let there = |(what, count): Told| (count > 0).then_some((what, count));
    (failures.chain([more]).filter_map(there).collect(), people.chain([rest]).filter_map(there).collect())
}

/// What failed and who worked, with bars, beside the rest.
fn draw_side(work: &Throughput, area: Rect, pen: &mut Pen<'_>) {
    let half = area.height / 2;
    let (failures, people) = rows(work, pen);
    let parts = [(say!("today-people"), people, area), (say!("today-failures"), failures, below(area, half))];
    for (head, rows, area) in parts {
        pen.line(area, &head, tint::TITLE);
        if rows.is_empty() {
            pen.line(below(area, 1), &say!("today-nothing"), tint::DIM);
        }
        let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
        for (place, (what, count)) in (1..half).zip(&rows) {
            let line = Rect { height: 1, ..below(area, place) };
            let name = line.width.saturating_sub(NUMBER + BAR - 3);
            pen.text(Rect { width: name, ..line }, what, tint::PLAIN);
            number(right_of(line, name), &count.to_string(), tint::TITLE, pen);
            let bar = pen.gauge(count.saturating_mul(1000) / most, BAR - 5);
            pen.text(right_of(line, name + NUMBER + 1), &bar, tint::GOOD);
        }
    }
}

impl Screen for Today {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => return press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) => return vec![Effect::Go("bench"), Effect::Find(text.trim().to_owned())],
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Today(_, work) = seen.as_ref() {
                    (self.shown, self.refused) = (Some(work.clone()), None);
                }
            }
            Input::Answer(Answer::Done(done)) => (self.is_exporting, self.told) = (false, Some(done.clone())),
            Input::Answer(Answer::Refused(refusal)) if self.is_exporting => {
                (self.is_exporting, self.told) = (false, Some(refusal.clone()));
            }
            Input::Answer(Answer::Refused(refusal)) => self.refused = Some(refusal.clone()),
            Input::Answer(_) | Input::Paste(_) => {}
        }
        Vec::new()
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        if let Some(refusal) = &self.refused {
            report(refusal, area, pen);
            return;
        }
        let Some(work) = &self.shown else {
            pen.line(area, &say!("today-asking"), tint::NEXT);
            return;
        };
        let is_wide = area.width + 2 >= WIDE;
        let left = Rect { width: area.width.min(LEFT - 2), ..area };
        let at = |line: u16| below(left, line);
        self.draw_title(work, Rect { height: 1, ..left }, pen);
        draw_steps(work, at(STEPS), pen);
        draw_queue(work, at(QUEUE), pen);
        draw_campaign(work, at(CAMPAIGN), pen);
        if is_wide {
            draw_side(work, right_of_all(area, LEFT), pen);
        }
        match &self.told {
            Some(told) => _ = report(told, at(REST), pen),
            None if is_wide => draw_shortages(work, at(REST), pen),
            None => draw_short(work, at(REST), pen),
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Today(self.period))]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen)
            if matches!(seen.as_ref(), Seen::Today(period, _) if *period == self.period));
        let is_told = self.is_exporting && matches!(answer, Answer::Done(_) | Answer::Refused(_));
        is_seen || is_told || self.shown.is_none() && matches!(answer, Answer::Refused(_))
    }
}

/// What is left of all lines of `area` behind `used` columns.
fn right_of_all(area: Rect, used: u16) -> Rect {
    let used = used.min(area.width);
    Rect { x: area.x + used, width: area.width - used, ..area }
}
