//! Running jobs whose disks share one USB root port: the panel says so, with the port's speed where it is known.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::disk;
use super::screen_rig::Desk;
use aoxanh::device::{Bridge, Medium, Unsure};
use aoxanh::workbench::{Beginning, News, Work, see_device};

/// A desk on which jobs run on these of the disks `sdb` and `sdc`, plugged in there.
fn running(jobs: &[&str], ways: [&str; 2], megabits: Option<u32>) -> Desk {
    let mut desk = Desk::with_device();
    for (name, way) in ["sdb", "sdc"].into_iter().zip(ways) {
        let mut here = disk(name, (name == "sdb").then_some("WD-WX81A"));
        here.attachment.port = format!("pci0000:00/0000:00:14.0/usb3/{way}/host6");
        let bridge = Bridge { id: "152d:0578".to_owned(), name: None, passes: false, root_megabits: megabits };
        desk.rig.disks.tell(name, Medium { bridge: Some(bridge), ..Medium::unasked(&here, Unsure::NotAsked) });
        desk.rig.disks.change(&here);
    }
    let row = desk.world.devices[0].clone();
    let seen = see_device(&desk.rig.bench(), &row.device).expect("seen");
    desk.hear(News::Device(Box::new(seen)));
    for (job, name) in (1..).zip(jobs) {
        let (device, tag) = (row.device.clone(), row.name.clone());
        let beginning = Beginning { job, device, name: tag, disk: (*name).to_owned(), work: Work::Wipe };
        desk.hear(News::JobBegan(Box::new(beginning)));
    }
    desk
}

#[test]
fn running_jobs_that_share_a_root_port_are_said_to_with_its_speed() {
    let behind_a_hub = ["3-1/3-1.2/3-1.2:1.0", "3-1/3-1.4/3-1.4:1.0"];
    let shown = |jobs: &[&str], ways, megabits| running(jobs, ways, megabits).shown(80, 24);
    let both = shown(&["sdb", "sdc"], behind_a_hub, Some(5000));
    assert!(both.contains("Việc đang chạy: 2 · 2 ổ chung một cổng gốc USB 5 Gb/s"), "{both}");
    let slow = shown(&["sdb", "sdc"], behind_a_hub, Some(480));
    assert!(slow.contains("cổng gốc USB 480 Mb/s"), "{slow}");
    let unknown = shown(&["sdb", "sdc"], behind_a_hub, None);
    assert!(unknown.contains("2 ổ chung một cổng gốc USB ─"), "{unknown}");
    for (jobs, ways) in [
        (&["sdb"][..], behind_a_hub),
        (&["sdb", "sdc"], ["3-1/3-1:1.0", "3-2/3-2:1.0"]),
        (&["sdb", "sdz"], behind_a_hub),
    ] {
        let alone = shown(jobs, ways, Some(5000));
        assert!(alone.contains("Việc đang chạy") && !alone.contains("chung một cổng"), "{alone}");
    }
}
