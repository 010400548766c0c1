//! Topic inspection: what the device is, how it was judged, what works.

use super::disk::DiskSeen;
use crate::unit::Digest;
use serde::{Deserialize, Serialize};

/// The device was inspected and judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInspected {
    /// Id of the spec profile.
    pub profile: String,
    /// BLAKE3 of the profile's file.
    pub profile_digest: Digest,
    /// The judgement.
    pub verdict: Verdict,
    /// Facts of required criteria that fail, then of recommended ones, in the profile's order.
    pub failed: Vec<String>,
    /// Facts of criteria that could not be judged.
    pub undecided: Vec<String>,
    /// Every fact.
    pub facts: Vec<FactSeen>,
    /// The fixed disks found inside.
    pub disks: Vec<DiskSeen>,
}

/// A judgement against a spec profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// đạt
    Pass,
    /// đạt có điều kiện
    Conditional,
    /// không đạt
    Fail,
    /// chưa đủ dữ liệu
    Undecided,
}

/// One fact, as recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSeen {
    /// The fact's key.
    pub key: String,
    /// The value; none is "unknown".
    pub value: Option<Seen>,
    /// Unit of a number: `bytes`, `mhz`, `tenth_inches`, `percent`, `count`, `pixels_wide_high`; none for text and yes/no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where it was read, or for an unknown where it was looked for and why it is not there.
    pub source: String,
    /// `certain`, `estimated` or `typed`.
    pub certainty: String,
}

/// A recorded value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Seen {
    /// Yes or no.
    Flag(bool),
    /// A number in the fact's unit.
    Number(u64),
    /// Two numbers: width and height.
    Pair(u64, u64),
    /// Words.
    Text(String),
}

/// A function check was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionTested {
    /// One entry per function.
    pub results: Vec<FunctionResult>,
}

/// How one function did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionResult {
    /// `screen`, `keyboard`, `touchpad`, `speakers`, `microphone`, `camera`, `wifi`, `usb`, `charging`.
    pub function: String,
    /// The outcome.
    pub outcome: FunctionOutcome,
}

/// Outcome of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionOutcome {
    /// Works.
    Works,
    /// Does not work.
    Fails,
    /// The device has none.
    Absent,
}
