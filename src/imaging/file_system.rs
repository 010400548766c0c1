//! Which file system stands at the start of a partition, and how large it is, by its own superblock.
//!
//! Sources: Linux, Documentation/filesystems/ext4/super.rst; the NTFS boot sector; btrfs on-disk format; FAT by Microsoft.

use super::ext::Super;
use super::gpt::number;
use crate::unit::Bytes;

/// As many bytes of a partition as are looked at.
pub const HEAD: usize = 128 * 1024;

/// Where btrfs has its superblock.
const BTRFS: usize = 64 * 1024;

/// A kind of file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemKind {
    /// ext2, ext3, ext4.
    Ext,
    /// NTFS.
    Ntfs,
    /// btrfs.
    Btrfs,
    /// FAT12, FAT16, FAT32.
    Fat,
}

/// A file system that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystemSeen {
    /// Which kind.
    pub kind: SystemKind,
    /// How much of the partition it takes, where that is read.
    pub size: Option<Bytes>,
    /// Its own unit, where that is read: no file system fills a part of one.
    pub unit: Option<Bytes>,
    /// What it leaves free at the end of its partition.
    pub tail: Bytes,
    /// How an ext file system is divided into groups, where that is understood: it takes no last one that is too small.
    groups: Option<Super>,
}

impl FileSystemSeen {
    /// One of that kind of which nothing more is known.
    #[must_use]
    pub const fn bare(kind: SystemKind) -> Self {
        Self { kind, size: None, unit: None, tail: Bytes::ZERO, groups: None }
    }

    /// How large it is where it fills a partition of that length; none where its own unit is not known.
    #[must_use]
    pub fn filling(&self, partition: Bytes) -> Option<Bytes> {
        let unit = self.unit.filter(|unit| *unit > Bytes::ZERO)?;
        let units = partition.less(self.tail).0 / unit.0;
        Some(Bytes(self.groups.map_or(units, |groups| groups.taking(units)) * unit.0))
    }
}

/// What the first bytes of a partition show; none where they are of no kind that is known here.
#[must_use]
pub fn file_system(head: &[u8]) -> Option<FileSystemSeen> {
    if number::<2>(head, 1024 + 56) == Some(0xEF53) {
        return ext(head);
    }
    if let Some(block) = head.get(BTRFS..).filter(|block| block.get(64..72) == Some(b"_BHRfS_M")) {
        return Some(btrfs(block).unwrap_or(FileSystemSeen::bare(SystemKind::Btrfs)));
    }
    if head.get(510..512)? != [0x55, 0xAA] {
        return None;
    }
    if head[3..].starts_with(b"NTFS    ") {
        return Some(ntfs(head).unwrap_or(FileSystemSeen::bare(SystemKind::Ntfs)));
    }
    let fat = head[54..].starts_with(b"FAT") || head[82..].starts_with(b"FAT32");
    fat.then_some(FileSystemSeen::bare(SystemKind::Fat))
}

fn ext(head: &[u8]) -> Option<FileSystemSeen> {
    let at = |field: usize| 1024 + field;
    let shift = number::<4>(head, at(24)).filter(|shift| *shift <= 6)?;
    let wide = number::<4>(head, at(96))? & 0x80 != 0;
    let high = if wide { number::<4>(head, at(0x150))? } else { 0 };
    let unit = 1024 << shift;
    let blocks = high << 32 | number::<4>(head, at(4))?;
    let size = blocks.checked_mul(unit).map(Bytes);
    let groups = head.get(at(0)..at(1024)).and_then(Super::of);
    Some(FileSystemSeen { size, unit: Some(Bytes(unit)), groups, ..FileSystemSeen::bare(SystemKind::Ext) })
}

/// One over several disks has no size here.
fn btrfs(block: &[u8]) -> Option<FileSystemSeen> {
    let alone = number::<8>(block, 0x88)? == 1;
    let size = number::<8>(block, 0x70).filter(|_| alone).map(Bytes);
    let unit = number::<4>(block, 0x90).filter(|unit| unit.is_power_of_two()).map(Bytes);
    Some(FileSystemSeen { size, unit, ..FileSystemSeen::bare(SystemKind::Btrfs) })
}

/// Behind it stands the copy of its first sector, which it does not count.
fn ntfs(head: &[u8]) -> Option<FileSystemSeen> {
    let sector = number::<2>(head, 11).filter(|sector| sector.is_power_of_two())?;
    let per_cluster = match number::<1>(head, 13)? {
        // A negative power of two.
        power @ 0xE0.. => 1 << (0x100 - power),
        count => count,
    };
    let unit = sector.checked_mul(per_cluster).filter(|unit| *unit > 0)?;
    let size = number::<8>(head, 40)?.checked_mul(sector).map(Bytes);
    let bare = FileSystemSeen::bare(SystemKind::Ntfs);
    Some(FileSystemSeen { size, unit: Some(Bytes(unit)), tail: Bytes(sector), ..bare })
}

