//! Accessories in stock, what goes with a device, and what a device still wants for: by the rules, the workbench and the verbs.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, refusal, said};
use super::custody::{Step, about};
use super::ledger_rig::*;
use super::{bench_rig, golden};
use aoxanh::custody::{Stage, StockFile};
use aoxanh::event::accessory::{AccessoryMoved, AccessoryPaired, Power, StockKind};
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::intake::{DeviceKind, DeviceReceived, HoldReason};
use aoxanh::event::outward::{Accessory, IntakeChecked, Outward, Told};
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::port::{Clock, Entry, Index, Journal, Trouble};
use aoxanh::profile::KIT_WORDS;
use aoxanh::tag::TagId;
use aoxanh::unit::ShelfName;
use aoxanh::workbench::{
    Found, StockChange, StockOrder, add_stock, change_stock, hold, note_outward, pair, shortages, stock, stock_word,
    unpair,
};
use serde_json::json;

fn box_tag(number: u8) -> String {
    TagId::from_random([number; 7]).as_str().to_owned()
}

fn power(plug: &str, decivolts: u64, watts: u64) -> Power {
    Power { plug: plug.to_owned(), decivolts, watts }
}

/// Two tried chargers in a box.
fn chargers(number: u8) -> AccessoryMoved {
    AccessoryMoved {
        accessory: box_tag(number),
        kind: StockKind::Charger,
        power: Some(power("4.5x3.0", 195, 65)),
        works: Some(true),
        count: 2,
        uncounted: false,
        to: "B1".to_owned(),
        from: None,
    }
}

fn paired(number: u8, apart: bool) -> AccessoryPaired {
    AccessoryPaired { accessory: box_tag(number), kind: StockKind::Charger, apart }
}

fn asks(power: Power) -> IntakeChecked {
    IntakeChecked { outward: Outward { power: Some(power), ..Outward::default() }, ..IntakeChecked::default() }
}

pub(crate) fn golden() -> Vec<Event> {
    let general = |fact: Fact| golden::event(How::Pin, None, fact);
    let mouse =
        AccessoryMoved { kind: StockKind::Mouse, power: None, works: None, from: Some("A1".to_owned()), ..chargers(2) };
    let kinds = StockKind::ALL.map(|kind| general(AccessoryMoved { kind, ..chargers(3) }.into()));
    let needs = vec![[StockKind::Charger, StockKind::Cable].into(), [StockKind::Screen].into()];
    let mut events = vec![
        general(chargers(1).into()),
        general(AccessoryMoved { works: Some(false), count: 0, ..mouse.clone() }.into()),
        general(mouse.into()),
        golden::about(paired(1, false)),
        golden::about(paired(1, true)),
        golden::about(DeviceReceived { needs, ..received(1) }),
        golden::about(asks(power("usb-c", 200, 45))),
    ];
    events.extend(kinds);
    events.push(general(AccessoryMoved { uncounted: true, ..chargers(1) }.into()));
    let told = Some(Told { serial: Some("PF-1A2B3C".to_owned()), ..Told::default() });
    events.push(golden::about(IntakeChecked { told, ..IntakeChecked::default() }));
    events
}

