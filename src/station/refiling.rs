//! What is said while the summaries are made anew, which takes minutes with a million records: nobody should take it for a
//! hang, and pull the plug.

use crate::cli::Out;
use crate::linux::SystemClock;
use crate::port::Clock;
use crate::word::say;
use std::time::Duration;

/// What is done sooner than this is not spoken of.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a number is shown.
const TICK: Duration = Duration::from_millis(250);

/// Says how many records are filed.
pub(super) struct Refiling<'a, 'o> {
    out: &'a mut Out<'o>,
    clock: SystemClock,
    next: Duration,
    has_spoken: bool,
}

impl<'a, 'o> Refiling<'a, 'o> {
    pub(super) fn new(out: &'a mut Out<'o>) -> Self {
        let clock = SystemClock::new();
        Self { out, next: PATIENCE, clock, has_spoken: false }
    }

    /// What [`crate::store::Store::rebuild`] is to tell.
    pub(super) fn seen(mut self) -> impl FnMut(u64, u64) {
        move |done, all| self.hear(done, all)
    }

    fn hear(&mut self, done: u64, all: u64) {
        let now = self.clock.elapsed();
        let is_last = done == all && self.has_spoken;
        if now < self.next && !is_last {
            return;
        }
        self.next = now + TICK;
        if !self.has_spoken {
            self.has_spoken = true;
            self.out.progress(&say!("refiling-begins"), true);
        }
        self.out.progress(&say!("refiling", done = done, all = all), is_last);
    }
}
