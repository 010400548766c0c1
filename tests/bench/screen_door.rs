//! The page of the door: scans, what is said of devices in single letters, and what is refused.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::{Desk, SIZES, tinted};
use aoxanh::event::Fact;
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::outward::{Accessory, Belonging, Condition, Outward, Told, Whither};
use aoxanh::screen::Glyphs;
use aoxanh::tag::TagId;
use aoxanh::word::Lang;
use aoxanh::workbench::{Donation, Effect, Incoming, Input, Intake, Key, News, carry_out, take_in};
use insta::assert_snapshot;

/// A tag that nobody has.
fn blank(number: u8) -> TagId {
    TagId::from_random([number; 7])
}

fn scan(desk: &mut Desk, number: u8) {
    desk.input(Input::Scan(&blank(number).to_string()));
}

fn outward(desk: &Desk, number: u8) -> Outward {
    desk.rig.bench().find(&blank(number).to_string()).expect("received").file.outward
}

fn kinds(desk: &Desk) -> usize {
    desk.rig.events().len()
}

#[test]
fn at_the_door_every_scan_is_a_device_of_the_kind_and_lot_that_stand_above() {
    let mut desk = Desk::with_device();
    let first = desk.world.here().expect("chosen").row.name.clone();
    desk.press(&[Key::Function(8), Key::Tab]);
    for number in 1..=100 {
        desk.input(Input::Scan(&format!("HTTPS://THU.VN/{}", blank(number).as_str())));
    }
    desk.input(Input::Scan(&first));
    desk.input(Input::Scan("8935001800000"));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Vừa nhận: 100") && shown.contains("Người Tặng Thử"), "{shown}");
    assert_snapshot!("door", shown);
    assert_eq!(desk.world.today.received, 101);
    let bench = desk.rig.bench();
    let found = bench.find(&blank(7).to_string()).expect("received");
    assert_eq!((found.file.kind, &found.file.lot), (DeviceKind::Desktop, &bench.find(&first).expect("known").file.lot));
    drop(bench);
    desk.press(&[Key::Control('d'), Key::Enter]);
    let last = desk.rig.bench().find(&blank(100).to_string()).expect("received");
    assert!(last.file.quarantined.is_some(), "{}", desk.shown(80, 24));
}

#[test]
fn at_the_door_without_a_lot_nothing_is_received_and_the_way_to_one_is_told() {
    let mut desk = Desk::empty();
    desk.press(&[Key::Function(8)]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("door-empty-{columns}x{lines}"), desk.shown(columns, lines));
    }
    scan(&mut desk, 1);
    assert!(desk.shown(80, 24).contains("✗"), "{}", desk.shown(80, 24));
    assert_eq!(desk.world.today.received, 0);
    desk.press(&[Key::Control('l')]);
    assert!(desk.shown(80, 24).contains("▶ Tên người tặng"), "{}", desk.shown(80, 24));
}

#[test]
fn what_is_said_before_goes_with_every_scan_and_what_is_said_after_with_that_device_alone() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(8), Key::Up]);
    desk.keys("1sc");
    desk.keys("c");
    scan(&mut desk, 1);
    desk.press(&[Key::Down]);
    scan(&mut desk, 2);
    let before = kinds(&desk);
    desk.keys("3sinnaaax");
    let told = |condition, accessories: &[Accessory], taken_out: &[(Belonging, Whither)]| Outward {
        condition: Some(condition),
        accessories: accessories.iter().copied().collect(),
        taken_out: taken_out.iter().copied().collect(),
        power: None,
    };
    assert_eq!(outward(&desk, 1), told(Condition::Works, &[Accessory::Charger], &[]));
    let out = [(Belonging::Sim, Whither::GivenBack), (Belonging::MemoryCard, Whither::Kept)];
    assert_eq!(outward(&desk, 2), told(Condition::Dead, &[], &out));
    assert_eq!(kinds(&desk), before + 8, "each letter is recorded, and x says nothing");
    scan(&mut desk, 3);
    desk.keys("b");
    assert_eq!(outward(&desk, 3), told(Condition::Works, &[Accessory::Charger, Accessory::Keyboard], &[]));
    desk.press(&[Key::Down, Key::Down]);
    desk.keys("5");
    assert_eq!(outward(&desk, 1).condition, Some(Condition::Untried));
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("door-said-{columns}x{lines}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Escape]);
    desk.keys("7K3");
    assert_eq!(outward(&desk, 1).condition, Some(Condition::Untried), "letters are a tag's again");
    assert!(desk.shown(80, 24).contains("máy vừa nhận: 7K3"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Function(4)]);
    let shown = desk.shown(120, 40);
    assert!(shown.contains("Bề ngoài: chạy tốt") && shown.contains("Đi kèm: sạc, bàn phím"), "{shown}");
}

