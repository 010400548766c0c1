//! Lots as lists show them: whose, since when, how many devices of how many announced, and whether they may be erased.
//!
//! Invariants: names are told only while the vault is open; no list reads the devices one by one.

use super::bench::Bench;
use super::donor::each_lot;
use super::lot_tally::LotTally;
use crate::custody::LotFile;
use crate::port::{Failure, LotCount, Trouble};
use crate::unit::{DonorId, LotId, Moment};
use crate::word::{Sentence, say};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The lot that was last received into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotSeen {
    /// Its id.
    pub lot: LotId,
    /// The donor's name from the vault.
    pub donor: Option<String>,
    /// Whether erasing is consented to.
    pub erase: bool,
    /// How many devices of each kind it has, and how many were announced.
    pub tally: LotTally,
    /// Whether nothing more is received into it.
    pub closed: bool,
}

/// A lot in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotView {
    /// Its id.
    pub lot: LotId,
    /// Who gave it, as they were entered.
    pub donor: DonorId,
    /// Their name, where the vault tells it.
    pub name: Option<String>,
    /// How many devices it has.
    pub devices: u64,
    /// How many of each kind, and how many were announced.
    pub tally: LotTally,
    /// For which campaign.
    pub campaign: Option<String>,
    /// When the first of them was received.
    pub since: Option<Moment>,
    /// Since when nothing more is received into it.
    pub closed: Option<Moment>,
    /// How many receipts its donor got.
    pub receipts: u32,
    /// Whether erasing is consented to.
    pub erase: bool,
}

impl LotView {
    /// In one line.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let name = name_sentence(self.name.as_deref());
        let since = self.since.map(Moment::local).unwrap_or_default();
        let since = since.get(..10).unwrap_or("–").to_owned();
        let (count, lot) = (self.tally.count_sentence(), self.lot.as_str());
        if self.erase {
            say!("lot-view", name = name, since = since, count = count, lot = lot)
        } else {
            say!("lot-view-no-erase", name = name, since = since, count = count, lot = lot)
        }
    }

    /// The lot as the door shows it.
    #[must_use]
    pub fn seen(&self) -> LotSeen {
        let (lot, donor, tally) = (self.lot.clone(), self.name.clone(), self.tally.clone());
        LotSeen { lot, donor, erase: self.erase, tally, closed: self.closed.is_some() }
    }

    /// What whoever looks at many lots must know of it: what is missing or too many, that it is closed.
    #[must_use]
    pub fn state_sentence(&self) -> Sentence {
        match (self.closed, self.tally.difference_sentence()) {
            (Some(at), Some(difference)) => say!("lot-closed-line", at = at.local(), difference = difference),
            (Some(at), None) => say!("lot-closed-plain", at = at.local()),
            (None, Some(difference)) => difference,
            (None, None) => say!("lot-unannounced"),
        }
    }
}

/// A donor's name, or that none is known.
#[must_use]
pub fn name_sentence(name: Option<&str>) -> Sentence {
    name.map_or_else(|| say!("lot-nameless"), |name| say!("plain", text = name))
}

/// Every lot, the newest first.
pub fn lots(bench: &Bench<'_>) -> Result<Vec<LotView>, Failure> {
    let mut counts = counts_by_lot(bench)?;
    let mut views = Vec::new();
    each_lot(bench, &mut |lot, file| {
        views.push(view(bench, lot, file, counts.remove(lot).unwrap_or_default())?);
        Ok(())
    })?;
    // One without devices was opened for those that come.
    views.sort_by_key(|view| Reverse(view.since.map_or(i64::MAX, Moment::unix_millis)));
    Ok(views)
}

fn counts_by_lot(bench: &Bench<'_>) -> Result<BTreeMap<LotId, Vec<LotCount>>, Failure> {
    let mut counts: BTreeMap<LotId, Vec<LotCount>> = BTreeMap::new();
    for count in bench.index.lot_counts(None)? {
        counts.entry(count.lot.clone()).or_default().push(count);
    }
    Ok(counts)
}

/// Devices that were announced and have not come: how many, and of how many open lots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    /// Devices.
    pub devices: u64,
    /// Lots.
    pub lots: u64,
}

/// What is still expected: the stage before all others, in which nothing has a tag yet.
pub fn awaited(bench: &Bench<'_>) -> Result<Awaited, Failure> {
    let (mut awaited, mut counts) = (Awaited::default(), counts_by_lot(bench)?);
    each_lot(bench, &mut |lot, file| {
        if file.closed.is_none() && !file.expected.is_empty() {
            let tally = LotTally::from_counts(counts.remove(lot).unwrap_or_default(), file.expected);
            let missing: u64 = tally.kinds().map(|(_, received, expected)| expected.saturating_sub(received)).sum();
            awaited.devices += missing;
            awaited.lots += u64::from(missing > 0);
        }
        Ok(())
    })?;
    Ok(awaited)
}

/// That lot. Errors: there is none.
pub fn lot_view(bench: &Bench<'_>, lot: &LotId) -> Result<LotView, Failure> {
    let file = known_lot(bench, lot)?;
    view(bench, lot, file, bench.index.lot_counts(Some(lot))?)
}

/// What is known of that lot. Errors: there is none.
pub(super) fn known_lot(bench: &Bench<'_>, lot: &LotId) -> Result<LotFile, Failure> {
    let unknown = || Failure::new(Trouble::No, say!("lot-unknown", lot = lot.as_str())).hint(say!("lot-unknown-hint"));
    bench.index.get::<LotFile>(lot)?.ok_or_else(unknown)
}

fn view(bench: &Bench<'_>, lot: &LotId, file: LotFile, counts: Vec<LotCount>) -> Result<LotView, Failure> {
    let since = counts.iter().map(|count| count.first).min();
    let tally = LotTally::from_counts(counts, file.expected);
    Ok(LotView {
        lot: lot.clone(),
        name: bench.name_of(file.donor.as_str())?,
        donor: file.donor,
        devices: tally.devices(),
        tally,
        campaign: file.campaign,
        since,
        closed: file.closed,
        receipts: file.receipts,
        erase: file.erase,
    })
}
