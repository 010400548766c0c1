//! A virtual machine with Debian's kernel and disks of every bus, in which the built program runs as on a bench.
//!
//! Invariants: the machine ends with its test, failed or not, and what its disks stand on are files in a temporary folder;
//! always emulated, never by hardware: not every machine that offers it can start a stock kernel.

#![expect(clippy::disallowed_methods, reason = "a test starts a machine and looks at its disks")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::bench_rig::{Device, LEAD, PASSPHRASE, PIN, Ran, aloud, ran, root};
use super::guest_control::Control;
use super::guest_donated::Donated;
use super::guest_start::{Chip, Start};
use aoxanh::event::disk::WipeStarted;
use aoxanh::event::{Event, Fact};
use aoxanh::unit::Bytes;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a machine may say nothing before it counts as hung: it is slow, and others use this machine too.
const PATIENCE: Duration = Duration::from_mins(3);

/// A machine that is being put together.
#[derive(Clone)]
pub(crate) struct Machine {
    folder: Rc<TempDir>,
    parts: Vec<String>,
    start: Start,
    has_chip: bool,
    core: Core,
}

/// Processor and memory of a machine.
#[derive(Clone)]
pub(crate) struct Core {
    /// The processor in QEMU's words.
    pub(crate) cpu: String,
    /// How many of them, in QEMU's words; one after the other, whatever they are called.
    pub(crate) processors: String,
    /// Memory.
    pub(crate) memory: Bytes,
}

impl Machine {
    /// An empty one; `None`, said aloud, where none can be started.
    pub(crate) fn new() -> Option<Self> {
        system()?;
        let folder = Rc::new(tempfile::tempdir().expect("a temporary folder"));
        let core = Core { cpu: "qemu64,+rdrand".to_owned(), processors: "1".to_owned(), memory: Bytes::mib(768) };
        Some(Self { folder, parts: Vec::new(), start: Start::Kernel, has_chip: false, core })
    }

    /// It has that processor and that memory instead of a plain one with 768 MiB.
    pub(crate) fn has(&mut self, core: Core) {
        self.core = core;
    }

    /// Where its files are; what QEMU is told of them is seen from here.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// It starts from that instead of from the bare kernel.
    pub(crate) fn starts_from(&mut self, start: Start) {
        self.start = start;
    }

    /// A TPM 2.0 that a program plays.
    pub(crate) fn tpm(&mut self) {
        self.has_chip = true;
        self.part("-chardev", "socket,id=chip,path=chip");
        self.part("-tpmdev", "emulator,id=tpm,chardev=chip");
        self.part("-device", "tpm-tis,tpmdev=tpm");
    }

    /// What a donated disk holds, in a file, and a node of that name for a disk of the machine.
    pub(crate) fn donated(&mut self, name: &str, size: Bytes) -> Donated {
        let donated = Donated::new(self.folder.path().join(name), size);
        self.part("-blockdev", &format!("file,node-name={name},filename={}", donated.file().display()));
        donated
    }

    /// One more part, in QEMU's words.
    pub(crate) fn part(&mut self, kind: &str, what: &str) {
        self.parts.extend([kind.to_owned(), what.to_owned()]);
    }

    /// Switches it on, loads those kernel modules and opens a station there.
    pub(crate) fn boot(self, modules: &[&str]) -> Guest {
        let mut guest = self.switch_on(modules);
        guest.open_station();
        guest
    }

    /// Switches it on and loads those kernel modules.
    pub(crate) fn switch_on(self, modules: &[&str]) -> Guest {
        let system = system().expect("looked for before");
        let complaints = File::create(self.folder.path().join("qemu")).expect("written");
        let chip = self.has_chip.then(|| Chip::new(self.folder.path()));
        let Core { cpu, processors, memory } = &self.core;
        let talk = ["-chardev", "stdio,id=talk,signal=off", "-serial", "file:console", "-serial", "chardev:talk"];
        let mut child = Command::new("qemu-system-x86_64")
            .args([
                "-accel",
                "tcg,thread=single",
                "-cpu",
                cpu,
                "-smp",
                processors,
                "-m",
                &format!("{}k", memory.0 / 1024),
            ])
            .args(["-nodefaults", "-no-reboot"])
            .args(["-display", "none", "-qmp", "unix:qmp,server=on,wait=off"])
            .args(talk)
            .args(self.start.parts(system, self.folder.path()))
            .args(&self.parts)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .expect("looked for before");
        let (to, from) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (heard, control, by) = (Vec::new(), None, String::new());
        let mut guest = Guest { child, to, from, heard, machine: self, control, by, _chip: chip };
        while guest.line() != "READY" {}
        if !modules.is_empty() {
            guest.sh(&format!("for module in {}; do modprobe $module || exit; done", modules.join(" "))).good();
        }
        guest
    }
}

