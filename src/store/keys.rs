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
    /// Every key of a station.
    pub const ALL: [Self; 4] = [Self::Station, Self::Team, Self::Vault, Self::Codes];

    /// Its name in the station's folder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Station => "station.key",
            Self::Team => "team.key",
            Self::Vault => "vault.key",
            Self::Codes => "codes.key",
        }
    }
}

fn failed(which: KeyFile, folder: &Path) -> Failure {
    let file = folder.join(which.name()).display().to_string();
    Failure::new(Trouble::Io, say!("key-file", file = file)).hint(say!("key-file-hint"))
}

fn trouble(which: KeyFile, folder: &Path, error: &io::Error) -> Failure {
    failed(which, folder).because(error)
}

/// Writes a new key file, mode 0600, and flushes it. Errors: one is there already, or the folder cannot be written.
pub fn write_key(folder: &Path, which: KeyFile, secret: &[u8; 32]) -> Result<(), Failure> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(which.name()))?;
        writeln!(file, "{}", Digest(*secret))?;
        file.sync_all()?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| trouble(which, folder, &error))
}

/// Reads a key file. Errors: missing, unreadable, or not 64 hexadecimal digits.
pub fn read_key(folder: &Path, which: KeyFile) -> Result<SecretKey, Failure> {
    let mut text = zeroize::Zeroizing::new(String::new());
    File::open(folder.join(which.name()))
        .and_then(|file| file.take(100).read_to_string(&mut text))
        .map_err(|error| trouble(which, folder, &error))?;
    let bytes: Digest = text.trim().parse().map_err(|error: DigestError| failed(which, folder).detail(error))?;
    Ok(SecretKey::from_bytes(&bytes.0))
}
