//! Arming: how a person's confirmation becomes the right to write to one disk.
//!
//! Invariants: [`Armed`] has no other maker than [`arm`]; `arm` refuses before it looks at the confirmation; no option
//! passes a refusal.

use super::disk::{Attachment, Disk, DiskIdentity, Obstacle};
use crate::unit::{Digest, Symbol};

/// Symbols in the code that stands in for a missing serial.
pub const CODE_SYMBOLS: usize = 4;
/// The shortest end of a serial that counts as typed.
const SERIAL_END: usize = 4;

/// What the ledger says about the device that the disk belongs to.
#[expect(clippy::struct_excessive_bools, reason = "each is told and asked for by itself")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clearance {
    /// The lot's donor consented to erasing and has not withdrawn.
    pub consent: bool,
    /// The device is on hold.
    pub on_hold: bool,
    /// The device is in quarantine.
    pub quarantined: bool,
    /// Nothing says that the disk is the device's: no inspection saw it inside, and nobody bound it.
    pub stranger: bool,
}

/// What a person typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation(pub String);

/// Why a disk was not armed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmRefusal {
    /// Something forbids writing at all.
    #[error("{name}: {obstacle:?}")]
    Forbidden {
        /// The disk.
        name: String,
        /// The first thing in the way.
        obstacle: Obstacle,
    },
    /// What was typed is not the end of this disk's serial.
    #[error("{name}: the confirmation is not the end of its serial")]
    WrongSerial {
        /// The disk.
        name: String,
        /// Its serial.
        serial: String,
    },
    /// What was typed is the end of this disk's serial, and its whole serial is asked for.
    #[error("{name}: never seen inside its machine; its whole serial must be typed")]
    OnlyTheEnd {
        /// The disk.
        name: String,
        /// Its serial.
        serial: String,
    },
    /// The disk has no serial of its own: the code of this attachment must be typed.
    #[error("{name}: no serial of its own; its code must be typed")]
    WrongCode {
        /// The disk.
        name: String,
        /// The code that counts.
        code: String,
    },
}

/// The right to write to one disk in one attachment. Given up by dropping it.
#[derive(Debug, PartialEq, Eq)]
pub struct Armed {
    disk: Disk,
}

impl Armed {
    /// The disk that may be written.
    #[must_use]
    pub const fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Whether `now` is the armed disk in the armed attachment: boot id, `diskseq` and port alike, and the same identity.
    #[must_use]
    pub fn is_still(&self, identity: &DiskIdentity, attachment: &Attachment) -> bool {
        self.disk.identity == *identity && self.disk.attachment == *attachment
    }
}

/// Everything in the way of writing: what the machine shows and what the ledger says.
#[must_use]
pub fn obstacles_for(disk: &Disk, clearance: Clearance) -> Vec<Obstacle> {
    let mut obstacles = disk.obstacles.clone();
    obstacles.extend(clearance.quarantined.then_some(Obstacle::Quarantined));
    obstacles.extend(clearance.on_hold.then_some(Obstacle::OnHold));
    obstacles.extend((!clearance.consent).then_some(Obstacle::NoConsent));
    obstacles
}

/// The code to type for a disk without a serial of its own. It changes with every attachment, boot and station secret.
#[must_use]
pub fn code_for(disk: &Disk, secret: &Digest) -> String {
    let seq = disk.attachment.diskseq.unwrap_or(0);
    let text = format!(
        "{}\n{seq}\n{}\n{}\n{}",
        disk.attachment.boot_id, disk.attachment.port, disk.name, disk.identity.size.0
    );
    let hash = blake3::keyed_hash(&secret.0, text.as_bytes());
    hash.as_bytes().iter().take(CODE_SYMBOLS).map(|byte| Symbol::of(*byte).char()).collect()
}

