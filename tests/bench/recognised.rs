//! A label on the wrong machine: noticed when the machine is read, by what counts of it and nothing else.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, refusal, said};
use super::ledger_rig::{Walk, bound, device_id, disk, inspected, key as disk_key, lot};
use super::tag_swap::{NUMBER, two};
use aoxanh::custody::Cabinet;
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::event::disk::{Bond, DiskBound};
use aoxanh::event::donation::{ConsentGiven, Purpose};
use aoxanh::event::inspection::Verdict;
use aoxanh::event::intake::{DeviceHeld, DeviceKind, HoldReason};
use aoxanh::event::repair::{PartDisk, PartFitted, PartTaken};
use aoxanh::event::settling::Corrected;
use aoxanh::event::{Fact, How};
use aoxanh::port::{Clock, Entry, Failure, FakeProbe, Journal, Receipt};
use aoxanh::unit::{Bytes, DeviceId, PartId, RANDOM_BYTES};
use aoxanh::workbench::{Found, Inspected, SwapLook, inspect, load_profile, look_at_swap, override_rule, swap};

fn told(signs: &[(&str, &str)]) -> FakeProbe {
    let mut facts = Facts::new();
    for (key, text) in signs {
        facts.push((*key).to_owned(), Value::Text((*text).to_owned()), "test", Certainty::Certain);
    }
    FakeProbe(facts)
}

fn machine(serial: &str, uuid: &str, mac: &str) -> FakeProbe {
    told(&[(key::SERIAL, serial), (key::UUID, uuid), ("network.0.mac", mac)])
}

fn read(rig: &Rig, found: &Found) -> Result<Inspected, Failure> {
    let bench = rig.bench();
    let profile = load_profile(&bench, None, DeviceKind::Laptop).expect("embedded");
    inspect(&bench, found, profile)
}

fn record(rig: &Rig, found: &Found, fact: impl Into<Fact>) -> Result<Vec<Receipt>, Failure> {
    let (at, by) = (rig.clock.now(), rig.by.clone());
    rig.store.commit(vec![Entry { at, happened_at: None, by, device: Some(found.id.clone()), fact: fact.into() }])
}

/// A station with a lead who is signed in, and three devices.
fn three() -> (Rig, [Found; 3]) {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let devices = [0; 3].map(|_| rig.device(true).0);
    (rig, devices)
}

/// That the machine under this tag is held as another, and of which device.
fn held_as(rig: &Rig, found: &Found) -> Option<DeviceId> {
    let failure = refusal(read(rig, &rig.again(found)), "another machine");
    assert_eq!((said(&failure), failure.rule), ("swap-other-machine", Some("other-machine")));
    let file = rig.again(found).file;
    assert_eq!(file.held, Some(HoldReason::Decision));
    file.seen_as
}

