//! Counts that close with a record, what is missing since, and boxes that stand on shelves: by the rules, the workbench and
//! the verbs.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, refusal, said};
use super::custody::{Step, about};
use super::ledger_rig::*;
use super::{bench_rig, golden};
use aoxanh::custody::{BoxFile, CountFile};
use aoxanh::event::intake::{DeviceMoved, HoldReason};
use aoxanh::event::stock::{BoxMoved, StockTaken};
use aoxanh::event::{Event, Fact, How};
use aoxanh::port::{Clock, Index};
use aoxanh::unit::{DeviceId, Moment, ShelfName};
use aoxanh::workbench::{
    CountOrder, Found, Place, StockTake, all_missing, close_count, correct, device_page, hold, missed, move_box,
    move_device, read_place, shelves, stock_take, strike_last, throughput, waiting,
};
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

fn moved(to: &str) -> DeviceMoved {
    DeviceMoved { to: to.to_owned(), from: None }
}

fn carried(name: &str, to: &str) -> BoxMoved {
    BoxMoved { name: name.to_owned(), to: to.to_owned(), from: None }
}

fn taken(missing: usize) -> StockTaken {
    let missing = vec![device_id(1); missing];
    StockTaken { shelf: "A1".to_owned(), found: 10, missing, unexpected: Vec::new() }
}

/// An event of every shape of its fields.
pub(crate) fn golden() -> Vec<Event> {
    let general = |fact: Fact| golden::event(How::Pin, None, fact);
    let (one, other) = (golden::after(None).id, device_id(7));
    vec![
        general(carried("HOP:12", "B2").into()),
        general(BoxMoved { from: Some("A1".to_owned()), ..carried("HOP:Sạc cũ", "Kệ B2") }.into()),
        general(taken(0).into()),
        general(StockTaken { missing: vec![one.clone(), other], unexpected: vec![one], ..taken(0) }.into()),
        golden::about(moved("HOP:12")),
    ]
}

/// For each rule about them: a walk that leads up to it, and the step that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let mut full = Walk::ready();
    for number in 2..=201 {
        full.goes(Some(number), received(1));
        full.goes(Some(number), moved("HOP:12"));
    }
    let named = |fact: Fact| ("shelf-named", Walk::ready(), (None, fact));
    vec![
        named(carried("12", "A1").into()),
        named(carried("HOP:12", "HOP:13").into()),
        named(carried("HOP:12", " A1").into()),
        named(carried("HOP: 12 ", "A1").into()),
        named(StockTaken { shelf: String::new(), ..taken(0) }.into()),
        ("stock-bounded", Walk::ready(), (None, taken(2001).into())),
        ("stock-bounded", full, about(moved("hop:12".to_uppercase().as_str()))),
    ]
}

fn place(text: &str) -> ShelfName {
    read_place(text).expect("a place")
}

fn order(at: &str, scans: &[&str]) -> CountOrder {
    CountOrder { place: place(at), scans: scans.iter().map(ToString::to_string).collect(), sealed: false }
}

fn look(rig: &Rig, order: &CountOrder) -> StockTake {
    stock_take(&rig.bench(), order).expect("reads")
}

fn put(rig: &Rig, found: &Found, at: &str) -> Found {
    move_device(&rig.bench(), &rig.again(found), &place(at)).expect("moved").found
}

fn later(rig: &Rig, days: u32) {
    let millis = i64::try_from((DAY * days).as_millis()).expect("few");
    rig.clock.set(Moment::from_unix_millis(rig.clock.now().unix_millis() + millis));
}

/// Three devices on A1, one on B2.
fn four(rig: &Rig) -> Vec<Found> {
    ["A1", "A1", "A1", "B2"].map(|at| put(rig, &rig.device(false).0, at)).to_vec()
}

fn lost(rig: &Rig) -> Vec<DeviceId> {
    all_missing(&rig.bench()).expect("reads").into_iter().map(|one| one.row.device).collect()
}

