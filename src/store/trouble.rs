//! SQLite's errors in the words of the bench.

use crate::port::{Failure, Trouble};
use crate::word::say;
use rusqlite::ErrorCode;

/// Whether the index beside the write-ahead log could not be made: a full disk, under another name.
/// Source: SQLite, "Result and Error Codes", `SQLITE_IOERR_SHMSIZE`.
fn makes_no_index(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

/// What went wrong, whichever file it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Busy,
    Full,
    ReadOnly,
    Corrupt,
    Other,
}

fn fault(error: &rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(_) if makes_no_index(error) => Fault::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Busy,
        Some(ErrorCode::DiskFull) => Fault::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Fault::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Fault::Corrupt,
        Some(_) | None => Fault::Other,
    }
}

/// What an error in the ledger's file means for the person at the bench.
pub(super) fn trouble(error: &rusqlite::Error) -> Failure {
    let (kind, what, hint) = match fault(error) {
        Fault::Busy => (Trouble::TryAgain, say!("ledger-busy"), say!("ledger-busy-hint")),
        Fault::Full => (Trouble::Io, say!("ledger-full"), say!("ledger-full-hint")),
        Fault::ReadOnly => (Trouble::Io, say!("ledger-read-only"), say!("ledger-read-only-hint")),
        Fault::Corrupt => (Trouble::BadData, say!("ledger-corrupt"), say!("ledger-corrupt-hint")),
        Fault::Other => (Trouble::Io, say!("ledger-error"), say!("ledger-corrupt-hint")),
    };
    Failure::new(kind, what).because(error).hint(hint)
}

/// The same for the vault's file: the ledger beside it is whole.
fn vault_trouble(error: &rusqlite::Error) -> Failure {
    let (kind, what, hint) = match fault(error) {
        Fault::Busy => (Trouble::TryAgain, say!("vault-in-use"), say!("ledger-busy-hint")),
        Fault::Full => (Trouble::Io, say!("vault-full"), say!("ledger-full-hint")),
        Fault::ReadOnly => (Trouble::Io, say!("vault-read-only"), say!("ledger-read-only-hint")),
        Fault::Corrupt => (Trouble::BadData, say!("vault-unreadable"), say!("vault-unreadable-hint")),
        Fault::Other => (Trouble::Io, say!("vault-error"), say!("vault-unreadable-hint")),
    };
    Failure::new(kind, what).because(error).hint(hint)
}

/// `?` for SQLite results.
pub(super) trait OrTrouble<T> {
    /// In the ledger's words.
    fn or_trouble(self) -> Result<T, Failure>;
    /// In the vault's words.
    fn or_vault_trouble(self) -> Result<T, Failure>;
}

impl<T> OrTrouble<T> for Result<T, rusqlite::Error> {
    fn or_trouble(self) -> Result<T, Failure> {
        self.map_err(|error| trouble(&error))
    }

    fn or_vault_trouble(self) -> Result<T, Failure> {
        self.map_err(|error| vault_trouble(&error))
    }
}
