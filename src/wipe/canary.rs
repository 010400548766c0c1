//! Canaries: bytes of our own, written all over a disk before its firmware erases it, and looked for afterwards.
//!
//! The disk is cut into cells of at most 64 MiB, at least 4,096 of them where it is large enough; in each cell one canary
//! of 4 KiB stands at a place that only the job's key tells. So a region of 128 MiB that survives holds at least one whole
//! canary, wherever it lies; for smaller ones [`caught_per_mille`] gives the probability.
//!
//! Invariant: place and content of a canary follow from the key, the disk's size and the canary's number alone.

use crate::unit::{Bytes, Digest};

/// Length of a canary, bytes: a page of the memory in which a drive keeps its tables, and whole blocks of every disk.
pub const CANARY: Bytes = Bytes(4096);
const CELL: u64 = 64 << 20;
const LEAST: u64 = 4096;
/// A part of a canary that is found again is the canary.
const TRACE: usize = 64;

/// How many canaries a disk of that size gets; 0 where it is smaller than one.
#[must_use]
pub const fn canaries_for(size: Bytes) -> u64 {
    let wanted = size.0.div_ceil(CELL);
    let wanted = if wanted < LEAST { LEAST } else { wanted };
    let most = size.0 / CANARY.0;
    if wanted < most { wanted } else { most }
}

/// With what probability at least one whole canary stands in a region of that length that an erase left out, in thousandths
/// and rounded down, at the worst place that the region can have. Certain is 1000.
///
/// A region is worst off when a border of cells halves it: each half then misses its cell's canary on its own.
#[must_use]
pub fn caught_per_mille(size: Bytes, region: Bytes) -> u64 {
    let count = canaries_for(size);
    if count == 0 {
        return 0;
    }
    let cell = (size.0 / CANARY.0).div_ceil(count);
    // What is cut off at both ends of the region holds no whole canary.
    let whole = (region.0 / CANARY.0).saturating_sub(1);
    let double = u128::from(cell) * 2;
    let missed = double.saturating_sub(u128::from(whole));
    if missed <= 1 {
        // So long a region has a whole cell in it.
        return 1000;
    }
    let missed_per_mille = (missed * missed * 1000).div_ceil(double * double);
    1000 - u64::try_from(missed_per_mille).unwrap_or(1000).min(1000)
}

/// The canaries of one disk and one key.
#[derive(Clone, Debug)]
pub struct Canaries {
    key: Digest,
    units: u64,
    count: u64,
}

impl Canaries {
    /// Those of a disk of that size; `None` where it is smaller than one.
    #[must_use]
    pub const fn of(size: Bytes, key: Digest) -> Option<Self> {
        let count = canaries_for(size);
        if count == 0 { None } else { Some(Self { key, units: size.0 / CANARY.0, count }) }
    }

    /// How many.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Where the canary of that number (from 0) stands, a multiple of its length; they stand in the order of their numbers.
    #[must_use]
    pub fn place(&self, number: u64) -> Bytes {
        let border = |cell: u64| {
            let units = u128::from(cell) * u128::from(self.units) / u128::from(self.count);
            u64::try_from(units).unwrap_or(u64::MAX)
        };
        let (from, to) = (border(number), border(number.saturating_add(1)));
        let mut jitter = [0; 8];
        self.stream(number).fill(&mut jitter);
        Bytes((from + u64::from_le_bytes(jitter) % (to - from).max(1)) * CANARY.0)
    }

    /// Makes the canary of that number.
    pub fn fill(&self, number: u64, into: &mut [u8]) {
        let mut stream = self.stream(number);
        stream.set_position(64);
        stream.fill(into);
    }

    /// Whether any part of the canary of that number is in what was read at its place.
    #[must_use]
    pub fn survives(&self, number: u64, found: &[u8]) -> bool {
        let mut canary = vec![0; found.len()];
        self.fill(number, &mut canary);
        canary.chunks(TRACE).zip(found.chunks(TRACE)).any(|(put, found)| put == found)
    }

    fn stream(&self, number: u64) -> blake3::OutputReader {
        blake3::Hasher::new_keyed(&self.key.0).update(b"aoxanh canary").update(&number.to_le_bytes()).finalize_xof()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn a_disk_gets_one_for_each_64_mib_and_never_fewer_than_4096_where_they_have_room() {
        let counts =
            [0, 4095, 4096, 1 << 20, GIB, 256 * GIB, 512 * GIB, 16_000 * GIB].map(|size| canaries_for(Bytes(size)));
        assert_eq!(counts, [0, 0, 1, 256, 4096, 4096, 8192, 256_000]);
        assert!(Canaries::of(Bytes(4095), Digest([1; 32])).is_none());
    }

    #[test]
    fn any_part_that_is_left_of_a_canary_is_the_canary_and_other_bytes_are_not() {
        let canaries = Canaries::of(Bytes(GIB), Digest([1; 32])).expect("room");
        let mut found = vec![0; 4096];
        assert!(!canaries.survives(7, &found));
        canaries.fill(7, &mut found);
        assert!(canaries.survives(7, &found) && !canaries.survives(8, &found));
        let mut part = vec![0xFF; 4096];
        part[4032..].copy_from_slice(&found[4032..]);
        assert!(canaries.survives(7, &part));
        let other = Canaries::of(Bytes(GIB), Digest([2; 32])).expect("room");
        assert!(!other.survives(7, &found));
        assert_ne!(other.place(7), canaries.place(7));
    }

    #[test]
    fn what_is_promised_of_a_region_is_frozen() {
        let promised = |size, region: u64| caught_per_mille(Bytes(size), Bytes(region));
        let mib = 1 << 20;
        assert_eq!([1, 16, 64, 127, 128].map(|many| promised(512 * GIB, many * mib)), [15, 234, 749, 999, 1000]);
        assert_eq!(promised(GIB, mib), 1000, "a small disk has smaller cells");
        assert_eq!([promised(0, mib), promised(512 * GIB, 4096), promised(512 * GIB, 0)], [0, 0, 0]);
    }

    proptest! {
        #[test]
        fn canaries_stand_in_order_inside_the_disk_and_none_on_another(size in 4096u64..1 << 45, key in any::<[u8; 32]>(), at in any::<u64>()) {
            let canaries = Canaries::of(Bytes(size), Digest(key)).expect("room");
            let number = at % canaries.count();
            let here = canaries.place(number);
            prop_assert!(here.0.is_multiple_of(4096) && here.0 + 4096 <= size);
            if number + 1 < canaries.count() {
                prop_assert!(canaries.place(number + 1).0 >= here.0 + 4096);
            }
        }

        #[test]
        fn wherever_128_mib_survive_there_is_a_whole_canary_in_them(size in 1u64 << 28..1 << 44, key in any::<[u8; 32]>(), at in any::<u64>()) {
            let (region, canaries) = (128u64 << 20, Canaries::of(Bytes(size), Digest(key)).expect("room"));
            let from = at % (size - region);
            // The first canary that does not begin before the region.
            let (mut low, mut high) = (0, canaries.count());
            while low < high {
                let middle = low + (high - low) / 2;
                if canaries.place(middle).0 < from { low = middle + 1 } else { high = middle }
            }
            prop_assert!(low < canaries.count() && canaries.place(low).0 + 4096 <= from + region);
        }
    }
}
