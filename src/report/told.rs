//! Records as documents read them: what each says, which of them may matter, and the setting that every document has.
//!
//! Invariant: choosing again from what was chosen gives the same.

use super::certificate::{Hand, Host};
use super::error::CertificateError;
use crate::device::key;
use crate::event::disk::{DiskDestroyed, WipeEnded, WipeStarted, WipeValidated};
use crate::event::image::{ImageEnded, ImageFitted, ImageResult, ImageStarted};
use crate::event::inspection::{DeviceInspected, Seen};
use crate::event::intake::DeviceKind;
use crate::event::people::Role;
use crate::event::station::StationOpened;
use crate::event::{Event, Fact};
use crate::ledger::Record;
use crate::unit::{DeviceId, Digest, PersonId};
use std::collections::BTreeSet;

/// Where a record stands among all that a document tells of: by the number of the own record, or of the one that took it over
/// and, behind that, its own number in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    own: u64,
    behind: u64,
}

/// A record and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) record: Record,
    pub(super) leaf: Digest,
    pub(super) event: Event,
    pub(super) place: Place,
    /// The start that it was taken over from; none for the station's own.
    pub(super) from: Option<Digest>,
}

impl Told {
    pub(super) fn read(record: Record) -> Result<Self, CertificateError> {
        let event = Event::from_body(record.body())
            .map_err(|error| CertificateError::Record { seq: record.seq(), cause: error.to_string() })?;
        let place = Place { own: record.seq(), behind: 0 };
        Ok(Self { leaf: record.leaf(), record, event, place, from: None })
    }

    /// The same, of that start, taken over by the own record of that number.
    pub(super) fn taken(self, start: Digest, by: u64) -> Self {
        let place = Place { own: by, behind: self.seq() + 1 };
        Self { place, from: Some(start), ..self }
    }

    pub(super) fn seq(&self) -> u64 {
        self.record.seq()
    }

    pub(super) fn is_of(&self, device: &DeviceId) -> bool {
        self.event.device.as_ref().is_some_and(|about| about.id == *device)
    }

    pub(super) fn ended(&self) -> Option<&WipeEnded> {
        if let Fact::WipeEnded(ended) = &self.event.fact { Some(ended) } else { None }
    }

    pub(super) fn started(&self) -> Option<&WipeStarted> {
        if let Fact::WipeStarted(started) = &self.event.fact { Some(started) } else { None }
    }

    pub(super) fn inspected(&self) -> Option<&DeviceInspected> {
        if let Fact::DeviceInspected(inspected) = &self.event.fact { Some(inspected) } else { None }
    }

    pub(super) fn image_started(&self) -> Option<&ImageStarted> {
        if let Fact::ImageStarted(started) = &self.event.fact { Some(started) } else { None }
    }

    /// Its end, where the image is on the disk.
    pub(super) fn image_written(&self) -> Option<&ImageEnded> {
        let Fact::ImageEnded(ended) = &self.event.fact else { return None };
        Some(ended).filter(|ended| ended.result == ImageResult::Written)
    }

    pub(super) fn image_fitted(&self) -> Option<&ImageFitted> {
        if let Fact::ImageFitted(fitted) = &self.event.fact { Some(fitted) } else { None }
    }

    pub(super) fn destroyed(&self) -> Option<&DiskDestroyed> {
        if let Fact::DiskDestroyed(destroyed) = &self.event.fact { Some(destroyed) } else { None }
    }

    pub(super) fn validated(&self) -> Option<&WipeValidated> {
        if let Fact::WipeValidated(validated) = &self.event.fact { Some(validated) } else { None }
    }
}

/// What every document is set in: whose chain it is, and what the device is.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    chosen: Vec<Told>,
    pub(super) opened: StationOpened,
    /// Leaf hash of record 0.
    pub(super) station: Digest,
    pub(super) host: Host,
}

