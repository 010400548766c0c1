//! The unpacked bytes, in the pieces that the formats inside are made of.
//!
//! Invariant: `at` is a place in the file, whatever the packing, so that people find it again.

use super::codec::{Unpacker, corrupt};
use super::kind::Packing;
use crate::imaging::DecodeError;
use crate::imaging::source::Source;
use crate::unit::Bytes;
use std::io;

/// What is packed in the file, from front to back.
pub(super) struct Stream {
    bytes: Source<Unpacker>,
    packing: Packing,
}

impl Stream {
    pub(super) fn new(unpacker: Unpacker, packing: Packing) -> Self {
        Self { bytes: Source::new(unpacker), packing }
    }

    /// How the file is packed.
    pub(super) const fn packing(&self) -> Packing {
        self.packing
    }

    /// Whether the packing itself carries a check of every byte so far.
    pub(super) const fn is_checked(&self) -> bool {
        self.bytes.inner().is_checked()
    }

    /// How far into the file the reading has come.
    pub(super) fn at(&self) -> Bytes {
        match self.packing {
            // The window reads ahead; without packing its place is a place in the file.
            Packing::None => self.bytes.taken(),
            Packing::Zstd | Packing::Gzip | Packing::Xz | Packing::Bzip2 => self.bytes.inner().taken(),
        }
    }

    /// At least the next `least` bytes without using them up; fewer only at the end.
    pub(super) fn peek(&mut self, least: usize) -> io::Result<&[u8]> {
        self.bytes.hold(least)?;
        Ok(self.bytes.held())
    }

    /// The next bytes as they come; 0 at the end.
    pub(super) fn copy(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.bytes.copy(into)
    }

    /// The next bytes, at least one of them.
    pub(super) fn some(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.bytes.copy(into)? {
            0 => Err(self.truncated()),
            read => Ok(read),
        }
    }

    /// The next `N` bytes.
    pub(super) fn exactly<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.bytes.hold(N)?;
        let Some(bytes) = self.bytes.held().first_chunk::<N>().copied() else {
            self.bytes.consume(self.bytes.held().len());
            return Err(self.truncated());
        };
        self.bytes.consume(N);
        Ok(bytes)
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, mut bytes: usize) -> io::Result<()> {
        while bytes > 0 {
            let held = self.peek(1)?.len().min(bytes);
            if held == 0 {
                return Err(self.truncated());
            }
            self.bytes.consume(held);
            bytes -= held;
        }
        Ok(())
    }

    /// Insists that nothing more comes, which also has the packing verified to its end.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if self.peek(1)?.is_empty() {
            return Ok(());
        }
        Err(DecodeError::TrailingGarbage { at: self.at() }.into())
    }

    /// An error at this place.
    pub(super) fn corrupt(&self, reason: &str) -> io::Error {
        corrupt(self.at(), reason)
    }

    fn truncated(&self) -> io::Error {
        DecodeError::Truncated { at: self.at() }.into()
    }
}

/// As much of a run of `left` bytes as there is room for.
pub(super) fn part(into: &mut [u8], left: u64) -> &mut [u8] {
    let len = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
    &mut into[..len]
}
