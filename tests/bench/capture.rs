//! A master machine captured by the built program: only read, free space left out, traces told, and what comes out of the store
//! is judged by other people's programs.

#![expect(clippy::disallowed_methods, reason = "these tests make disks and read images with other programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{self, disk as made_up, wipe_order};
use super::bench_rig::Rig;
use super::capture_rig::{deleted_in, good, has};
use super::practice_bench::{Bench, Undo, node, run};
use aoxanh::imaging::CHUNK;
use aoxanh::job::Watch;
use aoxanh::linux::PracticeDisk;
use aoxanh::port::{Asked, Buffer, Disks, Failure, FakeDisk, FakeImageStore, ImageStore, Trouble};
use aoxanh::unit::Bytes;
use aoxanh::workbench::{CaptureOrder, CapturedImage, Master, capture, check_image, look_at_master};
use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A master of 96 MiB: an EFI system partition, swap, and a Linux with what somebody left on it; 47 MiB of them have partitions.
const MASTER: &str = r#"
set -e
mkdir -p root/etc/ssh root/root root/home/nam root/etc/NetworkManager/system-connections
printf 'root:x:0:0:root:/root:/bin/bash\nnam:x:1000:1000::/home/nam:/bin/bash\n' >root/etc/passwd
printf 'ID=thu\n' >root/etc/os-release
printf '0123456789abcdef\n' >root/etc/machine-id
head -c 400 /dev/urandom >root/etc/ssh/ssh_host_ed25519_key
printf 'ls\n' >root/home/nam/.bash_history
printf '[connection]\ntype=wifi\n' >root/etc/NetworkManager/system-connections/Nha
head -c 5000000 /dev/urandom >root/du-lieu.bin
yes BI-MAT-DA-XOA-CUA-AI-DO | head -c 2000000 >root/bo-di.txt
truncate -s 32M system
mke2fs -q -t ext4 -d root system
debugfs -w -R 'rm bo-di.txt' system 2>/dev/null
truncate -s 8M esp
mkfs.fat esp >/dev/null
truncate -s 6M swap
yes BI-MAT-DA-XOA-CUA-AI-DO | head -c 6000000 | dd of=swap conv=notrunc status=none
mkswap -q swap 2>/dev/null
truncate -s 96M disk
printf 'label: gpt\nstart=2048, size=16384, type=uefi\nstart=18432, size=12288, type=swap\nstart=30720, size=65536, type=linux\n' |
    sfdisk --quiet --no-reread --no-tell-kernel disk
dd if=esp of=disk bs=1M seek=1 conv=notrunc status=none
dd if=swap of=disk bs=1M seek=9 conv=notrunc status=none
dd if=system of=disk bs=1M seek=15 conv=notrunc status=none
yes BI-MAT-DA-XOA-CUA-AI-DO | head -c 9000000 | dd of=disk bs=1M seek=60 conv=notrunc status=none
dd if=disk of="$1" bs=1M conv=notrunc status=none
sync "$1"
"#;

struct Master96 {
    rig: Rig,
    disk: PracticeDisk,
}

impl Master96 {
    fn new() -> Option<Self> {
        if !has("mke2fs debugfs e2fsck mkfs.fat fsck.fat mkswap sfdisk sgdisk zstd") {
            return None;
        }
        let rig = Rig::practice();
        let disk = rig.disk("mau", Bytes::mib(96));
        good(rig.home(), MASTER, &[&disk.backing().display().to_string()]);
        Some(Self { rig, disk })
    }

    fn digest(&self) -> String {
        blake3::hash(&fs::read(self.disk.backing()).expect("ours")).to_string()
    }
}

