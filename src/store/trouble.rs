//! SQLite's errors in the words of the bench.

use crate::port::{Failure, Trouble};
use crate::word::say;
use rusqlite::ErrorCode;

/// Whether the index beside the write-ahead log could not be made: a full disk, under another name.
/// Source: SQLite, "Result and Error Codes", `SQLITE_IOERR_SHMSIZE`.
fn makes_no_index(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

/// What a SQLite error means for the person at the bench.
pub(super) fn trouble(error: &rusqlite::Error) -> Failure {
    let (kind, what, hint) = match error.sqlite_error_code() {
        Some(_) if makes_no_index(error) => (Trouble::Io, say!("ledger-full"), say!("ledger-full-hint")),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (Trouble::TryAgain, say!("ledger-busy"), say!("ledger-busy-hint"))
        }
        Some(ErrorCode::DiskFull) => (Trouble::Io, say!("ledger-full"), say!("ledger-full-hint")),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            (Trouble::Io, say!("ledger-read-only"), say!("ledger-read-only-hint"))
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            (Trouble::BadData, say!("ledger-corrupt"), say!("ledger-corrupt-hint"))
        }
        Some(_) | None => (Trouble::Io, say!("ledger-error"), say!("ledger-corrupt-hint")),
    };
    Failure::new(kind, what).because(error).hint(hint)
}

/// `?` for SQLite results.
pub(super) trait OrTrouble<T> {
    fn or_trouble(self) -> Result<T, Failure>;
}

impl<T> OrTrouble<T> for Result<T, rusqlite::Error> {
    fn or_trouble(self) -> Result<T, Failure> {
        self.map_err(|error| trouble(&error))
    }
}
