//! Safety copies of the station in a folder, wired to the verbs that make and read them.

use super::folder::Folder;
use super::vault;
use crate::cli::{self, Out, Verb};
use crate::linux::OsChance;
use crate::port::{Failure, Trouble};
use crate::store::{SafetyKeeper, VaultLock};
use crate::word::say;
use crate::workbench::Bench;

/// Whether [`run`] carries that verb out.
pub(super) const fn runs(verb: &Verb) -> bool {
    matches!(verb, Verb::Day(_) | Verb::Backup(_))
}

/// `aoxanh day` and `backup`.
pub(super) fn run(
    verb: &Verb,
    folder: &Folder,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let keeper = keeper(folder, bench)?;
    if let Verb::Day(verb) = verb {
        return cli::run_day(verb, bench, &keeper, out, cancel);
    }
    if let Verb::Backup(verb) = verb {
        return cli::run_backup(verb, bench, &keeper, out);
    }
    Err(Failure::new(Trouble::Usage, say!("verb-needs-folder")))
}

/// Makes and reads the safety copies of the station in that folder. Errors: the vault is locked.
pub(super) fn keeper(folder: &Folder, bench: &Bench<'_>) -> Result<SafetyKeeper<'static>, Failure> {
    let master = vault::key_of(folder.path(), bench.station()?.id)?.find()?;
    let lock = VaultLock::read(folder.path())?.map(|lock| lock.to_text());
    Ok(SafetyKeeper::new(folder.path().to_owned(), master, lock, &OsChance))
}
