//! A ledger that continues another one: what is kept of it, what is checked, what the rules ask.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::correct::{moved, strikes};
use crate::ledger_rig::*;
use aoxanh::custody::{DeviceFile, OpenJobs, StationFile};
use aoxanh::event::station::{BackupMade, DayClosed, StationContinued};
use aoxanh::event::{Fact, KINDS};
use aoxanh::ledger::{Head, HeadRef, SecretKey};
use aoxanh::port::{FakeClock, Index, Journal, SeededChance, Trouble};
use aoxanh::store::Store;
use aoxanh::unit::{Bytes, Digest};
use aoxanh::workbench::{Agreement, Continuing, Pinned, continue_station, day_status, verify};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

fn new_key() -> SecretKey {
    SecretKey::from_bytes(&[13; 32])
}

/// The old machine's ledger: device 1 with a wipe that never ended.
fn old(folder: &Path) -> HeadRef {
    let store = Store::create(folder, station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    store.commit(vec![entry(1, None, lot_opened(1)), entry(2, None, erase_consent(1))]).expect("recorded");
    store.commit(vec![entry(3, Some(1), received(1)), entry(4, Some(1), tag(1))]).expect("recorded");
    store.commit(vec![entry(5, Some(1), bound("S")), entry(6, Some(1), wipe_started(1, "S"))]).expect("recorded");
    head(&store)
}

fn head(store: &Store) -> HeadRef {
    Head::read(&store.head().expect("reads").expect("a head")).expect("a checkpoint").short()
}

fn station(store: &Store) -> StationFile {
    (store as &dyn Index).get("").expect("reads").expect("opened")
}

fn cited(store: &Store) -> StationContinued {
    let chain = station(store).earlier.expect("an earlier chain");
    StationContinued { station: chain.station, size: chain.size, root: chain.root }
}

fn after(folder: &Path, copy: &Path, key: &SecretKey) -> Store {
    Store::create_after(folder, key.clone(), &copy.join("ledger.db")).expect("taken over")
}

fn continued_by(store: &Store, key: &SecretKey, team: &SecretKey) {
    let clock = FakeClock::new(moment(DAY), Duration::ZERO);
    let earlier = cited(store);
    let continuing = Continuing { station_key: key, team_key: team, practice: false, by: person(1), earlier };
    continue_station(continuing, store, &clock, &SeededChance::new(1)).expect("continued");
}

const DAY: i64 = 24 * 3600 * 1000;

/// A new machine's ledger after the old one's.
fn restored() -> (TempDir, Store, HeadRef) {
    let folder = tempfile::tempdir().expect("folder");
    let copy = folder.path().join("old");
    let new = folder.path().join("new");
    std::fs::create_dir(&copy).and_then(|()| std::fs::create_dir(&new)).expect("made");
    let head = old(&copy);
    let store = after(&new, &copy, &new_key());
    continued_by(&store, &new_key(), &team_key());
    (folder, store, head)
}

#[test]
fn devices_people_and_histories_live_on_and_jobs_are_left_behind() {
    let (folder, store, old_head) = restored();
    store.commit(vec![entry(DAY + 1, Some(1), tag(2))]).expect("a person of before");
    let index: &dyn Index = &store;
    let verified = verify(index, Pinned { head: Some(old_head), team: Some(team_key().public()) }).expect("consistent");
    assert_eq!((verified.stale, verified.agreement, verified.head.size), (None, Some(Agreement::Earlier(0)), 3));
    assert_eq!((verified.earlier.len(), verified.earlier[0].head), (1, old_head));
    let lines = index.history(&device_id(1)).expect("reads");
    let places: Vec<_> = lines.iter().map(|line| (line.earlier, line.seq)).collect();
    assert_eq!(places, [(Some(0), 5), (Some(0), 6), (Some(0), 7), (Some(0), 8), (None, 2)]);
    let device: aoxanh::custody::DeviceFile = index.get(&device_id(1)).expect("reads").expect("known");
    assert_eq!((device.tags.len(), device.last_seq, device.last), (2, old_head.size + 2, lines[4].leaf));
    assert_eq!(lines[4].event.device.as_ref().and_then(|about| about.after), Some(lines[3].leaf));
    let left = || index.get::<OpenJobs>("").expect("reads").unwrap_or_default().left;
    assert_eq!(left().into_keys().collect::<Vec<_>>(), [job(1).as_str()]);
    let again = [entry(DAY + 2, Some(1), wipe_started(2, "S"))];
    store.commit(again.into()).expect("begun anew");
    assert!(left().is_empty(), "the disk has a new job");
    store.rebuild(&mut |_, _| ()).expect("rebuilds");
    assert_eq!(store.stale_drawer().expect("reads"), None);
    // And once more: two earlier chains.
    let third = folder.path().join("third");
    std::fs::create_dir(&third).expect("made");
    let store = after(&third, &folder.path().join("new"), &station_key());
    continued_by(&store, &station_key(), &team_key());
    let verified = verify(&store, Pinned { head: Some(old_head), team: None }).expect("consistent");
    assert_eq!((verified.earlier.len(), verified.agreement, verified.stale), (2, Some(Agreement::Earlier(0)), None));
    let lines = store.history(&device_id(1)).expect("reads");
    assert_eq!(lines.iter().filter(|line| line.earlier == Some(1)).count(), 2);
}

#[test]
fn no_statement_changes_an_earlier_record_or_adds_one() {
    let (folder, store, _) = restored();
    let sql = Connection::open(folder.path().join("new/ledger.db")).expect("opens");
    for statement in [
        "UPDATE earlier SET note = 'x' WHERE seq = 2",
        "DELETE FROM earlier WHERE seq = 6",
        "INSERT INTO earlier SELECT chain + 1, seq, bytes, leaf, note, peaks, sum FROM earlier",
        "REPLACE INTO earlier SELECT chain, seq, bytes, leaf, 'x', peaks, sum FROM earlier WHERE seq = 3",
    ] {
        let error = sql.execute(statement, []).expect_err(statement).to_string();
        assert!(error.contains("records are"), "{statement}: {error}");
    }
    verify(&store, Pinned::default()).expect("untouched");
}

#[test]
fn whatever_is_done_to_an_earlier_chain_is_found() {
    for (damage, key) in [
        ("UPDATE earlier SET leaf = zeroblob(32) WHERE seq = 4", "verify-earlier-wrong"),
        (
            "UPDATE earlier SET bytes = CAST(replace(CAST(bytes AS TEXT), 'T', 'U') AS BLOB) WHERE seq = 6",
            "verify-earlier-wrong",
        ),
        ("UPDATE earlier SET note = replace(note, 'aoxanh/', 'aoxanh|') WHERE seq = 2", "verify-earlier-wrong"),
        ("UPDATE earlier SET peaks = zeroblob(96) WHERE seq = 6", "verify-earlier-wrong"),
        ("DELETE FROM earlier WHERE seq = 3", "verify-earlier-wrong"),
        ("DELETE FROM earlier WHERE seq = 8", "verify-not-continued"),
        ("DELETE FROM earlier", "verify-not-continued"),
        ("UPDATE earlier SET chain = 1", "verify-earlier-wrong"),
    ] {
        let (folder, store, _) = restored();
        let sql = Connection::open(folder.path().join("new/ledger.db")).expect("opens");
        sql.execute_batch("DROP TRIGGER earlier_stays; DROP TRIGGER earlier_kept; DROP TRIGGER earlier_first;")
            .expect("dropped");
        sql.execute(damage, []).expect(damage);
        let failure = verify(&store, Pinned::default()).expect_err(damage);
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::No, key), "{damage}: {failure}");
    }
}

