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
    let master = vault::key_of(folder.path(), bench.station()?.id)?.find()?;
    let lock = VaultLock::read(folder.path())?.map(|lock| lock.to_text());
    let keeper = SafetyKeeper::new(folder.path().to_owned(), master, lock, &OsChance);
    if let Verb::Day(verb) = verb {
        return cli::run_day(verb, bench, &keeper, out, cancel);
    }
    if let Verb::Backup(verb) = verb {
        return cli::run_backup(verb, bench, &keeper, out);
    }
    Err(Failure::new(Trouble::Usage, say!("verb-needs-folder")))
}
