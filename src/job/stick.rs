//! An image onto a disk that is to become a stick: written as it comes, read back past the cache.
//!
//! Unlike [`image`](super::image()) this begins from no record: the disk is no device's, and what is on it counts for nothing
//! until the ledger says that it is a stick. Invariants: nothing is written but to the armed disk that is open; what was
//! written is believed only where the medium brings it back.

use super::news::{JobNews, Phase};
use super::progress::Meter;
use super::run::io_failure;
use super::transfer::{Marked, read_all, wide, write_all};
use crate::imaging::Writes;
use crate::port::{Buffer, Clock, DiskIo, Failure, Trouble};
use crate::unit::{Bytes, Digest};
use crate::word::say;
use std::io::Read;

/// How much is moved at a time.
const PIECE: usize = 1 << 20;

/// Who watches, and may stop it.
pub struct StickWatch<'a> {
    /// What the disk is called.
    pub name: &'a str,
    /// The station's clock.
    pub clock: &'a dyn Clock,
    /// Whether a person wants it stopped.
    pub cancel: &'a dyn Fn() -> bool,
    /// Who hears of it.
    pub news: &'a mut dyn FnMut(JobNews),
}

impl std::fmt::Debug for StickWatch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StickWatch").field("name", &self.name).finish_non_exhaustive()
    }
}

impl StickWatch<'_> {
    fn goes_on(&self) -> Result<(), Failure> {
        if (self.cancel)() { Err(Failure::new(Trouble::No, say!("stick-cancelled", disk = self.name))) } else { Ok(()) }
    }

    fn begin(&mut self, phase: Phase, total: Bytes) -> Meter {
        (self.news)(JobNews::Phase(phase));
        let (meter, first) = Meter::begin(phase, Bytes::ZERO, total, self.clock.elapsed());
        (self.news)(JobNews::Progress(first));
        meter
    }

    fn advance(&mut self, meter: &mut Meter, done: u64) {
        if let Some(progress) = meter.advance(Bytes(done), self.clock.elapsed()) {
            (self.news)(JobNews::Progress(progress));
        }
    }

    fn end(&mut self, meter: &mut Meter, done: u64) {
        let last = meter.end(Bytes(done), self.clock.elapsed());
        (self.news)(JobNews::Progress(last));
    }
}

/// Writes all that `image` gives, at most `most` of it expected for progress, and reads it back; how long it was, and its
/// BLAKE3. Errors: it does not fit; the disk; what was read back is something else; a person stopped it.
pub fn copy_to_stick(
    image: &mut dyn Read,
    expected: Bytes,
    io: &mut dyn DiskIo,
    watch: &mut StickWatch<'_>,
) -> Result<(Bytes, Digest), Failure> {
    let (length, written) = write(image, expected, io, watch)?;
    let name = watch.name.to_owned();
    io.flush().map_err(|error| io_failure(say!("job-flush-failed", disk = name.as_str()), &error))?;
    io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = name.as_str()), &error))?;
    io.check()?;
    let found = read_back(length, io, watch)?;
    io.check()?;
    if found == written {
        return Ok((Bytes(length), written));
    }
    Err(Failure::new(Trouble::No, say!("stick-image-differs", disk = name)).hint(say!("image-hint-other-disk")))
}

fn write(
    image: &mut dyn Read,
    expected: Bytes,
    io: &mut dyn DiskIo,
    watch: &mut StickWatch<'_>,
) -> Result<(u64, Digest), Failure> {
    let block = usize::try_from(io.logical_block()).unwrap_or(512);
    let mut meter = watch.begin(Phase::Write, expected);
    let (mut hasher, mut at, mut buffer) = (blake3::Hasher::new(), 0, Buffer::zeroed(PIECE));
    io.check()?;
    loop {
        watch.goes_on()?;
        let len = fill(image, buffer.bytes_mut())
            .map_err(|error| Failure::new(Trouble::Io, say!("stick-image-unreadable")).because(error))?;
        if len == 0 {
            watch.end(&mut meter, at);
            return Ok((at, Digest(*hasher.finalize().as_bytes())));
        }
        hasher.update(&buffer.bytes()[..len]);
        let whole = len.next_multiple_of(block);
        buffer.bytes_mut()[len..whole].fill(0);
        if at + wide(whole) > io.size().0 {
            let what = say!("stick-too-small", disk = watch.name, size = io.size().to_string());
            return Err(Failure::new(Trouble::No, what).hint(say!("image-hint-other-disk")));
        }
        write_all(io, at, &buffer.bytes()[..whole]).map_err(|stopped| {
            io_failure(say!("job-write-failed", disk = watch.name, at = at + wide(stopped.done)), &stopped.error)
        })?;
        at += wide(len);
        watch.advance(&mut meter, at);
    }
}

