//! SQLite on this machine: the journal, its index, marks, the vault and the key files.
//!
//! Invariants: only [`Store::commit`](crate::port::Journal::commit) writes records, in one transaction each time; records
//! are never changed or deleted, nor those of earlier chains; every other table can be rebuilt from them, marks and the
//! vault aside.

mod copy;
mod drawers;
mod earlier;
mod erasure;
mod journal;
mod keys;
mod reader;
mod schema;
mod summary;
mod trouble;
mod vault;

pub use copy::{CopyHead, SafetyKeeper, read_copy_head, unpack_copy};
pub use erasure::{Erasure, erasures, replay_erasures};
pub use journal::Store;
pub use keys::{KeyFile, read_key, read_key_file, write_key};
pub use vault::SealedVault;
