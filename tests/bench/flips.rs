//! A flipped bit, a cut tail, an old backup, a chain signed anew: what `verify` finds, and what only a pinned head finds.

#![expect(clippy::disallowed_methods, reason = "these tests alter files")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::event::Fact;
use aoxanh::ledger::{HeadRef, SecretKey};
use aoxanh::port::{Entry, Failure, Index, Journal, Row, Trouble};
use aoxanh::store::Store;
use aoxanh::workbench::{Pinned, verify};
use rusqlite::{Connection, params};
use std::fs;
use std::path::Path;

const SEED: u64 = 0x00A0_7A4B;

fn rows(store: &Store) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    store.rows(&mut |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

fn entries(lots: std::ops::Range<u8>) -> Vec<Entry<Fact>> {
    lots.map(|number| entry(i64::from(number), None, lot_opened(number))).collect()
}

/// A ledger of a station: its beginning, then those lots.
fn filled(folder: &Path, key: &SecretKey, team: &SecretKey, lots: std::ops::Range<u8>) -> Store {
    let store = Store::create(folder, key.clone()).expect("made");
    store.commit(beginning(key, team, false)).expect("opens");
    store.commit(entries(lots)).expect("recorded");
    store
}

fn head(store: &Store) -> HeadRef {
    verify(store, Pinned::default()).expect("consistent").head
}

fn against(store: &Store, head: HeadRef) -> Result<(), String> {
    match verify(store, Pinned { head: Some(head), team: None }) {
        Ok(_) => Ok(()),
        Err(failure) => {
            assert_eq!(failure.trouble, Trouble::No);
            Err(failure.what.key().to_owned())
        }
    }
}

#[test]
fn every_flipped_bit_of_a_record_leaf_note_peak_or_checksum_is_found_at_its_record() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path(), &station_key(), &team_key(), 1..3);
    let sql = Connection::open(folder.path().join("ledger.db")).expect("opens");
    sql.execute_batch("PRAGMA synchronous=OFF; DROP TRIGGER record_stays;").expect("dropped");
    let before = rows(&store).expect("reads");
    let mut flips = 0;
    for row in &before {
        let columns = [
            ("bytes", row.bytes.clone()),
            ("leaf", row.leaf.expect("a hash").0.to_vec()),
            ("peaks", row.peaks.clone()),
            ("sum", row.sum.expect("a hash").0.to_vec()),
        ];
        let note = [("note", row.note.clone().into_bytes())];
        for (column, value) in columns.into_iter().chain(note) {
            // Text stays text, so that the flip is the only change; SQLite keeps bytes that are no UTF-8.
            let cast = if column == "note" { "CAST(?1 AS TEXT)" } else { "?1" };
            let update = format!("UPDATE record SET {column} = {cast} WHERE seq = ?2");
            let mut update = sql.prepare(&update).expect("a statement");
            for bit in 0..value.len() * 8 {
                let mut flipped = value.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let seq = i64::try_from(row.seq).expect("small");
                update.execute(params![flipped, seq]).expect("updates");
                let failure = verify(&store, Pinned::default()).expect_err("a flipped bit");
                let named = &failure.what.args()[0];
                assert_eq!(failure.what.key(), "verify-broken", "{column} bit {bit}: {failure}");
                assert_eq!(*named, ("seq", row.seq.into()), "{column} bit {bit}: {failure}");
                flips += 1;
            }
            update.execute(params![value, i64::try_from(row.seq).expect("small")]).expect("updates");
        }
    }
    assert_eq!(rows(&store).expect("reads"), before);
    assert!(flips > 20_000, "only {flips} bits");
}

/// A closed ledger, its file's bytes, and its rows.
fn closed() -> (tempfile::TempDir, Vec<u8>, Vec<Row>) {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path(), &station_key(), &team_key(), 1..9);
    let before = rows(&store).expect("reads");
    drop(store);
    assert!(!folder.path().join("ledger.db-wal").exists(), "closed and checkpointed");
    let sound = fs::read(folder.path().join("ledger.db")).expect("reads");
    (folder, sound, before)
}

/// Whether the flip was found; where it was not, every row must read as before.
fn is_found(folder: &Path, sound: &[u8], before: &[Row], bit: usize) -> bool {
    let mut flipped = sound.to_vec();
    flipped[bit / 8] ^= 1 << (bit % 8);
    fs::write(folder.join("ledger.db"), &flipped).expect("written");
    let answer = Store::read(folder).and_then(|store| {
        let verified = verify(&store, Pinned::default())?;
        rows(&store).map(|rows| (verified.lost, rows))
    });
    for beside in ["ledger.db-wal", "ledger.db-shm"] {
        let _gone = fs::remove_file(folder.join(beside));
    }
    // A lost tail is found: the station's summary knows of it.
    let Ok((None, now)) = answer else { return true };
    assert!(now == before, "bit {bit} (seed {SEED:#x}): passes and reads otherwise");
    false
}

