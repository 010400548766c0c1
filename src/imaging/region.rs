//! Bytes that can be read anywhere: a disk, a partition of it, a buffer.
//!
//! Invariant: whoever asks beyond the end gets an error, never other bytes.

pub(super) use super::gpt::number;
use crate::unit::Bytes;
use std::io;

/// Something with a length whose bytes are read by their place.
pub trait Region {
    /// How long it is.
    fn length(&self) -> Bytes;
    /// Reads `into` whole, from `at` on. Errors: `UnexpectedEof` where that is beyond the end; what the medium fails with.
    fn load(&mut self, at: u64, into: &mut [u8]) -> io::Result<()>;
}

/// A part of a region, as a region.
pub struct Slice<'r> {
    of: &'r mut dyn Region,
    at: u64,
    length: u64,
}

impl<'r> Slice<'r> {
    /// The part from `at` on; only as much of it as lies inside.
    pub fn new(of: &'r mut dyn Region, at: Bytes, length: Bytes) -> Self {
        let left = of.length().less(at);
        Self { of, at: at.0, length: length.min(left).0 }
    }
}

impl std::fmt::Debug for Slice<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slice").field("at", &self.at).field("length", &self.length).finish_non_exhaustive()
    }
}

fn beyond() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

impl Region for Slice<'_> {
    fn length(&self) -> Bytes {
        Bytes(self.length)
    }

    fn load(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let end = at.checked_add(into.len() as u64).filter(|end| *end <= self.length).ok_or_else(beyond)?;
        self.of.load(self.at + end - into.len() as u64, into)
    }
}

impl Region for Vec<u8> {
    fn length(&self) -> Bytes {
        Bytes(self.len() as u64)
    }

    fn load(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let at = usize::try_from(at).map_err(|_large| beyond())?;
        let end = at.checked_add(into.len()).ok_or_else(beyond)?;
        into.copy_from_slice(self.get(at..end).ok_or_else(beyond)?);
        Ok(())
    }
}

/// `length` bytes from `at` on. Errors: those of the region; more than `most` are `UnexpectedEof` too, so that no number on a
/// disk makes the program take all memory.
pub(super) fn bytes(region: &mut dyn Region, at: u64, length: u64, most: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length.min(most + 1)).ok().filter(|length| *length as u64 <= most);
    let mut found = vec![0; length.ok_or_else(beyond)?];
    region.load(at, &mut found)?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_reads_its_own_bytes_and_none_behind_them() {
        let mut whole: Vec<u8> = (0..100).collect();
        let mut part = Slice::new(&mut whole, Bytes(10), Bytes(20));
        let mut two = [0; 2];
        part.load(18, &mut two).expect("inside");
        assert_eq!((two, part.length()), ([28, 29], Bytes(20)));
        for at in [19, 20, 99, u64::MAX] {
            assert_eq!(part.load(at, &mut two).expect_err("beyond").kind(), io::ErrorKind::UnexpectedEof);
        }
        assert_eq!(Slice::new(&mut whole, Bytes(90), Bytes(20)).length(), Bytes(10));
        assert_eq!(bytes(&mut whole, 0, 50, 49).expect_err("too many").kind(), io::ErrorKind::UnexpectedEof);
    }
}
