//! The memory test: every word holds a pattern of its own place, then the opposite.
//!
//! Invariants: two words never hold the same within a pass, so that address lines that are mixed up are found; every bit is
//! once 1 and once 0 in two passes.

/// A word that did not hold what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadWord {
    /// Which word, counted from the beginning.
    pub at: usize,
    /// The bits that differ.
    pub bits: u64,
}

/// Writes what pass `pass` puts into `words`, of which the first is number `from`.
pub fn fill(words: &mut [u64], from: usize, pass: u32) {
    for (word, number) in words.iter_mut().zip(from..) {
        *word = due(number, pass);
    }
}

/// The first word that does not hold what pass `pass` put there, and how many there are.
#[must_use]
pub fn bad_words(words: &[u64], from: usize, pass: u32) -> Option<(BadWord, u64)> {
    let bad = |(word, number): (&u64, usize)| {
        let bits = *word ^ due(number, pass);
        (bits != 0).then_some(BadWord { at: number, bits })
    };
    let mut all = words.iter().zip(from..).filter_map(bad);
    let first = all.next()?;
    Some((first, 1 + u64::try_from(all.count()).unwrap_or(u64::MAX - 1)))
}

/// One-to-one in `number`, and each odd pass the opposite of the one before it.
fn due(number: usize, pass: u32) -> u64 {
    let place = u64::try_from(number).unwrap_or(u64::MAX);
    let word = mix(place ^ (u64::from(pass / 2) << 48));
    if pass.is_multiple_of(2) { word } else { !word }
}

/// Source: the finaliser of `SplitMix64` (Steele, Lea, Flood 2014), which loses nothing.
pub(super) const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_was_written_is_found_again_and_a_single_bit_that_is_not_is_named() {
        let mut words = vec![0; 5000];
        for pass in 0..4 {
            fill(&mut words, 70, pass);
            assert_eq!(bad_words(&words, 70, pass), None);
            assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), 5000, "no word twice");
            assert!(bad_words(&words, 71, pass).is_some(), "a mixed-up address is found");
        }
        words[4321] ^= 1 << 17;
        words[4322] ^= 1;
        let (first, count) = bad_words(&words, 70, 3).expect("two are bad");
        assert_eq!((first, count), (BadWord { at: 4391, bits: 1 << 17 }, 2));
    }

    #[test]
    fn in_two_passes_every_bit_is_once_1_and_once_0() {
        let (mut one, mut other) = (vec![0; 100], vec![0; 100]);
        fill(&mut one, 0, 6);
        fill(&mut other, 0, 7);
        assert!(one.iter().zip(&other).all(|(one, other)| one ^ other == u64::MAX));
    }
}
