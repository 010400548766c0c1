//! Words: what the program wants to say, as data, and the two languages it can be said in.
//!
//! Rooms return a [`Sentence`]; only a face turns it into text through [`Words`]. Vietnamese is the source language.
//! Invariant: every key named in the code stands in both language files (`tests/bench/words.rs`).

mod bundle;
mod sentence;

pub use bundle::{Lang, Words, WordsError};
pub use sentence::{Arg, Sentence, say};
