//! What a wipe and a write share: their lease, going on with an earlier start, and an end that must not be lost in silence.
//!
//! Invariants: the lease is held before the earlier start is looked up; a job goes on only on its own disk of its own device,
//! only if it did not end well, and only if no other job has written to the disk since.

#![expect(clippy::wildcard_enum_match_arm, reason = "only starts and ends of jobs matter here")]

use super::bench::{Bench, Found};
use crate::custody::JobFile;
use crate::event::disk::WipeResult;
use crate::event::image::ImageResult;
use crate::event::{Fact, Kind};
use crate::port::{Failure, Lease, Line, Recorded, Trouble};
use crate::unit::{Bytes, Digest, JobId};
use crate::word::say;

/// An earlier start that may be gone on with.
pub(super) struct Earlier {
    /// Its leaf hash.
    pub(super) leaf: Digest,
    /// What it said.
    pub(super) fact: Fact,
    /// The job's last durable mark.
    pub(super) mark: Bytes,
}

/// The lease of a job, held until dropped. Errors: somebody runs the job now.
pub(super) fn lease(bench: &Bench<'_>, job: &JobId) -> Result<Box<dyn Lease>, Failure> {
    bench.leases.take(job)?.ok_or_else(|| {
        Failure::new(Trouble::TryAgain, say!("job-running", job = job.as_str())).hint(say!("ledger-busy-hint"))
    })
}

/// Nothing of that job is left to do on that disk of that device.
pub(super) fn not_here(job: &JobId) -> Failure {
    Failure::new(Trouble::Usage, say!("job-not-here", job = job.as_str())).hint(say!("job-not-here-hint"))
}

/// The last start of `job` on the disk called `key` of the device.
pub(super) fn earlier(bench: &Bench<'_>, found: &Found, key: &str, job: &JobId) -> Result<Earlier, Failure> {
    let file = bench.index.get::<JobFile>(job)?.filter(|file| file.device == found.id && file.key == key);
    let file = file.ok_or_else(|| not_here(job))?;
    if bench.left_behind()?.iter().any(|(left, _)| left == job) {
        let what = say!("job-left-behind", job = job.as_str());
        return Err(Failure::new(Trouble::No, what).hint(say!("job-left-behind-hint")));
    }
    let lines = bench.index.history(&found.id)?;
    let ended_well = |fact: &Fact| match fact {
        Fact::WipeEnded(ended) => ended.started == file.started && ended.result == WipeResult::Erased,
        Fact::ImageEnded(ended) => ended.started == file.started && ended.result == ImageResult::Written,
        _other => false,
    };
    if lines.iter().any(|line| ended_well(&line.event.fact)) {
        return Err(not_here(job));
    }
    if is_overtaken(&lines, &file) {
        let what = say!("job-overtaken", job = job.as_str());
        return Err(Failure::new(Trouble::No, what).hint(say!("job-overtaken-hint")));
    }
    let start = lines.into_iter().find(|line| line.leaf == file.started).ok_or_else(|| not_here(job))?;
    let mark = bench.marks.borrow().last(job)?.unwrap_or(Bytes::ZERO);
    Ok(Earlier { leaf: file.started, fact: start.event.fact, mark })
}

/// Whether another job has begun to write to the same disk since; `lines` is the device's history.
pub(super) fn is_overtaken(lines: &[Line], file: &JobFile) -> bool {
    let later = lines.iter().skip_while(|line| line.leaf != file.started).skip(1);
    later.into_iter().any(|line| match &line.event.fact {
        Fact::WipeStarted(started) => started.key == file.key,
        Fact::ImageStarted(started) => started.key == file.key,
        _other => false,
    })
}

/// Records how a job ended. Where the ledger cannot take it, that is said together with what became of the disk: the job
/// stays unfinished in the ledger, and can be gone on with.
pub(super) fn record_end<F: Kind>(
    bench: &Bench<'_>,
    found: &Found,
    job: &JobId,
    end: F,
) -> Result<Recorded<F>, Failure> {
    bench.record(Some(&found.id), end).map_err(|failure| {
        let what = say!("job-end-unrecorded", job = job.as_str(), why = failure.what.clone());
        Failure { what, hint: Some(say!("job-end-unrecorded-hint", job = job.as_str())), ..failure }
    })
}
