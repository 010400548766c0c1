//! Practice disks: sparse files in the practice station's folder, on loop devices where the kernel lets us.
//!
//! Invariants: every file is made anew in the folder itself, never through a link or over another; a loop device goes
//! when its practice goes, by whatever death, and stale ones are found by the recorded file behind them.

#![expect(clippy::disallowed_methods, reason = "practice disks are files")]

use super::block_tree::{BlockTree, at, entries};
use super::disks::{FILE_BLOCK, PRACTICE};
use super::kernel::{FileId, Kernel, Running};
use super::loop_device::{LoopDevice, LoopPlan, detach_from};
use super::practice_made::{self, Made};
use crate::port::{Failure, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use std::io;
use std::path::{Path, PathBuf};

/// Maker of practice disks in one folder.
#[derive(Clone, Debug)]
pub struct PracticeDisks {
    folder: PathBuf,
}

/// One practice disk. Dropping it detaches its loop device; the file stays, as evidence.
#[derive(Debug)]
pub struct PracticeDisk {
    name: String,
    backing: PathBuf,
    device: Option<LoopDevice>,
    without_loop: Option<String>,
}

impl PracticeDisks {
    /// For the practice station whose folder this is.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.join(PRACTICE) }
    }

    /// Makes a blank disk of `size` over the new file `<name>.img`. `block` is the loop device's logical block, bytes; a
    /// plain file always has 512. Errors: something has that name, or the file cannot be made.
    pub fn make(&self, name: &str, size: Bytes, block: u32) -> Result<PracticeDisk, Failure> {
        self.cleanup()?;
        let backing = self.make_file(name, size)?;
        match LoopDevice::attach(LoopPlan { backing: &backing, block, read_only: false }) {
            Ok(device) => {
                Ok(PracticeDisk { name: device.name().to_owned(), backing, device: Some(device), without_loop: None })
            }
            Err(error) => Ok(PracticeDisk {
                name: format!("{name}.img"),
                backing,
                device: None,
                without_loop: Some(error.to_string()),
            }),
        }
    }

    /// Makes the new blank file `<name>.img` of `size`, which is listed as a disk itself, and says where it is. Errors:
    /// something has that name, or the file cannot be made.
    pub fn make_file(&self, name: &str, size: Bytes) -> Result<PathBuf, Failure> {
        let name = format!("{name}.img");
        let path = self.folder.join(&name);
        let made = std::fs::create_dir_all(&self.folder);
        let made = made.and_then(|()| practice_made::make(&self.folder, &name, size));
        made.map_err(|error| {
            let shown = path.display().to_string();
            if error.kind() == io::ErrorKind::AlreadyExists {
                let what = say!("practice-disk-exists", path = shown);
                return Failure::new(Trouble::Usage, what).hint(say!("practice-disk-exists-hint"));
            }
            Failure::new(Trouble::Io, say!("practice-disk-failed", path = shown))
                .because(error)
                .hint(say!("practice-disk-failed-hint"))
        })?;
        Ok(path)
    }

    /// Detaches loop devices that an earlier practice left over files it made in this folder, and says how many. One that a living
    /// process has open goes when that process closes it.
    pub fn cleanup(&self) -> Result<usize, Failure> {
        let clean = || -> io::Result<usize> {
            let mut detached = 0;
            for (name, path) in loops_in(&self.folder)? {
                match detach_from(&name, &path) {
                    Ok(true) => detached += 1,
                    // It went by itself in between, or is not ours to touch.
                    Ok(false) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(at(Path::new(&name), &error)),
                }
            }
            Ok(detached)
        };
        clean().map_err(|error| {
            Failure::new(Trouble::Io, say!("practice-cleanup-failed", path = self.folder.display().to_string()))
                .because(error)
                .hint(say!("practice-disk-busy-hint"))
        })
    }
}

impl PracticeDisk {
    /// Its name in `LinuxDisks::list` of this practice station.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file behind it.
    #[must_use]
    pub fn backing(&self) -> &Path {
        &self.backing
    }

    /// The kernel's words why it is the plain file, where it is.
    #[must_use]
    pub fn without_loop(&self) -> Option<&str> {
        self.without_loop.as_deref()
    }

    /// Its loop device's logical block, bytes.
    #[must_use]
    pub fn block(&self) -> u32 {
        self.device.as_ref().and_then(|device| device.blocks().ok()).map_or(FILE_BLOCK, |(logical, _physical)| logical)
    }

    /// Detaches the loop device; the file stays.
    pub fn detach(self) -> Result<(), Failure> {
        let Self { name, device, .. } = self;
        device.map_or(Ok(()), LoopDevice::detach).map_err(|error| {
            Failure::new(Trouble::Io, say!("practice-cleanup-failed", path = name))
                .because(error)
                .hint(say!("practice-disk-busy-hint"))
        })
    }
}

/// Loop devices over the files that were made in the folder, with the files.
fn loops_in(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let names = match entries(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let made = Made::read(folder)?;
    let files = names.iter().filter_map(|name| {
        let path = folder.join(name);
        let metadata = std::fs::symlink_metadata(&path).ok().filter(|metadata| made.has(name, metadata))?;
        Some((FileId::of(&metadata), path))
    });
    let files: Vec<_> = files.collect();
    let tree = BlockTree::read(Path::new("/"))?;
    let attached = tree.disks().filter(|node| node.name.starts_with("loop") && tree.has(node, "loop/backing_file"));
    let mut found = Vec::new();
    for node in attached {
        // One that does not answer was detached meanwhile, or belongs to root while we are not.
        let Ok(backing) = Running.loop_backing(&Path::new("/dev").join(&node.name)) else { continue };
        let over = files.iter().filter(|(id, _path)| *id == backing.file);
        found.extend(over.map(|(_id, path)| (node.name.clone(), path.clone())));
    }
    Ok(found)
}
