//! What can be typed about function tests.

use crate::event::inspection::FunctionOutcome;
use crate::trial::{LAYOUTS, Layout, layout};
use clap::Args;

/// Function tests.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// Tag or id.
    pub device: String,
    /// Answers: `screen=works`.
    #[arg(value_name = "FUNCTION=works|fails|absent|skipped", value_parser = answer)]
    pub answers: Vec<(String, FunctionOutcome)>,
    /// All others work.
    #[arg(long)]
    pub rest_works: bool,
    /// Only these tests.
    #[arg(long, value_name = "FUNCTION,…", value_delimiter = ',', conflicts_with_all = ["answers", "rest_works"])]
    pub only: Vec<String>,
    /// Also those that were done today.
    #[arg(long, conflicts_with_all = ["answers", "rest_works"])]
    pub again: bool,
    /// Only show how they stand.
    #[arg(long, conflicts_with_all = ["answers", "rest_works", "only", "again"])]
    pub list: bool,
    /// The keyboard's layout.
    #[arg(long, value_name = "LAYOUT", value_parser = known_layout)]
    pub layout: Option<&'static Layout>,
    /// How long memory is tested, seconds.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub memory_time: u64,
    /// How long the processors are under load, seconds.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub load_time: u64,
    /// How long a battery is discharged, minutes.
    #[arg(long, value_name = "MINUTES", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub discharge_time: u64,
}

fn known_layout(text: &str) -> Result<&'static Layout, String> {
    let known: Vec<_> = LAYOUTS.iter().map(|layout| layout.id).collect();
    layout(text).ok_or_else(|| format!("{text}: {}", known.join("|")))
}

fn answer(text: &str) -> Result<(String, FunctionOutcome), String> {
    let outcome = |word: &str| match word {
        "works" => Some(FunctionOutcome::Works),
        "fails" => Some(FunctionOutcome::Fails),
        "absent" => Some(FunctionOutcome::Absent),
        "skipped" => Some(FunctionOutcome::Skipped),
        _other => None,
    };
    let (function, word) =
        text.split_once('=').ok_or_else(|| format!("{text}: FUNCTION=works|fails|absent|skipped"))?;
    let outcome = outcome(word).ok_or_else(|| format!("{word}: works|fails|absent|skipped"))?;
    Ok((function.to_owned(), outcome))
}
