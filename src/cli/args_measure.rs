//! What can be typed to measure the program; hidden, for `./scripts/bench`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Measuring.
#[derive(Clone, Debug, Subcommand)]
pub enum MeasureVerb {
    /// Make a blank practice disk.
    Disk(MeasureDiskArgs),
    /// Append records to a practice ledger.
    Appends(MeasureAppendsArgs),
    /// Read a made-up machine.
    Facts(MeasureFactsArgs),
    /// Draw the bench.
    Frames(MeasureFramesArgs),
}

/// A blank practice disk.
#[derive(Clone, Debug, Args)]
pub struct MeasureDiskArgs {
    /// Its name.
    pub name: String,
    /// Its size, MiB.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=1 << 24))]
    pub mib: u64,
}

/// Many appends.
#[derive(Clone, Debug, Args)]
pub struct MeasureAppendsArgs {
    /// How many.
    pub count: u64,
}

/// A made-up machine.
#[derive(Clone, Debug, Args)]
pub struct MeasureFactsArgs {
    /// The folder its `sys` and `proc` stand in.
    pub root: PathBuf,
}

/// The bench, drawn.
#[derive(Clone, Debug, Args)]
pub struct MeasureFramesArgs {
    /// How often.
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub count: u32,
}
