//! What of a disk becomes an image: how long it is, which partitions it has, what is written otherwise than it stands there.
//!
//! Invariants: nothing is left out but what lies behind the last partition; a table that is not understood means the whole
//! disk, every block of it; the copy of a GUID table moves with the end of the image.

use super::gpt::{Gpt, Partition, SIGNATURE, Writes};
use super::mbr::Mbr;
use super::region::{Region, bytes};
use crate::unit::Bytes;
use std::io;

/// As much of a disk as holds a table at either end.
const EDGE: u64 = 1 << 20;

/// Where a link of a chain says of what kind its own partition is; none is 0.
const LINK_KIND: usize = 450;
/// The number of the first partition in a chain.
const FIRST_CHAINED: u32 = 5;

/// How a disk is captured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapturePlan {
    /// How long the image is.
    pub length: Bytes,
    /// Its partitions in order; none where no table is understood.
    pub partitions: Vec<Partition>,
    /// What stands in the image in place of the disk's own bytes.
    pub writes: Writes,
    /// Whether a table stands there that is not understood: then nothing that is seen on the disk need be the last word.
    pub is_refused: bool,
}

/// Looks at a disk of that logical block. Errors: the medium.
pub fn capture_plan(disk: &mut dyn Region, block: u32) -> io::Result<CapturePlan> {
    let length = disk.length();
    let edge = EDGE.min(length.0);
    let start = bytes(disk, 0, edge, EDGE)?;
    let end = bytes(disk, length.0 - edge, edge, EDGE)?;
    let found = match Gpt::read(&start, &end, length, block) {
        Some(table) => of_gpt(table, length),
        None => of_mbr(disk, &start, block),
    };
    let is_refused = has_table(&start, &end, block);
    Ok(found.unwrap_or(CapturePlan { length, is_refused, ..CapturePlan::default() }))
}

/// Whether something on the disk says that a table divides it, be it right or not.
fn has_table(start: &[u8], end: &[u8], block: u32) -> bool {
    let block = usize::try_from(block).unwrap_or(0);
    let headers = [start.get(block..), end.len().checked_sub(block).and_then(|at| end.get(at..))];
    headers.into_iter().flatten().any(|header| header.starts_with(SIGNATURE)) || Mbr::stands(start)
}

/// None where there is no such table, or one that is not understood to its end.
fn of_mbr(disk: &mut dyn Region, start: &[u8], block: u32) -> Option<CapturePlan> {
    let (length, unit) = (disk.length(), u64::from(block));
    let (mut is_whole, mut chained) = (true, 0);
    let mut more = |number: u64| {
        let read = number.checked_mul(unit).and_then(|at| bytes(disk, at, unit, unit).ok());
        // A chain that ends in anything but one of its links is no chain.
        let link = read.filter(|block| block.get(510..512) == Some(&[0x55, 0xAA]));
        is_whole &= link.is_some();
        chained += usize::from(link.as_ref().is_some_and(|link| link[LINK_KIND] != 0));
        link
    };
    let table = Mbr::read(start, length, block, &mut more)?;
    let partitions = table.partitions();
    let told = partitions.iter().filter(|partition| partition.number >= FIRST_CHAINED).count();
    let sound = is_whole && told == chained && !table.is_dynamic() && lie_apart(&partitions, length);
    let length = behind(table.end(), 0).min(length);
    sound.then(|| CapturePlan { length, partitions, ..CapturePlan::default() })
}

/// Whether none of them overlap or reach behind the disk.
fn lie_apart(partitions: &[Partition], disk: Bytes) -> bool {
    let end = |partition: &Partition| partition.at.0.checked_add(partition.length.0);
    let apart = partitions.windows(2).all(|pair| end(&pair[0]).is_some_and(|end| end <= pair[1].at.0));
    apart && partitions.iter().all(|partition| end(partition).is_some_and(|end| end <= disk.0))
}

/// The next whole MiB, and so much more.
fn behind(used: Bytes, more: u64) -> Bytes {
    Bytes(used.0.div_ceil(EDGE).saturating_mul(EDGE).saturating_add(more))
}

