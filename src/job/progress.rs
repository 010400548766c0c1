//! Progress of one phase: a state folded with the time passed in.
//!
//! Invariants: the meter never looks at a clock; the first and the last progress of a phase always come out, others at
//! most ten times a second; the rate is that of the last few seconds, so that it follows a disk that slows down.

use super::news::Phase;
use crate::unit::Bytes;
use std::collections::VecDeque;
use std::time::Duration;

const THIN: Duration = Duration::from_millis(100);
const WINDOW: Duration = Duration::from_secs(5);

/// How far a phase is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which phase.
    pub phase: Phase,
    /// Bytes done, earlier runs of the job included.
    pub done: Bytes,
    /// Bytes to do in all.
    pub total: Bytes,
    /// Bytes per second over the last few seconds; none until that is known.
    pub rate: Option<Bytes>,
    /// Time still needed at that rate; none until that is known.
    pub left: Option<Duration>,
}

/// Folds amounts and times into [`Progress`].
#[derive(Clone, Debug)]
pub struct Meter {
    phase: Phase,
    total: Bytes,
    shown: Duration,
    samples: VecDeque<(Duration, Bytes)>,
}

impl Meter {
    /// A phase begins at `now` with `done` of `total` bytes already done; its first progress.
    #[must_use]
    pub fn begin(phase: Phase, done: Bytes, total: Bytes, now: Duration) -> (Self, Progress) {
        let mut meter = Self { phase, total, shown: now, samples: VecDeque::new() };
        let first = meter.show(done, now);
        (meter, first)
    }

    /// `done` bytes are done at `now`: the progress to show, when enough time has passed since the last.
    pub fn advance(&mut self, done: Bytes, now: Duration) -> Option<Progress> {
        (now.saturating_sub(self.shown) >= THIN).then(|| self.show(done, now))
    }

    /// The phase ended at `now`, with `done` bytes done: its last progress.
    pub fn end(&mut self, done: Bytes, now: Duration) -> Progress {
        self.show(done, now)
    }

    fn show(&mut self, done: Bytes, now: Duration) -> Progress {
        self.shown = now;
        self.samples.push_back((now, done));
        // One sample at the far edge of the window stays, or a slow disk would have no rate at all.
        while self.samples.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= WINDOW) {
            self.samples.pop_front();
        }
        let rate = self.rate();
        let left =
            rate.filter(|rate| rate.0 > 0).map(|rate| Duration::from_secs(self.total.less(done).0.div_ceil(rate.0)));
        Progress { phase: self.phase, done, total: self.total, rate, left }
    }

    fn rate(&self) -> Option<Bytes> {
        let ((from, before), (to, after)) = (self.samples.front()?, self.samples.back()?);
        let nanos = to.saturating_sub(*from).as_nanos();
        let bytes = u128::from(after.less(*before).0);
        (nanos > 0).then(|| Bytes(u64::try_from(bytes * 1_000_000_000 / nanos).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn rate_follows_the_window_and_tells_the_time_left() {
        let (mut meter, first) = Meter::begin(Phase::Write, Bytes(0), Bytes(100_000), ms(0));
        assert_eq!((first.rate, first.left), (None, None));
        assert_eq!(meter.advance(Bytes(500), ms(99)), None);
        let early = meter.advance(Bytes(1000), ms(100)).expect("due");
        assert_eq!((early.rate, early.left), (Some(Bytes(10_000)), Some(Duration::from_secs(10))));
        for tick in 2..=20u64 {
            assert!(meter.advance(Bytes(1000 * tick), ms(100 * tick)).is_some());
        }
        // The disk slows down to a tenth: soon only the slow seconds count.
        for tick in 1..=60u64 {
            assert!(meter.advance(Bytes(20_000 + 100 * tick), ms(2000 + 100 * tick)).is_some());
        }
        let late = meter.end(Bytes(26_000), ms(8000));
        assert_eq!(late.rate, Some(Bytes(1000)));
        assert_eq!(late.left, Some(Duration::from_secs(74)));
    }

    #[test]
    fn a_stall_or_a_clock_that_stands_has_no_time_left() {
        let (mut meter, _) = Meter::begin(Phase::ReadBack, Bytes(7), Bytes(9), ms(5));
        assert_eq!(meter.end(Bytes(8), ms(5)).rate, None);
        let stalled =
            meter.advance(Bytes(8), ms(60_000)).and_then(|_| meter.advance(Bytes(8), ms(70_000))).expect("due");
        assert_eq!((stalled.rate, stalled.left), (Some(Bytes(0)), None));
    }

    proptest! {
        #[test]
        fn between_first_and_last_at_most_ten_a_second_come_out(steps in prop::collection::vec(0u64..80, 1..400)) {
            let (mut meter, _) = Meter::begin(Phase::Write, Bytes(0), Bytes(1 << 40), ms(0));
            let (mut now, mut shown) = (0, 0u64);
            for step in steps {
                now += step;
                shown += u64::from(meter.advance(Bytes(now), ms(now)).is_some());
            }
            prop_assert!(shown <= now / 100, "{shown} in {now} ms");
        }
    }
}
