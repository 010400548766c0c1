//! What sticks bring home: taken over whole, in pieces, twice, out of order, forked, altered; and what is kept of it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "one test measures")]

use crate::ledger_rig::*;
use aoxanh::custody::{AsideWhy, ChainFile, DeviceFile, DiskState, OpenJobs, STICK_KINDS};
use aoxanh::event::inspection::Verdict;
use aoxanh::event::station::{StationOpened, StickEnrolled, TeamCertificate, Through};
use aoxanh::event::{By, Fact, How};
use aoxanh::ledger::{Head, Note, SecretKey, certificate_text, signature_text, write_bundle};
use aoxanh::port::{Entry, Failure, Index, Journal, TakeOver, TakenOver};
use aoxanh::store::Store;
use aoxanh::unit::Digest;
use aoxanh::workbench::{Pinned, Thorough, verify_all};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::Path;
use std::time::Instant;

const NONCE: Digest = Digest([21; 32]);

fn stick_key() -> SecretKey {
    SecretKey::from_bytes(&[14; 32])
}

pub(crate) fn boot_key() -> SecretKey {
    SecretKey::from_bytes(&[15; 32])
}

/// Record 0 of a start from the stick.
pub(crate) fn boot_opened(boot: &SecretKey, team: &SecretKey) -> Fact {
    let word = |by: &SecretKey, over: &SecretKey, nonce| {
        signature_text(&by.sign(certificate_text(over.public(), false, nonce).as_bytes()))
    };
    let stick_nonce = Digest([22; 32]);
    let through =
        Through { key: stick_key().public().0, nonce: stick_nonce, signature: word(&stick_key(), boot, NONCE) };
    StationOpened {
        public_key: boot.public().0,
        team: TeamCertificate { key: team.public().0, signature: word(team, &stick_key(), stick_nonce) },
        practice: false,
        nonce: NONCE,
        through: Some(through),
        base: None,
    }
    .into()
}

/// A start's ledger with that beginning, of a program that did not yet refuse what no stick may author.
pub(crate) fn unmindful(folder: &Path, boot: &SecretKey, mut beginning: Vec<Entry<Fact>>) -> Store {
    let store = Store::create(folder, boot.clone()).expect("made");
    let rest = beginning.split_off(1);
    store.commit(beginning).expect("opens");
    forget_start(folder);
    store.commit(rest).expect("recorded");
    store
}

/// From now on the ledger in that folder does not know that it is a start's.
pub(crate) fn forget_start(folder: &Path) {
    let sql = Connection::open(folder.join("ledger.db")).expect("opens");
    let forgets = "UPDATE drawer SET body = json_remove(body, '$.start') WHERE key = 'station:'";
    assert_eq!(sql.execute(forgets, []).expect("changed"), 1);
}

/// A start's ledger of a program that did not yet refuse what no stick may author.
pub(crate) struct Boot(Store, #[expect(dead_code, reason = "keeps the folder")] tempfile::TempDir);

impl Deref for Boot {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.0
    }
}

impl Boot {
    /// It begins with those two people's records, its own number 0 before them.
    fn new(boot: &SecretKey, team: &SecretKey) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let mut beginning = beginning(boot, team, false);
        beginning[0].fact = boot_opened(boot, team);
        let store = unmindful(folder.path(), boot, beginning);
        Self(store, folder)
    }
}

/// A start that received device 7 at the door and wiped its disk: records 0 to 9.
pub(crate) fn boot_by(team: &SecretKey) -> Boot {
    let store = Boot::new(&boot_key(), team);
    store.commit(vec![entry(1, None, lot_opened(1)), entry(1, None, erase_consent(1))]).expect("recorded");
    store.commit(vec![entry(2, Some(7), received(1)), entry(3, Some(7), tag(7))]).expect("recorded");
    let begun = vec![entry(4, Some(7), bound("S")), entry(5, Some(7), wipe_started(1, "S"))];
    let started = store.commit(begun).expect("recorded")[1].leaf;
    store.commit(vec![entry(6, Some(7), wipe_ended(1, "S", started))]).expect("recorded");
    store
}

pub(crate) fn boot() -> Boot {
    boot_by(&team_key())
}

pub(crate) fn enrolled(kinds: &[&str]) -> StickEnrolled {
    StickEnrolled {
        station: Digest([23; 32]),
        key: stick_key().public().0,
        name: "Thẻ 3".to_owned(),
        until: moment(1_000_000_000),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
    }
}

pub(crate) fn furnish(store: &Store) {
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    store.commit(vec![entry(1, None, lot_opened(1)), entry(1, None, erase_consent(1))]).expect("recorded");
}

pub(crate) fn home() -> Store {
    let store = Store::in_memory(station_key()).expect("made");
    furnish(&store);
    store.commit(vec![entry(1, None, enrolled(&STICK_KINDS))]).expect("enrolled");
    store
}

