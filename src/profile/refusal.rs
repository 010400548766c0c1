//! Why a profile file is refused: file, line, key and reason.

use super::catalogue::Measure;
use crate::word::{Sentence, say};

/// A bad profile file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {key}: {reason:?}")]
pub struct ProfileError {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key that is bad or missing; empty where the file is no TOML.
    pub key: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The file is no TOML; the parser's words.
    NotToml(String),
    /// No such key exists.
    UnknownKey,
    /// A key that must be there is not.
    Missing,
    /// Something else must stand there.
    Expected(Expected),
    /// No fact of that name can be judged.
    UnknownFact(String),
    /// The same fact at the same level, already at that line.
    Duplicate(usize),
    /// None or several of `at_least`, `is` and `unset`.
    NotOneNeed,
    /// That part does not change that fact.
    NoCure,
}

/// What must stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text that is not empty.
    Text,
    /// A list of kinds of machine.
    Kinds,
    /// A list of `[[criterion]]` tables.
    Criteria,
    /// `required` or `recommended`.
    Level,
    /// The name of a part.
    Part,
    /// `unset = true`.
    True,
    /// A percentage of at most 10.
    Slack,
    /// The file's name without `.toml`.
    FileName,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// An amount in that measure.
    Amount(Measure),
}

impl ProfileError {
    /// The refusal in words.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let line = u64::try_from(self.line).unwrap_or(u64::MAX);
        let why = self.reason.sentence();
        say!("spec-refused", file = self.file.as_str(), line = line, key = self.key.as_str(), why = why)
    }
}

impl Reason {
    fn sentence(&self) -> Sentence {
        match self {
            Self::NotToml(words) => say!("spec-refused-toml", words = words.as_str()),
            Self::UnknownKey => say!("spec-refused-key"),
            Self::Missing => say!("spec-refused-missing"),
            Self::Expected(expected) => expected.sentence(),
            Self::UnknownFact(fact) => say!("spec-refused-fact", fact = fact.as_str()),
            Self::Duplicate(line) => {
                say!("spec-refused-duplicate", first = u64::try_from(*line).unwrap_or(u64::MAX))
            }
            Self::NotOneNeed => say!("spec-refused-need"),
            Self::NoCure => say!("spec-refused-cure"),
        }
    }
}

impl Expected {
    fn sentence(self) -> Sentence {
        match self {
            Self::Text => say!("spec-expected-text"),
            Self::Kinds => say!("spec-expected-kinds"),
            Self::Criteria => say!("spec-expected-criteria"),
            Self::Level => say!("spec-expected-level"),
            Self::Part => say!("spec-expected-part"),
            Self::True => say!("spec-expected-true"),
            Self::Slack => say!("spec-expected-slack"),
            Self::Day => say!("spec-expected-day"),
            Self::FileName => say!("spec-expected-file-name"),
            Self::Amount(measure) => say!("spec-expected-amount", example = example(measure)),
        }
    }
}

/// How an amount in that measure is written in a file.
const fn example(measure: Measure) -> &'static str {
    match measure {
        Measure::Memory => "at_least = \"4 GB\"",
        Measure::Storage => "at_least = \"64 GB\"",
        Measure::Megahertz => "at_least = \"1600 MHz\"",
        Measure::TenthInches => "at_least = \"13.0 in\"",
        Measure::Pixels => "at_least = \"1366x768\"",
        Measure::Percent => "at_least = \"60 %\"",
        Measure::Count => "at_least = 2",
        Measure::Flag => "is = true",
        Measure::Text => "is = \"DDR3\"",
    }
}
