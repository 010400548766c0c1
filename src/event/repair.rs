//! Topic repair: how a device looks and works, what was mended, parts that go from one device to another.

use crate::unit::{Bytes, Digest, PartId};
use serde::{Deserialize, Serialize};

/// A grade, by a short checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// As good as new.
    A,
    /// Signs of use.
    B,
    /// Worn, and usable.
    C,
    /// Broken somewhere: for parts, or after a repair.
    D,
}

/// One answer of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeAnswer {
    /// Id of the question.
    pub item: String,
    /// Id of the answer.
    pub answer: String,
}

/// The device was graded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceGraded {
    /// The worst that the answers say.
    pub grade: Grade,
    /// Id of the checklist.
    pub checklist: String,
    /// BLAKE3 of the checklist's file.
    pub checklist_digest: Digest,
    /// Every answer, in the order of the checklist.
    pub answers: Vec<GradeAnswer>,
    /// BLAKE3 of each photo, which lies in the station's folder by that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Digest>,
}

/// What a repair came to: the vocabulary of the Open Repair Data Standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairOutcome {
    /// It works again.
    Fixed,
    /// It can be mended, and is not yet.
    Repairable,
    /// It is not worth mending, or cannot be.
    EndOfLife,
}

/// Somebody looked for what is broken, and perhaps mended it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairRecorded {
    /// What is broken: codes of the team's vocabulary.
    pub faults: Vec<String>,
    /// What was done: codes of the team's vocabulary.
    pub actions: Vec<String>,
    /// What it came to.
    pub outcome: RepairOutcome,
    /// What stands in the way, where it is not mended: a code of the team's vocabulary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barrier: Option<String>,
    /// What it cost or would cost, VND.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// What the team called "low cost" then, VND.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Salted hash of a note in free words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Digest>,
}

/// A disk that becomes a part: which one, and the wipe that freed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartDisk {
    /// Its key in this ledger.
    pub key: String,
    /// Leaf hash of the end of its last wipe.
    pub wiped: Digest,
}

/// A part was taken out of the device, and lies on the shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartTaken {
    /// The part.
    pub part: PartId,
    /// What it is: a code of the team's vocabulary (`memory`, `disk`, `battery`, …).
    pub kind: String,
    /// What stands on it: type, model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// How large, where it stores anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Bytes>,
    /// Of a disk: which one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<PartDisk>,
}

/// A part from the shelf was put into the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFitted {
    /// The part.
    pub part: PartId,
}
