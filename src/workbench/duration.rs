//! How long a wipe will take, in words; and the speed at which that very disk went last time.
//!
//! Invariant: an estimate is never said without "about" and what it is reckoned from.

use super::bench::Bench;
use super::disk::DiskView;
use super::running::time_left;
use crate::event::Fact;
use crate::event::disk::{WipeEnded, WipeStarted};
use crate::port::{Failure, Line};
use crate::unit::{Bytes, JobId};
use crate::wipe::{Basis, Estimate, Pace, Plan, Undertaking, estimate};
use crate::word::{Sentence, say};

/// About how long the plan takes on that disk, from what is written already to its end; none where nothing tells.
#[must_use]
pub fn plan_time(view: &DiskView, plan: &Plan, from: Bytes, cross_check: bool) -> Option<Estimate> {
    let work = Undertaking { method: plan.method.id(), size: plan.size, from, cross_check };
    estimate(work, &view.medium, view.pace)
}

/// That time in words.
#[must_use]
pub fn time_sentence(found: Option<Estimate>) -> Sentence {
    let Some(Estimate { time, basis }) = found else { return say!("plan-time-unknown") };
    let basis = match basis {
        Basis::Drive => say!("plan-time-drive"),
        Basis::LastTime => say!("plan-time-last"),
        Basis::Kind => say!("plan-time-kind"),
    };
    say!("plan-time", time = time_left(time), basis = basis)
}

impl Bench<'_> {
    /// What that job has written for sure; nothing where none is named.
    pub fn written(&self, job: Option<&JobId>) -> Result<Bytes, Failure> {
        let mark = job.map(|job| self.marks.borrow().last(job)).transpose()?;
        Ok(mark.flatten().unwrap_or_default())
    }
}

/// How fast the disk of that key went at its last wipe that was connected the same way, of a device's history.
pub(super) fn last_pace(history: &[Line], key: &str, bus: &str) -> Option<Pace> {
    let ends = history.iter().rev().filter_map(|line| ended(&line.event.fact)).filter(|end| end.key == key);
    let connected = |end: &&WipeEnded| {
        let start = history.iter().find(|line| line.leaf == end.started);
        start.and_then(|line| started(&line.event.fact)).is_some_and(|start| start.disk.bus == bus)
    };
    ends.filter(connected).find_map(|end| {
        let speed = end.speed.as_ref()?;
        Pace::of_curves(&speed.write, &speed.read_back)
    })
}

const fn ended(fact: &Fact) -> Option<&WipeEnded> {
    if let Fact::WipeEnded(ended) = fact { Some(ended) } else { None }
}

const fn started(fact: &Fact) -> Option<&WipeStarted> {
    if let Fact::WipeStarted(started) = fact { Some(started) } else { None }
}
