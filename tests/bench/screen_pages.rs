//! The screens beside the bench: finding as one types, all about a device, and finding things to do by words.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::Desk;
use aoxanh::event::intake::DeviceKind;
use aoxanh::workbench::{Answer, Donation, Hits, Input, Key, News, Seen, open_lot, receive};
use insta::assert_snapshot;

/// Three devices of two donors; the last is the one that is meant.
fn three() -> Desk {
    let mut desk = Desk::with_device();
    for (donor, kind) in [("Công ty Giả Định", DeviceKind::Desktop), ("Công ty Giả Định", DeviceKind::Tablet)]
    {
        let donation = Donation { donor: Some(donor.to_owned()), erase: true, parts: false };
        let bench = desk.rig.bench();
        let lot = open_lot(&bench, &donation).expect("a lot");
        receive(&bench, &lot, kind, None).expect("received");
    }
    desk.keys("r");
    desk
}

#[test]
fn devices_are_found_as_one_types_by_donor_and_stage_and_brought_to_the_bench() {
    let mut desk = three();
    desk.press(&[Key::Function(3)]);
    assert_snapshot!("find-all", desk.shown(80, 24));
    desk.type_text("gia dinh");
    let shown = desk.shown(80, 24);
    assert!(shown.contains(" 2 máy ") && !shown.contains("máy xách tay"), "{shown}");
    desk.press(&[Key::Tab]);
    assert!(desk.shown(80, 24).contains("giai đoạn: đã nhận") && desk.shown(80, 24).contains(" 2 máy "));
    desk.press(&[Key::Tab]);
    assert_snapshot!("find-none", desk.shown(80, 24));
    desk.press(&[Key::BackTab, Key::BackTab, Key::Down]);
    let name = desk.shown(80, 24).lines().find(|line| line.contains('▶')).expect("one is pointed at").to_owned();
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Máy trên bàn") && shown.contains("máy bàn"), "{shown}");
    let tag = &desk.world.here().expect("chosen").row.name;
    assert!(name.contains(tag.as_str()), "{name} {tag}");
}

#[test]
fn donors_are_not_found_while_the_vault_is_locked_and_the_page_says_so() {
    let mut desk = three();
    desk.rig.vault.lock(true);
    desk.press(&[Key::Function(3)]);
    desk.type_text("gia dinh");
    let shown = desk.shown(80, 24);
    assert!(shown.contains(" 0 máy ") && shown.contains("khi két mở"), "{shown}");
}

#[test]
fn what_was_found_with_other_words_is_never_shown_as_found_with_these() {
    let mut desk = three();
    desk.press(&[Key::Function(3)]);
    let rows = desk.world.devices.clone();
    let late = Hits { text: "khac".to_owned(), stage: None, rows, more: false };
    desk.type_text("khong co may nao");
    desk.hear(News::Answer(Answer::Seen(Box::new(Seen::Found(late)))));
    assert!(desk.shown(80, 24).contains(" 0 máy "), "{}", desk.shown(80, 24));
}

#[test]
fn a_scan_on_any_page_goes_to_its_device_on_the_bench() {
    for place in [Key::Function(3), Key::Function(4)] {
        let mut desk = three();
        let row = desk.world.devices.first().expect("three").clone();
        assert_ne!(desk.world.cursor.as_ref(), Some(&row.device));
        desk.press(&[place]);
        desk.input(Input::Scan(&row.name));
        assert_eq!(desk.world.cursor.as_ref(), Some(&row.device));
        assert!(desk.shown(80, 24).contains("Máy trên bàn"), "{}", desk.shown(80, 24));
    }
}

