//! What a scanned text is, said alike on every page: tags of others, damaged ones, badges, shelves, certificates, codes of
//! shops, and scanners behind a wrong keyboard.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::Desk;
use aoxanh::event::Fact;
use aoxanh::tag::{Domain, Layout, TagId};
use aoxanh::workbench::{Input, Key, Scan, read_scan};

/// A tag that nobody has.
fn blank(number: u8) -> TagId {
    TagId::from_random([number; 7])
}

fn desk() -> (Desk, String) {
    let mut desk = Desk::with_device();
    desk.world.domain = Domain::read("THU.VN").ok();
    let tag = desk.world.here().expect("chosen").row.name.clone();
    (desk, tag)
}

/// The tag with another last symbol.
fn damaged(tag: &str) -> String {
    let last = if tag.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &tag[..tag.len() - 1])
}

/// What a French keyboard shows of a tag without Z, W, A, Q and M.
fn azerty(tag: &str) -> String {
    let keys = ["à", "&", "é", "\"", "'", "(", "-", "è", "_", "ç"];
    let letter = |sign: char| match sign {
        '-' => ")".to_owned(),
        'Q' => "A".to_owned(),
        'A' => "Q".to_owned(),
        'W' => "Z".to_owned(),
        'Z' => "W".to_owned(),
        'M' => "?".to_owned(),
        digit if digit.is_ascii_digit() => keys[digit.to_digit(10).expect("a digit") as usize].to_owned(),
        other => other.to_string(),
    };
    tag.chars().map(letter).collect()
}

#[test]
fn every_kind_of_code_is_told_by_its_form() {
    let own = Domain::read("THU.VN").ok();
    let tag = blank(9);
    let leaf = "0a".repeat(32);
    for (text, wanted) in [
        (tag.to_string(), Scan::Tag(tag.clone())),
        (format!("HTTPS://THU.VN/{}", tag.as_str()), Scan::Tag(tag.clone())),
        (format!("https://doi-khac.vn/{}", tag.as_str()), Scan::Foreign(tag.clone(), "DOI-KHAC.VN".to_owned())),
        ("https://assets.example.com/item?id=12".to_owned(), Scan::Link("ASSETS.EXAMPLE.COM".to_owned())),
        (format!("THE-{}", "A".repeat(26)), Scan::Badge),
        ("KE:A1".to_owned(), Scan::Shelf("A1".to_owned())),
        ("hop:12".to_owned(), Scan::Shelf("HOP:12".to_owned())),
        (
            format!("AOXANH:{}/17/{}", "AB".repeat(32), leaf.to_uppercase()),
            Scan::Certificate(17, leaf.parse().expect("a digest")),
        ),
        ("WIFI:T:WPA;S:nha;P:bimat;;".to_owned(), Scan::Wifi),
        ("8935001800002".to_owned(), Scan::Product),
        ("036000291452".to_owned(), Scan::Product),
        ("96385074".to_owned(), Scan::Product),
        ("9780306406157".to_owned(), Scan::Book),
        ("9780306406158".to_owned(), Scan::Other),
        (damaged(&tag.to_string()), Scan::Damaged(damaged(&tag.to_string()).replace('-', ""))),
        (azerty(&tag.to_string()), Scan::Garbled(tag, Layout::Azerty)),
        ("5CD1234XYZ".to_owned(), Scan::Other),
        ("Nguyễn".to_owned(), Scan::Other),
    ] {
        assert_eq!(read_scan(&text, own.as_ref()), wanted, "{text}");
    }
}

#[test]
fn every_page_says_alike_what_a_code_is_that_is_no_tag() {
    for place in [2, 3, 4, 5, 6] {
        for (code, said) in [
            ("https://doi-khac.vn/7K3XQ92M4TZ", "tem của đội khác (DOI-KHAC.VN)"),
            ("https://assets.example.com/item?id=12", "đường dẫn tới ASSETS.EXAMPLE.COM"),
            ("WIFI:T:WPA;S:nha;P:bimat;;", "mã mạng Wi-Fi"),
            ("KE:KHO-9", "không có máy nào ở kệ KHO-9"),
            ("HOP:99", "không có máy nào ở hộp 99"),
        ] {
            let (mut desk, _tag) = desk();
            desk.press(&[Key::Function(place)]);
            let before = desk.rig.events().len();
            desk.input(Input::Scan(code));
            let shown = desk.shown(120, 40);
            assert_eq!(desk.rig.events().len(), before, "nothing is recorded");
            assert!(shown.contains(said), "F{place} {code}: {shown}");
            assert!(!shown.contains("bimat"), "no password is shown: {shown}");
        }
    }
}

