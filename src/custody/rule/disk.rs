//! Rules about disks and who may write to them: the ledger's half of arming.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::drawer::{Cabinet, DrawerError};
use crate::custody::file::{DeviceFile, LotFile};
use crate::custody::look::is_called;
use crate::event::disk::DiskSeen;
use crate::event::people::Role;
use crate::event::{Event, Fact};
use crate::word::say;

/// A disk that belongs to one machine, or was first seen inside it, is not quietly bound to another: a second intake of the
/// same machine leaves behind neither a hold, nor a quarantine, nor a consent that is missing.
pub(super) static DISK_ELSEWHERE: Rule = Rule {
    id: "disk-elsewhere",
    overridable: Some(super::Lift { by: Role::Lead, names_pupil: false }),
    check: |event, cabinet| {
        let (Fact::DiskBound(bound), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let known = [cabinet.bound(&bound.key)?, cabinet.seen(&bound.key)?];
        let owner = known.into_iter().flatten().find(|owner| *owner != about.id);
        Ok(owner.map(|owner| say!("rule-disk-elsewhere", device = owner.as_str())))
    },
};

fn target(event: &Event, cabinet: &Cabinet<'_>) -> Result<Option<(DeviceFile, String, DiskSeen)>, DrawerError> {
    let (key, disk) = match &event.fact {
        Fact::WipeStarted(started) => (&started.key, &started.disk),
        Fact::ImageStarted(started) => (&started.key, &started.disk),
        _other => return Ok(None),
    };
    let Some(about) = &event.device else { return Ok(None) };
    Ok(cabinet.get::<DeviceFile>(&about.id)?.map(|file| (file, key.clone(), disk.clone())))
}

/// The device whose disk is to be written or was destroyed.
fn touched(event: &Event, cabinet: &Cabinet<'_>) -> Result<Option<DeviceFile>, DrawerError> {
    match (&event.fact, &event.device) {
        (Fact::DiskDestroyed(_), Some(about)) => cabinet.get::<DeviceFile>(&about.id),
        _other => Ok(target(event, cabinet)?.map(|(file, ..)| file)),
    }
}

/// Nothing is written to the disks of a device in quarantine.
pub(super) static ARM_QUARANTINE: Rule = Rule {
    id: "arm-quarantine",
    overridable: None,
    check: |event, cabinet| {
        let file = target(event, cabinet)?;
        Ok(file.and_then(|(file, ..)| file.quarantined).map(|_danger| say!("rule-arm-quarantine")))
    },
};

/// Nothing is written to the disks of a device on hold, nor are they destroyed.
pub(super) static ARM_HOLD: Rule = Rule {
    id: "arm-hold",
    overridable: None,
    check: |event, cabinet| {
        let file = touched(event, cabinet)?;
        Ok(file.and_then(|file| file.held).map(|_reason| say!("rule-arm-hold")))
    },
};

/// Nothing is erased, in whatever way, without the donor's consent.
pub(super) static ARM_CONSENT: Rule = Rule {
    id: "arm-consent",
    overridable: None,
    check: |event, cabinet| {
        let Some(file) = touched(event, cabinet)? else { return Ok(None) };
        let consent = cabinet.get::<LotFile>(&file.lot)?.is_some_and(|lot| lot.erase);
        Ok((!consent).then(|| say!("rule-arm-consent", lot = file.lot.as_str())))
    },
};

/// A disk is written for the machine it belongs to, under its own name, and in practice only if practice made it.
pub(super) static DISK_BOUND: Rule = Rule {
    id: "disk-bound",
    overridable: None,
    check: |event, cabinet| {
        let Some((file, key, seen)) = target(event, cabinet)? else { return Ok(None) };
        let good = file.disks.get(&key).is_some_and(|disk| disk.bound && disk.disk.practice == file.practice)
            && seen.practice == file.practice
            && is_called(&seen, &key);
        Ok((!good).then(|| say!("rule-disk-bound", disk = key)))
    },
};

/// A disk is bound under its own name, so that no other disk's wipe ever counts as its own.
pub(super) static DISK_NAMED: Rule = Rule {
    id: "disk-named",
    overridable: None,
    check: |event, _cabinet| {
        let Fact::DiskBound(bound) = &event.fact else { return Ok(None) };
        Ok((!is_called(&bound.disk, &bound.key)).then(|| say!("rule-disk-named", disk = bound.key.as_str())))
    },
};
