//! Bringing up the summaries in a transaction: drawers, lists of a device's records, summary rows.
//!
//! Invariant: whatever order events are filed in, when the filing is done every drawer and row is what they say; how many
//! are kept open meanwhile is bounded.

use super::base::lay;
use super::drawers::TableDrawers;
use super::earlier::{Place, Told, tell};
use super::foreign::{fold_taken, list};
use super::journal::row_number;
use super::summary::bring_up;
use super::trouble::OrTrouble;
use crate::custody::{BoxFile, Cabinet, FOLDS, apply, end_chain, place_key};
use crate::event::{Event, Fact};
use crate::port::Failure;
use crate::unit::{DeviceId, Digest};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// Devices whose rows wait to be brought up together.
const MOST_WAITING: usize = 10_000;

/// The drawer that says by which folds all others were filed.
pub(super) const FOLDED: &str = "folds:";

/// Whether what is filed was filed by this program's folds.
pub(super) fn is_folded_so(work: &Connection) -> Result<bool, Failure> {
    let mut query = work.prepare_cached("SELECT body FROM drawer WHERE key = ?1").or_trouble()?;
    let folds: Option<String> = query.query_row([FOLDED], |row| row.get(0)).optional().or_trouble()?;
    Ok(folds.is_some_and(|folds| folds == FOLDS.to_string()))
}

/// What hears how many records are filed, and of how many.
pub type Seen<'a> = &'a mut dyn FnMut(u64, u64);

/// Files everything anew, into tables as this program has them: they hold nothing but what the records say.
pub(super) fn refold(work: &Connection, seen: Seen<'_>) -> Result<(), Failure> {
    let tables = super::summary::TABLES;
    work.execute_batch(&format!(
        "DELETE FROM drawer; DELETE FROM about; DELETE FROM foreign_about; DROP TABLE summary; {tables}"
    ))
    .or_trouble()?;
    lay(work)?;
    fold_all(work, seen)
}

/// Summaries being brought up: the drawers, opened once for many events, and the devices whose rows must follow.
pub(super) struct Filing<'a> {
    pub(super) work: &'a Connection,
    pub(super) cabinet: Cabinet<'a>,
    waiting: BTreeSet<DeviceId>,
}

/// Lets `file` file events, then writes what that changed.
pub(super) fn filing<T>(
    work: &Connection,
    file: impl FnOnce(&mut Filing<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut drawers = TableDrawers::new(work);
    let mut filing = Filing { work, cabinet: Cabinet::new(&mut drawers), waiting: BTreeSet::new() };
    let done = file(&mut filing)?;
    filing.bring_up()?;
    drop(filing);
    drawers.settle()?;
    Ok(done)
}

/// Files every record there is, those of earlier chains first.
pub(super) fn fold_all(work: &Connection, seen: Seen<'_>) -> Result<(), Failure> {
    let all = "SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM earlier)";
    let all: i64 = work.query_row(all, [], |row| row.get(0)).or_trouble()?;
    let all = u64::try_from(all).unwrap_or(0);
    filing(work, |filing| {
        tell(work, &mut |told| match told {
            Told::Record { place, leaf, event } => {
                seen(place.before + place.seq + 1, all);
                filing.file(event, place, leaf)
            }
            Told::End { size, root } => Ok(end_chain(size, root, &mut filing.cabinet)?),
        })
    })?;
    work.execute("REPLACE INTO drawer VALUES (?1, ?2)", [FOLDED, &FOLDS.to_string()]).map(|_rows| ()).or_trouble()
}

impl Filing<'_> {
    /// Files one event.
    pub(super) fn file(&mut self, event: &Event, place: Place, leaf: Digest) -> Result<(), Failure> {
        apply(event, place.before + place.seq, leaf, &mut self.cabinet)?;
        if let Fact::BundleTaken(taken) = &event.fact {
            let work = self.work;
            let touched = fold_taken(work, (taken, event.at), place, &mut self.cabinet, &mut |one| list(work, &one))?;
            self.waiting.extend(touched);
        }
        if let Fact::BoxMoved(moved) = &event.fact {
            let moved = self.cabinet.get::<BoxFile>(&place_key(&moved.name))?;
            self.waiting.extend(moved.into_iter().flat_map(|file| file.devices));
        }
        if let Fact::ConflictSettled(settled) = &event.fact {
            self.waiting.extend(settled.other.clone());
        }
        let Some(about) = &event.device else { return Ok(()) };
        self.work
            .prepare_cached("INSERT INTO about VALUES (?1, ?2, ?3)")
            .and_then(|mut query| query.execute(params![about.id.as_str(), place.chain, row_number(place.seq)?]))
            .or_trouble()?;
        self.waiting.insert(about.id.clone());
        if self.waiting.len() < MOST_WAITING { Ok(()) } else { self.bring_up() }
    }

    fn bring_up(&mut self) -> Result<(), Failure> {
        for device in std::mem::take(&mut self.waiting) {
            bring_up(self.work, &self.cabinet, &device)?;
        }
        Ok(())
    }
}
