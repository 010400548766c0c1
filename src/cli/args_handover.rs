//! What can be typed about pupils: allocating and handing over.

use crate::event::handover::Terms;
use crate::unit::RecipientId;
use clap::Args;

/// Allocating.
#[derive(Clone, Debug, Args)]
pub struct AllocateArgs {
    /// Tag or id.
    pub device: String,
    /// The pupil's opaque reference.
    #[arg(long, value_name = "ID", required_unless_present = "new_recipient", conflicts_with = "new_recipient")]
    pub recipient: Option<RecipientId>,
    /// Make a new reference.
    #[arg(long)]
    pub new_recipient: bool,
}

/// Handing over.
#[derive(Clone, Debug, Args)]
pub struct HandoverArgs {
    /// Tag or id.
    pub device: String,
    /// Only lent.
    #[arg(long)]
    pub loan: bool,
}

impl HandoverArgs {
    /// Gift or loan.
    #[must_use]
    pub const fn terms(&self) -> Terms {
        if self.loan { Terms::Loan } else { Terms::Gift }
    }
}
