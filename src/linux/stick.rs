//! The file system of a stick that is plugged in: found by its label, mounted where nobody else sees it.
//!
//! Invariants: it is mounted nosuid, nodev and noexec, in no namespace at all, so that no name leads to it but the one here,
//! unless it is put at a place; it is gone when this is dropped, and where it was put nowhere when this process dies, however
//! it dies.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads disks and mounts")]

use super::loop_device::{LoopDevice, LoopPlan};
use crate::device::Disk;
use crate::imaging::{Gpt, HEAD, Partition, label};
use crate::unit::Bytes;
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, UnmountFlags, fsconfig_create, fsconfig_set_flag,
    fsconfig_set_string, fsmount, fsopen, move_mount, unmount,
};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// As much of either end of a disk is read for its table.
const EDGE: u64 = 64 * 1024;
/// Blocks of which the kernel counts where partitions begin, bytes.
const SECTOR: u64 = 512;

/// Where on that disk a stick keeps its records: its last partition, where it has that label. None where it is no stick.
pub fn stick_partition(disk: &Disk, wanted: &str) -> io::Result<Option<Partition>> {
    let size = disk.identity.size.0;
    if size < 4 * EDGE {
        return Ok(None);
    }
    let file = File::open(&disk.path)?;
    let read = |at: u64, length: usize| -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    };
    let edge = usize::try_from(EDGE).unwrap_or_default();
    let end = size / SECTOR * SECTOR - EDGE;
    let Some(table) = Gpt::read(&read(0, edge)?, &read(end, edge)?, Bytes(size), disk.logical_block) else {
        return Ok(None);
    };
    let Some(last) = table.partitions().pop().filter(|part| part.length.0 >= HEAD as u64) else { return Ok(None) };
    let is_it =
        last.at.0.saturating_add(last.length.0) <= size && label(&read(last.at.0, HEAD)?).as_deref() == Some(wanted);
    Ok(is_it.then_some(last))
}

/// A stick's file system, mounted for this process alone.
#[derive(Debug)]
pub struct StickMount {
    mount: Option<OwnedFd>,
    /// The device of that place alone, where the kernel has made none of the partition.
    part: Option<LoopDevice>,
    read_only: bool,
    /// Where other programs see it.
    place: Option<PathBuf>,
}

impl StickMount {
    /// Mounts the ext4 file system in that partition. Where it cannot be written it is mounted to be read.
    pub fn open(disk: &Disk, partition: Partition) -> io::Result<Self> {
        match Self::with(disk, partition, false) {
            Err(error) if is_read_only(&error) => Self::with(disk, partition, true),
            done => done,
        }
    }

    fn with(disk: &Disk, partition: Partition, read_only: bool) -> io::Result<Self> {
        let (node, part) = if let Some(node) = partition_node(disk, partition) {
            (node, None)
        } else {
            let plan = LoopPlan { backing: &disk.path, block: disk.logical_block, read_only };
            let part = LoopDevice::attach_part(plan, partition.at, partition.length)?;
            (part.node(), Some(part))
        };
        let system = fsopen("ext4", FsOpenFlags::FSOPEN_CLOEXEC)?;
        fsconfig_set_string(&system, "source", node.as_path())?;
        if read_only {
            fsconfig_set_flag(&system, "ro")?;
        }
        fsconfig_create(&system)?;
        let mut flags = MountAttrFlags::MOUNT_ATTR_NOSUID
            | MountAttrFlags::MOUNT_ATTR_NODEV
            | MountAttrFlags::MOUNT_ATTR_NOEXEC
            | MountAttrFlags::MOUNT_ATTR_NOSYMFOLLOW;
        if read_only {
            flags |= MountAttrFlags::MOUNT_ATTR_RDONLY;
        }
        let mount = fsmount(&system, FsMountFlags::FSMOUNT_CLOEXEC, flags)?;
        Ok(Self { mount: Some(mount), part, read_only, place: None })
    }

    /// Puts it at that folder, which is there already, for programs that ask what a name leads to.
    pub fn put_at(&mut self, folder: &Path) -> io::Result<()> {
        let Some(mount) = &self.mount else { return Ok(()) };
        move_mount(mount, "", rustix::fs::CWD, folder, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
        self.place = Some(folder.to_owned());
        Ok(())
    }

    fn take_away(&mut self) -> io::Result<()> {
        let Some(place) = self.place.take() else { return Ok(()) };
        // Whoever still has a file open there keeps that alone.
        Ok(unmount(&place, UnmountFlags::DETACH)?)
    }

    /// Where its root is, for this process alone.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        let number = self.mount.as_ref().map_or(-1, AsRawFd::as_raw_fd);
        format!("/proc/self/fd/{number}/").into()
    }

    /// Whether it can only be read.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Lets go of it, with everything that was written on the medium. Errors: it is not there.
    pub fn close(mut self) -> io::Result<()> {
        let Some(mount) = self.mount.take() else { return Ok(()) };
        // An open folder is needed: what stands for the mount alone cannot be flushed.
        let flushed = File::open(format!("/proc/self/fd/{}/", mount.as_raw_fd()))
            .and_then(|root| rustix::fs::syncfs(&root).map_err(io::Error::from));
        let away = self.take_away();
        drop(mount);
        let gone = self.part.take().map_or(Ok(()), LoopDevice::gone);
        flushed.and(away).and(gone)
    }
}

impl Drop for StickMount {
    fn drop(&mut self) {
        // The mount before the device below it.
        let _away = self.take_away();
        drop(self.mount.take());
    }
}

/// The media that can be taken out of this machine, each with the kernel's number of its being put in; loop devices too where
/// these stand in for them. Asks the kernel alone.
#[must_use]
pub fn media_now(loops: bool) -> BTreeSet<(String, String)> {
    let Ok(entries) = fs::read_dir("/sys/block") else { return BTreeSet::new() };
    let text = |path: PathBuf| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let one = |entry: fs::DirEntry| {
        let (name, place) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        let counts = text(place.join("removable")) == "1" || (loops && place.join("loop/backing_file").exists());
        counts.then(|| (name, format!("{} {}", text(place.join("diskseq")), text(place.join("size")))))
    };
    entries.flatten().filter_map(one).collect()
}

/// The disk, or the file system on it, cannot be written.
fn is_read_only(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::ROFS | Errno::ACCESS))
}

/// The device that the kernel made of that partition: what another program mounts of it is then the same, and not beside it.
fn partition_node(disk: &Disk, partition: Partition) -> Option<PathBuf> {
    let number = |path: &Path| fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    for entry in fs::read_dir(Path::new("/sys/block").join(&disk.name)).ok()?.flatten() {
        let place = entry.path();
        let starts = number(&place.join("start")).map(|start| start * SECTOR);
        let length = number(&place.join("size")).map(|size| size * SECTOR);
        if place.join("partition").exists() && starts == Some(partition.at.0) && length == Some(partition.length.0) {
            return Some(Path::new("/dev").join(entry.file_name()));
        }
    }
    None
}
