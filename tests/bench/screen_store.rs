//! The image store on the screen: looked at, added to, looked through, taken from; who may; and work that goes on while
//! somebody does something else.

use super::arming_rig::pressed_at;
use super::screen_people::{crew, wiped};
use super::screen_refusals_before::{lead, volunteer};
use super::screen_rig::{Desk, SIZES};
use aoxanh::workbench::{AddOrder, Answer, Key, News, StoreOrder, StoreTask, StoreTold, carry_store, run_store};
use insta::assert_snapshot;

const FILE: &str = "/media/usb/mint-22.img";

/// An image of two chunks and a bit, with a hole.
fn raw() -> Vec<u8> {
    let mut raw = vec![0; (9 << 20) + 700];
    blake3::Hasher::new().finalize_xof().fill(&mut raw);
    raw[3 << 20..5 << 20].fill(0);
    raw
}

/// That desk, with the file on a stick.
fn with_stick(desk: Desk) -> Desk {
    desk.rig.give_file(FILE, raw());
    desk
}

fn shown(desk: &Desk) -> String {
    desk.shown(80, 24)
}

/// Opens the store and adds the image on the stick by keys.
fn add(desk: &mut Desk) {
    desk.press(&[Key::Control('k'), Key::Char('a')]);
    desk.type_text("/media/usb/mi");
    desk.press(&[Key::Tab, Key::Enter]);
    desk.type_text("Mint 22 cho học sinh");
    desk.press(&[Key::Enter; 4]);
}

