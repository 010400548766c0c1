//! Opening an armed disk, and reading and writing its blocks.
//!
//! Invariants: a disk is opened for writing only here, exclusively, and only after it was found to be the armed one with
//! nothing in the way, before the open and again after it; nothing is ever created, and nothing written past the end.

#![expect(clippy::disallowed_methods, reason = "opening disks is what this file is for")]

use super::dev_no::DevNo;
use super::disks::{LinuxDisks, Mode, unreadable};
use super::ioctl;
use super::kernel::FileId;
use super::tally::tally;
use crate::device::{Armed, Bus, Disk, Obstacle, obstacle_sentence};
use crate::drive::{Answer, Command};
use crate::port::{ALIGNMENT, Buffer, Commands, DiskIo, Disks, Failure, Tally, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use rustix::fs::{Advice, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt};

/// The least alignment of a buffer's address that any disk here asks for, bytes.
const ADDRESS: usize = 512;
/// Source: linux/magic.h.
const TMPFS_MAGIC: u64 = 0x0102_1994;

/// Opens the armed disk. Errors: gone, changed, in the way, busy, not to be opened.
pub(super) fn open(disks: &LinuxDisks, armed: &Armed) -> Result<Box<dyn DiskIo>, Failure> {
    let disk = found(disks, armed.disk())?;
    allowed(&disk)?;
    let file = open_exclusively(&disk, true).map_err(|error| open_failure(&disk, error))?;
    is_the_node(disks, &disk, &file)?;
    let block = BlockIo { direct: passes_cache(disks, &disk, &file), disks: disks.clone(), disk, file };
    // Somebody may have mounted or replaced it between the first look and the exclusive open.
    allowed(&found(disks, armed.disk())?)?;
    Ok(Box::new(block))
}

/// The disk as it stands now, where it is still the one that was armed.
pub(super) fn found(disks: &LinuxDisks, armed: &Disk) -> Result<Disk, Failure> {
    same(disks, armed, disks.list(None)?.into_iter().find(|disk| disk.name == armed.name))
}

/// What stands under the armed disk's name now, where it is still that disk.
pub(super) fn same(disks: &LinuxDisks, armed: &Disk, now: Option<Disk>) -> Result<Disk, Failure> {
    let gone = || Failure::new(Trouble::No, say!("disk-gone", disk = armed.name.as_str())).hint(say!("disk-gone-hint"));
    let same = |disk: &Disk| disk.identity == armed.identity && disk.attachment == armed.attachment;
    match now {
        Some(disk) if same(&disk) && disk.practice == armed.practice => Ok(disk),
        Some(_other) => {
            Err(Failure::new(Trouble::No, say!("disk-changed", disk = armed.name.as_str()))
                .hint(say!("disk-changed-hint")))
        }
        None if matches!(disks.mode, Mode::Practice { .. }) && !armed.practice => {
            Err(refused(armed, &Obstacle::NotPractice))
        }
        None => Err(gone()),
    }
}

/// Errors: what stands under the armed disk's name is not that disk now, or something is in the way.
pub(super) fn armed_now(disks: &LinuxDisks, armed: &Disk) -> Result<(), Failure> {
    allowed(&found(disks, armed)?)
}

fn allowed(disk: &Disk) -> Result<(), Failure> {
    disk.obstacles.first().map_or(Ok(()), |obstacle| Err(refused(disk, obstacle)))
}

pub(super) fn refused(disk: &Disk, obstacle: &Obstacle) -> Failure {
    Failure::new(Trouble::No, say!("disk-refused", disk = disk.name.as_str(), why = obstacle_sentence(obstacle)))
}

/// Never with `O_CREAT`, and not through links; with `O_DIRECT` where it is taken.
pub(super) fn open_exclusively(disk: &Disk, writes: bool) -> io::Result<File> {
    let is_file = disk.bus == Bus::File;
    // On a block device O_EXCL keeps out mounts and other exclusive openers; on a file it would mean "create".
    let exclusive = if is_file { OFlags::empty() } else { OFlags::EXCL };
    let try_open = |direct: OFlags| {
        let flags = (OFlags::NOFOLLOW | OFlags::CLOEXEC | exclusive | direct).bits();
        let flags = i32::try_from(flags).map_err(io::Error::other)?;
        File::options().read(true).write(writes).custom_flags(flags).open(&disk.path)
    };
    let file = match try_open(OFlags::DIRECT) {
        Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => try_open(OFlags::empty())?,
        Ok(file) if !takes_blocks(&file, disk)? => try_open(OFlags::empty())?,
        opened => opened?,
    };
    if is_file {
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(Errno::BUSY.into()),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(file)
}

/// A file on a disk of larger blocks opens with `O_DIRECT` but refuses the small ones.
fn takes_blocks(file: &File, disk: &Disk) -> io::Result<bool> {
    let block = usize::try_from(disk.logical_block).map_err(io::Error::other)?;
    if disk.bus != Bus::File || disk.identity.size.0 < u64::from(disk.logical_block) * 2 {
        return Ok(true);
    }
    let mut buffer = Buffer::zeroed(block);
    match file.read_at(buffer.bytes_mut(), u64::from(disk.logical_block)) {
        Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => Ok(false),
        Err(error) => Err(error),
        Ok(_read) => Ok(true),
    }
}

/// `O_DIRECT` can be taken and mean nothing: on a file in memory, and on a loop device that itself goes through the cache
/// of its file.
fn passes_cache(disks: &LinuxDisks, disk: &Disk, file: &File) -> bool {
    if !rustix::fs::fcntl_getfl(file).is_ok_and(|flags| flags.contains(OFlags::DIRECT)) {
        return false;
    }
    if disk.bus == Bus::File {
        return rustix::fs::fstatfs(file)
            .is_ok_and(|fs| u64::try_from(fs.f_type).is_ok_and(|kind| kind != TMPFS_MAGIC));
    }
    let flag = disks.root.join("sys/block").join(&disk.name).join("loop/dio");
    disk.bus != Bus::Loop || std::fs::read_to_string(flag).is_ok_and(|dio| dio.trim() == "1")
}

/// A careless tool can leave a regular file under a device's name; and names are reused.
fn is_the_node(disks: &LinuxDisks, disk: &Disk, file: &File) -> Result<(), Failure> {
    is_its_node(disks, disk, file)?;
    let read_only = disk.bus != Bus::File && ioctl::is_read_only(file).map_err(|error| open_failure(disk, error))?;
    if read_only { Err(refused(disk, &Obstacle::ReadOnly)) } else { Ok(()) }
}

/// The same of a disk that is only to be read.
pub(super) fn is_its_node(disks: &LinuxDisks, disk: &Disk, file: &File) -> Result<(), Failure> {
    let wrong = || {
        let what = say!("disk-node-wrong", disk = disk.name.as_str(), path = disk.path.display().to_string());
        Failure::new(Trouble::No, what).hint(say!("disk-changed-hint"))
    };
    let metadata = file.metadata().map_err(|error| open_failure(disk, error))?;
    if disk.bus == Bus::File {
        let place = std::fs::symlink_metadata(&disk.path).map_err(|error| open_failure(disk, error))?;
        // A second name may be anybody's only copy.
        let same = metadata.is_file() && metadata.nlink() == 1 && FileId::of(&place) == FileId::of(&metadata);
        return if same && metadata.len() >= disk.identity.size.0 { Ok(()) } else { Err(wrong()) };
    }
    let dev = disks.root.join("sys/block").join(&disk.name).join("dev");
    let dev = std::fs::read_to_string(dev).ok().and_then(|text| text.trim().parse::<DevNo>().ok());
    if !metadata.file_type().is_block_device() || dev != Some(DevNo::from_raw(metadata.rdev())) {
        return Err(wrong());
    }
    let asked = || Ok((ioctl::size(file)?, ioctl::logical_block(file)?));
    let (size, block) = asked().map_err(|error| open_failure(disk, error))?;
    if size == disk.identity.size && block == disk.logical_block { Ok(()) } else { Err(wrong()) }
}

pub(super) fn open_failure(disk: &Disk, error: io::Error) -> Failure {
    let name = disk.name.as_str();
    let failure = match Errno::from_io_error(&error) {
        Some(Errno::BUSY) => {
            Failure::new(Trouble::TryAgain, say!("disk-busy", disk = name)).hint(say!("disk-busy-hint"))
        }
        Some(Errno::NOENT | Errno::NXIO | Errno::NODEV | Errno::NOMEDIUM) => {
            Failure::new(Trouble::No, say!("disk-gone", disk = name)).hint(say!("disk-gone-hint"))
        }
        Some(Errno::ROFS) => refused(disk, &Obstacle::ReadOnly),
        Some(Errno::ACCESS | Errno::PERM) => {
            Failure::new(Trouble::Io, say!("disk-open-failed", disk = name)).hint(say!("disk-needs-root-hint"))
        }
        _other => Failure::new(Trouble::Io, say!("disk-open-failed", disk = name)).hint(say!("disk-open-failed-hint")),
    };
    failure.because(error)
}

/// An open block device or practice file.
#[derive(Debug)]
struct BlockIo {
    disks: LinuxDisks,
    disk: Disk,
    file: File,
    direct: bool,
}

impl BlockIo {
    /// Errors: a file, or not whole blocks of the disk.
    fn whole_blocks(&self, at: Bytes, length: Bytes) -> io::Result<()> {
        if self.disk.bus == Bus::File {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let block = u64::from(self.disk.logical_block);
        let inside = at.plus(length).is_some_and(|end| end <= self.size());
        if inside && at.0.is_multiple_of(block) && length.0.is_multiple_of(block) {
            Ok(())
        } else {
            Err(Errno::INVAL.into())
        }
    }
}

/// How much of the buffer at `at` lies on the disk. Errors: not in whole blocks.
pub(super) fn reach(disk: &Disk, at: Bytes, buffer: &[u8]) -> io::Result<usize> {
    let block = u64::from(disk.logical_block);
    let len = u64::try_from(buffer.len()).map_err(io::Error::other)?;
    let address = buffer.as_ptr().addr();
    if !at.0.is_multiple_of(block) || !len.is_multiple_of(block) || !address.is_multiple_of(ADDRESS.min(ALIGNMENT)) {
        return Err(Errno::INVAL.into());
    }
    usize::try_from(len.min(disk.identity.size.less(at).0)).map_err(io::Error::other)
}

pub(super) fn until_done(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl DiskIo for BlockIo {
    fn size(&self) -> Bytes {
        self.disk.identity.size
    }

    fn logical_block(&self) -> u32 {
        self.disk.logical_block
    }

    fn direct(&self) -> bool {
        self.direct
    }

    fn check(&mut self) -> Result<(), Failure> {
        if self.disk.bus == Bus::File {
            let now = found(&self.disks, &self.disk)?;
            return is_the_node(&self.disks, &now, &self.file);
        }
        // Held exclusively, it cannot have got into anybody's way: who it is is all there is to ask, and that is asked often.
        let now = self.disks.glance(&self.disk.name).map_err(unreadable)?;
        same(&self.disks, &self.disk, now).map(|_still| ())
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        let reach = reach(&self.disk, at, into)?;
        let into = into.get_mut(..reach).unwrap_or_default();
        until_done(|| self.file.read_at(into, at.0))
    }

    fn write_at(&mut self, at: Bytes, from: &[u8]) -> io::Result<usize> {
        // Cut at the end: a file would grow, and a job would never know.
        let reach = reach(&self.disk, at, from)?;
        until_done(|| self.file.write_at(from.get(..reach).unwrap_or_default(), at.0))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.sync_all()
    }

    fn forget(&mut self) -> io::Result<()> {
        if self.disk.bus == Bus::File {
            // Only clean pages are thrown away.
            self.file.sync_all()?;
            return Ok(rustix::fs::fadvise(&self.file, 0, None, Advice::DontNeed)?);
        }
        ioctl::flush_buffers(&self.file)
    }

    fn discard(&mut self, at: Bytes, length: Bytes) -> io::Result<()> {
        self.whole_blocks(at, length)?;
        ioctl::discard(&self.file, at, length)
    }

    fn zero_out(&mut self, at: Bytes, length: Bytes) -> io::Result<()> {
        self.whole_blocks(at, length)?;
        ioctl::zero_out(&self.file, at, length)
    }

    fn tally(&mut self) -> Option<Tally> {
        if self.disk.bus == Bus::File { None } else { tally(&self.disks.root.join("sys/block").join(&self.disk.name)) }
    }

    fn commands(&mut self) -> Option<&mut dyn Commands> {
        if self.disk.bus == Bus::File { None } else { Some(self) }
    }
}

impl Commands for BlockIo {
    fn execute(&mut self, command: &Command) -> io::Result<Answer> {
        ioctl::execute(&self.file, command)
    }
}

#[cfg(test)]
mod tests {
    use super::super::loop_device::{LoopDevice, LoopPlan};
    use super::super::practice_made;
    use super::*;

    #[test]
    fn a_file_or_another_device_under_the_name_of_the_disk_is_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let practice = folder.path().join("disks");
        std::fs::create_dir(&practice).expect("folder");
        let backing = practice.join("a.img");
        practice_made::make(&practice, "a.img", Bytes::mib(1)).expect("file");
        let mode = Mode::Practice { folder: folder.path().to_owned() };
        let disks = LinuxDisks::new(mode, folder.path());
        let refused = |disk: &Disk, file: &File| is_the_node(&disks, disk, file).expect_err("not that disk").what;
        let listed = || disks.list(None).expect("readable").pop().expect("one disk");
        let other = File::create(folder.path().join("a.tmp")).expect("file");
        other.set_len(1 << 20).expect("file");
        assert_eq!(refused(&listed(), &other).key(), "disk-node-wrong");
        drop(other);

        let (seen, second) = (listed(), folder.path().join("second.img"));
        std::fs::hard_link(&backing, &second).expect("link");
        assert_eq!(refused(&seen, &File::open(&backing).expect("file")).key(), "disk-node-wrong");
        std::fs::remove_file(second).expect("ours");

        let through_cache = File::open(&backing).expect("file");
        assert!(!passes_cache(&disks, &listed(), &through_cache));

        let plan = LoopPlan { backing: &backing, block: 512, read_only: false };
        let attach = || LoopDevice::attach(plan);
        let (Ok(first), Ok(second)) = (attach(), attach()) else {
            assert!(std::env::var("CI").is_err(), "CI must have loop devices");
            let why = "SKIPPED, NOTHING PROVED: no loop devices here\n";
            let _closed = std::io::Write::write_all(&mut io::stderr(), why.as_bytes());
            return;
        };
        let disk = |device: &LoopDevice| {
            let found = disks.list(None).expect("readable").into_iter().find(|disk| disk.name == device.name());
            found.expect("listed")
        };
        let open = |device: &LoopDevice| File::open(device.node()).expect("root");
        assert_eq!(is_the_node(&disks, &disk(&first), &open(&first)), Ok(()));
        assert_eq!(refused(&disk(&first), &open(&second)).key(), "disk-node-wrong");
        assert_eq!(refused(&disk(&first), &File::open(&backing).expect("file")).key(), "disk-node-wrong");
        let mut grown = disk(&first);
        grown.identity.size = Bytes::mib(2);
        assert_eq!(refused(&grown, &open(&first)).key(), "disk-node-wrong");
    }
}
