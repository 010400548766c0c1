//! Giving a device on the screen: set aside, given, lent, refused.

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in, wiped};
use super::screen_rig::Desk;
use aoxanh::custody::Stage;
use aoxanh::event::Fact;
use aoxanh::event::handover::Terms;
use aoxanh::workbench::Key;
use insta::assert_snapshot;

/// A device that is ready, with a lead at the bench.
fn ready() -> Desk {
    let mut desk = let_pass();
    desk.keys("d");
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk
}

/// A device that is ready because a lead let pass what it lacks, with a volunteer at the bench.
fn let_pass() -> Desk {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    wiped(&mut desk);
    for _rule in ["give-imaged", "give-functions", "give-good-enough"] {
        desk.keys("p");
        desk.type_text("đủ dùng cho lớp 3");
        desk.press(&[Key::Enter, Key::Enter]);
        desk.type_text(LEAD_PIN);
        desk.press(&[Key::Enter]);
    }
    assert_eq!(stage(&desk), Some(Stage::Ready), "{}", desk.shown(80, 24));
    desk
}

fn stage(desk: &Desk) -> Option<Stage> {
    desk.world.here().map(|chosen| chosen.row.stage)
}

fn given(desk: &Desk) -> Vec<Terms> {
    let events = desk.rig.events();
    let given = |fact: &Fact| if let Fact::DeviceHandedOver(given) = fact { Some(given.terms) } else { None };
    events.iter().filter_map(|event| given(&event.fact)).collect()
}

#[test]
fn a_ready_device_is_given_by_enter_and_its_reference_is_told_to_be_written_down() {
    let mut desk = ready();
    desk.press(&[Key::Enter]);
    assert_snapshot!("give", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Enter, Key::Down, Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Ghi mã này vào biên bản: r-"), "{shown}");
    assert_eq!((stage(&desk), given(&desk)), (Some(Stage::OnLoan), vec![Terms::Loan]));
    desk.press(&[Key::Escape, Key::Enter]);
    assert!(desk.shown(80, 24).contains("Máy đã bàn giao"), "nothing more is done: {}", desk.shown(80, 24));
}

#[test]
fn what_was_set_aside_is_given_later_and_a_reference_that_is_none_is_told() {
    let mut desk = ready();
    desk.press(&[Key::Enter, Key::Down, Key::Enter]);
    desk.type_text("Nguyễn Văn Thử");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("không phải một mã học sinh"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text("r-VP9JS83V8K5GNCGR");
    desk.press(&[Key::Enter, Key::Down, Key::Enter]);
    assert_eq!((stage(&desk), given(&desk)), (Some(Stage::Allocated), vec![]), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape, Key::Enter]);
    assert!(desk.shown(80, 24).contains("Tặng hay cho mượn?"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_eq!((stage(&desk), given(&desk)), (Some(Stage::HandedOver), vec![Terms::Gift]));
}

#[test]
fn a_rule_that_forbids_it_is_told_where_it_was_asked() {
    let mut desk = let_pass();
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("! Chỉ đội trưởng"), "before anything is asked: {}", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(given(&desk).is_empty() && shown.contains("[role-may]"), "{shown}");
}
