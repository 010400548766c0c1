//! The tag's picture and the label of a disk read by a program of other people: `zbarimg`. CI must have it; elsewhere its
//! absence is told.

#![expect(clippy::disallowed_methods, reason = "the test runs another program and asks whether CI runs it")]

use super::arming_rig::{Rig, disk, refusal, said as said_key, wipe_order};
use super::bench_rig;
use aoxanh::event::disk::DiskSeen;
use aoxanh::port::Trouble;
use aoxanh::tag::{Domain, LabelPaper, Payload, Qr, TagId, label};
use aoxanh::unit::Bytes;
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{DiskLabel, disk_label};
use std::process::Command;

/// Whether the program can be started. Where it cannot, CI fails and everybody else is told what was not tested.
fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    assert!(there || std::env::var("CI").as_deref() != Ok("true"), "CI must have {program}");
    there
}

#[test]
fn zbar_reads_every_tag_at_the_sizes_printed() {
    if !is_there("zbarimg") {
        eprintln!("NOT TESTED: zbarimg is not installed (Debian package zbar-tools)");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let domain = Domain::read("it.aoxanh.example").expect("a good domain");
    for (n, (mm, dpi)) in [(12u8, (12, 203)), (20, (20, 203)), (25, (25, 300)), (40, (40, 600))] {
        let payload = Payload::new(&domain, &TagId::from_random([n, 0x42, n, 0x99, n, 1, 0]));
        let picture = Qr::new(&payload).expect("it fits").png(mm, dpi).expect("large enough");
        let file = folder.path().join(format!("tag-{mm}.png"));
        std::fs::write(&file, &picture.png).expect("a file in a temporary folder");
        let said = Command::new("zbarimg").args(["-q", "--raw", "--nodbus"]).arg(&file).output().expect("zbarimg runs");
        assert_eq!(String::from_utf8_lossy(&said.stdout).trim_end(), payload.as_str(), "{mm} mm at {dpi} dpi");
    }
}

#[test]
fn zbar_reads_the_machines_tag_on_every_label_of_a_disk() {
    if !is_there("zbarimg") {
        eprintln!("NOT TESTED: zbarimg is not installed (Debian package zbar-tools)");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let domain = Domain::read("it.aoxanh.example").expect("a good domain");
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let seen = |serial: Option<&str>| DiskSeen {
        serial: serial.map(str::to_owned),
        wwn: None,
        model: Some("WDC WD5000LPCX-24VHAT0".to_owned()),
        size: Bytes(500_107_862_016),
        bus: "usb".to_owned(),
        practice: false,
    };
    for (n, (wide_mm, high_mm, dpi, serial)) in
        [(5u8, (50, 25, 203, Some("WD-WX81A1234567"))), (6, (50, 25, 300, None)), (7, (62, 29, 300, Some("S1")))]
    {
        let tag = TagId::from_random([n, 0x42, n, 0x99, n, 1, 0]);
        let payload = Payload::new(&domain, &tag);
        let made = DiskLabel { tag, key: "k".to_owned(), disk: seen(serial), practice: n == 6 };
        let paper = LabelPaper { wide_mm, high_mm, dpi };
        let png = label(&Qr::new(&payload).expect("it fits"), &made.lines(&words), paper).expect("large enough");
        let file = folder.path().join(format!("label-{n}.png"));
        std::fs::write(&file, &png).expect("a file in a temporary folder");
        if let Some(keep) = std::env::var_os("AOXANH_KEEP_PAGES") {
            std::fs::copy(&file, std::path::Path::new(&keep).join(format!("label-{n}.png"))).expect("copied");
        }
        let said = Command::new("zbarimg").args(["-q", "--raw", "--nodbus"]).arg(&file).output().expect("zbarimg runs");
        assert_eq!(String::from_utf8_lossy(&said.stdout).trim_end(), payload.as_str(), "{wide_mm} mm at {dpi} dpi");
    }
}

#[test]
fn a_label_names_machine_model_end_of_serial_and_size_and_nobody() {
    let mut inside = disk("sda", Some("WD-WX81A1234567"));
    inside.identity.size = Bytes(12 << 20);
    let rig = Rig::new(std::slice::from_ref(&inside));
    let (found, _) = rig.device(true);
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let made = disk_label(&rig.bench(), &found, "sda").expect("a label for a disk that was just taken out");
    let said: Vec<String> = made.lines(&words).into_iter().map(|line| line.text).collect();
    assert_eq!(said, ["Ổ của máy", found.name().as_str(), "MODEL", "…A1234567 · 12.5 MB"]);
    let nameless = DiskLabel { disk: DiskSeen { serial: None, ..made.disk.clone() }, practice: true, ..made.clone() };
    let said: Vec<String> = nameless.lines(&words).into_iter().map(|line| line.text).collect();
    assert_eq!(said[3..], ["không sê-ri · 12.5 MB", "LUYỆN TẬP"]);
    // Once it is known as that machine's, its name in the ledger will do, and no other machine's label is made for it.
    rig.wipe(&found, &wipe_order("sda", "WD-WX81A1234567")).expect("wiped");
    let found = rig.again(&found);
    assert_eq!(disk_label(&rig.bench(), &found, &made.key).expect("by key").key, made.key);
    let (other, _) = rig.device(true);
    let refused = refusal(disk_label(&rig.bench(), &other, "sda"), "another machine's");
    assert_eq!((said_key(&refused), refused.trouble), ("disk-label-elsewhere", Trouble::No));
    let unknown = refusal(disk_label(&rig.bench(), &other, "sdz"), "no such disk");
    assert_eq!((said_key(&unknown), unknown.trouble), ("disk-unknown", Trouble::Usage));
}

#[test]
fn the_verb_writes_the_label_and_tells_what_is_on_it() {
    let rig = bench_rig::Rig::practice();
    let device = rig.device();
    let disk = rig.disk("o-thao-ra", Bytes::mib(8));
    let line = ["tag", "disk", &device.tag, "--disk", disk.name(), "--png", "nhan.png"];
    let told = rig.json(&line).good().one("disk_label");
    assert_eq!((told["width_mm"].as_u64(), told["height_mm"].as_u64()), (Some(50), Some(25)));
    assert_eq!(told["serial_end"], serde_json::Value::Null);
    assert!(told["decoded"].as_str().is_some_and(|text| text.ends_with(told["tag"].as_str().expect("a tag"))));
    let png = std::fs::read(rig.home().join("nhan.png")).expect("written");
    assert_eq!(aoxanh::tag::decode_png(&png).as_deref().ok(), told["decoded"].as_str());
    let again = rig.run(&line);
    again.refused(2, &["nhan.png"]);
    rig.run(&["tag", "disk", &device.tag, "--disk", "sdzz", "--png", "n.png"]).refused(2, &["sdzz"]);
    let narrow = [&line[..6], &["n.png", "--width", "25"]].concat();
    rig.run(&narrow).refused(2, &["hẹp"]);
    assert!(rig.run(&[&line[..6], &["n.png"]].concat()).good().out.contains("Đã ghi nhãn ổ n.png"));
}
