//! What was announced of a lot against what was received into it, kind by kind and in words.
//!
//! Invariant: what was received is what the devices themselves say; nobody types it.

use super::bench::Bench;
use super::intake::kind_sentence;
use crate::custody::LotFile;
use crate::event::donation::OfKind;
use crate::event::intake::DeviceKind;
use crate::port::{Failure, LotCount};
use crate::unit::LotId;
use crate::word::{Sentence, say};
use std::collections::BTreeMap;

/// Every kind, in the order in which people list them.
pub const DEVICE_KINDS: [DeviceKind; 5] =
    [DeviceKind::Laptop, DeviceKind::Desktop, DeviceKind::AllInOne, DeviceKind::Tablet, DeviceKind::Phone];

/// How many devices of each kind a lot has, and how many were announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LotTally {
    /// Those that belong to it.
    pub received: BTreeMap<DeviceKind, u64>,
    /// Those that were announced; empty where nobody said.
    pub expected: BTreeMap<DeviceKind, u32>,
}

impl LotTally {
    /// The tally of that lot.
    pub fn of(bench: &Bench<'_>, lot: &LotId, file: &LotFile) -> Result<Self, Failure> {
        Ok(Self::from_counts(bench.index.lot_counts(Some(lot))?, file.expected.clone()))
    }

    /// The tally of those counts, which are of one lot.
    #[must_use]
    pub fn from_counts(counts: Vec<LotCount>, expected: BTreeMap<DeviceKind, u32>) -> Self {
        Self { received: counts.into_iter().map(|count| (count.kind, count.devices)).collect(), expected }
    }

    /// How many were received in all.
    #[must_use]
    pub fn devices(&self) -> u64 {
        self.received.values().sum()
    }

    /// How many were announced in all; none where nobody said.
    #[must_use]
    pub fn announced(&self) -> Option<u64> {
        let sum = self.expected.values().map(|count| u64::from(*count)).sum();
        (!self.expected.is_empty()).then_some(sum)
    }

    /// How many devices: those received, and of how many.
    #[must_use]
    pub fn count_sentence(&self) -> Sentence {
        let count = self.devices();
        match self.announced() {
            Some(of) => say!("lot-count-of", count = count, of = of),
            None => say!("lot-count", count = count),
        }
    }

    /// Each kind that was received or announced: how many were, and how many were announced.
    pub fn kinds(&self) -> impl Iterator<Item = (DeviceKind, u64, u64)> {
        let row = |kind| {
            let expected = u64::from(self.expected.get(&kind).copied().unwrap_or_default());
            (kind, self.received.get(&kind).copied().unwrap_or_default(), expected)
        };
        DEVICE_KINDS.into_iter().map(row).filter(|(_, received, expected)| received + expected > 0)
    }

    /// Whether what was received is not what was announced.
    #[must_use]
    pub fn differs(&self) -> bool {
        !self.expected.is_empty() && self.kinds().any(|(_, received, expected)| received != expected)
    }

    /// What is missing and what is too many; none where nothing was announced.
    #[must_use]
    pub fn difference_sentence(&self) -> Option<Sentence> {
        if self.expected.is_empty() {
            return None;
        }
        let off = self.kinds().filter_map(|(kind, received, expected)| {
            let (kind, missing, more) =
                (kind_sentence(kind), expected.saturating_sub(received), received.saturating_sub(expected));
            match (missing, more) {
                (0, 0) => None,
                (0, more) => Some(say!("lot-more", count = more, kind = kind)),
                (missing, _) => Some(say!("lot-missing", count = missing, kind = kind)),
            }
        });
        Some(super::outward::listed(off).unwrap_or_else(|| say!("lot-right")))
    }

    /// What was received, as a record says it.
    #[must_use]
    pub fn received_of_kinds(&self) -> Vec<OfKind> {
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        self.received.iter().map(|(kind, devices)| OfKind { kind: *kind, count: count(*devices) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Lang, Words};

    fn said(received: &[(DeviceKind, u64)], expected: &[(DeviceKind, u32)]) -> (Option<String>, String, bool) {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let tally =
            LotTally { received: received.iter().copied().collect(), expected: expected.iter().copied().collect() };
        let difference = tally.difference_sentence().map(|sentence| words.say(&sentence));
        (difference, words.say(&tally.count_sentence()), tally.differs())
    }

    #[test]
    fn differences_are_told_kind_by_kind_in_words() {
        use DeviceKind::{Laptop, Phone, Tablet};
        let missing = "thiếu 2 máy xách tay, thừa 1 máy tính bảng";
        let off = said(&[(Laptop, 10), (Tablet, 6)], &[(Laptop, 12), (Tablet, 5)]);
        assert_eq!((off.0.as_deref(), off.1.as_str(), off.2), (Some(missing), "16 / 17 máy", true));
        let unannounced = said(&[(Laptop, 1), (Phone, 2)], &[(Laptop, 1)]);
        assert_eq!(unannounced.0.as_deref(), Some("thừa 2 điện thoại"));
        let right = said(&[(Laptop, 3)], &[(Laptop, 3)]);
        assert_eq!((right.0.as_deref(), right.2), (Some("đủ như đã hẹn"), false));
        assert_eq!(said(&[(Laptop, 3)], &[]), (None, "3 máy".to_owned(), false), "nobody said what comes");
        assert_eq!(said(&[], &[(Tablet, 4)]).0.as_deref(), Some("thiếu 4 máy tính bảng"));
    }
}
