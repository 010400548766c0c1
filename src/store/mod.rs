//! SQLite on this machine: the journal, its index, marks, the vault with its lock, and the key files.
//!
//! Invariants: only [`Store::commit`](crate::port::Journal::commit) writes records, in one transaction each time; records
//! are never changed or deleted; every other table can be rebuilt from them, marks and the vault aside.

mod drawers;
mod journal;
mod keys;
mod lock;
mod reader;
mod schema;
mod share;
mod trouble;
mod unlocked;
mod vault;

pub use journal::Store;
pub use keys::{KeyFile, has_key, read_key, read_key_file, write_key, write_key_file, write_secret_file};
pub use lock::{LockError, VaultLock};
pub use share::{Recovery, SHARES, Share, ShareError};
pub use unlocked::{VaultKey, memory_folder};
pub use vault::SealedVault;
