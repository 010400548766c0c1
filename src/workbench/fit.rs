//! Fitting a written image to its disk and setting the machine for its first start: after the write, and again by itself.
//!
//! Invariants: only what the write's verdict was good for is fitted; whatever comes of it, the records of the wipe and of the
//! write stay what they are; a password is made here, shown once, and never recorded.

use super::bench::{Bench, Found};
use super::image::load_manifest;
use super::image_store::chosen_image;
use super::outward::listed;
use super::resume::{lease, record_end};
use crate::custody::DiskFile;
use crate::device::Armed;
use crate::event::Fact;
use crate::event::image::{FitResult, FitStep, ImageFitted, ImageStarted, SettingLeft};
use crate::imaging::{FIRST_BOOT, FirstBoot, Manifest, Password, crypted};
use crate::job::{FitNote, FitOrder, FitOutcome, FitRun, JobNews, fit};
use crate::port::{Failure, Trouble};
use crate::unit::{Digest, JobId, Secret, Symbol};
use crate::word::{Sentence, say};
use std::path::{Path, PathBuf};

/// Symbols of a password for one use: 40 bits, and easily read out.
const PASSWORD: usize = 8;

/// What is asked for where an image that is written is fitted by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FitAgain {
    /// Which disk: kernel name, path or serial.
    pub disk: String,
    /// The image, or its id in the store; the one that the ledger names where none is given.
    pub image: Option<PathBuf>,
    /// Its manifest.
    pub manifest: Option<PathBuf>,
    /// What the person typed to confirm.
    pub confirm: Option<String>,
}

/// What fitting came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// What was recorded; none where a person stopped it, or the ledger did not take it.
    pub result: Option<FitResult>,
    /// What was done, and seen again.
    pub done: Vec<FitStep>,
    /// What the image cannot take.
    pub left: Vec<SettingLeft>,
    /// What else stays as it is, and why.
    pub notes: Vec<FitNote>,
    /// Its number in the ledger.
    pub seq: Option<u64>,
    /// Why it is not fitted.
    pub failure: Option<Failure>,
    /// The password for one use, where one was set.
    pub password: Option<Secret>,
}

/// The disk that an image was written to.
pub(super) struct Written<'a> {
    pub(super) armed: &'a Armed,
    pub(super) key: &'a str,
    pub(super) job: &'a JobId,
    /// Leaf hash of the start of the run that wrote it.
    pub(super) started: Digest,
    /// Whether it may have been fitted in part before.
    pub(super) again: bool,
}

/// Fits, and records what it came to.
pub(super) fn fit_written(
    bench: &Bench<'_>,
    found: &Found,
    on: &Written<'_>,
    manifest: &Manifest,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> Fitted {
    let first_boot = match first_boot(bench, manifest) {
        Ok(first_boot) => first_boot,
        Err(failure) => {
            let outcome = FitOutcome { failure: Some(failure), ..FitOutcome::default() };
            return recorded(bench, found, on, outcome, None);
        }
    };
    let password = (first_boot.password == Some(Password::OneTime)).then(|| one_time(bench));
    let salt: String = Symbol::spell(&bench.chance.bytes::<10>());
    let hash = password.as_ref().map(|password| crypted(password.expose(), &salt));
    let tag = found.name();
    let order = FitOrder { manifest, first_boot: &first_boot, tag: &tag, hash: hash.as_deref(), again: on.again };
    let mut fresh = || bench.chance.bytes();
    let mut run = FitRun { disks: bench.disks, armed: on.armed, fresh: &mut fresh, cancel, news };
    let outcome = fit(&order, &mut run);
    recorded(bench, found, on, outcome, password)
}

fn recorded(
    bench: &Bench<'_>,
    found: &Found,
    on: &Written<'_>,
    outcome: FitOutcome,
    password: Option<Secret>,
) -> Fitted {
    let FitOutcome { done, left, notes, cancelled, failure } = outcome;
    let password = password.filter(|_| done.contains(&FitStep::PasswordSet));
    if cancelled {
        let stopped = Failure::new(Trouble::Cancelled, say!("fit-cancelled"));
        return Fitted { result: None, done, left, notes, seq: None, failure: Some(stopped), password };
    }
    let result = match (&failure, done.is_empty()) {
        (Some(_), _) => FitResult::NotFitted,
        (None, true) => FitResult::NothingToDo,
        (None, false) => FitResult::Fitted,
    };
    let fact = ImageFitted {
        job: on.job.clone(),
        started: on.started,
        key: on.key.to_owned(),
        result,
        done: done.clone(),
        left: left.clone(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
    };
    match record_end(bench, found, on.job, fact) {
        Ok(recorded) => {
            let seq = Some(recorded.receipt().seq);
            Fitted { result: Some(result), done, left, notes, seq, failure, password }
        }
        Err(unrecorded) => Fitted { result: None, done, left, notes, seq: None, failure: Some(unrecorded), password },
    }
}

/// The settings for the first start: the image's own before the station's. Errors: the station's list.
fn first_boot(bench: &Bench<'_>, manifest: &Manifest) -> Result<FirstBoot, Failure> {
    let (file, text) = bench
        .own
        .first_boot
        .as_deref()
        .map_or(("first-boot.toml", FIRST_BOOT), |own| ("profiles/first-boot.toml", own));
    let base = FirstBoot::from_toml(file, text)
        .map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))?;
    Ok(manifest.fit.first_boot.clone().over(base))
}

