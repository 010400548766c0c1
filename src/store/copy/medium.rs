//! The medium that a safety copy goes to: a file under a passing name, flushed, and read back past the cache.
//!
//! Invariants: only calls that FAT and exFAT know (no modes, no links); a file gets its lasting name when it was read back
//! and found good, and replaces nothing; one that did not is removed, at once or at the next run.

#![expect(clippy::disallowed_methods, reason = "an adapter: it writes and reads files")]

use crate::port::Buffer;
use crate::unit::Digest;
use rustix::fs::{Advice, OFlags};
use rustix::io::Errno;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What ends the name of a file that is not whole yet.
const PASSING: &str = ".dang-ghi";
/// Read at once when reading back.
const CHUNK: usize = 1 << 20;
/// Source: `linux/magic.h`.
const TMPFS: u64 = 0x0102_1994;
/// How many copies of one day and size are told apart by number.
const TRIES: u32 = 1000;

/// A file that is being made; removed again unless it is named.
pub(super) struct Passing {
    passing: PathBuf,
    named: bool,
}

/// Counts and hashes what goes through it.
pub(super) struct Tally<T> {
    inner: T,
    hash: blake3::Hasher,
    pub(super) length: u64,
}

impl<T> Tally<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner, hash: blake3::Hasher::new(), length: 0 }
    }

    pub(super) fn digest(&self) -> Digest {
        Digest(*self.hash.finalize().as_bytes())
    }

    pub(super) const fn inner(&self) -> &T {
        &self.inner
    }

    fn count(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
    }
}

impl<T: Write> Write for Tally<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let some = self.inner.write(bytes)?;
        self.count(&bytes[..some]);
        Ok(some)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Tally<T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let some = self.inner.read(into)?;
        self.count(&into[..some]);
        Ok(some)
    }
}

impl Passing {
    /// A new file in `folder` for the copy called `name`, and the open file.
    pub(super) fn new(folder: &Path, name: &str) -> io::Result<(Self, File)> {
        let passing = folder.join(format!("{name}{PASSING}"));
        let file = File::create_new(&passing)?;
        Ok((Self { passing, named: false }, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.passing
    }

    /// Gives it its lasting name, `name` with a number where that is taken.
    pub(super) fn settle(mut self, folder: &Path, name: &str, ending: &str) -> io::Result<PathBuf> {
        let numbered = |number: u32| match number {
            1 => folder.join(format!("{name}{ending}")),
            more => folder.join(format!("{name}-{more}{ending}")),
        };
        let free = (1..TRIES).map(numbered).find(|path| fs::symlink_metadata(path).is_err());
        let path = free.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))?;
        fs::rename(&self.passing, &path)?;
        self.named = true;
        File::open(folder)?.sync_all()?;
        Ok(path)
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        if !self.named {
            // Where the medium is gone, the next run finds it.
            let _gone = fs::remove_file(&self.passing);
        }
    }
}

/// Removes what earlier runs left unfinished under names that begin so.
pub(super) fn remove_passing(folder: &Path, beginning: &str) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(beginning) && name.ends_with(PASSING) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Files in the folder whose names end so, in order.
pub(super) fn files_ending(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let mut names: Vec<OsString> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() && entry.file_name().to_string_lossy().ends_with(ending) {
            names.push(entry.file_name());
        }
    }
    names.sort();
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// Reads a file from its medium, not from memory.
pub(super) struct FromMedium {
    file: File,
    buffer: Buffer,
    filled: usize,
    at: usize,
    /// Whether the cache was passed for certain.
    pub(super) direct: bool,
}

impl FromMedium {
    /// Forgets what memory holds of a flushed file, and opens it with `O_DIRECT` where that is taken.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let plain = File::open(path)?;
        plain.sync_all()?;
        rustix::fs::fadvise(&plain, 0, None, Advice::DontNeed)?;
        let flags = i32::try_from(OFlags::DIRECT.bits()).map_err(io::Error::other)?;
        let (file, direct) = match File::options().read(true).custom_flags(flags).open(path) {
            Ok(file) => (file, true),
            Err(error) if Errno::from_io_error(&error) == Some(Errno::INVAL) => (plain, false),
            Err(error) => return Err(error),
        };
        let in_memory =
            rustix::fs::fstatfs(&file).is_ok_and(|fs| u64::try_from(fs.f_type).is_ok_and(|kind| kind == TMPFS));
        Ok(Self { file, buffer: Buffer::zeroed(CHUNK), filled: 0, at: 0, direct: direct && !in_memory })
    }
}

impl Read for FromMedium {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.filled {
            self.at = 0;
            self.filled = self.file.read(self.buffer.bytes_mut())?;
        }
        let some = (self.filled - self.at).min(into.len());
        into[..some].copy_from_slice(&self.buffer.bytes()[self.at..self.at + some]);
        self.at += some;
        Ok(some)
    }
}
