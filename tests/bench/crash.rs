//! Processes that append and are killed, and processes that append at once: what was acknowledged is there.

#![expect(clippy::disallowed_methods, reason = "these tests start and kill processes of their own")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::event::donation::{ConsentGiven, LotOpened, Purpose};
use aoxanh::event::intake::{DeviceKind, DeviceReceived, TagBound};
use aoxanh::event::{Event, Fact};
use aoxanh::ledger::Record;
use aoxanh::port::{Entry, Index, Journal};
use aoxanh::store::Store;
use aoxanh::tag::TagId;
use aoxanh::unit::{DeviceId, Digest, DonorId, LotId};
use aoxanh::workbench::{Pinned, Thorough, verify, verify_all};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Names the ledger's folder to a process that is to append.
const FOLDER: &str = "AOXANH_TEST_APPEND_TO";
/// Tells it a number of its own, and how many records to append.
const WHO: &str = "AOXANH_TEST_APPEND_AS";
const SEED: u64 = 0x00C0_FFEE;
/// How long a killed process may live after it was waited for, at most.
const LONGEST_MICROS: u64 = 4000;

/// Records of a whole intake: a lot, its consent, a device, its tag.
const INTAKE: u32 = 4;

/// What number `number` of appender `who` records in one commit: a lot, or, every third time, a whole intake.
fn facts(who: u32, number: u32) -> Vec<Entry<Fact>> {
    let mut bytes = [0; 10];
    bytes[..4].copy_from_slice(&who.to_be_bytes());
    bytes[4..8].copy_from_slice(&number.to_be_bytes());
    // The last symbol of the lot's id says whether more must follow it.
    let more = number % 3 == 2;
    bytes[9] = u8::from(more);
    let lot = LotId::from_random(bytes);
    let opened = LotOpened { lot: lot.clone(), donor: DonorId::from_random(bytes) };
    let mut entries = vec![entry(0, None, opened)];
    if more {
        let device = |fact| Entry { device: Some(DeviceId::from_random(bytes)), ..entry(0, None, fact) };
        let [_, _, _, who, a, b, c, d, _, _] = bytes;
        let tag = TagBound { tag: TagId::from_random([who, a, b, c, d, 0, 0]).as_str().to_owned() };
        entries.push(entry(0, None, ConsentGiven { lot: lot.clone(), purpose: Purpose::Erase }));
        entries.push(device(Fact::from(DeviceReceived::bare(lot, DeviceKind::Laptop))));
        entries.push(device(tag.into()));
    }
    entries
}

#[test]
#[ignore = "the process that the tests below run and kill"]
fn appends_until_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let who = std::env::var(WHO).expect("a number and a count");
    let (who, most) = who.split_once('/').expect("a number and a count");
    let (who, most): (u32, u32) = (who.parse().expect("a number"), most.parse().expect("a count"));
    let store = Store::open(Path::new(&folder), station_key()).expect("opens");
    for number in 0..most {
        let receipts = store.commit(facts(who, number)).expect("recorded");
        let mut out = std::io::stdout().lock();
        for receipt in receipts {
            writeln!(out, "\nack {} {}", receipt.seq, receipt.leaf).expect("said");
        }
        out.flush().expect("said");
    }
}

