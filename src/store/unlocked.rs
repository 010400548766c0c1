//! The vault's master key for as long as this machine stays on: a file in memory, never on a disk.
//!
//! Invariants: the file stands on tmpfs or ramfs, or it is not written; folder 0700, file 0600; locking overwrites it and
//! removes it. A machine that was switched off has a locked vault.

#![expect(clippy::disallowed_methods, reason = "an adapter: it keeps files")]

use super::keys::{read_key_file, write_key_file};
use crate::port::{Failure, Trouble, vault_locked};
use crate::unit::Digest;
use crate::word::say;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the vault's master key is.
#[derive(Clone)]
pub enum VaultKey {
    /// Here.
    Known(Zeroizing<[u8; 32]>),
    /// In that file in memory, where somebody unlocked the vault since this machine was switched on.
    ThisBoot(PathBuf),
    /// Nowhere: this user has no folder in memory, so nobody can unlock the vault.
    Nowhere,
}

/// The name of the file.
const FILE: &str = "vault.key";
/// Where root keeps what lives as long as the machine is on. Source: Filesystem Hierarchy Standard 3.0 §3.15.
const RUN: &str = "/run";

impl VaultKey {
    /// The key of the station, in the folder of this user that lives in memory.
    #[must_use]
    pub fn this_boot(folder: Option<&Path>, station: Digest) -> Self {
        folder.map_or(Self::Nowhere, |folder| Self::ThisBoot(folder.join("aoxanh").join(station.short(16)).join(FILE)))
    }

    /// The key. Errors: `vault-locked`, or the file cannot be read.
    pub fn find(&self) -> Result<Zeroizing<[u8; 32]>, Failure> {
        match self {
            Self::Known(key) => Ok(key.clone()),
            Self::ThisBoot(file) if file.exists() => Ok(read_key_file(file)?.bytes()),
            Self::ThisBoot(_) | Self::Nowhere => Err(vault_locked()),
        }
    }

    /// Puts the key there, so that every program of this user finds it. Errors: no folder in memory, or not writable.
    pub fn unlock(&self, master: &[u8; 32]) -> Result<(), Failure> {
        let file = match self {
            Self::Known(_) => return Ok(()),
            Self::ThisBoot(file) => file,
            Self::Nowhere => {
                return Err(Failure::new(Trouble::Io, say!("vault-no-memory")).hint(say!("vault-memory-hint")));
            }
        };
        let folder = file.parent().unwrap_or(file);
        self.lock()?;
        // Before anything is made there.
        check_in_memory(folder.ancestors().find(|above| above.exists()).unwrap_or(folder))?;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| unwritable(folder, &error))?;
        write_key_file(file, master)
    }

    /// Takes the key away; nothing to do where it is not there.
    pub fn lock(&self) -> Result<(), Failure> {
        let Self::ThisBoot(file) = self else { return Ok(()) };
        let gone = || -> io::Result<()> {
            match OpenOptions::new().write(true).open(file) {
                Ok(mut open) => open.write_all(&[b'0'; 65])?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error),
            }
            fs::remove_file(file)?;
            // Left alone where something else is in it.
            let _kept = file.parent().map(fs::remove_dir);
            Ok(())
        };
        gone().map_err(|error| unwritable(file, &error))
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unwritable", file = path.display().to_string())).because(error)
}

/// The folder in memory of this user: `XDG_RUNTIME_DIR` where it is this user's own, else `/run` for root.
#[must_use]
pub fn memory_folder(runtime: Option<&Path>) -> Option<PathBuf> {
    let me = rustix::process::geteuid();
    let own = |folder: &&Path| {
        folder.is_absolute() && fs::metadata(folder).is_ok_and(|meta| meta.is_dir() && meta.uid() == me.as_raw())
    };
    runtime.filter(own).map(Path::to_owned).or_else(|| me.is_root().then(|| RUN.into()))
}

/// Whether the folder is in memory, not on a disk. Source: `statfs(2)`, `linux/magic.h`.
pub fn is_in_memory(folder: &Path) -> io::Result<bool> {
    const TMPFS: u64 = 0x0102_1994;
    const RAMFS: u64 = 0x8584_58f6;
    let magic = u64::try_from(rustix::fs::statfs(folder)?.f_type).unwrap_or_default() & 0xffff_ffff;
    Ok([TMPFS, RAMFS].contains(&magic))
}

/// Refuses folders that are on a disk.
fn check_in_memory(folder: &Path) -> Result<(), Failure> {
    if is_in_memory(folder).map_err(|error| unwritable(folder, &error))? {
        return Ok(());
    }
    Err(Failure::new(Trouble::Io, say!("vault-not-memory", folder = folder.display().to_string()))
        .hint(say!("vault-memory-hint")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Memory that every Linux has; `None`, said aloud, where this one has not.
    fn in_memory() -> Option<tempfile::TempDir> {
        let folder = tempfile::tempdir_in("/dev/shm").ok().filter(|folder| check_in_memory(folder.path()).is_ok());
        if folder.is_none() {
            eprintln!("SKIPPED, NOTHING PROVED: /dev/shm is not in memory here");
        }
        folder
    }

    #[test]
    fn unlocking_puts_the_key_into_memory_for_its_owner_only_and_locking_takes_it_away() {
        let Some(folder) = in_memory() else { return };
        let key = VaultKey::this_boot(Some(folder.path()), Digest([7; 32]));
        assert!(key.find().expect_err("locked").is_vault_locked());
        key.lock().expect("nothing to do");
        for master in [[1; 32], [2; 32]] {
            key.unlock(&master).expect("unlocked");
            key.unlock(&master).expect("again");
            assert_eq!(*key.find().expect("there"), master);
        }
        let file = folder.path().join("aoxanh/0707070707070707/vault.key");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o7777;
        assert_eq!((mode(&file), mode(file.parent().expect("a folder"))), (0o600, 0o700));
        key.lock().expect("locked");
        assert!(!file.exists() && key.find().expect_err("locked").is_vault_locked());
    }

    #[test]
    fn a_folder_on_a_disk_gets_no_key() {
        let folder = tempfile::tempdir().expect("a folder");
        if check_in_memory(folder.path()).is_ok() {
            eprintln!("SKIPPED, NOTHING PROVED: the folder for temporary files is in memory here");
            return;
        }
        let key = VaultKey::this_boot(Some(folder.path()), Digest([7; 32]));
        assert_eq!(key.unlock(&[1; 32]).expect_err("on a disk").what.key(), "vault-not-memory");
        assert!(key.find().is_err() && fs::read_dir(folder.path()).expect("ours").next().is_none());
        assert_eq!(
            VaultKey::this_boot(None, Digest([7; 32])).unlock(&[1; 32]).expect_err("no").what.key(),
            "vault-no-memory"
        );
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_this_users() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(memory_folder(Some(folder.path())).as_deref(), Some(folder.path()));
        let root = rustix::process::geteuid().is_root();
        assert_eq!(memory_folder(None), root.then(|| RUN.into()));
        assert_eq!(memory_folder(Some(Path::new("relative"))), root.then(|| RUN.into()));
        if root {
            std::os::unix::fs::chown(folder.path(), Some(65534), None).expect("root may");
            assert_eq!(memory_folder(Some(folder.path())), Some(RUN.into()));
        }
    }
}
