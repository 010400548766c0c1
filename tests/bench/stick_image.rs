//! The stick's image: the same bytes from the same things, laid out as it should be, without a secret, and a machine that is
//! started from it shows the program.
//!
//! Invariant: what the image is made of is fetched once and kept; what is built from it is thrown away with its test.

#![expect(clippy::disallowed_methods, reason = "a test builds an image and starts a machine from it")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{aloud, can_loop, ran, root};
use super::guest_image::Console;
use super::guest_rig::long;
use super::guest_start::{firmware, uefi, usb_stick, with_words};
use super::stick_pulled::taken_out;
use super::stick_rig::Sticks;
use aoxanh::linux::PracticeDisk;
use aoxanh::unit::Bytes;
use serde_json::Value;
use std::fs;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Any moment will do, as long as it is the same.
const MADE: &str = "1750000000";
const MIB: u64 = 1 << 20;
/// What a real stick has more than the image.
const MORE: u64 = 512 * MIB;

/// Runs that script, which must do it; what it says.
fn sh(folder: &Path, script: &str) -> String {
    let done = ran(Command::new("bash").args(["-euo", "pipefail", "-c", script]).current_dir(folder));
    assert_eq!(done.code, 0, "{script}\n{done:#?}");
    done.out
}

/// Builds the image there; false, said aloud, where what it is made of cannot be had.
fn built(program: &Path, image: &Path) -> bool {
    let packages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stick");
    let built = ran(Command::new(root().join("scripts/build-stick"))
        .args([Path::new("--program"), program, Path::new("--packages"), &packages, image])
        .env("SOURCE_DATE_EPOCH", MADE));
    if built.code == 75 {
        aloud(&format!("NOT RUN: {}", built.err));
        return false;
    }
    assert_eq!(built.code, 0, "{built:#?}");
    true
}

/// A folder with the image `stick` and the program in it `aoxanh`, made once; none, said aloud, where it cannot be.
pub(crate) fn image() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let make = || {
        let tools =
            ["qemu-system-x86_64", "mcopy", "sfdisk", "dumpe2fs", "cpio", "zstd", "strip", "dpkg-deb", "apt-get"];
        let is_missing = |tool: &&str| Command::new(tool).arg("--version").stdin(Stdio::null()).output().is_err();
        let missing: Vec<_> = tools.into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            aloud(&format!("NOT RUN: the stick's image needs {}", missing.join(", ")));
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stick-image");
        fs::create_dir_all(&folder).expect("ours");
        let program = folder.join("aoxanh");
        let strip = ran(Command::new("strip")
            .arg("--strip-debug")
            .arg("-o")
            .args([&program, Path::new(env!("CARGO_BIN_EXE_aoxanh"))]));
        assert_eq!(strip.code, 0, "{strip:#?}");
        built(&program, &folder.join("stick")).then_some(folder)
    };
    MADE.get_or_init(make).as_deref()
}

/// A stick with that image, larger than it, that shows the program on the serial line.
struct Stick(TempDir);

impl Stick {
    fn written(from: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let stick = Self(folder);
        sh(
            stick.0.path(),
            &format!("cp --sparse=always '{}' stick; truncate -s +{MORE} stick", from.join("stick").display()),
        );
        with_words(&stick.file(), "console=ttyS0");
        stick
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("stick")
    }

    fn parts(&self) -> Vec<String> {
        let file = self.file().display().to_string();
        ["-vga", "std"].map(str::to_owned).into_iter().chain(usb_stick(&file)).collect()
    }

    /// The table of its partitions.
    fn table(&self) -> Value {
        serde_json::from_str(&sh(self.0.path(), "sfdisk --json stick")).expect("JSON")
    }

