//! The door through the workbench and the command line: what is seen and told of a device, and what that is worth.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, refusal, said};
use super::ledger_rig::{Walk, allocated, handed};
use super::{bench_rig, golden};
use aoxanh::custody::{DeviceFile, Stage};
use aoxanh::event::handover::Terms;
use aoxanh::event::intake::{DeviceKind, DeviceReceived};
use aoxanh::event::outward::{Accessory, Belonging, Condition, IntakeChecked, Outward, Told, Whither};
use aoxanh::event::{Event, Fact, How};
use aoxanh::unit::{LotId, RANDOM_BYTES};
use aoxanh::workbench::{
    ACCESSORIES, BELONGINGS, CONDITIONS, Donation, Incoming, Intake, correct, find, note_outward, refuse_known_serial,
    strike, take_in,
};

fn told(serial: &str) -> Told {
    Told { maker: Some("HP".to_owned()), model: Some("Mẫu \"8\"".to_owned()), serial: Some(serial.to_owned()) }
}

/// An event of every shape of its fields, and of every word of its sets.
pub(crate) fn golden() -> Vec<Event> {
    let lot = LotId::from_random([4; RANDOM_BYTES]);
    let bare = DeviceReceived::bare(lot, DeviceKind::Laptop);
    let full = Outward {
        condition: Some(Condition::Works),
        accessories: ACCESSORIES.into(),
        taken_out: BELONGINGS.map(|what| (what, Whither::GivenBack)).into(),
        power: None,
    };
    let serial = Told { maker: None, model: None, ..told("S-1") };
    let mut events = vec![
        golden::about(DeviceReceived { outward: full, told: told("S-1"), ..bare.clone() }),
        golden::about(DeviceReceived { told: serial, ..bare }),
        golden::about(IntakeChecked::default()),
    ];
    events.extend(CONDITIONS.map(|condition| {
        let taken_out = [(Belonging::MemoryCard, Whither::Kept)].into();
        let accessories = [Accessory::Bag].into();
        let outward = Outward { condition: Some(condition), accessories, taken_out, power: None };
        golden::about(IntakeChecked { outward, ..IntakeChecked::default() })
    }));
    events
}

fn intake(rig: &Rig, serial: &str) -> aoxanh::workbench::Found {
    let incoming = Incoming { told: told(serial), ..Incoming::bare(DeviceKind::Laptop) };
    take_in(&rig.bench(), &Intake { lot: None, donation: Donation::default(), incoming }).expect("received").found
}

#[test]
fn what_is_told_of_a_machine_finds_it_and_is_no_inspection() {
    let rig = Rig::new(&[]);
    let found = intake(&rig, "CNU-4138XYZ");
    assert_eq!((found.file.stage(), found.file.serial.as_deref()), (Stage::Received, None));
    let bench = rig.bench();
    for text in ["cnu4138xyz", "CNU-4138XYZ", "mau 8"] {
        let (hits, _) = find(&bench, text, None, 5).expect("reads");
        assert_eq!(hits.len(), 1, "{text}");
        assert_eq!((hits[0].maker.as_deref(), hits[0].model.as_deref()), (Some("HP"), Some("Mẫu \"8\"")));
    }
    assert_eq!(bench.index.of_serial("cnu 4138 xyz").expect("reads"), Some(found.id.clone()));
    let failure = refusal(refuse_known_serial(&bench, "CNU4138xyz"), "it is known");
    assert_eq!(said(&failure), "door-serial-known");
    assert_eq!(refuse_known_serial(&bench, "0000000"), Ok(()));
    assert_eq!(rig.bench().index.stale_drawer().expect("reads"), None);
}

#[test]
fn the_last_machine_of_a_serial_is_the_one_that_is_recognised() {
    let rig = Rig::new(&[]);
    let (first, second) = (intake(&rig, "S-00001"), intake(&rig, "S-00001"));
    assert_ne!(first.id, second.id);
    assert_eq!(rig.bench().index.of_serial("s00001").expect("reads"), Some(second.id));
}

