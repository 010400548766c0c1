//! Rules about lots that are expected, closed and receipted.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::LotFile;
use crate::custody::lot::ReceiptFile;
use crate::event::Fact;
use crate::event::donation::OfKind;
use crate::unit::CampaignName;
use crate::word::say;
use std::collections::BTreeSet;

/// The most devices of a kind in a lot: more is a slip of the fingers.
const MOST: u32 = 99_999;

/// Nothing is received into a lot that is closed, nor announced or closed once more. Nobody can lift it for a device, which
/// is not there yet: a lead opens the lot again, with a reason, and everybody sees that it is open.
pub(super) static LOT_CLOSED: Rule = Rule {
    id: "lot-closed",
    overridable: None,
    check: |event, cabinet| {
        let lot = match &event.fact {
            Fact::DeviceReceived(received) => &received.lot,
            Fact::LotExpected(expected) => &expected.lot,
            Fact::LotClosed(closed) => &closed.lot,
            _other => return Ok(None),
        };
        let closed = cabinet.get::<LotFile>(lot)?.and_then(|file| file.closed);
        Ok(closed.map(|at| say!("rule-lot-closed", lot = lot.as_str(), at = at.local())))
    },
};

/// Each kind is counted once, in a number that a lot can have; a campaign has a name, spelled so that two mean the same one.
pub(super) static LOT_COUNTS: Rule = Rule {
    id: "lot-counts",
    overridable: None,
    check: |event, _cabinet| {
        let (devices, campaign) = match &event.fact {
            Fact::LotExpected(expected) => (&expected.devices, expected.campaign.as_ref()),
            Fact::LotClosed(closed) => (&closed.received, None),
            _other => return Ok(None),
        };
        if !is_counted(devices) {
            return Ok(Some(say!("rule-lot-counts", most = u64::from(MOST))));
        }
        let spelled = campaign.is_none_or(|text| CampaignName::read(text).is_ok_and(|name| name.as_str() == text));
        Ok((!spelled).then(|| say!("rule-lot-campaign")))
    },
};

fn is_counted(devices: &[OfKind]) -> bool {
    let kinds: BTreeSet<_> = devices.iter().map(|one| one.kind).collect();
    kinds.len() == devices.len() && devices.iter().all(|one| (1..=MOST).contains(&one.count))
}

/// A receipt lists something, and its code is no other's.
pub(super) static RECEIPT_CODE: Rule = Rule {
    id: "receipt-code",
    overridable: None,
    check: |event, cabinet| {
        let Fact::ReceiptIssued(issued) = &event.fact else { return Ok(None) };
        if issued.devices == 0 {
            return Ok(Some(say!("rule-receipt-empty", lot = issued.lot.as_str())));
        }
        Ok(cabinet.get::<ReceiptFile>(&issued.code)?.map(|_known| say!("rule-receipt-code")))
    },
};
