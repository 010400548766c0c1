//! An inode of an ext file system, and where the bytes of its file are.

use super::{Group, Super};
use crate::imaging::region::{Region, bytes, number};
use crate::imaging::used::Hole;
use std::io;

const EXTENTS: u64 = 0x8_0000;
const INLINE: u64 = 0x1000_0000;
const ENCRYPTED: u64 = 0x800;
const EXTENT_MAGIC: u64 = 0xF30A;
const FOLDER: u64 = 0x4000;
const FILE: u64 = 0x8000;
/// Where the pointers of an inode begin, and how long they are.
const POINTERS: std::ops::Range<usize> = 0x28..0x64;
/// A tree of extents is never deeper.
const DEEPEST: u64 = 5;
/// As many blocks of pointers or extents as are read for one file.
const MOST_NODES: u32 = 4096;

/// A file, a folder, or neither.
pub(super) struct Inode {
    raw: Vec<u8>,
}

/// Runs of a file: its block, the block on the medium (none for one that reads as zeros), how many.
type Runs = Vec<(u64, Option<u64>, u64)>;

impl Inode {
    /// Reads that inode; none where there is no such number. Errors: those of the region.
    pub(super) fn read(
        region: &mut dyn Region,
        found: &Super,
        groups: &[Group],
        inode: u64,
    ) -> io::Result<Option<Self>> {
        let Some(place) = inode.checked_sub(1).filter(|place| *place < found.inodes) else { return Ok(None) };
        let group = usize::try_from(place / found.inodes_per_group).ok().and_then(|group| groups.get(group));
        let Some(group) = group else { return Ok(None) };
        let within = (place % found.inodes_per_group) * found.inode;
        let at = group.inode_table.saturating_mul(found.block).saturating_add(within);
        Ok(Some(Self { raw: bytes(region, at, 128, 128)? }))
    }

    fn kind(&self) -> u64 {
        number::<2>(&self.raw, 0).unwrap_or(0) & 0xF000
    }

    pub(super) fn is_folder(&self) -> bool {
        self.kind() == FOLDER
    }

    pub(super) fn is_file(&self) -> bool {
        self.kind() == FILE
    }

    fn flags(&self) -> u64 {
        number::<4>(&self.raw, 0x20).unwrap_or(0)
    }

    pub(super) fn length(&self) -> u64 {
        number::<4>(&self.raw, 0x6C).unwrap_or(0) << 32 | number::<4>(&self.raw, 0x4).unwrap_or(0)
    }

    /// Where its first `wanted` blocks are; none where that is not understood. Errors: those of the region.
    fn runs(&self, region: &mut dyn Region, found: &Super, wanted: u64) -> io::Result<Option<Runs>> {
        let mut walk = Walk { region, found, nodes: 0, wanted, runs: Vec::new() };
        let pointers = self.raw.get(POINTERS).unwrap_or_default();
        let is_read =
            if self.flags() & EXTENTS != 0 { walk.extents(pointers, DEEPEST)? } else { walk.pointers(pointers)? };
        Ok(is_read.then_some(walk.runs))
    }

    /// The blocks on the medium that it fills from its block `from` on; none where that is not understood. Errors: those of
    /// the region.
    pub(super) fn places(&self, region: &mut dyn Region, found: &Super, from: u64) -> io::Result<Vec<Hole>> {
        if self.flags() & (ENCRYPTED | INLINE) != 0 {
            return Ok(Vec::new());
        }
        let runs = self.runs(region, found, self.length().div_ceil(found.block))?.unwrap_or_default();
        let behind = |(at, place, count): (u64, Option<u64>, u64)| {
            let skipped = from.saturating_sub(at).min(count);
            Some(Hole { at: place?.checked_add(skipped)?, length: count - skipped }).filter(|hole| hole.length > 0)
        };
        Ok(runs.into_iter().filter_map(behind).collect())
    }

