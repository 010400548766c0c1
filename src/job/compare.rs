//! What was read back against what the method put there, and the digest of it.
//!
//! Invariant: every byte that goes into the digest was compared, and the other way round.

use crate::unit::{Bytes, Digest};
use crate::wipe::Method;

/// Bytes made, compared and hashed at a time: all three find them in the processor's own cache.
const STRIP: usize = 128 * 1024;

/// What is wrong with a piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// How many bytes are wrong.
    pub(super) wrong: usize,
    /// The first of them, as an offset in the piece.
    pub(super) first: Option<usize>,
}

/// Compares pieces that are given in order, with no gap but blocks that could not be read.
pub(super) struct Comparison<'k> {
    method: &'static dyn Method,
    key: Option<&'k Digest>,
    expected: Vec<u8>,
    hasher: blake3::Hasher,
}

impl<'k> Comparison<'k> {
    pub(super) fn new(method: &'static dyn Method, key: Option<&'k Digest>) -> Self {
        let mut expected = vec![0; STRIP];
        if !method.varies() {
            method.fill(key, Bytes::ZERO, &mut expected);
        }
        Self { method, key, expected, hasher: blake3::Hasher::new() }
    }

    /// Compares the bytes that were read at `at`.
    pub(super) fn look(&mut self, at: u64, found: &[u8]) -> Seen {
        let mut seen = Seen::default();
        let mut done = 0;
        for strip in found.chunks(STRIP) {
            let expected = &mut self.expected[..strip.len()];
            if self.method.varies() {
                self.method.fill(self.key, Bytes(at.saturating_add(super::transfer::wide(done))), expected);
            }
            self.hasher.update(strip);
            if strip != expected {
                let wrong = |(a, b): (&u8, &u8)| a != b;
                let first = strip.iter().zip(expected.iter()).position(wrong).unwrap_or(0);
                seen.first.get_or_insert(done + first);
                seen.wrong += strip.iter().zip(expected.iter()).filter(|(a, b)| a != b).count();
            }
            done += strip.len();
        }
        seen
    }

    /// BLAKE3 of everything looked at.
    pub(super) fn digest(&self) -> Digest {
        Digest(*self.hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wipe::METHODS;

    #[test]
    fn every_wrong_byte_is_counted_and_the_first_is_told_whichever_strip_it_is_in() {
        let key = Digest([3; 32]);
        let (start, len) = (4096u64, 2 * STRIP + 4096);
        for method in METHODS {
            let mut good = vec![1; len];
            method.fill(Some(&key), Bytes(start), &mut good);
            for places in [vec![], vec![0], vec![STRIP - 1, STRIP], vec![len - 1], vec![STRIP + 5, 2 * STRIP, len - 1]]
            {
                let mut found = good.clone();
                for place in &places {
                    found[*place] ^= 0x10;
                }
                let mut comparison = Comparison::new(*method, Some(&key));
                let seen = comparison.look(start, &found);
                assert_eq!(seen, Seen { wrong: places.len(), first: places.first().copied() }, "{method:?} {places:?}");
                assert_eq!(comparison.digest(), Digest(*blake3::hash(&found).as_bytes()));
            }
        }
    }

    #[test]
    fn pieces_of_any_length_have_one_digest() {
        let key = Digest([3; 32]);
        for method in METHODS {
            let mut all = vec![1; 70_000];
            method.fill(Some(&key), Bytes::ZERO, &mut all);
            let mut comparison = Comparison::new(*method, Some(&key));
            let mut at = 0;
            for piece in all.chunks(4096) {
                assert_eq!(comparison.look(at, piece), Seen::default(), "{method:?} {at}");
                at += piece.len() as u64;
            }
            assert_eq!(comparison.digest(), Digest(*blake3::hash(&all).as_bytes()));
        }
    }
}
