//! The rule about phones: what a phone that was paired over plain HTTP may record.
//!
//! Source: the issue "Any label, any scan, any phone": over plain HTTP it may author warehouse kinds only.

#![expect(clippy::wildcard_enum_match_arm, reason = "everything else is not done by phone")]

use super::Rule;
use crate::event::{Fact, How};
use crate::word::say;

/// By phone a device is received, tagged, moved and noted, and nothing else is done. How a job ended and the clock's step are
/// recorded whoever is there: nobody decides them.
pub(super) static PHONE_DOOR: Rule = Rule {
    id: "phone-door",
    overridable: None,
    check: |event, _cabinet| {
        let is_for_the_door = match &event.fact {
            Fact::DeviceReceived(_) | Fact::TagBound(_) | Fact::DeviceMoved(_) | Fact::DeviceNoted(_)
            // Nobody decides these.
            | Fact::ClockJumped(_) | Fact::WipeEnded(_) | Fact::ImageEnded(_) | Fact::ImageFitted(_)
            | Fact::Unknown { .. } => true,
            _others => false,
        };
        Ok((event.by.how == How::Phone && !is_for_the_door).then(|| say!("rule-phone-door")))
    },
};
