//! Making a stick of a disk that is nobody's: arming it, writing the image, enrolling what came of it.
//!
//! Invariants: only a lead who signed in makes one, and that is asked before the first byte; a disk that the ledger knows as
//! some device's never becomes one; a stick is enrolled, durably, before it can be used for the first time.

use super::bench::Bench;
use super::disk::{disk_key, seen};
use super::people::people;
use super::pin::copy_pin;
use crate::custody::STICK_KINDS;
use crate::device::{
    ArmRefusal, Armed, Confirmation, Disk, Obstacle, StickClearance, arm_stick, code_for, obstacle_sentence,
    obstacles_for_stick, refusal_sentence,
};
use crate::event::station::StickEnrolled;
use crate::imaging::{Gpt, Partition, Unpacked};
use crate::job::{JobNews, StickWatch, copy_to_stick, read_edge, write_edges};
use crate::port::{DiskIo, Failure, Trouble, Vault};
use crate::unit::{Bytes, Digest, Moment};
use crate::word::say;
use std::path::Path;

/// What the partition is called that a stick keeps its records in.
pub const STICK_LABEL: &str = "AOXANH";
/// As much of either end of a disk is read for its table.
const EDGE: usize = 64 * 1024;
/// The least room that records need.
const LEAST_ROOM: Bytes = Bytes::mib(16);
/// The longest name of a stick, characters.
const MOST_NAME: usize = 40;
/// The largest image of a stick.
const MOST_IMAGE: Bytes = Bytes::gib(32);

/// A disk as a person chooses one to make a stick of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickDisk {
    /// The disk.
    pub disk: Disk,
    /// Everything in the way, the gravest first.
    pub obstacles: Vec<Obstacle>,
    /// The code to type where it has no serial of its own.
    pub code: Option<String>,
}

/// Refuses a name that is empty, too long, or with signs that are no text.
pub fn check_stick_name(name: &str) -> Result<(), Failure> {
    if name.trim().is_empty() || name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
        return Err(Failure::new(Trouble::Usage, say!("stick-name-wrong", most = MOST_NAME as u64)));
    }
    Ok(())
}

/// Refuses whoever may not enrol a stick, before anything is done. Errors: the rules (a lead, signed in).
pub fn may_make_sticks(bench: &Bench<'_>) -> Result<(), Failure> {
    bench.refuse_if_forbidden(None, enrolled(&Enrolment::default()))
}

fn clearance(bench: &Bench<'_>, disk: &Disk, not_home: bool) -> Result<StickClearance, Failure> {
    let owner = bench.index.owner_of_disk(&disk_key(disk), &seen(disk))?;
    let of_device = owner.map(|id| bench.device(&id).map_or_else(|_unknown| id.to_string(), |found| found.name()));
    Ok(StickClearance { of_device, not_home })
}

/// The disks of this machine with what stands in the way of making a stick of each.
pub fn stick_disks(bench: &Bench<'_>) -> Result<Vec<StickDisk>, Failure> {
    let view = |disk: Disk| {
        let obstacles = obstacles_for_stick(&disk, &clearance(bench, &disk, false)?);
        let code = (disk.identity.serial.is_none() || disk.serial_shared).then(|| code_for(&disk, &bench.secret));
        Ok(StickDisk { disk, obstacles, code })
    };
    bench.disks.list(None)?.into_iter().map(view).collect()
}

/// Arms a disk that is no device's. `not_home`: it is a stick of ours with records that have not come home.
pub fn arm_for_stick(bench: &Bench<'_>, disk: Disk, typed: Option<&str>, not_home: bool) -> Result<Armed, Failure> {
    let model = disk.identity.model.clone().unwrap_or_else(|| "?".to_owned());
    let (shown, port) = (format!("{} · {model} · {}", disk.name, disk.identity.size), disk.attachment.port.clone());
    let clearance = clearance(bench, &disk, not_home)?;
    let typed = Confirmation(typed.unwrap_or_default().to_owned());
    arm_stick(disk, &clearance, &bench.secret, &typed).map_err(|refusal| {
        let hint = match &refusal {
            ArmRefusal::Forbidden { obstacle, .. } => obstacle_sentence(obstacle),
            ArmRefusal::WrongSerial { serial, .. } | ArmRefusal::OnlyTheEnd { serial, .. } => {
                say!("stick-type-serial", serial = serial.as_str())
            }
            ArmRefusal::WrongCode { code, .. } => {
                say!("arm-type-code", code = code.as_str(), disk = shown.as_str(), port = port.as_str())
            }
        };
        Failure::new(Trouble::No, refusal_sentence(&refusal)).detail(&refusal).hint(hint)
    })
}