/// Device 1, ready but for its charger; two tried ones in box 1.
fn wanting() -> Walk {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), DeviceReceived { needs: vec![[StockKind::Charger].into()], ..received(1) });
    walk.goes(Some(1), tag(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    walk.goes(Some(1), bound("S"));
    walk.wipes(1, 1, "S");
    walk.images(1, 2, "S");
    walk.goes(Some(1), tested(FunctionOutcome::Works));
    walk.goes(None, chargers(1));
    walk
}

/// For each rule about them: a walk that leads up to it, and the step that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let after = |steps: Vec<Step>| {
        let mut walk = wanting();
        for (device, fact) in steps {
            walk.goes(device, fact);
        }
        walk
    };
    let counted = |moved: AccessoryMoved| (None, moved.into());
    let misnamed = |moved: AccessoryMoved| ("accessory-named", wanting(), counted(moved));
    let unfit = |asked: Power| ("accessory-fits", after(vec![about(asks(asked))]), about(paired(1, false)));
    let device_tag = after(vec![about(aoxanh::event::intake::TagBound { tag: box_tag(5) })]);
    let pair = || about(paired(1, false));
    vec![
        misnamed(AccessoryMoved { accessory: "7K3".to_owned(), ..chargers(2) }),
        misnamed(AccessoryMoved { kind: StockKind::Mouse, ..chargers(1) }),
        misnamed(AccessoryMoved { count: 10_001, ..chargers(2) }),
        misnamed(AccessoryMoved { power: None, ..chargers(2) }),
        misnamed(AccessoryMoved { power: Some(power("4,5", 195, 65)), ..chargers(2) }),
        misnamed(AccessoryMoved { power: Some(power("4.5", 0, 65)), ..chargers(2) }),
        ("accessory-named", wanting(), about(asks(power("chị Hòa 0912345678", 190, 65)))),
        ("accessory-named", wanting(), about(asks(power("4.5", 190, 0)))),
        misnamed(AccessoryMoved { to: " B1".to_owned(), ..chargers(2) }),
        misnamed(AccessoryMoved { to: String::new(), ..chargers(2) }),
        ("accessory-named", device_tag, counted(chargers(5))),
        ("tag-unique", wanting(), about(aoxanh::event::intake::TagBound { tag: box_tag(1) })),
        ("accessory-known", wanting(), about(paired(2, false))),
        ("accessory-known", wanting(), about(AccessoryPaired { kind: StockKind::Mouse, ..paired(1, false) })),
        ("accessory-known", wanting(), about(paired(1, true))),
        ("accessory-known", after(vec![pair()]), pair()),
        ("accessory-known", after(vec![counted(AccessoryMoved { count: 0, ..chargers(1) })]), pair()),
        ("accessory-fits", after(vec![counted(AccessoryMoved { works: Some(false), ..chargers(1) })]), pair()),
        ("accessory-fits", after(vec![counted(AccessoryMoved { works: None, ..chargers(1) })]), pair()),
        unfit(power("7.4x5.0", 195, 65)),
        unfit(power("4.5x3.0", 120, 65)),
        unfit(power("4.5x3.0", 195, 90)),
        ("give-kit", wanting(), about(allocated(1))),
        ("give-kit", after(vec![counted(AccessoryMoved { count: 0, ..chargers(1) })]), about(allocated(1))),
    ]
}

#[test]
fn a_device_is_ready_only_with_what_it_needs_and_one_scan_takes_one_out_of_the_box() {
    let mut walk = wanting();
    assert_eq!(walk.stage(), Stage::Checked);
    let left = |walk: &mut Walk| walk.file::<StockFile>(&box_tag(1)).expect("in stock").count;
    walk.goes(Some(1), paired(1, false));
    assert_eq!((walk.stage(), left(&mut walk)), (Stage::Ready, 1));
    walk.goes(None, AccessoryMoved { uncounted: true, to: "B2".to_owned(), ..chargers(1) });
    let stock = walk.file::<StockFile>(&box_tag(1)).expect("in stock");
    assert_eq!((stock.count, stock.shelf.as_str()), (1, "B2"), "nobody counted: one was put to the device meanwhile");
    walk.goes(Some(1), paired(1, true));
    assert_eq!((walk.stage(), left(&mut walk)), (Stage::Checked, 2));
    let brought = Outward { accessories: [Accessory::Charger].into(), ..Outward::default() };
    walk.goes(Some(1), IntakeChecked { outward: brought, ..IntakeChecked::default() });
    assert_eq!(walk.stage(), Stage::Ready, "it came with its own");
    walk.goes(Some(1), IntakeChecked::default());
    walk.refused("give-kit", Some(1), allocated(1));
    walk.goes(Some(1), overridden("give-kit", None));
    assert_eq!(walk.stage(), Stage::Ready, "a lead took it upon themselves");
    walk.goes(Some(1), allocated(1));
}

#[test]
fn any_of_several_kinds_will_do_and_nothing_is_asked_of_what_was_received_before() {
    let mut walk = Walk::new(false);
    let needs = vec![[StockKind::Charger, StockKind::Cable].into(), [StockKind::Mouse].into()];
    walk.goes(Some(1), DeviceReceived { needs, ..received(1) });
    let missing = |walk: &mut Walk| walk.device(1).expect("received").kit_missing().count();
    assert_eq!(missing(&mut walk), 2);
    let brought = Outward { accessories: [Accessory::Cable, Accessory::Bag].into(), ..Outward::default() };
    walk.goes(Some(1), IntakeChecked { outward: brought, ..IntakeChecked::default() });
    assert_eq!(missing(&mut walk), 1);
    walk.goes(Some(2), received(1));
    assert_eq!(walk.device(2).expect("received").kit_missing().count(), 0);
    assert_eq!(Walk::ready().stage(), Stage::Ready);
}

