//! Looking at a chain's rows while they are read: one thread reads, one looks at each row by itself, one follows the chain.
//!
//! Invariant: rows are followed in their order, and what is wrong with an earlier row is told before what is wrong with a
//! later one, or with the reading after it.

use crate::event::station::{BundleTaken, KeyRevoked, StationContinued};
use crate::event::{Heading, Kind};
use crate::job::{self, Lane};
use crate::ledger::{Beside, Record, Seen};
use crate::port::{Failure, Row, Visit};

/// How many rows go from thread to thread at once: few enough to stay in the processor's own memory.
const BATCH: usize = 128;
/// How many batches a thread may be behind the one before it, so that none waits while the others take turns.
const BEHIND: usize = 64;

/// What shows a visitor every row.
pub(super) type Rows<'a> = &'a mut dyn FnMut(Visit<'_>) -> Result<(), Failure>;

/// A row that was looked at by itself; its bytes are in `seen`.
pub(super) struct Looked {
    pub(super) row: Row,
    pub(super) seen: Seen,
    /// What its body is about. Errors: it is no event of any version.
    pub(super) heading: Result<Meaning, String>,
}

/// What a body is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meaning {
    /// Whether this program knows the meaning of such events.
    pub(super) is_known: bool,
    /// Whether it is about the chains themselves.
    pub(super) is_of_chains: bool,
}

/// What stands beside a row's bytes.
pub(super) fn beside(row: &Row) -> Beside<'_> {
    Beside { leaf: row.leaf, note: &row.note, peaks: &row.peaks, sum: row.sum }
}

/// Has every row followed, in order. Errors: the first of `follow`, or of the reading.
pub(super) fn look_at(
    rows: Rows<'_>,
    follow: &mut (dyn FnMut(Looked) -> Result<(), Failure> + Send),
) -> Result<(), Failure> {
    let mut broken = false;
    let follow_all = |batch: Vec<Looked>| {
        // After the first that is wrong, nothing is believed.
        let followed = if broken { Ok(()) } else { batch.into_iter().try_for_each(&mut *follow) };
        broken |= followed.is_err();
        followed
    };
    job::beside(BEHIND, follow_all, |followed| {
        let look_all = |batch: Vec<Row>| batch.into_iter().map(look).collect();
        job::beside(BEHIND, look_all, |looked: &mut Lane<Vec<Row>, Vec<Looked>>| {
            let mut batch = Vec::with_capacity(BATCH);
            let read = rows(&mut |row| {
                batch.push(row);
                if batch.len() < BATCH {
                    return Ok(());
                }
                hand_on(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)), looked, followed)
            });
            let rest = hand_on(batch, looked, followed).and_then(|()| finish(looked, followed));
            rest.and(read)
        })
    })
}

type Looking = Lane<Vec<Row>, Vec<Looked>>;
type Following = Lane<Vec<Looked>, Result<(), Failure>>;

fn hand_on(batch: Vec<Row>, looked: &mut Looking, followed: &mut Following) -> Result<(), Failure> {
    if looked.is_full() {
        pass(looked, followed)?;
    }
    looked.give(batch)
}

fn pass(looked: &mut Looking, followed: &mut Following) -> Result<(), Failure> {
    if followed.is_full() {
        followed.take()??;
    }
    followed.give(looked.take()?)
}

fn finish(looked: &mut Looking, followed: &mut Following) -> Result<(), Failure> {
    while !looked.is_empty() {
        pass(looked, followed)?;
    }
    while !followed.is_empty() {
        followed.take()??;
    }
    Ok(())
}

fn look(mut row: Row) -> Looked {
    let bytes = std::mem::take(&mut row.bytes);
    let seen = Seen::of(bytes, beside(&row));
    let heading = seen.record().map_err(ToString::to_string).and_then(meaning);
    Looked { row, seen, heading }
}

fn meaning(record: &Record) -> Result<Meaning, String> {
    let heading = Heading::read(record).map_err(|error| error.to_string())?;
    let is_of_chains = [StationContinued::KIND, KeyRevoked::KIND, BundleTaken::KIND].contains(&heading.kind.as_ref());
    Ok(Meaning { is_known: heading.is_known(), is_of_chains })
}
