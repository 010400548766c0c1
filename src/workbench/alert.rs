//! What somebody should know, whatever is on the screen.

use super::report::Report;
use crate::unit::Moment;

/// Work that should have been in a safety copy before today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Today.
    pub today: String,
    /// What to say.
    pub report: Report,
}

/// What somebody should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// When it came.
    pub at: Moment,
    /// About which device, by its tag.
    pub about: Option<String>,
    /// What it says.
    pub report: Report,
}