#[test]
fn all_about_a_device_is_told_section_by_section() {
    let mut desk = Desk::with_device();
    desk.keys("u");
    desk.press(&[Key::Enter; 7]);
    desk.keys("l");
    desk.press(&[Key::Enter, Key::Escape]);
    desk.press(&[Key::Function(4)]);
    for (columns, lines) in [(80, 24), (120, 40)] {
        assert_snapshot!(format!("device-overview-{columns}x{lines}"), desk.shown(columns, lines));
    }
    let mut sections = Vec::new();
    for _ in 0..5 {
        desk.press(&[Key::Right]);
        sections.push(desk.shown(80, 24));
    }
    let said = ["Chưa kiểm tra lần nào", "Chưa thấy ổ đĩa nào", "hạng A", "Chưa có ghi chú", "Nhận máy"];
    for (shown, said) in sections.iter().zip(said) {
        assert!(shown.to_lowercase().contains(&said.to_lowercase()), "{said}: {shown}");
    }
    assert_snapshot!("device-history", sections[4]);
    // What may be done first; then, with the rule that forbids it, what a device in quarantine may not have done to it.
    desk.press(&[Key::Right]);
    let shown = desk.shown(120, 40);
    for said in ["✓ gỡ cách ly (phím l)", "✓ để lên kệ (phím y)", "[arm-quarantine]", "[give-", "[quarantine-still]"]
    {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(!shown.contains("✓ xóa") && !shown.contains("✓ giao"), "{shown}");
    desk.keys("e");
    assert!(desk.shown(80, 24).contains("Tem"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.press(&[Key::Escape]);
    assert!(desk.shown(80, 24).contains("Máy trên bàn"), "{}", desk.shown(80, 24));
}

#[test]
fn anything_that_can_be_done_is_found_by_its_words_and_done() {
    let mut desk = Desk::with_device();
    desk.keys(":");
    assert_snapshot!("palette", desk.shown(80, 24));
    desk.type_text("ly cach");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("pin phồng") && desk.stack.layers() == 1, "{shown}");
    desk.press(&[Key::Escape]);
    desk.keys(":");
    desk.type_text("hồ sơ");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("▶ màn hình: hồ sơ máy"), "nothing is done that nobody saw");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("[Tổng quan]"), "{}", desk.shown(80, 24));
    desk.keys(":");
    desk.type_text("xyz");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Không có việc nào"), "{shown}");
    desk.press(&[Key::Enter, Key::Escape]);
    assert!(desk.shown(80, 24).contains("[Tổng quan]"), "{}", desk.shown(80, 24));
}

#[test]
fn the_ledger_tells_its_head_and_what_has_no_copy_and_is_checked_when_asked() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(7)]);
    let shown = desk.shown(80, 24);
    let head = desk.rig.bench().index.head().expect("reads").expect("not empty");
    let head = aoxanh::ledger::Head::read(&head).expect("a head").short().to_string();
    assert!(shown.contains(&head[..40]) && shown.contains("chưa có bản sao nào"), "{head} {shown}");
    assert!(!shown.contains("đúng"), "nothing was checked yet: {shown}");
    desk.press(&[Key::Enter]);
    assert_snapshot!("ledger-checked", desk.shown(80, 24).replace(&head[..40], "HEAD"));
    desk.keys("k");
    let shown = desk.shown(120, 40);
    let all = shown.contains("từng đầu sổ đều đúng") && shown.contains("Bảng tóm tắt khớp");
    assert!(all && !shown.contains("Chưa kiểm tra chữ ký"), "{shown}");
    desk.press(&[Key::Escape]);
    assert!(desk.shown(80, 24).contains("Máy trên bàn"));
}

#[test]
fn a_word_set_at_once_belongs_to_what_is_typed_and_a_second_serial_takes_the_place_of_the_first() {
    let mut desk = three();
    desk.press(&[Key::Function(3)]);
    desk.type_text("gia ");
    desk.input(Input::Scan("dinh"));
    assert!(desk.shown(80, 24).contains(" 2 máy "), "{}", desk.shown(80, 24));
    desk.input(Input::Scan("S-0001"));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Tìm: S-0001 ") && shown.contains(" 0 máy "), "{shown}");
    desk.press(&[Key::Escape]);
    desk.keys(":");
    assert!(desk.shown(80, 24).contains("Làm gì?"));
    desk.input(Input::Scan("cách ly"));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("▶ cách ly") && desk.stack.layers() == 1, "{shown}");
}

#[test]
fn a_check_of_the_ledger_is_not_shown_beside_records_that_it_did_not_see() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(7), Key::Enter]);
    assert!(desk.shown(80, 24).contains("Sổ nhất quán"), "{}", desk.shown(80, 24));
    desk.rig.device(true);
    for effect in desk.stack.again(&desk.world) {
        let mut heard = Vec::new();
        aoxanh::workbench::carry_out(&desk.rig.bench(), &effect, aoxanh::word::Lang::Vi, &mut |news| heard.push(news));
        for news in heard {
            desk.hear(news);
        }
    }
    let shown = desk.shown(80, 24);
    assert!(!shown.contains("Sổ nhất quán") && shown.contains("Bấm Enter để kiểm tra ngay"), "{shown}");
}

#[test]
fn hits_are_put_in_another_order_and_the_list_says_which() {
    let mut desk = three();
    desk.press(&[Key::Function(3)]);
    let order = |desk: &Desk| {
        let tags = desk.shown(80, 24);
        tags.lines()
            .skip(3)
            .take(3)
            .map(|line| line.trim_start_matches(['│', '▶', ' ']).chars().take(13).collect::<String>())
            .collect::<Vec<_>>()
    };
    let given = order(&desk);
    desk.press(&[Key::Control('s'), Key::Control('s')]);
    let mut sorted = given.clone();
    sorted.sort();
    assert!(desk.shown(80, 24).contains("3 máy · theo tem"), "{}", desk.shown(80, 24));
    assert_eq!(order(&desk), sorted);
    desk.press(&[Key::Control('s'), Key::Control('s'), Key::Control('s')]);
    assert_eq!(order(&desk), given);
}
