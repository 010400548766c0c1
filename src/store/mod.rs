//! SQLite on this machine: the journal, its index, marks, the vault and the key files.
//!
//! Invariants: only [`Store::commit`](crate::port::Journal::commit) writes records, in one transaction each time; records
//! are never changed or deleted; every other table can be rebuilt from them, marks and the vault aside.

mod drawers;
mod journal;
mod keys;
mod reader;
mod schema;
mod signs;
mod trouble;
mod vault;

pub use journal::Store;
pub use keys::{KeyFile, read_key, write_key};
pub use signs::sqlite_version;
pub use vault::SealedVault;
