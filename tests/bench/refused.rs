//! Every state of a real disk in which arming refuses, tried on the built program: the right code typed, the exit not 0,
//! nothing recorded, not a byte touched, and the same line wipes the disk once the state is gone.

#![expect(clippy::disallowed_methods, reason = "a test brings a disk into each state")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{self, disk as made_up, wipe_order};
use super::bench_rig::{Rig, can_loop};
use super::practice_bench::{Running, Undo, node, run};
use aoxanh::event::disk::{Level, WipeResult};
use aoxanh::linux::{LoopDevice, LoopPlan, PracticeDisk};
use aoxanh::unit::Bytes;
use aoxanh::workbench::{Report, Tone, wipe_worth};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

const SIZE: Bytes = Bytes::mib(4);

struct On {
    rig: Rig,
    tag: String,
    disk: PracticeDisk,
    code: String,
}

/// Bytes of the page that says what the disk is, which nobody writes while it is in use.
const SWAP_HEADER: usize = 4096;

impl On {
    fn new() -> Option<Self> {
        let rig = Rig::practice();
        let tag = rig.device().tag;
        let disk = rig.disk("dia", SIZE);
        if !can_loop(&disk) {
            return None;
        }
        let code = rig.code(&disk);
        Some(Self { rig, tag, disk, code })
    }

    fn line(&self) -> [&str; 6] {
        ["wipe", &self.tag, "--disk", self.disk.name(), "--confirm", &self.code]
    }

    fn is_refused(&self, code: i32, words: &[&str]) {
        self.is_refused_with(code, words, usize::MAX);
    }

    /// Refused with that exit code and these words, by the plan as well where the disk is to be seen at all; of the medium
    /// at least so many bytes are as before.
    fn is_refused_with(&self, code: i32, words: &[&str], kept: usize) {
        let read = || {
            let mut medium = fs::read(self.disk.backing()).expect("ours");
            medium.truncate(kept);
            medium
        };
        let (head, medium) = (self.rig.verified(), read());
        self.rig.run(&self.line()).refused(code, words);
        assert_eq!(self.rig.run(&[&self.line()[..4], &["--plan"]].concat()).code, code, "{words:?}");
        assert_eq!(self.rig.verified()["head"], head["head"], "{words:?}: recorded");
        assert!(read() == medium, "{words:?}: touched");
    }

    fn is_wiped(&self) {
        self.rig.run(&self.line()).good();
    }
}

fn cut(file: &Path, to: Bytes) {
    File::options().write(true).open(file).and_then(|file| file.set_len(to.0)).expect("ours");
}

#[test]
fn each_state_of_a_disk_that_forbids_writing_refuses_the_program_until_it_is_gone() {
    let Some(on) = On::new() else { return };
    let (place, name) = (node(&on.disk), on.disk.name());
    on.is_wiped();

    run("mkswap", &[Path::new("-q"), &place]);
    run("swapon", &[&place]);
    let undo = Undo("swapoff", place.clone());
    // Behind its header the kernel may put what it has no room for.
    on.is_refused_with(1, &[name, "swap"], SWAP_HEADER);
    drop(undo);
    on.is_wiped();

    for backing in [place.clone(), on.disk.backing().to_owned()] {
        let plan = LoopPlan { backing: &backing, block: 512, read_only: true };
        let above = LoopDevice::attach(plan).expect("loop devices work here");
        on.is_refused(1, &[name, above.name()]);
        above.detach().expect("ours");
        super::practice_bench::wait_for("the loop above is gone", || {
            let disks = on.rig.json(&["disks"]).good().all("disk");
            disks.len() == 1 && disks[0]["obstacles"].as_array().is_some_and(Vec::is_empty)
        });
    }
    on.is_wiped();

    run("blockdev", &[Path::new("--setro"), &place]);
    on.is_refused(1, &[name, "chỉ đọc"]);
    run("blockdev", &[Path::new("--setrw"), &place]);
    on.is_wiped();
}

#[test]
fn a_disk_that_another_namespace_has_mounted_is_refused_with_the_place_named() {
    let Some(on) = On::new() else { return };
    let point = on.rig.home().join("khuat");
    fs::create_dir(&point).expect("a folder");
    run("mkfs.ext4", &[Path::new("-q"), &node(&on.disk)]);
    let script = "mount \"$0\" \"$1\" && echo READY yes && read _end";
    let mut hidden = Command::new("unshare");
    hidden.args(["--mount", "--propagation", "private", "sh", "-c", script]).arg(node(&on.disk)).arg(&point);
    let (elsewhere, _yes) = Running::start(&mut hidden);
    on.is_refused(1, &[on.disk.name(), &point.display().to_string()]);
    elsewhere.kill();
    super::practice_bench::wait_for("the namespace is gone", || {
        on.rig.json(&["disks"]).good().one("disk")["obstacles"].as_array().is_some_and(Vec::is_empty)
    });
    on.is_wiped();
}

#[test]
fn a_disk_without_a_medium_gone_or_plugged_in_again_is_not_the_one_that_was_confirmed() {
    let Some(on) = On::new() else { return };
    let look_again = || run("losetup", &[Path::new("--set-capacity"), &node(&on.disk)]);
    cut(on.disk.backing(), Bytes::ZERO);
    look_again();
    on.is_refused(2, &[on.disk.name()]);
    cut(on.disk.backing(), SIZE);
    look_again();
    on.is_wiped();

    let On { rig, tag, disk, code } = on;
    let (name, backing) = (disk.name().to_owned(), disk.backing().to_owned());
    let head = rig.verified();
    disk.detach().expect("ours");
    let line = ["wipe", &tag, "--disk", &name, "--confirm", &code];
    rig.run(&line).refused(2, &[&name]);
    let plan = LoopPlan { backing: &backing, block: 512, read_only: false };
    let again = LoopDevice::attach(plan).expect("loop devices work here");
    let line = ["wipe", &tag, "--disk", again.name(), "--confirm", &code];
    rig.run(&line).refused(1, &[again.name()]);
    assert_eq!(rig.verified()["head"], head["head"], "nothing recorded");
}

#[test]
fn no_end_but_an_erasure_is_good_news_or_exits_with_0() {
    const SERIAL: &str = "WD-12345678";
    let rig = arming_rig::Rig::new(&[made_up("sda", Some(SERIAL))]);
    let (found, _) = rig.device(true);
    let good = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    assert!(wipe_worth(&good).is_ok() && Report::of_wipe(&good).tone == Tone::Good);
    for result in [WipeResult::ErasedWithExceptions, WipeResult::NotErased, WipeResult::Cancelled] {
        for level in [Level::None, Level::Clear, Level::Purge] {
            for direct in [false, true] {
                let mut bad = good.clone();
                (bad.ended.result, bad.ended.level, bad.ended.evidence.direct) = (result, level, direct);
                let failure = wipe_worth(&bad).expect_err("not erased");
                assert_ne!(failure.trouble.exit_code(), 0, "{result:?}");
                assert_ne!(Report::of_wipe(&bad).tone, Tone::Good, "{result:?}");
            }
        }
    }
    let mut cached = good.clone();
    (cached.ended.level, cached.ended.evidence.direct) = (Level::None, false);
    assert!(wipe_worth(&cached).is_err(), "read back out of a cache");
}
