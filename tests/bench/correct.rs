//! Corrections in the chain of custody: what they change, what they never touch, and what their rules refuse.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::custody::{Step, about};
use super::custody_repair::{disk_taken, graded, part, repaired};
use super::golden;
use super::ledger_rig::*;
use aoxanh::custody::{
    Cabinet, Corrigible, DayBook, DeviceFile, RecipientFile, Shelf, Stage, Today, Written, corrected, corrigible,
};
use aoxanh::event::donation::{ConsentGiven, Purpose};
use aoxanh::event::handover::Terms;
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::intake::{DeviceHeld, DeviceMoved, HoldReason};
use aoxanh::event::people::Role;
use aoxanh::event::repair::{Grade, PartFitted, RepairOutcome};
use aoxanh::event::settling::Corrected;
use aoxanh::event::{About, By, Event, Fact, How, KINDS};
use aoxanh::unit::Digest;
use std::collections::BTreeSet;

impl Walk {
    /// Every record, oldest first.
    pub(crate) fn written(&self) -> &[Written] {
        &self.drawers.1
    }
}

pub(crate) fn moved(to: &str) -> DeviceMoved {
    DeviceMoved { to: to.to_owned(), from: None }
}

/// A lead's correction of those records.
pub(crate) fn strikes(records: &[Digest]) -> Corrected {
    Corrected { records: records.to_vec(), lot: None, reason: Some(Digest([6; 32])) }
}

/// The same by whoever made the last record.
fn takes_back(record: Digest) -> Corrected {
    Corrected { reason: None, ..strikes(&[record]) }
}

pub(crate) fn to_lot(receipt: Digest, number: u8) -> Corrected {
    Corrected { lot: Some(lot(number)), ..strikes(&[receipt]) }
}

/// An event of every shape of its fields.
pub(crate) fn golden() -> Vec<Event> {
    let digest = golden::digest;
    let all = Corrected { records: vec![digest(1), digest(2)], lot: None, reason: Some(digest(3)) };
    let lot = Corrected { records: vec![digest(1)], lot: Some(lot(4)), ..all.clone() };
    let own = Corrected { records: vec![digest(1)], lot: None, reason: None };
    vec![golden::about(all), golden::about(lot), golden::about(own)]
}

/// A walk with a volunteer, a warehouse hand and a guest.
pub(crate) fn crew() -> Walk {
    let mut walk = Walk::ready();
    walk.adds(2, Some(Role::Volunteer));
    walk.adds(3, Some(Role::Warehouse));
    walk.adds(4, None);
    walk
}

/// For each rule about corrections an event that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let mut walk = crew();
    let tagged = walk.written()[6].leaf;
    let shelved = walk.goes(Some(1), moved("A1"));
    let wiped = walk.device(1).expect("ready").disks[&key("S")].last_wipe.expect("wiped");
    let mut by_another = walk.clone();
    by_another.by = 2;
    let mut graded_since = walk.clone();
    graded_since.goes(Some(1), graded(Grade::B));
    let mut twice = walk.clone();
    twice.goes(Some(1), strikes(&[shelved]));
    let mut taken_tag = Walk::new(false);
    let receipts = [1, 2].map(|number| taken_tag.goes(Some(number), received(1)));
    let first = taken_tag.goes(Some(1), tag(1));
    let undone = taken_tag.goes(Some(1), strikes(&[first]));
    taken_tag.goes(Some(2), tag(1));
    let mut on_hold = walk.clone();
    let held = on_hold.goes(Some(1), DeviceHeld::of(HoldReason::Donor));
    vec![
        ("correct-known", walk.clone(), about(strikes(&[]))),
        ("correct-known", walk.clone(), about(strikes(&[shelved, shelved]))),
        ("correct-known", walk.clone(), about(strikes(&[Digest([9; 32])]))),
        ("correct-known", twice, about(strikes(&[shelved]))),
        ("correct-kind", walk.clone(), about(strikes(&[wiped]))),
        ("correct-who", by_another, about(strikes(&[shelved]))),
        ("correct-who", graded_since, about(takes_back(shelved))),
        ("correct-rests", walk.clone(), about(strikes(&[tagged]))),
        ("correct-lot", walk.clone(), about(to_lot(shelved, 1))),
        ("correct-lot", taken_tag.clone(), about(to_lot(receipts[0], 7))),
        ("correct-lot", taken_tag.clone(), about(to_lot(receipts[0], 1))),
        ("correct-taken", taken_tag, about(strikes(&[undone]))),
        ("correct-safe", on_hold, about(strikes(&[held]))),
    ]
}

