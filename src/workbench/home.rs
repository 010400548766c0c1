//! Saying whether disks that were taken out went home.
//!
//! Invariant: a warning, never a refusal: whoever gives the machine away sees it, and decides.

use super::bench::Found;
use super::history::disk_name;
use crate::custody::{DeviceFile, Whereabouts};
use crate::event::disk::DiskSeen;
use crate::word::{Sentence, say};

/// What an inspection found of the disks that were wiped or written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Homecoming {
    /// Keys of those that are back in their machine.
    pub home: Vec<String>,
    /// Keys of those that are not.
    pub away: Vec<String>,
    /// Disks that are inside in their place.
    pub strangers: Vec<DiskSeen>,
    /// A disk that was in one other device before, and which: perhaps that is the machine, with another board.
    pub once_in: Option<(DiskSeen, Found)>,
    /// All that in words, good news last.
    pub lines: Vec<Sentence>,
}

/// What the inspection that saw `inside` told of the disks of the device, as it is since; `once_in` is a disk of another one,
/// where nothing else tells who the machine is.
pub(super) fn homecoming(found: &Found, inside: &[DiskSeen], once_in: Option<(DiskSeen, Found)>) -> Homecoming {
    let file = &found.file;
    let keys = |at| file.whereabouts(at).map(|(key, _)| key.clone()).collect();
    let strangers: Vec<DiskSeen> = file.strangers(inside).into_iter().cloned().collect();
    let strange = strangers.iter().map(|disk| say!("disk-stranger-inside", disk = disk_name(disk)));
    let back = file.whereabouts(Whereabouts::Home).map(|(_, disk)| say!("disk-home", disk = disk_name(&disk.disk)));
    let other = once_in
        .iter()
        .map(|(disk, other)| say!("disk-once-in", disk = disk_name(disk), other = other.name(), tag = found.name()));
    Homecoming {
        home: keys(Whereabouts::Home),
        away: keys(Whereabouts::Away),
        lines: away_lines(file).into_iter().chain(strange).chain(other).chain(back).collect(),
        strangers,
        once_in,
    }
}

/// A warning for each disk of the device that was not seen in its machine since it was wiped or written.
#[must_use]
pub fn away_sentences(found: &Found) -> Vec<Sentence> {
    away_lines(&found.file)
}

pub(super) fn away_lines(file: &DeviceFile) -> Vec<Sentence> {
    file.whereabouts(Whereabouts::Away).map(|(_, disk)| say!("disk-away", disk = disk_name(&disk.disk))).collect()
}