#[test]
fn a_chain_continued_for_another_team_or_cited_wrongly_is_not_believed() {
    let (folder, _, _) = restored();
    let (copy, stolen) = (folder.path().join("old"), folder.path().join("stolen"));
    std::fs::create_dir(&stolen).expect("made");
    let store = after(&stolen, &copy, &new_key());
    continued_by(&store, &new_key(), &SecretKey::from_bytes(&[14; 32]));
    let failure = verify(&store, Pinned::default()).expect_err("another team");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::No, "verify-continued-by-another"));

    let bare = folder.path().join("bare");
    std::fs::create_dir(&bare).expect("made");
    let store = after(&bare, &copy, &new_key());
    let right = cited(&store);
    let opens = || entry(DAY, None, opened(&new_key(), &team_key(), false));
    let mut wrong: Vec<Fact> = vec![lot_opened(2).into(), DayClosed { day: "2026-11-21".to_owned() }.into()];
    wrong.push(StationContinued { station: Digest([1; 32]), ..right.clone() }.into());
    wrong.push(StationContinued { size: right.size - 1, ..right.clone() }.into());
    wrong.push(StationContinued { root: Digest([1; 32]), ..right.clone() }.into());
    for fact in wrong {
        let kind = fact.kind().to_owned();
        let failure = store.commit(vec![opens(), entry(DAY, None, fact)]).expect_err("not what it continues");
        assert_eq!(failure.rule, Some("continued-first"), "{kind}");
    }
    let failure = store.commit(vec![entry(DAY, None, right.clone())]).expect_err("before record 0");
    assert_eq!(failure.rule, Some("station-first"));
    store.commit(vec![opens(), entry(DAY, None, right.clone())]).expect("continued");
    let failure = store.commit(vec![entry(DAY, None, right.clone())]).expect_err("a second time");
    assert_eq!(failure.rule, Some("continued-first"));
    let alone = Store::in_memory(station_key()).expect("made");
    alone.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    let failure = alone.commit(vec![entry(1, None, right)]).expect_err("it continues nothing");
    assert_eq!(failure.rule, Some("continued-first"));
    assert!(KINDS.contains(&"StationContinued"));
}

