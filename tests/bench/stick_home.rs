//! Sticks that come home to the built program, on practice disks: what they bring is taken over, what they get is put on them,
//! and nothing is lost where that fails.

#![expect(clippy::disallowed_methods, reason = "a test looks at what is on a stick")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::stick_rig::Sticks;
use aoxanh::custody::Base;
use aoxanh::device::Disk;
use aoxanh::linux::{LinuxDisks, Mode, PracticeDisk, StickMount, stick_partition};
use aoxanh::port::Disks;
use std::fs;
use std::path::Path;

/// The stick's file system, mounted for the time of that work.
pub(crate) fn on_stick<T>(sticks: &Sticks, disk: &PracticeDisk, work: impl FnOnce(&Path) -> T) -> T {
    let folder = sticks.rig.station();
    let disks = LinuxDisks::new(Mode::Practice { folder: folder.clone() }, folder.join("ledger.db"));
    let seen: Disk =
        disks.list(None).expect("listed").into_iter().find(|seen| seen.name == disk.name()).expect("there");
    let part = stick_partition(&seen, "AOXANH").expect("reads").expect("a stick");
    let mount = StickMount::open(&seen, part).expect("mounts");
    let done = work(&mount.path());
    mount.close().expect("flushed");
    done
}

#[test]
fn a_stick_gets_what_is_known_now_and_a_receipt_for_its_chain() {
    let Some(sticks) = Sticks::new() else { return };
    let Some(disk) = sticks.disk("thẻ") else { return };
    sticks.write(&disk, &[]).good();
    let before = on_stick(&sticks, &disk, |root| fs::read(root.join("base")).expect("there"));
    assert!(!Base::read(&before).expect("sound").drawers.keys().any(|key| key.starts_with("device:")));
    sticks.rig.device();
    let own = sticks.rig.station().join("profiles/lang");
    fs::create_dir_all(&own).expect("ours");
    fs::write(own.join("vi.ftl"), "unknown = không rõ\n").expect("ours");
    let ran = sticks.rig.json(&["stick", "home"]).good();
    let home = ran.one("stick_home");
    assert_eq!((home["name"].as_str(), home["written"].as_bool()), (Some("Thẻ 1"), Some(true)), "{home}");
    assert_eq!(home["refused"], serde_json::json!([]), "{home}");
    on_stick(&sticks, &disk, |root| {
        let base = Base::read(&fs::read(root.join("base")).expect("there")).expect("sound");
        assert!(base.drawers.keys().any(|key| key.starts_with("device:")));
        assert_eq!(
            fs::read_to_string(root.join("station/profiles/lang/vi.ftl")).expect("there"),
            "unknown = không rõ\n"
        );
        assert_eq!(fs::read_dir(root.join("receipts")).expect("there").count(), 1);
    });
    fs::remove_file(own.join("vi.ftl")).expect("ours");
    sticks.rig.json(&["stick", "home", disk.name()]);
    assert!(!on_stick(&sticks, &disk, |root| root.join("station/profiles/lang/vi.ftl").exists()));
    sticks.taken_out(&disk, "ra");
}
