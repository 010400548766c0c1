//! Starts of machines that a stick's own chain tells of and whose records are not all home.
//!
//! Invariant: only what the sticks' chains and the starts' own records say; a start that nobody plugged in since is known of
//! only once its stick was home.

use super::bench::Bench;
use super::stick_list::StickLine;
use crate::custody::ChainFile;
use crate::event::{Event, Fact};
use crate::ledger::Record;
use crate::port::{AsideBundle, Failure, Index};
use crate::unit::{Digest, Moment};
use crate::word::{Sentence, say};

/// What of a start is missing at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// All of it.
    All,
    /// Some records between others.
    Between,
    /// The end of a job that it began.
    End,
}

impl Missing {
    /// In a word that never changes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Between => "between",
            Self::End => "end",
        }
    }
}

/// A start whose records are not all home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartAway {
    /// Leaf hash of its record 0.
    pub start: Digest,
    /// When it was opened; none where its machine's clock cannot have been right.
    pub since: Option<Moment>,
    /// What is missing.
    pub missing: Missing,
}

impl StartAway {
    /// In one line.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let (start, since) = (self.start.short(8), self.since.map_or_else(|| "?".to_owned(), Moment::local));
        match self.missing {
            Missing::All => say!("start-away-all", start = start, since = since),
            Missing::Between => say!("start-away-between", start = start, since = since),
            Missing::End => say!("start-away-end", start = start, since = since),
        }
    }
}

/// The starts of that stick whose records are not all home, the oldest first.
pub fn starts_away(bench: &Bench<'_>, stick: &StickLine) -> Result<Vec<StartAway>, Failure> {
    let Some(own) = bench.index.get::<ChainFile>(&stick.station)? else { return Ok(Vec::new()) };
    let mut opened: Vec<(Digest, Moment)> = Vec::new();
    each(bench.index, stick.station, &["BootOpened"], &mut |event| {
        if let Fact::BootOpened(boot) = event.fact {
            opened.push((boot.station, event.at));
        }
    })?;
    let aside = bench.index.aside()?;
    let mut away = Vec::new();
    for (start, at) in opened {
        if let Some(missing) = missing(bench.index, start, &aside)? {
            away.push(StartAway { start, since: (!own.is_odd_time(at)).then_some(at), missing });
        }
    }
    Ok(away)
}

/// What is missing of a start; none where nothing is known to be.
fn missing(index: &dyn Index, start: Digest, aside: &[AsideBundle]) -> Result<Option<Missing>, Failure> {
    if aside.iter().any(|bundle| bundle.station == start && !bundle.is_fork) {
        return Ok(Some(Missing::Between));
    }
    if index.get::<ChainFile>(&start)?.is_none() {
        return Ok(Some(Missing::All));
    }
    let mut open = Vec::new();
    each(index, start, &["WipeStarted", "WipeEnded", "ImageStarted", "ImageEnded"], &mut |event| {
        if let Fact::WipeStarted(started) = &event.fact {
            open.push(started.job.clone());
        }
        if let Fact::ImageStarted(started) = &event.fact {
            open.push(started.job.clone());
        }
        if let Fact::WipeEnded(ended) = &event.fact {
            open.retain(|job| *job != ended.job);
        }
        if let Fact::ImageEnded(ended) = &event.fact {
            open.retain(|job| *job != ended.job);
        }
    })?;
    Ok((!open.is_empty()).then_some(Missing::End))
}

/// Shows the events of those kinds of a chain that was taken over.
fn each(index: &dyn Index, station: Digest, kinds: &[&str], see: &mut dyn FnMut(Event)) -> Result<(), Failure> {
    index.foreign_rows(station, &mut |bytes, _leaf, _note| {
        let named = kinds.iter().any(|kind| bytes.windows(kind.len()).any(|part| part == kind.as_bytes()));
        let record = named.then(|| Record::from_bytes(bytes).ok()).flatten();
        if let Some(event) = record.and_then(|record| Event::from_body(record.body()).ok()) {
            see(event);
        }
        Ok(())
    })
}
