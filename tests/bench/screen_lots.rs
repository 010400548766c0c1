//! Lots on the screen: what is expected, what is missing, closing and opening again, choosing one, and the donor's receipt.

use super::screen_badge::code_off;
use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::Desk;
use super::screen_shift::as_person;
use aoxanh::event::Fact;
use aoxanh::event::intake::DeviceKind;
use aoxanh::port::PrintForm;
use aoxanh::screen::Glyphs;
use aoxanh::tag::{ReceiptCode, TagId};
use aoxanh::word::Lang;
use aoxanh::workbench::{
    Donation, Input, Key, PrinterSetting, close_lot, expect_lot, find_receipt, lot_view, open_lot, receive,
};
use insta::assert_snapshot;

const DOOR: Key = Key::Function(8);

fn shown(desk: &Desk) -> String {
    desk.shown(80, 24)
}

/// A volunteer at the door, one device received.
fn at_the_door() -> Desk {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[DOOR]);
    desk
}

/// The lot that is received into, looked at.
fn looking() -> Desk {
    let mut desk = at_the_door();
    desk.press(&[Key::Control('r')]);
    assert_eq!(desk.stack.layers(), 1, "{}", shown(&desk));
    desk
}

/// Says that so many laptops and one tablet were announced.
fn announce(desk: &mut Desk, laptops: &str) {
    desk.keys("d");
    desk.type_text(laptops);
    desk.press(&[Key::Down, Key::Tab, Key::Down]);
    desk.type_text("x1");
    desk.press(&[Key::Down, Key::Down]);
    desk.type_text("Máy tính cho em");
}

#[test]
fn what_is_expected_is_said_by_keys_and_stands_at_the_door_against_what_came() {
    let mut desk = looking();
    assert!(shown(&desk).contains("chưa ghi dự kiến"), "{}", shown(&desk));
    let before = desk.rig.events().len();
    announce(&mut desk, "3");
    assert_snapshot!("lot-expect", shown(&desk));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["LotExpected"], "{}", shown(&desk));
    let Some(Fact::LotExpected(said)) = desk.rig.events().pop().map(|event| event.fact) else {
        panic!("{}", shown(&desk))
    };
    let counts: Vec<_> = said.devices.iter().map(|one| (one.kind, one.count)).collect();
    assert_eq!(counts, [(DeviceKind::Laptop, 3), (DeviceKind::Tablet, 1)], "a letter is no number");
    assert_eq!(said.campaign.as_deref(), Some("Máy tính cho em"));
    assert_snapshot!("lot-missing", shown(&desk));
    desk.press(&[Key::Escape]);
    assert!(shown(&desk).contains("cả lô đã nhận 1 / 4"), "{}", shown(&desk));
    desk.input(Input::Scan(&TagId::from_random([9; 7]).to_string()));
    assert!(shown(&desk).contains("cả lô đã nhận 2 / 4"), "{}", shown(&desk));
    // What was said last stands in the form.
    desk.press(&[Key::Control('r')]);
    desk.keys("d");
    assert!(shown(&desk).contains("Máy tính cho em"), "{}", shown(&desk));
    desk.type_text("99999999999");
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("[lot-counts]"), "{}", shown(&desk));
}

#[test]
fn a_lot_closes_over_what_is_missing_only_by_a_second_key_and_then_takes_nothing() {
    let mut desk = looking();
    announce(&mut desk, "3");
    desk.press(&[Key::Enter]);
    let before = desk.rig.events().len();
    desk.keys("c");
    assert_snapshot!("lot-close", shown(&desk));
    desk.press(&[Key::Escape]);
    desk.keys("c");
    assert_eq!(desk.rig.events().len(), before, "nothing under a single key");
    // Meanwhile something comes at another door: the counts that were seen are not what would be closed over.
    let lot = desk.world.lot.clone().expect("received into").lot;
    as_person(&mut desk, "Lead", |desk| receive(&desk.rig.bench(), &lot, DeviceKind::Laptop, None)).expect("received");
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter]);
    assert!(desk.rig.kinds(before).is_empty() && shown(&desk).contains("vừa có thay đổi"), "{}", shown(&desk));
    desk.keys("c");
    assert!(shown(&desk).contains("2 / 4 máy") && shown(&desk).contains("CHƯA khớp"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["LotClosed"], "{}", shown(&desk));
    assert!(shown(&desk).contains("đã đóng lúc"), "{}", shown(&desk));
    desk.press(&[Key::Escape]);
    assert!(shown(&desk).contains("ĐÃ ĐÓNG"), "{}", shown(&desk));
    desk.input(Input::Scan(&TagId::from_random([9; 7]).to_string()));
    assert!(shown(&desk).contains("[lot-closed]"), "{}", shown(&desk));
}

#[test]
fn only_a_lead_opens_it_again_and_says_why() {
    let mut desk = crew(Desk::with_device());
    let lot = desk.world.lot.clone().expect("received into");
    as_person(&mut desk, "Lead", |desk| close_lot(&desk.rig.bench(), &lot.lot, &lot.tally)).expect("closed");
    for (name, pin, wanted) in [("thu", PIN, &[][..]), ("lead", LEAD_PIN, &["LotReopened"])] {
        sign_in(&mut desk, name, pin);
        desk.press(&[DOOR, Key::Control('r')]);
        let before = desk.rig.events().len();
        desk.keys("m");
        desk.press(&[Key::Enter]);
        assert_eq!(desk.rig.events().len(), before, "not without a reason");
        desk.type_text("người tặng gửi thêm");
        desk.press(&[Key::Enter]);
        assert_eq!(desk.rig.kinds(before), wanted, "{name}: {}", shown(&desk));
        assert_eq!(shown(&desk).contains("[role-may]"), wanted.is_empty(), "{name}: {}", shown(&desk));
        desk.press(&[Key::Escape, Key::Escape, Key::Function(2)]);
        desk.keys("d");
        desk.press(&[Key::Escape]);
    }
    assert!(lot_view(&desk.rig.bench(), &lot.lot).expect("known").closed.is_none());
}