#[test]
fn a_master_becomes_an_image_that_ends_behind_its_partitions_and_has_nothing_that_was_deleted() {
    let Some(master) = Master96::new() else { return };
    let (rig, before) = (&master.rig, master.digest());
    assert!(deleted_in(&fs::read(master.disk.backing()).expect("ours")) > 1000);
    let line = ["image", "capture", master.disk.name(), "--id", "mau"];
    let refused = rig.run(&line);
    refused.refused(1, &["dấu vết"]);
    assert!(refused.out.contains("/home/*/.bash_history (1)") && refused.out.contains("chỉ đọc"), "{refused:#?}");
    assert!(rig.run(&["image", "list"]).good().out.contains("Kho chưa có ảnh nào"));
    let looked = rig.json(&[&line[..], &["--look"]].concat()).good().one("master");
    let kinds: Vec<&str> =
        looked["traces"].as_array().expect("a list").iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds, ["host-keys", "wifi", "history", "machine-id"]);
    assert_eq!(looked["length"], 48 << 20);
    assert_eq!(looked["partitions"][1]["swap"], true);

    let captured = rig.json(&[&line[..], &["--keep-traces"]].concat()).good().one("image_captured");
    let manifest = &captured["manifest"];
    assert_eq!(
        (&manifest["length"], &manifest["source"], &manifest["os"]),
        (&(48 << 20).into(), &"capture".into(), &"linux".into())
    );
    assert_eq!(manifest["traces"].as_array().map(Vec::len), Some(4));
    assert!(captured["filled"].as_u64().is_some_and(|filled| filled < 16 << 20), "{captured}");
    assert_eq!(master.digest(), before, "the master was only read");

    let text = fs::read_to_string(rig.station().join("images/mau.toml")).expect("ours");
    assert!(text.contains("source = \"capture\"") && text.contains("[capture]\ntraces = ["), "{text}");
    let zst = rig.station().join("images/mau.zst").display().to_string();
    good(rig.home(), "zstd -q -d -f \"$1\" -o restored", &[&zst]);
    assert_eq!(deleted_in(&fs::read(rig.home().join("restored")).expect("ours")), 0);
    let said = good(rig.home(), "sgdisk -v restored", &[]);
    assert!(said.contains("No problems found"), "{said}");
    good(rig.home(), "e2fsck -fn 'restored?offset=15728640'", &[]);
    good(rig.home(), "dd if=restored of=esp2 bs=1M skip=1 count=8 status=none && fsck.fat -n esp2", &[]);
    let cat = "debugfs -R 'cat du-lieu.bin' 'restored?offset=15728640' 2>/dev/null | cmp - root/du-lieu.bin";
    good(rig.home(), cat, &[]);
    assert_eq!(rig.json(&["image", "check", "mau"]).good().one("image_checked")["good"], true);

    // Onto a disk that is smaller than the master's.
    let (device, disk) = (rig.device(), rig.disk("nho", Bytes::mib(64)));
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let args = ["image", "write", &device.tag, "--disk", disk.name(), "--image", "mau", "--confirm", &rig.code(&disk)];
    let written = rig.json(&args);
    assert_eq!(written.one("imaged")["ended"]["result"], "written", "{written:#?}");
    good(rig.home(), "e2fsck -fn \"$1?offset=15728640\"", &[&disk.backing().display().to_string()]);
    rig.verified();
}

#[test]
fn a_master_that_was_not_put_away_is_refused_and_nothing_is_begun() {
    let Some(master) = Master96::new() else { return };
    let path = master.disk.backing().display().to_string();
    good(master.rig.home(), "debugfs -w -R 'ssv state 0' \"$1?offset=15728640\" 2>/dev/null; sync \"$1\"", &[&path]);
    let ran = master.rig.run(&["image", "capture", master.disk.name(), "--keep-traces"]);
    ran.refused(1, &["Phân vùng 3"]);
    assert!(ran.err.contains("Fast Startup"), "{ran:#?}");
    assert!(master.rig.run(&["image", "list"]).good().out.contains("Kho chưa có ảnh nào"));
    master.rig.run(&["image", "capture", "khong-co"]).refused(2, &["khong-co"]);
    master.rig.run(&["image", "capture", master.disk.name(), "--id", "Có Dấu"]).refused(2, &["--id"]);
}

const SERIAL: &str = "WD-12345678";

