//! The book of a day: what was done in each hour, by whom, and what failed and why.
//!
//! Invariants: a book is a function of the records of its day, without those that were corrected since; people are opaque
//! ids; however much happens, a book holds at most [`MOST_PEOPLE`] people and [`MOST_CAUSES`] causes, and what is beyond is
//! counted together.

use super::today::Today;
use crate::event::disk::{HealthSeen, HealthVerdict, Level, WipeResult};
use crate::event::image::ImageResult;
use crate::event::inspection::{FunctionOutcome, Verdict};
use crate::event::{Event, Fact};
use crate::unit::PersonId;
use crate::word::{Sentence, say};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The people who are counted each for themselves.
const MOST_PEOPLE: usize = 100;
/// The causes that are counted each for itself.
const MOST_CAUSES: usize = 60;
/// The most letters of a cause's own name; names come from records, which may be a stranger's.
const MOST_LETTERS: usize = 48;

/// What is counted of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tally {
    /// Received.
    Received,
    /// Inspected for the first time.
    Inspected,
    /// Every disk wiped, with evidence.
    Wiped,
    /// A system written and read back.
    Imaged,
    /// Functions tested for the first time.
    Checked,
    /// Nothing left to do but to find a pupil.
    Ready,
    /// Given or lent.
    HandedOver,
    /// Disks destroyed instead of wiped.
    Destroyed,
}

impl Tally {
    /// All, in the order of the ladder.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Inspected,
        Self::Wiped,
        Self::Imaged,
        Self::Checked,
        Self::Ready,
        Self::HandedOver,
        Self::Destroyed,
    ];

    /// The word for machines.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Inspected => "inspected",
            Self::Wiped => "wiped",
            Self::Imaged => "imaged",
            Self::Checked => "checked",
            Self::Ready => "ready",
            Self::HandedOver => "handed_over",
            Self::Destroyed => "destroyed",
        }
    }

    /// The word for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Received => say!("tally-received"),
            Self::Inspected => say!("tally-inspected"),
            Self::Wiped => say!("tally-wiped"),
            Self::Imaged => say!("tally-imaged"),
            Self::Checked => say!("tally-checked"),
            Self::Ready => say!("tally-ready"),
            Self::HandedOver => say!("tally-handed-over"),
            Self::Destroyed => say!("tally-destroyed"),
        }
    }
}

/// How many came to each step, in the order of [`Tally::ALL`]: eight numbers, so that a book of many rows stays short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts([u64; 8]);

impl Counts {
    /// How many came to that step.
    #[must_use]
    pub fn of(&self, tally: Tally) -> u64 {
        Tally::ALL.iter().zip(self.0).find(|(one, _)| **one == tally).map_or(0, |(_, count)| count)
    }

