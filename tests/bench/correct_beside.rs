//! Corrections of what is filed beside a device too: parts, lots, holds.

use super::correct::{crew, strikes, to_lot};
use super::custody_repair::{part, taken};
use super::ledger_rig::*;
use aoxanh::custody::{PartFile, Shelf};
use aoxanh::event::donation::{ConsentGiven, Purpose};
use aoxanh::event::intake::{DeviceHeld, HoldReason, HoldReleased};
use aoxanh::event::repair::PartFitted;

#[test]
fn a_part_that_is_no_disk_goes_back_as_long_as_it_lies_on_the_shelf() {
    let mut walk = Walk::ready();
    walk.goes(None, ConsentGiven { lot: lot(1), purpose: Purpose::Parts });
    walk.goes(Some(2), received(1));
    let out = walk.goes(Some(1), taken(1));
    let into = walk.goes(Some(2), PartFitted { part: part(1) });
    walk.refused("correct-taken", Some(1), strikes(&[out]));
    let undone = walk.goes(Some(2), strikes(&[into]));
    assert!(walk.file::<Shelf>("").expect("kept").parts.contains(&part(1)));
    let gone = walk.goes(Some(1), strikes(&[out]));
    assert!(walk.file::<Shelf>("").expect("kept").parts.is_empty());
    walk.refused("part-shelf", Some(2), PartFitted { part: part(1) });
    walk.refused("correct-taken", Some(2), strikes(&[undone]));
    walk.goes(Some(1), strikes(&[gone]));
    walk.goes(Some(2), strikes(&[undone]));
    assert_eq!(walk.file::<PartFile>(&part(1)).expect("known").fitted, Some(device_id(2)));
}

#[test]
fn a_device_goes_to_the_right_lot_only_while_nothing_rests_on_the_donors_word_and_never_under_a_wider_one() {
    let mut walk = Walk::new(false);
    let receipt = walk.goes(Some(1), received(1));
    walk.goes(None, lot_opened(2));
    let moved_back = {
        let mut walk = walk.clone();
        let there = walk.goes(Some(1), to_lot(receipt, 2));
        assert_eq!(walk.device(1).expect("received").lot, lot(2));
        // The way back is under a wider consent.
        walk.refused("correct-safe", Some(1), strikes(&[there]));
        walk
    };
    assert!(moved_back.written().len() > walk.written().len());
    walk.goes(None, erase_consent(2));
    let mut generous = walk.clone();
    generous.goes(None, ConsentGiven { lot: lot(2), purpose: Purpose::Parts });
    generous.refused("correct-safe", Some(1), to_lot(receipt, 2));
    let there = walk.goes(Some(1), to_lot(receipt, 2));
    walk.goes(Some(1), strikes(&[there]));
    assert_eq!(walk.device(1).expect("received").lot, lot(1));
    walk.goes(Some(1), to_lot(receipt, 2));
    let mut ready = Walk::ready();
    ready.goes(None, lot_opened(2));
    ready.goes(None, erase_consent(2));
    let receipt = ready.written().iter().find(|one| one.event.fact == received(1).into()).expect("received").leaf;
    ready.refused("correct-rests", Some(1), to_lot(receipt, 2));
}

#[test]
fn a_hold_that_was_released_by_mistake_comes_back_and_is_lifted_by_no_correction() {
    let mut walk = crew();
    let held = walk.goes(Some(1), DeviceHeld::of(HoldReason::Donor));
    let released = walk.goes(Some(1), HoldReleased {});
    let undone = walk.goes(Some(1), strikes(&[released]));
    assert_eq!(walk.device(1).expect("ready").held, Some(HoldReason::Donor));
    for record in [undone, held] {
        walk.refused("correct-safe", Some(1), strikes(&[record]));
    }
}
