//! File systems worked on by `e2fsck`, `resize2fs`, `debugfs` and `mtools`, at their place on the whole disk: no partition
//! device is waited for, and nothing is mounted.
//!
//! Invariants: the disk was found to be the armed one, with nothing in the way, before each program runs; what a program
//! complains of is a failure, whatever its exit code.

#![expect(clippy::disallowed_methods, reason = "practice files are opened here")]

use super::block::armed_now;
use super::disks::LinuxDisks;
use super::tool::{ToolAnswer, tool};
use crate::device::{Armed, Bus, Disk};
use crate::imaging::{Inside, Partition, Placed, SystemKind};
use crate::port::{Failure, Trouble, Volume, no_volume};
use crate::unit::Bytes;
use crate::word::say;
use rustix::fs::MemfdFlags;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;

/// What `debugfs` answers about a path where nothing stands.
const NOT_FOUND: &str = "File not found by ext2_lookup";

/// How much is copied at a time.
const PIECE: usize = 64 * 1024;

/// Opens the file system in that partition of the armed disk. Errors: the disk; nothing here knows that kind.
pub(super) fn volume(
    disks: &LinuxDisks,
    armed: &Armed,
    partition: Partition,
    kind: SystemKind,
) -> Result<Box<dyn Volume>, Failure> {
    let on = On { disks: disks.clone(), disk: armed.disk().clone(), at: partition.at };
    on.is_ours()?;
    match kind {
        SystemKind::Ext => Ok(Box::new(Ext(on))),
        SystemKind::Fat => Ok(Box::new(Fat(on))),
        SystemKind::Ntfs | SystemKind::Btrfs => Err(no_volume()),
    }
}

/// A place on a disk.
struct On {
    disks: LinuxDisks,
    disk: Disk,
    at: Bytes,
}

impl On {
    fn is_ours(&self) -> Result<(), Failure> {
        armed_now(&self.disks, &self.disk)
    }

    /// The place, as a program takes it with that between path and offset.
    fn named(&self, between: &str) -> OsString {
        let mut name = self.disk.path.clone().into_os_string();
        name.push(format!("{between}{}", self.at.0));
        name
    }

    fn run(&self, name: &str, args: &[&str], between: &str, behind: &[&str]) -> Result<ToolAnswer, Failure> {
        self.is_ours()?;
        let place = self.named(between);
        let all: Vec<&OsStr> =
            args.iter().map(OsStr::new).chain([place.as_os_str()]).chain(behind.iter().map(OsStr::new)).collect();
        tool(name, &all)
    }
}

fn failed(name: &str, answer: &ToolAnswer) -> Failure {
    let why = format!("{}{}", answer.complaint, answer.out);
    let why: Vec<&str> = why.lines().filter(|line| !line.trim().is_empty() && !is_banner(name, line)).collect();
    Failure::new(Trouble::No, say!("tool-failed", tool = name)).because(why.join("; "))
}

/// The first line of every e2fsprogs program, with its version.
fn is_banner(name: &str, line: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.starts_with(" 1."))
}

/// ext2, ext3, ext4.
struct Ext(On);

impl Ext {
    /// One request to `debugfs`. Errors: it complained of anything, unless `may_miss` and nothing stands there.
    fn ask(&self, request: &str, may_miss: bool) -> Result<Option<String>, Failure> {
        let answer = self.0.run("debugfs", &["-R", request], "?offset=", &[])?;
        if may_miss && answer.complaint.contains(NOT_FOUND) {
            return Ok(None);
        }
        heard(&answer).map(Some)
    }

    /// A plain file, which only practice has, `resize2fs` cuts to the length of the file system, wherever that begins: it
    /// gets a copy in memory.
    fn grow_apart(&self, length: Bytes) -> Result<ToolAnswer, Failure> {
        self.0.is_ours()?;
        let path = self.0.disk.path.display().to_string();
        let wrong =
            |error: io::Error| Failure::new(Trouble::Io, say!("file-unwritable", file = path.as_str())).because(error);
        let (apart, name) = in_memory(&[])?;
        let file = File::options().read(true).write(true).open(&self.0.disk.path).map_err(wrong)?;
        apart.set_len(length.0).map_err(wrong)?;
        copy_where_different((&file, self.0.at.0), (&apart, 0), length.0).map_err(wrong)?;
        let answer = tool("resize2fs", &[OsStr::new(&name), OsStr::new(&format!("{}K", length.0 / 1024))])?;
        if answer.code == Some(0) {
            copy_where_different((&apart, 0), (&file, self.0.at.0), length.0).map_err(wrong)?;
            file.sync_data().map_err(wrong)?;
        }
        Ok(answer)
    }

    fn write(&self, requests: &[String]) -> Result<(), Failure> {
        let list = in_memory(requests.join("\n").as_bytes())?;
        let answer = self.0.run("debugfs", &["-w", "-f", &list.1], "?offset=", &[])?;
        heard(&answer).map(drop)
    }
}

