//! Files on this machine, written whole or not at all, and never over anything.
//!
//! Invariants: a file is filled under a hidden name that nothing had, and gets its own name only where nothing has that;
//! what fails leaves nothing behind.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads and writes files")]

use crate::port::{Failure, Files, ImageFile, Trouble, file_exists};
use crate::unit::Bytes;
use crate::word::say;
use rustix::fs::{AtFlags, CWD, RenameFlags};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many hidden names, left by processes of our number that were killed, are passed over before giving up.
const TRIES: u32 = 64;

/// [`Files`] by the kernel.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalFiles;

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unreadable", file = path.display().to_string()))
        .because(error)
        .hint(say!("file-unreadable-hint"))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unwritable", file = path.display().to_string()))
        .because(error)
        .hint(say!("file-unwritable-hint"))
}

/// A new hidden file in the folder of `path`. Creating anew follows no link.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for _try in 0..TRIES {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let hidden = path.with_file_name(format!(".aoxanh-{}-{number}.new", std::process::id()));
        match File::create_new(&hidden) {
            Ok(file) => return Ok((hidden, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Gives the hidden file its name. Errors: `EEXIST` where anything has it, a dangling link too.
pub(super) fn publish(hidden: &Path, path: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, hidden, CWD, path, RenameFlags::NOREPLACE) {
        // A file system that cannot promise to replace nothing; a second name promises it too.
        Err(Errno::INVAL | Errno::NOSYS) => publish_by_link(hidden, path),
        done => Ok(done?),
    }
}

fn publish_by_link(hidden: &Path, path: &Path) -> io::Result<()> {
    rustix::fs::linkat(CWD, hidden, CWD, path, AtFlags::empty())?;
    fs::remove_file(hidden)
}

fn opened(path: &Path) -> Result<File, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    if file.metadata().is_ok_and(|meta| meta.is_dir()) {
        return Err(unreadable(path, &io::Error::from(io::ErrorKind::IsADirectory)));
    }
    Ok(file)
}

impl Files for LocalFiles {
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
            .map_err(|error| unreadable(path, &error))?;
        if bytes.len() as u64 > most {
            return Err(Failure::new(Trouble::BadData, say!("file-too-long", file = path.display().to_string())));
        }
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
        Ok(Box::new(opened(path)?))
    }

    fn open_anywhere(&self, path: &Path) -> Result<Box<dyn ImageFile>, Failure> {
        Ok(Box::new(opened(path)?))
    }

    fn length(&self, path: &Path) -> Result<Bytes, Failure> {
        let found = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        Ok(Bytes(found.len()))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        if fs::symlink_metadata(path).is_ok() {
            return Err(file_exists(path));
        }
        let (hidden, mut file) = beside(path).map_err(|error| unwritable(path, &error))?;
        let named = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| publish(&hidden, path));
        if let Err(error) = named {
            let _gone = fs::remove_file(&hidden);
            let taken = error.kind() == io::ErrorKind::AlreadyExists;
            return Err(if taken { file_exists(path) } else { unwritable(path, &error) });
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| unwritable(path, &error))
    }

    fn erase(&self, path: &Path) -> Result<(), Failure> {
        let length = match fs::symlink_metadata(path) {
            Ok(found) if found.is_file() => found.len(),
            // A name that leads elsewhere is taken away, and what it leads to is left alone.
            Ok(_other) => 0,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unwritable(path, &error)),
        };
        let overwrite = || -> io::Result<()> {
            if length > 0 {
                let mut file = File::options().write(true).open(path)?;
                io::copy(&mut io::repeat(0).take(length), &mut file)?;
                file.sync_all()?;
            }
            fs::remove_file(path)?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        };
        overwrite().map_err(|error| unwritable(path, &error))
    }

    fn make_empty_folder(&self, path: &Path) -> Result<(), Failure> {
        fs::create_dir_all(path).map_err(|error| unwritable(path, &error))?;
        let mut inside = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        if inside.next().is_some() {
            return Err(Failure::new(Trouble::Usage, say!("folder-not-empty", folder = path.display().to_string()))
                .hint(say!("folder-not-empty-hint")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_naming_a_file_replace_nothing_and_leave_one_name() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (taken, free) = (folder.path().join("taken"), folder.path().join("free"));
        for way in [publish, publish_by_link] {
            fs::write(&taken, "precious").expect("file");
            let (hidden, mut file) = beside(&free).expect("a hidden file");
            file.write_all(b"new").expect("written");
            let refused = way(&hidden, &taken).expect_err("something is there");
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&taken).expect("file"), b"precious");
            way(&hidden, &free).expect("nothing is there");
            assert_eq!(fs::read(&free).expect("file"), b"new");
            assert!(!hidden.exists());
            fs::remove_file(&free).expect("ours");
        }
    }
}
