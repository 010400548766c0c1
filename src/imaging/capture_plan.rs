//! What of a disk becomes an image: how long it is, which partitions it has, what is written otherwise than it stands there.
//!
//! Invariants: nothing is left out but what lies behind the last partition; a table that is not understood means the whole
//! disk, every block of it; the copy of a GUID table moves with the end of the image.

use super::boot_record::boot_record;
use super::gpt::{Gpt, Partition, Writes};
use super::region::{Region, bytes};
use crate::unit::Bytes;
use std::io;

/// As much of a disk as holds a table at either end.
const EDGE: u64 = 1 << 20;

/// How a disk is captured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapturePlan {
    /// How long the image is.
    pub length: Bytes,
    /// Its partitions in order; none where no table is understood.
    pub partitions: Vec<Partition>,
    /// What stands in the image in place of the disk's own bytes.
    pub writes: Writes,
}

/// Looks at a disk of that logical block. Errors: the medium.
pub fn capture_plan(disk: &mut dyn Region, block: u32) -> io::Result<CapturePlan> {
    let length = disk.length();
    let edge = EDGE.min(length.0);
    let start = bytes(disk, 0, edge, EDGE)?;
    let end = bytes(disk, length.0 - edge, edge, EDGE)?;
    let whole = CapturePlan { length, ..CapturePlan::default() };
    if let Some(table) = Gpt::read(&start, &end, length, block) {
        return Ok(of_gpt(table, length).unwrap_or(whole));
    }
    let Some((partitions, used)) = boot_record(disk)? else { return Ok(whole) };
    Ok(CapturePlan { length: behind(used, 0).min(length), partitions, writes: Writes::new() })
}

/// The next whole MiB, and so much more.
fn behind(used: Bytes, more: u64) -> Bytes {
    Bytes(used.0.div_ceil(EDGE).saturating_mul(EDGE).saturating_add(more))
}

/// None where partitions overlap or reach behind the disk.
fn of_gpt(table: Gpt, disk: Bytes) -> Option<CapturePlan> {
    let partitions = table.partitions();
    let end = |partition: &Partition| partition.at.0.checked_add(partition.length.0);
    let apart = partitions.windows(2).all(|pair| end(&pair[0]).is_some_and(|end| end <= pair[1].at.0));
    let last = partitions.last().map_or(Some(0), end).filter(|last| apart && *last <= disk.0)?;
    // Room for the copy of the table, whose entries take 16 KiB as a rule.
    let length = behind(Bytes(last), EDGE);
    let cut = if length < disk { table.ending_at(length) } else { None };
    Some(match cut {
        Some(table) => CapturePlan { length, partitions, writes: table.writes() },
        None => CapturePlan { length: disk, partitions, writes: Writes::new() },
    })
}

#[cfg(test)]
mod tests {
    use super::super::gpt::tests::made;
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
}
