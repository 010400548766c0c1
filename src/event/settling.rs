//! Topic settling: what a lead decides against a rule.

use crate::unit::{Digest, RecipientId};
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
