//! The partition table of a disk that BIOS starts from: four places in the first block, and a chain of more.
//!
//! Source: the layout that every maker follows since MS-DOS 3.3. Invariants: a chain that goes on too long, and partitions that
//! overlap or reach behind the disk, make the table one that is not understood.

use super::gpt::Partition;
use super::region::{Region, bytes, number};
use crate::unit::Bytes;
use std::io;

/// It counts in these, whatever the disk does.
const BLOCK: u64 = 512;
const SIGNATURE: [u8; 2] = [0x55, 0xAA];
/// Kinds that hold a chain of partitions.
const EXTENDED: [u8; 3] = [0x05, 0x0F, 0x85];
const EFI: u8 = 0xEF;
/// A partition table of its own.
const GPT: u8 = 0xEE;
/// Windows' dynamic disks, whose volumes are told at the end of the disk.
const DYNAMIC: u8 = 0x42;
/// As many partitions as are read from a chain.
const MOST_CHAINED: usize = 128;

struct Entry {
    kind: u8,
    first: u64,
    count: u64,
}

fn entries(block: &[u8]) -> Option<Vec<Entry>> {
    if block.get(510..512)? != SIGNATURE {
        return None;
    }
    let entry = |raw: &[u8]| Some(Entry { kind: raw[4], first: number::<4>(raw, 8)?, count: number::<4>(raw, 12)? });
    let used = |entry: &Entry| entry.kind != 0 && entry.count != 0;
    let is_table = block[446..510].chunks_exact(16).all(|raw| matches!(raw[0], 0 | 0x80));
    is_table.then(|| block[446..510].chunks_exact(16).filter_map(entry).filter(used).collect())
}

const fn partition(entry: &Entry, base: u64) -> Partition {
    let (at, length) = (Bytes((base + entry.first) * BLOCK), Bytes(entry.count * BLOCK));
    Partition { at, length, efi: entry.kind == EFI }
}

/// The partitions in the order of the disk, those of the chain too, and where the last ends; none where there is no such
/// table or it is not understood. Errors: the medium.
pub(super) fn boot_record(disk: &mut dyn Region) -> io::Result<Option<(Vec<Partition>, Bytes)>> {
    let length = disk.length();
    let Some(first) = entries(&bytes(disk, 0, BLOCK, BLOCK)?) else { return Ok(None) };
    if first.is_empty() || first.iter().any(|entry| [GPT, DYNAMIC].contains(&entry.kind)) {
        return Ok(None);
    }
    let mut found = Vec::new();
    let mut end = Bytes::ZERO;
    for entry in &first {
        let own = partition(entry, 0);
        end = end.max(Bytes(own.at.0 + own.length.0));
        if EXTENDED.contains(&entry.kind) {
            let Some(chained) = chain(disk, entry)? else { return Ok(None) };
            found.extend(chained);
        } else {
            found.push(own);
        }
    }
    found.sort_by_key(|partition| partition.at);
    let apart = found.windows(2).all(|pair| pair[0].at.0 + pair[0].length.0 <= pair[1].at.0);
    let inside = found.iter().all(|partition| partition.at.0 + partition.length.0 <= end.0) && end <= length;
    Ok((apart && inside).then_some((found, end)))
}

/// The partitions within an extended one.
fn chain(disk: &mut dyn Region, whole: &Entry) -> io::Result<Option<Vec<Partition>>> {
    let mut found = Vec::new();
    let mut next = Some(0);
    while let Some(at) = next {
        if found.len() >= MOST_CHAINED || at >= whole.count {
            return Ok(None);
        }
        let base = whole.first + at;
        if (base + 1) * BLOCK > disk.length().0 {
            return Ok(None);
        }
        let Some(links) = entries(&bytes(disk, base * BLOCK, BLOCK, BLOCK)?) else { return Ok(None) };
        let (on, own): (Vec<_>, Vec<_>) = links.into_iter().partition(|link| EXTENDED.contains(&link.kind));
        found.extend(own.iter().map(|link| partition(link, base)));
        next = on.first().map(|link| link.first);
        if own.is_empty() && next.is_some() {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn put(disk: &mut [u8], block: usize, place: usize, kind: u8, first: u32, count: u32) {
        let at = block * 512 + 446 + place * 16;
        disk[at + 4] = kind;
        disk[at + 8..at + 12].copy_from_slice(&first.to_le_bytes());
        disk[at + 12..at + 16].copy_from_slice(&count.to_le_bytes());
        disk[block * 512 + 510..block * 512 + 512].copy_from_slice(&SIGNATURE);
    }

    /// One of its own, and two in a chain.
    fn made() -> Vec<u8> {
        let mut disk = vec![0; 400 * 512];
        put(&mut disk, 0, 0, 0x83, 10, 20);
        put(&mut disk, 0, 1, 0x0F, 40, 300);
        put(&mut disk, 40, 0, 0x07, 2, 30);
        put(&mut disk, 40, 1, 0x05, 100, 60);
        put(&mut disk, 140, 0, 0xEF, 2, 50);
        disk
    }

    #[test]
    fn the_chain_is_followed_and_one_without_an_end_is_no_table() {
        let (found, end) = boot_record(&mut made()).expect("in memory").expect("a table");
        let seen: Vec<_> = found.iter().map(|found| (found.at.0 / 512, found.length.0 / 512, found.efi)).collect();
        assert_eq!((seen, end.0), (vec![(10, 20, false), (42, 30, false), (142, 50, true)], 340 * 512));
        let none = |change: &dyn Fn(&mut [u8])| {
            let mut disk = made();
            change(&mut disk);
            boot_record(&mut disk).expect("in memory").is_none()
        };
        assert!(none(&|disk| put(disk, 140, 1, 0x05, 0, 60)), "back to its beginning");
        assert!(none(&|disk| put(disk, 0, 0, 0x83, 10, 33)), "over one of the chain");
        assert!(none(&|disk| put(disk, 0, 2, 0x83, 390, 20)), "behind the disk");
        assert!(none(&|disk| put(disk, 0, 3, 0xEE, 1, 9)) && none(&|disk| disk[510] = 0));
        assert!(none(&|disk| put(disk, 0, 3, 0x42, 350, 9)), "a dynamic disk");
    }

    proptest! {
        #[test]
        fn no_table_is_too_strange(
            links in prop::collection::vec((0usize..400, 0usize..4, prop::sample::select(vec![0u8, 5, 7, 0x0F, 0x83]), 0u32..420, 0u32..420), 0..30),
        ) {
            let mut disk = made();
            for (block, place, kind, first, count) in links { put(&mut disk, block, place, kind, first, count); }
            if let Some((found, end)) = boot_record(&mut disk).expect("in memory") {
                prop_assert!(found.iter().all(|found| found.at.0 + found.length.0 <= end.0) && end.0 <= 400 * 512);
            }
        }
    }
}
