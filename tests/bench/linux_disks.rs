//! This machine's disks for real: practice disks on files and loop devices, each obstacle, each refusal to open.
//!
//! Loop devices need root. Without it those tests say so and prove nothing; where `CI` is set they fail instead.

#![expect(clippy::disallowed_methods, reason = "these tests mount, swap on, kill and replace for real")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::contract::commands;
use crate::contract::disk_io::{Made, keeps_every_promise};
use crate::contract::leases::one_holder_at_a_time;
use crate::practice_bench::{Bench, Losetup, Running, SIZE, Undo, armed, node, run, wait_for};
use aoxanh::device::{Bus, Certainty, MediumKind, Obstacle};
use aoxanh::linux::{FileLeases, LinuxDisks, LoopDevice, LoopPlan, Mode, PracticeDisk, PracticeDisks};
use aoxanh::port::{Buffer, DiskIo, Disks, FakeDisk, FakeLeases, Leases, Trouble};
use aoxanh::unit::{Bytes, JobId, RANDOM_BYTES};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::process::Command;

const O_EXCL: i32 = 0o200;

#[test]
fn every_disk_keeps_the_contract() {
    for block in [512, 4096] {
        let mut fake = FakeDisk::new(vec![0; 2 << 20], block);
        keeps_every_promise("fake", &mut fake, Made { size: SIZE, block });
    }
    let bench = Bench::new();
    let path = bench.file_disk("plain.img");
    let mut file = bench.disks.open(&bench.arm("plain.img")).expect("nothing in the way");
    keeps_every_promise("file", file.as_mut(), Made { size: SIZE, block: 512 });
    drop(file);
    assert_eq!(fs::metadata(path).expect("still there").len(), SIZE.0);
}

#[test]
fn every_loop_disk_keeps_the_contract_and_its_bytes_are_in_the_file() {
    for block in [512, 4096] {
        let bench = Bench::new();
        let Some(disk) = bench.loop_disk("one", block) else { return };
        let listed = bench.find(disk.name());
        assert!(listed.practice && listed.bus == Bus::Loop && listed.identity.serial.is_none());
        assert_eq!((listed.logical_block, listed.identity.size, disk.block()), (block, SIZE, block));
        assert_eq!(listed.rotational, None, "a file does not spin");
        assert!(listed.attachment.diskseq.is_some() && listed.attachment.port.starts_with("file:"));
        let mut io = bench.disks.open(&bench.arm(disk.name())).expect("nothing in the way");
        keeps_every_promise(disk.name(), io.as_mut(), Made { size: SIZE, block });
        let mut donor = Buffer::zeroed(4096);
        donor.bytes_mut()[..11].copy_from_slice(b"DONOR-DATA!");
        assert_eq!(io.write_at(Bytes(4096), donor.bytes()).expect("written"), 4096);
        io.flush().expect("flushed");
        let mut seen = [0; 11];
        File::open(disk.backing()).and_then(|file| file.read_exact_at(&mut seen, 4096)).expect("the file");
        assert_eq!(&seen, b"DONOR-DATA!");
    }
}

