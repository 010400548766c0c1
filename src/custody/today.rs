//! A day's throughput: how many devices came to each step.
//!
//! Invariant: a device counts for a step on each day on which it comes to it, in Vietnam's calendar; falling back and
//! coming to it again counts again. What was corrected does not count, on whichever day it was recorded.

use super::daybook::Tally;
use super::file::DeviceFile;
use crate::event::Event;
use serde::{Deserialize, Serialize};

/// How many devices came to each step in one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// Received.
    pub received: u64,
    /// Inspected for the first time.
    pub inspected: u64,
    /// Every disk wiped, with evidence.
    pub wiped: u64,
    /// A system written and read back.
    pub imaged: u64,
    /// Functions tested for the first time.
    pub checked: u64,
    /// Nothing left to do but to find a pupil.
    pub ready: u64,
    /// Given or lent.
    pub handed_over: u64,
    /// Disks destroyed instead of wiped; disks, not devices.
    #[serde(default, skip_serializing_if = "is_none")]
    pub destroyed: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Today {
    /// What a step from `before` (none: it was not there) to `after` adds to its day.
    #[must_use]
    pub(super) fn of_step(before: Option<&DeviceFile>, after: &DeviceFile) -> Self {
        let comes = |there: fn(&DeviceFile) -> bool| u64::from(there(after) && !before.is_some_and(there));
        Self {
            received: u64::from(before.is_none()),
            inspected: comes(|file| file.verdict.is_some()),
            wiped: comes(DeviceFile::is_wiped),
            imaged: comes(DeviceFile::is_imaged),
            checked: comes(|file| !file.functions.is_empty()),
            ready: comes(DeviceFile::is_ready),
            handed_over: comes(|file| file.handed_over.is_some()),
            destroyed: after.destroyed().saturating_sub(before.map_or(0, DeviceFile::destroyed)),
        }
    }

    /// How many came to that step.
    #[must_use]
    pub const fn of(&self, tally: Tally) -> u64 {
        match tally {
            Tally::Received => self.received,
            Tally::Inspected => self.inspected,
            Tally::Wiped => self.wiped,
            Tally::Imaged => self.imaged,
            Tally::Checked => self.checked,
            Tally::Ready => self.ready,
            Tally::HandedOver => self.handed_over,
            Tally::Destroyed => self.destroyed,
        }
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            received: self.received + other.received,
            inspected: self.inspected + other.inspected,
            wiped: self.wiped + other.wiped,
            imaged: self.imaged + other.imaged,
            checked: self.checked + other.checked,
            ready: self.ready + other.ready,
            handed_over: self.handed_over + other.handed_over,
            destroyed: self.destroyed + other.destroyed,
        }
    }

    /// This without that; never below nothing.
    #[must_use]
    pub(super) const fn without(self, other: Self) -> Self {
        Self {
            received: self.received.saturating_sub(other.received),
            inspected: self.inspected.saturating_sub(other.inspected),
            wiped: self.wiped.saturating_sub(other.wiped),
            imaged: self.imaged.saturating_sub(other.imaged),
            checked: self.checked.saturating_sub(other.checked),
            ready: self.ready.saturating_sub(other.ready),
            handed_over: self.handed_over.saturating_sub(other.handed_over),
            destroyed: self.destroyed.saturating_sub(other.destroyed),
        }
    }

    /// The day that an event belongs to: that on which it happened, `2026-11-21`.
    #[must_use]
    pub(super) fn day_of(event: &Event) -> String {
        event.happened_at.unwrap_or(event.at).local_day()
    }
}