#[test]
fn any_other_flipped_bit_of_the_file_is_found_or_harms_no_record() {
    let (folder, sound, before) = closed();
    eprintln!("seed {SEED:#x}");
    let mut random = blake3::Hasher::new().update(&SEED.to_be_bytes()).finalize_xof();
    let mut found = 0;
    for _ in 0..2000 {
        let mut draw = [0; 8];
        random.fill(&mut draw);
        let bit = usize::try_from(u64::from_be_bytes(draw) % (sound.len() as u64 * 8)).expect("small");
        found += usize::from(is_found(folder.path(), &sound, &before, bit));
    }
    assert!((100..1900).contains(&found), "{found} found: one half proves nothing");
}

#[test]
fn a_flipped_bit_where_pages_say_how_many_rows_they_hold_hides_no_record() {
    let (folder, sound, before) = closed();
    // Page 1 begins with the file's own header of 100 bytes. Source: SQLite, "Database File Format", section 1.6.
    let pages = (1..sound.len() / 4096).map(|page| page * 4096);
    let bytes: Vec<usize> = (0..112).chain(pages.flat_map(|start| start..start + 24)).collect();
    let all = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte * 8 + bit));
    let found = all.filter(|bit| is_found(folder.path(), &sound, &before, *bit)).count();
    assert!(found > bytes.len(), "{found} found");
}

#[test]
fn a_record_kept_under_another_number_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path(), &station_key(), &team_key(), 1..9);
    let sql = Connection::open(folder.path().join("ledger.db")).expect("opens");
    sql.execute_batch("DROP TRIGGER record_stays; UPDATE record SET seq = 12 WHERE seq = 10").expect("moved");
    let failure = verify(&store, Pinned::default()).expect_err("moved");
    assert_eq!((failure.what.key(), &failure.what.args()[0]), ("verify-broken", &("seq", 10u64.into())));
}

#[test]
fn a_cut_tail_is_caught_by_a_pinned_head() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path(), &station_key(), &team_key(), 1..9);
    let pinned = head(&store);
    assert_eq!(against(&store, pinned), Ok(()));
    let sql = Connection::open(folder.path().join("ledger.db")).expect("opens");
    sql.execute_batch("DROP TRIGGER record_kept; DELETE FROM record WHERE seq >= 9").expect("cut");
    let verified = verify(&store, Pinned::default()).expect("consistent as far as it goes");
    assert_eq!((verified.head.size, verified.lost), (9, Some(11)));
    assert_eq!(against(&store, pinned), Err("verify-cut".to_owned()));
    // Nothing is put over what was lost, and the only sign of it stays.
    for hidden in [store.commit(entries(20..21)).err(), store.rebuild(&mut |_, _| ()).err()] {
        let failure = hidden.expect("refused");
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::BadData, "verified-lost"));
    }
    assert_eq!(verify(&store, Pinned::default()).expect("as before").lost, Some(11));
    sql.execute_batch("DROP TRIGGER record_stays; DELETE FROM record WHERE seq = 4").expect("a hole");
    let failure = verify(&store, Pinned::default()).expect_err("a hole");
    assert_eq!(failure.what.args()[0], ("seq", 4u64.into()));
    sql.execute_batch("DELETE FROM record").expect("emptied");
    assert_eq!(against(&store, pinned), Err("verify-empty".to_owned()));
}

#[test]
fn an_emptied_ledger_is_not_begun_again() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path(), &station_key(), &team_key(), 1..9);
    let sql = Connection::open(folder.path().join("ledger.db")).expect("opens");
    sql.execute_batch("DROP TRIGGER record_kept; DELETE FROM record").expect("emptied");
    assert_eq!(store.commit(entries(20..21)).expect_err("refused").what.key(), "verified-lost");
    assert_eq!(store.rebuild(&mut |_, _| ()).expect_err("refused").what.key(), "verified-lost");
}

