//! What two places recorded of one device, settled each way; and what corrections do with what came home.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::bundles::{boot_opened, enrolled, forget_start, holds};
use crate::conflicts::{Start, conflict, device, does, held, home, settled, settles};
use crate::custody::{Step, about};
use crate::custody_repair::graded;
use crate::ledger_rig::*;
use aoxanh::custody::{Between, Cabinet, DeviceFile, DiskState, STICK_KINDS, Stage, Taking, Written};
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::intake::TagBound;
use aoxanh::event::label::LabelFor;
use aoxanh::event::repair::Grade;
use aoxanh::event::settling::{Corrected, Settlement};
use aoxanh::event::station::BundleTaken;
use aoxanh::event::{About, By, Event, Fact, How};
use aoxanh::ledger::SecretKey;
use aoxanh::port::{Failure, Index, Journal};
use aoxanh::store::Store;
use aoxanh::unit::{DeviceId, Digest};
use std::collections::BTreeSet;

/// Two machines that were given one tag at two doors: device 2 and its disk "T" wiped, then device 3.
fn clash(is_turned: bool) -> (Store, [Start; 2]) {
    let home = home();
    let starts = [31, 32].map(|number| Start::on(number, Some(&home)));
    for (start, (number, serial)) in starts.iter().zip([(2, "T"), (3, "U")]) {
        start.does(number, received(1));
        start.does(number, tag(7));
        start.does(number, bound(serial));
        let started = start.does(number, wipe_started(number, serial));
        start.does(number, wipe_ended(number, serial, started));
    }
    let [mut one, mut two] = starts;
    if is_turned {
        two.comes_home(&home);
        one.comes_home(&home);
    } else {
        one.comes_home(&home);
        two.comes_home(&home);
    }
    (home, [one, two])
}

fn tagged(store: &Store, number: u8) -> Option<DeviceId> {
    (store as &dyn Index).tagged(&tag(number).tag).expect("reads")
}

#[test]
fn a_tag_on_two_machines_holds_both_and_the_later_one_gives_it_up() {
    for (is_turned, first, later) in [(false, 2, 3), (true, 3, 2)] {
        let (home, _starts) = clash(is_turned);
        assert_eq!(held(&home), BTreeSet::from([2, 3]));
        assert_eq!(tagged(&home, 7), Some(device_id(first)), "it leads where it led");
        let found = conflict(&home, first).expect("held");
        assert_eq!((found.between, found.other), (Between::Tag, Some(device_id(later))));
        holds(&home, 2);
        for (number, how, other, why) in [
            (first, Settlement::OtherMachine, Some(later), "rule-conflict-tag"),
            (first, Settlement::BothStand, Some(later), "rule-conflict-tag"),
            (first, Settlement::BothStand, None, "rule-conflict-known"),
            (first, Settlement::SameMachine, Some(1), "rule-conflict-known"),
            (1, Settlement::SameMachine, Some(first), "rule-conflict-known"),
        ] {
            assert_eq!(settles(&home, number, how, other), Err(why.to_owned()), "{how:?} {other:?}");
        }
        settles(&home, later, Settlement::OtherMachine, Some(first)).expect("by the lead");
        assert_eq!(held(&home), BTreeSet::new());
        assert_eq!(device(&home, first).tags, [tag(7).tag]);
        assert_eq!(device(&home, later).tags, [""; 0], "to be tagged anew");
        let graded = does(&home, later, graded(Grade::A));
        does(&home, later, tag(8));
        does(&home, later, Corrected { records: vec![graded], lot: None, reason: Some(Digest([4; 32])) });
        assert_eq!((device(&home, later).tags, tagged(&home, 7)), (vec![tag(8).tag], Some(device_id(first))));
        assert_eq!(device(&home, later).disks.values().next().map(|disk| disk.state), Some(DiskState::Wiped));
        holds(&home, 2);
    }
}