#[test]
fn a_head_from_paper_is_placed_or_said_to_be_nowhere() {
    let (_folder, store, old_head) = restored();
    let agreement = |head| verify(&store, Pinned { head: Some(head), team: None }).map(|verified| verified.agreement);
    assert_eq!(agreement(head(&store)), Ok(Some(Agreement::Own)));
    assert_eq!(agreement(old_head), Ok(Some(Agreement::Earlier(0))));
    let key = |head| agreement(head).expect_err("nowhere").what.key().to_owned();
    assert_eq!(key(HeadRef { size: old_head.size + 5, root: Digest([1; 32]) }), "verify-in-no-chain");
    assert_eq!(key(HeadRef { root: Digest([1; 32]), ..old_head }), "verify-other-head");
    let alone = tempfile::tempdir().expect("folder");
    let cut = old(alone.path());
    let store = Store::read(alone.path()).expect("reads");
    let newer = HeadRef { size: cut.size + 1, ..cut };
    let failure = verify(&store, Pinned { head: Some(newer), team: None }).expect_err("cut");
    assert_eq!(failure.what.key(), "verify-cut");
}

#[test]
fn a_day_is_closed_right_after_a_copy_on_a_real_day_and_status_counts_from_there() {
    let (_folder, store, _) = restored();
    let made = || BackupMade { size: 2, root: Digest([1; 32]), length: Bytes(9), digest: Digest([2; 32]) };
    let closed = |day: &str| DayClosed { day: day.to_owned() };
    let commit = |facts: Vec<Fact>| {
        let entries = facts.into_iter().map(|fact| entry(DAY, None, fact)).collect();
        store.commit(entries).map(|_receipts| ()).map_err(|failure| failure.rule)
    };
    assert_eq!(day_status(&store).map(|status| (status.last, status.records)), Ok((None, 2)));
    let today = moment(DAY).local_day();
    assert_eq!(commit(vec![closed(&today).into()]), Err(Some("day-copied")));
    assert_eq!(commit(vec![made().into(), lot_opened(2).into(), closed(&today).into()]), Err(Some("day-copied")));
    for day in ["2026-02-30", "", "9999-01-01", &moment(2 * DAY).local_day()] {
        assert_eq!(commit(vec![made().into(), closed(day).into()]), Err(Some("day-real")), "{day}");
    }
    assert_eq!(commit(vec![made().into(), closed(&today).into(), lot_opened(2).into()]), Ok(()));
    let status = day_status(&store).expect("reads");
    assert_eq!((status.last.map(|last| (last.day, last.records)), status.records), (Some((today, 4)), 1));
}

#[test]
fn what_was_recorded_while_a_copy_was_made_is_not_in_it_and_is_overdue_the_next_day() {
    let (_folder, store, _) = restored();
    let closes = |size: u64| -> Vec<Fact> {
        let made = BackupMade { size, root: Digest([1; 32]), length: Bytes(9), digest: Digest([2; 32]) };
        vec![made.into(), DayClosed { day: moment(DAY).local_day() }.into()]
    };
    let commit = |facts: Vec<Fact>| {
        store.commit(facts.into_iter().map(|fact| entry(DAY, None, fact)).collect()).expect("recorded");
    };
    let since = || {
        let station = (&store as &dyn Index).get::<StationFile>("").expect("reads").expect("there");
        (day_status(&store).expect("reads").records, station.uncopied_since)
    };
    commit(vec![lot_opened(2).into()]);
    commit(closes(2));
    assert_eq!(since(), (1, Some(moment(DAY))), "the lot came after the copy began");
    commit(closes(5));
    assert_eq!(since(), (0, None));
    commit(vec![lot_opened(3).into()]);
    assert_eq!(since(), (1, Some(moment(DAY))));
}

#[test]
fn a_correction_reaches_into_an_earlier_chain_and_lives_on_in_the_next() {
    let (folder, store, _) = restored();
    let shelf = |store: &Store| {
        let index: &dyn Index = store;
        index.get::<DeviceFile>(&device_id(1)).expect("reads").expect("known").shelf
    };
    let put = store.commit(vec![entry(DAY + 1, Some(1), moved("A1")), entry(DAY + 2, Some(1), moved("B2"))]);
    let leaves: Vec<Digest> = put.expect("recorded").into_iter().map(|receipt| receipt.leaf).collect();
    let undone = store.commit(vec![entry(DAY + 3, Some(1), strikes(&leaves[1..]))]).expect("corrected").remove(0).leaf;
    assert_eq!(shelf(&store).as_deref(), Some("A1"));
    let third = folder.path().join("third");
    std::fs::create_dir(&third).expect("made");
    let store = after(&third, &folder.path().join("new"), &station_key());
    continued_by(&store, &station_key(), &team_key());
    assert_eq!((shelf(&store).as_deref(), store.stale_drawer().expect("reads")), (Some("A1"), None));
    store.commit(vec![entry(DAY + 4, Some(1), strikes(&leaves[..1]))]).expect("of an earlier chain");
    assert_eq!(shelf(&store), None);
    store.commit(vec![entry(DAY + 5, Some(1), strikes(&[undone]))]).expect("of an earlier chain");
    assert_eq!((shelf(&store).as_deref(), store.stale_drawer().expect("reads")), (Some("B2"), None));
    store.rebuild(&mut |_, _| ()).expect("anew");
    assert_eq!((shelf(&store).as_deref(), store.stale_drawer().expect("reads")), (Some("B2"), None));
}
