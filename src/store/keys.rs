//! Key files: 32 secret bytes as hexadecimal text, readable by their owner only.

#![expect(clippy::disallowed_methods, reason = "an adapter: it keeps files")]

use crate::ledger::SecretKey;
use crate::port::{Failure, Trouble};
use crate::unit::{Digest, DigestError};
use crate::word::say;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFile {
    /// Signs heads.
    Station,
    /// Certifies stations.
    Team,
    /// Opens the vault.
    Vault,
    /// Makes arming codes.
    Codes,
}

impl KeyFile {
    const fn name(self) -> &'static str {
        match self {
            Self::Station => "station.key",
            Self::Team => "team.key",
            Self::Vault => "vault.key",
            Self::Codes => "codes.key",
        }
    }
}

fn failed(path: &Path) -> Failure {
    Failure::new(Trouble::Io, say!("key-file", file = path.display().to_string())).hint(say!("key-file-hint"))
}

/// Writes a new key file, mode 0600, and flushes it. Errors: one is there already, or the folder cannot be written.
pub fn write_key(folder: &Path, which: KeyFile, secret: &[u8; 32]) -> Result<(), Failure> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(which.name()))?;
        writeln!(file, "{}", Digest(*secret))?;
        file.sync_all()?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error: io::Error| failed(&folder.join(which.name())).because(error))
}

/// Reads a key file. Errors: missing, unreadable, or not 64 hexadecimal digits.
pub fn read_key(folder: &Path, which: KeyFile) -> Result<SecretKey, Failure> {
    read_key_file(&folder.join(which.name()))
}

/// Reads a key file that a person names. Errors: as for [`read_key`].
pub fn read_key_file(path: &Path) -> Result<SecretKey, Failure> {
    let mut text = zeroize::Zeroizing::new(String::new());
    File::open(path)
        .and_then(|file| file.take(100).read_to_string(&mut text))
        .map_err(|error| failed(path).because(error))?;
    let bytes: Digest = text.trim().parse().map_err(|error: DigestError| failed(path).detail(error))?;
    Ok(SecretKey::from_bytes(&bytes.0))
}
