//! File systems on practice disks, made and judged by other people's programs: what is put, what is grown, what is refused,
//! and what a kill at any moment leaves.

#![expect(clippy::disallowed_methods, reason = "these tests make file systems with other programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::bench_rig::aloud;
use crate::contract::volume::keeps_what_is_put_and_refuses_what_it_cannot_keep;
use crate::practice_bench::Bench;
use aoxanh::imaging::{Inside, Partition, Placed, SystemKind};
use aoxanh::linux::{Installed, PracticeDisk, ToolAnswer, Tools};
use aoxanh::port::{Disks, Failure, FakeVolume, Trouble, Volume};
use aoxanh::unit::Bytes;
use aoxanh::word::say;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the file system begins on its disk, how long it is, and how long it may become.
const AT: Bytes = Bytes::mib(1);
const SMALL: Bytes = Bytes::mib(32);
const LARGE: Bytes = Bytes::mib(62);

/// A practice disk with a file system in the middle of it.
struct On {
    bench: Bench,
    name: String,
    backing: PathBuf,
    kind: SystemKind,
    _disk: Option<PracticeDisk>,
}

fn has(programs: &str) -> bool {
    let script = format!("PATH=$PATH:/usr/sbin:/sbin; type {programs}");
    let there = Command::new("bash").args(["-c", &script]).output().expect("bash").status.success();
    if !there {
        aloud(&format!("NOT RUN: needs {programs}"));
    }
    there
}

impl On {
    /// On a loop device where the kernel lets us and `file` does not say otherwise.
    fn new(kind: SystemKind, make: &str, file: bool) -> Option<Self> {
        let bench = Bench::new();
        let size = Bytes::mib(64);
        let (name, backing, disk) = if file {
            ("o.img".to_owned(), bench.practice.make_file("o", size).expect("a new file"), None)
        } else {
            let disk = bench.practice.make("o", size, 512).expect("practice disks work");
            if let Some(why) = disk.without_loop() {
                assert!(std::env::var("CI").is_err(), "CI must have loop devices: {why}");
                aloud(&format!("NOT RUN: no loop devices here: {why}"));
                return None;
            }
            (disk.name().to_owned(), disk.backing().to_owned(), Some(disk))
        };
        let on = Self { bench, name, backing, kind, _disk: disk };
        let image = on.bench.folder.path().join("made");
        let script = format!("set -e; PATH=$PATH:/usr/sbin:/sbin; truncate -s {} \"$1\"; {make}", SMALL.0);
        Self::sh(&script, &image);
        let bytes = fs::read(image).expect("made");
        on.file().write_all_at(&bytes, AT.0).expect("written");
        on.file().sync_all().expect("written");
        Some(on)
    }

    fn file(&self) -> File {
        // Through the device where there is one, which is how everybody else sees it.
        let node = Path::new("/dev").join(&self.name);
        let path = if node.exists() { node } else { self.backing.clone() };
        File::options().read(true).write(true).open(path).expect("ours")
    }

    fn sh(script: &str, at: &Path) -> String {
        let ran = Command::new("bash").args(["-c", script, "bash"]).arg(at).output().expect("bash");
        let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
        assert!(ran.status.success(), "{script}: {said}");
        said
    }

    fn partition(length: Bytes) -> Partition {
        Partition { number: 1, at: AT, length, efi: false }
    }

    fn open(&self, length: Bytes) -> Result<Box<dyn Volume>, Failure> {
        self.bench.disks.volume(&self.bench.arm(&self.name), Self::partition(length), self.kind)
    }

    /// What another program says of a copy of the place.
    fn judged(&self, length: Bytes, script: &str) -> String {
        let copy = self.bench.folder.path().join("copy");
        let mut bytes = vec![0; usize::try_from(length.0).expect("small")];
        File::open(&self.backing).and_then(|file| file.read_exact_at(&mut bytes, AT.0)).expect("ours");
        fs::write(&copy, bytes).expect("ours");
        Self::sh(&format!("set -e; PATH=$PATH:/usr/sbin:/sbin; {script}"), &copy)
    }

