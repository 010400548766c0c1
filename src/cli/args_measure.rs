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
    /// Visit and draw every place.
    Places(MeasureFramesArgs),
    /// Wipe practice disks at once.
    Wipes(MeasureWipesArgs),
    /// Erase a model of a drive.
    Erase(MeasureEraseArgs),
    /// Draw labels, harm them and read them.
    Labels(MeasureLabelsArgs),
    /// Send labels to a printer of this machine's own.
    Printing(MeasureFramesArgs),
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

/// A modelled drive.
#[derive(Clone, Debug, Args)]
pub struct MeasureEraseArgs {
    /// Its size, bytes.
    pub bytes: u64,
}

/// Labels.
#[derive(Clone, Debug, Args)]
pub struct MeasureLabelsArgs {
    /// The folder for their pictures.
    pub folder: PathBuf,
    /// Harm those in it, and read them.
    #[arg(long)]
    pub harm: bool,
}

/// Wipes at once.
#[derive(Clone, Debug, Args)]
pub struct MeasureWipesArgs {
    /// Tag or id.
    pub device: String,
    /// Each disk with its code.
    #[arg(value_name = "DISK=CODE", required = true, value_parser = armed)]
    pub disks: Vec<(String, String)>,
    /// How.
    #[arg(long, value_name = "METHOD", default_value = "overwrite-zero")]
    pub method: String,
}

fn armed(text: &str) -> Result<(String, String), String> {
    let (disk, code) = text.split_once('=').ok_or_else(|| format!("{text}: DISK=CODE"))?;
    Ok((disk.to_owned(), code.to_owned()))
}
