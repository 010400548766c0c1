//! Processes that append and are killed, and processes that append at once: what was acknowledged is there.

#![expect(clippy::disallowed_methods, reason = "these tests start and kill processes of their own")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::event::donation::LotOpened;
use aoxanh::ledger::Record;
use aoxanh::port::{Index, Journal};
use aoxanh::store::Store;
use aoxanh::unit::{Digest, DonorId, LotId};
use aoxanh::workbench::{Pinned, verify};
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

/// No test by itself: what the processes started by the tests below do. Says each record after its commit.
#[test]
fn appends_until_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let who = std::env::var(WHO).expect("a number and a count");
    let (who, most) = who.split_once('/').expect("a number and a count");
    let (who, most): (u32, u32) = (who.parse().expect("a number"), most.parse().expect("a count"));
    let store = Store::open(Path::new(&folder), station_key()).expect("opens");
    for number in 0..most {
        let mut bytes = [0; 10];
        bytes[..4].copy_from_slice(&who.to_be_bytes());
        bytes[4..8].copy_from_slice(&number.to_be_bytes());
        let fact = LotOpened { lot: LotId::from_random(bytes), donor: DonorId::from_random(bytes) };
        let receipts = store.commit(vec![entry(0, None, fact)]).expect("recorded");
        let mut out = std::io::stdout().lock();
        writeln!(out, "\nack {} {}", receipts[0].seq, receipts[0].leaf).and_then(|()| out.flush()).expect("said");
    }
}

struct Appender {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Appender {
    fn start(folder: &Path, who: u32, most: u32) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", "crash::appends_until_killed", "--nocapture", "--test-threads=1"])
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

fn check(store: &Store, acknowledged: &BTreeMap<u64, Digest>, round: u32) {
    let verified = verify(store, Pinned::default()).expect("the chain stands");
    assert_eq!(verified.stale, None, "round {round}: a summary differs");
    let mut there = BTreeMap::new();
    let mut visit = |row: aoxanh::port::Row| {
        there.insert(row.seq, Record::from_bytes(row.bytes).expect("a record").leaf());
        Ok(())
    };
    store.rows(&mut visit).expect("rows");
    for (seq, leaf) in acknowledged {
        assert_eq!(there.get(seq), Some(leaf), "round {round}: acknowledged record {seq} is lost");
    }
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
    let (mut known, mut cut) = (0, 0);
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
        check(&store, &acknowledged, round);
        let fact = LotOpened { lot: LotId::from_random([255; 10]), donor: DonorId::from_random([255; 10]) };
        if round % 10 == 0 {
            let receipt = store.commit(vec![entry(0, None, fact)]).expect("goes on").remove(0);
            acknowledged.insert(receipt.seq, receipt.leaf);
        }
        let size = verify(&store, Pinned::default()).expect("stands").head.size;
        cut += usize::from(size - known > (acknowledged.len() - told) as u64);
        known = size;
    }
    // Records whose acknowledgement the kill swallowed: if there were none, no kill fell within an append.
    eprintln!("{cut} of 200 rounds had a record beyond the last word");
}

#[test]
fn two_processes_appending_at_once_both_finish() {
    const EACH: u32 = 60;
    let folder = station();
    let mut appenders = [1, 2].map(|who| Appender::start(folder.path(), who, EACH));
    let mut acknowledged = BTreeMap::new();
    for appender in &mut appenders {
        let before = acknowledged.len();
        while let Some((seq, leaf)) = appender.next() {
            assert_eq!(acknowledged.insert(seq, leaf), None, "record {seq} was acknowledged twice");
        }
        assert!(appender.child.wait().expect("ends").success());
        assert_eq!(acknowledged.len() - before, EACH as usize);
    }
    let store = Store::read(folder.path()).expect("opens");
    check(&store, &acknowledged, 0);
    assert_eq!(verify(&store, Pinned::default()).expect("stands").head.size, u64::from(2 * EACH) + 3);
}
