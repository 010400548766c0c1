//! Donors: who gave how many lots, who looks like having been entered twice, and making two of them one.
//!
//! Invariants: names are told only while the vault is open; a merge moves no lot and no consent, and is undone by parting.

use super::bench::Bench;
use crate::custody::{LotFile, Slot as _};
use crate::event::donation::{DonorsMerged, DonorsParted};
use crate::port::{Failure, Trouble};
use crate::unit::{DonorId, LotId, fold};
use crate::word::say;
use std::collections::BTreeMap;

/// How many lots are read at a time.
const PAGE: u32 = 1000;

/// A donor as lists show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonorView {
    /// Under which id they are found.
    pub donor: DonorId,
    /// Their name, where the vault tells it.
    pub name: Option<String>,
    /// How many lots they gave, those of merged donors too.
    pub lots: u64,
    /// Who was merged into them.
    pub merged: Vec<DonorId>,
    /// Who has the same name, but for case and diacritics: perhaps the same person.
    pub alike: Vec<DonorId>,
}

/// Every donor, by name; who has none comes last.
pub fn donors(bench: &Bench<'_>) -> Result<Vec<DonorView>, Failure> {
    let mut views: BTreeMap<DonorId, DonorView> = BTreeMap::new();
    each_lot(bench, &mut |_lot, file| {
        let root = bench.index.donor(&file.donor)?;
        if !views.contains_key(&root) {
            let name = bench.name_of(root.as_str())?;
            let view = DonorView { donor: root.clone(), name, lots: 0, merged: Vec::new(), alike: Vec::new() };
            views.insert(root.clone(), view);
        }
        if let Some(view) = views.get_mut(&root) {
            view.lots += 1;
            if file.donor != root && !view.merged.contains(&file.donor) {
                view.merged.push(file.donor);
            }
        }
        Ok(())
    })?;
    let mut named: BTreeMap<String, Vec<DonorId>> = BTreeMap::new();
    for view in views.values() {
        if let Some(name) = &view.name {
            named.entry(bare(name)).or_default().push(view.donor.clone());
        }
    }
    let mut views: Vec<DonorView> = views.into_values().collect();
    for view in &mut views {
        let alike = view.name.as_ref().and_then(|name| named.get(&bare(name))).into_iter().flatten();
        view.alike = alike.filter(|other| **other != view.donor).cloned().collect();
    }
    views.sort_by_key(|view| (view.name.is_none(), view.name.as_deref().map(fold), view.donor.clone()));
    Ok(views)
}

/// The letters of a name, without case, diacritics, blanks and punctuation.
fn bare(name: &str) -> String {
    fold(name).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Makes two donors one. Errors: one of them gave nothing here; the rules (a lead, signed in; they are two).
pub fn merge_donors(bench: &Bench<'_>, kept: &DonorId, merged: &DonorId) -> Result<(), Failure> {
    let mut known = [false; 2];
    each_lot(bench, &mut |_lot, file| {
        known[0] |= file.donor == *kept;
        known[1] |= file.donor == *merged;
        Ok(())
    })?;
    for (donor, is_known) in [kept, merged].into_iter().zip(known) {
        if !is_known {
            return Err(Failure::new(Trouble::No, say!("donor-unknown", donor = donor.as_str())));
        }
    }
    bench.record(None, DonorsMerged { kept: kept.clone(), merged: merged.clone() }).map(|_recorded| ())
}

/// Makes a donor who was merged one of their own again. Errors: the rules (a lead, signed in; they were merged).
pub fn part_donor(bench: &Bench<'_>, merged: &DonorId) -> Result<(), Failure> {
    bench.record(None, DonorsParted { merged: merged.clone() }).map(|_recorded| ())
}

/// Tells every lot.
pub(super) fn each_lot(
    bench: &Bench<'_>,
    told: &mut dyn FnMut(&LotId, LotFile) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let page = bench.index.drawers(LotFile::KIND, &after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (id, text) in &page {
            let (Ok(lot), Ok(file)) = (id.parse::<LotId>(), serde_json::from_str::<LotFile>(text)) else { continue };
            told(&lot, file)?;
        }
    }
}
