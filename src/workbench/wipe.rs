//! Wiping a disk of a device, from the plan to the recorded end.

use super::bench::{Bench, Found};
use super::disk::{attachment, medium_seen, seen};
use super::health::{gate, health_seen};
use super::resume::{earlier, lease, not_here, record_end};
use crate::device::Medium;
use crate::event::Fact;
use crate::event::disk::{WipeEnded, WipeStarted};
use crate::job::{self, JobNews, Speed};
use crate::port::{Failure, Trouble};
use crate::reading::DiskHealth;
use crate::unit::{Bytes, Digest, JobId};
use crate::wipe::{CrossCheck, CrossFound, Gap, Method, Plan, default_for, method, plan};
use crate::word::say;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WipeOrder {
    /// Which disk: kernel name, path or serial.
    pub disk: String,
    /// Id of the method; none for the one that suits the medium.
    pub method: Option<String>,
    /// What the person typed to confirm.
    pub confirm: Option<String>,
    /// The job to go on with.
    pub resume: Option<JobId>,
    /// Whether another program reads the disk as well.
    pub cross_check: bool,
    /// Begin although the disk should be replaced.
    pub despite_health: bool,
}

/// A wipe that ended and was recorded, well or badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wiped {
    /// The recorded end.
    pub ended: WipeEnded,
    /// What an overwrite cannot reach on this medium.
    pub not_covered: Vec<Gap>,
    /// How the disk was before and after, with the reasons.
    pub health: [DiskHealth; 2],
    /// Its number in the ledger.
    pub seq: u64,
    /// Why it ended before its end, if it did.
    pub failure: Option<Failure>,
    /// The device now.
    pub found: Found,
}

fn chosen(medium: &Medium, id: Option<&str>) -> Result<&'static dyn Method, Failure> {
    let Some(id) = id else { return Ok(default_for(medium)) };
    method(id).ok_or_else(|| {
        let known: Vec<_> = crate::wipe::METHODS.iter().map(|method| method.id()).collect();
        Failure::new(Trouble::Usage, say!("wipe-method-unknown", method = id, known = known.join(", ")))
    })
}

/// What would be done. Touches nothing, records nothing.
pub fn plan_wipe(bench: &Bench<'_>, order: &WipeOrder) -> Result<Plan, Failure> {
    let disk = bench.pick_disk(&order.disk, None)?;
    let medium = bench.disks.medium(&disk);
    Ok(plan(&disk, &medium, chosen(&medium, order.method.as_deref())?))
}

struct Beginning {
    job: JobId,
    resumes: Option<Digest>,
    from: Bytes,
    method: &'static dyn Method,
    pattern_key: Option<Digest>,
}

fn fresh(bench: &Bench<'_>, job: JobId, method: &'static dyn Method) -> Beginning {
    Beginning {
        job,
        resumes: None,
        from: Bytes::ZERO,
        method,
        pattern_key: method.keyed().then(|| Digest(bench.chance.bytes())),
    }
}

fn resumed(bench: &Bench<'_>, found: &Found, key: &str, job: &JobId) -> Result<Beginning, Failure> {
    let earlier = earlier(bench, found, key, job)?;
    let Fact::WipeStarted(started) = earlier.fact else { return Err(not_here(job)) };
    Ok(Beginning {
        job: job.clone(),
        resumes: Some(earlier.leaf),
        from: earlier.mark,
        method: method(&started.method).ok_or_else(|| not_here(job))?,
        pattern_key: started.pattern_key,
    })
}

/// Arms, asks the disk how it is, records the start, wipes, reads everything back, asks again, records the end.
///
/// Errors: refused before the first byte, by the disk's own health too; or a ledger that could not be written. A wipe that
/// ran and failed is no error here: it is [`Wiped`] with its recorded result.
pub fn wipe(
    bench: &Bench<'_>,
    found: &Found,
    order: &WipeOrder,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> Result<Wiped, Failure> {
    let target = bench.target(found, &order.disk, order.confirm.as_deref(), None)?;
    let disk = target.armed.disk();
    let job = order.resume.clone().unwrap_or_else(|| JobId::from_random(bench.chance.bytes()));
    let _lease = lease(bench, &job)?;
    if order.cross_check {
        // Before the first byte: whoever asks for a second reader is not to miss it hours later.
        bench.second.name()?;
    }
    let medium = bench.disks.medium(disk);
    let beginning = match &order.resume {
        Some(job) => resumed(bench, found, &target.key, job)?,
        None => fresh(bench, job.clone(), chosen(&medium, order.method.as_deref())?),
    };
    let plan = plan(disk, &medium, beginning.method);
    let before = bench.health(disk);
    gate(disk, &before, order)?;
    let mut io = bench.disks.open(&target.armed)?;
    let started = bench.record_start(
        &found.id,
        target.bind,
        WipeStarted {
            job: beginning.job,
            resumes: beginning.resumes,
            from: beginning.from,
            method: beginning.method.id().to_owned(),
            pattern_key: beginning.pattern_key,
            key: target.key,
            disk: seen(disk),
            logical_block: disk.logical_block,
            attachment: attachment(disk),
            health_before: Some(health_seen(&before)),
            medium: Some(medium_seen(&medium)),
        },
    )?;
    let mut marks = bench.marks.borrow_mut();
    let mut speed = Speed::default();
    let mut hear = |told: JobNews| {
        speed.hear(&told);
        news(told);
    };
    let mut outcome = job::wipe(&started, io.as_mut(), marks.as_mut(), bench.clock, cancel, &mut hear);
    drop(marks);
    if order.cross_check && outcome.failure.is_none() && !outcome.cancelled {
        // Nobody else may write meanwhile: the disk is still ours alone.
        match job::cross_check(&started, io.as_mut(), &disk.path, bench.second, bench.clock, cancel, news) {
            Ok(check) => outcome.evidence.cross_check = check,
            Err(failure) => {
                let program = "?".to_owned();
                outcome.evidence.cross_check = Some(CrossCheck { program, found: CrossFound::Failed });
                outcome.failure = Some(failure);
            }
        }
        outcome.evidence.ended = bench.clock.now();
    }
    // As long as the disk is open, no other one gets its name.
    let after = bench.health(disk);
    drop(io);
    let ended = job::wipe_ended(&started, &outcome, &plan.not_covered, env!("CARGO_PKG_VERSION"));
    let ended = WipeEnded { health_after: Some(health_seen(&after)), speed: speed.seen(), ..ended };
    let recorded = record_end(bench, found, &job, ended)?;
    Ok(Wiped {
        ended: recorded.fact().clone(),
        not_covered: plan.not_covered,
        health: [before, after],
        seq: recorded.receipt().seq,
        failure: outcome.failure,
        found: bench.device(&found.id)?,
    })
}