fn one_time(bench: &Bench<'_>) -> Secret {
    let random: [u8; PASSWORD] = bench.chance.bytes();
    Secret::new(random.iter().map(|byte| Symbol::of(*byte).char()).collect::<String>())
}

/// Fits an image that is on the disk: after a kill, after a failure, or once more. Errors: arming; no image of ours is on that
/// disk; its manifest is another.
pub fn fit_again(
    bench: &Bench<'_>,
    found: &Found,
    order: &FitAgain,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> Result<Fitted, Failure> {
    let target = bench.target(found, &order.disk, order.confirm.as_deref(), None)?;
    let none = || {
        let what = say!("fit-nothing-written", tag = found.name(), disk = order.disk.as_str());
        Failure::new(Trouble::No, what).hint(say!("fit-nothing-written-hint"))
    };
    let disk = found.file.disks.get(&target.key).filter(|disk| disk.image.is_some()).ok_or_else(none)?;
    let (leaf, started) = start(bench, found, disk.last_start)?.ok_or_else(none)?;
    let image = order.image.clone().unwrap_or_else(|| PathBuf::from(&started.image.id));
    let (_file, manifest) = chosen_image(bench, Path::new(&image), order.manifest.as_deref());
    let manifest = load_manifest(bench.files, &manifest)?;
    if (manifest.blake3, manifest.length) != (started.image.blake3, started.image.length) {
        let what = say!("job-other-image", job = started.job.as_str(), image = started.image.id.as_str());
        return Err(Failure::new(Trouble::Usage, what).hint(say!("fit-other-image-hint")));
    }
    // While somebody writes or fits it, nobody else does.
    let _lease = lease(bench, &started.job)?;
    // Where the last run came to its end, it left nothing half-way.
    let again = !matches!(disk.fitted, Some(FitResult::Fitted | FitResult::NothingToDo));
    let on = Written { armed: &target.armed, key: &target.key, job: &started.job, started: leaf, again };
    bench.refuse_if_forbidden(
        Some(&found.id),
        ImageFitted {
            job: started.job.clone(),
            started: leaf,
            key: target.key.clone(),
            result: FitResult::NotFitted,
            done: Vec::new(),
            left: Vec::new(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
        },
    )?;
    Ok(fit_written(bench, found, &on, &manifest, cancel, news))
}

/// Whether the image that is on that disk is still to be fitted: it failed, or its own manifest in the station's store asks for
/// it and no record says what came of it.
pub(super) fn is_unfitted(bench: &Bench<'_>, disk: &DiskFile) -> bool {
    match (&disk.image, disk.fitted) {
        (None, _) | (Some(_), Some(FitResult::Fitted | FitResult::NothingToDo)) => false,
        (Some(_), Some(FitResult::NotFitted)) => true,
        (Some(image), None) => {
            let (_file, manifest) = chosen_image(bench, Path::new(image), None);
            load_manifest(bench.files, &manifest).is_ok_and(|manifest| manifest.fit.asks())
        }
    }
}

/// The start with that leaf.
pub(super) fn start(
    bench: &Bench<'_>,
    found: &Found,
    leaf: Option<Digest>,
) -> Result<Option<(Digest, ImageStarted)>, Failure> {
    let lines = bench.index.history(&found.id)?;
    let line = lines.into_iter().find(|line| Some(line.leaf) == leaf);
    Ok(line.and_then(
        |line| {
            if let Fact::ImageStarted(started) = line.event.fact { Some((line.leaf, started)) } else { None }
        },
    ))
}

/// What fitting came to, in one line. Errors: it does not fit.
pub fn fit_worth(fitted: &Fitted, tag: &str) -> Result<Sentence, Failure> {
    if let Some(failure) = &fitted.failure {
        let what = say!("fit-failed", why = failure.what.clone());
        let hint = say!("fit-failed-hint", tag = tag, why = failure.hint.clone().unwrap_or_else(|| say!("fit-again")));
        return Err(Failure { what, ..failure.clone() }.hint(hint));
    }
    Ok(match fitted.result {
        Some(FitResult::Fitted) => say!("fit-done", steps = steps(&fitted.done)),
        Some(FitResult::NothingToDo | FitResult::NotFitted) | None => say!("fit-nothing"),
    })
}

/// What else a person must know of it.
#[must_use]
pub fn fit_lines(fitted: &Fitted) -> Vec<Sentence> {
    let password =
        fitted.password.as_ref().map(|password| say!("fit-password", password = password.expose().to_owned()));
    let notes = fitted.notes.iter().map(|note| say!("fit-note", why = note.sentence()));
    let digest = (fitted.result == Some(FitResult::Fitted)).then(|| say!("fit-digest"));
    fit_left_lines(fitted).into_iter().chain(notes).chain(digest).chain(password).collect()
}

/// What the image could not take.
#[must_use]
pub fn fit_left_lines(fitted: &Fitted) -> Vec<Sentence> {
    fitted.left.iter().map(|left| say!("fit-left-line", what = left_name(*left))).collect()
}

/// The same of a record.
#[must_use]
pub fn fitted_sentence(fitted: &ImageFitted) -> Sentence {
    match fitted.result {
        FitResult::Fitted => say!("event-image-fitted", steps = steps(&fitted.done)),
        FitResult::NotFitted => say!("event-image-not-fitted"),
        FitResult::NothingToDo => say!("event-image-nothing-to-fit"),
    }
}

fn steps(done: &[FitStep]) -> Sentence {
    listed(done.iter().map(|step| step_name(*step))).unwrap_or_else(|| say!("plain", text = ""))
}

fn step_name(step: FitStep) -> Sentence {
    match step {
        FitStep::TableMoved => say!("fit-step-table"),
        FitStep::IdsRenewed => say!("fit-step-ids"),
        FitStep::PartitionGrown => say!("fit-step-partition"),
        FitStep::SystemGrown => say!("fit-step-system"),
        FitStep::HostnameSet => say!("setting-hostname"),
        FitStep::LocaleSet => say!("setting-locale"),
        FitStep::TimeZoneSet => say!("setting-time-zone"),
        FitStep::KeyboardSet => say!("setting-keyboard"),
        FitStep::UserAdded => say!("setting-user"),
        FitStep::PasswordSet => say!("setting-password"),
        FitStep::WifiSet => say!("setting-wifi"),
        FitStep::DnsSet => say!("setting-dns"),
        FitStep::WelcomePut => say!("setting-welcome"),
        FitStep::BootFound => say!("fit-step-boot"),
        FitStep::FilesPut => say!("fit-step-files"),
    }
}

fn left_name(left: SettingLeft) -> Sentence {
    match left {
        SettingLeft::Hostname => say!("setting-hostname"),
        SettingLeft::Locale => say!("setting-locale"),
        SettingLeft::TimeZone => say!("setting-time-zone"),
        SettingLeft::Keyboard => say!("setting-keyboard"),
        SettingLeft::User => say!("setting-user"),
        SettingLeft::Password => say!("setting-password"),
        SettingLeft::Wifi => say!("setting-wifi"),
        SettingLeft::Dns => say!("setting-dns"),
        SettingLeft::Welcome => say!("setting-welcome"),
    }
}
