//! One image of the store to many disks, and to disks whose zero wipe nobody touched, by the built program.

#![expect(clippy::disallowed_methods, reason = "a test looks at its files and writes past the program")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Device, Rig, Running, can_loop};
use super::fuse_rig::Mounted;
use super::fuse_volume::{Asks, Comes, EIO, Fault, Volume};
use super::practice_bench::{node, wait_for};
use aoxanh::event::image::{ImageEnded, ImageResult};
use aoxanh::event::{Event, Fact};
use aoxanh::ledger::Record;
use aoxanh::linux::{PracticeDisk, PracticeDisks};
use aoxanh::port::{Index, Row};
use aoxanh::store::Store;
use aoxanh::unit::Bytes;
use rustix::process::Signal;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

const SIZE: Bytes = Bytes::mib(6);
const MIB: usize = 1 << 20;
/// In the second chunk.
const THERE: std::ops::Range<u64> = (4 << 20) + 300_000..(4 << 20) + 310_000;

/// 5 MiB and a little: noise with a hole of a MiB.
fn raw() -> Vec<u8> {
    let mut raw = vec![0; 5 * MIB + 700];
    blake3::Hasher::new().finalize_xof().fill(&mut raw);
    raw[2 * MIB..3 * MIB].fill(0);
    raw
}

fn added(rig: &Rig) -> Vec<u8> {
    let raw = raw();
    fs::write(rig.home().join("lop.img"), &raw).expect("ours");
    rig.run(&["image", "add", "lop.img", "--os", "linux"]).good();
    raw
}

fn ended(rig: &Rig) -> Vec<ImageEnded> {
    let mut ended = Vec::new();
    let mut read = |row: Row| {
        let record = Record::from_bytes(row.bytes).expect("a record");
        if let Fact::ImageEnded(end) = Event::from_body(record.body()).expect("an event").fact {
            ended.push(end);
        }
        Ok(())
    };
    Store::read(&rig.station()).and_then(|store| store.rows(&mut read)).expect("the ledger reads");
    ended
}

#[test]
fn of_sixteen_disks_a_bad_a_vanished_and_a_slow_one_are_named_and_thirteen_are_written() {
    let (rig, volume) = (Rig::practice(), Volume::empty());
    let folder = rig.station().join("disks");
    fs::create_dir_all(&folder).expect("ours");
    let Some(_mounted) = Mounted::at(&volume, &folder) else { return };
    let maker = PracticeDisks::new(&rig.station());
    let make = |number: u32| maker.make(&format!("o-{number}"), SIZE, 512).expect("a practice disk");
    let disks: Vec<PracticeDisk> = (0..16).map(make).collect();
    if !can_loop(&disks[0]) {
        return;
    }
    let (raw, tag) = (added(&rig), rig.device().tag);
    let codes = wiped_at_once(&rig, &tag, &disks);
    let of = |number: usize| format!("o-{number}.img");
    let (bad, gone, slow) = (of(3), of(7), of(11));
    volume.arm(Fault::new(Asks::WRITE, Comes::Error(EIO)).of(&bad).at(THERE));
    volume.arm(Fault::new(Asks::BLOCKS, Comes::Error(EIO)).of(&gone).at(3 << 20..u64::MAX));
    let held = volume.hold(Fault::new(Asks::WRITE, Comes::Held).of(&slow).at(THERE));
    let running = start(&rig, &tag, &disks, &codes);
    held.wait();
    wait_for("the fifteen others end while one is held", || ended(&rig).len() == 15);
    let good = ended(&rig).iter().filter(|end| end.result == ImageResult::Written).count();
    assert_eq!(good, 13);
    running.signal(Signal::INT);
    // A disk whose write hangs can only end when the kernel lets go of it.
    drop(held);
    let ran = running.end();
    assert_eq!(ran.code, 1, "{ran:#?}");
    let told = ran.one("imaged_at_once");
    assert_eq!((told["targets"].as_u64(), told["written"].as_u64()), (Some(16), Some(13)), "{told}");
    assert_eq!(told["decoded"].as_u64(), Some(raw.len() as u64), "decoded once for all");
    let mut named: Vec<_> = ran.all("not_imaged").iter().map(|not| not["disk"].clone()).collect();
    named.sort_by_key(ToString::to_string);
    let mut wanted = [3, 7, 11].map(|number| disks[number].name().to_owned());
    wanted.sort();
    assert_eq!(named, wanted);
    for (number, disk) in disks.iter().enumerate() {
        let is_good = ![3, 7, 11].contains(&number);
        assert!(!is_good || fs::read(disk.backing()).expect("served")[..raw.len()] == raw, "{number}");
    }
    let last = ended(&rig).pop().expect("sixteen");
    assert_eq!((last.result, last.key.contains(&slow)), (ImageResult::Cancelled, true), "{last:?}");

    // The slow one is gone on with by itself.
    let (job, code, disk) = (last.job.to_string(), rig.code(&disks[11]), disks[11].name());
    let line = ["image", "write", &tag, "--disk", disk, "--confirm", &code, "--image", "lop", "--resume", &job];
    rig.run(&line).good();
    assert!(fs::read(disks[11].backing()).expect("served")[..raw.len()] == raw);
    rig.verified();
}

