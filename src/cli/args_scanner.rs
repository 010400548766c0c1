//! What can be typed about scanners at serial ports.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Scanners.
#[derive(Clone, Debug, Subcommand)]
pub enum ScannerVerb {
    /// Find the port that a scanner stands at.
    Find(ScannerFindArgs),
    /// Which are listened to, and which ports there are.
    List,
    /// Listen to that one no more.
    Remove(ScannerRemoveArgs),
    /// Say what one scan is.
    Test(ScannerTestArgs),
}

/// Finding one.
#[derive(Clone, Debug, Args)]
pub struct ScannerFindArgs {
    /// Listen to these ports alone.
    #[arg(long, value_name = "FILE")]
    pub port: Vec<PathBuf>,
    /// For how long.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub seconds: u32,
}

/// Which one.
#[derive(Clone, Debug, Args)]
pub struct ScannerRemoveArgs {
    /// Its port.
    pub port: PathBuf,
}

/// Trying one.
#[derive(Clone, Debug, Args)]
pub struct ScannerTestArgs {
    /// Its port, where the station listens to more than one.
    #[arg(long, value_name = "FILE")]
    pub port: Option<PathBuf>,
    /// For how long.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub seconds: u32,
}
