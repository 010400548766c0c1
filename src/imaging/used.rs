//! Which parts of a partition hold nothing, by the file system in it.
//!
//! Invariants: what is not understood counts as used; a hole is only what the file system itself calls free, and never a
//! part of its own tables; a file system that was not put away properly is refused, because its tables may be behind.

use super::file_system::{HEAD, SystemKind, file_system};
use super::region::{Region, bytes};
use super::{ext, fat, ntfs};
use crate::word::{Sentence, say};
use std::io;

/// What stands where NTFS has its name. Source: libbde, "`BitLocker` Drive Encryption format".
const BITLOCKER: &[u8] = b"-FVE-FS-";
/// Source: cryptsetup, "LUKS2 On-Disk Format Specification".
const LUKS: &[u8] = b"LUKS\xBA\xBE";
/// Where Linux says that a partition is swap: at the end of the first page. Source: Linux, include/linux/swap.h.
pub(super) const SWAP_PAGE: u64 = 4096;
const SWAP: [&[u8]; 2] = [b"SWAPSPACE2", b"SWAP-SPACE"];
/// What stands there instead while the machine sleeps on disk. Source: util-linux, libblkid, swsuspend.
const ASLEEP: [&[u8]; 4] = [b"S1SUSPEND", b"S2SUSPEND", b"ULSUSPEND", b"LINHIB0001"];

/// A part that holds nothing, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Where it begins.
    pub at: u64,
    /// How long it is, at least 1.
    pub length: u64,
}

impl Hole {
    /// Where it ends.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.at + self.length
    }
}

/// In which way a file system was not put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclean {
    /// It was in use when the machine was turned off, or has damage.
    Dirty,
    /// The machine sleeps on it: hibernation, or the Fast Startup of Windows.
    Asleep,
    /// It is encrypted: nobody sees what is in it, and every machine would have the same key.
    Encrypted,
}

impl Unclean {
    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Dirty => say!("capture-dirty"),
            Self::Asleep => say!("capture-asleep"),
            Self::Encrypted => say!("capture-encrypted"),
        }
    }
}

/// Why the holes of a partition cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum UsedError {
    /// It must not be read as it is.
    #[error("{0:?}")]
    Unclean(Unclean),
    /// The medium fails.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What stands in a partition, as far as a capture asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occupied {
    /// The kind of file system, where it is one that is known.
    pub kind: Option<SystemKind>,
    /// Whether it is Linux's place for swapped-out memory.
    pub swap: bool,
    /// What holds nothing, in order and apart from each other; none where that is not known, and then everything counts.
    pub holes: Option<Vec<Hole>>,
}

/// Looks at a partition. Errors: it was not put away; the medium.
pub fn occupied(region: &mut dyn Region) -> Result<Occupied, UsedError> {
    let length = region.length().0;
    let head = bytes(region, 0, length.min(HEAD as u64), HEAD as u64)?;
    if head.starts_with(LUKS) || head.get(3..).is_some_and(|name| name.starts_with(BITLOCKER)) {
        return Err(UsedError::Unclean(Unclean::Encrypted));
    }
    match swap_stamp(&head) {
        Some(SwapStamp::Asleep) => return Err(UsedError::Unclean(Unclean::Asleep)),
        Some(SwapStamp::Swap) if length > SWAP_PAGE => {
            let holes = Some(vec![Hole { at: SWAP_PAGE, length: length - SWAP_PAGE }]);
            return Ok(Occupied { kind: None, swap: true, holes });
        }
        Some(SwapStamp::Swap) | None => {}
    }
    let kind = file_system(&head).map(|seen| seen.kind);
    let found = match kind {
        Some(SystemKind::Ext) => ext::free(region),
        Some(SystemKind::Ntfs) => ntfs::free(region),
        Some(SystemKind::Fat) => fat::free(region),
        Some(SystemKind::Btrfs) | None => Ok(None),
    };
    let holes = match found {
        // A table that points behind the partition's end is not understood.
        Err(UsedError::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof => None,
        other => other?,
    };
    let holes = holes.filter(|holes| holes.last().is_none_or(|last| last.end() <= length));
    Ok(Occupied { kind, swap: false, holes })
}

/// What the first page of a place for memory says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SwapStamp {
    /// Memory is swapped out to it.
    Swap,
    /// The whole memory stands in it, to be woken up from.
    Asleep,
}

/// What the first page of a partition or a file says of memory in it; none where it says nothing.
pub(super) fn swap_stamp(page: &[u8]) -> Option<SwapStamp> {
    let end = page.get(usize::try_from(SWAP_PAGE).ok()? - 10..)?;
    let is = |stamps: &[&[u8]]| stamps.iter().any(|stamp| end.starts_with(stamp));
    if is(&ASLEEP) { Some(SwapStamp::Asleep) } else { is(&SWAP).then_some(SwapStamp::Swap) }
}

/// Gathers holes in order.
#[derive(Debug, Default)]
pub(super) struct Holes(Vec<Hole>);

impl Holes {
    /// One more, behind the others or touching the last.
    pub(super) fn push(&mut self, at: u64, length: u64) {
        match self.0.last_mut() {
            _ if length == 0 => {}
            Some(last) if last.end() == at => last.length += length,
            _apart => self.0.push(Hole { at, length }),
        }
    }

    /// How much they are together.
    pub(super) fn sum(&self) -> u64 {
        self.0.iter().map(|hole| hole.length).sum()
    }

