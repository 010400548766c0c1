//! Rules about donations.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::LotFile;
use crate::event::Fact;
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
            _other => return Ok(None),
        };
        let known = cabinet.get::<LotFile>(lot)?.is_some();
        Ok((known == fresh).then(|| {
            if fresh { say!("rule-lot-new", lot = lot.as_str()) } else { say!("rule-lot-known", lot = lot.as_str()) }
        }))
    },
};
