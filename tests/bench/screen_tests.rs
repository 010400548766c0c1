//! Function tests on the screen: the list with its outcomes, a test while it runs, what it asks, and how it ends.

use super::screen_rig::{Desk, drawn, text};
use aoxanh::port::{FakeHardware, Part};
use aoxanh::screen::Glyphs;
use aoxanh::trial::{Choice, Colour, Frame, InputEvent, Keys, LAPTOP, Picture, Question, TrialView};
use aoxanh::word::{Lang, say};
use aoxanh::workbench::{Answer, CheckAsk, CheckTold, Key, News, World};
use insta::assert_snapshot;
use std::time::Duration;

fn told(desk: &mut Desk, what: CheckTold) {
    desk.hear(News::Answer(Answer::Check(Box::new(what))));
}

/// A layer on which the memory test ended at once, and nothing more was told.
fn opened() -> Desk {
    let mut desk = Desk::with_device();
    desk.rig.hardware = FakeHardware::with(&[Part::Keyboard, Part::Screen]);
    // The layer is left open by a volunteer who answers nothing.
    desk.keys("t");
    desk
}

/// A test that is running, as far as the layer knows.
fn running() -> Desk {
    let mut desk = Desk::with_device();
    desk.holds_tests = true;
    desk.keys("tr");
    desk
}

#[test]
fn a_test_that_is_done_on_the_screen_is_recorded_and_stands_in_the_list_with_its_reason() {
    let mut desk = opened();
    desk.press(&[Key::Down]);
    desk.answers = ["next", "next", "next", "next", "next", "lines"].into();
    desk.keys("r");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("sọc") && shown.contains("Mọi kết quả đã ghi"), "{shown}");
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "{}", desk.shown(80, 24));
    desk.keys("t");
    assert_snapshot!("tests-list", desk.shown(80, 24));
    assert!(desk.world.here().is_some_and(|chosen| chosen.missing.contains(&"screen")), "told anew");
    assert!(matches!(&desk.asked[..], [CheckAsk::Run { order, .. }] if order.only == ["screen"] && order.again));
}

#[test]
fn all_due_tests_are_done_in_order_and_leaving_keeps_what_was_recorded() {
    let mut desk = opened();
    desk.answers = ["skip", "no_time"].into();
    desk.keys("a");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("bàn phím: bỏ qua: chưa có thời gian") && !shown.contains("màn hình: "), "{shown}");
    assert!(!shown.contains("Mọi kết quả"), "it was left: {shown}");
}

#[test]
fn a_keyboard_is_drawn_as_what_is_left_to_press() {
    let mut desk = running();
    let mut keys = Keys::new(&LAPTOP, true, &[57]);
    for cap in LAPTOP.caps().filter(|cap| ![30, 48, 57].contains(&cap.code)) {
        keys.hear(InputEvent::Key { code: cap.code, down: true }, Duration::from_secs(1));
        keys.hear(InputEvent::Key { code: cap.code, down: false }, Duration::from_secs(1));
    }
    keys.look(Duration::from_secs(9));
    let lines = vec![say!("test-keyboard"), say!("keys-left", count = 3u64), say!("keys-are-stuck", count = 1u64)];
    let picture = Picture::Board(Box::new(keys));
    let view = TrialView { check: "keyboard", on: Some("AT Keyboard".to_owned()), lines, gauge: None, picture };
    let choices = [('1', "again"), ('2', "keys_dead"), ('b', "skip")].map(|(key, id)| Choice { key, id }).to_vec();
    let text = say!("ask-keys-missing", count = 3u64, keys = "A B Space");
    told(&mut desk, CheckTold::Asked(Box::new(view), Question { text, choices }));
    assert_snapshot!("tests-keyboard", desk.shown(80, 24));
    desk.keys("9x3");
    assert!(!desk.asked.iter().any(|asked| matches!(asked, CheckAsk::Say(_))), "no such choice");
    desk.keys("2");
    desk.keys("2");
    assert_eq!(
        desk.asked.iter().filter(|asked| **asked == CheckAsk::Say("keys_dead")).count(),
        1,
        "asked once, answered once"
    );
}

#[test]
fn a_colour_covers_everything_between_the_header_that_says_practice_and_the_keys() {
    let mut desk = running();
    let view = TrialView { check: "screen", picture: Picture::Field(Colour(0, 0, 255)), ..TrialView::default() };
    told(&mut desk, CheckTold::Asked(Box::new(view), Question::step(say!("ask-field", number = 3u64, of = 5u64))));
    let world = World { practice: true, ..desk.world.clone() };
    let buffer = drawn(&world, &desk.stack, (80, 24), Glyphs::Full, Lang::Vi);
    let blue = ratatui::style::Color::Rgb(0, 0, 255);
    assert!((1..22).all(|line| (0..80).all(|column| buffer[(column, line)].bg == blue)));
    let shown = text(&buffer);
    assert!(
        shown.lines().next().is_some_and(|line| line.contains("LUYỆN TẬP")) && shown.contains("Màu 3/5"),
        "{shown}"
    );
    desk.press(&[Key::Enter]);
    assert_eq!(desk.asked.last(), Some(&CheckAsk::Say("next")));
}

#[test]
fn a_picture_of_the_camera_is_drawn_in_half_blocks_or_in_letters_where_there_are_none() {
    let mut desk = running();
    let pixel = |at: usize| if at % 64 < 32 { Colour(250, 250, 250) } else { Colour(0, 0, 0) };
    let frame = Frame::new(64, (0..64 * 48).map(pixel).collect()).unwrap_or_else(|| panic!("whole rows"));
    let view = TrialView { check: "camera", picture: Picture::Frame(frame), ..TrialView::default() };
    told(&mut desk, CheckTold::Shown(Box::new(view)));
    let shown = desk.shown(80, 24);
    assert!(shown.contains(&"▀".repeat(30)), "{shown}");
    let ascii = text(&desk.buffer(80, 24, Glyphs::Ascii, Lang::Vi));
    assert!(ascii.contains(&"@".repeat(15)) && !ascii.contains('▀'), "{ascii}");
}

#[test]
fn closing_the_layer_leaves_the_test_that_runs() {
    let mut desk = running();
    desk.press(&[Key::Escape]);
    assert_eq!((desk.asked.last(), desk.stack.layers()), (Some(&CheckAsk::Leave), 0));
}
