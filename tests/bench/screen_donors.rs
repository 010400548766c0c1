//! Donors on the screen: who was entered twice made one, parted again; and a device that goes to another lot.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::{Desk, PASSPHRASE};
use aoxanh::event::Fact;
use aoxanh::event::intake::DeviceKind;
use aoxanh::unit::{DeviceId, LotId};
use aoxanh::workbench::{Donation, Key, donors, find, merge_donors, receive, receive_new};
use insta::assert_snapshot;

const DOOR: Key = Key::Function(8);

/// A device in a new lot of that donor.
fn give(desk: &Desk, name: &str) -> (DeviceId, LotId) {
    let donation = Donation { donor: Some(name.to_owned()), erase: true, parts: false };
    let received = receive_new(&desk.rig.bench(), &donation, DeviceKind::Laptop, None).expect("received");
    (received.found.id, received.lot)
}

/// One donor entered twice, one of the same telephone as another, one alone; three devices of the first.
fn given() -> Desk {
    let mut desk = crew(Desk::empty());
    let (_, first) = give(&desk, "Chị Hòa");
    for name in ["Anh Bình", "chi hoa", "Công ty Giả Định 028 3812 3456", "Cty GD (02838123456)"] {
        give(&desk, name);
    }
    receive(&desk.rig.bench(), &first, DeviceKind::Laptop, None).expect("received");
    desk.keys("r");
    desk
}

fn shown(desk: &Desk) -> String {
    desk.shown(80, 24)
}

fn named(desk: &Desk, name: &str) -> usize {
    find(&desk.rig.bench(), name, None, 100).expect("looked for").0.len()
}

/// Opens the layer from the door.
fn open(desk: &mut Desk) {
    desk.press(&[DOOR, Key::Control('g')]);
    assert_eq!(desk.stack.layers(), 1, "{}", shown(desk));
}

#[test]
fn a_donor_entered_twice_is_made_one_by_keys_found_by_either_name_and_parted_again() {
    let mut desk = given();
    sign_in(&mut desk, "lead", LEAD_PIN);
    open(&mut desk);
    assert_snapshot!("donors-list", shown(&desk));
    desk.type_text("hoa");
    assert!(!shown(&desk).contains("Anh Bình"), "{}", shown(&desk));
    let kept = shown(&desk).lines().any(|line| line.contains("▶ Chị Hòa"));
    desk.press(if kept { &[Key::Enter][..] } else { &[Key::Down, Key::Enter] });
    let second = shown(&desk);
    assert!(second.contains("Ai bị ghi trùng với Chị Hòa?") && second.contains("▶ chi hoa"), "{second}");
    assert!(second.contains("Chọn tên bị ghi trùng"), "{second}");
    assert_eq!(second.matches("có vẻ trùng").count(), 1, "with her, not with anybody: {second}");
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Giữ tên này:") && shown(&desk).contains("2 máy"), "{}", shown(&desk));
    assert_snapshot!("donors-merge", hidden(&shown(&desk)));
    desk.press(&[Key::Enter, Key::Escape]);
    assert!(shown(&desk).contains("Ai bị ghi trùng"), "Esc leads back: {}", shown(&desk));
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(desk.rig.events().len(), before, "nothing under a single key: {}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["DonorsMerged"], "{}", shown(&desk));
    assert!(shown(&desk).contains("chi hoa và Chị Hòa nay là một người tặng"), "{}", shown(&desk));
    let merged = |view: &aoxanh::workbench::DonorView| view.name.as_deref() == Some("Chị Hòa") && view.lots == 2;
    assert!(donors(&desk.rig.bench()).expect("reads").iter().any(merged));
    assert_eq!((named(&desk, "chi hoa"), named(&desk, "anh binh")), (3, 1));
    desk.type_text("hoa");
    assert!(shown(&desk).contains("– chi hoa") && shown(&desk).contains("đã gộp"), "{}", shown(&desk));
    desk.press(&[Key::Down, Key::Enter]);
    assert_snapshot!("donors-part", hidden(&shown(&desk)));
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["DonorsMerged", "DonorsParted"], "{}", shown(&desk));
    assert!(shown(&desk).contains("chi hoa lại là người tặng riêng"), "{}", shown(&desk));
    assert_eq!(donors(&desk.rig.bench()).expect("reads").len(), 5);
}

/// Ids come from the same chance in every test, but in another order when another record comes before.
fn hidden(shown: &str) -> String {
    let is_id = |word: &str| word.starts_with("g-") || word.starts_with("(g-") || word.starts_with("l-");
    let words = |line: &str| {
        let blank = |word: &str| if is_id(word) { "·".repeat(word.chars().count()) } else { word.to_owned() };
        line.split(' ').map(blank).collect::<Vec<_>>().join(" ")
    };
    shown.lines().map(words).collect::<Vec<_>>().join("\n")
}

