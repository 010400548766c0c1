//! The command line: one of three faces on the workbench.
//!
//! Invariants: nothing is decided here; every verb is a function of the workbench with its result shown, for people in
//! their language or as JSON, one object a line.

mod accessory;
mod args;
mod args_accessory;
mod args_apart;
mod args_capture;
mod args_certificate;
mod args_check;
mod args_correct;
mod args_day;
mod args_disk;
mod args_door;
mod args_handover;
mod args_image;
mod args_ledger;
mod args_lot;
mod args_measure;
mod args_people;
mod args_printer;
mod args_program;
mod args_repair;
mod args_scanner;
mod args_serve;
mod args_settings;
mod args_shelf;
mod args_shift;
mod args_tag;
mod args_today;
mod badge;
mod boot_key;
mod capture;
mod certificate;
mod check;
mod check_guide;
mod checkup;
mod correct;
mod donor;
mod door;
mod help;
mod image_many;
mod image_store;
mod json;
mod json_medium;
mod label;
mod label_check;
mod lot;
mod open;
mod out;
mod people;
mod printer;
mod program;
mod question;
mod repair;
mod run;
mod run_day;
mod self_test;
mod serve;
mod shelf;
mod shift;
mod show;
mod show_inspect;
mod show_list;
mod today;
mod usage;

pub use args::{BenchArgs, Cli, ExportArgs, GlyphsArg, Verb};
pub use args_capture::CaptureArgs;
pub use args_certificate::CertificateArgs;
pub use args_check::CheckArgs;
pub use args_correct::{CorrectArgs, DonorVerb};
pub use args_day::{BackupVerb, DayVerb, ErasuresArgs, RestoreArgs};
pub use args_image::{ImageVerb, ImageWriteArgs, ManifestArgs};
pub use args_ledger::{FillSize, FindArgs, PracticeArgs, VerifyArgs};
pub use args_measure::{MeasureEraseArgs, MeasureLabelsArgs, MeasureVerb, MeasureWipesArgs};
pub use args_people::{
    KeyRevokeArgs, KeyVerb, OpenArgs, PersonPinArgs, PersonVerb, PlaceArgs, VaultPassphraseArgs, VaultRecoverArgs,
    VaultUnlockArgs, VaultVerb,
};
pub use args_printer::PrinterVerb;
pub use args_program::{BootKeysArgs, CompletionsArgs, ManArgs, ShellArg};
pub use args_scanner::{ScannerFindArgs, ScannerTestArgs, ScannerVerb};
pub use args_serve::ServeArgs;
pub use args_settings::SettingsArgs;
pub use args_today::TargetArgs;
pub use capture::run_capture;
pub use certificate::{run_certificate, run_certificate_check};
pub use check::run_check;
pub use check_guide::BenchGuide;
pub use checkup::checkup;
pub use help::{asked_lang, has_verb, parse};
pub use image_many::{MOST_TARGETS, ManyTold, WriteTarget};
pub use image_store::{may_change_images, run_images};
pub use open::{Answers, NO_DOMAIN, Sheet, ask_set_up, sheet_text};
pub use out::{Out, Stage};
pub use people::{Arrival, arrive, run_key_revoke, run_keys, run_person};
pub use printer::{run_printer, say_printer};
pub use program::{run_completions, run_man};
pub use question::{known_secret, new_secret};
pub use repair::{is_about_repair, run_repair};
pub use run::{read_head, run, run_export, run_manifest, run_verify};
pub use run_day::{run_backup, run_day, run_day_status, say_closed};
pub use serve::{
    say_lapsed, say_left, say_pairing, say_phone, say_phones, say_serving, say_stopped, signs_again, who_pairs, wifi,
};
pub use shelf::{is_about_shelves, run_shelf};
pub use shift::{is_about_shifts, run_shift};
pub use show::{device, fitted, history, imaged, progress, received, tag_card, tag_picture, verified, wiped};
pub use show_inspect::inspected;
pub use usage::{typed_verb, usage_failure};
