//! A stick that comes home: found, mounted for this program alone, and everything that it brings taken over.

#![expect(clippy::disallowed_methods, reason = "wiring: what is on a stick is files")]

use crate::device::Disk;
use crate::linux::{StickMount, stick_partition};
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::STICK_LABEL;
use std::fs;
use std::io;

/// A disk that does not tell what is on it, or does not let it be mounted.
fn unreadable(disk: &Disk, error: io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("stick-unreadable", disk = disk.name.as_str()))
        .because(error)
        .hint(say!("stick-unreadable-hint"))
}

/// Whether the disk is a stick with records that have not come home. What cannot be mounted has none that anybody could take
/// home.
pub(super) fn has_more(disk: &Disk) -> Result<bool, Failure> {
    if !disk.obstacles.is_empty() {
        // It is refused for these.
        return Ok(false);
    }
    let Some(part) = stick_partition(disk, STICK_LABEL).map_err(|error| unreadable(disk, error))? else {
        return Ok(false);
    };
    let Ok(mount) = StickMount::open(disk, part) else { return Ok(false) };
    let root = mount.path();
    let names = fs::read_dir(root.join("boots")).map(|entries| {
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    });
    let is_out = |name: &String| {
        let receipt = name.strip_suffix(".bundle").map(|id| root.join("receipts").join(format!("{id}.note")));
        receipt.is_some_and(|receipt| !receipt.exists())
    };
    let more = names.is_ok_and(|names| names.iter().any(is_out));
    mount.close().map_err(|error| unreadable(disk, error))?;
    Ok(more)
}
