//! The image: write what the decoder gives, read it back, find the manifest's digest on the disk.
//!
//! Invariants: no more than the manifest's length is written; an image that does not decode to exactly that length never
//! reaches the read-back; that it is the manifest's own is seen on the disk, and only there, so that every byte is hashed
//! once. Where the image ends inside a block, the rest of that block is written with zeros and is not part of the
//! comparison; nothing after that block is touched.

use super::lane::{Lane, PIECES, Piece, beside};
use super::news::{JobNews, Phase};
use super::progress::Meter;
use super::run::{Pace, Run, Stop, Target, io_failure};
use super::transfer::{Marked, read_all, wide, write_all};
use crate::event::image::ImageStarted;
use crate::imaging::{DecodeError, Evidence, FitError};
use crate::port::{Buffer, Clock, DiskIo, Failure, Marks, Recorded, Trouble};
use crate::unit::{Bytes, Digest};
use crate::word::say;
use std::io::{self, Read};

/// The image as it comes out of its file: decoded beside the writing, by another thread.
pub type Decoding<'a> = dyn Read + Send + 'a;

/// How the writing of an image ended. What it is worth is for [`crate::imaging::judge`] to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageOutcome {
    /// What was done and seen.
    pub evidence: Evidence,
    /// Whether a person stopped it.
    pub cancelled: bool,
    /// Why it is not written.
    pub failure: Option<Failure>,
}

