//! What can be typed about sticks.
//!
//! Invariant: no passphrase is ever an argument.

use super::args_stick_start::StickStartArgs;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Sticks.
#[derive(Clone, Debug, Subcommand)]
pub enum StickVerb {
    /// Run on the machine that was started from one.
    Start(StickStartArgs),
    /// Make sticks.
    Write(StickWriteArgs),
    /// The sticks that were made.
    List,
    /// A stick that was lost.
    Revoke(StickRevokeArgs),
    /// Take home what sticks bring.
    Home(StickHomeArgs),
    /// Take in what a machine's screen says of it.
    Summary(StickSummaryArgs),
}

/// Making sticks.
#[derive(Clone, Debug, Args)]
pub struct StickWriteArgs {
    /// Which disks.
    #[arg(required = true, value_name = "DISK")]
    pub disks: Vec<String>,
    /// The stick's image.
    #[arg(long, value_name = "FILE")]
    pub image: Option<PathBuf>,
    /// What is written on the first.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The last day it counts.
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Confirmations, in the order of the disks.
    #[arg(long, value_name = "SERIAL")]
    pub confirm: Vec<String>,
    /// Images of the store that go along.
    #[arg(long, value_name = "ID")]
    pub with_image: Vec<String>,
    /// The team's key.
    #[arg(long, value_name = "FILE")]
    pub team_key: Option<PathBuf>,
    /// Where the sticks' passphrase is read.
    #[arg(long, value_name = "FILE")]
    pub stick_passphrase_file: Option<PathBuf>,
}

/// Revoking a stick.
#[derive(Clone, Debug, Args)]
pub struct StickRevokeArgs {
    /// What is written on it.
    pub name: String,
    /// The team's key.
    #[arg(long, value_name = "FILE")]
    pub team_key: Option<PathBuf>,
}

/// Homecoming.
#[derive(Clone, Debug, Args)]
pub struct StickHomeArgs {
    /// A folder or a disk; every stick that is plugged in where none is named.
    #[arg(value_name = "FOLDER|DISK")]
    pub from: Option<PathBuf>,
}

/// A summary.
#[derive(Clone, Debug, Args)]
pub struct StickSummaryArgs {
    /// The codes as they were scanned; the machines that were announced where nothing is given.
    #[arg(value_name = "CODE")]
    pub codes: Vec<String>,
    /// Photos of the codes.
    #[arg(long, value_name = "FILE")]
    pub photo: Vec<PathBuf>,
    /// A text with a code in each line.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}
