//! What can be typed to fill, search and check a ledger.

use super::args::GlyphsArg;
use crate::custody::Stage;
use clap::Args;
use std::path::PathBuf;
use std::str::FromStr;

/// More than any team has, and few enough to count with.
const MOST_RECORDS: u64 = 1_000_000_000;

/// Practice.
#[derive(Clone, Debug, Args)]
pub struct PracticeArgs {
    /// Where to practise.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The practice image.
    #[arg(long, value_name = "FILE")]
    pub image: Option<PathBuf>,
    /// Its manifest.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// A spec profile of one's own to try.
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// Prepare a station, and stay on its screen.
    #[arg(long, conflicts_with = "profile")]
    pub stay: bool,
    /// Without the first lesson.
    #[arg(long, requires = "stay")]
    pub no_lesson: bool,
    /// What the terminal can show.
    #[arg(long, env = "AOXANH_GLYPHS", value_enum, requires = "stay")]
    pub glyphs: Option<GlyphsArg>,
    /// Only fills a practice station.
    #[arg(long, value_name = "DEVICES,RECORDS", conflicts_with_all = ["image", "manifest", "profile", "stay"])]
    pub fill: Option<FillSize>,
    /// What the filling is drawn from.
    #[arg(long, value_name = "0-255", default_value = "1", requires = "fill")]
    pub seed: u8,
}

/// How much goes into a filled practice station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FillSize {
    /// Devices.
    pub devices: u64,
    /// Records in all.
    pub records: u64,
}

impl FromStr for FillSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text}: DEVICES,RECORDS");
        let (devices, records) = text.split_once(',').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse().ok().filter(|number: &u64| *number <= MOST_RECORDS);
        let (devices, records) = number(devices).zip(number(records)).ok_or_else(wrong)?;
        Ok(Self { devices, records })
    }
}

/// Finding.
#[derive(Clone, Debug, Args)]
pub struct FindArgs {
    /// What to look for.
    #[arg(required_unless_present = "stage")]
    pub text: Vec<String>,
    /// Only devices at that stage.
    #[arg(long, value_name = "STAGE", value_parser = stage)]
    pub stage: Option<Stage>,
    /// How many at most.
    #[arg(long, value_name = "N", default_value = "20")]
    pub most: u32,
}

/// Verifying.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// A wipe's certificate in place of the ledger.
    #[arg(value_name = "FILE", conflicts_with_all = ["against", "every_head", "summaries", "rebuild"])]
    pub file: Option<PathBuf>,
    /// The station's public key.
    #[arg(long, value_name = "KEY", requires = "file")]
    pub key: Option<String>,
    /// A head from paper, or a checkpoint file.
    #[arg(long, value_name = "HEAD")]
    pub against: Option<String>,
    /// The team's public key.
    #[arg(long, value_name = "HEX")]
    pub team_key: Option<String>,
    /// Check the signature of every head.
    #[arg(long)]
    pub every_head: bool,
    /// Hold the summaries against the records.
    #[arg(long)]
    pub summaries: bool,
    /// Make the summaries anew.
    #[arg(long)]
    pub rebuild: bool,
}

/// A stage by the word that `--json` uses for it.
fn stage(text: &str) -> Result<Stage, String> {
    let known = || Stage::ALL.map(Stage::word).join(" | ");
    Stage::read(text).ok_or_else(known)
}
