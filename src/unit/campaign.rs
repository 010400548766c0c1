//! A campaign's name: public, short, spelled so that two people mean the same one.
//!
//! Invariant: spelled as a shelf's name is.

use super::shelf::{ShelfName, ShelfNameError};
use std::fmt;

/// A campaign's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignName(ShelfName);

impl CampaignName {
    /// Reads it. Errors: nothing there, more than 40 characters, one that cannot be seen.
    pub fn read(text: &str) -> Result<Self, ShelfNameError> {
        ShelfName::read(text).map(Self)
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for CampaignName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
