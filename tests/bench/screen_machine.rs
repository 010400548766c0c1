//! The page of the machine that was started from a stick: one step at a time, and what may be done when.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::{Desk, text};
use aoxanh::event::people::Role;
use aoxanh::event::{By, How};
use aoxanh::job::{JobNews, Phase, Progress};
use aoxanh::profile::Verdict;
use aoxanh::screen::{Glyphs, Now, Sound, Stack, Teller, View};
use aoxanh::unit::{Bytes, Moment, PersonId};
use aoxanh::word::{Lang, say};
use aoxanh::workbench::{
    Beginning, Effect, Input, InspectedView, Key, MachineSeen, MachineStep, News, PageLine, Power, Standing, StickSeen,
    Weight, Who, Work,
};
use std::time::Duration;

pub(crate) fn stick() -> StickSeen {
    StickSeen {
        name: "Thẻ 3".to_owned(),
        guest: None,
        plugged: vec!["Thẻ 3".to_owned()],
        unsaved: 0,
        came_back: false,
        free: Some(Bytes::gib(4)),
        trouble: None,
        notes: Vec::new(),
    }
}

/// A machine of which nobody knows yet which device it is.
pub(crate) fn unnamed() -> News {
    let view =
        InspectedView { judged: Verdict::Fail, verdict: say!("spec-verdict-fail"), fix: None, lines: Vec::new() };
    News::Machine(Box::new(MachineSeen { name: None, device: None, view }))
}

/// A desk with one device, on a machine that was started from that stick.
fn desk(stick: StickSeen) -> Desk {
    let mut desk = Desk::with_device();
    desk.world.fold(News::Stick(Box::new(stick)));
    desk.world.fold(unnamed());
    desk.stack = Stack::new(&desk.world);
    desk
}

#[test]
fn only_what_the_step_allows_is_offered_and_another_device_is_never_taken_for_this_machine() {
    let mut desk = desk(stick());
    let keys = |desk: &Desk| -> Vec<Key> {
        let (page, hints) = desk.stack.top(&desk.world).expect("a page");
        assert!(page.ends_with("machine::Machine"), "{page}");
        hints.iter().map(|hint| hint.key).collect()
    };
    assert_eq!(desk.world.machine_step(), MachineStep::Tag);
    // A device is chosen, and nobody has said that it is this machine.
    assert!(!keys(&desk).contains(&Key::Char('x')) && keys(&desk).contains(&Key::Char('n')));
    let device = desk.world.cursor.clone().expect("chosen");
    desk.world.fold(News::ThisMachine(device));
    for key in ['t', 'x', 'c', 'k', 'u', 'q', 'e'] {
        assert!(keys(&desk).contains(&Key::Char(key)), "{key}");
        desk.press(&[Key::Char(key)]);
        assert_eq!(desk.stack.layers(), 1, "{key}");
        desk.press(&[Key::Escape]);
        assert_eq!(desk.stack.layers(), 0, "{key}");
    }
    assert!(!keys(&desk).contains(&Key::Char('n')));
    assert_eq!(desk.world.machine_step(), MachineStep::Inspect);
    desk.world.cursor = None;
    assert_eq!(desk.world.machine_step(), MachineStep::Back);
    assert!(!keys(&desk).contains(&Key::Char('x')));
}

#[test]
fn large_words_stand_there_where_there_is_room_and_plain_ones_where_there_is_not() {
    let desk = desk(stick());
    let (small, large) = (desk.shown(80, 24), desk.shown(128, 37));
    assert!(small.contains("KHÔNG ĐẠT") && !small.contains('▀'), "{small}");
    assert!(large.contains('▀') && large.contains('█'), "{large}");
    for shown in [small, large] {
        assert!(shown.contains("Thẻ 3: đã lưu hết lên thẻ, rút được"), "{shown}");
        assert!(shown.contains("Quét tem dán trên máy này"), "{shown}");
    }
}

#[test]
fn what_is_wrong_with_the_stick_is_said_before_it_matters() {
    let says = |stick: StickSeen, text: &str| {
        let shown = desk(stick).shown(80, 24);
        assert!(shown.contains(text), "{text}\n{shown}");
    };
    says(StickSeen { plugged: Vec::new(), unsaved: 3, ..stick() }, "Chưa về thẻ: 3 bản ghi");
    says(StickSeen { plugged: Vec::new(), ..stick() }, "Thẻ đã rút");
    says(StickSeen { unsaved: 2, ..stick() }, "đừng rút");
    says(StickSeen { free: Some(Bytes::mib(63)), ..stick() }, "Thẻ sắp đầy");
    says(StickSeen { guest: Some(say!("stick-start-none")), ..stick() }, "Không thấy thẻ đã đăng ký");
    says(StickSeen { trouble: Some(say!("stick-unmounted")), ..stick() }, "Không ghi được lên thẻ");
    assert!(!desk(StickSeen { free: Some(Bytes::mib(64)), ..stick() }).shown(80, 24).contains("sắp đầy"));
}

#[test]
fn what_is_on_no_stick_is_given_up_only_when_it_is_said_twice() {
    for (unsaved, presses) in [(0, 1), (2, 2)] {
        for (key, power) in [(Key::Enter, Power::Off), (Key::Char('r'), Power::Again)] {
            let mut desk = desk(StickSeen { unsaved, ..stick() });
            desk.press(&[Key::Char('q')]);
            let mut asked = Vec::new();
            for _time in 0..presses {
                assert!(asked.is_empty(), "not yet");
                asked = desk.stack.update(Input::Key(key), &desk.world);
            }
            assert_eq!(asked, [Effect::Power(power)]);
        }
    }
}