/// Writes the image of a stick to the armed disk, reads it back, lets its last partition reach to the disk's end and gives
/// disk and partitions ids of their own, so that two sticks in one machine are told apart: the last partition, in which
/// nothing stands yet.
pub fn write_stick_image(
    bench: &Bench<'_>,
    armed: &Armed,
    image: &Path,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> Result<Partition, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Trouble::Io, say!("file-unreadable", file = image.display().to_string())).because(error)
    };
    let expected = bench.files.length(image)?;
    let mut raw = Unpacked::new(bench.files.open(image)?, MOST_IMAGE).map_err(unreadable)?;
    let mut io = bench.disks.open(armed)?;
    let name = armed.disk().name.as_str();
    let mut watch = StickWatch { name, clock: bench.clock, cancel, news };
    copy_to_stick(&mut raw, expected, io.as_mut(), &mut watch)?;
    own_table(io.as_mut(), name, &mut || bench.chance.bytes())
}

/// Lets the last partition of the table that was written reach to the end of the disk, and renews every id in it.
fn own_table(io: &mut dyn DiskIo, name: &str, fresh: &mut dyn FnMut() -> [u8; 16]) -> Result<Partition, Failure> {
    let wrong = || Failure::new(Trouble::BadData, say!("stick-image-wrong")).hint(say!("stick-image-wrong-hint"));
    let (size, block) = (io.size(), io.logical_block());
    let end = size.0 / u64::from(block) * u64::from(block);
    let start = read_edge(io, name, Bytes::ZERO, EDGE)?;
    let behind = read_edge(io, name, Bytes(end.saturating_sub(EDGE as u64)), EDGE)?;
    let table = Gpt::read(&start, &behind, size, block).ok_or_else(wrong)?.moved().ok_or_else(wrong)?;
    let table = table.clone().grown().unwrap_or(table).with_ids(fresh);
    let parts = table.partitions();
    let Some(last) = parts.last().copied().filter(|last| !last.efi && parts.iter().any(|part| part.efi)) else {
        return Err(wrong());
    };
    if last.length < LEAST_ROOM {
        let what = say!("stick-too-small", disk = name, size = size.to_string());
        return Err(Failure::new(Trouble::No, what).hint(say!("image-hint-other-disk")));
    }
    write_edges(io, name, &table.writes())?;
    Ok(last)
}

/// A stick that is to be enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// Its public key.
    pub key: Digest,
    /// What is written on it.
    pub name: String,
    /// When its starts count no more.
    pub until: Moment,
}

impl Default for Enrolment {
    fn default() -> Self {
        let until = Moment::from_unix_millis(0);
        Self { station: Digest::ZERO, key: Digest::ZERO, name: String::new(), until }
    }
}

fn enrolled(enrolment: &Enrolment) -> StickEnrolled {
    let Enrolment { station, key, name, until } = enrolment.clone();
    StickEnrolled { station, key, name, until, kinds: STICK_KINDS.map(str::to_owned).to_vec() }
}

/// Records that a stick belongs to the station. Errors: the rules (a lead, signed in).
pub fn enrol_stick(bench: &Bench<'_>, enrolment: &Enrolment) -> Result<(), Failure> {
    bench.record(None, enrolled(enrolment)).map(|_recorded| ())
}

/// Puts the names and PINs of everybody who has a role here, and what the station calls whoever comes, into a stick's own
/// vault; of nobody else. How many people that are. Errors: the station's vault is locked.
pub fn names_for_stick(bench: &Bench<'_>, into: &dyn Vault) -> Result<u64, Failure> {
    let mut carried = 0;
    for view in people(bench)? {
        let comes = (!view.roles.is_empty() && !view.left) || view.person == bench.nobody;
        let Some(name) = bench.vault.open(view.person.as_str())?.filter(|_name| comes) else { continue };
        into.seal(view.person.as_str(), &name)?;
        copy_pin(bench.vault, into, &view.person)?;
        carried += 1;
    }
    Ok(carried)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sticks_name_is_short_and_text() {
        assert!(check_stick_name("Thẻ 3").is_ok());
        for wrong in ["", "  ", "a\nb", &"x".repeat(41)] {
            assert!(check_stick_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
