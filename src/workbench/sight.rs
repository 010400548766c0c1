//! What can be looked at beside the bench, and how it is read.
//!
//! Invariant: nothing is recorded and nothing is told but the answer.

use super::bench::Bench;
use super::shelf::{Place, ShelvesView, StockTake, shelves_view, stock_take};
use super::what_if::{WhatIfView, what_if};
use crate::port::Failure;
use crate::unit::{DeviceId, ShelfName};
use crate::word::Lang;

/// What somebody wants to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// What every profile for the device's kind says of its last inspection.
    WhatIf(DeviceId),
    /// Every shelf, and the devices on one of them; on the first where none is named, or where nothing lies on it any more.
    Shelves(Option<Place>),
    /// What a stock-take of that shelf comes to, with what was scanned so far.
    StockTake(ShelfName, Vec<String>),
}

/// What is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What every profile for a device's kind says of it.
    WhatIf(Vec<WhatIfView>),
    /// The shelves, and the devices on one.
    Shelves(ShelvesView),
    /// What a stock-take comes to so far.
    StockTake(StockTake),
}

/// Reads it. Errors: no such device; the ledger does not read.
pub(super) fn see(bench: &Bench<'_>, sight: &Sight, lang: Lang) -> Result<Seen, Failure> {
    Ok(match sight {
        Sight::WhatIf(device) => {
            let answers = what_if(bench, &bench.device(device)?, None)?;
            Seen::WhatIf(answers.iter().map(|answer| answer.view(lang)).collect())
        }
        Sight::Shelves(place) => Seen::Shelves(shelves_view(bench, place.as_ref())?),
        Sight::StockTake(shelf, scans) => Seen::StockTake(stock_take(bench, shelf, scans)?),
    })
}
