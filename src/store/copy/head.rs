//! The clear head of a safety copy: what may be known of it without its key.
//!
//! Layout: the line `aoxanh saoluu v1`, the length of the JSON text (4 bytes, big-endian), the text. All of it is
//! associated data of every sealed piece behind it, so that nothing in it can be changed unseen.

use crate::ledger::HeadRef;
use crate::unit::{Digest, Moment};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::time::Duration;
use zeroize::Zeroizing;

/// Older copies may hold what was erased since. Source: the design, "backups expire within 20 days and say so".
const EXPIRES: Duration = Duration::from_hours(20 * 24);
const MAGIC: &[u8] = b"aoxanh saoluu v";
const VERSION: &[u8] = b"1\n";
/// A head is small; more is no head.
const MOST: u32 = 64 * 1024;
/// Contexts of BLAKE3's key derivation: for ever.
const KEY: &str = "aoxanh 2026 backup v1";
const KEY_CHECK: &str = "aoxanh 2026 backup key check v1";

/// What stands in clear before the sealed body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyHead {
    /// Leaf hash of record 0 of the ledger inside.
    pub station: Digest,
    /// Whether that is practice.
    pub practice: bool,
    /// When the copy was made.
    pub made_at: Moment,
    /// From when on it must not be kept.
    pub expires_at: Moment,
    /// How many records the ledger's own chain has.
    pub size: u64,
    /// Merkle root over them.
    pub root: Digest,
    /// The vault's lock: the master key, wrapped; none where the master key is a file.
    pub lock: Option<String>,
    /// Random bytes of this file, from which with the master key comes its own key.
    pub nonce: Digest,
    /// Tells the right master key from a wrong one without opening anything.
    pub key_check: Digest,
}

/// Why bytes are no safety copy, or a broken one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CopyError {
    /// It does not begin like one.
    #[error("no safety copy")]
    NoCopy,
    /// It is of a later program.
    #[error("version of a later program")]
    Newer,
    /// Its head does not read.
    #[error("head: {0}")]
    Head(String),
    /// A sealed piece does not open: changed, cut, moved, or sealed under another key.
    #[error("sealed piece {piece} does not open")]
    Piece {
        /// Its number, from 0.
        piece: u64,
    },
    /// What the pieces hold is not an archive as this program writes it.
    #[error("archive: {0}")]
    Archive(String),
}

impl From<CopyError> for io::Error {
    fn from(error: CopyError) -> Self {
        Self::other(error)
    }
}

impl CopyHead {
    /// The head of a copy made now, under that master key.
    pub(super) fn new(of: Of, lock: Option<String>, nonce: Digest, master: &[u8; 32]) -> Self {
        let Of { station, practice, head, made_at } = of;
        let (size, root, expires_at) = (head.size, head.root, made_at.plus(EXPIRES));
        let key_check = Digest(*derived(KEY_CHECK, master, nonce));
        Self { station, practice, made_at, expires_at, size, root, lock, nonce, key_check }
    }

    /// The head of the ledger inside.
    #[must_use]
    pub const fn head(&self) -> HeadRef {
        HeadRef { size: self.size, root: self.root }
    }

    /// Whether the copy must not be kept any longer.
    #[must_use]
    pub fn is_expired(&self, now: Moment) -> bool {
        now >= self.expires_at
    }

    /// Whether `master` is the key that the copy was made under.
    #[must_use]
    pub fn is_under(&self, master: &[u8; 32]) -> bool {
        self.key_check == Digest(*derived(KEY_CHECK, master, self.nonce))
    }

    /// The key of this file alone.
    pub(super) fn key(&self, master: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        derived(KEY, master, self.nonce)
    }

    pub(super) fn bytes(&self) -> io::Result<Vec<u8>> {
        let text = serde_json::to_vec(self)?;
        let length = u32::try_from(text.len()).map_err(io::Error::other)?;
        Ok([MAGIC, VERSION, &length.to_be_bytes(), &text].concat())
    }

    /// Reads a head and its bytes; what follows is the body.
    pub(super) fn read(from: &mut dyn Read) -> io::Result<(Self, Vec<u8>)> {
        let mut bytes = vec![0; MAGIC.len() + VERSION.len() + 4];
        filled(from, &mut bytes)?;
        if !bytes.starts_with(MAGIC) {
            return Err(CopyError::NoCopy.into());
        }
        let (version, length) = bytes[MAGIC.len()..].split_at(VERSION.len());
        if version != VERSION {
            return Err(CopyError::Newer.into());
        }
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]);
        if length > MOST {
            return Err(CopyError::Head(format!("{length} bytes")).into());
        }
        let mut text = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        filled(from, &mut text)?;
        let head = serde_json::from_slice(&text).map_err(|error| CopyError::Head(error.to_string()))?;
        bytes.extend_from_slice(&text);
        Ok((head, bytes))
    }
}

/// What a copy is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Of {
    pub(super) station: Digest,
    pub(super) practice: bool,
    pub(super) head: HeadRef,
    pub(super) made_at: Moment,
}

/// A file too short for a head is no copy; other trouble stays what it is.
fn filled(from: &mut dyn Read, bytes: &mut [u8]) -> io::Result<()> {
    let short = |error: &io::Error| error.kind() == io::ErrorKind::UnexpectedEof;
    from.read_exact(bytes).map_err(|error| if short(&error) { CopyError::NoCopy.into() } else { error })
}

fn derived(context: &str, master: &[u8; 32], nonce: Digest) -> Zeroizing<[u8; 32]> {
    let mut material = Zeroizing::new([0; 64]);
    material[..32].copy_from_slice(master);
    material[32..].copy_from_slice(&nonce.0);
    Zeroizing::new(blake3::derive_key(context, material.as_slice()))
}
