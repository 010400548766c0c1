//! Arming a disk that belongs to no device, to make a stick of it.
//!
//! Invariants: [`arm`] stays the only maker of [`Armed`], and every obstacle of the machine holds here as there; to these come
//! what a device's clearance would have said: a disk that may be anybody's, or that the ledger knows as some device's, is
//! refused before anybody is asked, and no option passes that. Nothing but the whole serial confirms, or the code of this
//! attachment: there is no device whose inspection could vouch for a shorter word.

use super::arming::{ArmRefusal, Armed, Clearance, Confirmation, arm};
use super::disk::{Bus, Disk, Obstacle};
use crate::unit::{Bytes, Digest};

/// What is larger is hardly a stick: more likely somebody's disk in a dock that calls itself removable.
const MOST_STICK: Bytes = Bytes(512_000_000_000);

/// What the ledger and the disk itself say of a disk that is to become a stick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StickClearance {
    /// The device that it was seen inside or bound to, as people call it.
    pub of_device: Option<String>,
    /// It is a stick of ours with records that have not come home.
    pub not_home: bool,
}

/// Whether a disk is one that people take in and out: a USB stick, a card. Practice disks stand in for them.
fn is_stick(disk: &Disk) -> bool {
    let taken_out = disk.removable && matches!(disk.bus, Bus::Usb | Bus::Mmc) && disk.rotational != Some(true);
    disk.practice || (taken_out && disk.identity.size <= MOST_STICK)
}

/// Everything in the way of making a stick of it, the gravest first.
#[must_use]
pub fn obstacles_for_stick(disk: &Disk, clearance: &StickClearance) -> Vec<Obstacle> {
    let mut obstacles = disk.obstacles.clone();
    obstacles.extend(clearance.of_device.clone().map(Obstacle::OfDevice));
    obstacles.extend((!is_stick(disk)).then_some(Obstacle::NotStick));
    obstacles.extend(clearance.not_home.then_some(Obstacle::NotHome));
    obstacles
}

/// Arms a disk to make a stick of it, where nothing stands in the way and the confirmation is its whole serial, or the code of
/// this attachment where it has none of its own.
pub fn arm_stick(
    disk: Disk,
    clearance: &StickClearance,
    secret: &Digest,
    typed: &Confirmation,
) -> Result<Armed, ArmRefusal> {
    if let Some(obstacle) = obstacles_for_stick(&disk, clearance).into_iter().next() {
        return Err(ArmRefusal::Forbidden { name: disk.name, obstacle });
    }
    // No device: no donor's word is needed for a disk that is nobody's, and nothing vouches for it.
    let nobodys = Clearance { consent: true, on_hold: false, quarantined: false, stranger: true };
    arm(disk, nobodys, secret, typed)
}

#[cfg(test)]
mod tests {
    use super::super::arming::code_for;
    use super::super::disk::{Attachment, DiskIdentity};
    use super::*;

    const SECRET: Digest = Digest([3; 32]);

    fn stick() -> Disk {
        Disk {
            name: "sdx".to_owned(),
            path: "/dev/sdx".into(),
            identity: DiskIdentity {
                serial: Some("WD-1234".to_owned()),
                wwn: None,
                model: Some("MODEL".to_owned()),
                size: Bytes::gib(16),
            },
            attachment: Attachment { boot_id: "boot".to_owned(), diskseq: Some(9), port: "usb1/1-2".to_owned() },
            logical_block: 512,
            physical_block: 512,
            bus: Bus::Usb,
            rotational: Some(false),
            removable: true,
            practice: false,
            serial_shared: false,
            obstacles: Vec::new(),
        }
    }

    fn armed(disk: Disk, clearance: &StickClearance, typed: &str) -> Result<Armed, ArmRefusal> {
        arm_stick(disk, clearance, &SECRET, &Confirmation(typed.to_owned()))
    }

    #[test]
    fn only_the_whole_serial_or_the_code_makes_a_stick() {
        let free = StickClearance::default();
        assert!(armed(stick(), &free, "wd-1234").is_ok());
        for typed in ["", "1234", "XWD-1234"] {
            assert!(armed(stick(), &free, typed).is_err(), "{typed}");
        }
        let mut bare = stick();
        bare.identity.serial = None;
        let code = code_for(&bare, &SECRET);
        assert!(armed(bare.clone(), &free, &code).is_ok() && armed(bare, &free, "").is_err());
    }

    #[test]
    fn what_may_be_anybodys_disk_is_refused_whatever_is_typed() {
        let refused = |disk: Disk, clearance: &StickClearance| match armed(disk, clearance, "WD-1234") {
            Err(ArmRefusal::Forbidden { obstacle, .. }) => Some(obstacle),
            _other => None,
        };
        let free = StickClearance::default();
        let changed = |change: fn(&mut Disk)| {
            let mut disk = stick();
            change(&mut disk);
            disk
        };
        for other in [
            changed(|disk| disk.removable = false),
            changed(|disk| disk.bus = Bus::Ata),
            changed(|disk| disk.bus = Bus::Nvme),
            changed(|disk| disk.rotational = Some(true)),
            changed(|disk| disk.identity.size = Bytes::gib(900)),
        ] {
            assert_eq!(refused(other, &free), Some(Obstacle::NotStick));
        }
        let of_device = StickClearance { of_device: Some("7K3XQ".to_owned()), not_home: true };
        assert_eq!(refused(stick(), &of_device), Some(Obstacle::OfDevice("7K3XQ".to_owned())));
        let not_home = StickClearance { not_home: true, ..free.clone() };
        assert_eq!(refused(stick(), &not_home), Some(Obstacle::NotHome));
        let mounted = changed(|disk| disk.obstacles = vec![Obstacle::SystemDisk]);
        assert_eq!(refused(mounted, &of_device), Some(Obstacle::SystemDisk), "the machine's own obstacles come first");
        // A practice disk stands in for a stick, and is refused like one where it is a device's.
        let practice = changed(|disk| (disk.practice, disk.bus, disk.removable) = (true, Bus::Loop, false));
        assert_eq!(refused(practice.clone(), &free), None);
        assert!(armed(practice.clone(), &free, "WD-1234").is_ok());
        assert!(refused(practice, &of_device).is_some());
    }
}
