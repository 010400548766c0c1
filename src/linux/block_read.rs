//! Opening a disk to read it, and nothing else: a master machine's, of which an image is made.
//!
//! Invariants: the disk is opened without the right to write, exclusively, and only after it was found to be the one that was
//! asked for with nothing in the way, before the open and again after it.

use super::block::{found, is_its_node, open_exclusively, open_failure, reach, refused, same, until_done};
use super::disks::{LinuxDisks, unreadable};
use crate::device::{Bus, Disk, Obstacle};
use crate::port::{DiskRead, Failure};
use crate::unit::Bytes;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Opens the disk. Errors: gone, changed, in use, busy, not to be opened.
pub(super) fn open(disks: &LinuxDisks, disk: &Disk) -> Result<Box<dyn DiskRead>, Failure> {
    let disk = found(disks, disk)?;
    free(&disk)?;
    let file = open_exclusively(&disk, false).map_err(|error| open_failure(&disk, error))?;
    is_its_node(disks, &disk, &file)?;
    // Somebody may have mounted or replaced it between the first look and the exclusive open.
    free(&found(disks, &disk)?)?;
    Ok(Box::new(BlockRead { disks: disks.clone(), disk, file }))
}

/// What is only in the way of writing is not in the way here.
fn free(disk: &Disk) -> Result<(), Failure> {
    let first = disk.obstacles.iter().find(|obstacle| **obstacle != Obstacle::ReadOnly);
    first.map_or(Ok(()), |obstacle| Err(refused(disk, obstacle)))
}

struct BlockRead {
    disks: LinuxDisks,
    disk: Disk,
    file: File,
}

impl DiskRead for BlockRead {
    fn size(&self) -> Bytes {
        self.disk.identity.size
    }

    fn logical_block(&self) -> u32 {
        self.disk.logical_block
    }

    fn check(&mut self) -> Result<(), Failure> {
        if self.disk.bus == Bus::File {
            let now = found(&self.disks, &self.disk)?;
            return is_its_node(&self.disks, &now, &self.file);
        }
        let now = self.disks.glance(&self.disk.name).map_err(unreadable)?;
        same(&self.disks, &self.disk, now).map(|_still| ())
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        let reach = reach(&self.disk, at, into)?;
        let into = into.get_mut(..reach).unwrap_or_default();
        until_done(|| self.file.read_at(into, at.0))
    }
}
