//! Rules about the station and who acts.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::PersonFile;
use crate::event::Fact;
use crate::word::say;

/// Record 0 opens the station, and nothing else does.
pub(super) static STATION_FIRST: Rule = Rule {
    id: "station-first",
    overridable: None,
    check: |event, cabinet| {
        let opens = matches!(event.fact, Fact::StationOpened(_));
        let open = cabinet.station()?.id.is_some();
        Ok((opens == open).then(|| say!("rule-station-first")))
    },
};

/// Whoever acts was added to the station before. Record 0 and the record that adds the first lead are their own.
pub(super) static PERSON_KNOWN: Rule = Rule {
    id: "person-known",
    overridable: None,
    check: |event, cabinet| {
        match &event.fact {
            Fact::StationOpened(_) => return Ok(None),
            Fact::PersonAdded(added) if added.person == event.by.person && cabinet.station()?.people == 0 => {
                return Ok(None);
            }
            _other => {}
        }
        let known = cabinet.get::<PersonFile>(&event.by.person)?.is_some();
        Ok((!known).then(|| say!("rule-person-known", person = event.by.person.as_str())))
    },
};
