//! `vault.lock`: the vault's master key wrapped twice, under the team's passphrase and under the recovery key.
//!
//! Invariants: what is in the file opens nothing without one of the two; the costs of trying are recorded in it and are
//! part of what is authenticated; a new file takes the old one's place whole or not at all.

#![expect(clippy::disallowed_methods, reason = "an adapter: it keeps files")]

use super::share::Recovery;
use super::vault::{lock, unlock};
use crate::port::{Chance, Failure, Trouble};
use crate::unit::{Cost, CostError, Secret};
use crate::word::say;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use zeroize::Zeroizing;

/// The file's name in a station's folder.
const FILE: &str = "vault.lock";
const VERSION: u32 = 1;
/// What one try of a passphrase costs. Source: RFC 9106 §4, the second recommended option (64 MiB, three passes).
const COST: Cost = Cost { memory_kib: 64 * 1024, passes: 3 };
/// Bytes that must be there for a wrapped key: nonce, key, tag.
const WRAPPED: usize = 24 + 32 + 16;

/// The lock of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultLock(Wire);

/// The lock does not open.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Not that passphrase, or the file was changed.
    #[error("wrong passphrase, or the lock was changed")]
    WrongPassphrase,
    /// Not the recovery key of this lock.
    #[error("recovery key of another set")]
    WrongRecovery,
    /// No lock of a version that this program knows.
    #[error("{0}")]
    Form(String),
    /// Costs out of bounds.
    #[error(transparent)]
    Cost(#[from] CostError),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    memory_kib: u32,
    passes: u32,
    salt: String,
    by_passphrase: String,
    recovery_set: String,
    by_recovery: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _text = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::try_from(digit(pair.first()?)? * 16 + digit(pair.get(1)?)?).ok()).collect()
}

fn form(what: impl Into<String>) -> LockError {
    LockError::Form(what.into())
}

impl Wire {
    fn passphrase_aad(&self) -> String {
        format!("aoxanh vault.lock v1 passphrase {} {} {}", self.memory_kib, self.passes, self.salt)
    }

    fn recovery_aad(&self) -> String {
        format!("aoxanh vault.lock v1 recovery {}", self.recovery_set)
    }
}

fn wrapped(key: &[u8; 32], aad: &str, master: &[u8; 32], chance: &dyn Chance) -> Result<String, LockError> {
    let sealed = lock(key, chance.bytes(), aad.as_bytes(), master);
    sealed.map(|sealed| hex(&sealed)).map_err(|error| form(error.to_string()))
}

fn unwrapped(key: &[u8; 32], aad: &str, text: &str, wrong: LockError) -> Result<Zeroizing<[u8; 32]>, LockError> {
    let sealed = unhex(text).filter(|sealed| sealed.len() == WRAPPED).ok_or_else(|| form("a wrapped key"))?;
    let plain = unlock(key, aad.as_bytes(), &sealed).ok();
    plain.and_then(|plain| plain.as_slice().try_into().ok()).map(Zeroizing::new).ok_or(wrong)
}

impl VaultLock {
    /// A lock on `master`, opened by `passphrase` and by `recovery`.
    pub fn new(
        master: &[u8; 32],
        passphrase: &Secret,
        recovery: &Recovery,
        chance: &dyn Chance,
    ) -> Result<Self, LockError> {
        let empty = String::new;
        let wire = Wire {
            version: VERSION,
            memory_kib: COST.memory_kib,
            passes: COST.passes,
            salt: empty(),
            by_passphrase: empty(),
            recovery_set: empty(),
            by_recovery: empty(),
        };
        Self(wire).with_recovery(master, recovery, chance)?.with_passphrase(master, passphrase, chance)
    }

    /// The same lock, opened by another passphrase.
    pub fn with_passphrase(
        mut self,
        master: &[u8; 32],
        passphrase: &Secret,
        chance: &dyn Chance,
    ) -> Result<Self, LockError> {
        let salt: [u8; 16] = chance.bytes();
        (self.0.memory_kib, self.0.passes, self.0.salt) = (COST.memory_kib, COST.passes, hex(&salt));
        let key = passphrase.stretched(&salt, COST)?;
        self.0.by_passphrase = wrapped(&key, &self.0.passphrase_aad(), master, chance)?;
        Ok(self)
    }

