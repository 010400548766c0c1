//! How the files of a station are really kept: read back, not remembered.
//!
//! Invariant: looking opens a file only to read it, and makes none.

use super::journal::Store;
use super::trouble::OrTrouble;
use crate::port::{Failure, LedgerSigns};

/// The version of SQLite in this program.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

impl Store {
    /// How the ledger's file is kept, as this connection finds it.
    pub fn signs(&self) -> Result<LedgerSigns, Failure> {
        let ask = |name: &str| self.connection.pragma_query_value(None, name, |row| row.get(0)).or_trouble();
        let number =
            |name: &str| self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).or_trouble();
        Ok(LedgerSigns {
            journal_mode: ask("journal_mode")?,
            synchronous: number("synchronous")?,
            trusts_schema: number("trusted_schema")? != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::SecretKey;

    #[test]
    fn a_ledger_tells_how_it_is_kept_whoever_opened_it() {
        let folder = tempfile::tempdir().expect("folder");
        let key = SecretKey::from_bytes(&[1; 32]);
        let made = Store::create(folder.path(), key.clone()).expect("made");
        let kept = LedgerSigns { journal_mode: "wal".to_owned(), synchronous: 2, trusts_schema: false };
        assert_eq!(made.signs().expect("open"), kept);
        drop(made);
        assert_eq!(Store::open(folder.path(), key).expect("opens").signs().expect("open"), kept);
        let read = Store::read(folder.path()).expect("opens");
        assert_eq!(read.signs().expect("open"), kept);
        read.connection.execute_batch("PRAGMA synchronous=NORMAL; PRAGMA trusted_schema=ON;").expect("allowed");
        let changed = LedgerSigns { synchronous: 1, trusts_schema: true, ..kept };
        assert_eq!(read.signs().expect("open"), changed, "read back, not remembered");
    }

    #[test]
    fn sqlite_tells_its_version() {
        assert!(sqlite_version().split('.').count() == 3, "{}", sqlite_version());
    }
}
