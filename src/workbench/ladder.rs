//! The ladder of a device: nhận → kiểm tra → xóa → cài → thử → sẵn sàng, with the next step and what stands in its way.
//!
//! Invariants: exactly one rung is next or blocked until all are done; a reason is always a rule's own. Repair joins the
//! ladder when it can be recorded.

use super::bench::Bench;
use crate::custody::DeviceFile;
use crate::event::disk::{AttachmentSeen, DiskSeen, WipeStarted};
use crate::event::handover::DeviceAllocated;
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
}

/// Every step, in order.
const STEPS: [Step; 6] = [Step::Receive, Step::Inspect, Step::Wipe, Step::Image, Step::Check, Step::Ready];
/// Rules about giving that depend on the pupil, not on the device.
const PUPILS: [&str; 3] = ["give-one-pupil", "give-once", "give-allocated-first"];

impl Step {
    /// What people call it.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Receive => say!("step-receive"),
            Self::Inspect => say!("step-inspect"),
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
        let standing = match (is_done(step, file), is_open) {
            (true, _) => Standing::Done,
            (false, true) => Standing::Later,
            (false, false) => {
                is_open = true;
                stop(step, forbidden).map_or(Standing::Next, Standing::Blocked)
            }
        };
        Rung { step, standing, note: note(step, file) }
    };
    STEPS.into_iter().map(rung).collect()
}

/// The step to do now, blocked or not; none where all are done.
#[must_use]
pub fn next_step(ladder: &[Rung]) -> Option<&Rung> {
    ladder.iter().find(|rung| matches!(rung.standing, Standing::Next | Standing::Blocked(_)))
}

fn stop(step: Step, forbidden: &Forbidden) -> Option<Sentence> {
    match step {
        Step::Receive | Step::Inspect | Step::Check => None,
        Step::Wipe | Step::Image => forbidden.write.clone(),
        Step::Ready => forbidden.give.clone(),
    }
}

fn is_done(step: Step, file: &DeviceFile) -> bool {
    match step {
        Step::Receive => true,
        Step::Inspect => file.verdict.is_some(),
        Step::Wipe => file.counted().next().is_some() && file.unwiped().next().is_none(),
        Step::Image => file.is_imaged(),
        Step::Check => file.functions_missing().is_empty(),
        Step::Ready => file.is_ready(),
    }
}

fn note(step: Step, file: &DeviceFile) -> Option<Sentence> {
    match step {
        Step::Receive | Step::Ready => None,
        Step::Inspect => file.verdict.map(super::history::verdict_sentence),
        Step::Wipe => {
            let (all, left) = (file.counted().count() as u64, file.unwiped().count() as u64);
            (all > 0).then(|| say!("ladder-disks", done = all - left, all = all))
        }
        Step::Image => {
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
    /// What the rules would say if the device's disks were written, or the device given away, now. Records nothing.
    pub(super) fn forbidden(&self, id: &DeviceId, file: &DeviceFile) -> Result<Forbidden, Failure> {
        let write = self.would(id, write_of(file).into(), |rule| rule == "device-gone" || rule.starts_with("arm-"))?;
        let recipient = RecipientId::from_random([0; 10]);
        let give = self.would(id, DeviceAllocated { recipient }.into(), |rule| !PUPILS.contains(&rule))?;
        Ok(Forbidden { write, give })
    }

    fn would(&self, id: &DeviceId, fact: Fact, counts: fn(&str) -> bool) -> Result<Option<Sentence>, Failure> {
        let by = self.by.clone();
        let device = Some(About { id: id.clone(), after: None });
        let event = Event { at: self.clock.now(), happened_at: None, by, device, fact };
        let refusals = self.index.objections(&event)?;
        Ok(refusals.into_iter().find(|refusal| counts(refusal.rule)).map(|refusal| refusal.reason))
    }
}

/// The start of a wipe that nobody began, to ask the rules about.
fn write_of(file: &DeviceFile) -> WipeStarted {
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
    }
}
