//! The wipe: write every block, read every block back, say what was seen; where the drive erases itself, that is in
//! `erase.rs`.
//!
//! Invariants: a byte counts as written only when the disk acknowledged it, and as read back only when it was compared,
//! and where the same disk was still there at the end. A disk whose size is not whole blocks
//! has a tail that cannot be reached: it counts as unwritable and unreadable.

use super::compare::{Comparison, Seen};
use super::erase::Erasing;
use super::lane::{Lane, PIECES, Piece, beside};
use super::news::{Flaw, JobNews, Phase};
use super::progress::Meter;
use super::run::{Pace, Run, Stop, Target, io_failure};
use super::transfer::{Marked, Stopped, is_gone, read_all, wide, write_all};
use crate::event::disk::WipeStarted;
use crate::port::{Buffer, Clock, DiskIo, Failure, Marks, Recorded, Trouble};
use crate::unit::{Bytes, Digest};
use crate::wipe::{BadBlocks, BadKind, Evidence, Overwrite, Way, method};
use crate::word::say;
use std::io;

/// How many bad blocks a phase meets before it gives the disk up.
pub const MOST_BAD_BLOCKS: u64 = 1000;

/// How a wipe ended. What it is worth is for [`crate::wipe::judge`] to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WipeOutcome {
    /// What was done and seen.
    pub evidence: Evidence,
    /// Whether a person stopped it.
    pub cancelled: bool,
    /// Why it ended before its end. A wipe that reached the end has none, whatever the read-back found.
    pub failure: Option<Failure>,
}

/// Wipes the disk behind `io` as `started` says, beginning at `started.fact().from`.
pub fn wipe(
    started: &Recorded<WipeStarted>,
    io: &mut dyn DiskIo,
    marks: &mut dyn Marks,
    clock: &dyn Clock,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> WipeOutcome {
    wipe_with(started, &mut Run { io, marks, clock, cancel, news, pace: Pace::default(), psid: None })
}

/// The same at a pace of one's own.
pub fn wipe_with(started: &Recorded<WipeStarted>, run: &mut Run<'_>) -> WipeOutcome {
    let fact = started.fact();
    let mut evidence = Evidence {
        method: fact.method.clone(),
        size: run.io.size(),
        written: fact.from,
        read_back: Bytes::ZERO,
        mismatched: Bytes::ZERO,
        first_mismatch: None,
        unwritable: Bytes::ZERO,
        unreadable: Bytes::ZERO,
        bad: BadBlocks::default(),
        direct: run.io.direct(),
        cross_check: None,
        firmware: None,
        began: run.clock.now(),
        ended: run.clock.now(),
    };
    let end = prepare(fact, run).map_err(Stop::Failed).and_then(|way| {
        let target = target(fact);
        match way {
            Way::Overwrite(method) => {
                let mut wiping = Wiping::new(fact, target, method, run, &mut evidence);
                wiping.write()?;
                wiping.read_back()
            }
            Way::Firmware(erase) => Erasing::new(fact, target, Some(erase), run, &mut evidence)?.go(),
            Way::Discard => Erasing::new(fact, target, None, run, &mut evidence)?.go(),
        }
    });
    evidence.ended = run.clock.now();
    match end {
        Ok(()) => WipeOutcome { evidence, cancelled: false, failure: None },
        Err(Stop::Cancelled) => WipeOutcome { evidence, cancelled: true, failure: None },
        Err(Stop::Failed(failure)) => WipeOutcome { evidence, cancelled: false, failure: Some(failure) },
    }
}

fn target(fact: &WipeStarted) -> Target<'_> {
    Target {
        job: &fact.job,
        name: &fact.attachment.name,
        disk: &fact.disk,
        logical_block: fact.logical_block,
        from: fact.from,
        most: fact.disk.size,
    }
}

fn prepare(fact: &WipeStarted, run: &mut Run<'_>) -> Result<Way, Failure> {
    let Some(method) = method(&fact.method) else {
        return Err(Failure::new(Trouble::BadData, say!("wipe-unknown-method", method = fact.method.as_str())));
    };
    if method.keyed() && fact.pattern_key.is_none() {
        return Err(Failure::new(Trouble::BadData, say!("wipe-no-key", method = fact.method.as_str())));
    }
    run.enter(&target(fact))?;
    Ok(method.way())
}

/// Pieces read back and how much was asked for, on their way through the comparison: what was seen in how many bytes, and
/// the memory to read into again.
type Comparing = Lane<(Piece, usize), (Seen, usize, Marked)>;

struct Wiping<'w, 'r> {
    target: Target<'w>,
    method: &'static dyn Overwrite,
    key: Option<&'w Digest>,
    run: &'w mut Run<'r>,
    evidence: &'w mut Evidence,
    /// How far the phase is: everything before is done or known bad.
    at: u64,
    /// The end of the last whole block.
    whole: u64,
    block: usize,
    bad: u64,
    first_unwritten: Option<u64>,
    /// How much is moved at a time.
    piece: usize,
    spare: Vec<Buffer>,
    blank: Vec<Marked>,
}