/// The bundle of those records.
pub(crate) fn bundle_of(store: &Store, from: usize, to: usize) -> Vec<u8> {
    let mut rows = Vec::new();
    store
        .rows(&mut |row| {
            rows.push(row);
            Ok(())
        })
        .expect("reads");
    let note = &rows[to - 1].note;
    let head = Head::read(Note::split(note).expect("a note").0).expect("a head");
    write_bundle(&head.origin, from as u64, note, rows[from..to].iter().map(|row| row.bytes.as_slice()))
}

pub(crate) fn take(store: &Store, bytes: &[u8]) -> Result<TakenOver, Failure> {
    let by = By { person: person(1), how: How::Pin };
    store.take_over(&TakeOver { at: moment(1000), by, offset_ms: None, bytes })
}

fn chain(store: &Store, station: Digest) -> ChainFile {
    (store as &dyn Index).get(&station).expect("reads").expect("known")
}

fn device(store: &Store) -> Option<DeviceFile> {
    (store as &dyn Index).get(&device_id(7)).expect("reads")
}

/// Its drawers are what the records say, again after they were filed anew, and its proof holds.
pub(crate) fn holds(store: &Store, foreign: usize) {
    for _again in 0..2 {
        assert_eq!(store.stale_drawer().expect("reads"), None);
        let verified = verify_all(store, Pinned::default(), Thorough::ALL).expect("consistent");
        assert_eq!((verified.stale, verified.foreign.len()), (None, foreign));
        store.rebuild(&mut |_, _| ()).expect("rebuilds");
    }
}

const ALL: usize = 10;

#[test]
fn what_a_start_recorded_counts_once_it_came_home_and_twice_is_once() {
    let (home, boot) = (home(), boot());
    let whole = bundle_of(&boot, 0, ALL);
    let taken = take(&home, &whole).expect("taken over");
    assert_eq!((taken.from, taken.to, taken.devices, taken.parked, taken.forked), (0, 10, 1, 0, 0));
    let file = device(&home).expect("known");
    assert_eq!(file.disks[&key("S")].state, DiskState::Wiped);
    let open = (&home as &dyn Index).get::<OpenJobs>("").expect("reads").unwrap_or_default();
    assert!(open.disks.is_empty() && open.left.is_empty() && open.stopped.is_empty(), "a job of no machine here");
    let lines = home.history(&device_id(7)).expect("reads");
    let places: Vec<_> = lines.iter().map(|line| (line.foreign.map(|from| from.station), line.seq)).collect();
    assert_eq!(places, (5..10).map(|seq| (Some(taken.station), seq)).collect::<Vec<_>>());
    // Persons, lots and consents are not the stick's to say.
    let seen = chain(&home, taken.station);
    assert_eq!((seen.name.as_deref(), seen.size, seen.set_aside(), seen.odd_times), (Some("Thẻ 3"), 10, 4, 0));
    let head = home.head().expect("reads");
    let own = Head::read(Note::split(head.as_deref().expect("a head")).expect("a note").0).expect("a head");
    let (receipt, _) = Note::split(&taken.receipt).expect("a note");
    assert_eq!(Head::read(receipt).expect("a head").size, 10);
    Note::open(&taken.receipt, &own.origin, station_key().public()).expect("the station's word");
    let again = take(&home, &whole).expect("harmless");
    assert_eq!((again.from, again.to, again.receipt), (10, 10, taken.receipt));
    assert_eq!(home.head().expect("reads"), head, "nothing new was recorded");
    home.commit(vec![entry(2000, Some(7), tag(8))]).expect("goes on here");
    let after = home.history(&device_id(7)).expect("reads");
    assert_eq!(after[5].foreign, None);
    assert_eq!(after[5].event.device.as_ref().and_then(|about| about.after), Some(lines[4].leaf));
    holds(&home, 1);
}

#[test]
fn pieces_in_any_order_overlapping_come_to_the_same() {
    let boot = boot();
    let pieces = [(0, 3), (2, 6), (6, 8), (7, 10)].map(|(from, to)| bundle_of(&boot, from, to));
    let orders = (0..256).map(|code: usize| [code & 3, (code >> 2) & 3, (code >> 4) & 3, code >> 6]);
    for order in orders.filter(|order| order.iter().collect::<BTreeSet<_>>().len() == 4) {
        let home = home();
        let taken = order.map(|at| take(&home, &pieces[at]).expect("taken over")).into_iter().last().expect("four");
        assert_eq!((taken.to, taken.parked, taken.forked), (10, 0, 0), "{order:?}");
        let lines = home.history(&device_id(7)).expect("reads");
        assert_eq!(lines.iter().map(|line| line.seq).collect::<Vec<_>>(), [5, 6, 7, 8, 9], "{order:?}");
        assert_eq!(device(&home).expect("known").disks[&key("S")].state, DiskState::Wiped, "{order:?}");
        assert!(home.aside().expect("reads").is_empty());
        assert_eq!(home.stale_drawer().expect("reads"), None, "{order:?}");
    }
    let home = home();
    let taken = take(&home, &pieces[3]).expect("parked");
    assert_eq!((taken.to, taken.parked, taken.receipt.as_str()), (0, 1, ""));
    assert!(device(&home).is_none());
    let mut file = pieces[0].clone();
    file.extend_from_slice(&pieces[1]);
    file.extend_from_slice(&pieces[2][..pieces[2].len() - 5]);
    let taken = take(&home, &file).expect("taken over");
    assert_eq!((taken.to, taken.parked, taken.torn), (6, 1, Some(7)));
    holds(&home, 1);
}

