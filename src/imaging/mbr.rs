//! The older partition table, in the first block of a disk: its partitions, its last primary one grown, written again.
//!
//! Source: UEFI 2.10, chapter 5.2; Linux, `block/partitions/msdos.c`. Invariants: only a table whose partitions lie on the
//! disk and nowhere over each other is read; no partition begins elsewhere than before; one block is written, and nothing in
//! it changes but what was asked for.

use super::gpt::{ALIGN, Partition, Writes, number, put};
use crate::unit::Bytes;

/// Where its four entries begin, and how long each is.
const ENTRIES: usize = 446;
const ENTRY: usize = 16;
/// Where the disk's own id stands.
const ID: usize = 440;
/// The end of every block with such a table.
const MAGIC: [u8; 2] = [0x55, 0xAA];
/// What holds further partitions, chained.
const EXTENDED: [u8; 3] = [0x05, 0x0F, 0x85];
/// A GUID partition table's stand-in.
const PROTECTIVE: u8 = 0xEE;
/// An EFI system partition.
const EFI: u8 = 0xEF;
/// A dynamic disk of Windows.
const DYNAMIC: u8 = 0x42;
/// As many chained partitions as are followed.
const MOST: u32 = 64;
/// A place on the disk that only a block's number tells.
const FAR: [u8; 3] = [0xFE, 0xFF, 0xFF];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    number: u32,
    kind: u8,
    first: u64,
    count: u64,
}

impl Slot {
    /// The entry at that place of a block; none where it is empty. Errors: it is no entry at all.
    fn read(block: &[u8], at: usize, number_of: u32) -> Result<Option<Self>, NoTable> {
        let entry = block.get(ENTRIES + at * ENTRY..).and_then(|rest| rest.get(..ENTRY)).ok_or(NoTable)?;
        let (first, count) = (number::<4>(entry, 8).ok_or(NoTable)?, number::<4>(entry, 12).ok_or(NoTable)?);
        match (entry[0], entry[4]) {
            (0 | 0x80, 0) => Ok(None),
            (0 | 0x80, kind) if first > 0 && count > 0 => Ok(Some(Self { number: number_of, kind, first, count })),
            _other => Err(NoTable),
        }
    }

    const fn end(&self) -> u64 {
        self.first + self.count
    }

    fn is_extended(&self) -> bool {
        EXTENDED.contains(&self.kind)
    }
}

struct NoTable;

/// A table as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mbr {
    block: u64,
    blocks: u64,
    first_block: Vec<u8>,
    primary: Vec<Slot>,
    logical: Vec<Slot>,
}

impl Mbr {
    /// Reads the table from the `start` of a disk of that size and block; `more` reads one block, by its number. None where
    /// there is no such table, or it stands in for another kind.
    #[must_use]
    pub fn read(start: &[u8], disk: Bytes, block: u32, more: &mut dyn FnMut(u64) -> Option<Vec<u8>>) -> Option<Self> {
        let first_block = start.get(..usize::try_from(block).ok()?)?.to_vec();
        let blocks = disk.0.checked_div(u64::from(block))?;
        if first_block.get(510..512)? != MAGIC {
            return None;
        }
        let entries: Result<Vec<_>, NoTable> =
            (0..4).map(|at| Slot::read(&first_block, at, u32::try_from(at).unwrap_or(0) + 1)).collect();
        let primary: Vec<Slot> = entries.ok()?.into_iter().flatten().collect();
        let is_sound = |slot: &Slot| slot.end() <= blocks && slot.kind != PROTECTIVE;
        if primary.is_empty() || !primary.iter().all(is_sound) || overlap(&primary) {
            return None;
        }
        let mut logical = Vec::new();
        for extended in primary.iter().filter(|slot| slot.is_extended()) {
            logical.extend(chained(extended, more));
        }
        Some(Self { block: u64::from(block), blocks, first_block, primary, logical })
    }

    /// Whether entries stand at the `start` of a disk, of such a table or in the stead of another, be they right or not.
    #[must_use]
    pub(super) fn stands(start: &[u8]) -> bool {
        let kinds = (0..4).map(|at| Some((*start.get(ENTRIES + at * ENTRY)?, *start.get(ENTRIES + at * ENTRY + 4)?)));
        let kinds: Option<Vec<(u8, u8)>> = kinds.collect();
        let is_entry = |(active, _): &(u8, u8)| matches!(active, 0 | 0x80);
        start.get(510..512) == Some(&MAGIC)
            && kinds.is_some_and(|kinds| kinds.iter().all(is_entry) && kinds.iter().any(|(_, kind)| *kind != 0))
    }

