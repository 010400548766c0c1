//! Storage that fails the ledger: a full file system, a read-only one. Mounts a tmpfs of its own, so it needs root.
//!
//! Without root these tests say so and prove nothing; where `CI` is set they fail instead.

#![expect(clippy::disallowed_methods, reason = "these tests mount and fill file systems")]
#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::port::{Index, Journal, Trouble};
use aoxanh::store::Store;
use aoxanh::workbench::{Pinned, Thorough, verify_all};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A small file system in a folder that goes away with it. The folder's name holds what has a meaning in URIs.
pub(crate) struct Mount {
    pub(crate) at: PathBuf,
    _folder: tempfile::TempDir,
}

impl Mount {
    pub(crate) fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("folder");
        let at = folder.path().join("máy a?b#c%20");
        fs::create_dir(&at).expect("folder");
        let options = format!("size={size}");
        let made = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "aoxanh-test"]).arg(&at).output();
        if made.as_ref().is_ok_and(|made| made.status.success()) {
            return Some(Self { at, _folder: folder });
        }
        assert!(std::env::var("CI").is_err(), "CI must be able to mount: {made:?}");
        eprintln!("SKIPPED, NOTHING PROVED: no file system can be mounted here: {made:?}");
        None
    }

    pub(crate) fn remount(&self, option: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,{option}")]).arg(&self.at).status();
        assert!(status.expect("mount runs").success(), "remount,{option}");
    }

    /// Takes all the room that is left.
    pub(crate) fn fill(&self) -> PathBuf {
        let ballast = self.at.join("ballast");
        let mut size = 1 << 20;
        let mut written = Vec::new();
        while size > 0 {
            let mut more = written.clone();
            more.resize(written.len() + size, 0);
            if fs::write(&ballast, &more).is_ok() {
                written = more;
            } else {
                size /= 2;
            }
        }
        fs::write(&ballast, &written).expect("fits");
        ballast
    }

    /// Gives the room back. A program that another test begins just now holds every open file for a moment, this one too.
    fn take_away(&self, ballast: &Path) {
        fs::remove_file(ballast).expect("room");
        let free = || rustix::fs::statvfs(&self.at).map_or(0, |status| status.f_bavail * status.f_frsize);
        for _ in 0..200 {
            if free() > 1 << 18 {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(free() > 1 << 18, "the room of a file that is gone stays taken");
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let gone = Command::new("umount").arg("-l").arg(&self.at).status();
        assert!(std::thread::panicking() || gone.is_ok_and(|status| status.success()), "a mount stays behind");
    }
}

fn station(folder: &Path) -> Store {
    let store = Store::create(folder, station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    store
}

fn size(store: &Store) -> u64 {
    let summaries = Thorough { summaries: true, ..Thorough::default() };
    let verified = verify_all(store, Pinned::default(), summaries).expect("the chain stands");
    assert_eq!(verified.stale, None);
    verified.head.size
}

#[test]
fn a_full_disk_refuses_the_append_loses_nothing_and_goes_on_once_there_is_room() {
    let Some(mount) = Mount::new("1m") else { return };
    let store = station(&mount.at);
    let ballast = mount.fill();
    let mut lots = 1..=255;
    let failure = lots.find_map(|number| store.commit(vec![entry(1, None, lot_opened(number))]).err());
    let failure = failure.expect("the disk is full");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Io, "ledger-full"), "{failure}");
    let acknowledged = 3 + u64::from(lots.start() - 2);
    assert_eq!(size(&store), acknowledged);
    let again = store.commit(vec![entry(1, None, lot_opened(254))]).expect_err("still full");
    assert_eq!(again.what.key(), "ledger-full", "{again}");
    mount.take_away(&ballast);
    store.commit(vec![entry(1, None, lot_opened(254))]).expect("goes on");
    assert_eq!(size(&store), acknowledged + 1);
    drop(store);
    assert_eq!(size(&Store::read(&mount.at).expect("reads")), acknowledged + 1);
}

#[test]
fn a_ledger_opened_on_a_full_disk_says_so_and_is_whole_afterwards() {
    let Some(mount) = Mount::new("1m") else { return };
    drop(station(&mount.at));
    let ballast = mount.fill();
    let opened = Store::open(&mount.at, station_key());
    let failure = match opened {
        Ok(store) => store.commit(vec![entry(1, None, lot_opened(1))]).expect_err("the disk is full"),
        Err(failure) => failure,
    };
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Io, "ledger-full"), "{failure}");
    mount.take_away(&ballast);
    let store = Store::open(&mount.at, station_key()).expect("opens");
    store.commit(vec![entry(1, None, lot_opened(1))]).expect("goes on");
    assert_eq!(size(&store), 4);
}

#[test]
fn a_ledger_on_a_read_only_disk_is_checked_and_not_written() {
    let Some(mount) = Mount::new("1m") else { return };
    drop(station(&mount.at));
    mount.remount("ro");
    let failure = Store::open(&mount.at, station_key()).expect_err("read-only");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Io, "ledger-read-only"), "{failure}");
    let store = Store::read(&mount.at).expect("reads");
    assert_eq!(size(&store), 3);
    assert!(store.head().expect("reads").is_some());
    drop(store);
    fs::write(mount.at.join("x"), b"x").expect_err("the disk is read-only");
    mount.remount("rw");
    fs::write(mount.at.join("ledger.db-wal"), b"").expect("an empty log beside it");
    mount.remount("ro");
    assert_eq!(size(&Store::read(&mount.at).expect("reads")), 3);
}

#[test]
fn a_read_only_ledger_whose_last_records_wait_in_the_log_is_never_read_without_them() {
    let Some(mount) = Mount::new("1m") else { return };
    let folder = tempfile::tempdir().expect("folder");
    let store = station(folder.path());
    for file in ["ledger.db", "ledger.db-wal"] {
        fs::copy(folder.path().join(file), mount.at.join(file)).expect("copied as a pulled stick has it");
    }
    assert_eq!(size(&store), 3);
    mount.remount("ro");
    match Store::read(&mount.at) {
        Ok(store) => assert_eq!(size(&store), 3),
        Err(failure) => assert_eq!((failure.trouble, failure.what.key()), (Trouble::Io, "ledger-read-only")),
    }
    mount.remount("rw");
    assert_eq!(size(&Store::read(&mount.at).expect("reads")), 3);
}

#[test]
fn a_new_station_where_nothing_can_be_written_is_refused_in_one_line() {
    let Some(mount) = Mount::new("1m") else { return };
    mount.remount("ro");
    let failure = Store::create(&mount.at, station_key()).expect_err("read-only");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Io, "ledger-read-only"), "{failure}");
}
