//! What every ledger (`Journal` with its `Index` and `Marks`) promises, a sentence each.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::event::intake::{TagBound, TagReplaced};
use aoxanh::event::{Event, Fact};
use aoxanh::ledger::{Head, Peaks, Record};
use aoxanh::port::{Failure, Index, Journal, Marks, Row};
use aoxanh::store::Store;
use aoxanh::unit::{Bytes, Digest};
use aoxanh::workbench::{Pinned, verify};
use std::panic::{AssertUnwindSafe, catch_unwind};

type Promise = fn(&Store);

const PROMISES: [(&str, Promise); 13] = [
    ("records are numbered in order, each names the one before, heads cover all", chains),
    ("a receipt says what was recorded", receipts_tell),
    ("a batch is recorded whole or not at all", all_or_nothing),
    ("labels are exchanged for both devices or for neither", labels_cross),
    ("a refused entry leaves nothing behind", refusal_leaves_nothing),
    ("each event of a device names the one before of that device", names_the_last),
    ("a clock that steps back more than a second is recorded before the entry", clock_jumps),
    ("a refused entry takes the record of its clock's step with it", clock_jump_is_of_the_batch),
    ("the summaries are those of a rebuild", summaries_agree),
    ("a device's history is its records, in order", history_in_order),
    ("drawers come in pages, in key order, of one kind only", pages),
    ("the last mark of a job is kept", marks),
    ("the station's key is the one that record 0 names", own_key_only),
];

/// Keeps every promise; `make` gives an empty ledger of the station's key.
pub(crate) fn keeps_every_promise(name: &str, make: &dyn Fn() -> Store) {
    for (sentence, promise) in PROMISES {
        let store = make();
        let kept = catch_unwind(AssertUnwindSafe(|| promise(&store)));
        assert!(kept.is_ok(), "{name}: not so: {sentence}");
    }
}

fn open(store: &Store) {
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    store.commit(vec![entry(1, None, lot_opened(1)), entry(2, None, erase_consent(1))]).expect("a lot");
}

fn rows(store: &Store) -> Vec<Row> {
    let mut rows = Vec::new();
    store
        .rows(&mut |row| {
            rows.push(row);
            Ok(())
        })
        .expect("rows");
    rows
}

fn refused(result: Result<Vec<aoxanh::port::Receipt>, Failure>) -> &'static str {
    result.expect_err("a rule objects").rule.expect("it was a rule")
}

fn chains(store: &Store) {
    assert_eq!(store.head().expect("reads"), None);
    open(store);
    let (mut last, mut peaks, rows) = (Digest::ZERO, Peaks::new(), rows(store));
    assert_eq!(rows.len(), 5);
    for (at, row) in rows.iter().enumerate() {
        let record = Record::from_bytes(row.bytes.clone()).expect("a record");
        assert_eq!((row.seq, record.seq()), (at as u64, at as u64));
        assert_eq!(record.prev(), last);
        assert_eq!(row.leaf, Some(record.leaf()));
        last = record.leaf();
        peaks.push(last);
        let head = Head::open(&row.note, station_key().public()).expect("signed");
        assert_eq!((head.size, head.root), (at as u64 + 1, peaks.root()));
        assert_eq!(row.peaks, peaks.bytes());
    }
    assert_eq!(store.head().expect("reads"), rows.last().map(|row| row.note.clone()));
    assert_eq!(verify(store, Pinned::default()).expect("consistent").head.size, 5);
}

fn receipts_tell(store: &Store) {
    open(store);
    let receipts = store.commit(vec![entry(3, Some(1), received(1)), entry(4, Some(1), tag(1))]).expect("recorded");
    let rows = rows(store);
    for (at, receipt) in receipts.iter().enumerate() {
        assert_eq!(receipt.seq, 5 + at as u64);
        let record = Record::from_bytes(rows[5 + at].bytes.clone()).expect("a record");
        assert_eq!(record.leaf(), receipt.leaf);
        assert_eq!(Event::from_body(record.body()).expect("an event"), receipt.event);
    }
}

