//! Disks on the bench: showing them, and turning a person's confirmation into an armed, bound target.

use super::bench::{Bench, Found};
use super::duration::last_pace;
use crate::custody::DiskState;
use crate::device::{
    ArmRefusal, Armed, Certainty, Clearance, Confirmation, Disk, HiddenArea, Medium, Obstacle, arm, code_for,
    obstacle_sentence, obstacles_for, refusal_sentence,
};
use crate::event::Fact;
use crate::event::disk::{AttachmentSeen, Bond, DiskBound, DiskSeen};
use crate::event::medium::{HiddenSeen, MediumSeen};
use crate::port::{Failure, Trouble};
use crate::reading::DiskHealth;
use crate::wipe::Pace;
use crate::word::say;
use std::path::Path;

/// A disk as it is shown: with everything in the way of writing to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskView {
    /// The disk.
    pub disk: Disk,
    /// What its medium is.
    pub medium: Medium,
    /// What stands in the way, the device's own state included where a device was named.
    pub obstacles: Vec<Obstacle>,
    /// The code to type where the disk has no serial of its own.
    pub code: Option<String>,
    /// Whether its whole serial is to be typed: nothing says that it is the named device's disk.
    pub whole_serial: bool,
    /// How fast it went at its last wipe as a disk of the named device, connected the same way.
    pub pace: Option<Pace>,
    /// How it is, where it was asked.
    pub health: Option<DiskHealth>,
}

/// A disk that may be written now, under its name in the ledger.
#[derive(Debug)]
pub struct Target {
    /// The right to write.
    pub armed: Armed,
    /// What the ledger calls the disk.
    pub key: String,
    /// What to record before its start: that it belongs to the device, where the ledger does not know.
    pub bind: Option<DiskBound>,
}

impl Bench<'_> {
    /// The disks of this machine. `image` is the file to be written; `found` the device they are meant for.
    pub fn disk_views(&self, image: Option<&Path>, found: Option<&Found>) -> Result<Vec<DiskView>, Failure> {
        let wiped = found.filter(|found| found.file.disks.values().any(|file| file.last_wipe.is_some()));
        let history = wiped.map(|found| self.index.history(&found.id)).transpose()?.unwrap_or_default();
        let view = |disk: Disk| {
            let clearance = found.map(|found| self.clearance(found, &disk)).transpose()?;
            let code = (disk.identity.serial.is_none() || disk.serial_shared).then(|| code_for(&disk, &self.secret));
            Ok(DiskView {
                obstacles: clearance.map_or_else(|| disk.obstacles.clone(), |clear| obstacles_for(&disk, clear)),
                whole_serial: code.is_none() && clearance.is_some_and(|clear| clear.stranger),
                pace: last_pace(&history, &disk_key(&disk), disk.bus.word()),
                code,
                health: None,
                medium: self.disks.medium(&disk),
                disk,
            })
        };
        self.disks.list(image)?.into_iter().map(view).collect()
    }

    /// The disk that `name` means: kernel name, path, or whole serial.
    pub fn pick_disk(&self, name: &str, image: Option<&Path>) -> Result<Disk, Failure> {
        let wanted = |disk: &Disk| {
            disk.name == name || disk.path == Path::new(name) || disk.identity.serial.as_deref() == Some(name)
        };
        let mut found: Vec<Disk> = self.disks.list(image)?.into_iter().filter(wanted).collect();
        match (found.pop(), found.is_empty()) {
            (Some(disk), true) => Ok(disk),
            (Some(_), false) => {
                Err(Failure::new(Trouble::Usage, say!("disk-ambiguous", disk = name)).hint(say!("disk-unknown-hint")))
            }
            (None, _) => {
                Err(Failure::new(Trouble::Usage, say!("disk-unknown", disk = name)).hint(say!("disk-unknown-hint")))
            }
        }
    }

    fn clearance(&self, found: &Found, disk: &Disk) -> Result<Clearance, Failure> {
        let known = found.file.disks.get(&disk_key(disk));
        Ok(Clearance {
            consent: self.lot(found)?.is_some_and(|lot| lot.erase),
            on_hold: found.file.held.is_some(),
            quarantined: found.file.quarantined.is_some(),
            stranger: !known.is_some_and(|file| file.seen || file.bound),
        })
    }

    /// Arms the disk that `name` means for the device. Records nothing.
    pub(super) fn target(
        &self,
        found: &Found,
        name: &str,
        typed: Option<&str>,
        image: Option<&Path>,
    ) -> Result<Target, Failure> {
        let disk = self.pick_disk(name, image)?;
        let key = disk_key(&disk);
        let model = disk.identity.model.as_deref().unwrap_or("?");
        let shown = format!("{} · {model} · {}", disk.name, disk.identity.size);
        let port = disk.attachment.port.clone();
        let typed_text = Confirmation(typed.unwrap_or_default().to_owned());
        let now = self.device(&found.id)?;
        let clearance = self.clearance(&now, &disk)?;
        let armed = arm(disk, clearance, &self.secret, &typed_text).map_err(|refusal| {
            let hint = match &refusal {
                ArmRefusal::Forbidden { obstacle, .. } => obstacle_sentence(obstacle),
                ArmRefusal::WrongSerial { serial, .. } if !clearance.stranger => {
                    say!("arm-type-serial", serial = serial.as_str())
                }
                ArmRefusal::WrongSerial { serial, .. } | ArmRefusal::OnlyTheEnd { serial, .. } => {
                    say!("arm-type-whole-serial", tag = found.name(), serial = serial.as_str())
                }
                ArmRefusal::WrongCode { code, .. } => {
                    say!("arm-type-code", code = code.as_str(), disk = shown.as_str(), port = port.as_str())
                }
            };
            Failure::new(Trouble::No, refusal_sentence(&refusal)).detail(&refusal).hint(hint)
        })?;
        let elsewhere = self.index.bound(&key)?.is_some_and(|owner| owner != found.id);
        let known = now.file.disks.get(&key);
        let bond = match known {
            Some(file) if file.seen && file.disk.serial.is_some() => Bond::Certain,
            Some(_) | None => Bond::Claimed,
        };
        let binding = DiskBound { disk: seen(armed.disk()), key: key.clone(), bond };
        let is_gone = known.is_some_and(|file| file.state == DiskState::Destroyed);
        let is_new = elsewhere || !known.is_some_and(|file| file.bound);
        if is_new || is_gone {
            // What the rules say to the binding they say once the disk is open; a person is told before.
            self.refuse_if_forbidden(Some(&found.id), binding.clone())?;
        }
        let to_record = is_new.then_some(binding);
        self.refuse_other_wwn(found, &key, armed.disk())?;
        Ok(Target { armed, key, bind: to_record })
    }

    /// A disk that shows the serial, model and size of one bound before, but another WWN, is another disk: makers of cheap
    /// bridges and sticks give every piece the same serial.
    fn refuse_other_wwn(&self, found: &Found, key: &str, disk: &Disk) -> Result<(), Failure> {
        let Some(wwn) = &disk.identity.wwn else { return Ok(()) };
        let differs = |fact: &Fact| {
            let Fact::DiskBound(bound) = fact else { return false };
            bound.key == key && bound.disk.wwn.as_ref().is_some_and(|known| known != wwn)
        };
        if self.index.history(&found.id)?.iter().any(|line| differs(&line.event.fact)) {
            return Err(Failure::new(Trouble::No, say!("disk-other-wwn", disk = disk.name.as_str()))
                .hint(say!("disk-other-wwn-hint")));
        }
        Ok(())
    }
}

