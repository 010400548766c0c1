//! Bad blocks of a wiped disk: where they stand is on record, stretch by stretch.

use crate::job_rig::{Bench, Break, Breaking, recorded, wipe_started};
use aoxanh::event::disk::BadFlaw;
use aoxanh::job::{MOST_BAD_BLOCKS, wipe_ended, wipe_with};
use aoxanh::port::{DiskIo, FakeDisk, Fault};

const SIZE: u64 = 64 * 1024;

fn donated(size: u64, block: u32) -> FakeDisk {
    FakeDisk::new(b"OLD!".iter().copied().cycle().take(usize::try_from(size).unwrap_or(0)).collect(), block)
}

#[test]
fn bad_blocks_are_listed_where_they_stand_and_the_ledgers_own_table_reads_them_again() {
    let faults = [Fault::WriteError(1024), Fault::WriteError(1536), Fault::ReadError(40_960)];
    let mut disk = faults.into_iter().fold(donated(SIZE, 512), FakeDisk::with);
    let started = recorded(wipe_started("overwrite-zero", SIZE, 512, 0));
    let outcome = Bench::new().run(&mut disk, |run| wipe_with(&started, run));
    let seen = wipe_ended(&started, &outcome, &[], "0.1.0").evidence;
    let listed: Vec<_> = seen.bad.iter().map(|bad| (bad.at.0, bad.length.0, bad.flaw)).collect();
    assert_eq!(listed, [(1024, 1024, BadFlaw::Unwritable), (40_960, 512, BadFlaw::Unreadable)]);
    assert_eq!(aoxanh::custody::evidence_of(&seen), outcome.evidence);
    let many = Breaking::new(donated(4 * MOST_BAD_BLOCKS * 512, 512), Break::Unwritable, 2);
    let started = recorded(wipe_started("overwrite-zero", many.size().0, 512, 0));
    let given_up = Bench::new().run(&mut { many }, |run| wipe_with(&started, run));
    assert_eq!(given_up.evidence.bad.stretches().len(), 1, "a thousand neighbours are one stretch");
}
