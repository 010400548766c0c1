//! The tables, and opening a ledger file safely.
//!
//! Invariants: WAL with `synchronous=FULL`, so that what was committed survives a power cut; never on FAT or a network
//! file system, whose locks and flushes do not hold; a file of a newer program is left alone.

use super::trouble::OrTrouble;
use crate::port::{Failure, Trouble};
use crate::word::say;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// "aoxa" in ASCII, in the file's header.
const APPLICATION: i64 = 0x616f_7861;
/// Version of the tables.
const VERSION: i64 = 1;
/// How long an append waits for another process.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    note TEXT NOT NULL,
    peaks BLOB NOT NULL
) STRICT;
CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TRIGGER record_next BEFORE INSERT ON record
    WHEN NEW.seq <> (SELECT coalesce(max(seq), -1) + 1 FROM record)
    BEGIN SELECT RAISE(ABORT, 'records are only appended'); END;
CREATE TABLE drawer (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE about (device TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (device, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE mark (job TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

/// Whether the ledger may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Makes the file.
    Create,
    /// Reads and appends.
    Write,
    /// Only reads.
    Read,
}

/// Opens the ledger file.
pub(super) fn open(file: &Path, access: Access) -> Result<Connection, Failure> {
    let flags = match access {
        Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).or_trouble()?;
    connection.busy_timeout(PATIENCE).or_trouble()?;
    if access == Access::Create {
        connection.pragma_update(None, "journal_mode", "WAL").or_trouble()?;
    }
    connection
        .execute_batch(
            "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;",
        )
        .or_trouble()?;
    if access == Access::Create {
        create(&connection)?;
    }
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).or_trouble()?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).or_trouble()?;
    if application != APPLICATION {
        return Err(Failure::new(Trouble::BadData, say!("ledger-foreign")).hint(say!("ledger-corrupt-hint")));
    }
    if version > VERSION {
        let what = say!("ledger-newer", found = version.to_string(), known = VERSION.to_string());
        return Err(Failure::new(Trouble::BadData, what).hint(say!("ledger-newer-hint")));
    }
    Ok(connection)
}

fn create(connection: &Connection) -> Result<(), Failure> {
    let batch = format!(
        "BEGIN IMMEDIATE; {TABLES} PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION}; COMMIT;"
    );
    connection.execute_batch(&batch).or_trouble()
}

/// Refuses folders whose file system cannot keep a ledger. Source: magic numbers of `statfs(2)`.
pub(super) fn check_file_system(folder: &Path) -> Result<(), Failure> {
    const FAT: u64 = 0x4d44;
    const EXFAT: u64 = 0x2011_bab0;
    const NFS: u64 = 0x6969;
    const CIFS: u64 = 0xff53_4d42;
    const SMB2: u64 = 0xfe53_4d42;
    let status = rustix::fs::statfs(folder).map_err(|error| {
        Failure::new(Trouble::Io, say!("folder-unreadable", folder = folder.display().to_string())).because(error)
    })?;
    let kind = u64::try_from(status.f_type).unwrap_or_default() & 0xffff_ffff;
    if [FAT, EXFAT, NFS, CIFS, SMB2].contains(&kind) {
        let what = say!("ledger-bad-file-system", folder = folder.display().to_string());
        return Err(Failure::new(Trouble::Io, what).hint(say!("ledger-bad-file-system-hint")));
    }
    Ok(())
}
