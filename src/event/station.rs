//! Topic station: its beginning, its clock, its keys and its safety copies.

use crate::unit::{Bytes, Digest, Moment};
use serde::{Deserialize, Serialize};

/// Record 0. Its leaf hash is the station's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationOpened {
    /// The station's Ed25519 public key, which signs every head.
    pub public_key: Digest,
    /// The team key's word that this is its station.
    pub team: TeamCertificate,
    /// Whether this is practice: throw-away key, practice disks only.
    pub practice: bool,
    /// Random, so that two stations never share an id.
    pub nonce: Digest,
}

/// The team key's signature over the station's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamCertificate {
    /// The team's Ed25519 public key.
    pub key: Digest,
    /// Ed25519 signature, 128 hexadecimal digits, over the text that `ledger::certificate_text` gives.
    pub signature: String,
}

/// The clock was found standing earlier than the last record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockJumped {
    /// The last record's time.
    pub from: Moment,
    /// What the clock said then.
    pub to: Moment,
}

/// A key is no longer trusted: that of a lost stick, or the station's own, after which it records nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRevoked {
    /// The Ed25519 public key.
    pub key: Digest,
    /// The team key's Ed25519 signature, 128 hexadecimal digits, over the text that `ledger::revocation_text` gives.
    pub signature: String,
}

/// A safety copy was written and read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupMade {
    /// How many records are in it.
    pub size: u64,
    /// Merkle root over them.
    pub root: Digest,
    /// Length of the file, bytes.
    pub length: Bytes,
    /// BLAKE3 of the file as it was read back.
    pub digest: Digest,
}

/// Where something was done, as the station's settings said then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSeen {
    /// The team's name.
    pub team: String,
    /// The place: a school, a hall, an address. Never a person's home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// A day's work was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayClosed {
    /// The day in Asia/Ho_Chi_Minh, `2026-11-21`.
    pub day: String,
}

/// The chain goes on from another one, restored from a safety copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationContinued {
    /// Leaf hash of the earlier chain's record 0.
    pub station: Digest,
    /// How many of its records were restored.
    pub size: u64,
    /// Merkle root over them.
    pub root: Digest,
}
