//! Leases of jobs as locked files: the kernel gives a lease up when its process dies.
//!
//! Invariants: a lock file is never removed, because a removed one can be locked by two; children of this process do not
//! inherit the lock (std opens with `O_CLOEXEC`). Locks on NFS are not trusted: a station's folder is never there.

#![expect(clippy::disallowed_methods, reason = "leases are files")]

use crate::port::{Failure, Lease, Leases, Trouble};
use crate::unit::JobId;
use crate::word::say;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// [`Leases`] in a folder.
#[derive(Clone, Debug)]
pub struct FileLeases {
    folder: PathBuf,
}

impl FileLeases {
    /// Leases in that folder, which is made at the first lease.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
}

struct FileLease {
    _locked: File,
}

impl Lease for FileLease {}

impl FileLeases {
    fn path(&self, job: &JobId) -> PathBuf {
        self.folder.join(format!("{job}.lock"))
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("lease-failed", path = path.display().to_string()))
        .because(error)
        .hint(say!("lease-failed-hint"))
}

impl Leases for FileLeases {
    fn take(&self, job: &JobId) -> Result<Option<Box<dyn Lease>>, Failure> {
        let path = self.path(job);
        let take = || -> io::Result<Option<Box<dyn Lease>>> {
            std::fs::create_dir_all(&self.folder)?;
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&path)?;
            match file.try_lock() {
                Ok(()) => Ok(Some(Box::new(FileLease { _locked: file }))),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        };
        take().map_err(|error| failed(&path, &error))
    }

    fn is_held(&self, job: &JobId) -> Result<bool, Failure> {
        let path = self.path(job);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(&path, &error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(failed(&path, &error)),
        }
    }
}
