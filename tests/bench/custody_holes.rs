//! Ways around the rules that were tried, each shut; and the properties behind them over random histories.

use crate::ledger_rig::*;
use aoxanh::custody::{DiskState, Stage, evidence_of};
use aoxanh::event::disk::{
    Bond, DiskBound, DiskSeen, DriveSaid, FirmwareSeen, Level, WipeEnded, WipeResult, WipeStarted,
};
use aoxanh::event::donation::{ConsentGiven, ConsentWithdrawn, Purpose};
use aoxanh::event::handover::Terms;
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::intake::{Danger, DeviceHeld, DeviceQuarantined, HoldReason, HoldReleased, QuarantineCleared};
use aoxanh::event::people::Role;
use aoxanh::event::{Fact, How};
use aoxanh::unit::{Bytes, Digest};
use aoxanh::wipe;
use proptest::prelude::*;

#[test]
fn a_disk_that_turns_up_after_allocation_takes_the_stage_back_and_stops_the_handover() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), allocated(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S")), disk(Some("T"))]));
    assert_eq!(walk.stage(), Stage::Inspected);
    walk.refused("give-disks-wiped", Some(1), handed(1, Terms::Gift));
    walk.goes(Some(1), bound("T"));
    walk.wipes(1, 3, "T");
    assert_eq!(walk.stage(), Stage::Allocated, "still set aside for the same pupil");
    walk.goes(Some(1), handed(1, Terms::Gift));
}

#[test]
fn a_wipe_begun_again_undoes_the_one_before_and_its_image() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), allocated(1));
    let again = walk.goes(Some(1), wipe_started(3, "S"));
    assert_eq!(walk.stage(), Stage::Inspected);
    walk.refused("give-disks-wiped", Some(1), handed(1, Terms::Gift));
    let mut cancelled = wipe_ended(3, "S", again);
    (cancelled.result, cancelled.level) = (WipeResult::Cancelled, Level::None);
    walk.goes(Some(1), cancelled);
    walk.refused("give-disks-wiped", Some(1), handed(1, Terms::Gift));
    walk.wipes(1, 4, "S");
    walk.refused("give-imaged", Some(1), handed(1, Terms::Gift));
}

#[test]
fn the_end_of_an_older_wipe_says_nothing_once_another_was_begun_on_the_disk() {
    let mut walk = Walk::ready();
    let older = walk.goes(Some(1), wipe_started(3, "S"));
    let newer = walk.goes(Some(1), wipe_started(4, "S"));
    walk.refused("wipe-begun", Some(1), wipe_ended(3, "S", older));
    walk.goes(Some(1), wipe_ended(4, "S", newer));
}

#[test]
fn an_image_whose_disk_was_wiped_meanwhile_is_not_on_it() {
    let mut walk = Walk::ready();
    let writing = walk.goes(Some(1), image_started(3, "S"));
    let wiping = walk.goes(Some(1), wipe_started(4, "S"));
    walk.refused("wipe-begun", Some(1), image_ended(3, "S", writing));
    walk.goes(Some(1), wipe_ended(4, "S", wiping));
    walk.refused("wipe-begun", Some(1), image_ended(3, "S", writing));
    walk.refused("give-imaged", Some(1), allocated(1));
}

#[test]
fn evidence_of_another_size_or_method_is_no_evidence_of_this_disk() {
    let mut walk = Walk::ready();
    let started = walk.goes(Some(1), wipe_started(3, "S"));
    let mut smaller = wipe_ended(3, "S", started);
    (smaller.evidence.size, smaller.evidence.written, smaller.evidence.read_back) =
        (Bytes(4096), Bytes(4096), Bytes(4096));
    walk.refused("wipe-evidence", Some(1), smaller);
    let mut other = wipe_ended(3, "S", started);
    other.evidence.method = "overwrite-pattern".to_owned();
    walk.refused("wipe-evidence", Some(1), other);
}

