//! What can be typed to make an image of a master machine.

use super::args_image::GrowArg;
use crate::imaging::LicenceBasis;
use crate::workbench::USUAL_ARCH;
use clap::Args;

/// Capturing a master machine.
#[derive(Clone, Debug, Args)]
pub struct CaptureArgs {
    /// Which disk.
    #[arg(value_name = "DISK")]
    pub disk: String,
    /// Id of the image.
    #[arg(long)]
    pub id: Option<String>,
    /// Name for people.
    #[arg(long)]
    pub name: Option<String>,
    /// Operating system.
    #[arg(long)]
    pub os: Option<String>,
    /// Processor family.
    #[arg(long, default_value = USUAL_ARCH)]
    pub arch: String,
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
    /// On what ground a Windows is copied.
    #[arg(long, value_name = "BASIS")]
    pub licence_basis: Option<BasisArg>,
    /// When it grows.
    #[arg(long)]
    pub grow: Option<GrowArg>,
    /// Ids of its own.
    #[arg(long)]
    pub unique_ids: bool,
    /// Traces stay.
    #[arg(long)]
    pub keep_traces: bool,
    /// Only look.
    #[arg(long)]
    pub look: bool,
}

/// On what ground a Windows may be copied.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum BasisArg {
    /// Each machine's own licence.
    Oem,
    /// An agreement for many machines.
    Volume,
    /// One bought for each machine.
    Retail,
    /// A refurbisher's licence.
    Refurbisher,
}

impl From<BasisArg> for LicenceBasis {
    fn from(basis: BasisArg) -> Self {
        match basis {
            BasisArg::Oem => Self::Oem,
            BasisArg::Volume => Self::Volume,
            BasisArg::Retail => Self::Retail,
            BasisArg::Refurbisher => Self::Refurbisher,
        }
    }
}
