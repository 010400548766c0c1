//! The vault's file: every name sealed under a key of its own, that key sealed under the master key.
//!
//! Invariants: XChaCha20-Poly1305 with random 24-byte nonces and the id as associated data; erasing overwrites key and
//! ciphertext (`secure_delete`) and truncates the write-ahead log. Where the master key is looked up anew for each name,
//! locking the vault anywhere locks it here.

use super::erasure::{TOMBSTONES, bury, unbury};
use super::journal::is_there;
use super::schema::check_file_system;
use super::trouble::OrTrouble;
use super::unlocked::VaultKey;
use crate::port::{Chance, Change, Failure, Trouble, Vault, VaultSign};
use crate::word::say;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::Path;
use zeroize::Zeroizing;

const NONCE: usize = 24;
const FILE: &str = "vault.db";

/// The vault of a station.
pub struct SealedVault<'a> {
    connection: Connection,
    key: VaultKey,
    chance: &'a dyn Chance,
}

impl<'a> SealedVault<'a> {
    /// Makes the vault in `folder`, or opens it where it is there.
    pub fn make(folder: &Path, key: VaultKey, chance: &'a dyn Chance) -> Result<Self, Failure> {
        Self::with(Connection::open(folder.join(FILE)).or_vault_trouble()?, folder, key, chance)
    }

    /// Opens the vault in `folder` with its master key. Errors: among others, there is none; an empty one in its place would
    /// be taken for the whole.
    pub fn open(folder: &Path, master: Zeroizing<[u8; 32]>, chance: &'a dyn Chance) -> Result<Self, Failure> {
        Self::open_with(folder, VaultKey::Known(master), chance)
    }

    /// The same with a master key that is found, or not, when a name is asked for.
    pub fn open_with(folder: &Path, key: VaultKey, chance: &'a dyn Chance) -> Result<Self, Failure> {
        Self::with(open_there(folder)?, folder, key, chance)
    }

    fn with(connection: Connection, folder: &Path, key: VaultKey, chance: &'a dyn Chance) -> Result<Self, Failure> {
        check_file_system(folder)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF;
                 CREATE TABLE IF NOT EXISTS sealed (id TEXT PRIMARY KEY, key BLOB NOT NULL, body BLOB NOT NULL) STRICT;",
            )
            .or_vault_trouble()?;
        connection.execute_batch(TOMBSTONES).or_vault_trouble()?;
        Ok(Self { connection, key, chance })
    }

    /// Whether every name in the vault of `folder` opens with that master key. Reads only: a vault that is not there is
    /// told, not made.
    #[must_use]
    pub fn look(folder: &Path, master: &[u8; 32]) -> VaultSign {
        match count_what_opens(folder, master) {
            Ok(names) => VaultSign::Opens(names),
            Err(failure) => VaultSign::Broken(failure),
        }
    }

    fn put(&self, id: &str, name: &str) -> Result<(), Failure> {
        let master = self.key.find()?;
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(self.chance.bytes());
        let seal = |with: &[u8; 32], plain: &[u8]| {
            lock(with, self.chance.bytes(), id.as_bytes(), plain).map_err(|error| broken(id, &error))
        };
        let (wrapped, body) = (seal(&master, key.as_slice())?, seal(&key, name.as_bytes())?);
        self.connection
            .execute("INSERT OR REPLACE INTO sealed VALUES (?1, ?2, ?3)", params![id, wrapped, body])
            .and_then(|_rows| unbury(&self.connection, id))
            .or_vault_trouble()
    }
}

/// The vault's file, which is there.
pub(super) fn open_there(folder: &Path) -> Result<Connection, Failure> {
    let file = folder.join(FILE);
    if !is_there(&file)? {
        let what = say!("vault-missing", file = file.display().to_string());
        return Err(Failure::new(Trouble::BadData, what).hint(say!("vault-unreadable-hint")));
    }
    Connection::open(file).or_vault_trouble()
}

fn count_what_opens(folder: &Path, master: &[u8; 32]) -> Result<u64, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.join("vault.db"), flags).or_vault_trouble()?;
    let mut query = connection.prepare("SELECT id, key, body FROM sealed").or_vault_trouble()?;
    let mut rows = query.query([]).or_vault_trouble()?;
    let mut names = 0;
    while let Some(row) = rows.next().or_vault_trouble()? {
        let read = || Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?));
        let (id, wrapped, body) = read().or_vault_trouble()?;
        open_name(master, &id, &wrapped, &body)?;
        names += 1;
    }
    Ok(names)
}

/// A name out of its two seals.
fn open_name(master: &[u8; 32], id: &str, wrapped: &[u8], body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let open = |with: &[u8; 32], sealed: &[u8]| unlock(with, id.as_bytes(), sealed).map_err(|error| broken(id, &error));
    let key = open(master, wrapped)?;
    let key: Zeroizing<[u8; 32]> =
        Zeroizing::new(key.as_slice().try_into().map_err(|error: std::array::TryFromSliceError| broken(id, &error))?);
    open(&key, body)
}

/// XChaCha20-Poly1305 under `key`, the nonce in front.
pub(super) fn lock(
    key: &[u8; 32],
    nonce: [u8; NONCE],
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, chacha20poly1305::Error> {
    let payload = Payload { msg: plain, aad };
    let sealed = XChaCha20Poly1305::new(&(*key).into()).encrypt(&XNonce::from(nonce), payload)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// What was locked so. Errors: another key, other associated data, or changed since.
pub(super) fn unlock(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, chacha20poly1305::Error> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(chacha20poly1305::Error)?;
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad })
        .map(Zeroizing::new)
}

