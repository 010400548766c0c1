//! A GUID partition table: read with its checksums, moved to a disk's end, its last partition grown, written again.
//!
//! Source: UEFI 2.10, chapter 5.3. Invariants: only a table whose checksums hold is read; no partition begins elsewhere
//! than before; the copy at the disk's end is written before the one at its start, so that one of them always holds.

use crate::unit::Bytes;

pub(super) const SIGNATURE: &[u8; 8] = b"EFI PART";
/// The least a header is long, bytes.
const HEADER: usize = 92;
/// As many bytes of entries as are taken: sixteen times the usual.
const MOST_ENTRIES: usize = 256 * 1024;
/// Where partitions are laid: what every maker of tables does, bytes.
pub(super) const ALIGN: u64 = 1 << 20;
/// A partition table of its own, in a protective MBR.
const PROTECTIVE: u8 = 0xEE;
/// Where the entries at a disk's start usually stand.
const USUAL_FRONT: u64 = 2;
/// The EFI system partition, as the table stores its GUID.
pub(super) const EFI_SYSTEM: [u8; 16] = *b"\x28\x73\x2A\xC1\x1F\xF8\xD2\x11\xBA\x4B\x00\xA0\xC9\x3E\xC9\x3B";

/// A table as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gpt {
    block: u64,
    blocks: u64,
    first_block: Vec<u8>,
    header: Vec<u8>,
    entries: Vec<u8>,
    width: usize,
    /// Where the entries at the disk's start stand: boards that start from the blocks before keep them further behind.
    front: u64,
    /// Whether the copy at the disk's end stands there and holds.
    backed: bool,
}

/// A partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its number, as Linux counts; 0 where it is the whole disk.
    pub number: u32,
    /// Where it begins on the disk.
    pub at: Bytes,
    /// How long it is.
    pub length: Bytes,
    /// Whether it is an EFI system partition.
    pub efi: bool,
}

/// Bytes to be written at a place of the disk, in whole blocks.
pub type Writes = Vec<(Bytes, Vec<u8>)>;

