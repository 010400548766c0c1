//! What can be typed about shifts, devices in hands, notes and badges.
//!
//! Invariant: no PIN and no badge is ever an argument.

use super::args_tag::PaperArgs;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Taking devices.
#[derive(Clone, Debug, Args)]
pub struct TakeArgs {
    /// Tags or ids.
    #[arg(required = true)]
    pub devices: Vec<String>,
    /// To which bench or shelf.
    #[arg(long, value_name = "SHELF")]
    pub at: Option<String>,
}

/// Notes about a device.
#[derive(Clone, Debug, Args)]
pub struct NoteArgs {
    /// Tag or id.
    pub device: String,
    /// What to write; none to show all.
    pub text: Option<String>,
    /// Erase this one.
    #[arg(long, value_name = "NOTE", conflicts_with = "text")]
    pub erase: Option<String>,
}

/// The shift.
#[derive(Clone, Debug, Args)]
pub struct ShiftArgs {
    /// What to do; none to show it.
    #[command(subcommand)]
    pub verb: Option<ShiftVerb>,
}

/// The end of a shift.
#[derive(Clone, Debug, Subcommand)]
pub enum ShiftVerb {
    /// Hand it over.
    HandOver(HandOverArgs),
}

/// Handing over.
#[derive(Clone, Debug, Args)]
pub struct HandOverArgs {
    /// Who comes.
    #[arg(long, value_name = "NAME", required_unless_present = "nobody")]
    pub to: Option<String>,
    /// Where their PIN or badge is read.
    #[arg(long, value_name = "FILE", requires = "to")]
    pub to_pin_file: Option<PathBuf>,
    /// Nobody comes.
    #[arg(long, conflicts_with = "to")]
    pub nobody: bool,
    /// A word to whoever comes.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// A badge.
#[derive(Clone, Debug, Args)]
pub struct PersonBadgeArgs {
    /// Name or id; whoever is at the bench where none is named.
    pub person: Option<String>,
    /// Where its picture goes.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "printer", "print"])]
    pub png: Option<PathBuf>,
    /// Only ASCII on the terminal.
    #[arg(long, conflicts_with_all = ["png", "file", "printer", "print"])]
    pub ascii: bool,
    /// Take it back.
    #[arg(long, conflicts_with_all = ["png", "ascii", "file", "printer", "print", "name"])]
    pub withdraw: bool,
    /// Print it on the usual printer.
    #[arg(long, conflicts_with = "file")]
    pub print: bool,
    /// The name on it.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    #[command(flatten)]
    pub paper: PaperArgs,
}