fn broken(id: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Trouble::BadData, say!("vault-broken", id = id)).detail(error).hint(say!("vault-broken-hint"))
}

impl Vault for SealedVault<'_> {
    fn seal(&self, id: &str, name: &str) -> Result<(), Failure> {
        // The name and its tombstone's end: both or neither.
        let work = self.connection.unchecked_transaction().or_vault_trouble()?;
        self.put(id, name)?;
        work.commit().or_vault_trouble()
    }

    fn open(&self, id: &str) -> Result<Option<String>, Failure> {
        let row: Option<(Vec<u8>, Vec<u8>)> = self
            .connection
            .query_row("SELECT key, body FROM sealed WHERE id = ?1", [id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .or_vault_trouble()?;
        let master = self.key.find()?;
        let Some((wrapped, body)) = row else { return Ok(None) };
        let plain = open_name(&master, id, &wrapped, &body)?;
        std::str::from_utf8(&plain).map(|name| Some(name.to_owned())).map_err(|error| broken(id, &error))
    }

    fn change(&self, id: &str, change: Change<'_>) -> Result<(), Failure> {
        let work = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).or_vault_trouble()?;
        let text = change(self.open(id)?)?;
        self.put(id, &text)?;
        work.commit().or_vault_trouble()
    }

    fn is_open(&self) -> Result<bool, Failure> {
        match self.key.find() {
            Ok(_key) => Ok(true),
            Err(failure) if failure.is_vault_locked() => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    fn erase(&self, id: &str) -> Result<(), Failure> {
        bury(&self.connection, id).or_vault_trouble()?;
        let busy: i64 =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).or_vault_trouble()?;
        if busy == 0 {
            return Ok(());
        }
        // The pages from before are still in the write-ahead log while another process reads them.
        Err(Failure::new(Trouble::TryAgain, say!("vault-busy", id = id)).hint(say!("vault-busy-hint")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::SeededChance;
    use std::time::Duration;

    #[test]
    fn what_is_wrong_with_the_vault_is_said_of_the_vault() {
        let folder = tempfile::tempdir().expect("folder");
        let chance = SeededChance::new(1);
        let known = || VaultKey::Known(Zeroizing::new([1; 32]));
        let open = |folder: &Path| SealedVault::make(folder, known(), &chance);
        let vault = open(folder.path()).expect("made");
        let pragma = |text: &str| vault.connection.execute_batch(text).expect("a pragma");
        let fails =
            |name: &str| vault.seal("g", name).map_err(|failure| (failure.trouble, failure.what.key().to_owned()));
        pragma("PRAGMA max_page_count = 3;");
        assert_eq!(fails(&"x".repeat(100_000)), Err((Trouble::Io, "vault-full".to_owned())));
        pragma("PRAGMA max_page_count = 10000; PRAGMA query_only = ON;");
        assert_eq!(fails("x"), Err((Trouble::Io, "vault-read-only".to_owned())));
        pragma("PRAGMA query_only = OFF;");
        let other = Connection::open(folder.path().join("vault.db")).expect("opens");
        other.execute_batch("BEGIN IMMEDIATE;").expect("locks");
        vault.connection.busy_timeout(Duration::ZERO).expect("set");
        assert_eq!(fails("x"), Err((Trouble::TryAgain, "vault-in-use".to_owned())));
        other.execute_batch("ROLLBACK; DROP TABLE sealed;").expect("unlocks");
        assert_eq!(fails("x"), Err((Trouble::Io, "vault-error".to_owned())));
        let damaged = tempfile::tempdir().expect("folder");
        Connection::open(damaged.path().join("vault.db"))
            .and_then(|file| {
                file.execute_batch(
                    "CREATE TABLE x (y); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x';",
                )
            })
            .expect("spoiled");
        let failure = open(damaged.path()).err().map(|failure| (failure.trouble, failure.what.key().to_owned()));
        assert_eq!(failure, Some((Trouble::BadData, "vault-unreadable".to_owned())));
    }
    #[test]
    fn looking_opens_every_name_and_makes_no_vault() {
        let folder = tempfile::tempdir().expect("folder");
        let key = |master: [u8; 32]| match SealedVault::look(folder.path(), &master) {
            VaultSign::Broken(failure) => Err(failure.what.key().to_owned()),
            VaultSign::Opens(names) => Ok(names),
            VaultSign::Locked => panic!("no passphrase here"),
        };
        assert_eq!(key([1; 32]), Err("vault-read-only".to_owned()));
        assert!(!folder.path().join("vault.db").exists());
        let chance = SeededChance::new(2);
        let one = || Zeroizing::new([1; 32]);
        let failure = SealedVault::open(folder.path(), one(), &chance).err().expect("none there");
        assert_eq!((failure.what.key(), folder.path().join(FILE).exists()), ("vault-missing", false));
        let vault = SealedVault::make(folder.path(), VaultKey::Known(one()), &chance).expect("made");
        assert_eq!(key([2; 32]), Ok(0), "an empty vault opens with every key");
        for id in ["g-1", "g-2"] {
            vault.seal(id, "A").expect("sealed");
        }
        assert_eq!((key([1; 32]), key([2; 32])), (Ok(2), Err("vault-broken".to_owned())));
        vault.connection.execute("UPDATE sealed SET body = x'00' WHERE id = 'g-2'", []).expect("spoiled");
        assert_eq!(key([1; 32]), Err("vault-broken".to_owned()));
    }
}
