//! A file that is read once from front to back, a window of it at a time.
//!
//! Invariants: what is held is never larger than the window; `taken` counts exactly the bytes that were used up; an
//! error of the file is passed on as it is.

use crate::unit::Bytes;
use std::io::{self, Read};

/// The most that can be held at once.
pub(super) const WINDOW: usize = 256 * 1024;

/// The file and the window.
pub(super) struct Source<R> {
    inner: R,
    input: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    taken: u64,
}

impl<R: Read> Source<R> {
    /// Nothing is read yet.
    pub(super) fn new(inner: R) -> Self {
        Self { inner, input: vec![0; WINDOW], start: 0, end: 0, ended: false, taken: 0 }
    }

    /// What was read and not yet used.
    pub(super) fn held(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    /// Uses up the first `bytes` of what is held.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        self.taken += u64::try_from(bytes).unwrap_or(0);
    }

    /// How many bytes of the file are used up.
    pub(super) const fn taken(&self) -> Bytes {
        Bytes(self.taken)
    }

    /// The file itself.
    pub(super) const fn inner(&self) -> &R {
        &self.inner
    }

    /// Reads on until at least `least` bytes are held or the input has ended.
    pub(super) fn hold(&mut self, least: usize) -> io::Result<()> {
        while self.end - self.start < least && !self.ended {
            self.input.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            let read = read_some(&mut self.inner, &mut self.input[self.end..])?;
            self.ended = read == 0;
            self.end += read;
        }
        Ok(())
    }

    /// Gives out and uses up what comes next; 0 at the end.
    pub(super) fn copy(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let held = self.held();
        if held.is_empty() {
            // Large reads need not pass through the window.
            let read = read_some(&mut self.inner, into)?;
            self.taken += u64::try_from(read).unwrap_or(0);
            return Ok(read);
        }
        let len = held.len().min(into.len());
        into[..len].copy_from_slice(&held[..len]);
        self.consume(len);
        Ok(len)
    }
}

fn read_some(source: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
