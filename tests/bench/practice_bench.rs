//! A practice station for tests that use real disks, and what they need to mount, start and wait.
//!
//! Invariant: whatever a test makes is undone when it ends, failed or not, and nothing else is touched.

#![expect(clippy::disallowed_methods, reason = "tests on real disks use real files and processes")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use aoxanh::device::{Armed, Clearance, Confirmation, Disk, Obstacle, arm, code_for};
use aoxanh::linux::{LinuxDisks, Mode, PracticeDisk, PracticeDisks};
use aoxanh::port::{Disks, Failure, Trouble};
use aoxanh::unit::{Bytes, Digest};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const SIZE: Bytes = Bytes::mib(2);
const SECRET: Digest = Digest([7; 32]);

/// A practice station in a folder that goes away.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) practice: PracticeDisks,
    pub(crate) disks: LinuxDisks,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let practice = PracticeDisks::new(folder.path());
        let mode = Mode::Practice { folder: folder.path().to_owned() };
        let disks = LinuxDisks::new(mode, folder.path().join("ledger.db"));
        Self { folder, practice, disks }
    }

    /// A disk on a loop device, or `None` where there are none.
    pub(crate) fn loop_disk(&self, name: &str, block: u32) -> Option<PracticeDisk> {
        let disk = self.practice.make(name, SIZE, block).expect("practice disks work");
        let Some(why) = disk.without_loop() else { return Some(disk) };
        assert!(std::env::var("CI").is_err(), "CI must have loop devices: {why}");
        // Past the test harness, which hides what a passing test prints.
        let _closed = writeln!(std::io::stderr(), "SKIPPED, NOTHING PROVED: no loop devices here: {why}");
        None
    }

    /// A disk that is a plain file, root or not.
    pub(crate) fn file_disk(&self, name: &str) -> PathBuf {
        self.practice.make_file(name.strip_suffix(".img").expect("<name>.img"), SIZE).expect("a new file")
    }

    pub(crate) fn find(&self, name: &str) -> Disk {
        let found = self.disks.list(None).expect("sysfs is readable").into_iter().find(|disk| disk.name == name);
        found.unwrap_or_else(|| panic!("{name} is not listed"))
    }

    pub(crate) fn arm(&self, name: &str) -> Armed {
        armed(self.find(name))
    }

    pub(crate) fn refusal(&self, armed: &Armed) -> Failure {
        match self.disks.open(armed) {
            Ok(_open) => panic!("{} was opened", armed.disk().name),
            Err(failure) => failure,
        }
    }

    /// The obstacle stands in the list, and an armed disk does not open.
    pub(crate) fn stands_in_the_way(&self, armed: &Armed, obstacle: &Obstacle, word: &str) {
        let disk = self.find(&armed.disk().name);
        assert!(disk.obstacles.contains(obstacle), "{obstacle:?} not in {:?}", disk.obstacles);
        let failure = self.refusal(armed);
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::No, "disk-refused"), "{failure}");
        assert!(format!("{:?}", failure.what).contains(word), "{:?}", failure.what);
    }
}

pub(crate) fn armed(disk: Disk) -> Armed {
    let free = Clearance { consent: true, on_hold: false, quarantined: false, stranger: false };
    let code = Confirmation(code_for(&disk, &SECRET));
    arm(disk, free, &SECRET, &code).expect("nothing in the way")
}

pub(crate) fn node(disk: &PracticeDisk) -> PathBuf {
    Path::new("/dev").join(disk.name())
}

pub(crate) fn run(program: &str, words: &[&Path]) {
    let done = Command::new(program).args(words).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Undone in the end, failed or not.
pub(crate) struct Undo(pub(crate) &'static str, pub(crate) PathBuf);

impl Drop for Undo {
    fn drop(&mut self) {
        let _late = Command::new(self.0).arg(&self.1).output();
    }
}

/// A loop device by another tool: through the cache, and nobody detaches it by himself.
pub(crate) struct Losetup {
    pub(crate) name: String,
    backing: PathBuf,
}

impl Losetup {
    pub(crate) fn attach(backing: PathBuf) -> Self {
        let attached = Command::new("losetup").args(["--find", "--show"]).arg(&backing).output().expect("losetup");
        assert!(attached.status.success(), "losetup: {}", String::from_utf8_lossy(&attached.stderr));
        let node = String::from_utf8_lossy(&attached.stdout).trim().to_owned();
        Self { name: node.strip_prefix("/dev/").expect("a device").to_owned(), backing }
    }
}

impl Drop for Losetup {
    fn drop(&mut self) {
        // The number may be somebody else's by now.
        let now = fs::read_to_string(format!("/sys/block/{}/loop/backing_file", self.name)).unwrap_or_default();
        if Path::new(now.trim()) == self.backing {
            let _late = Command::new("losetup").arg("--detach").arg(Path::new("/dev").join(&self.name)).output();
        }
    }
}

/// A child that ends with its test, failed or not.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it and waits for its line with `READY`; gives what follows that word.
    pub(crate) fn start(command: &mut Command) -> (Self, String) {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("child");
        let mut child = Self(child);
        let lines = BufReader::new(child.0.stdout.take().expect("piped")).lines();
        let said = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("READY ")?.1.to_owned()));
        (child, said.expect("the child got ready"))
    }

    pub(crate) fn kill(mut self) {
        self.0.kill().expect("our child");
        self.0.wait().expect("our child");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _dead = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Waits for the thing, a minute at most.
pub(crate) fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::yield_now();
    }
}