#[test]
fn one_machine_under_two_numbers_becomes_one_and_what_comes_later_is_its() {
    let (home, [_one, mut two]) = clash(false);
    settles(&home, 2, Settlement::SameMachine, Some(3)).expect("by the lead");
    let (file, gone) = (device(&home, 2), device(&home, 3));
    assert_eq!((gone.withdrawn, gone.same_as), (true, Some(device_id(2))));
    assert_eq!((held(&home), &file.tags, tagged(&home, 7)), (BTreeSet::new(), &vec![tag(7).tag], Some(device_id(2))));
    let state = |serial: &str| (file.disks[&key(serial)].state, file.disks[&key(serial)].wiped_in.clone());
    assert_eq!(state("T"), (DiskState::Wiped, None));
    assert_eq!(state("U"), (DiskState::Wiped, Some(device_id(3))), "where its record is to be found");
    let listed = home.page(&aoxanh::port::Filter::default(), None, 9).expect("reads");
    assert!(!listed.iter().any(|row| row.device == device_id(3)));
    let failure = home.commit(vec![entry(9, Some(3), graded(Grade::A))]).expect_err("it is no device");
    assert_eq!(failure.what.key(), "rule-device-same");
    let failure = strikes(&home, 3, gone.last).expect_err("it is no device");
    assert_eq!(failure.what.key(), "rule-device-same");
    two.does(3, graded(Grade::C));
    two.comes_home(&home);
    assert_eq!((device(&home, 2).grade, held(&home)), (Some(Grade::C), BTreeSet::new()));
    assert_eq!(home.history(&device_id(2)).expect("reads").last().expect("some").event.fact.kind(), "DeviceGraded");
    // Whatever becomes of the other one's drawer, telling its records once more comes to the same.
    let before = device(&home, 2);
    let wrong = does(&home, 2, inspected(Verdict::Fail, &[]));
    does(&home, 2, Corrected { records: vec![wrong], lot: None, reason: Some(Digest([4; 32])) });
    let after = device(&home, 2);
    assert_eq!(
        DeviceFile { last: before.last, last_seq: before.last_seq, changed_at: before.changed_at, ..after },
        before
    );
    holds(&home, 2);
}

fn strikes(store: &Store, number: u8, record: Digest) -> Result<(), Failure> {
    let fact = Corrected { records: vec![record], lot: None, reason: Some(Digest([4; 32])) };
    store.commit(vec![entry(9, Some(number), fact)]).map(|_| ())
}

#[test]
fn of_a_device_that_the_stick_only_knows_nothing_is_struck_out_there() {
    let start = Start::on(31, Some(&home()));
    let wrong = start.does(1, graded(Grade::C));
    let failure = strikes(&start.store, 1, wrong).expect_err("no stick may author it");
    assert_eq!(failure.what.key(), "rule-stick-kinds");
    forget_start(start.folder.path());
    let failure = strikes(&start.store, 1, wrong).expect_err("its beginning is not here");
    assert_eq!(failure.what.key(), "rule-correct-elsewhere");
}

#[test]
fn a_correction_of_what_came_home_comes_to_what_it_would_be_without_it() {
    let told = |is_struck: bool| {
        let home = home();
        let mut start = Start::on(31, Some(&home));
        let mut wrong = Vec::new();
        start.does(1, bound("S"));
        let started = start.does(1, wipe_started(1, "S"));
        start.does(1, wipe_ended(1, "S", started));
        if is_struck {
            wrong.push(start.does(1, tested(FunctionOutcome::Fails)));
            wrong.push(start.does(1, graded(Grade::C)));
        }
        start.does(1, tag(4));
        start.comes_home(&home);
        if is_struck {
            wrong.push(does(&home, 1, graded(Grade::A)));
            does(&home, 1, Corrected { records: wrong, lot: None, reason: Some(Digest([4; 32])) });
        }
        holds(&home, 1);
        let mut file = device(&home, 1);
        // The same wipe is another record where others stand before it in its chain.
        for disk in file.disks.values_mut() {
            (disk.last_start, disk.last_wipe) = (None, None);
        }
        DeviceFile { last: Digest::ZERO, last_seq: 0, changed_at: moment(0), stage_since: None, ..file }
    };
    let (with, without) = (told(true), told(false));
    assert_eq!(with, without);
    assert_eq!((with.disks[&key("S")].state, with.tags.len()), (DiskState::Wiped, 2));
}

