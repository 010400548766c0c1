//! What can be looked at beside the bench, and how it is read.
//!
//! Invariant: nothing is recorded and nothing is told but the answer.

use super::bench::Bench;
use super::throughput::{Period, Throughput, throughput};
use super::what_if::{WhatIfView, what_if};
use crate::port::Failure;
use crate::unit::DeviceId;
use crate::word::Lang;

/// What somebody wants to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// What every profile for the device's kind says of its last inspection.
    WhatIf(DeviceId),
    /// How the work goes in these days.
    Today(Period),
}

/// What is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What every profile for a device's kind says of it.
    WhatIf(Vec<WhatIfView>),
    /// How the work goes in these days.
    Today(Period, Box<Throughput>),
}

/// Reads it. Errors: no such device; the ledger does not read.
pub(super) fn see(bench: &Bench<'_>, sight: &Sight, lang: Lang) -> Result<Seen, Failure> {
    Ok(match sight {
        Sight::WhatIf(device) => {
            let answers = what_if(bench, &bench.device(device)?, None)?;
            Seen::WhatIf(answers.iter().map(|answer| answer.view(lang)).collect())
        }
        Sight::Today(period) => Seen::Today(*period, Box::new(throughput(bench, *period)?)),
    })
}
