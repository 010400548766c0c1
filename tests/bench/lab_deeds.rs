//! What is done to a machine of the lab once it was inspected: wiped, its disk pulled, cut from power, USB disks plugged in.
//!
//! Invariant: what a wipe came to is never asked of the machine alone: the medium is read from outside, byte for byte.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test waits for a machine that may hang")]

use super::bench_rig::{Device, Ran};
use super::guest_donated::Donated;
use super::guest_rig::Guest;
use super::lab_cuts::Work;
use super::lab_image;
use super::lab_machine::{Ready, device};
use super::lab_scenario::{Deed, DiskOf, Scenario, WipedAs};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// How long a wipe may take to come to the moment it is cut at.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);
const MIB: u64 = 1 << 20;
/// The first mark of a wipe, and a bit.
const PAST_THE_FIRST_MARK: u64 = 264 * MIB;

/// A machine at the bench and what is to be done to it.
pub(crate) struct Bench<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) ready: &'a Ready,
    pub(crate) device: Device,
    /// How often a machine is cut.
    pub(crate) rounds: usize,
}

/// The disk that is wiped.
pub(crate) struct Subject<'a> {
    pub(crate) donated: &'a Donated,
    pub(crate) of: &'a DiskOf,
    /// How many disks stand before it.
    pub(crate) number: usize,
    pub(crate) wiped: &'a WipedAs,
}

impl Bench<'_> {
    /// Does it all; every difference from what is stated, in words.
    pub(crate) fn deeds(&self, mut guest: Guest) -> Vec<String> {
        let mut amiss = Vec::new();
        for deed in &self.scenario.deeds {
            guest = match deed {
                Deed::Plug => self.plug(guest, &mut amiss),
                Deed::Wipe => self.wipe(guest, &mut amiss),
                Deed::Pull => self.pull(guest, &mut amiss),
                Deed::Cut => self.cut(guest, Work::Wipe, self.rounds, &mut amiss),
                Deed::CutImage => self.cut(guest, Work::Image, self.rounds, &mut amiss),
                Deed::CutAppend => self.cut_append(guest, &mut amiss),
                Deed::Image => {
                    let guest = self.cut(guest, Work::Image, 0, &mut amiss);
                    self.off_and_on(guest, || lab_image::starts_from(self.subject().donated.file()))
                }
            };
        }
        if !self.scenario.deeds.is_empty() {
            guest.json(&["verify"]).good();
        }
        amiss
    }

    /// The disk that is wiped and written.
    pub(crate) fn subject(&self) -> Subject<'_> {
        let number = self.scenario.disk.iter().position(|disk| disk.letters).expect("looked for before");
        Subject {
            donated: self.ready.donated.as_ref().expect("looked for before"),
            of: &self.scenario.disk[number],
            number,
            wiped: self.scenario.wiped.as_ref().expect("looked for before"),
        }
    }

    fn plug(&self, mut guest: Guest, amiss: &mut Vec<String>) -> Guest {
        let before = names(&mut guest);
        let later: Vec<_> = self.scenario.disk.iter().enumerate().filter(|(_, disk)| disk.later).collect();
        for (number, disk) in &later {
            guest.qemu("device_add", &object(*number, disk, &format!("disk{number}")));
        }
        let deadline = Instant::now() + PATIENCE;
        while names(&mut guest).len() < before.len() + later.len() {
            assert!(Instant::now() < deadline, "they never came:\n{}", guest.console());
        }
        for (_, disk) in &later {
            let found = guest.json(&["disks"]).good().all("disk").into_iter().any(|found| found["size"] == disk.bytes);
            if !found {
                amiss.push(format!("plug: no disk of {} bytes", disk.bytes));
            }
        }
        // What hangs on a cable is no part of the machine.
        let again = guest.json(&["inspect", &self.device.tag]).good();
        let (_, differences) = super::lab_run::facts_amiss(&self.scenario.expect, &again.all("fact"));
        amiss.extend(differences.into_iter().map(|difference| format!("plugged in: {difference}")));
        for (number, _) in &later {
            guest.qemu("device_del", &json!({ "id": format!("d{number}") }));
        }
        while names(&mut guest) != before {
            assert!(Instant::now() < deadline, "they never went:\n{}", guest.console());
        }
        guest
    }

    fn wipe(&self, mut guest: Guest, amiss: &mut Vec<String>) -> Guest {
        let subject = self.subject();
        let (name, typed) = subject.named(&mut guest);
        let ran = guest.wipe(&self.device, &name, &typed, &["--method", &subject.wiped.method]);
        subject.check(&mut guest, &ran, amiss);
        guest
    }

    fn pull(&self, mut guest: Guest, amiss: &mut Vec<String>) -> Guest {
        let subject = self.subject();
        let (name, typed) = subject.named(&mut guest);
        let (id, node) = (format!("d{}", subject.number), format!("disk{}", subject.number));
        let (tag, method) = (&self.device.tag, &subject.wiped.method);
        guest.qemu("block-set-write-threshold", &json!({ "node-name": node, "write-threshold": PAST_THE_FIRST_MARK }));
        guest.start(&["--json", "wipe", tag, "--disk", &name, "--confirm", &typed, "--method", method]);
        guest.wait_for("BLOCK_WRITE_THRESHOLD");
        guest.qemu("device_del", &json!({ "id": id }));
        let pulled = guest.answer().one("wiped")["ended"].clone();
        if pulled["result"] != "not_erased" || pulled["level"] != "none" {
            amiss.push(format!("pull: {pulled}"));
        }
        let job = pulled["job"].as_str().expect("an id").to_owned();
        guest.wait_for("DEVICE_DELETED");
        guest.qemu("device_add", &object(subject.number, subject.of, &node));
        let (name, typed) = subject.named(&mut guest);
        let ran = guest.wipe(&self.device, &name, &typed, &["--resume", &job]);
        subject.check(&mut guest, &ran, amiss);
        guest
    }
}