/// What stands on the page in each state that it is looked at for.
fn states() -> Vec<(&'static str, Desk)> {
    let empty = {
        let mut desk = desk(stick());
        desk.world.machine = None;
        desk
    };
    let fail = {
        let mut desk = desk(stick());
        let parts = say!("spec-cure-add-memory", size = "4 GB");
        let fix = Some(say!("spec-fix", parts = parts, verdict = Verdict::Pass.sentence()));
        let profile = "Máy tính xách tay và để bàn";
        let verdict = say!("verdict-line", verdict = Verdict::Fail.sentence(), profile = profile);
        let line = |weight, what: &str| PageLine { weight, what: say!("plain", text = what) };
        let lines = vec![
            line(Weight::Bad, "RAM: 2 GB, cần ≥ 4 GB"),
            line(Weight::Unknown, "Wi-Fi: không rõ, cần có"),
            line(Weight::Good, "Số nhân: 4, cần ≥ 2"),
        ];
        let view = InspectedView { judged: Verdict::Fail, verdict, fix, lines };
        let name = Some("LENOVO ThinkPad X240".to_owned());
        desk.world.fold(News::Machine(Box::new(MachineSeen { name, device: None, view })));
        desk
    };
    let this = |stick: StickSeen| {
        let mut desk = desk(stick);
        let device = desk.world.cursor.clone().expect("chosen");
        desk.world.fold(News::ThisMachine(device));
        desk
    };
    let wiping = {
        let mut desk = this(stick());
        let row = desk.world.devices[0].clone();
        let beginning =
            Beginning { job: 7, device: row.device, name: row.name, disk: "sda".to_owned(), work: Work::Wipe };
        desk.hear(News::JobBegan(Box::new(beginning)));
        let (done, total) = (Bytes(200_000_000_000), Bytes(500_000_000_000));
        let (rate, left) = (Some(Bytes(118_200_000)), Some(Duration::from_secs(2540)));
        let progress = Progress { phase: Phase::Write, done, total, rate, left };
        desk.hear(News::Job { job: 7, news: JobNews::Progress(progress) });
        desk
    };
    let done = {
        let mut desk = this(stick());
        let person = PersonId::from_random([4; 10]);
        let by = By { person, how: How::Pin };
        desk.world.person = Some(Who { name: "Trần Thị Thử".to_owned(), role: Some(Role::Lead), by });
        let chosen = desk.world.chosen.as_mut().expect("read");
        chosen.ladder.iter_mut().for_each(|rung| rung.standing = Standing::Done);
        assert_eq!(desk.world.machine_step(), MachineStep::Off);
        desk
    };
    let gone = this(StickSeen { plugged: Vec::new(), unsaved: 12, ..stick() });
    vec![("empty", empty), ("fail", fail), ("wiping", wiping), ("done", done), ("gone", gone)]
}

#[test]
fn the_page_in_every_state_on_a_text_console_a_netbook_and_a_laptop() {
    for (name, desk) in states() {
        for (columns, lines) in [(80, 24), (128, 37), (170, 48)] {
            insta::assert_snapshot!(format!("machine_{name}_{columns}x{lines}"), desk.shown(columns, lines));
        }
    }
}

#[test]
fn the_console_of_a_stick_has_large_words_too_and_ascii_has_none() {
    let (_name, desk) = states().swap_remove(1);
    let drawn = |glyphs| text(&desk.buffer(128, 37, glyphs, Lang::Vi));
    assert!(drawn(Glyphs::Console).contains('▀') && !drawn(Glyphs::Ascii).contains('▀'));
}

#[test]
fn the_verdict_is_heard_by_whoever_sees_nothing() {
    let (_name, desk) = states().swap_remove(0);
    let mut view = View::new(desk.world.clone(), None, now());
    for (judged, sound) in [
        (Verdict::Pass, Sound::Passes),
        (Verdict::Fail, Sound::Fails),
        (Verdict::Conditional, Sound::Undecided),
        (Verdict::Undecided, Sound::Undecided),
    ] {
        let seen = InspectedView { judged, verdict: say!("spec-verdict-fail"), fix: None, lines: Vec::new() };
        let news = News::Machine(Box::new(MachineSeen { name: None, device: None, view: seen }));
        view.hear(Teller::Job, news, now());
        assert_eq!(view.take_sound(), Some(sound));
    }
}

fn now() -> Now {
    Now { time: Moment::from_unix_millis(1_795_268_160_000), passed: Duration::from_secs(100) }
}

#[test]
fn a_code_to_arm_by_is_put_together_with_arrows_alone_where_a_machine_was_started_from_a_stick() {
    let mut desk = desk(stick());
    let device = desk.world.cursor.clone().expect("chosen");
    desk.world.fold(News::ThisMachine(device));
    desk.press(&[Key::Char('x'), Key::End, Key::Enter]);
    let (page, hints) = desk.stack.top(&desk.world).expect("a layer");
    assert!(page.ends_with("arm::Arm"), "{page}\n{}", desk.shown(80, 24));
    assert!(!hints.iter().any(|hint| hint.key == Key::Right), "nothing to add to yet");
    desk.press(&[Key::Up, Key::Up, Key::Right, Key::Down, Key::Right, Key::Up]);
    assert!(desk.shown(80, 24).contains("1Z1"), "{}", desk.shown(80, 24));
    // At a station the arrows do nothing there.
    desk.world.stick = None;
    desk.press(&[Key::Up]);
    assert!(desk.shown(80, 24).contains("1Z1"));
}