/// Arms `disk` when nothing stands in the way and the confirmation names it.
///
/// With a serial of its own, the whole serial or an end of at least 4 characters counts (all of a shorter one), in any case;
/// of a stranger only the whole serial, so that nobody takes the disk of the next machine in the row for it.
/// Without one, or where two attached disks show the same, only [`code_for`] counts.
pub fn arm(disk: Disk, clearance: Clearance, secret: &Digest, typed: &Confirmation) -> Result<Armed, ArmRefusal> {
    if let Some(obstacle) = obstacles_for(&disk, clearance).into_iter().next() {
        return Err(ArmRefusal::Forbidden { name: disk.name, obstacle });
    }
    let typed = typed.0.trim().to_uppercase();
    if let Some(serial) = disk.identity.serial.clone().filter(|_| !disk.serial_shared) {
        let least = SERIAL_END.min(serial.chars().count());
        let whole = serial.to_uppercase();
        if least == 0 || typed.chars().count() < least || !whole.ends_with(&typed) {
            return Err(ArmRefusal::WrongSerial { name: disk.name, serial });
        }
        if clearance.stranger && typed != whole {
            return Err(ArmRefusal::OnlyTheEnd { name: disk.name, serial });
        }
        return Ok(Armed { disk });
    }
    let code = code_for(&disk, secret);
    let read: Option<String> = typed.chars().map(|c| Symbol::read(c).map(Symbol::char)).collect();
    if read.as_deref() == Some(code.as_str()) {
        Ok(Armed { disk })
    } else {
        Err(ArmRefusal::WrongCode { name: disk.name, code })
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::Bus;
    use super::*;
    use crate::unit::Bytes;

    const FREE: Clearance = Clearance { consent: true, on_hold: false, quarantined: false, stranger: false };
    const SECRET: Digest = Digest([3; 32]);

    fn disk(serial: Option<&str>) -> Disk {
        Disk {
            name: "sdx".to_owned(),
            path: "/dev/sdx".into(),
            identity: DiskIdentity {
                serial: serial.map(str::to_owned),
                wwn: None,
                model: Some("MODEL".to_owned()),
                size: Bytes::gib(1),
            },
            attachment: Attachment { boot_id: "boot".to_owned(), diskseq: Some(9), port: "usb1/1-2".to_owned() },
            logical_block: 512,
            physical_block: 4096,
            bus: Bus::Usb,
            rotational: Some(false),
            removable: true,
            practice: false,
            serial_shared: false,
            obstacles: Vec::new(),
        }
    }

    fn typed(text: &str) -> Confirmation {
        Confirmation(text.to_owned())
    }

    #[test]
    fn the_end_of_the_serial_arms_and_nothing_shorter_or_else() {
        for good in ["WD-1234", "1234", "d-1234", " 1234 "] {
            assert!(arm(disk(Some("WD-1234")), FREE, &SECRET, &typed(good)).is_ok(), "{good}");
        }
        for bad in ["", "234", "WD-1", "1235", "XWD-1234"] {
            assert!(arm(disk(Some("WD-1234")), FREE, &SECRET, &typed(bad)).is_err(), "{bad:?}");
        }
        assert!(arm(disk(Some("A1")), FREE, &SECRET, &typed("a1")).is_ok());
        assert!(arm(disk(Some("A1")), FREE, &SECRET, &typed("1")).is_err());
    }

    #[test]
    fn of_a_stranger_only_the_whole_serial_arms_and_its_end_is_called_an_end() {
        let stranger = Clearance { stranger: true, ..FREE };
        for good in ["WD-1234", "wd-1234", " WD-1234 "] {
            assert!(arm(disk(Some("WD-1234")), stranger, &SECRET, &typed(good)).is_ok(), "{good}");
        }
        let (name, serial) = ("sdx".to_owned(), "WD-1234".to_owned());
        for end in ["1234", "D-1234"] {
            let refusal = ArmRefusal::OnlyTheEnd { name: name.clone(), serial: serial.clone() };
            assert_eq!(arm(disk(Some("WD-1234")), stranger, &SECRET, &typed(end)), Err(refusal), "{end}");
        }
        for bad in ["", "234", "XWD-1234"] {
            let refusal = ArmRefusal::WrongSerial { name: name.clone(), serial: serial.clone() };
            assert_eq!(arm(disk(Some("WD-1234")), stranger, &SECRET, &typed(bad)), Err(refusal), "{bad:?}");
        }
        let bare = disk(None);
        let code = code_for(&bare, &SECRET);
        assert!(arm(bare, stranger, &SECRET, &typed(&code)).is_ok(), "the code of this attachment is as good as ever");
    }

    #[test]
    fn without_a_serial_of_its_own_only_the_code_of_this_attachment_arms() {
        let bare = disk(None);
        let code = code_for(&bare, &SECRET);
        assert_eq!(code.len(), CODE_SYMBOLS);
        assert!(arm(bare.clone(), FREE, &SECRET, &typed(&code.to_lowercase())).is_ok());
        assert!(arm(bare.clone(), FREE, &SECRET, &typed("")).is_err());
        let mut replugged = bare;
        replugged.attachment.diskseq = Some(10);
        assert_ne!(code_for(&replugged, &SECRET), code);
        assert!(arm(replugged, FREE, &SECRET, &typed(&code)).is_err());
        let mut shared = disk(Some("0000000001"));
        shared.serial_shared = true;
        assert!(arm(shared.clone(), FREE, &SECRET, &typed("0000000001")).is_err());
        let code = code_for(&shared, &SECRET);
        assert!(arm(shared, FREE, &SECRET, &typed(&code)).is_ok());
    }

    #[test]
    fn every_obstacle_refuses_even_with_the_right_serial() {
        for obstacle in [
            Obstacle::SystemDisk,
            Obstacle::Mounted("/mnt".to_owned()),
            Obstacle::Swap,
            Obstacle::Held("dm-0".to_owned()),
            Obstacle::UnderLoop("loop3".to_owned()),
            Obstacle::ReadOnly,
            Obstacle::HoldsImage,
            Obstacle::HoldsLedger,
            Obstacle::NotPractice,
        ] {
            let mut held = disk(Some("WD-1234"));
            held.obstacles = vec![obstacle.clone()];
            assert_eq!(
                arm(held, FREE, &SECRET, &typed("WD-1234")),
                Err(ArmRefusal::Forbidden { name: "sdx".to_owned(), obstacle })
            );
        }
        for (clearance, obstacle) in [
            (Clearance { consent: false, ..FREE }, Obstacle::NoConsent),
            (Clearance { on_hold: true, ..FREE }, Obstacle::OnHold),
            (Clearance { quarantined: true, ..FREE }, Obstacle::Quarantined),
        ] {
            assert_eq!(
                arm(disk(Some("WD-1234")), clearance, &SECRET, &typed("WD-1234")),
                Err(ArmRefusal::Forbidden { name: "sdx".to_owned(), obstacle })
            );
        }
    }
}