fn fill(from: &mut dyn Read, into: &mut [u8]) -> std::io::Result<usize> {
    let mut len = 0;
    while len < into.len() {
        match from.read(&mut into[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}

fn read_back(length: u64, io: &mut dyn DiskIo, watch: &mut StickWatch<'_>) -> Result<Digest, Failure> {
    let block = usize::try_from(io.logical_block()).unwrap_or(512);
    let mut meter = watch.begin(Phase::ReadBack, Bytes(length));
    let (mut hasher, mut at, mut buffer) = (blake3::Hasher::new(), 0, Buffer::zeroed(PIECE));
    while at < length {
        watch.goes_on()?;
        let len = usize::try_from(length - at).unwrap_or(PIECE).min(PIECE);
        let (read, end) = read_all(io, at, Marked::of(buffer), len.next_multiple_of(block));
        buffer = read;
        end.map_err(|stopped| {
            io_failure(say!("job-read-failed", disk = watch.name, at = at + wide(stopped.done)), &stopped.error)
        })?;
        hasher.update(&buffer.bytes()[..len]);
        at += wide(len);
        watch.advance(&mut meter, at);
    }
    watch.end(&mut meter, at);
    Ok(Digest(*hasher.finalize().as_bytes()))
}

/// Reads so many bytes of it, in whole blocks.
pub fn read_edge(io: &mut dyn DiskIo, name: &str, at: Bytes, length: usize) -> Result<Vec<u8>, Failure> {
    let (buffer, end) = read_all(io, at.0, Marked::of(Buffer::zeroed(length)), length);
    end.map_err(|stopped| io_failure(say!("job-read-failed", disk = name, at = at.0), &stopped.error))?;
    Ok(buffer.bytes()[..length].to_vec())
}

/// Writes its partition table, each part flushed before the next, and reads it again.
pub fn write_edges(io: &mut dyn DiskIo, name: &str, writes: &Writes) -> Result<(), Failure> {
    for (at, bytes) in writes {
        let mut buffer = Buffer::zeroed(bytes.len());
        buffer.bytes_mut()[..bytes.len()].copy_from_slice(bytes);
        write_all(io, at.0, &buffer.bytes()[..bytes.len()])
            .map_err(|stopped| io_failure(say!("job-write-failed", disk = name, at = at.0), &stopped.error))?;
        io.flush().map_err(|error| io_failure(say!("job-flush-failed", disk = name), &error))?;
    }
    io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = name), &error))?;
    for (at, bytes) in writes {
        if read_edge(io, name, *at, bytes.len())? != *bytes {
            let what = say!("fit-reads-back-wrong", what = say!("fit-table"));
            return Err(Failure::new(Trouble::No, what).hint(say!("image-hint-other-disk")));
        }
    }
    io.check()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::{FakeClock, FakeDisk, Fault};
    use crate::unit::Moment;

    const LENGTH: usize = (1 << 20) + 700;

    fn raw() -> Vec<u8> {
        let mut raw = vec![0; LENGTH];
        blake3::Hasher::new().finalize_xof().fill(&mut raw);
        raw
    }

    fn copied(disk: &mut FakeDisk, stop: bool) -> Result<(Bytes, Digest), String> {
        let clock = FakeClock::new(Moment::from_unix_millis(0), std::time::Duration::ZERO);
        let (mut news, cancel) = (|_news| (), || stop);
        let mut watch = StickWatch { name: "sdx", clock: &clock, cancel: &cancel, news: &mut news };
        let copied = copy_to_stick(&mut raw().as_slice(), Bytes(LENGTH as u64), disk, &mut watch);
        copied.map_err(|failure| failure.what.key().to_owned())
    }

    #[test]
    fn an_image_is_on_the_stick_byte_for_byte_and_nothing_behind_its_last_block_is_touched() {
        let mut disk = FakeDisk::new(vec![9; 2 << 20], 512);
        assert_eq!(copied(&mut disk, false), Ok((Bytes(LENGTH as u64), Digest(*blake3::hash(&raw()).as_bytes()))));
        assert_eq!(&disk.bytes()[..LENGTH], raw());
        let block_end = LENGTH.next_multiple_of(512);
        assert!(disk.bytes()[LENGTH..block_end].iter().all(|byte| *byte == 0));
        assert!(disk.bytes()[block_end..].iter().all(|byte| *byte == 9));
    }

    #[test]
    fn a_stick_that_is_too_small_that_lies_or_fails_is_told_and_a_person_can_stop_it() {
        let told = |size: usize, fault: Option<Fault>, stop| {
            let disk = FakeDisk::new(vec![0; size], 512);
            let mut disk = match fault {
                Some(fault) => disk.with(fault),
                None => disk,
            };
            copied(&mut disk, stop).expect_err("not copied")
        };
        assert_eq!(told(1 << 20, None, false), "stick-too-small");
        assert_eq!(told(2 << 20, Some(Fault::LosesWrite(512)), false), "stick-image-differs");
        assert_eq!(told(2 << 20, Some(Fault::EmptyRead(4096)), false), "stick-image-differs");
        assert_eq!(told(2 << 20, Some(Fault::WriteError(4096)), false), "job-write-failed");
        assert_eq!(told(2 << 20, Some(Fault::FlushError), false), "job-flush-failed");
        assert_eq!(told(2 << 20, None, true), "stick-cancelled");
    }
}
