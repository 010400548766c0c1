//! Topic accessories: chargers, screens, keyboards and the like in stock, and which device each went with.
//!
//! Invariant: a tag stands on one piece or on a box of equal ones, and what is said of it is said as a whole each time it is
//! counted: a wrong count is put right by the next.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What lies in stock beside machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockKind {
    /// A charger.
    Charger,
    /// A power or data cable.
    Cable,
    /// A screen.
    Screen,
    /// A keyboard.
    Keyboard,
    /// A mouse.
    Mouse,
    /// A webcam.
    Webcam,
    /// A stick for Wi-Fi or mobile data.
    Dongle,
    /// A SIM card.
    Sim,
}

impl StockKind {
    /// Every kind.
    pub const ALL: [Self; 8] =
        [Self::Charger, Self::Cable, Self::Screen, Self::Keyboard, Self::Mouse, Self::Webcam, Self::Dongle, Self::Sim];
}

/// What a charger gives, or what a machine asks of one, as is printed on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Power {
    /// The plug that goes into the machine: `4.5x3.0`, `usb-c`; small letters.
    pub plug: String,
    /// Tenths of a volt.
    pub decivolts: u64,
    /// Watts.
    pub watts: u64,
}

/// One thing that a device needs to be used: any of these kinds will do.
pub type Needed = BTreeSet<StockKind>;

/// Accessories were counted where they lie: new in stock, moved, tried or counted once more. This stands in place of all that
/// was said of that tag before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessoryMoved {
    /// The tag on the piece or on the box, 11 symbols without dashes.
    pub accessory: String,
    /// What it is.
    pub kind: StockKind,
    /// Of a charger: what it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// Whether it works; none where nobody tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub works: Option<bool>,
    /// How many lie there now.
    pub count: u64,
    /// Whether nobody counted: `count` is then what was known, and what is known by now stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncounted: bool,
    /// On which shelf: a name as [`ShelfName`](crate::unit::ShelfName) writes it.
    pub to: String,
    /// On which they lay before; none where they are new in stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// One was put to a device, or taken from it again and put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessoryPaired {
    /// The tag on it, or on its box.
    pub accessory: String,
    /// What it is.
    pub kind: StockKind,
    /// Whether it was taken from the device again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
}
