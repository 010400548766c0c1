//! ext2, ext3 and ext4 as bytes: the superblock and the group descriptors.
//!
//! Source: Linux, Documentation/filesystems/ext4. Invariant: a file system with a feature that is not named here is not
//! understood, and whoever asks gets nothing rather than a guess.

mod free;
mod inode;
mod tree;

pub(super) use free::free;
pub(super) use tree::ExtTree;

use super::region::{Region, bytes, number};
use std::io;

const AT: u64 = 1024;
const MAGIC: u64 = 0xEF53;
/// All descriptors of a file system of 128 TiB.
const MOST_DESCRIPTORS: u64 = 64 << 20;
const CLEAN: u64 = 1;
const WITH_ERRORS: u64 = 2;
const SPARSE_SUPER_2: u64 = 0x200;
const FILE_TYPE: u64 = 0x2;
const RECOVER: u64 = 0x4;
const WIDE: u64 = 0x80;
/// File types, recovery, extents, 64 bits, flexible groups, values in inodes, seeded checksums, large folders, data in
/// inodes, encryption, names without case.
const INCOMPATIBLE: u64 = 0x2 | 0x4 | 0x40 | WIDE | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x1_0000 | 0x2_0000;
const SPARSE: u64 = 0x1;
const SUMMED_GROUPS: u64 = 0x10;
const SUMMED: u64 = 0x400;
/// Sparse superblocks, large files, huge files, summed groups, many links, extra inode size, quotas, sums, read-only,
/// projects, verity, orphans. Not: clusters of blocks (0x200), shared blocks (0x4000).
const READ_ONLY: u64 =
    SPARSE | 0x2 | 0x4 | 0x8 | SUMMED_GROUPS | 0x20 | 0x40 | 0x100 | SUMMED | 0x1000 | 0x2000 | 0x1_8000;

/// What else a last group must have room for, blocks. Source: e2fsprogs, `adjust_fs_info` and `ext2fs_initialize`.
const LAST_GROUP_HAS: u64 = 50;

/// What the superblock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Super {
    /// Bytes in a block.
    block: u64,
    /// How many blocks there are.
    blocks: u64,
    /// The block that the first group begins with.
    first: u64,
    per_group: u64,
    groups: u64,
    inodes: u64,
    inodes_per_group: u64,
    inode: u64,
    descriptor: u64,
    /// Blocks kept behind the descriptors for more of them.
    reserved: u64,
    state: u64,
    incompatible: u64,
    read_only: u64,
}

/// What a descriptor says of its group.
#[derive(Clone, Copy, Debug)]
struct Group {
    block_bitmap: u64,
    inode_bitmap: u64,
    inode_table: u64,
    free: u64,
    /// Whether its bitmap of blocks was never written: nothing but tables is in it.
    untouched: bool,
}

impl Super {
    /// Reads it; none where it is not understood. Errors: those of the region.
    fn read(region: &mut dyn Region) -> io::Result<Option<Self>> {
        let raw = bytes(region, AT, 1024, 1024)?;
        let found = Self::of(&raw);
        let fits = |found: &Self| found.blocks.checked_mul(found.block).is_some_and(|all| all <= region.length().0);
        Ok(found.filter(fits))
    }

