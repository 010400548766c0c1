//! A head: how many records there are and their Merkle root, signed. Its text is a C2SP tlog-checkpoint.

use super::key::{PublicKey, SecretKey};
use super::note::{Note, NoteError};
use crate::unit::Digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;

/// The name of a station's ledger in checkpoints: its id, with a word in front that says practice where it is practice.
#[must_use]
pub fn origin(station: Digest, practice: bool) -> String {
    if practice { format!("aoxanh/LUYEN-TAP/{station}") } else { format!("aoxanh/{station}") }
}

/// Size and root of a ledger at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whose ledger.
    pub origin: String,
    /// How many records.
    pub size: u64,
    /// Their Merkle root.
    pub root: Digest,
}

/// Why a head is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Its text is no checkpoint.
    #[error("not a checkpoint: {0}")]
    Form(&'static str),
}

impl Head {
    /// The checkpoint text.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// What follows the checkpoint text of that origin, size and root at the start of `note`; none where it is not theirs.
    pub(super) fn after<'n>(note: &'n str, origin: &str, size: u64, root: Digest) -> Option<&'n str> {
        let (number, rest) = note.strip_prefix(origin)?.strip_prefix('\n')?.split_once('\n')?;
        let plain = !number.starts_with(['0', '+']) || number == "0";
        let mut encoded = [0; 44];
        let written = STANDARD.encode_slice(root.0, &mut encoded).ok()?;
        let root = str::from_utf8(&encoded[..written]).ok()?;
        (plain && number.parse() == Ok(size)).then_some(rest)?.strip_prefix(root)?.strip_prefix('\n')
    }

    /// The signed checkpoint.
    #[must_use]
    pub fn sign(&self, key: &SecretKey) -> String {
        Note::sign(self.text(), &self.origin, key).1
    }

    /// Reads a checkpoint text. Errors: wrong form; extension lines are accepted and ignored.
    pub fn read(text: &str) -> Result<Self, HeadError> {
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(HeadError::Form("no origin"))?;
        let size = lines.next().ok_or(HeadError::Form("no size"))?;
        let number: u64 = size.parse().map_err(|_error| HeadError::Form("the size is no number"))?;
        if number.to_string() != size {
            return Err(HeadError::Form("the size is not written plainly"));
        }
        let root = lines.next().ok_or(HeadError::Form("no root"))?;
        let root = STANDARD.decode(root).map_err(|_error| HeadError::Form("the root is no base64"))?;
        let root: [u8; 32] = root.try_into().map_err(|_bytes| HeadError::Form("the root is not 32 bytes"))?;
        Ok(Self { origin: origin.to_owned(), size: number, root: Digest(root) })
    }

    /// Reads a signed checkpoint and checks the signature of its own origin by `key`.
    pub fn open(signed: &str, key: PublicKey) -> Result<Self, HeadError> {
        let head = Self::read(Note::split(signed)?.0)?;
        Note::open(signed, &head.origin, key)?;
        Ok(head)
    }

    /// The short form that people carry on paper.
    #[must_use]
    pub const fn short(&self) -> HeadRef {
        HeadRef { size: self.size, root: self.root }
    }
}

/// A head as it is printed and typed: `size:root`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadRef {
    /// How many records.
    pub size: u64,
    /// Their Merkle root.
    pub root: Digest,
}

impl fmt::Display for HeadRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.size, self.root)
    }
}

impl FromStr for HeadRef {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (size, root) = text.trim().split_once(':').ok_or(HeadError::Form("a head is SIZE:ROOT"))?;
        Ok(Self {
            size: size.parse().map_err(|_error| HeadError::Form("the size is no number"))?,
            root: root.parse().map_err(|_error| HeadError::Form("the root is not 64 hexadecimal digits"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_head_reads_back_and_its_short_form_too() {
        let key = SecretKey::from_bytes(&[9; 32]);
        let head = Head { origin: origin(Digest([1; 32]), true), size: 7, root: Digest([2; 32]) };
        assert!(head.origin.contains("LUYEN-TAP"));
        assert_eq!(Head::open(&head.sign(&key), key.public()), Ok(head.clone()));
        assert_eq!(head.short().to_string().parse(), Ok(head.short()));
        for bad in ["", "o\n", "o\n07\nAA==\n", "o\n7\nAA==\n", "\n7\nAA==\n"] {
            assert!(Head::read(bad).is_err(), "{bad:?}");
        }
    }
}
