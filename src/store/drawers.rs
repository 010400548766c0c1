//! Drawers in the ledger's file, written within the transaction that appends.
//!
//! Invariant: what is changed is written when the drawers are settled, or earlier where it grows to be much, in the order of
//! the keys; until then it is read from here.

use super::reader::lines_of;
use super::trouble::OrTrouble;
use crate::custody::{DrawerError, Drawers, MemoryDrawers, Written};
use crate::port::{Failure, Line};
use crate::unit::DeviceId;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

/// Changed drawers that are held back at most.
const MOST_HELD: usize = 10_000;

/// Drawers over an open transaction.
pub(super) struct TableDrawers<'a> {
    work: &'a Connection,
    changed: BTreeMap<String, String>,
}

impl<'a> TableDrawers<'a> {
    pub(super) const fn new(work: &'a Connection) -> Self {
        Self { work, changed: BTreeMap::new() }
    }

    /// Writes what changed.
    pub(super) fn settle(mut self) -> Result<(), Failure> {
        self.write_out().or_trouble()
    }

    fn write_out(&mut self) -> Result<(), rusqlite::Error> {
        let mut query = self.work.prepare_cached(
            "INSERT INTO drawer VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
        )?;
        for (key, text) in std::mem::take(&mut self.changed) {
            query.execute([key, text])?;
        }
        Ok(())
    }
}

impl Drawers for TableDrawers<'_> {
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError> {
        if let Some(text) = self.changed.get(key) {
            return Ok(Some(text.clone()));
        }
        self.work
            .prepare_cached("SELECT body FROM drawer WHERE key = ?1")
            .and_then(|mut query| query.query_row([key], |row| row.get(0)).optional())
            .map_err(|error| DrawerError(error.to_string()))
    }

    fn write(&mut self, key: &str, text: String) -> Result<(), DrawerError> {
        self.changed.insert(key.to_owned(), text);
        if self.changed.len() < MOST_HELD {
            return Ok(());
        }
        self.write_out().map_err(|error| DrawerError(error.to_string()))
    }

    fn written(&self, device: &DeviceId) -> Result<Vec<Written>, DrawerError> {
        written(self.work, device)
    }
}

/// Drawers filed anew in memory, to be held against those in the file.
pub(super) struct FreshDrawers<'a> {
    pub(super) work: &'a Connection,
    pub(super) memory: MemoryDrawers,
}

impl Drawers for FreshDrawers<'_> {
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError> {
        self.memory.read(key)
    }

    fn write(&mut self, key: &str, text: String) -> Result<(), DrawerError> {
        self.memory.write(key, text)
    }

    fn written(&self, device: &DeviceId) -> Result<Vec<Written>, DrawerError> {
        written(self.work, device)
    }
}

fn written(work: &Connection, device: &DeviceId) -> Result<Vec<Written>, DrawerError> {
    let lines = lines_of(work, device).map_err(|failure| DrawerError(failure.to_string()))?;
    let from = |line: &Line| line.foreign.map(|from| from.station);
    Ok(lines.into_iter().map(|line| Written { from: from(&line), leaf: line.leaf, event: line.event }).collect())
}