/// A machine that runs.
pub(crate) struct Guest {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    heard: Vec<u8>,
    machine: Machine,
    control: Option<Control>,
    by: String,
    _chip: Option<Chip>,
}

impl Guest {
    /// Runs that line of shell there.
    pub(crate) fn sh(&mut self, line: &str) -> Ran {
        self.say(line);
        self.answer()
    }

    /// Runs the program there.
    pub(crate) fn run(&mut self, args: &[&str]) -> Ran {
        self.start(args);
        self.answer()
    }

    /// The same with `--json`.
    pub(crate) fn json(&mut self, args: &[&str]) -> Ran {
        self.run(&[&["--json"], args].concat())
    }

    /// Starts the program there; [`Guest::answer`] must follow.
    pub(crate) fn start(&mut self, args: &[&str]) {
        let args: Vec<_> = args.iter().map(|arg| format!("'{}'", arg.replace('\'', "'\\''"))).collect();
        self.say(&format!("AOXANH_STATION=/root/tram AOXANH_BY='{}' aoxanh {}", self.by, args.join(" ")));
    }

    /// Starts the program there in the background, at a terminal on which nobody types; its number is in `/dev/shm/pid`, what
    /// it says in `/dev/shm/out`.
    pub(crate) fn start_at_a_terminal(&mut self, args: &[&str]) {
        self.start_at("/dev/tty1", args);
    }

    /// The same at another terminal.
    pub(crate) fn start_at(&mut self, terminal: &str, args: &[&str]) {
        let files = format!("<{terminal} >/dev/shm/out 2>/dev/shm/err");
        let by = &self.by;
        let line = format!(
            "AOXANH_STATION=/root/tram AOXANH_BY='{by}' aoxanh {} {files} & echo $! >/dev/shm/pid",
            args.join(" ")
        );
        self.sh(&line).good();
    }

    /// Starts the program there in the background, with nobody at a terminal; what it says goes into that file.
    pub(crate) fn start_beside(&mut self, out: &str, args: &[&str]) {
        let by = &self.by;
        let line = format!("AOXANH_STATION=/root/tram AOXANH_BY='{by}' aoxanh {} >{out} 2>&1 &", args.join(" "));
        self.sh(&line).good();
    }

    fn say(&mut self, line: &str) {
        assert!(!line.contains('\n'), "one line: {line}");
        writeln!(self.to, "{line}").expect("the machine listens");
    }

    /// How what was started ended.
    pub(crate) fn answer(&mut self) -> Ran {
        let line = self.line();
        let numbers: Vec<usize> = line.split_whitespace().map(|word| word.parse().expect("a number")).collect();
        let [code, out, err] = numbers[..] else { panic!("{line:?}\n{}", self.console()) };
        let mut text = |length| String::from_utf8(self.bytes(length)).expect("everything said is UTF-8");
        Ran { code: i32::try_from(code).expect("small"), out: text(out), err: text(err) }
    }

    fn line(&mut self) -> String {
        let end = loop {
            match self.heard.iter().position(|byte| *byte == b'\n') {
                Some(end) => break end,
                None => self.hear(),
            }
        };
        let line = String::from_utf8_lossy(&self.heard[..end]).trim().to_owned();
        self.heard.drain(..=end);
        line
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        while self.heard.len() < length {
            self.hear();
        }
        self.heard.drain(..length).collect()
    }

    fn hear(&mut self) {
        let patience = Timespec::try_from(PATIENCE).expect("minutes");
        let ready = poll(&mut [PollFd::new(&self.from, PollFlags::IN)], Some(&patience)).expect("a pipe");
        let mut bytes = [0; 4096];
        let length = if ready == 0 { 0 } else { self.from.read(&mut bytes).expect("a pipe") };
        assert!(length > 0, "the machine is silent:\n{}", self.console());
        self.heard.extend_from_slice(&bytes[..length]);
    }

    /// What its kernel said, and what QEMU complained of.
    pub(crate) fn console(&self) -> String {
        let read = |name| fs::read(self.folder().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&[read("console"), read("qemu")].concat()).into_owned()
    }

    /// Where QEMU runs: what its parts write by a name alone lies here.
    pub(crate) fn folder(&self) -> &Path {
        self.machine.folder()
    }

    /// Pulls its plug: nothing that it still held is written. What it was made of stays, to be switched on again.
    pub(crate) fn unplug(mut self) -> Machine {
        self.child.kill().and_then(|()| self.child.wait()).expect("ours");
        self.machine.clone()
    }

