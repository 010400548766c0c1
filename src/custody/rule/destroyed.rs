//! Rules about disks that were destroyed: what may be said of one, and that it never comes back.
//!
//! Source: NIST SP 800-88, "Destroy". A destroyed disk stands in for a proved wipe, so that its record asks for as much: a
//! person who is known, a way that works for that medium, a witness where the team has one.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::drawer::{Cabinet, DrawerError};
use crate::custody::file::{DeviceFile, DiskState, PersonFile};
use crate::event::disk::Destruction;
use crate::event::{Event, Fact};
use crate::word::say;

/// What was destroyed is neither wiped, nor imaged, nor bound, nor destroyed again, for whichever device.
pub(super) static DISK_DESTROYED: Rule = Rule {
    id: "disk-destroyed",
    overridable: None,
    check: |event, cabinet| {
        let key = match &event.fact {
            Fact::DiskBound(bound) => &bound.key,
            Fact::WipeStarted(started) => &started.key,
            Fact::ImageStarted(started) => &started.key,
            Fact::DiskDestroyed(destroyed) => &destroyed.key,
            _other => return Ok(None),
        };
        Ok(is_destroyed(event, key, cabinet)?.then(|| say!("rule-disk-destroyed", disk = key.as_str())))
    },
};

/// Whether the disk of that key was destroyed, as a disk of this device or of whichever one it was known of.
fn is_destroyed(event: &Event, key: &str, cabinet: &Cabinet<'_>) -> Result<bool, DrawerError> {
    let own = event.device.as_ref().map(|about| about.id.clone());
    for device in [own, cabinet.bound(key)?, cabinet.seen(key)?].into_iter().flatten() {
        let file = cabinet.get::<DeviceFile>(&device)?;
        if file.is_some_and(|file| file.disks.get(key).is_some_and(|disk| disk.state == DiskState::Destroyed)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Only a disk that the device is known to have frees it of the donor's data, under the name and look that it has there.
pub(super) static DESTROYED_KNOWN: Rule = Rule {
    id: "destroyed-known",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::DiskDestroyed(destroyed), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let known =
            file.is_some_and(|file| file.disks.get(&destroyed.key).is_some_and(|disk| disk.disk == destroyed.disk));
        Ok((!known).then(|| say!("rule-destroyed-known", disk = destroyed.key.as_str())))
    },
};

/// A magnet does nothing to flash, and cutting chips nothing to platters. Source: NIST SP 800-88, "Degauss": it is for
/// magnetic media only.
pub(super) static DESTROYED_HOW: Rule = Rule {
    id: "destroyed-how",
    overridable: None,
    check: |event, _cabinet| {
        let Fact::DiskDestroyed(destroyed) = &event.fact else { return Ok(None) };
        let flash = ["nvme", "mmc"].contains(&destroyed.disk.bus.as_str());
        let spins = if flash { Some(false) } else { destroyed.spins };
        Ok(match (destroyed.how, spins) {
            (Destruction::Degaussed, Some(false) | None) => Some(say!("rule-destroyed-degauss")),
            (Destruction::Cut, Some(true)) => Some(say!("rule-destroyed-cut")),
            (Destruction::Degaussed, Some(true))
            | (Destruction::Cut, Some(false) | None)
            | (Destruction::Drilled | Destruction::Shredded, _) => None,
        })
    },
};

/// The witness is another person, of the team. Where another lead could have been asked, somebody was.
pub(super) static DESTROYED_WITNESS: Rule = Rule {
    id: "destroyed-witness",
    overridable: None,
    check: |event, cabinet| {
        let Fact::DiskDestroyed(destroyed) = &event.fact else { return Ok(None) };
        let Some(witness) = &destroyed.witness else {
            let another = cabinet.station()?.leads.iter().any(|lead| *lead != event.by.person);
            return Ok(another.then(|| say!("rule-destroyed-alone")));
        };
        let file = cabinet.get::<PersonFile>(witness)?;
        let good = *witness != event.by.person && file.is_some_and(|file| !file.left && !file.roles.is_empty());
        Ok((!good).then(|| say!("rule-destroyed-witness", person = witness.as_str())))
    },
};
