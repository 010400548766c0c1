//! Method `overwrite-pattern`: a keyed pattern that is different at every address.
//!
//! The byte at offset *n* is byte *n* of the BLAKE3 output stream, keyed, of the empty message; anybody with the key in
//! the ledger can make it again (`b3sum --keyed --seek`). A disk smaller than it claims cannot answer with it.

use super::evidence::Level;
use super::method::{Method, Overwrite, Way};
use crate::unit::{Bytes, Digest};
use crate::word::{Sentence, say};

/// The BLAKE3 stream of a key.
#[derive(Debug)]
pub(super) struct OverwritePattern;

impl Method for OverwritePattern {
    fn id(&self) -> &'static str {
        "overwrite-pattern"
    }

    fn way(&self) -> Way {
        Way::Overwrite(&Self)
    }

    fn name(&self) -> Sentence {
        say!("wipe-method-overwrite-pattern")
    }

    fn best(&self) -> Level {
        Level::Clear
    }
}

impl Overwrite for OverwritePattern {
    fn is_keyed(&self) -> bool {
        true
    }

    fn varies(&self) -> bool {
        true
    }

    fn fill(&self, key: Option<&Digest>, at: Bytes, into: &mut [u8]) {
        let mut stream = blake3::Hasher::new_keyed(&key.unwrap_or(&Digest::ZERO).0).finalize_xof();
        stream.set_position(at.0);
        stream.fill(into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_frozen_and_starts_as_the_published_test_vector() {
        // BLAKE3 test_vectors.json: keyed hash of the empty input under this key.
        let key = Digest(*b"whats the Elvish word for friend");
        let mut bytes = [0u8; 8];
        OverwritePattern.fill(Some(&key), Bytes(0), &mut bytes);
        assert_eq!(bytes, [0x92, 0xb2, 0xb7, 0x56, 0x04, 0xed, 0x3c, 0x76]);
        OverwritePattern.fill(Some(&key), Bytes(1 << 40), &mut bytes);
        assert_eq!(bytes, [96, 4, 100, 208, 128, 242, 2, 68]);
    }

    #[test]
    fn no_two_blocks_and_no_two_keys_are_alike() {
        let block = |key: u8, at: u64| {
            let mut bytes = vec![0u8; 512];
            OverwritePattern.fill(Some(&Digest([key; 32])), Bytes(at), &mut bytes);
            bytes
        };
        assert_ne!(block(1, 0), block(1, 512));
        assert_ne!(block(1, 0), block(1, 1 << 32));
        assert_ne!(block(1, 0), block(2, 0));
    }
}
