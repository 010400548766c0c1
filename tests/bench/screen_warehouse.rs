//! Accessories, labels that were exchanged, and boxes on the screen.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::{Desk, SIZES};
use aoxanh::custody::DeviceFile;
use aoxanh::event::How;
use aoxanh::event::accessory::{Power, StockKind};
use aoxanh::event::outward::Outward;
use aoxanh::workbench::{
    Found, Input, Key, StockOrder, StockView, add_stock, move_box, move_device, note_outward, read_place, read_shelf,
};
use insta::assert_snapshot;

fn power(plug: &str, decivolts: u64, watts: u64) -> Power {
    Power { plug: plug.to_owned(), decivolts, watts }
}

fn stocked(desk: &Desk, kind: StockKind, power: Option<Power>, works: Option<bool>, count: u64) -> StockView {
    let shelf = read_shelf("B1").expect("a name");
    add_stock(&desk.rig.bench(), &StockOrder { tag: None, kind, power, works, count, shelf }).expect("counted in")
}

/// A laptop that wants for its charger, at the bench of a lead.
fn wanting() -> (Desk, Found) {
    let mut desk = Desk::empty();
    desk.rig.kit = Some(
        "id = \"team\"
source = \"tests\"
laptop = [[\"charger\"]]
"
        .to_owned(),
    );
    let found = desk.rig.device(true).0;
    let outward = Outward { power: Some(power("4.5x3.0", 195, 65)), ..found.file.outward.clone() };
    let found = note_outward(&desk.rig.bench(), &found, outward).expect("noted");
    desk.rig.by.how = How::Pin;
    desk.input(Input::Scan(&found.name()));
    (desk, found)
}

fn file(desk: &Desk, found: &Found) -> DeviceFile {
    desk.rig.again(found).file
}

#[test]
fn a_device_shows_what_it_wants_for_and_a_scan_puts_it_there() {
    let (mut desk, found) = wanting();
    let right = stocked(&desk, StockKind::Charger, Some(power("4.5x3.0", 195, 65)), Some(true), 2);
    let wrong = stocked(&desk, StockKind::Charger, Some(power("7.4x5.0", 195, 90)), Some(true), 1);
    stocked(&desk, StockKind::Mouse, None, None, 0);
    desk.press(&[Key::Control('a')]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("accessories-{columns}"), desk.shown(columns, lines));
    }
    let before = desk.rig.events().len();
    desk.input(Input::Scan(&wrong.tag.to_string()));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("không hợp máy này") && shown.contains("khác đầu cắm"), "{shown}");
    assert_eq!(desk.rig.events().len(), before, "refused");
    desk.input(Input::Scan(&right.tag.to_string()));
    assert_eq!(desk.rig.kinds(before), ["AccessoryPaired"]);
    assert_eq!((file(&desk, &found).kit.len(), file(&desk, &found).kit_missing().count()), (1, 0));
    assert!(desk.shown(80, 24).contains("thùng còn 1"), "{}", desk.shown(80, 24));
    desk.keys("x");
    assert_eq!(file(&desk, &found).kit.len(), 0, "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_eq!(file(&desk, &found).kit.len(), 1, "the one pointed at: {}", desk.shown(80, 24));
    desk.input(Input::Scan("0000000000-0"));
    assert!(desk.shown(80, 24).contains('✗'), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn accessories_are_counted_in_again_moved_and_tried_from_the_store_room() {
    let (mut desk, _) = wanting();
    desk.press(&[Key::Function(5)]);
    desk.keys("a");
    assert!(desk.shown(80, 24).contains("Bấm a để nhập"), "{}", desk.shown(80, 24));
    let before = desk.rig.events().len();
    desk.keys("a");
    assert_snapshot!("accessories-add-80", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    for text in ["4,5 × 3.0 mm", "x", "19.5", "65W", "40"] {
        desk.press(&[Key::Control('u')]);
        desk.type_text(text);
        desk.press(&[Key::Enter]);
        if text == "x" {
            assert!(desk.shown(80, 24).contains("không phải số vôn"), "{}", desk.shown(80, 24));
        }
    }
    desk.input(Input::Scan("KE:B1"));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.events().len(), before, "not before the last answer");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["AccessoryMoved"], "{}", desk.shown(80, 24));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("4.5x3.0 · 19.5 V · 65 W") && shown.contains("40 cái · kệ B1"), "{shown}");
    let stock = || aoxanh::workbench::stock(&desk.rig.bench(), None).expect("reads")[0].file.clone();
    assert_eq!((stock().count, stock().works), (40, Some(true)));
    for (keys, text) in [("c", "38"), ("m", "b2"), ("c", "nhiều")] {
        desk.keys(keys);
        desk.type_text(text);
        desk.press(&[Key::Enter]);
    }
    assert!(desk.shown(80, 24).contains("không phải số cái"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.keys("w");
    let stock = aoxanh::workbench::stock(&desk.rig.bench(), None).expect("reads")[0].file.clone();
    assert_eq!((stock.count, stock.shelf.as_str(), stock.works), (38, "b2", Some(false)), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn two_labels_are_exchanged_by_two_scans_after_it_was_shown_and_enter_pressed_twice() {
    let (mut desk, one) = wanting();
    let other = desk.rig.device(true).0;
    let (tag, others) = (one.name(), other.name());
    desk.press(&[Key::Function(4)]);
    desk.keys("s");
    desk.input(Input::Scan(&tag));
    assert!(desk.shown(80, 24).contains("một máy"), "its own label: {}", desk.shown(80, 24));
    desk.input(Input::Scan(&others));
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("swap-{columns}"), desk.shown(columns, lines));
    }
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.events().len(), before, "asked once more");
    desk.press(&[Key::Escape]);
    assert_eq!((desk.rig.events().len(), desk.stack.layers()), (before, 1));
    desk.type_text(&others);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["TagReplaced", "TagReplaced"], "{}", desk.shown(80, 24));
    assert_eq!((desk.rig.again(&one).name(), desk.rig.again(&other).name()), (others, tag));
    assert!(desk.shown(80, 24).contains("Đã đổi tem"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn labels_are_exchanged_from_the_bench_too_and_only_by_somebody_who_signed_in() {
    let (mut desk, _) = wanting();
    let other = desk.rig.device(true).0;
    desk.rig.by.how = How::Claimed;
    desk.keys("es");
    desk.input(Input::Scan(&other.name()));
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(desk.rig.events().len(), before);
    assert!(desk.shown(80, 24).contains("[signed-in]"), "{}", desk.shown(80, 24));
}

#[test]
fn the_store_room_shows_boxes_on_their_shelves_and_fills_carries_and_counts_them() {
    let mut desk = Desk::empty();
    let all: Vec<Found> = (0..4).map(|_| desk.rig.device(false).0).collect();
    let place = |text: &str| read_place(text).expect("a place");
    for (found, at) in all.iter().zip(["HOP:12", "HOP:12", "A1", "B2"]) {
        move_device(&desk.rig.bench(), found, &place(at)).expect("moved");
    }
    move_box(&desk.rig.bench(), &place("HOP:12"), &place("A1")).expect("carried");
    desk.press(&[Key::Function(5)]);
    desk.input(Input::Scan("KE:B2"));
    desk.keys("m");
    let before = desk.rig.events().len();
    desk.input(Input::Scan("HOP:12"));
    assert_eq!(desk.rig.kinds(before), ["BoxMoved"], "{}", desk.shown(80, 24));
    assert!(desk.shown(80, 24).contains("Hộp 12 (2 máy) đã để lên kệ B2"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.input(Input::Scan("KE:B2"));
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shelves-box-{columns}"), desk.shown(columns, lines));
    }
    desk.keys("c");
    desk.input(Input::Scan(&all[3].name()));
    desk.input(Input::Scan("HOP:12"));
    assert!(desk.shown(80, 24).contains("mở ra quét từng máy"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Tab]);
    assert!(desk.shown(80, 24).contains("đúng chỗ 3"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["BoxMoved", "StockTaken"]);
    desk.input(Input::Scan("HOP:12"));
    desk.keys("c");
    desk.input(Input::Scan(&all[0].name()));
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("(thiếu)") && shown.contains("thiếu 1, đếm 0 ngày trước"), "{shown}");
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shelves-missing-{columns}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Function(6)]);
    assert!(desk.shown(80, 24).contains("Không thấy khi kiểm kê: 1 máy (hộp 12: 1)"), "{}", desk.shown(80, 24));
    desk.input(Input::Scan(&all[1].name()));
    assert!(desk.shown(80, 24).contains("không thấy khi kiểm kê hộp 12"), "{}", desk.shown(80, 24));
}
