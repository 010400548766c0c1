//! What was read back against what the method put there.
//!
//! Invariant: every byte is compared with the one that belongs at its address. No digest is taken: what a method writes
//! follows from its id, key and size, so that a digest of it would say nothing that the comparison does not.

use crate::unit::{Bytes, Digest};
use crate::wipe::Overwrite;

/// Bytes made and compared at a time, small enough for the processor's own cache.
const STRIP: usize = 128 * 1024;

/// What is wrong with a piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// How many bytes are wrong.
    pub(super) wrong: usize,
    /// The first of them, as an offset in the piece.
    pub(super) first: Option<usize>,
}

/// Compares pieces with what a method puts at their addresses.
pub(super) struct Comparison<'k> {
    method: &'static dyn Overwrite,
    key: Option<&'k Digest>,
    expected: Vec<u8>,
}

impl<'k> Comparison<'k> {
    pub(super) fn new(method: &'static dyn Overwrite, key: Option<&'k Digest>) -> Self {
        let mut expected = vec![0; STRIP];
        if !method.varies() {
            method.fill(key, Bytes::ZERO, &mut expected);
        }
        Self { method, key, expected }
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wipe::{METHODS, overwrite};

    #[test]
    fn every_wrong_byte_is_counted_and_the_first_is_told_whichever_strip_it_is_in() {
        let key = Digest([3; 32]);
        let (start, len) = (4096u64, 2 * STRIP + 4096);
        for method in METHODS.iter().filter_map(|method| overwrite(method.id())) {
            let mut good = vec![1; len];
            method.fill(Some(&key), Bytes(start), &mut good);
            for places in [vec![], vec![0], vec![STRIP - 1, STRIP], vec![len - 1], vec![STRIP + 5, 2 * STRIP, len - 1]]
            {
                let mut found = good.clone();
                for place in &places {
                    found[*place] ^= 0x10;
                }
                let mut comparison = Comparison::new(method, Some(&key));
                let seen = comparison.look(start, &found);
                assert_eq!(seen, Seen { wrong: places.len(), first: places.first().copied() }, "{method:?} {places:?}");
            }
        }
    }
}