#[test]
fn a_count_closes_by_one_record_with_its_moves_before_it_and_says_who_is_missing() {
    let rig = Rig::new(&[]);
    let all = four(&rig);
    let order = order("a1", &[&all[0].name(), &all[3].name()]);
    let take = look(&rig, &order);
    let before = rig.events().len();
    let closed = close_count(&rig.bench(), &order, &take).expect("recorded");
    assert_eq!(rig.kinds(before), ["DeviceMoved", "StockTaken"]);
    let ids = |places: &[usize]| places.iter().map(|at| all[*at].id.clone()).collect::<Vec<_>>();
    let Fact::StockTaken(said) = rig.last() else { panic!("{:?}", rig.last()) };
    assert_eq!((said.shelf.as_str(), said.found, said.unexpected), ("A1", 1, ids(&[3])));
    let sorted = |mut ids: Vec<DeviceId>| {
        ids.sort();
        ids
    };
    assert_eq!(sorted(said.missing), sorted(ids(&[1, 2])));
    assert_eq!(closed.moved[0].file.shelf.as_deref(), Some("A1"));
    assert!(look(&rig, &order).unexpected.is_empty(), "it lies there now");
    assert_eq!(rig.store.stale_drawer().expect("reads"), None);
}

#[test]
fn what_changed_since_it_was_shown_is_not_recorded() {
    let rig = Rig::new(&[]);
    let all = four(&rig);
    let order = order("A1", &[&all[0].name()]);
    let take = look(&rig, &order);
    put(&rig, &all[1], "B2");
    let before = rig.events().len();
    let refused = refusal(close_count(&rig.bench(), &order, &take), "another shelf by now");
    assert_eq!((said(&refused), rig.events().len()), ("stock-changed", before));
    close_count(&rig.bench(), &order, &look(&rig, &order)).expect("as it is shown now");
}

#[test]
fn a_missing_device_is_missing_until_somebody_has_it_in_hands_or_its_shelf_is_counted_again() {
    let rig = Rig::new(&[]);
    let all = four(&rig);
    let first = order("A1", &[&all[0].name()]);
    close_count(&rig.bench(), &first, &look(&rig, &first)).expect("recorded");
    later(&rig, 3);
    let bench = rig.bench();
    let since = missed(&bench, &all[1].id, &rig.again(&all[1]).file).expect("reads").expect("missing");
    assert_eq!((since.at.as_str(), since.days), ("A1", 3));
    assert_eq!(missed(&bench, &all[0].id, &rig.again(&all[0]).file).expect("reads"), None);
    let page = device_page(&bench, &rig.again(&all[1])).expect("reads");
    let is_said = page.sections[0].lines.iter().any(|line| line.what.key() == "stock-missed");
    assert!(is_said, "{:?}", page.sections[0]);
    assert_eq!(lost(&rig).len(), 2);
    assert_eq!(throughput(&bench, aoxanh::workbench::Period::TODAY).expect("reads").missing["A1"], 2);
    hold(&bench, &rig.again(&all[1]), Some(HoldReason::Other)).expect("held");
    assert_eq!(lost(&rig).len(), 2, "papers show no device");
    rig.record_inspected(&all[1], inspected(aoxanh::event::inspection::Verdict::Pass, &[]));
    assert_eq!(lost(&rig), [all[2].id.clone()], "it was on somebody's bench");
    let views = shelves(&bench).expect("reads");
    let a1 = views.iter().find(|view| view.place == Place::On("A1".to_owned())).expect("listed");
    assert_eq!(a1.counted.map(|counted| (counted.days, counted.missing)), Some((3, 1)));
    assert_eq!(views.last().map(|view| (&view.place, view.devices)), Some((&Place::Missing, 1)));
    let (listed, more) = waiting(&bench, &Place::Missing, 10).expect("reads");
    assert_eq!((listed.len(), more, listed[0].missed.as_ref().map(|missed| missed.days)), (1, false, Some(3)));
    let second = order("A1", &[&all[0].name(), &all[1].name(), &all[2].name()]);
    close_count(&bench, &second, &look(&rig, &second)).expect("recorded");
    assert_eq!(lost(&rig), []);
    assert!(shelves(&bench).expect("reads").iter().all(|view| view.place != Place::Missing));
}

#[test]
fn what_was_given_away_or_put_elsewhere_is_missed_by_nobody() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), moved("A1"));
    walk.goes(None, taken(1));
    let count = walk.file::<CountFile>("a1").expect("counted");
    assert_eq!((count.found, count.missing.len()), (10, 1));
    let rig = Rig::new(&[]);
    let all = four(&rig);
    let first = order("A1", &[]);
    close_count(&rig.bench(), &first, &look(&rig, &first)).expect("recorded");
    assert_eq!(lost(&rig).len(), 3);
    put(&rig, &all[0], "B2");
    put(&rig, &all[1], "B2");
    put(&rig, &all[1], "A1");
    assert_eq!(lost(&rig), [all[2].id.clone()], "one that came back was seen too");
}

