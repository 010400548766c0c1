//! Golden events of function tests: reasons, who found out, what was measured, and what was skipped.

use super::golden::about;
use aoxanh::event::Event;
use aoxanh::event::inspection::{FunctionOutcome, FunctionResult, FunctionTested, Measured, TestedHow};

/// In the order of their lines.
pub(crate) fn all() -> Vec<Event> {
    let measured = |name: &str, value, unit: &str| Measured { name: name.to_owned(), value, unit: unit.to_owned() };
    let keyboard = FunctionResult {
        reason: Some("keys_dead".to_owned()),
        how: Some(TestedHow::Volunteer),
        measured: vec![measured("keys_seen", 76, "count"), measured("missing", 30, "key_code")],
        ..FunctionResult::typed("keyboard", FunctionOutcome::Fails)
    };
    let memory = FunctionResult {
        how: Some(TestedHow::Automatic),
        measured: vec![measured("memory", u64::MAX, "mib")],
        ..FunctionResult::typed("memory", FunctionOutcome::Works)
    };
    let skipped = FunctionResult {
        reason: Some("no_time".to_owned()),
        ..FunctionResult::typed("camera", FunctionOutcome::Skipped)
    };
    vec![about(FunctionTested { results: vec![keyboard, memory, skipped] })]
}
