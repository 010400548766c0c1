//! Grades, repairs, parts and locks in the chain of custody: what they change, and what their rules refuse.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::custody::{Step, about};
use super::ledger_rig::*;
use aoxanh::custody::{DiskState, PartFile, Shelf, Stage};
use aoxanh::event::donation::{ConsentGiven, Purpose};
use aoxanh::event::inspection::Verdict;
use aoxanh::event::intake::{Danger, DeviceQuarantined};
use aoxanh::event::lock::{LockCleared, LockFound, LockKind, LockShown};
use aoxanh::event::repair::{
    DeviceGraded, Grade, GradeAnswer, PartDisk, PartFitted, PartTaken, RepairOutcome, RepairRecorded,
};
use aoxanh::unit::{Bytes, Digest, PartId, RANDOM_BYTES};

pub(crate) fn part(number: u8) -> PartId {
    PartId::from_random([number; RANDOM_BYTES])
}

pub(crate) fn taken(number: u8) -> PartTaken {
    let (kind, label) = ("memory".to_owned(), Some("DDR3L SODIMM".to_owned()));
    PartTaken { part: part(number), kind, label, size: Some(Bytes(1 << 32)), disk: None }
}

pub(crate) fn disk_taken(number: u8, wiped: Digest) -> PartTaken {
    let disk = Some(PartDisk { key: key("S"), wiped });
    PartTaken { part: part(number), kind: "disk".to_owned(), label: None, size: None, disk }
}

pub(crate) fn repaired(outcome: RepairOutcome) -> RepairRecorded {
    let codes = |code: &str| vec![code.to_owned()];
    let (faults, actions) = (codes("screen"), codes("part-replaced"));
    RepairRecorded { faults, actions, outcome, barrier: None, cost: None, limit: None, note: None }
}

pub(crate) fn graded(grade: Grade) -> DeviceGraded {
    let answers = vec![GradeAnswer { item: "screen".to_owned(), answer: "clean".to_owned() }];
    let (checklist, checklist_digest) = ("chuan".to_owned(), Digest([7; 32]));
    DeviceGraded { grade, checklist, checklist_digest, answers, photos: Vec::new() }
}

const LOCK: LockKind = LockKind::FirmwarePassword;

fn locked(secret: bool) -> LockFound {
    LockFound { lock: LOCK, secret: secret.then_some(Digest([8; 32])) }
}

/// Device 1, ready, of a donor who agreed to parts being taken; device 2 received.
fn generous() -> Walk {
    let mut walk = Walk::ready();
    walk.goes(None, ConsentGiven { lot: lot(1), purpose: Purpose::Parts });
    walk.goes(Some(2), received(1));
    walk.goes(Some(2), tag(2));
    walk
}

fn wiped(walk: &mut Walk) -> Digest {
    walk.device(1).expect("device 1").disks[&key("S")].last_wipe.expect("wiped")
}

/// For each rule about them: a walk that leads up to it, and the step that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let after = |fact: aoxanh::event::Fact| {
        let mut walk = generous();
        walk.goes(Some(1), fact);
        walk
    };
    let mut unwiped = generous();
    let old = wiped(&mut unwiped);
    unwiped.goes(Some(1), wipe_started(5, "S"));
    let mut gone = after(taken(1).into());
    gone.goes(Some(2), PartFitted { part: part(1) });
    let quarantined = || after(DeviceQuarantined { danger: Danger::Battery }.into());
    let nameless = PartTaken { kind: "disk".to_owned(), ..taken(4) };
    vec![
        ("part-consent", Walk::ready(), about(taken(1))),
        ("quarantine-still", quarantined(), about(inspected(Verdict::Pass, &[disk(Some("S"))]))),
        ("quarantine-still", quarantined(), about(taken(1))),
        ("part-free", after(taken(1).into()), about(taken(1))),
        ("part-free", generous(), about(nameless)),
        ("part-free", generous(), about(disk_taken(1, Digest([4; 32])))),
        ("part-free", unwiped, about(disk_taken(1, old))),
        ("part-shelf", generous(), about(PartFitted { part: part(9) })),
        ("part-shelf", gone, about(PartFitted { part: part(1) })),
        ("lock-known", generous(), about(LockCleared { lock: LOCK })),
        ("lock-known", after(locked(false).into()), about(LockShown { lock: LOCK })),
        ("give-unlocked", after(locked(true).into()), about(allocated(1))),
        ("give-mended", after(repaired(RepairOutcome::Repairable).into()), about(allocated(1))),
        ("give-mended", after(repaired(RepairOutcome::EndOfLife).into()), about(allocated(1))),
    ]
}

