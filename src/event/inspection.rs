//! Topic inspection: what the device is, how it was judged, what works.

use super::disk::DiskSeen;
use crate::unit::Digest;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// The device was inspected and judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInspected {
    /// Id of the spec profile.
    pub profile: String,
    /// BLAKE3 of the profile's file.
    pub profile_digest: Digest,
    /// The judgement.
    pub verdict: Verdict,
    /// Facts of required criteria that fail, then of recommended ones, in the profile's order.
    pub failed: Vec<String>,
    /// Facts of criteria that could not be judged.
    pub undecided: Vec<String>,
    /// Every fact.
    pub facts: Vec<FactSeen>,
    /// The fixed disks found inside.
    pub disks: Vec<DiskSeen>,
    /// Whether a person typed the facts of a machine that shows nothing. Then nothing is said of its disks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub typed: bool,
}

/// A judgement against a spec profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// đạt
    Pass,
    /// đạt có điều kiện
    Conditional,
    /// không đạt
    Fail,
    /// chưa đủ dữ liệu
    Undecided,
}

/// One fact, as recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSeen {
    /// The fact's key.
    pub key: String,
    /// The value; none is "unknown".
    pub value: Option<Seen>,
    /// Unit of a number: `bytes`, `mhz`, `tenth_inches`, `percent`, `mwh`, `count`, `pixels_wide_high`; none for
    /// text and yes/no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where it was read, or for an unknown where it was looked for and why it is not there.
    pub source: String,
    /// `certain`, `estimated` or `typed`.
    pub certainty: String,
}

/// A recorded value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Seen {
    /// Yes or no.
    Flag(bool),
    /// A number in the fact's unit.
    Number(u64),
    /// Two numbers: width and height.
    Pair(u64, u64),
    /// Words.
    Text(String),
}

/// Read by looking at what stands there: trying one form after the other, as `untagged` does, costs more than all the rest
/// of a record.
impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SeenVisitor)
    }
}

struct SeenVisitor;

impl<'de> Visitor<'de> for SeenVisitor {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("yes or no, a number, two numbers, or words")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Seen, E> {
        Ok(Seen::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Seen, E> {
        Ok(Seen::Number(number))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Seen, A::Error> {
        let pair = (seq.next_element()?, seq.next_element()?, seq.next_element::<u64>()?);
        let (Some(first), Some(second), None) = pair else { return Err(A::Error::custom("not two numbers")) };
        Ok(Seen::Pair(first, second))
    }

    fn visit_str<E>(self, text: &str) -> Result<Seen, E> {
        Ok(Seen::Text(text.to_owned()))
    }
}

/// A function check was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionTested {
    /// One entry per function.
    pub results: Vec<FunctionResult>,
}

/// How one function did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionResult {
    /// `screen`, `keyboard`, `touchpad`, `speakers`, `microphone`, `camera`, `wifi`, `usb`, `charging`, and others that
    /// nobody must test: `bluetooth`, `lid`, `memory`, `load`, `discharge`.
    pub function: String,
    /// The outcome.
    pub outcome: FunctionOutcome,
    /// Why it fails or was skipped: a code of the test's own, `keys_stuck`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who found it out; none where it was only typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<TestedHow>,
    /// What was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measured>,
}

impl FunctionResult {
    /// An outcome that a person typed, with nothing measured.
    #[must_use]
    pub fn typed(function: &str, outcome: FunctionOutcome) -> Self {
        Self { function: function.to_owned(), outcome, reason: None, how: None, measured: Vec::new() }
    }
}

/// Who found out how a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestedHow {
    /// The program alone.
    Automatic,
    /// The program with a volunteer at the machine.
    Volunteer,
}

/// One measured number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// What was measured: `keys_seen`.
    pub name: String,
    /// How much.
    pub value: u64,
    /// The unit: `count`, `per_mille`, `milli_celsius`, `mib`, `mib_per_second`, `milliseconds`, `seconds`, `milliwatts`,
    /// `microwatt_hours`, `dbm_below_zero`, `key_code`.
    pub unit: String,
}

/// Outcome of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionOutcome {
    /// Works.
    Works,
    /// Does not work.
    Fails,
    /// The device has none.
    Absent,
    /// Was not tested, and why stands beside it. It says nothing of the function, so what was found before stands.
    Skipped,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seen_value_reads_back_in_its_own_form_and_no_other_form_is_taken() {
        for (text, seen) in [
            ("true", Seen::Flag(true)),
            ("18446744073709551615", Seen::Number(u64::MAX)),
            ("[1366,768]", Seen::Pair(1366, 768)),
            (r#""Mẫu \"Giả\"""#, Seen::Text("Mẫu \"Giả\"".to_owned())),
        ] {
            assert_eq!(serde_json::from_str::<Seen>(text).expect(text), seen);
            assert_eq!(serde_json::to_string(&seen).expect("writes"), text);
        }
        for bad in ["null", "-1", "[1]", "[1,2,3]", "[1,\"2\"]", "{}"] {
            assert!(serde_json::from_str::<Seen>(bad).is_err(), "{bad}");
        }
    }
}