struct Appender {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Appender {
    fn start(folder: &Path, who: u32, most: u32) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", "crash::appends_until_killed", "--ignored", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder)
            .env(WHO, format!("{who}/{most}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    /// The next acknowledged record; none when the process has said its last.
    fn next(&mut self) -> Option<(u64, Digest)> {
        loop {
            let line = self.lines.next()?.expect("text");
            let Some(told) = line.strip_prefix("ack ") else { continue };
            // A line cut by the kill was not acknowledged to anybody.
            let (seq, leaf) = told.split_once(' ')?;
            return Some((seq.parse().ok()?, leaf.parse().ok()?));
        }
    }
}

/// What was acknowledged is there, and of a commit of several records all or none; how many such commits there are.
fn check(store: &Store, acknowledged: &BTreeMap<u64, Digest>, round: u32) -> u32 {
    let summaries = Thorough { summaries: true, ..Thorough::default() };
    let verified = verify_all(store, Pinned::default(), summaries).expect("the chain stands");
    assert_eq!(verified.stale, None, "round {round}: a summary differs");
    let (mut there, mut kinds, mut begun) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut visit = |row: aoxanh::port::Row| {
        let record = Record::from_bytes(row.bytes).expect("a record");
        there.insert(row.seq, record.leaf());
        let fact = Event::from_body(record.body()).expect("an event").fact;
        if matches!(&fact, Fact::LotOpened(opened) if opened.lot.as_str().ends_with('1')) {
            begun.push(kinds.len());
        }
        kinds.push(fact.kind().to_owned());
        Ok(())
    };
    store.rows(&mut visit).expect("rows");
    for (seq, leaf) in acknowledged {
        assert_eq!(there.get(seq), Some(leaf), "round {round}: acknowledged record {seq} is lost");
    }
    let intake: Vec<_> = facts(0, 2).iter().map(|entry| entry.fact.kind().to_owned()).collect();
    for at in &begun {
        assert_eq!(kinds.get(*at..*at + intake.len()), Some(intake.as_slice()), "round {round}: half a commit");
    }
    let consents = kinds.iter().filter(|kind| **kind == intake[1]).count();
    assert_eq!(consents, begun.len(), "round {round}: half a commit");
    u32::try_from(consents).expect("few")
}

fn station() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::create(folder.path(), station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    folder
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_that_it_acknowledged() {
    eprintln!("seed {SEED:#x}");
    let mut random = blake3::Hasher::new().update(&SEED.to_be_bytes()).finalize_xof();
    let mut folder = station();
    let mut acknowledged = BTreeMap::new();
    let (mut known, mut cut, mut intakes) = (0, 0, 0);
    for round in 0..200 {
        if round % 10 == 0 {
            folder = station();
            acknowledged.clear();
            known = 3;
        }
        let told = acknowledged.len();
        let mut draw = [0; 16];
        random.fill(&mut draw);
        let wanted = draw[0] % 5;
        let micros = u64::from_be_bytes(*draw.last_chunk().expect("8 bytes")) % LONGEST_MICROS;
        let mut appender = Appender::start(folder.path(), round, u32::MAX);
        for _ in 0..wanted {
            let (seq, leaf) = appender.next().expect("it appends without end");
            acknowledged.insert(seq, leaf);
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_micros(micros) {
            std::hint::spin_loop();
        }
        appender.child.kill().expect("killed");
        appender.child.wait().expect("gone");
        while let Some((seq, leaf)) = appender.next() {
            acknowledged.insert(seq, leaf);
        }
        let store = Store::open(folder.path(), station_key()).expect("opens after the kill");
        intakes += check(&store, &acknowledged, round);
        let fact = LotOpened { lot: LotId::from_random([255; 10]), donor: DonorId::from_random([255; 10]) };
        if round % 10 == 0 {
            let receipt = store.commit(vec![entry(0, None, fact)]).expect("goes on").remove(0);
            acknowledged.insert(receipt.seq, receipt.leaf);
        }
        let size = verify(&store, Pinned::default()).expect("stands").head.size;
        cut += usize::from(size - known > (acknowledged.len() - told) as u64);
        known = size;
    }
    eprintln!("{cut} of 200 rounds had a record beyond the last word; {intakes} whole intakes were seen");
    // Records whose acknowledgement the kill swallowed: without one, no kill fell between an append and its word.
    assert!(cut > 0, "no kill fell where it hurts");
    assert!(intakes > 0, "no commit of several records was made");
}

#[test]
fn two_processes_appending_at_once_both_finish() {
    const EACH: u32 = 60;
    const RECORDS: u32 = EACH / 3 * 2 + EACH / 3 * INTAKE;
    let folder = station();
    let mut appenders = [1, 2].map(|who| Appender::start(folder.path(), who, EACH));
    let mut acknowledged = BTreeMap::new();
    for appender in &mut appenders {
        let before = acknowledged.len();
        while let Some((seq, leaf)) = appender.next() {
            assert_eq!(acknowledged.insert(seq, leaf), None, "record {seq} was acknowledged twice");
        }
        assert!(appender.child.wait().expect("ends").success());
        assert_eq!(acknowledged.len() - before, RECORDS as usize);
    }
    let store = Store::read(folder.path()).expect("opens");
    assert_eq!(check(&store, &acknowledged, 0), 2 * EACH / 3);
    assert_eq!(verify(&store, Pinned::default()).expect("stands").head.size, u64::from(2 * RECORDS) + 3);
}
