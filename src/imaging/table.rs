//! What divides a disk: a partition table of either kind, or nothing at all under one file system.
//!
//! Invariant: what is done to a table is done by the table's own kind; where there is none, nothing is.

use super::file_system::file_system;
use super::gpt::{Gpt, Partition, Writes};
use super::mbr::Mbr;
use crate::unit::Bytes;

/// How a disk is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Table {
    /// By GUID partition table.
    Gpt(Gpt),
    /// By the older one.
    Mbr(Mbr),
    /// Not at all: one file system over the whole disk of that size.
    Bare(Bytes),
}

impl Table {
    /// Reads what divides a disk of that size and block, from its `start` and its `end` in whole blocks; `more` reads one
    /// block more, by its number. None where nothing that is known stands there.
    #[must_use]
    pub fn read(
        start: &[u8],
        end: &[u8],
        disk: Bytes,
        block: u32,
        more: &mut dyn FnMut(u64) -> Option<Vec<u8>>,
    ) -> Option<Self> {
        let gpt = Gpt::read(start, end, disk, block).map(Self::Gpt);
        let mbr = || Mbr::read(start, disk, block, more).map(Self::Mbr);
        gpt.or_else(mbr).or_else(|| file_system(start).map(|_seen| Self::Bare(disk)))
    }

    /// Its partitions in the order of the disk; the whole disk counts as one with the number 0.
    #[must_use]
    pub fn partitions(&self) -> Vec<Partition> {
        match self {
            Self::Gpt(gpt) => gpt.partitions(),
            Self::Mbr(mbr) => mbr.partitions(),
            Self::Bare(disk) => vec![Partition { number: 0, at: Bytes::ZERO, length: *disk, efi: false }],
        }
    }

    /// Whether a copy of it stands somewhere else than where the disk ends.
    #[must_use]
    pub fn is_to_move(&self) -> bool {
        if let Self::Gpt(gpt) = self { !gpt.is_at_end() } else { false }
    }

    /// Moves the copy to the end of the disk, where there is one. Nothing where a partition would lie under it.
    #[must_use]
    pub fn moved(self) -> Option<Self> {
        match self {
            Self::Gpt(gpt) => gpt.moved().map(Self::Gpt),
            other @ (Self::Mbr(_) | Self::Bare(_)) => Some(other),
        }
    }

    /// Whether the last partition stands in another one, which nothing here grows.
    #[must_use]
    pub fn ends_extended(&self) -> bool {
        if let Self::Mbr(mbr) = self { mbr.ends_extended() } else { false }
    }

    /// Grows the last partition to the end of the disk. Nothing where there is no room.
    #[must_use]
    pub fn grown(self) -> Option<Self> {
        match self {
            Self::Gpt(gpt) => gpt.grown().map(Self::Gpt),
            Self::Mbr(mbr) => mbr.grown().map(Self::Mbr),
            Self::Bare(_) => None,
        }
    }

    /// Gives the disk, and each partition that has one, an id of its own. `fresh` gives random bytes.
    #[must_use]
    pub fn with_ids(self, fresh: &mut dyn FnMut() -> [u8; 16]) -> Self {
        match self {
            Self::Gpt(gpt) => Self::Gpt(gpt.with_ids(fresh)),
            Self::Mbr(mbr) => Self::Mbr(mbr.with_id(fresh)),
            bare @ Self::Bare(_) => bare,
        }
    }

    /// Whether there are ids to renew.
    #[must_use]
    pub const fn has_ids(&self) -> bool {
        !matches!(self, Self::Bare(_))
    }

    /// The table as bytes, in the order in which they are to be written.
    #[must_use]
    pub fn writes(&self) -> Writes {
        match self {
            Self::Gpt(gpt) => gpt.writes(),
            Self::Mbr(mbr) => mbr.writes(),
            Self::Bare(_) => Writes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::file_system::HEAD;
    use super::super::gpt::tests::made;
    use super::super::mbr::tests::block_of;
    use super::*;

    fn read(start: &[u8]) -> Option<Table> {
        Table::read(start, &vec![0; 65536], Bytes(65536 * 512), 512, &mut |_at| None)
    }

    #[test]
    fn each_way_to_divide_a_disk_is_told_apart() {
        let mut start = vec![0; HEAD];
        assert_eq!(read(&start), None);
        start[1024 + 56..1024 + 58].copy_from_slice(&[0x53, 0xEF]);
        assert!(matches!(read(&start), Some(Table::Bare(_))), "a file system over everything");
        start[..512].copy_from_slice(&block_of(&[(0x83, 2048, 2048)]));
        assert!(matches!(read(&start), Some(Table::Mbr(_))));
        let gpt = made(65536, &[(2048, 4095)]).moved().expect("room").writes();
        start[..gpt[1].1.len()].copy_from_slice(&gpt[1].1);
        assert!(matches!(read(&start), Some(Table::Gpt(_))));
        // Where a GUID table does not hold, the entry that stands in for it is no partition.
        let mut torn = vec![0; HEAD];
        torn[..512].copy_from_slice(&gpt[1].1[..512]);
        put_protective(&mut torn);
        assert_eq!(read(&torn), None);
    }

    fn put_protective(start: &mut [u8]) {
        start[..512].copy_from_slice(&block_of(&[(0xEE, 1, 65535)]));
    }
}