#[test]
fn a_box_goes_with_everything_in_it_by_one_record_and_its_devices_are_found_on_its_shelf() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let all: Vec<Found> = (0..3).map(|_| rig.device(false).0).collect();
    for found in &all {
        put(&rig, found, "hop: 12 ");
    }
    let lies = |found: &Found| {
        let file = rig.again(found).file;
        (file.shelf, file.boxed)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(lies(&all[0]), (None, text("HOP:12")), "it stands on no shelf yet");
    let before = rig.events().len();
    let done = move_box(&bench, &place("HOP:12"), &place("B2")).expect("carried");
    assert_eq!((done.recorded, done.devices, rig.events().len()), (true, 3, before + 1));
    assert!(!move_box(&bench, &place("HOP:12"), &place("b2")).expect("there").recorded);
    assert_eq!(lies(&all[0]), (text("B2"), text("HOP:12")));
    let on = |shelf: &str| rig.store.waiting(Some(shelf), None, 10).expect("reads").len();
    assert_eq!((on("B2"), rig.store.waiting(None, None, 10).expect("reads").len()), (3, 0));
    assert_eq!(rig.store.find("b2", 10).expect("reads").len(), 3, "found by its shelf's name");
    move_box(&bench, &place("HOP:12"), &place("C1")).expect("carried");
    assert_eq!((on("B2"), on("C1")), (0, 3));
    put(&rig, &all[1], "C1");
    assert_eq!(lies(&all[1]), (text("C1"), None), "taken out of it");
    assert_eq!(waiting(&bench, &Place::In("HOP:12".to_owned()), 10).expect("reads").0.len(), 2);
    let views = shelves(&bench).expect("reads");
    let boxed = views.iter().find(|view| view.place == Place::In("HOP:12".to_owned())).expect("listed");
    assert_eq!((boxed.devices, boxed.stands.as_deref()), (2, Some("C1")));
    assert_eq!(said(&refusal(move_box(&bench, &place("HOP:12"), &place("HOP:13")), "in a box")), "rule-box-named");
    assert_eq!(rig.store.stale_drawer().expect("reads"), None);
}

#[test]
fn a_move_into_a_box_that_is_struck_out_leaves_the_box_and_one_that_is_given_away_too() {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let all: Vec<Found> = (0..2).map(|_| put(&rig, &rig.device(false).0, "A1")).collect();
    for found in &all {
        put(&rig, found, "HOP:12");
    }
    let bench = rig.bench();
    move_box(&bench, &place("HOP:12"), &place("B2")).expect("carried");
    correct(&bench, &[strike_last(&bench, &rig.again(&all[0])).expect("its move")], None).expect("struck out");
    let file = rig.again(&all[0]).file;
    assert_eq!((file.shelf.as_deref(), file.boxed), (Some("A1"), None));
    let held = || bench.index.get::<BoxFile>("hop:12").expect("reads").expect("a box").devices;
    assert_eq!(held(), [all[1].id.clone()].into());
    move_box(&bench, &place("HOP:12"), &place("C1")).expect("carried");
    let shelf = |found: &Found| rig.again(found).file.shelf;
    assert_eq!((shelf(&all[0]).as_deref(), shelf(&all[1]).as_deref()), (Some("A1"), Some("C1")));
    assert_eq!(rig.store.stale_drawer().expect("reads"), None);
    let mut walk = Walk::ready();
    walk.goes(Some(1), moved("HOP:12"));
    walk.goes(Some(1), allocated(1));
    walk.goes(Some(1), handed(1, aoxanh::event::handover::Terms::Gift));
    assert_eq!(walk.file::<BoxFile>("hop:12").expect("a box").devices, [].into());
}

