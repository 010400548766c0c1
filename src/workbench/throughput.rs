//! How the work goes: a day, some days or the campaign, by step, hour, person and cause; what waits, and where it is stuck.
//!
//! Invariants: reads only; names come from the vault, and only while it is open; a queue is that of now, whatever days are
//! looked at.

use super::accessory::{Shortage, shortages};
use super::bench::Bench;
use super::campaign::{Campaign, DAYS_BACK};
use super::check::function_test;
use super::count::all_missing;
use super::place::place_sentence;
use crate::custody::{Counts, DayBook, Stage, Today, bottleneck};
use crate::port::{Failure, Index, Trouble};
use crate::profile::fact_name;
use crate::unit::{Moment, PersonId};
use crate::word::{Sentence, say};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

/// The most days that are looked at together.
pub const MOST_DAYS: u32 = 400;
/// How far back days with work are looked for.
const LOOK_BACK: u32 = 120;
/// Where nothing waits as long as this, nothing is stuck.
const STUCK: Duration = Duration::from_hours(1);
/// Places that a line names.
const PLACES: usize = 4;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// Which days are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Some days in a row.
    Days {
        /// How many days before today the last of them is.
        back: u32,
        /// How many they are, at least one.
        count: u32,
    },
    /// The days of the campaign so far; today where there is none.
    Campaign,
}

impl Period {
    /// Today.
    pub const TODAY: Self = Self::Days { back: 0, count: 1 };
}

/// How the work goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throughput {
    /// The days, the oldest first, those without work too.
    pub days: Vec<DayWork>,
    /// What was done in them.
    pub total: Today,
    /// What they are held against.
    pub before: Option<Before>,
    /// Everything in the books of these days.
    pub book: DayBook,
    /// Who did it, whoever did most first.
    pub people: Vec<PersonWork>,
    /// What failed, the most frequent first.
    pub failures: Vec<(String, u64)>,
    /// What waits now, in the order of the ladder.
    pub queue: Vec<Queue>,
    /// Where the work is stuck now.
    pub stuck: Option<Stage>,
    /// How many devices stand at each stage now.
    pub stages: BTreeMap<Stage, u64>,
    /// The campaign; none where no target was set.
    pub campaign: Option<Campaign>,
    /// What devices want for now that would be ready but for it; nothing of other days.
    pub shortages: Vec<Shortage>,
    /// How many devices are missing now by the last counts, at each place; nothing of other days.
    pub missing: BTreeMap<String, u64>,
    /// Whether the last day is today.
    pub is_today: bool,
}

/// A day of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayWork {
    /// Which, `2026-11-21`.
    pub day: String,
    /// What was done.
    pub today: Today,
    /// Its book.
    pub book: DayBook,
}

/// The days before those that are looked at, as many as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// What was done in them.
    pub counts: Counts,
    /// Up to the end of this hour only, where the day that is looked at is not over.
    pub until: Option<u8>,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonWork {
    /// Who.
    pub person: PersonId,
    /// The name; none while the vault is locked.
    pub name: Option<String>,
    /// How much.
    pub counts: Counts,
}

impl PersonWork {
    /// The name, else the opaque id.
    #[must_use]
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.person.as_str())
    }
}

/// What waits at a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// At which.
    pub stage: Stage,
    /// How many devices.
    pub count: u64,
    /// How long the one that has waited longest has waited.
    pub oldest: Duration,
    /// How long the one in the middle has.
    pub median: Duration,
}

impl Throughput {
    /// The first day.
    #[must_use]
    pub fn first(&self) -> &str {
        self.days.first().map_or("", |day| day.day.as_str())
    }

    /// The last day.
    #[must_use]
    pub fn last(&self) -> &str {
        self.days.last().map_or("", |day| day.day.as_str())
    }
}

/// How the work goes in these days. Errors: none, or more than [`MOST_DAYS`]; the ledger does not read.
pub fn throughput(bench: &Bench<'_>, period: Period) -> Result<Throughput, Failure> {
    let now = bench.clock.now();
    let today = now.local_day();
    let (ago, count) = span(bench, period, now)?;
    let last = earlier(now, ago);
    let mut days = Vec::new();
    for before in (0..count).rev() {
        days.push(read_day(bench.index, earlier(last, before).local_day())?);
    }
    let mut book = DayBook::default();
    for day in &days {
        book.add(&day.book);
    }
    let total = days.iter().fold(Today::default(), |sum, day| sum.and(day.today));
    let before = match period {
        Period::Days { .. } => Some(read_before(bench.index, last, count, ago == 0, now)?),
        Period::Campaign => None,
    };
    let back = earlier(now, LOOK_BACK).local_day();
    let from = bench.own.target.as_ref().map_or_else(|| back.clone(), |target| target.from.clone().min(back.clone()));
    let worked = bench.index.days(&from, &today)?;
    let recent = worked.values().rev().take(DAYS_BACK).fold(Today::default(), |sum, day| sum.and(*day));
    let waiting = bench.index.queue()?;
    let long = waiting.iter().filter(|(_, waiting)| now.since(waiting.oldest) >= STUCK);
    let stuck = bottleneck(&long.map(|(stage, waiting)| (*stage, *waiting)).collect(), recent.into());
    let queue = waiting.into_iter().map(|(stage, waiting)| {
        let (oldest, median) = (now.since(waiting.oldest), now.since(waiting.median));
        Queue { stage, count: waiting.count, oldest, median }
    });
    let mut failures: Vec<(String, u64)> = book.failures.iter().map(|(cause, count)| (cause.clone(), *count)).collect();
    failures.sort_by_key(|(_, count)| Reverse(*count));
    Ok(Throughput {
        total,
        before,
        people: people(bench, &book)?,
        failures,
        queue: queue.collect(),
        stuck,
        stages: bench.index.stages()?,
        campaign: bench.own.target.as_ref().map(|target| Campaign::of(target, &worked, &today)),
        shortages: if ago == 0 { shortages(bench)? } else { Vec::new() },
        missing: if ago == 0 { missing_at(bench)? } else { BTreeMap::new() },
        is_today: ago == 0,
        days,
        book,
    })
}

