//! What a running job tells whoever watches it.

use super::progress::Progress;
use crate::unit::Bytes;

/// What a job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Writing.
    Write,
    /// Reading everything back past the cache and comparing.
    ReadBack,
    /// Another program reads everything once more.
    CrossCheck,
}

/// What is wrong with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// It cannot be written.
    Unwritable,
    /// It cannot be read back.
    Unreadable,
    /// It reads back wrong.
    Mismatched,
}

/// News of a running job. Only [`JobNews::Progress`] is thinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobNews {
    /// A phase begins.
    Phase(Phase),
    /// How far the phase is. The first and the last of each phase always come, others at most ten times a second.
    Progress(Progress),
    /// A bad block, or the first wrong byte of a piece.
    BadBlock {
        /// Where on the disk.
        at: Bytes,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// Everything before `at` is on the disk, flushed, and the mark is durable.
    Marked {
        /// How far.
        at: Bytes,
    },
}
