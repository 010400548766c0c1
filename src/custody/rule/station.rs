//! Rules about the chain itself: what it continues, and how a day is closed.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::chain::LastRecord;
use crate::event::Fact;
use crate::unit::Moment;
use crate::word::say;

/// A chain that has another one before it says so in record 1, exactly, and no record but that one says such a thing.
pub(super) static CONTINUED_FIRST: Rule = Rule {
    id: "continued-first",
    overridable: None,
    check: |event, cabinet| {
        let station = cabinet.station()?;
        let due = station.earlier.filter(|_| station.last == LastRecord::Opened);
        let right = match (&event.fact, due) {
            (Fact::StationContinued(named), Some(chain)) => {
                (named.station, named.size, named.root) == (chain.station, chain.size, chain.root)
            }
            (Fact::StationContinued(_), None) | (_, Some(_)) => false,
            (_, None) => true,
        };
        Ok((!right).then(|| say!("rule-continued-first")))
    },
};

/// A day is closed with a safety copy: right after the record of one.
pub(super) static DAY_COPIED: Rule = Rule {
    id: "day-copied",
    overridable: None,
    check: |event, cabinet| {
        let closes = matches!(event.fact, Fact::DayClosed(_));
        let bare = closes && cabinet.station()?.last != LastRecord::Copied;
        Ok(bare.then(|| say!("rule-day-copied")))
    },
};

/// The day that is closed is in the calendar, and not one to come.
pub(super) static DAY_REAL: Rule = Rule {
    id: "day-real",
    overridable: None,
    check: |event, _cabinet| match &event.fact {
        Fact::DayClosed(closed) => {
            let real = Moment::is_local_day(&closed.day) && closed.day <= event.at.local_day();
            Ok((!real).then(|| say!("rule-day-real", day = closed.day.as_str())))
        }
        _other => Ok(None),
    },
};
