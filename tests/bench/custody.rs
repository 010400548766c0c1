//! The chain of custody: the whole way of a device, and for every rule the event that it alone refuses.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::custody::{Cabinet, FUNCTIONS, MemoryDrawers, RULES, Stage, check};
use aoxanh::event::disk::{Bond, Decision, Destruction, DiskBound, DiskDestroyed, WipeValidated};
use aoxanh::event::donation::{ConsentWithdrawn, Purpose};
use aoxanh::event::handover::Terms;
use aoxanh::event::inspection::{FunctionOutcome, FunctionResult, FunctionTested, Verdict};
use aoxanh::event::intake::{
    Danger, DeviceHeld, DeviceQuarantined, HoldReason, HoldReleased, QuarantineCleared, TagBound,
};
use aoxanh::event::people::{PersonAdded, PinSet, Role, RoleGranted, RoleRevoked};
use aoxanh::event::station::{BackupMade, DayClosed, StationContinued};
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::unit::{Bytes, Digest};
use aoxanh::word::{Lang, Words};
use std::collections::BTreeSet;

#[test]
fn a_device_goes_from_the_door_to_the_pupil_stage_by_stage() {
    let mut walk = Walk::new(false);
    let reaches = |walk: &mut Walk, fact: Fact, stage: Stage| {
        let leaf = walk.goes(Some(1), fact);
        assert_eq!(walk.stage(), stage);
        leaf
    };
    reaches(&mut walk, received(1).into(), Stage::Received);
    reaches(&mut walk, tag(1).into(), Stage::Received);
    reaches(&mut walk, inspected(Verdict::Conditional, &[disk(Some("S"))]).into(), Stage::Inspected);
    reaches(&mut walk, bound("S").into(), Stage::Inspected);
    let started = reaches(&mut walk, wipe_started(1, "S").into(), Stage::Inspected);
    reaches(&mut walk, wipe_ended(1, "S", started).into(), Stage::Wiped);
    let started = reaches(&mut walk, image_started(2, "S").into(), Stage::Wiped);
    reaches(&mut walk, image_ended(2, "S", started).into(), Stage::Imaged);
    let one = FunctionResult::typed(FUNCTIONS[0], FunctionOutcome::Works);
    reaches(&mut walk, FunctionTested { results: vec![one] }.into(), Stage::Checked);
    reaches(&mut walk, tested(FunctionOutcome::Absent).into(), Stage::Ready);
    reaches(&mut walk, DeviceHeld::of(HoldReason::Part).into(), Stage::Checked);
    reaches(&mut walk, HoldReleased {}.into(), Stage::Ready);
    reaches(&mut walk, DeviceQuarantined { danger: Danger::Battery }.into(), Stage::Checked);
    reaches(&mut walk, QuarantineCleared {}.into(), Stage::Ready);
    reaches(&mut walk, allocated(1).into(), Stage::Allocated);
    let mut lent = walk.clone();
    reaches(&mut lent, handed(1, Terms::Loan).into(), Stage::OnLoan);
    reaches(&mut walk, handed(1, Terms::Gift).into(), Stage::HandedOver);
}

pub(crate) type Step = (Option<u8>, Fact);

pub(crate) fn about(fact: impl Into<Fact>) -> Step {
    (Some(1), fact.into())
}

/// For every rule an event that it refuses, and what came before.
fn all_refusals() -> impl Iterator<Item = (&'static str, Walk, Step)> {
    let others = [
        super::custody_repair::refusals(),
        super::custody_shelves::refusals(),
        super::correct::refusals(),
        super::correct_donors::refusals(),
        super::shifts::refusals(),
        super::fit_facts::refusals(),
        super::label_facts::refusals(),
        super::accessories::refusals(),
        super::tag_swap::refusals(),
        super::stock_takes::refusals(),
        super::phone::refusals(),
        super::stick_kinds::refusals(),
        super::lots::refusals(),
        super::conflicts_settled::refusals(),
    ]
    .into_iter()
    .flatten();
    refusals().into_iter().chain(refusals_of_destroyed_disks()).chain(others)
}

