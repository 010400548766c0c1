//! The volunteer at the machine that is tried out: what is shown, and what is answered.

use super::ask::gave_up;
use super::failure::Failure;
use crate::trial::{Question, TrialView};
use std::collections::VecDeque;

/// A volunteer.
pub trait Guide {
    /// Shows how far a test is.
    fn show(&mut self, view: &TrialView);
    /// Asks, and waits for one of the choices; its id. Errors: [`Trouble::Cancelled`](super::Trouble::Cancelled) where the
    /// person gave up, [`Trouble::Usage`](super::Trouble::Usage) where nobody is there.
    fn ask(&mut self, view: &TrialView, question: &Question) -> Result<&'static str, Failure>;
    /// Whether the person wants no more of what runs now; being asked is a new beginning.
    fn is_left(&self) -> bool;
}

/// A volunteer who answers in a fixed order and then gives up: for tests.
#[derive(Debug, Default)]
pub struct FakeGuide {
    /// Answers to come, by id.
    pub answers: VecDeque<&'static str>,
    /// Keys of the questions, in order.
    pub asked: Vec<String>,
    /// Everything that was shown.
    pub shown: Vec<TrialView>,
    /// Whether the person wants no more of it.
    pub left: bool,
}

impl FakeGuide {
    /// One with those answers.
    #[must_use]
    pub fn with(answers: &[&'static str]) -> Self {
        Self { answers: answers.iter().copied().collect(), ..Self::default() }
    }
}

impl Guide for FakeGuide {
    fn show(&mut self, view: &TrialView) {
        self.shown.push(view.clone());
    }

    fn ask(&mut self, view: &TrialView, question: &Question) -> Result<&'static str, Failure> {
        self.shown.push(view.clone());
        self.asked.push(question.text.key().to_owned());
        let answer = self.answers.pop_front().ok_or_else(gave_up)?;
        assert!(question.choices.iter().any(|choice| choice.id == answer), "{answer} is no choice of {question:?}");
        Ok(answer)
    }

    fn is_left(&self) -> bool {
        self.left
    }
}