#[test]
fn a_flipped_digit_in_the_stations_summary_signs_no_head_of_another_ledger() {
    let folder = tempfile::tempdir().expect("folder");
    let store = filled(folder.path(), &station_key(), &team_key(), 1..9);
    let sql = Connection::open(folder.path().join("ledger.db")).expect("opens");
    let body: String =
        sql.query_row("SELECT body FROM drawer WHERE key = 'station:'", [], |row| row.get(0)).expect("it");
    let at = body.find(r#""id":""#).expect("its id") + 6;
    let digit = if body.as_bytes()[at] == b'0' { "1" } else { "0" };
    let flipped = format!("{}{digit}{}", &body[..at], &body[at + 1..]);
    sql.execute("UPDATE drawer SET body = ?1 WHERE key = 'station:'", [flipped]).expect("flipped");
    let failure = store.commit(entries(20..21)).expect_err("refused");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::BadData, "summary-broken"));
    store.rebuild(&mut |_, _| ()).expect("from the records");
    store.commit(entries(20..21)).expect("recorded");
    verify(&store, Pinned::default()).expect("consistent");
}

#[test]
fn what_is_held_still_shows_one_moment_while_others_append() {
    let folder = tempfile::tempdir().expect("folder");
    let writer = filled(folder.path(), &station_key(), &team_key(), 1..9);
    let reader = Store::read(folder.path()).expect("opens");
    reader.hold_still().expect("held");
    writer.commit(entries(20..21)).expect("recorded");
    let verified = verify(&reader, Pinned::default()).expect("consistent");
    assert_eq!((verified.head.size, verified.lost, verified.stale), (11, None, None));
    assert_eq!(head(&writer).size, 12);
}

#[test]
fn a_restored_backup_is_caught_even_after_it_went_on() {
    let folder = tempfile::tempdir().expect("folder");
    drop(filled(folder.path(), &station_key(), &team_key(), 1..5));
    let file = folder.path().join("ledger.db");
    let backup = fs::read(&file).expect("reads");
    let store = Store::open(folder.path(), station_key()).expect("opens");
    store.commit(entries(5..9)).expect("recorded");
    let pinned = head(&store);
    drop(store);
    fs::write(&file, backup).expect("restored");
    let store = Store::open(folder.path(), station_key()).expect("opens");
    assert_eq!(against(&store, pinned), Err("verify-cut".to_owned()));
    store.commit(entries(20..30)).expect("goes on");
    assert_eq!(against(&store, pinned), Err("verify-other-head".to_owned()));
}

#[test]
fn a_chain_signed_anew_from_any_record_on_is_caught_by_a_pinned_head() {
    let (true_folder, key) = (tempfile::tempdir().expect("folder"), station_key());
    let pinned = head(&filled(true_folder.path(), &key, &team_key(), 1..9));
    for from in 1..9 {
        let folder = tempfile::tempdir().expect("folder");
        let store = filled(folder.path(), &key, &team_key(), 1..from);
        store.commit(entries(20 + from..29)).expect("other records of the station's own key");
        assert_eq!(head(&store).size, 11, "as long as the true one");
        assert_eq!(against(&store, pinned), Err("verify-other-head".to_owned()), "from record {}", from + 2);
    }
}

#[test]
fn a_forger_with_other_keys_is_caught_by_a_pinned_head_and_by_a_pinned_team_key() {
    let (forger, forgers_team) = (SecretKey::from_bytes(&[66; 32]), SecretKey::from_bytes(&[67; 32]));
    let (true_folder, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let truth = filled(true_folder.path(), &station_key(), &team_key(), 1..9);
    let store = filled(folder.path(), &forger, &forgers_team, 1..9);
    assert!(!verify(&store, Pinned::default()).expect("consistent in itself").genuine);
    assert_eq!(against(&store, head(&truth)), Err("verify-other-head".to_owned()));
    let by_team = |store: &Store| verify(store, Pinned { head: None, team: Some(team_key().public()) });
    assert!(by_team(&truth).expect("the team's own").genuine);
    assert_eq!(by_team(&store).expect_err("another team").what.key(), "verify-other-team");
}

#[test]
fn a_certificate_that_the_team_did_not_sign_is_refused() {
    let forger = SecretKey::from_bytes(&[66; 32]);
    for part in ["key", "signature", "practice"] {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::create(folder.path(), forger.clone()).expect("made");
        let mut entries = beginning(&forger, &forger, false);
        let Fact::StationOpened(opened) = &mut entries[0].fact else { unreachable!("record 0 opens") };
        match part {
            "key" => opened.team.key = team_key().public().0,
            "practice" => opened.practice = true,
            _ => opened.team.signature.replace_range(..2, "zz"),
        }
        store.commit(entries).expect("the journal knows no team");
        for team in [None, Some(team_key().public()), Some(forger.public())] {
            let failure = verify(&store, Pinned { head: None, team }).expect_err(part);
            assert_eq!(failure.what.key(), "verify-certificate", "{part}");
        }
    }
}
