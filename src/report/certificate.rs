//! What a certificate of a wipe says, computed from the records of that wipe alone.
//!
//! Fields: NIST SP 800-88 r2 §4.6 (record of sanitization), with what the field prints besides. Numbers are integers; words
//! are codes, put into language by the page.
//!
//! Invariants: a level stands here only where the record's own evidence earns it, judged anew; what did not end in an erasure
//! is never called one.

use super::error::CertificateError;
use super::start::TakenSeen;
use super::story::Story;
use super::told::hand;
use crate::custody::evidence_of;
use crate::event::How;
use crate::event::disk::{CrossCheck, FirmwareSeen, HealthSeen, Level, SpeedSeen, WipeEvidence, WipeResult};
use crate::event::handover::Terms;
use crate::event::image::{FitResult, FitStep};
use crate::event::intake::DeviceKind;
use crate::event::medium::MediumSeen;
use crate::event::people::Role;
use crate::event::station::SiteSeen;
use crate::unit::{Bytes, DeviceId, Digest, JobId, Moment, PersonId};
use crate::wipe;
use serde::{Deserialize, Serialize};

/// What kind of document it is, and so its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A certificate: the disk is erased.
    CertificateOfErasure,
    /// A report: overwritten, but some of it is not proved.
    ErasedWithExceptions,
    /// A report: not erased.
    NotErased,
    /// A report: stopped by a person.
    Cancelled,
    /// A record: the disk was destroyed.
    Destroyed,
}

/// The medium, as the station saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medium {
    /// Maker and model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// World Wide Name or EUI.
    pub wwn: Option<String>,
    /// Size, bytes.
    pub size: Bytes,
    /// Logical block, bytes.
    pub logical_block: u32,
    /// How it was connected.
    pub bus: String,
    /// Whether a practice station made it.
    pub practice: bool,
    /// What kind of medium it is, firmware, bridge, hidden areas; none in records of earlier programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<MediumSeen>,
}

/// The device that the disk belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its id.
    pub id: DeviceId,
    /// Its tag, 11 symbols.
    pub tag: Option<String>,
    /// What it is.
    pub kind: Option<DeviceKind>,
    /// Maker and model, as its last inspection read them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// How it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technique {
    /// Id of the method.
    pub method: String,
    /// Key of the pattern, with which anybody can make it again.
    pub pattern_key: Option<Digest>,
    /// Clear or Purge as in NIST SP 800-88, where the evidence earns it.
    pub level: Level,
    /// The program's version.
    pub program: String,
}

/// When, and how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The job.
    pub job: JobId,
    /// When its first run was recorded as begun.
    pub started: Moment,
    /// When its last run ended.
    pub ended: Moment,
    /// How many runs it took: 1 where nothing interrupted it.
    pub runs: u64,
    /// Bytes written, all runs together.
    pub written: Bytes,
    /// How many times everything was written.
    pub passes: u64,
    /// Mean speeds; none where the last run took no measurable time.
    pub throughput: Option<Throughput>,
}

/// Mean speed of the last run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throughput {
    /// Bytes written and read back in it.
    pub moved: Bytes,
    /// Milliseconds it took.
    pub milliseconds: u64,
    /// Bytes per second.
    pub mean: Bytes,
}

/// What was checked afterwards, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// Bytes read back and compared.
    pub read_back: Bytes,
    /// Of the whole disk in per cent, two decimals, rounded down.
    pub coverage: String,
    /// Whether reading went past the cache.
    pub past_the_cache: bool,
    /// Bytes that read back wrong.
    pub mismatched: Bytes,
    /// Offset of the first.
    pub first_mismatch: Option<Bytes>,
    /// Bytes that could not be written.
    pub unwritable: Bytes,
    /// Bytes that could not be read back.
    pub unreadable: Bytes,
    /// What another program read, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_check: Option<CrossCheck>,
    /// What the drive said and which canaries were gone, where the drive itself erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firmware: Option<FirmwareSeen>,
}