fn order() -> CaptureOrder {
    let (os, arch) = (Some("linux".to_owned()), "x86_64".to_owned());
    CaptureOrder { disk: "sda".to_owned(), os, arch, keep_traces: true, ..CaptureOrder::default() }
}

fn look(rig: &arming_rig::Rig, order: &CaptureOrder) -> Result<Master, Failure> {
    look_at_master(&rig.bench(), order, &|| false)
}

fn take(rig: &arming_rig::Rig, store: &FakeImageStore, looks: u64) -> Result<CapturedImage, Failure> {
    let master = look(rig, &order()).expect("nothing in the way");
    let asked = Cell::new(0);
    let cancel = || {
        asked.set(asked.get() + 1);
        asked.get() > looks
    };
    capture(store, &order(), master, &mut Watch { clock: &rig.clock, cancel: &cancel, news: &mut |_| () })
}

#[test]
fn the_disk_of_a_donated_machine_becomes_no_image_before_its_donors_data_are_gone() {
    let rig = arming_rig::Rig::new(&[made_up("sda", Some(SERIAL)), made_up("sdb", Some("OTHER-1"))]);
    assert!(look(&rig, &order()).is_ok(), "nobody knows it");
    let (found, _) = rig.device(true);
    rig.inspect(&found, &[SERIAL]);
    let before = rig.events().len();
    let failure = look(&rig, &order()).expect_err("a donor's");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::No, "capture-donors"));
    assert_eq!((rig.disks.count(Asked::Open), rig.kinds(before)), (1, Vec::new()), "it was not even opened again");
    // A dock calls the same disk otherwise.
    let mut docked = made_up("sda", Some(SERIAL));
    docked.identity.model = Some("USB BRIDGE".to_owned());
    rig.disks.change(&docked);
    assert_eq!(look(&rig, &order()).expect_err("the same disk").what.key(), "capture-donors");
    rig.disks.change(&made_up("sda", Some(SERIAL)));
    assert!(look(&rig, &CaptureOrder { disk: "sdb".to_owned(), ..order() }).is_ok(), "another disk");
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    assert!(look(&rig, &order()).is_ok(), "its donor's data are gone");
}

#[test]
fn behind_a_table_that_does_not_hold_nothing_is_left_out_and_nobody_vouches_for_it() {
    let rig = arming_rig::Rig::new(&[made_up("sda", Some(SERIAL))]);
    let mut bytes = rig.disks.bytes("sda");
    bytes.fill(7);
    // What the disk was before it was divided: swap over all of it.
    bytes[4086..4096].copy_from_slice(b"SWAPSPACE2");
    let put = |bytes: &[u8]| rig.disks.plug(made_up("sda", Some(SERIAL)), FakeDisk::new(bytes.to_vec(), 512));
    put(&bytes);
    let master = look(&rig, &order()).expect("nothing in the way");
    assert!(!master.keep.holes.is_empty() && !master.has_personal(), "swap is left out");
    drop(master);
    bytes[512..520].copy_from_slice(b"EFI PART");
    put(&bytes);
    let master = look(&rig, &order()).expect("nothing in the way");
    assert_eq!((&master.keep.holes[..], master.keep.length.0), (&[][..], bytes.len() as u64));
    assert!(master.has_personal() && master.parts.len() == 1 && master.parts[0].unlooked);
}

#[test]
fn a_disk_in_use_is_refused_and_one_that_can_only_be_read_is_not() {
    let rig = arming_rig::Rig::new(&[made_up("sda", Some(SERIAL))]);
    let mut disk = made_up("sda", Some(SERIAL));
    disk.obstacles = vec![aoxanh::device::Obstacle::Mounted("/mnt".to_owned())];
    rig.disks.change(&disk);
    assert_eq!(look(&rig, &order()).expect_err("mounted").what.key(), "disk-refused");
    disk.obstacles = vec![aoxanh::device::Obstacle::ReadOnly];
    rig.disks.change(&disk);
    assert!(look(&rig, &order()).is_ok());
    assert_eq!(rig.disks.count(Asked::Write), 0);
}