fn all_or_nothing(store: &Store) {
    open(store);
    let before = rows(store);
    let batch = vec![entry(3, Some(1), received(1)), entry(4, Some(1), tag(1)), entry(5, Some(1), tag(1))];
    assert_eq!(refused(store.commit(batch)), "tag-unique");
    assert_eq!(rows(store), before);
    assert!(store.history(&device_id(1)).expect("reads").is_empty());
    assert_eq!(store.drawer(&format!("device:{}", device_id(1))).expect("reads"), None);
    assert_eq!(store.stale_drawer().expect("reads"), None);
    let again = store.commit(vec![entry(3, Some(1), received(1))]).expect("goes on");
    assert_eq!(again[0].seq, 5);
    assert_eq!(again[0].event.device.as_ref().and_then(|about| about.after), None);
}

fn labels_cross(store: &Store) {
    open(store);
    let tagged = [1, 2].map(|number| [entry(3, Some(number), received(1)), entry(4, Some(number), tag(number))]);
    store.commit(tagged.concat()).expect("two devices");
    let swap = |own: u8, other: u8| {
        let (tag, instead_of) = (tag(other).tag, tag(own).tag);
        entry(5, Some(own), TagReplaced { tag, instead_of, swapped_with: device_id(other) })
    };
    let before = rows(store);
    for half in [vec![swap(1, 2)], vec![swap(2, 1)], vec![swap(1, 2), entry(5, Some(2), tag(3))]] {
        assert_eq!(refused(store.commit(half)), "tag-swapped");
    }
    assert_eq!(rows(store), before);
    store.commit(vec![swap(1, 2), swap(2, 1)]).expect("both");
    assert_eq!(store.stale_drawer().expect("reads"), None);
}

fn refusal_leaves_nothing(store: &Store) {
    assert_eq!(refused(store.commit(vec![entry(0, None, lot_opened(1))])), "station-first");
    assert!(rows(store).is_empty());
    open(store);
    let before = (rows(store), store.drawer("station:").expect("reads"));
    let refusal = store.commit(vec![entry(9, Some(7), tag(7))]).expect_err("unknown device");
    assert_eq!((refusal.rule, refusal.what.key()), (Some("device-known"), "rule-device-known"));
    assert_eq!((rows(store), store.drawer("station:").expect("reads")), before);
}

fn names_the_last(store: &Store) {
    open(store);
    let first = store.commit(vec![entry(3, Some(1), received(1)), entry(3, Some(2), received(1))]).expect("received");
    let second = store.commit(vec![entry(4, Some(1), tag(1)), entry(4, Some(2), tag(2)), entry(5, Some(1), tag(3))]);
    let second = second.expect("tagged");
    let after = |receipt: &aoxanh::port::Receipt| receipt.event.device.as_ref().and_then(|about| about.after);
    assert_eq!(first.iter().map(after).collect::<Vec<_>>(), [None, None]);
    let last = [Some(first[0].leaf), Some(first[1].leaf), Some(second[0].leaf)];
    assert_eq!(second.iter().map(after).collect::<Vec<_>>(), last);
}

fn jumps(store: &Store) -> usize {
    let is_jump = |row: &Row| {
        let record = Record::from_bytes(row.bytes.clone()).expect("a record");
        matches!(Event::from_body(record.body()).expect("an event").fact, Fact::ClockJumped(_))
    };
    rows(store).iter().filter(|row| is_jump(row)).count()
}

