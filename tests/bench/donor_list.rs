//! A donor's list: read from tables as people make them, judged row by row, received all or none, and never twice.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "the test writes the lists that it names")]

use super::arming_rig::{Rig, refusal, said};
use super::bench_rig;
use aoxanh::custody::Stage;
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::outward::{Accessory, Condition, Told};
use aoxanh::port::Trouble;
use aoxanh::reading::{read_list, read_sheets};
use aoxanh::tag::TagId;
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{Donation, ListView, RowStanding, look_at_list, open_lot, take_in_list};
use proptest::prelude::*;

/// Two sheets, the second with headings below an empty line, a number for a serial, one rounded, and one cell in the last
/// corner that a workbook has; made with a zip writer by hand.
pub(crate) const BOOK: &[u8] = include_bytes!("lists/donated.xlsx");
/// The same, not compressed, so that a changed byte reaches the reader of what is inside.
const STORED: &[u8] = include_bytes!("lists/donated-stored.xlsx");

/// Good rows, wrong rows of every kind, and one that is there twice.
pub(crate) const LIST: &str = "\u{feff}DANH SÁCH MÁY TẶNG;;;;;;\r\n\
    STT;Loại máy;Hãng;Model;Số sê-ri;Tình trạng (tốt/hỏng);Phụ kiện;SL;Người dùng;SĐT\r\n\
    1;Máy tính xách tay;HP;EliteBook 840 G1;CNU4138XYZ;Chạy tốt;\"Sạc, chuột; loa\";1;Người Thử;0900000000\r\n\
    2;Máy bàn;Dell;OptiPlex 7010;;Không lên nguồn;;;Người Thử;0900000000\r\n\
    3;Máy in;Canon;;;;;;;\r\n\
    4;laptop;HP;EliteBook 840 G1;cnu-4138-xyz;;;;;\r\n\
    5;laptop;Acer;;1.23457E+14;;;;;\r\n\
    6;laptop;Acer;Aspire;;;;10;;\r\n\
    ;;;;;;;;;\r\n\
    7;;Asus;X450;N/A;cũ;không;;;\r\n";

fn told(row: &aoxanh::workbench::RowView) -> (u64, String) {
    let words = Words::new(Lang::Vi, None).expect("embedded");
    (row.number, words.say(&row.sentence()))
}

fn looked(rig: &Rig, name: &str, bytes: &[u8]) -> ListView {
    rig.give_file(name, bytes.to_vec());
    look_at_list(&rig.bench(), name.as_ref(), DeviceKind::Laptop).expect("a list")
}

fn facts(rig: &Rig) -> usize {
    rig.events().len()
}

#[test]
fn every_row_of_a_list_is_good_or_told_with_its_number_and_reason() {
    let rig = Rig::new(&[]);
    let view = looked(&rig, "list.csv", LIST.as_bytes());
    let rows: Vec<(u64, String)> = view.rows.iter().map(told).collect();
    let wanted = [
        (3, "máy xách tay · HP EliteBook 840 G1 (sê-ri CNU4138XYZ) · chạy tốt · kèm sạc, chuột"),
        (4, "máy bàn · Dell OptiPlex 7010 · không lên nguồn"),
        (5, "không hiểu loại máy “Máy in”"),
        (6, "số sê-ri cnu-4138-xyz đã có ở dòng 3"),
        (7, "số sê-ri 1.23457E+14 bị bảng tính làm tròn"),
        (8, "một dòng là một máy, mà số lượng ghi 10"),
        (10, "máy xách tay · Asus X450"),
    ];
    for (row, (number, text)) in rows.iter().zip(wanted) {
        assert!(row.0 == number && row.1.starts_with(text), "{row:?} {text}");
    }
    assert_eq!((rows.len(), view.good().len(), view.bad(), view.nameless(), view.unread), (7, 3, 4, 2, 3));
    let unsure: Vec<&str> = view.rows.iter().flat_map(|row| &row.unsure).map(aoxanh::word::Sentence::key).collect();
    assert_eq!(unsure, ["door-list-accessories", "door-list-condition"]);
    assert_eq!(facts(&rig), facts(&Rig::new(&[])), "looking records nothing");
}

