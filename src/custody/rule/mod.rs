//! The rules: what the journal refuses, and in which words.
//!
//! Invariants: ids are for ever; a rule looks at one event and the drawers, nothing else; the first rule that refuses
//! speaks. Those with no [`Lift`] can never be overridden: unverified wipes, unknown or unwiped disks, "erased with
//! exceptions", arming, consent, safety, who may do what.

mod accessory;
mod correct;
mod destroyed;
mod disk;
mod donation;
mod handover;
mod image;
mod intake;
mod key;
mod lock;
mod lot;
mod machine;
mod part;
mod people;
mod phone;
mod role;
mod settling;
mod shift;
mod start;
mod station;
mod wipe;

pub use correct::bar_sentence;
pub use machine::check_together;
pub use role::{Who, who_may};
pub use wipe::evidence_of;

use super::drawer::{Cabinet, DrawerError};
use super::file::DeviceFile;
use crate::event::Event;
use crate::event::people::Role;
use crate::word::{Sentence, say};

/// Who may lift a rule for once, signed in by PIN or badge, with a recorded reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lift {
    /// The role needed.
    pub by: Role,
    /// Whether the rule is about one pupil, whom the override must name.
    pub names_pupil: bool,
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
    &key::STATION_RETIRED,
    &station::CONTINUED_FIRST,
    &station::DAY_COPIED,
    &station::DAY_REAL,
    &people::PERSON_KNOWN,
    &people::PERSON_ACTIVE,
    &role::ROLE_MAY,
    &role::SIGNED_IN,
    &phone::PHONE_DOOR,
    &start::STICK_KINDS_ONLY,
    &people::PERSON_NEW,
    &people::LAST_LEAD,
    &people::PIN_OWN,
    &shift::BADGE_OWN,
    &shift::BADGE_MAKES_NONE,
    &shift::SHIFT_OTHER,
    &shift::SHIFT_HANDS,
    &shift::NOTE_KNOWN,
    &key::TEAM_SIGNED,
    &donation::LOT_KNOWN,
    &lot::LOT_CLOSED,
    &lot::LOT_COUNTS,
    &lot::RECEIPT_CODE,
    &donation::CONSENT_AGAIN,
    &donation::DONORS_APART,
    &intake::RECEIVED_ONCE,
    &intake::DEVICE_KNOWN,
    &intake::DEVICE_GONE,
    &intake::TAG_UNIQUE,
    &intake::TAG_SWAPPED,
    &machine::OTHER_MACHINE,
    &intake::SHELF_NAMED,
    &intake::STOCK_BOUNDED,
    &intake::LABEL_TAG,
    &intake::LABEL_ERASED,
    &intake::NOTHING_TO_UNDO,
    &accessory::ACCESSORY_NAMED,
    &accessory::ACCESSORY_KNOWN,
    &accessory::ACCESSORY_FITS,
    &disk::DISK_NAMED,
    &destroyed::DISK_DESTROYED,
    &destroyed::DESTROYED_KNOWN,
    &destroyed::DESTROYED_HOW,
    &destroyed::DESTROYED_WITNESS,
    &disk::DISK_ELSEWHERE,
    &disk::ARM_QUARANTINE,
    &disk::ARM_HOLD,
    &disk::ARM_CONSENT,
    &disk::DISK_BOUND,
    &wipe::WIPE_BEGUN,
    &wipe::WIPE_EVIDENCE,
    &wipe::VALIDATE_STANDING,
    &wipe::VALIDATE_OTHER,
    &wipe::VALIDATE_LEAD,
    &wipe::VALIDATE_REASON,
    &part::PART_SAFE,
    &part::PART_CONSENT,
    &part::PART_FREE,
    &part::PART_SHELF,
    &lock::LOCK_KNOWN,
    &image::WIPED_FIRST,
    &image::IMAGE_EVIDENCE,
    &image::FIT_WRITTEN,
    &handover::DISKS_WIPED,
    &handover::CONSENTED,
    &handover::SAFE,
    &lock::GIVE_UNLOCKED,
    &handover::NOT_HELD,
    &handover::TAGGED,
    &handover::IMAGED,
    &handover::FUNCTIONS,
    &handover::GOOD_ENOUGH,
    &part::GIVE_MENDED,
    &accessory::GIVE_KIT,
    &handover::ONE_PUPIL,
    &handover::ONCE,
    &handover::ALLOCATED_FIRST,
    &settling::CONFLICT_FIRST,
    &settling::CONFLICT_KNOWN,
    &settling::OVERRIDE_ALLOWED,
    &settling::OVERRIDE_PUPIL,
    &correct::CORRECT_KNOWN,
    &correct::CORRECT_KIND,
    &correct::CORRECT_WHO,
    &correct::CORRECT_LOT,
    &correct::CORRECT_RESTS,
    &correct::CORRECT_TAKEN,
    &correct::CORRECT_SAFE,
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

