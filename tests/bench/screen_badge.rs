//! Badges on the screen: signing one thing by a scan, making one, trying it out, taking it back.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in, wiped};
use super::screen_rig::Desk;
use super::screen_shift::{badge, person};
use aoxanh::event::people::BadgeIssued;
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::screen::Glyphs;
use aoxanh::tag::decode_png;
use aoxanh::unit::Secret;
use aoxanh::word::Lang;
use aoxanh::workbench::{Answer, Effect, Input, Key, News, PeopleOrder, badge_code};
use std::io::Cursor;

fn last(desk: &Desk) -> Event {
    desk.rig.events().pop().expect("something was recorded")
}

fn at_bench(desk: &Desk) -> Option<(String, How)> {
    desk.world.signed_in().map(|who| (who.name.clone(), who.by.how))
}

fn scan(desk: &mut Desk, code: &Secret) {
    desk.input(Input::Scan(code.expose()));
}

/// A wiped device, the volunteer who wiped it at the bench, her badge and the lead's.
fn after_a_wipe() -> (Desk, Secret, Secret) {
    let mut desk = crew(Desk::with_device());
    let (thu, lead) = (badge(&mut desk, "Lê Thư"), badge(&mut desk, "Lead"));
    sign_in(&mut desk, "thu", PIN);
    wiped(&mut desk);
    (desk, thu, lead)
}

fn is_of(event: &Event, desk: &Desk, name: &str) -> bool {
    event.by == By { person: person(desk, name), how: How::Badge }
}

#[test]
fn a_badge_lifts_a_rule_where_the_lead_is_asked_for_and_signs_in_where_nobody_is() {
    let (mut desk, thu, lead) = after_a_wipe();
    desk.keys("p");
    scan(&mut desk, &lead);
    assert_eq!(
        (at_bench(&desk), desk.stack.layers()),
        (Some(("Lead".to_owned(), How::Badge)), 0),
        "no signature asked"
    );
    scan(&mut desk, &thu);
    desk.keys("p");
    desk.type_text("cài ở trường");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Quét thẻ, hoặc gõ một phần tên"), "{}", desk.shown(80, 24));
    let before = desk.rig.events().len();
    scan(&mut desk, &thu);
    assert!(desk.shown(80, 24).contains("[role-may]"), "a volunteer lifts none: {}", desk.shown(80, 24));
    assert_eq!(desk.rig.events().len(), before);
    scan(&mut desk, &lead);
    assert_eq!(desk.rig.kinds(before), ["RuleOverridden"], "{}", desk.shown(80, 24));
    assert!(is_of(&last(&desk), &desk, "Lead"), "{:?}", last(&desk));
    assert_eq!((at_bench(&desk), desk.stack.layers()), (Some(("Lê Thư".to_owned(), How::Badge)), 0), "only that one");
}

#[test]
fn a_badge_validates_a_wipe_if_it_is_another_persons_and_the_one_who_was_named() {
    let (mut desk, thu, lead) = after_a_wipe();
    desk.keys("a");
    desk.press(&[Key::Enter]);
    let before = desk.rig.events().len();
    scan(&mut desk, &thu);
    assert!(desk.shown(80, 24).contains("[validate-other]"), "{}", desk.shown(80, 24));
    desk.type_text("lead");
    desk.press(&[Key::Enter]);
    scan(&mut desk, &thu);
    assert!(desk.shown(80, 24).contains("Đây là thẻ của người khác"), "{}", desk.shown(80, 24));
    assert_eq!((desk.rig.events().len(), at_bench(&desk)), (before, Some(("Lê Thư".to_owned(), How::Pin))));
    scan(&mut desk, &lead);
    assert_eq!(desk.rig.kinds(before), ["WipeValidated"], "{}", desk.shown(80, 24));
    assert_eq!(desk.stack.layers(), 0);
    assert!(is_of(&last(&desk), &desk, "Lead"), "{:?}", last(&desk));
    assert_eq!(at_bench(&desk), Some(("Lê Thư".to_owned(), How::Pin)));
}

