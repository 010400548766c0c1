//! Doing function tests one after the other: which are due, each with its outcome recorded before the next begins.
//!
//! Invariants: nothing is tried out for a device that is known to be another machine; what already has an outcome of today
//! is not done again unasked.

use super::super::bench::{Bench, Found};
use super::super::inspect::facts_seen;
use super::super::self_test::self_test;
use super::super::swap::refuse_other_machine;
use super::typed::unknown;
use super::{Come, FUNCTION_TESTS, FunctionTest, Hands, Stop, TestOptions, first_view, function_test, why_stopped};
use crate::event;
use crate::event::inspection::{FunctionOutcome, FunctionResult, FunctionTested, TestedHow};
use crate::port::{Failure, Guide, Presence, Trouble};
use crate::trial::pace_classes;
use crate::unit::Moment;
use crate::word::{Sentence, say};

/// Which tests to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOrder {
    /// Only these, by id; all but the long ones where none is named.
    pub only: Vec<String>,
    /// Also those that have an outcome of today.
    pub again: bool,
    /// What was chosen about them.
    pub options: TestOptions,
}

/// How a test stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestLine {
    /// The test.
    pub test: &'static FunctionTest,
    /// Its last outcome, and when it was recorded.
    pub last: Option<(FunctionResult, Moment)>,
    /// Whether that was today.
    pub is_today: bool,
}