#[test]
fn a_machine_whose_reception_was_struck_out_is_recognised_no_more() {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let found = intake(&rig, "S-00002");
    let bench = rig.bench();
    let written = bench.index.history(&found.id).expect("reads");
    let change = strike(&bench, &found, &[written[0].leaf]).expect("it can be");
    correct(&bench, &[change], Some("nhận nhầm")).expect("a lead may");
    assert_eq!(bench.index.of_serial("s00002").expect("reads"), None);
}

#[test]
fn what_is_seen_from_outside_stands_as_it_was_said_last_and_the_same_is_not_recorded_twice() {
    let rig = Rig::new(&[]);
    let (found, _) = rig.device(false);
    let bench = rig.bench();
    let outward = Outward { condition: Some(Condition::Faulty), ..Outward::default() };
    let found = note_outward(&bench, &found, outward.clone()).expect("recorded");
    let before = rig.events().len();
    let found = note_outward(&bench, &found, outward).expect("it stands");
    assert_eq!(rig.events().len(), before);
    let found = note_outward(&bench, &found, Outward::default()).expect("recorded");
    assert_eq!((found.file.outward, rig.last()), (Outward::default(), Fact::from(IntakeChecked::default())));
}

#[test]
fn what_is_seen_changes_nothing_else_and_is_not_said_of_what_is_in_a_pupils_hands() {
    let mut walk = Walk::ready();
    let before = walk.device(1).expect("ready");
    let outward = Outward { condition: Some(Condition::Broken), ..Outward::default() };
    let checked = IntakeChecked { outward: outward.clone(), ..IntakeChecked::default() };
    walk.goes(Some(1), checked.clone());
    let after = walk.device(1).expect("ready");
    let same =
        DeviceFile { outward, last: after.last, last_seq: after.last_seq, changed_at: after.changed_at, ..before };
    assert_eq!(after, same);
    walk.goes(Some(1), allocated(1));
    walk.goes(Some(1), handed(1, Terms::Loan));
    walk.refused("device-gone", Some(1), checked.clone());
    walk.refused("device-known", Some(9), checked.clone());
    walk.refused("device-known", None, checked);
}

#[test]
fn from_the_command_line_a_device_is_received_with_all_that_is_seen_and_told_of_it() {
    let rig = bench_rig::Rig::normal();
    let args =
        ["intake", "--consent-erase", "--condition", "works", "--with", "charger,bag", "--taken-out", "sim=kept"];
    let machine = ["--maker", " HP ", "--model", "EliteBook 840", "--serial", "CNU4138XYZ"];
    let one = rig.json(&[&args[..], &machine].concat()).good().one("received");
    let tag = one["tag"].as_str().expect("a tag").to_owned();
    assert_eq!(one["outward"]["condition"], "works");
    assert_eq!((&one["outward"]["taken_out"]["sim"], &one["told"]["maker"]), (&"kept".into(), &"HP".into()));
    rig.run(&["intake", "--consent-erase", "--serial", "cnu-4138-xyz"])
        .refused(1, &["đã ở trong sổ", "HP EliteBook 840"]);
    let noted = rig.json(&["outward", &tag, "--condition", "dead", "--with", "none"]).good().one("device");
    assert_eq!(noted["outward"], serde_json::json!({ "condition": "dead", "taken_out": { "sim": "kept" } }));
    rig.run(&["outward", &tag, "--taken-out", "sim=lost"]).refused(2, &["sim=lost"]);
    let shown = rig.run(&["show", &tag]).good().out;
    for line in
        ["Theo người tặng", "HP EliteBook 840 (sê-ri CNU4138XYZ)", "không lên nguồn", "SIM (giữ hộ)", "Xem bề ngoài"]
    {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert_eq!(rig.verified()["consistent"], true);
}
