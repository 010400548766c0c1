//! Machines of the lab that are cut from power at random moments of a wipe, of an image and while they record, switched on
//! again, and go on.
//!
//! Invariant: what a machine told as done before it was cut is there afterwards; what stands on its disk is read from outside.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test waits for a machine that may hang")]

use super::guest_rig::Guest;
use super::lab_deeds::{Bench, PATIENCE, Subject};
use super::lab_image;
use rustix::event::{Timespec, poll};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How often QEMU is asked how far it is.
const PAUSE: Duration = Duration::from_millis(40);
/// What the moments of a cut are drawn from, told where a round fails.
const SEED: u64 = 0x4C_41_42;
/// The most devices that a machine receives before it is cut at the next one.
const MOST_RECEIVED: u64 = 3;

/// What is cut from power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Wipe,
    Image,
}

/// The station's folder stands on the machine's USB stick from here on.
pub(crate) fn on_the_stick(guest: &mut Guest) {
    let is_usb = "case $(readlink $disk) in */usb*) mount /dev/${disk##*/} /root && exit;; esac";
    guest.sh(&format!("for disk in /sys/block/sd*; do {is_usb}; done; false")).good();
}

impl Bench<'_> {
    /// Cuts the work that often, and lets it come to its end.
    pub(crate) fn cut(&self, mut guest: Guest, work: Work, rounds: usize, amiss: &mut Vec<String>) -> Guest {
        let subject = self.subject();
        let (mut job, mut mark) = (None, 0);
        let length = if work == Work::Image { lab_image::LENGTH } else { subject.of.bytes };
        for round in 0..rounds {
            // All of it is written, and read.
            let moment = moment(round, 2 * (length - mark));
            let args = self.args(&mut guest, &subject, work, job.as_deref());
            guest.start_beside("/dev/shm/out", &args.iter().map(String::as_str).collect::<Vec<_>>());
            moved(&mut guest, &format!("disk{}", subject.number), moment);
            guest = self.off_and_on(guest, || ());
            let when = format!("{work:?} cut {round} at {moment}, seed {SEED:#x}");
            (job, mark) = subject.after(&mut guest, work, amiss, &when);
        }
        let args = self.args(&mut guest, &subject, work, job.as_deref());
        let ran = guest.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        match work {
            Work::Wipe => subject.check(&mut guest, &ran, amiss),
            Work::Image => {
                let told = ran.good().one("imaged")["ended"].clone();
                if told["result"] != "written" {
                    amiss.push(format!("image: {told}"));
                }
                if let Some(at) = lab_image::amiss(&subject.donated.bytes(), lab_image::LENGTH) {
                    amiss.push(format!("image: something else at {at}"));
                }
            }
        }
        guest
    }

    /// The words that begin the work, or go on with it.
    fn args(&self, guest: &mut Guest, subject: &Subject<'_>, work: Work, job: Option<&str>) -> Vec<String> {
        let (name, typed) = subject.named(guest);
        let verb: &[&str] = if work == Work::Wipe { &["wipe"] } else { &["image", "write"] };
        let mut args = [&["--json"], verb, &[&self.device.tag, "--disk", &name, "--confirm", &typed]].concat();
        let image = lab_image::words();
        match (work, job) {
            (Work::Wipe, None) => args.extend(["--method", subject.wiped.method.as_str()]),
            (Work::Wipe, Some(_)) => {}
            (Work::Image, _) => args.extend(image.iter().map(String::as_str)),
        }
        args.extend(job.iter().flat_map(|job| ["--resume", job]));
        args.into_iter().map(str::to_owned).collect()
    }

    /// Cuts it while it receives devices.
    pub(crate) fn cut_append(&self, mut guest: Guest, amiss: &mut Vec<String>) -> Guest {
        let mut told = vec![plain(&self.device.tag)];
        // Into the lot that is there: no name is needed for it, so the vault may stay locked.
        let intake = ["--json", "intake", "--lot", self.device.lot.as_str()];
        for round in 0..self.rounds {
            let mut took = Duration::ZERO;
            for _ in 0..=moment(round, MOST_RECEIVED) {
                let began = Instant::now();
                let received = guest.run(&intake).good().one("received");
                told.push(plain(received["tag"].as_str().expect("text")));
                took = began.elapsed();
            }
            guest.start(&intake);
            let micros = u64::try_from(took.as_micros()).expect("seconds");
            let moment = Duration::from_micros(moment(round + self.rounds, micros * 11 / 10));
            wait(moment);
            guest = self.off_and_on(guest, || ());
            guest.json(&["verify"]).good();
            let when = format!("append cut {round} after {} and {moment:?}, seed {SEED:#x}", told.len());
            let there = tags(&mut guest);
            let gone: Vec<_> = told.iter().filter(|tag| !there.contains(tag)).collect();
            if !gone.is_empty() || there.len() > told.len() + 1 {
                amiss.push(format!("{when}: gone {gone:?}; {} there", there.len()));
            }
            told = there;
        }
        guest
    }

    /// Cuts it from power, and switches it on again after `meanwhile`.
    pub(crate) fn off_and_on(&self, guest: Guest, meanwhile: impl FnOnce()) -> Guest {
        let by = guest.by().to_owned();
        guest.unplug();
        meanwhile();
        let mut guest = self.ready.switch_on();
        on_the_stick(&mut guest);
        guest.is_by(&by);
        guest
    }
}

