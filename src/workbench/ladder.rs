//! The ladder of a device: nhận → kiểm tra → sửa → xóa → cài → thử → sẵn sàng, with the next step and what stands in its
//! way.
//!
//! Invariants: exactly one rung is next or blocked until all are done; a reason is always a rule's own. There is something
//! to repair where an inspection said that it is not good enough, or a repair did not end; nobody is kept from going on
//! with another step by that.

use super::bench::Bench;
use super::fit::is_unfitted;
use super::world::Liftable;
use crate::custody::{DeviceFile, Refusal};
use crate::event::disk::{AttachmentSeen, DiskSeen, WipeStarted};
use crate::event::handover::DeviceAllocated;
use crate::event::inspection::{FunctionTested, Verdict};
use crate::event::repair::RepairOutcome;
use crate::event::{About, Event, Fact};
use crate::port::Failure;
use crate::unit::{Bytes, DeviceId, JobId, RecipientId};
use crate::word::{Sentence, say};

/// A step of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// nhận
    Receive,
    /// kiểm tra
    Inspect,
    /// sửa
    Repair,
    /// xóa
    Wipe,
    /// cài
    Image,
    /// thử
    Check,
    /// sẵn sàng
    Ready,
}

/// How a step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was done.
    Done,
    /// It is the one to do now.
    Next,
    /// It would be next, but for this.
    Blocked(Sentence),
    /// It would be next, but not for whoever is at the bench; why not.
    SignIn(Sentence),
    /// It comes later.
    Later,
}

/// One step with its standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The step.
    pub step: Step,
    /// How it stands.
    pub standing: Standing,
    /// How far it is.
    pub note: Option<Sentence>,
}

/// What the rules forbid a device now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forbidden {
    /// To have its disks written.
    pub write: Option<Sentence>,
    /// To be given away.
    pub give: Option<Sentence>,
    /// To have its disks written by whoever is at the bench.
    pub writer: Option<Sentence>,
    /// To have its functions tested by whoever is at the bench.
    pub tester: Option<Sentence>,
    /// Not forbidden, but left undone: an image that is on a disk of it is still to be fitted.
    pub unfitted: bool,
}

/// Every step, in order.
const STEPS: [Step; 7] =
    [Step::Receive, Step::Inspect, Step::Repair, Step::Wipe, Step::Image, Step::Check, Step::Ready];
/// Rules about giving that depend on the pupil, not on the device.
const PUPILS: [&str; 3] = ["give-one-pupil", "give-once", "give-allocated-first"];
/// Rules about who acts and where, not about the device.
const PEOPLE: [&str; 6] = ["person-known", "person-active", "role-may", "signed-in", "phone-door", "stick-kinds"];

impl Step {
    /// What people call it.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Receive => say!("step-receive"),
            Self::Inspect => say!("step-inspect"),
            Self::Repair => say!("step-repair"),
            Self::Wipe => say!("step-wipe"),
            Self::Image => say!("step-image"),
            Self::Check => say!("step-check"),
            Self::Ready => say!("step-ready"),
        }
    }
}

/// The ladder of a device.
#[must_use]
pub fn ladder(file: &DeviceFile, forbidden: &Forbidden) -> Vec<Rung> {
    let mut is_open = false;
    let rung = |step: Step| {
        let unfitted = step == Step::Image && forbidden.unfitted;
        let standing = match (is_done(step, file) && !unfitted, is_open) {
            (true, _) => Standing::Done,
            (false, true) => Standing::Later,
            (false, false) => {
                is_open = true;
                let person = person(step, forbidden).map_or(Standing::Next, Standing::SignIn);
                stop(step, file, forbidden).map_or(person, Standing::Blocked)
            }
        };
        let fit = unfitted.then(|| say!("ladder-unfitted"));
        Rung { step, standing, note: fit.or_else(|| note(step, file)) }
    };
    STEPS.into_iter().map(rung).collect()
}

/// The step to do now, blocked or not; none where all are done.
#[must_use]
pub fn next_step(ladder: &[Rung]) -> Option<&Rung> {
    ladder.iter().find(|rung| matches!(rung.standing, Standing::Next | Standing::Blocked(_) | Standing::SignIn(_)))
}

fn stop(step: Step, file: &DeviceFile, forbidden: &Forbidden) -> Option<Sentence> {
    // Whoever goes on with it does not know with what.
    if file.conflict.is_some() && step != Step::Receive {
        return Some(say!("rule-conflict-first"));
    }
    match step {
        Step::Receive => None,
        // Whoever would do it would have to switch it on.
        Step::Inspect | Step::Repair | Step::Check => file.quarantined.map(|_danger| say!("rule-quarantine-still")),
        Step::Wipe | Step::Image => forbidden.write.clone(),
        Step::Ready => forbidden.give.clone(),
    }
}

/// Why the step is not for whoever is at the bench.
fn person(step: Step, forbidden: &Forbidden) -> Option<Sentence> {
    match step {
        Step::Receive | Step::Inspect | Step::Repair | Step::Ready => None,
        Step::Wipe | Step::Image => forbidden.writer.clone(),
        Step::Check => forbidden.tester.clone(),
    }
}

/// The rules about giving a device away that stand in the way until the step is done, and that a lead may lift.
const fn rules_of(step: Step) -> &'static [&'static str] {
    match step {
        Step::Receive | Step::Inspect | Step::Wipe => &[],
        Step::Image => &["give-imaged"],
        Step::Check => &["give-functions"],
        Step::Repair => &["give-good-enough"],
        Step::Ready => &["give-good-enough", "give-mended", "give-kit"],
    }
}

