//! Whether a disk that was taken out to be wiped went home: an inspection saw it in its machine again.
//!
//! Invariants: a disk is home only where an inspection saw it after its last wipe or write; a disk is told by its serial and
//! size, since a bridge may call its model otherwise, so one without a serial is never home nor away; nothing is refused here.

use super::file::{DeviceFile, DiskFile, DiskState};
use crate::event::disk::DiskSeen;
use serde::{Deserialize, Serialize};

/// Where a disk of a device is, as far as the records tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whereabouts {
    /// Nothing tells.
    #[default]
    Unknown,
    /// It was wiped or written outside its machine, or an inspection missed it there afterwards; none has seen it since.
    Away,
    /// An inspection saw it inside after its last wipe or write.
    Home,
}

impl Whereabouts {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(super) fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

impl DiskFile {
    /// Files that it is wiped or written now, connected that way. On USB it is in a dock, whatever an inspection saw before:
    /// a fixed disk is never on USB. One that no inspection saw inside may be anywhere.
    pub(super) fn is_written_on(&mut self, bus: &str) {
        let outside = self.disk.serial.is_some() && (bus == "usb" || !self.seen);
        self.whereabouts = match (outside, self.whereabouts) {
            (true, _) | (false, Whereabouts::Away) => Whereabouts::Away,
            (false, Whereabouts::Home | Whereabouts::Unknown) => Whereabouts::Unknown,
        };
    }
}

impl DeviceFile {
    /// Files which of the disks that were wiped or written an inspection found inside.
    pub(super) fn come_home(&mut self, inside: &[DiskSeen]) {
        let written = |file: &&mut DiskFile| file.last_start.is_some() && file.disk.serial.is_some();
        for file in self.disks.values_mut().filter(written) {
            file.whereabouts = match inside.iter().filter(|seen| is_same(seen, &file.disk)).count() {
                0 => Whereabouts::Away,
                1 => Whereabouts::Home,
                // A serial that several show tells nothing apart.
                _many => file.whereabouts,
            };
        }
    }

    /// The disks that still are disks and are there.
    pub fn whereabouts(&self, at: Whereabouts) -> impl Iterator<Item = (&String, &DiskFile)> {
        self.standing().filter(move |(_, disk)| disk.whereabouts == at)
    }

    /// Which disks of an inspection stand where one that was wiped or written should be: never wiped or written here as the
    /// device's, while one that was is missing.
    #[must_use]
    pub fn strangers<'a>(&self, inside: &'a [DiskSeen]) -> Vec<&'a DiskSeen> {
        if self.whereabouts(Whereabouts::Away).next().is_none() {
            return Vec::new();
        }
        let is_known =
            |seen: &DiskSeen| self.disks.values().any(|file| file.last_start.is_some() && is_same(seen, &file.disk));
        inside.iter().filter(|seen| !is_known(seen)).collect()
    }

    /// Whether that disk counts as one that is to be put back.
    #[must_use]
    pub fn is_away(&self, key: &str) -> bool {
        self.disks
            .get(key)
            .is_some_and(|disk| disk.whereabouts == Whereabouts::Away && disk.state != DiskState::Destroyed)
    }
}

fn is_same(seen: &DiskSeen, known: &DiskSeen) -> bool {
    seen.serial.is_some() && seen.serial == known.serial && seen.size == known.size
}
