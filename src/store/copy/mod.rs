//! Safety copies of a station: one sealed file with its ledger, vault, texts and keys.
//!
//! Invariants: the master key is not in it; copies of the databases are taken in the station's own folder, mode 0600, and
//! removed whatever happens; on the medium there is never anything but sealed bytes; one run at a time (a lock).

mod archive;
mod head;
mod keeper;
mod medium;
mod open;
mod sealed;
#[cfg(test)]
mod sealed_tests;

pub use head::CopyHead;
pub use keeper::SafetyKeeper;
pub use open::{read_copy_head, unpack_copy};
