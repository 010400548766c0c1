//! What can be typed about bundles.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Bundles.
#[derive(Clone, Debug, Subcommand)]
pub enum BundleVerb {
    /// Write the own records for another station.
    Export(BundleExportArgs),
    /// Take over what another station recorded.
    Import(BundleImportArgs),
    /// What was taken over from where.
    List,
}

/// Writing.
#[derive(Clone, Debug, Args)]
pub struct BundleExportArgs {
    /// Where to.
    pub to: PathBuf,
    /// From which record on.
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    pub from: u64,
}

/// Taking over.
#[derive(Clone, Debug, Args)]
pub struct BundleImportArgs {
    /// The files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}
