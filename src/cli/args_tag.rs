//! What can be typed about tags and labels.

use crate::report::Shift;
use crate::tag::Length;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Tags.
#[derive(Clone, Debug, Subcommand)]
pub enum TagVerb {
    /// Show a device's tag.
    Show(TagShowArgs),
    /// Bind a tag.
    Bind(TagBindArgs),
    /// Exchange the labels of two devices.
    Swap(TagSwapArgs),
    /// A label for a disk.
    Disk(TagDiskArgs),
    /// Read a picture.
    Read(TagReadArgs),
    /// Labels of devices.
    Print(TagPrintArgs),
    /// Tags that nobody has yet.
    Sheet(TagSheetArgs),
    /// Labels of shelves.
    Shelf(TagShelfArgs),
    /// Measure sheet and printer.
    Calibrate(TagCalibrateArgs),
    /// How well codes are printed.
    Check(TagCheckArgs),
    /// What labels there are.
    Templates,
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

/// Exchanging two labels.
#[derive(Clone, Debug, Args)]
pub struct TagSwapArgs {
    /// Tag or id of the one.
    pub one: String,
    /// Tag or id of the other.
    pub other: String,
    /// Record it, not only look.
    #[arg(long)]
    pub yes: bool,
}

/// Reading a picture of a tag.
#[derive(Clone, Debug, Args)]
pub struct TagReadArgs {
    /// The PNG.
    pub png: PathBuf,
}

/// On which paper, and where to.
#[derive(Clone, Debug, Args)]
pub struct PaperArgs {
    /// Which template; that of the printer, or sheets of 65 in a file.
    #[arg(long, value_name = "ID")]
    pub template: Option<String>,
    /// The file.
    #[arg(long, value_name = "FILE", conflicts_with = "printer")]
    pub file: Option<PathBuf>,
    /// The printer; the usual one where no file is named.
    #[arg(long, value_name = "NAME")]
    pub printer: Option<String>,
    /// Which language, where the file's name does not tell.
    #[arg(long, value_name = "FORMAT", requires = "file")]
    pub format: Option<String>,
    /// Printer resolution.
    #[arg(long, value_parser = clap::value_parser!(u32).range(72..=2400))]
    pub dpi: Option<u32>,
    /// Labels of the sheet that are gone.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub used: u32,
    #[command(flatten)]
    pub shift: ShiftArgs,
}

/// How far a printer is to print off.
#[derive(Clone, Copy, Debug, Args)]
pub struct ShiftArgs {
    /// To the right.
    #[arg(long, value_name = "MM", value_parser = shift, default_value = "0", allow_hyphen_values = true)]
    pub right: i32,
    /// Down.
    #[arg(long, value_name = "MM", value_parser = shift, default_value = "0", allow_hyphen_values = true)]
    pub down: i32,
}

impl From<ShiftArgs> for Shift {
    fn from(args: ShiftArgs) -> Self {
        Self { right: args.right, down: args.down }
    }
}

/// Millimetres as micrometres; a comma does for a point.
fn shift(text: &str) -> Result<i32, String> {
    let wrong = || format!("{text}: -20 – 20 mm");
    let mm: f64 = text.trim().replace(',', ".").parse().map_err(|_error| wrong())?;
    let size = Length::try_from(mm.abs()).ok().filter(|size| *size <= Length::mm(20)).ok_or_else(wrong)?;
    let size = i32::try_from(size.0).map_err(|_error| wrong())?;
    Ok(if mm < 0.0 { -size } else { size })
}

/// Labels of devices.
#[derive(Clone, Debug, Args)]
pub struct TagPrintArgs {
    /// Tags or ids.
    #[arg(required = true)]
    pub devices: Vec<String>,
    /// The label that says that the data is gone.
    #[arg(long)]
    pub erased: bool,
    /// How many of each.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub copies: u16,
    #[command(flatten)]
    pub paper: PaperArgs,
}

/// Blank tags.
#[derive(Clone, Debug, Args)]
pub struct TagSheetArgs {
    /// How many; one sheet full.
    #[arg(long)]
    pub count: Option<u32>,
    #[command(flatten)]
    pub paper: PaperArgs,
}

/// Labels of shelves.
#[derive(Clone, Debug, Args)]
pub struct TagShelfArgs {
    /// Which shelves.
    #[arg(required = true)]
    pub shelves: Vec<String>,
    #[command(flatten)]
    pub paper: PaperArgs,
}

/// The page that measures.
#[derive(Clone, Debug, Args)]
pub struct TagCalibrateArgs {
    /// Which template.
    #[arg(long, value_name = "ID", default_value = "a4-65")]
    pub template: String,
    /// The file.
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub shift: ShiftArgs,
}

/// A photo or a scan of labels.
#[derive(Clone, Debug, Args)]
pub struct TagCheckArgs {
    /// The picture.
    pub picture: PathBuf,
    /// How many codes there must be.
    #[arg(long, value_name = "COUNT")]
    pub count: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_millimetres_are_read_with_a_comma_or_a_point_either_way() {
        assert_eq!(shift("-1,5"), Ok(-1500));
        assert_eq!(shift("0.5"), Ok(500));
        for bad in ["", "x", "20.1", "NaN", "inf", "1e9"] {
            assert!(shift(bad).is_err(), "{bad}");
        }
    }
}
