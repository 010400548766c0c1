//! Drawers in the ledger's file, written within the transaction that appends.

use crate::custody::{DrawerError, Drawers};
use rusqlite::{Connection, OptionalExtension};

/// Drawers over an open transaction.
pub(super) struct TableDrawers<'a>(pub(super) &'a Connection);

impl Drawers for TableDrawers<'_> {
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError> {
        self.0
            .prepare_cached("SELECT body FROM drawer WHERE key = ?1")
            .and_then(|mut query| query.query_row([key], |row| row.get(0)).optional())
            .map_err(|error| DrawerError(error.to_string()))
    }

    fn write(&mut self, key: &str, text: String) -> Result<(), DrawerError> {
        self.0
            .prepare_cached("INSERT INTO drawer VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET body = excluded.body")
            .and_then(|mut query| query.execute([key, text.as_str()]))
            .map(|_rows| ())
            .map_err(|error| DrawerError(error.to_string()))
    }
}
