//! Topic image: systems written to disks, with what the read-back saw.

use super::disk::{AttachmentSeen, DiskSeen};
use crate::unit::{Bytes, Digest, JobId, Moment};
use serde::{Deserialize, Serialize};

/// A system image is about to be written; recorded before the first byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageStarted {
    /// The job; a resumed run keeps it.
    pub job: JobId,
    /// Leaf hash of the start that this run resumes.
    pub resumes: Option<Digest>,
    /// Where writing begins.
    pub from: Bytes,
    /// Which image.
    pub image: ImageSeen,
    /// Which disk, by its key in this ledger.
    pub key: String,
    /// The disk.
    pub disk: DiskSeen,
    /// Its logical block, bytes.
    pub logical_block: u32,
    /// Where it was plugged in.
    pub attachment: AttachmentSeen,
}

/// Which image, by its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSeen {
    /// The manifest's id.
    pub id: String,
    /// Length when decoded, bytes.
    pub length: Bytes,
    /// BLAKE3 of the decoded image.
    pub blake3: Digest,
}

/// How a write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageResult {
    /// Every byte is on the disk and read back right.
    Written,
    /// It is not.
    NotWritten,
    /// A person stopped it.
    Cancelled,
}

/// A write ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageEnded {
    /// The job.
    pub job: JobId,
    /// Leaf hash of the start of this run.
    pub started: Digest,
    /// Which disk.
    pub key: String,
    /// How it ended.
    pub result: ImageResult,
    /// Bytes written.
    pub written: Bytes,
    /// Bytes read back.
    pub read_back: Bytes,
    /// BLAKE3 of what was read back; none where the read-back did not reach the end.
    pub found: Option<Digest>,
    /// Whether reading went past the cache (`O_DIRECT`).
    pub direct: bool,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// Version of the program.
    pub program: String,
    /// Of the bytes written, those that were left as the disk's own zero wipe had left them; none where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Bytes>,
}
