//! What every [`Index`](aoxanh::port::Index) promises about shelves, a sentence each.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::index::{Ledger, climb, record_at};
use crate::ledger_rig::*;
use aoxanh::custody::{Stage, Summary};
use aoxanh::event::intake::{DeviceHeld, DeviceMoved, HoldReason};
use aoxanh::port::ShelfCount;

fn put(ledger: &dyn Ledger, device: u8, shelf: &str) {
    record_at(ledger, 100, device, DeviceMoved { to: shelf.to_owned(), from: None });
}

fn counts(ledger: &dyn Ledger) -> Vec<(Option<String>, u64, i64)> {
    let mut counts = ledger.shelves().expect("reads");
    counts.sort_by(|one, other| one.shelf.cmp(&other.shelf));
    let told = |ShelfCount { shelf, devices, oldest }| (shelf, devices, oldest.unix_millis() - moment(0).unix_millis());
    counts.into_iter().map(told).collect()
}

fn numbers(rows: &[Summary]) -> Vec<u8> {
    let number = |row: &Summary| (1..=99).find(|number| device_id(*number) == row.device).expect("ours");
    rows.iter().map(number).collect()
}

/// Each count is of the team's own devices alone, and a shelf is one however its name is spelled.
pub(super) fn shelves_counted(ledger: &dyn Ledger) {
    let on = |name: &str| Some(name.to_owned());
    assert_eq!(counts(ledger), []);
    for (device, received) in [(1, 30), (2, 20), (3, 40), (4, 50)] {
        climb(ledger, received, device, Stage::Received);
    }
    climb(ledger, 5, 5, Stage::HandedOver);
    assert_eq!(counts(ledger), [(None, 4, 20)], "what was given away is not waiting");
    for (device, name) in [(1, "Kệ A"), (2, "KỆ A"), (3, "Kệ B")] {
        put(ledger, device, name);
    }
    assert_eq!(counts(ledger), [(None, 1, 50), (on("Kệ A"), 2, 20), (on("Kệ B"), 1, 40)]);
    put(ledger, 2, "kệ b");
    assert_eq!(counts(ledger), [(None, 1, 50), (on("Kệ A"), 1, 30), (on("Kệ B"), 2, 20)]);
    put(ledger, 1, "Kệ B");
    assert_eq!(counts(ledger), [(None, 1, 50), (on("Kệ B"), 3, 20)], "an empty shelf is none");
    climb(ledger, 60, 6, Stage::Allocated);
    put(ledger, 6, "Kệ C");
    assert_eq!(counts(ledger).len(), 3);
    record_at(ledger, 110, 6, handed(6, aoxanh::event::handover::Terms::Loan));
    assert_eq!(counts(ledger), [(None, 1, 50), (on("Kệ B"), 3, 20)], "handed over, it left its shelf");
    climb(ledger, 70, 7, Stage::Inspected);
    put(ledger, 7, "Kệ D");
    let at = |stages: &[Stage]| {
        let mut counts = ledger.shelves_at(stages).expect("reads");
        counts.sort_by(|one, other| one.shelf.cmp(&other.shelf));
        counts.into_iter().map(|count| (count.shelf, count.devices)).collect::<Vec<_>>()
    };
    assert_eq!(at(&[Stage::Inspected]), [(on("Kệ D"), 1)]);
    assert_eq!(at(&[Stage::Received, Stage::Inspected]), [(None, 1), (on("Kệ B"), 3), (on("Kệ D"), 1)]);
    assert_eq!(at(&[]), []);
    assert_eq!(at(&[Stage::OnLoan, Stage::HandedOver]), [], "nobody's shelf");
}

/// The order is that of receiving, whatever was done since.
pub(super) fn waiting_in_order(ledger: &dyn Ledger) {
    for (device, received) in [(1, 30), (2, 20), (3, 20), (4, 10), (5, 25), (6, 5)] {
        climb(ledger, received, device, if device == 6 { Stage::HandedOver } else { Stage::Received });
    }
    for device in [1, 2, 3, 4] {
        put(ledger, device, "A1");
    }
    record_at(ledger, 120, 4, DeviceHeld::of(HoldReason::Part));
    let waiting = |name, after, most| ledger.waiting(name, after, most).expect("reads");
    assert_eq!(numbers(&waiting(Some("A1"), None, 100)), [4, 2, 3, 1]);
    assert_eq!(numbers(&waiting(None, None, 100)), [5], "not the one that was given away");
    assert_eq!(waiting(Some("a1"), None, 100), [], "by its one spelling");
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = waiting(Some("A1"), after, 1);
        let Some(last) = page.last() else { break };
        after = Some((last.received_at, last.seq));
        paged.extend(page);
    }
    assert_eq!(numbers(&paged), [4, 2, 3, 1]);
    assert_eq!(
        numbers(&ledger.index().shelf("A1", None, 100).expect("reads")),
        [4, 3, 2, 1],
        "the newest change first"
    );
    assert_eq!(numbers(&ledger.find("a1", 100).expect("reads")), [4, 3, 2, 1], "found by their shelf");
}