/// Carries out what the stack left, as the clerk would a moment later.
fn later(desk: &mut Desk, effects: &[Effect]) {
    for effect in effects {
        let mut heard: Vec<News> = Vec::new();
        carry_out(&desk.rig.bench(), effect, Lang::Vi, &mut |news| heard.push(news));
        for news in heard {
            desk.hear(news);
        }
    }
}

#[test]
fn the_serial_that_is_scanned_after_a_tag_is_of_that_device() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(8)]);
    scan(&mut desk, 1);
    assert!(desk.shown(80, 24).contains("mã vạch sê-ri của máy vừa nhận"), "{}", desk.shown(80, 24));
    desk.input(Input::Scan("PF-1A2B3C"));
    let serial = |desk: &Desk, number| {
        let found = desk.rig.bench().find(&blank(number).to_string()).expect("received");
        found.file.told.serial
    };
    assert_eq!(serial(&desk, 1).as_deref(), Some("PF-1A2B3C"), "{}", desk.shown(80, 24));
    assert!(desk.shown(80, 24).contains("sê-ri PF-1A2B3C"), "{}", desk.shown(80, 24));
    let bench = desk.rig.bench();
    let found = bench.of_any_serial("pf1a2b3c").expect("reads").expect("by its serial");
    assert_eq!(found.name(), blank(1).to_string());
    drop(bench);
    // The next device cannot have the same one.
    scan(&mut desk, 2);
    desk.input(Input::Scan("pf-1a2b3c"));
    assert_eq!(serial(&desk, 2), None);
    assert!(desk.shown(80, 24).contains("đã ở trong sổ"), "{}", desk.shown(80, 24));
    let before = kinds(&desk);
    // What is no serial, or is typed by hand, is written of no device.
    for text in ["Chi Hoa", "8935001800000", "ABCDEF", "https://lenovo.com/x1", "7K3XQ-92M4T-9"] {
        desk.input(Input::Scan(text));
        assert_eq!((kinds(&desk), serial(&desk, 2)), (before, None), "{text}");
    }
    scan(&mut desk, 3);
    let before = kinds(&desk);
    desk.type_text("PF-9Z9Z9Z");
    desk.press(&[Key::Enter]);
    assert_eq!((kinds(&desk), serial(&desk, 3)), (before, None));
}

#[test]
fn what_is_said_while_a_device_is_still_being_received_is_recorded_once_it_is() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(8)]);
    scan(&mut desk, 1);
    desk.press(&[Key::Down]);
    let effects = desk.stack.update(Input::Scan(&blank(2).to_string()), &desk.world);
    desk.keys("sp");
    assert!(desk.shown(80, 24).contains("kèm sạc, pin"), "{}", desk.shown(80, 24));
    let before = kinds(&desk);
    later(&mut desk, &effects);
    assert_eq!(outward(&desk, 2).accessories, [Accessory::Charger, Accessory::Battery].into());
    assert_eq!(kinds(&desk), before + 3, "received, tagged, and said once");
    assert_eq!(outward(&desk, 1), Outward::default());
}

