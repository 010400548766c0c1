//! Safety copies of the station in a folder, wired to the verbs that make and read them.

use super::folder::Folder;
use crate::cli::{self, ErasuresArgs, Out, VaultVerb, Verb};
use crate::linux::OsChance;
use crate::port::{Failure, Trouble};
use crate::store::{KeyFile, SafetyKeeper, erasures, read_key};
use crate::word::say;
use crate::workbench::Bench;

/// Whether [`run`] carries that verb out.
pub(super) const fn runs(verb: &Verb) -> bool {
    matches!(verb, Verb::Day(_) | Verb::Backup(_) | Verb::Vault(_))
}

/// `aoxanh day`, `backup` and `vault`.
pub(super) fn run(
    verb: &Verb,
    folder: &Folder,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    if let Verb::Vault(VaultVerb::Erasures(args)) = verb {
        return tell_erasures(args, folder, bench, out);
    }
    let master = read_key(folder.path(), KeyFile::Vault)?.bytes();
    let keeper = SafetyKeeper::new(folder.path().to_owned(), master, None, &OsChance);
    if let Verb::Day(verb) = verb {
        return cli::run_day(verb, bench, &keeper, out, cancel);
    }
    if let Verb::Backup(verb) = verb {
        return cli::run_backup(verb, bench, &keeper, out);
    }
    Err(Failure::new(Trouble::Usage, say!("verb-needs-folder")))
}

/// What was erased from the vault, as a list that `restore --erasures` takes.
fn tell_erasures(args: &ErasuresArgs, folder: &Folder, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let erased = erasures(folder.path())?;
    for erasure in &erased {
        out.object("erasure", serde_json::json!({ "id": erasure.id, "at": erasure.at }))?;
    }
    let lines: Vec<_> = erased.iter().map(|erasure| format!("{} {}\n", erasure.id, erasure.at)).collect();
    let lines = lines.concat();
    let Some(to) = &args.to else { return out.text(&lines) };
    bench.files.write(to, lines.as_bytes())?;
    out.say(&say!("erasures-written", count = erased.len() as u64, file = to.display().to_string()))
}
