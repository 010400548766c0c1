//! Whether a disk is still as a zero wipe left it, so that zeros need not be written again.
//!
//! Invariants: a note is made only after every byte was read back as zero, past the cache, and only of a disk whose writes
//! the kernel counts; it holds for one boot, one plugging-in and one count. Where anything is unknown, the disk is not
//! untouched; and what is taken to be untouched is read back all the same. A write that is gone on with finds the zeros behind
//! its mark only where it was stopped, not where it was killed.

use super::bench::Bench;
use crate::device::Disk;
use crate::event::disk::{Level, WipeEnded, WipeResult};
use crate::port::DiskIo;
use crate::unit::JobId;

/// The method that leaves zeros.
const ZEROS: &str = "overwrite-zero";

/// How the disk stands: boot, plugging-in and what was written to it. None where one of these is unknown.
pub(super) fn stands(disk: &Disk, io: &mut dyn DiskIo) -> Option<String> {
    let (at, tally) = (&disk.attachment, io.tally()?);
    let seq = at.diskseq?;
    let (port, written, discarded) = (&at.port, tally.written, tally.discarded);
    Some(format!("{}\n{seq}\n{port}\n{}\n{}\n{written}\n{discarded}", at.boot_id, disk.name, disk.identity.size.0))
}

/// Notes that the wipe left zeros, where it did.
pub(super) fn note(bench: &Bench<'_>, ended: &WipeEnded, stands: Option<&str>) {
    let is_zero = ended.evidence.method == ZEROS && ended.evidence.read_back == ended.evidence.size;
    let is_proved = ended.result == WipeResult::Erased && ended.level == Level::Clear;
    if let Some(stands) = stands.filter(|_| is_zero && is_proved) {
        // Without the note zeros are written once more, and that is all.
        let _unnoted = bench.marks.borrow_mut().note_zeroed(&ended.key, stands);
    }
}

/// Notes that a write which found zeros was stopped by a person at its mark: behind it there are zeros still, and the count
/// says whether anybody wrote since. A run that was killed notes nothing, for what it wrote last nobody counted: going on with
/// it writes zeros too, as it does after a start of the machine, when the kernel counts anew.
pub(super) fn note_stopped(bench: &Bench<'_>, key: &str, job: &JobId, stands: Option<&str>) {
    if let Some(stands) = stands {
        // As above.
        let _unnoted = bench.marks.borrow_mut().note_zeroed(key, &stopped(stands, job));
    }
}

fn stopped(stands: &str, job: &JobId) -> String {
    format!("{stands}\nstopped {}", job.as_str())
}

/// Whether the disk of that key is as its last zero wipe left it; for the job that goes on, behind that job's mark.
pub(super) fn is_untouched(bench: &Bench<'_>, key: &str, resumed: Option<&JobId>, stands: Option<&str>) -> bool {
    let noted = bench.marks.borrow().zeroed(key).ok().flatten();
    let wanted = stands.map(|stands| resumed.map_or_else(|| stands.to_owned(), |job| stopped(stands, job)));
    noted.is_some() && noted == wanted
}