#[test]
fn another_branch_is_kept_as_evidence_and_changes_nothing() {
    let (home, boot, other) = (home(), boot(), boot());
    boot.commit(vec![entry(7, Some(7), tag(8))]).expect("recorded");
    other.commit(vec![entry(7, Some(7), tag(9))]).expect("recorded");
    other.commit(vec![entry(8, Some(7), tag(10))]).expect("recorded");
    take(&home, &bundle_of(&boot, 0, 11)).expect("taken over");
    let known = device(&home);
    for (bytes, forked) in
        [(bundle_of(&other, 0, 11), 1), (bundle_of(&other, 11, 12), 2), (bundle_of(&other, 0, 11), 2)]
    {
        let taken = take(&home, &bytes).expect("kept");
        assert_eq!((taken.to, taken.forked, taken.parked), (11, forked, 0));
    }
    assert!(home.aside().expect("reads").iter().all(|bundle| bundle.is_fork));
    assert_eq!(device(&home), known);
    holds(&home, 1);
}

#[test]
fn what_was_altered_or_is_not_the_teams_is_refused_and_leaves_no_trace() {
    let home = home();
    let head = home.head().expect("reads");
    let whole = bundle_of(&boot(), 0, ALL);
    for at in (0..whole.len()).step_by(13) {
        let mut bad = whole.clone();
        bad[at] ^= 1;
        take(&home, &bad).expect_err(&format!("byte {at}"));
    }
    let stranger = SecretKey::from_bytes(&[16; 32]);
    let failure = take(&home, &bundle_of(&boot_by(&stranger), 0, ALL)).expect_err("another team's");
    assert_eq!(failure.what.key(), "bundle-not-ours");
    let failure = take(&home, &bundle_of(&home, 0, 2)).expect_err("its own");
    assert_eq!(failure.what.key(), "bundle-own");
    assert_eq!(home.head().expect("reads"), head);
    assert!(home.aside().expect("reads").is_empty() && home.foreign().expect("reads").is_empty());
}

#[test]
fn what_the_enrolment_does_not_allow_is_kept_and_does_not_count() {
    let whole = bundle_of(&boot(), 0, ALL);
    let why = |store: &Store| {
        let taken = take(store, &whole).expect("kept");
        let why: Vec<_> =
            chain(store, taken.station).aside.iter().map(|aside| (aside.from, aside.to, aside.why)).collect();
        holds(store, 1);
        why
    };
    let stranger = Store::in_memory(station_key()).expect("made");
    furnish(&stranger);
    assert_eq!(why(&stranger), [(0, 10, AsideWhy::NotEnrolled)]);
    let revoked = home();
    revoked.commit(vec![entry(2, None, key_revoked(&stick_key(), &team_key()))]).expect("revoked");
    assert_eq!(why(&revoked), [(0, 10, AsideWhy::Revoked)]);
    let narrow = Store::in_memory(station_key()).expect("made");
    furnish(&narrow);
    let kinds = ["DeviceReceived", "TagBound", "WipeEnded"];
    narrow.commit(vec![entry(1, None, enrolled(&kinds))]).expect("enrolled");
    assert_eq!(why(&narrow), [(1, 5, AsideWhy::Kind), (7, 9, AsideWhy::Kind), (9, 10, AsideWhy::Evidence)]);
    assert!(device(&narrow).expect("received").disks.is_empty(), "a wipe that never began proves nothing");
    let late = Store::in_memory(station_key()).expect("made");
    furnish(&late);
    let until = moment(3);
    late.commit(vec![entry(1, None, StickEnrolled { until, ..enrolled(&STICK_KINDS) })]).expect("enrolled");
    assert_eq!(why(&late), [(1, 5, AsideWhy::Kind), (7, 10, AsideWhy::TooLate)]);
}