/// What is told while tests are done.
pub enum CheckNews<'a> {
    /// This one begins.
    Began(&'static FunctionTest),
    /// This one has an outcome of today and is not done again.
    Kept(&'a TestLine),
    /// It could not be tried, and why.
    NotPossible(&'static FunctionTest, &'a Failure),
    /// Its outcome is recorded.
    Ended(&'static FunctionTest, &'a FunctionResult),
}

/// Every test with its last outcome.
pub fn test_lines(bench: &Bench<'_>, found: &Found) -> Result<Vec<TestLine>, Failure> {
    let today = bench.clock.now().local_day();
    let mut lines: Vec<_> = FUNCTION_TESTS.iter().map(|test| TestLine { test, last: None, is_today: false }).collect();
    for line in bench.index.standing(&found.id)? {
        let event::Fact::FunctionTested(tested) = &line.event.fact else { continue };
        for result in &tested.results {
            if let Some(shown) = lines.iter_mut().find(|shown| shown.test.id == result.function) {
                shown.last = Some((result.clone(), line.event.at));
                shown.is_today = line.event.at.local_day() == today;
            }
        }
    }
    Ok(lines)
}

/// Does the tests that are due; how each came out. Errors: an unknown test, a rule, another machine, the volunteer left, or
/// nobody is there where a test needs somebody. What was recorded before stays.
pub fn test_now(
    bench: &Bench<'_>,
    found: &Found,
    order: &CheckOrder,
    cancel: &dyn Fn() -> bool,
    guide: &mut dyn Guide,
    tell: &mut dyn FnMut(CheckNews<'_>) -> Result<(), Failure>,
) -> Result<Vec<FunctionResult>, Failure> {
    if let Some(strange) = order.only.iter().find(|id| function_test(id).is_none()) {
        return Err(unknown(strange));
    }
    bench.refuse_if_forbidden(Some(&found.id), FunctionTested { results: Vec::new() })?;
    // The tests try out the machine that the program runs on: a bench's own must not answer for a donated one.
    refuse_other_machine(bench, found, &facts_seen(&bench.probe.facts()?))?;
    let uses = pace_classes(bench.own.pace.as_deref()).map_err(|words| {
        let what = say!("list-wrong", file = "profiles/pace/classes.toml");
        Failure::new(Trouble::BadData, what).because(words).hint(say!("list-wrong-hint"))
    })?;
    let hands = Hands {
        hardware: bench.hardware,
        clock: bench.clock,
        kind: found.file.kind,
        options: order.options,
        uses: &uses,
        own_disks: &|| bench.disks.list(None),
        self_test: &|order, cancel, tell| self_test(bench, order, cancel, tell),
        cancel,
    };
    let mut results = Vec::new();
    for line in test_lines(bench, found)? {
        let test = line.test;
        let is_meant =
            if order.only.is_empty() { !test.is_long } else { order.only.iter().any(|only| only == test.id) };
        let is_kept = line.is_today
            && !order.again
            && line.last.as_ref().is_some_and(|(last, _)| last.outcome != FunctionOutcome::Skipped);
        if !is_meant {
            continue;
        }
        if is_kept {
            tell(CheckNews::Kept(&line))?;
            continue;
        }
        if cancel() {
            return Err(Failure::new(Trouble::Cancelled, say!("ask-cancelled")));
        }
        let result = one(bench, found, test, &hands, guide, tell)?;
        results.push(result);
    }
    Ok(results)
}

/// Does one test and records its outcome.
fn one(
    bench: &Bench<'_>,
    found: &Found,
    test: &'static FunctionTest,
    hands: &Hands<'_>,
    guide: &mut dyn Guide,
    tell: &mut dyn FnMut(CheckNews<'_>) -> Result<(), Failure>,
) -> Result<FunctionResult, Failure> {
    let missing = match bench.hardware.presence(test.part) {
        Presence::Absent(_looked) if (test.must)(found.file.kind) => Some(Come::fails("not_found")),
        Presence::Absent(_looked) => Some(Come::new(FunctionOutcome::Absent, None)),
        Presence::There(_) | Presence::Unknown(_) => None,
    };
    let result = if let Some(come) = missing {
        FunctionResult { how: Some(TestedHow::Automatic), ..come.result(test) }
    } else {
        tell(CheckNews::Began(test))?;
        tried(test, hands, guide, tell)?
    };
    bench.record(Some(&found.id), FunctionTested { results: vec![result.clone()] })?;
    tell(CheckNews::Ended(test, &result))?;
    Ok(result)
}

/// Lets it run until it has come to something.
fn tried(
    test: &'static FunctionTest,
    hands: &Hands<'_>,
    guide: &mut dyn Guide,
    tell: &mut dyn FnMut(CheckNews<'_>) -> Result<(), Failure>,
) -> Result<FunctionResult, Failure> {
    let skipped = |reason| Come::new(FunctionOutcome::Skipped, Some(reason)).result(test);
    loop {
        match (test.run)(hands, guide) {
            Ok(come) => return Ok(come.result(test)),
            Err(Stop::Skip(reason)) => return Ok(skipped(reason)),
            // Who stops one test goes on with the next; who stops the program does not.
            Err(Stop::Failure(failure))
                if failure.trouble == Trouble::Cancelled && guide.is_left() && !(hands.cancel)() =>
            {
                match why_stopped(guide, &first_view(test, hands))? {
                    "again" => {}
                    reason => return Ok(skipped(reason)),
                }
            }
            Err(Stop::Failure(failure)) if matches!(failure.trouble, Trouble::Cancelled | Trouble::Usage) => {
                return Err(failure);
            }
            Err(Stop::Failure(failure)) => {
                tell(CheckNews::NotPossible(test, &failure))?;
                return Ok(FunctionResult { how: Some(TestedHow::Automatic), ..skipped("not_possible") });
            }
        }
    }
}

impl TestLine {
    /// How its last outcome is said.
    #[must_use]
    pub fn outcome(&self) -> Sentence {
        self.last.as_ref().map_or_else(|| say!("outcome-untried"), |(result, _)| outcome_sentence(result))
    }
}

/// An outcome, with its reason.
#[must_use]
pub fn outcome_sentence(result: &FunctionResult) -> Sentence {
    let outcome = match result.outcome {
        FunctionOutcome::Works => say!("outcome-works"),
        FunctionOutcome::Fails => say!("outcome-fails"),
        FunctionOutcome::Absent => say!("outcome-absent"),
        FunctionOutcome::Skipped => say!("outcome-skipped"),
    };
    match &result.reason {
        // words: choice-*
        Some(reason) => say!("outcome-because", outcome = outcome, reason = Sentence::new(format!("choice-{reason}"))),
        None => outcome,
    }
}

/// How a test came out, with a mark.
#[must_use]
pub fn ended_sentence(test: &FunctionTest, result: &FunctionResult) -> Sentence {
    let mark = match result.outcome {
        FunctionOutcome::Works => "✓",
        FunctionOutcome::Fails => "✗",
        FunctionOutcome::Absent | FunctionOutcome::Skipped => "·",
    };
    say!("check-ended", mark = mark, name = test.name(), outcome = outcome_sentence(result))
}
