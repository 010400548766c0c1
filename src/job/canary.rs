//! Canaries on a disk: writing and seeing them before an erase, looking for them afterwards.
//!
//! Invariant: a canary counts as planted only when it was read back past the cache, and as looked for only when the same disk
//! was still there at the end.

use super::erase::Erasing;
use super::news::{Flaw, JobNews, Phase};
use super::progress::Meter;
use super::run::{Stop, io_failure};
use super::transfer::{Marked, is_gone, read_all, write_all};
use crate::port::{Buffer, Failure, Trouble};
use crate::unit::Bytes;
use crate::wipe::{BadKind, CANARY};
use crate::word::say;
use std::io;

impl Erasing<'_, '_> {
    /// Writes every canary, then reads every one back past the cache.
    pub(super) fn plant(&mut self) -> Result<(), Stop> {
        let count = self.canaries.count();
        let total = Bytes(count.saturating_mul(2).saturating_mul(CANARY.0));
        let mut meter = self.run.begin(Phase::Plant, Bytes::ZERO, total);
        for number in 0..count {
            self.run.stop_if_cancelled()?;
            let place = self.canaries.place(number);
            let mut buffer = self.buffer();
            self.canaries.fill(number, buffer.bytes_mut());
            let end = write_all(self.run.io, place.0, buffer.bytes());
            self.buffer = Some(buffer);
            if let Err(stopped) = end {
                self.lose(number, place, &stopped.error, Flaw::Unwritable)?;
            }
            self.run.advance(&mut meter, Bytes(number * CANARY.0));
        }
        self.run
            .io
            .flush()
            .map_err(|error| Stop::Failed(io_failure(say!("job-flush-failed", disk = self.target.name), &error)))?;
        self.run.turn(&self.target)?;
        self.see(&mut meter, count)?;
        self.run.end(&mut meter, total);
        let lost = u64::try_from(self.lost.len()).unwrap_or(u64::MAX);
        self.seen.canaries = count - lost.min(count);
        Ok(())
    }

    fn see(&mut self, meter: &mut Meter, count: u64) -> Result<(), Stop> {
        let mut wanted = vec![0; canary_len()];
        for number in 0..count {
            self.run.stop_if_cancelled()?;
            if self.lost.contains(&number) {
                continue;
            }
            let place = self.canaries.place(number);
            match self.read(place) {
                Ok(found) => {
                    self.canaries.fill(number, &mut wanted);
                    let kept = found.bytes() == wanted;
                    self.buffer = Some(found);
                    if !kept {
                        // What a disk does not keep, it cannot be seen to lose: a counterfeit, or one that only nods.
                        let what = say!("erase-canary-not-kept", disk = self.target.name, at = place.0);
                        let failure = Failure::new(Trouble::No, what).hint(say!("erase-canary-not-kept-hint"));
                        return Err(failure.into());
                    }
                }
                Err(error) => self.lose(number, place, &error, Flaw::Unreadable)?,
            }
            self.run.advance(meter, Bytes((count + number) * CANARY.0));
        }
        Ok(())
    }

    /// A canary that cannot stand on a bad block.
    fn lose(&mut self, number: u64, place: Bytes, error: &io::Error, flaw: Flaw) -> Result<(), Stop> {
        self.run.io.check()?;
        if is_gone(error) {
            let (disk, at) = (self.target.name, place.0);
            let what = if flaw == Flaw::Unwritable {
                say!("job-write-failed", disk = disk, at = at)
            } else {
                say!("job-read-failed", disk = disk, at = at)
            };
            return Err(io_failure(what, error).into());
        }
        (self.run.news)(JobNews::BadBlock { at: place, flaw });
        self.evidence.bad.note(place, CANARY, BadKind::Unwritable);
        self.lost.insert(number);
        self.evidence.unwritable = Bytes(self.evidence.unwritable.0 + CANARY.0);
        Ok(())
    }

    /// Looks for every canary that was planted.
    pub(super) fn prove(&mut self) -> Result<(), Stop> {
        self.run.turn(&self.target)?;
        let count = self.canaries.count();
        let mut meter = self.run.begin(Phase::Prove, Bytes::ZERO, Bytes(count * CANARY.0));
        for number in 0..count {
            self.run.stop_if_cancelled()?;
            if self.lost.contains(&number) {
                continue;
            }
            let place = self.canaries.place(number);
            match self.read(place) {
                Ok(found) => {
                    self.evidence.read_back = Bytes(self.evidence.read_back.0 + CANARY.0);
                    if self.canaries.survives(number, found.bytes()) {
                        self.seen.survived += 1;
                        self.seen.first_survivor.get_or_insert(place);
                        (self.run.news)(JobNews::BadBlock { at: place, flaw: Flaw::Mismatched });
                    }
                    self.buffer = Some(found);
                }
                Err(error) => {
                    self.still_there()?;
                    if is_gone(&error) {
                        let what = say!("job-read-failed", disk = self.target.name, at = place.0);
                        return Err(io_failure(what, &error).into());
                    }
                    self.evidence.unreadable = Bytes(self.evidence.unreadable.0 + CANARY.0);
                    self.evidence.bad.note(place, CANARY, BadKind::Unreadable);
                    (self.run.news)(JobNews::BadBlock { at: place, flaw: Flaw::Unreadable });
                }
            }
            self.run.advance(&mut meter, Bytes(number * CANARY.0));
        }
        self.run.end(&mut meter, Bytes(count * CANARY.0));
        Ok(self.still_there()?)
    }

    /// What was read counts only if it came from the armed disk to the last.
    fn still_there(&mut self) -> Result<(), Failure> {
        self.run.io.check().inspect_err(|_other| self.evidence.read_back = Bytes::ZERO)
    }

    fn buffer(&mut self) -> Buffer {
        self.buffer.take().unwrap_or_else(|| Buffer::zeroed(canary_len()))
    }

    /// Reads a canary's place into memory that shows where nothing was read.
    fn read(&mut self, place: Bytes) -> io::Result<Buffer> {
        let blank = Marked::of(self.buffer());
        let (found, end) = read_all(self.run.io, place.0, blank, canary_len());
        match end {
            Ok(()) => Ok(found),
            Err(stopped) => {
                self.buffer = Some(found);
                Err(stopped.error)
            }
        }
    }
}

fn canary_len() -> usize {
    usize::try_from(CANARY.0).unwrap_or(usize::MAX)
}
