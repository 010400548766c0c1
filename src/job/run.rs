//! What both jobs share: the ports they run on, the checks at their doors, and the durable mark.
//!
//! Invariants: the order of a mark is flush, identity check, mark; marks are whole blocks.

use super::news::{JobNews, Phase};
use super::progress::Meter;
use crate::event::disk::DiskSeen;
use crate::port::{Clock, DiskIo, Failure, Marks, Trouble};
use crate::unit::{Bytes, JobId, Secret};
use crate::word::{Sentence, say};
use std::io;

/// How much a job does at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Bytes moved between two looks at the cancel switch. Rounded down to whole blocks, at least one.
    pub piece: Bytes,
    /// Bytes written between two marks.
    pub mark: Bytes,
}

impl Default for Pace {
    /// Pieces of 4 MiB, a mark every 256 MiB: two seconds of a fast disk, half a minute of the slowest stick.
    fn default() -> Self {
        Self { piece: Bytes::mib(4), mark: Bytes::mib(256) }
    }
}

/// The ports that a job runs on.
pub struct Run<'a> {
    /// The target.
    pub io: &'a mut dyn DiskIo,
    /// Where marks are kept.
    pub marks: &'a mut dyn Marks,
    /// The station's clock.
    pub clock: &'a dyn Clock,
    /// Whether a person wants it stopped.
    pub cancel: &'a dyn Fn() -> bool,
    /// Who watches.
    pub news: &'a mut dyn FnMut(JobNews),
    /// How much at a time.
    pub pace: Pace,
    /// What the label of an Opal drive says, where it was typed or scanned.
    pub psid: Option<&'a Secret>,
}

/// Why a phase ended before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// A person stopped it.
    Cancelled,
    /// It cannot go on.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What both kinds of start say of the target.
pub(super) struct Target<'s> {
    pub(super) job: &'s JobId,
    pub(super) name: &'s str,
    pub(super) disk: &'s DiskSeen,
    pub(super) logical_block: u32,
    pub(super) from: Bytes,
    /// How much will be written at most.
    pub(super) most: Bytes,
}

impl Run<'_> {
    pub(super) fn piece(&self) -> usize {
        let block = u64::from(self.io.logical_block());
        usize::try_from((self.pace.piece.0 / block * block).max(block)).unwrap_or(usize::MAX)
    }

    /// Refuses a target that is not the one recorded, and a place to begin that no mark can have named.
    pub(super) fn enter(&mut self, target: &Target<'_>) -> Result<(), Failure> {
        let block = target.logical_block;
        let same = self.io.size() == target.disk.size && self.io.logical_block() == block;
        if !same || !block.is_power_of_two() || block < 512 || self.io.size() == Bytes::ZERO {
            return Err(
                Failure::new(Trouble::No, say!("job-other-disk", disk = target.name)).hint(say!("job-hint-arm-again"))
            );
        }
        if !target.from.0.is_multiple_of(u64::from(block)) || target.from > target.most {
            let sentence = say!("job-bad-start", disk = target.name, at = target.from.0);
            return Err(Failure::new(Trouble::BadData, sentence).hint(say!("job-hint-start-over")));
        }
        self.io.check()
    }

    pub(super) fn stop_if_cancelled(&self) -> Result<(), Stop> {
        if (self.cancel)() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Makes everything before `at` durable, then says so.
    pub(super) fn mark(&mut self, target: &Target<'_>, at: Bytes) -> Result<(), Failure> {
        self.io.flush().map_err(|error| io_failure(say!("job-flush-failed", disk = target.name), &error))?;
        self.io.check()?;
        self.marks.mark(target.job, at)?;
        (self.news)(JobNews::Marked { at });
        Ok(())
    }

    /// Between writing and reading back.
    pub(super) fn turn(&mut self, target: &Target<'_>) -> Result<(), Failure> {
        self.io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = target.name), &error))?;
        self.io.check()
    }

    pub(super) fn begin(&mut self, phase: Phase, done: Bytes, total: Bytes) -> Meter {
        (self.news)(JobNews::Phase(phase));
        let (meter, first) = Meter::begin(phase, done, total, self.clock.elapsed());
        (self.news)(JobNews::Progress(first));
        meter
    }

    pub(super) fn advance(&mut self, meter: &mut Meter, done: Bytes) {
        if let Some(progress) = meter.advance(done, self.clock.elapsed()) {
            (self.news)(JobNews::Progress(progress));
        }
    }

    pub(super) fn end(&mut self, meter: &mut Meter, done: Bytes) {
        let last = meter.end(done, self.clock.elapsed());
        (self.news)(JobNews::Progress(last));
    }
}

impl std::fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").field("pace", &self.pace).finish_non_exhaustive()
    }
}

/// The machine failed at `what`.
pub(super) fn io_failure(what: Sentence, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, what).because(error)
}