impl Subject<'_> {
    /// How the kernel calls it, once it is there, and what is typed to confirm.
    pub(crate) fn named(&self, guest: &mut Guest) -> (String, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let disks = guest.json(&["disks"]).good().all("disk");
            let is_it = |disk: &&Value| disk["size"] == self.of.bytes && disk["logical_block"] == self.of.block;
            if let Some(disk) = disks.iter().find(is_it) {
                let text = |name: &str| disk[name].as_str().map(str::to_owned);
                let name = text("name").expect("every disk has one");
                return (name, text("serial").or_else(|| text("code")).expect("one of both"));
            }
            assert!(Instant::now() < deadline, "it never came:\n{}", guest.console());
        }
    }

    /// Compares how it ended, and what stands on the medium, with what is stated.
    pub(crate) fn check(&self, guest: &mut Guest, ran: &Ran, amiss: &mut Vec<String>) {
        let ended = ran.one("wiped")["ended"].clone();
        let mut compare = |what: &str, stated: Value, told: Value| {
            if stated != told {
                amiss.push(format!("wiped: {what} {stated} stated, {told} told"));
            }
        };
        compare("result", json!(self.wiped.result), ended["result"].clone());
        compare("level", json!(self.wiped.level), ended["level"].clone());
        compare("method", json!(self.wiped.method), ended["evidence"]["method"].clone());
        compare("left", json!(self.wiped.left), json!(self.donated.left()));
        compare("exit code", json!(i32::from(self.wiped.result != "erased")), json!(ran.code));
        let started = guest.started(&ended);
        let other: Vec<_> =
            self.donated.amiss(&started).into_iter().filter(|one| !self.wiped.left.contains(one)).collect();
        compare("elsewhere what the method writes, but at", json!([]), json!(other));
    }
}

/// A device as QEMU adds it to a machine that runs: it takes numbers for numbers alone.
fn object(number: usize, disk: &DiskOf, node: &str) -> Value {
    let value = |(name, text): (&str, String)| {
        let is_size = name.ends_with("block_size");
        let value = if is_size { text.parse().map_or(Value::Null, |size: u64| json!(size)) } else { json!(text) };
        (name.to_owned(), value)
    };
    Value::Object(device(number, disk, node).into_iter().map(value).collect::<Map<_, _>>())
}

fn names(guest: &mut Guest) -> Vec<String> {
    guest.sh("ls /sys/block | grep -E '^(sd|vd|nvme|mmcblk)'").out.lines().map(str::to_owned).collect()
}