    /// The first `most` bytes of it; none where that is not understood. Errors: those of the region.
    pub(super) fn content(&self, region: &mut dyn Region, found: &Super, most: u64) -> io::Result<Option<Vec<u8>>> {
        let length = self.length().min(most);
        if self.flags() & ENCRYPTED != 0 {
            return Ok(None);
        }
        if self.flags() & INLINE != 0 {
            // What does not fit beside the pointers stands among the attributes, which are not read here.
            let whole = self.is_file() && self.length() <= POINTERS.len() as u64;
            return Ok(usize::try_from(length)
                .ok()
                .filter(|_| whole)
                .and_then(|length| self.raw.get(POINTERS).map(|text| text[..length].to_vec())));
        }
        let Some(runs) = self.runs(region, found, length.div_ceil(found.block))? else { return Ok(None) };
        let mut content = vec![0; usize::try_from(length).unwrap_or(0)];
        for (at, from, count) in runs {
            let begin = at.saturating_mul(found.block).min(length);
            let end = at.saturating_add(count).saturating_mul(found.block).min(length);
            let (Some(from), Ok(begin), Ok(end)) = (from, usize::try_from(begin), usize::try_from(end)) else {
                continue;
            };
            region.load(from.saturating_mul(found.block), &mut content[begin..end])?;
        }
        Ok(Some(content))
    }
}

struct Walk<'w> {
    region: &'w mut dyn Region,
    found: &'w Super,
    nodes: u32,
    /// How many blocks of the file are wanted.
    wanted: u64,
    runs: Runs,
}

impl Walk<'_> {
    fn node(&mut self, block: u64) -> io::Result<Option<Vec<u8>>> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Ok(None);
        }
        bytes(self.region, block.saturating_mul(self.found.block), self.found.block, self.found.block).map(Some)
    }

    /// Follows a tree of extents; false where it is none.
    fn extents(&mut self, node: &[u8], deepest: u64) -> io::Result<bool> {
        let head = (number::<2>(node, 0), number::<2>(node, 2), number::<2>(node, 6));
        let (Some(EXTENT_MAGIC), Some(count), Some(depth)) = head else { return Ok(false) };
        if depth > deepest {
            return Ok(false);
        }
        let count = usize::try_from(count).unwrap_or(0);
        for entry in node.get(12..).unwrap_or_default().chunks_exact(12).take(count) {
            let at = number::<4>(entry, 0).unwrap_or(0);
            if at >= self.wanted {
                continue;
            }
            if depth == 0 {
                let length = number::<2>(entry, 4).unwrap_or(0);
                let from = number::<2>(entry, 6).unwrap_or(0) << 32 | number::<4>(entry, 8).unwrap_or(0);
                // Longer than this: given room, and never written.
                let (length, written) = if length > 0x8000 { (length - 0x8000, false) } else { (length, true) };
                self.runs.push((at, written.then_some(from), length.min(self.wanted - at)));
                continue;
            }
            let below = number::<2>(entry, 8).unwrap_or(0) << 32 | number::<4>(entry, 4).unwrap_or(0);
            let Some(node) = self.node(below)? else { return Ok(false) };
            if number::<2>(&node, 6).is_none_or(|lower| lower >= depth) || !self.extents(&node, depth - 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Follows the pointers of ext2: twelve, and three trees of one, two and three floors.
    fn pointers(&mut self, pointers: &[u8]) -> io::Result<bool> {
        let mut at = 0;
        for (place, pointer) in pointers.chunks_exact(4).enumerate() {
            let floors = u32::try_from(place.saturating_sub(11)).unwrap_or(0);
            if !self.pointer(number::<4>(pointer, 0).unwrap_or(0), floors, &mut at)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn pointer(&mut self, block: u64, floors: u32, at: &mut u64) -> io::Result<bool> {
        if *at >= self.wanted {
            return Ok(true);
        }
        if floors == 0 || block == 0 {
            let covers = (self.found.block / 4).saturating_pow(floors);
            if block != 0 {
                self.runs.push((*at, Some(block), 1));
            }
            *at = at.saturating_add(covers);
            return Ok(true);
        }
        let Some(node) = self.node(block)? else { return Ok(false) };
        for pointer in node.chunks_exact(4) {
            if !self.pointer(number::<4>(pointer, 0).unwrap_or(0), floors - 1, at)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
