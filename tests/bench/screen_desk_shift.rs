//! Badges and shifts while the clerk is slow: desk and clerk agree about who is there; and who is gone leaves nothing behind.

use super::screen_desk::{Desk, HALF};
use super::screen_people::{LEAD_PIN, PIN};
use aoxanh::event::{By, How};
use aoxanh::screen::{Task, Teller};
use aoxanh::workbench::{Beginning, Input, Key, News, Work};

#[test]
fn a_badge_signs_in_here_and_there_unless_its_layer_was_closed_before_the_clerk_looked() {
    let mut desk = Desk::new();
    let thu = desk.person("Lê Thư");
    desk.rig.by = By { person: desk.person("Lead"), how: How::Pin };
    let code = aoxanh::workbench::issue_badge(&desk.rig.bench(), &thu).expect("made");
    desk.rig.by = By { person: desk.rig.guest.clone(), how: How::Claimed };
    desk.input(Input::Scan(code.expose()));
    desk.press(&[Key::Escape]);
    desk.work();
    assert_eq!((desk.view.world.signed_in(), desk.view.by(), desk.rig.by.how), (None, None, How::Claimed));
    desk.input(Input::Scan(code.expose()));
    desk.work();
    let by = By { person: thu, how: How::Badge };
    assert_eq!((desk.view.by(), &desk.rig.by, desk.view.stack.layers()), (Some(&by), &by, 0), "{}", desk.shown());
    // A badge is no better than a PIN where nobody is there any more.
    desk.pass(HALF * 2);
    desk.keys("n");
    desk.work();
    assert_eq!((desk.view.by(), desk.rig.by.how, desk.view.stack.layers()), (None, How::Claimed, 0));
}

#[test]
fn whoever_takes_a_shift_over_is_there_for_desk_and_clerk_alike() {
    let mut desk = Desk::new();
    desk.sign_in("le", PIN);
    desk.press(&[Key::Function(10)]);
    desk.work();
    desk.keys("g");
    desk.work();
    desk.press(&[Key::Enter]);
    desk.keys("lead");
    desk.press(&[Key::Enter]);
    desk.keys(LEAD_PIN);
    desk.press(&[Key::Enter]);
    desk.work();
    let lead = Some(desk.person("Lead"));
    assert_eq!(desk.who(), (lead.clone(), lead.clone(), lead), "{}", desk.shown());
    desk.press(&[Key::Escape]);
    desk.keys("g");
    desk.work();
    desk.press(&[Key::Enter, Key::Control('n')]);
    desk.work();
    assert_eq!(desk.who(), (None, None, None), "{}", desk.shown());
}

#[test]
fn after_a_long_absence_no_name_of_a_layer_is_left_and_a_job_goes_on_as_whose_it_was() {
    let mut desk = Desk::new();
    desk.sign_in("lead", LEAD_PIN);
    let (device, _) = desk.devices();
    let beginning = Beginning { job: 1, device, name: "T".to_owned(), disk: "sdb".to_owned(), work: Work::Wipe };
    desk.hear(Teller::Job, News::JobBegan(Box::new(beginning)));
    desk.keys("m");
    desk.work();
    assert!(desk.shown().contains("Lê Thư"), "{}", desk.shown());
    desk.pass(HALF * 2);
    let tasks = desk.view.look(desk.now());
    assert!(!tasks.iter().any(|task| matches!(task, Task::Stop(_))), "{tasks:?}");
    desk.put(tasks);
    desk.work();
    let shown = desk.shown();
    assert!(desk.view.stack.layers() == 0 && !shown.contains("Lê Thư"), "{shown}");
    assert_eq!((desk.who(), desk.view.world.running()), ((None, None, None), 1), "{shown}");
}
