//! What a test shows while it runs, and what it asks; as data, so that every face can draw it.

use super::frame::Frame;
use super::keys::Keys;
use crate::word::Sentence;

/// What a test shows now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrialView {
    /// The test.
    pub check: &'static str,
    /// What is tested, as the hardware calls itself.
    pub on: Option<String>,
    /// What to do, then how far it is; the last line says what changes.
    pub lines: Vec<Sentence>,
    /// How far it is, or how loud, thousandths.
    pub gauge: Option<u64>,
    /// What is drawn below.
    pub picture: Picture,
}

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Picture {
    /// Nothing.
    #[default]
    None,
    /// A keyboard.
    Board(Box<Keys>),
    /// A camera's picture.
    Frame(Frame),
    /// The whole screen in one colour.
    Field(Colour),
}

/// A colour of eight bits a channel: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// What a test asks the volunteer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: Sentence,
    /// What can be answered, the first with Enter too.
    pub choices: Vec<Choice>,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The key for it.
    pub key: char,
    /// What it means; its words are `choice-<id>`.
    pub id: &'static str,
}

impl Choice {
    /// What it says.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        // words: choice-*
        Sentence::new(format!("choice-{}", self.id))
    }
}

impl Question {
    /// Only a step: Enter goes on, `b` skips the test.
    #[must_use]
    pub fn step(text: Sentence) -> Self {
        Self { text, choices: vec![Choice { key: 'd', id: "next" }, Choice { key: 'b', id: "skip" }] }
    }

    /// Whether it is good, and if not which of these faults it has.
    #[must_use]
    pub fn verdict(text: Sentence, faults: &[&'static str]) -> Self {
        let faults = ('1'..='9').zip(faults).map(|(key, id)| Choice { key, id });
        let good = Choice { key: 'd', id: "good" };
        let choices = std::iter::once(good).chain(faults).chain([Choice { key: 'b', id: "skip" }]).collect();
        Self { text, choices }
    }
}
