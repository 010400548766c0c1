//! The store room on the screen: shelves and their devices, putting away, taking stock.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::{Desk, SIZES};
use aoxanh::custody::DeviceFile;
use aoxanh::event::intake::HoldReason;
use aoxanh::port::{Clock, Failure, Trouble};
use aoxanh::unit::{Moment, ShelfName};
use aoxanh::word::say;
use aoxanh::workbench::{Answer, Found, Input, Key, News, hold, move_device};
use insta::assert_snapshot;

const ROOM: Key = Key::Function(5);
const DAY: i64 = 24 * 3600 * 1000;

fn file(desk: &Desk, found: &Found) -> DeviceFile {
    desk.rig.bench().device(&found.id).expect("known").file
}

fn shelf_of(desk: &Desk, found: &Found) -> Option<String> {
    file(desk, found).shelf
}

fn put(desk: &Desk, found: &Found, shelf: &str) {
    let bench = desk.rig.bench();
    let shelf = ShelfName::read(shelf).expect("a name");
    move_device(&bench, &bench.device(&found.id).expect("known"), &shelf).expect("moved");
}

/// Four devices: two on shelf A1, one on B2 and on hold, one on none, each older than the one before.
fn busy() -> (Desk, Vec<Found>) {
    let desk = Desk::empty();
    let now = desk.rig.clock.now().unix_millis();
    let mut all = Vec::new();
    for (days, shelf) in [(62, None), (40, Some("B2")), (20, Some("A1")), (3, Some("A1"))] {
        desk.rig.clock.set(Moment::from_unix_millis(now - days * DAY));
        all.push(desk.rig.device(false).0);
        desk.rig.clock.set(Moment::from_unix_millis(now - days * DAY / 2));
        if let Some(shelf) = shelf {
            put(&desk, &all[all.len() - 1], shelf);
        }
    }
    desk.rig.clock.set(Moment::from_unix_millis(now));
    hold(&desk.rig.bench(), &all[1], Some(HoldReason::Part)).expect("held");
    let mut desk = desk;
    desk.keys("r");
    (desk, all)
}

#[test]
fn the_store_room_shows_every_shelf_and_what_waits_longest_on_one() {
    let (mut desk, _) = busy();
    desk.press(&[ROOM]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shelves-busy-{columns}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Down, Key::Right]);
    assert!(desk.shown(80, 24).contains("┌─ B2 ─") && desk.shown(80, 24).contains("chờ"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Left, Key::Down]);
    assert!(desk.shown(80, 24).contains("Máy chưa có kệ"), "{}", desk.shown(80, 24));
}

#[test]
fn an_empty_store_room_and_one_that_cannot_be_read_say_what_to_do() {
    let mut desk = Desk::empty();
    let effects = desk.stack.update(Input::Key(ROOM), &desk.world);
    assert_eq!(effects.len(), 1, "{effects:?}");
    let failure = Failure::new(Trouble::BadData, say!("summary-broken")).hint(say!("summary-broken-hint"));
    desk.hear(News::Answer(Answer::Refused((&failure).into())));
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shelves-error-{columns}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Escape, ROOM]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shelves-empty-{columns}"), desk.shown(columns, lines));
    }
}

#[test]
fn enter_takes_the_device_to_the_bench_and_esc_goes_back_without_it() {
    let (mut desk, all) = busy();
    let before = desk.world.cursor.clone();
    desk.press(&[ROOM, Key::Enter, Key::Escape]);
    assert_eq!(desk.world.cursor, before);
    assert!(desk.shown(80, 24).contains("Máy trên bàn"), "{}", desk.shown(80, 24));
    desk.press(&[ROOM, Key::Enter, Key::Enter]);
    assert_eq!(desk.world.cursor.as_ref(), Some(&all[2].id), "the older one on A1");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Máy trên bàn") && shown.contains("Ở A1"), "{shown}");
    desk.press(&[ROOM]);
    desk.input(Input::Scan(&all[1].name()));
    assert_eq!(desk.world.cursor.as_ref(), Some(&all[1].id), "a tag scanned in the store room");
    desk.press(&[ROOM]);
    desk.input(Input::Scan("b2"));
    assert!(desk.shown(80, 24).contains("┌─ B2 ─"), "a shelf's label chooses it: {}", desk.shown(80, 24));
}

