//! What can be typed about images and tags.

use super::args_capture::{BasisArg, CaptureArgs};
use super::image_many::{WriteTarget, also};
use crate::unit::JobId;
use crate::workbench::USUAL_ARCH;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Images.
#[derive(Clone, Debug, Subcommand)]
pub enum ImageVerb {
    /// Write an image.
    Write(ImageWriteArgs),
    /// Fit a written image.
    Fit(ImageFitArgs),
    /// Make a manifest.
    Manifest(ManifestArgs),
    /// Put an image into the store.
    Add(ImageAddArgs),
    /// Make an image of a master machine.
    Capture(CaptureArgs),
    /// The store.
    List,
    /// One image.
    Show(ImageIdArgs),
    /// Look for rot.
    Check(ImageCheckArgs),
    /// Take one away.
    Remove(ImageIdArgs),
}

impl ImageVerb {
    /// Whether it is about the images a station keeps, and needs no ledger.
    #[must_use]
    pub const fn is_of_store(&self) -> bool {
        !matches!(self, Self::Write(_) | Self::Fit(_) | Self::Manifest(_) | Self::Capture(_))
    }

    /// Whether it changes which images a station keeps.
    #[must_use]
    pub const fn changes_store(&self) -> bool {
        matches!(self, Self::Add(_) | Self::Remove(_) | Self::Capture(_))
    }
}

/// Which image.
#[derive(Clone, Debug, Args)]
pub struct ImageIdArgs {
    /// Its id.
    pub id: String,
}

/// Which image to check.
#[derive(Clone, Debug, Args)]
pub struct ImageCheckArgs {
    /// Its id; all.
    pub id: Option<String>,
}

/// An image for the store.
#[derive(Clone, Debug, Args)]
pub struct ImageAddArgs {
    /// The file.
    pub file: PathBuf,
    /// Id of the image.
    #[arg(long)]
    pub id: Option<String>,
    /// Name for people.
    #[arg(long)]
    pub name: Option<String>,
    /// Operating system.
    #[arg(long)]
    pub os: String,
    /// Processor family.
    #[arg(long, default_value = USUAL_ARCH)]
    pub arch: String,
    /// Logical block.
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(["512", "4096"]))]
    pub block: Option<String>,
    /// Who starts it.
    #[arg(long)]
    pub firmware: Option<FirmwareArg>,
    /// Least memory.
    #[arg(long, value_name = "GIB")]
    pub minimum_memory: Option<u64>,
    /// Smallest disk.
    #[arg(long, value_name = "GB")]
    pub minimum_disk: Option<u64>,
    /// Where it comes from.
    #[arg(long)]
    pub source: Option<String>,
    /// Its licence.
    #[arg(long)]
    pub licence: Option<String>,
    /// On what ground a Windows in it is copied.
    #[arg(long, value_name = "BASIS")]
    pub licence_basis: Option<BasisArg>,
    /// Published digest.
    #[arg(long, value_name = "SHA-256")]
    pub sha256: Option<String>,
    /// When it grows.
    #[arg(long)]
    pub grow: Option<GrowArg>,
    /// Ids of its own.
    #[arg(long)]
    pub unique_ids: bool,
    /// Settings for the first start.
    #[arg(long, value_name = "FILE")]
    pub first_boot: Option<PathBuf>,
    /// No settings.
    #[arg(long, conflicts_with = "first_boot")]
    pub as_it_is: bool,
    /// Files for its partitions.
    #[arg(long, value_name = "FILE")]
    pub files: Option<PathBuf>,
}

/// When the last partition of an image grows.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum GrowArg {
    /// After the write.
    Now,
    /// At the first start.
    FirstBoot,
    /// Never.
    No,
}

/// Which firmware starts an image.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum FirmwareArg {
    /// UEFI.
    Uefi,
    /// BIOS.
    Bios,
    /// Either.
    Both,
}

/// Writing an image.
#[derive(Clone, Debug, Args)]
pub struct ImageWriteArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: String,
    /// The image file, or its id in the store.
    #[arg(long, value_name = "FILE")]
    pub image: PathBuf,
    /// Its manifest.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Confirmation.
    #[arg(long, value_name = "SERIAL")]
    pub confirm: Option<String>,
    /// Go on with a job.
    #[arg(long, value_name = "JOB")]
    pub resume: Option<JobId>,
    /// Edition of Windows on the machine.
    #[arg(long, value_name = "EDITION")]
    pub windows_edition: Option<String>,
    /// Another disk.
    #[arg(long, value_name = "TAG:DISK:CONFIRM", value_parser = also, conflicts_with_all = ["resume", "windows_edition"])]
    pub also: Vec<WriteTarget>,
}

/// Fitting an image that is written.
#[derive(Clone, Debug, Args)]
pub struct ImageFitArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: String,
    /// The image file, or its id in the store.
    #[arg(long, value_name = "FILE")]
    pub image: Option<PathBuf>,
    /// Its manifest.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Confirmation.
    #[arg(long, value_name = "SERIAL")]
    pub confirm: Option<String>,
}

/// Making a manifest from a raw image.
#[derive(Clone, Debug, Args)]
pub struct ManifestArgs {
    /// The raw image.
    pub raw: PathBuf,
    /// Id of the image.
    #[arg(long)]
    pub id: String,
    /// Name for people.
    #[arg(long)]
    pub name: String,
    /// Operating system.
    #[arg(long)]
    pub os: String,
    /// Processor family.
    #[arg(long, default_value = USUAL_ARCH)]
    pub arch: String,
    /// Logical block.
    #[arg(long, default_value_t = 512)]
    pub block: u32,
    /// Where its data partition begins.
    #[arg(long, value_name = "BYTES")]
    pub partition_offset: Option<u64>,
    /// How long it is.
    #[arg(long, value_name = "BYTES")]
    pub partition_length: Option<u64>,
}
