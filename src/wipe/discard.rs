//! Method `discard`: the drive is told that nothing on it is needed any more (TRIM, UNMAP, Deallocate).
//!
//! Limit: what becomes of the data is the drive's own affair. It is quick and it earns nothing.

use super::evidence::Level;
use super::method::{Method, Way};
use crate::word::{Sentence, say};

/// Discarding everything.
#[derive(Debug)]
pub(super) struct Discard;

impl Method for Discard {
    fn id(&self) -> &'static str {
        "discard"
    }

    fn way(&self) -> Way {
        Way::Discard
    }

    fn name(&self) -> Sentence {
        say!("wipe-method-discard")
    }

    fn best(&self) -> Level {
        Level::None
    }
}
