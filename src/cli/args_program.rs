//! What can be typed about the program itself: completions, manual pages.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Completions.
#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// For which shell.
    #[arg(value_enum)]
    pub shell: ShellArg,
}

/// A shell as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShellArg {
    /// GNU Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

/// Which key makes a machine start from a stick.
#[derive(Clone, Debug, Args)]
pub struct BootKeysArgs {
    /// Words of the maker.
    pub maker: Vec<String>,
    /// The card to hang up.
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
}

/// Manual pages.
#[derive(Clone, Debug, Args)]
pub struct ManArgs {
    /// A new folder for them.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}
