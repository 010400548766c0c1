//! What can be typed about printers.

use super::args_tag::ShiftArgs;
use crate::port::PrinterAddress;
use crate::unit::PrintId;
use clap::{Args, Subcommand};

/// Printers.
#[derive(Clone, Debug, Subcommand)]
pub enum PrinterVerb {
    /// Name a printer, or change one.
    Add(PrinterAddArgs),
    /// The station's printers.
    List,
    /// Printers that show themselves.
    Find,
    /// Print a test label.
    Test(PrinterNameArgs),
    /// Forget a printer.
    Remove(PrinterOneArgs),
    /// Make one the usual one.
    Default(PrinterOneArgs),
    /// How they are.
    Status(PrinterNameArgs),
    /// What waits to be printed.
    Queue,
    /// Do not print something.
    Cancel(PrintCancelArgs),
}

/// Naming a printer.
#[derive(Clone, Debug, Args)]
pub struct PrinterAddArgs {
    /// What people call it.
    pub name: String,
    /// Where it is.
    #[arg(long, value_name = "WHERE")]
    pub address: PrinterAddress,
    /// Its language.
    #[arg(long, value_name = "LANG")]
    pub language: String,
    /// The paper in it.
    #[arg(long, value_name = "ID")]
    pub template: String,
    /// Its resolution.
    #[arg(long, value_parser = clap::value_parser!(u32).range(72..=2400))]
    pub dpi: Option<u32>,
    /// The roll in it.
    #[arg(long, value_name = "MM")]
    pub roll: Option<String>,
    #[command(flatten)]
    pub shift: ShiftArgs,
    /// The one where none is named.
    #[arg(long)]
    pub default: bool,
}

/// A printer, or the usual one.
#[derive(Clone, Debug, Args)]
pub struct PrinterNameArgs {
    /// Which.
    pub name: Option<String>,
}

/// A printer.
#[derive(Clone, Debug, Args)]
pub struct PrinterOneArgs {
    /// Which.
    pub name: String,
}

/// Something that waits.
#[derive(Clone, Debug, Args)]
pub struct PrintCancelArgs {
    /// Which.
    pub print: PrintId,
}
