//! Time and randomness come in here only.

use crate::unit::Moment;
use std::cell::Cell;
use std::time::Duration;

/// The station's clock.
pub trait Clock {
    /// The time of day, which may step.
    fn now(&self) -> Moment;
    /// Time passed since some fixed point, which never steps back.
    fn elapsed(&self) -> Duration;
    /// Returns after that time.
    fn wait(&self, time: Duration);
}

/// Randomness fit for keys and ids.
pub trait Chance {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Chance + '_ {
    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

/// A clock that stands still until told, or goes on by a fixed step at each look.
#[derive(Debug)]
pub struct FakeClock {
    now: Cell<Moment>,
    elapsed: Cell<Duration>,
    step: Duration,
}

impl FakeClock {
    /// A clock that shows `start` and goes on by `step` at each look at [`Clock::elapsed`] or [`Clock::now`].
    #[must_use]
    pub const fn new(start: Moment, step: Duration) -> Self {
        Self { now: Cell::new(start), elapsed: Cell::new(Duration::ZERO), step }
    }

    /// Sets the time of day.
    pub fn set(&self, now: Moment) {
        self.now.set(now);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Moment {
        let now = self.now.get();
        self.now.set(now.plus(self.step));
        now
    }

    fn elapsed(&self) -> Duration {
        let elapsed = self.elapsed.get();
        self.elapsed.set(elapsed + self.step);
        elapsed
    }

    fn wait(&self, time: Duration) {
        self.now.set(self.now.get().plus(time));
        self.elapsed.set(self.elapsed.get() + time);
    }
}

/// The same bytes in every run: for tests only.
#[derive(Debug)]
pub struct SeededChance {
    seed: [u8; 32],
    taken: Cell<u64>,
}

impl SeededChance {
    /// The stream of that seed.
    #[must_use]
    pub const fn new(seed: u8) -> Self {
        Self { seed: [seed; 32], taken: Cell::new(0) }
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut stream = blake3::Hasher::new_keyed(&self.seed).finalize_xof();
        stream.set_position(self.taken.get());
        stream.fill(bytes);
        self.taken.set(stream.position());
    }
}
