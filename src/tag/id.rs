//! The tag number: ten random Crockford symbols and one check symbol.
//!
//! Invariant: a [`TagId`] holds 11 canonical symbols whose Damm-32 state ends at zero.

use super::error::TagError;
use crate::unit::Symbol;
use std::fmt;
use std::str::FromStr;

/// Random bytes that go into a new tag; 50 of their 56 bits are used.
pub const RANDOM_BYTES: usize = 7;
/// Symbols of randomness, before the check symbol.
const RANDOM_SYMBOLS: usize = 10;
/// Symbols in all.
const ALL_SYMBOLS: usize = RANDOM_SYMBOLS + 1;

/// The symbols behind the last `/`, as a person typed or a scanner sent them, of which the last one checks the others. Errors:
/// [`TagError::Symbol`], [`TagError::Length`], [`TagError::Check`], the first that applies.
pub(super) fn read_checked(written: &str, count: usize) -> Result<String, TagError> {
    let last = written.trim().rsplit('/').next().unwrap_or_default();
    let mut symbols = Vec::with_capacity(count);
    for found in last.chars().filter(|found| !is_spacing(*found)) {
        symbols.push(Symbol::read(found).ok_or(TagError::Symbol { found, at: symbols.len() + 1 })?);
    }
    if symbols.len() != count {
        return Err(TagError::Length { found: symbols.len() });
    }
    let read: String = symbols.iter().map(|symbol| symbol.char()).collect();
    if damm(symbols.into_iter()) == 0 { Ok(read) } else { Err(TagError::Check { read }) }
}

/// The number of a tag. Printed `7K3XQ-92M4T-Z`; the ledger holds the 11 symbols without dashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(String);

impl TagId {
    /// The tag that these random bytes name.
    #[must_use]
    pub fn from_random(bytes: [u8; RANDOM_BYTES]) -> Self {
        let mut text = Symbol::spell(&bytes);
        text.truncate(RANDOM_SYMBOLS);
        // The state after all symbols is itself the symbol that brings it back to zero.
        text.push(Symbol::of(damm(text.chars().filter_map(Symbol::read))).char());
        Self(text)
    }

    /// Reads what a person typed or a scanner sent: any case, `O` for 0, `I` and `L` for 1, with or without dashes and
    /// spaces, or a whole QR payload, of which only what follows the last `/` counts.
    ///
    /// Errors: [`TagError::Symbol`], [`TagError::Length`], [`TagError::Check`], the first that applies.
    pub fn read(written: &str) -> Result<Self, TagError> {
        read_checked(written, ALL_SYMBOLS).map(Self)
    }

    /// The 11 symbols without dashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TagId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", &self.0[..5], &self.0[5..10], &self.0[10..])
    }
}

impl FromStr for TagId {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, TagError> {
        Self::read(text)
    }
}

/// Every tag that is one wrong symbol, or two neighbours the wrong way round, away from these symbols.
#[must_use]
pub fn near(read: &str) -> Vec<TagId> {
    let signs: Vec<char> = read.chars().collect();
    let mut all = Vec::new();
    for at in 0..signs.len() {
        let mut swapped = signs.clone();
        if at + 1 < signs.len() && signs[at] != signs[at + 1] {
            swapped.swap(at, at + 1);
            all.push(swapped);
        }
        for symbol in (0..32).map(|value| Symbol::of(value).char()).filter(|symbol| *symbol != signs[at]) {
            all.push([&signs[..at], &[symbol][..], &signs[at + 1..]].concat());
        }
    }
    all.into_iter().filter_map(|signs| TagId::read(&signs.into_iter().collect::<String>()).ok()).collect()
}

/// The Damm state after `symbols`: `state = 2·(state ⊕ symbol)` in GF(32), polynomial x⁵+x²+1.
///
/// Source: H. Michael Damm, "Total anti-symmetrische Quasigruppen" (2004), over a field of 2ⁿ elements. Two generates
/// the field's 31 non-zero elements, so symbols at different places never weigh the same.
pub(super) fn damm(symbols: impl Iterator<Item = Symbol>) -> u8 {
    symbols.fold(0, |state, symbol| {
        let doubled = (state ^ symbol.value()) << 1;
        if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
    })
}

