//! Topic settling: what a lead decides against a rule, and what no longer counts because it was recorded by mistake.

use crate::unit::{DeviceId, Digest, LotId, RecipientId};
use serde::{Deserialize, Serialize};

/// A lead lifts a rule for a device, until the device is inspected, tested, wiped or imaged again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOverridden {
    /// The rule's permanent id.
    pub rule: String,
    /// Salted hash of the reason, which lies in the vault.
    pub reason: Digest,
    /// For which pupil, where the rule is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<RecipientId>,
}

/// Records of a device no longer count, as if they had never been made. They stay in the ledger, struck out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// Leaf hashes of the records, all of the device that this is about. A correction among them is undone: what it struck
    /// out counts again.
    pub records: Vec<Digest>,
    /// The lot that the device belongs to instead: then its receipt, the only record named, is not struck out but read so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
    /// Salted hash of the reason, which lies in the vault; none where somebody takes back their own last record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
}

/// What came of records that two stations made of one device, neither knowing of the other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// It is one machine: the records of both count for it.
    SameMachine,
    /// They are two machines: what belongs to the other one does not count here.
    OtherMachine,
    /// Both histories stand as they were folded.
    BothStand,
}

/// A lead settled what two stations recorded of the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictSettled {
    /// How.
    pub how: Settlement,
    /// The other device, where two share a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<DeviceId>,
    /// Leaf hashes of the records that did not know of each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Digest>,
    /// Salted hash of the reason, which lies in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
}
