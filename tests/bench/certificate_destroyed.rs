//! The paper of a disk that was destroyed instead of wiped, and where something was done.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test reads files and fails by panicking")]

use super::bench_rig::{self, Rig};
use super::certificate_fields::inspected_as;
use super::certificate_page::{can_look, drawn, text_of};
use super::certificate_rig::{Chain, wipe_of};
use super::ledger_rig::{destroyed, disk, person, station_key, team_key, wipe_started};
use aoxanh::event::disk::{Destruction, DiskDestroyed, WipeStarted};
use aoxanh::event::people::Role;
use aoxanh::event::station::SiteSeen;
use aoxanh::report::{CertificateError, DestructionRecord, Document, DocumentKind, Pins, Statement, check};
use aoxanh::unit::Bytes;
use aoxanh::workbench::PRACTICE_PIN;
use std::collections::BTreeMap;
use std::fs;

fn site() -> SiteSeen {
    SiteSeen { team: "Đội Thử".to_owned(), place: Some("Trường Thử, phường Giả".to_owned()) }
}

/// Disk "S" wiped, then destroyed before a witness, and something else since.
fn document(practice: bool) -> Document {
    let mut chain = Chain::new(practice);
    chain.add(1, Some(1), inspected_as("LENOVO", "ThinkPad X250"));
    chain.wipe(disk(Some("S")), |_| ());
    let told = DiskDestroyed {
        how: Destruction::Shredded,
        spins: Some(true),
        witness: Some(person(1)),
        site: Some(site()),
        ..destroyed("S")
    };
    let end = chain.add(2, Some(1), told);
    chain.wipe(disk(Some("T")), |_| ());
    chain.document(end).expect("a record of destruction")
}

fn record(document: &Document) -> &DestructionRecord {
    match &document.certificate {
        Statement::Destruction(record) => record,
        Statement::Wipe(_) => unreachable!("a wipe"),
    }
}

#[test]
fn a_destroyed_disk_has_a_paper_that_says_who_did_it_who_saw_it_and_where() {
    let document = document(false);
    let pins = Pins { station: Some(station_key().public()), team: Some(team_key().public()) };
    let checked = check(&document.text, pins).expect("holds");
    assert_eq!(checked.certificate, document.certificate);
    let told = record(&document);
    assert_eq!(
        (told.document, told.how, told.disk.spins),
        (DocumentKind::Destroyed, Destruction::Shredded, Some(true))
    );
    assert_eq!(told.disk.serial.as_deref(), Some("S"));
    assert_eq!((&told.performed.person, &told.performed.roles[..]), (&person(2), &[Role::Volunteer][..]));
    let witness = told.witness.as_ref().expect("there");
    assert_eq!((&witness.person, &witness.roles[..]), (&person(1), &[Role::Lead][..]));
    assert_eq!((told.site.as_ref(), told.device.model.as_deref()), (Some(&site()), Some("LENOVO ThinkPad X250")));
    assert!(!checked.certificate.is_of_erasure());
    assert!(document.text.contains("aoxanh/destruction-record/1") && !document.text.contains("WipeEnded"));
}

#[test]
fn every_byte_of_such_a_paper_counts() {
    let text = document(false).text;
    let seen = |from: &str, to: &str| check(&text.replacen(from, to, 1), Pins::default());
    assert_eq!(seen("destruction-record/1", "wipe-certificate/1"), Err(CertificateError::Differs("schema".to_owned())));
    let how = seen("\"how\": \"shredded\"", "\"how\": \"drilled\"");
    assert_eq!(how, Err(CertificateError::Differs("certificate.how".to_owned())));
    assert!(matches!(seen("Đội Thử", "Đội Khác"), Err(CertificateError::Differs(_))));
    for at in (0..text.len()).step_by(97) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        assert!(check(&changed, Pins::default()).is_err(), "byte {at}");
    }
}

#[test]
fn a_certificate_says_whose_bench_it_was_and_where_as_it_was_then() {
    let mut chain = Chain::new(false);
    let first = chain.wipe(disk(Some("S")), |_| ());
    let started = WipeStarted { site: Some(site()), ..wipe_started(1, "S") };
    let start = chain.add(2, Some(1), started);
    let second = chain.add(2, Some(1), super::ledger_rig::wipe_ended(1, "S", start));
    let told = |end| wipe_of(&chain.document(end).expect("a certificate").certificate);
    assert_eq!((told(first).site, told(second).site), (None, Some(site())));
    if can_look() {
        let folder = tempfile::tempdir().expect("a folder");
        let page = drawn(&chain.document(second).expect("a certificate"), &BTreeMap::new());
        let text = text_of(folder.path(), "where", &page);
        assert!(text.contains("Nơi làm") && text.contains("Đội Thử · Trường Thử, phường Giả"), "{text}");
    }
}

#[test]
fn its_page_has_room_to_sign_and_says_neither_wiped_nor_certified() {
    if !can_look() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let names = BTreeMap::from([(person(1), "Trần Thị Thử".to_owned())]);
    let text = text_of(folder.path(), "destroyed", &drawn(&document(true), &names));
    let words = ["BIÊN BẢN TIÊU HỦY Ổ ĐĨA", "RECORD OF DISK DESTRUCTION", "LUYỆN TẬP", "nghiền", "Trần Thị Thử"];
    for word in
        words.into_iter().chain(["Người chứng kiến", "(ký, ghi rõ họ tên)", "Trường Thử, phường Giả", "ThinkPad X250"])
    {
        assert!(text.contains(word), "{word} not in {text}");
    }
    for word in ["CHỨNG NHẬN", "CERTIFICATE", "Clear", "Purge", "Tốc độ"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

#[test]
fn the_verbs_write_it_say_where_and_check_it() {
    let rig = Rig::practice();
    let device = rig.device();
    let disk = rig.disk("o-hong", Bytes::mib(8));
    if !bench_rig::can_loop(&disk) {
        return;
    }
    let before = rig.json(&["place"]).good().one("place");
    assert_eq!(before["place"], serde_json::Value::Null);
    rig.run(&["place", "Trường Thử, phường Giả"]).good();
    rig.run(&["place", "hai\ndòng"]).refused(2, &["một dòng"]);
    assert!(rig.run(&["place"]).good().out.contains("Trường Thử, phường Giả"));
    let wiped = rig.json(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let key = wiped.one("wiped")["ended"]["key"].as_str().expect("text").to_owned();
    let pin = rig.memory().join("practice-pin");
    fs::write(&pin, PRACTICE_PIN).expect("written");
    let pin = pin.display().to_string();
    let signed = ["--by", bench_rig::LEAD, "--pin-file", &pin];
    let verb = ["disk", "destroyed", &device.tag, "--disk", &key, "--how", "drilled"];
    rig.run(&["place", "--none"]).good();
    rig.run(&[&verb[..], &signed[..]].concat()).good();
    let made = rig.json(&["certificate", &device.tag, "--to", "giay"]).good().one("certificate");
    let json = made["json"].as_str().expect("a path");
    assert!(json.contains("luyen-tap-bien-ban-tieu-huy-"), "{json}");
    assert_eq!(made["certificate"]["site"]["place"], serde_json::Value::Null);
    assert!(made["certificate"]["site"]["team"].is_string());
    let told = rig.json(&["verify", json]).good().one("certificate_verified");
    assert_eq!((&told["erased"], &told["certificate"]["how"]), (&false.into(), &"drilled".into()));
    let said = rig.run(&["verify", json]).good();
    assert!(said.out.contains("Biên bản tiêu hủy") && !said.out.contains("Clear"), "{said:?}");
    rig.verified();
}
