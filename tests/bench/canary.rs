//! Names of donors and leads: in the vault, sealed, and nowhere else; and gone for good once erased.

#![expect(clippy::disallowed_methods, reason = "these tests read every file of a station's folder")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::{station_key, team_key};
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::people::Role;
use aoxanh::event::{By, How};
use aoxanh::linux::LocalFiles;
use aoxanh::port::{
    Disks, Failure, FakeClock, FakeHardware, FakeLeases, FakeMarks, FakeMobiles, FakePrintQueue, FakePrinters,
    FakeProbe, FakeSecond, FakeSmart, Index, SeededChance, Trouble, Vault,
};
use aoxanh::store::{KeyFile, SealedVault, Store, VaultKey, write_key};
use aoxanh::unit::{Digest, Moment, Secret};
use aoxanh::workbench::{
    Bench, Donation, Opening, OwnFolder, export, history, open_lot, open_station, override_rule, receive, sign_in,
};
use rusqlite::Connection;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

const LEAD: &str = "Đội Trưởng Chim-Hoàng-Yến";
const GUEST: &str = "Khách Chim-Hoàng-Yến";
const PIN: &str = "90817263544536";
const REASON: &str = "Lý do Chim-Hoàng-Yến: bàn phím gãy nhưng em cần gấp";
const DONOR: &str = "Nhà Tài Trợ Chim-Hoàng-Yến";
const PLAIN: &str = "CANARY-0x5eed";

/// No disks: nothing here writes to any.
struct NoDisks;

impl Disks for NoDisks {
    fn list(&self, _image: Option<&Path>) -> Result<Vec<aoxanh::device::Disk>, Failure> {
        Ok(Vec::new())
    }

    fn open(&self, _armed: &aoxanh::device::Armed) -> Result<Box<dyn aoxanh::port::DiskIo>, Failure> {
        unreachable!("no disk to arm")
    }
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.push((path, bytes));
        }
    }
    found
}

fn holding(folder: &Path, wanted: &[u8]) -> Vec<PathBuf> {
    let holds = |bytes: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    files(folder).into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path).collect()
}

/// Base64 and hexadecimal spell a name too, and so do its words alone.
fn spellings(name: &str) -> Vec<Vec<u8>> {
    use std::fmt::Write as _;
    let hex = name.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("text");
        hex
    });
    let mut all = vec![name.as_bytes().to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    all.extend(name.split(' ').filter(|word| word.len() > 9).map(|word| word.as_bytes().to_vec()));
    all
}

#[test]
fn the_names_of_donors_and_leads_stand_in_no_file_of_the_station() {
    let folder = tempfile::tempdir().expect("folder");
    let (clock, chance) =
        (FakeClock::new(Moment::from_unix_millis(1_795_206_965_000), Duration::from_secs(1)), SeededChance::new(3));
    write_key(folder.path(), KeyFile::Vault, &[5; 32]).expect("written");
    let store = Store::create(folder.path(), station_key()).expect("made");
    let vault = SealedVault::make(folder.path(), VaultKey::Known(Zeroizing::new([5; 32])), &chance).expect("made");
    let opening = Opening {
        station_key: &station_key(),
        team_key: &team_key(),
        practice: false,
        lead: LEAD,
        pin: &Secret::new(PIN),
        guest: GUEST,
    };
    let opened = open_station(&opening, &store, &vault, &clock, &chance).expect("opened");
    let bench = Bench {
        journal: &store,
        index: &store,
        vault: &vault,
        clock: &clock,
        chance: &chance,
        disks: &NoDisks,
        smart: &FakeSmart::default(),
        probe: &FakeProbe::default(),
        hardware: &FakeHardware::default(),
        mobiles: &FakeMobiles::default(),
        marks: RefCell::new(Box::new(FakeMarks::default())),
        leases: &FakeLeases::default(),
        second: &FakeSecond::default(),
        printers: &FakePrinters::default(),
        prints: &FakePrintQueue::default(),
        files: &LocalFiles,
        secret: Digest([1; 32]),
        by: By { person: opened.lead.clone(), how: How::Pin },
        nobody: opened.guest.clone(),
        profiles: Vec::new(),
        profile: None,
        sources: aoxanh::job::Sources::default(),
        site: None,
        own: OwnFolder::default(),
    };
    let donation = Donation { donor: Some(DONOR.to_owned()), erase: true, parts: false };
    let lot = open_lot(&bench, &donation).expect("opened");
    let received = receive(&bench, &lot, DeviceKind::Laptop, None).expect("received");
    override_rule(&bench, &received.found, "give-functions", REASON, None).expect("lifted");
    assert!(sign_in(&bench, LEAD, &Secret::new("1".repeat(14))).is_err());
    let signed = sign_in(&bench, LEAD, &Secret::new(PIN)).expect("signed in");
    assert_eq!((signed.name.as_str(), signed.roles), (LEAD, vec![Role::Lead]));
    let told = history(&bench, &received.found).expect("told").into_iter().find_map(|line| line.reason);
    assert_eq!(told.as_deref(), Some(REASON));
    export(&store, &LocalFiles, &folder.path().join("export")).expect("exported");
    assert!(files(folder.path()).iter().any(|(path, _)| path.ends_with("ledger.db-wal")), "the log is searched too");
    for name in [LEAD, DONOR, GUEST, PIN, REASON] {
        for spelling in spellings(name) {
            assert_eq!(holding(folder.path(), &spelling), Vec::<PathBuf>::new(), "{name}");
        }
    }
    let file = (&store as &dyn Index).get::<aoxanh::custody::LotFile>(&lot).expect("reads").expect("the lot");
    assert_eq!(vault.open(file.donor.as_str()).expect("opens").as_deref(), Some(DONOR));
    assert_eq!(vault.open(opened.lead.as_str()).expect("opens").as_deref(), Some(LEAD));
    assert!(!holding(folder.path(), opened.lead.as_str().as_bytes()).is_empty(), "the search finds what is there");
}

