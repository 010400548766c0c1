//! Earlier chains: the ledgers of stations that this one continues, kept verbatim before its own records.
//!
//! Invariants: they are put in once, before record 0, and never change; chain 0 is the oldest, the station's own comes
//! after the last; folds take them in that order.

use super::base::based;
use super::filing::fold_all;
use super::journal::{Store, broken};
use super::schema::{Access, open};
use super::trouble::OrTrouble;
use crate::event::Event;
use crate::ledger::{Peaks, Record, SecretKey};
use crate::port::{Failure, Trouble};
use crate::unit::Digest;
use crate::word::say;
use rusqlite::{Connection, Params, Transaction, TransactionBehavior};
use std::path::Path;

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// How many chains stand before its own.
    pub(super) chain: u32,
    /// How many records these have.
    pub(super) before: u64,
    /// Its number in its own.
    pub(super) seq: u64,
}

/// What [`tell`] tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told<'a> {
    /// One record.
    Record {
        /// Where it stands.
        place: Place,
        /// Its leaf hash.
        leaf: Digest,
        /// What it says.
        event: &'a Event,
    },
    /// The records told since the last end were an earlier chain.
    End {
        /// How many they were.
        size: u64,
        /// Merkle root over them.
        root: Digest,
    },
}

/// What takes the records.
pub(super) type Telling<'a> = &'a mut dyn FnMut(Told<'_>) -> Result<(), Failure>;

/// Tells all records in the order in which they are folded: earlier chains, the oldest first, each with its end, then the
/// station's own.
pub(super) fn tell(work: &Connection, told: Telling<'_>) -> Result<(), Failure> {
    let mut before = based(work)?;
    let chains: u32 =
        work.query_row("SELECT coalesce(max(chain) + 1, 0) FROM earlier", [], |row| row.get(0)).or_trouble()?;
    for chain in 0..chains {
        let sql = "SELECT bytes FROM earlier WHERE chain = ?1 ORDER BY seq";
        let peaks = tell_chain(work, sql, [chain], Place { chain, before, seq: 0 }, told)?;
        told(Told::End { size: peaks.size(), root: peaks.root() })?;
        before += peaks.size();
    }
    let place = Place { chain: chains, before, seq: 0 };
    tell_chain(work, "SELECT bytes FROM record ORDER BY seq", [], place, told).map(|_peaks| ())
}

fn tell_chain(
    work: &Connection,
    sql: &str,
    which: impl Params,
    mut place: Place,
    told: Telling<'_>,
) -> Result<Peaks, Failure> {
    let mut query = work.prepare(sql).or_trouble()?;
    let mut rows = query.query(which).or_trouble()?;
    let mut peaks = Peaks::new();
    while let Some(row) = rows.next().or_trouble()? {
        let record = Record::from_bytes(row.get(0).or_trouble()?).map_err(|error| broken(&error))?;
        let event = Event::from_body(record.body()).map_err(|error| broken(&error))?;
        place.seq = record.seq();
        peaks.push(record.leaf());
        told(Told::Record { place, leaf: record.leaf(), event: &event })?;
    }
    Ok(peaks)
}

impl Store {
    /// Makes a new ledger in `folder` after the chains in the ledger file `copy`: its own becomes the last of the earlier
    /// ones. Nothing is judged here. Errors: as for [`Store::create`], or a copy that cannot be read.
    pub fn create_after(folder: &Path, key: SecretKey, copy: &Path) -> Result<Self, Failure> {
        // Sees that the copy is a ledger of this program, and not a newer one.
        drop(open(copy, Access::Read)?);
        let store = Self::create(folder, key)?;
        let path = copy.to_str().ok_or_else(|| {
            Failure::new(Trouble::Usage, say!("folder-unreadable", folder = copy.display().to_string()))
        })?;
        store.connection.execute("ATTACH DATABASE ?1 AS copy", [path]).or_trouble()?;
        let work = Transaction::new_unchecked(&store.connection, TransactionBehavior::Immediate).or_trouble()?;
        work.execute_batch(
            "INSERT INTO main.earlier SELECT chain, seq, bytes, leaf, note, peaks, sum FROM copy.earlier ORDER BY chain, seq;
             INSERT INTO main.earlier
                SELECT (SELECT coalesce(max(chain) + 1, 0) FROM copy.earlier), seq, bytes, leaf, note, peaks, sum
                FROM copy.record ORDER BY seq;",
        )
        .or_trouble()?;
        let keeps = "SELECT count(*) FROM copy.sqlite_schema WHERE name = 'foreign_record'";
        if work.query_row(keeps, [], |row| row.get::<_, i64>(0)).or_trouble()? > 0 {
            work.execute_batch(super::foreign::COPY).or_trouble()?;
        }
        fold_all(&work, &mut |_, _| ())?;
        work.commit().or_trouble()?;
        store.connection.execute_batch("DETACH DATABASE copy").or_trouble()?;
        Ok(store)
    }
}
