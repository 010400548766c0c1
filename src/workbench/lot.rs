//! Lots as lists show them: whose, since when, how many devices, and whether they may be erased.
//!
//! Invariant: names are told only while the vault is open.

use super::bench::Bench;
use super::donor::each_lot;
use crate::port::{Failure, Filter};
use crate::unit::{DonorId, LotId, Moment};
use crate::word::{Sentence, say};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many devices are read at a time.
const PAGE: u32 = 1000;

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
    /// When the first of them was received.
    pub since: Option<Moment>,
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
        let (count, lot) = (self.devices, self.lot.as_str());
        if self.erase {
            say!("lot-view", name = name, since = since, count = count, lot = lot)
        } else {
            say!("lot-view-no-erase", name = name, since = since, count = count, lot = lot)
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
    let devices = devices(bench)?;
    let mut views = Vec::new();
    each_lot(bench, &mut |lot, file| {
        let (count, since) = devices.get(lot).map_or((0, None), |(count, since)| (*count, Some(*since)));
        views.push(LotView {
            lot: lot.clone(),
            name: bench.name_of(file.donor.as_str())?,
            donor: file.donor,
            devices: count,
            since,
            erase: file.erase,
        });
        Ok(())
    })?;
    // One without devices was opened for those that come.
    views.sort_by_key(|view| Reverse(view.since.map_or(i64::MAX, Moment::unix_millis)));
    Ok(views)
}

/// Of each lot how many devices it has, and when the first was received.
fn devices(bench: &Bench<'_>) -> Result<BTreeMap<LotId, (u64, Moment)>, Failure> {
    let (mut all, mut before) = (BTreeMap::<LotId, (u64, Moment)>::new(), None);
    loop {
        let page = bench.index.page(&Filter::default(), before, PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        before = Some(last.seq);
        for summary in page {
            let known = all.entry(summary.lot).or_insert((0, summary.received_at));
            *known = (known.0 + 1, known.1.min(summary.received_at));
        }
    }
}
