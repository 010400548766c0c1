//! The ledger's file: the journal's promises on it, and everything that somebody with the file in hand may do to it.

#![expect(clippy::disallowed_methods, reason = "these tests alter files and start processes")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::contract::journal::keeps_every_promise;
use crate::ledger_rig::*;
use aoxanh::port::{Index, Journal, Trouble};
use aoxanh::store::Store;
use aoxanh::workbench::{Pinned, Thorough, verify, verify_all};
use rusqlite::Connection;
use std::cell::RefCell;
use std::path::Path;

#[test]
fn a_ledger_in_a_file_and_one_in_memory_keep_the_same_promises() {
    let folders = RefCell::new(Vec::new());
    keeps_every_promise("file", &|| {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::create(folder.path(), station_key()).expect("made");
        folders.borrow_mut().push(folder);
        store
    });
    keeps_every_promise("memory", &|| Store::in_memory(station_key()).expect("made"));
}

fn filled(folder: &Path) -> Store {
    let store = Store::create(folder, station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    let entries = vec![
        entry(1, None, lot_opened(1)),
        entry(2, None, erase_consent(1)),
        entry(3, Some(1), received(1)),
        entry(4, Some(1), tag(1)),
    ];
    store.commit(entries).expect("recorded");
    store
}

fn raw(folder: &Path) -> Connection {
    Connection::open(folder.join("ledger.db")).expect("opens")
}

#[test]
fn no_statement_changes_or_removes_or_replaces_a_record() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path());
    let sql = raw(folder.path());
    for statement in [
        "UPDATE record SET note = 'x' WHERE seq = 2",
        "UPDATE record SET seq = 99 WHERE seq = 6",
        "DELETE FROM record WHERE seq = 6",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record SELECT seq, bytes, leaf, 'x', peaks, sum FROM record WHERE seq = 3",
        "REPLACE INTO record SELECT seq, bytes, leaf, 'x', peaks, sum FROM record WHERE seq = 6",
        "INSERT INTO record SELECT seq, bytes, leaf, 'x', peaks, sum FROM record WHERE seq = 0
            ON CONFLICT (seq) DO UPDATE SET note = 'x'",
        "INSERT INTO record SELECT 8, bytes, leaf, note, peaks, sum FROM record WHERE seq = 6",
    ] {
        let error = sql.execute(statement, []).expect_err(statement).to_string();
        assert!(error.contains("records are"), "{statement}: {error}");
    }
    assert_eq!(verify(&store, Pinned::default()).expect("untouched").head.size, 7);
}

#[test]
fn a_summary_changed_behind_the_ledger_is_found_and_a_rebuild_heals_it() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path());
    let sql = raw(folder.path());
    let about = format!("about:{}", device_id(1));
    let device = format!("device:{}", device_id(1));
    let summary = format!("summary:{}", device_id(1));
    let rest = "stage, kind, tags, maker, model, shelf, lot, open, held, quarantined, verdict, received_at, changed_at, search, stage_since";
    for (statement, stale) in [
        ("UPDATE drawer SET body = replace(body, 'laptop', 'tablet') WHERE key LIKE 'device:%'", device.as_str()),
        ("DELETE FROM drawer WHERE key LIKE 'device:%'", device.as_str()),
        ("INSERT INTO drawer VALUES ('tag:X', '{}')", "tag:X"),
        ("DELETE FROM about WHERE seq = 6", about.as_str()),
        ("INSERT INTO about SELECT device, 0, 1 FROM about LIMIT 1", about.as_str()),
        ("UPDATE summary SET search = replace(search, ' ', ' x')", summary.as_str()),
        ("UPDATE summary SET stage = 'ready', open = 0", summary.as_str()),
        ("UPDATE summary SET seq = 2", summary.as_str()),
        ("DELETE FROM summary", summary.as_str()),
        (&format!("INSERT INTO summary SELECT 1, '{}', {rest} FROM summary", device_id(2)), "summary:"),
    ] {
        assert_eq!(sql.execute(statement, []).expect(statement), 1, "{statement}");
        assert_eq!(store.stale_drawer().expect("reads").as_deref(), Some(stale), "{statement}");
        let summaries = Thorough { summaries: true, ..Thorough::default() };
        let verified = verify_all(&store, Pinned::default(), summaries).expect("records are sound");
        assert_eq!(verified.stale.as_deref(), Some(stale));
        store.rebuild(&mut |_, _| ()).expect("rebuilds");
        assert_eq!(store.stale_drawer().expect("reads"), None, "{statement}");
    }
}

/// The file as a program before the day's book and the queue left it: no such drawers, fields, columns, and no word of folds.
fn age(sql: &rusqlite::Connection) {
    let columns = "seq INTEGER PRIMARY KEY, device TEXT NOT NULL UNIQUE, stage TEXT NOT NULL, kind TEXT NOT NULL,
        tags TEXT NOT NULL, maker TEXT, model TEXT, shelf TEXT, lot TEXT NOT NULL, open INTEGER NOT NULL,
        held INTEGER NOT NULL, quarantined INTEGER NOT NULL, verdict TEXT, received_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL, search TEXT NOT NULL";
    sql.execute_batch(&format!(
        "CREATE TABLE older ({columns}) STRICT;
         INSERT INTO older SELECT seq, device, stage, kind, tags, maker, model, shelf, lot, open, held, quarantined,
            verdict, received_at, changed_at, search FROM summary;
         DROP TABLE summary; ALTER TABLE older RENAME TO summary;
         CREATE INDEX summary_stage ON summary (stage);
         DELETE FROM drawer WHERE key LIKE 'daybook:%' OR key = 'folds:';
         UPDATE drawer SET body = json_remove(body, '$.stage_since') WHERE key LIKE 'device:%';"
    ))
    .expect("aged");
}