/// Everything that is known of device 1 but who touched it last, and what was counted.
fn all_of(walk: &mut Walk) -> (DeviceFile, Option<Today>, Option<DayBook>, Option<RecipientFile>, Option<Shelf>) {
    let known = walk.device(1).expect("received");
    let file = DeviceFile { last: Digest::ZERO, last_seq: 0, changed_at: moment(0), ..known };
    let day = moment(0).local_day();
    (file, walk.file(day.as_str()), walk.file(day.as_str()), walk.file(&pupil(1)), walk.file(""))
}

/// The kinds that stand for ever, in the words of the issue: evidence, consent, safety, people, the station.
const FOR_EVER: [&str; 48] = [
    "StationOpened",
    "ClockJumped",
    "KeyRevoked",
    "BackupMade",
    "DayClosed",
    "StationContinued",
    "PersonAdded",
    "RoleGranted",
    "RoleRevoked",
    "PinSet",
    "LotOpened",
    "ConsentGiven",
    "ConsentWithdrawn",
    "DeviceQuarantined",
    "QuarantineCleared",
    "DiskBound",
    "WipeStarted",
    "WipeEnded",
    "WipeValidated",
    "ImageStarted",
    "ImageEnded",
    "ImageFitted",
    "DiskDestroyed",
    "RuleOverridden",
    "LockFound",
    "LockShown",
    "LockCleared",
    "DonorsMerged",
    "DonorsParted",
    "LotExpected",
    "LotClosed",
    "LotReopened",
    "ReceiptIssued",
    "DeviceNoted",
    "NoteErased",
    "TagReplaced",
    "AccessoryMoved",
    "AccessoryPaired",
    "BoxMoved",
    "StockTaken",
    "StickEnrolled",
    "BootOpened",
    "BundleTaken",
    "SummaryTaken",
    "ConflictSettled",
    "BadgeIssued",
    "ShiftHandedOver",
    "Unknown",
];

#[test]
fn every_kind_says_whether_it_can_be_corrected_and_what_stands_for_ever_is_refused() {
    let mut told = BTreeSet::new();
    for event in golden::all() {
        let kind = event.fact.kind().to_owned();
        let is_disk = matches!(&event.fact, Fact::PartTaken(taken) if taken.disk.is_some());
        let for_ever = FOR_EVER.contains(&kind.as_str()) || is_disk;
        assert_eq!(corrigible(&event.fact).is_ever(), !for_ever, "{kind}");
        told.insert(kind.clone());
        if for_ever && event.device.is_some() {
            let mut walk = Walk::ready();
            let leaf = walk.folds(Some(1), event.fact);
            let refused = walk.objections(Some(1), strikes(&[leaf]).into());
            assert!(
                refused.iter().any(|refusal| refusal.rule == "correct-kind" && refusal.overridable.is_none()),
                "{kind}"
            );
        }
    }
    assert_eq!(told, KINDS.iter().map(|kind| (*kind).to_owned()).collect(), "a new kind must decide");
    let unknown = Fact::Unknown { kind: "Later".to_owned(), version: 9, data: "{}".to_owned() };
    assert_eq!(corrigible(&unknown), Corrigible::Station);
    let mut walk = Walk::ready();
    let wiped = walk.device(1).expect("ready").disks[&key("S")].last_wipe.expect("wiped");
    walk.goes(None, ConsentGiven { lot: lot(1), purpose: Purpose::Parts });
    walk.goes(Some(2), received(1));
    walk.goes(Some(1), disk_taken(1, wiped));
    let fitted = walk.goes(Some(2), PartFitted { part: part(1) });
    walk.refused("correct-kind", Some(2), strikes(&[fitted]));
    // Whoever says otherwise elsewhere: here the disk stays where it is.
    walk.folds(Some(2), strikes(&[fitted]));
    assert!(walk.device(2).expect("received").disks.contains_key(&key("S")));
}

#[test]
fn whoever_recorded_it_last_takes_it_back_the_same_day_and_undoing_that_restores_everything() {
    let mut walk = crew().by(2);
    walk.goes(Some(1), moved("A1"));
    let before = all_of(&mut walk);
    let second = walk.goes(Some(1), moved("B2"));
    let moved_twice = all_of(&mut walk);
    let undone = walk.goes(Some(1), takes_back(second));
    assert_eq!(all_of(&mut walk), before);
    let again = walk.goes(Some(1), takes_back(undone));
    assert_eq!(all_of(&mut walk), moved_twice, "the correction was taken back itself");
    walk.refused("correct-known", Some(1), takes_back(undone));
    walk.goes(Some(1), takes_back(again));
    assert_eq!(all_of(&mut walk), before);
    let first = walk.written().iter().rev().find(|one| one.event.fact == moved("A1").into()).expect("moved").leaf;
    walk.goes(Some(1), takes_back(first));
    assert_eq!(walk.device(1).expect("ready").shelf, None, "and the one before it");
}

