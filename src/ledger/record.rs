//! A record: `prev_hash (32) ‖ seq (8, big-endian) ‖ body`, the very bytes that are hashed.
//!
//! Invariant: the leaf hash is SHA-256(0x00 ‖ record), the leaf of RFC 6962 §2.1, so that `sha256sum` checks it too.

use super::body::{BodyError, check_body};
use crate::unit::Digest;
use sha2::{Digest as _, Sha256};

const PREV: usize = 32;
const HEAD: usize = PREV + 8;

/// The bytes of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    bytes: Vec<u8>,
}

/// Bytes that are no record.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Shorter than the 40 bytes in front of every body.
    #[error("a record has at least 40 bytes, this has {0}")]
    Short(usize),
    /// The body breaks the rules of bodies.
    #[error("body: {0}")]
    Body(#[from] BodyError),
}

/// SHA-256(0x00 ‖ record): RFC 6962 §2.1.
#[must_use]
pub fn leaf_hash(record: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update([0u8]);
    hash.update(record);
    Digest(hash.finalize().into())
}

impl Record {
    /// The record that follows `prev` (32 zero bytes for the first). Errors: a body that is no JSON object, repeats a key
    /// or holds a number with a fraction.
    pub fn new(prev: Digest, seq: u64, body: &[u8]) -> Result<Self, RecordError> {
        check_body(body)?;
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.extend_from_slice(&prev.0);
        bytes.extend_from_slice(&seq.to_be_bytes());
        bytes.extend_from_slice(body);
        Ok(Self { bytes })
    }

    /// Takes stored bytes as they are. Errors as for [`Record::new`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, RecordError> {
        if bytes.len() < HEAD {
            return Err(RecordError::Short(bytes.len()));
        }
        check_body(&bytes[HEAD..])?;
        Ok(Self { bytes })
    }

    /// All bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Leaf hash of the record before.
    #[must_use]
    pub fn prev(&self) -> Digest {
        let mut prev = [0; PREV];
        prev.copy_from_slice(&self.bytes[..PREV]);
        Digest(prev)
    }

    /// Its number, from 0.
    #[must_use]
    pub fn seq(&self) -> u64 {
        let mut seq = [0; 8];
        seq.copy_from_slice(&self.bytes[PREV..HEAD]);
        u64::from_be_bytes(seq)
    }

    /// The body: UTF-8 JSON, verbatim.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.bytes[HEAD..]
    }

    /// See [`leaf_hash`].
    #[must_use]
    pub fn leaf(&self) -> Digest {
        leaf_hash(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stand_as_decided_and_hash_as_sha256sum_does() {
        let record = Record::new(Digest::ZERO, 1, b"{}").expect("good body");
        assert_eq!(record.bytes().len(), 42);
        assert_eq!(&record.bytes()[32..], b"\0\0\0\0\0\0\0\x01{}");
        // (printf '\0'; head -c 39 /dev/zero; printf '\x01{}') | sha256sum
        assert_eq!(record.leaf().to_string(), "aa0135beb8833816cc06461d5e337cc53c2967999aa818d91ac6837f4c4a9bea");
        assert_eq!(Record::from_bytes(record.bytes().to_vec()), Ok(record));
        assert_eq!(Record::from_bytes(vec![0; 39]), Err(RecordError::Short(39)));
    }
}