#[test]
fn a_part_goes_from_one_device_over_the_shelf_into_another() {
    let mut walk = generous();
    walk.goes(Some(1), taken(1));
    let on_shelf = |walk: &mut Walk| walk.file::<Shelf>("").unwrap_or_default().parts.len();
    assert_eq!(on_shelf(&mut walk), 1);
    walk.goes(Some(2), PartFitted { part: part(1) });
    let file = walk.file::<PartFile>(&part(1)).expect("known");
    assert_eq!((file.from, file.fitted), (device_id(1), Some(device_id(2))));
    assert_eq!(on_shelf(&mut walk), 0);
}

#[test]
fn a_wiped_disk_takes_its_wipe_along_and_belongs_to_nobody_meanwhile() {
    let mut walk = generous();
    let end = wiped(&mut walk);
    walk.goes(Some(1), disk_taken(1, end));
    assert!(walk.device(1).expect("device 1").disks.is_empty());
    assert_ne!(walk.stage(), Stage::Ready, "it has no disk any more");
    walk.refused("disk-elsewhere", Some(2), bound("S"));
    walk.goes(Some(2), PartFitted { part: part(1) });
    let fitted = walk.device(2).expect("device 2").disks[&key("S")].clone();
    assert_eq!((fitted.state, fitted.last_wipe, fitted.bound), (DiskState::Wiped, Some(end), true));
    assert_eq!(fitted.wiped_in, Some(device_id(1)));
    walk.refused("disk-elsewhere", Some(1), bound("S"));
    walk.goes(Some(2), inspected(Verdict::Pass, &[disk(Some("S"))]));
    assert!(walk.device(2).expect("device 2").is_wiped());
    walk.images(2, 6, "S");
    assert_eq!(walk.device(2).expect("device 2").disks[&key("S")].state, DiskState::Wiped);
}

#[test]
fn what_is_locked_or_not_mended_is_not_ready_and_is_again_once_it_is() {
    let mut walk = generous();
    assert_eq!(walk.stage(), Stage::Ready);
    walk.goes(Some(1), graded(Grade::C));
    assert_eq!(walk.device(1).expect("device 1").grade, Some(Grade::C));
    assert_eq!(walk.stage(), Stage::Ready, "a grade stops nothing");
    walk.goes(Some(1), locked(true));
    assert_eq!(walk.stage(), Stage::Checked);
    walk.goes(Some(1), locked(false));
    let secret = walk.device(1).expect("device 1").locks[&LOCK];
    assert!(secret.is_some(), "what was told once is not forgotten by finding the lock again");
    walk.goes(Some(1), LockShown { lock: LOCK });
    walk.goes(Some(1), LockCleared { lock: LOCK });
    assert_eq!(walk.stage(), Stage::Ready);
    walk.goes(Some(1), repaired(RepairOutcome::Repairable));
    assert_eq!(walk.stage(), Stage::Checked);
    walk.goes(Some(1), repaired(RepairOutcome::Fixed));
    assert_eq!(walk.stage(), Stage::Ready);
    walk.goes(Some(1), repaired(RepairOutcome::EndOfLife));
    walk.goes(Some(1), overridden("give-mended", None));
    assert_eq!(walk.stage(), Stage::Ready, "a lead took it upon themselves");
}
