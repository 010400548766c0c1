//! What can be typed about grades, repairs, parts and locks.

use super::args_tag::PaperArgs;
use crate::event::lock::LockKind;
use crate::event::repair::RepairOutcome;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Grading.
#[derive(Clone, Debug, Args)]
pub struct GradeArgs {
    /// Tag or id; none to show the checklist.
    pub device: Option<String>,
    /// One answer; what is left out is asked.
    #[arg(long = "answer", value_name = "ITEM=ANSWER", value_parser = pair)]
    pub answers: Vec<(String, String)>,
    /// A photo.
    #[arg(long = "photo", value_name = "FILE")]
    pub photos: Vec<PathBuf>,
}

/// Reads `item=answer`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(item, answer)| (item.trim().to_owned(), answer.trim().to_owned()))
        .ok_or_else(|| "ITEM=ANSWER".to_owned())
}

/// A repair.
#[derive(Clone, Debug, Args)]
pub struct RepairArgs {
    /// Tag or id; none to show the vocabulary.
    pub device: Option<String>,
    /// What is broken.
    #[arg(long = "fault", value_name = "CODE", value_delimiter = ',')]
    pub faults: Vec<String>,
    /// What was done.
    #[arg(long = "action", value_name = "CODE", value_delimiter = ',')]
    pub actions: Vec<String>,
    /// What it came to.
    #[arg(long, value_name = "OUTCOME", required_unless_present = "vocabulary")]
    pub outcome: Option<OutcomeArg>,
    /// What stands in the way.
    #[arg(long, value_name = "CODE")]
    pub barrier: Option<String>,
    /// What it cost, VND.
    #[arg(long, value_name = "VND")]
    pub cost: Option<u64>,
    /// Free words.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Show the vocabulary.
    #[arg(long, exclusive = true)]
    pub vocabulary: bool,
}

/// What a repair came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutcomeArg {
    /// It works again.
    Fixed,
    /// Not mended yet.
    Repairable,
    /// Given up.
    EndOfLife,
}

impl From<OutcomeArg> for RepairOutcome {
    fn from(arg: OutcomeArg) -> Self {
        match arg {
            OutcomeArg::Fixed => Self::Fixed,
            OutcomeArg::Repairable => Self::Repairable,
            OutcomeArg::EndOfLife => Self::EndOfLife,
        }
    }
}

/// Parts.
#[derive(Clone, Debug, Subcommand)]
pub enum PartVerb {
    /// Take one out.
    Take(PartTakeArgs),
    /// Put one in.
    Fit(PartFitArgs),
    /// Show the shelf.
    List,
    /// Show one part's story.
    Show(PartShowArgs),
    /// Labels of parts.
    Label(PartLabelArgs),
}

/// Taking a part out.
#[derive(Clone, Debug, Args)]
pub struct PartTakeArgs {
    /// Tag or id of the device it is in.
    pub device: String,
    /// What it is.
    #[arg(long, value_name = "CODE")]
    pub kind: String,
    /// What stands on it.
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// How large, gigabytes as they are sold.
    #[arg(long, value_name = "GB")]
    pub gb: Option<u64>,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: Option<String>,
}

/// Putting a part in.
#[derive(Clone, Debug, Args)]
pub struct PartFitArgs {
    /// The part.
    pub part: String,
    /// Tag or id of the device it goes into.
    pub device: String,
}

/// Labels of parts.
#[derive(Clone, Debug, Args)]
pub struct PartLabelArgs {
    /// Which parts.
    #[arg(required = true)]
    pub parts: Vec<String>,
    /// How many of each.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub copies: u16,
    #[command(flatten)]
    pub paper: PaperArgs,
}

/// A part.
#[derive(Clone, Debug, Args)]
pub struct PartShowArgs {
    /// The part.
    pub part: String,
}

/// Locks.
#[derive(Clone, Debug, Subcommand)]
pub enum LockVerb {
    /// The device is locked.
    Found(LockFoundArgs),
    /// Show the password.
    Show(LockArgs),
    /// The lock is gone.
    Cleared(LockArgs),
}

/// A lock that was found.
#[derive(Clone, Debug, Args)]
pub struct LockFoundArgs {
    /// Tag or id.
    pub device: String,
    /// By what.
    pub lock: LockArg,
    /// Ask for the password that the donor told.
    #[arg(long)]
    pub password: bool,
    /// Where that password is read.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// A lock.
#[derive(Clone, Debug, Args)]
pub struct LockArgs {
    /// Tag or id.
    pub device: String,
    /// Which.
    pub lock: LockArg,
}

/// What locks a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LockArg {
    /// A password of the firmware.
    Firmware,
    /// A password of the disk.
    Disk,
    /// An account.
    Account,
    /// An organisation's management.
    Management,
}

impl From<LockArg> for LockKind {
    fn from(arg: LockArg) -> Self {
        match arg {
            LockArg::Firmware => Self::FirmwarePassword,
            LockArg::Disk => Self::DiskPassword,
            LockArg::Account => Self::Account,
            LockArg::Management => Self::Management,
        }
    }
}
