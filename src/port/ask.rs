//! Asking the person at the keys: lines, and secrets that are not shown.

use super::failure::{Failure, Trouble};
use crate::unit::Secret;
use crate::word::say;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

/// Somebody, or nobody, to be asked.
pub trait Ask {
    /// Whether somebody is at a terminal.
    fn is_there(&self) -> bool;
    /// Shows `prompt` and reads one line, without the spaces around it; `None` where nobody is at a terminal. Errors:
    /// [`Trouble::Cancelled`] where the person gave up.
    fn line(&self, prompt: &str) -> Result<Option<String>, Failure>;
    /// The same for a secret: what is typed is not shown.
    fn secret(&self, prompt: &str) -> Result<Option<Secret>, Failure>;
    /// The next line of standard input, from whoever or whatever writes there, without the spaces around it; `None` at its
    /// end. What is no text is marked as such.
    fn next_line(&self) -> Result<Option<String>, Failure>;
    /// Whether a line was typed that nobody asked for; it is taken away. Never waits.
    fn interrupts(&self) -> bool;
    /// The first line of a file, or the next line of standard input where the file is called `-`. Errors: it cannot be
    /// read, or the line is empty.
    fn secret_from(&self, file: &Path) -> Result<Secret, Failure>;
}

/// What giving up at a question means.
#[must_use]
pub fn gave_up() -> Failure {
    Failure::new(Trouble::Cancelled, say!("ask-cancelled"))
}

/// What an empty secret means.
#[must_use]
pub fn empty_secret(file: &Path) -> Failure {
    Failure::new(Trouble::Usage, say!("secret-file-empty", file = file.display().to_string()))
}

/// A person who answers in a fixed order, or nobody; and secrets in made-up files: for tests.
#[derive(Debug, Default)]
pub struct FakeAsk {
    /// Answers to come, lines and secrets alike.
    pub answers: RefCell<VecDeque<String>>,
    /// What was asked.
    pub asked: RefCell<Vec<String>>,
    /// At which looks somebody has typed a line unasked: a look for each, and nothing afterwards.
    pub unasked: RefCell<VecDeque<bool>>,
    /// Secrets by file.
    pub files: BTreeMap<PathBuf, String>,
}

impl FakeAsk {
    /// Somebody with those answers.
    #[must_use]
    pub fn with(answers: &[&str]) -> Self {
        Self { answers: RefCell::new(answers.iter().map(|text| (*text).to_owned()).collect()), ..Self::default() }
    }
}

impl Ask for FakeAsk {
    fn is_there(&self) -> bool {
        !self.answers.borrow().is_empty()
    }

    fn line(&self, prompt: &str) -> Result<Option<String>, Failure> {
        self.asked.borrow_mut().push(prompt.to_owned());
        Ok(self.answers.borrow_mut().pop_front())
    }

    fn secret(&self, prompt: &str) -> Result<Option<Secret>, Failure> {
        Ok(self.line(prompt)?.map(Secret::new))
    }

    fn next_line(&self) -> Result<Option<String>, Failure> {
        Ok(self.answers.borrow_mut().pop_front())
    }

    fn interrupts(&self) -> bool {
        self.unasked.borrow_mut().pop_front().unwrap_or(false)
    }

    fn secret_from(&self, file: &Path) -> Result<Secret, Failure> {
        self.files.get(file).map(Secret::new).ok_or_else(|| empty_secret(file))
    }
}
