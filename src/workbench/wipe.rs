//! Wiping a disk of a device, from the plan to the recorded end.

use super::bench::{Bench, Found};
use super::disk::{attachment, medium_seen, seen};
use super::health::{gate, health_seen};
use super::resume::{earlier, lease, not_here, record_end};
use super::untouched::{note, stands};
use crate::device::{Bar, Disk, Erase, Medium, bar_sentence};
use crate::drive::erasing::ERASE_PASSWORD;
use crate::event::Fact;
use crate::event::disk::{WipeEnded, WipeStarted};
use crate::job::{self, JobNews, Pace, Run, Speed};
use crate::port::{Failure, Trouble};
use crate::reading::DiskHealth;
use crate::unit::{Bytes, Digest, JobId, Secret};
use crate::wipe::{CrossCheck, CrossFound, Gap, Method, Plan, Way, default_for, method, plan};
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
    /// What the label of an Opal drive says (PSID).
    pub psid: Option<Secret>,
    /// The password that an ATA security erase sets for a while was written down.
    pub password_noted: bool,
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

/// Refuses a method that this drive does not offer, with the reason, and one that can leave it locked until somebody says
/// that they wrote down what unlocks it. A job that is gone on with may find its own erase running, or its own password.
fn refuse_barred(disk: &Disk, medium: &Medium, method: &dyn Method, order: &WipeOrder) -> Result<(), Failure> {
    let Way::Firmware(erase) = method.way() else {
        return Ok(());
    };
    let bar = medium.offer(erase).map_or(Some(Bar::NotThere), |offer| offer.bar);
    let goes_on = order.resume.is_some();
    let is_ours = match bar {
        None => true,
        Some(Bar::Busy) => goes_on,
        // Whether a drive knows its PSID, only the revert itself tells.
        Some(Bar::NotAsked) => erase == Erase::OpalPsidRevert,
        Some(Bar::Locked | Bar::PasswordSet) => goes_on && erase.can_lock(),
        Some(Bar::NotThere | Bar::Frozen | Bar::OverUsb | Bar::Doubted | Bar::OtherNamespaces) => false,
    };
    if let Some(bar) = bar.filter(|_| !is_ours) {
        let what = say!("erase-barred", disk = disk.name.as_str(), method = method.id(), why = bar_sentence(bar));
        let hint = if bar == Bar::Frozen { say!("erase-barred-frozen-hint") } else { say!("erase-hint-overwrite") };
        return Err(Failure::new(Trouble::No, what).hint(hint));
    }
    if erase == Erase::OpalPsidRevert && order.psid.is_none() {
        let what = say!("erase-psid", disk = disk.name.as_str());
        return Err(Failure::new(Trouble::Usage, what).hint(say!("erase-psid-hint")));
    }
    if erase.can_lock() && !order.password_noted {
        let what = say!("erase-password", disk = disk.name.as_str(), password = ERASE_PASSWORD);
        return Err(Failure::new(Trouble::No, what).hint(say!("erase-password-hint")));
    }
    Ok(())
}

/// Another program reads what this one put there: what a drive leaves behind, nobody can tell it beforehand.
fn refuse_cross_check(method: &dyn Method, order: &WipeOrder) -> Result<(), Failure> {
    match method.way() {
        Way::Firmware(_) | Way::Discard if order.cross_check => {
            let what = say!("erase-no-cross-check", method = method.id());
            Err(Failure::new(Trouble::Usage, what).hint(say!("erase-no-cross-check-hint")))
        }
        Way::Overwrite(_) | Way::Firmware(_) | Way::Discard => Ok(()),
    }
}

/// What would be done. Touches nothing, records nothing.
pub fn plan_wipe(bench: &Bench<'_>, order: &WipeOrder) -> Result<Plan, Failure> {
    let disk = bench.pick_disk(&order.disk, None)?;
    let medium = bench.disks.medium(&disk);
    let method = chosen(&medium, order.method.as_deref())?;
    // The plan of a security erase tells the password that is to be written down.
    refuse_barred(&disk, &medium, method, &WipeOrder { password_noted: true, ..order.clone() })?;
    refuse_cross_check(method, order)?;
    Ok(plan(&disk, &medium, method))
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
    let medium = bench.disks.medium(disk);
    let beginning = match &order.resume {
        Some(job) => resumed(bench, found, &target.key, job)?,
        None => fresh(bench, job.clone(), chosen(&medium, order.method.as_deref())?),
    };
    refuse_barred(disk, &medium, beginning.method, order)?;
    refuse_cross_check(beginning.method, order)?;
    if order.cross_check {
        // Before the first byte: whoever asks for a second reader is not to miss it hours later.
        bench.second.name()?;
    }
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
            namespace: medium.namespace.filter(|_| matches!(beginning.method.way(), Way::Firmware(_))),
            health_before: Some(health_seen(&before)),
            medium: Some(medium_seen(&medium)),
            site: bench.site.clone(),
        },
    )?;
    let mut marks = bench.marks.borrow_mut();
    let mut speed = Speed::default();
    let mut hear = |told: JobNews| {
        speed.hear(&told);
        news(told);
    };
    let (pace, psid) = (Pace::default(), order.psid.as_ref());
    let mut run =
        Run { io: io.as_mut(), marks: marks.as_mut(), clock: bench.clock, cancel, news: &mut hear, pace, psid };
    let mut outcome = job::wipe_with(&started, &mut run);
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
    let stands = stands(disk, io.as_mut());
    drop(io);
    let ended = job::wipe_ended(&started, &outcome, &plan.not_covered, env!("CARGO_PKG_VERSION"));
    let ended = WipeEnded { health_after: Some(health_seen(&after)), speed: speed.seen(), ..ended };
    note(bench, &ended, stands.as_deref());
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