/// Wipes all of them at once with zeros; gives what to type for each.
fn wiped_at_once(rig: &Rig, tag: &str, disks: &[PracticeDisk]) -> Vec<String> {
    let codes: Vec<String> = disks.iter().map(|disk| rig.code(disk)).collect();
    let armed: Vec<String> = disks.iter().zip(&codes).map(|(disk, code)| format!("{}={code}", disk.name())).collect();
    let mut line = vec!["measure", "wipes", tag];
    line.extend(armed.iter().map(String::as_str));
    rig.run(&line).good();
    codes
}

/// Begins to write the image to all of them.
fn start(rig: &Rig, tag: &str, disks: &[PracticeDisk], codes: &[String]) -> Running {
    let target = |(disk, code): (&PracticeDisk, &String)| format!("{tag}:{}:{code}", disk.name());
    let also: Vec<String> = disks.iter().zip(codes).skip(1).map(target).collect();
    let first = ["image", "write", tag, "--disk", disks[0].name(), "--confirm", &codes[0], "--image", "lop"];
    let mut line = first.to_vec();
    line.extend(also.iter().flat_map(|target| ["--also", target]));
    rig.start(&line)
}

#[test]
fn sixteen_disks_are_written_from_one_decode_in_less_than_256_mib() {
    let rig = Rig::practice_in_memory();
    let disk = |number: u32| rig.disk(&format!("o-{number}"), Bytes::mib(74));
    let disks: Vec<PracticeDisk> = (0..16).map(disk).collect();
    if !can_loop(&disks[0]) {
        return;
    }
    let mut raw = vec![0; 73 * MIB];
    blake3::Hasher::new().finalize_xof().fill(&mut raw);
    fs::write(rig.home().join("lop.img"), &raw).expect("ours");
    rig.run(&["image", "add", "lop.img", "--os", "linux"]).good();
    let tag = rig.device().tag;
    let codes = wiped_at_once(&rig, &tag, &disks);
    let mut running = start(&rig, &tag, &disks, &codes);
    let mut most = 0;
    while running.wait_for(|_line| true) {
        most = running.most_memory().max(most);
    }
    let ran = running.end().good();
    // Once, where no disk falls 64 MiB behind; on a machine that is busy with other things one may.
    let decoded = ran.one("imaged_at_once")["decoded"].as_u64().expect("counted");
    assert!(decoded >= raw.len() as u64 && decoded < 4 * raw.len() as u64, "{decoded}");
    eprintln!("sixteen disks: {} MiB at most, {} MiB decoded", most >> 20, decoded >> 20);
    assert!(disks.iter().all(|disk| fs::read(disk.backing()).expect("ours")[..raw.len()] == raw));
    assert!(most > 20 << 20 && most < 256 << 20, "{} MiB", most >> 20);
}

