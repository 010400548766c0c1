//! Disks that were destroyed instead of wiped: what may be recorded, what it changes, and that none ever comes back unseen.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test writes a file and fails by panicking")]

use super::arming_rig::{Rig, disk as attached, wipe_order};
use super::bench_rig;
use super::ledger_rig::{
    Walk, bound, destroyed, disk, image_started, inspected, key, moment, person, received, tag, wipe_ended,
    wipe_started,
};
use aoxanh::custody::{DiskState, Stage, Today};
use aoxanh::event::disk::{Destruction, DiskDestroyed, DiskSeen};
use aoxanh::event::inspection::Verdict;
use aoxanh::event::people::Role;
use aoxanh::event::{Fact, How};
use aoxanh::unit::Bytes;
use aoxanh::workbench::{
    DestroyOrder, Forbidden, PRACTICE_PIN, Standing, Step, add_person, destroy, history, inspect, ladder, load_profile,
};

const SERIAL: &str = "WD-12345678";

/// Device 1 with these disks, inspected, the first bound.
fn with_disks(serials: &[&str]) -> Walk {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), tag(1));
    let disks: Vec<DiskSeen> = serials.iter().map(|serial| disk(Some(serial))).collect();
    walk.goes(Some(1), inspected(Verdict::Pass, &disks));
    walk.goes(Some(1), bound(serials[0]));
    walk
}

fn today(walk: &mut Walk) -> Today {
    walk.file::<Today>(&moment(0).local_day()).expect("counted")
}

#[test]
fn a_destroyed_disk_frees_the_device_of_data_but_leaves_it_without_a_disk() {
    let mut walk = with_disks(&["S"]);
    walk.goes(Some(1), destroyed("S"));
    let file = walk.device(1).expect("known");
    assert!(file.is_free_of_data() && !file.is_wiped() && !file.is_imaged());
    assert_eq!((file.stage(), file.destroyed(), file.unwiped().count()), (Stage::Wiped, 1, 0));
    assert_eq!((today(&mut walk).destroyed, today(&mut walk).wiped), (1, 0));
    // Another disk holds whatever it holds, until it is wiped.
    walk.goes(Some(1), bound("N"));
    assert_eq!(walk.stage(), Stage::Inspected);
    walk.wipes(1, 1, "N");
    assert_eq!((walk.stage(), today(&mut walk).wiped), (Stage::Wiped, 1));
    assert!(walk.device(1).expect("known").is_wiped());
}

#[test]
fn every_disk_must_be_erased_or_destroyed() {
    let mut walk = with_disks(&["S", "T"]);
    walk.goes(Some(1), destroyed("S"));
    assert_eq!(walk.stage(), Stage::Inspected, "T may hold data");
    walk.goes(Some(1), bound("T"));
    walk.wipes(1, 1, "T");
    assert_eq!(walk.stage(), Stage::Wiped);
    assert_eq!((today(&mut walk).destroyed, today(&mut walk).wiped), (1, 1));
}

#[test]
fn a_destroyed_disk_is_never_wiped_imaged_bound_or_destroyed_again_wherever() {
    let mut walk = with_disks(&["S"]);
    let started = walk.goes(Some(1), wipe_started(1, "S"));
    assert_eq!(walk.open_jobs().len(), 1);
    walk.goes(Some(1), destroyed("S"));
    assert_eq!(walk.open_jobs(), [""; 0], "nobody goes on with it");
    walk.refused("wipe-begun", Some(1), wipe_ended(1, "S", started));
    walk.refused("disk-destroyed", Some(1), wipe_started(2, "S"));
    walk.refused("disk-destroyed", Some(1), image_started(2, "S"));
    walk.refused("disk-destroyed", Some(1), bound("S"));
    walk.refused("disk-destroyed", Some(1), destroyed("S"));
    walk.goes(Some(2), received(1));
    walk.refused("disk-destroyed", Some(2), bound("S"));
    // The end of the wipe comes from another station all the same: it changes nothing.
    walk.folds(Some(1), wipe_ended(1, "S", started));
    assert_eq!(walk.device(1).expect("known").disks[&key("S")].state, DiskState::Destroyed);
}