fn is_done(step: Step, file: &DeviceFile) -> bool {
    match step {
        Step::Receive => true,
        Step::Inspect => file.verdict.is_some(),
        Step::Repair => is_mended(file),
        Step::Wipe => file.is_free_of_data(),
        Step::Image => file.is_imaged() || file.is_lifted("give-imaged"),
        Step::Check => file.functions_missing().is_empty() || file.is_lifted("give-functions"),
        Step::Ready => file.is_ready(),
    }
}

/// Whether there is nothing to mend, or it was mended, or it was given up.
fn is_mended(file: &DeviceFile) -> bool {
    match file.repair {
        Some(RepairOutcome::Repairable) => false,
        Some(RepairOutcome::Fixed | RepairOutcome::EndOfLife) => true,
        None => file.verdict.is_some_and(|verdict| verdict != Verdict::Fail) || file.is_lifted("give-good-enough"),
    }
}

fn note(step: Step, file: &DeviceFile) -> Option<Sentence> {
    match step {
        Step::Receive | Step::Ready => None,
        Step::Repair => match file.repair {
            Some(outcome) => Some(super::repair::repair_outcome_sentence(outcome)),
            None if file.verdict.is_some() && !is_mended(file) => Some(say!("ladder-repair-fix")),
            None => None,
        },
        Step::Inspect => file.verdict.map(super::history::verdict_sentence),
        Step::Wipe => {
            let (all, left, destroyed) =
                (file.counted().count() as u64, file.unwiped().count() as u64, file.destroyed());
            (all > 0).then(|| match destroyed {
                0 => say!("ladder-disks", done = all - left, all = all),
                _some => say!("ladder-disks-destroyed", done = all - left, all = all, destroyed = destroyed),
            })
        }
        Step::Image => {
            if file.is_free_of_data() && !file.is_wiped() {
                return Some(say!("ladder-no-disk"));
            }
            let image = file.counted().find_map(|(_, disk)| disk.image.clone());
            image.map(|image| say!("ladder-image", image = image))
        }
        Step::Check => {
            let missing = file.functions_missing().len() as u64;
            (!file.functions.is_empty() && missing > 0).then(|| say!("ladder-missing", count = missing))
        }
    }
}

impl Bench<'_> {
    /// What the rules would say if the device's disks were written, its functions tested, or the device given away, now.
    /// Records nothing.
    pub(super) fn forbidden(&self, id: &DeviceId, file: &DeviceFile) -> Result<Forbidden, Failure> {
        let (write, give) = (self.would(id, write_of(file).into())?, self.giving(id)?);
        let test = self.would(id, FunctionTested { results: Vec::new() }.into())?;
        let first = |refusals: &[Refusal], counts: fn(&str) -> bool| {
            refusals.iter().find(|refusal| counts(refusal.rule)).map(|refusal| refusal.reason.clone())
        };
        let of_person = |rule: &str| PEOPLE.contains(&rule);
        Ok(Forbidden {
            write: first(&write, |rule| rule == "device-gone" || rule.starts_with("arm-")),
            give: first(&give, |rule| !PUPILS.contains(&rule) && !PEOPLE.contains(&rule)),
            writer: first(&write, of_person),
            tester: first(&test, of_person),
            unfitted: file.standing().any(|(_, disk)| is_unfitted(self, disk)),
        })
    }

    /// The rules in the way of the ladder's next step that a lead may let pass.
    pub(super) fn liftable(&self, id: &DeviceId, ladder: &[Rung]) -> Result<Vec<Liftable>, Failure> {
        let rules = next_step(ladder).map_or(&[][..], |rung| rules_of(rung.step));
        // A start from a stick lifts nothing.
        if rules.is_empty() || self.station()?.start {
            return Ok(Vec::new());
        }
        let for_all = |refusal: &Refusal| refusal.overridable.is_some_and(|lift| !lift.names_pupil);
        let may = |refusal: &Refusal| rules.contains(&refusal.rule) && for_all(refusal);
        let found = self.giving(id)?.into_iter().filter(may);
        Ok(found.map(|refusal| Liftable { rule: refusal.rule, why: refusal.reason }).collect())
    }

    /// What stands in the way of giving the device to anybody.
    fn giving(&self, id: &DeviceId) -> Result<Vec<Refusal>, Failure> {
        self.would(id, DeviceAllocated { recipient: RecipientId::from_random([0; 10]) }.into())
    }

    pub(super) fn would(&self, id: &DeviceId, fact: Fact) -> Result<Vec<Refusal>, Failure> {
        let by = self.by.clone();
        let device = Some(About { id: id.clone(), after: None });
        self.index.objections(&Event { at: self.clock.now(), happened_at: None, by, device, fact })
    }
}

/// The start of a wipe that nobody began, to ask the rules about.
pub(super) fn write_of(file: &DeviceFile) -> WipeStarted {
    let nowhere = String::new;
    WipeStarted {
        job: JobId::from_random([0; 10]),
        resumes: None,
        from: Bytes::ZERO,
        method: nowhere(),
        pattern_key: None,
        key: nowhere(),
        disk: DiskSeen {
            serial: None,
            wwn: None,
            model: None,
            size: Bytes::ZERO,
            bus: nowhere(),
            practice: file.practice,
        },
        logical_block: 512,
        attachment: AttachmentSeen { boot_id: nowhere(), diskseq: None, port: nowhere(), name: nowhere() },
        namespace: None,
        health_before: None,
        medium: None,
        site: None,
    }
}
