//! Topic disk: disks bound to a device, wiped, destroyed, with the evidence.

use super::medium::MediumSeen;
use super::station::SiteSeen;
use crate::unit::{Bytes, Digest, JobId, Moment, PersonId};
use serde::{Deserialize, Serialize};

/// Who a disk is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DiskSeen {
    /// Serial number.
    pub serial: Option<String>,
    /// World Wide Name.
    pub wwn: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Size, bytes.
    pub size: Bytes,
    /// How it was connected.
    pub bus: String,
    /// Whether a practice station made it.
    pub practice: bool,
}

/// Where a disk was plugged in while a job ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentSeen {
    /// Kernel boot id.
    pub boot_id: String,
    /// Kernel sequence number of the attachment.
    pub diskseq: Option<u64>,
    /// Device path of the port.
    pub port: String,
    /// Kernel name.
    pub name: String,
}

/// How sure it is that the disk belongs to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    /// That serial was seen inside that machine at an inspection.
    Certain,
    /// A person said so.
    Claimed,
}

/// A disk belongs to the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskBound {
    /// The disk.
    pub disk: DiskSeen,
    /// What to call it in this ledger: `serial|model|size`, or a made-up name where it has no serial.
    pub key: String,
    /// How sure.
    pub bond: Bond,
}

/// What a disk's health came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthVerdict {
    /// Nothing speaks against it.
    Good,
    /// Somebody should look again.
    Watch,
    /// Not for a pupil.
    Replace,
    /// It could not be told.
    Unknown,
}

/// What a disk said of itself (SMART), in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthSeen {
    /// What it comes to.
    pub verdict: HealthVerdict,
    /// Power-on hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u64>,
    /// Sectors replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reallocated: Option<u64>,
    /// Sectors waiting to be replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<u64>,
    /// Errors that nothing could correct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncorrectable: Option<u64>,
    /// Per cent of an SSD's life used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wear: Option<u64>,
}

/// A wipe begins; recorded before the first byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeStarted {
    /// The job; a resumed run keeps it.
    pub job: JobId,
    /// Leaf hash of the start that this run resumes.
    pub resumes: Option<Digest>,
    /// Where writing begins: the last durable mark of a resumed run, else 0. Of an erase by the drive's own firmware it is one
    /// block where its command may have been sent.
    pub from: Bytes,
    /// Id of the method.
    pub method: String,
    /// Key of the keyed pattern or of the canaries, where the method has one.
    pub pattern_key: Option<Digest>,
    /// Which disk, by its key in this ledger.
    pub key: String,
    /// The disk.
    pub disk: DiskSeen,
    /// Its logical block, bytes.
    pub logical_block: u32,
    /// Where it was plugged in.
    pub attachment: AttachmentSeen,
    /// Which NVMe namespace it is, where the drive erases itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<u32>,
    /// How it was, where this program asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_before: Option<HealthSeen>,
    /// What its medium was, where this program asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<MediumSeen>,
    /// Whose bench it was on, and where, where the station told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteSeen>,
}

/// How a wipe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WipeResult {
    /// Erased, by the evidence.
    Erased,
    /// Some of it was.
    ErasedWithExceptions,
    /// Not erased.
    NotErased,
    /// A person stopped it.
    Cancelled,
}

/// What the evidence is worth: a closed table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing.
    None,
    /// Clear as in NIST SP 800-88: overwrite with full read-back past the cache.
    Clear,
    /// Purge as in NIST SP 800-88: sanitize with a good status log and canaries gone.
    Purge,
    /// An erase by the drive's firmware that keeps no status; canaries gone.
    Firmware,
}

/// A wipe ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeEnded {
    /// The job.
    pub job: JobId,
    /// Leaf hash of the start of this run.
    pub started: Digest,
    /// Which disk.
    pub key: String,
    /// How it ended.
    pub result: WipeResult,
    /// What the evidence is worth.
    pub level: Level,
    /// What was done and seen.
    pub evidence: WipeEvidence,
    /// What was not covered, by code.
    pub not_covered: Vec<String>,
    /// Version of the program.
    pub program: String,
    /// How the disk was afterwards, where this program asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_after: Option<HealthSeen>,
    /// How fast it went, where the program kept that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<SpeedSeen>,
}

/// Bytes per second over the length of the disk, in equal parts from its first byte to its last; 0 where no speed was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeedSeen {
    /// While it was written; at most 30 points.
    pub write: Vec<Bytes>,
    /// While it was read back; at most 30 points.
    pub read_back: Vec<Bytes>,
}

