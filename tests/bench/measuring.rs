//! The hidden verbs that `./scripts/bench` measures with: they make and append only in a practice station.

#![expect(clippy::disallowed_methods, reason = "a test runs a script and may stop where its ground is gone")]

use super::bench_rig::{Rig, can_loop, ran, root};
use aoxanh::device::{Value, key};
use aoxanh::linux::MachineProbe;
use aoxanh::port::Probe;
use aoxanh::screen::SCREENS;
use aoxanh::unit::Bytes;
use std::process::Command;

#[test]
fn a_blank_disk_is_made_only_for_practice_and_is_then_a_disk_of_that_station() {
    let rig = Rig::practice();
    let made = rig.json(&["measure", "disk", "do", "--mib", "3"]).good().one("practice_disk");
    assert_eq!((made["size"].as_u64(), &made["practice"]), (Some(3 << 20), &true.into()));
    let disks = rig.json(&["disks"]).good().all("disk");
    assert_eq!(disks.len(), 1, "{disks:?}");
    assert_eq!((&disks[0]["name"], &disks[0]["practice"]), (&"do.img".into(), &true.into()));
    rig.run(&["measure", "disk", "do", "--mib", "3"]).refused(2, &["do.img"]);

    let normal = Rig::normal();
    let refused = normal.run(&["measure", "disk", "do", "--mib", "3"]);
    refused.refused(1, &["LUYỆN TẬP"]);
    assert!(!normal.station().join("disks").exists());
}

#[test]
fn appends_are_records_of_a_practice_ledger_and_of_no_other() {
    let records = |rig: &Rig| rig.verified()["records"].as_u64().expect("a number");
    let rig = Rig::practice();
    let before = records(&rig);
    rig.run(&["measure", "appends", "7"]).good();
    assert_eq!(records(&rig), before + 7);

    let normal = Rig::normal();
    let before = records(&normal);
    normal.run(&["measure", "appends", "7"]).refused(1, &["LUYỆN TẬP"]);
    assert_eq!(records(&normal), before);
}

#[test]
fn the_made_up_machine_is_as_large_as_it_says() {
    let rig = Rig::empty();
    let folder = rig.home().join("machine");
    let made = ran(Command::new(root().join("scripts/made-up-machine")).arg(&folder));
    assert_eq!(made.code, 0, "{made:#?}");
    let facts = MachineProbe { root: folder.clone() }.facts().expect("a folder");
    let number = |key: &str| facts.known(key).and_then(Value::number);
    assert_eq!(number(key::DISK_COUNT), Some(24));
    assert_eq!(number(key::CPU_THREADS), Some(64));
    assert_eq!(number(key::MEMORY_SLOTS), Some(16));
    assert_eq!(number(key::BATTERY_COUNT), Some(2));
    assert_eq!(facts.known(key::MAKER), Some(&Value::Text("AOXANH".to_owned())));
    let told = rig.json(&["measure", "facts", &folder.display().to_string()]).good().one("facts");
    assert_eq!(told["facts"].as_u64(), Some(facts.iter().count() as u64));
}

#[test]
fn frames_are_drawn_of_a_practice_bench_and_leave_its_ledger_alone() {
    let rig = Rig::practice();
    rig.device();
    let before = rig.verified();
    let told = rig.json(&["measure", "frames", "9"]).good().one("frames");
    assert_eq!(told["count"], 9);
    let (median, worst) = (told["median_us"].as_u64(), told["worst_us"].as_u64());
    assert!(median > Some(0) && median <= worst, "{told}");
    assert_eq!(rig.verified()["head"], before["head"]);
    Rig::normal().run(&["measure", "frames", "9"]).refused(1, &["LUYỆN TẬP"]);
}

#[test]
fn every_place_of_a_practice_bench_is_visited_and_drawn_and_its_ledger_left_alone() {
    let rig = Rig::practice();
    rig.device();
    let before = rig.verified();
    let told = rig.json(&["measure", "places", "3"]).good().all("place");
    let names: Vec<_> = told.iter().map(|place| place["place"].as_str().expect("a name").to_owned()).collect();
    assert_eq!(names, SCREENS.iter().map(|place| place.name).collect::<Vec<_>>());
    let number = |place: &serde_json::Value, name: &str| place[name].as_u64().expect("a number");
    assert!(told.iter().all(|place| number(place, "median_us") > 0 && number(place, "read_us") > 0), "{told:?}");
    assert!(told.iter().all(|place| number(place, "median_us") <= number(place, "worst_us")), "{told:?}");
    assert_eq!(rig.verified()["head"], before["head"]);
    Rig::normal().run(&["measure", "places", "3"]).refused(1, &["LUYỆN TẬP"]);
}

#[test]
fn disks_are_wiped_at_once_each_by_its_own_code_and_one_that_is_refused_stops_no_other() {
    let rig = Rig::practice();
    let tag = rig.device().tag;
    let disks = ["a", "b", "c"].map(|name| rig.disk(name, Bytes::mib(8)));
    if !can_loop(&disks[0]) {
        return;
    }
    let armed = disks.each_ref().map(|disk| format!("{}={}", disk.name(), rig.code(disk)));
    let line = |disks: [&str; 3]| [&["measure", "wipes", &tag][..], &disks].concat().join(" ");
    let run = |disks: [&str; 3]| rig.json(&line(disks).split(' ').collect::<Vec<_>>());
    let [a, b, c] = armed.each_ref().map(String::as_str);
    let told = run([a, b, c]).good().one("wiped_at_once");
    assert_eq!((told["disks"].as_u64(), &told["practice"]), (Some(3), &true.into()));
    let wiped = || rig.run(&["history", &tag]).good().out.matches("Đã xóa").count();
    assert_eq!(wiped(), 3);
    let wrong = format!("{}=0000", disks[1].name());
    let refused = run([a, &wrong, c]);
    assert_eq!((refused.code, wiped()), (1, 5), "{refused:#?}");
    rig.verified();
    Rig::normal().run(&["measure", "wipes", &tag, a]).refused(1, &["LUYỆN TẬP"]);
}

#[test]
fn an_erase_is_measured_on_a_model_that_says_so_and_touches_nothing() {
    let rig = Rig::practice();
    let before = rig.verified();
    let told = rig.json(&["measure", "erase", "1073741824"]).good().one("erased_model");
    assert_eq!((told["canaries"].as_u64(), told["model"].as_bool()), (Some(4096), Some(true)));
    assert_eq!(rig.verified()["head"], before["head"]);
    assert!(rig.run(&["--lang", "vi", "measure", "erase", "1073741824"]).good().out.contains("MÔ HÌNH"));
    rig.run(&["measure", "erase", "512"]).refused(1, &["4096"]);
}
