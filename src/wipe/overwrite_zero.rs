//! Method `overwrite-zero`: a zero in every byte.
//!
//! Limit: a counterfeit disk that wraps around reads back as well as an honest one.

use super::evidence::Level;
use super::method::{Method, Overwrite, Way};
use crate::unit::{Bytes, Digest};
use crate::word::{Sentence, say};

/// A zero in every byte.
#[derive(Debug)]
pub(super) struct OverwriteZero;

impl Method for OverwriteZero {
    fn id(&self) -> &'static str {
        "overwrite-zero"
    }

    fn way(&self) -> Way {
        Way::Overwrite(&Self)
    }

    fn name(&self) -> Sentence {
        say!("wipe-method-overwrite-zero")
    }

    fn best(&self) -> Level {
        Level::Clear
    }
}

impl Overwrite for OverwriteZero {
    fn is_keyed(&self) -> bool {
        false
    }

    fn varies(&self) -> bool {
        false
    }

    fn fill(&self, _key: Option<&Digest>, _at: Bytes, into: &mut [u8]) {
        into.fill(0);
    }
}