#[test]
fn the_word_of_a_drive_is_worth_what_its_canaries_say_whoever_records_it() {
    let mut walk = Walk::ready();
    let started = walk.goes(Some(1), WipeStarted { method: "nvme-sanitize-block".to_owned(), ..wipe_started(3, "S") });
    let seen =
        |survived, said| FirmwareSeen { canaries: 2, survived, first_survivor: None, said, commands: Vec::new() };
    let claimed = |level, firmware| {
        let mut ended = WipeEnded { level, ..wipe_ended(3, "S", started) };
        (ended.evidence.method, ended.evidence.written) = ("nvme-sanitize-block".to_owned(), Bytes::ZERO);
        ended.evidence.firmware = firmware;
        ended
    };
    for (level, firmware) in [
        (Level::Purge, None),
        (Level::Purge, Some(seen(1, DriveSaid::StatusGood))),
        (Level::Purge, Some(seen(0, DriveSaid::CommandGood))),
        (Level::Firmware, Some(seen(0, DriveSaid::StatusGood))),
        (Level::Clear, Some(seen(0, DriveSaid::StatusGood))),
        (Level::Purge, Some(FirmwareSeen { canaries: 1, ..seen(0, DriveSaid::StatusGood) })),
    ] {
        walk.refused("wipe-evidence", Some(1), claimed(level, firmware));
    }
    walk.goes(Some(1), claimed(Level::Purge, Some(seen(0, DriveSaid::StatusGood))));
    let file = walk.device(1).expect("device 1");
    assert_eq!(file.disks[&key("S")].state, DiskState::Wiped);
}

#[test]
fn an_end_counts_once_and_on_its_own_device_only() {
    let mut walk = Walk::ready();
    walk.goes(Some(2), received(1));
    let started = walk.goes(Some(1), wipe_started(3, "S"));
    walk.refused("wipe-begun", Some(2), wipe_ended(3, "S", started));
    walk.goes(Some(1), wipe_ended(3, "S", started));
    walk.refused("wipe-begun", Some(1), wipe_ended(3, "S", started));
}

#[test]
fn consent_taken_back_midway_stops_writing_and_giving_until_it_is_given_again() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), allocated(1));
    let started = walk.goes(Some(1), wipe_started(3, "S"));
    walk.goes(None, ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase });
    // What happened to the disk is recorded all the same.
    walk.goes(Some(1), wipe_ended(3, "S", started));
    walk.refused("arm-consent", Some(1), image_started(4, "S"));
    walk.refused("give-consent", Some(1), handed(1, Terms::Gift));
    walk.goes(None, erase_consent(1));
    walk.images(1, 4, "S");
    walk.goes(Some(1), handed(1, Terms::Gift));
}

#[test]
fn a_consent_taken_back_is_given_again_only_by_a_lead_who_is_known() {
    let mut walk = Walk::ready();
    walk.adds(2, Some(Role::Volunteer));
    walk.adds(4, None);
    // The first consent of a lot is a guest's to record.
    let mut guest = walk.clone().by(4);
    guest.how = How::Claimed;
    guest.goes(None, ConsentGiven { lot: lot(1), purpose: Purpose::Parts });
    guest.goes(None, ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase });
    guest.refused("consent-again", None, erase_consent(1));
    for (number, how) in [(1, How::Claimed), (2, How::Pin), (4, How::Pin)] {
        let mut other = guest.clone().by(number);
        other.how = how;
        other.refused("consent-again", None, erase_consent(1));
        // What was not taken back is not concerned.
        other.goes(None, ConsentGiven { lot: lot(1), purpose: Purpose::Parts });
        let refused = if number == 4 { "role-may" } else { "arm-consent" };
        other.refused(refused, Some(1), image_started(4, "S"));
    }
    let mut lead = guest.clone().by(1);
    lead.how = How::Badge;
    lead.goes(None, erase_consent(1));
    // Once taken back, it is a lead's word that counts, however often.
    let mut again = lead.clone().by(4);
    again.goes(None, ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase });
    again.refused("consent-again", None, erase_consent(1));
    lead.how = How::Pin;
    lead.images(1, 5, "S");
}

