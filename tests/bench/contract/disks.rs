//! What every [`Disks`] promises. The disk named must be there, sound, with nothing in the way, and without a serial.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::device::{Armed, Clearance, Confirmation, Disk, arm, code_for};
use aoxanh::port::{Disks, Failure, Trouble};
use aoxanh::unit::Digest;

const SECRET: Digest = Digest([6; 32]);

fn armed(disk: Disk) -> Armed {
    let typed = Confirmation(code_for(&disk, &SECRET));
    let free = Clearance { consent: true, on_hold: false, quarantined: false, stranger: false };
    arm(disk, free, &SECRET, &typed).expect("a free disk")
}

fn listed(disks: &dyn Disks, name: &str) -> Disk {
    let found = disks.list(None).expect("disks can be listed").into_iter().find(|disk| disk.name == name);
    found.expect("the disk is there")
}

fn refused(disks: &dyn Disks, armed: &Armed) -> Failure {
    disks.open(armed).map(|_io| ()).expect_err("must not open")
}

/// Listing changes nothing; an armed disk opens once at a time and as large as it was listed; one armed in another
/// attachment, as another disk or under a name that is not there does not open.
pub(crate) fn opens_only_the_armed_disk_and_once_at_a_time(disks: &dyn Disks, name: &str) {
    let disk = listed(disks, name);
    assert_eq!(listed(disks, name), disk, "listing twice");
    let mine = armed(disk.clone());
    let io = disks.open(&mine).expect("armed and free");
    assert_eq!((io.size(), io.logical_block()), (disk.identity.size, disk.logical_block));
    assert_eq!(refused(disks, &mine).trouble, Trouble::TryAgain, "opened twice");
    drop(io);
    drop(disks.open(&mine).expect("free again"));
    let mut elsewhere = disk.clone();
    elsewhere.attachment.port.push('x');
    assert_eq!(refused(disks, &armed(elsewhere)).what.key(), "disk-changed");
    let mut other = disk.clone();
    other.identity.model = Some("another".to_owned());
    assert_eq!(refused(disks, &armed(other)).what.key(), "disk-changed");
    let mut gone = disk;
    gone.name.push('x');
    assert_eq!(refused(disks, &armed(gone)).what.key(), "disk-gone");
    drop(disks.open(&mine).expect("no refusal holds anything"));
}
