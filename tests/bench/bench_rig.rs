//! What the tests of the built program stand on: a home of its own, stations, runs with a clean environment.
//!
//! Invariant: nothing outside the rig's temporary folder is written, but loop devices the rig itself attaches there.

#![expect(clippy::disallowed_methods, reason = "a test drives the built program and looks at its files")]
#![expect(clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test that cannot run says so aloud")]

use aoxanh::linux::{PracticeDisk, PracticeDisks};
use aoxanh::unit::Bytes;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A user without rights, by number.
pub(crate) const NOBODY: u32 = 65534;

/// One run of the program, finished.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The run, which must have ended well.
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }

    /// Every JSON object of standard output.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
    }

    /// The JSON objects of that kind.
    pub(crate) fn all(&self, kind: &str) -> Vec<Value> {
        let schema = format!("aoxanh/{kind}/1");
        self.json().into_iter().filter(|object| object["schema"] == schema.as_str()).collect()
    }

    /// The last JSON object of that kind.
    pub(crate) fn one(&self, kind: &str) -> Value {
        self.all(kind).pop().unwrap_or_else(|| panic!("no {kind} in {self:#?}"))
    }

    /// That exit code and, on standard error, exactly one line of what failed with these words in it and at most one of
    /// what to do next.
    pub(crate) fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:#?}");
        let said: Vec<_> = self.err.lines().filter(|line| line.contains("✗ ")).collect();
        let hints = self.err.lines().filter(|line| line.contains("→ ")).count();
        assert!(said.len() == 1 && hints <= 1, "{self:#?}");
        let others = self.err.lines().filter(|line| !line.contains("▶ ") && !line.contains(" % · ")).count();
        assert_eq!(others, 1 + hints, "{self:#?}");
        for word in words {
            assert!(said[0].contains(word), "{word} not in {}", said[0]);
        }
    }
}

/// A device and its lot.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) tag: String,
    pub(crate) lot: String,
}

/// The lead of every station that a rig opens.
pub(crate) const LEAD: &str = "Trần Thị Thử";
/// That lead's PIN.
pub(crate) const PIN: &str = "918273";
/// What opens the vault of every normal station that a rig opens.
pub(crate) const PASSPHRASE: &str = "bốn con ngựa gỗ xanh";

/// A temporary home with a station in it, and a folder in memory for what lives as long as the machine is on.
pub(crate) struct Rig {
    home: TempDir,
    memory: TempDir,
    logs: TempDir,
    user: Option<u32>,
    by: Option<String>,
}

impl Rig {
    /// A home with no station.
    pub(crate) fn empty() -> Self {
        let memory = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
        for (name, secret) in [("pin", PIN), ("passphrase", PASSPHRASE)] {
            fs::write(memory.path().join(name), format!("{secret}\n")).expect("written");
        }
        let folder = || tempfile::tempdir().expect("a temporary folder");
        Self { home: folder(), memory, logs: folder(), user: None, by: None }
    }

    /// A home that belongs to nobody's user, in which everything runs as that user.
    pub(crate) fn of_nobody() -> Self {
        let rig = Self { user: rustix::process::geteuid().is_root().then_some(NOBODY), ..Self::empty() };
        if rig.user.is_some() {
            for folder in [&rig.home, &rig.memory, &rig.logs] {
                chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("root may");
            }
            // The build folder may be closed to others.
            fs::copy(env!("CARGO_BIN_EXE_aoxanh"), rig.program()).expect("copied");
            fs::set_permissions(rig.program(), fs::Permissions::from_mode(0o755)).expect("root may");
        }
        rig
    }

    /// A home with a normal station, its lead at the bench.
    pub(crate) fn normal() -> Self {
        let mut rig = Self::empty();
        let opened = rig.open(&["--json"]).good().one("opened");
        rig.by = opened["lead"].as_str().map(str::to_owned);
        rig
    }

