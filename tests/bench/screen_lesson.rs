//! The first lesson: one card after the other, each when the step before it was really done.

use super::screen_people::crew;
use super::screen_rig::{Desk, text};
use aoxanh::event::{By, How};
use aoxanh::screen::{Glyphs, LEAST, Teller};
use aoxanh::word::{Lang, Words, say};
use aoxanh::workbench::{Answer, Input, Key, LESSON, News, Report, Tone, Who, World, lesson_from};
use insta::assert_snapshot;

/// A practice station on whose bench one device was before anybody came.
fn school() -> Desk {
    let mut desk = crew(Desk::with_device());
    desk.world.practice = true;
    let world = desk.world.clone();
    desk.stack.teach(&world);
    desk
}

/// What the desk of the program does after each key and each piece of news.
fn look(desk: &mut Desk) -> String {
    let world = World { practice: true, ..desk.world.clone() };
    desk.stack.look(&world);
    desk.shown(80, 24)
}

#[test]
fn a_card_comes_when_the_step_before_it_was_done_and_not_before() {
    let mut desk = school();
    assert_snapshot!("lesson-welcome", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(look(&mut desk).contains("Bài học 2/9 · đăng nhập"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 0);
    look(&mut desk);
    assert_eq!(desk.stack.layers(), 0, "nobody signed in yet: {}", desk.shown(80, 24));
    desk.press(&[Key::Control('b')]);
    assert!(desk.shown(80, 24).contains("Bài học 2/9"), "shown again: {}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    super::screen_people::sign_in(&mut desk, "lead", super::screen_people::LEAD_PIN);
    assert!(look(&mut desk).contains("Bài học 3/9 · nhận một máy"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Char('n'), Key::Down, Key::Down, Key::Down, Key::Enter]);
    assert!(look(&mut desk).contains("Bài học 4/9 · kiểm tra"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    look(&mut desk);
    assert_eq!(desk.stack.layers(), 0, "left for good");
}

#[test]
fn what_was_done_already_is_not_taught_and_the_last_card_ends_it() {
    let desk = Desk::with_device();
    let mut world = desk.world.clone();
    assert_eq!(lesson_from(1, &world), Some(1));
    world.today.received = 2;
    (world.today.inspected, world.today.wiped) = (1, 1);
    assert_eq!((lesson_from(2, &world), lesson_from(3, &world)), (Some(5), Some(5)));
    (world.today.imaged, world.today.ready) = (1, 1);
    assert_eq!((lesson_from(2, &world), lesson_from(LESSON.len(), &world)), (Some(7), None));
}

#[test]
fn every_card_is_whole_in_the_least_terminal_in_both_languages() {
    let mut desk = school();
    let by = By { person: desk.rig.by.person.clone(), how: How::Pin };
    for (at, step) in LESSON.iter().enumerate() {
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).unwrap_or_else(|error| panic!("{error}"));
            let shown = text(&desk.buffer(LEAST.0, LEAST.1, Glyphs::Full, lang));
            for word in words.say(&(step.text)()).split_whitespace() {
                assert!(shown.contains(word), "{word:?} of card {at} is cut off\n{shown}");
            }
        }
        desk.press(&[Key::Enter]);
        let who = Who { name: "lead".to_owned(), role: None, by: by.clone() };
        match at {
            1 => desk.world.person = Some(who),
            2 => desk.world.today.received = 2,
            3 => desk.world.today.inspected = 1,
            4 => desk.world.today.wiped = 1,
            5 => desk.world.today.imaged = 1,
            6 => desk.world.today.ready = 1,
            _nothing_to_do => {}
        }
        look(&mut desk);
    }
    assert_eq!(desk.stack.layers(), 0, "{}", desk.shown(80, 24));
}

#[test]
fn where_nobody_practises_the_lesson_says_where_to() {
    let mut desk = Desk::with_device();
    desk.world.practice = false;
    desk.input(Input::Key(Key::Control('b')));
    assert!(desk.shown(80, 24).contains("aoxanh practice --stay"), "{}", desk.shown(80, 24));
}

#[test]
fn the_next_card_comes_with_the_answer_that_closes_the_last_layer() {
    let mut desk = super::screen_desk::Desk::new();
    let world = desk.view.world.clone();
    desk.view.stack.teach(&world);
    desk.press(&[Key::Enter, Key::Enter]);
    desk.keys("w");
    desk.press(&[Key::Enter]);
    let by = By { person: desk.rig.by.person.clone(), how: How::Pin };
    desk.view.world.person = Some(Who { name: "lead".to_owned(), role: None, by });
    assert_eq!(desk.view.stack.layers(), 1, "{}", desk.shown());
    let done = Report::new(Tone::Good, say!("recording"));
    desk.hear(Teller::Clerk(9), News::Answer(Answer::Done(done)));
    assert!(desk.shown().contains("Bài học 4/9"), "{}", desk.shown());
}
