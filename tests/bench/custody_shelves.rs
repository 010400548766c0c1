//! Shelves in the chain of custody: where a device lies, who may put it there, and what is refused.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::custody::{Step, about};
use super::golden;
use super::ledger_rig::*;
use super::roles::crew;
use aoxanh::custody::ShelfFile;
use aoxanh::event::Event;
use aoxanh::event::handover::Terms;
use aoxanh::event::intake::{Danger, DeviceMoved, DeviceQuarantined};

fn moved(to: &str) -> DeviceMoved {
    DeviceMoved { to: to.to_owned(), from: None }
}

/// An event of every shape of its fields.
pub(crate) fn golden() -> Vec<Event> {
    let from = DeviceMoved { from: Some("Kệ A1".to_owned()), ..moved("Kệ \"B\" 2") };
    vec![golden::about(moved("Kệ A1")), golden::about(from)]
}

/// For each rule about shelves an event that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let mut given = Walk::ready();
    given.goes(Some(1), allocated(1));
    given.goes(Some(1), handed(1, Terms::Loan));
    let mut refusals = vec![("device-gone", given, about(moved("A1")))];
    for odd in ["", " A1", "A1 ", "A  1", "Ke\u{323}\u{302} A", "A\u{7}1", &"x".repeat(41)] {
        refusals.push(("shelf-named", Walk::ready(), about(moved(odd))));
    }
    refusals
}

fn place(walk: &mut Walk, device: u8) -> (Option<String>, bool) {
    let file = walk.device(device).expect("received");
    (file.shelf, file.moved_at.is_some())
}

#[test]
fn a_device_lies_where_it_was_put_last_until_it_leaves_the_house() {
    let mut walk = Walk::ready();
    walk.goes(Some(2), received(1));
    let before = (walk.stage(), walk.device(1).expect("ready").functions);
    assert_eq!(place(&mut walk, 1), (None, false));
    walk.goes(Some(1), moved("Kệ A1"));
    walk.goes(Some(2), moved("KỆ a1"));
    assert_eq!(place(&mut walk, 1), (Some("Kệ A1".to_owned()), true));
    assert_eq!(place(&mut walk, 2).0.as_deref(), Some("Kệ A1"), "the first spelling stays");
    walk.goes(Some(1), moved("Bàn 3"));
    assert_eq!(place(&mut walk, 1).0.as_deref(), Some("Bàn 3"));
    assert_eq!((walk.stage(), walk.device(1).expect("ready").functions), before, "nothing else changed");
    walk.goes(Some(1), allocated(1));
    assert_eq!(place(&mut walk, 1).0.as_deref(), Some("Bàn 3"), "set aside, it still lies there");
    walk.goes(Some(1), handed(1, Terms::Gift));
    assert_eq!(place(&mut walk, 1), (None, false), "it left the house");
    assert_eq!(walk.file::<ShelfFile>("kệ a1").map(|file| file.name).as_deref(), Some("Kệ A1"));
}

#[test]
fn whoever_may_receive_may_put_away_and_what_is_dangerous_can_be_put_where_it_harms_nobody() {
    for person in 1..=4 {
        let mut walk = crew().by(person);
        walk.goes(Some(1), moved("A1"));
    }
    let mut walk = Walk::ready();
    walk.goes(Some(1), DeviceQuarantined { danger: Danger::Battery });
    walk.goes(Some(1), moved("Thùng cát"));
}

#[test]
fn a_name_that_no_station_should_have_recorded_still_says_where_the_device_is() {
    let mut walk = Walk::ready();
    walk.folds(Some(1), moved(" A1"));
    assert_eq!(place(&mut walk, 1).0.as_deref(), Some(" A1"));
}