    /// Opens a normal station with that lead, that PIN and that passphrase; `more` goes before and wins.
    pub(crate) fn open(&self, more: &[&str]) -> Ran {
        let (pin, passphrase) = (self.secret("pin"), self.secret("passphrase"));
        let sheets = self.memory.path().join(format!("phieu-{}", more.join("-").replace('/', "_")));
        let sheets = sheets.display().to_string();
        let mut args = [more, &["open", "--pin-file", &pin, "--passphrase-file", &passphrase]].concat();
        for (flag, value) in [("--team", "Đội Thử"), ("--lead", LEAD), ("--sheets", &sheets)] {
            if !more.contains(&flag) {
                args.extend([flag, value]);
            }
        }
        self.run(&args)
    }

    /// The path of a file in memory with that secret in it.
    pub(crate) fn secret(&self, name: &str) -> String {
        self.memory.path().join(name).display().to_string()
    }

    /// What lives as long as the machine is on.
    pub(crate) fn memory(&self) -> &Path {
        self.memory.path()
    }

    /// A home with a practice station.
    pub(crate) fn practice() -> Self {
        Self::empty().with_practice()
    }

    /// The same in memory, where large disks are quick; elsewhere where loop devices there would go through the cache.
    pub(crate) fn practice_in_memory() -> Self {
        let rig = Self::empty();
        let probe = PracticeDisks::new(rig.memory.path()).make("probe", Bytes::mib(1), 512).expect("a practice disk");
        let dio = fs::read_to_string(format!("/sys/block/{}/loop/dio", probe.name())).unwrap_or_default();
        drop(probe);
        if dio.trim() != "1" {
            return rig.with_practice();
        }
        Self { home: tempfile::tempdir_in("/dev/shm").expect("a folder in memory"), ..rig }.with_practice()
    }

    fn with_practice(self) -> Self {
        self.run(&["open", "--practice", "--lead", LEAD]).good();
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Everything logged by runs of this rig.
    pub(crate) fn logged(&self) -> String {
        let files = fs::read_dir(self.logs.path()).expect("ours");
        let text = |file: io::Result<fs::DirEntry>| fs::read_to_string(file.expect("ours").path()).expect("UTF-8");
        files.map(text).collect()
    }

    /// The station's folder: that of this user.
    pub(crate) fn station(&self) -> PathBuf {
        self.home.path().join(".local/share/aoxanh")
    }

    fn program(&self) -> PathBuf {
        if self.user.is_some() { self.home.path().join("aoxanh") } else { env!("CARGO_BIN_EXE_aoxanh").into() }
    }

    /// The program with a clean environment, in the home.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(args).env_clear().env("PATH", path).env("HOME", self.home.path()).current_dir(self.home.path());
        command.env("XDG_RUNTIME_DIR", self.memory.path()).env("AOXANH_LOG_DIR", self.logs.path());
        if let Some(by) = &self.by {
            command.env("AOXANH_BY", by);
        }
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        ran(&mut self.command(args))
    }

    /// The same with `--json`.
    pub(crate) fn json(&self, args: &[&str]) -> Ran {
        self.run(&[&["--json"], args].concat())
    }

    /// Runs in the background, telling progress as JSON.
    pub(crate) fn start(&self, args: &[&str]) -> Running {
        Running::of(&mut self.command(&[&["--json"], args].concat()))
    }

    /// A device received into a lot with consent to erase.
    pub(crate) fn device(&self) -> Device {
        let ran = self.json(&["intake", "--donor", "Người Tặng Thử", "--consent-erase"]).good();
        let text = |name: &str| ran.one("received")[name].as_str().expect("text").to_owned();
        Device { tag: text("tag"), lot: text("lot") }
    }

    /// A blank practice disk of this practice station.
    pub(crate) fn disk(&self, name: &str, size: Bytes) -> PracticeDisk {
        PracticeDisks::new(&self.station()).make(name, size, 512).expect("a practice disk")
    }

