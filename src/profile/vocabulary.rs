//! The vocabulary of repairs: faults, actions, what stands in the way, parts; and what the team calls low cost.
//!
//! Source: Open Repair Data Standard, and the fault types of The Restart Project.

use super::grading::{ListError, either, once};
use crate::word::Lang;
use serde::Deserialize;

/// The vocabulary in the binary; a station's own file of that name takes its place.
pub const VOCABULARY: &str = include_str!("../../profiles/repair/chuan.toml");
/// The code of a disk as a part, which alone may hold data. Every vocabulary has it.
pub const DISK_PART: &str = "disk";

/// A word of the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Its code.
    pub id: String,
    vi: String,
    en: String,
}

/// The vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub source: String,
    /// What the team calls low cost, VND.
    pub low_cost: u64,
    /// What is broken.
    #[serde(rename = "fault")]
    pub faults: Vec<Term>,
    /// What was done.
    #[serde(rename = "action")]
    pub actions: Vec<Term>,
    /// What stands in the way.
    #[serde(rename = "barrier")]
    pub barriers: Vec<Term>,
    /// What can be taken out and put in.
    #[serde(rename = "part")]
    pub parts: Vec<Term>,
}

impl Term {
    /// What it is called.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        either(lang, &self.vi, &self.en)
    }
}

impl Vocabulary {
    /// Reads a vocabulary. Errors: no TOML of this form; an id twice; an empty list; no disk among the parts.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let list: Self = toml::from_str(text).map_err(|error| ListError(error.message().to_owned()))?;
        let all =
            [("fault", &list.faults), ("action", &list.actions), ("barrier", &list.barriers), ("part", &list.parts)];
        for (name, terms) in all {
            once(name, terms.iter().map(|term| &term.id))?;
        }
        if list.parts.iter().any(|part| part.id == DISK_PART) {
            return Ok(list);
        }
        Err(ListError(format!("part: no {DISK_PART:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_vocabulary_reads_and_a_bad_one_is_refused() {
        let list = Vocabulary::parse(VOCABULARY).expect("embedded");
        assert!(list.faults.len() > 15 && list.barriers.len() == 6 && list.low_cost > 0);
        for (text, word) in [
            (VOCABULARY.replacen("{ id = \"disk\"", "{ id = \"diskette\"", 1), "no \"disk\""),
            (VOCABULARY.replacen("id = \"boot\"", "id = \"screen\"", 1), "\"screen\" twice"),
            (VOCABULARY.replacen("low_cost = 500000", "low_cost = -1", 1), "invalid"),
        ] {
            let error = Vocabulary::parse(&text).expect_err(word);
            assert!(error.0.contains(word), "{error}");
        }
    }
}
