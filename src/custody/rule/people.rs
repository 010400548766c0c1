//! Rules about the station and who acts.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::PersonFile;
use crate::event::Fact;
use crate::event::people::Role;
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

/// Whoever acts, and whose roles change, was added to the station before. Record 0 and the record that adds the first
/// lead are their own; a stick's chain knows nobody, and its starts are opened by whoever comes. What is said of the clock is
/// said by whoever writes the record after it.
pub(super) static PERSON_KNOWN: Rule = Rule {
    id: "person-known",
    overridable: None,
    check: |event, cabinet| {
        let subject = match &event.fact {
            // A stick names its starts before anybody is there.
            Fact::StationOpened(_) | Fact::BootOpened(_) | Fact::ClockJumped(_) => return Ok(None),
            Fact::PersonAdded(added) if added.person == event.by.person && cabinet.station()?.people == 0 => {
                return Ok(None);
            }
            Fact::RoleGranted(granted) => Some(&granted.person),
            Fact::RoleRevoked(revoked) => Some(&revoked.person),
            Fact::PinSet(set) => Some(&set.person),
            Fact::BadgeIssued(issued) => Some(&issued.person),
            _other => None,
        };
        for person in [Some(&event.by.person), subject].into_iter().flatten() {
            if cabinet.get::<PersonFile>(person)?.is_none() {
                return Ok(Some(say!("rule-person-known", person = person.as_str())));
            }
        }
        Ok(None)
    },
};

/// Whoever lost every role records nothing more. The end of a job is no act of a person: what became of a disk is
/// recorded whoever left meanwhile, and so is the clock's step before it.
pub(super) static PERSON_ACTIVE: Rule = Rule {
    id: "person-active",
    overridable: None,
    check: |event, cabinet| {
        if matches!(event.fact, Fact::WipeEnded(_) | Fact::ImageEnded(_) | Fact::ClockJumped(_)) {
            return Ok(None);
        }
        let left = cabinet.get::<PersonFile>(&event.by.person)?.is_some_and(|file| file.left);
        Ok(left.then(|| say!("rule-person-active", person = event.by.person.as_str())))
    },
};

/// A person is added once: adding one again would make two of one id.
pub(super) static PERSON_NEW: Rule = Rule {
    id: "person-new",
    overridable: None,
    check: |event, cabinet| {
        let Fact::PersonAdded(added) = &event.fact else { return Ok(None) };
        let known = cabinet.get::<PersonFile>(&added.person)?.is_some();
        Ok(known.then(|| say!("rule-person-new", person = added.person.as_str())))
    },
};

/// A station always has a lead: only a lead can make another.
pub(super) static LAST_LEAD: Rule = Rule {
    id: "last-lead",
    overridable: None,
    check: |event, cabinet| {
        let Fact::RoleRevoked(revoked) = &event.fact else { return Ok(None) };
        let leads = cabinet.station()?.leads;
        let last = revoked.role == Role::Lead && leads.len() == 1 && leads.contains(&revoked.person);
        Ok(last.then(|| say!("rule-last-lead")))
    },
};

/// A PIN is set by whoever it is of, or by a lead. By the vault's secrets alone it is a lead's, who answers for it: nobody
/// else is let in past every lead.
pub(super) static PIN_OWN: Rule = Rule {
    id: "pin-own",
    overridable: None,
    check: |event, cabinet| {
        let Fact::PinSet(set) = &event.fact else { return Ok(None) };
        let own = set.person == event.by.person;
        let leads = cabinet.get::<PersonFile>(&event.by.person)?.unwrap_or_default().roles.contains(&Role::Lead);
        let may = if set.recovered { own && leads } else { own || leads };
        Ok((!may).then(|| say!("rule-pin-own")))
    },
};