/// The wrapped key and the sealed name, as they stand in the vault's file.
fn sealed(folder: &Path, id: &str) -> [Vec<u8>; 2] {
    Connection::open(folder.join("vault.db"))
        .and_then(|sql| {
            sql.query_row("SELECT key, body FROM sealed WHERE id = ?1", [id], |row| Ok([row.get(0)?, row.get(1)?]))
        })
        .expect("sealed")
}

#[test]
fn an_erased_name_cannot_be_had_and_its_bytes_are_gone_from_the_files() {
    let folder = tempfile::tempdir().expect("folder");
    let chance = SeededChance::new(4);
    let vault = SealedVault::make(folder.path(), VaultKey::Known(Zeroizing::new([5; 32])), &chance).expect("made");
    let long = PLAIN.repeat(2000);
    for (id, name) in [("g-1", PLAIN), ("g-2", long.as_str()), ("g-3", "another")] {
        vault.seal(id, name).expect("sealed");
        assert_eq!(vault.open(id).expect("opens").as_deref(), Some(name));
    }
    for id in ["g-1", "g-2"] {
        let [key, body] = sealed(folder.path(), id);
        // The last bytes too: a long name goes over several pages.
        let traces = [key.clone(), body[..32].to_vec(), body[body.len() - 32..].to_vec()];
        for trace in &traces {
            assert!(!holding(folder.path(), trace).is_empty(), "{id}: the search finds what is there");
        }
        vault.erase(id).expect("erased");
        assert_eq!(vault.open(id).expect("answers"), None);
        for trace in &traces {
            assert_eq!(holding(folder.path(), trace), Vec::<PathBuf>::new(), "{id}");
        }
    }
    assert_eq!(vault.open("g-3").expect("opens").as_deref(), Some("another"));
    assert_eq!(holding(folder.path(), PLAIN.as_bytes()), Vec::<PathBuf>::new());
}

#[test]
fn a_name_sealed_anew_leaves_nothing_of_the_old_one_after_erasing() {
    let folder = tempfile::tempdir().expect("folder");
    let chance = SeededChance::new(5);
    let vault = SealedVault::make(folder.path(), VaultKey::Known(Zeroizing::new([5; 32])), &chance).expect("made");
    vault.seal("g-1", "first").expect("sealed");
    let [key, body] = sealed(folder.path(), "g-1");
    vault.seal("g-1", "second").expect("sealed");
    assert_ne!(sealed(folder.path(), "g-1"), [key.clone(), body.clone()]);
    vault.erase("g-1").expect("erased");
    for trace in [key, body] {
        assert_eq!(holding(folder.path(), &trace), Vec::<PathBuf>::new());
    }
}

#[test]
fn erasing_while_somebody_reads_says_that_it_is_not_done_and_can_be_done_again() {
    let folder = tempfile::tempdir().expect("folder");
    let chance = SeededChance::new(6);
    let vault = SealedVault::make(folder.path(), VaultKey::Known(Zeroizing::new([5; 32])), &chance).expect("made");
    vault.seal("g-1", PLAIN).expect("sealed");
    let [_, body] = sealed(folder.path(), "g-1");
    let reader = Connection::open(folder.path().join("vault.db")).expect("opens");
    reader.execute_batch("BEGIN; SELECT count(*) FROM sealed;").expect("reads");
    let failure = vault.erase("g-1").expect_err("the log cannot be cut");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::TryAgain, "vault-busy"));
    reader.execute_batch("COMMIT").expect("done reading");
    vault.erase("g-1").expect("erased");
    assert_eq!(holding(folder.path(), &body), Vec::<PathBuf>::new());
}

#[test]
fn a_sealed_name_opens_for_its_own_id_and_key_only() {
    let folder = tempfile::tempdir().expect("folder");
    let chance = SeededChance::new(7);
    let vault = SealedVault::make(folder.path(), VaultKey::Known(Zeroizing::new([5; 32])), &chance).expect("made");
    vault.seal("g-1", "a").expect("sealed");
    let other = SealedVault::open(folder.path(), Zeroizing::new([6; 32]), &chance).expect("opens");
    assert_eq!(other.open("g-1").expect_err("another master key").trouble, Trouble::BadData);
    Connection::open(folder.path().join("vault.db"))
        .and_then(|sql| sql.execute("INSERT INTO sealed SELECT 'g-2', key, body FROM sealed", []))
        .expect("moved");
    assert_eq!(vault.open("g-2").expect_err("moved to another id").trouble, Trouble::BadData);
}
