//! A label on the wrong machine: noticed when the machine is read, and exchanged in one step.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, refusal, said};
use super::custody::{Step, about};
use super::ledger_rig::*;
use super::{bench_rig, golden};
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::event::intake::{DeviceKind, HoldReason, TagReplaced};
use aoxanh::event::{Event, How};
use aoxanh::port::FakeProbe;
use aoxanh::workbench::{Found, inspect, load_profile, look_at_swap, swap};

/// Device `own` gets the tag of device `other`.
fn replaced(own: u8, other: u8) -> TagReplaced {
    TagReplaced { tag: tag(other).tag, instead_of: tag(own).tag, swapped_with: device_id(other) }
}

pub(crate) fn golden() -> Vec<Event> {
    let about = golden::after(None).id;
    vec![golden::about(TagReplaced { swapped_with: about, ..replaced(1, 2) })]
}

/// Two tagged devices, the first of them ready.
fn two() -> Walk {
    let mut walk = Walk::ready();
    walk.goes(Some(2), received(1));
    walk.goes(Some(2), tag(2));
    walk
}

/// For the rule about it: a walk that leads up to it, and the step that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    vec![
        ("tag-swapped", two(), about(TagReplaced { tag: tag(3).tag, ..replaced(1, 2) })),
        ("tag-swapped", two(), about(TagReplaced { instead_of: tag(2).tag, ..replaced(1, 2) })),
        ("tag-swapped", two(), about(TagReplaced { swapped_with: device_id(1), ..replaced(1, 2) })),
        ("tag-swapped", two(), about(TagReplaced { tag: tag(1).tag, swapped_with: device_id(1), ..replaced(1, 2) })),
    ]
}

#[test]
fn two_labels_are_exchanged_and_back_and_nothing_else_changes() {
    let mut walk = two();
    let tags = |walk: &mut Walk| [1, 2].map(|number| walk.device(number).expect("known").tags);
    let before = tags(&mut walk);
    let disks = walk.device(1).expect("ready").disks;
    walk.goes(Some(1), replaced(1, 2));
    walk.goes(Some(2), TagReplaced { tag: tag(1).tag, instead_of: tag(2).tag, swapped_with: device_id(1) });
    assert_eq!(tags(&mut walk), [before[1].clone(), before[0].clone()]);
    assert_eq!(walk.device(1).expect("ready").disks, disks);
    walk.refused("tag-unique", Some(2), tag(2));
    walk.goes(Some(1), TagReplaced { tag: tag(1).tag, instead_of: tag(2).tag, swapped_with: device_id(2) });
    walk.goes(Some(2), TagReplaced { tag: tag(2).tag, instead_of: tag(1).tag, swapped_with: device_id(1) });
    assert_eq!(tags(&mut walk), before);
}

fn machine(serial: &str, uuid: &str, mac: &str) -> FakeProbe {
    let mut facts = Facts::new();
    for (key, text) in [(key::SERIAL, serial), (key::UUID, uuid), ("network.0.mac", mac)] {
        facts.push(key.to_owned(), Value::Text(text.to_owned()), "test", Certainty::Certain);
    }
    FakeProbe(facts)
}

fn read(rig: &Rig, found: &Found) -> Result<(), aoxanh::port::Failure> {
    let bench = rig.bench();
    let profile = load_profile(&bench, None, DeviceKind::Laptop).expect("embedded");
    inspect(&bench, found, profile).map(|_inspected| ())
}

#[test]
fn a_machine_under_another_ones_tag_is_recognised_and_held_until_the_labels_are_exchanged() {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let ((first, _), (second, _)) = (rig.device(true), rig.device(true));
    rig.probe = machine("CNU4138XYZ", "4c4c4544-0042-3510-8054-b7c04f303232", "00:1a:2b:3c:4d:5e");
    read(&rig, &first).expect("nobody knows it yet");
    read(&rig, &first).expect("it is the same");
    for same in [
        machine("cnu-4138xyz", "other-uuid-1", "aa:bb:cc:dd:ee:01"),
        machine("To be filled by O.E.M.", "4C4C4544-0042-3510-8054-B7C04F303232", "aa:bb:cc:dd:ee:02"),
        machine("Default string", "none", "00:1A:2B:3C:4D:5E"),
    ] {
        rig.probe = same;
        let before = rig.events().len();
        assert_eq!(said(&refusal(read(&rig, &rig.again(&second)), "another machine")), "swap-other-machine");
        assert!(rig.kinds(before).iter().all(|kind| kind == "DeviceHeld"), "nothing else is recorded");
        assert_eq!(rig.again(&second).file.held, Some(HoldReason::Decision));
    }
    let (one, other) = (first.name(), second.name());
    let bench = rig.bench();
    let look = look_at_swap(&bench, &one, &other).expect("two devices");
    swap(&bench, &look).expect("exchanged");
    assert_eq!(
        (bench.find(&one).expect("tagged").id, bench.find(&other).expect("tagged").id),
        (second.id, first.id.clone())
    );
    assert_eq!(bench.find(&one).expect("tagged").file.held, None, "it goes on");
    let scanned = bench.find(&other).expect("tagged");
    drop(bench);
    rig.probe = machine("CNU4138XYZ", "none", "aa:bb:cc:dd:ee:03");
    read(&rig, &scanned).expect("now the label is right");
}

#[test]
fn what_makers_put_on_every_machine_and_a_network_stick_that_goes_round_stop_nobody() {
    let mut rig = Rig::new(&[]);
    let ((first, _), (second, _)) = (rig.device(true), rig.device(true));
    rig.probe = machine("Default string", "03000200-0400-0500-0006-000700080009", "N/A");
    read(&rig, &first).expect("first");
    read(&rig, &second).expect("junk is nobody");
    rig.probe = machine("S-000001", "none", "00:1a:2b:3c:4d:5e");
    read(&rig, &first).expect("first");
    rig.probe = machine("S-000002", "none", "00:1a:2b:3c:4d:5e");
    read(&rig, &second).expect("the serial tells them apart");
}

#[test]
fn from_the_command_line_an_exchange_is_looked_at_before_it_is_recorded() {
    let rig = bench_rig::Rig::normal();
    let device = || rig.json(&["intake", "--consent-erase"]).good().one("received");
    let tag = |received: &serde_json::Value| received["tag"].as_str().expect("a tag").to_owned();
    let (one, other) = (tag(&device()), tag(&device()));
    let look = rig.json(&["tag", "swap", &one, &other]).good().one("swap");
    assert_eq!((&look["recorded"], &look["certificates"]), (&false.into(), &serde_json::json!([])));
    rig.run(&["tag", "swap", &one, &one]).refused(2, &["một máy"]);
    assert_eq!(
        rig.json(&["tag", "swap", &one, &other]).good().one("swap")["devices"],
        look["devices"],
        "only looked at"
    );
}
