//! How a disk is: asked before and after a wipe, shown with its reasons, and what it forbids.
//!
//! Invariants: nobody's silence stops a wipe: a disk that could not be asked is "unknown", with why; only a verdict of
//! *replace* stops one, until a person says that it is to go on all the same.

use super::bench::Bench;
use super::disk::DiskView;
use super::wipe::WipeOrder;
use crate::device::{Bus, Disk};
use crate::event::disk::{HealthSeen, HealthVerdict};
use crate::port::{Failure, Trouble};
use crate::reading::{Condition, DiskHealth};
use crate::word::{Sentence, say};

impl Bench<'_> {
    /// What the disk's health comes to now.
    #[must_use]
    pub fn health(&self, disk: &Disk) -> DiskHealth {
        self.healths(&[disk]).pop().unwrap_or_default()
    }

    /// The same of several disks, in their order, asked side by side.
    #[must_use]
    pub fn healths(&self, disks: &[&Disk]) -> Vec<DiskHealth> {
        let (silent, spoken): (Vec<&Disk>, Vec<&Disk>) = disks.iter().partition(|disk| is_silent(disk));
        let mut answers = self.smart.reports(&spoken).into_iter();
        let health = |disk: &&Disk| {
            if silent.iter().any(|other| std::ptr::eq(*other, *disk)) {
                return DiskHealth::unknown(say!("health-no-such-bus", bus = disk.bus.word()));
            }
            match answers.next() {
                Some(Ok(report)) => DiskHealth::of(&report),
                Some(Err(failure)) => DiskHealth::unknown(failure.what),
                None => DiskHealth::default(),
            }
        };
        disks.iter().map(health).collect()
    }

    /// The same disks, each with its health.
    #[must_use]
    pub fn with_health(&self, views: Vec<DiskView>) -> Vec<DiskView> {
        let healths = self.healths(&views.iter().map(|view| &view.disk).collect::<Vec<_>>());
        views.into_iter().zip(healths).map(|(view, health)| DiskView { health: Some(health), ..view }).collect()
    }
}

/// No disk of these kinds answers smartctl, and asking one costs seconds.
pub(super) const fn is_silent(disk: &Disk) -> bool {
    match disk.bus {
        Bus::Loop | Bus::File | Bus::Virtio | Bus::Mmc => true,
        Bus::Ata | Bus::Nvme | Bus::Usb | Bus::Scsi | Bus::Other => false,
    }
}

/// The verdict and the numbers behind it, in one line.
#[must_use]
pub fn health_line(health: &DiskHealth) -> Sentence {
    let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    say!(
        "disk-health",
        verdict = health.condition.sentence(),
        hours = number(health.hours),
        reallocated = number(health.reallocated),
        pending = number(health.pending),
        uncorrectable = number(health.uncorrectable),
    )
}

/// The health in the ledger's words.
pub(super) const fn health_seen(health: &DiskHealth) -> HealthSeen {
    HealthSeen {
        verdict: match health.condition {
            Condition::Unknown => HealthVerdict::Unknown,
            Condition::Good => HealthVerdict::Good,
            Condition::Watch => HealthVerdict::Watch,
            Condition::Replace => HealthVerdict::Replace,
        },
        hours: health.hours,
        reallocated: health.reallocated,
        pending: health.pending,
        uncorrectable: health.uncorrectable,
        wear: health.wear,
    }
}

/// Refuses to begin on a disk that should be replaced, unless the order says to.
pub(super) fn gate(disk: &Disk, health: &DiskHealth, order: &WipeOrder) -> Result<(), Failure> {
    if health.condition != Condition::Replace || order.despite_health {
        return Ok(());
    }
    let why = health.reasons.first().map_or_else(|| say!("health-replace"), |reason| reason.what.clone());
    let what = say!("wipe-health-gate", disk = disk.name.as_str(), why = why);
    Err(Failure::new(Trouble::No, what).hint(say!("wipe-health-gate-hint")))
}