/// Folds a step of another station about device 1 into a walk, as one that knew of nothing here.
fn foreign(walk: &mut Walk, number: u8, fact: impl Into<Fact>) {
    let station = Digest([77; 32]);
    let by = By { person: person(1), how: How::Pin };
    let opened = boot_opened(&SecretKey::from_bytes(&[31; 32]), &team_key());
    let taken = BundleTaken { station, from: 0, to: 2, root: Digest::ZERO, offset_ms: None };
    let mut cabinet = Cabinet::new(&mut walk.drawers);
    let mut taking = Taking::begin(&taken, moment(1000), 90, &mut cabinet).expect("begins");
    let event =
        |device: Option<About>, fact: Fact| Event { at: moment(2), happened_at: None, by: by.clone(), device, fact };
    taking.take(&event(None, opened), 0, station, &mut cabinet).expect("folds");
    let device = Some(About { id: device_id(number), after: None });
    let event = event(device, fact.into());
    let leaf = Digest([78; 32]);
    assert!(taking.take(&event, 1, leaf, &mut cabinet).expect("folds").is_some());
    taking.end(&mut cabinet).expect("ends");
    walk.drawers.1.push(Written { leaf, event, from: Some(station) });
}

/// Device 1, ready, and held.
fn apart() -> Walk {
    let mut walk = Walk::ready();
    walk.goes(None, enrolled(&STICK_KINDS));
    foreign(&mut walk, 1, graded(Grade::B));
    walk
}

/// For each rule about it: a walk that leads up to it, and the step that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let label = super::label_facts::label_printed(&tag(1).tag, LabelFor::Erased, 1);
    vec![
        ("conflict-first", apart(), about(allocated(1))),
        ("conflict-first", apart(), about(wipe_started(5, "S"))),
        ("conflict-first", apart(), about(image_started(5, "S"))),
        ("conflict-first", apart(), about(destroyed("S"))),
        ("conflict-first", apart(), about(label)),
        ("conflict-known", Walk::ready(), about(settled(Settlement::BothStand, None))),
        ("conflict-known", apart(), about(settled(Settlement::OtherMachine, None))),
        ("conflict-known", apart(), about(settled(Settlement::SameMachine, Some(2)))),
    ]
}

#[test]
fn a_device_that_is_held_is_not_ready_until_it_is_settled() {
    let mut walk = apart();
    assert_ne!(walk.stage(), Stage::Ready);
    walk.goes(Some(1), settled(Settlement::BothStand, None));
    assert_eq!(walk.stage(), Stage::Ready);
    walk.goes(Some(1), allocated(1));
}

/// What device 1 knows of its disk "S" after device 2, which knows it too, turned out to be it.
fn absorbed(own: &[Fact], theirs: &[Fact]) -> DiskState {
    let mut walk = Walk::new(false);
    walk.goes(None, enrolled(&STICK_KINDS));
    let mut folds = |number: u8, facts: &[Fact]| {
        walk.goes(Some(number), received(1));
        for fact in facts {
            let mut fact = fact.clone();
            if let Fact::WipeEnded(ended) = &mut fact {
                ended.started = walk.device(number).expect("known").disks[&key("S")].last_start.expect("begun");
            }
            walk.folds(Some(number), fact);
        }
    };
    folds(1, own);
    folds(2, theirs);
    walk.goes(Some(1), tag(1));
    foreign(&mut walk, 2, TagBound { tag: tag(1).tag });
    walk.goes(Some(1), settled(Settlement::SameMachine, Some(2)));
    walk.device(1).expect("known").disks[&key("S")].state
}

#[test]
fn of_a_disk_that_both_knew_nothing_becomes_safer_by_settling() {
    let seen = || vec![Fact::from(inspected(Verdict::Pass, &[disk(Some("S"))]))];
    let begun = |number| vec![bound("S").into(), Fact::from(wipe_started(number, "S"))];
    let wiped = |number| [begun(number), vec![wipe_ended(number, "S", Digest::ZERO).into()]].concat();
    let gone = || vec![Fact::from(destroyed("S"))];
    for (own, theirs, expected) in [
        (seen(), seen(), DiskState::Unwiped),
        (wiped(1), seen(), DiskState::Wiped),
        (seen(), wiped(1), DiskState::Wiped),
        (wiped(1), wiped(2), DiskState::Wiped),
        (wiped(1), begun(2), DiskState::NotWiped),
        (begun(1), wiped(2), DiskState::NotWiped),
        (seen(), begun(2), DiskState::Wiping),
        (gone(), seen(), DiskState::Destroyed),
        (begun(1), gone(), DiskState::Destroyed),
    ] {
        assert_eq!(absorbed(&own, &theirs), expected, "{own:?}\n{theirs:?}");
    }
}
