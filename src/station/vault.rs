//! The vault's lock: unlocking for as long as the machine is on, another passphrase, recovery by two parts.
//!
//! Invariants: what opens the vault is never said, logged or written to a disk; a new lock replaces the old one only when
//! it was seen to open.

use super::folder::Folder;
use super::sheets::{self, Whose, recovery};
use crate::cli::{
    self, ErasuresArgs, Out, PersonPinArgs, VaultPassphraseArgs, VaultRecoverArgs, VaultUnlockArgs, VaultVerb,
};
use crate::linux::{LocalFiles, OsChance, SystemClock, TerminalAsk};
use crate::port::{Chance, Clock, Failure, Files, Trouble};
use crate::store::{KeyFile, Recovery, Share, VaultKey, VaultLock, erasures, has_key, memory_folder, read_key};
use crate::unit::{Digest, Secret};
use crate::word::say;
use crate::workbench::{LEAST_PASSPHRASE, check_passphrase};
use std::path::{Path, PathBuf};

/// Whether names can be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Somebody unlocked it since the machine was switched on.
    Open,
    /// Nobody did.
    Locked,
    /// It has no lock: the key lies in its folder, as in practice.
    KeyFile,
}

/// The folder in memory of this user, where there is one.
pub(super) fn memory() -> Option<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    memory_folder(runtime.as_deref())
}

/// Where the vault's key of that station is while this machine is on.
pub(super) fn this_boot(station: Digest) -> VaultKey {
    VaultKey::this_boot(memory().as_deref(), station)
}

/// The vault's key, wherever it is.
pub(super) fn key_of(folder: &Path, station: Option<Digest>) -> Result<VaultKey, Failure> {
    if VaultLock::read(folder)?.is_some() {
        return Ok(station.map_or(VaultKey::Nowhere, this_boot));
    }
    Ok(VaultKey::Known(read_key(folder, KeyFile::Vault)?.bytes()))
}

/// Whether names can be had now.
pub(super) fn state(folder: &Path, station: Option<Digest>) -> Result<State, Failure> {
    if VaultLock::read(folder)?.is_none() && has_key(folder, KeyFile::Vault) {
        return Ok(State::KeyFile);
    }
    match key_of(folder, station)?.find() {
        Ok(_key) => Ok(State::Open),
        Err(failure) if failure.is_vault_locked() => Ok(State::Locked),
        Err(failure) => Err(failure),
    }
}

fn lock_in(folder: &Path) -> Result<VaultLock, Failure> {
    let none = || Failure::new(Trouble::No, say!("vault-key-file")).hint(say!("vault-key-file-hint"));
    VaultLock::read(folder)?.ok_or_else(none)
}

/// Unlocks the vault for as long as the machine is on. Errors: another passphrase; no folder in memory.
pub(super) fn unlock(folder: &Path, station: Digest, passphrase: &Secret) -> Result<(), Failure> {
    let master = lock_in(folder)?.open(passphrase)?;
    this_boot(station).unlock(&master)
}

/// Puts a new passphrase on the vault, and new recovery parts where `anew`: those of before do not open this lock then. They
/// still open the lock that went along in earlier safety copies, and so the master key, which stays.
fn relock(
    folder: &Path,
    lock: VaultLock,
    master: &[u8; 32],
    new: &Secret,
    anew: bool,
) -> Result<(VaultLock, Vec<Share>), Failure> {
    check_passphrase(new)?;
    let chance: &dyn Chance = &OsChance;
    let mut lock = lock.with_passphrase(master, new, chance)?;
    let mut parts = Vec::new();
    if anew {
        let recovery = Recovery::new(chance);
        parts = recovery.shares(chance);
        lock = lock.with_recovery(master, &recovery, chance)?;
    }
    if *lock.open(new)? != *master {
        let broken = Failure::new(Trouble::BadData, say!("vault-lock-broken"));
        return Err(broken.detail(folder.display()).hint(say!("vault-lock-broken-hint")));
    }
    Ok((lock, parts))
}

/// `aoxanh vault …`.
pub(super) fn run(
    verb: &VaultVerb,
    folder: &Folder,
    station: Option<Digest>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let station = station
        .ok_or_else(|| Failure::new(Trouble::BadData, say!("summary-broken")).hint(say!("summary-broken-hint")))?;
    match verb {
        VaultVerb::Unlock(args) => unlock_verb(args, folder, station, out)?,
        VaultVerb::Lock => {
            lock_in(folder.path())?;
            this_boot(station).lock()?;
        }
        VaultVerb::Status => {}
        VaultVerb::Erasures(args) => return tell_erasures(args, folder, out),
        VaultVerb::Passphrase(args) => passphrase_verb(args, folder, station, out)?,
        VaultVerb::Recover(args) => recover_verb(args, folder, station, out)?,
    }
    tell(state(folder.path(), Some(station))?, out)
}