    /// What to type to confirm that disk.
    pub(crate) fn code(&self, disk: &PracticeDisk) -> String {
        let disks = self.json(&["disks"]).good().all("disk");
        let shown = disks.iter().find(|shown| shown["name"] == disk.name()).expect("the disk is shown");
        shown["code"].as_str().expect("practice disks have no serial").to_owned()
    }

    /// `verify` must be content.
    pub(crate) fn verified(&self) -> Value {
        self.json(&["verify"]).good().one("verified")
    }
}

/// A program that is running.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    heard: String,
}

impl Running {
    /// Starts that, which tells progress as JSON.
    pub(crate) fn of(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("started");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, lines, heard: String::new() }
    }

    /// Listens until an object that `is` accepts; false where the program ended without.
    pub(crate) fn wait_for(&mut self, is: impl Fn(&Value) -> bool) -> bool {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).expect("UTF-8") == 0 {
                return false;
            }
            self.heard.push_str(&line);
            if is(&serde_json::from_str(&line).expect("one JSON object a line")) {
                return true;
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("process ids are small");
        kill_process(Pid::from_raw(id).expect("not 0"), signal).expect("our own child");
    }

    /// How many bytes it has read and written so far, on disks and elsewhere; more than any once it is over.
    pub(crate) fn moved(&mut self) -> u64 {
        if let Ok(Some(_over)) = self.child.try_wait() {
            return u64::MAX;
        }
        let told = fs::read_to_string(format!("/proc/{}/io", self.child.id())).unwrap_or_default();
        let of = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
        of("rchar:").unwrap_or(0) + of("wchar:").unwrap_or(0)
    }

    /// The most memory it has had so far, bytes; 0 once it is over.
    pub(crate) fn most_memory(&self) -> u64 {
        let told = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kib = told.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        kib.map_or(0, |kib: u64| kib * 1024)
    }

    /// Whether it has that file open.
    pub(crate) fn has_open(&self, path: &Path) -> bool {
        let open = fs::read_dir(format!("/proc/{}/fd", self.child.id())).into_iter().flatten().flatten();
        open.into_iter().any(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == path))
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let mut err = String::new();
        self.lines.read_to_string(&mut self.heard).expect("UTF-8");
        self.child.stderr.take().expect("piped").read_to_string(&mut err).expect("UTF-8");
        let code = self.child.wait().expect("our own child").code().unwrap_or(-1);
        Ran { code, out: std::mem::take(&mut self.heard), err }
    }
}

/// Nothing goes on writing after a test that failed.
impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _gone = self.child.kill().and_then(|()| self.child.wait());
        }
    }
}

/// Runs it to its end.
pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("everything said is UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder with the practice image, made once; none, said aloud, where its tools are missing.
pub(crate) fn practice_image() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("practice-image");
        let missing: Vec<_> = ["b3sum", "zstd", "mke2fs", "debugfs", "e2fsck", "sfdisk"]
            .into_iter()
            .filter(|tool| Command::new(tool).arg("-V").stdin(Stdio::null()).output().is_err())
            .collect();
        if !missing.is_empty() {
            aloud(&format!("NOT RUN: the practice image needs {}", missing.join(", ")));
            return None;
        }
        let made = ran(Command::new(root().join("scripts/practice-image")).arg(&folder));
        assert_eq!(made.code, 0, "{made:#?}");
        Some(folder)
    };
    MADE.get_or_init(make).as_deref()
}

/// Says why a test cannot run here; in CI it must.
pub(crate) fn aloud(why: &str) {
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{why}");
    eprintln!("{why}");
}

/// Whether loop devices can be made here; where not, says so aloud, and fails in CI.
pub(crate) fn can_loop(disk: &PracticeDisk) -> bool {
    let Some(why) = disk.without_loop() else { return true };
    aloud(&format!("NOT RUN: no loop device here: {why}"));
    false
}