#[test]
fn nobody_takes_back_what_is_anothers_or_older_or_without_being_signed_in() {
    let mut walk = crew();
    walk.goes(Some(1), moved("A1"));
    let mut walk = walk.by(2);
    let own = walk.goes(Some(1), graded(Grade::B));
    let take = takes_back(own);
    for (by, how, rule) in [
        (3, How::Pin, "correct-who"),
        (4, How::Pin, "role-may"),
        (2, How::Claimed, "signed-in"),
        (2, How::Phone, "signed-in"),
        (1, How::Pin, "correct-who"),
    ] {
        let mut other = walk.clone().by(by);
        other.how = how;
        other.refused(rule, Some(1), take.clone());
    }
    let mut tomorrow = walk.clone();
    let event = Event {
        at: moment(86_400_000),
        happened_at: None,
        by: By { person: person(2), how: How::Pin },
        device: Some(About { id: device_id(1), after: None }),
        fact: take.clone().into(),
    };
    let refused = aoxanh::custody::check(&event, &Cabinet::new(&mut tomorrow.drawers)).expect("reads");
    assert_eq!(refused.map(|refusal| refusal.rule), Some("correct-who"), "a day later");
    let mut later = walk.clone().by(3);
    later.goes(Some(1), moved("B2"));
    later.by = 2;
    later.refused("correct-who", Some(1), take.clone());
    let mut badge = walk.clone();
    badge.how = How::Badge;
    badge.goes(Some(1), take);
    let mut lead = walk.by(1);
    lead.goes(Some(1), strikes(&[own]));
    assert_eq!(lead.device(1).expect("ready").grade, None);
}

#[test]
fn a_hand_over_of_the_wrong_device_is_taken_back_by_a_lead_and_frees_device_and_pupil_and_day() {
    let mut walk = crew();
    walk.goes(Some(1), moved("A1"));
    let ready = all_of(&mut walk);
    let set_aside = walk.goes(Some(1), allocated(1));
    walk.by = 2;
    let given = walk.goes(Some(1), handed(1, Terms::Gift));
    walk.refused("correct-who", Some(1), takes_back(given));
    walk.by = 1;
    walk.refused("correct-rests", Some(1), strikes(&[set_aside]));
    let day = moment(0).local_day();
    let handed_over = |walk: &mut Walk| walk.file::<Today>(day.as_str()).expect("counted").handed_over;
    assert_eq!(handed_over(&mut walk), 1);
    let mut both = walk.clone();
    both.goes(Some(1), strikes(&[set_aside, given]));
    let (file, today, book, pupils, shelf) = all_of(&mut both);
    assert_eq!((&file, today, book, shelf), (&ready.0, ready.1, ready.2.clone(), ready.4.clone()));
    assert_eq!(pupils, Some(RecipientFile::default()), "the pupil may have another");
    walk.goes(Some(1), strikes(&[given]));
    assert_eq!((walk.stage(), handed_over(&mut walk)), (Stage::Allocated, 0));
    assert_eq!(walk.device(1).expect("ready").shelf.as_deref(), Some("A1"));
    walk.goes(Some(1), strikes(&[set_aside]));
    walk.goes(Some(1), allocated(2));
    let last = walk.written().last().expect("recorded").leaf;
    let former =
        walk.written().iter().rfind(|one| matches!(&one.event.fact, Fact::Corrected(it) if it.records == [given]));
    let former = former.expect("corrected").leaf;
    walk.refused("correct-rests", Some(1), strikes(&[former]));
    walk.goes(Some(1), strikes(&[last]));
    walk.goes(None, aoxanh::event::donation::ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase });
    walk.refused("correct-safe", Some(1), strikes(&[last_correction(&walk)]));
}

fn last_correction(walk: &Walk) -> Digest {
    walk.written().iter().rfind(|one| matches!(one.event.fact, Fact::Corrected(_))).expect("corrected").leaf
}