#[test]
fn a_disk_that_answers_at_an_inspection_was_not_destroyed() {
    let mut walk = with_disks(&["S"]);
    walk.goes(Some(1), destroyed("S"));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    assert_eq!(walk.stage(), Stage::Inspected);
    assert_eq!(walk.device(1).expect("known").unwiped().collect::<Vec<_>>(), [&key("S")]);
    walk.wipes(1, 3, "S");
    assert_eq!(walk.stage(), Stage::Wiped);
}

#[test]
fn how_and_by_whom_and_before_whom() {
    let how = |how, spins| DiskDestroyed { how, spins, ..destroyed("S") };
    for (fact, rule) in [
        (how(Destruction::Degaussed, None), Some("destroyed-how")),
        (how(Destruction::Degaussed, Some(false)), Some("destroyed-how")),
        (how(Destruction::Degaussed, Some(true)), None),
        (how(Destruction::Cut, Some(true)), Some("destroyed-how")),
        (how(Destruction::Cut, None), None),
        (how(Destruction::Shredded, Some(true)), None),
        (how(Destruction::Drilled, Some(false)), None),
    ] {
        assert_eq!(with_disks(&["S"]).step(Some(1), fact.clone()).err(), rule, "{fact:?}");
    }
    let mut claimed = with_disks(&["S"]);
    claimed.how = How::Claimed;
    claimed.refused("signed-in", Some(1), destroyed("S"));
    let mut team = with_disks(&["S"]);
    team.adds(3, Some(Role::Volunteer));
    team.adds(5, None);
    let seen_by = |number| DiskDestroyed { witness: Some(person(number)), ..destroyed("S") };
    for nobody in [1, 5, 9] {
        team.refused("destroyed-witness", Some(1), seen_by(nobody));
    }
    let mut two_leads = team.clone();
    two_leads.adds(6, Some(Role::Lead));
    two_leads.refused("destroyed-witness", Some(1), destroyed("S"));
    two_leads.goes(Some(1), seen_by(6));
    team.goes(Some(1), seen_by(3));
    assert_eq!(team.device(1).expect("known").disks[&key("S")].state, DiskState::Destroyed);
}

fn order(how: Destruction, witness: Option<&str>) -> DestroyOrder {
    let witness = witness.map(str::to_owned);
    DestroyOrder { disk: SERIAL.to_owned(), how, witness, reason: Some("kêu lạch cạch, không nhận".to_owned()) }
}

#[test]
fn the_workbench_finds_the_disk_asks_for_a_witness_and_keeps_the_reason_in_the_vault() {
    let mut rig = Rig::new(&[attached("sda", Some(SERIAL))]);
    rig.by.how = How::Pin;
    let (found, _) = rig.device(true);
    let drilled = || order(Destruction::Drilled, None);
    let unknown = DestroyOrder { disk: "sda".to_owned(), ..drilled() };
    let refused = destroy(&rig.bench(), &found, &unknown).expect_err("a kernel name says nothing in a ledger");
    assert_eq!(refused.what.key(), "destroy-unknown");
    add_person(&rig.bench(), "Người Xem", Some(Role::Volunteer), None).expect("added");
    let before = rig.events().len();
    let refused = destroy(&rig.bench(), &found, &drilled()).expect_err("there is somebody to look on");
    assert_eq!(refused.what.key(), "destroy-no-witness");
    let refused = destroy(&rig.bench(), &found, &order(Destruction::Cut, Some("người xem"))).expect_err("it spins");
    assert_eq!(refused.rule, Some("destroyed-how"));
    assert_eq!(rig.events().len(), before, "nothing was recorded, the binding neither");
    let found = destroy(&rig.bench(), &found, &order(Destruction::Degaussed, Some("người xem"))).expect("recorded");
    assert_eq!(rig.kinds(before), ["DiskBound", "DiskDestroyed"]);
    let Fact::DiskDestroyed(fact) = rig.last() else { panic!("{:?}", rig.last()) };
    assert!(fact.witness.is_some() && fact.spins == Some(true) && fact.reason.is_some());
    let told = history(&rig.bench(), &found).expect("a history");
    let line = told.last().expect("a line");
    assert_eq!(line.what.key(), "event-disk-destroyed-seen");
    assert_eq!(line.reason.as_deref(), Some("kêu lạch cạch, không nhận"));
    let again = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect_err("it is no more");
    assert_eq!((again.rule, rig.smart.asked()), (Some("disk-destroyed"), Vec::new()), "before anybody asks the disk");
}

