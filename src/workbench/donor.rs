//! Donors: who gave how many lots, who looks like having been entered twice, and making two of them one.
//!
//! Invariants: names are told only while the vault is open; a merge moves no lot and no consent, and is undone by parting.

use super::bench::Bench;
use crate::custody::{LotFile, Slot as _};
use crate::event::donation::{DonorsMerged, DonorsParted};
use crate::port::{Failure, Trouble};
use crate::unit::{DonorId, LotId, fold};
use crate::word::say;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Who has the same name, but for case and diacritics, or the same telephone: perhaps the same person.
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
        for key in view.name.iter().flat_map(|name| keys(name)) {
            named.entry(key).or_default().push(view.donor.clone());
        }
    }
    let mut views: Vec<DonorView> = views.into_values().collect();
    for view in &mut views {
        let keys = view.name.iter().flat_map(|name| keys(name));
        let alike: BTreeSet<DonorId> = keys.filter_map(|key| named.get(&key)).flatten().cloned().collect();
        view.alike = alike.into_iter().filter(|other| *other != view.donor).collect();
    }
    views.sort_by_key(|view| (view.name.is_none(), view.name.as_deref().map(fold), view.donor.clone()));
    Ok(views)
}

/// By what a donor is taken for another: the letters of the name, without case, diacritics, blanks and punctuation, and the
/// telephone numbers that were written behind it.
fn keys(name: &str) -> Vec<String> {
    let is_number = |letter: char| letter.is_ascii_digit() || " .-+()".contains(letter);
    let (mut bare, mut run, mut keys) = (String::new(), String::new(), Vec::new());
    for letter in fold(name).chars().chain(['\n']) {
        if is_number(letter) {
            run.push(letter);
            continue;
        }
        let digits: String = std::mem::take(&mut run).chars().filter(char::is_ascii_digit).collect();
        match telephone(&digits) {
            // A school's number stands before it.
            Some((before, number)) => {
                bare.push_str(before);
                keys.push(number);
            }
            None => bare.push_str(&digits),
        }
        bare.extend(Some(letter).filter(|letter| letter.is_alphanumeric()));
    }
    keys.extend(Some(bare).filter(|bare| !bare.is_empty()));
    keys
}

/// The telephone number that those digits end in, where they do, and the digits before it: eleven of a landline, ten of a mobile,
/// or those behind Vietnam's +84.
fn telephone(digits: &str) -> Option<(&str, String)> {
    let last = |count: usize, front: &str| {
        let at = digits.len().checked_sub(count)?;
        digits.split_at_checked(at).filter(|(_, number)| number.starts_with(front))
    };
    let national = |count, front| last(count, front).map(|(before, number)| (before, number.to_owned()));
    let abroad = |count, front| {
        let (before, number) = last(count, front)?;
        Some((before.strip_suffix("00").unwrap_or(before), format!("0{}", number.strip_prefix("84")?)))
    };
    national(11, "02").or_else(|| abroad(12, "842")).or_else(|| national(10, "0")).or_else(|| abroad(11, "84"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_donor_is_known_by_name_or_telephone_however_it_was_typed() {
        let alike = |one: &str, other: &str| keys(one).iter().any(|key| keys(other).contains(key));
        for (one, other) in [
            ("Chị Hòa", "CHI  HOA"),
            ("Chị Hòa 0912 345 678", "chị hoà"),
            ("Chị Hòa 0912 345 678", "Nguyễn Thị Hòa, +84 912.345.678"),
            ("Trường số 5 0912345678", "0912-345-678"),
            ("Trường số 5 0912345678", "trường số 5"),
            ("Chị Hòa 0084 912 345 678", "chị hoà"),
            ("Trường THCS 1", "truong thcs-1"),
            ("Cty GD (028 3812 3456)", "Công ty Giả Định +84 28 38123456"),
        ] {
            assert!(alike(one, other), "{:?} {:?}", keys(one), keys(other));
        }
        for (one, other) in [
            ("Trường THCS 1", "Trường THCS 2"),
            ("Chị Hòa 0912345678", "Anh Bình 0912345679"),
            ("Chị Hòa", "Chị Hoàn"),
            ("Trường THCS 1 0912345678", "Trường THCS 2 0987654321"),
            ("Cty GD 028 3812 3456", "Cty Khác 028 3812 3457"),
            ("", "..."),
        ] {
            assert!(!alike(one, other), "{:?} {:?}", keys(one), keys(other));
        }
    }
}
