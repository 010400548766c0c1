//! Making sticks: the image onto each disk, a station of its own into its last partition, and its name into the ledger.
//!
//! Order, for each disk by itself: armed; image written and read back; the stick's station made in memory; enrolled, durably;
//! its file system made and read back. Invariants: what is secret of a stick is never on this machine's disks; the team's key
//! signs here and goes nowhere.

#![expect(clippy::disallowed_methods, reason = "wiring: a stick's station is made of the station's own files")]

use super::beside::{Told, beside};
use super::folder::{self, Folder, Settings};
use super::signal::Interrupt;
use super::trust::team_key;
use super::{stick_home, vault, with_bench};
use crate::cli::{self, Out, StickTarget, StickVerb, StickWriteArgs, SticksTold};
use crate::event::By;
use crate::job::JobNews;
use crate::ledger::SecretKey;
use crate::linux::{LocalFiles, OsChance, TerminalAsk};
use crate::port::{Chance, Failure, Files, NewVolume, Trouble};
use crate::store::{KeyFile, Recovery, SealedVault, Store, VaultKey, VaultLock, is_in_memory, read_key, write_key};
use crate::unit::{Digest, Moment, Secret};
use crate::word::say;
use crate::workbench::{
    Bench, Enrolment, Habits, LEAST_PASSPHRASE, STICK_LABEL, StickMade, arm_for_stick, check_passphrase,
    check_stick_name, chosen_image, enrol_stick, may_make_sticks, names_for_stick, next_stick_name, open_stick, sticks,
    take_base, write_stick_image,
};
use rustix::fs::FlockOperation;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Profiles and wordings are small.
const MOST_PROFILE: u64 = 1 << 20;
/// What of a station's own profiles goes along.
const PROFILES: [&str; 8] = ["spec", "os", "lang", "grade", "repair", "kit", "pace", "programme"];
/// Room that a stick's records need beside its images, bytes.
const ROOM: u64 = 16 << 20;

/// What all sticks of one run have in common.
pub(super) struct Plan<'a> {
    folder: &'a Folder,
    image: PathBuf,
    until: Moment,
    team: SecretKey,
    passphrase: Secret,
    /// Files of the image store, each with its path on the stick.
    images: Vec<(PathBuf, String)>,
    /// One of them is enrolled at a time.
    enrolling: Mutex<()>,
}

/// `aoxanh stick …`.
pub(super) fn run(
    verb: &StickVerb,
    folder: &Folder,
    bench: &Bench<'_>,
    cancel: &Interrupt,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    match verb {
        StickVerb::Write(args) => write(args, folder, bench, cancel, out),
        StickVerb::Start(_) => Err(Failure::new(Trouble::Usage, say!("verb-makes-station"))),
        StickVerb::List => cli::run_stick_list(bench, out),
        StickVerb::Home(args) => stick_home::run(args, folder, bench, out),
        StickVerb::Summary(args) => cli::run_stick_summary(args, bench, out),
        StickVerb::Revoke(args) => {
            cli::run_stick_revoke(args, bench, &team_key(args.team_key.as_deref(), folder)?, out)
        }
    }
}

/// `aoxanh stick write`. Errors: what is asked for; one of the sticks is not made.
fn write(
    args: &StickWriteArgs,
    folder: &Folder,
    bench: &Bench<'_>,
    cancel: &Interrupt,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let targets = args.targets()?;
    may_make_sticks(bench)?;
    let names = names(args, bench, targets.len(), out)?;
    let wanted = Wanted {
        image: args.image.as_deref(),
        team_key: args.team_key.as_deref(),
        with_image: &args.with_image,
        until: args.counts_until(bench.clock)?,
    };
    let plan = plan(&wanted, folder, bench, || {
        let question = say!("ask-stick-passphrase", least = LEAST_PASSPHRASE as u64);
        let file = args.stick_passphrase_file.as_deref();
        cli::new_secret(&TerminalAsk, out, &question, "--stick-passphrase-file", file, &check_passphrase)
    })?;
    let mut told = SticksTold::new(targets.iter().map(|target| target.disk.clone()).collect());
    let by = &bench.by;
    let sticks: Vec<(StickTarget, String)> = targets.into_iter().zip(names).collect();
    let work = |(target, name): &(StickTarget, String), tell: &mut dyn FnMut(JobNews)| {
        one(&plan, by, target, name, &|| cancel.is_set(), tell)
    };
    beside(&sticks, &work, &mut |number, said| match said {
        Told::News(news) => {
            told.hear(number, &news, out);
            Ok(())
        }
        Told::End(end) => told.end(number, end, out),
    })?;
    told.close(out)
}

