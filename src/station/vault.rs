//! The vault's lock: unlocking for as long as the machine is on, another passphrase, recovery by two parts.
//!
//! Invariants: what opens the vault is never said, logged or written to a disk; a new lock replaces the old one only when
//! it was seen to open.

#![expect(clippy::disallowed_methods, reason = "wiring: the environment and the folder for sheets")]

use super::folder::Folder;
use crate::cli::{self, ErasuresArgs, Out, Sheet, VaultPassphraseArgs, VaultRecoverArgs, VaultUnlockArgs, VaultVerb};
use crate::linux::{LocalFiles, OsChance, SystemClock, TerminalAsk};
use crate::port::{Ask, Chance, Clock, Failure, Files, Trouble};
use crate::store::{
    KeyFile, Recovery, SHARES, Share, ShareError, VaultKey, VaultLock, erasures, has_key, memory_folder, read_key,
    write_secret_file,
};
use crate::unit::{Digest, Moment, Secret};
use crate::word::say;
use crate::workbench::{LEAST_PASSPHRASE, check_passphrase};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Sheets are small.
const MOST_SHEET: u64 = 64 * 1024;

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

/// Whose recovery sheets they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose<'a> {
    pub(super) team: &'a str,
    pub(super) station: Digest,
    pub(super) at: Moment,
}

/// Where the vault's key of that station is while this machine is on.
pub(super) fn this_boot(station: Digest) -> VaultKey {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    VaultKey::this_boot(memory_folder(runtime.as_deref()).as_deref(), station)
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

/// Puts a new passphrase on the vault, and new recovery parts where `anew`: those of before are void then.
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

/// The recovery key of parts as they were typed. Errors: misread; fewer than two different ones; of different sets.
fn recovery_of(parts: &[Secret]) -> Result<Recovery, Failure> {
    let shares = parts.iter().map(|part| Share::read(part.expose())).collect::<Result<Vec<_>, _>>();
    shares.and_then(|shares| Recovery::from_shares(&shares)).map_err(|error| {
        let what = match error {
            ShareError::Misread => say!("share-misread"),
            ShareError::TooFew => say!("share-too-few"),
            ShareError::OtherSet => say!("share-other-set"),
        };
        Failure::new(Trouble::No, what).detail(error).hint(say!("share-hint"))
    })
}

/// Writes the parts to new files in `folder`, or shows them; `written` learns of each file at once.
pub(super) fn hand_out(
    parts: &[Share],
    whose: Whose<'_>,
    folder: Option<&Path>,
    out: &mut Out<'_>,
    written: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let (station, day) = (whose.station.short(16), whose.at.local_day());
    for part in parts {
        let (number, text) = (u64::from(part.number()), part.text());
        let sheet =
            Sheet { team: whose.team, station: &station, day: &day, number, of: u64::from(SHARES), part: &text };
        let page = Zeroizing::new(cli::sheet_text(out.words(), &sheet)?);
        let Some(folder) = folder else {
            out.text(&page)?;
            continue;
        };
        let failed = |error: std::io::Error| super::folder::failed(folder, &error);
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let file = folder.join(format!("phieu-khoi-phuc-{number}.txt"));
        write_secret_file(&file, &page)?;
        written.push(file);
    }
    Ok(())
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
    let file = args.passphrase_file.as_deref();
    let old = cli::known_secret(&TerminalAsk, out, &say!("ask-passphrase"), "--passphrase-file", file)?;
    let master = lock.open(&old)?;
    let new = new_passphrase(args.new_passphrase_file.as_deref(), out)?;
    replace(folder, station, lock, &master, &new, args.sheets.as_deref(), out)
}

fn recover_verb(args: &VaultRecoverArgs, folder: &Folder, station: Digest, out: &mut Out<'_>) -> Result<(), Failure> {
    let lock = lock_in(folder.path())?;
    let master = lock.recover(&recovery(&args.part_file, out)?)?;
    let new = new_passphrase(args.new_passphrase_file.as_deref(), out)?;
    replace(folder, station, lock, &master, &new, args.sheets.as_deref(), out)?;
    this_boot(station).unlock(&master)
}

/// The recovery key of two parts: from `files`, else asked for.
pub(super) fn recovery(files: &[PathBuf], out: &Out<'_>) -> Result<Recovery, Failure> {
    let mut parts = Vec::new();
    for file in files {
        parts.push(part_in(file)?);
    }
    while files.is_empty() && parts.len() < 2 {
        let question = say!("ask-part", number = parts.len() as u64 + 1);
        parts.push(cli::known_secret(&TerminalAsk, out, &question, "--part-file", None)?);
        // A slip is told before the next one is typed.
        recovery_slip(&parts)?;
    }
    recovery_of(&parts)
}

/// The part in a file: a sheet as it was written, or the part alone; `-` for the next line of standard input.
fn part_in(file: &Path) -> Result<Secret, Failure> {
    let part = if file == Path::new("-") {
        TerminalAsk.secret_from(file)?
    } else {
        let sheet = Zeroizing::new((&LocalFiles as &dyn Files).read_text(file, MOST_SHEET)?);
        let is_row =
            |line: &&str| line.split('-').all(|group| group.len() == 4 && !group.contains(char::is_whitespace));
        Secret::new(sheet.lines().map(str::trim).filter(is_row).collect::<Vec<_>>().join("-"))
    };
    let told = |failure: Failure| Failure { cause: Some(file.display().to_string()), ..failure };
    recovery_slip(std::slice::from_ref(&part)).map_err(told)?;
    Ok(part)
}

/// Errors: the last part is misread.
fn recovery_slip(parts: &[Secret]) -> Result<(), Failure> {
    match parts.last().map(|part| Share::read(part.expose())) {
        Some(Err(_misread)) => recovery_of(parts).map(|_recovery| ()),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// Puts the new lock in place, its new parts handed out before, so that no lock is there whose parts nobody has.
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
    hand_out(&parts, whose, sheets, out, &mut written)?;
    lock.write(folder.path())?;
    out.object("passphrase_changed", serde_json::json!({ "sheets": written }))?;
    out.say(&say!("vault-passphrase-changed"))?;
    if written.is_empty() { Ok(()) } else { out.say(&say!("sheets-print")) }
}
