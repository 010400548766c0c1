//! What the folds of a start from a stick begin with: the drawers that a station gave the stick along.
//!
//! Invariants: they are put in once, before record 0, and kept apart as well, so that whatever is made anew begins with them
//! too; what is filed on them is numbered on from the records that they came of, so that no two rows have one number.

use super::filing::filing;
use super::journal::{Store, broken};
use super::summary::bring_up;
use super::trouble::OrTrouble;
use crate::custody::{Cabinet, MemoryDrawers, StationFile};
use crate::ledger::SecretKey;
use crate::port::Failure;
use crate::unit::{DeviceId, IdError};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use std::collections::BTreeMap;
use std::path::Path;

const TABLE: &str = "CREATE TABLE base (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;";
/// The drawer of the station itself.
const STATION: &str = "station:";

impl Store {
    /// Makes a new ledger in `folder` whose folds begin with those drawers, which came of so many records. Errors: as for
    /// [`Store::create`]; a drawer that does not read.
    pub fn create_on(
        folder: &Path,
        key: SecretKey,
        drawers: &BTreeMap<String, String>,
        records: u64,
    ) -> Result<Self, Failure> {
        let store = Self::create(folder, key)?;
        let work = Transaction::new_unchecked(&store.connection, TransactionBehavior::Immediate).or_trouble()?;
        work.execute_batch(TABLE).or_trouble()?;
        let station = drawers.get(STATION).map(|text| serde_json::from_str::<StationFile>(text));
        let station = station.transpose().map_err(|error| broken(&error))?.unwrap_or_default();
        let station = StationFile { id: None, public_key: None, based: records, ..station };
        let station = serde_json::to_string(&station).map_err(|error| broken(&error))?;
        let others = drawers.iter().filter(|(key, _)| *key != STATION);
        for (key, text) in others.map(|(key, text)| (key.as_str(), text)).chain([(STATION, &station)]) {
            work.execute("INSERT INTO base VALUES (?1, ?2)", [key, text]).or_trouble()?;
        }
        lay(&work)?;
        work.commit().or_trouble()?;
        Ok(store)
    }
}

fn is_there(work: &Connection) -> Result<bool, Failure> {
    let found: Option<i64> = work
        .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'base'", [], |row| row.get(0))
        .optional()
        .or_trouble()?;
    Ok(found.is_some())
}

/// Puts the base, where there is one, into empty drawers and rows.
pub(super) fn lay(work: &Connection) -> Result<(), Failure> {
    if !is_there(work)? {
        return Ok(());
    }
    work.execute("REPLACE INTO drawer SELECT key, body FROM base", []).or_trouble()?;
    let devices: Vec<String> = work
        .prepare("SELECT key FROM base WHERE key > 'device:' AND key < 'device;'")
        .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
        .or_trouble()?;
    filing(work, |filing| {
        for key in &devices {
            let device: DeviceId = key["device:".len()..].parse().map_err(|error: IdError| broken(&error))?;
            bring_up(work, &filing.cabinet, &device)?;
        }
        Ok(())
    })
}

/// How many records the base came of; none where there is no base.
pub(super) fn based(work: &Connection) -> Result<u64, Failure> {
    let mut drawers = based_drawers(work, Some(STATION))?;
    Ok(Cabinet::new(&mut drawers).station()?.based)
}

/// The drawers that folds begin with, or that one of them.
pub(super) fn based_drawers(work: &Connection, only: Option<&str>) -> Result<MemoryDrawers, Failure> {
    if !is_there(work)? {
        return Ok(MemoryDrawers::default());
    }
    let rows: Vec<(String, String)> = work
        .prepare("SELECT key, body FROM base WHERE ?1 IS NULL OR key = ?1")
        .and_then(|mut query| query.query_map([only], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .or_trouble()?;
    Ok(MemoryDrawers(rows.into_iter().collect(), Vec::new()))
}
