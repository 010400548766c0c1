//! What can be typed about how the work goes, and about the target of a campaign.

use crate::workbench::Goal;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How the work goes.
#[derive(Clone, Debug, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that is typed or not")]
pub struct TodayArgs {
    /// Which day, or the last of several.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<String>,
    /// How many days.
    #[arg(long, value_name = "N", conflicts_with = "campaign")]
    pub days: Option<u32>,
    /// The days of the campaign.
    #[arg(long, conflicts_with = "day")]
    pub campaign: bool,
    /// By hour.
    #[arg(long)]
    pub by_hour: bool,
    /// By person.
    #[arg(long)]
    pub by_person: bool,
    /// A table for spreadsheets.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// With names in it.
    #[arg(long)]
    pub names: bool,
}

/// The target of a campaign.
#[derive(Clone, Debug, Args)]
pub struct TargetArgs {
    /// How many devices; none to show what is set.
    #[arg(requires_all = ["from", "to"])]
    pub devices: Option<u64>,
    /// The first day that counts.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "devices")]
    pub from: Option<String>,
    /// The last.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "devices")]
    pub to: Option<String>,
    /// What counts.
    #[arg(long, value_enum, value_name = "GOAL", requires = "devices")]
    pub goal: Option<GoalArg>,
    /// Forget it.
    #[arg(long, conflicts_with = "devices")]
    pub none: bool,
}

/// What counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GoalArg {
    /// Ready.
    Ready,
    /// Given or lent.
    HandedOver,
}

impl From<GoalArg> for Goal {
    fn from(goal: GoalArg) -> Self {
        match goal {
            GoalArg::Ready => Self::Ready,
            GoalArg::HandedOver => Self::HandedOver,
        }
    }
}
