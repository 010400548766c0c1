//! What can be typed to set devices apart: hold and quarantine.

use crate::event::intake::{Danger, HoldReason};
use clap::{Args, ValueEnum};

/// Holding.
#[derive(Clone, Debug, Args)]
pub struct HoldArgs {
    /// Tag or id.
    pub device: String,
    /// Why.
    #[arg(long, value_enum, default_value = "other", conflicts_with = "release")]
    pub reason: ReasonArg,
    /// Let it go on.
    #[arg(long)]
    pub release: bool,
}

/// A reason as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReasonArg {
    /// A part.
    Part,
    /// The donor.
    Donor,
    /// A decision.
    Decision,
    /// Something else.
    Other,
}

impl From<ReasonArg> for HoldReason {
    fn from(reason: ReasonArg) -> Self {
        match reason {
            ReasonArg::Part => Self::Part,
            ReasonArg::Donor => Self::Donor,
            ReasonArg::Decision => Self::Decision,
            ReasonArg::Other => Self::Other,
        }
    }
}

/// Quarantine.
#[derive(Clone, Debug, Args)]
pub struct QuarantineArgs {
    /// Tag or id.
    pub device: String,
    /// Why.
    #[arg(long, value_enum, required_unless_present = "clear", conflicts_with = "clear")]
    pub danger: Option<DangerArg>,
    /// The danger is gone.
    #[arg(long)]
    pub clear: bool,
}

/// A danger as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DangerArg {
    /// Battery.
    Battery,
    /// Liquid.
    Liquid,
    /// Smoke.
    Smoke,
}

impl From<DangerArg> for Danger {
    fn from(danger: DangerArg) -> Self {
        match danger {
            DangerArg::Battery => Self::Battery,
            DangerArg::Liquid => Self::Liquid,
            DangerArg::Smoke => Self::Smoke,
        }
    }
}
