//! Making an ext4 file system with its files in it, at its place on an armed disk, and holding it against what was meant.
//!
//! Invariant: what was made is believed only once `e2fsck` found nothing and every file was read back from the disk, past the
//! cache, and is the one that was meant.

#![expect(clippy::disallowed_methods, reason = "what is put onto it lies in files")]

use super::super::disks::LinuxDisks;
use super::place::{Place, failed, good, in_memory, is_banner};
use crate::device::Armed;
use crate::imaging::Partition;
use crate::port::{Disks, Failure, NewVolume, Trouble};
use crate::word::say;
use std::fs::{self, File};
use std::io::{self, PipeReader, Read};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// How much is compared at a time.
const PIECE: usize = 64 * 1024;

/// Makes it. Errors: the disk; the programs, or what they complain of; what was read back is not what was meant.
pub(in crate::linux) fn make(
    disks: &LinuxDisks,
    armed: &Armed,
    part: Partition,
    what: &NewVolume<'_>,
) -> Result<(), Failure> {
    let place = Place { disks: disks.clone(), disk: armed.disk().clone(), part };
    let folder = what.folder.display().to_string();
    let args = ["-q", "-F", "-t", "ext4", "-m", "0", "-L", what.label, "-E", "root_owner=0:0", "-d", &folder];
    good("mke2fs", place.run_alone("mke2fs", &args, &[])?)?;
    for (file, name) in what.more {
        write_in(&place, file, name)?;
    }
    disks.open(armed)?.forget().map_err(|error| reads_wrong(&place, "", &error))?;
    let answer = place.run("e2fsck", &["-f", "-n"], "?offset=", &[])?;
    if answer.code != Some(0) {
        return Err(failed("e2fsck", &answer));
    }
    let mut meant: Vec<(PathBuf, String)> = what.more.to_vec();
    walk(what.folder, "", &mut meant).map_err(|error| unreadable(what.folder, &error))?;
    meant.iter().try_for_each(|(file, name)| compare(&place, file, name))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unreadable", file = path.display().to_string())).because(error)
}

fn reads_wrong(place: &Place, name: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(Trouble::No, say!("stick-reads-wrong", disk = place.disk.name.as_str(), file = name))
        .because(why)
        .hint(say!("image-hint-other-disk"))
}

/// Every file below the folder, with its path from there.
fn walk(folder: &Path, above: &str, into: &mut Vec<(PathBuf, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let (entry, kind) = entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind)))?;
        let name = format!("{above}/{}", entry.file_name().to_string_lossy());
        if kind.is_dir() {
            walk(&entry.path(), &name, into)?;
        } else {
            into.push((entry.path(), name));
        }
    }
    Ok(())
}

/// Puts a large file into a folder that is there, without a copy of it anywhere else.
fn write_in(place: &Place, file: &Path, name: &str) -> Result<(), Failure> {
    let (folder, own) = name.rsplit_once('/').unwrap_or(("", name));
    let requests = format!("cd \"{folder}/\"\nwrite \"{}\" \"{own}\"", file.display());
    let list = in_memory(requests.as_bytes())?;
    let answer = place.run("debugfs", &["-w", "-f", &list.1], "?offset=", &[])?;
    let complains = answer.complaint.lines().any(|line| !line.trim().is_empty() && !is_banner("debugfs", line));
    if answer.code == Some(0) && !complains { Ok(()) } else { Err(failed("debugfs", &answer)) }
}

/// Reads a file out of it through a pipe and compares it with the one that it was made of.
fn compare(place: &Place, file: &Path, name: &str) -> Result<(), Failure> {
    let (reader, writer) = io::pipe().map_err(|error| unreadable(file, &error))?;
    let meant = File::open(file).map_err(|error| unreadable(file, &error))?;
    let to = format!("/proc/{}/fd/{}", std::process::id(), writer.as_raw_fd());
    let (answer, same) = std::thread::scope(|scope| {
        let comparing = scope.spawn(move || is_same(reader, meant));
        let answer = place.run("debugfs", &["-R", &format!("dump \"{name}\" \"{to}\"")], "?offset=", &[]);
        // Only now does the pipe end.
        drop(writer);
        let broke = |_panic| Err(io::ErrorKind::Other.into());
        (answer, comparing.join().unwrap_or_else(broke))
    });
    let answer = answer?;
    match same {
        Ok(true) => Ok(()),
        Ok(false) => Err(reads_wrong(place, name, &answer.complaint.trim())),
        Err(error) => Err(reads_wrong(place, name, &error)),
    }
}

/// Whether both bring the same to their end. The pipe is read to its end in any case: whoever writes into it waits.
fn is_same(mut found: PipeReader, mut meant: File) -> io::Result<bool> {
    let (mut here, mut there) = (vec![0; PIECE], vec![0; PIECE]);
    let mut same = true;
    loop {
        let read = found.read(&mut here)?;
        if read == 0 {
            return Ok(same && meant.read(&mut there)? == 0);
        }
        same = same && meant.read_exact(&mut there[..read]).is_ok() && here[..read] == there[..read];
    }
}