impl Subject<'_> {
    /// What is left of the work once the machine was cut: its job and how far it is; nothing that was told as done may be
    /// undone.
    fn after(&self, guest: &mut Guest, work: Work, amiss: &mut Vec<String>, when: &str) -> (Option<String>, u64) {
        guest.json(&["verify"]).good();
        let listed = guest.json(&["jobs"]).good().all("interrupted");
        let left = self.donated.left();
        let Some(one) = listed.first() else {
            // Cut before its start was recorded, or after its end was.
            let untouched = left == [(0, usize::try_from(self.of.bytes).expect("small"))];
            if work == Work::Wipe && !untouched && !left.is_empty() {
                amiss.push(format!("{when}: no job, and letters left: {left:?}"));
            }
            if work == Work::Wipe && left.is_empty() {
                self.donated.fill();
            }
            return (None, 0);
        };
        let mark = one["written"].as_u64().unwrap_or(0);
        if listed.len() > 1 || one["here"].is_null() {
            amiss.push(format!("{when}: {listed:?}"));
        }
        let wrong = match work {
            Work::Wipe => left.first().map(|(at, _)| *at).filter(|at| (*at as u64) < mark),
            Work::Image => lab_image::amiss(&self.donated.bytes(), mark),
        };
        if let Some(at) = wrong {
            amiss.push(format!("{when}: something else at {at}, before the mark at {mark}"));
        }
        (one["job"].as_str().map(str::to_owned), mark)
    }
}

/// The tag of every device that has one, in the order of the ledger, without its dashes.
fn tags(guest: &mut Guest) -> Vec<String> {
    guest.run(&["export", "/dev/shm/all"]).good();
    let records = guest.sh("grep -h TagBound /dev/shm/all/records.jsonl; rm -r /dev/shm/all").good().out;
    let tag = |line: &str| serde_json::from_str::<Value>(line).ok().and_then(|event| tag_of(&event));
    records.lines().map(|line| plain(&tag(line).unwrap_or_else(|| panic!("no tag: {line}")))).collect()
}

fn plain(tag: &str) -> String {
    tag.replace('-', "")
}

/// The text below the key `tag`, wherever it stands.
fn tag_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => match fields.get("tag") {
            Some(Value::String(tag)) => Some(tag.clone()),
            _other => fields.values().find_map(tag_of),
        },
        Value::Array(values) => values.iter().find_map(tag_of),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A number below `most` that is always the same for that round.
fn moment(round: usize, most: u64) -> u64 {
    let mixed = blake3::hash(&[SEED, round as u64].map(u64::to_be_bytes).concat());
    let first: [u8; 8] = mixed.as_bytes()[..8].try_into().expect("eight of 32");
    u64::from_be_bytes(first) % most.max(1)
}

fn wait(time: Duration) {
    let pause = Timespec::try_from(time).expect("short");
    poll(&mut [], Some(&pause)).expect("a pause");
}

/// Waits until that many more bytes were written to or read from the node.
fn moved(guest: &mut Guest, node: &str, bytes: u64) {
    let deadline = Instant::now() + PATIENCE;
    let before = traffic(guest, node);
    while traffic(guest, node) < before + bytes {
        if Instant::now() > deadline {
            let said = guest.sh("cat /dev/shm/out");
            panic!(
                "it stands still at {} of {bytes}:\n{}\n{}",
                traffic(guest, node) - before,
                said.out,
                guest.console()
            );
        }
        wait(PAUSE);
    }
}

fn traffic(guest: &mut Guest, node: &str) -> u64 {
    let all = guest.qemu("query-blockstats", &json!({}));
    let own = all.as_array().into_iter().flatten().find(|one| one["node-name"] == node).expect("a disk of the machine");
    ["rd_bytes", "wr_bytes"].iter().filter_map(|what| own["stats"][what].as_u64()).sum()
}