/// A person who had a hand in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hand {
    /// Opaque id.
    pub person: PersonId,
    /// How they were known.
    pub how: How,
    /// What they were in the team.
    pub roles: Vec<Role>,
}

/// Another person stood by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// Who.
    pub by: Hand,
    /// When.
    pub at: Moment,
    /// Number of its record.
    pub seq: u64,
    /// Leaf hash of its record.
    pub leaf: Digest,
}

/// Where the device is now, as far as the records of this document tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Still with the team.
    WithTheTeam,
    /// Given to a pupil.
    Given,
    /// Lent to a pupil.
    Lent,
    /// The disk was destroyed since.
    Destroyed,
}

/// What was done to the disk after an image was written to it and read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitSeen {
    /// BLAKE3 of the image: what the disk held before it was fitted, and not after.
    pub digest_before: Digest,
    /// What fitting came to.
    pub result: FitResult,
    /// What it changed.
    pub done: Vec<FitStep>,
}

/// The certificate: everything that the records say of one wipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// What it is.
    pub document: DocumentKind,
    /// Whether it is practice.
    pub practice: bool,
    /// The medium.
    pub medium: Medium,
    /// The device.
    pub device: Host,
    /// Whose bench did it and where, as the station said when the last run began; none where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteSeen>,
    /// How.
    pub technique: Technique,
    /// From which stick's start it was taken over; none where the station recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<TakenSeen>,
    /// When and how much.
    pub run: Run,
    /// What was checked.
    pub verification: Verification,
    /// What was not covered, by code.
    pub not_covered: Vec<String>,
    /// What the disk said of its health before the first run.
    pub health_before: Option<HealthSeen>,
    /// And after.
    pub health_after: Option<HealthSeen>,
    /// How fast it went over the length of the disk.
    pub speed: Option<SpeedSeen>,
    /// Whoever started or ended a run, each once.
    pub performed: Vec<Hand>,
    /// A second person's word; none where nobody gave it yet.
    pub validation: Option<Validation>,
    /// Where the device is.
    pub disposition: Disposition,
    /// The system image that was written to the disk since, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What was done to the disk since so that the image fits it; none where that was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted: Option<FitSeen>,
    /// Number of the record of the end.
    pub seq: u64,
    /// Leaf hash of that record.
    pub leaf: Digest,
    /// Leaf hash of the record before it.
    pub previous: Digest,
}

impl Certificate {
    /// Whether it certifies an erasure.
    #[must_use]
    pub const fn is_of_erasure(&self) -> bool {
        matches!(self.document, DocumentKind::CertificateOfErasure)
    }

    /// What the records of that story say. Errors: the record claims more than its evidence earns.
    pub(super) fn of(story: &Story) -> Result<Self, CertificateError> {
        let (ended, evidence) = (&story.ended, &story.ended.evidence);
        let (Some((first, _)), Some((_, last))) = (story.starts.first(), story.starts.last()) else {
            return Err(CertificateError::Story("a start is missing"));
        };
        let disk = &last.disk;
        Ok(Self {
            document: judged(evidence, ended.result, ended.level)?,
            practice: story.setting.opened.practice,
            medium: Medium {
                model: disk.model.clone(),
                serial: disk.serial.clone(),
                wwn: disk.wwn.clone(),
                size: evidence.size,
                logical_block: last.logical_block,
                bus: disk.bus.clone(),
                practice: disk.practice,
                seen: last.medium.clone(),
            },
            device: story.setting.host.clone(),
            site: last.site.clone(),
            technique: Technique {
                method: evidence.method.clone(),
                pattern_key: last.pattern_key,
                level: ended.level,
                program: ended.program.clone(),
            },
            taken: None,
            run: Run {
                job: ended.job.clone(),
                started: first.event.at,
                ended: evidence.ended,
                runs: u64::try_from(story.starts.len()).unwrap_or(u64::MAX),
                written: evidence.written,
                passes: u64::from(evidence.written > Bytes::ZERO),
                throughput: throughput(evidence, last.from),
            },
            verification: verification(evidence),
            not_covered: ended.not_covered.clone(),
            health_before: story.starts.first().and_then(|(_, started)| started.health_before),
            health_after: story.ended.health_after,
            speed: ended.speed.clone(),
            performed: performed(story),
            validation: story.validated.as_ref().map(|told| Validation {
                by: hand(story.records(), told),
                at: told.event.at,
                seq: told.seq(),
                leaf: told.leaf,
            }),
            disposition: match story.handed.as_ref().map(|(_, terms)| terms) {
                _ if story.destroyed => Disposition::Destroyed,
                None => Disposition::WithTheTeam,
                Some(Terms::Gift) => Disposition::Given,
                Some(Terms::Loan) => Disposition::Lent,
            },
            image: story.image.clone(),
            fitted: story.fitted.as_ref().map(|(fitted, digest)| FitSeen {
                digest_before: *digest,
                result: fitted.result,
                done: fitted.done.clone(),
            }),
            seq: story.end.seq(),
            leaf: story.end.leaf,
            previous: story.end.record.prev(),
        })
    }
}

