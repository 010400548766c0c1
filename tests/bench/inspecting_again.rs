//! A second inspection of a machine: what changed is said, in words and on the page; the disks are asked how they are.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::arming_rig::{Rig, disk};
use aoxanh::device::{Certainty, Facts, Value, Why};
use aoxanh::event::intake::DeviceKind;
use aoxanh::port::FakeProbe;
use aoxanh::reading::{SmartReport, Tally};
use aoxanh::unit::Bytes;
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{
    Found, Inspected, Weight, WhatIf, inspect, inspection_page, load_profile, see_device, verdict_sentence, what_if,
};

/// A machine with that disk and modules of these sizes in gibibytes.
fn machine(serial: &str, modules: &[u64]) -> Facts {
    let mut facts = Facts::new();
    let mut tell = |key: &str, value: Value| facts.push(key, value, "sys", Certainty::Certain);
    tell("disk.count", Value::Count(1));
    tell("disk.0.size", Value::Bytes(Bytes(500_107_862_016)));
    tell("disk.0.serial", Value::Text(serial.to_owned()));
    tell("disk.0.model", Value::Text("MADE-UP".to_owned()));
    tell("disk.0.bus", Value::Text("ata".to_owned()));
    tell("memory.slots", Value::Count(2));
    tell("memory.total", Value::Bytes(Bytes::gib(modules.iter().sum())));
    for (number, size) in modules.iter().enumerate() {
        tell(&format!("memory.{number}.size"), Value::Bytes(Bytes::gib(*size)));
    }
    tell("lock.firmware_password", Value::Flag(true));
    facts
}

fn inspected(rig: &Rig, found: &Found, facts: Facts) -> Inspected {
    let probe = FakeProbe(facts);
    let mut bench = rig.bench();
    bench.probe = &probe;
    let profile = load_profile(&bench, None, DeviceKind::Laptop).expect("embedded");
    inspect(&bench, found, profile).expect("recorded")
}

/// The page's lines of that weight.
fn lines(inspected: &Inspected, weight: Weight) -> Vec<String> {
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let page = inspection_page(inspected, Lang::Vi, true);
    page.iter().filter(|line| line.weight == weight).map(|line| words.say(&line.what)).collect()
}

#[test]
fn a_swapped_disk_and_a_missing_module_are_in_the_way_and_no_change_is_said_too() {
    let rig = Rig::new(&[]);
    let (found, _) = rig.device(true);
    let first = inspected(&rig, &found, machine("S1", &[4, 4]));
    assert!(first.before.is_none(), "there is nothing to compare with");
    assert!(!lines(&first, Weight::Heading).iter().any(|line| line.starts_with("So với")));
    let same = inspected(&rig, &found, machine("S1", &[4, 4]));
    assert_eq!(same.before.as_ref().map(|(_, changes)| changes.len()), Some(0));
    assert!(lines(&same, Weight::Good).contains(&"không thấy gì thay đổi".to_owned()));
    let other = inspected(&rig, &found, machine("S2", &[4, 0]));
    let bad = lines(&other, Weight::Bad);
    for said in [
        "Ổ MADE-UP S1 500.1 GB lần trước có, nay không thấy trong máy",
        "Ổ MADE-UP S2 500.1 GB lần trước không có",
        "Thanh RAM 4 GB ở khe 2 lần trước có, nay không còn",
        "RAM: lần trước 8 GB, nay 4 GB",
    ] {
        assert!(bad.iter().any(|line| line == said), "{said}: {bad:#?}");
    }
    let beside = see_device(&rig.bench(), &found.id).expect("seen").facts;
    let words = Words::new(Lang::Vi, None).expect("embedded");
    assert_eq!(words.say(&beside[0].0), "Mật khẩu BIOS", "a lock stays in sight: {beside:?}");
    let again = inspected(&rig, &found, machine("S2", &[4, 0]));
    assert_eq!(again.before.map(|(_, changes)| changes), Some(Vec::new()), "the last one counts, not the first");
}

