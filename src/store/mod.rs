//! SQLite on this machine: the journal, its index, marks, the vault with its lock, and the key files.
//!
//! Invariants: only [`Store::commit`](crate::port::Journal::commit) writes records, in one transaction each time; records
//! are never changed or deleted, nor those of earlier chains; every other table can be rebuilt from them, marks and the
//! vault aside.

mod base;
mod copy;
mod drawers;
mod earlier;
mod erasure;
mod filing;
mod foreign;
mod journal;
mod keys;
mod lock;
mod reader;
mod schema;
mod share;
mod signs;
mod summary;
mod take_over;
mod trouble;
mod unlocked;
mod vault;

pub use copy::{CopyHead, SafetyKeeper, read_copy_head, unpack_copy};
pub use erasure::{Erasure, erasures, replay_erasures};
pub use filing::Seen;
pub use journal::Store;
pub use keys::{KeyFile, has_key, read_key, read_key_file, write_key, write_key_file, write_secret_file};
pub use lock::{LockError, VaultLock};
pub use share::{Recovery, SHARES, Share, ShareError};
pub use signs::sqlite_version;
pub use unlocked::{VaultKey, is_in_memory, memory_folder};
pub use vault::SealedVault;
