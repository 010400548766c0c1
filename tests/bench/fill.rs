//! Filled practice stations: as large as asked for, sound, the same for the same seed; finding and listing in them from the
//! command line, what `verify` says it left out, and how often one append flushes.

#![expect(clippy::disallowed_methods, reason = "a test watches the program's system calls")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::bench_rig::{Ran, Rig, aloud, ran};
use aoxanh::custody::{DeviceFile, Stage};
use aoxanh::port::Index;
use aoxanh::store::Store;
use rustix::process::Signal;
use std::path::PathBuf;
use std::process::Command;

const ALL: &[&str] = &["verify", "--every-head", "--summaries"];

/// A station filled so in a home of its own.
fn filled(size: &str, seed: &str) -> (Rig, Ran) {
    let rig = Rig::empty();
    let station = rig.station();
    let ran = rig.json(&["practice", "--folder", &station.display().to_string(), "--fill", size, "--seed", seed]);
    (rig, ran)
}

fn store(rig: &Rig) -> Store {
    Store::read(&rig.station()).expect("a ledger")
}

/// What each device came to, without what differs from run to run.
fn devices(rig: &Rig) -> Vec<(String, Stage, Vec<String>)> {
    let store = store(rig);
    let all = store.page(&aoxanh::port::Filter::default(), None, 10_000).expect("reads");
    let mut all: Vec<_> = all.into_iter().map(|row| (row.device.to_string(), row.stage, row.tags)).collect();
    all.sort();
    all
}

#[test]
fn a_filled_station_has_what_was_asked_for_and_is_sound_and_the_same_for_the_same_seed() {
    let (rig, ran) = filled("60,1000", "5");
    let told = ran.good().one("filled");
    assert_eq!((&told["devices"], &told["records"]), (&60.into(), &1000.into()));
    assert!(told["practice"].as_bool().expect("every object says so"));
    let verified = rig.json(ALL).good().one("verified");
    assert_eq!(verified["records"], 1000);
    assert_eq!(devices(&rig).len(), 60);
    let stages = store(&rig).stages().expect("reads");
    assert!(stages[&Stage::HandedOver] > 30 && stages.values().filter(|count| **count > 0).count() > 4, "{stages:?}");
    for (id, ..) in devices(&rig) {
        let store = store(&rig);
        let file =
            (&store as &dyn Index).get::<DeviceFile>(&id.parse().expect("an id")).expect("reads").expect("known");
        let named = [&file.maker, &file.model, &file.serial].map(|name| name.clone().unwrap_or_default());
        let invented = |name: &String| name.is_empty() || ["Giả", "GIA-", "Luyện"].iter().any(|say| name.contains(say));
        assert!(named.iter().all(invented), "{named:?}");
    }
    assert_eq!(devices(&filled("60,1000", "5").0), devices(&rig));
    assert_ne!(devices(&filled("60,1000", "6").0), devices(&rig));
}

#[test]
fn a_filling_that_cannot_be_is_refused_and_one_that_is_stopped_leaves_a_sound_station() {
    let rig = Rig::empty();
    rig.run(&["practice", "--fill", "10,12"]).refused(2, &["10", "16"]);
    rig.run(&["practice", "--fill", "10"]).refused(2, &["DEVICES,RECORDS"]);
    let station = rig.station().display().to_string();
    let mut running = rig.start(&["practice", "--folder", &station, "--fill", "100,1000000"]);
    assert!(running.wait_for(|object| object["schema"] == "aoxanh/opened/1"), "it begins");
    running.signal(Signal::INT);
    let stopped = running.end();
    assert_eq!((stopped.code, &stopped.one("failure")["trouble"]), (1, &"cancelled".into()), "{stopped:#?}");
    let records = stopped.one("filled")["records"].clone();
    assert!(records.as_u64() < Some(1_000_000));
    assert_eq!(rig.json(ALL).good().one("verified")["records"], records);
}

#[test]
fn devices_are_found_and_counted_from_the_command_line() {
    let rig = Rig::normal();
    let device = rig.device();
    let found = rig.json(&["find", &device.tag[..7].to_lowercase()]).good().all("found");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["stage"], &found[0]["lot"]), (&"received".into(), &device.lot.as_str().into()));
    let other = rig.json(&["intake", "--lot", &device.lot]).good().one("received");
    let newest = rig.json(&["find", &device.lot, "--most", "1"]).good();
    assert_eq!((newest.all("found").len(), newest.all("more").len()), (1, 1));
    assert_eq!(newest.one("found")["device"], other["device"]);
    rig.run(&["hold", &device.tag]).good();
    let said = rig.run(&["find", &device.tag]).good().out;
    assert!(said.replace('-', "").contains(&device.tag) && said.contains("CHỜ"), "{said}");
    let by_donor = ["find", "nguoi", "tang"];
    assert_eq!(rig.json(&by_donor).good().all("found").len(), 2, "the vault is open");
    rig.run(&["vault", "lock"]).good();
    rig.run(&by_donor).refused(1, &["nguoi tang"]);
    rig.run(&["vault", "unlock", "--passphrase-file", &rig.secret("passphrase")]).good();
    rig.run(&["find", "-"]).refused(2, &["Chưa nói tìm gì"]);
    let today = rig.json(&["today"]).good().one("today");
    assert_eq!((&today["done"]["received"], &today["stages"]["received"]), (&2.into(), &2.into()), "{today}");
    let said = rig.run(&["today"]).good().out;
    assert!(said.contains("nhận 2") && said.contains("đã nhận: 2"), "{said}");
}

#[test]
fn verify_says_what_it_left_out_and_how_to_have_it_checked() {
    let rig = Rig::normal();
    let checked = |args: &[&str]| rig.json(args).good().one("verified")["checked"].clone();
    let asked = |every_head, summaries| serde_json::json!({ "records": true, "last_head": true, "every_head": every_head, "summaries": summaries });
    assert_eq!(checked(&["verify"]), asked(false, false));
    assert_eq!(checked(&["verify", "--summaries"]), asked(false, true));
    assert_eq!(checked(ALL), asked(true, true));
    let said = rig.run(&["verify"]).good().out;
    assert!(said.contains("aoxanh verify --every-head") && said.contains("aoxanh verify --summaries"), "{said}");
    let said = rig.run(ALL).good().out;
    assert!(!said.contains("Chưa kiểm tra") && !said.contains("Chưa đối chiếu bảng"), "{said}");
}

/// How often a filling of one device flushes a file: every record after the first few is a commit of its own.
fn flushes(records: u64) -> Option<usize> {
    let rig = Rig::empty();
    let calls: PathBuf = rig.home().join("calls");
    let station = rig.station().display().to_string();
    let program = rig.command(&["practice", "--folder", &station, "--fill", &format!("1,{records}")]);
    let mut watched = Command::new("strace");
    watched.args(["-f", "-e", "trace=fsync,fdatasync,sync,syncfs,msync,sync_file_range", "-o"]).arg(&calls);
    watched.arg(program.get_program()).args(program.get_args()).env("HOME", rig.home()).current_dir(rig.home());
    if let Err(error) = Command::new("strace").arg("-V").output() {
        aloud(&format!("NOT RUN: flushes are counted by strace: {error}"));
        return None;
    }
    ran(&mut watched).good();
    let calls = std::fs::read_to_string(calls).expect("strace wrote it");
    Some(calls.lines().filter(|line| line.contains("sync(")).count())
}

#[test]
fn one_append_flushes_exactly_once() {
    let (Some(few), Some(more)) = (flushes(20), flushes(50)) else { return };
    assert_eq!(more - few, 30, "30 appends");
}
