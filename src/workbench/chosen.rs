//! Devices and disks as the bench shows them: data only.

use super::count::Missed;
use super::disk::DiskView;
use super::history::HistoryLine;
use super::ladder::Rung;
use super::note::NoteSeen;
use super::world::Liftable;
use crate::custody::{DiskState, Stage};
use crate::event::intake::DeviceKind;
use crate::event::lock::LockKind;
use crate::event::repair::Grade;
use crate::unit::{Bytes, DeviceId, Moment};
use crate::word::Sentence;

/// A device in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The device.
    pub device: DeviceId,
    /// Its tag, else its id.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Maker and model, as far as an inspection read them.
    pub model: Option<String>,
    /// How far it is.
    pub stage: Stage,
    /// When anything was recorded of it last.
    pub changed_at: Moment,
    /// Whether it waits.
    pub held: bool,
    /// Whether it is dangerous.
    pub quarantined: bool,
    /// Whether the last that was heard of it is a summary read off its screen, its records still on their way.
    pub summary: bool,
}

/// The device that is worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The device in the list.
    pub row: Row,
    /// Its ladder.
    pub ladder: Vec<Rung>,
    /// Rules in the way of its next step that a lead may let pass.
    pub liftable: Vec<Liftable>,
    /// Whether a wipe of it stands that nobody validated yet.
    pub to_validate: bool,
    /// Whether a wipe of a disk of it ended, well or badly.
    pub has_wipe: bool,
    /// What locks it.
    pub locks: Vec<LockKind>,
    /// Where it lies.
    pub shelf: Option<Sentence>,
    /// Since when nobody has seen it, where it was missing when that place was counted last.
    pub missed: Option<Missed>,
    /// In whose hands it is: the name from the vault, else the id.
    pub hands: Option<String>,
    /// The newest note about it that can be read.
    pub note: Option<NoteSeen>,
    /// Its last grade.
    pub grade: Option<Grade>,
    /// What it is, in brief: name and value.
    pub facts: Vec<(Sentence, Sentence)>,
    /// Its disks: those attached first.
    pub disks: Vec<DiskLine>,
    /// Functions that failed or were not tried.
    pub missing: Vec<&'static str>,
    /// The newest lines of its history, the newest last.
    pub history: Vec<HistoryLine>,
}

/// A disk of this machine or of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskLine {
    /// What the ledger calls it.
    pub key: String,
    /// The disk as it is attached; none where it is not.
    pub view: Option<DiskView>,
    /// Model, else serial, else what it is called.
    pub name: String,
    /// Its size.
    pub size: Bytes,
    /// How far it is as a disk of the device; none where it is not one of its disks.
    pub state: Option<DiskState>,
    /// Whether it was not seen in its machine since it was wiped or written.
    pub away: bool,
    /// Whether an image is on it, written and read back.
    pub written: bool,
    /// Whether that image is still to be fitted to it.
    pub unfitted: bool,
}
