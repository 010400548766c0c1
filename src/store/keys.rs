//! Key files: 32 secret bytes as hexadecimal text, readable by their owner only.

#![expect(clippy::disallowed_methods, reason = "an adapter: it keeps files")]

use crate::ledger::SecretKey;
use crate::port::{Failure, Trouble};
use crate::unit::{Digest, DigestError};
use crate::word::say;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use zeroize::Zeroizing;

/// Key files are 65 bytes long.
const MOST: usize = 100;

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

fn failed(file: &Path) -> Failure {
    Failure::new(Trouble::Io, say!("key-file", file = file.display().to_string())).hint(say!("key-file-hint"))
}

/// Whether that key file is there.
#[must_use]
pub fn has_key(folder: &Path, which: KeyFile) -> bool {
    folder.join(which.name()).exists()
}

/// Writes a new key file, mode 0600, and flushes it. Errors: one is there already, or the folder cannot be written.
pub fn write_key(folder: &Path, which: KeyFile, secret: &[u8; 32]) -> Result<(), Failure> {
    write_key_file(&folder.join(which.name()), secret)
}

/// Reads a key file. Errors: missing, unreadable, or not 64 hexadecimal digits.
pub fn read_key(folder: &Path, which: KeyFile) -> Result<SecretKey, Failure> {
    read_key_file(&folder.join(which.name()))
}

/// The same for a key file of any name.
pub fn write_key_file(file: &Path, secret: &[u8; 32]) -> Result<(), Failure> {
    write_secret_file(file, &Zeroizing::new(format!("{}\n", Digest(*secret))))
}

/// Writes a new file that only its owner may read, and flushes it. Errors: something has its name, or it cannot be written.
pub fn write_secret_file(file: &Path, text: &str) -> Result<(), Failure> {
    let unwritten = |error: io::Error| failed(file).because(error);
    let mut key = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(unwritten)?;
    let mut write = || {
        key.write_all(text.as_bytes())?;
        key.sync_all()?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    };
    write().map_err(unwritten).inspect_err(|_failure| {
        // Half of a secret, or one that nobody learns of, is of no use to anybody who should have it.
        let _gone = fs::remove_file(file);
    })
}

/// The same for a key file of any name.
pub fn read_key_file(file: &Path) -> Result<SecretKey, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(MOST));
    File::open(file)
        .and_then(|file| file.take(MOST as u64).read_to_string(&mut text))
        .map_err(|error| failed(file).because(error))?;
    let bytes: Digest = text.trim().parse().map_err(|error: DigestError| failed(file).detail(error))?;
    Ok(SecretKey::from_bytes(&bytes.0))
}
