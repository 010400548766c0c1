//! What lies inside a modelled drive: its bytes, what it does wrong, and an erase that goes on from question to question.
//!
//! Invariant: time is the number of questions asked, so that a test never waits.

use super::model_cells::{Cells, Ground};
use crate::unit::Bytes;
use std::io;
use std::ops::Range;

/// What a [`Model`](super::Model) does wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vice {
    /// Takes no security command until its power was off.
    Frozen,
    /// A password is set: nothing is read or written.
    Locked,
    /// An erase fails when it is so far, in thousandths.
    FailsAt(u16),
    /// An erase never gets further than so far, in thousandths, and never ends.
    StuckAt(u16),
    /// An erase gets on by so little from question to question, in thousandths.
    Slow(u16),
    /// The power goes when an erase is so far, in thousandths.
    PowerCutAt(u16),
    /// Says that it erased, and erased nothing.
    ErasesNothing,
    /// Erases all but these bytes.
    ErasesAllBut(Range<u64>),
    /// Erases, and shows from its cache what was there before, until its power was off.
    ShowsOld,
    /// Only this large, and wraps around: a counterfeit.
    Wraps(u64),
    /// Takes every write and reads as zero.
    ReadsZero,
    /// Reads as these four bytes over and over after an erase.
    AfterErase([u8; 4]),
    /// Lets every question time out.
    Hangs,
    /// Gone after so many calls.
    UnpluggedAfter(u64),
    /// NVMe: there is a second namespace on the same drive.
    SecondNamespace,
    /// So many sectors are hidden by HPA.
    Hpa(u64),
    /// So many sectors are hidden by DCO.
    Dco(u64),
}

/// How an erase leaves the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    Zeros,
    Noise,
}

/// How the last erase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    None,
    /// So far, in thousandths.
    Running(u16, Leaves),
    Done,
    Failed(Leaves),
}

/// How far an erase gets from one question to the next, in thousandths.
const STEP: u16 = 250;

#[derive(Clone, Debug)]
pub(super) struct Store {
    cells: Cells,
    pub(super) block: u32,
    pub(super) vices: Vec<Vice>,
    pub(super) work: Work,
    /// What the command of the last sanitize asked for, where the drive keeps it.
    pub(super) action: u32,
    cached: Option<Cells>,
    calls: u64,
    has_power: bool,
}

fn gone() -> io::Error {
    io::Error::from_raw_os_error(19)
}