/// What [`refusals`] tells, about destroyed disks.
fn refusals_of_destroyed_disks() -> Vec<(&'static str, Walk, Step)> {
    let mut gone = Walk::ready();
    gone.goes(Some(1), destroyed("S"));
    vec![
        ("disk-destroyed", gone, (Some(1), wipe_started(5, "S").into())),
        ("destroyed-known", Walk::ready(), about(destroyed("X"))),
        ("destroyed-how", Walk::ready(), about(DiskDestroyed { how: Destruction::Degaussed, ..destroyed("S") })),
        ("destroyed-witness", Walk::ready(), about(DiskDestroyed { witness: Some(person(1)), ..destroyed("S") })),
    ]
}

/// For each rule: a walk that leads up to it, and the step that it refuses.
fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let ready = Walk::ready;
    let after = |steps: Vec<Step>| {
        let mut walk = ready();
        for (device, fact) in steps {
            walk.goes(device, fact);
        }
        walk
    };
    let bare = |verdict, functions, tagged: bool, imaged: bool| {
        let mut walk = Walk::new(false);
        walk.goes(Some(1), received(1));
        if tagged {
            walk.goes(Some(1), tag(1));
        }
        walk.goes(Some(1), inspected(verdict, &[disk(Some("S"))]));
        walk.goes(Some(1), bound("S"));
        walk.wipes(1, 1, "S");
        if imaged {
            walk.images(1, 2, "S");
        }
        walk.goes(Some(1), tested(functions));
        walk
    };
    let (works, fails) = (FunctionOutcome::Works, FunctionOutcome::Fails);
    let withdrawn = || (None, ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase }.into());
    let held = || about(DeviceHeld::of(HoldReason::Donor));
    let quarantined = || about(DeviceQuarantined { danger: Danger::Smoke });
    let second = || -> Walk {
        let mut walk = after(vec![about(allocated(1)), (Some(2), received(1).into()), (Some(2), tag(2).into())]);
        walk.goes(Some(2), inspected(Verdict::Pass, &[disk(Some("T"))]));
        walk.goes(Some(2), bound("T"));
        walk.wipes(2, 7, "T");
        walk.images(2, 8, "T");
        walk.goes(Some(2), tested(FunctionOutcome::Works));
        walk
    };
    let mut wiping = ready();
    let started = wiping.goes(Some(1), wipe_started(5, "S"));
    let mut writing = ready();
    let image = writing.goes(Some(1), image_started(5, "S"));
    let mut through_cache = wipe_ended(5, "S", started);
    through_cache.evidence.direct = false;
    let mut short = image_ended(5, "S", image);
    short.read_back = Bytes(4095);
    let mut seen_elsewhere = Walk::new(false);
    for device in [1, 2] {
        seen_elsewhere.goes(Some(device), received(1));
        seen_elsewhere.goes(Some(device), inspected(Verdict::Pass, &[disk(Some("S"))]));
    }
    let misnamed = DiskBound { disk: disk(Some("X")), key: key("S"), bond: Bond::Claimed };
    let nothing = Digest::ZERO;
    let copied = BackupMade { size: 3, root: nothing, length: Bytes(1), digest: nothing }.into();
    vec![
        ("station-first", ready(), (None, opened(&station_key(), &team_key(), false))),
        ("lot-known", ready(), (None, erase_consent(9).into())),
        ("consent-again", claims(after(vec![withdrawn()])), (None, erase_consent(1).into())),
        ("received-once", ready(), about(received(1))),
        ("device-known", ready(), (Some(9), tag(9).into())),
        ("device-known", ready(), (None, tag(9).into())),
        ("device-gone", after(vec![about(allocated(1)), about(handed(1, Terms::Gift))]), about(tag(9))),
        ("tag-unique", ready(), about(tag(1))),
        ("nothing-to-undo", ready(), about(HoldReleased {})),
        ("nothing-to-undo", ready(), about(QuarantineCleared {})),
        ("nothing-to-undo", after(vec![withdrawn()]), withdrawn()),
        ("disk-named", ready(), about(misnamed)),
        ("disk-elsewhere", after(vec![(Some(2), received(1).into())]), (Some(2), bound("S").into())),
        ("disk-elsewhere", seen_elsewhere, (Some(2), bound("S").into())),
        ("arm-quarantine", after(vec![quarantined()]), about(wipe_started(5, "S"))),
        ("arm-hold", after(vec![held()]), about(wipe_started(5, "S"))),
        ("arm-consent", after(vec![withdrawn()]), about(wipe_started(5, "S"))),
        ("disk-bound", ready(), about(wipe_started(5, "T"))),
        ("wipe-begun", wiping.clone(), about(wipe_ended(6, "S", started))),
        ("wipe-evidence", wiping.clone(), about(through_cache)),
        ("wiped-first", wiping, about(image_started(6, "S"))),
        ("image-evidence", writing, about(short)),
        (
            "give-disks-wiped",
            after(vec![about(inspected(Verdict::Pass, &[disk(Some("S")), disk(Some("T"))]))]),
            about(allocated(1)),
        ),
        ("give-consent", after(vec![withdrawn()]), about(allocated(1))),
        ("give-safe", after(vec![quarantined()]), about(allocated(1))),
        ("give-not-held", after(vec![held()]), about(allocated(1))),
        ("give-tagged", bare(Verdict::Pass, works, false, true), about(allocated(1))),
        ("give-imaged", bare(Verdict::Pass, works, true, false), about(allocated(1))),
        ("give-functions", bare(Verdict::Pass, fails, true, true), about(allocated(1))),
        ("give-good-enough", bare(Verdict::Undecided, works, true, true), about(allocated(1))),
        ("give-one-pupil", after(vec![about(allocated(1))]), about(handed(2, Terms::Gift))),
        ("give-once", second(), (Some(2), allocated(1).into())),
        ("continued-first", ready(), (None, StationContinued { station: nothing, size: 3, root: nothing }.into())),
        ("day-copied", ready(), (None, DayClosed { day: moment(0).local_day() }.into())),
        ("day-real", after(vec![(None, copied)]), (None, DayClosed { day: "2026-02-30".to_owned() }.into())),
        ("give-allocated-first", ready(), about(handed(1, Terms::Gift))),
    ]
    .into_iter()
    .chain(refusals_of_people())
    .collect()
}

