//! The records that tell of one wipe, chosen from many: who opened the station, whose disk it was, every start, the end, and
//! what followed.
//!
//! Invariant: choosing again from what was chosen gives the same, so that a reader can tell a stray or a missing record.

use super::error::CertificateError;
use crate::device::key;
use crate::event::disk::{WipeEnded, WipeStarted, WipeValidated};
use crate::event::handover::Terms;
use crate::event::image::{ImageEnded, ImageResult, ImageStarted};
use crate::event::inspection::{DeviceInspected, Seen};
use crate::event::intake::DeviceKind;
use crate::event::people::Role;
use crate::event::station::StationOpened;
use crate::event::{Event, Fact};
use crate::ledger::Record;
use crate::unit::{DeviceId, Digest, PersonId};
use std::collections::BTreeSet;

/// A record and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) record: Record,
    pub(super) leaf: Digest,
    pub(super) event: Event,
}

impl Told {
    pub(super) fn read(record: Record) -> Result<Self, CertificateError> {
        let event = Event::from_body(record.body())
            .map_err(|error| CertificateError::Record { seq: record.seq(), cause: error.to_string() })?;
        Ok(Self { leaf: record.leaf(), record, event })
    }

    pub(super) fn seq(&self) -> u64 {
        self.record.seq()
    }

    fn is_of(&self, device: &DeviceId) -> bool {
        self.event.device.as_ref().is_some_and(|about| about.id == *device)
    }

    fn ended(&self) -> Option<&WipeEnded> {
        if let Fact::WipeEnded(ended) = &self.event.fact { Some(ended) } else { None }
    }

    fn started(&self) -> Option<&WipeStarted> {
        if let Fact::WipeStarted(started) = &self.event.fact { Some(started) } else { None }
    }

    fn inspected(&self) -> Option<&DeviceInspected> {
        if let Fact::DeviceInspected(inspected) = &self.event.fact { Some(inspected) } else { None }
    }

    fn image_started(&self) -> Option<&ImageStarted> {
        if let Fact::ImageStarted(started) = &self.event.fact { Some(started) } else { None }
    }

    /// Its end, where the image is on the disk.
    fn image_written(&self) -> Option<&ImageEnded> {
        let Fact::ImageEnded(ended) = &self.event.fact else { return None };
        Some(ended).filter(|ended| ended.result == ImageResult::Written)
    }

    fn destroys(&self, key: &str) -> bool {
        matches!(&self.event.fact, Fact::DiskDestroyed(destroyed) if destroyed.key == key)
    }

    fn validated(&self) -> Option<&WipeValidated> {
        if let Fact::WipeValidated(validated) = &self.event.fact { Some(validated) } else { None }
    }
}

/// One wipe, from who may sign for it to what became of the device.
#[derive(Clone, Debug)]
pub(super) struct Story {
    chosen: Vec<Told>,
    pub(super) opened: StationOpened,
    pub(super) station: Digest,
    pub(super) device: DeviceId,
    pub(super) kind: Option<DeviceKind>,
    pub(super) tag: Option<String>,
    /// Every run's start, the first one first.
    pub(super) starts: Vec<(Told, WipeStarted)>,
    pub(super) end: Told,
    pub(super) ended: WipeEnded,
    pub(super) validated: Option<Told>,
    pub(super) handed: Option<(Told, Terms)>,
    /// Maker and model of the machine, as its last inspection read them.
    pub(super) machine: Option<String>,
    /// The image that was written to the disk afterwards, by its id.
    pub(super) image: Option<String>,
    /// Whether the disk was destroyed afterwards.
    pub(super) destroyed: bool,
}

