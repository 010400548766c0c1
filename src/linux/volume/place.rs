//! Where a file system lies on an armed disk, and how programs are run on it there.
//!
//! Invariants: before each program the disk was found to be the armed one, with nothing in the way; a device of the place
//! alone lives no longer than the one call that needed it, and is gone when that call returns, well or badly; if this program
//! is killed the kernel takes it away.

#![expect(clippy::disallowed_methods, reason = "practice files are opened here")]

use super::super::block::armed_now;
use super::super::disks::LinuxDisks;
use super::super::loop_device::{LoopDevice, LoopPlan};
use super::super::tool::ToolAnswer;
use crate::device::{Bus, Disk};
use crate::imaging::Partition;
use crate::port::{Failure, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use rustix::fs::MemfdFlags;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;

/// How much is copied at a time.
const PIECE: usize = 64 * 1024;

/// A place on a disk.
pub(super) struct Place {
    pub(super) disks: LinuxDisks,
    pub(super) disk: Disk,
    pub(super) part: Partition,
}

impl Place {
    pub(super) fn is_ours(&self) -> Result<(), Failure> {
        armed_now(&self.disks, &self.disk)
    }

    /// Runs a program on the whole disk, whose path and the place's offset with `between` stand between the others.
    pub(super) fn run(&self, name: &str, args: &[&str], between: &str, behind: &[&str]) -> Result<ToolAnswer, Failure> {
        self.is_ours()?;
        let mut place = self.disk.path.clone().into_os_string();
        place.push(format!("{between}{}", self.part.at.0));
        let all: Vec<&OsStr> =
            args.iter().map(OsStr::new).chain([place.as_os_str()]).chain(behind.iter().map(OsStr::new)).collect();
        self.disks.tools.run(name, &all)
    }

    /// The same where the program takes nothing but a device. Errors: a plain file, which only practice has.
    pub(super) fn run_on_device(&self, name: &str, args: &[&str], behind: &[&str]) -> Result<ToolAnswer, Failure> {
        self.is_device()?;
        self.run_alone(name, args, behind)
    }

    /// Errors: it lies in a plain file.
    pub(super) fn is_device(&self) -> Result<(), Failure> {
        if self.disk.bus == Bus::File { Err(self.no_loop()) } else { Ok(()) }
    }

    fn no_loop(&self) -> Failure {
        let what = say!("volume-no-loop", disk = self.disk.name.as_str());
        Failure::new(Trouble::Io, what).hint(say!("volume-no-loop-hint"))
    }

    /// Runs a program on a device that is this place and no more.
    pub(super) fn run_alone(&self, name: &str, args: &[&str], behind: &[&str]) -> Result<ToolAnswer, Failure> {
        self.alone(self.part.length, |device| {
            let args = args.iter().map(OsStr::new).chain([device]).chain(behind.iter().map(OsStr::new));
            self.disks.tools.run(name, &args.collect::<Vec<_>>())
        })
    }

    /// Works on a device that is this place and no more, for the time of that work. A plain file, which only practice has,
    /// gets a copy in memory of that length: programs cut such a file, wherever their file system begins in it.
    pub(super) fn alone(
        &self,
        length: Bytes,
        work: impl FnOnce(&OsStr) -> Result<ToolAnswer, Failure>,
    ) -> Result<ToolAnswer, Failure> {
        self.is_ours()?;
        if self.disk.bus == Bus::File {
            return self.in_copy(length, work);
        }
        let plan = LoopPlan { backing: &self.disk.path, block: self.disk.logical_block, read_only: false };
        let none = |error: io::Error| self.no_loop().because(error);
        let part = LoopDevice::attach_part(plan, self.part.at, length).map_err(none)?;
        let done = work(part.node().as_os_str());
        let stays = |error: io::Error| {
            let what = say!("volume-loop-stays", disk = self.disk.name.as_str());
            Failure::new(Trouble::TryAgain, what).hint(say!("volume-loop-stays-hint")).because(error)
        };
        let gone = part.gone().map_err(stays);
        done.and_then(|answer| gone.map(|()| answer))
    }

    fn in_copy(
        &self,
        length: Bytes,
        work: impl FnOnce(&OsStr) -> Result<ToolAnswer, Failure>,
    ) -> Result<ToolAnswer, Failure> {
        let path = self.disk.path.display().to_string();
        let wrong =
            |error: io::Error| Failure::new(Trouble::Io, say!("file-unwritable", file = path.as_str())).because(error);
        let at = self.part.at.0;
        let (apart, name) = in_memory(&[])?;
        let file = File::options().read(true).write(true).open(&self.disk.path).map_err(wrong)?;
        apart.set_len(length.0).map_err(wrong)?;
        copy_where_different((&file, at), (&apart, 0), length.0).map_err(wrong)?;
        let answer = work(OsString::from(name).as_os_str())?;
        copy_where_different((&apart, 0), (&file, at), length.0).map_err(wrong)?;
        file.sync_data().map_err(wrong)?;
        Ok(answer)
    }
}

/// What a program's answer comes to where it failed.
pub(super) fn failed(name: &str, answer: &ToolAnswer) -> Failure {
    let why = format!("{}{}", answer.complaint, answer.out);
    let why: Vec<&str> = why.lines().filter(|line| !line.trim().is_empty() && !is_banner(name, line)).collect();
    Failure::new(Trouble::No, say!("tool-failed", tool = name)).because(why.join("; "))
}

/// The answer's output. Errors: it did not end well.
pub(super) fn good(name: &str, answer: ToolAnswer) -> Result<String, Failure> {
    if answer.code == Some(0) { Ok(answer.out) } else { Err(failed(name, &answer)) }
}

/// The first line of every e2fsprogs program, with its version.
pub(super) fn is_banner(name: &str, line: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.starts_with(" 1."))
}

/// A file that only memory holds, and the path by which a child of this process opens it: what is put into a system may be
/// a secret, and must not stand on this machine's disk.
pub(super) fn in_memory(bytes: &[u8]) -> Result<(File, String), Failure> {
    let made = rustix::fs::memfd_create("aoxanh", MemfdFlags::CLOEXEC).map_err(std::io::Error::from);
    let written = made.map(File::from).and_then(|mut file| file.write_all(bytes).map(|()| file));
    let file = written.map_err(|error| Failure::new(Trouble::Io, say!("volume-no-memory")).because(error))?;
    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    Ok((file, path))
}

/// Copies, and leaves alone what is the same: holes stay holes.
fn copy_where_different(from: (&File, u64), to: (&File, u64), length: u64) -> io::Result<()> {
    let (mut here, mut there) = (vec![0; PIECE], vec![0; PIECE]);
    let mut done = 0;
    while done < length {
        let len = usize::try_from(length - done).unwrap_or(PIECE).min(PIECE);
        from.0.read_exact_at(&mut here[..len], from.1 + done)?;
        to.0.read_exact_at(&mut there[..len], to.1 + done)?;
        if here[..len] != there[..len] {
            to.0.write_all_at(&here[..len], to.1 + done)?;
        }
        done += len as u64;
    }
    Ok(())
}