    /// Whom it takes for the person at the bench.
    pub(crate) fn by(&self) -> &str {
        &self.by
    }

    /// That person is at the bench, as before it was switched off.
    pub(crate) fn is_by(&mut self, by: &str) {
        by.clone_into(&mut self.by);
    }

    /// Opens a station there, its lead at the bench.
    pub(crate) fn open_station(&mut self) {
        self.sh(&format!("echo {PIN} > /dev/shm/pin; echo '{PASSPHRASE}' > /dev/shm/passphrase")).good();
        let answers = ["--team", "Đội Thử", "--lead", LEAD, "--sheets", "/dev/shm/sheets"];
        let secrets = ["--pin-file", "/dev/shm/pin", "--passphrase-file", "/dev/shm/passphrase"];
        let opened = self.json(&[&["open"], &answers[..], &secrets].concat()).good().one("opened");
        opened["lead"].as_str().expect("an id").clone_into(&mut self.by);
    }

    /// A device received into a lot with consent to erase.
    pub(crate) fn device(&mut self) -> Device {
        let received = self.json(&["intake", "--donor", "Người Tặng Thử", "--consent-erase"]).good().one("received");
        let text = |name: &str| received[name].as_str().expect("text").to_owned();
        Device { tag: text("tag"), lot: text("lot") }
    }

    /// The disk as the program shows it, once the kernel has found it.
    pub(crate) fn disk(&mut self, name: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let disks = self.json(&["disks"]).good().all("disk");
            if let Some(disk) = disks.into_iter().find(|disk| disk["name"] == name) {
                return disk;
            }
            assert!(Instant::now() < deadline, "{name} never came:\n{}", self.console());
        }
    }

    /// Wipes the disk of the device, confirmed with `typed`.
    pub(crate) fn wipe(&mut self, device: &Device, disk: &str, typed: &str, more: &[&str]) -> Ran {
        self.json(&[&["wipe", &device.tag, "--disk", disk, "--confirm", typed], more].concat())
    }

    /// How the wipe of that job began, as the ledger has it; the last of its starts.
    pub(crate) fn started(&mut self, ended: &Value) -> WipeStarted {
        let folder = self.sh("mktemp -u").good().out.trim().to_owned();
        self.run(&["export", &folder]).good();
        let records = self.sh(&format!("cat {folder}/records.jsonl")).good().out;
        let mut events = records.lines().filter_map(|line| Event::from_body(line.as_bytes()).ok()).rev();
        let started = events.find_map(|event| {
            let Fact::WipeStarted(started) = event.fact else { return None };
            (started.job.as_str() == ended["job"]).then_some(started)
        });
        started.expect("recorded")
    }

    /// Tells QEMU to do something with the machine; its answer.
    pub(crate) fn qemu(&mut self, execute: &str, arguments: &Value) -> Value {
        let socket = self.machine.folder().join("qmp");
        self.control.get_or_insert_with(|| Control::of(&socket)).tell(execute, arguments)
    }

    /// Waits until QEMU tells that this happened.
    pub(crate) fn wait_for(&mut self, event: &str) {
        self.control.as_mut().expect("connected").wait_for(event);
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// The folder with what a machine boots, made once; none, said aloud, where a tool is missing.
fn system() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let tools = ["qemu-system-x86_64", "smartctl", "dmsetup", "strip", "dpkg-deb", "apt-get"];
        let is_missing = |tool: &&str| Command::new(tool).arg("--version").stdin(Stdio::null()).output().is_err();
        let missing: Vec<_> = tools.into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            aloud(&format!("NOT RUN: a virtual machine needs {}", missing.join(", ")));
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest");
        let script = root().join("scripts/guest-initramfs");
        let made = ran(Command::new(script).arg(&folder).arg(env!("CARGO_BIN_EXE_aoxanh")));
        if made.code == 75 {
            aloud(&format!("NOT RUN: {}", made.err));
            return None;
        }
        assert_eq!(made.code, 0, "{made:#?}");
        Some(folder)
    };
    MADE.get_or_init(make).as_deref()
}

/// Whether tests that take long are wanted; where not, says so aloud.
pub(crate) fn long(what: &str) -> bool {
    let wanted = std::env::var_os("AOXANH_LONG").is_some();
    if !wanted {
        past_the_harness(&format!("NOT RUN, only with --long: {what}\n"));
    }
    wanted
}

/// Says it although the test passes.
pub(crate) fn past_the_harness(line: &str) {
    // At once, because others say things meanwhile.
    let _closed = std::io::stderr().write_all(line.as_bytes());
}
