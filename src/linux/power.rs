//! The stick that the program was started from, as the kernel shows it: whether it is still plugged in, which disks look like
//! one, and how the machine is ended.
//!
//! Invariant: the machine is only ended where its root lies in memory, as it does when it was started from a stick.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads sysfs and starts programs")]

use super::block_tree::{BlockTree, Node};
use super::dev_no::DevNo;
use rustix::system::RebootCommand;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

/// What the partition is called that a stick keeps its records in.
const LABEL: &str = "PARTNAME=AOXANH";

/// Whether a partition of the disk is called as a stick's is.
pub(super) fn has_our_place(tree: &BlockTree, disk: &Node) -> bool {
    let parts = tree.nodes().filter(|node| node.disk == disk.name && node.name != disk.name);
    let named = |node: &Node| tree.text(node, "uevent").is_some_and(|text| text.lines().any(|line| line == LABEL));
    parts.into_iter().any(named)
}

/// Whether what that folder lies on is still there: a file system of a disk that was pulled out goes on answering from
/// memory.
#[must_use]
pub fn stays_there(root: &Path, folder: &Path) -> bool {
    let Ok(seen) = std::fs::metadata(folder) else { return false };
    let dev = DevNo::from_raw(seen.dev());
    dev.is_anonymous() || root.join(format!("sys/dev/block/{dev}")).exists()
}

/// Switches the machine off, or starts it again, by whatever its first program offers, else by the kernel. Errors: its root is
/// no memory; the kernel refuses.
pub fn end_machine(again: bool) -> io::Result<()> {
    if !root_is_memory()? {
        return Err(io::ErrorKind::Unsupported.into());
    }
    rustix::fs::sync();
    let program = if again { "reboot" } else { "poweroff" };
    if Command::new(program).status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let command = if again { RebootCommand::Restart } else { RebootCommand::PowerOff };
    Ok(rustix::system::reboot(command)?)
}

/// Whether the root is in memory. Source: `statfs(2)`, `linux/magic.h`.
fn root_is_memory() -> io::Result<bool> {
    const TMPFS: u64 = 0x0102_1994;
    const RAMFS: u64 = 0x8584_58f6;
    let magic = u64::try_from(rustix::fs::statfs("/")?.f_type).unwrap_or_default() & 0xffff_ffff;
    Ok([TMPFS, RAMFS].contains(&magic))
}
