//! Ledger and vault on storage that fails at any one I/O, or loses its power there: what was acknowledged is there,
//! nothing is half, and it goes on. What was told is told by a process of its own; what is left is looked at elsewhere.

#![expect(clippy::disallowed_methods, reason = "these tests run a process of their own and copy files")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::fuse_rig::{Mounted, tried};
use super::fuse_volume::{Asks, Comes, EIO, ENOSPC, Fault, Volume};
use crate::ledger_rig::*;
use aoxanh::event::inspection::Verdict;
use aoxanh::event::{Event, Fact};
use aoxanh::ledger::Record;
use aoxanh::port::{Entry, Failure, Index, Journal, Marks, SeededChance, Trouble, Vault};
use aoxanh::store::{SealedVault, Store, VaultKey, erasures};
use aoxanh::unit::{Bytes, Digest};
use aoxanh::workbench::{Pinned, verify};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use zeroize::Zeroizing;

/// How many places are tried where time matters.
const SAMPLE: u64 = 24;
/// Tells a process that it is to run scripts.
const RUN: &str = "AOXANH_TEST_RUN_SCRIPTS";

/// What the storage does, and what follows.
#[derive(Clone, Copy, Debug)]
struct Injury {
    on: &'static [Asks],
    comes: Comes,
    /// Only the k-th, or all from the k-th on.
    once: bool,
    after: After,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// It works again.
    Mended,
    /// The power was cut: nothing that was not synced is there.
    Cut,
    /// The power was cut, and any part of what was not synced is there.
    Torn,
}

/// What a script was told.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Told {
    records: BTreeMap<u64, Digest>,
    names: BTreeMap<String, String>,
    erased: Vec<String>,
    mark: Option<Bytes>,
    /// What sort, and in full.
    failures: Vec<(String, String)>,
}

impl Told {
    fn hear<T>(&mut self, answer: Result<T, Failure>) -> Option<T> {
        let told = |failure: Failure| self.failures.push((failure.trouble.word().to_owned(), format!("{failure:?}")));
        answer.map_err(told).ok()
    }

    fn commit(&mut self, store: &Store, entries: Vec<Entry<Fact>>) {
        let receipts = self.hear(store.commit(entries)).unwrap_or_default();
        self.records.extend(receipts.into_iter().map(|receipt| (receipt.seq, receipt.leaf)));
    }

    fn seal(&mut self, vault: &dyn Vault, id: &str) {
        self.erased.retain(|erased| erased != id);
        let name = format!("Người {id}");
        if self.hear(vault.seal(id, &name)).is_some() {
            self.names.insert(id.to_owned(), name);
        }
    }

    fn erase(&mut self, vault: &dyn Vault, id: &str) {
        // Whatever comes of it, the name is not promised any more.
        self.names.remove(id);
        if self.hear(vault.erase(id)).is_some() {
            self.erased.push(id.to_owned());
        }
    }
}

