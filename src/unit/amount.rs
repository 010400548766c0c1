//! Amounts of storage: bytes, block numbers and spans of bytes.
//!
//! Invariant: every sum is checked; a span never ends past `u64::MAX`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A number of bytes, or a byte offset from the start of a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl Bytes {
    /// No bytes.
    pub const ZERO: Self = Self(0);

    /// `n` mebibytes (1,048,576 bytes each).
    #[must_use]
    pub const fn mib(n: u64) -> Self {
        Self(n * 1024 * 1024)
    }

    /// `n` gibibytes (1,073,741,824 bytes each).
    #[must_use]
    pub const fn gib(n: u64) -> Self {
        Self(n * 1024 * 1024 * 1024)
    }

    /// The sum, or `None` past `u64::MAX`.
    #[must_use]
    pub const fn plus(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, zero where `other` is larger.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The smaller of the two.
    #[must_use]
    pub const fn min(self, other: Self) -> Self {
        if self.0 < other.0 { self } else { other }
    }

    /// How many whole per mille of `whole` this is; 1000 where `whole` is zero.
    #[must_use]
    pub fn per_mille_of(self, whole: Self) -> u64 {
        if whole.0 == 0 {
            return 1000;
        }
        u64::try_from(u128::from(self.0) * 1000 / u128::from(whole.0)).unwrap_or(u64::MAX)
    }

    /// As disks are sold and shown: decimal units, at most one decimal digit (`500.1 GB`).
    #[must_use]
    pub fn decimal(self) -> String {
        scaled(self.0, 1000, ["B", "kB", "MB", "GB", "TB", "PB"])
    }

    /// As memory is sold: binary units under the names printed on modules (`4 GB`, `7.7 GB`).
    #[must_use]
    pub fn binary(self) -> String {
        scaled(self.0, 1024, ["B", "KB", "MB", "GB", "TB", "PB"])
    }
}

fn scaled(value: u64, step: u64, names: [&str; 6]) -> String {
    let mut unit = 1u64;
    let mut name = names[0];
    for candidate in &names[1..] {
        let Some(next) = unit.checked_mul(step) else { break };
        if value < next {
            break;
        }
        unit = next;
        name = candidate;
    }
    let tenths = u128::from(value) * 10 / u128::from(unit);
    if tenths.is_multiple_of(10) {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal())
    }
}

/// The number of a logical block, counted from the start of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lba(pub u64);

impl Lba {
    /// The byte at which the block starts, for blocks of `block` bytes; `None` past `u64::MAX`.
    #[must_use]
    pub const fn offset(self, block: u32) -> Option<Bytes> {
        match self.0.checked_mul(block as u64) {
            Some(at) => Some(Bytes(at)),
            None => None,
        }
    }
}

/// A run of bytes on a disk: `start` included, `start + len` not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    start: Bytes,
    len: Bytes,
}

impl Span {
    /// A span, or `None` where its end would pass `u64::MAX`.
    #[must_use]
    pub const fn new(start: Bytes, len: Bytes) -> Option<Self> {
        match start.plus(len) {
            Some(_) => Some(Self { start, len }),
            None => None,
        }
    }

    /// The first byte.
    #[must_use]
    pub const fn start(self) -> Bytes {
        self.start
    }

    /// How many bytes.
    #[must_use]
    pub const fn len(self) -> Bytes {
        self.len
    }

    /// Whether it covers no byte at all.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len.0 == 0
    }

    /// The byte after the last.
    #[must_use]
    pub const fn end(self) -> Bytes {
        Bytes(self.start.0 + self.len.0)
    }

    /// Cuts the span, from its start, into pieces of at most `size` bytes; the last piece is the explicit tail.
    /// A `size` of zero gives the whole span as one piece.
    pub fn pieces(self, size: Bytes) -> impl Iterator<Item = Self> {
        let step = if size.0 == 0 { self.len.0.max(1) } else { size.0 };
        let mut at = self.start.0;
        let end = self.end().0;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let len = step.min(end - at);
            let piece = Self { start: Bytes(at), len: Bytes(len) };
            at += len;
            Some(piece)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_read_as_on_the_box() {
        assert_eq!(Bytes(500_107_862_016).decimal(), "500.1 GB");
        assert_eq!(Bytes::gib(4).binary(), "4 GB");
        assert_eq!(Bytes(999).decimal(), "999 B");
        assert_eq!(Bytes(u64::MAX).decimal(), "18446.7 PB");
    }

    proptest! {
        #[test]
        fn pieces_cover_a_span_once_and_in_order(start in 0u64..1 << 40, len in 0u64..1 << 20, size in 1u64..5000) {
            let span = Span::new(Bytes(start), Bytes(len)).expect("far from the end");
            let mut at = start;
            for piece in span.pieces(Bytes(size)) {
                prop_assert_eq!(piece.start().0, at);
                prop_assert!(piece.len().0 >= 1 && piece.len().0 <= size);
                at = piece.end().0;
            }
            prop_assert_eq!(at, start + len);
        }
    }
}
