//! Topic label: what was printed to be stuck on a device.

use crate::unit::PrintId;
use serde::{Deserialize, Serialize};

/// What a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelFor {
    /// Which device it is.
    Device,
    /// That its data is gone.
    Erased,
}

/// Labels of a tag were on their way to a printer: recorded before the first byte, so that no label is without a record.
///
/// Two labels of one tag are two places that the tag can be scanned at; whoever reads the history must know of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelPrinted {
    /// The tag, 11 symbols without dashes.
    pub tag: String,
    /// What the labels say.
    pub label: LabelFor,
    /// What the station calls the printer.
    pub printer: String,
    /// Which label of this tag that says so the first of them is, as whoever recorded it knew, counted from 1.
    pub copy: u32,
    /// How many there are.
    pub copies: u32,
    /// The print job: tried again, it is no second label.
    pub print: PrintId,
}