#[test]
fn the_ladder_then_asks_for_another_disk() {
    let mut rig = Rig::new(&[attached("sda", Some(SERIAL))]);
    rig.by.how = How::Pin;
    let (found, _) = rig.device(true);
    let bench = rig.bench();
    let profile = load_profile(&bench, None, found.file.kind).expect("a profile");
    inspect(&bench, &found, profile).expect("inspected");
    let found = destroy(&bench, &rig.again(&found), &order(Destruction::Drilled, None)).expect("recorded");
    let rungs = ladder(&found.file, &Forbidden::default());
    let standing = |step| rungs.iter().find(|rung| rung.step == step).expect("a rung");
    assert_eq!(standing(Step::Wipe).standing, Standing::Done);
    assert_eq!(
        standing(Step::Wipe).note.as_ref().map(|note| note.key().to_owned()),
        Some("ladder-disks-destroyed".to_owned())
    );
    assert_eq!(
        standing(Step::Image).note.as_ref().map(|note| note.key().to_owned()),
        Some("ladder-no-disk".to_owned())
    );
}

#[test]
fn the_verb_records_it_and_says_so() {
    let rig = bench_rig::Rig::practice();
    let device = rig.device();
    let disk = rig.disk("o-hong", Bytes::mib(8));
    if !bench_rig::can_loop(&disk) {
        return;
    }
    let wiped = rig.json(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let key = wiped.one("wiped")["ended"]["key"].as_str().expect("text").to_owned();
    let shown = rig.json(&["disks", &device.tag]).good().all("disk");
    let shown = shown.iter().find(|shown| shown["name"] == disk.name()).expect("the disk is shown");
    assert_eq!(shown["health"]["verdict"], "unknown", "a loop device tells nothing");
    assert_eq!(shown["health"]["reasons"][0]["code"], "health-no-such-bus");
    let destroyed = |more: &[&str]| {
        let verb = ["disk", "destroyed", &device.tag, "--disk", &key, "--how", "drilled"];
        rig.json(&[&verb[..], more].concat())
    };
    let claimed = destroyed(&[]);
    assert_eq!(claimed.code, 1, "a name that was only claimed: {claimed:#?}");
    let pin = rig.memory().join("practice-pin");
    std::fs::write(&pin, PRACTICE_PIN).expect("written");
    let pin = pin.display().to_string();
    let signed = ["--by", bench_rig::LEAD, "--pin-file", &pin];
    let done = destroyed(&signed).good().one("disk_destroyed");
    assert_eq!((done["how"].as_str(), done["disk"].as_str()), (Some("drilled"), Some(key.as_str())));
    let kept = rig.json(&["history", &device.tag]).good().all("history");
    assert_eq!(kept.iter().filter(|line| line["kind"] == "DiskDestroyed").count(), 1);
    assert_eq!(rig.json(&["today"]).good().one("today")["done"]["destroyed"], 1);
    let again = rig.json(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]);
    assert_eq!(again.code, 1, "{again:#?}");
    assert!(again.out.contains("disk-destroyed") || again.err.contains("disk-destroyed"), "{again:#?}");
    let twice = destroyed(&signed);
    assert_eq!(twice.code, 1, "{twice:#?}");
    rig.verified();
}
