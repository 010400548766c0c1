//! Topic people: who may do what. Names live in the vault, never here.

use crate::unit::{Digest, PersonId};
use serde::{Deserialize, Serialize};

/// Somebody joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAdded {
    /// The new person.
    pub person: PersonId,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works at a bench.
    Volunteer,
    /// Works at the intake door.
    Warehouse,
    /// Leads the team.
    Lead,
}

/// A PIN was set: the first one, or another in place of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinSet {
    /// Whose.
    pub person: PersonId,
    /// Whether the vault's passphrase or two recovery parts stood in for a PIN.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recovered: bool,
}

/// A role was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGranted {
    /// To whom.
    pub person: PersonId,
    /// Which.
    pub role: Role,
}

/// A role was taken back. Whoever has none left may no longer act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRevoked {
    /// From whom.
    pub person: PersonId,
    /// Which.
    pub role: Role,
}

/// A badge was made, and every one before it is worth nothing any more; or it was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeIssued {
    /// Whose.
    pub person: PersonId,
    /// What is left of its code: a hash of 128 random bits, from which nobody finds them. None where there is no badge now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<Digest>,
}