/// What was erased from the vault, as a list that `restore --erasures` takes.
fn tell_erasures(args: &ErasuresArgs, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let erased = erasures(folder.path())?;
    for erasure in &erased {
        out.object("erasure", serde_json::json!({ "id": erasure.id, "at": erasure.at }))?;
    }
    let lines: Vec<_> = erased.iter().map(|erasure| format!("{} {}\n", erasure.id, erasure.at)).collect();
    let lines = lines.concat();
    let Some(to) = &args.to else { return out.text(&lines) };
    LocalFiles.write(to, lines.as_bytes())?;
    out.say(&say!("erasures-written", count = erased.len() as u64, file = to.display().to_string()))
}

fn tell(state: State, out: &mut Out<'_>) -> Result<(), Failure> {
    let (word, said) = match state {
        State::Open => ("open", say!("vault-is-open")),
        State::Locked => ("locked", say!("vault-is-locked")),
        State::KeyFile => ("key_file", say!("vault-is-key-file")),
    };
    out.object("vault", serde_json::json!({ "state": word }))?;
    out.say(&said)
}

fn unlock_verb(args: &VaultUnlockArgs, folder: &Folder, station: Digest, out: &mut Out<'_>) -> Result<(), Failure> {
    lock_in(folder.path())?;
    let file = args.passphrase_file.as_deref();
    let passphrase = cli::known_secret(&TerminalAsk, out, &say!("ask-passphrase"), "--passphrase-file", file)?;
    unlock(folder.path(), station, &passphrase)
}

fn new_passphrase(file: Option<&Path>, out: &mut Out<'_>) -> Result<Secret, Failure> {
    let question = say!("ask-new-passphrase", least = LEAST_PASSPHRASE as u64);
    cli::new_secret(&TerminalAsk, out, &question, "--new-passphrase-file", file, &check_passphrase)
}

fn passphrase_verb(
    args: &VaultPassphraseArgs,
    folder: &Folder,
    station: Digest,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let lock = lock_in(folder.path())?;
    sheets::check_place(folder.path(), args.sheets.as_deref())?;
    let file = args.passphrase_file.as_deref();
    let old = cli::known_secret(&TerminalAsk, out, &say!("ask-passphrase"), "--passphrase-file", file)?;
    let master = lock.open(&old)?;
    let new = new_passphrase(args.new_passphrase_file.as_deref(), out)?;
    replace(folder, station, lock, &master, &new, args.sheets.as_deref(), out)
}

fn recover_verb(args: &VaultRecoverArgs, folder: &Folder, station: Digest, out: &mut Out<'_>) -> Result<(), Failure> {
    let lock = lock_in(folder.path())?;
    sheets::check_place(folder.path(), args.sheets.as_deref())?;
    let master = lock.recover(&recovery(&args.part_file, out)?)?;
    let new = new_passphrase(args.new_passphrase_file.as_deref(), out)?;
    replace(folder, station, lock, &master, &new, args.sheets.as_deref(), out)?;
    this_boot(station).unlock(&master)
}

/// Puts the new lock in place, its new parts handed out before, so that no lock is there whose parts nobody has; where it
/// does not come to that, no sheet is left either.
fn replace(
    folder: &Folder,
    station: Digest,
    lock: VaultLock,
    master: &[u8; 32],
    new: &Secret,
    sheets: Option<&Path>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let (lock, parts) = relock(folder.path(), lock, master, new, sheets.is_some())?;
    let settings = folder.settings()?;
    let whose = Whose { team: &settings.team, station, at: SystemClock::new().now() };
    let mut written = Vec::new();
    let handed = sheets::hand_out(&parts, whose, sheets, out, &mut written);
    handed.and_then(|()| lock.write(folder.path())).inspect_err(|_failure| {
        // Told as a failure, and there all the same: then these are its sheets.
        if VaultLock::read(folder.path()).ok().flatten().as_ref() != Some(&lock) {
            sheets::take_back(&written);
        }
    })?;
    out.object("passphrase_changed", serde_json::json!({ "sheets": written }))?;
    out.say(&say!("vault-passphrase-changed"))?;
    out.say(&if written.is_empty() { say!("vault-old-passphrase") } else { say!("vault-old-passphrase-sheets") })?;
    if written.is_empty() { Ok(()) } else { out.say(&say!("sheets-print")) }
}

/// Opens the vault by its passphrase or by two recovery parts, for whoever may then set a lead's PIN. Errors: neither.
pub(super) fn open_by_secret(
    args: &PersonPinArgs,
    folder: &Folder,
    station: Option<Digest>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let lock = lock_in(folder.path())?;
    let master = if args.part_file.is_empty() {
        let file = args.passphrase_file.as_deref();
        lock.open(&cli::known_secret(&TerminalAsk, out, &say!("ask-passphrase"), "--passphrase-file", file)?)?
    } else {
        lock.recover(&recovery(&args.part_file, out)?)?
    };
    station.map_or(Ok(()), |station| this_boot(station).unlock(&master))
}