/// What is written on each: the name given and the numbers after it, else the next free numbers.
fn names(args: &StickWriteArgs, bench: &Bench<'_>, count: usize, out: &Out<'_>) -> Result<Vec<String>, Failure> {
    let first = match &args.name {
        Some(name) => name.trim().to_owned(),
        None => next_stick_name(&sticks(bench)?, &out.words().say(&say!("stick-stem"))),
    };
    check_stick_name(&first)?;
    let (stem, number) = match first.rsplit_once(' ').and_then(|(stem, number)| Some((stem, number.parse().ok()?))) {
        Some((stem, number)) => (stem.to_owned(), number),
        None => (first.clone(), 1_u32),
    };
    let later = (1..count).map(|more| format!("{stem} {}", number.saturating_add(u32::try_from(more).unwrap_or(0))));
    Ok(std::iter::once(first).chain(later).collect())
}

/// Where the image of a stick is where nobody says.
pub(super) fn usual_image(folder: &Folder) -> PathBuf {
    folder.path().join("stick.img")
}

/// What is asked for beside disks and names.
pub(super) struct Wanted<'a> {
    pub(super) image: Option<&'a Path>,
    pub(super) team_key: Option<&'a Path>,
    pub(super) with_image: &'a [String],
    pub(super) until: Moment,
}

/// What all sticks of one run have in common; the passphrase is asked for when all else is right.
pub(super) fn plan<'a>(
    wanted: &Wanted<'_>,
    folder: &'a Folder,
    bench: &Bench<'_>,
    passphrase: impl FnOnce() -> Result<Secret, Failure>,
) -> Result<Plan<'a>, Failure> {
    let image = wanted.image.map_or_else(|| usual_image(folder), Path::to_owned);
    if wanted.image.is_none() && bench.files.length(&image).is_err() {
        let what = say!("stick-image-none", file = image.display().to_string());
        return Err(Failure::new(Trouble::Usage, what).hint(say!("stick-image-none-hint")));
    }
    bench.files.length(&image)?;
    let team = team_key(wanted.team_key, folder)?;
    if bench.station()?.team_key != Some(team.public().0) {
        let what = say!("key-not-team", key = team.public().0.short(16));
        return Err(Failure::new(Trouble::Usage, what).hint(say!("key-not-team-hint")));
    }
    if !bench.vault.is_open()? {
        return Err(crate::port::vault_locked());
    }
    let images = images(wanted.with_image, bench)?;
    let (until, passphrase) = (wanted.until, passphrase()?);
    Ok(Plan { folder, image, until, team, passphrase, images, enrolling: Mutex::new(()) })
}