#[test]
fn a_tag_on_the_wrong_machine_is_freed_for_the_right_one_as_long_as_nothing_was_done_under_it() {
    let mut walk = Walk::new(false);
    for number in [1, 2] {
        walk.goes(Some(number), received(1));
    }
    let wrong = walk.goes(Some(1), tag(1));
    walk.goes(Some(1), moved("A1"));
    walk.refused("tag-unique", Some(2), tag(1));
    let undone = walk.goes(Some(1), strikes(&[wrong]));
    assert!(walk.device(1).expect("received").tags.is_empty());
    let right = walk.goes(Some(2), tag(1));
    walk.refused("tag-unique", Some(1), tag(1));
    walk.refused("correct-taken", Some(1), strikes(&[undone]));
    walk.goes(Some(2), inspected(Verdict::Pass, &[disk(Some("S"))]));
    let mut done = walk.clone();
    done.goes(Some(2), bound("S"));
    done.refused("correct-rests", Some(2), strikes(&[right]));
    walk.goes(Some(2), strikes(&[right]));
    walk.goes(Some(1), strikes(&[undone]));
    assert_eq!(walk.device(1).expect("received").tags, [tag(1).tag], "it came back");
}

#[test]
fn a_device_received_by_mistake_was_never_here_unless_it_has_disks() {
    let mut walk = Walk::new(false);
    let receipt = walk.goes(Some(1), received(1));
    let bound = walk.goes(Some(1), tag(1));
    let day = moment(0).local_day();
    let received_today = |walk: &mut Walk| walk.file::<Today>(day.as_str()).expect("counted").received;
    assert_eq!(received_today(&mut walk), 1);
    walk.refused("correct-rests", Some(1), strikes(&[receipt]));
    let mut seen = walk.clone();
    let look = seen.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    seen.refused("correct-safe", Some(1), strikes(&[receipt, bound, look]));
    let before = all_of(&mut walk);
    let undone = walk.goes(Some(1), strikes(&[receipt, bound]));
    assert!(walk.device(1).expect("withdrawn").withdrawn);
    assert_eq!(received_today(&mut walk), 0);
    walk.refused("device-gone", Some(1), moved("A1"));
    walk.goes(Some(1), strikes(&[undone]));
    assert_eq!(all_of(&mut walk), before);
}

#[test]
fn what_was_inspected_or_tested_is_taken_back_but_the_disks_that_were_seen_stay() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), tag(1));
    let look = walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    let test = walk.goes(Some(1), tested(FunctionOutcome::Fails));
    let day = moment(0).local_day();
    let counted = |walk: &mut Walk| {
        let today = walk.file::<Today>(day.as_str()).expect("counted");
        let book = walk.file::<DayBook>(day.as_str()).expect("counted");
        (today.inspected, today.checked, book.failures.values().sum::<u64>(), book.people[&person(1)].sum())
    };
    assert_eq!(counted(&mut walk), (1, 1, 9, 3));
    walk.goes(Some(1), strikes(&[test]));
    assert_eq!(counted(&mut walk), (1, 0, 0, 2));
    walk.goes(Some(1), strikes(&[look]));
    assert_eq!(counted(&mut walk), (0, 0, 0, 1));
    let file = walk.device(1).expect("received");
    assert_eq!((file.stage(), file.verdict), (Stage::Received, None));
    assert!(file.disks.contains_key(&key("S")), "somebody's data is on it");
}

#[test]
fn what_is_shown_before_is_what_happens_and_rests_keep_what_was_given_on_the_strength_of_it() {
    let mut walk = crew();
    let mended = walk.goes(Some(1), repaired(RepairOutcome::Fixed));
    let look = walk.written().iter().rfind(|one| matches!(one.event.fact, Fact::DeviceInspected(_)));
    let look = look.expect("inspected").leaf;
    walk.goes(Some(1), allocated(1));
    for record in [mended, look] {
        walk.refused("correct-rests", Some(1), strikes(&[record]));
    }
    let set_aside = walk.written().last().expect("recorded").leaf;
    let fact: Fact = strikes(&[mended, look, set_aside]).into();
    let by = By { person: person(1), how: How::Pin };
    let device = Some(About { id: device_id(1), after: None });
    let event = Event { at: moment(99), happened_at: None, by, device, fact: fact.clone() };
    let (before, shown) = corrected(&event, &Cabinet::new(&mut walk.drawers)).expect("reads").expect("told");
    assert_eq!(Some(before.clone()), walk.device(1));
    walk.goes(Some(1), fact);
    let file = walk.device(1).expect("ready");
    let (last, last_seq, changed_at) = (before.last, before.last_seq, before.changed_at);
    assert_eq!(DeviceFile { last, last_seq, changed_at, ..file.clone() }, shown);
    assert_eq!((file.stage(), file.repair, file.recipient), (Stage::Received, None, None));
}
