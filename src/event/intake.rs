//! Topic intake: a device comes in, gets its tag, is stopped or set apart.

use super::accessory::Needed;
use super::outward::{Outward, Told};
use crate::unit::{DeviceId, LotId};
use serde::{Deserialize, Serialize};

/// A device was received into a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceReceived {
    /// Its lot.
    pub lot: LotId,
    /// What it is.
    pub kind: DeviceKind,
    /// What was seen of it from outside.
    #[serde(default, skip_serializing_if = "Outward::is_empty")]
    pub outward: Outward,
    /// Who the machine is, as its donor's list or whoever received it says.
    #[serde(default, skip_serializing_if = "Told::is_empty")]
    pub told: Told,
    /// What must go with it before it is given to anybody, as the team's list for its kind said then. Nothing in what
    /// programs before this one recorded: nothing is asked of those devices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Needed>,
}

impl DeviceReceived {
    /// A device of that kind in that lot, of which nothing else is said.
    #[must_use]
    pub fn bare(lot: LotId, kind: DeviceKind) -> Self {
        Self { lot, kind, outward: Outward::default(), told: Told::default(), needs: Vec::new() }
    }
}

/// Kinds of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// Laptop.
    Laptop,
    /// Desktop.
    Desktop,
    /// All-in-one desktop.
    AllInOne,
    /// Tablet.
    Tablet,
    /// Smartphone.
    Phone,
}

/// A tag was bound to the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagBound {
    /// The tag, 11 symbols without dashes.
    pub tag: String,
}

/// The device carries another one's tag, and that one carries its: two labels were on each other's devices. One is recorded of
/// each of the two, together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagReplaced {
    /// The tag that is really on it.
    pub tag: String,
    /// The tag that the ledger had for it, which is really on the other.
    pub instead_of: String,
    /// The other.
    pub swapped_with: DeviceId,
}

/// The device was put on a shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceMoved {
    /// Onto which: a name as [`ShelfName`](crate::unit::ShelfName) writes it.
    pub to: String,
    /// From which, as whoever recorded it knew; none where it lay on no shelf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// Why work was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// A part is waited for.
    Part,
    /// The donor must be asked.
    Donor,
    /// A lead must decide.
    Decision,
    /// Something else.
    Other,
}

/// Work on the device was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceHeld {
    /// Why.
    pub reason: HoldReason,
    /// As which other device the machine under its tag was recognised, where that is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_as: Option<DeviceId>,
}

impl DeviceHeld {
    /// Stopped for that reason, and not because another machine was recognised.
    #[must_use]
    pub const fn of(reason: HoldReason) -> Self {
        Self { reason, seen_as: None }
    }
}

/// Work may go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReleased {}

/// Why a device is dangerous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// Battery bulging or leaking.
    Battery,
    /// Liquid inside.
    Liquid,
    /// Smoke or a burnt smell.
    Smoke,
}

/// The device was set apart for safety.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceQuarantined {
    /// Why.
    pub danger: Danger,
}

/// The danger is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineCleared {}
