//! Which file system stands at the start of a partition, and how large it is, by its own superblock.
//!
//! Sources: Linux, Documentation/filesystems/ext4/super.rst; the NTFS boot sector; btrfs on-disk format; FAT by Microsoft.

use crate::unit::Bytes;

/// As many bytes of a partition as are looked at.
pub const HEAD: usize = 128 * 1024;

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
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let found: &[u8; N] = bytes.get(at..)?.first_chunk()?;
    Some(found.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// What the first bytes of a partition show; none where they are of no kind that is known here.
#[must_use]
pub fn file_system(head: &[u8]) -> Option<FileSystemSeen> {
    let bare = |kind| FileSystemSeen { kind, size: None, unit: None };
    if number::<2>(head, 1024 + 56) == Some(0xEF53) {
        return ext(head);
    }
    if head.get(65536 + 64..).is_some_and(|magic| magic.starts_with(b"_BHRfS_M")) {
        return Some(bare(SystemKind::Btrfs));
    }
    if head.get(510..512)? != [0x55, 0xAA] {
        return None;
    }
    if head[3..].starts_with(b"NTFS    ") {
        return Some(bare(SystemKind::Ntfs));
    }
    let fat = head[54..].starts_with(b"FAT") || head[82..].starts_with(b"FAT32");
    fat.then(|| bare(SystemKind::Fat))
}

fn ext(head: &[u8]) -> Option<FileSystemSeen> {
    let at = |field: usize| 1024 + field;
    let shift = number::<4>(head, at(24)).filter(|shift| *shift <= 6)?;
    let wide = number::<4>(head, at(96))? & 0x80 != 0;
    let high = if wide { number::<4>(head, at(0x150))? } else { 0 };
    let unit = 1024 << shift;
    let blocks = high << 32 | number::<4>(head, at(4))?;
    Some(FileSystemSeen { kind: SystemKind::Ext, size: blocks.checked_mul(unit).map(Bytes), unit: Some(Bytes(unit)) })
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
