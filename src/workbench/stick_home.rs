//! What came of a stick's homecoming, in words.

use super::bench::Bench;
use super::report::{Report, Tone};
use super::stick_list::StickLine;
use crate::port::Failure;
use crate::unit::{Digest, Moment};
use crate::word::{Sentence, say};

/// What became of one file of bundles that was taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Took {
    /// How many records were taken over, those known before not counted.
    pub new: u64,
    /// How many of them are kept and do not count.
    pub quarantined: u64,
    /// How many of them wait for others that are missing.
    pub parked: u64,
    /// How many chains turned out to be two.
    pub forks: u64,
    /// The station's word for what it has of that chain: a signed checkpoint; empty where it has nothing that counts yet.
    pub receipt: String,
}

impl Took {
    /// Whether there is a word to be given back.
    #[must_use]
    pub const fn has_receipt(&self) -> bool {
        !self.receipt.is_empty()
    }
}

/// What a stick brought, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickHome {
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// What is written on it; none where the station never enrolled it.
    pub name: Option<String>,
    /// Whether its key is trusted no more.
    pub revoked: bool,
    /// Whether what it was enrolled for is over.
    pub over: bool,
    /// How many starts it brought records of.
    pub starts: u64,
    /// How many records were taken over, those known before not counted.
    pub new: u64,
    /// How many of them are kept and do not count.
    pub quarantined: u64,
    /// How many of them wait for others that are missing.
    pub parked: u64,
    /// How many chains turned out to be two.
    pub forks: u64,
    /// How many starts it tells of whose records nobody brought yet.
    pub away: u64,
    /// What was refused, by its file, and why.
    pub refused: Vec<(String, Failure)>,
    /// Why the stick could not be written, where it could not: everything was taken over all the same.
    pub unwritten: Option<Failure>,
}

impl StickHome {
    /// A stick that has brought nothing yet.
    #[must_use]
    pub fn of(station: Digest, known: Option<&StickLine>) -> Self {
        Self {
            station,
            name: known.map(|line| line.name.clone()),
            revoked: known.is_some_and(|line| line.revoked),
            over: false,
            starts: 0,
            new: 0,
            quarantined: 0,
            parked: 0,
            forks: 0,
            away: 0,
            refused: Vec::new(),
            unwritten: None,
        }
    }

    /// Counts what was taken over.
    pub const fn add(&mut self, took: &Took) {
        self.new += took.new;
        self.quarantined += took.quarantined;
        self.parked += took.parked;
        self.forks += took.forks;
    }

    /// What people call it.
    #[must_use]
    pub fn called(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.station.short(16))
    }

    /// Whether it got along what it needs to go out again.
    #[must_use]
    pub const fn goes_out(&self) -> bool {
        self.unwritten.is_none() && self.name.is_some() && !self.revoked && !self.over
    }

    /// Whether all that it brought counts and it can go out again.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.refused.is_empty() && self.unwritten.is_none() && self.quarantined == 0 && self.forks == 0
    }

    /// What is said of it, the failures aside.
    #[must_use]
    pub fn lines(&self) -> Vec<Sentence> {
        let name = self.called();
        let told = |count: u64, sentence: Sentence| (count > 0).then_some(sentence);
        let (name, starts, records) = (name.as_str(), self.starts, self.new);
        let first = if self.refused.is_empty() {
            say!("stick-homed", name = name, starts = starts, records = records)
        } else {
            say!("stick-homed-partly", name = name, starts = starts, records = records)
        };
        let more = [
            self.name.is_none().then(|| say!("stick-home-stranger")),
            self.revoked.then(|| say!("stick-home-revoked")),
            self.over.then(|| say!("stick-home-over")),
            told(self.quarantined, say!("stick-home-quarantined", records = self.quarantined)),
            told(self.parked, say!("stick-home-parked", records = self.parked)),
            told(self.forks, say!("stick-home-forked", chains = self.forks)),
            told(self.away, say!("stick-home-away", starts = self.away)),
            (self.goes_out() && self.refused.is_empty()).then(|| say!("stick-home-ready")),
        ];
        std::iter::once(first).chain(more.into_iter().flatten()).collect()
    }
}

impl StickHome {
    /// The same for a screen.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut lines = self.lines();
        for (file, failure) in &self.refused {
            lines.push(say!("stick-home-refused", file = file.as_str(), why = failure.what.clone()));
        }
        if let Some(failure) = &self.unwritten {
            lines.push(say!("stick-home-unwritten", name = self.called(), why = failure.what.clone()));
        }
        let tone = match (self.refused.is_empty() && self.unwritten.is_none(), self.is_whole()) {
            (false, _) => Tone::Bad,
            (true, false) => Tone::Warn,
            (true, true) => Tone::Good,
        };
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_else(|| say!("stick-home-ready"));
        let mut report = Report::new(tone, first);
        report.lines.extend(lines);
        let failure = self.unwritten.as_ref().or(self.refused.first().map(|(_, failure)| failure));
        report.hint = failure.and_then(|failure| failure.hint.clone());
        report
    }
}

impl StickLine {
    /// Whether it may go out again: neither revoked nor over.
    #[must_use]
    pub fn is_trusted_at(&self, now: Moment) -> bool {
        !self.revoked && self.until > now
    }

    /// The same now.
    #[must_use]
    pub fn is_trusted(&self, bench: &Bench<'_>) -> bool {
        self.is_trusted_at(bench.clock.now())
    }
}
