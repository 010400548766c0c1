//! Holds, and giving a device to a pupil.

use super::bench::{Bench, Found};
use crate::event::handover::{DeviceAllocated, DeviceHandedOver, Terms};
use crate::event::intake::{Danger, DeviceHeld, DeviceQuarantined, HoldReason, HoldReleased, QuarantineCleared};
use crate::port::{Failure, Trouble};
use crate::unit::RecipientId;
use crate::word::{Sentence, say};

/// Sets a device aside for a pupil's opaque reference.
pub fn allocate(bench: &Bench<'_>, found: &Found, recipient: RecipientId) -> Result<Found, Failure> {
    bench.record(Some(&found.id), DeviceAllocated { recipient })?;
    bench.device(&found.id)
}

/// Records that the device is in the hands of the pupil it was set aside for.
pub fn hand_over(bench: &Bench<'_>, found: &Found, terms: Terms) -> Result<Found, Failure> {
    let nobody = || Failure::new(Trouble::No, say!("rule-give-allocated-first")).by_rule("give-allocated-first");
    let recipient = found.file.recipient.clone().ok_or_else(nobody)?;
    bench.record(Some(&found.id), DeviceHandedOver { recipient, terms })?;
    bench.device(&found.id)
}

/// Who is to get a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The pupil it was set aside for.
    Aside,
    /// A pupil of a new opaque reference.
    Fresh,
    /// The pupil of that opaque reference.
    Known(RecipientId),
}

/// To whom a device goes, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiveOrder {
    /// To whom.
    pub whom: Whom,
    /// As what it was put into their hands; none where it is only set aside.
    pub terms: Option<Terms>,
}

/// Sets a device aside for whoever is meant, and records that it was put into the pupil's hands where it was. What was set
/// aside stays so where the rest is refused. Errors: the rules, also where it was set aside for another meanwhile.
pub fn give(bench: &Bench<'_>, found: &Found, order: &GiveOrder) -> Result<Found, Failure> {
    let aside = match &order.whom {
        Whom::Aside => bench.device(&found.id)?,
        Whom::Fresh => allocate(bench, found, RecipientId::from_random(bench.chance.bytes()))?,
        Whom::Known(recipient) if found.file.recipient.as_ref() == Some(recipient) => bench.device(&found.id)?,
        Whom::Known(recipient) => allocate(bench, found, recipient.clone())?,
    };
    match order.terms {
        Some(terms) => hand_over(bench, &aside, terms),
        None => Ok(aside),
    }
}

/// Puts a device on hold, or releases it.
pub fn hold(bench: &Bench<'_>, found: &Found, reason: Option<HoldReason>) -> Result<Found, Failure> {
    match reason {
        Some(reason) => bench.record(Some(&found.id), DeviceHeld::of(reason)).map(|_recorded| ())?,
        None => bench.record(Some(&found.id), HoldReleased {}).map(|_recorded| ())?,
    }
    bench.device(&found.id)
}

/// What to do with a dangerous device, step by step, before anything else.
#[must_use]
pub fn danger_steps(danger: Danger) -> [Sentence; 4] {
    match danger {
        Danger::Battery => {
            [say!("danger-battery-1"), say!("danger-battery-2"), say!("danger-battery-3"), say!("danger-label")]
        }
        Danger::Liquid => {
            [say!("danger-liquid-1"), say!("danger-liquid-2"), say!("danger-liquid-3"), say!("danger-label")]
        }
        Danger::Smoke => [say!("danger-smoke-1"), say!("danger-smoke-2"), say!("danger-smoke-3"), say!("danger-label")],
    }
}

/// Puts a device in quarantine, or clears it.
pub fn quarantine(bench: &Bench<'_>, found: &Found, danger: Option<Danger>) -> Result<Found, Failure> {
    match danger {
        Some(danger) => bench.record(Some(&found.id), DeviceQuarantined { danger }).map(|_recorded| ())?,
        None => bench.record(Some(&found.id), QuarantineCleared {}).map(|_recorded| ())?,
    }
    bench.device(&found.id)
}