/// A rig whose team asks for what teams ask for, and a laptop that is ready but for its charger.
fn rig() -> (Rig, Found) {
    let mut rig = Rig::new(&[]);
    rig.kit = None;
    let (found, _lot) = rig.device(true);
    (rig, found)
}

/// It wants for nothing but what goes with it.
fn make_ready(rig: &Rig, found: &Found) {
    let by = By { person: rig.by.person.clone(), how: How::Pin };
    let record = |fact: Fact| {
        let (at, device) = (rig.clock.now(), Some(found.id.clone()));
        let entry = Entry { at, happened_at: None, by: by.clone(), device, fact };
        rig.store.commit(vec![entry]).expect("recorded")[0].leaf
    };
    record(inspected(Verdict::Pass, &[disk(Some("S"))]).into());
    record(bound("S").into());
    let started = record(wipe_started(1, "S").into());
    record(wipe_ended(1, "S", started).into());
    let started = record(image_started(2, "S").into());
    record(image_ended(2, "S", started).into());
    record(tested(FunctionOutcome::Works).into());
}

fn order(power: Option<Power>, works: Option<bool>) -> StockOrder {
    let shelf = ShelfName::read("B1").expect("a name");
    StockOrder { tag: None, kind: StockKind::Charger, power, works, count: 3, shelf }
}

#[test]
fn chargers_are_counted_tried_moved_put_to_a_laptop_and_taken_from_it() {
    let (rig, found) = rig();
    let bench = rig.bench();
    assert_eq!(found.file.needs, [[StockKind::Charger].into()]);
    assert_eq!(refusal(add_stock(&bench, &order(None, None)), "volts").trouble, Trouble::No);
    let view = add_stock(&bench, &order(Some(power("4.5x3.0", 195, 65)), None)).expect("counted");
    let again = StockOrder { tag: Some(view.tag.clone()), ..order(Some(power("usb-c", 200, 65)), None) };
    assert_eq!(said(&refusal(add_stock(&bench, &again), "again")), "accessory-known-already");
    assert_eq!(said(&refusal(pair(&bench, &found, &view.tag), "untried")), "rule-accessory-untried");
    let tried = StockChange { works: Some(true), ..StockChange::default() };
    change_stock(&bench, &view.tag, &tried).expect("tried");
    let before = rig.events().len();
    change_stock(&bench, &view.tag, &tried).expect("it stands");
    assert_eq!(rig.events().len(), before, "the same is not recorded twice");
    let moved = StockChange { shelf: Some(ShelfName::read("b1").expect("a name")), ..StockChange::default() };
    assert_eq!(change_stock(&bench, &view.tag, &moved).expect("moved").file.shelf, "b1");
    let asked = Outward { power: Some(power("7.4x5.0", 195, 65)), ..Outward::default() };
    let found = note_outward(&bench, &found, asked).expect("noted");
    assert_eq!(said(&refusal(pair(&bench, &found, &view.tag), "plug")), "rule-accessory-fits");
    let asked = Outward { power: Some(power("4.5x3.0", 190, 45)), ..Outward::default() };
    let found = note_outward(&bench, &found, asked).expect("noted");
    let found = note_outward(&bench, &found, Outward::default()).expect("noted");
    assert!(found.file.outward.power.is_some(), "whoever says the rest anew has not turned it over again");
    let done = pair(&bench, &found, &view.tag).expect("it fits");
    assert_eq!((done.stock.file.count, done.found.file.kit_missing().count()), (2, 0));
    let done = unpair(&bench, &done.found, &view.tag).expect("it was there");
    assert_eq!((done.stock.file.count, done.found.file.kit_missing().count()), (3, 1));
    assert_eq!(stock(&bench, Some(StockKind::Mouse)).expect("read"), []);
    assert_eq!(stock(&bench, None).expect("read").len(), 1);
}

