//! What a running job tells whoever watches it.

use super::progress::Progress;
use crate::unit::Bytes;
use crate::word::{Sentence, say};

/// What a job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Writing.
    Write,
    /// Reading everything back past the cache and comparing.
    ReadBack,
    /// Another program reads everything once more.
    CrossCheck,
    /// Canaries are written, and read back to see that the disk keeps them.
    Plant,
    /// The drive erases itself.
    Erase,
    /// Canaries are looked for.
    Prove,
    /// An image is packed for the store.
    Pack,
    /// A written image is fitted to its disk.
    Fit,
}

impl Phase {
    /// Its word in JSON and in the log, for ever.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::ReadBack => "read_back",
            Self::CrossCheck => "cross_check",
            Self::Plant => "plant",
            Self::Erase => "erase",
            Self::Prove => "prove",
            Self::Pack => "pack",
            Self::Fit => "fit",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> Sentence {
        match self {
            Self::Write => say!("phase-write"),
            Self::ReadBack => say!("phase-read-back"),
            Self::CrossCheck => say!("phase-cross-check"),
            Self::Plant => say!("phase-plant"),
            Self::Erase => say!("phase-erase"),
            Self::Prove => say!("phase-prove"),
            Self::Pack => say!("phase-pack"),
            Self::Fit => say!("phase-fit"),
        }
    }
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
