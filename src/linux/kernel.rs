//! What a tree of files cannot tell and only the running kernel can: device numbers of paths, loop devices, labels.
//!
//! Invariants: everything here only reads; tests on made-up trees answer for the kernel themselves.

#![expect(clippy::disallowed_methods, reason = "asking the kernel means opening its nodes")]

use super::dev_no::DevNo;
use super::drive::Questions;
use super::ioctl;
use crate::port::Commands;
use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// One file, whatever its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileId {
    /// Device of its file system.
    pub(super) dev: DevNo,
    /// Inode.
    pub(super) inode: u64,
}

impl FileId {
    /// As `stat` says.
    pub(super) fn of(metadata: &std::fs::Metadata) -> Self {
        Self { dev: DevNo::from_raw(metadata.dev()), inode: metadata.ino() }
    }
}

/// What stands at a path, links followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    /// The file.
    pub(super) id: FileId,
    /// The block device, where the path is a node of one.
    pub(super) block: Option<DevNo>,
    /// The path without links.
    pub(super) real: PathBuf,
}

/// What a loop device stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Backing {
    /// The file, or the node of the block device.
    pub(super) file: FileId,
    /// The block device, where it is one.
    pub(super) block: Option<DevNo>,
}

/// The questions.
pub(super) trait Kernel: Debug + Send + Sync {
    /// What stands at `path`.
    fn stat(&self, path: &Path) -> io::Result<Stat>;
    /// What the loop device of that node stands on. Errors: `ENXIO` where it stands on nothing.
    fn loop_backing(&self, node: &Path) -> io::Result<Backing>;
    /// Whether the block device of that node carries the label of a ZFS member. An unreadable one has none.
    fn has_zfs_label(&self, node: &Path) -> bool;
    /// Opens the drive behind that node for questions.
    fn drive(&self, node: &Path) -> io::Result<Box<dyn Commands>>;
}

/// The kernel that runs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Running;

impl Kernel for Running {
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let metadata = std::fs::metadata(path)?;
        let block = metadata.file_type().is_block_device().then(|| DevNo::from_raw(metadata.rdev()));
        Ok(Stat { id: FileId::of(&metadata), block, real: path.canonicalize()? })
    }

    fn loop_backing(&self, node: &Path) -> io::Result<Backing> {
        let status = ioctl::loop_status(File::open(node)?)?;
        Ok(Backing { file: FileId { dev: status.device, inode: status.inode }, block: status.block })
    }

    fn has_zfs_label(&self, node: &Path) -> bool {
        let looked = || -> io::Result<bool> {
            let disk = File::open(node)?;
            let size = ioctl::size(&disk)?.0;
            Ok(zfs_label_in(size, |offset, ring| disk.read_exact_at(ring, offset)))
        };
        looked().unwrap_or(false)
    }

    fn drive(&self, node: &Path) -> io::Result<Box<dyn Commands>> {
        Ok(Box::new(Questions::open(node)?))
    }
}

const ZFS_LABEL: u64 = 256 * 1024;
const ZFS_RING: usize = 128 * 1024;
const ZFS_SLOT: usize = 1024;
const ZFS_MAGIC: u64 = 0x00ba_b10c;

/// Whether any of the four labels (two at the start, two at the end) has an uberblock in the ring that is its second
/// half. Source: "ZFS On-Disk Specification" (Sun, 2006), chapter 1.
fn zfs_label_in(size: u64, mut read: impl FnMut(u64, &mut [u8]) -> io::Result<()>) -> bool {
    let end = size - size % ZFS_LABEL;
    let starts = [0, ZFS_LABEL, end.saturating_sub(2 * ZFS_LABEL), end.saturating_sub(ZFS_LABEL)];
    let mut ring = vec![0; ZFS_RING];
    starts.into_iter().any(|start| {
        // A ring that cannot be read says nothing; a dying donated disk must still be shown.
        read(start + ZFS_LABEL / 2, &mut ring).is_ok()
            && ring
                .chunks_exact(ZFS_SLOT)
                .any(|slot| slot.starts_with(&ZFS_MAGIC.to_le_bytes()) || slot.starts_with(&ZFS_MAGIC.to_be_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(bytes: &[u8]) -> bool {
        zfs_label_in(bytes.len() as u64, |offset, ring| {
            let start = usize::try_from(offset).expect("small");
            let from = bytes.get(start..start + ring.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
            ring.copy_from_slice(from);
            Ok(())
        })
    }

    #[test]
    fn an_uberblock_in_any_of_the_four_labels_is_found() {
        let blank = vec![0; 2 << 20];
        assert!(!labelled(&blank));
        assert!(!labelled(&[]));
        for (start, magic) in [
            (128 << 10, ZFS_MAGIC.to_le_bytes()),
            ((256 + 128 + 4) << 10, ZFS_MAGIC.to_be_bytes()),
            ((2048 - 128) << 10, ZFS_MAGIC.to_le_bytes()),
            ((2048 - 256 - 1) << 10, ZFS_MAGIC.to_le_bytes()),
        ] {
            let mut disk = blank.clone();
            disk[start..start + 8].copy_from_slice(&magic);
            assert!(labelled(&disk), "{start}");
        }
        let mut elsewhere = blank;
        elsewhere[4096..4104].copy_from_slice(&ZFS_MAGIC.to_le_bytes());
        assert!(!labelled(&elsewhere));
    }
}
