//! `aoxanh doctor`: everything is looked at as it is; what cannot be opened is a finding, not a failure.
//!
//! Invariant: nothing is changed and no key is needed; a key that is missing is a finding too.

use super::folder::Folder;
use super::{log, say_head, says_practice, station_of};
use crate::cli::{self, Out};
use crate::linux::{FileLeases, LinuxDisks, MachineHealth, Mode};
use crate::port::{Failure, Health, Printers, Trouble, VaultSign};
use crate::store::{KeyFile, SealedVault, Store, has_key, sqlite_version};
use crate::tag::PrinterState;
use crate::unit::Digest;
use crate::workbench::{Checkup, OpenSigns, StationSigns};
use std::path::Path;

/// The vault's lock.
const LOCK: &str = "vault.lock";

/// Looks at everything and tells it. Errors: something is not fit to work with.
pub(super) fn examine(named: Option<&Path>, log: &log::Log, out: &mut Out<'_>) -> Result<(), Failure> {
    let folder = Folder::find(named)?;
    let keys = wanted(folder.path());
    let health = MachineHealth { root: "/".into(), folder: folder.path().to_owned(), keys };
    let store = Store::read(folder.path()).and_then(|store| store.hold_still().map(|()| store));
    if store.as_ref().is_ok_and(|store| says_practice(store)) {
        log.set_practice(true);
        out.set_practice(true);
    }
    let (mode, station) = match &store {
        Ok(store) => open(&folder, store, &health),
        // The ledger's own error for "no station here": there is no file.
        Err(why) if why.trouble == Trouble::Usage => (Mode::Normal, StationSigns::Missing(why.clone())),
        Err(why) => (Mode::Normal, StationSigns::Unreadable { folder: health.folder(), why: why.clone() }),
    };
    let disks = LinuxDisks::new(mode, folder.ledger());
    let checkup = Checkup::look(&health, &disks, sqlite_version(), station);
    let told = cli::checkup(out, &checkup.findings());
    match &store {
        Ok(store) => told.and(say_head(store, out)),
        Err(_) => told,
    }
}

fn open(folder: &Folder, store: &Store, health: &dyn Health) -> (Mode, StationSigns) {
    // What is wrong with the summaries is told by the verification.
    let station = station_of(store).unwrap_or_default();
    log::at_station(station.id);
    let mode = if station.practice { Mode::Practice { folder: folder.path().to_owned() } } else { Mode::Normal };
    let leases = FileLeases::new(folder.leases());
    let mut signs = OpenSigns::look(health, store, &leases, store.signs(), vault(folder.path(), station.id));
    signs.printer = usual_printer(folder);
    (mode, StationSigns::Open(Box::new(signs)))
}

/// The usual printer and how it is. Settings that do not read are told elsewhere.
fn usual_printer(folder: &Folder) -> Option<(String, PrinterState)> {
    let all = folder.settings().ok()?.printers;
    let usual = all.iter().find(|printer| printer.default).or_else(|| all.first())?;
    Some((usual.name.clone(), super::printers::printers().state(&usual.address, usual.question())))
}

/// The files of secrets that belong there: the team's key only where it was left, and the vault's lock or its key.
fn wanted(folder: &Path) -> Vec<String> {
    let mut names = vec![KeyFile::Station.name(), KeyFile::Codes.name()];
    names.push(if has_key(folder, KeyFile::Vault) { KeyFile::Vault.name() } else { LOCK });
    names.extend(has_key(folder, KeyFile::Team).then_some(KeyFile::Team.name()));
    names.into_iter().map(str::to_owned).collect()
}

fn vault(folder: &Path, station: Option<Digest>) -> VaultSign {
    match super::vault::key_of(folder, station).and_then(|key| key.find()) {
        Ok(master) => SealedVault::look(folder, &master),
        Err(failure) if failure.is_vault_locked() => VaultSign::Locked,
        Err(failure) => VaultSign::Broken(failure),
    }
}
