//! Repairs: what is broken, what was done, what it cost, what it came to.
//!
//! Invariant: every code is one of the team's vocabulary; a repair dearer than the team's low cost says so, and is a lead's
//! to answer for.

use super::bench::{Bench, Found};
use super::grade::bad_list;
use super::intake::or_unseal;
use super::settling::seal_reason;
use crate::event::repair::{RepairOutcome, RepairRecorded};
use crate::port::{Failure, Trouble};
use crate::profile::{Term, VOCABULARY, Vocabulary};
use crate::word::{Sentence, say};

/// What to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairOrder {
    /// What is broken, by codes.
    pub faults: Vec<String>,
    /// What was done, by codes.
    pub actions: Vec<String>,
    /// What it came to.
    pub outcome: RepairOutcome,
    /// What stands in the way, by its code.
    pub barrier: Option<String>,
    /// What it cost or would cost, VND.
    pub cost: Option<u64>,
    /// Free words.
    pub note: Option<String>,
}

/// A repair that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// The device as it stands now.
    pub found: Found,
    /// What somebody should think about; none where nothing.
    pub warning: Option<Sentence>,
}

/// The team's vocabulary. Errors: the station's own one cannot be used.
pub fn vocabulary(bench: &Bench<'_>) -> Result<Vocabulary, Failure> {
    let text = bench.own.vocabulary.as_deref().unwrap_or(VOCABULARY);
    Vocabulary::parse(text).map_err(|error| bad_list("repair", &error))
}

/// What people call what a repair came to.
#[must_use]
pub fn repair_outcome_sentence(outcome: RepairOutcome) -> Sentence {
    match outcome {
        RepairOutcome::Fixed => say!("repair-fixed"),
        RepairOutcome::Repairable => say!("repair-repairable"),
        RepairOutcome::EndOfLife => say!("repair-end-of-life"),
    }
}

/// Records a repair. Errors: no fault named; a code that is not in the vocabulary; nothing said to stand in the way of what
/// was not mended; a note with the vault locked; the rules.
pub fn repair(bench: &Bench<'_>, found: &Found, order: &RepairOrder) -> Result<Repaired, Failure> {
    let words = vocabulary(bench)?;
    if order.faults.is_empty() {
        let what = say!("repair-no-fault", known = codes(&words.faults));
        return Err(Failure::new(Trouble::Usage, what).hint(say!("vocabulary-hint")));
    }
    order.faults.iter().try_for_each(|code| known(code, &words.faults, "--fault"))?;
    order.actions.iter().try_for_each(|code| known(code, &words.actions, "--action"))?;
    order.barrier.iter().try_for_each(|code| known(code, &words.barriers, "--barrier"))?;
    if order.outcome == RepairOutcome::EndOfLife && order.barrier.is_none() {
        let what = say!("repair-no-barrier", known = codes(&words.barriers));
        return Err(Failure::new(Trouble::Usage, what).hint(say!("vocabulary-hint")));
    }
    let note = order.note.as_deref().map(|note| seal_reason(bench, note)).transpose()?;
    let (hash, sealed) = note.unzip();
    let recorded = RepairRecorded {
        faults: order.faults.clone(),
        actions: order.actions.clone(),
        outcome: order.outcome,
        barrier: order.barrier.clone(),
        cost: order.cost,
        limit: order.cost.map(|_cost| words.low_cost),
        note: hash,
    };
    or_unseal(bench.record(Some(&found.id), recorded), bench.vault, sealed.as_deref())?;
    let dear = order.cost.filter(|cost| *cost > words.low_cost);
    let warning = dear.map(|cost| say!("repair-dear", cost = dong(cost), limit = dong(words.low_cost)));
    Ok(Repaired { found: bench.device(&found.id)?, warning })
}

/// Refuses a code that is not in the list.
pub(super) fn known(code: &str, list: &[Term], flag: &str) -> Result<(), Failure> {
    if list.iter().any(|term| term.id == code) {
        return Ok(());
    }
    Err(Failure::new(Trouble::Usage, say!("repair-unknown", code = code, flag = flag, known = codes(list)))
        .hint(say!("vocabulary-hint")))
}

fn codes(list: &[Term]) -> String {
    list.iter().map(|term| term.id.as_str()).collect::<Vec<_>>().join(", ")
}

/// An amount of VND as it is written: `1.250.000 đ`.
#[must_use]
pub fn dong(amount: u64) -> String {
    let digits = amount.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text + " đ"
}

#[cfg(test)]
mod tests {
    use super::dong;

    #[test]
    fn amounts_are_written_in_threes() {
        for (amount, text) in [(0, "0 đ"), (999, "999 đ"), (1000, "1.000 đ"), (1_250_000, "1.250.000 đ")] {
            assert_eq!(dong(amount), text);
        }
    }
}
