//! Finding devices.

use super::bench::Bench;
use super::donor::each_lot;
use crate::custody::{Stage, Summary, Wanted, search_words};
use crate::port::{Failure, Filter, Trouble};
use crate::word::say;
use std::collections::BTreeSet;

/// The most devices that a search looks through before it takes only those at a stage or of a donor.
const SIFTED: u32 = 5000;
/// The fewest letters by which a donor is looked for: every name has to be unsealed for it.
const LEAST_OF_DONOR: usize = 3;
/// How many lots, and how many devices, are read at a time.
const PAGE: u32 = 1000;

/// The devices whose words, or whose donor's name, begin as those of `text`, and only those at that stage where one is
/// given; the newest change first, at most `most`, and whether there are more. Donors are looked for only while the
/// vault is open, and only where the words themselves find no more than `most`: every name has to be unsealed for it. Without text: all at that stage.
///
/// Errors: nothing to look for.
pub fn find(bench: &Bench<'_>, text: &str, stage: Option<Stage>, most: u32) -> Result<(Vec<Summary>, bool), Failure> {
    let Some(wanted) = Wanted::read(text) else {
        let filter = Filter { stage, ..Filter::default() };
        if stage.is_none() {
            return Err(Failure::new(Trouble::Usage, say!("find-nothing-asked")).hint(say!("find-nothing-asked-hint")));
        }
        return Ok(cut(bench.index.page(&filter, None, most.saturating_add(1))?, most));
    };
    let mut found = match stage {
        None => bench.index.find(text, most.saturating_add(1))?,
        Some(_) => bench.index.find(text, SIFTED)?,
    };
    found.retain(|summary| stage.is_none_or(|stage| stage == summary.stage));
    if found.len() <= most as usize {
        let lots = lots_of_donor(bench, text, &wanted)?;
        if !lots.is_empty() {
            found = sift(bench, stage, most, |summary| {
                wanted.matches(&summary.search) || lots.contains(summary.lot.as_str())
            })?;
        }
    }
    Ok(cut(found, most))
}

/// The devices at that stage that are wanted, the newest change first: one more than `most`, or all.
fn sift(
    bench: &Bench<'_>,
    stage: Option<Stage>,
    most: u32,
    is_wanted: impl Fn(&Summary) -> bool,
) -> Result<Vec<Summary>, Failure> {
    let filter = Filter { stage, ..Filter::default() };
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = bench.index.page(&filter, before, PAGE)?;
        let Some(last) = page.last() else { return Ok(found) };
        before = Some(last.seq);
        found.extend(page.into_iter().filter(|summary| is_wanted(summary)));
        if found.len() > most as usize {
            return Ok(found);
        }
    }
}

fn cut(mut found: Vec<Summary>, most: u32) -> (Vec<Summary>, bool) {
    let more = found.len() > most as usize;
    found.truncate(most as usize);
    (found, more)
}

/// The lots of the donors that have those words in their names; none while the vault is locked.
fn lots_of_donor(bench: &Bench<'_>, text: &str, wanted: &Wanted) -> Result<BTreeSet<String>, Failure> {
    let mut lots = BTreeSet::new();
    if text.chars().filter(|letter| letter.is_alphabetic()).count() < LEAST_OF_DONOR || !bench.vault.is_open()? {
        return Ok(lots);
    }
    let (mut of, mut meant) = (Vec::new(), BTreeSet::new());
    each_lot(bench, &mut |lot, file| {
        let root = bench.index.donor(&file.donor)?;
        // Whoever was merged is found by each of their names.
        for donor in [&file.donor, &root] {
            let name = bench.name_of(donor.as_str())?;
            if name.is_some_and(|name| wanted.matches(&search_words(&name))) {
                meant.insert(root.clone());
            }
        }
        of.push((lot.to_string(), root));
        Ok(())
    })?;
    lots.extend(of.into_iter().filter(|(_, root)| meant.contains(root)).map(|(lot, _)| lot));
    Ok(lots)
}
