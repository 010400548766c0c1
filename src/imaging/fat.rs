//! Which clusters of a FAT12, FAT16 or FAT32 file system are free, by all its tables.
//!
//! Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03. Invariant: a cluster is free only where every table
//! says so.

use super::region::{Region, bytes, number};
use super::used::{Hole, Holes, Unclean, UsedError};

/// The table of a FAT32 of 2 TiB in clusters of 8 KiB.
const MOST_TABLE: u64 = 1 << 30;
/// Read at a time; a multiple of three bytes, which are two entries of FAT12.
const PIECE: u64 = 3 << 18;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Twelve,
    Sixteen,
    ThirtyTwo,
}

/// What the boot sector says, in sectors where not said otherwise.
#[derive(Clone, Copy, Debug)]
struct Fat {
    sector: u64,
    cluster: u64,
    tables_at: u64,
    tables: u64,
    table: u64,
    data_at: u64,
    clusters: u64,
    width: Width,
    dirty: bool,
}

impl Fat {
    fn of(raw: &[u8]) -> Option<Self> {
        let byte = |at| number::<1>(raw, at);
        let two = |at| number::<2>(raw, at);
        let four = |at| number::<4>(raw, at);
        let or = |small: u64, large: Option<u64>| if small == 0 { large } else { Some(small) };
        let sector = two(11).filter(|sector| [512, 1024, 2048, 4096].contains(sector))?;
        let cluster = byte(13).filter(|cluster| cluster.is_power_of_two())?;
        let (tables_at, tables, root) = (two(14)?, byte(16)?, two(17)?);
        let (total, table) = (or(two(19)?, four(32))?, or(two(22)?, four(36))?);
        let data_at = tables_at + tables * table + (root * 32).div_ceil(sector);
        let clusters = total.checked_sub(data_at)? / cluster;
        let width = match clusters {
            ..4085 => Width::Twelve,
            4085..65525 => Width::Sixteen,
            _more => Width::ThirtyTwo,
        };
        // Linux keeps its mark there, Windows in the table.
        let state = if width == Width::ThirtyTwo { byte(65)? } else { byte(37)? };
        let found = Self { sector, cluster, tables_at, tables, table, data_at, clusters, width, dirty: state & 1 != 0 };
        let is_one = tables_at > 0 && (1..=4).contains(&tables) && clusters > 0;
        let is_thirty_two = two(22)? == 0 && root == 0;
        let holds = found.table_bytes() <= table * sector && (width == Width::ThirtyTwo) == is_thirty_two;
        (is_one && holds).then_some(found)
    }

    /// How long the entries of all clusters are, and the two before them.
    const fn table_bytes(&self) -> u64 {
        let entries = self.clusters + 2;
        match self.width {
            Width::Twelve => (entries * 3).div_ceil(2),
            Width::Sixteen => entries * 2,
            Width::ThirtyTwo => entries * 4,
        }
    }

    /// Entry `number` of a piece that begins with entry 0.
    fn entry(&self, piece: &[u8], entry: usize) -> u64 {
        match self.width {
            Width::Twelve => {
                let pair = number::<2>(piece, entry * 3 / 2).unwrap_or(0xFFFF);
                if entry.is_multiple_of(2) { pair & 0xFFF } else { pair >> 4 }
            }
            Width::Sixteen => number::<2>(piece, entry * 2).unwrap_or(0xFFFF),
            Width::ThirtyTwo => number::<4>(piece, entry * 4).unwrap_or(u64::MAX) & 0x0FFF_FFFF,
        }
    }

    /// Whether the second entry of a table says that the file system was put away, and without errors.
    fn is_clean(&self, table: &[u8]) -> bool {
        match self.width {
            Width::Twelve => true,
            Width::Sixteen => self.entry(table, 1) & 0xC000 == 0xC000,
            Width::ThirtyTwo => self.entry(table, 1) & 0x0C00_0000 == 0x0C00_0000,
        }
    }
}

/// The holes; none where the file system is not understood. Errors: it was not put away; the medium.
pub(super) fn free(region: &mut dyn Region) -> Result<Option<Vec<Hole>>, UsedError> {
    let length = region.length().0;
    let Some(found) = Fat::of(&bytes(region, 0, 512, 512)?) else { return Ok(None) };
    let end = found.data_at + found.clusters * found.cluster;
    if found.table_bytes() > MOST_TABLE || end * found.sector > length {
        return Ok(None);
    }
    let mut holes = Holes::default();
    let (whole, mut at) = (found.table_bytes(), 0);
    let per_piece = match found.width {
        Width::Twelve => PIECE / 3 * 2,
        Width::Sixteen => PIECE / 2,
        Width::ThirtyTwo => PIECE / 4,
    };
    let mut first = 0;
    while at < whole {
        let mut pieces = Vec::new();
        for table in 0..found.tables {
            let from = (found.tables_at + table * found.table) * found.sector + at;
            pieces.push(bytes(region, from, PIECE.min(whole - at), PIECE)?);
        }
        let is_clean = !found.dirty && pieces.first().is_none_or(|table| at > 0 || found.is_clean(table));
        if !is_clean {
            return Err(UsedError::Unclean(Unclean::Dirty));
        }
        let last = (first + per_piece).min(found.clusters + 2);
        for (place, cluster) in (first..last).enumerate().filter(|(_, cluster)| *cluster >= 2) {
            if pieces.iter().all(|table| found.entry(table, place) == 0) {
                let sector = found.data_at + (cluster - 2) * found.cluster;
                holes.push(sector * found.sector, found.cluster * found.sector);
            }
        }
        first = last;
        at += PIECE;
    }
    Ok(Some(holes.without(Vec::new())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A FAT16 of 5000 clusters of one sector.
    fn made() -> Vec<u8> {
        let mut disk = vec![0; 5100 * 512];
        disk[11..14].copy_from_slice(&[0, 2, 1]);
        disk[14] = 1;
        disk[16] = 2;
        disk[17] = 16;
        disk[19..21].copy_from_slice(&5042u16.to_le_bytes());
        disk[22] = 20;
        for table in [1, 21] {
            disk[table * 512..][..4].copy_from_slice(&[0xF8, 0xFF, 0xFF, 0xFF]);
        }
        disk
    }

    #[test]
    fn a_cluster_is_free_only_where_both_tables_say_so_and_a_dirty_one_is_refused() {
        let mut disk = made();
        disk[512 + 2 * 2] = 7;
        disk[21 * 512 + 2 * 4] = 7;
        let holes = free(&mut disk).expect("clean").expect("understood");
        let begin = 42 * 512;
        let expected = [Hole { at: begin + 512, length: 512 }, Hole { at: begin + 3 * 512, length: 4997 * 512 }];
        assert_eq!(holes, expected);
        let mut marked = disk.clone();
        marked[37] = 1;
        assert!(matches!(free(&mut marked), Err(UsedError::Unclean(Unclean::Dirty))));
        disk[512 + 3] = 0x7F;
        assert!(matches!(free(&mut disk), Err(UsedError::Unclean(Unclean::Dirty))));
        let mut cut = made();
        cut.truncate(5000 * 512);
        assert_eq!(free(&mut cut).expect("nothing wrong"), None);
    }
}
