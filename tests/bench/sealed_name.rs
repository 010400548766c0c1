//! Names in the vault whose bearers the ledger refuses: erased again, because nobody would know that they are kept.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::{By, Fact, How};
use aoxanh::port::{
    Entry, Failure, FakeClock, FakeDisks, FakeFiles, FakeHardware, FakeLeases, FakeMarks, FakeMobiles, FakePrintQueue,
    FakePrinters, FakeProbe, FakeSecond, FakeSmart, FakeVault, Journal, Receipt, SeededChance, Trouble, Vault,
};
use aoxanh::store::Store;
use aoxanh::tag::TagId;
use aoxanh::unit::{Digest, Moment, Secret};
use aoxanh::word::say;
use aoxanh::workbench::{Bench, Donation, Opening, OwnFolder, open_lot, open_station, receive_new};
use std::cell::RefCell;
use std::time::Duration;

/// A vault that remembers which ids it ever sealed a name under.
#[derive(Default)]
struct Watched {
    names: FakeVault,
    ids: RefCell<Vec<String>>,
    keeps: bool,
}

impl Watched {
    /// How many names were ever sealed, and how many are there now.
    fn count(&self) -> (usize, usize) {
        let ids = self.ids.borrow();
        (ids.len(), ids.iter().filter(|id| self.names.open(id).expect("memory").is_some()).count())
    }
}

impl Vault for Watched {
    fn seal(&self, id: &str, name: &str) -> Result<(), Failure> {
        self.ids.borrow_mut().push(id.to_owned());
        self.names.seal(id, name)
    }

    fn open(&self, id: &str) -> Result<Option<String>, Failure> {
        self.names.open(id)
    }

    fn erase(&self, id: &str) -> Result<(), Failure> {
        if self.keeps {
            Err(Failure::new(Trouble::TryAgain, say!("vault-busy", id = id)))
        } else {
            self.names.erase(id)
        }
    }
}

/// A ledger on a full disk.
struct Full;

impl Journal for Full {
    fn commit(&self, _entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        Err(Failure::new(Trouble::Io, say!("ledger-full")))
    }
}

fn clock() -> FakeClock {
    FakeClock::new(Moment::from_unix_millis(1_795_206_965_000), Duration::from_secs(1))
}

fn on_bench<T>(store: &Store, journal: &dyn Journal, vault: &Watched, work: impl FnOnce(&Bench<'_>) -> T) -> T {
    // Another seed each time: other ids.
    let seed = u8::try_from(vault.ids.borrow().len()).expect("few");
    let (clock, chance) = (clock(), SeededChance::new(seed));
    work(&Bench {
        journal,
        index: store,
        vault,
        clock: &clock,
        chance: &chance,
        disks: &FakeDisks::default(),
        smart: &FakeSmart::default(),
        probe: &FakeProbe::default(),
        hardware: &FakeHardware::default(),
        mobiles: &FakeMobiles::default(),
        marks: RefCell::new(Box::new(FakeMarks::default())),
        leases: &FakeLeases::default(),
        second: &FakeSecond::default(),
        printers: &FakePrinters::default(),
        prints: &FakePrintQueue::default(),
        files: &FakeFiles::default(),
        secret: Digest([1; 32]),
        by: By { person: person(1), how: How::Pin },
        nobody: person(4),
        profiles: Vec::new(),
        profile: None,
        sources: aoxanh::job::Sources::default(),
        site: None,
        own: OwnFolder::default(),
    })
}

#[test]
fn a_donor_whose_lot_or_first_device_is_refused_is_not_kept_in_the_vault() {
    let store = Store::in_memory(station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    let donation = Donation { donor: Some("Người Tặng Thử".to_owned()), erase: true, parts: false };
    let vault = Watched::default();
    on_bench(&store, &Full, &vault, |bench| {
        assert_eq!(open_lot(bench, &donation).expect_err("full").what.key(), "ledger-full");
        assert_eq!(
            receive_new(bench, &donation, DeviceKind::Laptop, None).expect_err("full").what.key(),
            "ledger-full"
        );
    });
    assert_eq!(vault.count(), (2, 0));
    on_bench(&store, &store, &vault, |bench| {
        let tag = Some(TagId::from_random([7; 7]));
        receive_new(bench, &donation, DeviceKind::Laptop, tag.clone()).expect("received");
        assert_eq!(vault.count(), (3, 1), "a name that the ledger knows stays");
        let taken = receive_new(bench, &donation, DeviceKind::Laptop, tag).expect_err("the tag is taken");
        assert_eq!(taken.trouble, Trouble::No);
    });
    assert_eq!(vault.count(), (4, 1));
}

fn opened_on_a_full_disk(vault: &Watched) -> Failure {
    let opening = Opening {
        station_key: &station_key(),
        team_key: &team_key(),
        practice: false,
        lead: "Trần Thị Thử",
        pin: &Secret::new("918273"),
        guest: "Khách",
    };
    open_station(&opening, &Full, vault, &clock(), &SeededChance::new(9)).expect_err("full")
}

#[test]
fn a_lead_whose_station_is_refused_is_not_kept_in_the_vault() {
    let vault = Watched::default();
    let refused = opened_on_a_full_disk(&vault);
    assert_eq!((refused.what.key(), refused.cause.as_deref()), ("ledger-full", None));
    assert_eq!(vault.count(), (4, 0), "the lead's name, PIN and tries, the guest's name");
}

#[test]
fn a_name_that_could_not_be_erased_again_is_told_beside_the_refusal() {
    let vault = Watched { keeps: true, ..Watched::default() };
    let refused = opened_on_a_full_disk(&vault);
    assert_eq!(refused.what.key(), "ledger-full");
    assert!(refused.cause.is_some_and(|cause| cause.contains("vault-busy")));
}
