//! Chains of other stations, kept verbatim beside the own one: their tables, and folding them where they were taken over.
//!
//! Invariants: their records are only appended, in one transaction with the `BundleTaken` that says so, and are never changed;
//! what cannot be put behind a chain yet is parked, and what tells of another branch of it is kept as evidence for ever.

use super::earlier::Place;
use super::journal::{broken, row_number};
use super::trouble::OrTrouble;
use crate::custody::{Cabinet, Taking};
use crate::event::Event;
use crate::event::station::BundleTaken;
use crate::ledger::Record;
use crate::port::{AsideBundle, Elsewhere, Failure, ForeignVisit, Line};
use crate::unit::{DeviceId, Digest, Moment};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

/// What version 2 brought; made in a file of version 1 when it is opened to be written.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS foreign_record (
    station BLOB NOT NULL CHECK (length(station) = 32),
    seq INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    PRIMARY KEY (station, seq)
) STRICT;
CREATE TRIGGER IF NOT EXISTS foreign_stays BEFORE UPDATE ON foreign_record
    BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER IF NOT EXISTS foreign_kept BEFORE DELETE ON foreign_record
    BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TABLE IF NOT EXISTS foreign_head (
    station BLOB NOT NULL CHECK (length(station) = 32),
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (station, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS foreign_aside (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    station BLOB NOT NULL CHECK (length(station) = 32),
    first INTEGER NOT NULL,
    size INTEGER NOT NULL,
    fork INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS foreign_about (
    device TEXT NOT NULL,
    chain INTEGER NOT NULL,
    place INTEGER NOT NULL,
    station BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (device, chain, place, seq)
) STRICT, WITHOUT ROWID;
";

/// The same, empty, for a file of version 1 that is only read.
pub(super) const NONE: &str = "
CREATE TEMP TABLE foreign_record (station BLOB, seq INTEGER, bytes BLOB, leaf BLOB);
CREATE TEMP TABLE foreign_head (station BLOB, size INTEGER, note TEXT);
CREATE TEMP TABLE foreign_aside (digest BLOB, station BLOB, first INTEGER, size INTEGER, fork INTEGER, bytes BLOB);
CREATE TEMP TABLE foreign_about (device TEXT, chain INTEGER, place INTEGER, station BLOB, seq INTEGER, at INTEGER);
";

/// Copies the tables of the attached ledger `copy`, but for what folds make.
pub(super) const COPY: &str = "
INSERT INTO main.foreign_record SELECT station, seq, bytes, leaf FROM copy.foreign_record ORDER BY station, seq;
INSERT INTO main.foreign_head SELECT station, size, note FROM copy.foreign_head;
INSERT INTO main.foreign_aside SELECT digest, station, first, size, fork, bytes FROM copy.foreign_aside;
";

/// A record of a device that was taken over: where, and by what time it counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Folded {
    device: String,
    chain: u32,
    place: u64,
    station: Digest,
    seq: u64,
    at: i64,
}

/// Folds what that record took over, right behind it; `folded` hears of each record that counts. The devices that it changed.
pub(super) fn fold_taken(
    work: &Connection,
    (taken, at): (&BundleTaken, Moment),
    place: Place,
    cabinet: &mut Cabinet<'_>,
    folded: &mut dyn FnMut(Folded) -> Result<(), Failure>,
) -> Result<BTreeSet<DeviceId>, Failure> {
    let mut taking = Taking::begin(taken, at, place.before + place.seq, cabinet)?;
    let sql = "SELECT bytes FROM foreign_record WHERE station = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq";
    let mut query = work.prepare(sql).or_trouble()?;
    let (from, to) = (row_number(taken.from).or_trouble()?, row_number(taken.to).or_trouble()?);
    let mut rows = query.query(params![taken.station.0, from, to]).or_trouble()?;
    while let Some(row) = rows.next().or_trouble()? {
        let record = Record::from_bytes(row.get(0).or_trouble()?).map_err(|error| broken(&error))?;
        let event = Event::from_body(record.body()).map_err(|error| broken(&error))?;
        let counted = taking.take(&event, record.seq(), record.leaf(), cabinet)?;
        if let Some((device, at)) = counted {
            let (chain, place) = (place.chain, place.seq);
            let (device, at) = (device.to_string(), at.unix_millis());
            folded(Folded { device, chain, place, station: taken.station, seq: record.seq(), at })?;
        }
    }
    Ok(taking.end(cabinet)?)
}

/// Lists a record among those of its device.
pub(super) fn list(work: &Connection, one: &Folded) -> Result<(), Failure> {
    work.prepare_cached("INSERT INTO foreign_about VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .and_then(|mut query| {
            let (place, seq) = (row_number(one.place)?, row_number(one.seq)?);
            query.execute(params![one.device, one.chain, place, one.station.0, seq, one.at])
        })
        .map(|_rows| ())
        .or_trouble()
}

fn number(row: &rusqlite::Row<'_>, column: usize) -> Result<u64, Failure> {
    u64::try_from(row.get::<_, i64>(column).or_trouble()?).map_err(|error| broken(&error))
}

fn digest(row: &rusqlite::Row<'_>, column: usize) -> Result<Digest, Failure> {
    row.get(column).map(Digest).or_trouble()
}

/// Adds the records of a device that were taken over to its own lines, each behind the record that took it over. `own` is the
/// number of the own chain among all.
pub(super) fn add_lines(work: &Connection, device: &DeviceId, own: u32, lines: &mut Vec<Line>) -> Result<(), Failure> {
    let sql = "SELECT chain, place, at, bytes, station FROM foreign_about JOIN foreign_record USING (station, seq)
        WHERE device = ?1 ORDER BY chain, place, seq";
    let mut query = work.prepare_cached(sql).or_trouble()?;
    let mut rows = query.query([device.as_str()]).or_trouble()?;
    let mut placed: BTreeMap<(u32, u64), Vec<Line>> = BTreeMap::new();
    while let Some(row) = rows.next().or_trouble()? {
        let (chain, place): (u32, u64) = (row.get(0).or_trouble()?, number(row, 1)?);
        let record = Record::from_bytes(row.get(3).or_trouble()?).map_err(|error| broken(&error))?;
        let told = Event::from_body(record.body()).map_err(|error| broken(&error))?;
        let at = row.get(2).map(Moment::from_unix_millis).or_trouble()?;
        let foreign = Some(Elsewhere { station: digest(row, 4)?, told_at: told.at });
        let event = Event { at, ..told };
        let earlier = (chain < own).then_some(chain);
        let line = Line { earlier, foreign, seq: record.seq(), leaf: record.leaf(), event };
        placed.entry((chain, place)).or_default().push(line);
    }
    for ((chain, place), taken) in placed {
        let before = |line: &Line| match line.foreign {
            None => (line.earlier.unwrap_or(own), line.seq) <= (chain, place),
            Some(_) => true,
        };
        let at = lines.iter().position(|line| !before(line)).unwrap_or(lines.len());
        lines.splice(at..at, taken);
    }
    Ok(())
}

/// The first device whose list of records taken over is not this one.
pub(super) fn stale_list(work: &Connection, mut fresh: BTreeSet<Folded>) -> Result<Option<String>, Failure> {
    let mut query = work.prepare("SELECT device, chain, place, station, seq, at FROM foreign_about").or_trouble()?;
    let mut rows = query.query([]).or_trouble()?;
    while let Some(row) = rows.next().or_trouble()? {
        let listed = Folded {
            device: row.get(0).or_trouble()?,
            chain: row.get(1).or_trouble()?,
            place: number(row, 2)?,
            station: digest(row, 3)?,
            seq: number(row, 4)?,
            at: row.get(5).or_trouble()?,
        };
        if !fresh.remove(&listed) {
            return Ok(Some(format!("about:{}", listed.device)));
        }
    }
    Ok(fresh.into_iter().next().map(|one| format!("about:{}", one.device)))
}

/// Bundles that are no part of any chain, oldest chain first.
pub(super) fn aside(work: &Connection) -> Result<Vec<AsideBundle>, Failure> {
    let sql = "SELECT station, first, size, fork FROM foreign_aside ORDER BY station, first, size, digest";
    let mut query = work.prepare_cached(sql).or_trouble()?;
    let mut rows = query.query([]).or_trouble()?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().or_trouble()? {
        let is_fork = row.get::<_, i64>(3).or_trouble()? != 0;
        found.push(AsideBundle { station: digest(row, 0)?, from: number(row, 1)?, to: number(row, 2)?, is_fork });
    }
    Ok(found)
}

/// The stations of which records were taken over.
pub(super) fn stations(work: &Connection) -> Result<Vec<Digest>, Failure> {
    let mut query = work.prepare("SELECT DISTINCT station FROM foreign_head ORDER BY station").or_trouble()?;
    let mut rows = query.query([]).or_trouble()?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().or_trouble()? {
        found.push(digest(row, 0)?);
    }
    Ok(found)
}

/// Shows every record of a chain in order: its bytes, the leaf hash beside it, and the signed head up to it where one is kept.
pub(super) fn rows(work: &Connection, station: Digest, visit: ForeignVisit<'_>) -> Result<(), Failure> {
    let sql = "SELECT bytes, leaf, note FROM foreign_record LEFT JOIN foreign_head
        ON foreign_head.station = foreign_record.station AND foreign_head.size = foreign_record.seq + 1
        WHERE foreign_record.station = ?1 ORDER BY seq";
    let mut query = work.prepare(sql).or_trouble()?;
    let mut rows = query.query([station.0]).or_trouble()?;
    while let Some(row) = rows.next().or_trouble()? {
        visit(row.get(0).or_trouble()?, digest(row, 1)?, row.get(2).or_trouble()?)?;
    }
    Ok(())
}
