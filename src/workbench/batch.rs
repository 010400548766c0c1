//! When the lot that is worked on will be done: reckoned from how long its machines took so far, how many are left, and how
//! many are worked on at once.
//!
//! Invariant: nothing is said without "about" and what it is reckoned from, and nothing at all where no machine of the lot was
//! wiped and imaged yet or nobody is at work.

use super::bench::Bench;
use crate::custody::{ChainFile, OpenJobs, Slot, Stage, StickFile};
use crate::event::Fact;
use crate::port::{Failure, Filter, Line};
use crate::unit::{Digest, JobId, LotId, Moment};
use crate::word::{Sentence, say};
use std::time::Duration;

/// As many of the lot's machines tell how long one takes: those that changed last.
const MEASURED: usize = 8;
/// More devices than any lot has.
const MOST: u32 = 2_000;
/// More sticks than any team has.
const STICKS: u32 = 1_000;

/// When a lot will be done, and what that is reckoned from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The lot.
    pub lot: LotId,
    /// How many of its machines are not imaged yet, those on hold left out.
    pub left: u64,
    /// Jobs that run at this station.
    pub jobs: u64,
    /// Sticks that went out today.
    pub sticks: u64,
    /// How long a machine takes to be wiped and imaged: the one in the middle.
    pub each: Duration,
    /// Of how many machines that is known.
    pub measured: u64,
    /// When it is done.
    pub until: Moment,
}

impl Batch {
    /// In few words.
    #[must_use]
    pub fn brief(&self) -> Sentence {
        say!("batch-brief", at = self.at())
    }

    /// With all that it is reckoned from.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        say!(
            "batch-line",
            at = self.at(),
            left = self.left,
            each = super::running::time_left(self.each),
            measured = self.measured,
            jobs = self.jobs,
            sticks = self.sticks,
        )
    }

    /// The time of day, to the minute.
    fn at(&self) -> String {
        self.until.local().get(11..16).unwrap_or_default().to_owned()
    }
}

/// When the lot will be done that was received into last; none where nothing tells, or not today.
pub fn batch(bench: &Bench<'_>) -> Result<Option<Batch>, Failure> {
    let (jobs, sticks) = (running(bench)?, sticks_out(bench)?);
    let Some(last) = bench.index.last_received()?.filter(|_| jobs + sticks > 0) else { return Ok(None) };
    let of_lot = Filter { lot: Some(last.lot.clone()), ..Filter::default() };
    let devices = bench.index.page(&of_lot, None, MOST)?;
    let waits = |stage: Stage| stage < Stage::Imaged;
    let left = devices.iter().filter(|one| waits(one.stage) && !one.held && !one.quarantined).count() as u64;
    let mut took = Vec::new();
    for device in devices.iter().filter(|one| !waits(one.stage)).take(MEASURED) {
        took.extend(work_time(&bench.index.history(&device.device)?));
    }
    took.sort_unstable();
    let Some(each) = took.get(took.len() / 2).copied().filter(|_| left > 0) else { return Ok(None) };
    let now = bench.clock.now();
    let until = done_at(now, left, jobs + sticks, each);
    let is_today = until.local_day() == now.local_day();
    let measured = took.len() as u64;
    Ok(is_today.then_some(Batch { lot: last.lot, left, jobs, sticks, each, measured, until }))
}

/// When so many machines are done, so many of them at once.
fn done_at(now: Moment, left: u64, at_once: u64, each: Duration) -> Moment {
    let rounds = u32::try_from(left.div_ceil(at_once.max(1))).unwrap_or(u32::MAX);
    now.plus(each.saturating_mul(rounds))
}

/// Jobs that somebody runs here now.
fn running(bench: &Bench<'_>) -> Result<u64, Failure> {
    let mut running = 0;
    for id in bench.index.get::<OpenJobs>("")?.unwrap_or_default().disks.into_keys() {
        if let Ok(job) = id.parse::<JobId>() {
            running += u64::from(bench.leases.is_held(&job)?);
        }
    }
    Ok(running)
}

/// Sticks that count, and that were made or home today: they are at work.
fn sticks_out(bench: &Bench<'_>) -> Result<u64, Failure> {
    let (now, revoked) = (bench.clock.now(), bench.station()?.revoked_keys);
    let mut out = 0;
    for (key, text) in bench.index.drawers(StickFile::KIND, "", STICKS)? {
        let Ok(stick) = serde_json::from_str::<StickFile>(&text) else { continue };
        let is_trusted = stick.until > now && !key.parse::<Digest>().is_ok_and(|key| revoked.contains(&key));
        let since = bench.index.get::<ChainFile>(&stick.station)?.map_or(stick.enrolled_at, |file| file.taken_at);
        out += u64::from(is_trusted && since.local_day() == now.local_day());
    }
    Ok(out)
}

/// How long the machine's last wipe and image took together, by its own records; none where one of them is missing.
fn work_time(history: &[Line]) -> Option<Duration> {
    let began = |leaf: Digest| history.iter().find(|line| line.leaf == leaf).map(|line| line.event.at);
    let (mut wipe, mut image) = (None, None);
    for line in history {
        if let Fact::WipeEnded(ended) = &line.event.fact {
            wipe = began(ended.started).map(|began| line.event.at.since(began));
        }
        if let Fact::ImageEnded(ended) = &line.event.fact {
            image = began(ended.started).map(|began| line.event.at.since(began));
        }
    }
    wipe.zip(image).map(|(wipe, image)| wipe + image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_done_in_rounds_of_as_many_as_are_worked_on_at_once() {
        let now = Moment::from_unix_millis(1_795_206_965_000);
        let each = Duration::from_mins(30);
        let after = |left, at_once| done_at(now, left, at_once, each).since(now).as_secs() / 60;
        assert_eq!((after(1, 5), after(5, 5), after(6, 5), after(40, 5)), (30, 30, 60, 240));
        assert_eq!(after(3, 0), 90, "nobody at work counts as one");
    }
}