#[test]
fn what_is_typed_wrong_for_many_disks_is_refused_before_any_is_touched() {
    let rig = Rig::practice();
    let first = ["image", "write", "T", "--disk", "sdb", "--image", "lop"];
    let with = |also: &[String]| {
        let mut line = first.to_vec();
        line.extend(also.iter().flat_map(|target| ["--also", target]));
        rig.run(&line)
    };
    with(&["T:sdb:1234".to_owned()]).refused(2, &["sdb"]);
    let many: Vec<String> = (0..16).map(|number| format!("T:sd{number}:1234")).collect();
    with(&many).refused(2, &["16"]);
    assert_eq!(with(&["T:sdb".to_owned()]).code, 2);
    // One machine's sticker says nothing of another's.
    let other = ["T:sdc:1234".to_owned()];
    let sticker = [&first[..], &["--also", &other[0], "--windows-edition", "Home"]].concat();
    rig.run(&sticker).refused(2, &["--windows-edition"]);
    assert_ne!(with(&other).code, 2, "alone it is understood");
}

fn put(path: &Path, at: u64, byte: u8) {
    let file = File::options().write(true).open(path).expect("root");
    file.write_all_at(&[byte; 4096], at).and_then(|()| file.sync_all()).expect("written");
}

struct Wiped {
    rig: Rig,
    device: Device,
    disk: PracticeDisk,
    raw: Vec<u8>,
}

fn wiped(method: &str) -> Option<Wiped> {
    let rig = Rig::practice();
    let disk = rig.disk("o", SIZE);
    if !can_loop(&disk) {
        return None;
    }
    let (raw, device) = (added(&rig), rig.device());
    let wiped = Wiped { rig, device, disk, raw };
    wiped.wipe(method);
    Some(wiped)
}

impl Wiped {
    fn wipe(&self, method: &str) {
        let (name, code) = (self.disk.name(), self.rig.code(&self.disk));
        self.rig.run(&["wipe", &self.device.tag, "--disk", name, "--method", method, "--confirm", &code]).good();
    }

    /// The exit code, what was skipped, and whether the image is on the disk.
    fn write(&self) -> (i32, Option<u64>, bool) {
        let (name, code) = (self.disk.name(), self.rig.code(&self.disk));
        let tag = &self.device.tag;
        let ran = self.rig.json(&["image", "write", tag, "--disk", name, "--confirm", &code, "--image", "lop"]);
        let skipped = ran.one("imaged")["ended"]["skipped"].as_u64();
        let is_there = fs::read(self.disk.backing()).expect("ours")[..self.raw.len()] == self.raw;
        (ran.code, skipped, is_there)
    }
}

#[test]
fn holes_are_left_out_only_where_nobody_wrote_since_the_zero_wipe() {
    let Some(wiped) = wiped("overwrite-zero") else { return };
    assert_eq!(wiped.write(), (0, Some(MIB as u64), true));
    let told = wiped.rig.run(&["history", &wiped.device.tag]).good().out;
    assert!(told.contains("đọc lại"), "{told}");
    // Another program writes to the disk: zeros where the image has a hole, or anything else; it is all the same.
    wiped.wipe("overwrite-zero");
    put(&node(&wiped.disk), 2 * MIB as u64, 9);
    assert_eq!(wiped.write(), (0, None, true), "written as zeros");
    wiped.wipe("overwrite-pattern");
    assert_eq!(wiped.write(), (0, None, true), "another method leaves no zeros");
}

#[test]
fn a_disk_that_changed_behind_the_kernels_back_is_found_out_by_the_read_back() {
    let Some(wiped) = wiped("overwrite-zero") else { return };
    put(wiped.disk.backing(), 2 * MIB as u64 + 8192, 9);
    assert_eq!(wiped.write(), (1, Some(MIB as u64), false));
}
