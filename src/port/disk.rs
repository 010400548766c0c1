//! Disks: finding them, opening an armed one, reading and writing its blocks.

#![expect(clippy::wildcard_enum_match_arm, reason = "a fake looks only for the faults that concern the call")]

use super::buffer::ALIGNMENT;
use super::commands::Commands;
use super::failure::{Failure, Trouble};
use super::volume::{NewVolume, Volume, no_volume};
use crate::device::{Armed, Disk, Medium, Unsure};
use crate::imaging::{Partition, SystemKind};
use crate::unit::Bytes;
use crate::word::say;
use std::io;
use std::path::Path;

/// One open disk, held exclusively until it is dropped.
///
/// Offsets, lengths and buffer addresses are multiples of the logical block (and of 512); buffers come from
/// [`Buffer`](super::Buffer). Both `read_at` and `write_at` may do less than asked: the caller goes on with the rest.
pub trait DiskIo {
    /// Size of the whole disk, fixed at opening.
    fn size(&self) -> Bytes;
    /// Smallest unit of reading and writing, bytes.
    fn logical_block(&self) -> u32;
    /// Whether reading and writing go past the page cache.
    fn direct(&self) -> bool;
    /// Asks the machine again whether this is still the armed disk in the armed attachment.
    fn check(&mut self) -> Result<(), Failure>;
    /// Reads some bytes at `at`; 0 only at the end.
    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize>;
    /// Writes some bytes at `at`.
    fn write_at(&mut self, at: Bytes, from: &[u8]) -> io::Result<usize>;
    /// Returns when everything written is on the medium (`fsync`, the disk's cache flushed).
    fn flush(&mut self) -> io::Result<()>;
    /// Throws away what the kernel has cached of the disk, so that what is read next comes from the medium.
    fn forget(&mut self) -> io::Result<()>;
    /// Tells the drive that these bytes are not needed any more; what it shows of them afterwards is its own affair.
    /// Errors: `Unsupported` where there is no way to.
    fn discard(&mut self, _at: Bytes, _length: Bytes) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Makes these bytes zero by the drive's own means. Errors: `Unsupported` where there is no way to.
    fn zero_out(&mut self, _at: Bytes, _length: Bytes) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    /// What has been written to it since it was plugged in, by whomever; `None` where nobody counts.
    fn tally(&mut self) -> Option<Tally> {
        None
    }
    /// The way to the drive's own commands, those that erase included; `None` where there is none.
    fn commands(&mut self) -> Option<&mut dyn Commands> {
        None
    }
}

/// One disk that is open for reading alone: there is no way to write through it.
///
/// Offsets, lengths and buffer addresses are as for [`DiskIo`].
pub trait DiskRead {
    /// Size of the whole disk, fixed at opening.
    fn size(&self) -> Bytes;
    /// Smallest unit of reading, bytes.
    fn logical_block(&self) -> u32;
    /// Asks the machine again whether this is still the disk that was opened.
    fn check(&mut self) -> Result<(), Failure>;
    /// Reads some bytes at `at`; 0 only at the end.
    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize>;
}

/// The kernel's count of what was done to a disk since it was plugged in. Two equal ones of one attachment mean that nothing
/// was written in between, unless past the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Sectors of 512 bytes written.
    pub written: u64,
    /// Sectors discarded.
    pub discarded: u64,
}

/// The disks of this machine.
pub trait Disks {
    /// Every disk that may ever be a target here, with everything in the way of writing to it. `image` is the file about
    /// to be written, whose disk is refused.
    fn list(&self, image: Option<&Path>) -> Result<Vec<Disk>, Failure>;
    /// Opens the armed disk exclusively, after asking again whether it is the same and nothing stands in the way, and once
    /// more after opening.
    fn open(&self, armed: &Armed) -> Result<Box<dyn DiskIo>, Failure>;
    /// Opens a listed disk for reading alone, after asking whether it is the same and nothing holds it; nobody can mount it
    /// meanwhile. Errors: that; there is no way to.
    fn open_to_read(&self, disk: &Disk) -> Result<Box<dyn DiskRead>, Failure> {
        Err(Failure::new(Trouble::Io, say!("disk-open-failed", disk = disk.name.as_str())))
    }
    /// What the medium of a listed disk is, as far as it tells. Nothing is sent to it but commands that only read.
    fn medium(&self, disk: &Disk) -> Medium {
        Medium::unasked(disk, Unsure::NotAsked)
    }
    /// The file system in that partition of the armed disk, which nobody holds open, after asking whether it is the same and
    /// nothing stands in the way. Errors: that; [`no_volume`](super::no_volume) where nothing here works on that kind.
    fn volume(&self, _armed: &Armed, _partition: Partition, _kind: SystemKind) -> Result<Box<dyn Volume>, Failure> {
        Err(no_volume())
    }
    /// Makes an ext4 file system with those files in it in that partition of the armed disk, and reads every one back, after
    /// asking whether it is the same and nothing stands in the way. Errors: that; [`no_volume`](super::no_volume) where nothing
    /// here makes one.
    fn make_volume(&self, _armed: &Armed, _partition: Partition, _what: &NewVolume<'_>) -> Result<(), Failure> {
        Err(no_volume())
    }
}

