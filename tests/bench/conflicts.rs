//! What two places recorded of one device: found in whatever order it comes home, held, settled each way, corrected.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::bundles::{boot_opened, bundle_of, enrolled, furnish, holds, take, unmindful};
use crate::custody_repair::graded;
use crate::ledger_rig::*;
use crate::tag_swap::{NUMBER, read_off};
use aoxanh::custody::{Between, Conflict, DeviceFile, STICK_KINDS, base_station};
use aoxanh::event::inspection::{DeviceInspected, FunctionOutcome, Verdict};
use aoxanh::event::repair::Grade;
use aoxanh::event::settling::{ConflictSettled, Corrected, Settlement};
use aoxanh::event::{By, Fact, How};
use aoxanh::ledger::SecretKey;
use aoxanh::port::{Entry, Failure, Index, Journal};
use aoxanh::store::Store;
use aoxanh::unit::{DeviceId, Digest};
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;

const STATION_DRAWER: &str = "station:";

/// A machine that was started from the stick, on what that station knew then; on nothing where none is named.
pub(crate) struct Start {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
    by: By,
    first: usize,
}

impl Start {
    pub(crate) fn on(number: u8, base: Option<&Store>) -> Self {
        Self::of((number, &team_key()), base, By { person: person(1), how: How::Pin })
    }

    /// The same of that team, where that person records.
    pub(crate) fn of((number, team): (u8, &SecretKey), base: Option<&Store>, by: By) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let key = || SecretKey::from_bytes(&[number; 32]);
        let mut beginning = beginning(&key(), team, false);
        (beginning[0].fact, beginning[0].by) = (boot_opened(&key(), team), by.clone());
        let store = match base {
            Some(base) => {
                beginning.truncate(1);
                let store = Store::create_on(folder.path(), key(), &drawers(base), 50).expect("made");
                store.commit(beginning).expect("opens");
                store
            }
            None => unmindful(folder.path(), &key(), beginning),
        };
        if base.is_none() {
            store.commit(vec![entry(1, None, lot_opened(1)), entry(1, None, erase_consent(1))]).expect("recorded");
        }
        Self { folder, store, by, first: 0 }
    }

    pub(crate) fn does(&self, device: u8, fact: impl Into<Fact>) -> Digest {
        self.does_to(device_id(device), fact)
    }

    pub(crate) fn does_to(&self, device: DeviceId, fact: impl Into<Fact>) -> Digest {
        let one = Entry { by: self.by.clone(), device: Some(device), ..entry(5, None, fact) };
        self.store.commit(vec![one]).expect("recorded")[0].leaf
    }

    /// What it recorded since it was home last, as a bundle.
    pub(crate) fn bundle(&mut self) -> Vec<u8> {
        let mut all = 0;
        self.store
            .rows(&mut |_| {
                all += 1;
                Ok(())
            })
            .expect("reads");
        bundle_of(&self.store, std::mem::replace(&mut self.first, all), all)
    }

    pub(crate) fn comes_home(&mut self, home: &Store) {
        take(home, &self.bundle()).expect("taken over");
    }
}

pub(crate) fn does(store: &Store, device: u8, fact: impl Into<Fact>) -> Digest {
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
pub(crate) fn home() -> Store {
    let store = Store::in_memory(station_key()).expect("made");
    furnish(&store);
    store.commit(vec![entry(1, None, enrolled(&STICK_KINDS))]).expect("enrolled");
    does(&store, 1, received(1));
    does(&store, 1, tag(1));
    does(&store, 1, inspected(Verdict::Pass, &[disk(Some("S"))]));
    store
}

pub(crate) fn device(store: &Store, number: u8) -> DeviceFile {
    (store as &dyn Index).get(&device_id(number)).expect("reads").expect("known")
}

pub(crate) fn conflict(store: &Store, number: u8) -> Option<Conflict> {
    device(store, number).conflict
}

pub(crate) fn held(store: &Store) -> BTreeSet<u8> {
    let known = |number: &u8| (store as &dyn Index).get::<DeviceFile>(&device_id(*number)).expect("reads");
    (1..=9).filter(|number| known(number).is_some_and(|file| file.conflict.is_some())).collect()
}

pub(crate) fn settled(how: Settlement, other: Option<u8>) -> ConflictSettled {
    ConflictSettled { how, other: other.map(device_id), records: Vec::new(), reason: Some(Digest([5; 32])) }
}

pub(crate) fn settles(store: &Store, number: u8, how: Settlement, other: Option<u8>) -> Result<(), String> {
    let told = |failure: Failure| failure.what.key().to_owned();
    store.commit(vec![entry(9, Some(number), settled(how, other))]).map(|_| ()).map_err(told)
}

#[test]
fn one_device_of_two_sticks_is_held_in_whatever_order_they_come_home() {
    let quiet = || -> Vec<Fact> { vec![tag(5).into()] };
    let looks = || -> Vec<Fact> { vec![inspected(Verdict::Pass, &[disk(Some("S"))]).into()] };
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
        (looks(), looks(), false),
        (looks(), parts(), false),
    ] {
        let mut sets = Vec::new();
        for is_turned in [false, true] {
            let home = home();
            let (mut one, mut two) = (Start::on(31, Some(&home)), Start::on(32, Some(&home)));
            for fact in &first {
                one.does(1, fact.clone());
            }
            for fact in other(second.clone()) {
                two.does(1, fact);
            }
            let mut order = [&mut one, &mut two];
            if is_turned {
                order.reverse();
            }
            for start in order {
                start.comes_home(&home);
            }
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
    let wrong = does(&home, 1, graded(Grade::A));
    does(&home, 1, Corrected { records: vec![wrong], lot: None, reason: Some(Digest([4; 32])) });
    assert!(conflict(&home, 1).is_some(), "no correction settles anything");
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