#[test]
fn a_second_intake_of_a_machine_takes_its_disks_along_neither_from_a_hold_nor_from_a_quarantine_nor_from_a_donor() {
    let hindered = [
        (Some(1), DeviceHeld::of(HoldReason::Donor).into()),
        (Some(1), DeviceQuarantined { danger: Danger::Liquid }.into()),
        (None, Fact::from(ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase })),
    ];
    for (device, hindrance) in hindered {
        let mut walk = Walk::new(false);
        walk.goes(Some(1), received(1));
        walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S")), disk(None)]));
        walk.goes(device, hindrance);
        // The same machine again, in a lot of its own.
        walk.goes(None, lot_opened(2));
        walk.goes(None, erase_consent(2));
        walk.goes(Some(2), received(2));
        walk.goes(Some(2), inspected(Verdict::Pass, &[disk(Some("S")), disk(None)]));
        walk.refused("disk-elsewhere", Some(2), bound("S"));
        walk.goes(Some(2), nameless("1"));
        // A lead answers for it, and from then on it is the second one's.
        walk.goes(Some(2), overridden("disk-elsewhere", None));
        walk.goes(Some(2), bound("S"));
        walk.wipes(2, 1, "S");
        walk.refused("disk-elsewhere", Some(1), bound("S"));
    }
}

#[test]
fn a_serial_that_two_disks_of_one_machine_share_tells_no_machine_apart() {
    let mut walk = Walk::new(false);
    for device in [1, 2] {
        walk.goes(Some(device), received(1));
        walk.goes(Some(device), inspected(Verdict::Pass, &[disk(Some("S")), disk(Some("S"))]));
    }
    walk.goes(Some(2), bound("S"));
}

#[test]
fn a_disk_wiped_under_the_name_of_another_is_refused() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    walk.goes(Some(1), bound("S"));
    let mut other = wipe_started(1, "S");
    other.disk = disk(Some("X"));
    walk.refused("disk-bound", Some(1), other);
    let nameless = DiskBound { disk: disk(None), key: key("S"), bond: Bond::Claimed };
    walk.refused("disk-named", Some(1), nameless);
}

fn nameless(name: &str) -> DiskBound {
    DiskBound { disk: disk(None), key: format!("|M|8192|{name}"), bond: Bond::Claimed }
}

#[test]
fn a_disk_without_a_serial_never_stands_in_for_one_with_a_serial() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    walk.goes(Some(1), nameless("a"));
    let file = walk.device(1).expect("device 1");
    assert_eq!(file.disks.get(&key("S")).map(|disk| disk.state), Some(DiskState::Unwiped));
    assert_eq!(file.unwiped().count(), 2);
}

#[test]
fn as_many_disks_without_a_serial_stay_unwiped_as_were_seen_and_not_bound() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(None), disk(None)]));
    assert_eq!(walk.device(1).expect("device 1").disks.len(), 2);
    walk.goes(Some(1), nameless("a"));
    walk.goes(Some(1), nameless("a"));
    assert_eq!(walk.device(1).expect("device 1").disks.len(), 2, "bound twice is bound once");
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(None), disk(None), disk(None)]));
    assert_eq!(walk.device(1).expect("device 1").disks.len(), 3, "a third is one more");
    assert_eq!(walk.device(1).expect("device 1").unwiped().count(), 3);
}

#[test]
fn one_serial_on_two_disks_of_an_inspection_counts_as_two_disks() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("0000")), disk(Some("0000"))]));
    assert_eq!(walk.device(1).expect("device 1").unwiped().count(), 2);
}

#[test]
fn practice_counts_and_writes_only_disks_made_for_it_and_a_station_never_writes_those() {
    let made = DiskSeen { practice: true, ..disk(Some("S")) };
    for practice in [false, true] {
        let mut walk = Walk::new(practice);
        walk.goes(Some(1), received(1));
        walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("T"))]));
        walk.goes(Some(1), DiskBound { disk: made.clone(), key: key("S"), bond: Bond::Claimed });
        let mut on_made = wipe_started(1, "S");
        on_made.disk = made.clone();
        let mut said_made = wipe_started(1, "T");
        said_made.disk.practice = true;
        walk.refused("disk-bound", Some(1), said_made);
        let counted = walk.device(1).expect("device 1").counted().count();
        if practice {
            assert_eq!(counted, 1);
            walk.goes(Some(1), on_made);
        } else {
            assert_eq!(counted, 2);
            walk.refused("disk-bound", Some(1), on_made);
        }
    }
}