#[test]
fn a_real_disk_is_opened_without_the_right_to_write_and_nobody_mounts_it_meanwhile() {
    let bench = Bench::new();
    let Some(disk) = bench.loop_disk("mau", 512) else { return };
    run("mke2fs", &[Path::new("-qF"), &node(&disk)]);
    let point = bench.folder.path().join("mount point");
    fs::create_dir(&point).expect("ours");
    let mount = || Command::new("mount").args(["-o", "ro"]).arg(node(&disk)).arg(&point).output().expect("mount");
    let found = bench.find(disk.name());
    let mut open = bench.disks.open_to_read(&found).expect("nothing in the way");
    let mut buffer = Buffer::zeroed(4096);
    assert_eq!(open.read_at(Bytes::ZERO, buffer.bytes_mut()).expect("reads"), 4096);
    assert_eq!(buffer.bytes()[1080..1082], [0x53, 0xEF]);
    assert!(!mount().status.success(), "it is held");
    open.check().expect("the same");
    drop(open);
    let done = mount();
    assert!(done.status.success(), "{done:?}");
    let undo = Undo("umount", point);
    let failure = bench.disks.open_to_read(&found).err().expect("mounted");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::No, "disk-refused"));
    drop(undo);
    run("blockdev", &[Path::new("--setro"), &node(&disk)]);
    bench.disks.open_to_read(&bench.find(disk.name())).expect("it is only read");
    run("blockdev", &[Path::new("--setrw"), &node(&disk)]);
}

#[test]
fn what_nobody_can_look_into_stays_only_where_somebody_said_so() {
    let (rig, store) = (arming_rig::Rig::new(&[made_up("sda", Some(SERIAL))]), FakeImageStore::default());
    let master = look(&rig, &order()).expect("nothing in the way");
    assert!(master.has_personal() && master.parts[0].unlooked && master.traces.is_empty());
    let careful = CaptureOrder { keep_traces: false, ..order() };
    let mut watch = Watch { clock: &rig.clock, cancel: &|| false, news: &mut |_| () };
    let failure = capture(&store, &careful, master, &mut watch).expect_err("nobody said so");
    assert_eq!(failure.what.key(), "capture-traces");
    assert_eq!(store.list().expect("in memory"), []);
    let no_system = CaptureOrder { os: None, ..order() };
    assert_eq!(look(&rig, &no_system).expect_err("what is it").what.key(), "capture-no-system");
}

#[test]
fn a_capture_that_was_stopped_goes_on_and_one_whose_disk_was_changed_is_no_image() {
    let (rig, store) = (arming_rig::Rig::new(&[made_up("sda", Some(SERIAL))]), FakeImageStore::default());
    let failure = take(&rig, &store, 1).expect_err("stopped");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Cancelled, "capture-cancelled"));
    let kept = store.part("may-mau").expect("what is left").kept().len();
    assert!((1..4).contains(&kept), "{kept}");
    let captured = take(&rig, &store, u64::MAX).expect("captured");
    assert_eq!(captured.manifest.blake3.0, *blake3::hash(&rig.disks.bytes("sda")).as_bytes());
    assert_eq!(captured.manifest.length.0, rig.disks.bytes("sda").len() as u64);
    assert!(captured.manifest.length.0 > 2 * CHUNK as u64);
    let mut watch = Watch { clock: &rig.clock, cancel: &|| false, news: &mut |_| () };
    assert!(check_image(&store, "may-mau", &mut watch).expect("reads").rotten.is_empty());

    let other = FakeImageStore::default();
    let master = look(&rig, &order()).expect("nothing in the way");
    rig.disks.change(&arming_rig::replugged(&made_up("sda", Some(SERIAL))));
    let failure = capture(&other, &order(), master, &mut watch).expect_err("another disk may be there now");
    assert_eq!((failure.what.key(), other.list().expect("in memory").len()), ("disk-changed", 0));
}
