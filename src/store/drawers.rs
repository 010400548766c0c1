//! Drawers in the ledger's file, written within the transaction that appends.
//!
//! Invariant: what is changed is written when the drawers are settled, each once and in the order of their keys; until then
//! it is read from here.

use super::trouble::OrTrouble;
use crate::custody::{DrawerError, Drawers};
use crate::port::Failure;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

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
    pub(super) fn settle(self) -> Result<(), Failure> {
        let mut query = self
            .work
            .prepare_cached("INSERT INTO drawer VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET body = excluded.body")
            .or_trouble()?;
        for (key, text) in &self.changed {
            query.execute([key, text]).or_trouble()?;
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
        Ok(())
    }
}