fn clock_jumps(store: &Store) {
    open(store);
    store.commit(vec![entry(5000, None, lot_opened(2))]).expect("recorded");
    store.commit(vec![entry(4000, None, lot_opened(3))]).expect("a second is slack");
    assert_eq!(jumps(store), 0);
    let receipts = store.commit(vec![entry(2999, None, lot_opened(4))]).expect("recorded");
    assert_eq!((jumps(store), receipts.len(), receipts[0].seq), (1, 1, 8));
    let jump = Record::from_bytes(rows(store)[7].bytes.clone()).expect("a record");
    let Fact::ClockJumped(jump) = Event::from_body(jump.body()).expect("an event").fact else {
        unreachable!("the record before is the jump")
    };
    assert_eq!((jump.from, jump.to), (moment(4000), moment(2999)));
    store.commit(vec![entry(2999, None, lot_opened(5))]).expect("recorded");
    assert_eq!(jumps(store), 1, "one step is recorded once");
    verify(store, Pinned::default()).expect("consistent");
}

fn clock_jump_is_of_the_batch(store: &Store) {
    open(store);
    let before = rows(store);
    assert_eq!(refused(store.commit(vec![entry(-9000, None, lot_opened(1))])), "lot-known");
    assert_eq!(rows(store), before);
}

fn summaries_agree(store: &Store) {
    open(store);
    store.commit(vec![entry(3, Some(1), received(1)), entry(4, Some(1), tag(1))]).expect("recorded");
    assert_eq!(store.stale_drawer().expect("reads"), None);
    let kinds = ["person", "lot", "device", "tag"];
    let all = || kinds.map(|kind| store.drawers(kind, "", 99).expect("reads"));
    let before = all();
    assert!(before.iter().all(|drawers| !drawers.is_empty()));
    store.rebuild(&mut |_, _| ()).expect("rebuilds");
    assert_eq!(all(), before);
    assert_eq!(store.stale_drawer().expect("reads"), None);
    assert_eq!(store.history(&device_id(1)).expect("reads").len(), 2);
}

fn history_in_order(store: &Store) {
    open(store);
    let mut entries = vec![entry(3, Some(1), received(1)), entry(3, Some(2), received(1))];
    for number in 1..40 {
        entries.push(entry(4, Some(1 + number % 2), TagBound { tag: format!("T{number}") }));
    }
    store.commit(entries).expect("recorded");
    let history = store.history(&device_id(1)).expect("reads");
    assert_eq!(history.len(), 20);
    assert!(history.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    let after = |at: usize| history[at].event.device.as_ref().and_then(|about| about.after);
    assert!((1..20).all(|at| after(at) == Some(history[at - 1].leaf)));
    assert!(store.history(&device_id(9)).expect("reads").is_empty());
}

fn pages(store: &Store) {
    open(store);
    store.commit((2..30).map(|number| entry(3, None, lot_opened(number))).collect()).expect("recorded");
    let whole = store.drawers("lot", "", 100).expect("reads");
    assert_eq!(whole.len(), 29);
    assert!(whole.windows(2).all(|pair| pair[0].0 < pair[1].0));
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = store.drawers("lot", &after, 7).expect("reads");
        let Some((last, _)) = page.last() else { break };
        assert!(page.len() <= 7);
        after.clone_from(last);
        paged.extend(page);
    }
    assert_eq!(paged, whole);
    assert!(store.drawers("lo", "", 9).expect("reads").is_empty());
}

fn marks(store: &Store) {
    let mut marks = store;
    assert_eq!(marks.last(&job(1)).expect("reads"), None);
    for at in [5, 9_000_000_000] {
        marks.mark(&job(1), Bytes(at)).expect("writes");
        assert_eq!(marks.last(&job(1)).expect("reads"), Some(Bytes(at)));
    }
    assert_eq!(marks.last(&job(2)).expect("reads"), None);
    for stood in ["boot 1", "boot 2"] {
        marks.note_zeroed("a disk", stood).expect("writes");
        assert_eq!(marks.zeroed("a disk").expect("reads").as_deref(), Some(stood), "the last note counts");
    }
    assert_eq!(marks.zeroed("another").expect("reads"), None);
}

fn own_key_only(store: &Store) {
    let failure = store.commit(beginning(&team_key(), &team_key(), false)).expect_err("another key");
    assert_eq!(failure.what.key(), "ledger-other-key");
    assert!(rows(store).is_empty());
}
