//! A function check whose outcomes a person types.

use super::super::bench::{Bench, Found};
use super::{FUNCTION_TESTS, function_test};
use crate::event::inspection::{FunctionOutcome, FunctionResult, FunctionTested};
use crate::port::{Failure, Trouble};
use crate::word::say;

/// One answer of a function check, as typed: `screen=works`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckAnswer {
    /// The function.
    pub function: String,
    /// How it did.
    pub outcome: FunctionOutcome,
}

/// Records a function check. Errors: a function that is not on the list, or stands twice.
pub fn check(bench: &Bench<'_>, found: &Found, answers: &[CheckAnswer]) -> Result<Found, Failure> {
    if let Some(strange) = answers.iter().find(|answer| !is_known(&answer.function)) {
        return Err(unknown(&strange.function));
    }
    let twice = |at: usize, answer: &CheckAnswer| answers[..at].iter().any(|other| other.function == answer.function);
    if let Some((_, again)) = answers.iter().enumerate().find(|(at, answer)| twice(*at, answer)) {
        return Err(Failure::new(Trouble::Usage, say!("check-twice", function = again.function.as_str())));
    }
    let results = answers.iter().map(|answer| FunctionResult::typed(&answer.function, answer.outcome)).collect();
    bench.record(Some(&found.id), FunctionTested { results })?;
    bench.device(&found.id)
}

/// No test is called that.
pub(super) fn unknown(function: &str) -> Failure {
    let known: Vec<_> = FUNCTION_TESTS.iter().map(|test| test.id).collect();
    Failure::new(Trouble::Usage, say!("check-unknown-function", function = function, known = known.join(", ")))
}

fn is_known(function: &str) -> bool {
    function_test(function).is_some() || crate::custody::FUNCTIONS.contains(&function)
}