/// How many devices are missing by the last counts, at each place.
fn missing_at(bench: &Bench<'_>) -> Result<BTreeMap<String, u64>, Failure> {
    let mut places = BTreeMap::new();
    for missed in all_missing(bench)?.into_iter().filter_map(|one| one.missed) {
        *places.entry(missed.at).or_default() += 1;
    }
    Ok(places)
}

/// What is missing, in a line: how many devices in all, and where; none where nothing is.
#[must_use]
pub fn missing_sentence(missing: &BTreeMap<String, u64>) -> Option<Sentence> {
    let at = |(place, count): (&String, &u64)| say!("missing-at", place = place_sentence(place), count = *count);
    let more = (missing.len() > PLACES).then(|| say!("plain", text = "…"));
    let places = missing.iter().take(PLACES).map(at).chain(more);
    let listed = places.reduce(|list, next| say!("list-and", list = list, next = next))?;
    Some(say!("missing-line", count = missing.values().sum::<u64>(), places = listed))
}

/// How many days before today the last day is, and how many days they are.
fn span(bench: &Bench<'_>, period: Period, now: Moment) -> Result<(u32, u32), Failure> {
    let (back, count) = match (period, bench.own.target.as_ref()) {
        (Period::Days { back, count }, _) => (back, count),
        (Period::Campaign, None) => (0, 1),
        (Period::Campaign, Some(target)) => {
            let back = days_ago(now, &target.to).unwrap_or(0);
            let first = days_ago(now, &target.from).unwrap_or(0);
            (back, first.saturating_sub(back).saturating_add(1))
        }
    };
    if count == 0 || count > MOST_DAYS || back > MOST_DAYS * 100 {
        return Err(Failure::new(Trouble::Usage, say!("today-days-wrong", most = u64::from(MOST_DAYS))));
    }
    Ok((back, count))
}

/// How many days before `now` that day is; none where it is no day or still to come.
#[must_use]
pub fn days_ago(now: Moment, day: &str) -> Option<u32> {
    let (here, there) = (Moment::of_local_day(&now.local_day())?, Moment::of_local_day(day)?);
    let millis = here.unix_millis() - there.unix_millis();
    u32::try_from(millis / DAY_MILLIS).ok().filter(|_| millis >= 0)
}

fn earlier(at: Moment, days: u32) -> Moment {
    Moment::from_unix_millis(at.unix_millis() - i64::from(days) * DAY_MILLIS)
}

fn read_day(index: &dyn Index, day: String) -> Result<DayWork, Failure> {
    let today = index.get::<Today>(&day)?.unwrap_or_default();
    Ok(DayWork { today, book: index.book(&day)?, day })
}

/// As many days before those that end with `last`; where that is today and one day, its day before up to this hour.
fn read_before(index: &dyn Index, last: Moment, count: u32, is_now: bool, now: Moment) -> Result<Before, Failure> {
    let until = (is_now && count == 1).then(|| now.local_hour());
    let mut counts = Counts::default();
    for ago in count..count.saturating_mul(2) {
        let book = index.book(&earlier(last, ago).local_day())?;
        let hours = book.hours.iter().filter(|(hour, _)| until.is_none_or(|until| **hour <= until));
        counts = hours.fold(counts, |sum, (_, hour)| sum.and(*hour));
    }
    Ok(Before { counts, until })
}

fn people(bench: &Bench<'_>, book: &DayBook) -> Result<Vec<PersonWork>, Failure> {
    let mut people = Vec::new();
    for (person, counts) in &book.people {
        let name = bench.name_of(person.as_str())?;
        people.push(PersonWork { person: person.clone(), name, counts: *counts });
    }
    people.sort_by_key(|one| Reverse(one.counts.sum()));
    Ok(people)
}

/// Why something failed, in words.
#[must_use]
pub fn cause_sentence(cause: &str) -> Sentence {
    let (kind, name) = cause.split_once(':').unwrap_or((cause, ""));
    match (kind, name) {
        ("wipe", "no_evidence") => say!("cause-wipe-no-evidence"),
        ("wipe", "erased_with_exceptions") => say!("cause-wipe-exceptions"),
        ("wipe", "not_erased") => say!("cause-wipe-not-erased"),
        ("wipe", "cancelled") => say!("cause-wipe-cancelled"),
        ("image", "not_written") => say!("cause-image-not-written"),
        ("image", "cancelled") => say!("cause-image-cancelled"),
        ("disk", "replace") => say!("cause-disk-replace"),
        ("function", id) => match function_test(id) {
            Some(test) => say!("cause-function", name = test.name()),
            None => say!("cause-function", name = id),
        },
        ("criterion", fact) => say!("cause-criterion", name = fact_name(fact)),
        (_, _) => say!("cause-other", cause = cause),
    }
}

/// How long something has waited, in words: whole days, else whole hours, else minutes.
#[must_use]
pub fn age_sentence(age: Duration) -> Sentence {
    let minutes = age.as_secs() / 60;
    match (minutes / (24 * 60), minutes / 60) {
        (0, 0) => say!("age-minutes", count = minutes),
        (0, hours) => say!("age-hours", count = hours),
        (days, _) => say!("age-days", count = days),
    }
}