#[test]
fn a_lot_that_was_announced_is_found_in_the_list_and_what_is_scanned_goes_into_it() {
    let mut desk = at_the_door();
    let donation = Donation { donor: Some("Công ty Giả Định".to_owned()), erase: true, parts: false };
    let lot = as_person(&mut desk, "Lead", |desk| {
        let lot = open_lot(&desk.rig.bench(), &donation).expect("opened");
        expect_lot(&desk.rig.bench(), &lot, &[(DeviceKind::Laptop, 2)].into(), Some("Đợt Xuân")).expect("said");
        lot
    });
    let old = desk.world.lot.clone().expect("received into").lot;
    desk.press(&[Key::Control('t')]);
    let list = shown(&desk);
    assert!(list.contains("Các lô: 2") && list.contains("thiếu 2 máy xách tay"), "{list}");
    desk.type_text("dot xuan");
    let list = shown(&desk);
    assert!(list.contains("▶ Công ty Giả Định") && !list.contains("Người Tặng Thử · 2"), "by its campaign: {list}");
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Chương trình: Đợt Xuân"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 0, "{}", shown(&desk));
    let door = shown(&desk);
    assert!(door.contains("Lô: Công ty Giả Định") && door.contains("cả lô đã nhận 0 / 2"), "{door}");
    for number in [9, 8] {
        desk.input(Input::Scan(&TagId::from_random([number; 7]).to_string()));
    }
    let view = |lot| lot_view(&desk.rig.bench(), lot).expect("known").devices;
    assert_eq!((view(&lot), view(&old)), (2, 1), "{}", shown(&desk));
    assert!(shown(&desk).contains("cả lô đã nhận 2 / 2"), "{}", shown(&desk));
    // Whoever opens a new lot elsewhere receives into that one from then on.
    let other = as_person(&mut desk, "Lead", |desk| open_lot(&desk.rig.bench(), &donation)).expect("opened");
    as_person(&mut desk, "Lead", |desk| receive(&desk.rig.bench(), &other, DeviceKind::Tablet, None))
        .expect("received");
    desk.input(Input::Scan(&TagId::from_random([7; 7]).to_string()));
    assert_eq!(desk.world.lot.as_ref().map(|seen| &seen.lot), Some(&lot), "it does not stand above yet");
}

#[test]
fn a_receipt_goes_to_the_office_printer_else_into_the_folder_and_its_code_is_shown_once() {
    let mut desk = looking();
    let before = desk.rig.events().len();
    desk.keys("b");
    assert_eq!(desk.rig.kinds(before), ["ReceiptIssued"], "{}", shown(&desk));
    let files = desk.rig.files_below("receipts");
    assert_eq!(files.len(), 1, "{}", shown(&desk));
    let lot = desk.world.lot.clone().expect("received into").lot;
    assert!(
        files[0].0.ends_with(&format!("bien-nhan-{lot}-1.pdf")) && files[0].1.starts_with(b"%PDF"),
        "{}",
        files[0].0
    );
    assert!(shown(&desk).contains("biên nhận số 1"), "{}", shown(&desk));
    let pages = PrinterSetting {
        address: aoxanh::port::PrinterAddress::Cups("van-phong".to_owned()),
        language: "pdf".to_owned(),
        template: "a4-65".to_owned(),
        ..super::printing::setting("văn phòng")
    };
    desk.rig.named_printers = vec![super::printing::setting("tem"), pages];
    desk.keys("b");
    let jobs = desk.rig.bench().prints.list().expect("a queue");
    assert_eq!((jobs.len(), jobs[0].form, jobs[0].printer.as_str()), (1, PrintForm::Pdf, "văn phòng"));
    assert!(!jobs[0].title.contains("Người Tặng Thử"), "{}", jobs[0].title);
    assert_eq!(desk.rig.files_below("receipts").len(), 1, "not written too");
    desk.keys("q");
    assert!(shown(&desk).contains("Biên nhận số 3") && shown(&desk).contains("chỉ hiện một lần"), "{}", shown(&desk));
    let read = code_off(&shown(&desk));
    assert!(read.starts_with("HTTPS://THU.VN/R/"), "{read}");
    let found = find_receipt(&desk.rig.bench(), &read).expect("what the camera reads finds it");
    assert_eq!((found.file.lot, found.devices.len(), found.is_same), (lot, 1, true));
    let code = ReceiptCode::read(&read).expect("a code").to_string();
    let letters = desk.buffer(80, 24, Glyphs::Ascii, Lang::Vi);
    assert!(super::screen_rig::text(&letters).contains(&code[..17]), "in letters where no picture can be drawn");
    desk.press(&[Key::Enter]);
    assert!(!shown(&desk).contains(&code[..17]), "put away with the next key: {}", shown(&desk));
    // Scanned at the door it is said what it is, and not taken for a device.
    desk.press(&[Key::Escape]);
    desk.input(Input::Scan(&read));
    assert!(shown(&desk).contains("mã biên nhận của một người tặng"), "{}", shown(&desk));
}
