//! Rules about shifts, notes and badges.

use super::Rule;
use crate::custody::file::{DeviceFile, PersonFile};
use crate::custody::hands::NoteFile;
use crate::event::people::Role;
use crate::event::{Fact, How};
use crate::word::say;

/// Only a note that was written is erased, and once.
pub(super) static NOTE_KNOWN: Rule = Rule {
    id: "note-known",
    overridable: None,
    check: |event, cabinet| {
        let Fact::NoteErased(erased) = &event.fact else { return Ok(None) };
        let stands = cabinet.get::<NoteFile>(&erased.note)?.is_some_and(|note| !note.erased);
        Ok((!stands).then(|| say!("rule-note-known", note = erased.note.short(8))))
    },
};

/// A shift goes over to somebody else who works here and was there, known by PIN or badge; nobody takes over without knowing.
pub(super) static SHIFT_OTHER: Rule = Rule {
    id: "shift-other",
    overridable: None,
    check: |event, cabinet| {
        let Fact::ShiftHandedOver(over) = &event.fact else { return Ok(None) };
        let Some(to) = &over.to else { return Ok(None) };
        if to.person == event.by.person {
            return Ok(Some(say!("rule-shift-self")));
        }
        let works = cabinet.get::<PersonFile>(&to.person)?.is_some_and(|file| !file.left && !file.roles.is_empty());
        let known = matches!(to.how, How::Pin | How::Badge);
        Ok((!works || !known).then(|| say!("rule-shift-other", person = to.person.as_str())))
    },
};

/// Nobody hands over what somebody else has in their hands.
pub(super) static SHIFT_HANDS: Rule = Rule {
    id: "shift-hands",
    overridable: None,
    check: |event, cabinet| {
        let Fact::ShiftHandedOver(over) = &event.fact else { return Ok(None) };
        for device in &over.devices {
            let hands = cabinet.get::<DeviceFile>(device)?.and_then(|file| file.hands);
            if hands.is_none_or(|hands| hands.person != event.by.person) {
                return Ok(Some(say!("rule-shift-hands", device = device.as_str())));
            }
        }
        Ok(None)
    },
};

/// A badge is made by whoever it is of, or by a lead; none for somebody who left.
pub(super) static BADGE_OWN: Rule = Rule {
    id: "badge-own",
    overridable: None,
    check: |event, cabinet| {
        let Fact::BadgeIssued(issued) = &event.fact else { return Ok(None) };
        let own = issued.person == event.by.person;
        let leads = cabinet.get::<PersonFile>(&event.by.person)?.unwrap_or_default().roles.contains(&Role::Lead);
        let left = cabinet.get::<PersonFile>(&issued.person)?.is_some_and(|file| file.left);
        if left && issued.badge.is_some() {
            return Ok(Some(say!("rule-person-active", person = issued.person.as_str())));
        }
        Ok((!own && !leads).then(|| say!("rule-badge-own")))
    },
};

/// A badge that was found on the floor makes no PIN, no other badge, and nobody a lead: what lets people in takes a PIN.
pub(super) static BADGE_MAKES_NONE: Rule = Rule {
    id: "badge-makes-none",
    overridable: None,
    check: |event, _cabinet| {
        let lets_in =
            matches!(event.fact, Fact::BadgeIssued(_) | Fact::PinSet(_) | Fact::PersonAdded(_) | Fact::RoleGranted(_));
        Ok((lets_in && event.by.how == How::Badge).then(|| say!("rule-badge-makes-none")))
    },
};
