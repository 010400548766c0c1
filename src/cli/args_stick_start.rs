//! What can be typed about starting from a stick.

use super::args::GlyphsArg;
use clap::Args;
use std::path::PathBuf;

/// Starting.
#[derive(Clone, Debug, Args)]
pub struct StickStartArgs {
    /// Where the stick is mounted.
    #[arg(long, value_name = "DIR")]
    pub stick: PathBuf,
    /// Memory of this start.
    #[arg(long, value_name = "DIR", default_value = "/run/aoxanh")]
    pub run: PathBuf,
    /// What the terminal can show.
    #[arg(long, env = "AOXANH_GLYPHS", value_enum)]
    pub glyphs: Option<GlyphsArg>,
}
