//! Topic shift: who has which device in their hands, notes, and how one shift goes over into the next.

use super::By;
use crate::unit::{DeviceId, Digest};
use serde::{Deserialize, Serialize};

/// Whoever recorded this has the device in their hands from now on, until it is put on a shelf, handed over, or taken by
/// somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceTaken {}

/// Somebody wrote a note about the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceNoted {
    /// Salted hash of the note, which lies apart and can be erased.
    pub note: Digest,
}

/// The text of a note was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteErased {
    /// Its salted hash.
    pub note: Digest,
}

/// A shift ended: whoever recorded this goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftHandedOver {
    /// Who comes, and how that was known; none where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<By>,
    /// The devices in the hands of whoever goes.
    pub devices: Vec<DeviceId>,
    /// Salted hash of what they leave word of, which lies apart and can be erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Digest>,
}