pub(super) fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let found: &[u8; N] = bytes.get(at..)?.first_chunk()?;
    Some(found.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

pub(super) fn put(bytes: &mut [u8], at: usize, number: &[u8]) {
    bytes[at..at + number.len()].copy_from_slice(number);
}

/// A header whose checksum holds and that stands where it says.
fn header(bytes: &[u8], at: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(number::<4>(bytes, 12)?).ok().filter(|length| (HEADER..=512).contains(length))?;
    let mut found = bytes.get(..length)?.to_vec();
    let sum = number::<4>(&found, 16)?;
    put(&mut found, 16, &[0; 4]);
    let holds = found.starts_with(SIGNATURE) && u64::from(crc32fast::hash(&found)) == sum;
    (holds && number::<8>(&found, 24)? == at).then_some(found)
}

fn entries(header: &[u8], from: &[u8], from_block: u64, block: u64) -> Option<(Vec<u8>, usize)> {
    let (count, width) = (number::<4>(header, 80)?, usize::try_from(number::<4>(header, 84)?).ok()?);
    let length = usize::try_from(count).ok()?.checked_mul(width).filter(|length| *length <= MOST_ENTRIES)?;
    let at = number::<8>(header, 72)?.checked_sub(from_block)?.checked_mul(block)?;
    let at = usize::try_from(at).ok()?;
    let found = from.get(at..at.checked_add(length)?)?;
    let holds = width >= 128 && u64::from(crc32fast::hash(found)) == number::<4>(header, 88)?;
    holds.then(|| (found.to_vec(), width))
}

impl Gpt {
    /// Reads the table from the `start` of a disk of that size and block, or where it does not hold there, from its `end`:
    /// the last bytes of the disk, in whole blocks.
    #[must_use]
    pub fn read(start: &[u8], end: &[u8], disk: Bytes, block: u32) -> Option<Self> {
        let size = usize::try_from(block).ok()?;
        let block = u64::from(block);
        let blocks = disk.0.checked_div(block)?;
        let first_block = start.get(..size)?.to_vec();
        let end_at = blocks.checked_sub(end.len() as u64 / block)?;
        let of_end = || {
            let header = header(end.get(end.len().checked_sub(size)?..)?, blocks - 1)?;
            let (entries, width) = entries(&header, end, end_at, block)?;
            Some((header, entries, width))
        };
        // Even where its entries do not hold, it says where they belong.
        let front_header = start.get(size..).and_then(|start| header(start, 1));
        let front = front_header.as_ref().and_then(|header| number::<8>(header, 72));
        let of_start = || {
            let header = front_header?;
            let (entries, width) = entries(&header, start, 0, block)?;
            Some((header, entries, width))
        };
        let last = of_end();
        let first = of_start();
        let backed = first.as_ref().zip(last.as_ref()).is_some_and(|(a, b)| a.1 == b.1);
        let (header, entries, width) = first.or(last)?;
        let mut table = Self { block, blocks, first_block, header, entries, width, front: USUAL_FRONT, backed };
        let is_free = |front: &u64| *front > USUAL_FRONT && front.saturating_add(table.entry_blocks()) < table.blocks;
        table.front = front.filter(is_free).unwrap_or(USUAL_FRONT);
        Some(table)
    }

    fn entry_blocks(&self) -> u64 {
        (self.entries.len() as u64).div_ceil(self.block)
    }

    fn used(&self) -> Vec<(usize, u64, u64)> {
        let entry = |(number, entry): (usize, &[u8])| {
            let (first, last) = (number_at(entry, 32), number_at(entry, 40));
            (entry[..16] != [0; 16] && first <= last).then_some((number, first, last))
        };
        self.entries.chunks_exact(self.width).enumerate().filter_map(entry).collect()
    }

    /// Its partitions, in the order of the disk.
    #[must_use]
    pub fn partitions(&self) -> Vec<Partition> {
        let partition = |(number, first, last): (usize, u64, u64)| Partition {
            number: u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1),
            at: Bytes(first.saturating_mul(self.block)),
            length: Bytes((last - first).saturating_add(1).saturating_mul(self.block)),
            efi: self.entries[number * self.width..].starts_with(&EFI_SYSTEM),
        };
        let mut all: Vec<_> = self.used().into_iter().map(partition).collect();
        all.sort_by_key(|partition| partition.at);
        all
    }

    /// Whether its copy stands at the end of the disk.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        let alternate = if number_at(&self.header, 24) == 1 { number_at(&self.header, 32) } else { 0 };
        self.backed && alternate == self.blocks - 1
    }

    /// Moves the copy to the end of the disk. Nothing where a partition would lie under it.
    #[must_use]
    pub fn moved(mut self) -> Option<Self> {
        let last_usable = self.blocks.checked_sub(self.entry_blocks() + 2)?;
        if self.used().iter().any(|(_, _, last)| *last > last_usable) {
            return None;
        }
        put(&mut self.header, 48, &last_usable.to_le_bytes());
        Some(self)
    }

    /// The table of a disk that ends there instead. Nothing where a partition would lie under its copy.
    #[must_use]
    pub(super) fn ending_at(mut self, end: Bytes) -> Option<Self> {
        self.blocks = end.0.checked_div(self.block)?;
        self.moved()
    }

    /// Grows the last partition to the last whole MiB of the disk. Nothing where there is no room.
    #[must_use]
    pub fn grown(mut self) -> Option<Self> {
        let (number, _, last) = self.used().into_iter().max_by_key(|(_, _, last)| *last)?;
        let step = (ALIGN / self.block).max(1);
        let end = (number_at(&self.header, 48) + 1) / step * step;
        if end <= last.saturating_add(1) {
            return None;
        }
        let at = number * self.width + 40;
        put(&mut self.entries, at, &(end - 1).to_le_bytes());
        Some(self)
    }

    /// Gives the disk and each partition an id of its own. `fresh` gives random bytes.
    #[must_use]
    pub fn with_ids(mut self, fresh: &mut dyn FnMut() -> [u8; 16]) -> Self {
        let mut id = || {
            // RFC 9562, version 4, in GPT's order of bytes.
            let mut id = fresh();
            id[7] = id[7] & 0x0F | 0x40;
            id[8] = id[8] & 0x3F | 0x80;
            id
        };
        put(&mut self.header, 56, &id());
        for (number, _, _) in self.used() {
            let at = number * self.width + 16;
            put(&mut self.entries, at, &id());
        }
        self
    }

    /// The table as bytes, the copy at the end first, and at the start the header last: it says where the entries are.
    #[must_use]
    pub fn writes(&self) -> Writes {
        let (size, last) = (usize::try_from(self.block).unwrap_or(512), self.blocks - 1);
        let mut table = self.entries.clone();
        table.resize(usize::try_from(self.entry_blocks()).unwrap_or(0) * size, 0);
        let mut first_block = self.first_block.clone();
        self.protect(&mut first_block);
        let end_at = last - self.entry_blocks();
        let behind = [table.clone(), self.header_at(last, 1, end_at, size)].concat();
        let head = [first_block, self.header_at(1, last, self.front, size)].concat();
        let behind = (Bytes(end_at * self.block), behind);
        if self.front == USUAL_FRONT {
            return vec![behind, (Bytes::ZERO, [head, table].concat())];
        }
        vec![behind, (Bytes(self.front * self.block), table), (Bytes::ZERO, head)]
    }

    fn header_at(&self, at: u64, other: u64, entries_at: u64, size: usize) -> Vec<u8> {
        let mut header = self.header.clone();
        put(&mut header, 24, &at.to_le_bytes());
        put(&mut header, 32, &other.to_le_bytes());
        put(&mut header, 72, &entries_at.to_le_bytes());
        put(&mut header, 88, &crc32fast::hash(&self.entries).to_le_bytes());
        let sum = crc32fast::hash(&header);
        put(&mut header, 16, &sum.to_le_bytes());
        header.resize(size, 0);
        header
    }

    /// Lets the protective MBR cover the whole disk; one that names other partitions too stays as it is.
    fn protect(&self, first_block: &mut [u8]) {
        let kinds = [450, 466, 482, 498].map(|at| first_block[at]);
        if kinds == [PROTECTIVE, 0, 0, 0] {
            let covers = u32::try_from(self.blocks - 1).unwrap_or(u32::MAX);
            put(first_block, 458, &covers.to_le_bytes());
        }
    }
}

