//! The screen and a failing disk: its health stands there before anything is typed, it is not wiped by accident, and it can
//! be recorded as destroyed.

use super::screen_rig::Desk;
use aoxanh::event::Fact;
use aoxanh::event::people::Role;
use aoxanh::reading::{SmartReport, Tally};
use aoxanh::unit::Secret;
use aoxanh::workbench::{Key, add_person};

const LEAD_PIN: &str = "918273";

fn shown(desk: &Desk) -> String {
    desk.shown(80, 24)
}

/// A desk at the layer that confirms the wipe of `sdb`, which says that so many sectors wait.
fn arming(pending: u64) -> Desk {
    let mut desk = Desk::with_device();
    let pending = Tally::Known(pending);
    let report = SmartReport { passed: Some(true), spins: Some(true), pending, ..SmartReport::default() };
    desk.rig.smart.tell("sdb", report);
    desk.keys("x");
    desk.press(&[Key::Enter]);
    desk
}

#[test]
fn a_good_disk_says_so_and_is_wiped_as_ever() {
    let mut desk = arming(0);
    assert!(shown(&desk).contains("Sức khỏe ổ: tốt."), "{}", shown(&desk));
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert!(desk.rig.events().iter().any(|event| matches!(event.fact, Fact::WipeEnded(_))));
}

#[test]
fn a_failing_disk_is_wiped_only_after_a_key_of_its_own() {
    let mut desk = arming(8);
    let screen = shown(&desk);
    for words in ["nên thay", "8 sector", "xóa có ngoại lệ", "trọn số sê-ri"] {
        assert!(screen.contains(words), "{words} not in\n{screen}");
    }
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert!(
        !desk.rig.events().iter().any(|event| matches!(event.fact, Fact::WipeStarted(_))),
        "Enter alone does nothing"
    );
    desk.press(&[Key::Function(2)]);
    assert!(shown(&desk).contains("Sẽ xóa dù ổ nên thay"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(desk.rig.events().iter().any(|event| matches!(event.fact, Fact::WipeEnded(_))), "{}", shown(&desk));
}

#[test]
fn a_failing_disk_is_recorded_as_destroyed_before_a_witness() {
    let mut desk = arming(8);
    desk.rig.by.how = aoxanh::event::How::Pin;
    let witness = add_person(&desk.rig.bench(), "Người Xem", Some(Role::Volunteer), Some(&Secret::new("506172")));
    let witness = witness.expect("added").person;
    desk.press(&[Key::Function(3)]);
    assert!(shown(&desk).contains("Ghi ổ đĩa bị hủy"), "{}", shown(&desk));
    // The disk, drilled, then the witness: whoever is called so.
    desk.press(&[Key::Enter, Key::Enter]);
    while !shown(&desk).contains("▶ Người Xem") {
        assert!(shown(&desk).contains("Ai chứng kiến?"), "{}", shown(&desk));
        desk.press(&[Key::Down]);
    }
    desk.press(&[Key::Enter]);
    desk.type_text("lead");
    desk.press(&[Key::Enter]);
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter]);
    let Fact::DiskDestroyed(destroyed) = desk.rig.last() else { panic!("{:?}\n{}", desk.rig.last(), shown(&desk)) };
    assert_eq!(destroyed.witness, Some(witness));
    assert_eq!((destroyed.disk.serial.as_deref(), desk.stack.layers()), (Some("WD-WX81A"), 0));
    assert!(shown(&desk).contains("1 đã hủy"), "{}", shown(&desk));
    // Then the disk is there no more: the bench offers to wipe another.
    desk.keys("h");
    assert_eq!(desk.stack.layers(), 0, "no disk is left to be destroyed");
}
