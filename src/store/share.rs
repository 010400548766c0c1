//! The recovery key of a vault, in three parts of which any two make it whole (Shamir's scheme).
//!
//! Invariants: one part tells nothing of the key; parts of different sets never make a key; a misread part is told as such
//! and never makes a wrong key.

use crate::port::Chance;
use crate::unit::Symbol;
use blahaj::Sharks;
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;
use std::fmt;
use zeroize::Zeroizing;

/// How many parts there are.
pub const SHARES: u8 = 3;
/// How many of them make the key.
const NEEDED: u8 = 2;
/// Bytes of a part: its set, its number, its piece of the key, the check.
const LENGTH: usize = SET + 1 + 32 + CHECK;
const SET: usize = 4;
const CHECK: usize = 3;
/// Symbols in a group.
const GROUP: usize = 4;

/// A recovery key, and which set of parts is its own.
#[derive(Clone, PartialEq, Eq)]
pub struct Recovery {
    key: Zeroizing<[u8; 32]>,
    set: [u8; SET],
}

/// One part.
#[derive(Clone, PartialEq, Eq)]
pub struct Share {
    set: [u8; SET],
    number: u8,
    piece: Zeroizing<[u8; 32]>,
}

/// These parts make no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Not a part, or misread: the check does not agree.
    #[error("the check of the share does not agree")]
    Misread,
    /// Fewer than two different parts.
    #[error("two different shares are needed")]
    TooFew,
    /// Parts of different sets.
    #[error("the shares are of different sets")]
    OtherSet,
}

/// The station's randomness, for the crate that splits.
struct Dice<'a>(&'a dyn Chance);

impl TryRng for Dice<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Dice<'_> {}

impl Recovery {
    /// A fresh key with a set of its own.
    #[must_use]
    pub fn new(chance: &dyn Chance) -> Self {
        Self { key: Zeroizing::new(chance.bytes()), set: chance.bytes() }
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &Zeroizing<[u8; 32]> {
        &self.key
    }

    /// Which set it is, as hexadecimal digits.
    #[must_use]
    pub fn set(&self) -> String {
        self.set.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Its three parts.
    #[must_use]
    pub fn shares(&self, chance: &dyn Chance) -> Vec<Share> {
        let dealt = Sharks(NEEDED).dealer_rng(self.key.as_slice(), &mut Dice(chance));
        let part = |share: &blahaj::Share| {
            let bytes = Zeroizing::new(Vec::from(share));
            let (number, piece) = bytes.split_first()?;
            let piece = Zeroizing::new(piece.try_into().ok()?);
            Some(Share { set: self.set, number: *number, piece })
        };
        dealt.take(usize::from(SHARES)).filter_map(|share| part(&share)).collect()
    }

    /// The key of those parts. Errors: fewer than two different ones, or of different sets.
    pub fn from_shares(shares: &[Share]) -> Result<Self, ShareError> {
        let first = shares.first().ok_or(ShareError::TooFew)?;
        if shares.iter().any(|share| share.set != first.set) {
            return Err(ShareError::OtherSet);
        }
        let dealt: Vec<blahaj::Share> = shares
            .iter()
            .filter_map(|share| {
                let bytes = Zeroizing::new([&[share.number], share.piece.as_slice()].concat());
                blahaj::Share::try_from(bytes.as_slice()).ok()
            })
            .collect();
        let different = shares.iter().any(|share| share.number != first.number);
        let key = different.then(|| Sharks(NEEDED).recover(&dealt).ok().map(Zeroizing::new)).flatten();
        let key = key.and_then(|key| key.as_slice().try_into().ok()).ok_or(ShareError::TooFew)?;
        Ok(Self { key: Zeroizing::new(key), set: first.set })
    }
}

impl Share {
    /// 1, 2 or 3.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// The part as it is printed and typed: 16 groups of 4 symbols.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new([self.set.as_slice(), &[self.number], self.piece.as_slice()].concat());
        let symbols = Zeroizing::new(Symbol::spell(&[bytes.as_slice(), &check(&bytes)].concat()));
        let groups: Vec<&str> =
            symbols.as_bytes().chunks(GROUP).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        Zeroizing::new(groups.join("-"))
    }

    /// Reads a part as people type it: any case, with or without dashes and spaces. Errors: [`ShareError::Misread`].
    pub fn read(text: &str) -> Result<Self, ShareError> {
        let strange = |letter: char| Symbol::read(letter).is_none() && letter != '-' && !letter.is_whitespace();
        let bytes = Symbol::unspell(text).filter(|bytes| bytes.len() == LENGTH && !text.contains(strange));
        let bytes = Zeroizing::new(bytes.ok_or(ShareError::Misread)?);
        let (body, found) = bytes.split_at(LENGTH - CHECK);
        let (set, rest) = body.split_first_chunk().ok_or(ShareError::Misread)?;
        let (number, piece) = rest.split_first().ok_or(ShareError::Misread)?;
        let piece = piece.try_into().ok().filter(|_| found == check(body) && (1..=SHARES).contains(number));
        Ok(Self { set: *set, number: *number, piece: Zeroizing::new(piece.ok_or(ShareError::Misread)?) })
    }
}

fn check(body: &[u8]) -> [u8; CHECK] {
    let mut hash = blake3::Hasher::new_derive_key("aoxanh 2026 recovery share v1");
    let mut check = [0; CHECK];
    hash.update(body).finalize_xof().fill(&mut check);
    check
}

impl fmt::Debug for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recovery(of set {})", self.set())
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({})", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::SeededChance;

