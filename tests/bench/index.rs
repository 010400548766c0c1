//! Finding and listing devices: the index's promises on the real ledger and on the fake one.

use crate::contract::index::keeps_every_promise;
use crate::ledger_rig::station_key;
use aoxanh::port::FakeLedger;
use aoxanh::store::Store;

#[test]
fn the_real_ledger_and_the_fake_one_find_and_list_alike() {
    keeps_every_promise("fake", &|| Box::new(FakeLedger::default()));
    keeps_every_promise("store", &|| Box::new(Store::in_memory(station_key()).expect("made")));
}
