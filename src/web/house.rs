//! What the page needs of the station, asked from several threads.

use crate::event::By;
use crate::port::Failure;
use crate::unit::Moment;
use crate::word::{Lang, Words};
use crate::workbench::Bench;
use std::time::Duration;

/// Work at a bench.
pub type Work<'a> = &'a mut dyn FnMut(&Bench<'_>) -> Result<(), Failure>;

/// The station behind the page.
pub trait House: Send + Sync {
    /// Does `work` at a bench of its own, with that person at it.
    fn at_bench(&self, by: &By, work: Work<'_>) -> Result<(), Failure>;
    /// The words of that language, the station's own first.
    fn words(&self, lang: Lang) -> Result<Words, Failure>;
    /// The time of day.
    fn now(&self) -> Moment;
    /// Time passed since some fixed point, with the time the machine slept.
    fn passed(&self) -> Duration;
    /// 128 random bits.
    fn random(&self) -> [u8; 16];
}
