//! The command line: one of three faces on the workbench.
//!
//! Invariants: nothing is decided here; every verb is a function of the workbench with its result shown, for people in
//! their language or as JSON, one object a line.

mod args;
mod args_image;
mod args_program;
mod checkup;
mod help;
mod json;
mod out;
mod program;
mod run;
mod show;
mod usage;

pub use args::{Cli, ExportArgs, OpenArgs, PracticeArgs, Verb, VerifyArgs};
pub use args_image::{ImageVerb, ManifestArgs};
pub use args_program::{CompletionsArgs, ManArgs, ShellArg};
pub use checkup::checkup;
pub use help::{asked_lang, parse};
pub use out::{Out, Stage};
pub use program::{run_completions, run_man};
pub use run::{run, run_export, run_manifest, run_verify};
pub use show::{device, history, imaged, inspected, progress, received, tag_card, tag_picture, verified, wiped};
pub use usage::{typed_verb, usage_failure};
