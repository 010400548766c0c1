//! btrfs by `btrfs`: it grows only while it is mounted, which is done where nobody else sees it.
//!
//! Invariant: it is mounted in a mount namespace of one shell, which the kernel takes away together with the mount when that
//! shell ends, however it ends. No file is looked at or put here.

use super::place::{Place, good};
use crate::imaging::{Inside, Placed};
use crate::port::{Failure, Trouble, Volume, no_volume};
use crate::unit::Bytes;
use crate::word::say;
use std::ffi::OsStr;

/// Where it is mounted, seen by that shell alone: a folder that every system has.
const POINT: &str = "/mnt";
/// Says that mounting failed, and nothing else did.
const NO_MOUNT: i32 = 77;

/// btrfs.
pub(super) struct Btrfs(pub(super) Place);

impl Btrfs {
    /// Works on it while it is mounted. Errors: it cannot be mounted here; the work.
    fn mounted(&self, options: &str, work: &str) -> Result<(), Failure> {
        let script = format!(
            "mount -t btrfs -o {options} \"$1\" {POINT} || exit {NO_MOUNT}; {work}; done=$?; umount {POINT}; exit $done"
        );
        self.0.is_device()?;
        let answer = self.0.alone(self.0.part.length, |device| {
            let own = ["--mount", "--propagation", "private", "sh", "-c", &script, "sh"].map(OsStr::new);
            self.0.disks.tools.run("unshare", &own.into_iter().chain([device]).collect::<Vec<_>>())
        })?;
        if answer.code == Some(NO_MOUNT) {
            return Err(Failure::new(Trouble::No, say!("volume-no-btrfs")).because(answer.complaint.trim()));
        }
        good("btrfs", answer).map(drop)
    }
}

impl Volume for Btrfs {
    fn ready(&mut self) -> Result<(), Failure> {
        self.check()?;
        self.mounted("ro", "true")
    }

    fn check(&mut self) -> Result<(), Failure> {
        let answer = self.0.run_on_device("btrfs", &["check", "--readonly"], &[])?;
        good("btrfs", answer).map(drop)
    }

    fn grow(&mut self, _length: Bytes) -> Result<(), Failure> {
        self.mounted("rw", &format!("btrfs filesystem resize max {POINT}"))
    }

    fn is_there(&mut self, _path: &str) -> Result<bool, Failure> {
        Err(no_volume())
    }

    fn look(&mut self, _path: &str) -> Result<Option<Inside>, Failure> {
        Err(no_volume())
    }

    fn put(&mut self, _placed: &Placed) -> Result<(), Failure> {
        Err(no_volume())
    }
}