/// What a [`FakeDisk`] does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Reading the block at this offset fails.
    ReadError(u64),
    /// Writing the block at this offset fails.
    WriteError(u64),
    /// Every write does at most this many bytes.
    ShortWrites(usize),
    /// Every read gives at most this many bytes.
    ShortReads(usize),
    /// Writes to this offset are acknowledged and thrown away.
    LosesWrite(u64),
    /// Reads that touch this byte say that all went well and bring nothing.
    EmptyRead(u64),
    /// The disk is only this large and wraps around: a counterfeit.
    Wraps(u64),
    /// Gone after so many calls.
    UnpluggedAfter(u64),
    /// Another disk stands here after so many calls.
    SwappedAfter(u64),
    /// Flushing fails.
    FlushError,
    /// Goes through the cache.
    NotDirect,
}

/// A disk in memory that checks alignment at every call and can be told to fail.
#[derive(Clone, Debug)]
pub struct FakeDisk {
    bytes: Vec<u8>,
    block: u32,
    faults: Vec<Fault>,
    calls: u64,
    written: u64,
    /// How often `flush` was called.
    pub flushes: u64,
}

impl FakeDisk {
    /// A disk with these bytes and logical block.
    #[must_use]
    pub const fn new(bytes: Vec<u8>, block: u32) -> Self {
        Self { bytes, block, faults: Vec::new(), calls: 0, written: 0, flushes: 0 }
    }

    /// The same with a fault.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The same with its faults mended.
    #[must_use]
    pub fn mended(mut self) -> Self {
        self.faults.clear();
        self.calls = 0;
        self
    }

    /// What is on it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn enter(&mut self, at: u64, buffer: &[u8]) -> io::Result<()> {
        self.calls += 1;
        let block = u64::from(self.block);
        assert!(at.is_multiple_of(block), "offset {at} not on a block of {block}");
        assert!((buffer.len() as u64).is_multiple_of(block), "length {} not in blocks of {block}", buffer.len());
        assert!(buffer.as_ptr().addr().is_multiple_of(ALIGNMENT.min(512)), "buffer not aligned");
        let gone = self.faults.iter().any(|fault| matches!(fault, Fault::UnpluggedAfter(n) if self.calls > *n));
        if gone { Err(io::Error::from_raw_os_error(19)) } else { Ok(()) }
    }

    fn reaches(at: u64, len: usize, offset: u64) -> bool {
        (at..at + len as u64).contains(&offset)
    }

    fn place(&self, at: u64) -> usize {
        let wrap = self.faults.iter().find_map(|fault| if let Fault::Wraps(real) = fault { Some(*real) } else { None });
        usize::try_from(wrap.map_or(at, |real| at % real)).unwrap_or(usize::MAX)
    }
}

impl DiskIo for FakeDisk {
    fn size(&self) -> Bytes {
        Bytes(self.bytes.len() as u64)
    }

    fn logical_block(&self) -> u32 {
        self.block
    }

    fn direct(&self) -> bool {
        !self.faults.contains(&Fault::NotDirect)
    }

    fn check(&mut self) -> Result<(), Failure> {
        let swapped = self.faults.iter().any(|fault| matches!(fault, Fault::SwappedAfter(n) if self.calls >= *n));
        if swapped { Err(Failure::new(Trouble::No, say!("disk-changed", disk = "fake"))) } else { Ok(()) }
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        self.enter(at.0, into)?;
        let left = usize::try_from(self.size().less(at).0).unwrap_or(0);
        let mut len = into.len().min(left);
        for fault in &self.faults {
            match fault {
                Fault::ReadError(bad) if Self::reaches(at.0, len, *bad) => return Err(io::Error::from_raw_os_error(5)),
                Fault::EmptyRead(at_fault) if Self::reaches(at.0, len, *at_fault) => return Ok(len),
                Fault::ShortReads(most) => len = len.min(*most),
                _other => {}
            }
        }
        let from = self.place(at.0);
        into[..len].copy_from_slice(&self.bytes[from..from + len]);
        Ok(len)
    }

    fn write_at(&mut self, at: Bytes, from: &[u8]) -> io::Result<usize> {
        self.enter(at.0, from)?;
        let left = usize::try_from(self.size().less(at).0).unwrap_or(0);
        let mut len = from.len().min(left);
        for fault in &self.faults {
            match fault {
                Fault::WriteError(bad) if Self::reaches(at.0, len, *bad) => {
                    return Err(io::Error::from_raw_os_error(5));
                }
                Fault::LosesWrite(lost) if Self::reaches(at.0, len, *lost) => return Ok(len),
                Fault::ShortWrites(most) => len = len.min(*most),
                _other => {}
            }
        }
        self.written += len as u64 / 512;
        let to = self.place(at.0);
        self.bytes[to..to + len].copy_from_slice(&from[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flushes += 1;
        if self.faults.contains(&Fault::FlushError) { Err(io::Error::from_raw_os_error(5)) } else { Ok(()) }
    }

    fn forget(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn tally(&mut self) -> Option<Tally> {
        Some(Tally { written: self.written, discarded: 0 })
    }
}
