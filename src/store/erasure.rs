//! Tombstones: which names were erased, and when, so that a restored copy from before does not bring them back.
//!
//! Invariant: an id here has no name in the vault. Ids alone tell nobody's name.

use super::trouble::OrTrouble;
use super::vault::open_there;
use crate::port::Failure;
use rusqlite::{Connection, params};
use std::path::Path;

/// Where tombstones are kept, in the vault's file.
pub(super) const TOMBSTONES: &str =
    "CREATE TABLE IF NOT EXISTS erased (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;";

/// A name that was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Whose: the opaque id.
    pub id: String,
    /// When, by the machine's clock: RFC 3339, UTC.
    pub at: String,
}

/// Erases what is sealed under `id` and remembers that, both or neither.
pub(super) fn bury(vault: &Connection, id: &str) -> Result<(), rusqlite::Error> {
    let work = vault.unchecked_transaction()?;
    work.execute("DELETE FROM sealed WHERE id = ?1", [id])?;
    work.execute("INSERT OR IGNORE INTO erased VALUES (?1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))", [id])?;
    work.commit()
}

/// A new name was sealed under `id`.
pub(super) fn unbury(vault: &Connection, id: &str) -> Result<(), rusqlite::Error> {
    vault.execute("DELETE FROM erased WHERE id = ?1", [id]).map(|_rows| ())
}

/// Everything erased from the vault in `folder`, by id.
pub fn erasures(folder: &Path) -> Result<Vec<Erasure>, Failure> {
    let vault = open_there(folder)?;
    vault.execute_batch(TOMBSTONES).or_vault_trouble()?;
    let mut query = vault.prepare("SELECT id, at FROM erased ORDER BY id").or_vault_trouble()?;
    let rows = query.query_map([], |row| Ok(Erasure { id: row.get(0)?, at: row.get(1)? })).or_vault_trouble()?;
    rows.collect::<Result<_, _>>().or_vault_trouble()
}

/// Erases again, before anybody opens the vault in `folder`, what its own tombstones name and what `more` names; how many
/// names were still there.
pub fn replay_erasures(folder: &Path, more: &[Erasure]) -> Result<u64, Failure> {
    let mut vault = open_there(folder)?;
    vault.execute_batch("PRAGMA secure_delete=ON;").or_vault_trouble()?;
    vault.execute_batch(TOMBSTONES).or_vault_trouble()?;
    let work = vault.transaction().or_vault_trouble()?;
    for Erasure { id, at } in more {
        work.execute("INSERT OR IGNORE INTO erased VALUES (?1, ?2)", params![id, at]).or_vault_trouble()?;
    }
    let gone = work.execute("DELETE FROM sealed WHERE id IN (SELECT id FROM erased)", []).or_vault_trouble()?;
    work.commit().or_vault_trouble()?;
    Ok(gone as u64)
}
