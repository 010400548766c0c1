//! Wipes of the built program that are stopped, killed, or begun twice.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test looks at the disk's file")]

use super::bench_rig::{Device, Rig, Running};
use aoxanh::linux::PracticeDisk;
use aoxanh::unit::Bytes;
use rustix::process::Signal;
use serde_json::Value;
use std::fs::File;
use std::os::unix::fs::FileExt;

/// Large enough that it cannot be over before a signal arrives, and for several marks of 64 MiB.
const SIZE: Bytes = Bytes::gib(1);

struct Wiping {
    rig: Rig,
    device: Device,
    disk: PracticeDisk,
    code: String,
}

impl Wiping {
    fn new() -> Self {
        let rig = Rig::practice();
        let device = rig.device();
        let disk = rig.disk("dia", SIZE);
        let code = rig.code(&disk);
        File::options()
            .write(true)
            .open(disk.backing())
            .expect("ours")
            .write_all_at(b"DONOR", SIZE.0 - 5)
            .expect("written");
        Self { rig, device, disk, code }
    }

    fn line<'s>(&'s self, rest: &[&'s str]) -> Vec<&'s str> {
        let line = ["wipe", &self.device.tag, "--disk", self.disk.name(), "--confirm", &self.code];
        [&line, rest].concat()
    }

    fn start(&self, rest: &[&str]) -> Running {
        self.rig.start(&[&self.line(&[])[..], rest].concat())
    }

    fn last_bytes(&self) -> [u8; 5] {
        let mut last = [0; 5];
        File::open(self.disk.backing()).expect("ours").read_exact_at(&mut last, SIZE.0 - 5).expect("read");
        last
    }
}

fn begun_writing(object: &Value) -> bool {
    object["phase"] == "write" && object["done"].as_u64() > Some(0)
}

#[test]
fn ctrl_c_is_recorded_as_cancelled_and_the_resumed_wipe_is_whole() {
    let on = Wiping::new();
    let mut running = on.start(&[]);
    assert!(running.wait_for(begun_writing), "no progress was told");
    running.signal(Signal::INT);
    let stopped = running.end();
    assert_eq!(stopped.code, 1, "{stopped:#?}");
    let ended = &stopped.one("wiped")["ended"];
    assert_eq!((&ended["result"], &ended["level"]), (&"cancelled".into(), &"none".into()));
    assert!(ended["evidence"]["written"].as_u64() < Some(SIZE.0), "{ended}");
    let failure = stopped.one("failure");
    assert_eq!(failure["trouble"], "cancelled");
    assert!(failure["message"].as_str().expect("text").contains("CHƯA được xóa"), "{failure}");
    assert_eq!(&on.last_bytes(), b"DONOR");
    let job = ended["job"].as_str().expect("text").to_owned();
    assert!(failure["hint"].as_str().expect("text").contains(&job), "{failure}");
    on.rig.run(&["allocate", &on.device.tag, "--new-recipient"]).refused(1, &["[give-disks-wiped]"]);
    let wrong = on.rig.run(&on.line(&["--resume", "j-0000000000000000"]));
    wrong.refused(2, &["j-0000000000000000"]);

    let resumed = on.rig.json(&on.line(&["--resume", &job])).good();
    let again = &resumed.one("wiped")["ended"];
    assert_eq!((&again["result"], &again["level"]), (&"erased".into(), &"clear".into()));
    assert_eq!(again["evidence"]["read_back"].as_u64(), Some(SIZE.0), "{again}");
    let first = resumed.all("progress")[0]["done"].as_u64();
    assert_eq!(first, ended["evidence"]["written"].as_u64(), "goes on where it stopped");
    assert_ne!(&on.last_bytes(), b"DONOR");
    on.rig.verified();
}

#[test]
fn a_killed_wipe_is_shown_as_dangling_and_resumed_from_its_mark() {
    let on = Wiping::new();
    let mut running = on.start(&[]);
    let far = |object: &Value| object["phase"] == "write" && object["done"].as_u64() > Some(300 << 20);
    assert!(running.wait_for(far), "no progress was told");
    running.signal(Signal::KILL);
    running.end();
    let shown = on.rig.json(&["disks"]).good().one("orphan");
    let job = shown["job"].as_str().expect("text").to_owned();
    let said = on.rig.run(&["disks"]).good();
    assert!(said.out.contains("Việc dở dang") && said.out.contains(&job), "{said:#?}");
    on.rig.run(&["allocate", &on.device.tag, "--new-recipient"]).refused(1, &["[give-disks-wiped]"]);
    let checks = on.rig.json(&["doctor"]).all("check");
    let jobs = checks.iter().find(|check| check["check"] == "jobs").expect("checked");
    assert_eq!((&jobs["grade"], &jobs["more"][0]), (&"warn".into(), &job.as_str().into()));

    let resumed = on.rig.json(&on.line(&["--resume", &job])).good();
    let ended = &resumed.one("wiped")["ended"];
    assert_eq!((&ended["result"], &ended["level"]), (&"erased".into(), &"clear".into()));
    let first = resumed.all("progress")[0]["done"].as_u64().expect("a number");
    assert!(first >= 64 << 20 && first.is_multiple_of(4 << 20), "resumed at {first}");
    assert!(on.rig.json(&["disks"]).good().all("orphan").is_empty());
    assert_ne!(&on.last_bytes(), b"DONOR");
    on.rig.verified();
}

#[test]
fn a_second_wipe_of_a_disk_that_is_being_wiped_is_refused() {
    let on = Wiping::new();
    let mut running = on.start(&[]);
    assert!(running.wait_for(begun_writing), "no progress was told");
    let second = on.rig.run(&on.line(&[]));
    second.refused(75, &[on.disk.name()]);
    let shown = on.rig.json(&["disks"]).good();
    assert!(shown.all("orphan").is_empty(), "a job that somebody runs is no orphan");
    running.signal(Signal::INT);
    assert_eq!(running.end().one("wiped")["ended"]["result"], "cancelled");
    on.rig.verified();
}