    /// The same lock, opened by another recovery key: the parts of the one before are void.
    pub fn with_recovery(
        mut self,
        master: &[u8; 32],
        recovery: &Recovery,
        chance: &dyn Chance,
    ) -> Result<Self, LockError> {
        self.0.recovery_set = recovery.set();
        self.0.by_recovery = wrapped(recovery.key(), &self.0.recovery_aad(), master, chance)?;
        Ok(self)
    }

    /// The master key. Errors: another passphrase, or a lock that was changed.
    pub fn open(&self, passphrase: &Secret) -> Result<Zeroizing<[u8; 32]>, LockError> {
        let salt = unhex(&self.0.salt).ok_or_else(|| form("the salt"))?;
        let cost = Cost { memory_kib: self.0.memory_kib, passes: self.0.passes };
        let key = passphrase.stretched(&salt, cost)?;
        unwrapped(&key, &self.0.passphrase_aad(), &self.0.by_passphrase, LockError::WrongPassphrase)
    }

    /// The master key. Errors: parts of another set, or a lock that was changed.
    pub fn recover(&self, recovery: &Recovery) -> Result<Zeroizing<[u8; 32]>, LockError> {
        if recovery.set() != self.0.recovery_set {
            return Err(LockError::WrongRecovery);
        }
        unwrapped(recovery.key(), &self.0.recovery_aad(), &self.0.by_recovery, LockError::WrongRecovery)
    }

    /// Which set of parts opens it, as hexadecimal digits.
    #[must_use]
    pub fn recovery_set(&self) -> &str {
        &self.0.recovery_set
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let wire = &self.0;
        format!(
            "version = {}\nmemory_kib = {}\npasses = {}\nsalt = \"{}\"\nby_passphrase = \"{}\"\nrecovery_set = \"{}\"\nby_recovery = \"{}\"\n",
            wire.version,
            wire.memory_kib,
            wire.passes,
            wire.salt,
            wire.by_passphrase,
            wire.recovery_set,
            wire.by_recovery,
        )
    }

    /// Reads such a text. Errors: [`LockError::Form`].
    pub fn from_text(text: &str) -> Result<Self, LockError> {
        let wire: Wire = toml::from_str(text).map_err(|error| form(error.message()))?;
        if wire.version == VERSION { Ok(Self(wire)) } else { Err(form(format!("version {}", wire.version))) }
    }