#[test]
fn what_the_rules_refuse_is_taken_back_in_sight_and_told() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(8)]);
    scan(&mut desk, 1);
    desk.press(&[Key::Down]);
    let guest = desk.rig.guest.clone();
    let lead = std::mem::replace(&mut desk.rig.by.person, guest);
    desk.keys("s");
    assert_eq!(outward(&desk, 1).accessories, [Accessory::Charger].into(), "a guest may");
    desk.rig.by.person = aoxanh::unit::PersonId::from_random([77; aoxanh::unit::RANDOM_BYTES]);
    desk.keys("p");
    let shown = desk.shown(80, 24);
    assert!(shown.contains('!') && !shown.contains("kèm sạc, pin"), "{shown}");
    assert_eq!(outward(&desk, 1).accessories, [Accessory::Charger].into());
    desk.rig.by.person = lead;
    desk.keys("p");
    assert!(desk.shown(80, 24).contains("kèm sạc, pin"), "{}", desk.shown(80, 24));
}

#[test]
fn a_machine_that_is_in_the_ledger_already_is_recognised_by_its_tag_and_by_its_serial() {
    let mut desk = Desk::with_device();
    let lot = desk.world.lot.as_ref().map(|lot| lot.lot.clone());
    let told =
        Told { maker: Some("HP".to_owned()), model: Some("840 G1".to_owned()), serial: Some("CNU-4138XYZ".to_owned()) };
    let incoming = Incoming { tag: Some(blank(9)), told, ..Incoming::bare(DeviceKind::Laptop) };
    take_in(&desk.rig.bench(), &Intake { lot, donation: Donation::default(), incoming }).expect("received");
    desk.press(&[Key::Function(8)]);
    let before = kinds(&desk);
    scan(&mut desk, 9);
    desk.input(Input::Scan("cnu4138xyz"));
    desk.input(Input::Scan("CNU0000XYZ"));
    assert_eq!(kinds(&desk), before, "nothing is received");
    let bench = (80, 24);
    assert_snapshot!("door-recognised", desk.shown(bench.0, bench.1));
    assert_snapshot!("door-recognised-tints", tinted(&desk.buffer(80, 24, Glyphs::Console, Lang::Vi)));
    desk.press(&[Key::Down, Key::Down]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("đừng dán tem thứ hai"), "the whole reason of the line that is meant: {shown}");
    let wide = desk.shown(120, 40);
    assert!(wide.contains("Máy có sê-ri này đã ở trong sổ") && wide.contains("HP 840 G1, đã nhận"), "{wide}");
    assert!(!matches!(desk.rig.last(), Fact::DeviceInspected(_)));
}

#[test]
fn a_donors_list_is_looked_at_on_the_page_and_its_good_rows_are_received() {
    let mut desk = Desk::with_device();
    desk.rig.give_file("/media/usb/list.csv", super::donor_list::LIST.into());
    desk.press(&[Key::Function(8), Key::Control('o')]);
    assert_snapshot!("door-list-empty", desk.shown(80, 24));
    desk.type_text("/media/usb/none.csv");
    desk.press(&[Key::Enter]);
    assert_snapshot!("door-list-error", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.input(Input::Paste("'/media/usb/list.csv'\n"));
    let before = kinds(&desk);
    desk.press(&[Key::Enter]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("door-list-{columns}x{lines}"), desk.shown(columns, lines));
    }
    assert_snapshot!("door-list-tints", tinted(&desk.buffer(80, 24, Glyphs::Console, Lang::Vi)));
    desk.press(&[Key::Down]);
    assert!(!desk.shown(80, 24).contains("CNU4138XYZ) · chạy tốt"), "{}", desk.shown(80, 24));
    assert_eq!(kinds(&desk), before, "looking records nothing");
    desk.press(&[Key::Enter]);
    assert_eq!(kinds(&desk), before + 6);
    let shown = desk.shown(80, 24);
    assert!(
        shown.contains("Đã nhận 3 máy") && shown.contains("Dòng 10: ") && shown.contains("In tem từng máy"),
        "{shown}"
    );
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 0);
    desk.press(&[Key::Control('o')]);
    desk.type_text("/media/usb/list.csv");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("đã có trong sổ"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Backspace, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}