/// Whether an event of another station claims more than its evidence shows.
pub(super) fn breaks_evidence(event: &Event, cabinet: &Cabinet<'_>) -> Result<bool, DrawerError> {
    for rule in [&wipe::WIPE_BEGUN, &wipe::WIPE_EVIDENCE, &image::WIPED_FIRST, &image::IMAGE_EVIDENCE] {
        if rule.asked(event, cabinet)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
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
        let Some(reason) = (self.check)(event, cabinet)? else { return Ok(None) };
        if self.is_lifted(event, cabinet)? {
            return Ok(None);
        }
        Ok(Some(Refusal { rule: self.id, reason, overridable: self.overridable }))
    }

    /// Whether a lead lifted the rule for the device as it stands, and for the pupil where the lift names one.
    fn is_lifted(&self, event: &Event, cabinet: &Cabinet<'_>) -> Result<bool, DrawerError> {
        let (Some(_), Some(about)) = (self.overridable, &event.device) else { return Ok(false) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let lifted = file.and_then(|file| file.lifted.get(self.id).cloned());
        Ok(lifted.is_some_and(|pupil| pupil.is_none_or(|pupil| handover::giving(event) == Some(&pupil))))
    }
}

impl Refusal {
    /// Who can let it pass all the same, and how; none where nobody can.
    #[must_use]
    pub fn hint(&self) -> Option<Sentence> {
        self.overridable.map(|lift| {
            if lift.names_pupil {
                say!("rule-override-pupil-hint", rule = self.rule)
            } else {
                say!("rule-override-hint", rule = self.rule)
            }
        })
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
            "station-retired",
            "person-known",
            "person-active",
            "role-may",
            "signed-in",
            "phone-door",
            "stick-kinds",
            "person-new",
            "last-lead",
            "pin-own",
            "badge-own",
            "badge-makes-none",
            "shift-other",
            "shift-hands",
            "note-known",
            "team-signed",
            "validate-standing",
            "validate-other",
            "validate-lead",
            "validate-reason",
            "override-allowed",
            "override-pupil",
            "lot-known",
            "consent-again",
            "received-once",
            "device-known",
            "device-gone",
            "nothing-to-undo",
            "tag-unique",
            "tag-swapped",
            "shelf-named",
            "stock-bounded",
            "label-tag",
            "label-erased",
            "accessory-named",
            "accessory-known",
            "accessory-fits",
            "lot-closed",
            "lot-counts",
            "receipt-code",
            "arm-quarantine",
            "arm-hold",
            "arm-consent",
            "disk-bound",
            "disk-named",
            "disk-destroyed",
            "destroyed-known",
            "destroyed-how",
            "destroyed-witness",
            "wipe-begun",
            "wipe-evidence",
            "wiped-first",
            "image-evidence",
            "quarantine-still",
            "part-consent",
            "part-free",
            "part-shelf",
            "lock-known",
            "give-unlocked",
            "fit-written",
            "give-disks-wiped",
            "give-consent",
            "give-safe",
            "give-tagged",
            "give-not-held",
            "give-allocated-first",
            "donors-apart",
            "correct-known",
            "correct-kind",
            "correct-who",
            "correct-lot",
            "correct-rests",
            "correct-taken",
            "correct-safe",
            "conflict-first",
            "conflict-known",
        ];
        assert_eq!(never, listed.into_iter().collect());
    }
}