/// What a wipe did and what the read-back saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeEvidence {
    /// Id of the method.
    pub method: String,
    /// Size of the disk, bytes.
    pub size: Bytes,
    /// Bytes known written, earlier runs of the same job included.
    pub written: Bytes,
    /// Bytes read back and compared.
    pub read_back: Bytes,
    /// Bytes that read back wrong.
    pub mismatched: Bytes,
    /// Offset of the first wrong byte.
    pub first_mismatch: Option<Bytes>,
    /// Bytes that could not be written.
    pub unwritable: Bytes,
    /// Bytes that could not be read back.
    pub unreadable: Bytes,
    /// Where those stand that could not be written or read back, at most 64 stretches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bad: Vec<BadSeen>,
    /// Whether reading went past the cache (`O_DIRECT`).
    pub direct: bool,
    /// BLAKE3 of everything read back, in order, in records of earlier programs. Of a disk that compared equal it follows from
    /// method, key and size, so it is not taken any more.
    pub digest: Option<Digest>,
    /// What another program read, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_check: Option<CrossCheck>,
    /// What the drive said and which canaries were gone, where the drive itself erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firmware: Option<FirmwareSeen>,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
}

/// Blocks in a row that could not be written or read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadSeen {
    /// Offset of the first.
    pub at: Bytes,
    /// How long they are together.
    pub length: Bytes,
    /// What is wrong with them.
    pub flaw: BadFlaw,
}

/// What is wrong with blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadFlaw {
    /// They could not be written.
    Unwritable,
    /// They could not be read back.
    Unreadable,
}

/// An erase by the drive's own firmware. Canaries are 4 KiB each; where they stood follows from the key of the start, the
/// size of the disk and their number (`wipe::Canaries`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirmwareSeen {
    /// Canaries written and read back right before the erase.
    pub canaries: u64,
    /// How many of them were still there after it, in whole or in part.
    pub survived: u64,
    /// Offset of the first of those.
    pub first_survivor: Option<Bytes>,
    /// How the drive says that it ended.
    pub said: DriveSaid,
    /// What was sent to it, in hexadecimal words.
    pub commands: Vec<String>,
}

/// How a drive says that its own erase ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriveSaid {
    /// Nothing: it was not asked to its end.
    Nothing,
    /// Well, by the status that it keeps, read to the end.
    StatusGood,
    /// Well, by the answer to the command alone.
    CommandGood,
    /// It refused, or it failed.
    Failed,
}

/// Another program read the disk as well, against what belongs there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossCheck {
    /// Which program, with its version.
    pub program: String,
    /// What it found.
    pub found: CrossFound,
    /// Offset of the first byte that is not what belongs there.
    pub first_difference: Option<Bytes>,
}

/// What another program found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrossFound {
    /// Every byte is what belongs there.
    Same,
    /// Some is not.
    Differs,
    /// It could not read the disk to its end.
    Failed,
}

/// Another person went through the evidence of a wipe and decided: validation as in NIST SP 800-88 Rev. 2, section 4.5.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeValidated {
    /// Which disk.
    pub key: String,
    /// Leaf hash of the wipe's end.
    pub ended: Digest,
    /// What they decided.
    #[serde(default, skip_serializing_if = "Decision::is_accept")]
    pub decision: Decision,
    /// Salted hash of the reason, whose text can be erased. Whoever does not accept gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
}

impl WipeValidated {
    /// The evidence is accepted.
    #[must_use]
    pub const fn accepted(key: String, ended: Digest) -> Self {
        Self { key, ended, decision: Decision::Accept, reason: None }
    }
}

/// What somebody decides who goes through the evidence of a wipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// They stand by it.
    #[default]
    Accept,
    /// The disk is to be wiped once more.
    Repeat,
    /// A lead has to decide.
    Escalate,
}

impl Decision {
    /// Whether it is the one that needs no word.
    #[must_use]
    pub const fn is_accept(&self) -> bool {
        matches!(self, Self::Accept)
    }
}

/// How a disk was destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destruction {
    /// Drilled through every platter or chip.
    Drilled,
    /// Shredded or ground.
    Shredded,
    /// Degaussed: magnetic media only.
    Degaussed,
    /// Its flash chips broken or cut.
    Cut,
}

/// A disk was destroyed, so that nobody can read it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskDestroyed {
    /// Which disk, by its key in this ledger.
    pub key: String,
    /// The disk.
    pub disk: DiskSeen,
    /// How.
    pub how: Destruction,
    /// Whether it spun, where it was attached and told so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spins: Option<bool>,
    /// Who saw it beside whoever recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<PersonId>,
    /// Salted hash of the reason, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
    /// Whose bench it was on, and where, where the station told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteSeen>,
}
