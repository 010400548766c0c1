//! Moving a whole buffer to or from a disk, however little each call does.
//!
//! Invariants: every call starts on a block and asks for whole blocks; a call that does less than a block, or nothing,
//! ends the transfer, so that none goes on for ever. Before a read the memory is marked: a disk that says it read and
//! brings nothing must not show us what was there before, which is what we wrote.

use crate::port::{Buffer, DiskIo};
use crate::unit::Bytes;
use std::io::{self, ErrorKind};

/// What no image and no method writes, at the start of every sector of memory that is read into.
const NOTHING_READ: [u8; 16] = *b"nothing was read";
/// The smallest block there is, bytes.
const SECTOR: usize = 512;

/// A transfer that ended early: whole blocks done before the one at fault.
#[derive(Debug)]
pub(super) struct Stopped {
    /// How many bytes were done.
    pub(super) done: usize,
    /// Why it ended.
    pub(super) error: io::Error,
}

/// Writes all of `from` at `at`.
pub(super) fn write_all(io: &mut dyn DiskIo, at: u64, from: &[u8]) -> Result<(), Stopped> {
    transfer(io, at, from.len(), ErrorKind::WriteZero, |io, at, done| io.write_at(at, &from[done..]))
}

/// Memory that shows where nothing was read into it.
#[derive(Debug)]
pub(super) struct Marked(Buffer);

impl Marked {
    /// Marks every sector of it.
    pub(super) fn of(buffer: Buffer) -> Self {
        let len = buffer.bytes().len();
        Self::again(buffer, len)
    }

    /// Marks once more what was marked before, after a read that asked for the first `len` bytes. A disk should not have to
    /// wait for it.
    pub(super) fn again(mut buffer: Buffer, len: usize) -> Self {
        for sector in buffer.bytes_mut()[..len].chunks_mut(SECTOR) {
            let len = sector.len().min(NOTHING_READ.len());
            sector[..len].copy_from_slice(&NOTHING_READ[..len]);
        }
        Self(buffer)
    }
}

/// Reads all of the first `len` bytes of `into` at `at`.
pub(super) fn read_all(io: &mut dyn DiskIo, at: u64, into: Marked, len: usize) -> (Buffer, Result<(), Stopped>) {
    let Marked(mut buffer) = into;
    let bytes = &mut buffer.bytes_mut()[..len];
    let end = transfer(io, at, len, ErrorKind::UnexpectedEof, |io, at, done| io.read_at(at, &mut bytes[done..]));
    (buffer, end)
}

/// Whether the error says that the disk is not there any more (`ENODEV`, `ENXIO`).
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(19 | 6))
}

fn transfer(
    io: &mut dyn DiskIo,
    at: u64,
    len: usize,
    nothing: ErrorKind,
    mut step: impl FnMut(&mut dyn DiskIo, Bytes, usize) -> io::Result<usize>,
) -> Result<(), Stopped> {
    let block = usize::try_from(io.logical_block()).unwrap_or(usize::MAX).max(1);
    let mut done = 0;
    while done < len {
        let here = Bytes(at.saturating_add(wide(done)));
        match step(io, here, done) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Stopped { done, error }),
            Ok(more) => {
                // A block done in part is done again as a whole.
                let whole = more.min(len - done) / block * block;
                if whole == 0 {
                    return Err(Stopped { done, error: nothing.into() });
                }
                done += whole;
            }
        }
    }
    Ok(())
}

/// A length in memory as an amount on a disk; lossless on every machine of 64 bits or fewer.
pub(super) fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::{FakeDisk, Fault};

    #[test]
    fn short_calls_are_gone_on_with_and_calls_that_do_nothing_end_it() {
        for most in [512, 700, 1024, 1500, 4096] {
            let mut disk =
                FakeDisk::new(vec![9; 8192], 512).with(Fault::ShortWrites(most)).with(Fault::ShortReads(most));
            let mut buffer = Buffer::zeroed(4096);
            buffer.bytes_mut().copy_from_slice(&(0..4096u32).map(|i| i.to_le_bytes()[0]).collect::<Vec<_>>());
            assert!(write_all(&mut disk, 512, buffer.bytes()).is_ok(), "{most}");
            assert_eq!(&disk.bytes()[512..4608], buffer.bytes());
            assert!(disk.bytes()[..512].iter().chain(&disk.bytes()[4608..]).all(|byte| *byte == 9));
            let (back, end) = read_all(&mut disk, 512, Marked::of(Buffer::zeroed(4096)), 4096);
            assert!(end.is_ok());
            assert_eq!(back.bytes(), buffer.bytes());
        }
        for most in [0, 1, 511] {
            let mut disk =
                FakeDisk::new(vec![9; 8192], 512).with(Fault::ShortWrites(most)).with(Fault::ShortReads(most));
            let buffer = Buffer::zeroed(4096);
            let stopped = write_all(&mut disk, 0, buffer.bytes()).expect_err("nothing done");
            assert_eq!((stopped.done, stopped.error.kind()), (0, ErrorKind::WriteZero));
            let stopped = read_all(&mut disk, 0, Marked::of(buffer), 4096).1.expect_err("nothing done");
            assert_eq!((stopped.done, stopped.error.kind()), (0, ErrorKind::UnexpectedEof));
        }
    }

    #[test]
    fn what_was_done_before_an_error_is_told() {
        let mut disk = FakeDisk::new(vec![0; 8192], 512).with(Fault::ShortReads(1024)).with(Fault::ReadError(2048));
        let (buffer, end) = read_all(&mut disk, 2560, Marked::of(Buffer::zeroed(4096)), 4096);
        assert!(end.is_ok());
        assert_eq!(read_all(&mut disk, 0, Marked::of(buffer), 4096).1.expect_err("bad block").done, 2048);
        let buffer = Buffer::zeroed(4096);
        let mut disk = FakeDisk::new(vec![0; 8192], 512).with(Fault::ShortWrites(512)).with(Fault::UnpluggedAfter(3));
        let stopped = write_all(&mut disk, 0, buffer.bytes()).expect_err("unplugged");
        assert_eq!(stopped.done, 1536);
        assert!(is_gone(&stopped.error));
    }
}
