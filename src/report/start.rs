//! Records that a station took over from one start of a machine from a stick, in a document of that station: what ties them to
//! the team and to the station.
//!
//! The links: the team's key certified the stick's, the stick's key the start's, the start's key signed the head that its
//! records stand under, and the station's own record that took them over names that very head.
//!
//! Invariant: every link is checked anew by whoever reads; a name and a time stand here only as records of the station say.

#![expect(clippy::wildcard_enum_match_arm, reason = "two kinds of own records are links")]

use super::error::CertificateError;
use super::gathering::{Proven, ProvenStart};
use super::told::Told;
use crate::event::station::{BundleTaken, StationOpened};
use crate::event::{Event, Fact};
use crate::ledger::{Head, HeadError, PublicKey, origin, verify_inclusion};
use crate::unit::{Digest, Moment};
use serde::{Deserialize, Serialize};

/// From which stick's start something was taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenSeen {
    /// What is written on the stick; none where the station's chain does not tell.
    pub stick: Option<String>,
    /// The stick's public key.
    pub stick_key: Digest,
    /// Leaf hash of the start's record 0.
    pub start: Digest,
    /// When the station took it over, by its clock.
    pub at: Moment,
    /// How far the station's clock was ahead of the start's then, milliseconds, where that was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ms: Option<i64>,
}

/// A start, as the station's own records tell of it.
pub(super) struct Link {
    pub(super) start: Digest,
    opened: StationOpened,
    /// Number, time and contents of each own record that took some of it over, by their numbers.
    taken: Vec<(u64, Moment, BundleTaken)>,
    name: Option<String>,
}

/// What the own records say of a start whose record 0 that is. Errors: it opens no station, or another one; nothing of it was
/// taken over.
pub(super) fn link(first: &Told, station: Digest, own: &[Told]) -> Result<Link, CertificateError> {
    use CertificateError::Story as No;
    let Fact::StationOpened(opened) = &first.event.fact else { return Err(No("a start's record 0 opens no station")) };
    if first.seq() != 0 || first.leaf != station {
        return Err(No("a start's record 0 is another one"));
    }
    let taken = |one: &Told| match &one.event.fact {
        Fact::BundleTaken(taken) if taken.station == station => Some((one.seq(), one.event.at, taken.clone())),
        _other => None,
    };
    let taken: Vec<_> = own.iter().filter_map(taken).collect();
    if taken.is_empty() {
        return Err(CertificateError::NotTaken);
    }
    let name = own.iter().find_map(|one| enrolled(&one.event, opened.enrolled_key()));
    Ok(Link { start: station, opened: opened.clone(), taken, name })
}

/// What is written on the stick of that key, where the event enrols it.
fn enrolled(event: &Event, key: Digest) -> Option<String> {
    let Fact::StickEnrolled(enrolled) = &event.fact else { return None };
    (enrolled.key == key).then(|| enrolled.name.clone())
}

/// Whether an own record only ties one of those starts to the station.
pub(super) fn is_link(event: &Event, starts: &[(Digest, Digest)]) -> bool {
    starts.iter().any(|(start, key)| match &event.fact {
        Fact::BundleTaken(taken) => taken.station == *start,
        Fact::StickEnrolled(enrolled) => enrolled.key == *key,
        _other => false,
    })
}

impl Link {
    /// The start's id, and the key that was enrolled.
    pub(super) fn names(&self) -> (Digest, Digest) {
        (self.start, self.opened.enrolled_key())
    }

    /// Its record at the place where it was taken over. Errors: it was not.
    pub(super) fn placed(&self, told: Told) -> Result<Told, CertificateError> {
        let covers = |taken: &BundleTaken| (taken.from..taken.to).contains(&told.seq());
        let by = self.taken.iter().find(|(.., taken)| covers(taken)).ok_or(CertificateError::NotTaken)?.0;
        Ok(told.taken(self.start, by))
    }

    /// How many of its records the head is of that is named last.
    pub(super) fn size(&self) -> u64 {
        self.taken.last().map_or(0, |(.., taken)| taken.to)
    }

    /// What a document says of it, of its record of that number.
    pub(super) fn seen(&self, seq: u64) -> Option<TakenSeen> {
        let (_, at, taken) = self.taken.iter().find(|(.., taken)| (taken.from..taken.to).contains(&seq))?;
        Some(TakenSeen {
            stick: self.name.clone(),
            stick_key: self.opened.enrolled_key(),
            start: self.start,
            at: *at,
            clock_ms: taken.offset_ms,
        })
    }

    /// Checks every link between the start's records and the station of that team. Errors: the first that does not hold.
    pub(super) fn check(&self, proven: &ProvenStart, home: &StationOpened) -> Result<(), CertificateError> {
        let opened = &self.opened;
        let is_of_team = opened.is_certified() && opened.team.key == home.team.key && opened.practice == home.practice;
        if !is_of_team {
            return Err(CertificateError::Team);
        }
        let head = Head::open(&proven.head, PublicKey(opened.public_key))?;
        if head.origin != origin(self.start, opened.practice) {
            return Err(HeadError::Form("its origin is another start").into());
        }
        let named = self.taken.last().is_some_and(|(.., taken)| (taken.to, taken.root) == (head.size, head.root));
        if !named {
            return Err(CertificateError::NotTaken);
        }
        for Proven { record, path } in &proven.records {
            if !verify_inclusion(record.leaf(), record.seq(), head.size, path, head.root) {
                return Err(CertificateError::NotIncluded(record.seq()));
            }
        }
        Ok(())
    }
}