/// What the document may be called. Errors: judged anew, the evidence does not give the recorded result and level.
fn judged(seen: &WipeEvidence, result: WipeResult, level: Level) -> Result<DocumentKind, CertificateError> {
    let judgement = wipe::judge(&evidence_of(seen), result == WipeResult::Cancelled);
    let (earned, kind) = match judgement.result {
        wipe::Outcome::Erased => (WipeResult::Erased, DocumentKind::CertificateOfErasure),
        wipe::Outcome::ErasedWithExceptions => (WipeResult::ErasedWithExceptions, DocumentKind::ErasedWithExceptions),
        wipe::Outcome::NotErased => (WipeResult::NotErased, DocumentKind::NotErased),
        wipe::Outcome::Cancelled => (WipeResult::Cancelled, DocumentKind::Cancelled),
    };
    let worth = match judgement.level {
        wipe::Level::None => Level::None,
        wipe::Level::Clear => Level::Clear,
        wipe::Level::Purge => Level::Purge,
        wipe::Level::Firmware => Level::Firmware,
    };
    if (earned, worth) == (result, level) { Ok(kind) } else { Err(CertificateError::NotEarned) }
}

fn throughput(evidence: &WipeEvidence, from: Bytes) -> Option<Throughput> {
    let milliseconds = u64::try_from(evidence.ended.since(evidence.began).as_millis()).ok().filter(|took| *took > 0)?;
    let moved = evidence.written.less(from).plus(evidence.read_back)?;
    let mean = u128::from(moved.0) * 1000 / u128::from(milliseconds);
    Some(Throughput { moved, milliseconds, mean: Bytes(u64::try_from(mean).ok()?) })
}

fn verification(evidence: &WipeEvidence) -> Verification {
    let hundredths = match evidence.size.0 {
        0 => 0,
        size => u128::from(evidence.read_back.0) * 10_000 / u128::from(size),
    };
    Verification {
        read_back: evidence.read_back,
        coverage: format!("{}.{:02}", hundredths / 100, hundredths % 100),
        past_the_cache: evidence.direct,
        mismatched: evidence.mismatched,
        first_mismatch: evidence.first_mismatch,
        unwritable: evidence.unwritable,
        unreadable: evidence.unreadable,
        cross_check: evidence.cross_check.clone(),
        firmware: evidence.firmware.clone(),
    }
}

fn performed(story: &Story) -> Vec<Hand> {
    let mut hands: Vec<Hand> = Vec::new();
    for told in story.starts.iter().map(|(told, _)| told).chain([&story.end]) {
        let hand = hand(story.records(), told);
        if !hands.contains(&hand) {
            hands.push(hand);
        }
    }
    hands
}
