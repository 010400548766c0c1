//! What can be typed about sticks.

use super::args_stick_start::StickStartArgs;
use clap::Subcommand;

/// Sticks.
#[derive(Clone, Debug, Subcommand)]
pub enum StickVerb {
    /// Run on the machine that was started from one.
    Start(StickStartArgs),
}
