//! Disks that were taken out to be wiped: whether they went home is noted, warned of and said, and nothing is refused for it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, SIZE, disk as attached, wipe_order};
use super::ledger_rig::{
    Walk, allocated, bound, destroyed, disk, handed, image_started, inspected, key, received, tag, wipe_started,
};
use aoxanh::cli::{self, Out};
use aoxanh::custody::Whereabouts::{self, Away, Home, Unknown};
use aoxanh::device::{Certainty, Facts, Value};
use aoxanh::event::disk::{DiskSeen, WipeStarted};
use aoxanh::event::handover::Terms;
use aoxanh::event::image::ImageStarted;
use aoxanh::event::inspection::Verdict;
use aoxanh::port::FakeProbe;
use aoxanh::unit::Bytes;
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{Found, Inspected, Key, News, inspect, load_profile, see_device};

const SERIAL: &str = "WD-12345678";

/// Device 1, inspected with these disks inside, "S" bound.
fn opened_up(inside: &[&str]) -> Walk {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), tag(1));
    looks(&mut walk, inside);
    walk.goes(Some(1), bound("S"));
    walk
}

fn looks(walk: &mut Walk, inside: &[&str]) {
    let disks: Vec<DiskSeen> = inside.iter().map(|serial| disk(Some(serial))).collect();
    walk.goes(Some(1), inspected(Verdict::Pass, &disks));
}

fn wiped_on(walk: &mut Walk, bus: &str, number: u8) {
    let seen = DiskSeen { bus: bus.to_owned(), ..disk(Some("S")) };
    walk.goes(Some(1), WipeStarted { disk: seen, ..wipe_started(number, "S") });
}

fn at(walk: &mut Walk) -> Whereabouts {
    walk.device(1).expect("known").disks[&key("S")].whereabouts
}

#[test]
fn a_disk_wiped_in_a_dock_is_away_until_an_inspection_sees_it_and_again_after_the_next_time() {
    let mut walk = opened_up(&["S"]);
    assert_eq!(at(&mut walk), Unknown, "never taken out");
    wiped_on(&mut walk, "usb", 1);
    assert_eq!(at(&mut walk), Away);
    looks(&mut walk, &[]);
    assert_eq!(at(&mut walk), Away);
    looks(&mut walk, &["S"]);
    assert_eq!(at(&mut walk), Home);
    let usb = DiskSeen { bus: "usb".to_owned(), ..disk(Some("S")) };
    let imaged = ImageStarted { disk: usb, ..image_started(9, "S") };
    walk.folds(Some(1), imaged);
    assert_eq!(at(&mut walk), Away, "written in a dock");
    wiped_on(&mut walk, "sata", 2);
    assert_eq!(at(&mut walk), Away, "a bay of the bench is not its machine");
    looks(&mut walk, &["S", "T"]);
    assert_eq!(at(&mut walk), Home);
    walk.goes(Some(1), destroyed("S"));
    assert_eq!((at(&mut walk), walk.device(1).expect("known").is_away(&key("S"))), (Unknown, false));
}

#[test]
fn what_is_wiped_where_it_was_seen_is_no_matter_until_it_is_missing() {
    let mut walk = opened_up(&["S"]);
    wiped_on(&mut walk, "sata", 1);
    assert_eq!(at(&mut walk), Unknown, "nothing says that it left its machine");
    looks(&mut walk, &["S"]);
    assert_eq!(at(&mut walk), Home);
    wiped_on(&mut walk, "sata", 2);
    assert_eq!(at(&mut walk), Unknown, "not seen since it was wiped");
    looks(&mut walk, &[]);
    assert_eq!(at(&mut walk), Away, "gone");
    // One that no inspection ever saw may be anywhere.
    let mut unseen = opened_up(&[]);
    wiped_on(&mut unseen, "sata", 1);
    assert_eq!(at(&mut unseen), Away);
    // Two of one serial and size tell nothing apart.
    let mut twice = opened_up(&["S"]);
    wiped_on(&mut twice, "usb", 1);
    looks(&mut twice, &["S", "S"]);
    assert_eq!(at(&mut twice), Away);
}

#[test]
fn another_disk_in_its_place_is_a_stranger_and_one_under_another_model_is_not() {
    let mut walk = opened_up(&["S"]);
    let known = |walk: &mut Walk, inside: &[DiskSeen]| {
        let file = walk.device(1).expect("known");
        file.strangers(inside).into_iter().map(|disk| disk.serial.clone()).collect::<Vec<_>>()
    };
    let (own, other) = (disk(Some("S")), disk(Some("T")));
    wiped_on(&mut walk, "usb", 1);
    assert_eq!(known(&mut walk, &[other.clone(), disk(None)]), [Some("T".to_owned()), None]);
    assert_eq!(known(&mut walk, std::slice::from_ref(&own)), [None::<String>; 0]);
    let renamed = DiskSeen { model: Some("what the bridge calls it".to_owned()), ..own.clone() };
    assert_eq!(known(&mut walk, std::slice::from_ref(&renamed)), [None::<String>; 0]);
    let larger = DiskSeen { size: Bytes(1 << 20), ..own.clone() };
    assert_eq!(known(&mut walk, &[larger]), [Some("S".to_owned())], "the same serial on another size");
    walk.goes(Some(1), inspected(Verdict::Pass, &[renamed]));
    assert_eq!(at(&mut walk), Home);
    assert_eq!(known(&mut walk, &[other]), [None::<String>; 0], "every disk is home: a second one is no stranger");
}

