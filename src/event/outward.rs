//! Topic intake: what a device looks like from outside, what came with it, and what was taken out of it.
//!
//! Invariant: sets are closed and in one order, so that the same device is always written in the same bytes; there is no free
//! text in them.

use super::accessory::Power;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What anybody sees of a device before it is inspected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outward {
    /// How it does, as whoever brought or received it says; none where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// What came with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accessories: BTreeSet<Accessory>,
    /// What was found in it and taken out, and where that went.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub taken_out: BTreeMap<Belonging, Whither>,
    /// What it asks of its charger, as stands on its underside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
}

impl Outward {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a device does, as a bench would say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It works.
    Works,
    /// It starts, and something is wrong with it.
    Faulty,
    /// It does not start.
    Dead,
    /// It is broken: the screen, the hinge, the case.
    Broken,
    /// Nobody tried.
    Untried,
}

/// What comes with a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accessory {
    /// Its charger.
    Charger,
    /// A battery that is not built in, in the device or beside it.
    Battery,
    /// A bag.
    Bag,
    /// A mouse.
    Mouse,
    /// A keyboard of its own.
    Keyboard,
    /// A power or data cable.
    Cable,
    /// A screen of its own.
    Monitor,
    /// A pen.
    Pen,
}

/// What a donor forgets in a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Belonging {
    /// A SIM card.
    Sim,
    /// A memory card.
    MemoryCard,
    /// An optical disc.
    Disc,
    /// A stick or a receiver in a USB port.
    Usb,
}

/// Where it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whither {
    /// Back into the donor's hands.
    GivenBack,
    /// Kept at the station, for the donor.
    Kept,
}

/// Who the machine is, as its donor's list or whoever received it says. It is no inspection: nobody looked inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Maker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<String>,
    /// Model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Serial number of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

impl Told {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The device was looked at from outside after it was received: this stands in place of all that was said before.
///
/// An event of its own, because a reception is said once, in the moment of the scan, and what it says is often seen a moment
/// later; the whole is stated each time, so that what stands is in one record and a wrong key is put right by the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeChecked {
    /// What was seen.
    #[serde(default, skip_serializing_if = "Outward::is_empty")]
    pub outward: Outward,
    /// Who the machine is, where that was read off it now; what was told before stands where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}