    fn made(seed: u8) -> (Recovery, Vec<Share>) {
        let chance = SeededChance::new(seed);
        let recovery = Recovery::new(&chance);
        let shares = recovery.shares(&chance);
        (recovery, shares)
    }

    #[test]
    fn every_two_of_the_three_make_the_key_in_any_order_and_all_three_too() {
        let (recovery, shares) = made(1);
        assert_eq!(shares.iter().map(Share::number).collect::<Vec<_>>(), [1, 2, 3]);
        for (one, other) in [(0, 1), (0, 2), (1, 2), (1, 0), (2, 0), (2, 1)] {
            let pair = [shares[one].clone(), shares[other].clone()];
            assert_eq!(Recovery::from_shares(&pair), Ok(recovery.clone()));
        }
        assert_eq!(Recovery::from_shares(&shares), Ok(recovery));
    }

    #[test]
    fn one_part_alone_or_twice_or_of_another_set_makes_nothing() {
        let ((_, ours), (_, theirs)) = (made(1), made(2));
        assert_eq!(Recovery::from_shares(&[]), Err(ShareError::TooFew));
        for share in &ours {
            assert_eq!(Recovery::from_shares(std::slice::from_ref(share)), Err(ShareError::TooFew));
            assert_eq!(Recovery::from_shares(&[share.clone(), share.clone()]), Err(ShareError::TooFew));
        }
        let mixed = [ours[0].clone(), theirs[1].clone()];
        assert_eq!(Recovery::from_shares(&mixed), Err(ShareError::OtherSet));
    }

    #[test]
    fn one_part_says_nothing_of_the_key_because_any_key_could_have_made_it() {
        // For a given piece of part 1 there is, for every key byte, exactly one line through both: all keys are alike.
        let seen: std::collections::BTreeSet<u8> =
            (0..=255).map(|seed| made(seed).1[0].piece[0] ^ made(seed).0.key[0]).collect();
        assert!(seen.len() > 100, "the first part is the key masked by something that varies: {}", seen.len());
        let (recovery, shares) = made(3);
        assert!(shares.iter().all(|share| share.piece != recovery.key));
    }

    #[test]
    fn a_part_is_read_back_as_it_is_typed_and_every_slip_is_told() {
        let (_, shares) = made(4);
        for share in &shares {
            let text = share.text();
            assert_eq!((text.len(), text.split('-').count()), (79, 16));
            assert_eq!(Share::read(&text).as_ref(), Ok(share));
            let sloppy = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            assert_eq!(Share::read(&sloppy).as_ref(), Ok(share));
            for at in (0..text.len()).filter(|at| text.as_bytes()[*at] != b'-') {
                let mut slip = text.as_bytes().to_vec();
                slip[at] = if slip[at] == b'7' { b'8' } else { b'7' };
                assert_eq!(Share::read(std::str::from_utf8(&slip).expect("ASCII")), Err(ShareError::Misread), "{at}");
            }
            assert_eq!(Share::read(&text[..78]), Err(ShareError::Misread));
            assert_eq!(Share::read(&format!("{}!", text.as_str())), Err(ShareError::Misread));
        }
    }

    #[test]
    fn neither_a_key_nor_a_part_is_told_by_its_debug_form() {
        let (recovery, shares) = made(5);
        assert_eq!(format!("{shares:?}"), "[Share(1), Share(2), Share(3)]");
        assert_eq!(format!("{recovery:?}"), format!("Recovery(of set {})", recovery.set()));
    }
}