    /// The lock in a station's folder; `None` where the vault has none.
    pub fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        match fs::read_to_string(folder.join(FILE)) {
            Ok(text) => Self::from_text(&text).map(Some).map_err(Failure::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::new(Trouble::Io, say!("vault-lock-broken")).because(error)),
        }
    }

    /// Puts the lock into a station's folder, in place of the one that is there.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let (hidden, file) = (folder.join(format!(".{FILE}.new")), folder.join(FILE));
        let put = || -> io::Result<()> {
            let mut new = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&hidden)?;
            new.write_all(self.to_text().as_bytes())?;
            new.sync_all()?;
            fs::rename(&hidden, &file)?;
            File::open(folder)?.sync_all()
        };
        put().map_err(|error| {
            Failure::new(Trouble::Io, say!("file-unwritable", file = file.display().to_string()))
                .because(error)
                .hint(say!("file-unwritable-hint"))
        })
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        match &error {
            LockError::WrongPassphrase => {
                Self::new(Trouble::No, say!("vault-wrong-passphrase")).hint(say!("vault-wrong-passphrase-hint"))
            }
            LockError::WrongRecovery => {
                Self::new(Trouble::No, say!("vault-wrong-recovery")).hint(say!("vault-wrong-recovery-hint"))
            }
            LockError::Form(_) | LockError::Cost(_) => {
                Self::new(Trouble::BadData, say!("vault-lock-broken")).hint(say!("vault-lock-broken-hint"))
            }
        }
        .detail(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::SeededChance;

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    #[test]
    fn a_lock_opens_by_its_passphrase_or_two_parts_and_by_nothing_else() {
        let chance = SeededChance::new(1);
        let (master, recovery) = ([9; 32], Recovery::new(&chance));
        let made = VaultLock::new(&master, &secret("hồng hạc bay qua"), &recovery, &chance).expect("made");
        let lock = VaultLock::from_text(&made.to_text()).expect("reads");
        assert_eq!((&lock, lock.0.memory_kib, lock.0.passes), (&made, 65_536, 3));
        assert_eq!(*lock.open(&secret("hồng hạc bay qua")).expect("opens"), master);
        assert!(matches!(lock.open(&secret("hồng hạc bay qu")), Err(LockError::WrongPassphrase)));
        let parts = recovery.shares(&chance);
        let again = Recovery::from_shares(&parts[1..]).expect("two");
        assert_eq!(*lock.recover(&again).expect("opens"), master);
        let other = Recovery::new(&chance);
        assert!(matches!(lock.recover(&other), Err(LockError::WrongRecovery)));
        // The right name over the wrong key.
        let forged = VaultLock(Wire { recovery_set: other.set(), ..lock.0.clone() });
        assert!(matches!(forged.recover(&other), Err(LockError::WrongRecovery)));
        let text = made.to_text();
        assert!(!text.contains(&hex(&master)) && !text.contains(&hex(recovery.key().as_slice())));
    }

    #[test]
    fn a_new_passphrase_voids_the_old_one_and_leaves_the_parts_and_new_parts_void_the_old_ones() {
        let chance = SeededChance::new(2);
        let (master, recovery) = ([9; 32], Recovery::new(&chance));
        let old = VaultLock::new(&master, &secret("câu khóa thứ nhất"), &recovery, &chance).expect("made");
        let new = old.clone().with_passphrase(&master, &secret("câu khóa thứ hai"), &chance).expect("made");
        assert!(new.open(&secret("câu khóa thứ nhất")).is_err());
        assert_eq!(*new.open(&secret("câu khóa thứ hai")).expect("opens"), master);
        assert_eq!(*new.recover(&recovery).expect("opens"), master);
        let fresh = Recovery::new(&chance);
        let newer = new.with_recovery(&master, &fresh, &chance).expect("made");
        assert!(newer.recover(&recovery).is_err());
        assert_eq!(*newer.recover(&fresh).expect("opens"), master);
    }

    #[test]
    fn a_changed_lock_opens_nothing_and_a_strange_one_is_told() {
        let chance = SeededChance::new(3);
        let recovery = Recovery::new(&chance);
        let lock = VaultLock::new(&[9; 32], &secret("x"), &recovery, &chance).expect("made").0;
        let cheaper = VaultLock(Wire { memory_kib: 8, passes: 1, ..lock.clone() });
        assert!(matches!(cheaper.open(&secret("x")), Err(LockError::WrongPassphrase)));
        let text = VaultLock(lock).to_text();
        for bad in ["", "version = 1", &text.replace("version = 1", "version = 2"), &text.replace("salt", "tlas")] {
            assert!(matches!(VaultLock::from_text(bad), Err(LockError::Form(_))), "{bad}");
        }
        let huge = text.replace("memory_kib = 65536", "memory_kib = 4000000000");
        assert!(matches!(VaultLock::from_text(&huge).expect("reads").open(&secret("x")), Err(LockError::Cost(_))));
        let short = text.replacen("by_recovery = \"", "by_recovery = \"é", 1);
        assert!(matches!(VaultLock::from_text(&short).expect("reads").recover(&recovery), Err(LockError::Form(_))));
    }

    #[test]
    fn a_lock_is_put_in_place_of_the_one_before_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, chance) = (tempfile::tempdir().expect("folder"), SeededChance::new(4));
        assert_eq!(VaultLock::read(folder.path()).expect("none"), None);
        for text in ["một", "hai"] {
            let lock = VaultLock::new(&[9; 32], &secret(text), &Recovery::new(&chance), &chance).expect("made");
            lock.write(folder.path()).expect("written");
            assert_eq!(VaultLock::read(folder.path()).expect("reads"), Some(lock));
        }
        let mode = fs::metadata(folder.path().join(FILE)).expect("there").permissions().mode();
        assert_eq!((mode & 0o7777, fs::read_dir(folder.path()).expect("ours").count()), (0o600, 1));
        fs::write(folder.path().join(FILE), "x").expect("ours");
        assert_eq!(VaultLock::read(folder.path()).expect_err("broken").what.key(), "vault-lock-broken");
    }
}