#[test]
fn a_loop_disk_has_a_way_for_commands_that_brings_no_answer_and_discards_and_zeroes_what_it_is_told() {
    let bench = Bench::new();
    let Some(disk) = bench.loop_disk("one", 512) else { return };
    let listed = bench.find(disk.name());
    let medium = bench.disks.medium(&listed);
    assert_eq!((medium.kind, medium.certainty), (MediumKind::Practice, Certainty::Certain));
    assert!(medium.hidden.areas.is_empty() && medium.hidden.unknown.is_none() && medium.erases.is_empty());
    let mut io = bench.disks.open(&bench.arm(disk.name())).expect("nothing in the way");
    commands::keeps_every_promise(disk.name(), &listed, io.as_mut());
    let mut ones = Buffer::zeroed(64 * 1024);
    ones.bytes_mut().fill(0xD0);
    let shown = |io: &mut dyn DiskIo| {
        let mut buffer = Buffer::zeroed(64 * 1024);
        io.forget().expect("forgotten");
        assert_eq!(io.read_at(Bytes(0), buffer.bytes_mut()).expect("read"), 64 * 1024);
        [buffer.bytes()[0], buffer.bytes()[8192], buffer.bytes()[20_000]]
    };
    for zeroes in [false, true] {
        assert_eq!(io.write_at(Bytes(0), ones.bytes()).expect("written"), 64 * 1024);
        let (at, length) = (Bytes(8192), Bytes(8192));
        if zeroes { io.zero_out(at, length) } else { io.discard(at, length) }.expect("a loop device can");
        assert_eq!(shown(io.as_mut()), [0xD0, 0, 0xD0], "zeroes: {zeroes}");
        for (at, length) in [(Bytes(256), Bytes(512)), (Bytes(0), Bytes(100)), (Bytes(SIZE.0), Bytes(512))] {
            assert!(io.discard(at, length).is_err() && io.zero_out(at, length).is_err(), "{at:?} {length:?}");
        }
    }
    drop(io);
    bench.file_disk("plain.img");
    let mut file = bench.disks.open(&bench.arm("plain.img")).expect("nothing in the way");
    assert!(file.commands().is_none() && file.discard(Bytes(0), Bytes(512)).is_err());
}

#[test]
fn direct_is_claimed_only_where_nothing_between_caches() {
    let bench = Bench::new();
    let Some(disk) = bench.loop_disk("one", 4096) else { return };
    let dio = format!("/sys/block/{}/loop/dio", disk.name());
    let told = fs::read_to_string(dio).expect("attached").trim() == "1";
    let io = bench.disks.open(&bench.arm(disk.name())).expect("nothing in the way");
    assert_eq!(io.direct(), told);
    drop(io);
    let cached = Losetup::attach(bench.file_disk("cached.img"));
    assert!(!bench.disks.open(&bench.arm(&cached.name)).expect("nothing in the way").direct());
    let memory = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
    let station = LinuxDisks::new(Mode::Practice { folder: memory.path().to_owned() }, bench.folder.path());
    PracticeDisks::new(memory.path()).make_file("a", Bytes(8192)).expect("a new file");
    let disk = station.list(None).expect("readable").pop().expect("one disk");
    assert!(!station.open(&armed(disk)).expect("nothing in the way").direct());
}

#[test]
fn a_normal_station_lists_and_opens_no_practice_disk_and_the_other_way_round() {
    let bench = Bench::new();
    bench.file_disk("plain.img");
    let loop_disk = bench.loop_disk("one", 512);
    let normal = LinuxDisks::new(Mode::Normal, bench.folder.path());
    let real = normal.list(None).expect("sysfs is readable");
    assert!(real.iter().all(|disk| !disk.practice && disk.bus != Bus::Loop && disk.bus != Bus::File));
    assert!(real.iter().all(|disk| disk.identity.size > Bytes::ZERO && disk.path.exists()));
    for name in std::iter::once("plain.img").chain(loop_disk.iter().map(PracticeDisk::name)) {
        let failure = normal.open(&bench.arm(name)).err().expect("refused");
        assert_eq!(failure.what.key(), "disk-gone", "{name}");
    }
    let mut elsewhere = bench.find("plain.img");
    elsewhere.name = "sdzz".to_owned();
    elsewhere.practice = false;
    let failure = bench.refusal(&armed(elsewhere));
    assert!(format!("{:?}", failure.what).contains("obstacle-not-practice"), "{:?}", failure.what);
    let stranger = Bench::new();
    assert!(stranger.disks.list(None).expect("readable").is_empty(), "another practice's disks are not ours");
}

#[test]
fn a_mounted_disk_does_not_open_and_the_ledger_on_it_is_seen() {
    let bench = Bench::new();
    let Some(disk) = bench.loop_disk("one", 512) else { return };
    let armed = bench.arm(disk.name());
    let point = bench.folder.path().join("mount point");
    fs::create_dir(&point).expect("folder");
    run("mkfs.ext4", &[Path::new("-q"), &node(&disk)]);
    run("mount", &[&node(&disk), &point]);
    let undo = Undo("umount", point.clone());
    let mounted = Obstacle::Mounted(point.display().to_string());
    bench.stands_in_the_way(&armed, &mounted, "obstacle-mounted");
    let mode = Mode::Practice { folder: bench.folder.path().to_owned() };
    let inside = LinuxDisks::new(mode, point.join("ledger.db")).list(Some(&point)).expect("readable");
    assert_eq!(inside[0].obstacles, [Obstacle::HoldsLedger, Obstacle::HoldsImage, mounted]);
    drop(undo);
    bench.disks.open(&armed).expect("unmounted again");
}

