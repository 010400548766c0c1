//! A real image: Debian built by the script, kept in the store, written to a disk, and started from that disk.
//!
//! Invariant: the image is built once for each state of the script and of its lists; what the machine writes is thrown away.

#![expect(clippy::disallowed_methods, reason = "a test builds an image and starts a machine from it")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::bench_rig::{Rig, aloud, can_loop, ran, root};
use super::guest_rig::long;
use super::guest_start::{firmware, uefi};
use aoxanh::tag::TagId;
use aoxanh::unit::Bytes;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// How long a machine may say nothing before it counts as hung.
const PATIENCE: Duration = Duration::from_mins(3);
/// What the disk has more than the image.
const MORE: Bytes = Bytes::mib(256);

/// A machine with nothing but that disk, and what is typed and said at its serial console.
pub(crate) struct Console {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    heard: Vec<u8>,
}

impl Console {
    /// One with that disk.
    fn start(disk: &Path, machine: &[String]) -> Self {
        let disk = format!("file={},format=raw,if=none,id=disk,snapshot=on", disk.display());
        let parts = ["-drive", &disk, "-device", "virtio-blk-pci,drive=disk,bootindex=1"].map(str::to_owned);
        Self::of(&[&parts[..], machine].concat())
    }

    /// One of those parts.
    pub(crate) fn of(parts: &[String]) -> Self {
        let mut child = Command::new("qemu-system-x86_64")
            .args(["-accel", "tcg", "-cpu", "qemu64,+rdrand", "-m", "768", "-nodefaults", "-no-reboot"])
            .args(["-display", "none", "-serial", "stdio"])
            .args(parts)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("looked for before");
        let (to, from) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        Self { child, to, from, heard: Vec::new() }
    }

    /// More of what it says, which it must.
    pub(crate) fn hear(&mut self, waiting_for: &str) -> &[u8] {
        let patience = Timespec::try_from(PATIENCE).expect("minutes");
        let ready = poll(&mut [PollFd::new(&self.from, PollFlags::IN)], Some(&patience)).expect("a pipe");
        let mut bytes = [0; 4096];
        let length = if ready == 0 { 0 } else { self.from.read(&mut bytes).expect("a pipe") };
        assert!(length > 0, "{waiting_for:?} never came:\n{}", String::from_utf8_lossy(&self.heard));
        let from = self.heard.len();
        self.heard.extend_from_slice(&bytes[..length]);
        &self.heard[from..]
    }

    /// What it says within that time, which may be nothing.
    pub(crate) fn hear_within(&mut self, time: Duration) -> &[u8] {
        let time = Timespec::try_from(time).expect("seconds");
        let ready = poll(&mut [PollFd::new(&self.from, PollFlags::IN)], Some(&time)).expect("a pipe");
        if ready == 0 { &[] } else { self.hear("what is there") }
    }

