//! Where on a disk blocks could not be written or read.
//!
//! Invariant: neighbours are one stretch, and there are never more than [`MOST_STRETCHES`]: what comes later is counted in
//! the evidence, and not listed.

use crate::unit::Bytes;

/// The most stretches that are listed: what a person reads and a record holds.
pub const MOST_STRETCHES: usize = 64;

/// What is wrong with a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKind {
    /// It could not be written.
    Unwritable,
    /// It could not be read back.
    Unreadable,
}

/// Bad blocks in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadStretch {
    /// Offset of the first.
    pub at: Bytes,
    /// How long they are together.
    pub length: Bytes,
    /// What is wrong with them.
    pub kind: BadKind,
}

/// The bad blocks of a disk, in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadBlocks(Vec<BadStretch>);

impl BadBlocks {
    /// Those of a record.
    #[must_use]
    pub fn of(stretches: impl IntoIterator<Item = BadStretch>) -> Self {
        Self(stretches.into_iter().collect())
    }

    /// Notes one more.
    pub fn note(&mut self, at: Bytes, length: Bytes, kind: BadKind) {
        let is_full = self.0.len() >= MOST_STRETCHES;
        match self.0.last_mut() {
            Some(last) if last.kind == kind && last.at.plus(last.length) == Some(at) => {
                last.length = Bytes(last.length.0.saturating_add(length.0));
            }
            Some(_) if is_full => {}
            Some(_) | None => self.0.push(BadStretch { at, length, kind }),
        }
    }

    /// The stretches.
    #[must_use]
    pub fn stretches(&self) -> &[BadStretch] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_a_kind_are_one_stretch_and_the_list_has_an_end() {
        let mut bad = BadBlocks::default();
        for at in [512, 1024, 4096] {
            bad.note(Bytes(at), Bytes(512), BadKind::Unwritable);
        }
        bad.note(Bytes(4608), Bytes(512), BadKind::Unreadable);
        let seen: Vec<_> = bad.stretches().iter().map(|one| (one.at.0, one.length.0, one.kind)).collect();
        let (write, read) = (BadKind::Unwritable, BadKind::Unreadable);
        assert_eq!(seen, [(512, 1024, write), (4096, 512, write), (4608, 512, read)]);
        for at in 10..200 {
            bad.note(Bytes(at * 8192), Bytes(512), BadKind::Unreadable);
        }
        assert_eq!(bad.stretches().len(), MOST_STRETCHES);
        let last = bad.stretches()[MOST_STRETCHES - 1];
        bad.note(Bytes(last.at.0 + last.length.0), Bytes(512), BadKind::Unreadable);
        assert_eq!(bad.stretches()[MOST_STRETCHES - 1].length, Bytes(1024), "the last one may still grow");
    }
}