#[test]
fn a_mount_in_another_namespace_counts() {
    let bench = Bench::new();
    let Some(disk) = bench.loop_disk("one", 512) else { return };
    run("mkfs.ext4", &[Path::new("-q"), &node(&disk)]);
    let armed = bench.arm(disk.name());
    let point = bench.folder.path().join("hidden");
    fs::create_dir(&point).expect("folder");
    let script = "mount \"$0\" \"$1\" && echo READY yes && read _end";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", script]).arg(node(&disk)).arg(&point);
    let (child, _yes) = Running::start(&mut command);
    let own = fs::read_to_string("/proc/self/mountinfo").expect("readable");
    assert!(!own.contains(&point.display().to_string()), "the mount is not hidden from us");
    bench.stands_in_the_way(&armed, &Obstacle::Mounted(point.display().to_string()), "obstacle-mounted");
    child.kill();
    wait_for("the namespace is gone", || bench.find(disk.name()).obstacles.is_empty());
}

#[test]
fn a_disk_swapped_on_does_not_open() {
    let bench = Bench::new();
    let Some(disk) = bench.loop_disk("one", 4096) else { return };
    let armed = bench.arm(disk.name());
    run("mkswap", &[Path::new("-q"), &node(&disk)]);
    run("swapon", &[&node(&disk)]);
    let undo = Undo("swapoff", node(&disk));
    bench.stands_in_the_way(&armed, &Obstacle::Swap, "obstacle-swap");
    drop(undo);
    bench.disks.open(&armed).expect("swapped off again");
}

#[test]
fn a_disk_under_a_loop_device_does_not_open() {
    let bench = Bench::new();
    let Some(disk) = bench.loop_disk("one", 512) else { return };
    let armed = bench.arm(disk.name());
    for backing in [node(&disk), disk.backing().to_owned()] {
        let plan = LoopPlan { backing: &backing, block: 512, read_only: false };
        let above = LoopDevice::attach(plan).expect("loop devices work here");
        let under = Obstacle::UnderLoop(above.name().to_owned());
        bench.stands_in_the_way(&armed, &under, "obstacle-under-loop");
        above.detach().expect("ours");
        wait_for("the loop above is gone", || bench.find(disk.name()).obstacles.is_empty());
    }
}

#[test]
fn a_read_only_disk_is_seen() {
    let bench = Bench::new();
    if bench.loop_disk("one", 512).is_none() {
        return;
    }
    let backing = bench.file_disk("write-protected.img");
    let plan = LoopPlan { backing: &backing, block: 512, read_only: true };
    let device = LoopDevice::attach(plan).expect("loop devices work here");
    assert_eq!(bench.find(device.name()).obstacles, [Obstacle::ReadOnly]);
}

#[test]
fn a_disk_that_anybody_holds_exclusively_is_busy() {
    let bench = Bench::new();
    bench.file_disk("plain.img");
    let loop_disk = bench.loop_disk("one", 512);
    for name in std::iter::once("plain.img").chain(loop_disk.iter().map(PracticeDisk::name)) {
        let armed = bench.arm(name);
        let open = bench.disks.open(&armed).expect("nothing in the way");
        let failure = bench.refusal(&armed);
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::TryAgain, "disk-busy"), "{name}");
        drop(open);
    }
    let Some(disk) = loop_disk else { return };
    let armed = bench.arm(disk.name());
    let other = File::options().read(true).custom_flags(O_EXCL).open(node(&disk)).expect("exclusive open");
    assert_eq!(bench.refusal(&armed).what.key(), "disk-busy");
    drop(other);
    bench.disks.open(&armed).expect("let go again");
}