#[test]
fn an_image_is_added_by_keys_shown_looked_through_and_taken_away() {
    let mut desk = with_stick(lead());
    desk.press(&[Key::Control('k')]);
    assert!(shown(&desk).contains("Kho chưa có ảnh nào"), "{}", shown(&desk));
    desk.press(&[Key::Char('a')]);
    let files = shown(&desk);
    assert!(files.contains(&format!("▶ {FILE}")) && files.contains("system.img"), "{files}");
    desk.press(&[Key::Down]);
    assert!(shown(&desk).contains("▶ system.img"), "{}", shown(&desk));
    desk.press(&[Key::Escape, Key::Escape]);
    add(&mut desk);
    assert!(shown(&desk).contains("Đã đưa ảnh mint-22 vào kho"), "{}", shown(&desk));
    assert!(shown(&desk).contains("Không có gì chứng nhận tệp này"), "{}", shown(&desk));
    desk.press(&[Key::Char('k')]);
    assert!(shown(&desk).contains("✓ mint-22: còn nguyên"), "{}", shown(&desk));
    assert!(desk.world.store.checked["mint-22"].1 && desk.world.store.work.is_none());
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("store-list-{columns}x{lines}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("BLAKE3") && shown(&desk).contains("hệ điều hành linux"), "{}", shown(&desk));
    assert_snapshot!("store-one-80x24", shown(&desk));
    desk.press(&[Key::Escape]);

    // What rots is named by its chunk.
    desk.store.spoil("mint-22", |bytes| bytes[100] ^= 1);
    desk.press(&[Key::Char('k')]);
    let rotten = shown(&desk);
    assert!(rotten.contains("1 đoạn đã hỏng") && rotten.contains("đoạn 0 (byte 0 đến 4194304)"), "{rotten}");
    assert!(rotten.contains("phím Del") && !rotten.contains("image remove"), "keys, not verbs: {rotten}");
    assert!(rotten.contains("ĐÃ HỎNG"), "{rotten}");
    assert_snapshot!("store-rotten-80x24", rotten);

    // It takes the end of its id, not a key.
    desk.press(&[Key::Delete, Key::Enter]);
    desk.type_text("cu-1");
    desk.press(&[Key::Enter]);
    assert_snapshot!("store-remove-80x24", shown(&desk));
    desk.press(&[Key::Control('u')]);
    desk.type_text("22");
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Bỏ ảnh mint-22"), "two symbols are too few: {}", shown(&desk));
    desk.press(&[Key::Escape]);
    assert!(shown(&desk).contains("Kho ảnh hệ thống: 1"), "{}", shown(&desk));
    desk.press(&[Key::Delete]);
    desk.type_text("t-22");
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Đã bỏ ảnh mint-22") && shown(&desk).contains("Kho chưa có ảnh nào"));
}

#[test]
fn files_are_chosen_or_typed_completed_and_what_is_known_of_them_is_asked() {
    let mut desk = with_stick(lead());
    desk.press(&[Key::Control('k'), Key::Char('a')]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("store-add-{columns}x{lines}"), desk.shown(columns, lines));
    }
    desk.type_text("/khong/co");
    assert!(shown(&desk).contains("Không có tệp ảnh nào bắt đầu như vậy"), "{}", shown(&desk));
    desk.press(&[Key::Control('u')]);
    desk.type_text("sys");
    desk.press(&[Key::Tab]);
    assert!(shown(&desk).contains("Tệp ảnh: system.img"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Tên cho người đọc  1/4"), "{}", shown(&desk));
    desk.press(&[Key::Enter, Key::Control('u'), Key::Enter]);
    assert!(shown(&desk).contains("Cần tên hệ điều hành"), "{}", shown(&desk));
    desk.press(&[Key::Escape, Key::Escape, Key::Escape, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "{}", shown(&desk));
}

#[test]
fn whoever_has_no_role_only_looks_and_only_a_lead_takes_away() {
    let mut desk = with_stick(volunteer());
    add(&mut desk);
    assert!(shown(&desk).contains("Đã đưa ảnh mint-22 vào kho"), "a volunteer adds: {}", shown(&desk));
    desk.press(&[Key::Delete]);
    assert!(shown(&desk).contains("[role-may]") && !shown(&desk).contains("Gõ 4"), "{}", shown(&desk));

    // Signed out, as a guest.
    desk.press(&[Key::Escape, Key::Char('d'), Key::Control('k'), Key::Char('a')]);
    assert!(shown(&desk).contains("[role-may]") && shown(&desk).contains("Kho ảnh"), "{}", shown(&desk));
    desk.press(&[Key::Delete]);
    assert!(shown(&desk).contains("[role-may]"), "{}", shown(&desk));
    desk.press(&[Key::Char('k')]);
    assert!(shown(&desk).contains("✓ mint-22: còn nguyên"), "a guest may look: {}", shown(&desk));
    // The screen only says it early: whoever carries it out refuses by itself.
    let (bench, remove) = (desk.rig.bench(), StoreOrder::Remove("mint-22".to_owned()));
    let refused = carry_store(&bench, &desk.store, &remove).expect_err("a guest");
    assert_eq!(refused.rule, Some("role-may"));
    let order =
        AddOrder { file: FILE.into(), id: Some("khac".to_owned()), os: "linux".to_owned(), ..AddOrder::default() };
    let mut heard = Vec::new();
    run_store(&bench, &desk.store, &StoreTask::Add(Box::new(order)), &|| false, &mut |news| heard.push(news));
    let [News::Answer(Answer::Store(told))] = heard.as_slice() else { panic!("{heard:?}") };
    assert!(matches!(told.as_ref(), StoreTold::Failed(report) if report.rule == Some("role-may")), "{told:?}");
}

#[test]
fn adding_goes_on_behind_other_work_stops_with_esc_and_goes_on_where_it_was() {
    let mut desk = with_stick(lead());
    desk.holds_store = true;
    add(&mut desk);
    assert!(shown(&desk).contains("Đang thêm mint-22.img vào kho"), "{}", shown(&desk));
    assert_snapshot!("store-adding-80x24", shown(&desk));
    desk.press(&[Key::Char('a')]);
    assert!(!shown(&desk).contains("Thêm ảnh vào kho"), "one at a time: {}", shown(&desk));
    desk.keys("b");
    assert_eq!((desk.stack.layers(), desk.world.running()), (0, 1));
    assert!(shown(&desk).lines().next().is_some_and(|line| line.contains("kho ảnh: 0 %")), "{}", shown(&desk));
    desk.keys("w");
    assert_eq!(desk.stack.layers(), 1, "the rest of the screen works: {}", shown(&desk));
    desk.press(&[Key::Escape, Key::Char('q')]);
    assert!(shown(&desk).contains("đang thêm ảnh vào kho"), "{}", shown(&desk));
    desk.press(&[Key::Escape, Key::Control('k'), Key::Escape]);
    assert!(shown(&desk).contains("Đang dừng mint-22.img"), "{}", shown(&desk));
    desk.work_store(&pressed_at(2));
    assert!(shown(&desk).contains("Đã dừng; thêm lại đúng tệp này"), "{}", shown(&desk));
    assert!(desk.world.store.work.is_none() && desk.world.running() == 0);

    // Where nobody looks any more, what failed is shown over whatever is there, and what was done is told.
    desk.press(&[Key::Escape]);
    add(&mut desk);
    desk.keys("b");
    desk.work_store(&pressed_at(1));
    assert!(desk.stack.layers() == 1 && shown(&desk).contains("Đã dừng; thêm lại"), "{}", shown(&desk));
    desk.press(&[Key::Escape]);
    add(&mut desk);
    desk.keys("b");
    desk.work_store(&|| false);
    assert_eq!(desk.stack.layers(), 0);
    assert!(shown(&desk).contains("Đã đưa ảnh mint-22 vào kho"), "{}", shown(&desk));
}

#[test]
fn what_cannot_be_added_says_why_in_keys() {
    let mut desk = with_stick(lead());
    add(&mut desk);
    desk.press(&[Key::Escape]);
    add(&mut desk);
    let again = shown(&desk);
    assert!(again.contains("Trong kho đã có ảnh mint-22") && again.contains("phím Del"), "{again}");
    desk.press(&[Key::Char('a')]);
    desk.type_text("/khong/co.img");
    desk.press(&[Key::Enter; 5]);
    assert!(shown(&desk).contains("✗ ") && shown(&desk).contains("/khong/co.img"), "{}", shown(&desk));
}

#[test]
fn the_store_is_one_key_away_where_images_are_chosen_among_the_jobs_and_by_words() {
    let mut desk = Desk::with_device();
    wiped(&mut desk);
    let opens = |desk: &Desk| shown(desk).contains("Kho ảnh hệ thống");
    desk.press(&[Key::Enter, Key::Enter, Key::Char('k')]);
    assert!(opens(&desk), "{}", shown(&desk));
    desk.press(&[Key::Escape]);
    assert!(shown(&desk).contains("Cài bản nào"), "{}", shown(&desk));
    desk.come_back();
    desk.press(&[Key::Function(9), Key::Char('k')]);
    assert!(opens(&desk), "{}", shown(&desk));
    desk.come_back();
    desk.keys(":");
    desk.shown(80, 24);
    desk.type_text("kho anh");
    desk.press(&[Key::Enter]);
    assert!(opens(&desk), "{}", shown(&desk));
    let mut guest = crew(Desk::with_device());
    guest.press(&[Key::Control('k')]);
    assert!(opens(&guest), "a guest may look: {}", shown(&guest));
}