impl Setting {
    /// The setting of what is told of that device. Errors: no station was opened.
    pub(super) fn of(told: &[Told], device: &DeviceId) -> Result<Self, CertificateError> {
        use CertificateError::Story as No;
        let first = told.iter().find(|one| one.seq() == 0 && one.from.is_none()).ok_or(No("no record 0"))?;
        let Fact::StationOpened(opened) = &first.event.fact else { return Err(No("record 0 opens no station")) };
        let own: Vec<&Told> = told.iter().filter(|one| one.is_of(device)).collect();
        let machine = own.iter().rev().find_map(|one| one.inspected().and_then(machine).map(|text| (*one, text)));
        let kind = own.iter().find_map(|one| kind(one).map(|kind| (*one, kind)));
        let tag = own.iter().rev().find_map(|one| tag(one).map(|tag| (*one, tag)));
        let mut chosen = vec![first.clone()];
        chosen.extend(kind.iter().map(|(one, _)| (*one).clone()));
        chosen.extend(tag.iter().chain(&machine).map(|(one, _)| (*one).clone()));
        let (kind, tag) = (kind.map(|(_, kind)| kind), tag.map(|(_, tag)| tag));
        let host = Host { id: device.clone(), tag, kind, model: machine.map(|(_, text)| text) };
        Ok(Self { chosen, opened: opened.clone(), station: first.leaf, host })
    }

    /// Its records.
    pub(super) fn records(&self) -> impl Iterator<Item = &Told> {
        self.chosen.iter()
    }
}

/// The records of these people's roles before the place `acted`.
pub(super) fn roles_told<'a>(
    told: &'a [Told],
    people: &'a BTreeSet<&'a PersonId>,
    acted: Place,
) -> impl Iterator<Item = &'a Told> {
    let is_of_them = |one: &&Told| role_of(one).is_some_and(|(who, ..)| people.contains(who));
    told.iter().filter(move |one| one.place < acted).filter(is_of_them)
}

/// The roles that a person had before that place, by those records.
pub(super) fn roles_of(chosen: &[Told], person: &PersonId, at: Place) -> Vec<Role> {
    let mut roles = Vec::new();
    for one in chosen.iter().filter(|one| one.place < at) {
        let Some((_, role, granted)) = role_of(one).filter(|(who, ..)| *who == person) else { continue };
        roles.retain(|had| *had != role);
        roles.extend(granted.then_some(role));
    }
    roles
}

/// Whoever recorded that, as they were known then.
pub(super) fn hand(chosen: &[Told], told: &Told) -> Hand {
    let by = &told.event.by;
    Hand { person: by.person.clone(), how: by.how, roles: roles_of(chosen, &by.person, told.place) }
}

/// Whether a record may be part of some story, by its kind: the others need not be read.
pub(super) fn may_matter(kind: &str) -> bool {
    const KINDS: [&str; 15] = [
        "StationOpened",
        "RoleGranted",
        "RoleRevoked",
        "DeviceReceived",
        "TagBound",
        "TagReplaced",
        "WipeStarted",
        "WipeEnded",
        "WipeValidated",
        "DeviceHandedOver",
        "DeviceInspected",
        "ImageStarted",
        "ImageEnded",
        "ImageFitted",
        "DiskDestroyed",
    ];
    KINDS.contains(&kind)
}

/// Maker and model of a machine.
fn machine(inspected: &DeviceInspected) -> Option<String> {
    let text = |key: &str| {
        let fact = inspected.facts.iter().find(|fact| fact.key == key)?;
        if let Some(Seen::Text(text)) = &fact.value { Some(text.clone()) } else { None }
    };
    let parts: Vec<String> = [key::MAKER, key::MODEL].into_iter().filter_map(text).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn role_of(told: &Told) -> Option<(&PersonId, Role, bool)> {
    if let Fact::RoleGranted(granted) = &told.event.fact {
        return Some((&granted.person, granted.role, true));
    }
    if let Fact::RoleRevoked(revoked) = &told.event.fact {
        return Some((&revoked.person, revoked.role, false));
    }
    None
}

fn kind(told: &Told) -> Option<DeviceKind> {
    if let Fact::DeviceReceived(received) = &told.event.fact { Some(received.kind) } else { None }
}

fn tag(told: &Told) -> Option<String> {
    if let Fact::TagBound(bound) = &told.event.fact {
        return Some(bound.tag.clone());
    }
    if let Fact::TagReplaced(replaced) = &told.event.fact { Some(replaced.tag.clone()) } else { None }
}
