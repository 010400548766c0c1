//! A station made anew from a safety copy, on a bare machine: a chain of its own that continues the old one.
//!
//! Invariants: the copy is opened to its last byte and its ledger checked before anything is built; the station is built
//! aside, checked wholly, and put in place whole or not at all; erased names are erased again before the vault is opened;
//! the old machine's key is not used again, and how far its jobs came is not believed.

use super::folder::{Folder, aside, place};
use super::{say_head, sheets, vault};
use crate::cli::{self, Out, RestoreArgs};
use crate::custody::{OpenJobs, StationFile};
use crate::event::station::StationContinued;
use crate::ledger::{HeadRef, Heads, SecretKey};
use crate::linux::{LocalFiles, OsChance, SystemClock, TerminalAsk};
use crate::port::{Chance, Clock, Failure, Files, Index, Trouble, Vault};
use crate::store::{
    CopyHead, Erasure, KeyFile, SealedVault, Store, VaultLock, read_copy_head, read_key, read_key_file,
    replay_erasures, unpack_copy, write_key,
};
use crate::unit::{Digest, Moment, PersonId, fold};
use crate::word::say;
use crate::workbench::{self, Continuing, Pinned, Thorough, Verified};
use rustix::fs::{Mode, OFlags, open as open_folder, syncfs};
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use zeroize::Zeroizing;

/// Records that closing a day always writes after its copy was made: the copy's own, and the day's.
const CLOSING: u64 = 2;
/// A list of erasures has a line a name.
const MOST_ERASURES: u64 = 64 * 1024 * 1024;
/// Where the copy is opened, below the folder that is built.
const OPENED: &str = ".ban-sao";

/// What is asked for, checked as far as it can be without the copy's key.
struct Wish<'a> {
    file: &'a Path,
    head: CopyHead,
    master: Zeroizing<[u8; 32]>,
    notebook: Option<HeadRef>,
    missing_on_purpose: bool,
    erasures: Vec<Erasure>,
    team: Option<SecretKey>,
    by: Option<&'a str>,
}

/// A station that was restored.
struct Restored {
    station: Digest,
    names_open: bool,
    old_key: Option<Digest>,
    erased: u64,
    missing: u64,
    left: usize,
}

/// `aoxanh restore`.
pub(super) fn restore(
    args: &RestoreArgs,
    named: Option<&Path>,
    by: Option<&str>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let head = read_copy_head(&args.file)?;
    out.set_practice(head.practice);
    let now = SystemClock::new().now();
    check_age(&head, now, args.expired_on_purpose)?;
    let files: &dyn Files = &LocalFiles;
    let wish = Wish {
        file: &args.file,
        master: master(args, &head, out)?,
        notebook: args.head.as_deref().map(|text| cli::read_head(text, files)).transpose()?,
        missing_on_purpose: args.missing_on_purpose,
        erasures: args.erasures.as_deref().map(|path| read_erasures(path, files)).transpose()?.unwrap_or_default(),
        team: args.team_key.as_deref().map(read_key_file).transpose()?,
        head,
        by,
    };
    let path = place(named)?;
    let restored = aside(&path, |at| build(at, &wish))?;
    // Whoever restores has just opened the copy: the names are at hand until the machine is switched off.
    if wish.head.lock.is_some()
        && let Err(failure) = vault::this_boot(restored.station).unlock(&wish.master)
    {
        out.failure(&failure);
    }
    tell(&wish, &restored, &path, now, out)?;
    say_head(&Store::read(&path)?, out)
}

/// The key that the copy was made under: by its lock, else from a file.
fn master(args: &RestoreArgs, head: &CopyHead, out: &Out<'_>) -> Result<Zeroizing<[u8; 32]>, Failure> {
    if let (Some(text), None) = (&head.lock, &args.vault_key) {
        let lock = VaultLock::from_text(text)?;
        if !args.part_file.is_empty() {
            return Ok(lock.recover(&sheets::recovery(&args.part_file, out)?)?);
        }
        let file = args.passphrase_file.as_deref();
        let passphrase = cli::known_secret(&TerminalAsk, out, &say!("ask-passphrase"), "--passphrase-file", file)?;
        return Ok(lock.open(&passphrase)?);
    }
    let missing = || Failure::new(Trouble::Usage, say!("restore-no-key")).hint(say!("restore-no-key-hint"));
    Ok(read_key_file(args.vault_key.as_deref().ok_or_else(missing)?)?.bytes())
}