fn drawers(sql: &rusqlite::Connection) -> Vec<(String, String)> {
    let mut query = sql.prepare("SELECT key, body FROM drawer ORDER BY key").expect("reads");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("reads");
    rows.collect::<Result<_, _>>().expect("reads")
}

#[test]
fn what_an_older_program_filed_comes_to_what_this_one_would_have_filed() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path());
    let sql = raw(folder.path());
    let (fresh, queue) = (drawers(&sql), store.queue().expect("reads"));
    assert!(fresh.iter().any(|(key, _)| key.starts_with("daybook:")) && !queue.is_empty(), "{fresh:?}");
    age(&sql);
    assert_eq!(store.stale_drawer().expect("reads").as_deref(), Some("folds:"));
    // One that was open all the while files the old with its next record.
    store.commit(vec![entry(70, Some(1), tag(3))]).expect("appends");
    assert_eq!(store.stale_drawer().expect("reads"), None);
    let fresh_now = drawers(&sql);
    drop(store);
    age(&sql);
    let store = Store::open(folder.path(), station_key()).expect("opens");
    assert_eq!((drawers(&sql), store.queue().expect("reads").len()), (fresh_now.clone(), queue.len()));
    drop(store);
    age(&sql);
    let mut seen = Vec::new();
    Store::bring_up_in(folder.path(), &mut |done, all| seen.push((done, all))).expect("needs no key");
    let all = seen.len() as u64;
    assert!(all > 5 && seen.iter().copied().eq((1..=all).map(|done| (done, all))), "{seen:?}");
    assert_eq!(drawers(&sql), fresh_now);
    let store = Store::read(folder.path()).expect("opens");
    assert_eq!((store.stale_drawer().expect("reads"), store.queue().expect("reads").len()), (None, queue.len()));
}

#[test]
fn another_key_appends_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    drop(filled(folder.path()));
    let store = Store::open(folder.path(), team_key()).expect("the file is a ledger");
    let failure = store.commit(vec![entry(9, None, lot_opened(2))]).expect_err("not its key");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::BadData, "ledger-other-key"));
    let failure = Store::read(folder.path()).expect("reads").commit(Vec::new()).expect_err("opened to read");
    assert_eq!(failure.what.key(), "ledger-opened-to-read");
}

#[test]
fn nothing_is_put_after_a_broken_record() {
    for damage in [
        "UPDATE record SET bytes = CAST(replace(CAST(bytes AS TEXT), 'T', 'U') AS BLOB) WHERE seq = 6",
        "UPDATE record SET leaf = zeroblob(32) WHERE seq = 6",
        "UPDATE record SET peaks = zeroblob(96) WHERE seq = 6",
        "UPDATE record SET note = replace(note, 'aoxanh/', 'aoxanh|') WHERE seq = 6",
        "DELETE FROM record WHERE seq = 5",
    ] {
        let folder = tempfile::tempdir().expect("folder");
        let store = filled(folder.path());
        let sql = raw(folder.path());
        sql.execute_batch("DROP TRIGGER record_stays; DROP TRIGGER record_kept;").expect("dropped");
        sql.execute(damage, []).expect(damage);
        if !damage.starts_with("DELETE") {
            let failure = store.commit(vec![entry(9, None, lot_opened(2))]).expect_err(damage);
            assert_eq!(failure.trouble, Trouble::BadData, "{damage}: {failure}");
        }
        let failure = verify(&store, Pinned::default()).expect_err(damage);
        assert_eq!(failure.trouble, Trouble::No, "{damage}: {failure}");
    }
}

#[test]
fn what_is_no_ledger_or_a_newer_one_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("folder");
    drop(filled(folder.path()));
    let file = folder.path().join("ledger.db");
    raw(folder.path()).execute_batch("PRAGMA user_version = 99").expect("altered");
    let newer = std::fs::read(&file).expect("reads");
    let foreign = {
        let other = tempfile::tempdir().expect("folder");
        Connection::open(other.path().join("x")).and_then(|sql| sql.execute_batch("CREATE TABLE t (x)")).expect("made");
        std::fs::read(other.path().join("x")).expect("reads")
    };
    for (bytes, key) in [
        (newer, "ledger-newer"),
        (foreign, "ledger-foreign"),
        (b"To whom it may concern. ".repeat(300), "ledger-corrupt"),
    ] {
        std::fs::write(&file, &bytes).expect("written");
        for failure in [Store::open(folder.path(), station_key()).err(), Store::read(folder.path()).err()] {
            let failure = failure.expect(key);
            assert_eq!((failure.trouble, failure.what.key()), (Trouble::BadData, key));
        }
        assert_eq!(std::fs::read(&file).expect("reads"), bytes, "{key}: the file was touched");
    }
    std::fs::remove_file(&file).expect("removed");
    let failure = Store::open(folder.path(), station_key()).expect_err("no file");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "station-missing"));
    assert!(!file.exists());
}
