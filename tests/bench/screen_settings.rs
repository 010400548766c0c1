//! The settings page, and what settings make of the screen: sounds, clicks, Vietnamese letters, locking.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use super::screen_rig::Desk;
use aoxanh::event::{By, How};
use aoxanh::port::{Failure, Trouble};
use aoxanh::screen::{Glyphs, Hot, Now, Pen, Sound, Stack, Task, Teller, View};
use aoxanh::unit::{Moment, PersonId};
use aoxanh::word::{Lang, Words, say};
use aoxanh::workbench::{Answer, Effect, Goal, Habits, Input, Key, News, Report, Tone, Typing, World};
use insta::assert_snapshot;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::time::Duration;

fn down(times: usize) -> Vec<Key> {
    vec![Key::Down; times]
}

#[test]
fn a_setting_is_turned_by_enter_and_what_stands_there_is_what_was_kept() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(11)]);
    assert_snapshot!("settings", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(!desk.settings.habits.sounds && !desk.world.habits.sounds, "{}", desk.shown(80, 24));
    desk.press(&[Key::Down, Key::Enter, Key::Down, Key::Enter, Key::Down, Key::Enter]);
    let wanted = Habits { sounds: false, mouse: false, typing: Some(Typing::Telex), lock_after: 30 };
    assert_eq!((desk.settings.habits, desk.world.habits), (wanted, wanted));
    desk.press(&[Key::Down, Key::Down, Key::Enter, Key::Enter]);
    assert_eq!(desk.settings.profile.as_deref(), Some("tablet"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.settings.profile, None);
}

#[test]
fn a_place_is_written_in_telex_and_a_target_with_days_as_people_write_them() {
    let mut desk = Desk::with_device();
    desk.settings.habits.typing = Some(Typing::Telex);
    desk.press(&[Key::Function(11)]);
    desk.press(&down(6));
    desk.press(&[Key::Enter]);
    desk.type_text("Truwowngf THCS A");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.settings.place.as_deref(), Some("Trường THCS A"));
    desk.press(&[Key::Down, Key::Enter]);
    desk.type_text("3oo");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("“3oo” không phải một số máy"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Backspace, Key::Backspace]);
    desk.type_text("00");
    desk.press(&[Key::Enter, Key::Down, Key::Enter]);
    desk.type_text("1/11/2026");
    desk.press(&[Key::Enter]);
    desk.type_text("31/12/2026");
    assert_snapshot!("settings-target", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    let target = desk.settings.target.as_ref().expect("a target");
    assert_eq!(
        (target.devices, target.goal, target.from.as_str(), target.to.as_str()),
        (300, Goal::HandedOver, "2026-11-01", "2026-12-31")
    );
    desk.press(&[Key::Enter, Key::Control('u'), Key::Enter]);
    assert_eq!(desk.settings.target, None);
}

#[test]
fn a_tag_is_never_composed_and_a_name_is() {
    let mut desk = Desk::empty();
    desk.world.habits.typing = Some(Typing::Telex);
    desk.keys("n");
    desk.type_text("Nguyeenx");
    assert!(desk.shown(80, 24).contains("Nguyễn"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Down]);
    desk.type_text("aaxs");
    assert!(desk.shown(80, 24).contains("aaxs"), "{}", desk.shown(80, 24));
}

/// A desk nobody has touched, at the beginning of time, with that person signed in.
fn view(by: Option<By>) -> (View, Now) {
    let now = Now { time: Moment::from_unix_millis(1_795_268_160_000), passed: Duration::ZERO };
    (View::new(World::new(false, now.time), by, now), now)
}

fn refused() -> News {
    News::Answer(Answer::Refused((&Failure::new(Trouble::No, say!("recording"))).into()))
}

#[test]
fn an_end_and_a_refusal_are_heard_once_and_what_nobody_asked_for_is_not() {
    let (mut view, mut now) = view(None);
    let ended = |tone| News::JobEnded { job: 1, report: Report::new(tone, say!("recording")) };
    view.hear(Teller::Job, ended(Tone::Good), now);
    assert_eq!((view.take_sound(), view.take_sound()), (Some(Sound::Good), None));
    view.hear(Teller::Job, ended(Tone::Bad), now);
    assert_eq!(view.take_sound(), Some(Sound::Bad));
    view.press(Input::Key(Key::Char('r')), now);
    view.hear(Teller::Clerk(0), refused(), now);
    assert_eq!(view.take_sound(), Some(Sound::Bad));
    now.passed = Duration::from_mins(1);
    view.hear(Teller::Clerk(0), refused(), now);
    assert_eq!(view.take_sound(), None, "nobody pressed anything for a minute");
    view.world.habits.sounds = false;
    view.hear(Teller::Job, ended(Tone::Bad), now);
    assert_eq!(view.take_sound(), None);
}

#[test]
fn a_station_locks_after_as_long_as_it_was_told() {
    let by = By { person: PersonId::from_random([1; 10]), how: How::Pin };
    let (mut view, mut now) = view(Some(by));
    view.world.habits.lock_after = 5;
    now.passed = Duration::from_secs(5 * 60 - 1);
    view.look(now);
    assert!(view.by().is_some());
    now.passed = Duration::from_mins(5);
    view.look(now);
    assert!(view.by().is_none());
}

fn hot(stack: &Stack, world: &World) -> (String, Vec<(Rect, Hot)>) {
    let words = Words::new(Lang::Vi, None).unwrap_or_else(|error| panic!("{error}"));
    let area = Rect::new(0, 0, 80, 24);
    let mut buffer = Buffer::empty(area);
    let mut pen = Pen::new(&words, Glyphs::Full, &mut buffer);
    stack.draw(world, area, &mut pen);
    let hot = pen.hot();
    (super::screen_rig::text(&buffer), hot)
}

#[test]
fn a_click_on_a_line_means_its_device_and_one_on_a_key_presses_it_and_below_a_layer_nothing_is_clicked() {
    let desk = Desk::with_device();
    let (mut view, now) = view(None);
    view.world = desk.world.clone();
    let mut second = view.world.devices[0].clone();
    second.device = aoxanh::unit::DeviceId::from_random([9; 10]);
    second.name = "92M4T-7K3XQ-1".to_owned();
    view.world.devices.push(second.clone());
    let at = |view: &View, text: &str| {
        let (shown, _) = hot(&view.stack, &view.world);
        let (y, line) = shown.lines().enumerate().filter(|(_, line)| line.contains(text)).last().expect(text);
        let x = line.split(text).next().unwrap_or_default().chars().count();
        Position { x: u16::try_from(x).expect("narrow"), y: u16::try_from(y).expect("low") }
    };
    let click = |view: &mut View, place| {
        let (_, hot) = hot(&view.stack, &view.world);
        view.show(hot);
        view.click(place, now)
    };
    let row = at(&view, &second.name);
    let tasks = click(&mut view, row);
    assert!(
        matches!(tasks.as_slice(), [Task::Order(_, Effect::Choose(device))] if *device == second.device),
        "{tasks:?}"
    );
    let keys = at(&view, "mọi phím");
    click(&mut view, keys);
    assert_eq!(view.stack.layers(), 1);
    assert!(click(&mut view, row).is_empty(), "it lies below a layer");
    let (_, left) = hot(&view.stack, &view.world);
    assert!(left.iter().all(|(_, hot)| matches!(hot, Hot::Key(_))), "{left:?}");
    let empty = Position { x: 40, y: 0 };
    assert!(click(&mut view, empty).is_empty());
}
