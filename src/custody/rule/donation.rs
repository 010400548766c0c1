//! Rules about donations.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::{LotFile, PersonFile};
use crate::event::people::Role;
use crate::event::{Fact, How};
use crate::word::say;

/// A lot is opened before anything is said about it.
pub(super) static LOT_KNOWN: Rule = Rule {
    id: "lot-known",
    overridable: None,
    check: |event, cabinet| {
        let (lot, fresh) = match &event.fact {
            Fact::LotOpened(opened) => (&opened.lot, true),
            Fact::ConsentGiven(given) => (&given.lot, false),
            Fact::ConsentWithdrawn(withdrawn) => (&withdrawn.lot, false),
            Fact::DeviceReceived(received) => (&received.lot, false),
            Fact::LotExpected(expected) => (&expected.lot, false),
            Fact::LotClosed(closed) => (&closed.lot, false),
            Fact::LotReopened(reopened) => (&reopened.lot, false),
            Fact::ReceiptIssued(issued) => (&issued.lot, false),
            _other => return Ok(None),
        };
        let known = cabinet.get::<LotFile>(lot)?.is_some();
        Ok((known == fresh).then(|| {
            if fresh { say!("rule-lot-new", lot = lot.as_str()) } else { say!("rule-lot-known", lot = lot.as_str()) }
        }))
    },
};

/// What a donor took back is given again only where a lead who is known answers for it: else whoever stands at the bench
/// undoes the donor's word.
pub(super) static CONSENT_AGAIN: Rule = Rule {
    id: "consent-again",
    overridable: None,
    check: |event, cabinet| {
        let Fact::ConsentGiven(given) = &event.fact else { return Ok(None) };
        let lot = cabinet.get::<LotFile>(&given.lot)?;
        if !lot.is_some_and(|lot| lot.withdrawn.contains(&given.purpose)) {
            return Ok(None);
        }
        let leads = cabinet.get::<PersonFile>(&event.by.person)?.unwrap_or_default().roles.contains(&Role::Lead);
        let known = matches!(event.by.how, How::Pin | How::Badge);
        Ok((!(leads && known)).then(|| say!("rule-consent-again", lot = given.lot.as_str())))
    },
};

/// One donor is merged into another, who is not merged into the first; parted is who was merged.
pub(super) static DONORS_APART: Rule = Rule {
    id: "donors-apart",
    overridable: None,
    check: |event, cabinet| match &event.fact {
        Fact::DonorsMerged(them) => {
            let (kept, merged) = (cabinet.donor(&them.kept)?, cabinet.donor(&them.merged)?);
            let one = kept == merged || merged != them.merged;
            Ok(one.then(|| say!("rule-donors-one", donor = them.merged.as_str())))
        }
        Fact::DonorsParted(them) => {
            let alone = cabinet.donor(&them.merged)? == them.merged;
            Ok(alone.then(|| say!("rule-donors-alone", donor = them.merged.as_str())))
        }
        _other => Ok(None),
    },
};
