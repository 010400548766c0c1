//! Saying what is expected of a lot, closing it, and opening it again.
//!
//! Invariants: a lot is closed over the counts that whoever closes it saw, and only with a word where they are not what was
//! announced; the reason for opening it again lies in the vault.

use super::bench::Bench;
use super::effect::Answer;
use super::intake::or_unseal;
use super::lot::{LotView, known_lot, lot_view};
use super::lot_tally::LotTally;
use super::report::{Report, Tone};
use super::settling::seal_reason;
use crate::event::donation::{LotClosed, LotExpected, LotReopened, OfKind};
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::unit::{CampaignName, LotId};
use crate::word::say;
use std::collections::BTreeMap;

/// Something about a lot, as a screen asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LotOrder {
    /// So many of each kind are expected, for that campaign.
    Expect {
        /// Of which lot.
        lot: LotId,
        /// How many of each kind; a kind of which none comes is left out.
        devices: BTreeMap<DeviceKind, u32>,
        /// For which campaign; none for none.
        campaign: Option<String>,
    },
    /// Nothing more comes into it.
    Close {
        /// Which.
        lot: LotId,
        /// What was seen of it.
        seen: LotTally,
    },
    /// More comes after all.
    Reopen {
        /// Which.
        lot: LotId,
        /// Why.
        reason: String,
    },
}

/// Carries it out, and says it.
pub(super) fn carry_lot(bench: &Bench<'_>, order: &LotOrder) -> Result<Answer, Failure> {
    let what = match order {
        LotOrder::Expect { lot, devices, campaign } => {
            let view = expect_lot(bench, lot, devices, campaign.as_deref())?;
            say!("lot-expected", lot = lot.as_str(), count = view.tally.count_sentence())
        }
        LotOrder::Close { lot, seen } => {
            close_lot(bench, lot, seen)?;
            say!("lot-closed", lot = lot.as_str(), count = seen.count_sentence())
        }
        LotOrder::Reopen { lot, reason } => {
            reopen_lot(bench, lot, reason)?;
            say!("lot-reopened", lot = lot.as_str())
        }
    };
    Ok(Answer::Done(Report::new(Tone::Good, what)))
}

/// Records what the donor announced, in place of what was announced before; kinds of which none comes are left out. Errors:
/// no such lot; the rules (an open lot, counts that a lot can have, a campaign's name).
pub fn expect_lot(
    bench: &Bench<'_>,
    lot: &LotId,
    devices: &BTreeMap<DeviceKind, u32>,
    campaign: Option<&str>,
) -> Result<LotView, Failure> {
    known_lot(bench, lot)?;
    let wrong = |error| Failure::new(Trouble::Usage, say!("rule-lot-campaign")).detail(error);
    let campaign = campaign.map(str::trim).filter(|text| !text.is_empty()).map(CampaignName::read);
    let campaign = campaign.transpose().map_err(wrong)?.map(|name| name.to_string());
    let counted = devices.iter().filter(|(_, count)| **count > 0);
    let devices = counted.map(|(kind, count)| OfKind { kind: *kind, count: *count }).collect();
    bench.record(None, LotExpected { lot: lot.clone(), devices, campaign })?;
    lot_view(bench, lot)
}

/// Closes the lot over what was seen of it. Errors: no such lot; something was received or announced since; the rules (whoever
/// has a role; an open lot).
pub fn close_lot(bench: &Bench<'_>, lot: &LotId, seen: &LotTally) -> Result<(), Failure> {
    let file = known_lot(bench, lot)?;
    if LotTally::of(bench, lot, &file)? != *seen {
        return Err(Failure::new(Trouble::TryAgain, say!("lot-changed", lot = lot.as_str())));
    }
    bench.record(None, LotClosed { lot: lot.clone(), received: seen.received_of_kinds() }).map(|_recorded| ())
}

/// Opens the lot again. Errors: no such lot; no reason, or the vault is locked; the rules (a lead, signed in; a closed lot).
pub fn reopen_lot(bench: &Bench<'_>, lot: &LotId, reason: &str) -> Result<(), Failure> {
    known_lot(bench, lot)?;
    let (reason, sealed) = seal_reason(bench, reason)?;
    let done = bench.record(None, LotReopened { lot: lot.clone(), reason });
    or_unseal(done, bench.vault, Some(sealed.as_str())).map(|_recorded| ())
}
