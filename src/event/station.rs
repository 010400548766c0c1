//! Topic station: its beginning, its clock, its keys, its safety copies, and the sticks whose records it takes over.

use crate::event::inspection::Verdict;
use crate::ledger::PublicKey;
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
    /// The stick that vouches for it, where it is one start of a machine from a stick: the team's word is then for the stick.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
    /// SHA-256 of the drawers that its folds begin with, where they begin with any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Digest>,
}

/// A stick's word that this is a start from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// The stick's Ed25519 public key, which the team key certifies.
    pub key: Digest,
    /// The nonce of the stick's own record 0.
    pub nonce: Digest,
    /// The stick key's Ed25519 signature, 128 hexadecimal digits, over the text that `ledger::certificate_text` gives of this
    /// station.
    pub signature: String,
}

impl StationOpened {
    /// Whether the team key that it names made it a station of that team's, straight or through a stick.
    #[must_use]
    pub fn is_certified(&self) -> bool {
        let (team, own) = (PublicKey(self.team.key), PublicKey(self.public_key));
        match &self.through {
            None => team.certifies(own, self.practice, self.nonce, &self.team.signature),
            Some(stick) => {
                let key = PublicKey(stick.key);
                team.certifies(key, self.practice, stick.nonce, &self.team.signature)
                    && key.certifies(own, self.practice, self.nonce, &stick.signature)
            }
        }
    }

    /// The key whose enrolment says what it may author: the stick's, or its own.
    #[must_use]
    pub fn enrolled_key(&self) -> Digest {
        self.through.as_ref().map_or(self.public_key, |stick| stick.key)
    }
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

/// A stick was made and may come home: what it may author, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StickEnrolled {
    /// Leaf hash of the stick's record 0.
    pub station: Digest,
    /// The stick's Ed25519 public key.
    pub key: Digest,
    /// What is written on it.
    pub name: String,
    /// When its starts count no more.
    pub until: Moment,
    /// The kinds of event that its starts may author.
    pub kinds: Vec<String>,
}

/// A machine was started from this stick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootOpened {
    /// Leaf hash of that start's record 0.
    pub station: Digest,
    /// That start's Ed25519 public key.
    pub key: Digest,
}

/// Records of another chain were taken over. They are folded here, before whatever comes after this record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleTaken {
    /// Leaf hash of that chain's record 0.
    pub station: Digest,
    /// The first record taken over.
    pub from: u64,
    /// The record after the last one taken over.
    pub to: u64,
    /// Merkle root over all records of that chain before `to`.
    pub root: Digest,
    /// This station's clock less the other's when they met, milliseconds; none where the other's is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_ms: Option<i64>,
}

/// A summary was read off a machine whose records have not come yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryTaken {
    /// Leaf hash of record 0 of the chain that it is of.
    pub station: Digest,
    /// How many records that chain had.
    pub size: u64,
    /// What the machine was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// How many disks it had.
    pub disks: u64,
    /// How many of them were wiped, and stand so.
    pub wiped: u64,
    /// The signed summary as it was read.
    pub text: String,
}
