//! Topic lock: passwords and accounts that keep a device from whoever will have it.

use crate::unit::Digest;
use serde::{Deserialize, Serialize};

/// What locks a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockKind {
    /// A password of the firmware (BIOS, UEFI).
    FirmwarePassword,
    /// A password of the disk.
    DiskPassword,
    /// An account that the maker or system asks for after a reset.
    Account,
    /// An organisation's management.
    Management,
}

/// The device is locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockFound {
    /// By what.
    pub lock: LockKind,
    /// Salted hash of the password that the donor told; it lies sealed in the vault under that hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Digest>,
}

/// The sealed password was shown to whoever recorded this, from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockShown {
    /// Of which lock.
    pub lock: LockKind,
}

/// The lock is gone, and so is the sealed password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockCleared {
    /// Which.
    pub lock: LockKind,
}