/// What people, printers and phone keyboards put between the groups.
pub(super) fn is_spacing(found: char) -> bool {
    found.is_whitespace() || matches!(found, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::SYMBOLS;

    const IDS: u64 = 10_000;

    /// The same ten thousand tags every time (splitmix64).
    fn ids() -> impl Iterator<Item = TagId> {
        (1..=IDS).map(|n| {
            let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (z ^ (z >> 31)).to_be_bytes();
            TagId::from_random([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6]])
        })
    }

    /// Checks that `slip`, applied to symbols of every id, is always found by the check symbol; returns how many slips.
    fn all_found(slip: impl Fn(&[u8], usize) -> Vec<Vec<u8>>) -> usize {
        let mut tried = 0;
        for id in ids() {
            let right = id.as_str().as_bytes();
            for at in 0..right.len() {
                for wrong in slip(right, at).into_iter().filter(|wrong| wrong != right) {
                    let wrong = String::from_utf8(wrong).expect("symbols are ASCII");
                    assert_eq!(TagId::read(&wrong), Err(TagError::Check { read: wrong.clone() }), "{id} as {wrong}");
                    tried += 1;
                }
            }
        }
        tried
    }

    #[test]
    fn the_known_example_reads_in_every_way_people_write_it() {
        let id = TagId::from_random([0x3c, 0xc7, 0xdb, 0xa4, 0x54, 0x26, 0x80]);
        assert_eq!(id.as_str(), "7K3XQ92M4TZ");
        assert_eq!(id.to_string(), "7K3XQ-92M4T-Z");
        for written in [
            "7K3XQ92M4TZ",
            "7k3xq-92m4t-z",
            "  7K3XQ 92M4T Z\r\n",
            "7K3XQ–92M4T—Z",
            "HTTPS://AOXANH.EXAMPLE/7K3XQ92M4TZ",
            "https://aoxanh.example/t/7k3xq-92m4t-z",
            "/7K3XQ92M4TZ",
        ] {
            assert_eq!(TagId::read(written), Ok(id.clone()), "{written:?}");
        }
        let ones = TagId::from_random([0x08, 0x42, 0x10, 0x84, 0x20, 0x00, 0x00]);
        assert_eq!(&ones.as_str()[..10], "1111111000");
        let slipped = format!("iIlL1i1oO0{}", &ones.as_str()[10..]);
        assert_eq!(TagId::read(&slipped), Ok(ones));
    }

    #[test]
    fn the_error_says_what_is_wrong_and_where() {
        assert_eq!(TagId::read(""), Err(TagError::Length { found: 0 }));
        assert_eq!(TagId::read("7K3XQ-92M4T"), Err(TagError::Length { found: 10 }));
        assert_eq!(TagId::read("7K3XQ-92M4T-Z8"), Err(TagError::Length { found: 12 }));
        assert_eq!(TagId::read("HTTPS://AOXANH.EXAMPLE/"), Err(TagError::Length { found: 0 }));
        assert_eq!(TagId::read("7K3XQ-9UM4T-Z"), Err(TagError::Symbol { found: 'U', at: 7 }));
        assert_eq!(TagId::read("máy 3"), Err(TagError::Symbol { found: 'á', at: 2 }));
        assert_eq!(TagId::read("7K3XQ-92M4T-8"), Err(TagError::Check { read: "7K3XQ92M4T8".to_owned() }));
    }

    #[test]
    fn each_of_the_fifty_bits_counts_and_no_other() {
        for bit in 0..56usize {
            let mut bytes = [0u8; RANDOM_BYTES];
            bytes[bit / 8] |= 0x80 >> (bit % 8);
            let differs = TagId::from_random(bytes) != TagId::from_random([0; RANDOM_BYTES]);
            assert_eq!(differs, bit < 50, "bit {bit}");
        }
        assert!(ids().all(|id| TagId::read(id.as_str()) == Ok(id.clone())));
    }

    #[test]
    fn every_single_substitution_is_found() {
        let tried = all_found(|right, at| {
            let swap = |symbol: &u8| [&right[..at], &[*symbol], &right[at + 1..]].concat();
            SYMBOLS.iter().map(swap).collect()
        });
        assert_eq!(tried, 10_000 * 11 * 31);
    }

    #[test]
    fn every_adjacent_and_jump_transposition_is_found() {
        for jump in [1, 2] {
            let tried = all_found(|right, at| {
                let mut wrong = right.to_vec();
                if at + jump < wrong.len() {
                    wrong.swap(at, at + jump);
                }
                vec![wrong]
            });
            assert!(tried > 85_000, "{tried}");
        }
    }

    #[test]
    fn every_twin_error_is_found_next_to_each_other_and_with_one_between() {
        for jump in [1, 2] {
            let mut tried = 0;
            for id in ids().take(300) {
                for at in 0..=RANDOM_SYMBOLS - jump {
                    tried += twins(id.as_str(), at, jump);
                }
            }
            assert_eq!(tried, 300 * (11 - jump) * 32 * 31);
        }
    }

    /// Puts every pair xx of `id` at `at` (the id re-checked so that it is a real tag) and turns it into every yy.
    fn twins(id: &str, at: usize, jump: usize) -> usize {
        let mut tried = 0;
        for &x in SYMBOLS {
            let mut right = id.as_bytes().to_vec();
            right[at] = x;
            right[at + jump] = x;
            // Brings the state back to zero through a symbol that is not part of the pair.
            let free = if at == 0 { jump + 1 } else { 0 };
            let Some(right) = SYMBOLS.iter().find_map(|&mend| {
                right[free] = mend;
                TagId::read(std::str::from_utf8(&right).ok()?).ok()
            }) else {
                panic!("some symbol mends {id}");
            };
            for &y in SYMBOLS.iter().filter(|&&y| y != x) {
                let mut wrong = right.as_str().as_bytes().to_vec();
                wrong[at] = y;
                wrong[at + jump] = y;
                let wrong = String::from_utf8(wrong).expect("symbols are ASCII");
                assert!(matches!(TagId::read(&wrong), Err(TagError::Check { .. })), "{} as {wrong}", right.as_str());
                tried += 1;
            }
        }
        tried
    }

    #[test]
    fn what_is_near_a_damaged_tag_is_sound_and_the_tag_itself_is_among_it() {
        for id in ids().take(50) {
            let mut wrong = id.as_str().to_owned().into_bytes();
            wrong[3] = if wrong[3] == b'A' { b'B' } else { b'A' };
            let all = near(&String::from_utf8(wrong).expect("symbols are ASCII"));
            // One symbol in each place brings the state back to zero; swaps rarely do.
            assert!(all.contains(&id) && (11..=21).contains(&all.len()), "{id}: {all:?}");
        }
        assert_eq!(near(""), []);
    }
}
