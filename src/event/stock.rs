//! Topic stock: boxes that stand on shelves, and what was found when a place was counted.
//!
//! A place is a shelf, or a box: one whose name begins with [`BOX`](crate::unit::BOX).

use crate::unit::DeviceId;
use serde::{Deserialize, Serialize};

/// A box was put on a shelf, with everything that is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxMoved {
    /// Which box: a place as [`ShelfName`](crate::unit::ShelfName) writes it.
    pub name: String,
    /// Onto which shelf, likewise.
    pub to: String,
    /// From which, as whoever recorded it knew; none where it stood on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// Everything at a place was scanned, and held against what the ledger has there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockTaken {
    /// Which place.
    pub shelf: String,
    /// How many devices were there that should be.
    pub found: u64,
    /// Devices that should be there and were not seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<DeviceId>,
    /// Devices that were there and should not be; each was put there by a record before this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unexpected: Vec<DeviceId>,
}
