//! Whether a disk is still as a zero wipe left it, so that zeros need not be written again.
//!
//! Invariants: a note is made only after every byte was read back as zero, past the cache, and only of a disk whose writes
//! the kernel counts; it holds for one boot, one plugging-in and one count. Where anything is unknown, the disk is not
//! untouched; and what is taken to be untouched is read back all the same.

use super::bench::Bench;
use crate::device::Disk;
use crate::event::disk::{Level, WipeEnded, WipeResult};
use crate::port::DiskIo;

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

/// Whether the disk of that key is as its last zero wipe left it.
pub(super) fn is_untouched(bench: &Bench<'_>, key: &str, stands: Option<&str>) -> bool {
    let noted = bench.marks.borrow().zeroed(key).ok().flatten();
    noted.is_some_and(|noted| Some(noted.as_str()) == stands)
}
