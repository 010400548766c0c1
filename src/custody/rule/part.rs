//! Rules about grades, repairs and parts: what may be taken out, what may be put in.

use super::{Lift, Rule};
use crate::custody::file::{DeviceFile, DiskState, LotFile};
use crate::custody::parts::PartFile;
use crate::event::Fact;
use crate::event::people::Role;
use crate::event::repair::RepairOutcome;
use crate::word::say;

/// Nothing is taken out of a device whose donor did not consent to that.
pub(super) static PART_CONSENT: Rule = Rule {
    id: "part-consent",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::PartTaken(_), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let Some(file) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
        let consent = cabinet.get::<LotFile>(&file.lot)?.is_some_and(|lot| lot.parts);
        Ok((!consent).then(|| say!("rule-part-consent", lot = file.lot.as_str())))
    },
};

/// Nothing dangerous is opened: neither are parts taken out nor put in, nor is it switched on to be inspected or tested.
pub(super) static PART_SAFE: Rule = Rule {
    id: "quarantine-still",
    overridable: None,
    check: |event, cabinet| {
        let still = matches!(
            event.fact,
            Fact::PartTaken(_) | Fact::PartFitted(_) | Fact::DeviceInspected(_) | Fact::FunctionTested(_)
        );
        let (true, Some(about)) = (still, &event.device) else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        Ok(file.and_then(|file| file.quarantined).map(|_danger| say!("rule-quarantine-still")))
    },
};

/// A part is taken out once, and a disk is one only once it was wiped with evidence: of that wipe.
pub(super) static PART_FREE: Rule = Rule {
    id: "part-free",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::PartTaken(taken), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        if cabinet.get::<PartFile>(&taken.part)?.is_some() {
            return Ok(Some(say!("rule-part-once", part = taken.part.as_str())));
        }
        let Some(disk) = &taken.disk else {
            // A disk under another name would take the donor's data along.
            return Ok((taken.kind == "disk").then(|| say!("rule-part-which-disk")));
        };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let wiped = file.as_ref().and_then(|file| file.disks.get(&disk.key));
        let free = wiped.is_some_and(|known| known.state == DiskState::Wiped && known.last_wipe == Some(disk.wiped));
        Ok((!free).then(|| say!("rule-part-free", disk = disk.key.as_str())))
    },
};

/// What is put in lies on the shelf.
pub(super) static PART_SHELF: Rule = Rule {
    id: "part-shelf",
    overridable: None,
    check: |event, cabinet| {
        let Fact::PartFitted(fitted) = &event.fact else { return Ok(None) };
        let part = fitted.part.as_str();
        let known = cabinet.get::<PartFile>(&fitted.part)?.filter(|file| !file.withdrawn);
        Ok(match known.map(|file| file.fitted) {
            None => Some(say!("rule-part-unknown", part = part)),
            Some(Some(device)) => Some(say!("rule-part-fitted", part = part, device = device.as_str())),
            Some(None) => None,
        })
    },
};

/// A device that was given up is given to nobody, unless somebody mended it since.
pub(super) static GIVE_MENDED: Rule = Rule {
    id: "give-mended",
    overridable: Some(Lift { by: Role::Lead, names_pupil: false }),
    check: |event, cabinet| {
        let (Some(_), Some(about)) = (super::handover::giving(event), &event.device) else { return Ok(None) };
        let repair = cabinet.get::<DeviceFile>(&about.id)?.and_then(|file| file.repair);
        Ok(match repair {
            Some(RepairOutcome::EndOfLife) => Some(say!("rule-give-end-of-life")),
            Some(RepairOutcome::Repairable) => Some(say!("rule-give-repairable")),
            Some(RepairOutcome::Fixed) | None => None,
        })
    },
};
