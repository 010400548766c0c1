//! Disks that shrink under a wipe, and disks that come back after one: only the same disk is gone on with, and what shrank
//! is never called erased.

#![expect(clippy::disallowed_methods, reason = "a test cuts the disk's file short")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Ran, Rig as Program, can_loop};
use crate::arming_rig::{OLD, Rig, SIZE, disk, pressed_at, refusal, replugged, said, wipe_order, wipe_resume};
use crate::practice_bench::{node, run};
use aoxanh::custody::DiskState;
use aoxanh::device::{Disk, code_for};
use aoxanh::event::disk::{Level, WipeResult};
use aoxanh::linux::PracticeDisk;
use aoxanh::port::FakeDisk;
use aoxanh::unit::Bytes;
use aoxanh::workbench::wipe;
use rustix::process::Signal;
use std::fs::File;
use std::path::Path;

const SERIAL: &str = "WD-12345678";
const OTHER: &str = "WD-87654321";
/// Large enough that a job is stopped well before its end.
const LARGE: Bytes = Bytes::mib(128);
const HALF: u64 = LARGE.0 / 2;

fn one() -> Disk {
    let mut disk = disk("sda", Some(SERIAL));
    disk.identity.wwn = Some("eui.1".to_owned());
    disk
}

/// Makes another disk of it.
type Alter = fn(&mut Disk);

#[test]
fn an_interrupted_wipe_goes_on_only_with_the_disk_that_comes_back_the_same() {
    let others: [(&str, Alter); 6] = [
        ("another serial", |disk| disk.identity.serial = Some(OTHER.to_owned())),
        ("no serial", |disk| disk.identity.serial = None),
        ("a serial that another shows too", |disk| disk.serial_shared = true),
        ("larger", |disk| disk.identity.size = Bytes(SIZE as u64 + 512)),
        ("another model", |disk| disk.identity.model = Some("OTHER".to_owned())),
        ("another WWN", |disk| disk.identity.wwn = Some("eui.2".to_owned())),
    ];
    for (what, alter) in others {
        let rig = Rig::new(&[one()]);
        let (found, _) = rig.device(true);
        let stopped = wipe(&rig.bench(), &found, &wipe_order("sda", SERIAL), &pressed_at(3), &mut |_news| {});
        let job = stopped.expect("recorded").ended.job;
        let half = rig.disks.bytes("sda");
        let mut other = replugged(&one());
        alter(&mut other);
        let bytes = usize::try_from(other.identity.size.0).expect("small");
        let own = other.identity.serial.clone().filter(|_serial| !other.serial_shared);
        let typed = own.unwrap_or_else(|| code_for(&other, &rig.bench().secret));
        rig.disks.plug(other, FakeDisk::new(vec![OLD; bytes], 512));
        let before = rig.events().len();
        let failure = refusal(rig.wipe(&found, &wipe_resume("sda", &typed, &job)), what);
        assert!(["job-not-here", "disk-other-wwn"].contains(&said(&failure)), "{what}: {failure:?}");
        assert_eq!(rig.kinds(before), Vec::<String>::new(), "{what}");
        assert!(rig.disks.bytes("sda").iter().all(|byte| *byte == OLD), "{what}: touched");

        rig.disks.plug(replugged(&one()), FakeDisk::new(half, 512));
        let wiped = rig.wipe(&found, &wipe_resume("sda", SERIAL, &job)).expect("the same disk");
        assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Clear), "{what}");
        assert!(rig.disks.bytes("sda").iter().all(|byte| *byte == 0), "{what}");
    }
}

#[test]
fn a_smaller_disk_under_the_job_is_another_one_and_what_was_written_counts_for_nothing() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let mut smaller = one();
    smaller.identity.size = Bytes(SIZE as u64 / 2 / 512 * 512);
    for check in 1..=4 {
        rig.disks.change(&one());
        let counted = rig.disks.count(aoxanh::port::Asked::Check);
        rig.disks.change_when(aoxanh::port::Asked::Check, counted + check, smaller.clone());
        let wiped = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("recorded");
        assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::NotErased, Level::None), "check {check}");
        assert!(wiped.found.file.disks.values().all(|disk| disk.state == DiskState::NotWiped), "check {check}");
    }
}

