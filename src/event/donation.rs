//! Topic donation: lots and the donor's consent.

use crate::unit::{DonorId, LotId};
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