impl<'w, 'r> Wiping<'w, 'r> {
    fn new(
        fact: &'w WipeStarted,
        target: Target<'w>,
        method: &'static dyn Overwrite,
        run: &'w mut Run<'r>,
        evidence: &'w mut Evidence,
    ) -> Self {
        let block = usize::try_from(fact.logical_block).unwrap_or(usize::MAX);
        let size = evidence.size.0;
        let whole = size - size % u64::from(fact.logical_block);
        evidence.unwritable = Bytes(size - whole);
        evidence.unreadable = evidence.unwritable;
        let piece = run.piece();
        let key = fact.pattern_key.as_ref();
        Self {
            target,
            method,
            key,
            run,
            evidence,
            at: fact.from.0,
            whole,
            block,
            bad: 0,
            first_unwritten: None,
            piece,
            spare: Vec::new(),
            blank: Vec::new(),
        }
    }

    fn write(&mut self) -> Result<(), Stop> {
        let mut meter = self.run.begin(Phase::Write, Bytes(self.at), Bytes(self.whole));
        let end = self.write_pieces(&mut meter);
        self.run.end(&mut meter, Bytes(self.at));
        if let Ok(()) | Err(Stop::Cancelled) = end {
            self.mark()?;
        }
        end
    }

    fn write_pieces(&mut self, meter: &mut Meter) -> Result<(), Stop> {
        let (method, key) = (self.method, self.key);
        let make = |mut piece: Piece| {
            if method.varies() {
                method.fill(key, Bytes(piece.at), piece.bytes_mut());
            }
            piece
        };
        beside(PIECES, make, |lane| self.write_made(lane, meter))
    }

    fn write_made(&mut self, lane: &mut Lane<Piece, Piece>, meter: &mut Meter) -> Result<(), Stop> {
        let (mut marked, mut asked) = (self.at, self.at);
        while self.at < self.whole {
            self.run.stop_if_cancelled()?;
            while !lane.is_full() && asked < self.whole {
                let (buffer, len) = (self.buffer(), self.len_at(asked));
                lane.give(Piece { buffer, at: asked, len })?;
                asked += wide(len);
            }
            let piece = lane.take()?;
            match write_all(self.run.io, self.at, piece.bytes()) {
                Ok(()) => self.wrote(piece.len),
                Err(stopped) => {
                    self.wrote(stopped.done);
                    self.refuse_if_lost(&stopped.error, Phase::Write)?;
                    self.write_blocks(&piece.bytes()[stopped.done..], meter)?;
                }
            }
            self.spare.push(piece.buffer);
            self.run.advance(meter, Bytes(self.at));
            if self.at - marked >= self.run.pace.mark.0 && self.at < self.whole {
                marked = self.at;
                self.mark()?;
            }
        }
        Ok(())
    }

    /// The rest of a piece that failed, block by block, so that only the bad ones stay unwritten.
    fn write_blocks(&mut self, rest: &[u8], meter: &mut Meter) -> Result<(), Stop> {
        for block in rest.chunks(self.block) {
            self.run.stop_if_cancelled()?;
            match write_all(self.run.io, self.at, block) {
                Ok(()) => self.wrote(self.block),
                Err(Stopped { error, .. }) => {
                    self.refuse_if_lost(&error, Phase::Write)?;
                    grow(&mut self.evidence.unwritable, self.block);
                    self.first_unwritten.get_or_insert(self.at);
                    self.pass_bad_block(Flaw::Unwritable)?;
                }
            }
            self.run.advance(meter, Bytes(self.at));
        }
        Ok(())
    }

    /// A mark stays before the first block that was not written, so that a resumed run meets it and counts it again.
    fn mark(&mut self) -> Result<(), Failure> {
        let at = self.first_unwritten.unwrap_or(self.at);
        self.run.mark(&self.target, Bytes(at))
    }

    fn read_back(&mut self) -> Result<(), Stop> {
        self.run.turn(&self.target)?;
        (self.at, self.bad) = (0, 0);
        let mut meter = self.run.begin(Phase::ReadBack, Bytes::ZERO, Bytes(self.whole));
        let mut comparison = Comparison::new(self.method, self.key);
        let look = |(piece, asked): (Piece, usize)| {
            (comparison.look(piece.at, piece.bytes()), piece.len, Marked::again(piece.buffer, asked))
        };
        let end = beside(PIECES, look, |lane| {
            let end = self.read_pieces(lane, &mut meter);
            // Whatever ended it: what was read is compared, and counts.
            self.settle(lane, &mut meter)?;
            end
        });
        self.run.end(&mut meter, Bytes(self.at));
        if let Err(other) = self.run.io.check() {
            // What was read counts only if it came from the armed disk to the last, whatever else ended it.
            self.evidence.read_back = Bytes::ZERO;
            end?;
            return Err(other.into());
        }
        end
    }