    /// Types that, and nothing after it.
    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.to.write_all(keys.as_bytes()).expect("the machine listens");
    }

    /// Everything said up to those words.
    pub(crate) fn until(&mut self, words: &str) -> String {
        loop {
            let at = self.heard.windows(words.len()).position(|said| said == words.as_bytes());
            if let Some(at) = at {
                let said: Vec<_> =
                    self.heard.drain(..at + words.len()).take(at).filter(|byte| *byte != b'\r').collect();
                // GRUB draws its menu in letters of its own.
                return String::from_utf8_lossy(&said).into_owned();
            }
            self.hear(words);
        }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.to, "{line}").expect("the machine listens");
    }

    /// Signs in as whom the small image has for tests; what it says before anything can be typed.
    fn sign_in(&mut self) -> String {
        self.until(" login: ");
        self.say("thu");
        self.until(": ");
        self.say("thu");
        let greeting = self.until("$ ");
        self.say("exec env PS1= TERM=dumb sh");
        // The words as typed are not the words as said, so that an echo is no answer.
        self.say("stty -echo; echo RE''ADY");
        self.until("READY\r\n");
        greeting
    }

    /// Signs out, and in as somebody with a password for one use: another one is asked for before anything else.
    fn first_login(&mut self, name: &str, password: &str) {
        let another = "con-meo-xanh-7";
        self.say("exit");
        self.until(" login: ");
        self.say(name);
        // The words are those of the machine's language: the password, then again the old one, the new one twice.
        for answer in [password, password, another, another] {
            self.until(": ");
            self.say(answer);
        }
        self.until("$ ");
        self.say("exec env PS1= TERM=dumb sh");
        self.say("stty -echo; echo RE''ADY");
        self.until("READY\r\n");
        assert_eq!(self.ask("id -un; pwd"), format!("{name}\n/home/{name}"));
    }

    /// What that line of shell says.
    fn ask(&mut self, line: &str) -> String {
        self.say(&format!("{line}; echo DO''NE"));
        self.until("DONE\r\n").trim().to_owned()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// The small image, built once; none, said aloud, where it cannot be.
fn small_image() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        if !rustix::process::geteuid().is_root() {
            aloud("NOT RUN: building an image needs root");
            return None;
        }
        if Command::new("qemu-system-x86_64").arg("--version").stdin(Stdio::null()).output().is_err() {
            aloud("NOT RUN: a virtual machine needs qemu-system-x86_64");
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("image");
        let (image, made_by) = (folder.join("nho.img"), folder.join("made-by"));
        let mut sources = blake3::Hasher::new();
        for source in ["scripts/build-image", "scripts/boot-code.sh", "scripts/need.sh", "images/nho.packages"] {
            sources.update(&fs::read(root().join(source)).expect("ours"));
        }
        let sources = sources.finalize().to_string();
        if fs::read_to_string(&made_by).ok().as_deref() != Some(&sources) || !image.exists() {
            let built = ran(Command::new(root().join("scripts/build-image")).arg("--small").arg(&image));
            if built.code == 75 {
                aloud(&format!("NOT RUN: {}", built.err));
                return None;
            }
            assert_eq!(built.code, 0, "{built:#?}");
            fs::write(made_by, sources).expect("ours");
        }
        Some(image)
    };
    MADE.get_or_init(make).as_deref()
}

/// Writes the image to a disk as a bench does, starts a machine of that kind from it, and reads back from inside what it is;
/// `start` says how it must have started.
fn starts_from_the_written_disk(machine: &[String], start: &str) {
    let Some(image) = small_image() else { return };
    let rig = Rig::practice();
    let length = Bytes(fs::metadata(image).expect("built").len());
    let disk = rig.disk("o", Bytes(length.0 + MORE.0));
    if !can_loop(&disk) {
        return;
    }
    let file = image.display().to_string();
    let own = rig.home().join("own.toml");
    // A language and a time zone that the image does not have of itself.
    let list = "user = \"hocsinh\"\npassword = \"one-time\"\nlocale = \"en_US.UTF-8\"\ntime_zone = \"Asia/Bangkok\"\n";
    fs::write(&own, list).expect("ours");
    let own = own.display().to_string();
    let add = ["image", "add", &file, "--id", "nho", "--os", "debian-12", "--firmware", "both", "--first-boot", &own];
    rig.run(&add).good();
    let device = rig.device();
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let code = rig.code(&disk);
    let args = ["image", "write", &device.tag, "--disk", disk.name(), "--image", "nho", "--confirm", &code];
    let fitted = rig.json(&args).good().one("fitted");
    let is_done = |step: &str| fitted["done"].as_array().expect("steps").iter().any(|done| done == step);
    assert!(["system_grown", "locale_set", "time_zone_set"].into_iter().all(is_done), "{fitted}");
    let password = fitted["password"].as_str().expect("a password for one use").to_owned();

    let mut guest = Console::start(disk.backing(), machine);
    let greeting = guest.sign_in();
    assert!(greeting.contains("tài khoản thu, mật khẩu thu"), "{greeting}");
    let secure = "$(tail -c 1 /sys/firmware/efi/efivars/SecureBoot-* | od -An -tu1)";
    let how = guest.ask(&format!("if test -d /sys/firmware/efi; then echo uefi, secure {secure}; else echo bios; fi"));
    assert_eq!(how, start);
    let tag = TagId::read(&device.tag).expect("a tag").to_string();
    assert_eq!(guest.ask("hostname"), tag.to_lowercase(), "what the first start was set to");
    assert_eq!(
        guest.ask("echo $LANG; locale -k decimal_point int_curr_symbol"),
        "en_US.UTF-8\ndecimal_point=\".\"\nint_curr_symbol=\"USD \""
    );
    assert_eq!(guest.ask("cat /etc/timezone; date +%z"), "Asia/Bangkok\n+0700");
    assert_eq!(guest.ask(". /etc/default/keyboard; echo $XKBLAYOUT"), "us");
    // All of the disk behind where the root partition begins is its own, but for what the second table and alignment take.
    let number = |text: String| text.parse::<u64>().unwrap_or_else(|wrong| panic!("{text:?}: {wrong}"));
    let [whole, begin, part] = ["vda/size", "vda3/start", "vda3/size"]
        .map(|of| Bytes(number(guest.ask(&format!("cat /sys/class/block/{of}"))) * 512));
    assert_eq!(whole, Bytes(length.0 + MORE.0));
    assert!(begin.0 + part.0 + Bytes::mib(1).0 >= whole.0, "{begin:?} {part:?} {whole:?}");
    let system = number(guest.ask("df -B1 --output=size / | tail -n 1"));
    assert!(system > part.0 / 10 * 9, "the file system has {system} of {part:?}");
    assert_eq!(guest.ask("findmnt -no TARGET,FSTYPE /boot/efi"), "/boot/efi vfat");
    let groups = guest.ask("id -nG hocsinh; stat -c '%U %a' /home/hocsinh /etc/shadow");
    let mut groups = groups.lines();
    let of: BTreeSet<&str> = groups.next().expect("said").split(' ').collect();
    assert!(["hocsinh", "audio", "video", "plugdev"].iter().all(|group| of.contains(group)), "{of:?}");
    assert_eq!(groups.collect::<Vec<_>>(), ["hocsinh 750", "root 640"]);
    guest.first_login("hocsinh", &password);
}

