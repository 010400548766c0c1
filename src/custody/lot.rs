//! Folding what is said of lots: consents, what was announced, whether it is closed, the receipts of its donor.
//!
//! Invariant: what was received is counted nowhere here: the devices themselves say it.

use super::drawer::{Cabinet, DrawerError};
use super::file::LotFile;
use crate::event::{Event, Fact};
use crate::unit::{Digest, LotId, Moment};
use serde::{Deserialize, Serialize};

/// A receipt that a donor got, by the SHA-256 of its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptFile {
    /// For which lot.
    pub lot: LotId,
    /// When.
    pub at: Moment,
    /// How many devices it lists.
    pub devices: u32,
    /// SHA-256 of their ids, sorted, each with a line feed behind it.
    pub list: Digest,
}

/// Files it.
#[expect(clippy::wildcard_enum_match_arm, reason = "a few kinds are about lots")]
pub(super) fn note_lots(event: &Event, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    match &event.fact {
        Fact::LotOpened(opened) => cabinet.put(&opened.lot, &LotFile::of(opened.donor.clone())),
        Fact::ConsentGiven(given) => change(&given.lot, cabinet, |file| file.consent(given.purpose, true)),
        Fact::ConsentWithdrawn(withdrawn) => {
            change(&withdrawn.lot, cabinet, |file| file.consent(withdrawn.purpose, false))
        }
        Fact::LotExpected(expected) => change(&expected.lot, cabinet, |file| {
            file.expected = expected.devices.iter().map(|one| (one.kind, one.count)).collect();
            file.campaign.clone_from(&expected.campaign);
        }),
        Fact::LotClosed(closed) => change(&closed.lot, cabinet, |file| file.closed = Some(event.at)),
        Fact::LotReopened(reopened) => change(&reopened.lot, cabinet, |file| file.closed = None),
        Fact::ReceiptIssued(issued) => {
            let (lot, at) = (issued.lot.clone(), event.happened_at.unwrap_or(event.at));
            let file = ReceiptFile { lot, at, devices: issued.devices, list: issued.list };
            cabinet.put(&issued.code, &file)?;
            change(&issued.lot, cabinet, |file| file.receipts = file.receipts.saturating_add(1))
        }
        _other => Ok(()),
    }
}

/// Nothing where the lot was never opened: another station's record may come before its lot's.
fn change(lot: &LotId, cabinet: &mut Cabinet<'_>, what: impl FnOnce(&mut LotFile)) -> Result<(), DrawerError> {
    let Some(mut file) = cabinet.get::<LotFile>(lot)? else { return Ok(()) };
    what(&mut file);
    cabinet.put(lot, &file)
}
