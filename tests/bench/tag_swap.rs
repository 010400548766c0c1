//! Two labels on each other's machines: exchanged in one step, with what was printed of both.

use super::custody::{Step, about};
use super::label_facts::label_printed;
use super::ledger_rig::{Walk, device_id, disk, inspected, received, tag};
use super::{bench_rig, golden};
use aoxanh::custody::Cabinet;
use aoxanh::device::key;
use aoxanh::event::Event;
use aoxanh::event::inspection::{DeviceInspected, FactSeen, Seen, Verdict};
use aoxanh::event::intake::{DeviceHeld, HoldReason, TagReplaced};
use aoxanh::event::label::LabelFor;
use aoxanh::event::settling::Corrected;
use aoxanh::unit::Bytes;

/// A number that a board may bear.
pub(crate) const NUMBER: &str = "4c4c4544-0042-3510-8054-b7c04f303232";

/// Device `own` gets the tag of device `other`.
fn replaced(own: u8, other: u8) -> TagReplaced {
    TagReplaced { tag: tag(other).tag, instead_of: tag(own).tag, swapped_with: device_id(other) }
}

pub(crate) fn golden() -> Vec<Event> {
    let about = golden::after(None).id;
    let mixed_up = DeviceHeld { reason: HoldReason::Decision, seen_as: Some(about.clone()) };
    vec![golden::about(TagReplaced { swapped_with: about, ..replaced(1, 2) }), golden::about(mixed_up)]
}

/// Two tagged devices, the first of them ready.
pub(crate) fn two() -> Walk {
    let mut walk = Walk::ready();
    walk.goes(Some(2), received(1));
    walk.goes(Some(2), tag(2));
    walk
}

/// An inspection of a machine with that serial and that number.
pub(crate) fn read_off(serial: &str, uuid: &str) -> DeviceInspected {
    let fact = |key: &str, text: &str| FactSeen {
        key: key.to_owned(),
        value: Some(Seen::Text(text.to_owned())),
        unit: None,
        source: "test".to_owned(),
        certainty: "certain".to_owned(),
    };
    DeviceInspected {
        facts: vec![fact(key::SERIAL, serial), fact(key::UUID, uuid)],
        ..inspected(Verdict::Pass, &[disk(Some("S"))])
    }
}

/// For the rules about it: a walk that leads up to each, and the step that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let mut known = two();
    known.goes(Some(2), read_off("CNU4138XYZ", NUMBER));
    let mut stranger = two();
    stranger.goes(Some(1), read_off("PF-0ABC", "none"));
    vec![
        ("other-machine", known, about(read_off("cnu 4138xyz", "none"))),
        ("other-machine", stranger, about(read_off("CNU4138XYZ", "none"))),
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

#[test]
fn labels_that_were_printed_are_counted_with_their_tag_whoever_carries_it() {
    let mut walk = two();
    let (own, other) = (tag(1).tag, tag(2).tag);
    walk.goes(Some(1), label_printed(&own, LabelFor::Device, 2));
    walk.goes(Some(2), label_printed(&other, LabelFor::Device, 1));
    let printed = |walk: &mut Walk| {
        let cabinet = Cabinet::new(&mut walk.drawers);
        let count =
            |tag: &str| cabinet.labels(tag).expect("reads").iter().map(|count| count.printed).collect::<Vec<u32>>();
        [count(&own), count(&other)]
    };
    let before: [Vec<u32>; 2] = [vec![2], vec![1]];
    assert_eq!(printed(&mut walk), before);
    walk.goes(Some(1), replaced(1, 2));
    walk.goes(Some(2), TagReplaced { tag: tag(1).tag, instead_of: tag(2).tag, swapped_with: device_id(1) });
    assert_eq!(printed(&mut walk), before, "they are out there");
    let spoilt = walk.goes(Some(2), label_printed(&own, LabelFor::Device, 3));
    assert_eq!(printed(&mut walk), [vec![5], vec![1]]);
    walk.goes(Some(2), Corrected { records: vec![spoilt], lot: None, reason: None });
    assert_eq!(printed(&mut walk), before, "thrown away");
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

#[test]
fn certificates_name_the_tag_that_a_device_carries_since_the_exchange() {
    let rig = bench_rig::Rig::practice();
    let one = rig.device();
    let signed = super::correct_verb::signed(&rig);
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    let disk = rig.disk("dia", Bytes::mib(8));
    if !bench_rig::can_loop(&disk) {
        return;
    }
    rig.run(&["wipe", &one.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let other = rig.device();
    let certificate = |tag: &str| rig.json(&["certificate", tag, "--to", "giay"]).good().one("certificate");
    let before = certificate(&one.tag);
    assert!(before["replaces_since"].is_null());
    let swapped = rig.json(&[&signed[..], &["tag", "swap", &one.tag, &other.tag, "--yes"]].concat()).good().one("swap");
    let listed = swapped["certificates"].as_array().map(Vec::len);
    assert_eq!(listed, Some(1), "printed after the younger label was put on, of a wipe before: {swapped:#?}");
    assert!(rig.run(&["show", &other.tag]).good().out.contains("đã được thay"));
    let after = certificate(&other.tag);
    let plain = |tag: &str| tag.replace('-', "");
    assert_eq!(after["certificate"]["device"]["tag"], plain(&other.tag).as_str());
    assert!(after["replaces_since"].is_u64(), "{after:#?}");
    assert_ne!(after["json"], before["json"], "both can be told apart");
    for made in [&before, &after] {
        rig.run(&["verify", made["json"].as_str().expect("a path")]).good();
    }
}
