//! File systems worked on by the programs that are made for each, at their place on the whole disk: no partition device is
//! waited for, and nothing is mounted where anybody else could see it.
//!
//! Invariant: what a program complains of is a failure, whatever its exit code.

mod btrfs;
mod ext;
mod fat;
mod make;
mod ntfs;
mod place;

use self::btrfs::Btrfs;
use self::ext::Ext;
use self::fat::Fat;
pub(super) use self::make::make;
use self::ntfs::Ntfs;
use self::place::Place;
use super::disks::LinuxDisks;
use crate::device::Armed;
use crate::imaging::{Partition, SystemKind};
use crate::port::{Failure, Volume};

/// Opens the file system in that partition of the armed disk. Errors: the disk.
pub(super) fn volume(
    disks: &LinuxDisks,
    armed: &Armed,
    partition: Partition,
    kind: SystemKind,
) -> Result<Box<dyn Volume>, Failure> {
    let place = Place { disks: disks.clone(), disk: armed.disk().clone(), part: partition };
    place.is_ours()?;
    Ok(match kind {
        SystemKind::Ext => Box::new(Ext(place)),
        SystemKind::Fat => Box::new(Fat(place)),
        SystemKind::Ntfs => Box::new(Ntfs(place)),
        SystemKind::Btrfs => Box::new(Btrfs(place)),
    })
}