/// The same walk, gone on with by whoever claims to be that person.
fn claims(mut walk: Walk) -> Walk {
    walk.how = How::Claimed;
    walk
}

/// The same for the rules about who may do what.
fn refusals_of_people() -> Vec<(&'static str, Walk, Step)> {
    let ready = Walk::ready;
    let crew = || {
        let mut walk = ready();
        walk.adds(2, Some(Role::Volunteer));
        walk.adds(3, None);
        walk
    };
    let mut retired = ready();
    retired.goes(None, key_revoked(&station_key(), &team_key()));
    let mut left = crew();
    left.goes(None, RoleRevoked { person: person(2), role: Role::Volunteer });
    let claimed = claims(ready());
    let mut wiped_by_claim = claims(crew());
    wiped_by_claim.wipes(1, 6, "S");
    wiped_by_claim.how = How::Pin;
    let claimed_end = wiped_by_claim.device(1).expect("device 1").disks[&key("S")].last_wipe.expect("wiped");
    let wiped = ready().device(1).expect("device 1").disks[&key("S")].last_wipe.expect("wiped");
    let validated = |ended| about(WipeValidated::accepted(key("S"), ended));
    let doubted =
        |reason| WipeValidated { decision: Decision::Escalate, reason, ..WipeValidated::accepted(key("S"), wiped) };
    let mut left_to_lead = crew().by(2);
    left_to_lead.goes(Some(1), doubted(Some(Digest([6; 32]))));
    vec![
        ("station-retired", retired, about(tag(5))),
        ("person-known", ready(), (None, RoleGranted { person: person(9), role: Role::Lead }.into())),
        ("person-active", left.by(2), about(tag(5))),
        ("role-may", crew().by(3), about(tested(FunctionOutcome::Works))),
        ("signed-in", claimed, (None, PersonAdded { person: person(4) }.into())),
        ("person-new", ready(), (None, PersonAdded { person: person(1) }.into())),
        ("last-lead", ready(), (None, RoleRevoked { person: person(1), role: Role::Lead }.into())),
        ("team-signed", ready(), (None, key_revoked(&station_key(), &station_key()).into())),
        ("validate-standing", crew().by(2), validated(Digest([5; 32]))),
        ("validate-other", ready(), validated(wiped)),
        ("validate-other", wiped_by_claim.by(2), validated(claimed_end)),
        ("validate-lead", left_to_lead, validated(wiped)),
        ("validate-reason", crew().by(2), about(doubted(None))),
        ("pin-own", crew().by(2), (None, PinSet { person: person(1), recovered: false }.into())),
        ("override-allowed", ready(), about(overridden("give-safe", None))),
        ("override-allowed", ready(), about(overridden("give-luck", None))),
        ("override-pupil", ready(), about(overridden("give-once", None))),
    ]
}

