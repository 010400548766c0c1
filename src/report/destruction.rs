//! What the records say of a disk that was destroyed instead of wiped.
//!
//! Source: NIST SP 800-88 r2 §4.6 (record of sanitization), "Destroy". Words are codes, put into language by the page.
//!
//! Invariant: it says who recorded the destruction and who saw it; nothing here claims more than those two people did.

use super::certificate::{DocumentKind, Hand, Host};
use super::error::CertificateError;
use super::start::TakenSeen;
use super::told::{Setting, Told, hand, roles_of, roles_told};
use crate::event::disk::Destruction;
use crate::event::people::Role;
use crate::event::station::SiteSeen;
use crate::unit::{Bytes, Digest, Moment, PersonId};
use serde::{Deserialize, Serialize};

/// The disk that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destroyed {
    /// Maker and model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// World Wide Name or EUI.
    pub wwn: Option<String>,
    /// Size, bytes.
    pub size: Bytes,
    /// How it was connected.
    pub bus: String,
    /// Whether a practice station made it.
    pub practice: bool,
    /// Whether it spun, where it was attached and told so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spins: Option<bool>,
}

/// Whoever saw it, beside whoever recorded it. A witness gives no PIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// Opaque id.
    pub person: PersonId,
    /// What they were in the team.
    pub roles: Vec<Role>,
}

/// The record of a destruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestructionRecord {
    /// Always [`DocumentKind::Destroyed`].
    pub document: DocumentKind,
    /// Whether it is practice.
    pub practice: bool,
    /// The disk.
    pub disk: Destroyed,
    /// The device it was in.
    pub device: Host,
    /// Whose bench did it and where; none where the station did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteSeen>,
    /// How.
    pub how: Destruction,
    /// From which stick's start that was taken over; none where the station recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<TakenSeen>,
    /// When it was recorded.
    pub at: Moment,
    /// Whoever recorded it.
    pub performed: Hand,
    /// Whoever saw it; none where the team has nobody else.
    pub witness: Option<Witness>,
    /// Number of its record.
    pub seq: u64,
    /// Leaf hash of that record.
    pub leaf: Digest,
    /// Leaf hash of the record before it.
    pub previous: Digest,
}

/// One destruction, and the records that tell of it.
#[derive(Clone, Debug)]
pub(super) struct DestructionStory {
    chosen: Vec<Told>,
    pub(super) setting: Setting,
    pub(super) record: DestructionRecord,
}

impl DestructionStory {
    /// The story of the destruction whose record has that leaf hash. Errors: there is none.
    pub(super) fn of(told: &[Told], leaf: Digest) -> Result<Self, CertificateError> {
        use CertificateError::Story as No;
        let last = told.iter().find(|one| one.leaf == leaf).ok_or(No("no record"))?;
        let destroyed = last.destroyed().ok_or(No("no destruction"))?;
        let device = &last.event.device.as_ref().ok_or(No("the destruction is of no device"))?.id;
        let setting = Setting::of(told, device)?;
        let people = [&last.event.by.person].into_iter().chain(&destroyed.witness).collect();
        let mut chosen: Vec<Told> = roles_told(told, &people, last.place).chain(setting.records()).cloned().collect();
        chosen.push(last.clone());
        chosen.sort_by_key(|one| one.place);
        let disk = &destroyed.disk;
        let witness = destroyed.witness.as_ref();
        let record = DestructionRecord {
            document: DocumentKind::Destroyed,
            practice: setting.opened.practice,
            disk: Destroyed {
                model: disk.model.clone(),
                serial: disk.serial.clone(),
                wwn: disk.wwn.clone(),
                size: disk.size,
                bus: disk.bus.clone(),
                practice: disk.practice,
                spins: destroyed.spins,
            },
            device: setting.host.clone(),
            site: destroyed.site.clone(),
            how: destroyed.how,
            taken: None,
            at: last.event.at,
            performed: hand(&chosen, last),
            witness: witness
                .map(|person| Witness { person: person.clone(), roles: roles_of(&chosen, person, last.place) }),
            seq: last.seq(),
            leaf: last.leaf,
            previous: last.record.prev(),
        };
        Ok(Self { chosen, setting, record })
    }

    /// The only destruction that these records tell. Errors: none, or several; a record that is no part of the story.
    pub(super) fn whole(told: &[Told]) -> Result<Self, CertificateError> {
        let mut ends = told.iter().filter(|one| one.destroyed().is_some());
        let (Some(end), None) = (ends.next(), ends.next()) else {
            return Err(CertificateError::Story("not one destruction"));
        };
        let story = Self::of(told, end.leaf)?;
        if story.chosen == told { Ok(story) } else { Err(CertificateError::Story("a record too many")) }
    }

    /// Its records, by their numbers.
    pub(super) fn records(&self) -> &[Told] {
        &self.chosen
    }
}
