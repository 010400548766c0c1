//! What can be typed about corrections, of records and of donors who were entered twice.

use crate::unit::{DonorId, LotId};
use clap::{Args, Subcommand};

/// Striking out what was recorded by mistake.
#[derive(Clone, Debug, Args)]
pub struct CorrectArgs {
    /// Tag or id.
    #[arg(required_unless_present = "lot", conflicts_with = "lot")]
    pub device: Option<String>,
    /// Number of the record.
    #[arg(long, value_name = "NUMBER", requires = "device", conflicts_with = "last")]
    pub record: Option<u64>,
    /// Number of the last record of a range.
    #[arg(long, value_name = "NUMBER", requires = "record")]
    pub to: Option<u64>,
    /// The last record that counts.
    #[arg(long, requires = "device")]
    pub last: bool,
    /// The lot that devices were received into by mistake.
    #[arg(long, value_name = "LOT", requires = "to_lot")]
    pub lot: Option<LotId>,
    /// The lot they belong to.
    #[arg(long, value_name = "LOT", requires = "lot")]
    pub to_lot: Option<LotId>,
    /// Why.
    #[arg(long)]
    pub reason: Option<String>,
    /// Do it, having seen what it comes to.
    #[arg(long)]
    pub yes: bool,
}

/// Donors.
#[derive(Clone, Debug, Subcommand)]
pub enum DonorVerb {
    /// Every donor, and who looks like another.
    List,
    /// Make two of them one.
    Merge(DonorMergeArgs),
    /// Undo that.
    Part(DonorPartArgs),
}

/// Two donors who are one.
#[derive(Clone, Debug, Args)]
pub struct DonorMergeArgs {
    /// Under whom both are found.
    pub kept: DonorId,
    /// Who was entered a second time.
    pub merged: DonorId,
}

/// A donor who was merged by mistake.
#[derive(Clone, Debug, Args)]
pub struct DonorPartArgs {
    /// Who.
    pub merged: DonorId,
}