#[test]
fn a_machine_starts_by_bios_from_the_disk_that_was_written() {
    starts_from_the_written_disk(&["-machine", "pc"].map(str::to_owned), "bios");
}

#[test]
fn a_machine_with_secure_boot_starts_from_the_disk_that_was_written() {
    if !long("a machine with Secure Boot that starts from a written disk") {
        return;
    }
    let Some(files) = uefi() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("store");
    starts_from_the_written_disk(&firmware(&files, true, &store), "uefi, secure 1");
}

#[test]
fn every_learning_platform_has_a_name_a_safe_address_and_dates_that_are_days() {
    let text = fs::read_to_string(root().join("images/nen-tang.toml")).expect("ours");
    let list: toml::Table = text.parse().expect("TOML");
    let is_day = |day: &str| {
        let parts: Vec<_> = day.split('-').map(|part| (part.len(), part.parse::<u16>().is_ok())).collect();
        parts == [(4, true), (2, true), (2, true)]
    };
    assert!(is_day(list["listed"].as_str().expect("text")));
    let platforms = list["platform"].as_array().expect("rows");
    let mut addresses = BTreeSet::new();
    for platform in platforms {
        let field = |name: &str| platform[name].as_str().unwrap_or_else(|| panic!("{name} of {platform:?}"));
        // The script copies both into JSON as they stand, from lines that begin with these words.
        for name in ["name", "address"] {
            assert!(!field(name).is_empty() && !field(name).contains(['"', '\\']), "{platform:?}");
            assert!(text.contains(&format!("\n{name} = \"{}\"\n", field(name))), "{platform:?}");
        }
        assert!(
            field("address").starts_with("https://") && addresses.insert(field("address").to_owned()),
            "{platform:?}"
        );
        assert!(platform.get("checked").is_none_or(|day| day.as_str().is_some_and(is_day)), "{platform:?}");
    }
    assert!(!platforms.is_empty());
}

#[test]
fn an_image_names_each_of_its_packages_once() {
    for list in ["hoc-tap", "nho"] {
        let text = fs::read_to_string(root().join(format!("images/{list}.packages"))).expect("ours");
        let names: Vec<_> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let known = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "+-.".contains(letter);
        assert!(names.iter().all(|name| name.chars().all(known)), "{list}: {names:?}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{list}");
    }
}