#[test]
fn who_has_the_same_telephone_stands_first_too_and_nobody_else_is_taken_for_another() {
    let mut desk = given();
    open(&mut desk);
    let list = shown(&desk);
    assert_eq!(list.matches("có vẻ trùng").count(), 4, "{list}");
    let place = |name: &str| list.lines().position(|line| line.contains(name)).expect("listed");
    for name in ["Chị Hòa", "chi hoa", "Công ty", "Cty GD"] {
        assert!(place(name) < place("Anh Bình"), "{name}: {list}");
    }
}

#[test]
fn who_was_merged_before_goes_along_and_is_counted() {
    let mut desk = given();
    sign_in(&mut desk, "lead", LEAD_PIN);
    let all = donors(&desk.rig.bench()).expect("reads");
    let id = |name: &str| all.iter().find(|view| view.name.as_deref() == Some(name)).expect("there").donor.clone();
    merge_donors(&desk.rig.bench(), &id("Chị Hòa"), &id("chi hoa")).expect("merged");
    open(&mut desk);
    desk.type_text("binh");
    desk.press(&[Key::Enter]);
    desk.type_text("hoa");
    desk.press(&[Key::Enter]);
    let preview = shown(&desk);
    assert!(preview.contains("2 lô, 3 máy") && preview.contains("1 lô, 1 máy"), "{preview}");
    desk.press(&[Key::Enter, Key::Enter]);
    desk.type_text("hoa");
    let list = shown(&desk);
    let line = list.lines().position(|line| line.contains("– Chị Hòa")).expect("listed");
    let here = list.lines().position(|line| line.contains('▶')).expect("one is meant");
    desk.press(&vec![Key::Down; line - here]);
    desk.press(&[Key::Enter]);
    let preview = shown(&desk);
    assert!(
        preview.contains("2 lô, 3 máy") && preview.contains("1 lô, 1 máy"),
        "those merged into her go too: {preview}"
    );
}

#[test]
fn the_layer_is_found_by_its_words_from_the_bench_too() {
    let mut desk = given();
    desk.keys(":");
    desk.shown(80, 24);
    desk.type_text("gop nguoi");
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("Người tặng: 5"), "{}", shown(&desk));
}

#[test]
fn whoever_is_no_lead_sees_what_it_would_come_to_and_why_it_is_not_done() {
    let mut desk = given();
    sign_in(&mut desk, "thu", PIN);
    open(&mut desk);
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter, Key::Enter]);
    assert!(shown(&desk).contains("[role-may]") && shown(&desk).contains("Gộp người này vào"), "{}", shown(&desk));
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(desk.rig.events().len(), before);
    desk.press(&[Key::Escape, Key::Escape, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn while_the_vault_is_locked_there_are_ids_alone_and_the_way_to_names_is_told() {
    let mut desk = given();
    desk.rig.vault.lock(true);
    open(&mut desk);
    let list = shown(&desk);
    assert!(list.contains("Két đang khóa") && list.contains("Bấm Ctrl-O"), "{list}");
    assert!(!list.contains("hoa ") && !list.contains("có vẻ trùng") && list.matches(" g-").count() == 5, "{list}");
    desk.press(&[Key::Control('o')]);
    desk.type_text(PASSPHRASE);
    desk.press(&[Key::Enter]);
    let list = shown(&desk);
    assert!(list.contains("Chị Hòa") && list.contains("chi hoa") && !list.contains("Ctrl-O để"), "{list}");
}

#[test]
fn a_device_received_into_the_wrong_lot_goes_to_another_one_by_keys() {
    let mut desk = crew(Desk::empty());
    let (device, wrong) = give(&desk, "Anh Bình");
    let (_, right) = give(&desk, "Chị Hòa");
    sign_in(&mut desk, "lead", LEAD_PIN);
    let name = desk.rig.bench().device(&device).expect("known").name();
    desk.keys("/");
    desk.type_text(&name);
    desk.press(&[Key::Enter, Key::Function(4)]);
    let lot = |desk: &Desk| desk.rig.bench().device(&device).expect("known").file.lot;
    desk.keys("zl");
    assert_snapshot!("lots-list", hidden(&shown(&desk)).replace(&name, "TEM"));
    desk.type_text("chi hoa");
    assert!(!shown(&desk).contains("Anh Bình"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    let preview = shown(&desk);
    assert!(preview.contains("Người tặng: Anh Bình → Chị Hòa") && !preview.contains("gạch bỏ"), "{preview}");
    assert_eq!(lot(&desk), wrong, "only shown");
    desk.type_text("nhầm người tặng");
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!((lot(&desk), desk.stack.layers()), (right, 0), "{}", shown(&desk));
    assert!(matches!(desk.rig.last(), Fact::Corrected(corrected) if corrected.lot.is_some()));
    // It goes back the same way.
    desk.keys("zl");
    desk.type_text("binh");
    desk.press(&[Key::Enter]);
    desk.type_text("vẫn là anh Bình");
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(lot(&desk), wrong, "{}", shown(&desk));
}
