//! A master machine captured on the screen: its disk chosen, asked about, looked at, and only then captured.

use super::arming_rig::{disk, replugged};
use super::screen_refusals_before::{lead, volunteer};
use super::screen_rig::Desk;
use aoxanh::port::ImageStore;
use aoxanh::workbench::Key;
use insta::assert_snapshot;

fn shown(desk: &Desk) -> String {
    desk.shown(80, 24)
}

/// The questions of a capture, up to the look at the disk.
fn asked(desk: &mut Desk, down: usize) {
    desk.press(&[Key::Control('k'), Key::Char('c')]);
    desk.press(&vec![Key::Down; down]);
    desk.press(&[Key::Enter]);
    desk.type_text("Máy mẫu lớp 6");
    desk.press(&[Key::Enter]);
    desk.type_text("khac");
    desk.press(&[Key::Enter]);
}

#[test]
fn a_master_is_looked_at_first_and_its_traces_stay_only_where_somebody_says_so() {
    let mut desk = lead();
    desk.press(&[Key::Control('k'), Key::Char('c')]);
    assert!(shown(&desk).contains("✗ hệ điều hành đang chạy nằm trên ổ này"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Chọn ổ của máy mẫu"), "the system's disk is not chosen: {}", shown(&desk));
    assert_snapshot!("capture-disks-80x24", shown(&desk));
    desk.press(&[Key::Escape, Key::Escape]);
    asked(&mut desk, 1);
    assert!(shown(&desk).contains("theo giấy phép nào"), "{}", shown(&desk));
    assert_snapshot!("capture-basis-80x24", shown(&desk));
    desk.press(&[Key::Enter]);
    let looked = shown(&desk);
    assert!(looked.contains("còn dấu vết của người dùng") && looked.contains("chỉ đọc"), "{looked}");
    assert_snapshot!("capture-seen-80x24", looked);
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Chụp máy mẫu từ ổ sdb"), "nobody said that they may stay: {}", shown(&desk));
    assert_eq!(desk.store.list().expect("listed").len(), 0);
    desk.press(&[Key::Char('g')]);
    assert!(shown(&desk).contains("sẽ nằm trong ảnh"), "{}", shown(&desk));
    desk.press(&[Key::Char('g'), Key::Enter]);
    assert_eq!(desk.store.list().expect("listed").len(), 0, "taken back");
    desk.press(&[Key::Char('g'), Key::Enter]);
    assert!(shown(&desk).contains("Đã đưa ảnh may-mau-lop-6 vào kho"), "{}", shown(&desk));
    let kept = desk.store.list().expect("listed");
    assert!(kept.len() == 1 && kept[0].manifest.contains("[capture]"), "{kept:?}");
}

#[test]
fn what_was_found_on_one_disk_is_not_laid_under_the_name_of_another() {
    let mut desk = lead();
    desk.holds_store = true;
    asked(&mut desk, 1);
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Đang xem trên ổ"), "{}", shown(&desk));
    // Stopped, but the look is not over: the layer goes, and another disk cannot be chosen meanwhile.
    desk.press(&[Key::Escape, Key::Escape, Key::Char('c'), Key::Down, Key::Down, Key::Enter]);
    desk.work_store(&|| false);
    assert!(!shown(&desk).contains("chỉ đọc") && !shown(&desk).contains("từ ổ sdc"), "{}", shown(&desk));
    // A look that is stopped ends so.
    let mut desk = lead();
    desk.holds_store = true;
    asked(&mut desk, 1);
    desk.press(&[Key::Enter, Key::Escape]);
    desk.work_store(&|| true);
    assert!(shown(&desk).contains("Đã dừng xem ổ sdb; chưa chụp gì"), "{}", shown(&desk));
}

#[test]
fn a_disk_that_took_the_place_of_the_chosen_one_is_not_captured() {
    let mut desk = lead();
    asked(&mut desk, 1);
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("chỉ đọc"), "{}", shown(&desk));
    desk.rig.disks.change(&replugged(&disk("sdb", Some("WD-WX81A"))));
    desk.press(&[Key::Char('g'), Key::Enter]);
    assert!(shown(&desk).contains("không phải ổ đã chọn"), "{}", shown(&desk));
    assert_eq!(desk.store.list().expect("listed").len(), 0);
}

#[test]
fn a_guest_captures_nothing_and_esc_goes_back_step_by_step() {
    let mut desk = volunteer();
    asked(&mut desk, 1);
    desk.press(&[Key::Enter, Key::Escape]);
    assert!(shown(&desk).contains("theo giấy phép nào"), "{}", shown(&desk));
    desk.press(&[Key::Escape, Key::Escape, Key::Escape]);
    assert!(shown(&desk).contains("Chọn ổ của máy mẫu"), "{}", shown(&desk));
    desk.press(&[Key::Escape]);
    assert!(shown(&desk).contains("Kho ảnh hệ thống"), "{}", shown(&desk));
    desk.press(&[Key::Escape, Key::Char('d'), Key::Control('k'), Key::Char('c')]);
    assert!(shown(&desk).contains("[role-may]") && shown(&desk).contains("Kho ảnh"), "{}", shown(&desk));
}

#[test]
fn what_is_in_the_way_of_a_capture_is_said_and_leads_back_to_the_questions() {
    let mut desk = lead();
    asked(&mut desk, 1);
    // No system is found on the disk, and none is named.
    desk.press(&[Key::Escape, Key::Control('u'), Key::Enter, Key::Enter]);
    assert!(shown(&desk).contains("✗ "), "{}", shown(&desk));
    assert_snapshot!("capture-refused-80x24", shown(&desk));
    desk.press(&[Key::Escape]);
    assert!(shown(&desk).contains("theo giấy phép nào"), "{}", shown(&desk));
    // While the look goes on, Esc stops it.
    desk.holds_store = true;
    desk.press(&[Key::Escape]);
    desk.type_text("khac");
    desk.press(&[Key::Enter, Key::Enter]);
    assert!(shown(&desk).contains("Đang xem trên ổ"), "{}", shown(&desk));
    desk.press(&[Key::Escape]);
    assert!(desk.world.store.work.as_ref().is_some_and(|work| work.stopping), "{}", shown(&desk));
    desk.work_store(&|| false);
    assert!(shown(&desk).contains("chỉ đọc"), "{}", shown(&desk));
}