#[test]
fn a_badge_that_is_scanned_twice_signs_once_and_signs_nobody_in() {
    let (mut desk, _thu, lead) = after_a_wipe();
    desk.keys("a");
    desk.press(&[Key::Enter]);
    let asked = desk.stack.update(Input::Scan(lead.expose()), &desk.world);
    assert!(matches!(asked.as_slice(), [Effect::People(PeopleOrder::Validate { .. })]), "{asked:?}");
    let again = desk.stack.update(Input::Scan(lead.expose()), &desk.world);
    assert!(again.is_empty() && desk.stack.layers() == 1, "{again:?}");
}

#[test]
fn a_badge_whose_layer_was_closed_before_it_was_shown_is_told_to_be_lost() {
    let mut desk = crew(Desk::empty());
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[Key::Function(10)]);
    desk.keys("h");
    desk.shown(80, 24);
    desk.type_text(PIN);
    let asked = desk.stack.update(Input::Key(Key::Enter), &desk.world);
    assert!(matches!(asked.as_slice(), [Effect::People(PeopleOrder::MakeBadge { .. })]), "{asked:?}");
    desk.press(&[Key::Escape]);
    desk.hear(News::Answer(Answer::Badge(Secret::new("THE-000000000000000000000000"))));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("chưa kịp hiện mã") && !shown.contains("THE-"), "{shown}");
}

#[test]
fn a_badge_that_counts_no_more_validates_nothing() {
    let (mut desk, _thu, lead) = after_a_wipe();
    let again = badge(&mut desk, "Lead");
    desk.keys("a");
    desk.press(&[Key::Enter]);
    let before = desk.rig.events().len();
    scan(&mut desk, &lead);
    assert!(desk.shown(80, 24).contains("Thẻ này không dùng được"), "{}", desk.shown(80, 24));
    assert_eq!(desk.rig.events().len(), before);
    desk.input(Input::Paste(again.expose()));
    assert_eq!(desk.rig.kinds(before), ["WipeValidated"], "{}", desk.shown(80, 24));
}

#[test]
fn a_badge_records_that_a_disk_was_destroyed() {
    let (mut desk, _thu, lead) = after_a_wipe();
    desk.keys("h");
    desk.press(&[Key::Enter, Key::Enter]);
    let before = desk.rig.events().len();
    // The witness is somebody else than whoever records it.
    let shown = desk.shown(80, 24);
    let place = |name: &str| shown.lines().skip(1).position(|line| line.contains(name)).expect("a witness");
    if place("Lead") < place("Lê Thư") {
        desk.press(&[Key::Down]);
    }
    desk.press(&[Key::Enter]);
    scan(&mut desk, &lead);
    assert_eq!(desk.rig.kinds(before), ["DiskDestroyed"], "{}", desk.shown(80, 24));
    assert_eq!(desk.stack.layers(), 0);
    assert!(is_of(&last(&desk), &desk, "Lead"), "{:?}", last(&desk));
}

#[test]
fn a_badge_sets_no_pin_and_makes_no_badge() {
    let mut desk = crew(Desk::empty());
    let thu = badge(&mut desk, "Lê Thư");
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.keys("m");
    let before = desk.rig.events().len();
    for key in ["p", "h"] {
        desk.keys(key);
        scan(&mut desk, &thu);
        assert!(desk.shown(80, 24).contains("[badge-makes-none]"), "{}", desk.shown(80, 24));
        assert_eq!((desk.stack.layers(), at_bench(&desk)), (2, Some(("Lead".to_owned(), How::Pin))));
        desk.press(&[Key::Escape]);
    }
    // Typed by a scanner that is as slow as a hand.
    desk.keys("h");
    desk.shown(80, 24);
    desk.type_text(thu.expose());
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("✗"), "{}", desk.shown(80, 24));
    assert_eq!(desk.rig.events().len(), before);
}

/// The badge that a telephone would read off the screen.
fn read_off(shown: &str) -> Secret {
    badge_code(&code_off(shown)).expect("a badge")
}

/// What a telephone would read off a screen of the least size.
pub(crate) fn code_off(shown: &str) -> String {
    read_code(shown, (80, 24))
}

