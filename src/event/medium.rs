//! Topic medium: what stores the bytes of a disk, as the drive, its bridge and the kernel told when it was asked.

use crate::unit::Bytes;
use serde::{Deserialize, Serialize};

/// What the medium of a disk was, as it was asked before a wipe. Words as in `MediumKind` and `HiddenBy`
/// of the room `device`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediumSeen {
    /// Its kind, by word.
    pub kind: String,
    /// Whether the drive itself told its kind.
    pub certain: bool,
    /// Firmware version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// USB vendor and product of the bridge before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge: Option<String>,
    /// Whether it spins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spins: Option<bool>,
    /// Areas hidden from the host that were found, bytes by word of what hides them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<HiddenSeen>,
    /// Whether all such areas were looked for.
    pub hidden_known: bool,
}

/// An area hidden from the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenSeen {
    /// What hides it, by word.
    pub by: String,
    /// How large it is.
    pub size: Bytes,
}
