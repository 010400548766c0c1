//! The rule about starts of machines from a stick: what one of them may record.
//!
//! Why beforehand: a kind that no enrolment names is kept at home and does not count, and whoever recorded it has left by then.

use super::Rule;
use crate::custody::foreign::STICK_KINDS;
use crate::event::Fact;
use crate::word::say;

/// A start from a stick records what a stick may author, its own first record and its clock's steps; what this program does
/// not know was never made by it.
pub(super) static STICK_KINDS_ONLY: Rule = Rule {
    id: "stick-kinds",
    overridable: None,
    check: |event, cabinet| {
        let of_itself = matches!(event.fact, Fact::StationOpened(_) | Fact::ClockJumped(_) | Fact::Unknown { .. });
        if of_itself || STICK_KINDS.contains(&event.fact.kind()) {
            return Ok(None);
        }
        Ok(cabinet.station()?.start.then(|| say!("rule-stick-kinds")))
    },
};
