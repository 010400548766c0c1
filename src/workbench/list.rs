//! Finding devices, and what stands where.

use super::bench::Bench;
use crate::custody::{Stage, Summary, Today, Wanted};
use crate::port::{Failure, Trouble};
use crate::unit::Moment;
use crate::word::say;
use std::collections::BTreeMap;

/// A day at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayView {
    /// A moment of that day.
    pub at: Moment,
    /// What was done in it.
    pub today: Today,
    /// How many devices stand at each stage now.
    pub stages: BTreeMap<Stage, u64>,
}

/// The devices whose words begin as those of `text`, the newest change first, at most `most`, and whether there are more.
///
/// Errors: nothing to look for.
pub fn find(bench: &Bench<'_>, text: &str, most: u32) -> Result<(Vec<Summary>, bool), Failure> {
    if Wanted::read(text).is_none() {
        return Err(Failure::new(Trouble::Usage, say!("find-nothing-asked")).hint(say!("find-nothing-asked-hint")));
    }
    let mut found = bench.index.find(text, most.saturating_add(1))?;
    let more = found.len() > most as usize;
    found.truncate(most as usize);
    Ok((found, more))
}

/// What was done today, in Vietnam, and what stands where now.
pub fn day(bench: &Bench<'_>) -> Result<DayView, Failure> {
    let at = bench.clock.now();
    Ok(DayView { at, today: bench.index.today(at)?, stages: bench.index.stages()? })
}
