//! What can be typed about certificates.

use clap::Args;
use std::path::PathBuf;

/// Making one.
#[derive(Clone, Debug, Args)]
pub struct CertificateArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: Option<String>,
    /// Where to.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Names on the page.
    #[arg(long)]
    pub names: bool,
}
