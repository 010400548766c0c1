//! The machine's own disks: each tests itself, the short way, one after the other.
//!
//! Invariants: a disk that cannot test itself is not judged; a test that nobody saw the end of is not passed.

use super::{Come, FunctionTest, Hands, Stop, first_view};
use crate::device::{Bus, Disk};
use crate::port::{Guide, Part, Trouble};
use crate::word::Sentence;
use crate::workbench::self_test::{TestOrder, Tested};

/// The test.
pub(super) static DISK: FunctionTest =
    FunctionTest { id: "disk", is_automatic: true, is_long: true, part: Part::Disk, must: |_kind| false, run };

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let (mut tested, mut failed) = (0, 0);
    for disk in (hands.own_disks)()?.iter().filter(|disk| tests_itself(disk)) {
        match one(hands, guide, disk)? {
            Tested::Passed => tested += 1,
            Tested::Failed(_) => failed += 1,
            Tested::Running(_) => return Err(Stop::Skip("no_time")),
            Tested::NoResult => {}
        }
    }
    let measured = |come: Come| come.with("disks_passed", tested, "count").with("disks_failed", failed, "count");
    match (tested, failed) {
        (0, 0) => Err(Stop::Skip("no_self_test")),
        (_, 0) => Ok(measured(Come::works())),
        _some => Ok(measured(Come::fails("self_test_failed"))),
    }
}

/// One behind a USB bridge may be the stick itself, or anybody's.
const fn tests_itself(disk: &Disk) -> bool {
    matches!(disk.bus, Bus::Ata | Bus::Nvme | Bus::Scsi) && !disk.removable
}

fn one(hands: &Hands<'_>, guide: &mut dyn Guide, disk: &Disk) -> Result<Tested, Stop> {
    let mut view = first_view(&DISK, hands);
    view.on = Some(disk.name.clone());
    let order = TestOrder { disk: disk.name.clone(), long: false, look: false };
    let guide = std::cell::RefCell::new(guide);
    let is_over = || hands.is_over(&**guide.borrow());
    let mut tell = |line: &Sentence| {
        view.lines.truncate(1);
        view.lines.push(line.clone());
        guide.borrow_mut().show(&view);
    };
    match (hands.self_test)(&order, &is_over, &mut tell) {
        // It has no such test, or is of a kind that never has.
        Err(failure) if failure.trouble == Trouble::No => Ok(Tested::NoResult),
        ended => Ok(ended?),
    }
}
