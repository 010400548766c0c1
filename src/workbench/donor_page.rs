//! What the layer about donors shows: who gave, likely duplicates first, and what merging two of them, or parting them
//! again, would touch.
//!
//! Invariants: nothing is recorded here; names are told only while the vault is open.

use super::bench::Bench;
use super::donor::{DonorView, donors, each_lot};
use super::lot::{LotView, lots};
use crate::custody::DonorFile;
use crate::event::donation::{DonorsMerged, DonorsParted};
use crate::event::{Event, Fact};
use crate::port::Failure;
use crate::unit::{DonorId, fold};
use std::collections::BTreeMap;

/// A donor in that list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonorLine {
    /// As they were entered.
    pub donor: DonorId,
    /// Their name, where the vault tells it.
    pub name: Option<String>,
    /// How many lots were given under that entry, and, where others were merged into it, under theirs.
    pub lots: u64,
    /// Under whom they are found since they were merged.
    pub into: Option<DonorId>,
    /// Who may be the same person.
    pub alike: Vec<DonorId>,
}

impl DonorLine {
    /// The name, else the opaque id.
    #[must_use]
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.donor.as_str())
    }
}

/// Every donor, those merged into another behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonorsView {
    /// Line by line.
    pub lines: Vec<DonorLine>,
    /// Whether names can be told.
    pub is_open: bool,
}

/// One of two donors, with what they gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonorSide {
    /// As they were entered.
    pub donor: DonorId,
    /// Their name, where the vault tells it.
    pub name: Option<String>,
    /// What they gave, the newest first.
    pub lots: Vec<LotView>,
}

impl DonorSide {
    /// How many devices that is.
    #[must_use]
    pub fn devices(&self) -> u64 {
        self.lots.iter().map(|lot| lot.devices).sum()
    }
}

/// What making two donors one, or two again, would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merging {
    /// Under whom both are found.
    pub kept: DonorSide,
    /// Who was entered a second time.
    pub merged: DonorSide,
    /// Whether they are parted.
    pub is_parting: bool,
    /// Why the rules forbid it, if they do.
    pub refusal: Option<Failure>,
}

/// Every donor, those who may have been entered twice first.
pub(super) fn donors_view(bench: &Bench<'_>) -> Result<DonorsView, Failure> {
    let mut views = donors(bench)?;
    let names: BTreeMap<DonorId, String> =
        views.iter().map(|view| (view.donor.clone(), fold(view.name.as_deref().unwrap_or_default()))).collect();
    // Those who are alike stand together, under the first of their names.
    let group = |view: &DonorView| {
        let all = view.alike.iter().chain([&view.donor]);
        all.filter_map(|donor| Some((names.get(donor)?.clone(), donor.clone()))).min()
    };
    views.sort_by_cached_key(|view| (view.alike.is_empty(), view.name.is_none(), group(view)));
    let mut given: BTreeMap<DonorId, u64> = BTreeMap::new();
    each_lot(bench, &mut |_lot, file| {
        *given.entry(file.donor).or_default() += 1;
        Ok(())
    })?;
    let mut lines = Vec::new();
    for view in views {
        let DonorView { donor, name, lots, merged, alike } = view;
        lines.push(DonorLine { donor: donor.clone(), name, lots, into: None, alike });
        for one in merged {
            let (name, lots) = (bench.name_of(one.as_str())?, given.get(&one).copied().unwrap_or_default());
            lines.push(DonorLine { donor: one, name, lots, into: Some(donor.clone()), alike: Vec::new() });
        }
    }
    Ok(DonorsView { lines, is_open: bench.vault.is_open()? })
}

/// What merging those two would come to.
pub(super) fn merging(bench: &Bench<'_>, kept: &DonorId, merged: &DonorId) -> Result<Merging, Failure> {
    let refusal = refusal(bench, DonorsMerged { kept: kept.clone(), merged: merged.clone() }.into())?;
    let all = lots(bench)?;
    Ok(Merging { kept: side(bench, kept, &all)?, merged: side(bench, merged, &all)?, is_parting: false, refusal })
}

/// What parting that donor from whom they were merged into would come to.
pub(super) fn parting(bench: &Bench<'_>, merged: &DonorId) -> Result<Merging, Failure> {
    let refusal = refusal(bench, DonorsParted { merged: merged.clone() }.into())?;
    let all = lots(bench)?;
    let merged = side(bench, merged, &all)?;
    let mut kept = side(bench, &bench.index.donor(&merged.donor)?, &all)?;
    kept.lots.retain(|lot| !merged.lots.contains(lot));
    Ok(Merging { kept, merged, is_parting: true, refusal })
}

fn refusal(bench: &Bench<'_>, fact: Fact) -> Result<Option<Failure>, Failure> {
    let event = Event { at: bench.clock.now(), happened_at: None, by: bench.by.clone(), device: None, fact };
    Ok(bench.index.refusal(&event)?.map(Failure::from))
}

/// That donor, with what of all lots they and those who were merged into them gave.
fn side(bench: &Bench<'_>, donor: &DonorId, all: &[LotView]) -> Result<DonorSide, Failure> {
    let mut given = Vec::new();
    for lot in all {
        if is_under(bench, &lot.donor, donor)? {
            given.push(lot.clone());
        }
    }
    Ok(DonorSide { donor: donor.clone(), name: bench.name_of(donor.as_str())?, lots: given })
}

/// Whether that donor is `other`, or was merged into them on the way to where they are found.
fn is_under(bench: &Bench<'_>, donor: &DonorId, other: &DonorId) -> Result<bool, Failure> {
    let (mut at, end) = (donor.clone(), bench.index.donor(donor)?);
    loop {
        if at == *other {
            return Ok(true);
        }
        if at == end {
            return Ok(false);
        }
        let Some(into) = bench.index.get::<DonorFile>(&at)?.and_then(|file| file.into) else { return Ok(false) };
        at = into;
    }
}
