//! The vault's file: every name sealed under a key of its own, that key sealed under the master key.
//!
//! Invariants: XChaCha20-Poly1305 with random 24-byte nonces and the id as associated data; erasing overwrites key and
//! ciphertext (`secure_delete`) and truncates the write-ahead log. The master key is a file until sign-in arrives.

use super::erasure::{TOMBSTONES, bury, unbury};
use super::schema::check_file_system;
use super::trouble::OrTrouble;
use crate::port::{Chance, Failure, Trouble, Vault};
use crate::word::say;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// The vault of a station.
pub struct SealedVault<'a> {
    connection: Connection,
    master: Zeroizing<[u8; 32]>,
    chance: &'a dyn Chance,
}

impl<'a> SealedVault<'a> {
    /// Opens the vault in `folder`, or makes it.
    pub fn open(folder: &Path, master: Zeroizing<[u8; 32]>, chance: &'a dyn Chance) -> Result<Self, Failure> {
        check_file_system(folder)?;
        let connection = Connection::open(folder.join("vault.db")).or_vault_trouble()?;
        connection
            .execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF;
                 CREATE TABLE IF NOT EXISTS sealed (id TEXT PRIMARY KEY, key BLOB NOT NULL, body BLOB NOT NULL) STRICT;",
            )
            .or_vault_trouble()?;
        connection.execute_batch(TOMBSTONES).or_vault_trouble()?;
        Ok(Self { connection, master, chance })
    }

    fn lock(&self, key: &[u8; 32], id: &str, plain: &[u8]) -> Result<Vec<u8>, Failure> {
        let nonce: [u8; NONCE] = self.chance.bytes();
        let payload = Payload { msg: plain, aad: id.as_bytes() };
        let sealed = XChaCha20Poly1305::new(&(*key).into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|error| broken(id, &error))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }
}

fn broken(id: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Trouble::BadData, say!("vault-broken", id = id)).detail(error).hint(say!("vault-broken-hint"))
}

fn unlock(key: &[u8; 32], id: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| broken(id, &"too short"))?;
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: id.as_bytes() })
        .map(Zeroizing::new)
        .map_err(|error| broken(id, &error))
}

impl Vault for SealedVault<'_> {
    fn seal(&self, id: &str, name: &str) -> Result<(), Failure> {
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(self.chance.bytes());
        let wrapped = self.lock(&self.master, id, key.as_slice())?;
        let body = self.lock(&key, id, name.as_bytes())?;
        self.connection
            .execute("INSERT OR REPLACE INTO sealed VALUES (?1, ?2, ?3)", params![id, wrapped, body])
            .and_then(|_rows| unbury(&self.connection, id))
            .or_vault_trouble()
    }

    fn open(&self, id: &str) -> Result<Option<String>, Failure> {
        let row: Option<(Vec<u8>, Vec<u8>)> = self
            .connection
            .query_row("SELECT key, body FROM sealed WHERE id = ?1", [id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .or_vault_trouble()?;
        let Some((wrapped, body)) = row else { return Ok(None) };
        let key = unlock(&self.master, id, &wrapped)?;
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(
            key.as_slice().try_into().map_err(|error: std::array::TryFromSliceError| broken(id, &error))?,
        );
        let plain = unlock(&key, id, &body)?;
        std::str::from_utf8(&plain).map(|name| Some(name.to_owned())).map_err(|error| broken(id, &error))
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
        let open = |folder: &Path| SealedVault::open(folder, Zeroizing::new([1; 32]), &chance);
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
}