/// What the ledger calls the disk: `serial|model|size`; without a serial of its own, the model and size of this attachment.
pub(super) fn disk_key(disk: &Disk) -> String {
    match disk.identity.key() {
        Some(key) if !disk.serial_shared => key,
        Some(_) | None => {
            let at = &disk.attachment;
            let text = format!("{}\n{:?}\n{}\n{}", at.boot_id, at.diskseq, at.port, disk.name);
            let hash = blake3::hash(text.as_bytes()).to_hex();
            format!("|{}|{}|{}", disk.identity.model.as_deref().unwrap_or(""), disk.identity.size.0, &hash[..16])
        }
    }
}

/// The disk in the ledger's words.
pub(super) fn seen(disk: &Disk) -> DiskSeen {
    DiskSeen {
        serial: disk.identity.serial.clone().filter(|_serial| !disk.serial_shared),
        wwn: disk.identity.wwn.clone(),
        model: disk.identity.model.clone(),
        size: disk.identity.size,
        bus: disk.bus.word().to_owned(),
        practice: disk.practice,
    }
}

/// Its medium in the ledger's words.
pub(super) fn medium_seen(medium: &Medium) -> MediumSeen {
    let area = |area: &HiddenArea| HiddenSeen { by: area.by.word().to_owned(), size: area.size };
    MediumSeen {
        kind: medium.kind.word().to_owned(),
        certain: medium.certainty == Certainty::Certain,
        firmware: medium.told.as_ref().ok().and_then(|told| told.firmware.clone()),
        bridge: medium.bridge.as_ref().map(|bridge| bridge.id.clone()),
        spins: medium.spins,
        hidden: medium.hidden.areas.iter().map(area).collect(),
        hidden_known: medium.hidden.unknown.is_none(),
    }
}

/// Where it is plugged in, in the ledger's words.
pub(super) fn attachment(disk: &Disk) -> AttachmentSeen {
    AttachmentSeen {
        boot_id: disk.attachment.boot_id.clone(),
        diskseq: disk.attachment.diskseq,
        port: disk.attachment.port.clone(),
        name: disk.name.clone(),
    }
}
