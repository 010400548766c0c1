//! What the kernel counts of a disk.
//!
//! Sources: Linux `Documentation/block/stat.rst`, `Documentation/ABI/stable/sysfs-block` (`queue/iostats`). Invariant: a
//! kernel that was told not to count is not asked.

#![expect(clippy::disallowed_methods, reason = "counters are read from sysfs")]

use crate::port::Tally;
use std::path::Path;

/// Where sectors written and sectors discarded stand in `stat`.
const WRITTEN: usize = 6;
const DISCARDED: usize = 13;

/// What was written to the disk of that folder in sysfs. Sectors are counted before the writer hears that they are done,
/// calls only afterwards: those are not looked at.
pub(super) fn tally(folder: &Path) -> Option<Tally> {
    let counts = std::fs::read_to_string(folder.join("queue/iostats")).ok()?;
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    let fields: Vec<u64> = stat.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    let counted = Tally { written: *fields.get(WRITTEN)?, discarded: *fields.get(DISCARDED)? };
    (counts.trim() == "1").then_some(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sectors_are_read_where_the_kernel_counts_them() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("ours");
        std::fs::create_dir(folder.path().join("queue")).expect("ours");
        assert_eq!(tally(folder.path()), None);
        put("stat", "   97   0  1984  12   33  4  51200  90  0  60  102   7  0  640  3  1  2\n");
        put("queue/iostats", "1\n");
        assert_eq!(tally(folder.path()), Some(Tally { written: 51_200, discarded: 640 }));
        put("queue/iostats", "0\n");
        assert_eq!(tally(folder.path()), None, "a counter that stands still says nothing");
        put("queue/iostats", "1\n");
        put("stat", "97 0 1984 12 33 4 51200 90 0 60 102\n");
        assert_eq!(tally(folder.path()), None, "a kernel before 4.18 counts no discards");
    }
}