#[test]
fn the_page_begins_with_what_is_in_the_way_and_ends_with_what_nobody_knows() {
    let rig = Rig::new(&[]);
    let (found, _) = rig.device(true);
    let mut facts = machine("S1", &[4, 0]);
    facts.unknown("lock.online", "sys", Why::OnlyOnline);
    facts.unknown("battery.health", "sys", Why::NoBattery);
    facts.unknown("camera.present", "sys", Why::NoDriver);
    let seen = inspected(&rig, &found, facts);
    let words = Words::new(Lang::Vi, None).expect("embedded");
    assert!(words.say(&verdict_sentence(&seen, Lang::Vi)).starts_with("Kết luận: "));
    let page = inspection_page(&seen, Lang::Vi, false);
    assert!(page[0].weight == Weight::Bad && words.say(&page[0].what).contains("MẬT KHẨU BIOS"), "{:?}", page[0]);
    let last = page.last().expect("lines");
    assert!(last.weight == Weight::Unknown && words.say(&last.what).starts_with("Camera: không rõ"), "{last:?}");
    let online: Vec<_> = page.iter().filter(|line| words.say(&line.what).contains("trước khi nối mạng")).collect();
    assert!(online.len() == 1 && online[0].weight == Weight::Plain, "said once, with what to do: {online:?}");
    assert!(
        !page.iter().any(|line| words.say(&line.what).contains("không có pin")),
        "a desktop's battery is no riddle"
    );
    assert!(page.iter().all(|line| !words.say(&line.what).contains('←')), "no sources where they are not asked for");
}

#[test]
fn the_disks_inside_are_asked_and_a_silent_one_is_named_while_the_rest_comes() {
    let rig = Rig::new(&[disk("sda", Some("S1")), disk("sdb", Some("S2"))]);
    let (found, _) = rig.device(true);
    let (hours, pending) = (Some(27_205), Tally::Known(8));
    rig.smart.tell("sda", SmartReport { passed: Some(true), hours, pending, ..SmartReport::default() });
    let mut facts = machine("S1", &[4, 4]);
    facts.push("disk.0.name", Value::Text("sda".to_owned()), "sys", Certainty::Certain);
    facts.push("disk.1.name", Value::Text("sdb".to_owned()), "sys", Certainty::Certain);
    facts.push("disk.2.name", Value::Text("gone".to_owned()), "sys", Certainty::Certain);
    let seen = inspected(&rig, &found, facts);
    let known = |key: &str| seen.facts.known(key).cloned();
    assert_eq!(known("disk.0.health"), Some(Value::Text("replace".to_owned())));
    assert_eq!((known("disk.0.hours"), known("disk.0.pending")), (Some(Value::Count(27_205)), Some(Value::Count(8))));
    assert_eq!(seen.facts.get("disk.0.health").map(|fact| fact.source.as_str()), Some("smartctl#sda"));
    assert!(seen.facts.get("disk.1.health").is_some_and(|fact| fact.value.is_unknown()));
    assert_eq!(rig.smart.asked(), ["sda", "sdb"], "the machine's own, each once");
    let bad = lines(&seen, Weight::Bad);
    assert!(bad[1].starts_with("Ổ sda: ") && bad[2].starts_with("vì "), "right after the lock: {bad:#?}");
    assert!(bad.iter().any(|line| line.starts_with("Ổ sda: ") && line.ends_with("đã chạy 27205 giờ")), "{bad:#?}");
    let unknown = lines(&seen, Weight::Unknown);
    assert!(unknown.iter().any(|line| line.starts_with("Ổ sdb: ")), "{unknown:#?}");
    assert!(unknown.iter().any(|line| line.starts_with("vì ") && line.contains("sdb")), "{unknown:#?}");
}

#[test]
fn what_other_profiles_say_is_asked_without_a_trace() {
    let rig = Rig::new(&[]);
    let (found, _) = rig.device(true);
    let refused = what_if(&rig.bench(), &found, None).expect_err("never inspected");
    assert_eq!(refused.what.key(), "what-if-uninspected");
    let mut facts = machine("S1", &[2, 0]);
    facts.push("memory.free_slots", Value::Count(1), "sys", Certainty::Certain);
    let seen = inspected(&rig, &found, facts);
    let before = rig.events().len();
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let ids = |answers: &[WhatIf]| answers.iter().map(|answer| answer.profile.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&seen.others), ["btttt-2021"], "the one it was judged by is not another, tablets are no laptops");
    let all = what_if(&rig.bench(), &found, None).expect("answers");
    assert_eq!(ids(&all), ["laptop-desktop", "btttt-2021"], "the usual one first");
    let windows = what_if(&rig.bench(), &found, Some("windows-10")).expect("an answer").remove(0);
    let said = words.say(&windows.sentence(Lang::Vi));
    assert!(said.starts_with("Windows 10: "), "{said}");
    assert!(what_if(&rig.bench(), &found, Some("khong-co")).is_err());
    assert_eq!(rig.events().len(), before, "nothing was recorded");
}