/// A copy from the future has a wrong clock beside it: then nobody can tell whether it is expired.
fn check_age(head: &CopyHead, now: Moment, on_purpose: bool) -> Result<(), Failure> {
    if now < head.made_at && !on_purpose {
        let what = say!("restore-clock", made = head.made_at.local(), now = now.local());
        return Err(Failure::new(Trouble::TryAgain, what).hint(say!("restore-clock-hint")));
    }
    if head.is_expired(now) && !on_purpose {
        let what = say!("restore-expired", made = head.made_at.local(), expired = head.expires_at.local());
        return Err(Failure::new(Trouble::No, what).hint(say!("restore-expired-hint")));
    }
    Ok(())
}

fn read_erasures(path: &Path, files: &dyn Files) -> Result<Vec<Erasure>, Failure> {
    let text = files.read_text(path, MOST_ERASURES)?;
    // Not what stands there: it may be the wrong file.
    let wrong = |number: usize| {
        let what = say!("erasures-wrong", file = path.display().to_string());
        Failure::new(Trouble::BadData, what).detail(format_args!("line {}", number + 1))
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let erasure = |(number, line): (usize, &str)| {
        let (id, at) = line.trim().split_once(' ').ok_or_else(|| wrong(number))?;
        let at: Moment = at.parse().map_err(|_error: crate::unit::MomentError| wrong(number))?;
        Ok(Erasure { id: id.to_owned(), at: at.to_string() })
    };
    lines.map(erasure).collect()
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unwritable", file = path.display().to_string()))
        .because(error)
        .hint(say!("file-unwritable-hint"))
}

/// A whole station in an empty folder, every file of it closed again.
fn build(at: &Path, wish: &Wish<'_>) -> Result<Restored, Failure> {
    let opened = at.join(OPENED);
    fs::DirBuilder::new().mode(0o700).create(&opened).map_err(|error| failed(&opened, &error))?;
    let head = unpack_copy(wish.file, &wish.master, &opened)?;
    let store = Store::read(&opened)?;
    let (verified, missing) = judge(&store, &head, wish)?;
    let old = (&store as &dyn Index).get::<StationFile>("")?.unwrap_or_default();
    drop(store);
    let team = team_key(&opened, &verified, wish)?;
    take_over(&opened, at, &head, wish).map_err(|error| failed(at, &error))??;
    let erased = replay_erasures(at, &wish.erasures)?;
    let chance: &dyn Chance = &OsChance;
    let secret: Zeroizing<[u8; 32]> = Zeroizing::new(chance.bytes());
    write_key(at, KeyFile::Station, &secret)?;
    let key = SecretKey::from_bytes(&secret);
    let settings = Folder::at(at.to_owned()).settings()?;
    let vault = SealedVault::open(at, wish.master.clone(), &OsChance)?;
    let store = Store::create_after(at, key.clone(), &opened.join("ledger.db"))?;
    // As the records say: a summary that came with the copy proves nothing.
    let folded = (&store as &dyn Index).get::<StationFile>("")?.unwrap_or_default();
    let station = workbench::continue_station(
        Continuing {
            station_key: &key,
            team_key: &team,
            practice: head.practice,
            by: restorer(wish.by, &folded, &vault)?,
            earlier: StationContinued { station: head.station, size: head.size, root: head.root },
        },
        &store,
        &SystemClock::new(),
        chance,
    )?;
    let pinned = Pinned { head: Some(head.head()), team: Some(team.public()) };
    let whole = workbench::verify_all(&store, pinned, Thorough { heads: Heads::Last, summaries: true })?;
    if let Some(key) = whole.stale {
        return Err(Failure::new(Trouble::BadData, say!("verified-stale", key = key)));
    }
    let names_open = vault.open(settings.by.as_str())?.is_some();
    let left = (&store as &dyn Index).get::<OpenJobs>("")?.map_or(0, |jobs| jobs.left.len());
    fs::remove_dir_all(&opened).map_err(|error| failed(&opened, &error))?;
    Ok(Restored { station, names_open, old_key: old.public_key, erased, missing, left })
}

/// Checks the ledger in the copy against its head and the notebook's; how many records the notebook knows more.
fn judge(store: &Store, head: &CopyHead, wish: &Wish<'_>) -> Result<(Verified, u64), Failure> {
    let newer = wish.notebook.filter(|notebook| notebook.size > head.size);
    let missing = newer.map_or(0, |notebook| notebook.size - head.size);
    let pinned =
        Pinned { head: wish.notebook.filter(|_| newer.is_none()), team: wish.team.as_ref().map(SecretKey::public) };
    // Once in a station's life, so that every head is asked for.
    let verified = workbench::verify_all(store, pinned, Thorough { heads: Heads::Every, summaries: false })?;
    verified.has_its_tail()?;
    if (verified.head, verified.station, verified.practice) != (head.head(), head.station, head.practice) {
        return Err(
            Failure::new(Trouble::No, say!("verify-other-head", wanted = head.size)).hint(say!("copy-damaged-hint"))
        );
    }
    if missing > CLOSING && !wish.missing_on_purpose {
        let what = say!("restore-missing", missing = missing, size = head.size);
        return Err(Failure::new(Trouble::No, what).hint(say!("restore-missing-hint")));
    }
    Ok((verified, missing))
}

/// The team's secret key: the one named, else the copy's; it must be the one that certified the old station.
fn team_key(opened: &Path, verified: &Verified, wish: &Wish<'_>) -> Result<SecretKey, Failure> {
    let key = match &wish.team {
        Some(key) => key.clone(),
        None if opened.join("team.key").exists() => read_key(opened, KeyFile::Team)?,
        None => {
            let what = Failure::new(Trouble::Usage, say!("restore-no-team-key"));
            return Err(what.hint(say!("restore-no-team-key-hint")));
        }
    };
    if key.public() == verified.team {
        return Ok(key);
    }
    Err(Failure::new(Trouble::No, say!("restore-other-team-key")))
}

/// Whoever restores: the lead of that name or id, else the lead, where there is only one.
fn restorer(named: Option<&str>, old: &StationFile, vault: &dyn Vault) -> Result<PersonId, Failure> {
    let unclear = || Failure::new(Trouble::Usage, say!("restore-who")).hint(say!("restore-who-hint"));
    let Some(text) = named else {
        let mut leads = old.leads.iter();
        return leads.next().filter(|_lead| leads.next().is_none()).cloned().ok_or_else(unclear);
    };
    for lead in &old.leads {
        let name = vault.open(lead.as_str())?;
        if lead.as_str() == text || name.is_some_and(|name| fold(&name) == fold(text.trim())) {
            return Ok(lead.clone());
        }
    }
    Err(unclear())
}

/// Moves into place what the new station has from the old one. Not its key, not its ledger, not its marks.
fn take_over(opened: &Path, at: &Path, head: &CopyHead, wish: &Wish<'_>) -> io::Result<Result<(), Failure>> {
    for name in ["vault.db", "station.toml", "codes.key", "team.key", "LUYEN-TAP", "blobs", "profiles"] {
        let from = opened.join(name);
        if from.exists() {
            fs::rename(from, at.join(name))?;
        }
    }
    fs::DirBuilder::new().create(at.join("leases"))?;
    // What was unpacked is held before anybody is told that the station is restored.
    syncfs(open_folder(at, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)?;
    Ok(match &head.lock {
        Some(lock) => VaultLock::from_text(lock).map_err(Failure::from).and_then(|lock| lock.write(at)),
        None => write_key(at, KeyFile::Vault, &wish.master),
    })
}

/// What came of it, and what to do next.
fn tell(wish: &Wish<'_>, restored: &Restored, path: &Path, now: Moment, out: &mut Out<'_>) -> Result<(), Failure> {
    let head = &wish.head;
    let folder = path.display().to_string();
    out.object(
        "restored",
        serde_json::json!({
            "folder": folder, "station": restored.station, "from": head.station, "head": head.head().to_string(),
            "records": head.size, "made_at": head.made_at, "expired": head.is_expired(now), "names_open": restored.names_open,
            "erased_again": restored.erased, "missing": restored.missing, "left_jobs": restored.left,
            "old_key": restored.old_key,
        }),
    )?;
    let made = head.made_at.local();
    out.say(&say!("restored", folder = folder, station = restored.station.short(16), records = head.size))?;
    if restored.names_open {
        out.say(&say!("restored-names"))?;
    }
    out.say(&say!("restored-since", made = made))?;
    match restored.missing {
        0 => {}
        missing @ ..=CLOSING => out.say(&say!("restored-closing", missing = missing))?,
        missing => out.say(&say!("restored-missing", missing = missing))?,
    }
    if head.is_expired(now) {
        out.say(&say!("restored-expired"))?;
    }
    if restored.erased > 0 {
        out.say(&say!("restored-erased", count = restored.erased))?;
    }
    if restored.left > 0 {
        out.say(&say!("restored-left", count = restored.left as u64))?;
    }
    let key = restored.old_key.map_or_else(String::new, |key| key.to_string());
    out.say(&say!("restored-old-machine", key = key))?;
    out.say(&say!("restored-close-day", expires = head.expires_at.local()))
}