#[test]
fn a_damaged_chain_is_named_and_no_statement_changes_it() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::create(folder.path(), station_key()).expect("made");
    furnish(&store);
    store.commit(vec![entry(1, None, enrolled(&STICK_KINDS))]).expect("enrolled");
    take(&store, &bundle_of(&boot(), 0, ALL)).expect("taken over");
    let sql = Connection::open(folder.path().join("ledger.db")).expect("opens");
    for statement in ["UPDATE foreign_record SET leaf = bytes", "DELETE FROM foreign_record WHERE seq = 9"] {
        let error = sql.execute(statement, []).expect_err(statement).to_string();
        assert!(error.contains("records are"), "{statement}: {error}");
    }
    sql.execute_batch("DROP TRIGGER foreign_kept; DELETE FROM foreign_record WHERE seq = 9").expect("damaged");
    let failure = verify_all(&store, Pinned::default(), Thorough::default()).expect_err("one is missing");
    assert_eq!(failure.what.key(), "verify-foreign-wrong");
}

#[test]
fn a_file_of_the_version_before_is_read_as_it_is_and_brought_up_where_it_is_written() {
    let folder = tempfile::tempdir().expect("folder");
    furnish(&Store::create(folder.path(), station_key()).expect("made"));
    let sql = Connection::open(folder.path().join("ledger.db")).expect("opens");
    sql.execute_batch(
        "DROP TABLE foreign_record; DROP TABLE foreign_head; DROP TABLE foreign_aside; DROP TABLE foreign_about;
         PRAGMA user_version=1;",
    )
    .expect("as it was");
    let version = || sql.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).expect("reads");
    let read = Store::read(folder.path()).expect("reads");
    assert!(read.history(&device_id(7)).expect("reads").is_empty() && read.foreign().expect("reads").is_empty());
    verify_all(&read, Pinned::default(), Thorough::ALL).expect("consistent");
    assert_eq!(version(), 1);
    let store = Store::open(folder.path(), station_key()).expect("opens");
    assert_eq!(version(), 2);
    store.commit(vec![entry(1, None, enrolled(&STICK_KINDS))]).expect("enrolled");
    take(&store, &bundle_of(&boot(), 0, ALL)).expect("taken over");
    holds(&store, 1);
    // A safety copy is the whole file; what is made after one keeps what came home.
    let copy = folder.path().join("copy.db");
    sql.execute("VACUUM INTO ?1", [copy.to_str().expect("a path")]).expect("copied");
    let new = tempfile::tempdir().expect("folder");
    let after = Store::create_after(new.path(), SecretKey::from_bytes(&[13; 32]), &copy).expect("restored");
    assert_eq!(device(&after).expect("known").disks[&key("S")].state, DiskState::Wiped);
    assert_eq!(after.history(&device_id(7)).expect("reads").len(), 5);
    assert_eq!(after.stale_drawer().expect("reads"), None);
}

#[test]
fn a_clock_that_cannot_be_is_marked_and_days_are_counted_by_this_stations() {
    let store = home();
    let boot = Boot::new(&boot_key(), &team_key());
    boot.commit(vec![entry(1, None, lot_opened(1)), entry(1, None, erase_consent(1))]).expect("recorded");
    let ahead = 100 * 24 * 3600 * 1000;
    boot.commit(vec![entry(ahead, Some(7), received(1))]).expect("recorded");
    let taken = take(&store, &bundle_of(&boot, 0, 6)).expect("taken over");
    assert_eq!(chain(&store, taken.station).odd_times, 1);
    let line = store.history(&device_id(7)).expect("reads").remove(0);
    assert_eq!((line.event.at, line.foreign.expect("from there").told_at), (moment(1000), moment(ahead)));
    assert_eq!(device(&store).expect("known").received_at, moment(1000));
    holds(&store, 1);
}

/// `cargo test --release --locked --test bench -- --ignored --nocapture a_hundred_thousand`
#[test]
#[ignore = "measures; takes minutes"]
fn a_hundred_thousand_records_are_taken_over_in_ten_seconds() {
    let (folder, boot) = (tempfile::tempdir().expect("folder"), boot());
    let store = Store::create(folder.path(), station_key()).expect("made");
    furnish(&store);
    store.commit(vec![entry(1, None, enrolled(&STICK_KINDS))]).expect("enrolled");
    for number in 8..208 {
        boot.commit(vec![entry(10, Some(number), received(1))]).expect("recorded");
        for _batch in 0..5 {
            let batch = (0..100).map(|_| entry(10, Some(number), inspected(Verdict::Pass, &[]))).collect();
            boot.commit(batch).expect("recorded");
        }
    }
    let all = 10 + 200 * 501;
    let bytes = bundle_of(&boot, 0, all);
    let began = Instant::now();
    assert_eq!(take(&store, &bytes).expect("taken over").to, all as u64);
    let took = began.elapsed();
    println!("{all} records, {} bytes: {took:?}", bytes.len());
    assert!(took.as_secs() < 10, "{took:?}");
}