/// What a file system is called by whoever made it; none where that is not read, or it has no name.
#[must_use]
pub fn label(head: &[u8]) -> Option<String> {
    let at = match file_system(head)?.kind {
        SystemKind::Ext => 1024 + 120..1024 + 136,
        SystemKind::Fat if head.get(82..87) == Some(b"FAT32") => 71..82,
        SystemKind::Fat => 43..54,
        SystemKind::Ntfs | SystemKind::Btrfs => return None,
    };
    let text = head.get(at)?.split(|byte| *byte == 0).next()?;
    let text = String::from_utf8_lossy(text).trim_end().to_owned();
    (!text.is_empty() && text != "NO NAME").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_ext_file_system_says_its_size_and_the_others_their_kind() {
        let mut head = vec![0; HEAD];
        assert_eq!(file_system(&head), None);
        head[1024 + 56..1024 + 58].copy_from_slice(&[0x53, 0xEF]);
        head[1024 + 4] = 100;
        head[1024 + 24] = 2;
        let seen = file_system(&head).expect("ext");
        assert_eq!((seen.kind, seen.size, seen.unit), (SystemKind::Ext, Some(Bytes(409_600)), Some(Bytes(4096))));
        head[1024 + 0x60] = 0x80;
        head[1024 + 0x150] = 1;
        assert_eq!(file_system(&head).and_then(|seen| seen.size), Some(Bytes(((1 << 32) + 100) * 4096)));
        let mut head = vec![0; HEAD];
        head[510..512].copy_from_slice(&[0x55, 0xAA]);
        head[3..11].copy_from_slice(b"NTFS    ");
        assert_eq!(file_system(&head).map(|seen| seen.kind), Some(SystemKind::Ntfs));
        head[3] = b'x';
        head[82..87].copy_from_slice(b"FAT32");
        assert_eq!(file_system(&head).map(|seen| seen.kind), Some(SystemKind::Fat));
        head[65536 + 64..][..8].copy_from_slice(b"_BHRfS_M");
        assert_eq!(file_system(&head).map(|seen| seen.kind), Some(SystemKind::Btrfs));
    }

    #[test]
    fn sizes_of_ntfs_and_btrfs_are_those_that_their_own_programs_give() {
        let mut head = vec![0; HEAD];
        head[510..512].copy_from_slice(&[0x55, 0xAA]);
        head[3..11].copy_from_slice(b"NTFS    ");
        head[11..14].copy_from_slice(&[0, 2, 8]);
        // As `ntfsresize` left a partition of 48 MiB.
        head[40..48].copy_from_slice(&98296u64.to_le_bytes());
        let seen = file_system(&head).expect("ntfs");
        assert_eq!((seen.size, seen.filling(Bytes::mib(48))), (Some(Bytes(50_327_552)), Some(Bytes(50_327_552))));
        head[13] = 0xF4;
        assert_eq!(file_system(&head).and_then(|seen| seen.unit), Some(Bytes(512 << 12)));
        let mut head = vec![0; HEAD];
        head[BTRFS + 64..][..8].copy_from_slice(b"_BHRfS_M");
        head[BTRFS + 0x72] = 1;
        (head[BTRFS + 0x88], head[BTRFS + 0x91]) = (1, 0x10);
        let seen = file_system(&head).expect("btrfs");
        assert_eq!((seen.size, seen.filling(Bytes(70_000))), (Some(Bytes(65536)), Some(Bytes(69_632))));
        head[BTRFS + 0x88] = 2;
        assert_eq!(file_system(&head).and_then(|seen| seen.size), None);
    }

    #[test]
    fn a_label_is_what_stands_in_the_superblock() {
        let mut head = vec![0; HEAD];
        head[1024 + 56..1024 + 58].copy_from_slice(&[0x53, 0xEF]);
        assert_eq!(label(&head), None);
        head[1024 + 120..1024 + 124].copy_from_slice(b"root");
        assert_eq!(label(&head).as_deref(), Some("root"));
        let mut head = vec![0; HEAD];
        head[510..512].copy_from_slice(&[0x55, 0xAA]);
        head[54..59].copy_from_slice(b"FAT12");
        head[43..54].copy_from_slice(b"BOOTFS     ");
        assert_eq!(label(&head).as_deref(), Some("BOOTFS"));
        head[43..54].copy_from_slice(b"NO NAME    ");
        assert_eq!(label(&head), None);
    }

    proptest! {
        #[test]
        fn no_start_of_a_partition_is_too_strange(mut head in prop::collection::vec(any::<u8>(), 0..3000), ext: bool) {
            if ext && head.len() > 1100 {
                head[1080..1082].copy_from_slice(&[0x53, 0xEF]);
            }
            let _any = file_system(&head);
        }
    }
}