    /// The holes and others, in any order; none where they overlap.
    pub(super) fn with(self, others: Vec<Hole>) -> Option<Self> {
        let mut all: Vec<Hole> = self.0.into_iter().chain(others).collect();
        all.sort_by_key(|hole| hole.at);
        let apart =
            all.windows(2).all(|pair| pair[0].at.checked_add(pair[0].length).is_some_and(|end| end <= pair[1].at));
        apart.then(|| {
            let mut merged = Self::default();
            for hole in all {
                merged.push(hole.at, hole.length);
            }
            merged
        })
    }

    /// The holes without what is `taken`, which may overlap and be in any order.
    pub(super) fn without(self, mut taken: Vec<Hole>) -> Vec<Hole> {
        taken.retain(|taken| taken.length > 0);
        taken.sort_by_key(|taken| taken.at);
        let mut left = Self::default();
        let mut next = 0;
        for hole in self.0 {
            let mut at = hole.at;
            while taken.get(next).is_some_and(|taken| taken.end() <= at) {
                next += 1;
            }
            // One that is long may reach over several holes: it is not left behind before its end.
            for taken in taken[next..].iter().take_while(|taken| taken.at < hole.end()) {
                left.push(at, taken.at.saturating_sub(at));
                at = at.max(taken.end());
            }
            left.push(at, hole.end().saturating_sub(at));
        }
        left.0
    }

    /// The same in bytes, where they were counted in units of that size.
    pub(super) fn scaled(holes: Vec<Hole>, unit: u64) -> Option<Vec<Hole>> {
        let scale = |hole: Hole| Some(Hole { at: hole.at.checked_mul(unit)?, length: hole.length.checked_mul(unit)? });
        holes.into_iter().map(scale).collect()
    }
}

/// Tells of each run of zero bits among the first `count` of a bitmap, the lowest bit of a byte first.
pub(super) fn zero_runs(bits: &[u8], count: u64, mut told: impl FnMut(u64, u64)) {
    let mut begun: Option<u64> = None;
    let mut at = 0;
    let mut see = |at: u64, is_free: bool| match (begun, is_free) {
        (None, true) => begun = Some(at),
        (Some(from), false) => {
            told(from, at - from);
            begun = None;
        }
        (None, false) | (Some(_), true) => {}
    };
    for byte in bits {
        if at >= count {
            break;
        }
        if (*byte == 0 || *byte == 0xFF) && at + 8 <= count {
            see(at, *byte == 0);
        } else {
            for bit in 0..8.min(count - at) {
                see(at + bit, byte & (1 << bit) == 0);
            }
        }
        at += 8;
    }
    see(at.min(count), false);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn swapped_out_memory_is_no_part_of_an_image_and_a_sleeping_machine_is_refused() {
        let mut part = vec![7; 64 * 1024];
        part[4086..4096].copy_from_slice(SWAP[0]);
        let found = occupied(&mut part).expect("swap");
        assert_eq!(found.holes, Some(vec![Hole { at: 4096, length: 60 * 1024 }]));
        part[4086..4095].copy_from_slice(b"S1SUSPEND");
        assert!(matches!(occupied(&mut part), Err(UsedError::Unclean(Unclean::Asleep))));
        let mut locked = vec![7; 64 * 1024];
        for (at, name) in [(3, BITLOCKER), (0, LUKS)] {
            locked[at..at + name.len()].copy_from_slice(name);
            assert!(matches!(occupied(&mut locked), Err(UsedError::Unclean(Unclean::Encrypted))));
            locked.fill(7);
        }
        assert_eq!(occupied(&mut vec![7; 64 * 1024]).expect("nothing known"), Occupied::default());
    }

    proptest! {
        #[test]
        fn runs_of_zeros_are_told_bit_by_bit(
            bits in prop::collection::vec(prop_oneof![Just(0u8), Just(0xFF), any::<u8>()], 0..40), less in 0u64..9,
        ) {
            let count = (bits.len() as u64 * 8).saturating_sub(less);
            let mut free = vec![false; usize::try_from(count).expect("small")];
            let mut last = 0;
            zero_runs(&bits, count, |at, length| {
                assert!(length > 0 && (at == 0 || at > last));
                last = at + length;
                for bit in at..at + length { free[usize::try_from(bit).expect("small")] = true; }
            });
            for (at, free) in free.into_iter().enumerate() {
                prop_assert_eq!(free, bits[at / 8] & (1 << (at % 8)) == 0);
            }
        }

        #[test]
        fn what_is_taken_is_in_no_hole_and_nothing_else_is_lost(
            holes in prop::collection::vec((0u64..9, 1u64..9), 0..12), taken in prop::collection::vec((0u64..120, 0u64..40), 0..9),
        ) {
            let mut gathered = Holes::default();
            let (mut at, mut free) = (0, vec![false; 256]);
            for (gap, length) in holes {
                gathered.push(at + gap, length);
                for place in at + gap..at + gap + length { free[usize::try_from(place).expect("small")] = true; }
                at += gap + length;
            }
            for (at, length) in &taken {
                for place in *at..at + length { free[usize::try_from(place).expect("small")] = false; }
            }
            let left = gathered.without(taken.into_iter().map(|(at, length)| Hole { at, length }).collect());
            let mut found = vec![false; 256];
            let mut end = 0;
            for hole in left {
                prop_assert!(hole.length > 0 && hole.at >= end);
                end = hole.end();
                for place in hole.at..end { found[usize::try_from(place).expect("small")] = true; }
            }
            prop_assert_eq!(found, free);
        }
    }
}