/// The files of those images of the store. Errors: there is no such image.
fn images(ids: &[String], bench: &Bench<'_>) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = Vec::new();
    for id in ids {
        let (image, manifest) = chosen_image(bench, Path::new(id), None);
        for file in [image, manifest] {
            if file.parent() != Some(&bench.own.images) || bench.files.length(&file).is_err() {
                return Err(crate::port::no_image(id));
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((file, format!("/images/{name}")));
        }
    }
    Ok(files)
}

/// A folder that is gone, with all in it, when this is dropped. It is locked as long as it is used.
pub(super) struct Scratch(PathBuf, fs::File);

/// How such folders are called.
const SCRATCH: &str = ".aoxanh-stick-";

impl Scratch {
    /// One in memory. Errors: this user has no place there.
    fn in_memory() -> Result<Self, Failure> {
        let none = || Failure::new(Trouble::Io, say!("vault-no-memory")).hint(say!("vault-memory-hint"));
        let above = vault::memory().ok_or_else(none)?;
        if !is_in_memory(&above).map_err(|error| folder::failed(&above, &error))? {
            return Err(none());
        }
        Self::below(&above)
    }

    /// One in that folder, for what is no secret.
    pub(super) fn below(above: &Path) -> Result<Self, Failure> {
        forget_left(above);
        let number = u64::from_be_bytes((&OsChance as &dyn Chance).bytes());
        let at = above.join(format!("{SCRATCH}{number:016x}"));
        DirBuilder::new().mode(0o700).create(&at).map_err(|error| folder::failed(&at, &error))?;
        let lock = fs::File::open(&at).map_err(|error| folder::failed(&at, &error))?;
        rustix::fs::flock(&lock, FlockOperation::LockExclusive).map_err(|error| folder::failed(&at, &error))?;
        Ok(Self(at, lock))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

/// Takes away what a program that was killed left there: nobody holds its lock.
fn forget_left(above: &Path) {
    for entry in fs::read_dir(above).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(SCRATCH);
        let Ok(folder) = fs::File::open(entry.path()) else { continue };
        // One that is being made has no lock yet, and is empty.
        let is_used = fs::read_dir(entry.path()).is_ok_and(|mut inside| inside.next().is_some());
        if is_ours && is_used && rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _gone = fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is taken away by whoever makes the next one.
        let _gone = fs::remove_dir_all(&self.0);
        let _unlocked = rustix::fs::flock(&self.1, FlockOperation::Unlock);
    }
}

/// Makes one stick, at a bench of its own.
pub(super) fn one(
    plan: &Plan<'_>,
    by: &By,
    target: &StickTarget,
    name: &str,
    cancel: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(JobNews),
) -> Result<StickMade, Failure> {
    let own_key = read_key(plan.folder.path(), KeyFile::Station)?;
    let store = Store::open(plan.folder.path(), own_key.clone())?;
    with_bench(plan.folder, &store, |bench, settings| {
        bench.by = by.clone();
        let disk = bench.pick_disk(&target.disk, Some(&plan.image))?;
        let not_home = stick_home::has_more(&disk)?;
        let armed = arm_for_stick(bench, disk, target.confirm.as_deref(), not_home)?;
        let part = write_stick_image(bench, &armed, &plan.image, cancel, tell)?;
        let length = |file: &(PathBuf, String)| bench.files.length(&file.0).map_or(0, |length| length.0);
        if plan.images.iter().map(length).sum::<u64>() + ROOM > part.length.0 {
            let what = say!("stick-images-too-large", disk = target.disk.as_str());
            return Err(Failure::new(Trouble::No, what).hint(say!("stick-images-too-large-hint")));
        }
        let memory = Scratch::in_memory()?;
        let built = build(memory.path(), plan, bench, settings, &own_key)?;
        let (station, key) = (built.station, built.key);
        LocalFiles.write(&memory.path().join("station/name"), format!("{name}\n").as_bytes())?;
        {
            let _one_at_a_time = plan.enrolling.lock().unwrap_or_else(PoisonError::into_inner);
            enrol_stick(bench, &Enrolment { station, key, name: name.to_owned(), until: plan.until })?;
        }
        let what = NewVolume { label: STICK_LABEL, folder: memory.path(), more: &plan.images };
        bench.disks.make_volume(&armed, part, &what)?;
        Ok(StickMade { name: name.to_owned(), station, key, until: plan.until, people: built.people })
    })
}

/// What a stick's file system is made of.
struct Built {
    station: Digest,
    key: Digest,
    people: u64,
}

/// Everything that goes into a stick's last partition, in an empty folder: its station, the base, and room for what it brings.
fn build(
    at: &Path,
    plan: &Plan<'_>,
    bench: &Bench<'_>,
    settings: &Settings,
    own_key: &SecretKey,
) -> Result<Built, Failure> {
    let chance: &dyn Chance = &OsChance;
    let station = at.join("station");
    let make = |path: &Path| {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| folder::failed(path, &error))
    };
    for folder in [station.join("leases"), at.join("boots"), at.join("receipts"), at.join("images")] {
        make(&folder)?;
    }
    let secret = Zeroizing::new(chance.bytes::<32>());
    write_key(&station, KeyFile::Station, &secret)?;
    write_key(&station, KeyFile::Codes, &Zeroizing::new(chance.bytes()))?;
    let key = SecretKey::from_bytes(&secret);
    let practice = bench.practice()?;
    let journal = Store::create(&station, key.clone())?;
    let id = open_stick(&key, &plan.team, practice, &settings.by, (&journal, bench.clock, chance))?;
    drop(journal);
    let master = Zeroizing::new(chance.bytes());
    // Its parts are given to nobody: what is in this vault is in the station's too.
    VaultLock::new(&master, &plan.passphrase, &Recovery::new(chance), chance)?.write(&station)?;
    let people = names_for_stick(bench, &SealedVault::make(&station, VaultKey::Known(master), chance)?)?;
    LocalFiles.write(&station.join("station.toml"), settings_of(settings).to_text().as_bytes())?;
    if practice {
        folder::mark_practice(&station)?;
    }
    copy_profiles(plan.folder.path(), &station)?;
    LocalFiles.write(&at.join("base"), &take_base(bench.index, bench.clock, own_key)?)?;
    Ok(Built { station: id, key: key.public().0, people })
}

/// What a stick has of the station's settings: nothing that hangs on this machine.
pub(super) fn settings_of(settings: &Settings) -> Settings {
    Settings {
        domain: settings.domain.clone(),
        by: settings.by.clone(),
        team: settings.team.clone(),
        place: settings.place.clone(),
        profile: settings.profile.clone(),
        target: None,
        screen: Habits::default(),
        printers: Vec::new(),
        scanners: Vec::new(),
    }
}

/// The station's own profiles, as they are now.
pub(super) fn copy_profiles(from: &Path, to: &Path) -> Result<(), Failure> {
    let files: &dyn Files = &LocalFiles;
    for kind in PROFILES {
        let (source, target) = (from.join("profiles").join(kind), to.join("profiles").join(kind));
        let entries = match fs::read_dir(&source) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(folder::failed(&source, &error)),
        };
        fs::create_dir_all(&target).map_err(|error| folder::failed(&target, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| folder::failed(&source, &error))?.path();
            let wanted = path.extension().is_some_and(|ending| ending == "toml" || ending == "ftl");
            let Some(name) = path.file_name().filter(|_name| wanted && path.is_file()) else { continue };
            files.write(&target.join(name), &files.read(&path, MOST_PROFILE)?)?;
        }
    }
    Ok(())
}