#[test]
fn the_image_about_to_be_written_is_no_target() {
    let bench = Bench::new();
    let path = bench.file_disk("plain.img");
    let loop_disk = bench.loop_disk("one", 512);
    let backings = loop_disk.iter().map(|disk| (disk.name().to_owned(), disk.backing().to_owned()));
    for (name, image) in std::iter::once(("plain.img".to_owned(), path)).chain(backings) {
        for disk in bench.disks.list(Some(&image)).expect("readable") {
            let expected: &[Obstacle] = if disk.name == name { &[Obstacle::HoldsImage] } else { &[] };
            assert_eq!(disk.obstacles, expected, "{}", disk.name);
        }
    }
}

#[test]
fn a_disk_plugged_in_again_or_replaced_is_no_longer_the_armed_one() {
    let bench = Bench::new();
    let path = bench.file_disk("plain.img");
    let armed = bench.arm("plain.img");
    let mut open = bench.disks.open(&armed).expect("nothing in the way");
    open.check().expect("still the same");
    fs::rename(&path, path.with_extension("old")).expect("renamed");
    assert_eq!(open.check().expect_err("gone").what.key(), "disk-gone");
    assert_eq!(bench.refusal(&armed).what.key(), "disk-gone");
    bench.file_disk("plain.img");
    assert_eq!(open.check().expect_err("another").what.key(), "disk-changed");
    assert_eq!(bench.refusal(&armed).what.key(), "disk-changed");
    let Some(disk) = bench.loop_disk("one", 512) else { return };
    let armed = bench.arm(disk.name());
    let name = disk.name().to_owned();
    disk.detach().expect("ours");
    wait_for("the loop is gone", || bench.disks.list(None).expect("readable").iter().all(|disk| disk.name != name));
    assert_eq!(bench.refusal(&armed).what.key(), "disk-gone");
    let backing = armed.disk().identity.model.clone().expect("the file's name");
    let backing = bench.folder.path().join("disks").join(backing);
    let plan = LoopPlan { backing: &backing, block: 512, read_only: false };
    let again = LoopDevice::attach(plan).expect("loop devices work here");
    let now = bench.find(again.name());
    assert_eq!(now.identity, armed.disk().identity);
    assert_ne!(now.attachment.diskseq, armed.disk().attachment.diskseq);
    assert_eq!(bench.refusal(&armed).trouble, Trouble::No);
}

#[test]
fn a_file_that_was_there_is_never_made_a_practice_disk_and_keeps_every_byte() {
    let bench = Bench::new();
    let made = bench.file_disk("one.img");
    fs::write(&made, vec![0xAA; 8192]).expect("file");
    let foreign = made.with_file_name("photo.img");
    fs::write(&foreign, "precious").expect("file");
    let outside = bench.folder.path().join("outside.img");
    std::os::unix::fs::symlink(&outside, made.with_file_name("link.img")).expect("link");
    for name in ["one", "photo", "link"] {
        let failure = bench.practice.make(name, SIZE, 512).expect_err("something has that name");
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "practice-disk-exists"), "{name}");
    }
    assert!(fs::read(&made).expect("file") == vec![0xAA; 8192]);
    assert_eq!(fs::read(&foreign).expect("file"), b"precious");
    assert!(!outside.exists(), "nothing is made through a link");
}

#[test]
fn a_file_that_somebody_put_or_linked_there_is_no_disk_even_under_a_loop() {
    let bench = Bench::new();
    let path = bench.file_disk("plain.img");
    let outside = bench.folder.path().join("photo.img");
    fs::write(&outside, vec![1; 8192]).expect("file");
    fs::hard_link(&outside, path.with_file_name("photo.img")).expect("link");
    let foreign = path.with_file_name("foreign.img");
    fs::write(&foreign, vec![1; 8192]).expect("file");
    let names = || bench.disks.list(None).expect("readable").into_iter().map(|d| d.name).collect::<Vec<_>>();
    assert_eq!(names(), ["plain.img"]);
    let armed = bench.arm("plain.img");
    let second = bench.folder.path().join("second.img");
    let mut open = bench.disks.open(&armed).expect("nothing in the way");
    fs::hard_link(&path, &second).expect("link");
    assert_eq!(open.check().expect_err("a second name").what.key(), "disk-gone");
    drop(open);
    assert_eq!(bench.refusal(&armed).what.key(), "disk-gone");
    let Some(disk) = bench.loop_disk("one", 512) else { return };
    let armed = bench.arm(disk.name());
    fs::hard_link(disk.backing(), bench.folder.path().join("third.img")).expect("link");
    assert_eq!(bench.refusal(&armed).what.key(), "disk-gone");
    let theirs = Losetup::attach(foreign);
    assert!(names().is_empty(), "{:?}", names());
    assert_eq!(bench.practice.cleanup().expect("nothing of ours"), 0);
    assert!(Path::new("/sys/block").join(&theirs.name).join("loop/backing_file").exists(), "theirs stays");
}