    /// Its partitions, in the order of the disk; none that only holds others.
    #[must_use]
    pub fn partitions(&self) -> Vec<Partition> {
        let partition = |slot: &Slot| Partition {
            number: slot.number,
            at: Bytes(slot.first.saturating_mul(self.block)),
            length: Bytes(slot.count.saturating_mul(self.block)),
            efi: slot.kind == EFI,
        };
        let all = self.primary.iter().filter(|slot| !slot.is_extended()).chain(&self.logical);
        let mut all: Vec<_> = all.map(partition).collect();
        all.sort_by_key(|partition| partition.at);
        all
    }

    fn last(&self) -> Option<&Slot> {
        self.primary.iter().max_by_key(|slot| slot.end())
    }

    /// Where the last partition ends, and what holds others with it.
    #[must_use]
    pub(super) fn end(&self) -> Bytes {
        Bytes(self.last().map_or(0, Slot::end).saturating_mul(self.block))
    }

    /// Whether Windows keeps volumes of its own on the disk, which are told at the disk's end.
    #[must_use]
    pub(super) fn is_dynamic(&self) -> bool {
        self.primary.iter().any(|slot| slot.kind == DYNAMIC)
    }

    /// Whether the last partition is one of those that stand in another.
    #[must_use]
    pub fn ends_extended(&self) -> bool {
        self.last().is_some_and(Slot::is_extended)
    }

    /// Grows the last partition to the last whole MiB that such a table can tell of. Nothing where there is no room, or
    /// where it stands in another.
    #[must_use]
    pub fn grown(mut self) -> Option<Self> {
        let last = *self.last().filter(|slot| !slot.is_extended())?;
        let step = (ALIGN / self.block).max(1);
        let reach = self.blocks.min(last.first + u64::from(u32::MAX)).min(1 << 32);
        let end = reach / step * step;
        if end <= last.end() {
            return None;
        }
        let count = u32::try_from(end - last.first).ok()?;
        let at = ENTRIES + usize::try_from(last.number - 1).ok()? * ENTRY;
        put(&mut self.first_block, at + 5, &FAR);
        put(&mut self.first_block, at + 12, &count.to_le_bytes());
        let grown = self.primary.iter_mut().filter(|slot| slot.number == last.number);
        grown.for_each(|slot| slot.count = u64::from(count));
        Some(self)
    }

    /// Gives the disk an id of its own. `fresh` gives random bytes.
    #[must_use]
    pub fn with_id(mut self, fresh: &mut dyn FnMut() -> [u8; 16]) -> Self {
        let [first, second, third, fourth, ..] = fresh();
        // Nought means that there is none.
        put(&mut self.first_block, ID, &[first | 1, second, third, fourth]);
        self
    }

    /// The table as bytes.
    #[must_use]
    pub fn writes(&self) -> Writes {
        vec![(Bytes::ZERO, self.first_block.clone())]
    }
}

fn overlap(slots: &[Slot]) -> bool {
    let pairs = slots.iter().enumerate().flat_map(|(at, one)| slots[at + 1..].iter().map(move |other| (one, other)));
    pairs.into_iter().any(|(one, other)| one.first < other.end() && other.first < one.end())
}