#[test]
fn the_chosen_device_is_moved_and_then_whatever_is_scanned_until_esc() {
    let (mut desk, all) = busy();
    desk.press(&[ROOM, Key::Enter]);
    desk.keys("m");
    assert_snapshot!("shelves-move-80", desk.shown(80, 24));
    desk.input(Input::Scan(&all[0].name()));
    assert!(desk.shown(80, 24).contains("là tem của máy"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text("b2");
    desk.press(&[Key::Enter]);
    assert_eq!(shelf_of(&desk, &all[2]).as_deref(), Some("B2"));
    desk.input(Input::Scan("0000000000-9"));
    assert!(desk.shown(80, 24).contains("✗"), "{}", desk.shown(80, 24));
    desk.input(Input::Scan(&all[0].name()));
    assert_eq!(shelf_of(&desk, &all[0]).as_deref(), Some("B2"));
    assert!(desk.shown(80, 24).contains("Đã để 2 máy"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    let shown = desk.shown(80, 24);
    assert!(!shown.contains("chưa xếp"), "every device has a shelf now: {shown}");
    desk.input(Input::Scan("B2"));
    assert!(desk.shown(80, 24).contains(&all[0].name()), "{}", desk.shown(80, 24));
}

#[test]
fn stock_is_taken_scan_by_scan_and_nothing_is_recorded_before_it_was_shown() {
    let (mut desk, all) = busy();
    let before = desk.rig.events().len();
    desk.press(&[ROOM]);
    desk.keys("c");
    assert_snapshot!("shelves-count-begin-80", desk.shown(80, 24));
    desk.input(Input::Scan(&all[2].name()));
    desk.input(Input::Scan(&all[1].name()));
    desk.type_text("khong phai tem");
    desk.press(&[Key::Enter]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shelves-count-{columns}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Enter]);
    assert_snapshot!("shelves-count-record-80", desk.shown(80, 24));
    assert_eq!(desk.rig.events().len(), before, "only shown");
    desk.press(&[Key::Escape]);
    desk.input(Input::Scan(&all[0].name()));
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!([0, 1, 2].map(|at| shelf_of(&desk, &all[at])), [(); 3].map(|()| Some("A1".to_owned())));
    assert_eq!(shelf_of(&desk, &all[3]).as_deref(), Some("A1"), "what is missing stays where the ledger has it");
    assert_eq!(desk.rig.kinds(before), ["DeviceMoved", "DeviceMoved", "StockTaken"]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("đúng chỗ 3") && shown.contains("thiếu 1") && shown.contains("lạ 0"), "{shown}");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn scans_are_not_thrown_away_by_one_key_and_a_shelf_that_is_right_says_so() {
    let (mut desk, all) = busy();
    desk.press(&[ROOM]);
    desk.keys("c");
    desk.input(Input::Scan(&all[2].name()));
    desk.press(&[Key::Escape]);
    assert!(desk.shown(80, 24).contains("Bỏ 1 tem đã quét?"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.press(&[Key::Function(2)]);
    assert_eq!(desk.stack.layers(), 1, "no screen's key leaves a stock-take");
    desk.input(Input::Scan(&all[3].name()));
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.events().len(), before, "only shown");
    assert!(!desk.shown(80, 24).contains("Quét lần lượt"), "all is scanned: {}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["StockTaken"]);
    assert!(desk.shown(80, 24).contains("khớp sổ: 2 máy"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
    desk.keys("c");
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "nothing was scanned");
}

#[test]
fn a_device_at_the_bench_is_put_on_a_shelf() {
    let mut desk = Desk::with_device();
    desk.keys("yKệ 7");
    desk.press(&[Key::Enter, Key::Escape]);
    let device = desk.world.cursor.clone().expect("chosen");
    assert_eq!(desk.rig.bench().device(&device).expect("known").file.shelf.as_deref(), Some("Kệ 7"));
    assert!(desk.shown(80, 24).contains("Ở Kệ 7"), "{}", desk.shown(80, 24));
}

#[test]
fn the_devices_of_a_shelf_are_ordered_and_picked_by_stage() {
    let (mut desk, all) = busy();
    desk.press(&[ROOM, Key::Char('s'), Key::Char('s')]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("─ A1 · theo tem ─"), "{shown}");
    let mut names: Vec<_> = all.iter().skip(2).map(Found::name).collect();
    names.sort();
    let at = |name: &String| shown.find(name.as_str());
    assert!(at(&names[0]).is_some() && at(&names[0]) < at(&names[1]), "{shown}");
    // Nothing there is further than received.
    desk.press(&[Key::Tab, Key::Tab]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("đã kiểm tra") && !shown.contains(&names[0]), "{shown}");
}