/// One random step: which of the facts, on which device, disk and job; the last starts are at hand.
fn random_fact(what: u8, serial: &str, number: u8, last: &[(u8, String, Digest)], flaw: u8) -> Fact {
    let (at, of, leaf) = last.last().cloned().unwrap_or((number, serial.to_owned(), Digest::ZERO));
    let flawed = |mut ended: WipeEnded| {
        match flaw {
            1 => ended.evidence.direct = false,
            2 => ended.evidence.read_back = Bytes(4096),
            3 => (ended.result, ended.level) = (WipeResult::Cancelled, Level::None),
            4 => {
                (ended.evidence.direct, ended.result, ended.level) =
                    (false, WipeResult::ErasedWithExceptions, Level::None);
            }
            _ => {}
        }
        ended
    };
    match what {
        0 => bound(serial).into(),
        1..=3 => wipe_started(number, serial).into(),
        4..=6 => flawed(wipe_ended(at, &of, leaf)).into(),
        7 => flawed(wipe_ended(number, serial, leaf)).into(),
        8 => image_started(number, serial).into(),
        9 => image_ended(at, &of, leaf).into(),
        10 => inspected(Verdict::Pass, &[disk(Some(serial))]).into(),
        11 => inspected(Verdict::Pass, &[disk(None), disk(Some("S"))]).into(),
        12 => ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase }.into(),
        13 => erase_consent(1).into(),
        14 => DeviceHeld::of(HoldReason::Other).into(),
        15 => HoldReleased {}.into(),
        16 => DeviceQuarantined { danger: Danger::Liquid }.into(),
        17 => QuarantineCleared {}.into(),
        18..=21 => allocated(number % 2).into(),
        _ => handed(number % 2, Terms::Loan).into(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_allocated_or_given_with_an_unwiped_disk_and_nothing_is_wiped_without_evidence(
        steps in prop::collection::vec((0u8..24, 0u8..3, 1u8..5, 0u8..6), 1..60), ready in any::<bool>(),
    ) {
        let mut walk = if ready { Walk::ready() } else { Walk::new(false) };
        if !ready {
            for fact in [Fact::from(received(1)), tag(1).into(), tested(FunctionOutcome::Works).into()] {
                walk.goes(Some(1), fact);
            }
        }
        let (mut starts, mut earned) = (Vec::new(), std::collections::BTreeMap::new());
        if ready {
            earned.insert(key("S"), true);
        }
        for (what, which, number, flaw) in steps {
            let serial = ["S", "T", "U"][usize::from(which)];
            let fact = random_fact(what, serial, number, &starts, flaw);
            let before = walk.device(1).expect("device 1");
            let device = (!matches!(fact, Fact::ConsentGiven(_) | Fact::ConsentWithdrawn(_))).then_some(1);
            let Ok(leaf) = walk.step(device, fact.clone()) else { continue };
            if let Fact::WipeStarted(started) = &fact {
                earned.insert(started.key.clone(), false);
            }
            if matches!(fact, Fact::WipeStarted(_) | Fact::ImageStarted(_)) {
                starts.push((number, serial.to_owned(), leaf));
            }
            if let Fact::WipeEnded(ended) = &fact {
                let judged = wipe::judge(&evidence_of(&ended.evidence), ended.result == WipeResult::Cancelled);
                earned.insert(ended.key.clone(), judged.level != wipe::Level::None);
            }
            let file = walk.device(1).expect("device 1");
            for (name, disk) in &file.disks {
                let good = earned.get(name).copied().unwrap_or(false);
                prop_assert_eq!(disk.state == DiskState::Wiped, good, "{} after {:?}", name, fact);
            }
            let unwiped = file.disks.values().any(|disk| disk.state != DiskState::Wiped);
            if file.stage() == Stage::Allocated {
                prop_assert!(!unwiped && !file.disks.is_empty(), "allocated after {:?}", fact);
            }
            if matches!(fact, Fact::DeviceAllocated(_) | Fact::DeviceHandedOver(_)) {
                prop_assert!(!unwiped && before.held.is_none() && before.quarantined.is_none());
            }
        }
    }
}