    fn read_pieces(&mut self, lane: &mut Comparing, meter: &mut Meter) -> Result<(), Stop> {
        // The disk is read ahead of what is compared.
        let mut next = self.at;
        while next < self.whole {
            self.run.stop_if_cancelled()?;
            if lane.is_full() {
                self.compared(lane, meter)?;
            }
            let (blank, len) = (self.blank(), self.len_at(next));
            let (buffer, end) = read_all(self.run.io, next, blank, len);
            match end {
                Ok(()) => lane.give((Piece { buffer, at: next, len }, len))?,
                Err(stopped) => {
                    lane.give((Piece { buffer, at: next, len: stopped.done }, len))?;
                    self.settle(lane, meter)?;
                    self.refuse_if_lost(&stopped.error, Phase::ReadBack)?;
                    self.read_blocks(len - stopped.done, lane, meter)?;
                }
            }
            next += wide(len);
        }
        Ok(())
    }

    fn read_blocks(&mut self, rest: usize, lane: &mut Comparing, meter: &mut Meter) -> Result<(), Stop> {
        for _ in 0..rest / self.block {
            self.run.stop_if_cancelled()?;
            let blank = self.blank();
            let (buffer, end) = read_all(self.run.io, self.at, blank, self.block);
            match end {
                Ok(()) => {
                    lane.give((Piece { buffer, at: self.at, len: self.block }, self.block))?;
                    self.settle(lane, meter)?;
                }
                Err(Stopped { error, .. }) => {
                    self.blank.push(Marked::again(buffer, self.block));
                    self.refuse_if_lost(&error, Phase::ReadBack)?;
                    grow(&mut self.evidence.unreadable, self.block);
                    self.pass_bad_block(Flaw::Unreadable)?;
                    self.run.advance(meter, Bytes(self.at));
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self, lane: &mut Comparing, meter: &mut Meter) -> Result<(), Failure> {
        while !lane.is_empty() {
            self.compared(lane, meter)?;
        }
        Ok(())
    }

    /// Waits for the oldest piece that is being compared.
    fn compared(&mut self, lane: &mut Comparing, meter: &mut Meter) -> Result<(), Failure> {
        let (seen, len, blank) = lane.take()?;
        if let Some(first) = seen.first {
            let at = Bytes(self.at + wide(first));
            grow(&mut self.evidence.mismatched, seen.wrong);
            self.evidence.first_mismatch.get_or_insert(at);
            (self.run.news)(JobNews::BadBlock { at, flaw: Flaw::Mismatched });
        }
        grow(&mut self.evidence.read_back, len);
        self.at += wide(len);
        self.blank.push(blank);
        self.run.advance(meter, Bytes(self.at));
        Ok(())
    }

    fn blank(&mut self) -> Marked {
        self.blank.pop().unwrap_or_else(|| Marked::of(self.buffer()))
    }

    fn len_at(&self, at: u64) -> usize {
        usize::try_from(self.whole - at).unwrap_or(usize::MAX).min(self.piece)
    }

    /// A buffer that is free, holding what belongs everywhere where the method has such a thing.
    fn buffer(&mut self) -> Buffer {
        self.spare.pop().unwrap_or_else(|| {
            let mut buffer = Buffer::zeroed(self.piece);
            if !self.method.varies() {
                self.method.fill(self.key, Bytes::ZERO, buffer.bytes_mut());
            }
            buffer
        })
    }

    fn wrote(&mut self, len: usize) {
        grow(&mut self.evidence.written, len);
        self.at += wide(len);
    }

    fn refuse_if_lost(&mut self, error: &io::Error, phase: Phase) -> Result<(), Failure> {
        // Whatever the error says: a disk that is not there any more, or is another one, is told as that.
        self.run.io.check()?;
        if is_gone(error) {
            let (disk, at) = (self.target.name, self.at);
            return Err(match phase {
                Phase::Write => io_failure(say!("job-write-failed", disk = disk, at = at), error),
                Phase::ReadBack
                | Phase::CrossCheck
                | Phase::Plant
                | Phase::Erase
                | Phase::Prove
                | Phase::Pack
                | Phase::Fit => io_failure(say!("job-read-failed", disk = disk, at = at), error),
            });
        }
        Ok(())
    }

    fn pass_bad_block(&mut self, flaw: Flaw) -> Result<(), Failure> {
        let (at, length) = (Bytes(self.at), Bytes(wide(self.block)));
        let kind = if flaw == Flaw::Unwritable { BadKind::Unwritable } else { BadKind::Unreadable };
        self.evidence.bad.note(at, length, kind);
        (self.run.news)(JobNews::BadBlock { at, flaw });
        self.at += length.0;
        self.bad += 1;
        if self.bad < MOST_BAD_BLOCKS {
            return Ok(());
        }
        let sentence = say!("wipe-too-many-bad-blocks", disk = self.target.name, count = self.bad);
        Err(Failure::new(Trouble::Io, sentence).hint(say!("wipe-hint-destroy")))
    }
}

fn grow(amount: &mut Bytes, by: usize) {
    *amount = Bytes(amount.0.saturating_add(wide(by)));
}