#[test]
fn a_box_counts_as_what_is_in_it_only_where_it_is_said_to_be_sealed() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let all = four(&rig);
    for found in &all[..2] {
        put(&rig, found, "HOP:12");
    }
    move_box(&bench, &place("HOP:12"), &place("A1")).expect("carried");
    let scans = [all[2].name(), "HOP:12".to_owned()];
    let scans: Vec<&str> = scans.iter().map(String::as_str).collect();
    let open = look(&rig, &order("A1", &scans));
    assert_eq!((open.found.len(), open.missing.len(), open.unread.len()), (1, 2, 1));
    assert_eq!(open.unread[0].1.what.key(), "box-open");
    let sealed = |at: &str, scans: &[&str]| look(&rig, &CountOrder { sealed: true, ..order(at, scans) });
    let take = sealed("A1", &scans);
    assert_eq!((take.found.len(), take.is_right()), (3, true));
    let elsewhere = sealed("B2", &[&all[3].name(), "hop:12", "HOP:12"]);
    assert_eq!((elsewhere.boxes.len(), elsewhere.boxes[0].devices, elsewhere.unexpected.len()), (1, 2, 0));
    let before = rig.events().len();
    let order_b2 = CountOrder { sealed: true, ..order("B2", &[&all[3].name(), "hop:12", "HOP:12"]) };
    close_count(&bench, &order_b2, &elsewhere).expect("recorded");
    assert_eq!(rig.kinds(before), ["BoxMoved", "StockTaken"]);
    assert_eq!(rig.again(&all[0]).file.shelf.as_deref(), Some("B2"));
    assert_eq!(look(&rig, &order("A1", &["HOP:99"])).unread[0].1.what.key(), "box-unknown");
    // Counting what is in the box finds again what its shelf's count missed.
    let shelf_count = order("B2", &[&all[3].name()]);
    close_count(&bench, &shelf_count, &look(&rig, &shelf_count)).expect("recorded");
    assert_eq!(lost(&rig).len(), 2);
    let box_count = order("HOP:12", &["HOP:12", &all[0].name()]);
    close_count(&bench, &box_count, &look(&rig, &box_count)).expect("recorded");
    assert_eq!(lost(&rig), [all[1].id.clone()]);
}

#[test]
fn from_the_command_line_counts_are_recorded_and_boxes_are_packed_and_carried() {
    let rig = bench_rig::Rig::normal();
    let [one, two, three] = [(); 3].map(|()| rig.device().tag);
    rig.run(&["move", "A1", &one, &two]).good();
    rig.run(&["shelf", "--missing"]).good();
    let ran = rig.json(&["shelf", "A1", "--count", "--record", &one, &three]);
    let told = ran.one("stock_take");
    assert_eq!(
        (ran.code, &told["recorded"], &told["moved"], &told["missing"]),
        (1, &json!(true), &json!(1), &json!(1))
    );
    let missing = rig.json(&["shelf", "--missing"]).good().all("shelved");
    assert_eq!((missing.len(), &missing[0]["tag"], &missing[0]["missed_days"]), (1, &json!(two), &json!(0)));
    let shelf = &rig.json(&["shelf"]).good().all("shelf")[0];
    assert_eq!((&shelf["counted_days"], &shelf["missing"]), (&json!(0), &json!(1)));
    let said = rig.run(&["show", &two]).good().out;
    assert!(said.contains("không thấy khi kiểm kê kệ A1"), "{said}");
    assert!(rig.run(&["today"]).good().out.contains("Không thấy khi kiểm kê: 1 máy (kệ A1: 1)"));
    rig.run(&["move", "HOP:7", &one, &two]).good();
    assert_eq!(rig.json(&["shelf", "--missing"]).good().all("shelved"), Vec::<serde_json::Value>::new());
    let carried = rig.json(&["move", "b2", "hop:7"]).good().one("box_moved");
    assert_eq!((&carried["box"], &carried["shelf"], &carried["devices"]), (&json!("HOP:7"), &json!("b2"), &json!(2)));
    assert_eq!(rig.json(&["shelf", "B2"]).good().all("shelved").len(), 2);
    let listed = rig.json(&["shelf", "HOP:7"]).good().all("shelved");
    assert_eq!((&listed[0]["shelf"], &listed[0]["stands_on"]), (&json!("HOP:7"), &json!("b2")));
    assert!(rig.run(&["show", &one]).good().out.contains("hộp 7 · b2"));
    let ran = rig.run(&["shelf", "B2", "--count", "HOP:7"]);
    assert!(ran.code == 1 && ran.out.contains("mở ra quét từng máy") && ran.out.contains("--sealed"), "{ran:?}");
    rig.run(&["shelf", "B2", "--count", "--sealed", "HOP:7"]).good();
    let ran = rig.run(&["move", "HOP:8", "HOP:7"]);
    assert!(ran.code == 1 && ran.err.contains("không nằm trong hộp khác"), "{ran:?}");
    assert_eq!(rig.verified()["records"], rig.json(&["verify", "--summaries"]).good().one("verified")["records"]);
}