/// What `debugfs` answered. Errors: it complained, which its exit code need not say.
fn heard(answer: &ToolAnswer) -> Result<String, Failure> {
    let quiet = answer.complaint.lines().all(|line| line.trim().is_empty() || is_banner("debugfs", line));
    if answer.code == Some(0) && quiet { Ok(answer.out.clone()) } else { Err(failed("debugfs", answer)) }
}

/// A file that only memory holds, and the path by which a child of this process opens it: what is put into a system may be
/// a secret, and must not stand on this machine's disk.
fn in_memory(bytes: &[u8]) -> Result<(File, String), Failure> {
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

/// The word behind `name` in what `debugfs` says of a file.
fn word<'a>(stat: &'a str, name: &str) -> Option<&'a str> {
    stat.split(name).nth(1)?.split_whitespace().next()
}

impl Volume for Ext {
    fn check(&mut self) -> Result<(), Failure> {
        let answer = self.0.run("e2fsck", &["-f", "-p"], "?offset=", &[])?;
        // 1: mended all.
        if matches!(answer.code, Some(0 | 1)) { Ok(()) } else { Err(failed("e2fsck", &answer)) }
    }

    fn grow(&mut self, length: Bytes) -> Result<(), Failure> {
        let answer = if self.0.disk.bus == Bus::File {
            self.grow_apart(length)?
        } else {
            self.0.run("resize2fs", &[], "?offset=", &[&format!("{}K", length.0 / 1024)])?
        };
        if answer.code == Some(0) { Ok(()) } else { Err(failed("resize2fs", &answer)) }
    }

    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        Ok(self.ask(&format!("stat \"{path}\""), true)?.is_some())
    }

    fn look(&mut self, path: &str) -> Result<Option<Inside>, Failure> {
        let Some(stat) = self.ask(&format!("stat \"{path}\""), true)? else { return Ok(None) };
        let odd = || Failure::new(Trouble::No, say!("volume-odd", path = path)).because(&stat);
        let id = |name| word(&stat, name).and_then(|id| id.parse().ok());
        let owner = id("User:").zip(id("Group:")).ok_or_else(odd)?;
        let mode = word(&stat, "Mode:").and_then(|mode| u32::from_str_radix(mode, 8).ok()).ok_or_else(odd)?;
        match word(&stat, "Type:") {
            Some("regular") => {
                let text = self.ask(&format!("cat \"{path}\""), false)?.unwrap_or_default();
                Ok(Some(Inside::File { text, mode, owner }))
            }
            Some("directory") => Ok(Some(Inside::Folder { mode, owner })),
            Some("symlink") => {
                let to = stat.split("Fast link dest: \"").nth(1).and_then(|rest| rest.split('"').next());
                Ok(Some(Inside::Link { to: to.ok_or_else(odd)?.to_owned() }))
            }
            Some(_) | None => Err(odd()),
        }
    }

    fn put(&mut self, placed: &Placed) -> Result<(), Failure> {
        let path = placed.path.as_str();
        let there = self.look(path)?;
        if there.as_ref() == Some(&placed.what) {
            return Ok(());
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut requests = vec![format!("cd \"{folder}/\"")];
        let is_folder = |what: &Inside| matches!(what, Inside::Folder { .. });
        let keeps = there.as_ref().is_some_and(is_folder) && is_folder(&placed.what);
        if there.is_some() && !keeps {
            requests.push(format!("rm \"{name}\""));
        }
        let owned = |kind: u32, mode: u32, (user, group): (u32, u32)| {
            let set = |field: &str, value: String| format!("sif \"{name}\" {field} {value}");
            [set("mode", format!("0{:o}", kind | mode)), set("uid", user.to_string()), set("gid", group.to_string())]
        };
        let _open = match &placed.what {
            Inside::File { text, mode, owner } => {
                let (file, from) = in_memory(text.as_bytes())?;
                requests.push(format!("write \"{from}\" \"{name}\""));
                requests.extend(owned(0o100_000, *mode, *owner));
                Some(file)
            }
            Inside::Link { to } => {
                requests.push(format!("symlink \"{name}\" \"{to}\""));
                None
            }
            Inside::Folder { mode, owner } => {
                requests.extend((!keeps).then(|| format!("mkdir \"{name}\"")));
                requests.extend(owned(0o040_000, *mode, *owner));
                None
            }
        };
        self.write(&requests)
    }
}

/// FAT, which is only looked into.
struct Fat(On);

impl Volume for Fat {
    fn check(&mut self) -> Result<(), Failure> {
        Err(no_volume())
    }

    fn grow(&mut self, _length: Bytes) -> Result<(), Failure> {
        Err(no_volume())
    }

    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        let inside = format!("::{path}");
        let answer = self.0.run("mdir", &["-b", "-i"], "@@", &[&inside])?;
        match answer.code {
            Some(0) => Ok(true),
            Some(1) if answer.complaint.contains("not found") => Ok(false),
            Some(_) | None => Err(failed("mdir", &answer)),
        }
    }

    fn look(&mut self, _path: &str) -> Result<Option<Inside>, Failure> {
        Err(no_volume())
    }

    fn put(&mut self, _placed: &Placed) -> Result<(), Failure> {
        Err(no_volume())
    }
}
