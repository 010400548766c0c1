//! How long a plan takes: by the disk's own speed, by its kind, or nobody knows; from verb and screen.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, SIZE, disk, pressed_at, wipe_order};
use super::bench_rig;
use super::screen_rig::Desk;
use aoxanh::device::{Bus, Medium, MediumKind, Unsure};
use aoxanh::unit::{Bytes, JobId};
use aoxanh::wipe::Basis;
use aoxanh::workbench::{DiskView, Found, Key, plan_time, plan_wipe, wipe};
use std::time::Duration;

const SERIAL: &str = "WD-12345678";

fn view(rig: &Rig, found: &Found) -> DiskView {
    rig.bench().disk_views(None, Some(found)).expect("listed").remove(0)
}

/// A wipe that was stopped while it was read back.
fn cut_short(rig: &Rig, found: &Found) -> JobId {
    let order = wipe_order("sda", SERIAL);
    for look in 1..100 {
        let job = wipe(&rig.bench(), found, &order, &pressed_at(look), &mut |_news| {}).expect("recorded").ended.job;
        if rig.bench().written(Some(&job)).expect("a mark") > Bytes::ZERO {
            return job;
        }
    }
    panic!("nothing was ever written for sure")
}

#[test]
fn a_disk_wiped_before_is_reckoned_by_its_own_speed_while_it_is_connected_the_same_way() {
    let mut inside = disk("sda", Some(SERIAL));
    let rig = Rig::new(std::slice::from_ref(&inside));
    let (found, _) = rig.device(true);
    let basis = |found: &Found| {
        let view = view(&rig, found);
        let plan = plan_wipe(&rig.bench(), &wipe_order("sda", "")).expect("a plan");
        plan_time(&view, &plan, Bytes::ZERO, false).map(|time| (time.basis, time.time))
    };
    let (first, by_kind) = basis(&found).expect("a disk in a dock");
    assert_eq!(first, Basis::Kind);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let found = rig.again(&found);
    // The clock of the rig moves 3 ms at each look: another pace than any table's.
    let (then, own) = basis(&found).expect("wiped before");
    assert_eq!(then, Basis::LastTime);
    assert!(own > Duration::ZERO && view(&rig, &found).pace.is_some(), "{own:?} {by_kind:?}");
    assert_eq!(rig.bench().written(None).expect("nothing"), Bytes::ZERO);
    let job = cut_short(&rig, &found);
    let written = rig.bench().written(Some(&job)).expect("a mark");
    assert!(written > Bytes::ZERO && written <= Bytes(SIZE as u64), "{written:?}");
    inside.bus = Bus::Ata;
    rig.disks.change(&inside);
    assert_eq!(basis(&found).map(|(basis, _)| basis), Some(Basis::Kind), "a bay is not the dock");
    let (other, _) = rig.device(true);
    assert_eq!(view(&rig, &other).pace, None, "another machine's history is not looked through");
}

#[test]
fn the_plan_of_the_command_line_says_how_long_and_from_what() {
    let rig = bench_rig::Rig::practice();
    let device = rig.device();
    let disk = rig.disk("o-lau", Bytes::mib(8));
    let line = ["wipe", &device.tag, "--disk", disk.name(), "--plan"];
    let told = rig.json(&line).good().one("wipe_plan");
    assert_eq!(
        (&told["seconds_estimated"], &told["estimated_from"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(told["disk"]["whole_serial"], false, "it has no serial: the code of its attachment is asked for");
    let said = rig.run(&line).good().out;
    assert!(said.contains("Chưa biết mất bao lâu"), "{said}");
}

#[test]
fn the_layer_that_confirms_says_how_long_in_one_line() {
    let mut desk = Desk::with_device();
    desk.rig
        .disks
        .tell("sdb", Medium { kind: MediumKind::Hdd, ..Medium::unasked(&disk("sdb", None), Unsure::NotAsked) });
    desk.keys("x");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Mất khoảng 1 s (ước theo loại ổ)."), "{shown}");
}