    /// The size of the data partition, and of the file system in it, which must be whole once its journal is played back.
    fn data(&self) -> (u64, u64) {
        let table = self.table();
        let part = &table["partitiontable"]["partitions"][2];
        let (start, size) = (part["start"].as_u64().expect("a number"), part["size"].as_u64().expect("a number"));
        let script = format!(
            "dd if=stick of=data bs=512 skip={start} count={size} conv=sparse status=none
            e2fsck -fp data >said 2>&1 || [ $? = 1 ] || {{ cat said; exit 1; }}
            e2fsck -fn data >said 2>&1 || {{ cat said; exit 1; }}
            dumpe2fs -h data 2>/dev/null | awk '/^Block count:/ {{ print $3 * 4096 }}'; rm data"
        );
        (size * 512, sh(self.0.path(), &script).trim().parse().expect("a number"))
    }
}

/// Starts that machine from the stick and waits for the program's first screen; how long that took.
fn shows_the_program(stick: &Stick, machine: &[String]) -> Duration {
    until_the_program(&[stick.parts(), machine.to_vec()].concat())
}

/// A serial line's screen.
pub(crate) fn screen() -> vt100::Parser {
    let size = |number| NonZeroU16::new(number).expect("not 0");
    vt100::Parser::new(size(24), size(80), 0)
}

/// Starts a machine of those parts and waits for the same.
fn until_the_program(parts: &[String]) -> Duration {
    let begun = Instant::now();
    let mut console = Console::of(parts);
    let mut screen = screen();
    // The last word of the line of keys, which every screen has.
    while !screen.screen().contents().contains("mọi phím") {
        screen.process(console.hear("mọi phím"));
    }
    begun.elapsed()
}

#[test]
fn a_stick_is_the_same_bytes_again_and_holds_what_it_should() {
    let Some(folder) = image() else { return };
    let again = tempfile::tempdir().expect("a temporary folder");
    let work = again.path();
    assert!(built(&folder.join("aoxanh"), &work.join("stick")));
    sh(work, &format!("cmp '{}' stick", folder.join("stick").display()));

    let table: Value = serde_json::from_str(&sh(work, "sfdisk --json stick")).expect("JSON");
    let table = &table["partitiontable"];
    assert_eq!(table["label"], "gpt");
    let rows = table["partitions"].as_array().expect("rows");
    let kinds: Vec<_> =
        rows.iter().map(|row| (row["type"].as_str().expect("text"), row["name"].as_str().expect("text"))).collect();
    assert_eq!(
        kinds,
        [
            ("21686148-6449-6E6F-744E-656564454649", "bios"),
            ("C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "AOXANH-EFI"),
            ("0FC63DAF-8483-4772-8E79-3D69D8477DE4", "AOXANH"),
        ]
    );
    let files = sh(work, "mdir -/ -b -i stick@@2M ::");
    for file in ["EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/BOOTIA32.EFI", "EFI/BOOT/grubx64.efi", "EFI/debian/grub.cfg"] {
        assert!(files.lines().any(|line| line == format!("::/{file}")), "{file}:\n{files}");
    }
    let start = rows[2]["start"].as_u64().expect("a number");
    let data = format!(
        "dd if=stick of=data bs=512 skip={start} count=131072 status=none; dumpe2fs -h data 2>/dev/null |
        sed -n 's/^Filesystem volume name: *//p'; debugfs -R 'ls -p /' data 2>/dev/null | cut -d/ -f6 | sed '/^$/d'"
    );
    assert_eq!(sh(work, &data).split_whitespace().collect::<Vec<_>>(), ["AOXANH", ".", "..", "lost+found"]);
}

#[test]
fn the_system_of_a_stick_is_small_and_has_no_secret() {
    let Some(folder) = image() else { return };
    let work = tempfile::tempdir().expect("a temporary folder");
    let unpack = format!(
        "mcopy -i '{}@@2M' ::aoxanh/initramfs packed; mkdir root; cd root; zstd -dcq ../packed | cpio -idm --quiet
        find . -type f -printf '%s %m %P\\n'",
        folder.join("stick").display()
    );
    let files = sh(work.path(), &unpack);
    let found: Vec<(u64, &str, &str)> = files
        .lines()
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let mut next = || words.next().expect("three words");
            (next().parse().expect("a number"), next(), next())
        })
        .collect();
    let size: u64 = found.iter().map(|(size, ..)| size).sum();
    assert!(size < 250 * 1_000_000, "{size} bytes unpacked");
    for needed in ["init", "bin/busybox", "usr/bin/aoxanh", "usr/share/fonts/8x16.psf", "usr/share/fonts/16x32.psf"] {
        assert!(found.iter().any(|(_, _, path)| *path == needed), "{needed}");
    }
    for (_, mode, path) in &found {
        assert!(["644", "755"].contains(mode), "{path}: {mode}");
        let name = path.rsplit('/').next().expect("a name");
        let is_secret = ["vault", "station.key", "team.key", "id_", "shadow"].iter().any(|word| name.starts_with(word));
        assert!(!is_secret && !["pem", "key", "p12"].iter().any(|end| name.ends_with(&format!(".{end}"))), "{path}");
    }
    let keys = sh(work.path(), "grep -rlaE -- '-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1' root || true");
    assert_eq!(keys, "");
}

