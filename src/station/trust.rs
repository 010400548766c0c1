//! The team's secret key: read where it is said to be, else in the station's folder; and the verbs that are about keys.

use super::folder::Folder;
use crate::cli::{self, KeyVerb, Out};
use crate::ledger::SecretKey;
use crate::port::{Failure, Trouble};
use crate::store::{KeyFile, has_key, read_key, read_key_file};
use crate::word::say;
use crate::workbench::Bench;
use std::path::Path;

/// The team's secret key. Errors: it lies elsewhere, and nobody said where.
pub(super) fn team_key(file: Option<&Path>, folder: &Folder) -> Result<SecretKey, Failure> {
    match file {
        Some(file) => read_key_file(file),
        None if has_key(folder.path(), KeyFile::Team) => read_key(folder.path(), KeyFile::Team),
        None => Err(Failure::new(Trouble::Usage, say!("key-team-elsewhere"))),
    }
}

/// `aoxanh key …`.
pub(super) fn run_key(verb: &KeyVerb, folder: &Folder, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let here = has_key(folder.path(), KeyFile::Team);
    match verb {
        KeyVerb::List => cli::run_keys(bench, here, out),
        KeyVerb::Revoke(args) => {
            cli::run_key_revoke(args, bench, &team_key(args.team_key.as_deref(), folder)?, here, out)
        }
    }
}
