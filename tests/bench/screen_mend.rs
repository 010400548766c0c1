//! The layer of grades, repairs, parts and locks: what it asks, what it records, what it shows.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::Desk;
use aoxanh::custody::DeviceFile;
use aoxanh::event::lock::LockKind;
use aoxanh::event::repair::{Grade, RepairOutcome};
use aoxanh::workbench::Key;
use insta::assert_snapshot;

fn open(desk: &mut Desk) {
    desk.keys("u");
    assert!(desk.shown(80, 24).contains("Chấm hạng A–D"), "{}", desk.shown(80, 24));
}

fn file(desk: &Desk) -> DeviceFile {
    let device = desk.world.cursor.clone().expect("a device is chosen");
    desk.rig.bench().device(&device).expect("known").file
}

#[test]
fn a_grade_is_given_answer_by_answer_and_stands_on_the_bench() {
    let mut desk = Desk::with_device();
    open(&mut desk);
    assert_snapshot!("mend-menu", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Down, Key::Enter]);
    assert_snapshot!("mend-grade", desk.shown(80, 24));
    assert_eq!(file(&desk).grade, None, "nothing before the last question");
    desk.press(&[Key::Enter, Key::Escape, Key::Enter, Key::Enter, Key::Enter, Key::Enter]);
    assert!(desk.shown(80, 24).contains("Ảnh chụp máy"), "{}", desk.shown(80, 24));
    assert_eq!(file(&desk).grade, None, "photos are asked for last");
    desk.press(&[Key::Enter]);
    assert_eq!(file(&desk).grade, Some(Grade::B), "{}", desk.shown(80, 24));
    assert!(desk.shown(80, 24).contains("hạng B"), "{}", desk.shown(80, 24));
}

#[test]
fn photos_typed_with_a_grade_are_kept_and_one_that_is_not_there_is_named() {
    let mut desk = Desk::with_device();
    let before = desk.rig.files_below("").len() + 2;
    let kept = |desk: &Desk| desk.rig.files_below("").len() - before;
    for (name, red) in [("mot.png", 10), ("hai.png", 200)] {
        let mut png = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(8, 6, image::Rgb([red, 20, 30]));
        picture.write_to(&mut png, image::ImageFormat::Png).expect("encoded");
        desk.rig.give_file(name, png.into_inner());
    }
    let give = |desk: &mut Desk, photos: &str| {
        desk.keys("u");
        desk.press(&[Key::Enter; 6]);
        desk.type_text(photos);
        desk.press(&[Key::Enter]);
    };
    give(&mut desk, "mot.png ; ba.png");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("ba.png") && kept(&desk) == 0 && file(&desk).grade.is_none(), "{shown}");
    desk.press(&[Key::Escape; 9]);
    give(&mut desk, "mot.png ; hai.png");
    assert_eq!((kept(&desk), file(&desk).grade), (2, Some(Grade::A)), "{}", desk.shown(80, 24));
}

#[test]
fn every_profile_says_what_it_thinks_of_the_last_inspection() {
    let mut desk = Desk::with_device();
    desk.keys("i");
    assert_eq!(desk.stack.layers(), 0, "never inspected");
    desk.keys("u");
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Down, Key::Enter]);
    for typed in ["", "Giả 1", "", "", "4", "128", "14", ""] {
        desk.type_text(typed);
        desk.press(&[Key::Enter]);
    }
    desk.press(&[Key::Escape; 2]);
    desk.keys("i");
    assert_snapshot!("what-if", desk.shown(80, 24));
    desk.press(&[Key::Down]);
    assert_snapshot!("what-if-next", desk.shown(80, 24));
    let shown = desk.shown(80, 24);
    desk.press(&[Key::PageDown]);
    assert_ne!(desk.shown(80, 24), shown, "criteria that find no room are scrolled to");
    desk.press(&[Key::PageUp]);
    assert_eq!(desk.shown(80, 24), shown);
    let before = desk.rig.bench().index.head().expect("reads");
    desk.press(&[Key::Escape]);
    assert_eq!((desk.stack.layers(), desk.rig.bench().index.head().expect("reads")), (0, before));
}