/// A process that runs scripts: this one serves the file system and must not map its files.
struct Runner {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Runner {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", "store_injury::runs_scripts", "--ignored", "--nocapture", "--test-threads=1"])
            .env(RUN, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    fn run(&mut self, script: &str, folder: &Path) -> Told {
        let to = self.child.stdin.as_mut().expect("piped");
        writeln!(to, "{script} {}", folder.display()).expect("it listens");
        let told = self.lines.by_ref().find_map(|line| Some(line.ok()?.strip_prefix("TOLD ")?.to_owned()));
        serde_json::from_str(&told.expect("the script died")).expect("what was told")
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

#[test]
#[ignore = "the process that the tests below run"]
fn runs_scripts() {
    if std::env::var_os(RUN).is_none() {
        return;
    }
    for line in std::io::stdin().lines() {
        let line = line.expect("text");
        let (script, folder) = line.split_once(' ').expect("a script and a folder");
        let told = match script {
            "two-days" => two_days(Path::new(folder)),
            appends => append(Path::new(folder), appends.parse().expect("a number")),
        };
        println!("\nTOLD {}", serde_json::to_string(&told).expect("plain"));
    }
}

/// A station of before, whole, and closed.
fn prepared() -> Volume {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::create(folder.path(), station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    drop((store, SealedVault::make(folder.path(), VaultKey::Known(master()), &SeededChance::new(1)).expect("made")));
    let volume = Volume::empty();
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let entry = entry.expect("read");
        volume.add(&entry.file_name(), &std::fs::read(entry.path()).expect("a file"));
    }
    volume
}

fn master() -> Zeroizing<[u8; 32]> {
    Zeroizing::new([5; 32])
}

/// Two days at the bench: the ledger is opened, appended to, marked, the vault beside it, and both closed.
fn two_days(folder: &Path) -> Told {
    let mut told = Told::default();
    for day in [1, 2] {
        let chance = SeededChance::new(day);
        let vault = told.hear(SealedVault::open(folder, master(), &chance));
        let store = told.hear(Store::open(folder, station_key()));
        if let Some(vault) = &vault {
            told.seal(vault, &format!("first-{day}"));
            told.seal(vault, &format!("second-{day}"));
            // On the second day, again.
            told.seal(vault, "second-1");
        }
        if let Some(mut store) = store.as_ref() {
            told.commit(store, vec![entry(1, None, lot_opened(day))]);
            let device = [entry(2, Some(day), received(day)), entry(2, Some(day), tag(day))];
            told.commit(store, [vec![entry(2, None, erase_consent(day))], device.to_vec()].concat());
            if told.hear(store.mark(&job(1), Bytes::mib(day.into()))).is_some() {
                told.mark = Some(Bytes::mib(day.into()));
            }
            told.commit(store, vec![entry(3, Some(day), inspected(Verdict::Pass, &[]))]);
        }
        if let Some(vault) = &vault {
            told.erase(vault, &format!("second-{day}"));
        }
    }
    told
}

/// So many appends, and as many marks.
fn append(folder: &Path, number: u8) -> Told {
    let mut told = Told::default();
    let Some(store) = told.hear(Store::open(folder, station_key())) else { return told };
    for number in 1..=number {
        told.commit(&store, vec![entry(1, None, lot_opened(number))]);
        told.hear((&store).mark(&job(number), Bytes::mib(1)));
    }
    told
}

/// Copies what is left to a file system that works, opens it, and finds it whole: all that was told, nothing half, and room for more.
fn find(left: &Volume, told: &Told, at: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    for (name, bytes) in left.files() {
        std::fs::write(folder.join(name), bytes).expect("room");
    }
    let store = Store::open(folder, station_key()).unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
    let verified = verify(&store, Pinned::default()).unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
    assert_eq!(verified.stale, None, "{at}");
    let (mut there, mut kinds) = (BTreeMap::new(), BTreeMap::<String, u32>::new());
    let mut visit = |row: aoxanh::port::Row| {
        let record = Record::from_bytes(row.bytes).expect("a record");
        there.insert(row.seq, record.leaf());
        *kinds.entry(Event::from_body(record.body()).expect("an event").fact.kind().to_owned()).or_default() += 1;
        Ok(())
    };
    store.rows(&mut visit).expect("rows");
    for (seq, leaf) in &told.records {
        assert_eq!(there.get(seq), Some(leaf), "{at}: acknowledged record {seq} is lost");
    }
    let count = |kind: &str| kinds.get(kind).copied().unwrap_or_default();
    let together = ["ConsentGiven", "DeviceReceived", "TagBound"].map(count);
    assert!(together.iter().all(|number| *number == together[0]), "{at}: half a commit: {kinds:?}");
    let mark = (&store).last(&job(1)).expect("marks are read");
    assert!(mark >= told.mark && mark <= Some(Bytes::mib(2)), "{at}: {mark:?} for {:?}", told.mark);

    let chance = SeededChance::new(9);
    let vault = SealedVault::open(folder, master(), &chance).unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
    for (id, name) in &told.names {
        assert_eq!(vault.open(id).as_ref(), Ok(&Some(name.clone())), "{at}: an acknowledged name is lost");
    }
    for id in &told.erased {
        assert_eq!(vault.open(id), Ok(None), "{at}: an erased name is back");
    }
    for day in [1, 2] {
        for id in [format!("first-{day}"), format!("second-{day}")] {
            let left = vault.open(&id).unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
            assert!(left.is_none_or(|name| name == format!("Người {id}")), "{at}");
        }
    }
    for erasure in erasures(folder).expect("tombstones are read") {
        assert_eq!(vault.open(&erasure.id), Ok(None), "{at}: a name under a tombstone");
    }
    vault.seal("later", "Người Sau").unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
    store.commit(vec![entry(4, None, lot_opened(99))]).unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
    assert_eq!(verify(&store, Pinned::default()).map(|now| now.head.size), Ok(verified.head.size + 1), "{at}");
}

/// A script on a copy of the station, the fault striking; what is left, what was told, how many asks the fault saw.
fn injured(runner: &mut Runner, script: &str, prepared: &Volume, fault: Fault) -> Option<(Volume, Told, u64)> {
    let volume = prepared.after_power_cut(None);
    let mounted = Mounted::new(&volume)?;
    volume.arm(fault);
    let told = runner.run(script, mounted.path());
    let seen = volume.mend();
    Some((volume, told, seen))
}

fn every_io(injury: Injury) {
    let (prepared, mut runner) = (prepared(), Runner::start());
    let fault = |strikes| Fault::new(injury.on, injury.comes).strikes(strikes);
    let mut run = |strikes| injured(&mut runner, "two-days", &prepared, fault(strikes));
    let Some((whole, told, asks)) = run(u64::MAX..=u64::MAX) else { return };
    assert!(told.failures.is_empty() && told.records.len() == 10, "{told:?}");
    find(&whole, &told, "nothing failed");
    let mut refused = 0;
    for k in tried(&format!("{injury:?}"), asks, SAMPLE) {
        let at = format!("{injury:?} at {k} of {asks}");
        let Some((volume, told, _)) = run(if injury.once { k..=k } else { k..=u64::MAX }) else { return };
        refused += told.failures.len();
        // A device that was not received can be refused by a rule. What cannot be read SQLite calls malformed
        // (`SQLITE_IOERR_CORRUPTFS`). All else is the storage's fault, and is said to be.
        let malformed = injury.on.contains(&Asks::Read).then_some(Trouble::BadData);
        let kinds: Vec<_> = [Trouble::Io, Trouble::No].into_iter().chain(malformed).map(Trouble::word).collect();
        assert!(told.failures.iter().all(|(sort, _)| kinds.contains(&sort.as_str())), "{at}: {told:#?}");
        let left = match injury.after {
            After::Mended => volume,
            After::Cut => volume.after_power_cut(None),
            After::Torn => volume.after_power_cut(Some(k)),
        };
        find(&left, &told, &at);
    }
    assert!(refused > 0, "{injury:?} hurt nobody");
}

#[test]
fn one_io_that_fails_anywhere_loses_nothing_acknowledged() {
    every_io(Injury { on: Asks::IO, comes: Comes::Error(EIO), once: true, after: After::Mended });
}

#[test]
fn storage_that_dies_anywhere_and_comes_back_has_everything_acknowledged() {
    every_io(Injury { on: Asks::IO, comes: Comes::Error(EIO), once: false, after: After::Mended });
}

#[test]
fn storage_that_fills_up_anywhere_has_everything_acknowledged() {
    every_io(Injury { on: Asks::GROW, comes: Comes::Error(ENOSPC), once: false, after: After::Mended });
}

#[test]
fn names_that_cannot_be_looked_up_lose_nothing_acknowledged() {
    every_io(Injury { on: Asks::LOOK, comes: Comes::Error(EIO), once: true, after: After::Mended });
}

#[test]
fn a_sync_that_failed_and_then_a_power_cut_lose_nothing_acknowledged() {
    every_io(Injury { on: Asks::SYNC, comes: Comes::Error(EIO), once: true, after: After::Cut });
}

#[test]
fn a_power_cut_at_any_io_loses_nothing_acknowledged() {
    every_io(Injury { on: Asks::IO, comes: Comes::Error(EIO), once: false, after: After::Cut });
}

#[test]
fn a_power_cut_that_keeps_any_part_of_what_was_not_synced_loses_nothing_acknowledged() {
    every_io(Injury { on: Asks::IO, comes: Comes::Error(EIO), once: false, after: After::Torn });
}

#[test]
fn a_ledger_that_cannot_be_looked_up_is_not_called_missing() {
    let (prepared, mut runner) = (prepared(), Runner::start());
    let fault = Fault::new(Asks::LOOK, Comes::Error(EIO)).of("ledger.db");
    let Some((_, told, _)) = injured(&mut runner, "1", &prepared, fault) else { return };
    assert!(matches!(&told.failures[..], [(sort, _)] if sort == Trouble::Io.word()), "{told:?}");
}

#[test]
fn each_append_and_each_mark_is_one_sync() {
    let (prepared, mut runner) = (prepared(), Runner::start());
    let mut syncs = |appends: &str| {
        let fault = Fault::new(Asks::SYNC, Comes::Error(EIO)).strikes(u64::MAX..=u64::MAX);
        let (_, told, syncs) = injured(&mut runner, appends, &prepared, fault)?;
        assert_eq!(told.failures, []);
        Some(syncs)
    };
    let (Some(once), Some(eleven)) = (syncs("1"), syncs("11")) else { return };
    assert_eq!(eleven - once, 20);
}