/// The partitions chained in an extended one, as far as the chain holds.
fn chained(extended: &Slot, more: &mut dyn FnMut(u64) -> Option<Vec<u8>>) -> Vec<Slot> {
    let (mut found, mut at) = (Vec::new(), extended.first);
    for number_of in 5..5 + MOST {
        let Some(block) = more(at).filter(|block| block.get(510..512) == Some(&MAGIC)) else { break };
        let (Ok(own), Ok(next)) = (Slot::read(&block, 0, number_of), Slot::read(&block, 1, 0)) else { break };
        let own = own.map(|own| Slot { first: at + own.first, ..own });
        let inside = |slot: &Slot| slot.first > at && slot.end() <= extended.end();
        found.extend(own.filter(inside));
        let next = next.map(|next| extended.first + next.first);
        match next.filter(|next| *next > at && *next < extended.end()) {
            Some(next) => at = next,
            None => break,
        }
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A block with such entries: kind, first block, how many.
    pub(in crate::imaging) fn block_of(entries: &[(u8, u32, u32)]) -> Vec<u8> {
        let mut block = vec![0; 512];
        for (number, (kind, first, count)) in entries.iter().enumerate() {
            let at = ENTRIES + number * ENTRY;
            block[at + 4] = *kind;
            put(&mut block, at + 8, &first.to_le_bytes());
            put(&mut block, at + 12, &count.to_le_bytes());
        }
        put(&mut block, 510, &MAGIC);
        block
    }

    pub(in crate::imaging) fn made(blocks: u64, entries: &[(u8, u32, u32)]) -> Option<Mbr> {
        Mbr::read(&block_of(entries), Bytes(blocks * 512), 512, &mut |_at| None)
    }

    #[test]
    fn the_last_primary_partition_grows_and_nothing_else_changes() {
        let table = made(65536, &[(0x0C, 2048, 2048), (0x83, 4096, 4096)]).expect("a table");
        let grown = table.clone().grown().expect("room");
        let [before, after] = [&table, &grown].map(Mbr::partitions);
        assert_eq!((after[0], after[1].at, after[1].number), (before[0], before[1].at, 2));
        assert_eq!(after[1].at.0 + after[1].length.0, 32 << 20);
        let written = &grown.writes()[0].1;
        let changed: Vec<_> = (0..512).filter(|at| table.first_block[*at] != written[*at]).collect();
        assert!(changed.iter().all(|at| (467..478).contains(at)), "{changed:?}");
        let back = Mbr::read(written, Bytes(65536 * 512), 512, &mut |_at| None).expect("reads back");
        assert_eq!((back.partitions(), back.grown()), (after, None));
        let id = table.clone().with_id(&mut || [6; 16]);
        assert_eq!((id.partitions(), &id.first_block[440..444]), (before, &[7, 6, 6, 6][..]));
    }

    #[test]
    fn a_table_tells_of_no_more_than_its_numbers_hold() {
        let huge = made(1 << 34, &[(0x83, 2048, 2048)]).and_then(Mbr::grown).expect("room");
        assert_eq!(huge.partitions()[0].at.0 + huge.partitions()[0].length.0, 1 << 41);
    }

    #[test]
    fn chained_partitions_are_found_and_the_last_of_them_is_not_grown() {
        let start = block_of(&[(0x83, 2048, 2048), (0x05, 4096, 8192)]);
        let mut more = |at: u64| match at {
            4096 => Some(block_of(&[(0x83, 2048, 1024), (0x05, 4096, 4096)])),
            8192 => Some(block_of(&[(0x82, 2048, 1024), (0x05, 0x10, 16)])),
            _elsewhere => None,
        };
        let table = Mbr::read(&start, Bytes(65536 * 512), 512, &mut more).expect("a table");
        let found: Vec<_> = table.partitions().iter().map(|one| (one.number, one.at.0 / 512)).collect();
        assert_eq!(found, [(1, 2048), (5, 6144), (6, 10240)]);
        assert!(table.ends_extended() && table.grown().is_none());
    }

    #[test]
    fn what_is_no_such_table_is_not_read() {
        for entries in [
            &[][..],
            &[(0xEE, 1, 65535)],
            &[(0x83, 0, 100)],
            &[(0x83, 2048, 65536)],
            &[(0x83, 2048, 2048), (0x83, 4095, 10)],
        ] {
            assert_eq!(made(65536, entries), None, "{entries:?}");
        }
        let mut boot = block_of(&[(0x83, 2048, 2048)]);
        boot[ENTRIES] = 0x33;
        assert_eq!(Mbr::read(&boot, Bytes(65536 * 512), 512, &mut |_at| None), None, "code of a boot sector");
    }

    proptest! {
        #[test]
        fn no_disk_is_too_strange(
            entries in prop::collection::vec((any::<u8>(), any::<u32>(), any::<u32>()), 1..4), blocks in 0u64..1 << 40,
            chain in prop::collection::vec((any::<u8>(), 0u32..40, 0u32..40), 2),
        ) {
            let mut more = |_at| Some(block_of(&chain));
            let table = Mbr::read(&block_of(&entries), Bytes(blocks * 512), 512, &mut more);
            if let Some(grown) = table.and_then(Mbr::grown) {
                let end = grown.partitions().iter().map(|one| one.at.0 + one.length.0).max();
                prop_assert!(end <= Some(blocks * 512));
            }
        }
    }
}