fn number_at(bytes: &[u8], at: usize) -> u64 {
    number::<8>(bytes, at).unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(in crate::imaging) const BLOCK: usize = 512;

    /// A table of 128 entries on a disk of so many blocks, with these partitions.
    pub(in crate::imaging) fn made(blocks: u64, partitions: &[(u64, u64)]) -> Gpt {
        let mut header = vec![0; HEADER];
        put(&mut header, 0, SIGNATURE);
        put(&mut header, 8, &[0, 0, 1, 0, 92]);
        put(&mut header, 24, &1u64.to_le_bytes());
        put(&mut header, 40, &34u64.to_le_bytes());
        put(&mut header, 80, &[128, 0, 0, 0, 128, 0, 0, 0]);
        let mut entries = vec![0; 128 * 128];
        for (number, (first, last)) in partitions.iter().enumerate() {
            entries[number * 128..][..16].copy_from_slice(&[9; 16]);
            put(&mut entries, number * 128 + 32, &first.to_le_bytes());
            put(&mut entries, number * 128 + 40, &last.to_le_bytes());
        }
        let mut first_block = vec![0; BLOCK];
        first_block[450] = PROTECTIVE;
        Gpt { block: 512, blocks, first_block, header, entries, width: 128, front: USUAL_FRONT, backed: false }
    }

    /// A disk with those bytes on it: its first and its last 64 KiB.
    fn disk(blocks: u64, writes: &Writes) -> (Vec<u8>, Vec<u8>) {
        let mut whole = vec![0; usize::try_from(blocks).expect("small") * BLOCK];
        for (at, bytes) in writes {
            let at = usize::try_from(at.0).expect("small");
            whole[at..at + bytes.len()].copy_from_slice(bytes);
        }
        (whole[..65536].to_vec(), whole[whole.len() - 65536..].to_vec())
    }

    fn read(blocks: u64, (start, end): &(Vec<u8>, Vec<u8>)) -> Option<Gpt> {
        Gpt::read(start, end, Bytes(blocks * 512), 512)
    }

    #[test]
    fn a_table_moved_to_a_larger_disk_and_grown_reads_back_from_either_end() {
        let small = made(16384, &[(2048, 4095), (4096, 12287)]).moved().expect("room");
        let (start, _) = disk(16384, &small.writes());
        let large = read(65536, &(start, vec![0; 65536])).expect("the start holds");
        assert!(!large.is_at_end());
        let grown = large.moved().and_then(Gpt::grown).expect("room");
        let on_disk = disk(65536, &grown.writes());
        let back = read(65536, &on_disk).expect("reads back");
        assert!(back.is_at_end());
        let last = back.partitions()[1];
        assert_eq!((last.at, last.at.0 + last.length.0), (Bytes(4096 * 512), 31 << 20));
        assert_eq!(back.partitions()[0], made(16384, &[(2048, 4095)]).partitions()[0], "nothing else moves");
        assert_eq!(back.clone().grown(), None, "once is enough");
        let torn = (vec![0; 65536], on_disk.1.clone());
        assert_eq!(read(65536, &torn).expect("the copy holds").partitions(), back.partitions());
        assert_eq!(read(65536, &(vec![0; 65536], vec![0; 65536])), None);
    }

    #[test]
    fn what_stands_before_entries_that_were_moved_is_left_alone_even_where_they_do_not_hold() {
        let moved = Gpt { front: 40, ..made(16384, &[(2048, 4095)]) }.moved().expect("room");
        let (mut start, _) = disk(16384, &moved.writes());
        let loader = 2 * BLOCK..40 * BLOCK;
        start[loader.clone()].fill(0xB0);
        let put = |start: &mut Vec<u8>, writes: Writes| {
            for (at, bytes) in writes.into_iter().filter(|(at, _)| at.0 < 65536) {
                let at = usize::try_from(at.0).expect("small");
                start[at..at + bytes.len()].copy_from_slice(&bytes);
            }
        };
        let large = read(65536, &(start.clone(), vec![0; 65536])).expect("the start holds");
        let grown = large.moved().and_then(Gpt::grown).expect("room");
        let behind = disk(65536, &grown.writes()).1;
        let mut torn = start.clone();
        put(&mut torn, grown.writes()[..2].to_vec());
        let healed = read(65536, &(torn.clone(), behind.clone())).expect("the copy holds");
        put(&mut torn, healed.writes());
        put(&mut start, grown.writes());
        assert_eq!(torn, start);
        assert!(start[loader].iter().all(|byte| *byte == 0xB0), "the boot loader is gone");
        let back = read(65536, &(start, behind)).expect("reads back");
        assert!(back.is_at_end() && back.partitions() == grown.partitions());
    }

    #[test]
    fn an_entry_that_counts_beyond_all_numbers_lies_behind_every_disk() {
        let table = made(16384, &[(0, u64::MAX)]);
        assert_eq!(table.partitions()[0].length, Bytes(u64::MAX));
        assert_eq!((table.clone().moved(), table.grown()), (None, None));
    }

    #[test]
    fn no_partition_is_cut_and_ids_change_only_where_asked() {
        assert_eq!(made(16384, &[(2048, 16383)]).moved(), None);
        let table = made(16384, &[(2048, 4095)]);
        let mut next = 0;
        let fresh = table.clone().with_ids(&mut || {
            next += 1;
            [next; 16]
        });
        assert_eq!((fresh.partitions(), next), (table.partitions(), 2));
        assert_ne!(fresh.header[56..72], table.header[56..72]);
        assert_eq!((fresh.entries[16 + 7] >> 4, fresh.entries[16 + 8] >> 6), (4, 2));
    }

    proptest! {
        #[test]
        fn one_wrong_bit_anywhere_in_a_table_is_seen(bit in 0usize..(92 + 128 * 128) * 8) {
            let table = made(16384, &[(2048, 4095)]).moved().expect("room");
            let (mut start, _) = disk(16384, &table.writes());
            let byte = bit / 8;
            start[if byte < 92 { 512 + byte } else { 1024 + byte - 92 }] ^= 1 << (bit % 8);
            prop_assert_eq!(read(16384, &(start, vec![0; 65536])), None);
        }

        #[test]
        fn no_disk_is_too_strange(noise in prop::collection::vec(any::<u8>(), 0..6000), blocks in 0u64..1 << 40) {
            let mut start = noise.clone();
            if start.len() > 520 { start[512..520].copy_from_slice(SIGNATURE); }
            prop_assert_eq!(Gpt::read(&start, &noise, Bytes(blocks * 512), 512), None);
        }
    }
}
