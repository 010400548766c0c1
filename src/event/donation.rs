//! Topic donation: lots, what was expected of them, the donor's consent and receipt.

use super::intake::DeviceKind;
use crate::unit::{Digest, DonorId, LotId};
use serde::{Deserialize, Serialize};

/// A donation was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotOpened {
    /// The lot.
    pub lot: LotId,
    /// Who gives.
    pub donor: DonorId,
}

/// What a donor can consent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Erasing everything on the disks.
    Erase,
    /// Taking the device apart for parts.
    Parts,
}

/// The donor consented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentGiven {
    /// For which lot.
    pub lot: LotId,
    /// To what.
    pub purpose: Purpose,
}

/// The donor took a consent back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentWithdrawn {
    /// For which lot.
    pub lot: LotId,
    /// To what.
    pub purpose: Purpose,
}

/// Two donors are one: whatever either gave counts as given by `kept`. Their consents stay with their lots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DonorsMerged {
    /// Under whom both are found from now on.
    pub kept: DonorId,
    /// Who was entered a second time.
    pub merged: DonorId,
}

/// A donor who was merged is one of their own again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DonorsParted {
    /// Who.
    pub merged: DonorId,
}

/// How many devices of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfKind {
    /// The kind.
    pub kind: DeviceKind,
    /// How many.
    pub count: u32,
}

/// What the donor announced. It stands in place of all that was announced before; nothing announced takes that back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotExpected {
    /// Of which lot.
    pub lot: LotId,
    /// How many of each kind.
    pub devices: Vec<OfKind>,
    /// For which campaign, by its public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
}

/// Nothing more is received into the lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotClosed {
    /// Which.
    pub lot: LotId,
    /// What was received into it until then, as whoever closed it saw it.
    pub received: Vec<OfKind>,
}

/// The lot was closed by mistake, or more came after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotReopened {
    /// Which.
    pub lot: LotId,
    /// Salted hash of the reason, which lies in the vault.
    pub reason: Digest,
}

/// The donor got a receipt for what was received into the lot until then. An earlier one stays good for what it lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptIssued {
    /// For which lot.
    pub lot: LotId,
    /// SHA-256 of the code that only the receipt has.
    pub code: Digest,
    /// How many devices it lists.
    pub devices: u32,
    /// SHA-256 of their ids, sorted, each with a line feed behind it.
    pub list: Digest,
}
