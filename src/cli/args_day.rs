//! What can be typed about safety copies: closing a day, checking a copy, restoring a station.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Days.
#[derive(Clone, Debug, Subcommand)]
pub enum DayVerb {
    /// Make a safety copy and close the day.
    Close(DayCloseArgs),
    /// How far the work is from its last copy.
    Status,
}

/// Closing a day.
#[derive(Clone, Debug, Args)]
pub struct DayCloseArgs {
    /// The folder for the copy.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Which day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<String>,
    /// Delete expired copies there.
    #[arg(long)]
    pub prune: bool,
}

/// Safety copies.
#[derive(Clone, Debug, Subcommand)]
pub enum BackupVerb {
    /// Read a copy wholly and judge it.
    Check(BackupCheckArgs),
}

/// Checking a copy.
#[derive(Clone, Debug, Args)]
pub struct BackupCheckArgs {
    /// The copy.
    pub file: PathBuf,
}

/// The list of erasures.
#[derive(Clone, Debug, Args)]
pub struct ErasuresArgs {
    /// A new file for it.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

/// Restoring.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// The copy.
    pub file: PathBuf,
    /// The newest head from the notebook.
    #[arg(long, value_name = "HEAD")]
    pub head: Option<String>,
    /// Restores though records under that head are missing.
    #[arg(long)]
    pub missing_on_purpose: bool,
    /// Restores though the copy is expired.
    #[arg(long)]
    pub expired_on_purpose: bool,
    /// Erasures to be made again.
    #[arg(long, value_name = "FILE")]
    pub erasures: Option<PathBuf>,
    /// The team's secret key, where the copy does not have it.
    #[arg(long, value_name = "FILE")]
    pub team_key: Option<PathBuf>,
    /// The vault's master key as a file, where the copy has no lock.
    #[arg(long, value_name = "FILE")]
    pub vault_key: Option<PathBuf>,
    /// Where the passphrase is read.
    #[arg(long, value_name = "FILE", conflicts_with = "part_file")]
    pub passphrase_file: Option<PathBuf>,
    /// Where two recovery parts are read, one a file.
    #[arg(long = "part-file", value_name = "FILE")]
    pub part_file: Vec<PathBuf>,
}
