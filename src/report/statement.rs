//! What a document states: a wipe, or a destruction.

use super::certificate::{Certificate, DocumentKind, Hand, Host};
use super::destruction::{DestructionRecord, DestructionStory};
use super::error::CertificateError;
use super::start::TakenSeen;
use super::story::Story;
use super::told::{Setting, Told};
use crate::event::station::SiteSeen;
use crate::unit::{Bytes, Digest, Moment, PersonId};
use serde::{Deserialize, Serialize};

/// Everything that a document says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Statement {
    /// Of one wipe.
    Wipe(Box<Certificate>),
    /// Of one destruction.
    Destruction(Box<DestructionRecord>),
}

/// The end of a wipe, or a destruction, with the records that tell of it. Errors: they do not tell one.
pub(super) fn chosen(told: &[Told], end: Digest) -> Result<Vec<Told>, CertificateError> {
    if told.iter().any(|one| one.leaf == end && one.destroyed().is_some()) {
        return DestructionStory::of(told, end).map(|story| story.records().to_vec());
    }
    Story::of(told, end).map(|story| story.records().to_vec())
}

impl Statement {
    /// What exactly these records state, and whose chain they are of. Errors: they do not tell one story; the record claims
    /// more than its evidence earns.
    pub(super) fn of(told: &[Told]) -> Result<(Self, Setting), CertificateError> {
        if told.iter().any(|one| one.ended().is_some()) {
            let story = Story::whole(told)?;
            return Ok((Self::Wipe(Box::new(Certificate::of(&story)?)), story.setting));
        }
        let story = DestructionStory::whole(told)?;
        Ok((Self::Destruction(Box::new(story.record)), story.setting))
    }

    /// The same, recorded on a machine that was started from a stick.
    pub(super) fn taken_from(&mut self, taken: TakenSeen) {
        match self {
            Self::Wipe(certificate) => certificate.taken = Some(taken),
            Self::Destruction(record) => record.taken = Some(taken),
        }
    }

    /// From which stick's start it was taken over; none where the station recorded it.
    #[must_use]
    pub const fn taken(&self) -> Option<&TakenSeen> {
        match self {
            Self::Wipe(certificate) => certificate.taken.as_ref(),
            Self::Destruction(record) => record.taken.as_ref(),
        }
    }

    /// The wipe, where it is of one.
    #[must_use]
    pub const fn wipe(&self) -> Option<&Certificate> {
        match self {
            Self::Wipe(certificate) => Some(certificate),
            Self::Destruction(_) => None,
        }
    }

    /// What kind of document it is.
    #[must_use]
    pub const fn document(&self) -> DocumentKind {
        match self {
            Self::Wipe(certificate) => certificate.document,
            Self::Destruction(record) => record.document,
        }
    }

    /// Whether it certifies an erasure.
    #[must_use]
    pub fn is_of_erasure(&self) -> bool {
        self.wipe().is_some_and(Certificate::is_of_erasure)
    }

    /// Whether it is practice.
    #[must_use]
    pub const fn practice(&self) -> bool {
        match self {
            Self::Wipe(certificate) => certificate.practice,
            Self::Destruction(record) => record.practice,
        }
    }

    /// The device.
    #[must_use]
    pub const fn device(&self) -> &Host {
        match self {
            Self::Wipe(certificate) => &certificate.device,
            Self::Destruction(record) => &record.device,
        }
    }

    /// Model, serial number and size of the disk.
    #[must_use]
    pub fn disk(&self) -> (Option<&str>, Option<&str>, Bytes) {
        let (model, serial, size) = match self {
            Self::Wipe(certificate) => (&certificate.medium.model, &certificate.medium.serial, certificate.medium.size),
            Self::Destruction(record) => (&record.disk.model, &record.disk.serial, record.disk.size),
        };
        (model.as_deref(), serial.as_deref(), size)
    }

    /// Whose bench, and where.
    #[must_use]
    pub const fn site(&self) -> Option<&SiteSeen> {
        match self {
            Self::Wipe(certificate) => certificate.site.as_ref(),
            Self::Destruction(record) => record.site.as_ref(),
        }
    }

    /// When it ended.
    #[must_use]
    pub const fn ended(&self) -> Moment {
        match self {
            Self::Wipe(certificate) => certificate.run.ended,
            Self::Destruction(record) => record.at,
        }
    }

    /// Everybody whose id stands in it.
    #[must_use]
    pub fn people(&self) -> Vec<&PersonId> {
        match self {
            Self::Wipe(certificate) => {
                let validator = certificate.validation.as_ref().map(|validation| &validation.by);
                certificate.performed.iter().chain(validator).map(|hand: &Hand| &hand.person).collect()
            }
            Self::Destruction(record) => {
                let witness = record.witness.as_ref().map(|witness| &witness.person);
                std::iter::once(&record.performed.person).chain(witness).collect()
            }
        }
    }

    /// Number of its record.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Wipe(certificate) => certificate.seq,
            Self::Destruction(record) => record.seq,
        }
    }

    /// Leaf hash of its record.
    #[must_use]
    pub const fn leaf(&self) -> Digest {
        match self {
            Self::Wipe(certificate) => certificate.leaf,
            Self::Destruction(record) => record.leaf,
        }
    }

    /// Leaf hash of the record before.
    #[must_use]
    pub const fn previous(&self) -> Digest {
        match self {
            Self::Wipe(certificate) => certificate.previous,
            Self::Destruction(record) => record.previous,
        }
    }
}
