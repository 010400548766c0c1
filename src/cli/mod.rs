//! The command line: one of three faces on the workbench.
//!
//! Invariants: nothing is decided here; every verb is a function of the workbench with its result shown, for people in
//! their language or as JSON, one object a line.

mod args;
mod args_image;
mod args_ledger;
mod help;
mod json;
mod out;
mod run;
mod show;
mod show_list;
mod usage;

pub use args::{Cli, ExportArgs, OpenArgs, Verb};
pub use args_image::{ImageVerb, ManifestArgs};
pub use args_ledger::{FillSize, FindArgs, PracticeArgs, VerifyArgs};
pub use help::{asked_lang, parse};
pub use out::{Out, Stage};
pub use run::{run, run_export, run_manifest, run_verify};
pub use show::{device, history, imaged, inspected, progress, received, tag_card, tag_picture, verified, wiped};
pub use usage::usage_failure;
