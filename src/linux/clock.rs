//! This machine's clock and randomness.
//!
//! Invariant: nobody ever gets weak randomness: where the kernel gives none, the program ends.

#![expect(clippy::disallowed_methods, reason = "time and randomness come in here")]

use crate::port::{Chance, Clock};
use crate::unit::Moment;
use crate::word::{Lang, Words, say};
use rustix::time::{ClockId, clock_gettime};
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

/// How often to ask again: an interrupted call is no reason to end.
const TRIES: u32 = 16;

/// The station's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    began: Instant,
}

impl SystemClock {
    /// A clock whose [`Clock::elapsed`] starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { began: Instant::now() }
    }

    /// Time passed since the machine was switched on, with the time it slept: [`Clock::elapsed`] stands still meanwhile.
    #[must_use]
    pub fn with_sleep(&self) -> Duration {
        Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        // A clock before 1970 is shown as 1970: the ledger's order does not come from it.
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Moment::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// The kernel's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsChance;

impl Chance for OsChance {
    fn fill(&self, bytes: &mut [u8]) {
        if (0..TRIES).any(|_try| getrandom::fill(bytes).is_ok()) {
            return;
        }
        for words in [Lang::Vi, Lang::En].into_iter().filter_map(|lang| Words::new(lang, None).ok()) {
            let _closed = writeln!(std::io::stderr(), "{}", words.say(&say!("no-randomness")));
        }
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_counts_sleep_is_the_one_of_the_kernels_uptime() {
        let uptime = || {
            let text = std::fs::read_to_string("/proc/uptime").expect("Linux");
            Duration::from_secs_f64(text.split(' ').next().and_then(|up| up.parse().ok()).expect("seconds"))
        };
        let hundredth = Duration::from_millis(10);
        let (before, here, after) = (uptime(), SystemClock::new().with_sleep(), uptime());
        assert!(here + hundredth >= before && here <= after + hundredth, "{before:?} {here:?} {after:?}");
    }

    #[test]
    fn time_goes_on_and_randomness_is_not_constant() {
        let clock = SystemClock::new();
        assert!(clock.now() > Moment::from_unix_millis(1_700_000_000_000));
        let first = clock.elapsed();
        assert!((0..10_000_000).any(|_look| clock.elapsed() > first), "the clock stands still");
        let chance: &dyn Chance = &OsChance;
        assert_ne!(chance.bytes::<32>(), chance.bytes::<32>());
        assert_ne!(chance.bytes::<32>(), [0; 32]);
    }
}