#[test]
fn every_rule_refuses_what_it_is_for_and_nothing_before_it_does() {
    let mut seen = BTreeSet::from(["person-known"]);
    for (rule, mut walk, (device, fact)) in all_refusals() {
        let before = format!("{walk:?}");
        assert_eq!(walk.step(device, fact).err(), Some(rule));
        assert_eq!(format!("{walk:?}"), before, "{rule}: a refused event changed a drawer");
        seen.insert(rule);
    }
    let mut walk = Walk::ready();
    assert_eq!(walk.step_by(7, Some(1), tag(5).into()).err(), Some("person-known"));
    assert_eq!(walk.step_by(7, None, PersonAdded { person: person(7) }.into()).err(), Some("person-known"));
    assert_eq!(seen, RULES.iter().map(|rule| rule.id).collect(), "a rule without its refusal here");
}

#[test]
fn each_refusal_is_by_one_rule_alone() {
    for (rule, mut walk, (device, fact)) in all_refusals() {
        let objecting: Vec<_> = walk.objections(device, fact).into_iter().map(|refusal| refusal.rule).collect();
        assert_eq!(objecting, [rule]);
    }
}

#[test]
fn nothing_is_recorded_before_the_station_is_opened() {
    let mut drawers = MemoryDrawers::default();
    let by = By { person: person(1), how: How::Claimed };
    let event = Event { at: moment(0), happened_at: None, by, device: None, fact: lot_opened(1).into() };
    let refusal = check(&event, &Cabinet::new(&mut drawers)).expect("drawers read").expect("refused");
    assert_eq!(refusal.rule, "station-first");
}

#[test]
fn every_reason_is_worded_in_both_languages() {
    for lang in [Lang::Vi, Lang::En] {
        let words = Words::new(lang, None).expect("embedded words");
        for (rule, mut walk, (device, fact)) in all_refusals() {
            let reason = walk.objections(device, fact).remove(0).reason;
            assert!(words.has(reason.key()), "{lang}: {rule} says {}", reason.key());
            assert!(!words.say(&reason).contains('{'), "{lang}: {rule} leaves a hole: {}", words.say(&reason));
        }
    }
}

#[test]
fn a_tag_of_one_device_is_never_another_ones() {
    let mut walk = Walk::ready();
    walk.goes(Some(2), received(1));
    walk.refused("tag-unique", Some(2), TagBound { tag: tag(1).tag });
}

#[test]
fn a_loan_leaves_the_pupils_one_gift_open() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), allocated(1));
    walk.goes(Some(1), handed(1, Terms::Loan));
    walk.goes(Some(2), received(1));
    walk.goes(Some(2), tag(2));
    walk.goes(Some(2), inspected(Verdict::Pass, &[disk(Some("T"))]));
    walk.goes(Some(2), bound("T"));
    walk.wipes(2, 7, "T");
    walk.images(2, 8, "T");
    walk.goes(Some(2), tested(FunctionOutcome::Works));
    walk.goes(Some(2), allocated(1));
    let _end: Digest = walk.goes(Some(2), handed(1, Terms::Gift));
}
