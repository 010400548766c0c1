//! What two places recorded of one device: found in whatever order it comes home, held, settled each way, corrected.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::bundles::{boot_opened, bundle_of, enrolled, furnish, holds, take};
use crate::custody::{Step, about};
use crate::custody_repair::graded;
use crate::ledger_rig::*;
use crate::tag_swap::{NUMBER, read_off};
use aoxanh::custody::{
    Between, Cabinet, Conflict, DeviceFile, DiskState, STICK_KINDS, Stage, Taking, Written, base_station,
};
use aoxanh::event::inspection::{DeviceInspected, FunctionOutcome, Verdict};
use aoxanh::event::intake::TagBound;
use aoxanh::event::label::LabelFor;
use aoxanh::event::repair::Grade;
use aoxanh::event::settling::{ConflictSettled, Corrected, Settlement};
use aoxanh::event::station::BundleTaken;
use aoxanh::event::{About, By, Event, Fact, How};
use aoxanh::ledger::SecretKey;
use aoxanh::port::{Failure, Index, Journal};
use aoxanh::store::Store;
use aoxanh::unit::{DeviceId, Digest};
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;

const STATION_DRAWER: &str = "station:";

/// A machine that was started from the stick, on what that station knew then; on nothing where none is named.
struct Start {
    _folder: TempDir,
    store: Store,
    first: usize,
}

impl Start {
    fn on(number: u8, base: Option<&Store>) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let key = || SecretKey::from_bytes(&[number; 32]);
        let mut beginning = beginning(&key(), &team_key(), false);
        beginning[0].fact = boot_opened(&key(), &team_key());
        let store = match base {
            Some(base) => {
                beginning.truncate(1);
                Store::create_on(folder.path(), key(), &drawers(base), 50).expect("made")
            }
            None => Store::create(folder.path(), key()).expect("made"),
        };
        store.commit(beginning).expect("opens");
        if base.is_none() {
            store.commit(vec![entry(1, None, lot_opened(1)), entry(1, None, erase_consent(1))]).expect("recorded");
        }
        Self { _folder: folder, store, first: 0 }
    }

    fn does(&self, device: u8, fact: impl Into<Fact>) -> Digest {
        does(&self.store, device, fact)
    }

    /// What it recorded since it was home last, taken home.
    fn comes_home(&mut self, home: &Store) {
        let mut all = 0;
        self.store
            .rows(&mut |_| {
                all += 1;
                Ok(())
            })
            .expect("reads");
        take(home, &bundle_of(&self.store, self.first, all)).expect("taken over");
        self.first = all;
    }
}

fn does(store: &Store, device: u8, fact: impl Into<Fact>) -> Digest {
    store.commit(vec![entry(5, Some(device), fact)]).expect("recorded")[0].leaf
}

/// What a stick would take along.
fn drawers(store: &Store) -> BTreeMap<String, String> {
    let kinds = ["device", "tag", "lot", "person", "serial", "sign", "seen", "disk"];
    let mut all = BTreeMap::new();
    for kind in kinds {
        let of_kind = store.drawers(kind, "", 100).expect("reads");
        all.extend(of_kind.into_iter().map(|(id, body)| (format!("{kind}:{id}"), body)));
    }
    let station = base_station(&(store as &dyn Index).get("").expect("reads").expect("opened"));
    all.insert(STATION_DRAWER.to_owned(), serde_json::to_string(&station).expect("JSON"));
    all
}

/// A station with an enrolled stick and device 1: received, tagged, inspected.
fn home() -> Store {
    let store = Store::in_memory(station_key()).expect("made");
    furnish(&store);
    store.commit(vec![entry(1, None, enrolled(&STICK_KINDS))]).expect("enrolled");
    does(&store, 1, received(1));
    does(&store, 1, tag(1));
    does(&store, 1, inspected(Verdict::Pass, &[disk(Some("S"))]));
    store
}

fn device(store: &Store, number: u8) -> DeviceFile {
    (store as &dyn Index).get(&device_id(number)).expect("reads").expect("known")
}

fn conflict(store: &Store, number: u8) -> Option<Conflict> {
    device(store, number).conflict
}

fn held(store: &Store) -> BTreeSet<u8> {
    let known = |number: &u8| (store as &dyn Index).get::<DeviceFile>(&device_id(*number)).expect("reads");
    (1..=9).filter(|number| known(number).is_some_and(|file| file.conflict.is_some())).collect()
}

fn settled(how: Settlement, other: Option<u8>) -> ConflictSettled {
    ConflictSettled { how, other: other.map(device_id), records: Vec::new(), reason: Some(Digest([5; 32])) }
}

fn settles(store: &Store, number: u8, how: Settlement, other: Option<u8>) -> Result<(), String> {
    let told = |failure: Failure| failure.what.key().to_owned();
    store.commit(vec![entry(9, Some(number), settled(how, other))]).map(|_| ()).map_err(told)
}

