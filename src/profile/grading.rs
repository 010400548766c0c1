//! The grading checklist: a few questions about how a machine looks, and the grade that the answers give.
//!
//! Invariants: ids stand once and are what the ledger keeps; the grade is the worst that any answer says, so that one broken
//! part is never averaged away.

use crate::unit::Digest;
use crate::word::Lang;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The checklist in the binary; a station's own file of that name takes its place.
pub const GRADING: &str = include_str!("../../profiles/grade/chuan.toml");

/// A list that cannot be used: what the reader said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ListError(pub String);

/// How good, A (as new) to D (broken somewhere).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// As good as new.
    A,
    /// Signs of use.
    B,
    /// Worn, and usable.
    C,
    /// Broken somewhere.
    D,
}

/// A checklist.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Its id.
    pub id: String,
    vi: String,
    en: String,
    /// Whose it is.
    pub source: String,
    /// Its questions.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
    /// BLAKE3 of the file's text.
    #[serde(skip, default = "nothing")]
    pub digest: Digest,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its id.
    pub id: String,
    vi: String,
    en: String,
    /// What can be said.
    pub answers: Vec<Choice>,
}

/// What can be said to a question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// The best grade of a machine of which it is said.
    pub grade: Rank,
    vi: String,
    en: String,
}

/// Why answers give no grade.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GradingError {
    /// Nobody answered that question.
    #[error("{0} is not answered")]
    Missing(String),
    /// There is no such question, or no such answer to it; these can be said.
    #[error("{item}={answer}: none of {known:?}")]
    Unknown {
        /// The question.
        item: String,
        /// What was said.
        answer: String,
        /// What can be said there.
        known: Vec<String>,
    },
}

fn nothing() -> Digest {
    Digest::ZERO
}

impl Checklist {
    /// Reads a checklist. Errors: no TOML of this form; an id twice; no question, or one without an answer.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let list: Self = toml::from_str(text).map_err(|error| ListError(error.message().to_owned()))?;
        once("item", list.items.iter().map(|item| &item.id))?;
        for item in &list.items {
            once(&item.id, item.answers.iter().map(|answer| &answer.id))?;
        }
        Ok(Self { digest: Digest(*blake3::hash(text.as_bytes()).as_bytes()), ..list })
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        either(lang, &self.vi, &self.en)
    }

    /// The grade by these answers, (question, answer), each question once. Errors: [`GradingError`].
    pub fn grade(&self, answers: &[(String, String)]) -> Result<Rank, GradingError> {
        for (item, answer) in answers {
            let unknown =
                |known: Vec<String>| GradingError::Unknown { item: item.clone(), answer: answer.clone(), known };
            let found = self.items.iter().find(|known| known.id == *item);
            let found = found.ok_or_else(|| unknown(self.items.iter().map(|item| item.id.clone()).collect()))?;
            let ids = || found.answers.iter().map(|answer| answer.id.clone()).collect();
            found.answers.iter().find(|known| known.id == *answer).ok_or_else(|| unknown(ids()))?;
        }
        let said = |item: &Item| {
            let (_, answer) = answers.iter().find(|(id, _)| *id == item.id)?;
            item.answers.iter().find(|known| known.id == *answer).map(|answer| answer.grade)
        };
        let mut worst = Rank::A;
        for item in &self.items {
            worst = worst.max(said(item).ok_or_else(|| GradingError::Missing(item.id.clone()))?);
        }
        Ok(worst)
    }
}

impl Item {
    /// What is asked.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        either(lang, &self.vi, &self.en)
    }
}

impl Choice {
    /// What is said.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        either(lang, &self.vi, &self.en)
    }
}

pub(super) fn either<'a>(lang: Lang, vi: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// Refuses an id that stands twice, is empty or no plain word, and a list of nothing.
pub(super) fn once<'a>(of: &str, ids: impl Iterator<Item = &'a String>) -> Result<(), ListError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if id.is_empty() || !id.chars().all(plain) {
            return Err(ListError(format!("{of}: id {id:?}")));
        }
        if !seen.insert(id) {
            return Err(ListError(format!("{of}: {id:?} twice")));
        }
    }
    if seen.is_empty() { Err(ListError(format!("{of}: empty"))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(list: &Checklist, other: (&str, &str)) -> Vec<(String, String)> {
        let best = |item: &Item| item.answers.iter().find(|answer| answer.grade == Rank::A).expect("a best").id.clone();
        let mut answers: Vec<_> = list.items.iter().map(|item| (item.id.clone(), best(item))).collect();
        answers.retain(|(item, _)| item != other.0);
        answers.push((other.0.to_owned(), other.1.to_owned()));
        answers
    }

    #[test]
    fn the_embedded_checklist_reads_and_its_worst_answer_is_the_grade() {
        let list = Checklist::parse(GRADING).expect("embedded");
        assert_eq!(list.items.len(), 5);
        for item in &list.items {
            for answer in &item.answers {
                assert!([Lang::Vi, Lang::En].into_iter().all(|lang| !answer.name(lang).is_empty()), "{}", answer.id);
                assert_eq!(list.grade(&said(&list, (&item.id, &answer.id))), Ok(answer.grade), "{}", answer.id);
            }
        }
    }

    #[test]
    fn a_question_left_out_and_an_answer_that_is_none_are_named() {
        let list = Checklist::parse(GRADING).expect("embedded");
        let mut answers = said(&list, ("screen", "clean"));
        answers.retain(|(item, _)| item != "shell");
        assert_eq!(list.grade(&answers), Err(GradingError::Missing("shell".to_owned())));
        let unknown = list.grade(&said(&list, ("screen", "shiny")));
        assert!(
            matches!(unknown, Err(GradingError::Unknown { item, known, .. }) if item == "screen" && known.len() == 4)
        );
        let unknown = list.grade(&said(&list, ("colour", "red")));
        assert!(matches!(unknown, Err(GradingError::Unknown { known, .. }) if known.len() == 5));
    }

    #[test]
    fn a_bad_checklist_is_refused_with_what_is_wrong() {
        let twice = GRADING.replacen("id = \"marks\"", "id = \"clean\"", 1);
        for (text, word) in [
            ("", "missing"),
            (&twice, "\"clean\" twice"),
            (&GRADING.replacen("grade = \"a\"", "grade = \"e\"", 1), "unknown variant"),
            (&GRADING.replacen("source =", "sauce =", 1), "sauce"),
            (&GRADING.replacen("id = \"hinge\"", "id = \"Bản lề\"", 1), "Bản lề"),
        ] {
            let error = Checklist::parse(text).expect_err(word);
            assert!(error.0.contains(word), "{error}");
        }
    }
}