    /// All steps together.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut both = self.0;
        for (here, there) in both.iter_mut().zip(other.0) {
            *here = here.saturating_add(there);
        }
        Self(both)
    }

    /// This without that; never below nothing.
    fn without(self, other: Self) -> Self {
        let mut rest = self.0;
        for (here, there) in rest.iter_mut().zip(other.0) {
            *here = here.saturating_sub(there);
        }
        Self(rest)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<Today> for Counts {
    fn from(today: Today) -> Self {
        Self(Tally::ALL.map(|tally| today.of(tally)))
    }
}

/// The book of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayBook {
    /// By the hour in Vietnam, 0 to 23; hours without work are not there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<u8, Counts>,
    /// By who recorded it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<PersonId, Counts>,
    /// By everybody for whom there was no room.
    #[serde(default, skip_serializing_if = "Counts::is_empty")]
    pub others: Counts,
    /// How many records told of a failure, by its cause: `wipe:not_erased`, `image:not_written`, `function:camera`,
    /// `criterion:memory.total`, `disk:replace`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failures: BTreeMap<String, u64>,
    /// Failures for whose cause there was no room.
    #[serde(default, skip_serializing_if = "is_none")]
    pub other_failures: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

impl DayBook {
    /// Enters what an event came to.
    pub(super) fn enter(&mut self, event: &Event, step: Today, causes: Vec<String>) {
        let counts = Counts::from(step);
        if !counts.is_empty() {
            let hour = self.hours.entry(event.happened_at.unwrap_or(event.at).local_hour()).or_default();
            *hour = hour.and(counts);
            self.enter_person(&event.by.person, counts);
        }
        for cause in causes {
            self.enter_failures(cause, 1);
        }
    }

    /// Takes out what an event was entered with and came to no longer.
    pub(super) fn take_out(&mut self, event: &Event, step: Today, causes: &[String]) {
        let counts = Counts::from(step);
        if !counts.is_empty() {
            let hour = event.happened_at.unwrap_or(event.at).local_hour();
            if let Some(row) = self.hours.get_mut(&hour) {
                *row = row.without(counts);
            }
            let row = self.people.get_mut(&event.by.person).unwrap_or(&mut self.others);
            *row = row.without(counts);
            self.hours.retain(|_hour, row| !row.is_empty());
            self.people.retain(|_person, row| !row.is_empty());
        }
        for cause in causes {
            let row = self.failures.get_mut(cause).unwrap_or(&mut self.other_failures);
            *row = row.saturating_sub(1);
        }
        self.failures.retain(|_cause, count| *count > 0);
    }

    fn enter_person(&mut self, person: &PersonId, counts: Counts) {
        let has_room = self.people.len() < MOST_PEOPLE || self.people.contains_key(person);
        let row = if has_room { self.people.entry(person.clone()).or_default() } else { &mut self.others };
        *row = row.and(counts);
    }

    fn enter_failures(&mut self, cause: String, count: u64) {
        let has_room = self.failures.len() < MOST_CAUSES || self.failures.contains_key(&cause);
        let row = if has_room { self.failures.entry(cause).or_default() } else { &mut self.other_failures };
        *row = row.saturating_add(count);
    }

    /// Adds another day's book to it; the bounds hold for each day, not for the sum of many.
    pub fn add(&mut self, other: &Self) {
        for (hour, counts) in &other.hours {
            let row = self.hours.entry(*hour).or_default();
            *row = row.and(*counts);
        }
        for (person, counts) in &other.people {
            let row = self.people.entry(person.clone()).or_default();
            *row = row.and(*counts);
        }
        for (cause, count) in &other.failures {
            *self.failures.entry(cause.clone()).or_default() += count;
        }
        self.others = self.others.and(other.others);
        self.other_failures += other.other_failures;
    }
}

/// Why something failed, as that event says; each record counts once for each of its causes. Of a refused device it is every
/// criterion that the profile names as failed, the recommended ones too.
pub(super) fn causes(event: &Event) -> Vec<String> {
    let mut causes = Vec::new();
    let mut add = |kind: &str, name: &str| {
        causes.push(format!("{kind}:{}", name.chars().take(MOST_LETTERS).collect::<String>()));
    };
    let health = |seen: &Option<HealthSeen>| seen.is_some_and(|seen| seen.verdict == HealthVerdict::Replace);
    if let Fact::WipeStarted(started) = &event.fact
        && health(&started.health_before)
    {
        add("disk", "replace");
    }
    if let Fact::WipeEnded(ended) = &event.fact {
        match (ended.result, ended.level) {
            (WipeResult::Erased, Level::None) => add("wipe", "no_evidence"),
            (WipeResult::Erased, Level::Clear | Level::Purge | Level::Firmware) => {}
            (WipeResult::ErasedWithExceptions, _) => add("wipe", "erased_with_exceptions"),
            (WipeResult::NotErased, _) => add("wipe", "not_erased"),
            (WipeResult::Cancelled, _) => add("wipe", "cancelled"),
        }
    }
    if let Fact::ImageEnded(ended) = &event.fact {
        match ended.result {
            ImageResult::Written => {}
            ImageResult::NotWritten => add("image", "not_written"),
            ImageResult::Cancelled => add("image", "cancelled"),
        }
    }
    if let Fact::FunctionTested(tested) = &event.fact {
        let failed = tested.results.iter().filter(|result| result.outcome == FunctionOutcome::Fails);
        failed.for_each(|result| add("function", &result.function));
    }
    if let Fact::DeviceInspected(inspected) = &event.fact
        && inspected.verdict == Verdict::Fail
    {
        inspected.failed.iter().for_each(|criterion| add("criterion", criterion));
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(received: u64) -> Counts {
        Counts::from(Today { received, ..Today::default() })
    }

    #[test]
    fn a_book_stays_bounded_and_loses_no_count() {
        let mut book = DayBook::default();
        for number in 0..200_u8 {
            book.enter_person(&PersonId::from_random([number; 10]), counts(1));
            book.enter_person(&PersonId::from_random([0; 10]), counts(2));
            book.enter_failures(format!("function:{number}"), 1);
        }
        assert_eq!((book.people.len(), book.failures.len()), (MOST_PEOPLE, MOST_CAUSES));
        let people: u64 = book.people.values().map(Counts::sum).sum();
        assert_eq!((people + book.others.sum(), book.others.sum()), (600, 100));
        assert_eq!(book.failures.values().sum::<u64>() + book.other_failures, 200);
        assert_eq!(book.people[&PersonId::from_random([0; 10])], counts(401), "known ones go on");
        let text = serde_json::to_string(&book).expect("writes");
        assert_eq!(serde_json::from_str::<DayBook>(&text).expect("reads"), book);
    }

    #[test]
    fn books_add_up_and_a_row_says_each_step() {
        let today = Today { received: 3, inspected: 2, ready: 1, destroyed: 4, ..Today::default() };
        let row = Counts::from(today);
        assert_eq!(Tally::ALL.map(|tally| row.of(tally)), [3, 2, 0, 0, 0, 1, 0, 4]);
        assert_eq!((row.sum(), row.and(counts(2)).of(Tally::Received)), (10, 5));
        let one = DayBook { hours: BTreeMap::from([(9, row)]), other_failures: 1, ..DayBook::default() };
        let mut both = one.clone();
        both.add(&one);
        assert_eq!((both.hours[&9], both.other_failures), (row.and(row), 2));
    }
}
