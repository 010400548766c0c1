//! Topic handover: which pupil, by an opaque reference only.

use crate::unit::RecipientId;
use serde::{Deserialize, Serialize};

/// The device was set aside for a pupil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAllocated {
    /// The pupil's opaque reference.
    pub recipient: RecipientId,
}

/// How a pupil has the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terms {
    /// For good; uses up the pupil's "01 lần".
    Gift,
    /// For a time.
    Loan,
}

/// The device is in the pupil's hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceHandedOver {
    /// The pupil's opaque reference.
    pub recipient: RecipientId,
    /// Gift or loan.
    pub terms: Terms,
}
