//! What the keys do: (before, keys, after) on a real ledger with disks in memory.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::Desk;
use aoxanh::custody::Stage;
use aoxanh::event::intake::DeviceKind;
use aoxanh::port::Index;
use aoxanh::workbench::{Input, Key, Standing, Step, Tone};

/// The tag of the device at the top of the list.
fn first_tag(desk: &Desk) -> String {
    desk.world.devices[0].name.clone()
}

fn next(desk: &Desk) -> Step {
    desk.world.next_step().expect("something to do").step
}

#[test]
fn a_device_goes_up_its_whole_ladder_by_enter_alone_and_what_must_be_typed() {
    let mut desk = Desk::with_device();
    assert_eq!((next(&desk), desk.world.devices[0].kind), (Step::Inspect, DeviceKind::Laptop));
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    assert_eq!((next(&desk), desk.stack.layers()), (Step::Wipe, 0));
    desk.press(&[Key::Enter, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert_eq!((next(&desk), desk.stack.layers()), (Step::Image, 0), "{}", desk.shown(80, 24));
    assert_eq!(desk.world.alerts[0].report.tone, Tone::Good);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text("WD-WX81A");
    desk.press(&[Key::Enter]);
    assert_eq!((next(&desk), desk.stack.layers()), (Step::Check, 0), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.keys("kc");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.world.here().map(|chosen| chosen.row.stage), Some(Stage::Checked));
    // The machine of the test tells nothing, so the verdict stands in the way, in the rule's own words.
    let rung = desk.world.next_step().expect("not ready");
    let Standing::Blocked(why) = &rung.standing else { panic!("{rung:?}") };
    assert_eq!((rung.step, why.key()), (Step::Ready, "rule-give-good-enough"));
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("cấu hình tối thiểu"));
}

#[test]
fn the_end_of_a_serial_is_enough_for_a_disk_that_an_inspection_saw_in_that_machine() {
    let mut desk = Desk::with_device();
    let found = desk.rig.bench().device(&desk.world.devices[0].device).expect("known");
    desk.rig.inspect(&found, &["WD-WX81A"]);
    desk.keys("x");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Gõ ít nhất 4 ký tự cuối"), "{}", desk.shown(80, 24));
    desk.type_text("x81a");
    desk.press(&[Key::Enter]);
    let wiped = desk.rig.disks.bytes("sdb").iter().any(|byte| *byte != super::arming_rig::OLD);
    assert!(wiped, "{}", desk.shown(80, 24));
}

#[test]
fn a_wrong_confirmation_keeps_the_layer_open_and_writes_nothing() {
    let mut desk = Desk::with_device();
    let before = desk.rig.store.head().expect("reads");
    desk.keys("x");
    desk.press(&[Key::Enter]);
    for typed in ["81a", "x81a", "x81b", "sdb", "WD"] {
        desk.type_text(typed);
        desk.press(&[Key::Enter]);
        assert_eq!(desk.stack.layers(), 2, "{typed}");
        assert!(desk.shown(80, 24).contains("Chưa xác nhận"), "{}", desk.shown(80, 24));
    }
    assert_eq!(desk.rig.store.head().expect("reads"), before);
    assert!(desk.rig.disks.bytes("sdb").iter().all(|byte| *byte == super::arming_rig::OLD));
    // The code of the disk without a serial is shown, and another disk's serial does not count for it.
    desk.press(&[Key::Escape, Key::Down, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert_eq!((desk.stack.layers(), desk.world.jobs.len()), (2, 0));
    assert_eq!(desk.rig.store.head().expect("reads"), before);
}

#[test]
fn a_disk_that_must_not_be_written_cannot_be_chosen() {
    let mut desk = Desk::with_device();
    desk.keys("x");
    desk.press(&[Key::Up, Key::Enter]);
    assert_eq!(desk.stack.layers(), 1);
    assert!(desk.shown(80, 24).contains("không được ghi: hệ điều hành"));
    // In quarantine, no disk can.
    desk.press(&[Key::Escape]);
    desk.keys("l");
    desk.press(&[Key::Enter, Key::Escape]);
    desk.keys("x");
    desk.press(&[Key::Down, Key::Down, Key::Enter]);
    assert_eq!(desk.stack.layers(), 1, "{}", desk.shown(80, 24));
}

#[test]
fn a_device_in_quarantine_has_no_step_that_would_switch_it_on() {
    let mut desk = Desk::with_device();
    desk.keys("l");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains(": cách ly."), "what became of it: {}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("✗ kiểm tra") && !shown.contains("← bấm Enter"), "{shown}");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("không bật, không mở"), "{}", desk.shown(80, 24));
}

#[test]
fn a_scanned_tag_chooses_its_device_and_an_unknown_one_is_offered_to_the_next() {
    let mut desk = Desk::with_device();
    let first = first_tag(&desk);
    desk.keys("n");
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Enter]);
    assert_eq!(desk.world.devices.len(), 2);
    assert_ne!(first_tag(&desk), first);
    let chosen = |desk: &Desk| desk.world.here().map(|chosen| chosen.row.name.clone());
    desk.input(Input::Scan(&format!("HTTPS://AOXANH.INVALID/{}", first.replace('-', ""))));
    assert_eq!((chosen(&desk), desk.stack.layers()), (Some(first.clone()), 0));
    desk.press(&[Key::Up]);
    assert_ne!(chosen(&desk), Some(first.clone()));
    // Typed: the first symbol opens the search, with that symbol in it.
    desk.type_text("x".to_uppercase().as_str());
    desk.press(&[Key::Backspace]);
    desk.type_text(&first.to_lowercase());
    desk.press(&[Key::Enter]);
    assert_eq!((chosen(&desk), desk.stack.layers()), (Some(first), 0));
    let fresh = aoxanh::tag::TagId::from_random([9; 7]);
    desk.input(Input::Scan(fresh.as_str()));
    assert_eq!(desk.stack.layers(), 1);
    assert!(desk.shown(80, 24).contains(&fresh.to_string()), "{}", desk.shown(80, 24));
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Enter]);
    assert_eq!(first_tag(&desk), fresh.to_string());
}

