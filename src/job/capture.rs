//! A master's disk as the bytes of an image: what holds nothing reads as zeros and is not read at all.
//!
//! Invariants: the disk is only read; a block that the file systems count as used is never left out; where a piece cannot be
//! read whole, what is used of it is read by itself, and only that can fail the capture.

use crate::imaging::{Hole, Region, Writes};
use crate::port::{Buffer, DiskRead};
use crate::unit::Bytes;
use std::cell::Cell;
use std::io::{self, Read};

/// Read at a time.
const PIECE: usize = 1 << 20;
/// Read at a time where a little here and there is asked for.
const WINDOW: usize = 128 * 1024;

/// Reads whole blocks that lie on the disk. Errors: it fails, or ends too early.
fn read_blocks(disk: &mut dyn DiskRead, at: u64, into: &mut [u8]) -> io::Result<()> {
    let block = usize::try_from(disk.logical_block()).map_err(io::Error::other)?.max(1);
    let mut done = 0;
    while done < into.len() {
        let read = disk.read_at(Bytes(at + done as u64), &mut into[done..])?;
        // A block done in part is done again as a whole.
        let whole = read / block * block;
        if whole == 0 {
            return Err(io::Error::other("the disk gave less than a block"));
        }
        done += whole;
    }
    Ok(())
}

/// A disk whose bytes are read anywhere.
pub struct DiskRegion<'d> {
    disk: &'d mut dyn DiskRead,
    window: Buffer,
    /// Where the window stands, and how much of it is read.
    stands: Option<(u64, usize)>,
}

impl<'d> DiskRegion<'d> {
    /// Over an open disk.
    pub fn new(disk: &'d mut dyn DiskRead) -> Self {
        Self { disk, window: Buffer::zeroed(WINDOW), stands: None }
    }

    /// The bytes from `at` on, as far as the window reaches.
    fn at(&mut self, at: u64) -> io::Result<&[u8]> {
        let inside = |(from, length): &(u64, usize)| (*from..*from + *length as u64).contains(&at);
        let (from, length) = if let Some(stands) = self.stands.filter(inside) {
            stands
        } else {
            let from = at - at % WINDOW as u64;
            let left = self.disk.size().less(Bytes(from));
            let length = usize::try_from(left.0).unwrap_or(WINDOW).min(WINDOW);
            self.stands = None;
            read_blocks(self.disk, from, &mut self.window.bytes_mut()[..length])?;
            *self.stands.insert((from, length))
        };
        let within = usize::try_from(at - from).map_err(io::Error::other)?;
        Ok(&self.window.bytes()[within..length])
    }
}

impl std::fmt::Debug for DiskRegion<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DiskRegion").field("stands", &self.stands).finish_non_exhaustive()
    }
}

impl Region for DiskRegion<'_> {
    fn length(&self) -> Bytes {
        self.disk.size()
    }

    fn load(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let end = at.checked_add(into.len() as u64);
        if end.is_none_or(|end| end > self.disk.size().0) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut done = 0;
        while done < into.len() {
            let here = self.at(at + done as u64)?;
            let more = here.len().min(into.len() - done);
            into[done..done + more].copy_from_slice(&here[..more]);
            done += more;
        }
        Ok(())
    }
}

/// What of a disk becomes the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// How long the image is.
    pub length: Bytes,
    /// What holds nothing, in order and apart from each other.
    pub holes: Vec<Hole>,
    /// What stands in the image in place of the disk's own bytes.
    pub writes: Writes,
}

/// The image, read from its beginning to its end.
pub struct Captured<'d> {
    disk: &'d mut dyn DiskRead,
    keep: &'d Keep,
    piece: Buffer,
    /// How much of the piece there is, and how much of it is given.
    there: usize,
    given: usize,
    /// Where the next piece begins.
    next: u64,
    /// The first hole that does not end before it.
    hole: usize,
    passed: &'d Cell<u64>,
    failed: Option<u64>,
}

impl<'d> Captured<'d> {
    /// Over an open disk. `passed` is told how far it is.
    pub fn new(disk: &'d mut dyn DiskRead, keep: &'d Keep, passed: &'d Cell<u64>) -> Self {
        let piece = Buffer::zeroed(PIECE);
        Self { disk, keep, piece, there: 0, given: 0, next: 0, hole: 0, passed, failed: None }
    }

    /// The piece that could not be read, where one could not.
    #[must_use]
    pub const fn failed(&self) -> Option<Bytes> {
        match self.failed {
            Some(at) => Some(Bytes(at)),
            None => None,
        }
    }

    fn load(&mut self) -> io::Result<()> {
        let (at, left) = (self.next, self.keep.length.less(Bytes(self.next)));
        let length = usize::try_from(left.0).unwrap_or(PIECE).min(PIECE);
        let end = at + length as u64;
        let holes = &self.keep.holes;
        while holes.get(self.hole).is_some_and(|hole| hole.end() <= at) {
            self.hole += 1;
        }
        let here = || holes[self.hole..].iter().take_while(|hole| hole.at < end);
        let cut = |from: u64, to: u64| (from.clamp(at, end) - at, to.clamp(at, end) - at);
        let place = |(from, to): (u64, u64)| (usize::try_from(from).unwrap_or(0), usize::try_from(to).unwrap_or(0));
        let into = &mut self.piece.bytes_mut()[..length];
        if here().next().is_none_or(|hole| hole.at > at || hole.end() < end)
            && read_blocks(self.disk, at, into).is_err()
        {
            let mut from = at;
            for to in here().map(|hole| (hole.at, hole.end())).chain([(end, end)]) {
                used(self.disk, at, into, (from, to.0.min(end))).inspect_err(|_error| self.failed = Some(at))?;
                from = to.1;
            }
        }
        for hole in here() {
            let (from, to) = place(cut(hole.at, hole.end()));
            into[from..to].fill(0);
        }
        for (from, bytes) in &self.keep.writes {
            let (begin, stop) = place(cut(from.0, from.0 + bytes.len() as u64));
            let skipped = usize::try_from(at.saturating_sub(from.0)).unwrap_or(0).min(bytes.len());
            into[begin..stop].copy_from_slice(&bytes[skipped..skipped + stop - begin]);
        }
        (self.there, self.given, self.next) = (length, 0, end);
        self.passed.set(end);
        Ok(())
    }
}