#[test]
fn one_device_of_two_sticks_is_held_in_whatever_order_they_come_home() {
    let quiet = || -> Vec<Fact> { vec![tag(5).into()] };
    let parts = || -> Vec<Fact> { vec![graded(Grade::B).into()] };
    let both = || -> Vec<Fact> { vec![tag(5).into(), graded(Grade::B).into()] };
    let turned = || -> Vec<Fact> { vec![graded(Grade::B).into(), tag(5).into()] };
    let other = |facts: Vec<Fact>| -> Vec<Fact> {
        let swap = |fact| if matches!(fact, Fact::TagBound(_)) { Fact::from(tag(6)) } else { fact };
        facts.into_iter().map(swap).collect()
    };
    for (first, second, expected) in [
        (parts(), parts(), true),
        (both(), parts(), true),
        (turned(), both(), true),
        (turned(), turned(), true),
        (quiet(), parts(), false),
        (quiet(), quiet(), false),
    ] {
        let mut sets = Vec::new();
        for is_turned in [false, true] {
            let home = home();
            let (mut one, mut two) = (Start::on(31, Some(&home)), Start::on(32, Some(&home)));
            first.iter().for_each(|fact| _ = one.does(1, fact.clone()));
            other(second.clone()).into_iter().for_each(|fact| _ = two.does(1, fact));
            let mut order = [&mut one, &mut two];
            if is_turned {
                order.reverse();
            }
            order.into_iter().for_each(|start| start.comes_home(&home));
            sets.push(held(&home));
            holds(&home, 2);
        }
        let expected: BTreeSet<u8> = expected.then_some(1).into_iter().collect();
        assert_eq!(sets, [expected.clone(), expected], "{first:?} {second:?}");
    }
}

#[test]
fn what_was_recorded_here_meanwhile_holds_it_and_a_chain_that_goes_on_does_not() {
    let home = home();
    let mut start = Start::on(31, Some(&home));
    start.does(1, graded(Grade::B));
    start.comes_home(&home);
    start.does(1, graded(Grade::C));
    start.comes_home(&home);
    assert_eq!(conflict(&home, 1), None, "nobody else recorded anything");
    does(&home, 1, tag(3));
    start.does(1, graded(Grade::B));
    start.comes_home(&home);
    assert_eq!(conflict(&home, 1), None, "a tag more is no other account");
    let here = does(&home, 1, tested(FunctionOutcome::Works));
    let there = start.does(1, graded(Grade::C));
    start.comes_home(&home);
    let found = conflict(&home, 1).expect("held");
    assert_eq!((found.between, &found.records, &found.here), (Between::Histories, &vec![there], &vec![here]));
    assert_eq!(device(&home, 1).grade, Some(Grade::C), "folded all the same");
    settles(&home, 1, Settlement::BothStand, None).expect("by the lead");
    start.does(1, graded(Grade::B));
    start.comes_home(&home);
    assert_eq!(conflict(&home, 1), None, "settled is settled");
    let mut third = Start::on(33, Some(&home));
    third.does(1, graded(Grade::A));
    third.comes_home(&home);
    assert_eq!(conflict(&home, 1), None, "it knew all of it");
    does(&home, 1, tested(FunctionOutcome::Fails));
    start.does(1, graded(Grade::C));
    start.comes_home(&home);
    assert!(conflict(&home, 1).is_some(), "anew");
    holds(&home, 2);
}

#[test]
fn what_was_struck_out_before_it_came_home_holds_nothing() {
    let home = home();
    let mut start = Start::on(31, Some(&home));
    let wrong = does(&home, 1, graded(Grade::A));
    does(&home, 1, Corrected { records: vec![wrong], lot: None, reason: Some(Digest([4; 32])) });
    start.does(1, graded(Grade::B));
    start.comes_home(&home);
    assert_eq!(conflict(&home, 1), None);
    let mut second = Start::on(32, Some(&home));
    let known = does(&home, 1, graded(Grade::C));
    let mut third = Start::on(33, Some(&home));
    does(&home, 1, Corrected { records: vec![known], lot: None, reason: Some(Digest([4; 32])) });
    second.does(1, graded(Grade::B));
    second.comes_home(&home);
    assert_eq!(conflict(&home, 1), None, "it never heard of what was struck out");
    third.does(1, tested(FunctionOutcome::Works));
    third.comes_home(&home);
    assert!(conflict(&home, 1).is_some(), "it built on what was struck out");
    holds(&home, 3);
}

#[test]
fn a_chain_that_made_records_which_do_not_count_still_knew_what_it_knew() {
    let store = Store::in_memory(station_key()).expect("made");
    furnish(&store);
    let kinds = ["DeviceReceived", "TagBound", "DeviceGraded"];
    store.commit(vec![entry(1, None, enrolled(&kinds))]).expect("enrolled");
    does(&store, 1, received(1));
    does(&store, 1, graded(Grade::A));
    let mut start = Start::on(31, Some(&store));
    start.does(1, tested(FunctionOutcome::Works));
    start.does(1, graded(Grade::B));
    start.comes_home(&store);
    start.does(1, graded(Grade::C));
    start.comes_home(&store);
    assert_eq!((conflict(&store, 1), device(&store, 1).grade), (None, Some(Grade::C)));
    holds(&store, 1);
}

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

#[test]
fn one_machine_by_its_serial_is_surfaced_and_by_hearsay_it_is_not() {
    let typed = || DeviceInspected { typed: true, ..read_off("CNU4138XYZ", NUMBER) };
    for (there, expected) in [
        (read_off("cnu 4138xyz", "none"), BTreeSet::from([1, 2])),
        (read_off("none", NUMBER), BTreeSet::from([1, 2])),
        (read_off("PF-0ABC", NUMBER), BTreeSet::new()),
        (typed(), BTreeSet::new()),
    ] {
        let home = home();
        let mut start = Start::on(31, Some(&home));
        does(&home, 1, read_off("CNU4138XYZ", NUMBER));
        start.does(2, received(1));
        start.does(2, there.clone());
        start.comes_home(&home);
        assert_eq!(held(&home), expected);
        holds(&home, 1);
        if expected.is_empty() {
            continue;
        }
        assert_eq!(conflict(&home, 2).map(|found| found.between), Some(Between::Machine));
        settles(&home, 2, Settlement::BothStand, Some(1)).expect("by the lead");
        start.does(2, there);
        start.comes_home(&home);
        assert_eq!(held(&home), BTreeSet::new(), "a lead said so");
        holds(&home, 1);
    }
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
