//! The jobs that do not run: those that did not come to their end, and those that ended today.
//!
//! Invariant: an end stands here as it is recorded, whoever's screen the job ran on.

use super::bench::Bench;
use super::history::event_sentence;
use super::inspect_page::Weight;
use super::interrupted::{Interrupted, interrupted};
use crate::event::Fact;
use crate::event::disk::WipeResult;
use crate::event::image::ImageResult;
use crate::port::Failure;
use crate::unit::{DeviceId, Moment};
use crate::word::Sentence;

/// The most devices, the last touched first, that are looked through for ends of today.
const DEVICES: u32 = 100;

/// The jobs that do not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobsView {
    /// Those that can be gone on with, the newest first.
    pub interrupted: Vec<Interrupted>,
    /// Those that ended today, the newest first.
    pub ended: Vec<JobEnd>,
}

/// A job that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobEnd {
    /// When that was recorded.
    pub at: Moment,
    /// The device.
    pub device: DeviceId,
    /// Its tag.
    pub name: String,
    /// The kind of the record of its end.
    pub kind: String,
    /// What it came to.
    pub what: Sentence,
    /// Whether that is good.
    pub weight: Weight,
}

/// Reads them. Errors: ledger or disks cannot be read.
pub fn jobs_view(bench: &Bench<'_>) -> Result<JobsView, Failure> {
    let today = bench.clock.now().local_day();
    let mut ended = Vec::new();
    for summary in bench.index.recent(DEVICES)? {
        // The last touched come first: none behind was touched today either.
        if summary.changed_at.local_day() != today {
            break;
        }
        let found = bench.device(&summary.device)?;
        for line in bench.index.history(&summary.device)? {
            let Some(weight) = weight(&line.event.fact).filter(|_| line.event.at.local_day() == today) else {
                continue;
            };
            let (what, device) = (event_sentence(&line.event.fact), summary.device.clone());
            let kind = line.event.fact.kind().to_owned();
            ended.push(JobEnd { at: line.event.at, device, name: found.name(), kind, what, weight });
        }
    }
    ended.sort_by_key(|end| std::cmp::Reverse(end.at));
    Ok(JobsView { interrupted: interrupted(bench)?, ended })
}

/// How the end of a job is; none where it is no end of one.
#[expect(clippy::wildcard_enum_match_arm, reason = "two kinds end a job")]
fn weight(fact: &Fact) -> Option<Weight> {
    match fact {
        Fact::WipeEnded(ended) => Some(match &ended.result {
            WipeResult::Erased => Weight::Good,
            WipeResult::Cancelled => Weight::Warn,
            WipeResult::ErasedWithExceptions | WipeResult::NotErased => Weight::Bad,
        }),
        Fact::ImageEnded(ended) => Some(match &ended.result {
            ImageResult::Written => Weight::Good,
            ImageResult::Cancelled => Weight::Warn,
            ImageResult::NotWritten => Weight::Bad,
        }),
        _ => None,
    }
}