#[test]
fn nobody_is_kept_from_giving_the_machine_away() {
    let mut walk = Walk::ready();
    let usb = DiskSeen { bus: "usb".to_owned(), ..disk(Some("S")) };
    let started = walk.goes(Some(1), WipeStarted { disk: usb, ..wipe_started(5, "S") });
    walk.goes(Some(1), super::ledger_rig::wipe_ended(5, "S", started));
    walk.images(1, 6, "S");
    assert_eq!(at(&mut walk), Away);
    walk.goes(Some(1), allocated(1));
    walk.goes(Some(1), handed(1, Terms::Gift));
}

/// What an inspection of a machine with a disk of that serial inside came to.
fn inspect_with(rig: &Rig, found: &Found, serial: Option<&str>) -> Inspected {
    let mut facts = Facts::new();
    let mut tell = |key: &str, value: Value| facts.push(format!("disk.0.{key}"), value, "sys", Certainty::Certain);
    if let Some(serial) = serial {
        tell("size", Value::Bytes(Bytes(SIZE as u64)));
        tell("serial", Value::Text(serial.to_owned()));
        tell("model", Value::Text("MODEL".to_owned()));
        tell("bus", Value::Text("ata".to_owned()));
    }
    let probe = FakeProbe(facts);
    let mut bench = rig.bench();
    bench.probe = &probe;
    let profile = load_profile(&bench, None, found.file.kind).expect("embedded");
    inspect(&bench, found, profile).expect("recorded")
}

/// What the command line says of it, for people and as objects.
fn told(inspected: &Inspected) -> (String, Vec<serde_json::Value>) {
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let said = |json: bool| {
        let (mut sink, mut side) = (Vec::new(), Vec::new());
        let mut out = Out::new(&words, json, cli::Stage::Plain, &mut sink, &mut side);
        cli::inspected(&mut out, inspected).expect("said");
        cli::device(&mut out, &inspected.found).expect("said");
        String::from_utf8(sink).expect("UTF-8")
    };
    let objects = said(true).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (said(false), objects)
}

#[test]
fn the_inspection_and_every_word_about_the_device_tell_it() {
    let rig = Rig::new(&[attached("sda", Some(SERIAL))]);
    let (found, _) = rig.device(true);
    assert_eq!(inspect_with(&rig, &found, Some(SERIAL)).homecoming.lines, []);
    rig.wipe(&rig.again(&found), &wipe_order("sda", "5678")).expect("wiped");
    let is_away = || see_device(&rig.bench(), &found.id).expect("seen").disks[0].away;
    assert!(is_away());

    let (lines, objects) = told(&inspect_with(&rig, &found, Some("WD-OTHER")));
    assert_eq!(lines.matches("chưa được thấy lại trong máy").count(), 2, "inspection and device: {lines}");
    assert!(lines.contains("ổ khác, không phải ổ đã xóa: MODEL · WD-OTHER"), "{lines}");
    let key = format!("{SERIAL}|MODEL|{SIZE}");
    let object = |kind: &str| {
        let schema = format!("aoxanh/{kind}/1");
        objects.iter().find(|object| object["schema"] == schema.as_str()).expect("said").clone()
    };
    let (inspected, device) = (object("inspected"), object("device"));
    assert_eq!((&inspected["disks_away"][0], &device["disks_away"][0]), (&key.as_str().into(), &key.as_str().into()));
    assert_eq!(inspected["disks_strange"][0]["serial"], "WD-OTHER");
    assert_eq!(inspected["disks_home"], serde_json::json!([]));

    let (lines, objects) = told(&inspect_with(&rig, &found, Some(SERIAL)));
    assert!(lines.contains("đã về lại trong máy") && !lines.contains("chưa được thấy"), "{lines}");
    assert!(objects.iter().any(|object| object["disks_home"][0] == key.as_str()), "{objects:?}");
    assert!(!is_away());
}

#[test]
fn the_screen_warns_of_a_disk_that_is_away_and_says_when_it_is_home() {
    let mut desk = super::screen_rig::Desk::with_device();
    desk.keys("x");
    desk.press(&[Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(120, 40);
    assert!(
        shown.contains("! 1 ổ tháo ra chưa thấy lại trong máy") && shown.contains("đã xóa, chưa về máy"),
        "{shown}"
    );
    let found = desk.rig.bench().device(&desk.world.devices[0].device).expect("known");
    desk.rig.inspect(&found, &["WD-WX81A"]);
    let device = found.id.clone();
    let seen = see_device(&desk.rig.bench(), &device).expect("seen");
    desk.hear(News::Device(Box::new(seen)));
    let shown = desk.shown(120, 40);
    assert!(!shown.contains("chưa về máy") && !shown.contains("tháo ra"), "{shown}");
    // The probe of the test sees no disk: the inspection's own layer says that it is not there.
    desk.keys("k");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("! Ổ MODEL · WD-WX81A"), "{}", desk.shown(80, 24));
}
