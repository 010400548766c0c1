//! Which disk is which: those with a serial of their own by that, the others by how they look.
//!
//! Invariant: a disk without a serial never stands for one with a serial.

use super::file::{DeviceFile, DiskFile, DiskState};
use super::home::Whereabouts;
use crate::event::disk::DiskSeen;
use std::collections::{BTreeMap, BTreeSet};

/// What disks without a serial have in common when they look alike.
fn look(disk: &DiskSeen) -> String {
    format!("|{}|{}", disk.model.as_deref().unwrap_or(""), disk.size.0)
}

/// How often an inspection saw that serial on disks that look alike. More than once, it tells nothing apart.
fn times_seen(serial: &str, disk: &DiskSeen, seen: &[DiskSeen]) -> usize {
    seen.iter().filter(|other| other.serial.as_deref() == Some(serial) && look(other) == look(disk)).count()
}

/// That serial of its own, where the disk has one.
pub(super) fn own_serial<'a>(disk: &'a DiskSeen, seen: &[DiskSeen]) -> Option<&'a str> {
    disk.serial.as_deref().filter(|serial| times_seen(serial, disk, seen) == 1)
}

/// What the ledger calls those of an inspection's disks that have a serial of their own.
pub(super) fn own_keys(seen: &[DiskSeen]) -> Vec<String> {
    let key = |disk: &DiskSeen| own_serial(disk, seen).map(|serial| format!("{serial}{}", look(disk)));
    seen.iter().filter_map(key).collect()
}

impl DeviceFile {
    pub(super) fn disk(&mut self, key: &str, disk: &DiskSeen) -> &mut DiskFile {
        self.disks.entry(key.to_owned()).or_insert_with(|| DiskFile {
            disk: disk.clone(),
            seen: false,
            bound: false,
            state: DiskState::Unwiped,
            level: None,
            result: None,
            image: None,
            fitted: None,
            last_start: None,
            last_wipe: None,
            destroyed: None,
            wiped_by: BTreeSet::new(),
            wiped_by_claim: false,
            validated_by: None,
            doubted: None,
            wiped_in: None,
            whereabouts: Whereabouts::Unknown,
        })
    }

    /// Files the disks of an inspection. Those without a serial of their own cannot be told apart: as many stay unbound
    /// as were seen alike beyond those already bound.
    pub(super) fn see(&mut self, seen: &[DiskSeen]) {
        let mut nameless: BTreeMap<String, (DiskSeen, usize)> = BTreeMap::new();
        for disk in seen {
            if let Some(serial) = own_serial(disk, seen) {
                let file = self.disk(&format!("{serial}{}", look(disk)), disk);
                file.seen = true;
                file.destroyed = None;
                if file.state == DiskState::Destroyed {
                    // What answers was not destroyed: whatever is on it may be the donor's.
                    file.state = DiskState::Unwiped;
                }
            } else {
                let bare = DiskSeen { serial: None, ..disk.clone() };
                nameless.entry(look(disk)).or_insert((bare, 0)).1 += 1;
            }
        }
        for (alike, (disk, times)) in nameless {
            let known =
                self.disks.values().filter(|file| file.disk.serial.is_none() && look(&file.disk) == alike).count();
            let free = (1..).map(|number| format!("{alike}#{number}")).filter(|key| !self.disks.contains_key(key));
            let new: Vec<String> = free.take(times.saturating_sub(known)).collect();
            for key in new {
                self.disk(&key, &disk).seen = true;
            }
        }
    }

    /// Files a binding. A disk without a serial takes the place of one that was seen without a serial and looks alike.
    pub(super) fn bind(&mut self, key: &str, disk: &DiskSeen) {
        if disk.serial.is_none() && !self.disks.contains_key(key) {
            let alike = look(disk);
            let may = |file: &DiskFile| !file.bound && file.disk.serial.is_none() && look(&file.disk) == alike;
            let stand_in = self.disks.iter().find(|(_, file)| may(file)).map(|(key, _)| key.clone());
            if let Some(stand_in) = stand_in {
                self.disks.remove(&stand_in);
            }
        }
        self.disk(key, disk).bound = true;
    }
}

/// Whether `key` is what the ledger calls that disk: `serial|model|size`, or without a serial a name that ends the look.
pub(super) fn is_called(disk: &DiskSeen, key: &str) -> bool {
    match &disk.serial {
        Some(serial) => *key == format!("{serial}{}", look(disk)),
        None => key.strip_prefix(&look(disk)).is_some_and(|name| name.starts_with('|')),
    }
}