/// Writes the image that `decoded` gives to the disk behind `io` as `started` says, beginning at `started.fact().from`.
/// `decoded` always gives the image from its first byte.
pub fn image(
    started: &Recorded<ImageStarted>,
    decoded: &mut Decoding<'_>,
    io: &mut dyn DiskIo,
    marks: &mut dyn Marks,
    clock: &dyn Clock,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> ImageOutcome {
    image_with(started, decoded, &mut Run { io, marks, clock, cancel, news, pace: Pace::default(), psid: None })
}

/// The same at a pace of one's own.
pub fn image_with(started: &Recorded<ImageStarted>, decoded: &mut Decoding<'_>, run: &mut Run<'_>) -> ImageOutcome {
    written_by(started, run, |imaging| imaging.write(decoded))
}

/// What `write` puts on the disk, read back, and what came of both.
pub(super) fn written_by(
    started: &Recorded<ImageStarted>,
    run: &mut Run<'_>,
    write: impl FnOnce(&mut Imaging<'_, '_>) -> Result<(), Stop>,
) -> ImageOutcome {
    let fact = started.fact();
    let mut evidence = Evidence {
        length: fact.image.length,
        blake3: fact.image.blake3,
        written: fact.from,
        skipped: Bytes::ZERO,
        read_back: Bytes::ZERO,
        found: None,
        direct: run.io.direct(),
        began: run.clock.now(),
        ended: run.clock.now(),
    };
    let target = Target {
        job: &fact.job,
        name: &fact.attachment.name,
        disk: &fact.disk,
        logical_block: fact.logical_block,
        from: fact.from,
        most: fact.image.length,
    };
    let end = prepare(fact, &target, run).map_err(Stop::Failed).and_then(|()| {
        let piece = run.piece();
        let mut imaging =
            Imaging { target, run, evidence: &mut evidence, at: 0, piece, spare: Vec::new(), blank: Vec::new() };
        write(&mut imaging)?;
        // What was written from is not needed for the reading.
        imaging.spare.clear();
        imaging.read_back()
    });
    evidence.ended = run.clock.now();
    match end {
        Ok(()) => ImageOutcome { evidence, cancelled: false, failure: None },
        Err(Stop::Cancelled) => ImageOutcome { evidence, cancelled: true, failure: None },
        Err(Stop::Failed(failure)) => ImageOutcome { evidence, cancelled: false, failure: Some(failure) },
    }
}

fn prepare(fact: &ImageStarted, target: &Target<'_>, run: &mut Run<'_>) -> Result<(), Failure> {
    run.enter(target)?;
    let block = u64::from(fact.logical_block);
    let needs = fact.image.length.0.checked_next_multiple_of(block).map_or(Bytes(u64::MAX), Bytes);
    if needs > run.io.size() {
        let sentence = FitError::TooSmall { needs, has: run.io.size() }.sentence();
        return Err(Failure::new(Trouble::No, sentence).hint(say!("image-hint-other-disk")));
    }
    Ok(())
}

/// A write on its way.
pub(super) struct Imaging<'w, 'r> {
    pub(super) target: Target<'w>,
    pub(super) run: &'w mut Run<'r>,
    pub(super) evidence: &'w mut Evidence,
    /// How many bytes of the image the phase has behind it.
    pub(super) at: u64,
    /// How much is moved at a time.
    piece: usize,
    spare: Vec<Buffer>,
    blank: Vec<Marked>,
}

/// A piece as decoded: how many bytes of it there are.
type Filled = (Piece, io::Result<usize>);
/// Pieces read back, on their way through the hash: how many bytes, and the memory to read into again.
type Hashing = Lane<Piece, (usize, Marked)>;

impl Imaging<'_, '_> {
    fn write(&mut self, decoded: &mut Decoding<'_>) -> Result<(), Stop> {
        let mut meter = self.run.begin(Phase::Write, Bytes::ZERO, self.evidence.length);
        let mut ended = false;
        let decode = |mut piece: Piece| {
            // After its end or an error nothing more is to be asked of a decoder.
            let got = if ended { Ok(0) } else { fill(decoded, piece.bytes_mut()) };
            ended |= !matches!(&got, Ok(got) if *got == piece.len);
            (piece, got)
        };
        let end = beside(PIECES, decode, |lane| self.write_pieces(lane, &mut meter));
        self.run.end(&mut meter, Bytes(self.at));
        if let Ok(()) | Err(Stop::Cancelled) = end {
            self.mark()?;
        }
        end?;
        self.refuse_longer(decoded)
    }

    fn write_pieces(&mut self, lane: &mut Lane<Piece, Filled>, meter: &mut Meter) -> Result<(), Stop> {
        let (mut marked, mut asked) = (self.target.from.0, 0);
        while self.at < self.evidence.length.0 {
            self.run.stop_if_cancelled()?;
            while !lane.is_full() && asked < self.evidence.length.0 {
                let (buffer, len) = (self.buffer(), self.len_at(asked));
                lane.give(Piece { buffer, at: asked, len })?;
                asked += wide(len);
            }
            let (mut piece, got) = lane.take()?;
            let got = got.map_err(|error| self.bad_source(error))?;
            if got < piece.len {
                let found = Bytes(self.at + wide(got));
                return Err(self.bad_image(DecodeError::Shorter { found, length: self.evidence.length }));
            }
            if self.at >= self.target.from.0 {
                self.put(&mut piece)?;
            }
            self.at += wide(piece.len);
            self.spare.push(piece.buffer);
            self.run.advance(meter, Bytes(self.at));
            if self.at >= marked.saturating_add(self.run.pace.mark.0) && self.at < self.evidence.length.0 {
                marked = self.at;
                self.mark()?;
            }
        }
        Ok(())
    }

    /// The decoded image must end here.
    fn refuse_longer(&self, decoded: &mut Decoding<'_>) -> Result<(), Stop> {
        let more = fill(decoded, &mut [0]).map_err(|error| self.bad_source(error))?;
        if more > 0 {
            return Err(self.bad_image(DecodeError::Longer { length: self.evidence.length }));
        }
        Ok(())
    }

    fn read_back(&mut self) -> Result<(), Stop> {
        self.run.turn(&self.target)?;
        self.at = 0;
        let mut hasher = blake3::Hasher::new();
        let mut meter = self.run.begin(Phase::ReadBack, Bytes::ZERO, self.evidence.length);
        let hash = |piece: Piece| {
            hasher.update(piece.bytes());
            (piece.len, Marked::of(piece.buffer))
        };
        let end = beside(PIECES, hash, |lane| {
            let end = self.read_pieces(lane, &mut meter);
            while !lane.is_empty() {
                self.hashed(lane, &mut meter)?;
            }
            end
        });
        self.run.end(&mut meter, Bytes(self.at));
        end?;
        self.run.io.check()?;
        let found = Digest(*hasher.finalize().as_bytes());
        self.evidence.found = Some(found);
        if found == self.evidence.blake3 {
            return Ok(());
        }
        let sentence = say!("image-reads-back-wrong", disk = self.target.name);
        Err(Failure::new(Trouble::No, sentence).hint(say!("image-hint-other-disk")).into())
    }

    fn read_pieces(&mut self, lane: &mut Hashing, meter: &mut Meter) -> Result<(), Stop> {
        // The disk is read ahead of what is hashed.
        let mut next = 0;
        while next < self.evidence.length.0 {
            self.run.stop_if_cancelled()?;
            if lane.is_full() {
                self.hashed(lane, meter)?;
            }
            let len = self.len_at(next);
            let whole = self.whole_blocks(len);
            let blank = self.blank.pop().unwrap_or_else(|| Marked::of(self.buffer()));
            let (buffer, end) = read_all(self.run.io, next, blank, whole);
            end.map_err(|stopped| {
                let at = next + wide(stopped.done);
                io_failure(say!("job-read-failed", disk = self.target.name, at = at), &stopped.error)
            })?;
            lane.give(Piece { buffer, at: next, len })?;
            next += wide(len);
        }
        Ok(())
    }

    /// Waits for the oldest piece that is being hashed.
    fn hashed(&mut self, lane: &mut Hashing, meter: &mut Meter) -> Result<(), Failure> {
        let (len, blank) = lane.take()?;
        self.at += wide(len);
        self.evidence.read_back = Bytes(self.at);
        self.blank.push(blank);
        self.run.advance(meter, Bytes(self.at));
        Ok(())
    }

    /// Writes the piece, its last block filled up with zeros.
    fn put(&mut self, piece: &mut Piece) -> Result<(), Failure> {
        let whole = self.whole_blocks(piece.len);
        piece.buffer.bytes_mut()[piece.len..whole].fill(0);
        self.put_blocks(piece.at, &piece.buffer.bytes()[..whole], piece.len)
    }

    /// Writes whole blocks, the first `len` bytes of which belong to the image.
    pub(super) fn put_blocks(&mut self, at: u64, blocks: &[u8], len: usize) -> Result<(), Failure> {
        let end = write_all(self.run.io, at, blocks);
        let done = end.as_ref().map_or_else(|stopped| stopped.done, |()| len);
        self.evidence.written = Bytes(at + wide(done));
        end.map_err(|stopped| {
            let at = at + wide(stopped.done);
            io_failure(say!("job-write-failed", disk = self.target.name, at = at), &stopped.error)
        })
    }

    /// A mark never goes back behind where this run began, and stays on a block where the image ends inside one.
    pub(super) fn mark(&mut self) -> Result<(), Failure> {
        let block = u64::from(self.target.logical_block);
        let at = Bytes((self.at - self.at % block).max(self.target.from.0));
        self.run.mark(&self.target, at)
    }

    /// How much of the image is moved at `at`.
    fn len_at(&self, at: u64) -> usize {
        // A resumed run decodes up to its mark before it writes.
        let end = if at < self.target.from.0 { self.target.from.0 } else { self.evidence.length.0 };
        usize::try_from(end - at).unwrap_or(usize::MAX).min(self.piece)
    }

    fn buffer(&mut self) -> Buffer {
        self.spare.pop().unwrap_or_else(|| Buffer::zeroed(self.piece))
    }

    pub(super) fn whole_blocks(&self, len: usize) -> usize {
        len.next_multiple_of(usize::try_from(self.target.logical_block).unwrap_or(1))
    }

    fn bad_source(&self, error: io::Error) -> Stop {
        match error.downcast::<DecodeError>() {
            Ok(error) => self.bad_image(error),
            Err(error) => Stop::Failed(io_failure(say!("image-source-failed"), &error)),
        }
    }

    fn bad_image(&self, error: DecodeError) -> Stop {
        let sentence = say!("image-not-accepted", disk = self.target.name, why = error.sentence());
        Failure::new(Trouble::BadData, sentence).detail(error).hint(say!("image-hint-fetch-again")).into()
    }
}

/// As many decoded bytes as fit; fewer only at the end of the image.
fn fill(decoded: &mut Decoding<'_>, into: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < into.len() {
        match decoded.read(&mut into[got..]) {
            Ok(0) => break,
            Ok(more) => got += more.min(into.len() - got),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}
