//! Homecomings without a disk: a stick in a folder, and somebody else who takes over what it brings.

#![expect(clippy::disallowed_methods, reason = "a test looks at what is on a stick")]

use super::folder::Folder;
use super::setup::{Made, set_up};
use super::stick_home::come_home;
use super::with_bench;
use crate::ledger::{Head, SecretKey, write_bundle};
use crate::linux::{OsChance, SystemClock};
use crate::port::{Failure, Trouble};
use crate::store::{KeyFile, Store, read_key};
use crate::unit::{Digest, Moment, Secret};
use crate::word::say;
use crate::workbench::{Bench, Enrolment, SetUp, Took, enrol_stick, open_stick, sign_in};
use std::cell::Cell;
use std::fs;
use std::path::Path;

/// A station, and a stick of it in a folder; `work` is given both, the lead at the bench.
fn with_stick(work: impl FnOnce(&Path, &Folder, &Bench<'_>)) {
    let home = tempfile::tempdir().expect("folder");
    let setup = SetUp::practice("Trần Thị Thử", "Khách", "THU.INVALID");
    let Made { folder, store, opened, .. } =
        set_up(&home.path().join("tram"), &setup, &mut |_begun| Ok(())).expect("made");
    let root = home.path().join("the");
    for name in ["station", "boots", "receipts"] {
        fs::create_dir_all(root.join(name)).expect("ours");
    }
    let (key, team) = (SecretKey::from_bytes(&[5; 32]), read_key(folder.path(), KeyFile::Team).expect("there"));
    let journal = Store::create(&root.join("station"), key.clone()).expect("made");
    let ports = (&journal as &dyn crate::port::Journal, &SystemClock::new() as _, &OsChance as _);
    let station = open_stick(&key, &team, true, &opened.lead, ports).expect("opened");
    drop(journal);
    with_bench(&folder, &store, |bench, _settings| {
        bench.by = sign_in(bench, opened.lead.as_str(), &Secret::new(crate::workbench::PRACTICE_PIN))?.by();
        let until = Moment::from_unix_millis(4_000_000_000_000);
        enrol_stick(bench, &Enrolment { station, key: key.public().0, name: "Thẻ 3".to_owned(), until })?;
        work(&root, &folder, bench);
        Ok(())
    })
    .expect("a bench");
}

/// A bundle that looks like one of so many records, and the receipt for so many.
fn bundle(size: u64) -> Vec<u8> {
    let records: Vec<Vec<u8>> = (0..size).map(|number| vec![u8::try_from(number).unwrap_or(0); 60]).collect();
    write_bundle("aoxanh/x", 0, &note(size), records.iter().map(Vec::as_slice))
}

fn note(size: u64) -> String {
    let head = Head { origin: "aoxanh/x".to_owned(), size, root: Digest::ZERO };
    head.sign(&SecretKey::from_bytes(&[6; 32]))
}

fn took(new: u64, size: u64) -> Took {
    Took { new, receipt: note(size), ..Took::default() }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("read").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_bundle_leaves_the_stick_only_at_a_later_homecoming_than_the_one_that_took_all_of_it() {
    with_stick(|root, folder, bench| {
        fs::write(root.join("boots/aa.bundle"), bundle(3)).expect("ours");
        let all = |_: &[u8]| Ok(took(3, 3));
        let home = come_home(root, true, (folder, bench), &all).expect("home");
        assert_eq!((home.name.as_deref(), home.starts, home.unwritten), (Some("Thẻ 3"), 1, None));
        assert_eq!((names(&root.join("boots")).len(), names(&root.join("receipts")).len()), (1, 2));
        assert!(root.join("base").exists() && root.join("station/station.toml").exists());
        // It grew since: what was not taken yet stays.
        fs::write(root.join("boots/aa.bundle"), bundle(4)).expect("ours");
        let more = |_: &[u8]| Ok(took(1, 4));
        come_home(root, true, (folder, bench), &more).expect("home");
        assert_eq!(names(&root.join("boots")), ["aa.bundle"]);
        let nothing = |_: &[u8]| Ok(took(0, 4));
        come_home(root, true, (folder, bench), &nothing).expect("home");
        assert!(names(&root.join("boots")).is_empty());
        assert!(names(&root.join("receipts")).contains(&"aa.note".to_owned()));
    });
}

#[test]
fn what_is_refused_gets_no_receipt_stays_and_keeps_nothing_else_from_coming_home() {
    with_stick(|root, folder, bench| {
        for name in ["aa", "bb"] {
            fs::write(root.join(format!("boots/{name}.bundle")), bundle(2)).expect("ours");
        }
        let calls = Cell::new(0);
        let second = |_: &[u8]| {
            calls.set(calls.get() + 1);
            if calls.get() == 2 { Err(Failure::new(Trouble::BadData, say!("unknown"))) } else { Ok(took(2, 2)) }
        };
        let home = come_home(root, true, (folder, bench), &second).expect("home");
        let refused: Vec<_> = home.refused.iter().map(|(file, _)| file.as_str()).collect();
        assert_eq!((refused, home.starts, home.is_whole()), (vec!["aa.bundle"], 1, false));
        assert_eq!(names(&root.join("boots")), ["aa.bundle", "bb.bundle"]);
        assert!(!root.join("receipts/aa.note").exists() && root.join("receipts/bb.note").exists());
    });
}

#[test]
fn a_stick_that_cannot_be_written_loses_nothing_and_one_of_strangers_is_refused() {
    with_stick(|root, folder, bench| {
        fs::write(root.join("boots/aa.bundle"), bundle(2)).expect("ours");
        let all = |_: &[u8]| Ok(took(2, 2));
        let read_only = come_home(root, false, (folder, bench), &all).expect("home");
        assert_eq!((read_only.new, read_only.unwritten.expect("told").what.key()), (4, "stick-read-only"));
        // Something is in the way of its receipts.
        fs::remove_dir(root.join("receipts")).expect("ours");
        fs::write(root.join("receipts"), "x").expect("ours");
        let failing = come_home(root, true, (folder, bench), &all).expect("home");
        assert_eq!((failing.new, failing.unwritten.is_some(), names(&root.join("boots")).len()), (4, true, 1));
        fs::remove_file(root.join("receipts")).expect("ours");
        assert_eq!(come_home(root, true, (folder, bench), &all).expect("home").unwritten, None, "done again");
        let refused = |root: &Path| come_home(root, true, (folder, bench), &all).expect_err("no").what.key().to_owned();
        fs::remove_file(root.join("station/ledger.db")).expect("ours");
        assert_eq!(refused(root), "stick-not-enrolled");
        let (key, strangers) = (SecretKey::from_bytes(&[7; 32]), SecretKey::from_bytes(&[8; 32]));
        let journal = Store::create(&root.join("station"), key.clone()).expect("made");
        let ports = (&journal as &dyn crate::port::Journal, &SystemClock::new() as _, &OsChance as _);
        open_stick(&key, &strangers, true, &bench.by.person, ports).expect("opened");
        drop(journal);
        assert_eq!(refused(root), "stick-other-team");
    });
}