fn index(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl Store {
    pub(super) const fn new(cells: Cells, block: u32) -> Self {
        Self { cells, block, vices: Vec::new(), work: Work::None, action: 0, cached: None, calls: 0, has_power: true }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.cells.all()
    }

    /// Drops what these bytes are mapped to.
    pub(super) fn discard(&mut self, at: u64, length: u64) -> io::Result<()> {
        self.enter()?;
        if self.has(&Vice::ShowsOld) && self.cached.is_none() {
            self.cached = Some(self.cells.clone());
        }
        if !self.has(&Vice::ErasesNothing) {
            self.leave(at..at.saturating_add(length), &Ground::Fill(0));
        }
        Ok(())
    }

    pub(super) const fn calls(&self) -> u64 {
        self.calls
    }

    pub(super) fn has(&self, vice: &Vice) -> bool {
        self.vices.contains(vice)
    }

    pub(super) fn find<T>(&self, pick: impl Fn(&Vice) -> Option<T>) -> Option<T> {
        self.vices.iter().find_map(pick)
    }

    /// Every call begins here. Errors: unplugged, without power, or hanging.
    pub(super) fn enter(&mut self) -> io::Result<()> {
        self.calls += 1;
        let most = self.find(|vice| if let Vice::UnpluggedAfter(calls) = vice { Some(*calls) } else { None });
        if !self.has_power || most.is_some_and(|most| self.calls > most) {
            return Err(gone());
        }
        if self.has(&Vice::Hangs) { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Off and on again: what was frozen or cached is gone, and an erase that ran goes on.
    pub(super) fn power_cycle(&mut self) {
        self.has_power = true;
        self.cached = None;
        self.vices.retain(|vice| !matches!(vice, Vice::Frozen | Vice::PowerCutAt(_)));
    }

    pub(super) fn begin(&mut self, leaves: Leaves) {
        if self.has(&Vice::ShowsOld) {
            self.cached = Some(self.cells.clone());
        }
        self.work = Work::Running(0, leaves);
    }

    /// Gets on by one step. Errors: the power went.
    pub(super) fn go_on(&mut self) -> io::Result<()> {
        let Work::Running(so_far, leaves) = self.work else { return Ok(()) };
        let step = self.find(|vice| if let Vice::Slow(step) = vice { Some(*step) } else { None }).unwrap_or(STEP);
        let mut next = so_far.saturating_add(step).min(1000);
        let stuck = self.find(|vice| if let Vice::StuckAt(at) = vice { Some(*at) } else { None });
        next = stuck.map_or(next, |at| next.min(at));
        let cut = self.find(|vice| if let Vice::PowerCutAt(at) = vice { Some(*at) } else { None });
        let fails = self.find(|vice| if let Vice::FailsAt(at) = vice { Some(*at) } else { None });
        let stops = [cut, fails].into_iter().flatten().filter(|at| *at <= next).min();
        self.erase(so_far, stops.unwrap_or(next), leaves);
        self.work = match stops {
            None if next >= 1000 => Work::Done,
            None => Work::Running(next, leaves),
            Some(at) if cut == Some(at) => {
                self.has_power = false;
                self.work = Work::Running(at, leaves);
                return Err(gone());
            }
            Some(_failed) => Work::Failed(leaves),
        };
        Ok(())
    }

    /// Erases to the end in one command. Errors: the power went.
    pub(super) fn run(&mut self, leaves: Leaves) -> io::Result<()> {
        self.begin(leaves);
        while matches!(self.work, Work::Running(..)) {
            let before = self.work;
            self.go_on()?;
            if self.work == before {
                // Stuck: the host gives up.
                return Err(io::Error::from_raw_os_error(110));
            }
        }
        Ok(())
    }

    fn erase(&mut self, from: u16, to: u16, leaves: Leaves) {
        if self.has(&Vice::ErasesNothing) {
            return;
        }
        let place = |per_mille: u16| {
            self.cells.size() / 1000 * u64::from(per_mille) + self.cells.size() % 1000 * u64::from(per_mille) / 1000
        };
        let (from, to) = (place(from), place(to.max(from)));
        let after = self.find(|vice| if let Vice::AfterErase(bytes) = vice { Some(*bytes) } else { None });
        let ground = match (after, leaves) {
            (Some(bytes), _) => Ground::Pattern(bytes),
            (None, Leaves::Zeros) => Ground::Fill(0),
            (None, Leaves::Noise) => Ground::Noise,
        };
        self.leave(from..to, &ground);
    }

    fn leave(&mut self, range: Range<u64>, ground: &Ground) {
        let kept = self.find(|vice| if let Vice::ErasesAllBut(kept) = vice { Some(kept.clone()) } else { None });
        let kept = kept.unwrap_or(0..0);
        if kept.start >= range.end || kept.end <= range.start {
            self.cells.erase(range, ground);
        } else {
            self.cells.erase(range.start..kept.start.max(range.start), ground);
            self.cells.erase(kept.end.min(range.end)..range.end, ground);
        }
    }

    /// Where a piece really lies, and how much of it lies there in a row.
    fn place(&self, at: u64, length: usize) -> (u64, usize) {
        let real = self.find(|vice| if let Vice::Wraps(real) = vice { Some(*real) } else { None });
        real.map_or((at, length), |real| (at % real, length.min(index(real - at % real))))
    }

    fn may_move(&self, at: u64, buffer: &[u8]) -> io::Result<()> {
        let block = u64::from(self.block);
        let whole = at.is_multiple_of(block) && (buffer.len() as u64).is_multiple_of(block);
        if !whole || !buffer.as_ptr().addr().is_multiple_of(512) {
            return Err(io::Error::from_raw_os_error(22));
        }
        let barred = matches!(self.work, Work::Running(..) | Work::Failed(_)) || self.has(&Vice::Locked);
        if barred { Err(io::Error::from_raw_os_error(5)) } else { Ok(()) }
    }

    pub(super) fn read(&mut self, at: Bytes, into: &mut [u8], size: Bytes) -> io::Result<usize> {
        self.enter()?;
        self.may_move(at.0, into)?;
        let length = into.len().min(index(size.less(at).0));
        if self.has(&Vice::ReadsZero) {
            into[..length].fill(0);
            return Ok(length);
        }
        let (place, length) = self.place(at.0, length);
        self.cached.as_ref().unwrap_or(&self.cells).read(place, &mut into[..length]);
        Ok(length)
    }

    pub(super) fn write(&mut self, at: Bytes, from: &[u8], size: Bytes) -> io::Result<usize> {
        self.enter()?;
        self.may_move(at.0, from)?;
        let length = from.len().min(index(size.less(at).0));
        let (place, length) = self.place(at.0, length);
        self.cells.write(place, &from[..length]);
        if let Some(cached) = &mut self.cached {
            cached.write(place, &from[..length]);
        }
        Ok(length)
    }
}