    fn leaves_no_loop(&self) {
        let on = format!("/dev/{}", self.name);
        let mut all = String::new();
        // The kernel takes one away a moment after its last holder let go of it.
        for _ in 0..40 {
            let loops = Command::new("losetup").args(["--list", "--noheadings", "-O", "BACK-FILE"]).output();
            all = String::from_utf8_lossy(&loops.expect("losetup").stdout).into_owned();
            if all.lines().all(|line| line.trim() != on) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(!all.contains(&on), "{all}");
    }
}

const EXT: &str = "mke2fs -q -t ext4 \"$1\"";
const FAT: &str = "mkfs.vfat \"$1\" >/dev/null";
const NTFS: &str = "mkfs.ntfs -q -F \"$1\" 2>/dev/null";

#[test]
fn every_file_system_keeps_the_contract() {
    let fake = FakeVolume::default().with("/", Inside::PLAIN_FOLDER);
    keeps_what_is_put_and_refuses_what_it_cannot_keep(&|| Ok(Box::new(fake.clone())), true, true);
    for (kind, make, programs, owned, folders) in [
        (SystemKind::Ext, EXT, "mke2fs debugfs e2fsck", true, true),
        (SystemKind::Fat, FAT, "mkfs.vfat mcopy fsck.fat", false, true),
        (SystemKind::Ntfs, NTFS, "mkfs.ntfs ntfscp ntfsresize ntfs-3g.probe", false, false),
    ] {
        for file in [false, true] {
            if !has(programs) {
                continue;
            }
            let Some(on) = On::new(kind, make, file) else { continue };
            if file && kind == SystemKind::Ntfs {
                let refused = on.open(SMALL).and_then(|mut volume| volume.check()).expect_err("a file");
                assert_eq!(refused.what.key(), "volume-no-loop");
                continue;
            }
            keeps_what_is_put_and_refuses_what_it_cannot_keep(&|| on.open(SMALL), owned, folders);
            on.leaves_no_loop();
        }
    }
}

#[test]
fn ntfs_grows_is_sound_and_is_not_left_marked_for_a_check() {
    if !has("mkfs.ntfs ntfscp ntfsresize ntfsfix ntfs-3g.probe") {
        return;
    }
    let make = format!("{NTFS}; printf hi >\"$1.txt\"; ntfscp \"$1\" \"$1.txt\" /a.txt");
    let Some(on) = On::new(SystemKind::Ntfs, &make, false) else { return };
    on.open(LARGE).and_then(|mut volume| volume.ready()).expect("closed");
    on.open(LARGE).and_then(|mut volume| volume.grow(LARGE)).expect("grows");
    on.open(LARGE).and_then(|mut volume| volume.check()).expect("sound");
    let said = on.judged(LARGE, "ntfsresize --info \"$1\"; ntfscat \"$1\" /a.txt; ntfsinfo -m \"$1\"");
    assert!(said.contains("Current volume size: 65008128"), "{said}");
    assert!(said.contains("hi") && said.contains("Volume Flags: 0x0000"), "{said}");
    on.leaves_no_loop();
}

#[test]
fn ntfs_that_windows_holds_open_is_refused_with_the_reason_and_left_as_it_is() {
    if !has("mkfs.ntfs ntfscp ntfsresize ntfs-3g.probe") {
        return;
    }
    // A mark for a check: the flag in $Volume, by the program that sets it. Asleep: the file that Windows sleeps in.
    let marked = format!("{NTFS}; ntfsfix \"$1\" >/dev/null");
    let asleep = format!(
        "{NTFS}; {{ printf 'hibr'; head -c 8188 /dev/zero; }} >\"$1.hib\"; ntfscp \"$1\" \"$1.hib\" /hiberfil.sys"
    );
    for (make, key) in [(&marked, "volume-ntfs-marked"), (&asleep, "volume-ntfs-asleep")] {
        let Some(on) = On::new(SystemKind::Ntfs, make, false) else { return };
        let before = fs::read(&on.backing).expect("ours");
        let refused = on.open(LARGE).and_then(|mut volume| volume.ready()).expect_err("open");
        assert_eq!((refused.trouble, refused.what.key()), (Trouble::No, key));
        assert!(refused.hint.is_some() && before == fs::read(&on.backing).expect("ours"), "{key}: it was written to");
        on.leaves_no_loop();
    }
    // What growing alone left is finished; what Windows left is not.
    let Some(on) = On::new(SystemKind::Ntfs, &marked, false) else { return };
    on.open(SMALL).and_then(|mut volume| volume.finish()).expect("it adds up");
    on.open(SMALL).and_then(|mut volume| volume.ready()).expect("closed now");
    let Some(on) = On::new(SystemKind::Ntfs, &asleep, false) else { return };
    let refused = on.open(SMALL).and_then(|mut volume| volume.finish()).expect_err("asleep");
    assert_eq!(refused.what.key(), "volume-ntfs-asleep");
}

#[test]
fn a_file_that_is_no_text_is_not_read_as_another_and_may_be_replaced() {
    if !has("mke2fs debugfs e2fsck") {
        return;
    }
    // "môi trường", as an old Windows writes it.
    let make = "mkdir -p \"$1.d/etc\"; printf '127.0.0.1 m\\364i\\n' >\"$1.d/etc/hosts\"; mke2fs -q -t ext4 -d \"$1.d\" \"$1\"";
    let Some(on) = On::new(SystemKind::Ext, make, true) else { return };
    let refused = on.open(SMALL).and_then(|mut volume| volume.look("/etc/hosts")).expect_err("no text");
    assert_eq!((refused.trouble, refused.what.key(), refused.hint.is_some()), (Trouble::No, "volume-no-text", true));
    let whole = Placed { path: "/etc/hosts".to_owned(), what: Inside::plain("127.0.0.1 mới\n".to_owned()) };
    on.open(SMALL).and_then(|mut volume| volume.put(&whole)).expect("it is not asked for");
    assert_eq!(on.open(SMALL).and_then(|mut volume| volume.look("/etc/hosts")), Ok(Some(whole.what)));
}

/// Keeps open what a program worked on.
#[derive(Debug, Default)]
struct Holding(Mutex<Vec<File>>);

impl Tools for Holding {
    fn run(&self, name: &str, args: &[&OsStr]) -> Result<ToolAnswer, Failure> {
        let answer = Installed.run(name, args);
        let devices = args.iter().filter(|word| Path::new(word).starts_with("/dev"));
        self.0.lock().expect("alone").extend(devices.map(|path| File::open(path).expect("a device")));
        answer
    }
}

#[test]
fn a_loop_device_that_somebody_keeps_open_is_called_that() {
    if !has("mkfs.vfat fsck.fat") {
        return;
    }
    let Some(on) = On::new(SystemKind::Fat, FAT, false) else { return };
    let holding = Arc::new(Holding::default());
    let disks = on.bench.disks.clone().with_tools(holding.clone());
    let volume = disks.volume(&on.bench.arm(&on.name), On::partition(SMALL), SystemKind::Fat);
    let held = volume.and_then(|mut volume| volume.check()).expect_err("it is held");
    assert_eq!((held.trouble, held.what.key()), (Trouble::TryAgain, "volume-loop-stays"));
    holding.0.lock().expect("alone").clear();
    on.leaves_no_loop();
}

/// Whether this kernel knows btrfs already.
fn knows_btrfs() -> bool {
    fs::read_to_string("/proc/filesystems").expect("readable").lines().any(|line| line.trim() == "btrfs")
}

#[test]
fn btrfs_grows_where_it_can_be_mounted_and_nothing_stays_mounted() {
    if !has("mkfs.btrfs btrfs unshare") {
        return;
    }
    // The least that mkfs.btrfs takes is more than the others have.
    let bench = Bench::new();
    let disk = bench.practice.make("o", Bytes::mib(384), 512).expect("practice disks work");
    if let Some(why) = disk.without_loop() {
        aloud(&format!("NOT RUN: no loop devices here: {why}"));
        return;
    }
    let made = bench.folder.path().join("made");
    let script = "set -e; PATH=$PATH:/usr/sbin:/sbin; truncate -s 128M \"$1\"; mkfs.btrfs -q -M \"$1\"; dd status=none if=\"$1\" of=\"$2\" bs=1M seek=1 conv=fsync";
    let node = Path::new("/dev").join(disk.name());
    let ran = Command::new("bash").args(["-c", script, "bash"]).args([&made, &node]).output().expect("bash");
    assert!(ran.status.success(), "{ran:?}");
    let part = Partition { number: 1, at: AT, length: Bytes::mib(382), efi: false };
    let open = || bench.disks.volume(&bench.arm(disk.name()), part, SystemKind::Btrfs);
    match open().and_then(|mut volume| volume.ready()) {
        Ok(()) => {
            open().and_then(|mut volume| volume.grow(part.length)).expect("grows");
            open().and_then(|mut volume| volume.check()).expect("sound");
            let mut head = vec![0; aoxanh::imaging::HEAD];
            File::open(disk.backing()).and_then(|file| file.read_exact_at(&mut head, AT.0)).expect("ours");
            assert_eq!(aoxanh::imaging::file_system(&head).and_then(|seen| seen.size), Some(part.length));
        }
        Err(refused) => {
            assert!(!knows_btrfs(), "this kernel mounts btrfs: {refused}");
            aloud("NOT RUN: growing btrfs: this kernel has none");
            assert_eq!(refused.what.key(), "volume-no-btrfs");
        }
    }
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("readable");
    assert!(!mounts.contains("btrfs"), "{mounts}");
}

/// Runs so many programs, and from then on none: what a program finds that was killed, where the last one that it began went
/// to its end. With `lines` that last one is `debugfs`, and carries out only so many of its requests.
#[derive(Debug)]
struct Killed {
    left: AtomicUsize,
    lines: Option<usize>,
    /// Whether it was killed where it says: inside of a list where there are lines.
    there: AtomicBool,
}

impl Tools for Killed {
    fn run(&self, name: &str, args: &[&OsStr]) -> Result<ToolAnswer, Failure> {
        let killed = || Failure::new(Trouble::Io, say!("plain", text = "killed"));
        let writes = name == "debugfs" && args[0] == "-w";
        // Of lists of requests only those who write are counted: the others are killed without lines.
        if self.lines.is_some() && !writes {
            return if self.there.load(Ordering::SeqCst) { Err(killed()) } else { Installed.run(name, args) };
        }
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match (left, self.lines) {
            (Ok(_some), _) => Installed.run(name, args),
            (Err(_), Some(lines)) => {
                let all = fs::read_to_string(args[2]).expect("a list of requests");
                let cut = tempfile::NamedTempFile::new().expect("a file");
                let some: Vec<&str> = all.lines().take(lines).collect();
                self.there.fetch_or(lines < all.lines().count(), Ordering::SeqCst);
                fs::write(cut.path(), some.join("\n")).expect("ours");
                Installed.run(name, &[args[0], args[1], cut.path().as_os_str(), args[3]])?;
                Err(killed())
            }
            (Err(_), None) => {
                self.there.store(true, Ordering::SeqCst);
                Err(killed())
            }
        }
    }
}

/// As much of a disk as the small file system takes.
const TINY: Bytes = Bytes::mib(4);

fn tree(on: &On) -> String {
    on.judged(
        TINY,
        "e2fsck -fn \"$1\" >/dev/null; printf 'ls -l /\\nls -l /etc\\n' >\"$1.list\"; \
         debugfs -f \"$1.list\" \"$1\" 2>/dev/null | awk '{ print $2, $4, $5, $9 }'; \
         printf 'cat /etc/passwd\\ncat /etc/new\\n' >\"$1.list\"; debugfs -f \"$1.list\" \"$1\" 2>&1; \
         dumpe2fs -h \"$1\" 2>/dev/null | grep Free",
    )
}

/// Every program that putting two files takes is killed once, and `debugfs` after each of its requests too.
#[test]
fn a_file_that_was_half_replaced_when_it_was_killed_is_whole_the_next_time() {
    if !has("mke2fs debugfs e2fsck dumpe2fs") {
        return;
    }
    let make = "mkdir -p \"$1.d/etc\"; echo alt >\"$1.d/etc/passwd\"; mke2fs -q -t ext4 -d \"$1.d\" \"$1\" 4M";
    let Some(on) = On::new(SystemKind::Ext, make, true) else { return };
    let mut start = vec![0; usize::try_from(AT.0 + TINY.0).expect("small")];
    on.file().read_exact_at(&mut start, 0).expect("ours");
    let passwd = Inside::File { text: "neu\nund ganz\n".to_owned(), mode: 0o640, owner: (0, 42) };
    let all = [("/etc/passwd", passwd), ("/etc/new", Inside::plain("neu\n".to_owned()))];
    let put = |tools: Arc<dyn Tools>| -> Result<(), Failure> {
        let disks = on.bench.disks.clone().with_tools(tools);
        let mut volume = disks.volume(&on.bench.arm(&on.name), On::partition(TINY), SystemKind::Ext)?;
        volume.check()?;
        // Whatever happened before, who reads this finds all of one or all of the other.
        let read = volume.look("/etc/passwd")?;
        assert!(
            matches!(&read, Some(Inside::File { text, .. }) if text == "alt\n" || text == "neu\nund ganz\n"),
            "{read:?}"
        );
        for (path, what) in &all {
            volume.put(&Placed { path: (*path).to_owned(), what: what.clone() })?;
        }
        volume.check()
    };
    let from_start = || {
        let file = on.file();
        file.write_all_at(&start, 0).and_then(|()| file.sync_all()).expect("ours");
    };
    put(Arc::new(Installed)).expect("nothing is in the way");
    let whole = tree(&on);
    assert!(whole.contains("neu\nund ganz\n") && !whole.contains("aoxanh"), "{whole}");
    let mut tried = 0;
    for lines in std::iter::once(None).chain((0..7).map(Some)) {
        for left in 0.. {
            from_start();
            let killed = Arc::new(Killed { left: AtomicUsize::new(left), lines, there: AtomicBool::new(false) });
            if put(killed.clone()).is_ok() {
                break;
            }
            if !killed.there.load(Ordering::SeqCst) {
                continue;
            }
            tried += 1;
            put(Arc::new(Installed)).unwrap_or_else(|failure| panic_at(left, lines, &failure));
            assert_eq!(tree(&on), whole, "killed after {left} programs, {lines:?}");
        }
    }
    assert!(tried > 40, "{tried}");
}

#[expect(clippy::panic, reason = "a test fails by panicking")]
fn panic_at(left: usize, lines: Option<usize>, failure: &Failure) {
    panic!("killed after {left} programs, {lines:?}: {failure}");
}