/// The code that is drawn on a screen of that size.
pub(crate) fn read_code(shown: &str, (wide, high): (u32, u32)) -> String {
    let scale = 8;
    let rows: Vec<Vec<char>> = shown.lines().map(|line| line.chars().collect()).collect();
    let is_light = |x: u32, y: u32| {
        let cell = rows.get(y as usize / 2).and_then(|row| row.get(x as usize)).copied().unwrap_or(' ');
        cell == '█' || cell == if y.is_multiple_of(2) { '▀' } else { '▄' }
    };
    let picture = image::GrayImage::from_fn(wide * scale, high * 2 * scale, |x, y| {
        image::Luma([if is_light(x / scale, y / scale) { 255 } else { 0 }])
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).expect("written");
    decode_png(png.get_ref()).expect("a code that can be read")
}

#[test]
fn a_lead_makes_a_badge_with_their_own_pin_it_is_shown_once_tried_out_and_taken_back() {
    let mut desk = crew(Desk::empty());
    let old = badge(&mut desk, "Lê Thư");
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.keys("m");
    desk.press(&[Key::Up, Key::Up]);
    assert!(desk.shown(80, 24).contains("▶ Lê Thư") || desk.shown(80, 24).contains("▶ Lead"));
    if desk.shown(80, 24).contains("▶ Lead") {
        desk.press(&[Key::Down]);
    }
    desk.keys("h");
    assert!(desk.shown(80, 24).contains("Thẻ của Lê Thư"), "{}", desk.shown(80, 24));
    let before = desk.rig.events().len();
    desk.type_text("111222");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Sai mã PIN"), "{}", desk.shown(80, 24));
    assert_eq!(desk.rig.events().len(), before);
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Mã chỉ hiện một lần này") && !shown.contains("THE-"), "{shown}");
    let event = last(&desk);
    assert_eq!(event.by, By { person: person(&desk, "Lead"), how: How::Pin });
    let thu = person(&desk, "Lê Thư");
    assert!(matches!(event.fact, Fact::BadgeIssued(BadgeIssued { person, badge: Some(_) }) if person == thu));
    let new = read_off(&shown);
    scan(&mut desk, &old);
    assert!(desk.shown(80, 24).contains("Đó là thẻ khác"), "{}", desk.shown(80, 24));
    scan(&mut desk, &new);
    assert!(desk.shown(80, 24).contains("đọc đúng thẻ này"), "{}", desk.shown(80, 24));
    assert_eq!(at_bench(&desk), Some(("Lead".to_owned(), How::Pin)), "only tried out");
    desk.press(&[Key::Enter, Key::Char('x')]);
    assert_eq!(desk.stack.layers(), 2, "no key but Esc puts it away");
    desk.press(&[Key::Escape, Key::Escape]);
    scan(&mut desk, &new);
    assert_eq!(at_bench(&desk), Some(("Lê Thư".to_owned(), How::Badge)), "{}", desk.shown(80, 24));
    // Whoever came by badge takes it back by PIN, on the page of the shift.
    desk.press(&[Key::Function(10)]);
    desk.keys("h");
    desk.type_text(PIN);
    desk.press(&[Key::Control('t')]);
    assert!(matches!(last(&desk).fact, Fact::BadgeIssued(BadgeIssued { badge: None, .. })), "{}", desk.shown(80, 24));
    assert_eq!((desk.stack.layers(), last(&desk).by.how), (0, How::Pin), "{}", desk.shown(80, 24));
    scan(&mut desk, &new);
    assert!(desk.shown(80, 24).contains("Thẻ này không dùng được"), "{}", desk.shown(80, 24));
}

#[test]
fn no_badge_is_made_that_the_screen_cannot_draw() {
    let mut desk = crew(Desk::empty());
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[Key::Function(10)]);
    desk.keys("h");
    let before = desk.rig.events().len();
    let drawn = desk.buffer(80, 24, Glyphs::Console, Lang::Vi);
    let shown = super::screen_rig::text(&drawn);
    assert!(shown.contains("aoxanh person badge"), "{shown}");
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    assert_eq!((desk.rig.events().len(), desk.stack.layers()), (before, 1), "{}", desk.shown(80, 24));
}
