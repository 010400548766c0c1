//! Sticks that are plugged in while a machine runs from another one, or from the same that was away: mounted as they come, let
//! go of as they leave.
//!
//! Invariants: only what has a stick's label is mounted, and only what its team vouches for stays so; it is below the folder, by
//! its disk's name; what a program before this one left there is taken away first; a disk that somebody else mounted is left
//! alone; nothing is asked of a disk until one comes or goes.

#![expect(clippy::disallowed_methods, reason = "an adapter: it mounts, and names what it mounted")]

use super::stick::{StickMount, stick_partition};
use crate::device::{Disk, Obstacle};
use crate::port::Disks;
use rustix::mount::{UnmountFlags, unmount};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A disk by its name, and the kernel's number of its being put in.
pub type Medium = (String, String);

/// The sticks that were mounted.
#[derive(Debug)]
pub struct StickMounts {
    folder: PathBuf,
    label: &'static str,
    before: Option<BTreeSet<Medium>>,
    mounted: BTreeMap<Medium, StickMount>,
}

impl StickMounts {
    /// None yet; their names will be in that folder.
    #[must_use]
    pub fn new(folder: PathBuf, label: &'static str) -> Self {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            // Of a program that was killed; what is no mount, and no empty folder, stays as it is.
            let _mount = unmount(entry.path(), UnmountFlags::DETACH | UnmountFlags::NOFOLLOW);
            let _name = fs::remove_dir(entry.path());
        }
        Self { folder, label, before: None, mounted: BTreeMap::new() }
    }

    /// Lets go of those that are not among the media there are now, and mounts those that came; one that is not `ours` is let go
    /// of at once. Errors: the first one that could not be mounted; it is tried again when a medium comes or goes.
    pub fn look(&mut self, now: BTreeSet<Medium>, disks: &dyn Disks, ours: &dyn Fn(&Path) -> bool) -> io::Result<()> {
        if self.before.as_ref() == Some(&now) {
            return Ok(());
        }
        let gone: Vec<Medium> = self.mounted.keys().filter(|medium| !now.contains(*medium)).cloned().collect();
        for medium in gone {
            self.let_go(&medium);
        }
        let listed = disks.list(None).map_err(|failure| io::Error::other(format!("{:?}", failure.cause)));
        let (listed, mut failed) = listed.map_or_else(|error| (Vec::new(), Some(error)), |listed| (listed, None));
        for medium in &now {
            let is_new = !self.mounted.contains_key(medium);
            let Some(disk) = listed.iter().find(|disk| disk.name == medium.0).filter(|_| is_new) else { continue };
            if let Err(error) = self.mount(medium, disk, ours) {
                failed.get_or_insert(error);
            }
        }
        self.before = Some(now);
        failed.map_or(Ok(()), Err)
    }

    fn mount(&mut self, medium: &Medium, disk: &Disk, ours: &dyn Fn(&Path) -> bool) -> io::Result<()> {
        if disk.obstacles.iter().any(|obstacle| matches!(obstacle, Obstacle::Mounted(_))) {
            return Ok(());
        }
        let Some(part) = stick_partition(disk, self.label)? else { return Ok(()) };
        let mut mount = StickMount::open(disk, part)?;
        let place = self.place(medium);
        fs::create_dir_all(&place)?;
        mount.put_at(&place)?;
        if !ours(&place) {
            let closed = mount.close();
            return closed.and(fs::remove_dir(place));
        }
        self.mounted.insert(medium.clone(), mount);
        Ok(())
    }

    fn place(&self, medium: &Medium) -> PathBuf {
        self.folder.join(&medium.0)
    }

    fn let_go(&mut self, medium: &Medium) {
        // What cannot be flushed is on no stick any more.
        let _flushed = self.mounted.remove(medium).map(StickMount::close);
        let _name = fs::remove_dir(self.place(medium));
    }
}

impl Drop for StickMounts {
    fn drop(&mut self) {
        for medium in self.mounted.keys().cloned().collect::<Vec<_>>() {
            self.let_go(&medium);
        }
    }
}