#[test]
fn a_machine_under_another_ones_tag_is_recognised_and_held_until_the_labels_are_exchanged() {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let ((first, _), (second, _)) = (rig.device(true), rig.device(true));
    rig.probe = machine("CNU4138XYZ", NUMBER, "00:1a:2b:3c:4d:5e");
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
fn an_inspection_that_was_struck_out_leads_to_no_device() {
    let (mut rig, [first, second, _]) = three();
    for serial in ["CNU4138XYZ", "N/A"] {
        rig.probe = machine(serial, NUMBER, "00:1a:2b:3c:4d:5e");
        read(&rig, &first).expect("the wrong label was scanned");
        let leaf = rig.again(&first).file.last;
        record(&rig, &first, Corrected { records: vec![leaf], lot: None, reason: None }).expect("one's own last");
        read(&rig, &second).expect("under its own tag nobody else is known by these signs");
        let leaf = rig.again(&second).file.last;
        record(&rig, &second, Corrected { records: vec![leaf], lot: None, reason: None }).expect("one's own last");
    }
    read(&rig, &first).expect("read once more");
    rig.probe = machine("N/A", NUMBER, "aa:bb:cc:dd:ee:02");
    assert_eq!(held_as(&rig, &second), Some(first.id.clone()), "what counts leads there still");
}

#[test]
fn two_boards_of_one_number_are_two_where_both_serials_were_read() {
    let (mut rig, [first, second, third]) = three();
    rig.probe = machine("CNU4138XYZ", NUMBER, "N/A");
    read(&rig, &first).expect("first");
    rig.probe = machine("PF0ABCDE", NUMBER, "N/A");
    read(&rig, &second).expect("the serials differ");
    read(&rig, &second).expect("and again");
    rig.probe = machine("N/A", NUMBER, "N/A");
    read(&rig, &second).expect("the number is its own too");
    assert_eq!(held_as(&rig, &third), Some(second.id), "whoever bore it last");
    rig.probe = machine("cnu4138xyz", NUMBER, "N/A");
    assert_eq!(held_as(&rig, &rig.device(true).0), Some(first.id), "the serial says more than the number");
}

#[test]
fn a_number_that_many_machines_bear_leads_to_none() {
    let (mut rig, [first, second, third]) = three();
    for serial in 0..9 {
        rig.probe = machine(&format!("S-00000{serial}"), NUMBER, "N/A");
        read(&rig, &rig.device(true).0).expect("a serial of its own");
    }
    rig.probe = machine("N/A", NUMBER, "N/A");
    for found in [first, second, third] {
        read(&rig, &found).expect("that number is the maker's");
    }
}

#[test]
fn by_network_addresses_alone_a_machine_is_recognised_only_by_all_of_them() {
    let (mut rig, [first, second, third]) = three();
    let macs = |own: &str, stick: &str| told(&[("network.0.mac", own), ("network.1.mac", stick)]);
    let stick = "00:e0:4c:68:00:01";
    rig.probe = macs("00:1a:2b:3c:4d:01", stick);
    read(&rig, &first).expect("first");
    rig.probe = macs("00:1a:2b:3c:4d:02", stick);
    read(&rig, &second).expect("the stick went round, the other address is new");
    rig.probe = macs("00:1a:2b:3c:4d:01", "00:1a:2b:3c:4d:02");
    read(&rig, &third).expect("each address is another device's");
    rig.probe = macs("00:1a:2b:3c:4d:01", stick);
    assert_eq!(held_as(&rig, &rig.device(true).0), Some(first.id));
}

#[test]
fn a_lead_may_say_that_it_is_this_one_after_all_and_then_it_is() {
    let (mut rig, [first, second, _]) = three();
    rig.probe = machine("N/A", NUMBER, "00:1a:2b:3c:4d:5e");
    read(&rig, &first).expect("first");
    assert_eq!(held_as(&rig, &second), Some(first.id.clone()));
    let lift = |rig: &Rig| override_rule(&rig.bench(), &second, "other-machine", "hai máy trùng số", None);
    rig.by.how = How::Claimed;
    assert_eq!(refusal(lift(&rig), "nobody signed in").rule, Some("signed-in"));
    rig.by.how = How::Pin;
    lift(&rig).expect("a lead, with a reason");
    read(&rig, &rig.again(&second)).expect("it is this one");
    read(&rig, &rig.again(&second)).expect("and so from now on");
    read(&rig, &rig.again(&first)).expect("the other as well");
    assert_eq!(rig.again(&second).file.held, Some(HoldReason::Decision), "going on is said apart");
}

#[test]
fn a_machine_of_another_serial_is_none_of_this_tag_and_no_device_is_held_for_it() {
    let (mut rig, [first, ..]) = three();
    rig.probe = machine("CNU4138XYZ", NUMBER, "N/A");
    read(&rig, &first).expect("first");
    for same in ["cnu-4138 xyz", "Default string"] {
        rig.probe = machine(same, "none", "N/A");
        read(&rig, &first).expect("written otherwise, or not told at all");
    }
    rig.probe = machine("PF0ABCDE", NUMBER, "N/A");
    let before = rig.events().len();
    let failure = refusal(read(&rig, &rig.again(&first)), "a stranger");
    assert_eq!((said(&failure), failure.rule), ("rule-strange-machine", Some("other-machine")));
    assert_eq!(rig.kinds(before), Vec::<String>::new());
    override_rule(&rig.bench(), &first, "other-machine", "đã thay bo mạch", None).expect("a lead");
    read(&rig, &rig.again(&first)).expect("another board");
    read(&rig, &rig.again(&first)).expect("known since");
}

/// A machine that tells nothing of itself but this disk.
fn bare(serial: &str) -> FakeProbe {
    let mut facts = told(&[("disk.0.serial", serial), ("disk.0.model", "M"), ("disk.0.bus", "sata")]).0;
    facts.push("disk.0.size".to_owned(), Value::Bytes(Bytes(8192)), "test", Certainty::Certain);
    FakeProbe(facts)
}

fn once_in(rig: &Rig, found: &Found) -> Option<DeviceId> {
    let inspected = read(rig, &rig.again(found)).expect("a disk alone stops nothing");
    assert_eq!(rig.again(found).file.held, None);
    let home = inspected.homecoming;
    let says = home.lines.iter().any(|line| line.key() == "disk-once-in");
    assert_eq!(says, home.once_in.is_some());
    home.once_in.map(|(_disk, other)| other.id)
}

#[test]
fn where_nothing_else_tells_a_disk_says_in_which_machine_it_was() {
    let (mut rig, [first, second, third]) = three();
    rig.probe = bare("WD-WX81A");
    assert_eq!(once_in(&rig, &first), None, "nobody has it");
    assert_eq!(once_in(&rig, &first), None, "its own");
    let mut other_board = bare("wd-wx81a").0;
    other_board.push(key::UUID.to_owned(), Value::Text(NUMBER.to_owned()), "test", Certainty::Certain);
    rig.probe = FakeProbe(other_board);
    assert_eq!(once_in(&rig, &second), Some(first.id.clone()), "a board that nobody knows");
    assert_eq!(once_in(&rig, &second), None, "now it was in two");
    rig.probe = bare("WD-WX81A");
    assert_eq!(once_in(&rig, &third), None, "and tells nothing any more");
    for junk in ["0000000000", "Default string", "123"] {
        rig.probe = bare(junk);
        once_in(&rig, &first);
        assert_eq!(once_in(&rig, &rig.device(true).0), None, "{junk}");
    }
}

#[test]
fn a_disk_that_was_struck_out_bound_elsewhere_or_taken_as_a_part_says_nothing() {
    let (mut rig, [first, second, third]) = three();
    rig.probe = bare("WD-1111");
    once_in(&rig, &first);
    let leaf = rig.again(&first).file.last;
    record(&rig, &first, Corrected { records: vec![leaf], lot: None, reason: None }).expect("one's own last");
    assert_eq!(once_in(&rig, &second), None, "only what counts leads anywhere");
    rig.probe = bare("WD-2222");
    once_in(&rig, &first);
    let (key, lift) = ("WD-2222|M|8192".to_owned(), "disk-elsewhere");
    override_rule(&rig.bench(), &second, lift, "ổ của máy này", None).expect("a lead");
    record(&rig, &second, DiskBound { disk: disk(Some("WD-2222")), key, bond: Bond::Claimed }).expect("bound");
    assert_eq!(once_in(&rig, &third), None, "it is said to be another's since");
    let mut walk = two();
    walk.goes(None, ConsentGiven { lot: lot(1), purpose: Purpose::Parts });
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("WD-3333")), disk(Some("S"))]));
    walk.goes(Some(1), bound("WD-3333"));
    walk.wipes(1, 9, "WD-3333");
    let was_in = |walk: &mut Walk| {
        let cabinet = Cabinet::new(&mut walk.drawers);
        cabinet.disk_of_other(&device_id(2), &[disk(Some("WD-3333"))]).expect("reads").map(|(id, _disk)| id)
    };
    assert_eq!(was_in(&mut walk), Some(device_id(1)));
    let wiped = walk.device(1).expect("ready").disks[&disk_key("WD-3333")].last_wipe.expect("wiped");
    let part = PartId::from_random([5; RANDOM_BYTES]);
    let part_disk = PartDisk { key: disk_key("WD-3333"), wiped };
    let taken =
        PartTaken { part: part.clone(), kind: "disk".to_owned(), label: None, size: None, disk: Some(part_disk) };
    walk.goes(Some(1), taken);
    assert_eq!(was_in(&mut walk), None, "it lies on the shelf");
    walk.goes(Some(1), PartFitted { part });
    assert_eq!(was_in(&mut walk), Some(device_id(1)), "it is back where an inspection saw it");
}

#[test]
fn an_exchange_lets_go_on_only_what_the_recognition_stopped() {
    let (mut rig, [first, second, third]) = three();
    rig.probe = machine("CNU4138XYZ", NUMBER, "N/A");
    read(&rig, &first).expect("first");
    assert_eq!(held_as(&rig, &second), Some(first.id.clone()));
    assert_eq!(held_as(&rig, &third), Some(first.id.clone()));
    record(&rig, &first, DeviceHeld::of(HoldReason::Decision)).expect("for something else");
    let bench = rig.bench();
    let held = |look: &SwapLook| look.held.iter().map(|found| found.id.clone()).collect::<Vec<_>>();
    let look = look_at_swap(&bench, &second.name(), &third.name()).expect("two devices");
    assert_eq!(held(&look), [second.id.clone(), third.id.clone()], "neither was taken for the other");
    let look = look_at_swap(&bench, &first.name(), &second.name()).expect("two devices");
    assert_eq!(held(&look), std::slice::from_ref(&first.id));
    let swapped = swap(&bench, &look).expect("exchanged");
    assert_eq!((swapped.one.file.held, swapped.other.file.held), (Some(HoldReason::Decision), None));
    assert_eq!(swapped.other.file.seen_as, None);
}