/// None where partitions overlap or reach behind the disk.
fn of_gpt(table: Gpt, disk: Bytes) -> Option<CapturePlan> {
    let partitions = table.partitions();
    if !lie_apart(&partitions, disk) {
        return None;
    }
    let last = partitions.last().map_or(0, |last| last.at.0 + last.length.0);
    // Room for the copy of the table, whose entries take 16 KiB as a rule.
    let length = behind(Bytes(last), EDGE);
    let cut = if length < disk { table.ending_at(length) } else { None };
    Some(match cut {
        Some(table) => CapturePlan { length, partitions, writes: table.writes(), is_refused: false },
        None => CapturePlan { length: disk, partitions, ..CapturePlan::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::super::gpt::tests::made;
    use super::super::mbr::tests::block_of;
    use super::*;

    fn put(disk: &mut [u8], writes: &Writes) {
        for (at, bytes) in writes {
            let at = usize::try_from(at.0).expect("small");
            disk[at..at + bytes.len()].copy_from_slice(bytes);
        }
    }

    #[test]
    fn an_image_ends_behind_its_last_partition_and_its_table_with_it() {
        let table = made(65536, &[(2048, 4095), (4096, 12000)]).moved().expect("room");
        let mut disk = vec![0; 65536 * 512];
        put(&mut disk, &table.writes());
        let plan = capture_plan(&mut disk, 512).expect("in memory");
        assert_eq!((plan.length, plan.partitions.len(), plan.writes.len()), (Bytes::mib(7), 2, 2));
        let mut image = disk[..7 << 20].to_vec();
        put(&mut image, &plan.writes);
        let edge = 1 << 20;
        let back = Gpt::read(&image[..edge], &image[image.len() - edge..], plan.length, 512).expect("a table");
        assert!(back.is_at_end());
        assert_eq!(back.partitions(), table.partitions());
        // Nothing to cut off.
        let full = made(12 * 2048, &[(2048, 12 * 2048 - 40)]).moved().expect("room");
        let mut disk = vec![0; 12 << 20];
        put(&mut disk, &full.writes());
        let plan = capture_plan(&mut disk, 512).expect("in memory");
        assert_eq!((plan.length, plan.writes.len(), plan.partitions.len()), (Bytes::mib(12), 0, 1));
        let plan = capture_plan(&mut vec![7; 3 << 20], 512).expect("in memory");
        assert_eq!(plan, CapturePlan { length: Bytes::mib(3), ..CapturePlan::default() });
    }

    #[test]
    fn an_older_table_counts_only_where_its_chain_holds_to_the_end() {
        let mut disk = vec![0; 8 << 20];
        let mut put = |at: usize, entries: &[(u8, u32, u32)]| {
            disk[at * 512..(at + 1) * 512].copy_from_slice(&block_of(entries));
        };
        put(0, &[(0x83, 64, 1000), (0x0F, 2048, 6000)]);
        put(2048, &[(0x07, 64, 1000), (0x05, 3000, 1100)]);
        put(5048, &[(0xEF, 64, 1000)]);
        let plan = capture_plan(&mut disk, 512).expect("in memory");
        let seen: Vec<_> = plan.partitions.iter().map(|found| (found.at.0 / 512, found.efi)).collect();
        assert_eq!((seen, plan.length), (vec![(64, false), (2112, false), (5112, true)], Bytes::mib(4)));
        let whole = CapturePlan { length: Bytes::mib(8), is_refused: true, ..CapturePlan::default() };
        let changed = |change: &dyn Fn(&mut [u8])| {
            let mut disk = disk.clone();
            change(&mut disk);
            capture_plan(&mut disk, 512).expect("in memory")
        };
        assert_eq!(changed(&|disk| disk[5048 * 512 + 510] = 0), whole, "a broken chain");
        assert_eq!(changed(&|disk| disk[450] = 0x42), whole, "a dynamic disk");
        assert_eq!(changed(&|disk| disk[2048 * 512 + 459] = 0x70), whole, "longer than what it is in");
        assert_eq!(changed(&|disk| disk[454..462].fill(0xFF)), whole, "behind the disk");
    }

    #[test]
    fn a_table_that_does_not_hold_is_not_taken_for_none() {
        let table = made(65536, &[(2048, 4095)]).moved().expect("room");
        let mut torn = vec![0; 65536 * 512];
        put(&mut torn, &table.writes());
        let (front, behind) = (512 + 92 - 1, torn.len() - 512 + 92 - 1);
        torn[front] ^= 1;
        torn[behind] ^= 1;
        let is_refused = |disk: &[u8]| capture_plan(&mut disk.to_vec(), 512).expect("in memory").is_refused;
        assert!(is_refused(&torn), "neither copy holds");
        torn[..1024].fill(0);
        assert!(is_refused(&torn), "one copy, and that does not hold");
        let over = made(65536, &[(2048, 4095), (4000, 5000)]).moved().expect("room");
        let mut disk = vec![0; 65536 * 512];
        put(&mut disk, &over.writes());
        assert!(is_refused(&disk), "partitions over each other");
        // A file system over everything has code where a table would have entries.
        let mut bare = vec![0; 8 << 20];
        bare[446..510].fill(0xB4);
        bare[510..512].copy_from_slice(&[0x55, 0xAA]);
        assert!(!is_refused(&bare) && !is_refused(&vec![0; 8 << 20]));
    }
}
