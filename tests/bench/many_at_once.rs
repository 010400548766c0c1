//! Ten disks wiped side by side in one process, as on the bench screen: one that hangs and one with bad blocks are told
//! apart from the others and slow none of them.

#![expect(clippy::disallowed_methods, reason = "a test makes the folder that its disks stand in")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Rig, Running, can_loop};
use super::fuse_rig::Mounted;
use super::fuse_volume::{Asks, Comes, EIO, Fault, Held, Volume};
use super::practice_bench::{Bench, wait_for};
use aoxanh::event::disk::{WipeEnded, WipeResult};
use aoxanh::event::{Event, Fact};
use aoxanh::ledger::Record;
use aoxanh::linux::{PracticeDisk, PracticeDisks};
use aoxanh::port::{Disks, Index, Row};
use aoxanh::store::Store;
use aoxanh::unit::Bytes;
use std::process::Command;

const SIZE: Bytes = Bytes::mib(8);
const BLOCK: u32 = 4096;
const BAD: &str = "o-3.img";
const HUNG: &str = "o-7.img";
/// In the second piece of 4 MiB.
const THERE: std::ops::Range<u64> = 5 << 20..(5 << 20) + 3 * 4096;

/// Whatever a test thinks of it, the disk is let go before anybody waits for the program.
struct Stalled<'v> {
    held: Held<'v>,
    running: Running,
}

fn ended(rig: &Rig) -> Vec<WipeEnded> {
    let mut ended = Vec::new();
    let mut read = |row: Row| {
        let record = Record::from_bytes(row.bytes).expect("a record");
        if let Fact::WipeEnded(end) = Event::from_body(record.body()).expect("an event").fact {
            ended.push(end);
        }
        Ok(())
    };
    Store::read(&rig.station()).and_then(|store| store.rows(&mut read)).expect("the ledger reads");
    ended
}

#[test]
fn of_ten_disks_side_by_side_a_hung_and_a_bad_one_slow_nobody_and_are_told_apart() {
    let (rig, volume) = (Rig::practice(), Volume::empty());
    let folder = rig.station().join("disks");
    std::fs::create_dir_all(&folder).expect("ours");
    let Some(_mounted) = Mounted::at(&volume, &folder) else { return };
    let maker = PracticeDisks::new(&rig.station());
    let make = |number: u32| maker.make(&format!("o-{number}"), SIZE, BLOCK).expect("a practice disk");
    let disks: Vec<PracticeDisk> = (0..10).map(make).collect();
    if !can_loop(&disks[0]) {
        return;
    }
    let tag = rig.device().tag;
    let armed: Vec<String> = disks.iter().map(|disk| format!("{}={}", disk.name(), rig.code(disk))).collect();
    let mut line = vec!["measure", "wipes", &tag, "--method", "overwrite-pattern"];
    line.extend(armed.iter().map(String::as_str));
    volume.arm(Fault::new(Asks::WRITE, Comes::Error(EIO)).of(BAD).at(THERE));
    let held = volume.hold(Fault::new(Asks::WRITE, Comes::Held).of(HUNG).at(THERE));
    let stalled = Stalled { held, running: rig.start(&line) };
    stalled.held.wait();
    wait_for("the nine others end while one hangs", || ended(&rig).len() == 9);
    let before = ended(&rig);
    let of = |name: &str| before.iter().filter(|end| end.key.contains(name)).map(|end| end.result).collect::<Vec<_>>();
    assert_eq!((of(BAD), of(HUNG)), (vec![WipeResult::ErasedWithExceptions], Vec::new()));
    assert_eq!(before.iter().filter(|end| end.result == WipeResult::Erased).count(), 8);
    let left = rig.json(&["jobs"]).good().all("interrupted");
    assert!(left.is_empty(), "a job that hangs is run by somebody: {left:?}");
    drop(stalled.held);
    let ran = stalled.running.end();
    assert_eq!(ran.code, 1, "one of them is not erased: {ran:#?}");
    let last = ended(&rig).pop().expect("ten");
    assert!(last.key.contains(HUNG) && last.result == WipeResult::Erased, "{last:?}");
    rig.verified();
}

#[test]
fn a_loop_device_whose_file_system_died_hides_no_other_disk() {
    let (bench, stranger, volume) = (Bench::new(), Bench::new(), Volume::empty());
    let Some(own) = bench.loop_disk("one", 512) else { return };
    let folder = stranger.folder.path().join("disks");
    std::fs::create_dir(&folder).expect("ours");
    let Some(_mounted) = Mounted::at(&volume, &folder) else { return };
    let theirs = stranger.loop_disk("o", BLOCK).expect("loop devices work here");
    // Held by the loop device it stays mounted, but from now on nobody answers.
    Command::new("umount").arg("-f").arg(&folder).output().expect("umount");
    let dead = std::fs::metadata(theirs.backing()).expect_err("nobody serves it").raw_os_error();
    assert!(matches!(dead, Some(103 | 107)), "{dead:?}");
    bench.disks.open(&bench.arm(own.name())).expect("listed and free");
}
