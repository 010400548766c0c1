//! What can be typed about a disk that is not wiped.

use crate::event::disk::Destruction;
use clap::{Args, Subcommand, ValueEnum};

/// Disks.
#[derive(Clone, Debug, Subcommand)]
pub enum DiskVerb {
    /// Record that a disk was destroyed.
    Destroyed(DestroyedArgs),
    /// Have a disk test itself.
    SelfTest(SelfTestArgs),
}

/// A self-test.
#[derive(Clone, Debug, Args)]
pub struct SelfTestArgs {
    /// Which disk.
    pub disk: String,
    /// The whole surface.
    #[arg(long, conflicts_with = "look")]
    pub long: bool,
    /// Only look.
    #[arg(long)]
    pub look: bool,
}

/// A destroyed disk.
#[derive(Clone, Debug, Args)]
pub struct DestroyedArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "SERIAL|KEY")]
    pub disk: String,
    /// How.
    #[arg(long, value_enum)]
    pub how: DestructionArg,
    /// Who saw it.
    #[arg(long, value_name = "NAME")]
    pub witness: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// A way of destroying as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DestructionArg {
    /// Drilled.
    Drilled,
    /// Shredded.
    Shredded,
    /// Degaussed.
    Degaussed,
    /// Chips cut.
    Cut,
}

impl From<DestructionArg> for Destruction {
    fn from(how: DestructionArg) -> Self {
        match how {
            DestructionArg::Drilled => Self::Drilled,
            DestructionArg::Shredded => Self::Shredded,
            DestructionArg::Degaussed => Self::Degaussed,
            DestructionArg::Cut => Self::Cut,
        }
    }
}
