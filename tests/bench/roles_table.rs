//! Who may record which kind of event, and for which a PIN is asked: the whole table, tried row by row.

use super::golden;
use super::roles::{crew, object};
use aoxanh::custody::{Who, who_may};
use aoxanh::event::people::Role;
use aoxanh::event::{Fact, How, KINDS};
use std::collections::BTreeSet;

/// The table of the issue, kind by kind: who may record it. `pin`: only who is known by PIN or badge.
const TABLE: [(&str, Who, bool); 64] = [
    ("StationOpened", Who::Anybody, false),
    ("ClockJumped", Who::Anybody, false),
    ("KeyRevoked", Who::Lead, true),
    ("BackupMade", Who::Crew, false),
    ("DayClosed", Who::Crew, false),
    ("StationContinued", Who::Lead, false),
    ("PersonAdded", Who::Lead, true),
    ("RoleGranted", Who::Lead, true),
    ("RoleRevoked", Who::Lead, true),
    ("PinSet", Who::Anybody, true),
    ("LotOpened", Who::Anybody, false),
    ("ConsentGiven", Who::Anybody, false),
    ("ConsentWithdrawn", Who::Anybody, false),
    ("DeviceReceived", Who::Anybody, false),
    ("TagBound", Who::Anybody, false),
    ("DeviceHeld", Who::Anybody, false),
    ("HoldReleased", Who::Crew, false),
    ("DeviceQuarantined", Who::Anybody, false),
    ("QuarantineCleared", Who::Crew, false),
    ("DeviceInspected", Who::Anybody, false),
    ("FunctionTested", Who::Bench, false),
    ("DiskBound", Who::Bench, false),
    ("WipeStarted", Who::Bench, false),
    ("WipeEnded", Who::Anybody, false),
    ("WipeValidated", Who::Bench, true),
    ("ImageStarted", Who::Bench, false),
    ("ImageEnded", Who::Anybody, false),
    ("DiskDestroyed", Who::Bench, true),
    ("DeviceAllocated", Who::Lead, false),
    ("DeviceHandedOver", Who::Bench, false),
    ("RuleOverridden", Who::Lead, true),
    ("DeviceGraded", Who::Anybody, false),
    ("RepairRecorded", Who::Bench, false),
    ("PartTaken", Who::Bench, false),
    ("PartFitted", Who::Bench, false),
    ("LockFound", Who::Anybody, false),
    ("LockShown", Who::Bench, true),
    ("LockCleared", Who::Bench, false),
    ("DeviceMoved", Who::Anybody, false),
    ("Corrected", Who::Crew, true),
    ("DonorsMerged", Who::Lead, true),
    ("DonorsParted", Who::Lead, true),
    ("IntakeChecked", Who::Anybody, false),
    ("DeviceTaken", Who::Crew, false),
    ("DeviceNoted", Who::Anybody, false),
    ("NoteErased", Who::Crew, false),
    ("ShiftHandedOver", Who::Crew, true),
    ("BadgeIssued", Who::Anybody, true),
    ("ImageFitted", Who::Anybody, false),
    ("LabelPrinted", Who::Anybody, false),
    ("TagReplaced", Who::Crew, true),
    ("AccessoryMoved", Who::Anybody, false),
    ("AccessoryPaired", Who::Crew, false),
    ("LotExpected", Who::Anybody, false),
    ("LotClosed", Who::Crew, false),
    ("LotReopened", Who::Lead, true),
    ("ReceiptIssued", Who::Anybody, false),
    ("BoxMoved", Who::Anybody, false),
    ("StockTaken", Who::Anybody, false),
    ("StickEnrolled", Who::Lead, true),
    ("BootOpened", Who::Anybody, false),
    ("BundleTaken", Who::Anybody, false),
    ("SummaryTaken", Who::Anybody, false),
    ("ConflictSettled", Who::Lead, true),
];

#[test]
fn every_kind_is_recorded_by_whom_the_table_says_and_by_nobody_else() {
    let listed: BTreeSet<&str> = TABLE.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(listed, KINDS.iter().copied().collect());
    for event in golden::all() {
        let kind = event.fact.kind().to_owned();
        let (_, who, pin) = TABLE.iter().find(|(name, ..)| *name == kind).expect("listed");
        assert_eq!(who_may(&event.fact), *who, "{kind}");
        let device = event.device.as_ref().map(|_| 1);
        for (number, roles) in
            [(1, vec![Role::Lead]), (2, vec![Role::Volunteer]), (3, vec![Role::Warehouse]), (4, vec![])]
        {
            let allowed = match who {
                Who::Anybody => true,
                Who::Crew => number < 4,
                Who::Bench => number < 3,
                Who::Lead => number == 1,
            };
            assert_eq!(who.admits(&roles), allowed, "{kind} by {number}");
            let mut walk = crew().by(number);
            assert_eq!(object(&mut walk, "role-may", device, event.fact.clone()), !allowed, "{kind} by {number}");
            for (how, known) in [(How::Pin, true), (How::Badge, true), (How::Claimed, false), (How::Phone, false)] {
                walk.how = how;
                let refused = object(&mut walk, "signed-in", device, event.fact.clone());
                // The vault's own secrets stand in for a PIN.
                let waived = matches!(&event.fact, Fact::PinSet(set) if set.recovered);
                assert_eq!(refused, *pin && !known && !waived, "{kind} by {how:?}");
            }
        }
    }
}