#[test]
fn a_practice_file_that_may_not_be_written_says_so() {
    let bench = Bench::new();
    let path = bench.file_disk("protected.img");
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o400)).expect("ours");
    assert_eq!(bench.find("protected.img").obstacles, [Obstacle::ReadOnly]);
}

#[test]
#[ignore = "the victim of the tests below, which run and kill it"]
fn victim() {
    let Ok(folder) = std::env::var("AOXANH_TEST_VICTIM") else { return };
    let disk = PracticeDisks::new(Path::new(&folder)).make("killed", SIZE, 512).expect("practice disks work");
    let job = JobId::from_random([9; RANDOM_BYTES]);
    let lease = FileLeases::new(folder).take(&job).expect("leases work").expect("nobody holds it");
    println!("READY {}", disk.name());
    std::io::stdout().flush().expect("the test listens");
    let _killed_before = std::io::stdin().read(&mut [0]);
    drop(lease);
}

fn start_victim(folder: &Path) -> (Running, String) {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(["linux_disks::victim", "--exact", "--ignored", "--nocapture"]);
    Running::start(command.env("AOXANH_TEST_VICTIM", folder))
}

#[test]
fn a_killed_practice_leaves_no_loop_device_and_no_lease() {
    let bench = Bench::new();
    let (victim, name) = start_victim(bench.folder.path());
    let leases = FileLeases::new(bench.folder.path());
    let job = JobId::from_random([9; RANDOM_BYTES]);
    assert!(leases.take(&job).expect("leases work").is_none(), "the victim holds it");
    assert_eq!(bench.find(&name).identity.model.as_deref(), Some("killed.img"));
    victim.kill();
    assert!(leases.take(&job).expect("leases work").is_some(), "the kernel gave it up");
    wait_for("the kernel detached the loop device", || {
        let listed = bench.disks.list(None).expect("readable");
        listed.iter().all(|disk| disk.bus == Bus::File && disk.name == "killed.img")
    });
}

#[test]
fn cleanup_detaches_what_is_left_over_and_only_in_its_folder() {
    let (bench, stranger) = (Bench::new(), Bench::new());
    let Some(living) = bench.loop_disk("living", 512) else { return };
    let Some(theirs) = stranger.loop_disk("theirs", 512) else { return };
    let left = Losetup::attach(bench.file_disk("left.img"));
    assert_eq!(bench.find(&left.name).identity.model.as_deref(), Some("left.img"));
    // The living one is asked to go when it is closed, which is what it does anyway.
    assert_eq!(bench.practice.cleanup().expect("ours"), 2);
    wait_for("the left-over is gone", || {
        bench.disks.list(None).expect("readable").iter().any(|d| d.name == "left.img")
    });
    assert_eq!(bench.find(living.name()).bus, Bus::Loop);
    assert_eq!(stranger.find(theirs.name()).bus, Bus::Loop);
}

#[test]
fn leases_keep_the_contract() {
    let fake = FakeLeases::default();
    one_holder_at_a_time(&fake, &fake.clone());
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("leases");
    assert!(!FileLeases::new(&path).is_held(&JobId::from_random([1; RANDOM_BYTES])).expect("looks"));
    assert!(!path.exists(), "looking makes nothing");
    one_holder_at_a_time(&FileLeases::new(&path), &FileLeases::new(&path));
    fs::write(folder.path().join("file"), "").expect("file");
    let failure = FileLeases::new(folder.path().join("file")).take(&JobId::from_random([1; RANDOM_BYTES]));
    assert_eq!(failure.err().expect("no folder there").what.key(), "lease-failed");
}