#[test]
fn what_devices_want_for_that_would_be_ready_but_for_it_is_told_by_plug() {
    let (rig, found) = rig();
    let bench = rig.bench();
    assert_eq!(shortages(&bench).expect("read"), [], "it wants for more than a charger");
    make_ready(&rig, &found);
    let [short] = shortages(&bench).expect("read").try_into().expect("one");
    assert_eq!((short.power, short.devices, short.in_stock), (None, 1, 0));
    let asked = power("4.5x3.0", 195, 65);
    note_outward(&bench, &rig.again(&found), Outward { power: Some(asked.clone()), ..Outward::default() })
        .expect("noted");
    add_stock(&bench, &order(Some(power("usb-c", 200, 65)), Some(true))).expect("counted");
    let right = add_stock(&bench, &order(Some(power("4.5x3.0", 195, 90)), Some(true))).expect("counted");
    let [short] = shortages(&bench).expect("read").try_into().expect("one");
    assert_eq!((short.power, short.devices, short.in_stock), (Some(asked), 1, 3), "the other plug does not count");
    pair(&bench, &rig.again(&found), &right.tag).expect("it fits");
    assert_eq!(shortages(&bench).expect("read"), []);
    assert_eq!(rig.again(&found).file.stage(), Stage::Ready);
    unpair(&bench, &rig.again(&found), &right.tag).expect("taken off");
    hold(&bench, &rig.again(&found), Some(HoldReason::Part)).expect("held");
    assert_eq!(shortages(&bench).expect("read"), [], "it waits for more");
    hold(&bench, &rig.again(&found), None).expect("released");
    assert_eq!(shortages(&bench).expect("read").len(), 1);
    assert_eq!(rig.store.stale_drawer().expect("reads"), None);
}

#[test]
fn a_teams_own_list_is_asked_and_a_broken_one_stops_nobody_silently() {
    let own = |text: &str| {
        let mut rig = Rig::new(&[]);
        rig.kit = Some(format!("id = \"x\"\nsource = \"y\"\n{text}"));
        rig
    };
    let webcam = own("laptop = [[\"charger\"], [\"webcam\"]]");
    assert_eq!(webcam.device(true).0.file.needs.len(), 2);
    assert!(own("").device(true).0.file.needs.is_empty());
    let broken = own("laptop = [[\"shoe\"]]");
    let bench = broken.bench();
    let lot = aoxanh::workbench::open_lot(&bench, &aoxanh::workbench::Donation::default()).expect("a lot");
    let failure = refusal(aoxanh::workbench::receive(&bench, &lot, DeviceKind::Laptop, None), "broken");
    assert_eq!(said(&failure), "list-wrong");
    assert_eq!(StockKind::ALL.map(stock_word), KIT_WORDS);
}

#[test]
fn from_the_command_line_a_box_of_chargers_is_counted_and_one_goes_with_a_laptop() {
    let rig = bench_rig::Rig::normal();
    let laptop = rig.json(&["intake", "--consent-erase"]).good().one("received");
    let tag = laptop["tag"].as_str().expect("a tag").to_owned();
    rig.run(&["accessory", "list"]).good();
    let volts = ["--plug", "4,5x3.0", "--volts", "19,5", "--watts", "65"];
    rig.run(&["accessory", "add", "charger", "B1"]).refused(1, &["--volts 19.5"]);
    let add = [&["accessory", "add", "charger", "Thùng 2", "--count", "40"][..], &volts].concat();
    let shown = rig.json(&add).good().one("accessory");
    let sack = shown["accessory"].as_str().expect("a tag").to_owned();
    assert_eq!(shown["power"], json!({ "plug": "4.5x3.0", "decivolts": 195, "watts": 65 }));
    rig.run(&["accessory", "pair", &tag, &sack]).refused(1, &["chưa ai thử"]);
    rig.run(&["accessory", "count", &sack, "39", "--works", "yes"]).good();
    let done = rig.json(&["accessory", "pair", &tag, &sack]).good().one("paired");
    assert_eq!((&done["left"], &done["missing"]), (&json!(38), &json!([])));
    assert_eq!(rig.json(&["accessory", "list", "charger"]).good().one("accessory")["count"], 38);
    rig.run(&["accessory", "unpair", &tag, &sack]).good();
    let need = [&["accessory", "need", tag.as_str()][..], &["--plug", "USB-C", "--volts", "20", "--watts", "45"]];
    assert_eq!(rig.json(&need.concat()).good().one("device")["outward"]["power"]["plug"], "usb-c");
    rig.run(&["accessory", "pair", &tag, &sack]).refused(1, &["khác đầu cắm", "usb-c · 20 V · 45 W"]);
    rig.run(&["accessory", "move", "B2", &sack]).good();
    rig.run(&["accessory", "list", "--short"]).good();
    let told = rig.run(&["history", &tag]).good().out;
    assert!(told.contains("Ghép sạc") && told.contains("trả về kho"), "{told}");
}
