//! Another program that reads a disk against what belongs there: a witness that shares nothing with our own reading.
//!
//! Invariant: it is only given bytes and asked; it is never told what our own read-back found.

use super::failure::{Failure, Trouble};
use crate::unit::Bytes;
use crate::wipe::CrossFound;
use crate::word::say;
use std::io;
use std::path::Path;

/// Another program that compares.
pub trait SecondReader {
    /// Its name and version. Errors: it is not on this machine.
    fn name(&self) -> Result<String, Failure>;
    /// Has it read the first `size` bytes of the disk at `path` against the bytes that it is given.
    fn begin(&self, path: &Path, size: Bytes) -> Result<Box<dyn Comparing>, Failure>;
}

/// A comparison under way. Dropped before its end, it is stopped.
pub trait Comparing {
    /// Gives it the next bytes that belong on the disk; `false` once it wants no more.
    fn give(&mut self, bytes: &[u8]) -> io::Result<bool>;
    /// What it found, once it was given everything or wants no more.
    fn end(self: Box<Self>) -> CrossFound;
}

/// A program that is not there, or answers as it is told. Its name says that it is made up.
#[derive(Clone, Debug, Default)]
pub struct FakeSecond(pub Option<CrossFound>);

struct FakeComparing {
    found: CrossFound,
    left: u64,
}

impl SecondReader for FakeSecond {
    fn name(&self) -> Result<String, Failure> {
        let missing = || Failure::new(Trouble::Io, say!("tool-missing", tool = "fake")).hint(say!("tool-missing-hint"));
        self.0.map(|_found| "fake".to_owned()).ok_or_else(missing)
    }

    fn begin(&self, _path: &Path, size: Bytes) -> Result<Box<dyn Comparing>, Failure> {
        self.name()?;
        Ok(Box::new(FakeComparing { found: self.0.unwrap_or(CrossFound::Failed), left: size.0 }))
    }
}

impl Comparing for FakeComparing {
    fn give(&mut self, bytes: &[u8]) -> io::Result<bool> {
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Ok(true)
    }

    /// Not having been given everything, it has not seen everything.
    fn end(self: Box<Self>) -> CrossFound {
        if self.left == 0 { self.found } else { CrossFound::Failed }
    }
}
