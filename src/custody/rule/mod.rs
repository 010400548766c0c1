//! The rules: what the journal refuses, and in which words.
//!
//! Invariants: ids are for ever; a rule looks at one event and the drawers, nothing else; the first rule that refuses
//! speaks. Those with no [`Lift`] can never be overridden: unverified wipes, unknown or unwiped disks, "erased with
//! exceptions", arming, consent, safety.

mod disk;
mod donation;
mod handover;
mod image;
mod intake;
mod people;
mod station;
mod wipe;

pub use wipe::evidence_of;

use super::drawer::{Cabinet, DrawerError};
use crate::event::Event;
use crate::event::people::Role;
use crate::word::Sentence;

/// Who may lift a rule for once, signed in by PIN or badge, with a recorded reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lift {
    /// The role needed.
    pub by: Role,
}

type Check = fn(&Event, &Cabinet<'_>) -> Result<Option<Sentence>, DrawerError>;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its id, for ever.
    pub id: &'static str,
    /// Who may override it; none: nobody, ever.
    pub overridable: Option<Lift>,
    /// Why the event is refused and what to do, or nothing.
    check: Check,
}

/// An event was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// By which rule.
    pub rule: &'static str,
    /// Why, and what to do.
    pub reason: Sentence,
    /// Who may override it.
    pub overridable: Option<Lift>,
}

/// Every rule, in the order they are asked.
pub static RULES: &[&Rule] = &[
    &people::STATION_FIRST,
    &station::CONTINUED_FIRST,
    &station::DAY_COPIED,
    &station::DAY_REAL,
    &people::PERSON_KNOWN,
    &donation::LOT_KNOWN,
    &intake::RECEIVED_ONCE,
    &intake::DEVICE_KNOWN,
    &intake::DEVICE_GONE,
    &intake::TAG_UNIQUE,
    &intake::NOTHING_TO_UNDO,
    &disk::DISK_NAMED,
    &disk::DISK_ELSEWHERE,
    &disk::ARM_QUARANTINE,
    &disk::ARM_HOLD,
    &disk::ARM_CONSENT,
    &disk::DISK_BOUND,
    &wipe::WIPE_BEGUN,
    &wipe::WIPE_EVIDENCE,
    &image::WIPED_FIRST,
    &image::IMAGE_EVIDENCE,
    &handover::DISKS_WIPED,
    &handover::CONSENTED,
    &handover::SAFE,
    &handover::NOT_HELD,
    &handover::TAGGED,
    &handover::IMAGED,
    &handover::FUNCTIONS,
    &handover::GOOD_ENOUGH,
    &handover::ONE_PUPIL,
    &handover::ONCE,
    &handover::ALLOCATED_FIRST,
];

/// The refusal of the first rule that objects.
pub fn check(event: &Event, cabinet: &Cabinet<'_>) -> Result<Option<Refusal>, DrawerError> {
    for rule in RULES {
        if let Some(refusal) = rule.asked(event, cabinet)? {
            return Ok(Some(refusal));
        }
    }
    Ok(None)
}

/// The refusals of all rules that object, in the order they are asked.
pub fn objections(event: &Event, cabinet: &Cabinet<'_>) -> Result<Vec<Refusal>, DrawerError> {
    let mut refusals = Vec::new();
    for rule in RULES {
        refusals.extend(rule.asked(event, cabinet)?);
    }
    Ok(refusals)
}

impl Rule {
    fn asked(&self, event: &Event, cabinet: &Cabinet<'_>) -> Result<Option<Refusal>, DrawerError> {
        let reason = (self.check)(event, cabinet)?;
        Ok(reason.map(|reason| Refusal { rule: self.id, reason, overridable: self.overridable }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_what_protects_people_can_never_be_overridden() {
        let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        let never: BTreeSet<_> = RULES.iter().filter(|rule| rule.overridable.is_none()).map(|rule| rule.id).collect();
        let listed = [
            "station-first",
            "continued-first",
            "day-copied",
            "day-real",
            "person-known",
            "lot-known",
            "received-once",
            "device-known",
            "device-gone",
            "nothing-to-undo",
            "tag-unique",
            "arm-quarantine",
            "arm-hold",
            "arm-consent",
            "disk-bound",
            "disk-named",
            "wipe-begun",
            "wipe-evidence",
            "wiped-first",
            "image-evidence",
            "give-disks-wiped",
            "give-consent",
            "give-safe",
            "give-tagged",
            "give-not-held",
            "give-allocated-first",
        ];
        assert_eq!(never, listed.into_iter().collect());
    }
}