#[test]
fn the_door_receives_nothing_by_a_foreign_or_a_shops_code_and_says_which_it_is() {
    let (mut desk, tag) = desk();
    desk.press(&[Key::Function(8)]);
    let before = desk.rig.events().len();
    for (code, said) in [
        (format!("https://doi-khac.vn/{}", blank(3).as_str()), "tem của đội khác (DOI-KHAC.VN)"),
        ("8935001800002".to_owned(), "mã vạch hàng hóa"),
        ("9780306406157".to_owned(), "mã sách (ISBN)"),
        ("WIFI:T:WPA;S:nha;P:bimat;;".to_owned(), "mã mạng Wi-Fi"),
        (damaged(&tag), "Có lẽ ký tự thứ 11"),
    ] {
        desk.input(Input::Scan(&code));
        let shown = desk.shown(120, 40);
        assert!(shown.contains(said), "{code}: {shown}");
    }
    assert_eq!(desk.rig.events().len(), before, "nothing was received");
    desk.input(Input::Scan(&blank(3).to_string()));
    assert!(desk.rig.events().len() > before, "typed by hand, the other team's tag does");
}

#[test]
fn a_scanner_behind_a_french_keyboard_still_finds_the_device_and_is_told_of_once() {
    let (mut desk, tag) = desk();
    desk.press(&[Key::Function(6)]);
    desk.input(Input::Scan(&azerty(&tag)));
    let shown = desk.shown(120, 40);
    assert_eq!(desk.world.here().expect("found").row.name, tag);
    assert!(shown.contains("AZERTY"), "{shown}");
    let told = desk.world.alerts.len();
    desk.input(Input::Scan(&azerty(&tag)));
    assert_eq!(desk.world.alerts.len(), told, "once");
    desk.press(&[Key::Function(8)]);
    let before = desk.rig.events().len();
    desk.input(Input::Scan(&azerty(&blank(5).to_string())));
    let received = desk.rig.events();
    assert!(received.len() > before, "the door takes it too: {}", desk.shown(120, 40));
    let bound =
        received.iter().any(|event| matches!(&event.fact, Fact::TagBound(bound) if bound.tag == blank(5).as_str()));
    assert!(bound, "under the tag that was meant");
}

#[test]
fn a_shelfs_label_chooses_the_shelf_on_its_own_page() {
    let (mut desk, tag) = desk();
    let shelf = aoxanh::workbench::read_shelf("KE:%4BE1BB87").expect("a shelf's code");
    let found = desk.rig.bench().find(&tag).expect("known");
    aoxanh::workbench::move_device(&desk.rig.bench(), &found, &shelf).expect("moved");
    desk.press(&[Key::Function(5)]);
    desk.input(Input::Scan("KE:%4BE1BB87"));
    let shown = desk.shown(120, 40);
    assert!(shown.contains("─ Kệ ─"), "{shown}");
}

#[test]
fn the_label_of_a_shelf_or_a_box_opens_the_store_room_there_from_every_page() {
    let (mut desk, tag) = desk();
    let read = |text: &str| aoxanh::workbench::read_place(text).expect("a place");
    let put = |desk: &super::screen_rig::Desk, at: &str| {
        let bench = desk.rig.bench();
        aoxanh::workbench::move_device(&bench, &bench.find(&tag).expect("known"), &read(at)).expect("moved");
    };
    put(&desk, "Z9");
    let other = desk.rig.device(false).0;
    aoxanh::workbench::move_device(&desk.rig.bench(), &other, &read("A1")).expect("moved");
    put(&desk, "HOP:12");
    aoxanh::workbench::move_box(&desk.rig.bench(), &read("HOP:12"), &read("Z9")).expect("carried");
    for place in [2, 3, 4, 5, 6, 9] {
        for (code, title) in [("KE:Z9", "─ Z9 ─"), ("hop:12", "─ hộp 12 · kệ Z9 ─")] {
            desk.press(&[Key::Escape, Key::Escape, Key::Function(place)]);
            desk.input(Input::Scan(code));
            let shown = desk.shown(120, 40);
            assert!(shown.contains(title) && shown.contains(&tag), "F{place} {code}: {shown}");
        }
    }
}
