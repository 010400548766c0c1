//! Golden events of the topics repair and lock.

use super::custody_repair::{graded, part, repaired, taken};
use super::golden::*;
use super::ledger_rig::inspected;
use aoxanh::event::Event;
use aoxanh::event::inspection::{DeviceInspected, Verdict};
use aoxanh::event::lock::{LockCleared, LockFound, LockKind, LockShown};
use aoxanh::event::repair::{DeviceGraded, Grade, PartDisk, PartFitted, PartTaken, RepairOutcome, RepairRecorded};

/// An event of every kind of them, and of every shape of its fields.
pub(crate) fn all() -> Vec<Event> {
    let full = RepairRecorded {
        barrier: Some("not-worth".to_owned()),
        cost: Some(150_000),
        limit: Some(500_000),
        note: Some(digest(0x77)),
        ..repaired(RepairOutcome::EndOfLife)
    };
    let disk = PartTaken {
        kind: "disk".to_owned(),
        label: None,
        size: None,
        disk: Some(PartDisk { key: "k".to_owned(), wiped: digest(0x55) }),
        ..taken(2)
    };
    let found = |lock, secret| about(LockFound { lock, secret });
    vec![
        about(DeviceGraded { photos: vec![digest(0x11)], ..graded(Grade::A) }),
        about(graded(Grade::B)),
        about(graded(Grade::C)),
        about(graded(Grade::D)),
        about(repaired(RepairOutcome::Fixed)),
        about(repaired(RepairOutcome::Repairable)),
        about(full),
        about(taken(1)),
        about(disk),
        about(PartFitted { part: part(1) }),
        found(LockKind::FirmwarePassword, Some(digest(0x22))),
        found(LockKind::DiskPassword, None),
        found(LockKind::Account, None),
        found(LockKind::Management, None),
        about(LockShown { lock: LockKind::FirmwarePassword }),
        about(LockCleared { lock: LockKind::FirmwarePassword }),
        about(DeviceInspected { typed: true, ..inspected(Verdict::Undecided, &[]) }),
    ]
}
