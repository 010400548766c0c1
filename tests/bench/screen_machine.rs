//! The page of the machine that was started from a stick: one step at a time, and what may be done when.

use super::screen_rig::Desk;
use aoxanh::profile::Verdict;
use aoxanh::screen::Stack;
use aoxanh::unit::Bytes;
use aoxanh::word::say;
use aoxanh::workbench::{Effect, Input, InspectedView, Key, MachineSeen, MachineStep, News, Power, StickSeen};

fn stick() -> StickSeen {
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

/// A desk with one device, on a machine that was started from that stick.
fn desk(stick: StickSeen) -> Desk {
    let mut desk = Desk::with_device();
    desk.world.fold(News::Stick(Box::new(stick)));
    let view =
        InspectedView { judged: Verdict::Fail, verdict: say!("spec-verdict-fail"), fix: None, lines: Vec::new() };
    desk.world.fold(News::Machine(Box::new(MachineSeen { name: None, device: None, view })));
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
