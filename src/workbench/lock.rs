//! Locks: a password or an account that keeps a device from its pupil.
//!
//! Invariants: a password that the donor told lies sealed in the vault; it is shown only to somebody who is signed in, after
//! that was recorded; once the lock is gone the password is erased.

use super::bench::{Bench, Found};
use super::intake::or_unseal;
use super::settling::{erase_reason, reason, seal_as_typed};
use crate::event::lock::{LockCleared, LockFound, LockKind, LockShown};
use crate::port::{Failure, Trouble};
use crate::unit::Secret;
use crate::word::{Sentence, say};

/// What people call a lock.
#[must_use]
pub fn lock_sentence(lock: LockKind) -> Sentence {
    match lock {
        LockKind::FirmwarePassword => say!("lock-kind-firmware-password"),
        LockKind::DiskPassword => say!("lock-kind-disk-password"),
        LockKind::Account => say!("lock-kind-account"),
        LockKind::Management => say!("lock-kind-management"),
    }
}

/// What to do about a lock. There is no way around one that this program would show.
#[must_use]
pub fn lock_advice(lock: LockKind) -> Sentence {
    match lock {
        LockKind::FirmwarePassword => say!("lock-advice-firmware-password"),
        LockKind::DiskPassword => say!("lock-advice-disk-password"),
        LockKind::Account => say!("lock-advice-account"),
        LockKind::Management => say!("lock-advice-management"),
    }
}

/// Records that the device is locked, with the password where the donor told it. Errors: a password with the vault locked;
/// the rules.
pub fn find_lock(
    bench: &Bench<'_>,
    found: &Found,
    lock: LockKind,
    password: Option<&Secret>,
) -> Result<Found, Failure> {
    let sealed = password.map(|password| seal_as_typed(bench, password.expose())).transpose()?;
    let (hash, blob) = sealed.unzip();
    let before = found.file.locks.get(&lock).copied().flatten().filter(|_before| hash.is_some());
    or_unseal(bench.record(Some(&found.id), LockFound { lock, secret: hash }), bench.vault, blob.as_deref())?;
    if let Some(before) = before {
        erase_reason(bench, before)?;
    }
    bench.device(&found.id)
}

/// The password, after it was recorded that it is shown to whoever is here. Errors: the rules (signed in; a volunteer or a
/// lead; a lock whose password is sealed); the vault is locked, before anything is recorded; it was erased.
pub fn show_lock(bench: &Bench<'_>, found: &Found, lock: LockKind) -> Result<Secret, Failure> {
    let sealed = found.file.locks.get(&lock).copied().flatten();
    let gone = || Failure::new(Trouble::No, say!("rule-lock-no-password")).by_rule("lock-known");
    let kept = match sealed {
        Some(hash) => reason(bench, hash)?,
        None => None,
    };
    if kept.is_none() && !bench.vault.is_open()? {
        return Err(crate::port::vault_locked());
    }
    // What is not there is not recorded as seen.
    let secret = kept.map(|text| Secret::new(&text)).ok_or_else(gone)?;
    bench.record(Some(&found.id), LockShown { lock })?;
    Ok(secret)
}

/// Records that the lock is gone, and erases its password. Errors: the rules; the vault cannot be written (the lock is
/// recorded as cleared all the same).
pub fn clear_lock(bench: &Bench<'_>, found: &Found, lock: LockKind) -> Result<Found, Failure> {
    bench.record(Some(&found.id), LockCleared { lock })?;
    if let Some(hash) = found.file.locks.get(&lock).copied().flatten() {
        erase_reason(bench, hash)?;
    }
    bench.device(&found.id)
}
