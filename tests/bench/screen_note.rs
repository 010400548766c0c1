//! Erasing a note on the screen, where notes are written.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::Desk;
use aoxanh::event::Fact;
use aoxanh::workbench::{Key, Terminal, notes, write_note};

fn texts(desk: &Desk) -> Vec<Option<String>> {
    let device = desk.world.cursor.clone().expect("chosen");
    notes(&desk.rig.bench(), &device).expect("reads").into_iter().map(|note| note.text).collect()
}

/// A device with two notes, and nobody at the bench.
fn noted() -> Desk {
    let mut desk = crew(Desk::with_device());
    for text in ["của cô Duyên, lớp 4A", "pin phải cắm sạc"] {
        desk.keys("f");
        desk.type_text(text);
        desk.press(&[Key::Enter]);
    }
    assert_eq!(texts(&desk).len(), 2, "{}", desk.shown(80, 24));
    desk
}

#[test]
fn a_note_is_erased_by_two_keys_and_the_other_stays() {
    let mut desk = noted();
    sign_in(&mut desk, "thu", PIN);
    desk.keys("f");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("pin phải cắm sạc") && shown.contains("cô Duyên"), "{shown}");
    desk.keys("x");
    assert!(desk.shown(80, 24).contains("Ghi: x"), "typed: {}", desk.shown(80, 24));
    desk.press(&[Key::Backspace, Key::Down, Key::Down]);
    desk.keys("xx");
    assert!(desk.shown(80, 24).contains("Xóa hẳn ghi chú này?"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape, Key::Enter]);
    assert_eq!((texts(&desk).iter().flatten().count(), desk.stack.layers()), (2, 1), "Esc leaves it");
    desk.keys("x");
    desk.press(&[Key::Up, Key::Enter]);
    assert_eq!(texts(&desk).iter().flatten().count(), 2, "another one is meant, which no key was pressed for");
    desk.press(&[Key::Down]);
    desk.keys("x");
    desk.press(&[Key::Enter]);
    assert_eq!(texts(&desk), [Some("pin phải cắm sạc".to_owned()), None], "{}", desk.shown(80, 24));
    assert!(matches!(desk.rig.last(), Fact::NoteErased(_)), "{:?}", desk.rig.last());
    let shown = desk.shown(80, 24);
    assert!(desk.stack.layers() == 1 && shown.contains("đã xóa") && !shown.contains("Duyên"), "{shown}");
    let before = desk.rig.events().len();
    desk.keys("x");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.events().len(), before, "once is enough");
    desk.press(&[Key::Escape, Key::Function(4), Key::Right, Key::Right, Key::Right, Key::Right]);
    assert!(!desk.shown(80, 24).contains("Duyên"), "{}", desk.shown(80, 24));
}

#[test]
fn a_note_that_comes_from_elsewhere_meanwhile_is_not_the_one_that_is_erased() {
    let mut desk = noted();
    sign_in(&mut desk, "thu", PIN);
    desk.keys("f");
    desk.press(&[Key::Down]);
    desk.keys("x");
    let device = desk.world.cursor.clone().expect("chosen");
    let bench = desk.rig.bench();
    let found = bench.device(&device).expect("known");
    write_note(&bench, &found, "mới, từ điện thoại").expect("written");
    drop(bench);
    desk.again();
    assert!(desk.shown(80, 24).contains("mới, từ điện thoại"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    let left = texts(&desk);
    assert!(left.contains(&Some("mới, từ điện thoại".to_owned())), "{left:?}");
    assert!(!left.contains(&Some("pin phải cắm sạc".to_owned())), "{left:?}");
}

#[test]
fn notes_and_reasons_are_written_in_vietnamese_where_the_terminal_has_no_input_method() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.world.terminal = Terminal::Console;
    let written = |desk: &mut Desk| {
        desk.type_text("dduwowngf");
        assert!(desk.shown(80, 24).contains("đường"), "{}", desk.shown(80, 24));
        desk.press(&[Key::Escape, Key::Escape, Key::Escape]);
    };
    desk.keys("f");
    written(&mut desk);
    desk.press(&[Key::Function(10)]);
    desk.keys("g");
    written(&mut desk);
    // A receipt that is not the last record: a lead says why it is struck out.
    desk.press(&[Key::Function(2), Key::Function(4)]);
    desk.keys("z");
    desk.press(&[Key::PageDown, Key::Enter]);
    assert!(desk.shown(80, 24).contains("Lý do:"), "{}", desk.shown(80, 24));
    written(&mut desk);
}

#[test]
fn a_guest_erases_no_note() {
    let mut desk = noted();
    desk.keys("f");
    desk.press(&[Key::Down]);
    desk.keys("x");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("[role-may]"), "{}", desk.shown(80, 24));
    assert_eq!(texts(&desk).iter().flatten().count(), 2);
}
