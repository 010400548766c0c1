//! The tables, and opening a ledger file safely.
//!
//! Invariants: WAL with `synchronous=FULL`, so that what was committed survives a power cut; never on FAT or a network
//! file system, whose locks and flushes do not hold; a file of a newer program is left alone.

use super::filing::FOLDED;
use super::trouble::OrTrouble;
use crate::custody::FOLDS;
use crate::port::{Failure, FileSystem, Trouble};
use crate::word::say;
use rusqlite::{Connection, OpenFlags};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "aoxa" in ASCII, in the file's header.
const APPLICATION: i64 = 0x616f_7861;
/// Version of the tables.
const VERSION: i64 = 2;
/// How long an append waits for another process.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    note TEXT NOT NULL,
    peaks BLOB NOT NULL,
    sum BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;
CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TRIGGER record_next BEFORE INSERT ON record
    WHEN NEW.seq <> (SELECT coalesce(max(seq), -1) + 1 FROM record)
    BEGIN SELECT RAISE(ABORT, 'records are only appended'); END;
CREATE TABLE earlier (
    chain INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    note TEXT NOT NULL,
    peaks BLOB NOT NULL,
    sum BLOB NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT;
CREATE TRIGGER earlier_stays BEFORE UPDATE ON earlier BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER earlier_kept BEFORE DELETE ON earlier BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TRIGGER earlier_first BEFORE INSERT ON earlier WHEN EXISTS (SELECT 1 FROM record)
    BEGIN SELECT RAISE(ABORT, 'earlier records are only restored'); END;
CREATE TABLE drawer (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE about (
    device TEXT NOT NULL,
    chain INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (device, chain, seq)
) STRICT, WITHOUT ROWID;
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
    match access {
        Access::Create => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
            let connection = connect(file, flags)?;
            connection.pragma_update(None, "journal_mode", "WAL").or_trouble()?;
            made(connection)
        }
        Access::Write => {
            let connection = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            check_form(&connection)?;
            if connection.is_readonly("main").or_trouble()? {
                return Err(Failure::new(Trouble::Io, say!("ledger-read-only")).hint(say!("ledger-read-only-hint")));
            }
            // Without it lists are slow, and nothing else: a file too damaged for it must still open to be made anew.
            let _slower = connection.execute_batch(super::summary::LATER);
            if version(&connection)? < VERSION {
                let tables = super::foreign::TABLES;
                let batch = format!("BEGIN IMMEDIATE; {tables} PRAGMA user_version={VERSION}; COMMIT;");
                connection.execute_batch(&batch).or_trouble()?;
            }
            Ok(connection)
        }
        Access::Read => {
            let plain = connect(file, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(checked);
            match plain {
                Err(failure) if failure.trouble == Trouble::Io && nobody_can_write(file) => {
                    connect(&unchanging(file), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
                        .and_then(checked)
                }
                plain => plain,
            }
        }
    }
}

/// A new ledger that lives as long as its connection.
pub(super) fn open_in_memory() -> Result<Connection, Failure> {
    let connection = Connection::open_in_memory().or_trouble()?;
    settle(&connection)?;
    made(connection)
}

fn connect(file: &Path, flags: OpenFlags) -> Result<Connection, Failure> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).or_trouble()?;
    connection.busy_timeout(PATIENCE).or_trouble()?;
    settle(&connection)?;
    Ok(connection)
}

fn settle(connection: &Connection) -> Result<(), Failure> {
    connection
        .execute_batch(
            "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;",
        )
        .or_trouble()
}

/// Whether the file system is mounted read-only and no write-ahead log waits beside the ledger. Only then may SQLite be
/// told that the file never changes, without which it cannot read a WAL ledger there: it would have to make its `-shm`.
/// Source: SQLite, "Write-Ahead Logging", section 5.
fn nobody_can_write(file: &Path) -> bool {
    let read_only =
        rustix::fs::statvfs(file).is_ok_and(|status| status.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY));
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let waiting = Path::new(&log).metadata().map_or(0, |log| log.len());
    read_only && waiting == 0
}

/// The file as a SQLite URI that promises that it never changes.
fn unchanging(file: &Path) -> PathBuf {
    let mut uri = b"file:".to_vec();
    for byte in file.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(byte) {
            uri.push(*byte);
        } else {
            uri.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    uri.extend_from_slice(b"?immutable=1");
    PathBuf::from(OsString::from_vec(uri))
}

fn made(connection: Connection) -> Result<Connection, Failure> {
    create(&connection)?;
    checked(connection)
}

fn checked(connection: Connection) -> Result<Connection, Failure> {
    check_form(&connection)?;
    if version(&connection)? < VERSION {
        connection.execute_batch(super::foreign::NONE).or_trouble()?;
    }
    Ok(connection)
}

fn version(connection: &Connection) -> Result<i64, Failure> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).or_trouble()
}

fn check_form(connection: &Connection) -> Result<(), Failure> {
    let version = version(connection)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).or_trouble()?;
    if application != APPLICATION {
        return Err(Failure::new(Trouble::BadData, say!("ledger-foreign")).hint(say!("ledger-corrupt-hint")));
    }
    if version > VERSION {
        let what = say!("ledger-newer", found = version.to_string(), known = VERSION.to_string());
        return Err(Failure::new(Trouble::BadData, what).hint(say!("ledger-newer-hint")));
    }
    Ok(())
}

fn create(connection: &Connection) -> Result<(), Failure> {
    let batch = format!(
        "BEGIN IMMEDIATE; {TABLES} {} {} {} INSERT INTO drawer VALUES ('{FOLDED}', '{FOLDS}'); PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION}; COMMIT;",
        super::summary::TABLES,
        super::summary::LATER,
        super::foreign::TABLES,
    );
    connection.execute_batch(&batch).or_trouble()
}

/// Refuses folders whose file system cannot keep a ledger.
pub(super) fn check_file_system(folder: &Path) -> Result<(), Failure> {
    let status = rustix::fs::statfs(folder).map_err(|error| {
        Failure::new(Trouble::Io, say!("folder-unreadable", folder = folder.display().to_string())).because(error)
    })?;
    if FileSystem(status.f_type.cast_unsigned()).keeps_ledgers() {
        return Ok(());
    }
    let what = say!("ledger-bad-file-system", folder = folder.display().to_string());
    Err(Failure::new(Trouble::Io, what).hint(say!("ledger-bad-file-system-hint")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_marks_of_uris_in_it_stays_one_path() {
        assert_eq!(
            unchanging(Path::new("/máy a?b#c%/ledger.db")),
            Path::new("file:/m%C3%A1y%20a%3Fb%23c%25/ledger.db?immutable=1")
        );
    }
}
