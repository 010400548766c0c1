//! One loop device: attached, kept, detached.
//!
//! Invariants: only a device that the kernel calls free is taken, and another is tried where somebody was faster; the
//! kernel detaches it by itself when the last process that has it open is gone, killed ones included.

#![expect(clippy::disallowed_methods, reason = "loop devices are nodes to open")]

use super::ioctl::{self, LoopSetup};
use crate::unit::Bytes;
use rustix::event::Timespec;
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// How many free devices may be lost to others before giving up.
const TRIES: u32 = 64;
/// How long between two looks whether a device is gone.
const A_MOMENT: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// What to attach.
#[derive(Clone, Copy, Debug)]
pub struct LoopPlan<'a> {
    /// The file or block device to stand on.
    pub backing: &'a Path,
    /// Logical block, bytes: 512 to 4096, a power of two.
    pub block: u32,
    /// Refuse writes.
    pub read_only: bool,
}

/// A loop device that stays attached as long as this lives, and as long as anybody has it open.
#[derive(Debug)]
pub struct LoopDevice {
    name: String,
    device: File,
}

impl LoopDevice {
    /// Attaches the plan's backing to a free loop device, with direct I/O where the file system below can. Errors:
    /// without the right to (`PermissionDenied`), or where the kernel has no loop devices (`NotFound`).
    pub fn attach(plan: LoopPlan<'_>) -> io::Result<Self> {
        Self::attach_part(plan, Bytes::ZERO, Bytes::ZERO)
    }

    /// The same of that stretch of the backing alone; a `length` of 0 means all behind `at`.
    pub fn attach_part(plan: LoopPlan<'_>, at: Bytes, length: Bytes) -> io::Result<Self> {
        Self::attach_by(plan, at, length, |device, backing, setup| {
            match ioctl::configure_loop(device, backing.as_fd(), setup) {
                Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => {
                    ioctl::configure_loop_in_steps(device, backing.as_fd(), setup)
                }
                done => done,
            }
        })
    }

    fn attach_by(
        plan: LoopPlan<'_>,
        at: Bytes,
        length: Bytes,
        configure: impl Fn(&File, &File, &LoopSetup<'_>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let control = File::options().read(true).write(true).open("/dev/loop-control")?;
        // A backing opened for reading only makes a read-only device.
        let backing = File::options().read(true).write(!plan.read_only).open(plan.backing)?;
        let name = plan.backing.as_os_str().as_bytes();
        let setup = LoopSetup { name, block: plan.block, at, length };
        let mut last = Errno::BUSY.into();
        for _try in 0..TRIES {
            let name = format!("loop{}", ioctl::free_loop(&control)?);
            let device = File::options().read(true).write(true).open(node(&name))?;
            match configure(&device, &backing, &setup) {
                Ok(()) => return Ok(Self { name, device }),
                Err(error) if Errno::from_io_error(&error) == Some(Errno::BUSY) => last = error,
                Err(error) => {
                    // Half-way in the steps of old kernels; a device that was never attached answers ENXIO. It is ours
                    // only where it stands on our file, which nobody else attaches in that moment.
                    if stands_on(&device, &backing) {
                        let _free = ioctl::clear_loop(&device);
                    }
                    return Err(error);
                }
            }
        }
        Err(last)
    }

    /// Kernel name, as in `LinuxDisks::list`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its node.
    #[must_use]
    pub fn node(&self) -> PathBuf {
        node(&self.name)
    }

    /// Logical and physical block, bytes.
    pub fn blocks(&self) -> io::Result<(u32, u32)> {
        Ok((ioctl::logical_block(&self.device)?, ioctl::physical_block(&self.device)?))
    }

    /// Detaches, and returns when it is gone. Errors: somebody else still has it open after a while; then it goes when that
    /// one closes it.
    pub fn gone(self) -> io::Result<()> {
        let attached = Path::new("/sys/block").join(&self.name).join("loop/backing_file");
        drop(self);
        for _try in 0..TRIES {
            if !attached.exists() {
                return Ok(());
            }
            // There is nothing to wait for but the device itself, and nobody tells.
            let _passed = rustix::event::poll(&mut [], Some(&A_MOMENT));
        }
        Err(Errno::BUSY.into())
    }

    /// Detaches now, or when the last other opener closes it.
    pub fn detach(self) -> io::Result<()> {
        ioctl::clear_loop(&self.device)
    }
}

/// Detaches the loop device of that name where it still stands on `backing`; says whether it did.
pub(super) fn detach_from(name: &str, backing: &Path) -> io::Result<bool> {
    let device = File::open(node(name))?;
    let ours = stands_on(&device, &File::open(backing)?);
    if ours {
        ioctl::clear_loop(&device)?;
    }
    Ok(ours)
}

fn stands_on(device: &File, backing: &File) -> bool {
    use super::kernel::FileId;
    let same = || -> io::Result<bool> {
        let status = ioctl::loop_status(device)?;
        Ok(FileId { dev: status.device, inode: status.inode } == FileId::of(&backing.metadata()?))
    };
    same().unwrap_or(false)
}

fn node(name: &str) -> PathBuf {
    Path::new("/dev").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_old_kernels_make_the_same_device_as_the_one_call() {
        let file = tempfile::NamedTempFile::new().expect("temporary file");
        file.as_file().set_len(1 << 20).expect("sparse file");
        let plan = LoopPlan { backing: file.path(), block: 4096, read_only: false };
        let at_once = LoopDevice::attach(plan);
        let Ok(at_once) = at_once else {
            assert!(std::env::var("CI").is_err(), "CI must have loop devices: {at_once:?}");
            let why = "SKIPPED, NOTHING PROVED: no loop devices here";
            let _closed = std::io::Write::write_fmt(&mut io::stderr(), format_args!("{why}: {at_once:?}\n"));
            return;
        };
        let made = |device: &LoopDevice| {
            let status = ioctl::loop_status(&device.device).expect("attached");
            let size = ioctl::size(&device.device).expect("attached");
            (status, size, device.blocks().expect("attached"))
        };
        let expected = made(&at_once);
        assert_eq!(expected.1, crate::unit::Bytes::mib(1));
        assert_eq!(expected.2.0, 4096);
        at_once.detach().expect("ours");
        let in_steps = LoopDevice::attach_by(plan, Bytes::ZERO, Bytes::ZERO, |device, backing, setup| {
            ioctl::configure_loop_in_steps(device, backing.as_fd(), setup)
        });
        let in_steps = in_steps.expect("loop devices work here");
        assert_eq!(made(&in_steps), expected);
        let part = LoopDevice::attach_part(plan, Bytes(4096 * 3), Bytes(4096 * 2)).expect("loop devices work here");
        assert_eq!(made(&part).1, Bytes(8192));
        std::os::unix::fs::FileExt::write_all_at(&part.device, &[7; 4096], 4096).expect("writes");
        let name = part.name().to_owned();
        part.gone().expect("nobody else has it open");
        assert!(!Path::new("/sys/block").join(name).join("loop/backing_file").exists());
        let mut written = vec![0; 4096];
        std::os::unix::fs::FileExt::read_exact_at(file.as_file(), &mut written, 4096 * 4).expect("reads");
        assert_eq!(written, [7; 4096]);
    }
}