    /// What stands in those bytes; none where it is not understood.
    pub(super) fn of(raw: &[u8]) -> Option<Self> {
        let four = |at| number::<4>(raw, at);
        let two = |at| number::<2>(raw, at);
        let (incompatible, read_only) = (four(0x60)?, four(0x64)?);
        let is_known = incompatible & !INCOMPATIBLE == 0 && read_only & !READ_ONLY == 0;
        if two(0x38)? != MAGIC || !is_known || four(0x5C)? & SPARSE_SUPER_2 != 0 {
            return None;
        }
        let wide = incompatible & WIDE != 0;
        let block = 1024 << four(0x18).filter(|shift| *shift <= 6)?;
        let blocks = if wide { four(0x150)? << 32 } else { 0 } | four(0x4)?;
        let old = four(0x4C)? == 0;
        let found = Self {
            block,
            blocks,
            first: four(0x14)?,
            per_group: four(0x20)?,
            groups: blocks.checked_sub(four(0x14)?)?.checked_div(four(0x20)?)? + 1,
            inodes: four(0)?,
            inodes_per_group: four(0x28)?,
            inode: if old { 128 } else { two(0x58)? },
            descriptor: if wide { two(0xFE)? } else { 32 },
            reserved: two(0xCE)?,
            state: two(0x3A)?,
            incompatible,
            read_only,
        };
        let groups = (blocks - found.first).div_ceil(found.per_group);
        let found = Self { groups, ..found };
        let holds = found.first == u64::from(block == 1024)
            && (8..=block * 8).contains(&found.per_group)
            && found.groups > 0
            && found.inodes_per_group > 0
            && found.groups.checked_mul(found.inodes_per_group).is_some_and(|all| all >= found.inodes)
            && (128..=block).contains(&found.inode)
            && [32, 64, 128, 256, 512, 1024].contains(&found.descriptor)
            && (!wide || found.descriptor >= 64);
        holds.then_some(found)
    }

    /// How many of so many blocks such a file system takes: a last group with too little room behind its own tables is left
    /// out.
    pub(super) fn taking(&self, blocks: u64) -> u64 {
        let behind = blocks.saturating_sub(self.first);
        let (groups, rest) = (behind.div_ceil(self.per_group), behind % self.per_group);
        let whole = Self { blocks, groups, ..*self };
        let head =
            if whole.has_super(groups.saturating_sub(1)) { 1 + whole.descriptor_blocks() + self.reserved } else { 0 };
        let least = 2 + self.table_blocks() + head + LAST_GROUP_HAS;
        if groups > 1 && rest < least { blocks - rest } else { blocks }
    }

    /// Whether it was put away properly.
    const fn is_clean(&self) -> bool {
        self.state & CLEAN != 0 && self.state & WITH_ERRORS == 0 && self.incompatible & RECOVER == 0
    }

    /// Blocks that the descriptors take.
    const fn descriptor_blocks(&self) -> u64 {
        (self.groups * self.descriptor).div_ceil(self.block)
    }

    /// Blocks that the inodes of a group take.
    const fn table_blocks(&self) -> u64 {
        (self.inodes_per_group * self.inode).div_ceil(self.block)
    }

    /// Whether a copy of superblock and descriptors begins that group.
    fn has_super(&self, group: u64) -> bool {
        let is_power = |base: u64| {
            let mut power = base;
            while power < group {
                power *= base;
            }
            power == group
        };
        self.read_only & SPARSE == 0 || group <= 1 || [3, 5, 7].into_iter().any(is_power)
    }

    /// All descriptors. Errors: those of the region.
    fn descriptors(&self, region: &mut dyn Region) -> io::Result<Vec<Group>> {
        let length = self.groups.saturating_mul(self.descriptor);
        let raw = bytes(region, (self.first + 1) * self.block, length, MOST_DESCRIPTORS)?;
        let width = usize::try_from(self.descriptor).unwrap_or(32);
        let wide = self.incompatible & WIDE != 0;
        let summed = self.read_only & (SUMMED | SUMMED_GROUPS) != 0;
        let group = |raw: &[u8]| {
            let four = |low: usize, high: usize| {
                let high = if wide { number::<4>(raw, high).unwrap_or(0) } else { 0 };
                high << 32 | number::<4>(raw, low).unwrap_or(0)
            };
            let high = if wide { number::<2>(raw, 0x2C).unwrap_or(0) } else { 0 };
            Group {
                block_bitmap: four(0, 0x20),
                inode_bitmap: four(4, 0x24),
                inode_table: four(8, 0x28),
                free: high << 16 | number::<2>(raw, 0xC).unwrap_or(0),
                untouched: summed && number::<2>(raw, 0x12).unwrap_or(0) & 2 != 0,
            }
        };
        Ok(raw.chunks_exact(width).map(group).collect())
    }
}