/// Reads what is used between two places of a piece, in whole blocks.
fn used(disk: &mut dyn DiskRead, piece: u64, into: &mut [u8], (from, to): (u64, u64)) -> io::Result<()> {
    if from >= to {
        return Ok(());
    }
    let block = u64::from(disk.logical_block()).max(1);
    let (from, to) = (from / block * block, to.next_multiple_of(block).min(piece + into.len() as u64));
    let within = |at: u64| usize::try_from(at.saturating_sub(piece)).unwrap_or(0);
    let mut buffer = Buffer::zeroed(within(to) - within(from));
    read_blocks(disk, from, buffer.bytes_mut())?;
    into[within(from)..within(to)].copy_from_slice(buffer.bytes());
    Ok(())
}

impl Read for Captured<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.there {
            if self.next >= self.keep.length.0 {
                return Ok(0);
            }
            self.load()?;
        }
        let more = into.len().min(self.there - self.given);
        into[..more].copy_from_slice(&self.piece.bytes()[self.given..self.given + more]);
        self.given += more;
        Ok(more)
    }
}

impl std::fmt::Debug for Captured<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Captured").field("next", &self.next).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::{DiskIo, Failure, FakeDisk, Fault};
    use proptest::prelude::*;

    struct Reading(FakeDisk);

    impl DiskRead for Reading {
        fn size(&self) -> Bytes {
            self.0.size()
        }

        fn logical_block(&self) -> u32 {
            self.0.logical_block()
        }

        fn check(&mut self) -> Result<(), Failure> {
            self.0.check()
        }

        fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
            self.0.read_at(at, into)
        }
    }

    fn disk(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at / 512 % 250 + 1).expect("a byte")).collect()
    }

    fn captured(disk: FakeDisk, keep: &Keep) -> (io::Result<Vec<u8>>, Option<Bytes>) {
        let (mut disk, passed) = (Reading(disk), Cell::new(0));
        let mut raw = Captured::new(&mut disk, keep, &passed);
        let mut all = Vec::new();
        let read = raw.read_to_end(&mut all);
        (read.map(|_length| all), raw.failed())
    }

    #[test]
    fn a_block_that_cannot_be_read_counts_only_where_something_stands_in_it() {
        let keep = |at| Keep { length: Bytes::mib(3), holes: vec![Hole { at, length: 8192 }], writes: Vec::new() };
        let bad = || FakeDisk::new(disk(3 << 20), 512).with(Fault::ReadError((1 << 20) + 70_000));
        let (read, failed) = captured(bad(), &keep((1 << 20) + 68_000));
        let mut expected = disk(3 << 20);
        expected[(1 << 20) + 68_000..][..8192].fill(0);
        assert!(read.expect("only a hole is bad") == expected && failed.is_none());
        let (read, failed) = captured(bad(), &keep(0));
        assert!(read.is_err());
        assert_eq!(failed, Some(Bytes::mib(1)));
    }

    #[test]
    fn a_region_over_a_disk_reads_across_its_windows_and_not_behind_the_end() {
        let mut reading = Reading(FakeDisk::new(disk(300 * 1024), 512).with(Fault::ShortReads(1000)));
        let mut region = DiskRegion::new(&mut reading);
        let mut into = vec![0; 140_000];
        region.load(120_001, &mut into).expect("inside");
        assert!(into == disk(300 * 1024)[120_001..260_001]);
        assert_eq!(region.load(200_000, &mut into).expect_err("beyond").kind(), io::ErrorKind::UnexpectedEof);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn holes_are_zeros_writes_are_what_they_say_and_all_else_is_the_disks(
            parts in prop::collection::vec((1u64..400_000, 1u64..900_000), 0..6), at in 0u64..2_600_000, length in 2_600_000usize..3_000_000,
        ) {
            let length = length / 512 * 512;
            let (mut holes, mut end) = (Vec::new(), 0);
            for (gap, size) in parts {
                let hole = Hole { at: end + gap, length: size };
                end = hole.end();
                if end < length as u64 { holes.push(hole); }
            }
            let writes = vec![(Bytes(at), vec![0xFE; 3000])];
            let mut expected = disk(length);
            for hole in &holes {
                expected[usize::try_from(hole.at).expect("small")..usize::try_from(hole.end()).expect("small")].fill(0);
            }
            for byte in expected.iter_mut().skip(usize::try_from(at).expect("small")).take(3000) { *byte = 0xFE; }
            let keep = Keep { length: Bytes(length as u64), holes, writes };
            let (read, _) = captured(FakeDisk::new(disk(length), 512), &keep);
            prop_assert!(read.expect("reads") == expected);
        }
    }
}