#[test]
fn words_find_what_has_them_and_several_are_shown_to_choose_from() {
    let mut desk = Desk::with_device();
    let first = first_tag(&desk);
    desk.keys("n");
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Enter]);
    // Both are of one lot.
    let lot = desk.world.lot.clone().expect("a lot").lot.to_string().to_lowercase();
    desk.keys("/");
    desk.type_text(&lot);
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("2 máy khớp") && shown.contains(&first), "{shown}");
    desk.press(&[Key::Down, Key::Enter]);
    assert_eq!(desk.stack.layers(), 0);
    assert_eq!(desk.world.here().map(|chosen| chosen.row.name.clone()), Some(first));
}

#[test]
fn a_wrong_tag_is_said_where_it_was_typed() {
    let mut desk = Desk::with_device();
    desk.keys("/");
    desk.type_text("7K3XQ");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 1);
    assert!(desk.shown(80, 24).contains("Tem \"7K3XQ\" không đúng"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.input(Input::Scan("WD-WX81A-0001"));
    assert!(desk.shown(80, 24).contains("không đúng"), "{}", desk.shown(80, 24));
}

#[test]
fn without_consent_the_ladder_says_so_and_asks_for_nothing_else() {
    let mut desk = Desk::empty();
    desk.keys("n");
    desk.press(&[Key::Up, Key::Down, Key::Down, Key::Down, Key::Down, Key::Down, Key::Enter]);
    assert_eq!(desk.world.devices.len(), 1, "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    let rung = desk.world.next_step().expect("something to do");
    let Standing::Blocked(why) = &rung.standing else { panic!("{rung:?}") };
    assert_eq!((rung.step, why.key()), (Step::Wipe, "rule-arm-consent"));
}

#[test]
fn holds_and_releases_are_one_key_and_leave_with_the_reason() {
    let mut desk = Desk::with_device();
    desk.keys("w");
    desk.press(&[Key::Down, Key::Enter]);
    assert!(desk.world.devices[0].held && desk.shown(80, 24).contains("! chờ"));
    desk.keys("w");
    desk.press(&[Key::Enter]);
    assert!(!desk.world.devices[0].held);
}

#[test]
fn leaving_asks_while_a_job_runs_and_not_otherwise() {
    let mut desk = Desk::with_device();
    desk.holds_jobs = true;
    desk.keys("x");
    desk.press(&[Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.held.len(), 1);
    let order = desk.held.pop().expect("one");
    // The job begins, and is in the middle of things.
    let mut heard = Vec::new();
    aoxanh::workbench::run_job(&desk.rig.bench(), 3, &order, &|| true, &mut |news| heard.push(news));
    for news in heard.drain(..2) {
        desk.hear(news);
    }
    assert_eq!((desk.world.jobs.len(), desk.stack.layers()), (1, 0));
    for leave in [Key::Char('q'), Key::Control('c')] {
        desk.press(&[leave]);
        assert_eq!((desk.left, desk.stack.layers()), (false, 1));
        desk.press(&[Key::Escape]);
    }
    desk.keys("vs");
    desk.press(&[Key::Enter]);
    assert!(desk.world.jobs[0].stopping && desk.shown(80, 24).contains("Đang dừng"));
    desk.press(&[Key::Escape]);
    desk.press(&[Key::Char('q'), Key::Enter]);
    assert!(desk.left);
    let mut idle = Desk::with_device();
    idle.keys("q");
    assert!(idle.left);
}

#[test]
fn every_key_of_the_bar_does_something_and_no_other_key_does() {
    let keys = "abcdefghijklmnopqrstuvwxyz/";
    for letter in keys.chars() {
        let mut desk = Desk::with_device();
        desk.input(Input::Key(Key::Function(1)));
        let page = desk.shown(80, 40);
        desk.press(&[Key::Escape]);
        let before = (desk.stack.layers(), desk.world.clone());
        let said = page.lines().any(|line| line.split_whitespace().any(|word| word == letter.to_string()));
        desk.press(&[Key::Char(letter)]);
        let did = desk.left || before != (desk.stack.layers(), desk.world.clone());
        assert!(said || !did, "{letter} does something and is not told");
        // Reading again changes nothing where nothing changed.
        assert!(!said || did || letter == 'r', "{letter} is told and does nothing: {page}");
    }
}