#[test]
fn a_machine_that_starts_by_bios_shows_the_program_and_the_stick_is_filled() {
    let Some(folder) = image() else { return };
    let stick = Stick::written(folder);
    let took = shows_the_program(&stick, &["-machine", "pc"].map(str::to_owned));
    eprintln!("the first screen after {took:?}");
    // Its power was cut just now.
    let (partition, system) = stick.data();
    assert!(partition > MORE && system > partition / 100 * 98, "{system} of {partition}");
}

#[test]
fn of_two_written_sticks_in_one_machine_the_one_it_started_from_is_taken() {
    if !long("a machine with two sticks") {
        return;
    }
    let (Some(folder), Some(sticks)) = (image(), Sticks::new()) else { return };
    let image = sticks.rig.home().join("the.img");
    fs::copy(folder.join("stick"), &image).expect("copied");
    with_words(&image, "console=ttyS0");
    let [own, other] = ["riêng", "khác"].map(|name| sticks.rig.disk(name, Bytes::mib(384)));
    if !can_loop(&own) {
        return;
    }
    for disk in [&own, &other] {
        sticks.write(disk, &[]).good();
    }
    let before = blake3::hash(&fs::read(other.backing()).expect("ours"));
    let file = |disk: &PracticeDisk| disk.backing().display().to_string();
    let drive = format!("file={},format=raw,if=none,id=other", file(&other));
    let second = ["-drive", &drive, "-device", "usb-storage,bus=own-bus.0,drive=other"].map(str::to_owned);
    let bios = ["-machine", "pc", "-vga", "std"].map(str::to_owned);
    until_the_program(&[&bios[..], &usb_stick(&file(&own)), &second].concat());
    let boots = fs::read_dir(taken_out(&sticks, &own).join("boots")).expect("there").count();
    assert_eq!(boots, 1, "this start is on it");
    assert_eq!(blake3::hash(&fs::read(other.backing()).expect("ours")), before, "the other is as it was");
}

#[test]
fn a_machine_with_secure_boot_shows_the_program() {
    if !long("a machine with Secure Boot that starts from a stick") {
        return;
    }
    let (Some(folder), Some(files)) = (image(), uefi()) else { return };
    let stick = Stick::written(folder);
    shows_the_program(&stick, &firmware(&files, true, &stick.0.path().join("store")));
}

#[test]
fn a_stick_whose_power_is_cut_while_it_grows_is_whole_and_goes_on() {
    if !long("a stick whose power is cut again and again") {
        return;
    }
    let Some(folder) = image() else { return };
    let machine = ["-machine", "pc"].map(str::to_owned);
    let whole = shows_the_program(&Stick::written(folder), &machine);
    let stick = Stick::written(folder);
    for round in 1..=8_u32 {
        // Towards the end of the start, where the stick is looked for, grown and mounted.
        let console = Console::of(&[stick.parts(), machine.to_vec()].concat());
        std::thread::sleep(whole * (50 + 6 * round) / 100);
        drop(console);
        let (partition, system) = stick.data();
        assert!(system <= partition, "round {round}: {system} of {partition}");
    }
    shows_the_program(&stick, &machine);
    let (partition, system) = stick.data();
    assert!(partition > MORE && system > partition / 100 * 98, "{system} of {partition}");
}
