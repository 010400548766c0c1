//! The image: write what the decoder gives, read it back, find the manifest's digest on the disk.
//!
//! Invariants: no more than the manifest's length is written; a decoded image that is not the manifest's never reaches the
//! read-back. Where the image ends inside a block, the rest of that block is written with zeros and is not part of the
//! comparison; nothing after that block is touched.

use super::news::{JobNews, Phase};
use super::progress::Meter;
use super::run::{Pace, Run, Stop, Target, io_failure};
use super::transfer::{read_all, wide, write_all};
use crate::event::disk::ImageStarted;
use crate::imaging::{DecodeError, Evidence, FitError};
use crate::port::{Buffer, Clock, DiskIo, Failure, Marks, Recorded, Trouble};
use crate::unit::{Bytes, Digest};
use crate::word::say;
use std::io::{self, Read};

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
    decoded: &mut dyn Read,
    io: &mut dyn DiskIo,
    marks: &mut dyn Marks,
    clock: &dyn Clock,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> ImageOutcome {
    image_with(started, decoded, &mut Run { io, marks, clock, cancel, news, pace: Pace::default() })
}

/// The same at a pace of one's own.
pub fn image_with(started: &Recorded<ImageStarted>, decoded: &mut dyn Read, run: &mut Run<'_>) -> ImageOutcome {
    let fact = started.fact();
    let mut evidence = Evidence {
        length: fact.image.length,
        blake3: fact.image.blake3,
        written: fact.from,
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
        let piece = Buffer::zeroed(run.piece());
        let mut imaging = Imaging { target, run, evidence: &mut evidence, at: 0, piece, hasher: blake3::Hasher::new() };
        imaging.write(decoded)?;
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

struct Imaging<'w, 'r> {
    target: Target<'w>,
    run: &'w mut Run<'r>,
    evidence: &'w mut Evidence,
    /// How many bytes of the image the phase has behind it.
    at: u64,
    piece: Buffer,
    hasher: blake3::Hasher,
}

impl Imaging<'_, '_> {
    fn write(&mut self, decoded: &mut dyn Read) -> Result<(), Stop> {
        let mut meter = self.run.begin(Phase::Write, Bytes::ZERO, self.evidence.length);
        let end = self.write_pieces(decoded, &mut meter);
        self.run.end(&mut meter, Bytes(self.at));
        if let Ok(()) | Err(Stop::Cancelled) = end {
            self.mark()?;
        }
        end?;
        self.accept(decoded)
    }

    fn write_pieces(&mut self, decoded: &mut dyn Read, meter: &mut Meter) -> Result<(), Stop> {
        let mut marked = self.target.from.0;
        while self.at < self.evidence.length.0 {
            self.run.stop_if_cancelled()?;
            let len = self.next_len();
            let got = self.fill(decoded, len)?;
            if got < len {
                let found = self.at + wide(got);
                return Err(self.bad_image(DecodeError::Shorter { found: Bytes(found), length: self.evidence.length }));
            }
            self.hasher.update(&self.piece.bytes()[..len]);
            if self.at >= self.target.from.0 {
                self.put(len)?;
            }
            self.at += wide(len);
            self.run.advance(meter, Bytes(self.at));
            if self.at >= marked.saturating_add(self.run.pace.mark.0) && self.at < self.evidence.length.0 {
                marked = self.at;
                self.mark()?;
            }
        }
        Ok(())
    }

    /// The decoded image must end here and be the manifest's.
    fn accept(&mut self, decoded: &mut dyn Read) -> Result<(), Stop> {
        if self.fill(decoded, 1)? > 0 {
            return Err(self.bad_image(DecodeError::Longer { length: self.evidence.length }));
        }
        if *self.hasher.finalize().as_bytes() == self.evidence.blake3.0 {
            return Ok(());
        }
        Err(Failure::new(Trouble::BadData, say!("image-wrong-digest")).hint(say!("image-hint-fetch-again")).into())
    }

    fn read_back(&mut self) -> Result<(), Stop> {
        self.run.turn(&self.target)?;
        self.at = 0;
        self.hasher.reset();
        let mut meter = self.run.begin(Phase::ReadBack, Bytes::ZERO, self.evidence.length);
        let end = self.read_pieces(&mut meter);
        self.run.end(&mut meter, Bytes(self.at));
        end?;
        self.run.io.check()?;
        let found = Digest(*self.hasher.finalize().as_bytes());
        self.evidence.found = Some(found);
        if found == self.evidence.blake3 {
            return Ok(());
        }
        let sentence = say!("image-reads-back-wrong", disk = self.target.name);
        Err(Failure::new(Trouble::No, sentence).hint(say!("image-hint-other-disk")).into())
    }

    fn read_pieces(&mut self, meter: &mut Meter) -> Result<(), Stop> {
        while self.at < self.evidence.length.0 {
            self.run.stop_if_cancelled()?;
            let len = self.next_len();
            let whole = self.whole_blocks(len);
            read_all(self.run.io, self.at, &mut self.piece.bytes_mut()[..whole]).map_err(|stopped| {
                let at = self.at + wide(stopped.done);
                io_failure(say!("job-read-failed", disk = self.target.name, at = at), &stopped.error)
            })?;
            self.hasher.update(&self.piece.bytes()[..len]);
            self.at += wide(len);
            self.evidence.read_back = Bytes(self.at);
            self.run.advance(meter, Bytes(self.at));
        }
        Ok(())
    }

    /// Writes the first `len` bytes of the piece at `self.at`, the last block filled up with zeros.
    fn put(&mut self, len: usize) -> Result<(), Failure> {
        let whole = self.whole_blocks(len);
        self.piece.bytes_mut()[len..whole].fill(0);
        let end = write_all(self.run.io, self.at, &self.piece.bytes()[..whole]);
        let done = end.as_ref().map_or_else(|stopped| stopped.done, |()| len);
        self.evidence.written = Bytes(self.at + wide(done));
        end.map_err(|stopped| {
            let at = self.at + wide(stopped.done);
            io_failure(say!("job-write-failed", disk = self.target.name, at = at), &stopped.error)
        })
    }

    /// Up to `len` decoded bytes into the piece; fewer only at the end of the image.
    fn fill(&mut self, decoded: &mut dyn Read, len: usize) -> Result<usize, Stop> {
        let mut got = 0;
        while got < len {
            match decoded.read(&mut self.piece.bytes_mut()[got..len]) {
                Ok(0) => break,
                Ok(more) => got += more.min(len - got),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.bad_source(error)),
            }
        }
        Ok(got)
    }

    /// A mark never goes back behind where this run began, and stays on a block where the image ends inside one.
    fn mark(&mut self) -> Result<(), Failure> {
        let block = u64::from(self.target.logical_block);
        let at = Bytes((self.at - self.at % block).max(self.target.from.0));
        self.run.mark(&self.target, at)
    }

    fn next_len(&self) -> usize {
        // A resumed run decodes up to its mark before it writes.
        let end = if self.at < self.target.from.0 { self.target.from.0 } else { self.evidence.length.0 };
        usize::try_from(end - self.at).unwrap_or(usize::MAX).min(self.piece.bytes().len())
    }

    fn whole_blocks(&self, len: usize) -> usize {
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
