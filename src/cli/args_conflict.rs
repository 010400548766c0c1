//! What can be typed about what two places recorded of one device.

use crate::event::settling::Settlement;
use clap::{Args, Subcommand, ValueEnum};

/// Conflicts.
#[derive(Clone, Debug, Subcommand)]
pub enum ConflictVerb {
    /// Which devices are held.
    List,
    /// Settle what holds one.
    Settle(ConflictSettleArgs),
}

/// Settling.
#[derive(Clone, Debug, Args)]
pub struct ConflictSettleArgs {
    /// Tag or id.
    pub device: String,
    /// How.
    #[arg(long, value_name = "HOW")]
    pub how: HowSettled,
    /// The other device: tag or id.
    #[arg(long, value_name = "TAG")]
    pub other: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub why: String,
}

/// The ways to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HowSettled {
    /// One machine.
    Same,
    /// Two machines.
    Other,
    /// Both histories stand.
    Both,
}

impl From<HowSettled> for Settlement {
    fn from(how: HowSettled) -> Self {
        match how {
            HowSettled::Same => Self::SameMachine,
            HowSettled::Other => Self::OtherMachine,
            HowSettled::Both => Self::BothStand,
        }
    }
}
