//! Which blocks of an ext file system are free, by its own bitmaps.

use super::{ExtTree, Group, Super};
use crate::imaging::region::{Region, bytes};
use crate::imaging::used::{Hole, Holes, Unclean, UsedError, zero_runs};
use std::io::ErrorKind;

/// The holes; none where the file system is not understood, or where its bitmaps and its counts do not agree. Errors: it was
/// not put away; the medium.
pub(in crate::imaging) fn free(region: &mut dyn Region) -> Result<Option<Vec<Hole>>, UsedError> {
    let Some(found) = Super::read(region)? else { return Ok(None) };
    if !found.is_clean() {
        return Err(UsedError::Unclean(Unclean::Dirty));
    }
    let swapped = match ExtTree::open(region)?.map_or(Ok(Vec::new()), |mut tree| tree.swapped()) {
        // Whatever is not understood there counts as used.
        Err(UsedError::Io(error)) if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
            Vec::new()
        }
        other => other?,
    };
    let groups = found.descriptors(region)?;
    let (mut holes, mut taken) = (Holes::default(), Vec::new());
    for (number, group) in (0..found.groups).zip(&groups) {
        let begins = found.first + number * found.per_group;
        let count = found.per_group.min(found.blocks - begins);
        taken.extend(tables(&found, number, begins, group));
        if group.untouched {
            holes.push(begins, count);
            continue;
        }
        let at = group.block_bitmap.saturating_mul(found.block);
        let bits = bytes(region, at, found.block, found.block)?;
        let mut sum = 0;
        zero_runs(&bits, count, |at, length| {
            sum += length;
            holes.push(begins + at, length);
        });
        if sum != group.free {
            return Ok(None);
        }
    }
    // A file in free blocks is no file.
    let Some(holes) = holes.with(swapped) else { return Ok(None) };
    Ok(Holes::scaled(holes.without(taken), found.block))
}

/// What the file system keeps of itself for a group, wherever that is: a bitmap that was never written does not tell.
fn tables(found: &Super, number: u64, begins: u64, group: &Group) -> [Hole; 4] {
    let head = if found.has_super(number) { 1 + found.descriptor_blocks() + found.reserved } else { 0 };
    [
        Hole { at: begins, length: head },
        Hole { at: group.block_bitmap, length: 1 },
        Hole { at: group.inode_bitmap, length: 1 },
        Hole { at: group.inode_table, length: found.table_blocks() },
    ]
}