impl Story {
    /// The story of the wipe whose end has that leaf hash. Errors: something of it is missing.
    pub(super) fn of(told: &[Told], end: Digest) -> Result<Self, CertificateError> {
        use CertificateError::Story as No;
        let first = told.iter().find(|one| one.seq() == 0).ok_or(No("no record 0"))?;
        let Fact::StationOpened(opened) = &first.event.fact else { return Err(No("record 0 opens no station")) };
        let last = told.iter().find(|one| one.leaf == end).ok_or(No("no end"))?;
        let ended = last.ended().ok_or(No("no end"))?;
        let device = last.event.device.as_ref().ok_or(No("the end is of no device"))?.id.clone();
        let own: Vec<&Told> = told.iter().filter(|one| one.is_of(&device)).collect();
        let starts = starts(&own, ended, last.seq())?;
        let after = |one: &&&Told| one.seq() > last.seq();
        let is_of_it =
            |one: &&Told| one.validated().is_some_and(|validated| validated.ended == end && validated.key == ended.key);
        // The last word counts.
        let validated = own.iter().filter(after).copied().rfind(is_of_it);
        if validated.and_then(Told::validated).is_some_and(|validated| !validated.decision.is_accept()) {
            return Err(CertificateError::NotAccepted);
        }
        let handed = own.iter().filter(after).rev().find_map(|one| terms(one).map(|terms| ((*one).clone(), terms)));
        let machine = own.iter().rev().find_map(|one| one.inspected().and_then(machine).map(|text| (*one, text)));
        let later: Vec<&Told> = own.iter().filter(after).copied().collect();
        let image = image(&later, &ended.key);
        let destroyed = later.iter().rfind(|one| one.destroys(&ended.key)).copied();
        let kind = own.iter().find_map(|one| kind(one).map(|kind| (*one, kind)));
        let tag = own.iter().rev().find_map(|one| tag(one).map(|tag| (*one, tag)));
        let people: BTreeSet<&PersonId> =
            starts.iter().map(|(one, _)| *one).chain([last]).chain(validated).map(|one| &one.event.by.person).collect();
        let acted = validated.map_or(last.seq(), Told::seq);
        let mut chosen: Vec<&Told> = told
            .iter()
            .filter(|one| one.seq() < acted && role_of(one).is_some_and(|(who, ..)| people.contains(who)))
            .collect();
        chosen.extend([first, last].into_iter().chain(validated).chain(starts.iter().map(|(one, _)| *one)));
        chosen.extend(kind.iter().map(|(one, _)| *one).chain(tag.iter().map(|(one, _)| *one)));
        chosen.extend(handed.iter().map(|(one, _)| one));
        chosen.extend(machine.iter().map(|(one, _)| *one).chain(destroyed));
        chosen.extend(image.iter().flat_map(|(start, end, _)| [*start, *end]));
        chosen.sort_by_key(|one| one.seq());
        Ok(Self {
            chosen: chosen.into_iter().cloned().collect(),
            opened: opened.clone(),
            station: first.leaf,
            device,
            kind: kind.map(|(_, kind)| kind),
            tag: tag.map(|(_, tag)| tag),
            starts: starts.into_iter().map(|(one, started)| (one.clone(), started.clone())).collect(),
            end: last.clone(),
            ended: ended.clone(),
            validated: validated.cloned(),
            handed,
            machine: machine.map(|(_, text)| text),
            image: image.map(|(.., id)| id),
            destroyed: destroyed.is_some(),
        })
    }

    /// The only wipe that these records end. Errors: none, or several; a record that is no part of the story.
    pub(super) fn whole(told: &[Told]) -> Result<Self, CertificateError> {
        let mut ends = told.iter().filter(|one| one.ended().is_some());
        let (Some(end), None) = (ends.next(), ends.next()) else { return Err(CertificateError::Story("not one end")) };
        let story = Self::of(told, end.leaf)?;
        if story.chosen == told { Ok(story) } else { Err(CertificateError::Story("a record too many")) }
    }

    /// Its records, by their numbers.
    pub(super) fn records(&self) -> &[Told] {
        &self.chosen
    }

    /// The roles that a person had before record `seq`.
    pub(super) fn roles(&self, person: &PersonId, seq: u64) -> Vec<Role> {
        let mut roles = Vec::new();
        for one in self.chosen.iter().filter(|one| one.seq() < seq) {
            let Some((_, role, granted)) = role_of(one).filter(|(who, ..)| *who == person) else { continue };
            roles.retain(|had| *had != role);
            roles.extend(granted.then_some(role));
        }
        roles
    }
}

/// Whether a record may be part of some story, by its kind: the others need not be read.
pub(super) fn may_matter(kind: &str) -> bool {
    const KINDS: [&str; 13] = [
        "StationOpened",
        "RoleGranted",
        "RoleRevoked",
        "DeviceReceived",
        "TagBound",
        "WipeStarted",
        "WipeEnded",
        "WipeValidated",
        "DeviceHandedOver",
        "DeviceInspected",
        "ImageStarted",
        "ImageEnded",
        "DiskDestroyed",
    ];
    KINDS.contains(&kind)
}

/// The start that the end names, and every start that it resumes, the first one first.
fn starts<'a>(
    own: &[&'a Told],
    ended: &WipeEnded,
    before: u64,
) -> Result<Vec<(&'a Told, &'a WipeStarted)>, CertificateError> {
    let (mut starts, mut wanted, mut before) = (Vec::new(), Some(ended.started), before);
    while let Some(leaf) = wanted {
        let found = own.iter().find(|one| one.leaf == leaf && one.seq() < before);
        let found = found.and_then(|one| one.started().map(|started| (*one, started)));
        let (one, started) = found.ok_or(CertificateError::Story("a start is missing"))?;
        if (&started.job, &started.key) != (&ended.job, &ended.key) {
            return Err(CertificateError::Story("a start is of another job or disk"));
        }
        (wanted, before) = (started.resumes, one.seq());
        starts.push((one, started));
    }
    starts.reverse();
    Ok(starts)
}

/// The last image written to the disk of that key: its start, its end and its id.
fn image<'a>(later: &[&'a Told], key: &str) -> Option<(&'a Told, &'a Told, String)> {
    later.iter().rev().find_map(|end| {
        let ended = end.image_written().filter(|ended| ended.key == key)?;
        let start = later.iter().find(|start| start.leaf == ended.started)?;
        Some((*start, *end, start.image_started()?.image.id.clone()))
    })
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

fn terms(told: &Told) -> Option<Terms> {
    if let Fact::DeviceHandedOver(handed) = &told.event.fact { Some(handed.terms) } else { None }
}

fn kind(told: &Told) -> Option<DeviceKind> {
    if let Fact::DeviceReceived(received) = &told.event.fact { Some(received.kind) } else { None }
}

fn tag(told: &Told) -> Option<String> {
    if let Fact::TagBound(bound) = &told.event.fact { Some(bound.tag.clone()) } else { None }
}