#[test]
fn a_repair_asks_everything_and_a_wrong_number_stays_with_its_question() {
    let mut desk = Desk::with_device();
    open(&mut desk);
    desk.press(&[Key::Down, Key::Enter]);
    // The last of a list that is longer than the box.
    desk.press(&[Key::Down; 25]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("▶ Chưa rõ"), "{shown}");
    desk.press(&[Key::Enter, Key::Enter, Key::Down, Key::Enter, Key::Enter]);
    desk.type_text("mười nghìn");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Gõ một con số"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text("1.250.000");
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(file(&desk).repair, Some(RepairOutcome::Repairable));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("1.250.000 đ cao hơn mức"), "{shown}");
}

#[test]
fn a_lock_is_recorded_with_its_password_and_then_stands_in_the_way() {
    let mut desk = Desk::with_device();
    open(&mut desk);
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Enter, Key::Enter]);
    desk.type_text("bi mat 1");
    assert!(!desk.shown(80, 24).contains("bi mat"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Hỏi người tặng mật khẩu BIOS"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert!(desk.shown(80, 24).contains("bị khóa: mật khẩu BIOS"), "{}", desk.shown(80, 24));
    assert!(file(&desk).locks[&LockKind::FirmwarePassword].is_some());
    desk.keys("u");
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("[signed-in]") && !shown.contains("bi mat"), "{shown}");
    desk.press(&[Key::Down, Key::Enter]);
    assert!(file(&desk).locks.is_empty(), "{}", desk.shown(80, 24));
}

#[test]
fn a_part_is_taken_with_consent_and_put_back_from_the_shelf() {
    let mut desk = Desk::with_device();
    open(&mut desk);
    desk.press(&[Key::Down, Key::Down, Key::Enter, Key::Enter]);
    desk.type_text("DDR3L SODIMM");
    desk.press(&[Key::Enter]);
    desk.type_text("4");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("[part-consent]"), "{}", desk.shown(80, 24));
    let lot = file(&desk).lot;
    aoxanh::workbench::consent(&desk.rig.bench(), &lot, aoxanh::event::donation::Purpose::Parts, true)
        .expect("consented");
    desk.press(&[Key::Enter; 3]);
    assert!(desk.shown(80, 24).contains("lên linh kiện rồi đặt lên kệ"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.keys("u");
    assert!(desk.shown(80, 24).contains("Lắp linh kiện từ kệ (1 cái)"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Enter, Key::Enter]);
    assert!(desk.shown(80, 24).contains("Kiểm tra lại máy (k)"), "{}", desk.shown(80, 24));
}

#[test]
fn facts_of_a_machine_that_shows_nothing_are_typed_one_after_the_other() {
    let mut desk = Desk::with_device();
    open(&mut desk);
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Down, Key::Enter]);
    assert!(desk.shown(80, 24).contains("1/8"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text("ThinkPad T440");
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text("hai");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Không đọc được giá trị này"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text("2");
    desk.press(&[Key::Enter]);
    desk.type_text("2");
    desk.press(&[Key::Enter, Key::Enter]);
    desk.type_text("14,1");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("không đạt"), "2 GB are too little: {shown}");
    assert_eq!(file(&desk).model.as_deref(), Some("ThinkPad T440"));
    desk.press(&[Key::Escape; 2]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("▶ sửa") && shown.contains("chưa đạt: sửa hoặc thay"), "{shown}");
    desk.press(&[Key::Enter, Key::Down, Key::Enter]);
    desk.press(&[Key::Enter; 6]);
    assert_eq!(file(&desk).repair, Some(RepairOutcome::Fixed), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape; 3]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("✓ sửa") && shown.contains("▶ xóa"), "{shown}");
}