#[test]
fn a_list_is_received_at_once_and_what_has_a_serial_is_never_received_again() {
    let rig = Rig::new(&[]);
    let lot = open_lot(&rig.bench(), &Donation::default()).expect("a lot");
    let view = looked(&rig, "list.csv", LIST.as_bytes());
    let taken = take_in_list(&rig.bench(), Some(&lot), &Donation::default(), &view.good()).expect("received");
    assert_eq!(taken.received.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 4, 10]);
    let file = &taken.received[0].1.found.file;
    let told = Told {
        maker: Some("HP".to_owned()),
        model: Some("EliteBook 840 G1".to_owned()),
        serial: Some("CNU4138XYZ".to_owned()),
    };
    assert_eq!((&file.told, file.lot.clone(), file.stage(), file.verdict), (&told, lot.clone(), Stage::Received, None));
    assert_eq!(file.outward.condition, Some(Condition::Works));
    assert_eq!(file.outward.accessories, [Accessory::Charger, Accessory::Mouse].into());
    let written = format!("{:?}", rig.events());
    for stranger in ["Người Thử", "0900000000", "loa", "cũ"] {
        assert!(!written.contains(stranger), "{stranger} is nobody's business");
    }
    let again = looked(&rig, "again.csv", LIST.as_bytes());
    assert!(matches!(again.rows[0].standing, RowStanding::Known(_)), "{:?}", again.rows[0]);
    let before = facts(&rig);
    let nothing = refusal(take_in_list(&rig.bench(), Some(&lot), &Donation::default(), &view.good()[..1]), "known");
    assert_eq!((said(&nothing), facts(&rig)), ("door-list-nothing-new", before), "looked at before it was received");
}

#[test]
fn where_the_rules_refuse_one_device_nothing_of_the_list_is_recorded() {
    let rig = Rig::new(&[]);
    let lot = open_lot(&rig.bench(), &Donation::default()).expect("a lot");
    let tag = TagId::from_random([3; 7]);
    let list = format!("Serial,Tem\nS-0001,\nS-0002,{tag}\n");
    let view = looked(&rig, "list.csv", list.as_bytes());
    assert_eq!(view.good()[1].1.tag, Some(tag.clone()));
    aoxanh::workbench::receive(&rig.bench(), &lot, DeviceKind::Phone, Some(tag)).expect("received meanwhile");
    let before = facts(&rig);
    let refused =
        refusal(take_in_list(&rig.bench(), Some(&lot), &Donation::default(), &view.good()), "the tag is taken");
    assert_eq!((said(&refused), facts(&rig)), ("rule-tag-unique", before));
    let view = looked(&rig, "later.csv", list.as_bytes());
    assert_eq!((view.good().len(), view.bad()), (1, 1), "{:?}", view.rows);
}

#[test]
fn a_workbook_reads_like_text_and_what_stands_in_its_last_corner_costs_nothing() {
    let rig = Rig::new(&[]);
    for book in [BOOK, STORED] {
        let view = looked(&rig, &format!("{}.xlsx", book.len()), book);
        let rows: Vec<(u64, String)> = view.rows.iter().map(told).collect();
        assert_eq!(rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 4, 5, 7], "{rows:?}");
        assert_eq!(rows[0].1, "máy xách tay · HP EliteBook 840 G1 (sê-ri CNU4138XYZ) · chạy tốt · kèm sạc, túi");
        assert_eq!(rows[1].1, "máy bàn · Dell OptiPlex 7010 (sê-ri 41388000123) · không lên nguồn");
        assert!(rows[2].1.contains("Máy in") && rows[3].1.contains("3.5E+17"), "{rows:?}");
    }
}

