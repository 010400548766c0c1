//! Rules about giving a device away: asked when it is allocated and again when it is handed over.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::{Lift, Rule};
use crate::custody::drawer::{Cabinet, DrawerError};
use crate::custody::file::{DeviceFile, LotFile, RecipientFile};
use crate::custody::stage::functions_sentence;
use crate::event::people::Role;
use crate::event::{Event, Fact};
use crate::unit::RecipientId;
use crate::word::{Sentence, say};

const LEAD: Option<Lift> = Some(Lift { by: Role::Lead, names_pupil: false });
const LEAD_FOR_A_PUPIL: Option<Lift> = Some(Lift { by: Role::Lead, names_pupil: true });

/// To whom the event gives the device, or means to.
pub(super) fn giving(event: &Event) -> Option<&RecipientId> {
    match &event.fact {
        Fact::DeviceAllocated(allocated) => Some(&allocated.recipient),
        Fact::DeviceHandedOver(handed) => Some(&handed.recipient),
        _other => None,
    }
}

fn given(
    event: &Event,
    cabinet: &Cabinet<'_>,
    objects: impl FnOnce(&DeviceFile) -> Option<Sentence>,
) -> Result<Option<Sentence>, DrawerError> {
    let (Some(_), Some(about)) = (giving(event), &event.device) else { return Ok(None) };
    Ok(cabinet.get::<DeviceFile>(&about.id)?.and_then(|file| objects(&file)))
}

/// Every disk that was ever seen in or bound to the device is wiped with evidence; at least one is known.
pub(super) static DISKS_WIPED: Rule = Rule {
    id: "give-disks-wiped",
    overridable: None,
    check: |event, cabinet| {
        given(event, cabinet, |file| {
            if file.verdict.is_none() || file.counted().next().is_none() {
                return Some(say!("rule-give-no-disk"));
            }
            file.unwiped().next().map(|key| say!("rule-give-disks-wiped", disk = key.as_str()))
        })
    },
};

/// A donor who took the consent to erase back wants the device or its data: it goes to nobody.
pub(super) static CONSENTED: Rule = Rule {
    id: "give-consent",
    overridable: None,
    check: |event, cabinet| {
        let (Some(_), Some(about)) = (giving(event), &event.device) else { return Ok(None) };
        let Some(file) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
        let consent = cabinet.get::<LotFile>(&file.lot)?.is_some_and(|lot| lot.erase);
        Ok((!consent).then(|| say!("rule-give-consent", lot = file.lot.as_str())))
    },
};

/// No device in quarantine is given to anybody.
pub(super) static SAFE: Rule = Rule {
    id: "give-safe",
    overridable: None,
    check: |event, cabinet| given(event, cabinet, |file| file.quarantined.map(|_danger| say!("rule-give-safe"))),
};

/// No device on hold is given away.
pub(super) static NOT_HELD: Rule = Rule {
    id: "give-not-held",
    overridable: None,
    check: |event, cabinet| given(event, cabinet, |file| file.held.map(|_reason| say!("rule-give-not-held"))),
};

/// A device without a tag cannot be found again.
pub(super) static TAGGED: Rule = Rule {
    id: "give-tagged",
    overridable: None,
    check: |event, cabinet| given(event, cabinet, |file| file.tags.is_empty().then(|| say!("rule-give-tagged"))),
};

/// A device has a system on it.
pub(super) static IMAGED: Rule = Rule {
    id: "give-imaged",
    overridable: LEAD,
    check: |event, cabinet| given(event, cabinet, |file| (!file.is_imaged()).then(|| say!("rule-give-imaged"))),
};

/// Every function was tested and works, or the device has none.
pub(super) static FUNCTIONS: Rule = Rule {
    id: "give-functions",
    overridable: LEAD,
    check: |event, cabinet| {
        given(event, cabinet, |file| {
            let missing = functions_sentence(&file.functions_missing());
            missing.map(|missing| say!("rule-give-functions", functions = missing))
        })
    },
};

/// It meets the spec profile.
pub(super) static GOOD_ENOUGH: Rule = Rule {
    id: "give-good-enough",
    overridable: LEAD,
    check: |event, cabinet| {
        given(event, cabinet, |file| (!file.is_good_enough()).then(|| say!("rule-give-good-enough")))
    },
};

/// A device set aside for one pupil does not go to another.
pub(super) static ONE_PUPIL: Rule = Rule {
    id: "give-one-pupil",
    overridable: LEAD_FOR_A_PUPIL,
    check: |event, cabinet| {
        let recipient = giving(event).cloned();
        given(event, cabinet, |file| {
            let other = file.recipient.as_ref().filter(|held| Some(*held) != recipient.as_ref());
            other.map(|held| say!("rule-give-one-pupil", recipient = held.as_str()))
        })
    },
};

/// "Hỗ trợ 01 lần/01 học sinh" (KH 242): a pupil gets one device.
pub(super) static ONCE: Rule = Rule {
    id: "give-once",
    overridable: LEAD_FOR_A_PUPIL,
    check: |event, cabinet| {
        let (Some(recipient), Some(about)) = (giving(event), &event.device) else { return Ok(None) };
        let file = cabinet.get::<RecipientFile>(recipient)?.unwrap_or_default();
        let other = file.devices.iter().any(|device| *device != about.id);
        Ok(other.then(|| say!("rule-give-once", recipient = recipient.as_str())))
    },
};

/// Handing over comes after allocation.
pub(super) static ALLOCATED_FIRST: Rule = Rule {
    id: "give-allocated-first",
    overridable: None,
    check: |event, cabinet| {
        if !matches!(event.fact, Fact::DeviceHandedOver(_)) {
            return Ok(None);
        }
        given(event, cabinet, |file| file.recipient.is_none().then(|| say!("rule-give-allocated-first")))
    },
};
