//! Topic station: the station's beginning and what happens to its clock.

use crate::unit::{Digest, Moment};
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