#[test]
fn a_file_that_is_no_list_is_refused_with_what_to_do() {
    let rig = Rig::new(&[]);
    let none: [(&str, &[u8], &str); 4] = [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "door-list-old"),
        ("a.xlsx", b"PK\x03\x04", "door-list-workbook"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "door-list-not-text"),
        ("a.csv", "Tên,Lớp\nA,5A\n".as_bytes(), "door-list-no-heading"),
    ];
    for (name, bytes, key) in none {
        rig.give_file(name, bytes.to_vec());
        let failure = refusal(look_at_list(&rig.bench(), name.as_ref(), DeviceKind::Laptop), name);
        assert_eq!((said(&failure), failure.trouble), (key, Trouble::BadData));
        assert!(failure.hint.is_some(), "{name}");
    }
    let long: String = std::iter::once("Serial\n".to_owned()).chain((0..2001).map(|n| format!("S-{n:06}\n"))).collect();
    rig.give_file("long.csv", long.into_bytes());
    let failure = refusal(look_at_list(&rig.bench(), "long.csv".as_ref(), DeviceKind::Laptop), "long");
    assert_eq!(said(&failure), "door-list-too-long");
}

#[test]
fn from_the_command_line_a_list_is_looked_at_first_and_received_only_when_told() {
    let rig = bench_rig::Rig::normal();
    let file = rig.home().join("list.csv");
    std::fs::write(&file, LIST).expect("written");
    let path = file.display().to_string();
    let ran = rig.json(&["intake", "--list", &path, "--consent-erase"]);
    assert_eq!((ran.code, ran.all("listed").len(), ran.all("received").len()), (65, 7, 0), "{ran:#?}");
    assert_eq!(ran.all("listed")[2]["row"], 5);
    let ran = rig.run(&["intake", "--list", &path, "--consent-erase", "--yes"]);
    assert!(ran.code == 65 && ran.out.contains("✗ Dòng 5") && ran.err.contains("4 dòng sai"), "{ran:#?}");
    assert_eq!(rig.json(&["find"]).all("found").len(), 0, "nothing was received");
    let ran = rig.json(&["intake", "--list", &path, "--consent-erase", "--yes", "--skip-bad"]);
    assert_eq!((ran.code, ran.all("received").len()), (65, 3), "{ran:#?}");
    assert_eq!(ran.all("received")[0]["row"], 3);
    let lot = ran.all("received")[0]["lot"].as_str().expect("a lot").to_owned();
    assert!(rig.json(&["find", "cnu4138xyz"]).good().one("found")["tag"].is_string());
    std::fs::write(&file, BOOK).expect("written");
    let ran = rig.run(&["intake", "--list", &path, "--lot", &lot, "--yes", "--skip-bad"]);
    assert!(ran.code == 65 && ran.out.contains("· Dòng 3: đã có trong sổ"), "{ran:#?}");
    assert!(ran.out.contains("Đã nhận 1 máy") && ran.out.contains("In tem từng máy"), "{ran:#?}");
    std::fs::write(&file, "Serial\nS-0001\n").expect("written");
    let ran = rig.run(&["intake", "--list", &path, "--lot", &lot]).good();
    assert!(ran.out.contains("Mới chỉ xem"), "{ran:#?}");
    rig.run(&["intake", "--list", &path, "--serial", "S-1"]).refused(2, &["--serial"]);
    assert_eq!(rig.verified()["consistent"], true);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Any bytes are a list or are refused.
    #[test]
    fn any_bytes_are_a_table_or_are_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        seen in prop::collection::vec(1..=u8::MAX, 0..200),
        text in "[a-zA-Z0-9 +.,;\t\"\r\nđạ()=]{0,200}",
    ) {
        let _read = read_list(&bytes);
        let _vietnamese = read_list(&[b"Serial;Tem\n", &seen[..]].concat());
        let _text = read_list(&[b"Serial;SL\tTem,\"Hang\"\n", text.as_bytes()].concat());
        let _wide = read_sheets(&[b"\xff\xfe", &bytes[..]].concat());
        let _zip = read_sheets(&[b"PK\x03\x04", &bytes[..]].concat());
    }

    /// So is a workbook with changed bytes, cut off anywhere.
    #[test]
    fn a_damaged_workbook_reads_or_is_refused(
        changes in prop::collection::vec((0..STORED.len(), any::<u8>()), 1..12),
        end in 0..=STORED.len(),
        is_cut in prop::bool::weighted(0.1),
    ) {
        let mut book = STORED.to_vec();
        for (at, byte) in changes {
            book[at] = byte;
        }
        if is_cut {
            book.truncate(end);
        }
        let _read = read_list(&book);
    }
}
