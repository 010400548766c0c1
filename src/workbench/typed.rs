//! Facts of a device that shows nothing (no power, a dead board), typed by whoever looks at it.
//!
//! Invariants: every such fact is recorded as typed, by whom the record says; nothing is said of disks, which go to a dock.

use super::bench::{Bench, Found};
use super::inspect::{Inspected, judged};
use crate::device::{Certainty, Facts, key};
use crate::port::{Failure, Trouble};
use crate::profile::{self, Profile};
use crate::word::say;

/// What can be typed in a form, in the order it is asked.
pub const TYPED: [&str; 8] = [
    key::MAKER,
    key::MODEL,
    key::SERIAL,
    key::CPU_MODEL,
    key::CPU_CORES,
    key::MEMORY_TOTAL,
    key::DISK_LARGEST,
    key::SCREEN_DIAGONAL,
];

/// Where typed facts are from.
const SOURCE: &str = "người nhập";

/// The facts that were typed, (key, value as in a spec profile). Errors: nothing; a key that no profile knows; a value that
/// is none of its kind; a key twice.
pub fn typed_facts(given: &[(String, String)]) -> Result<Facts, Failure> {
    if given.is_empty() {
        return Err(
            Failure::new(Trouble::Usage, say!("typed-nothing", keys = TYPED.join(", "))).hint(say!("typed-hint"))
        );
    }
    let mut facts = Facts::new();
    for (key, text) in given {
        let wrong = |what| Failure::new(Trouble::Usage, what).hint(say!("typed-hint"));
        if facts.get(key).is_some() {
            return Err(wrong(say!("typed-twice", key = key.as_str())));
        }
        if profile::measure(key).is_none() {
            return Err(wrong(say!("typed-unknown", key = key.as_str(), keys = TYPED.join(", "))));
        }
        let value = profile::read_value(key, text);
        let value = value.ok_or_else(|| wrong(say!("typed-wrong", key = key.as_str(), text = text.as_str())))?;
        facts.push(key.as_str(), value, SOURCE, Certainty::Typed);
    }
    Ok(facts)
}

/// Judges the device by typed facts and records both. Errors: as of [`typed_facts`]; the rules.
pub fn inspect_typed(
    bench: &Bench<'_>,
    found: &Found,
    profile: Profile,
    given: &[(String, String)],
) -> Result<Inspected, Failure> {
    judged(bench, found, profile, typed_facts(given)?, Vec::new(), true)
}
