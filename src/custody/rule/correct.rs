//! Rules about striking records out: which, by whom, and what must not rest on them.
//!
//! Source: the issue "The terminal program", Manners: undo where the ledger allows. No rule here can be lifted: a correction
//! never makes anything allowed that safety forbade.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::correct::{Corrigible, corrected, corrigible, is_disk, struck_of};
use crate::custody::drawer::{Cabinet, DrawerError, Written};
use crate::custody::file::{DeviceFile, LotFile, PersonFile, RecipientFile};
use crate::custody::parts::PartFile;
use crate::custody::sign::called;
use crate::event::people::Role;
use crate::event::settling::Corrected;
use crate::event::{Event, Fact};
use crate::unit::{DeviceId, Digest};
use crate::word::{Sentence, say};
use std::collections::BTreeMap;

/// A correction with everything that is judged of it.
struct Case<'a> {
    event: &'a Event,
    corrected: &'a Corrected,
    device: &'a DeviceId,
    written: Vec<Written>,
    /// What is struck out already.
    out: BTreeMap<Digest, Digest>,
    /// What will be.
    then: BTreeMap<Digest, Digest>,
}

impl<'a> Case<'a> {
    fn of(event: &'a Event, cabinet: &Cabinet<'_>) -> Result<Option<Self>, DrawerError> {
        let (Fact::Corrected(corrected), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let mut written = cabinet.written(&about.id)?;
        let out = struck_of(&written, cabinet)?;
        written.push(Written { leaf: Digest::ZERO, event: event.clone(), from: None });
        let then = struck_of(&written, cabinet)?;
        written.pop();
        Ok(Some(Self { event, corrected, device: &about.id, written, out, then }))
    }

    /// The records that it names.
    fn named(&self) -> impl Iterator<Item = &Written> {
        self.written.iter().filter(|one| self.corrected.records.contains(&one.leaf))
    }

    /// Those that count now and will not, with their places.
    fn falls(&self) -> impl Iterator<Item = (usize, &Written)> {
        let falls = |leaf: &Digest| !self.out.contains_key(leaf) && self.then.contains_key(leaf);
        self.written.iter().enumerate().filter(move |(_, one)| falls(&one.leaf))
    }

    /// Those that do not count now and will, with their places.
    fn returns(&self) -> impl Iterator<Item = (usize, &Written)> {
        let returns = |leaf: &Digest| self.out.contains_key(leaf) && !self.then.contains_key(leaf);
        self.written.iter().enumerate().filter(move |(_, one)| returns(&one.leaf))
    }

    /// Those after that place that will count.
    fn later(&self, place: usize) -> impl Iterator<Item = &Written> {
        self.written.iter().skip(place + 1).filter(|one| !self.then.contains_key(&one.leaf))
    }

    /// Whether it takes back the last thing that its own author recorded of the device, the same day.
    fn is_own_last(&self) -> bool {
        let last = self.written.last();
        let is_count =
            |one: &&Written| !self.out.contains_key(&one.leaf) && !matches!(one.event.fact, Fact::Corrected(_));
        let last_counted = self.written.iter().rfind(is_count);
        let [record] = self.corrected.records.as_slice() else { return false };
        let same_day = |one: &Written| one.event.at.local_day() == self.event.at.local_day();
        self.corrected.lot.is_none()
            && [last, last_counted].into_iter().flatten().any(|one| {
                one.leaf == *record
                    && one.event.by.person == self.event.by.person
                    && same_day(one)
                    && corrigible(&one.event.fact) == Corrigible::Plain
            })
    }
}

fn judged(
    event: &Event,
    cabinet: &Cabinet<'_>,
    objects: impl FnOnce(&Case<'_>) -> Result<Option<Sentence>, DrawerError>,
) -> Result<Option<Sentence>, DrawerError> {
    Case::of(event, cabinet)?.map_or(Ok(None), |case| objects(&case))
}

/// What is struck out is of this device and counts still.
pub(super) static CORRECT_KNOWN: Rule = Rule {
    id: "correct-known",
    overridable: None,
    check: |event, cabinet| {
        judged(event, cabinet, |case| {
            let is_one = cabinet.get::<DeviceFile>(case.device)?.and_then(|file| file.same_as);
            if let Some(other) = is_one {
                return Ok(Some(say!("rule-device-same", other = called(&other, cabinet)?)));
            }
            if !case.written.first().is_some_and(|one| matches!(one.event.fact, Fact::DeviceReceived(_))) {
                return Ok(Some(say!("rule-correct-elsewhere")));
            }
            let mut records = case.corrected.records.clone();
            records.sort();
            records.dedup();
            let (asked, found) = (case.corrected.records.len(), case.named().count());
            if asked == 0 || records.len() != asked || found != asked {
                return Ok(Some(say!("rule-correct-known")));
            }
            Ok(case.named().any(|one| case.out.contains_key(&one.leaf)).then(|| say!("rule-correct-twice")))
        })
    },
};

/// Evidence, consent, what keeps people safe, and who may do what stand for ever.
pub(super) static CORRECT_KIND: Rule = Rule {
    id: "correct-kind",
    overridable: None,
    check: |event, cabinet| {
        judged(event, cabinet, |case| {
            for one in case.named() {
                if let Some(why) = bar_sentence(corrigible(&one.event.fact)) {
                    return Ok(Some(why));
                }
                if is_disk(&one.event.fact, cabinet)? {
                    return Ok(bar_sentence(Corrigible::Evidence));
                }
            }
            Ok(None)
        })
    },
};

/// Why such a record stands for ever; none where it does not.
#[must_use]
pub fn bar_sentence(corrigible: Corrigible) -> Option<Sentence> {
    match corrigible {
        Corrigible::Plain | Corrigible::ByLead => None,
        Corrigible::Evidence => Some(say!("rule-correct-evidence")),
        Corrigible::Consent => Some(say!("rule-correct-consent")),
        Corrigible::Safety => Some(say!("rule-correct-safety")),
        Corrigible::People => Some(say!("rule-correct-people")),
        Corrigible::Station => Some(say!("rule-correct-station")),
    }
}

/// One's own last record of a device, the same day, is taken back by oneself; everything else takes a lead and a reason.
pub(super) static CORRECT_WHO: Rule = Rule {
    id: "correct-who",
    overridable: None,
    check: |event, cabinet| {
        judged(event, cabinet, |case| {
            if case.is_own_last() {
                return Ok(None);
            }
            let roles = cabinet.get::<PersonFile>(&event.by.person)?.unwrap_or_default().roles;
            if !roles.contains(&Role::Lead) {
                return Ok(Some(say!("rule-correct-who")));
            }
            Ok(case.corrected.reason.is_none().then(|| say!("rule-correct-reason")))
        })
    },
};

/// Nothing that counts still rests on what falls.
pub(super) static CORRECT_RESTS: Rule = Rule {
    id: "correct-rests",
    overridable: None,
    check: |event, cabinet| {
        judged(event, cabinet, |case| {
            let receipts = case.named().filter(|_| case.corrected.lot.is_some());
            let moved = receipts.filter_map(|one| case.written.iter().position(|other| other.leaf == one.leaf));
            for place in moved {
                if let Some(later) = case.later(place).find(|later| rests_on_lot(&later.event.fact)) {
                    return Ok(Some(rest_sentence(later)));
                }
            }
            let fallen = case
                .falls()
                .find_map(|(place, one)| case.later(place).find(|later| rests(&one.event.fact, &later.event.fact)));
            let back = case.returns().find_map(|(place, one)| {
                case.later(place).find(|later| forbids_return(&one.event.fact, &later.event.fact))
            });
            Ok(fallen.or(back).map(rest_sentence))
        })
    },
};

fn rest_sentence(later: &Written) -> Sentence {
    say!("rule-correct-rests", kind = later.event.fact.kind(), at = later.event.at.local())
}

const fn is_given(fact: &Fact) -> bool {
    matches!(fact, Fact::DeviceAllocated(_) | Fact::DeviceHandedOver(_))
}

/// Whether `later` was recorded because of `one`, or of a machine that only `one` told apart.
const fn rests(one: &Fact, later: &Fact) -> bool {
    match one {
        // Whoever recorded it had scanned that tag: it may be of the machine that really carries it.
        Fact::TagBound(_) => {
            matches!(later, Fact::DeviceHandedOver(_))
                || matches!(corrigible(later), Corrigible::Evidence | Corrigible::Safety | Corrigible::People)
        }
        Fact::HoldReleased(_) => is_given(later) || matches!(later, Fact::WipeStarted(_) | Fact::ImageStarted(_)),
        Fact::DeviceInspected(_) | Fact::FunctionTested(_) | Fact::RepairRecorded(_) => is_given(later),
        Fact::DeviceAllocated(_) => matches!(later, Fact::DeviceHandedOver(_)),
        // A device that was never here has no story.
        Fact::DeviceReceived(_) => !matches!(later, Fact::Corrected(_)),
        _other => false,
    }
}

/// Whether `later` rests on what the lot's donor consented to.
const fn rests_on_lot(later: &Fact) -> bool {
    is_given(later) || matches!(corrigible(later), Corrigible::Evidence) || matches!(later, Fact::PartTaken(_))
}

/// Whether `later` could not have been recorded had `one` counted.
const fn forbids_return(one: &Fact, later: &Fact) -> bool {
    match one {
        Fact::DeviceHandedOver(_) => !matches!(later, Fact::Corrected(_)),
        Fact::DeviceAllocated(_) => is_given(later),
        _other => false,
    }
}

/// What comes back, or falls, was not taken by another meanwhile: a tag, a part, a pupil.
pub(super) static CORRECT_TAKEN: Rule = Rule {
    id: "correct-taken",
    overridable: None,
    check: |event, cabinet| {
        judged(event, cabinet, |case| {
            for (_, one) in case.returns() {
                match &one.event.fact {
                    Fact::TagBound(bound) if cabinet.tagged(&bound.tag)?.is_some() => {
                        return Ok(Some(say!("rule-tag-unique", tag = bound.tag.as_str())));
                    }
                    Fact::PartFitted(fitted) if !lies_on_shelf(&fitted.part, cabinet)? => {
                        return Ok(Some(say!("rule-correct-part", part = fitted.part.as_str())));
                    }
                    _other => {}
                }
            }
            for (_, one) in case.falls() {
                if let Fact::PartTaken(taken) = &one.event.fact
                    && !lies_on_shelf(&taken.part, cabinet)?
                {
                    return Ok(Some(say!("rule-correct-part", part = taken.part.as_str())));
                }
            }
            let Some((before, after)) = corrected(case.event, cabinet)? else { return Ok(None) };
            let pupil = after.recipient.filter(|pupil| before.recipient.as_ref() != Some(pupil));
            let Some(pupil) = pupil else { return Ok(None) };
            let devices = cabinet.get::<RecipientFile>(&pupil)?.unwrap_or_default().devices;
            let other = devices.iter().any(|device| device != case.device);
            Ok(other.then(|| say!("rule-give-once", recipient = pupil.as_str())))
        })
    },
};

fn lies_on_shelf(part: &crate::unit::PartId, cabinet: &Cabinet<'_>) -> Result<bool, DrawerError> {
    Ok(cabinet.get::<PartFile>(part)?.is_some_and(|part| part.fitted.is_none() && !part.withdrawn))
}

/// A device goes to another lot as its receipt only, and to one that is known.
pub(super) static CORRECT_LOT: Rule = Rule {
    id: "correct-lot",
    overridable: None,
    check: |event, cabinet| {
        judged(event, cabinet, |case| {
            let Some(lot) = &case.corrected.lot else { return Ok(None) };
            let is_receipt = case.named().all(|one| matches!(one.event.fact, Fact::DeviceReceived(_)));
            if !is_receipt || cabinet.get::<LotFile>(lot)?.is_none() {
                return Ok(Some(say!("rule-correct-lot", lot = lot.as_str())));
            }
            let here = cabinet.get::<DeviceFile>(case.device)?.is_some_and(|file| file.lot == *lot);
            Ok(here.then(|| say!("rule-correct-lot-same", lot = lot.as_str())))
        })
    },
};

/// No correction lifts a hold, brings a device under a wider consent, gives it to anybody whose donor does not consent, or
/// makes one vanish that has disks, a lock or a danger.
pub(super) static CORRECT_SAFE: Rule = Rule {
    id: "correct-safe",
    overridable: None,
    check: |event, cabinet| {
        judged(event, cabinet, |case| {
            let Some((before, after)) = corrected(case.event, cabinet)? else { return Ok(None) };
            if before.held.is_some() && after.held.is_none() {
                return Ok(Some(say!("rule-correct-hold")));
            }
            let is_safe = |file: &DeviceFile| (file.disks.clone(), file.locks.clone(), file.quarantined);
            let bears = !after.disks.is_empty() || !after.locks.is_empty() || after.quarantined.is_some();
            if is_safe(&before) != is_safe(&after) || (after.withdrawn && bears) {
                return Ok(Some(say!("rule-correct-safe")));
            }
            let (from, to) = (cabinet.get::<LotFile>(&before.lot)?, cabinet.get::<LotFile>(&after.lot)?);
            let may = |lot: &Option<LotFile>| lot.as_ref().map_or((false, false), |lot| (lot.erase, lot.parts));
            let ((from_erase, from_parts), (to_erase, to_parts)) = (may(&from), may(&to));
            if (to_erase && !from_erase) || (to_parts && !from_parts) {
                return Ok(Some(say!("rule-correct-wider", lot = after.lot.as_str())));
            }
            let given = (&after.recipient, after.handed_over) != (&before.recipient, before.handed_over)
                && after.recipient.is_some();
            Ok((given && !to_erase).then(|| say!("rule-give-consent", lot = after.lot.as_str())))
        })
    },
};
