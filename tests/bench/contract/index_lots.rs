//! What every [`Index`](aoxanh::port::Index) promises about lots, a sentence.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::index::{Ledger, record_at};
use crate::ledger_rig::*;
use aoxanh::event::intake::{DeviceKind, DeviceReceived};
use aoxanh::event::settling::Corrected;
use aoxanh::port::{Filter, LotCount};
use aoxanh::unit::{Digest, LotId};

fn counts(ledger: &dyn Ledger, only: Option<&LotId>) -> Vec<(u8, DeviceKind, u64, i64)> {
    let number = |one: &LotId| (1..=9).find(|number| lot(*number) == *one).expect("ours");
    let told = |LotCount { lot, kind, devices, first }: LotCount| {
        (number(&lot), kind, devices, first.unix_millis() - moment(0).unix_millis())
    };
    let mut counts: Vec<_> = ledger.lot_counts(only).expect("reads").into_iter().map(told).collect();
    counts.sort_by_key(|(lot, kind, ..)| (*lot, *kind));
    counts
}

/// Counts are of what belongs to the lot now: what was never here is not counted, what was moved counts where it is.
pub(super) fn lots_counted(ledger: &dyn Ledger) {
    use DeviceKind::{Laptop, Tablet};
    assert_eq!(counts(ledger, None), []);
    ledger.commit(vec![entry(3, None, lot_opened(2))]).expect("a lot");
    let receive = |at, device, into, kind| record_at(ledger, at, device, DeviceReceived::bare(lot(into), kind));
    let first = receive(20, 1, 1, Laptop);
    receive(30, 2, 1, Laptop);
    receive(40, 3, 1, Tablet);
    let fourth = receive(50, 4, 2, Tablet);
    assert_eq!(counts(ledger, None), [(1, Laptop, 2, 20), (1, Tablet, 1, 40), (2, Tablet, 1, 50)]);
    assert_eq!(counts(ledger, Some(&lot(2))), [(2, Tablet, 1, 50)]);
    assert_eq!(counts(ledger, Some(&lot(9))), []);
    let listed = |number| {
        let filter = Filter { lot: Some(lot(number)), ..Filter::default() };
        let page = ledger.page(&filter, None, 2).expect("reads");
        let rest = ledger.page(&filter, page.last().map(|row| row.seq), 2).expect("reads");
        page.into_iter().chain(rest).map(|row| row.device).collect::<Vec<_>>()
    };
    assert_eq!(listed(1), [3, 2, 1].map(device_id));
    let correct = |device, leaf: Digest, to: Option<u8>| {
        let reason = Some(Digest([7; 32]));
        record_at(ledger, 60, device, Corrected { records: vec![leaf], lot: to.map(lot), reason });
    };
    correct(1, first, Some(2));
    assert_eq!(counts(ledger, None), [(1, Laptop, 1, 30), (1, Tablet, 1, 40), (2, Laptop, 1, 20), (2, Tablet, 1, 50)]);
    correct(4, fourth, None);
    assert_eq!(counts(ledger, Some(&lot(2))), [(2, Laptop, 1, 20)], "what was never here is not counted");
    assert_eq!((listed(1), listed(2)), (vec![device_id(3), device_id(2)], vec![device_id(1)]));
}