/// A wipe by the built program, stopped after so many bytes; `meanwhile` is done to the disk, and it goes on to its end.
fn disturbed(on: &On, bytes: u64, meanwhile: impl FnOnce(&PracticeDisk)) -> Ran {
    let code = on.rig.code(&on.disk);
    let mut running = on.rig.start(&on.line(&code, &["--method", "overwrite-pattern"]));
    while running.moved() < bytes {
        std::thread::yield_now();
    }
    assert_ne!(running.moved(), u64::MAX, "it was over before");
    running.signal(Signal::STOP);
    meanwhile(&on.disk);
    running.signal(Signal::CONT);
    running.end()
}

struct On {
    rig: Program,
    tag: String,
    disk: PracticeDisk,
}

impl On {
    fn new() -> Option<Self> {
        let rig = Program::practice_in_memory();
        let tag = rig.device().tag;
        let disk = rig.disk("dia", LARGE);
        can_loop(&disk).then_some(Self { rig, tag, disk })
    }

    fn line<'s>(&'s self, code: &'s str, way: &[&'s str]) -> Vec<&'s str> {
        [&["wipe", &self.tag, "--disk", self.disk.name(), "--confirm", code], way].concat()
    }
}

fn cut(file: &Path, to: u64) {
    File::options().write(true).open(file).and_then(|file| file.set_len(to)).expect("ours");
}

/// The kernel looks at the file's size again.
fn look_again(disk: &PracticeDisk) {
    run("losetup", &[Path::new("--set-capacity"), &node(disk)]);
}

#[test]
fn a_disk_whose_file_is_cut_short_under_the_wipe_is_not_erased_in_either_phase() {
    let Some(on) = On::new() else { return };
    // While it writes, what stood behind the cut reads as zeros afterwards; while it reads back, there is nothing to read.
    for (bytes, to, code, result) in
        [(HALF, HALF / 4, 1, "erased_with_exceptions"), (LARGE.0 + HALF / 2, HALF, 74, "not_erased")]
    {
        let ran = disturbed(&on, bytes, |disk| cut(disk.backing(), to));
        cut(on.disk.backing(), LARGE.0);
        let ended = &ran.one("wiped")["ended"];
        assert_eq!((ran.code, &ended["result"], &ended["level"]), (code, &result.into(), &"none".into()), "{ran:#?}");
        let evidence = &ended["evidence"];
        let first = evidence["first_mismatch"].as_u64().or(evidence["read_back"].as_u64()).expect("a number");
        // A byte of the pattern may well be a zero.
        assert!((to..to + 64).contains(&first), "{evidence}");
        on.rig.run(&["allocate", &on.tag, "--new-recipient"]).refused(1, &["[give-disks-wiped]"]);
    }
    let code = on.rig.code(&on.disk);
    on.rig.json(&on.line(&code, &[])).good();
    on.rig.verified();
}

#[test]
fn a_disk_that_shrinks_under_the_wipe_is_another_disk_until_it_is_as_large_again() {
    let Some(on) = On::new() else { return };
    for bytes in [HALF, LARGE.0 + HALF / 2] {
        let ran = disturbed(&on, bytes, |disk| {
            cut(disk.backing(), HALF / 4);
            look_again(disk);
        });
        let ended = &ran.one("wiped")["ended"];
        assert_eq!((&ended["result"], &ended["level"]), (&"not_erased".into(), &"none".into()), "{ran:#?}");
        let told = format!("Ổ {} không còn là ổ đã xác nhận", on.disk.name());
        let failure = ran.one("failure");
        assert!(failure["message"].as_str().expect("text").contains(&told), "{failure}");
        assert_eq!(ran.code, 1);
        let job = ended["job"].as_str().expect("text");
        let smaller = on.rig.code(&on.disk);
        let refused = on.rig.run(&on.line(&smaller, &["--resume", job]));
        refused.refused(2, &[job]);
        cut(on.disk.backing(), LARGE.0);
        look_again(&on.disk);
        let code = on.rig.code(&on.disk);
        assert_ne!(code, smaller, "a code is for one size");
        let resumed = on.rig.json(&on.line(&code, &["--resume", job]));
        let ended = &resumed.one("wiped")["ended"];
        // What was marked before the cut is gone with it: going on finds that out.
        let (is_lost, from) = (bytes > LARGE.0, resumed.all("progress")[0]["done"].as_u64());
        assert_eq!(ended["level"], if is_lost { "none" } else { "clear" }, "from {from:?}: {ended}");
        assert_eq!(resumed.code, i32::from(is_lost), "{resumed:#?}");
    }
    on.rig.verified();
}
