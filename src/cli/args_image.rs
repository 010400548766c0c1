//! What can be typed about images and tags.

use crate::unit::JobId;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Images.
#[derive(Clone, Debug, Subcommand)]
pub enum ImageVerb {
    /// Write an image.
    Write(ImageWriteArgs),
    /// Make a manifest.
    Manifest(ManifestArgs),
}

/// Writing an image.
#[derive(Clone, Debug, Args)]
pub struct ImageWriteArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: String,
    /// The image file.
    #[arg(long, value_name = "FILE")]
    pub image: PathBuf,
    /// Its manifest.
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// Confirmation.
    #[arg(long, value_name = "SERIAL")]
    pub confirm: Option<String>,
    /// Go on with a job.
    #[arg(long, value_name = "JOB")]
    pub resume: Option<JobId>,
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
    #[arg(long, default_value = "x86_64")]
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

/// Tags.
#[derive(Clone, Debug, Subcommand)]
pub enum TagVerb {
    /// Show a device's tag.
    Show(TagShowArgs),
    /// Bind a tag.
    Bind(TagBindArgs),
    /// A label for a disk.
    Disk(TagDiskArgs),
    /// Read a picture.
    Read(TagReadArgs),
}

/// Showing a tag.
#[derive(Clone, Debug, Args)]
pub struct TagShowArgs {
    /// Tag or id.
    pub device: String,
    /// Write a PNG.
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Size of the symbol.
    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u32).range(5..=400))]
    pub mm: u32,
    /// Printer resolution.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(72..=2400))]
    pub dpi: u32,
    /// No half blocks.
    #[arg(long)]
    pub ascii: bool,
}

/// A label for a disk that is taken out.
#[derive(Clone, Debug, Args)]
pub struct TagDiskArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: String,
    /// Write a PNG.
    #[arg(long, value_name = "FILE")]
    pub png: PathBuf,
    /// Width of the label.
    #[arg(long, value_name = "MM", default_value_t = 50, value_parser = clap::value_parser!(u32).range(20..=200))]
    pub width: u32,
    /// Its height.
    #[arg(long, value_name = "MM", default_value_t = 25, value_parser = clap::value_parser!(u32).range(8..=100))]
    pub height: u32,
    /// Printer resolution.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(72..=2400))]
    pub dpi: u32,
}

/// Binding a tag.
#[derive(Clone, Debug, Args)]
pub struct TagBindArgs {
    /// Tag or id.
    pub device: String,
    /// The new tag.
    #[arg(long, value_name = "TAG")]
    pub to: Option<String>,
}

/// Reading a picture of a tag.
#[derive(Clone, Debug, Args)]
pub struct TagReadArgs {
    /// The PNG.
    pub png: PathBuf,
}
