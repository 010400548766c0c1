//! Carrying out what a screen asked for, and telling what came of it.
//!
//! Invariants: every refusal is an answer, never a silence; after every change the bench and the device are told anew; only
//! looking for a device and receiving one move the cursor, since whoever asked for anything else may be elsewhere by now.

use super::alert::Alert;
use super::bench::{Bench, Found};
use super::carry_check::carry_check;
use super::carry_door::{carry_door, with_bearer};
use super::carry_find::find;
use super::carry_people::carry_shift;
use super::carry_warehouse::{carry_warehouse, shelved};
use super::correct::{Change, correct};
use super::effect::{Answer, Effect, InspectedView};
use super::fit::{FitAgain, fit_again};
use super::handover::{GiveOrder, give};
use super::image::{ImageOrder, image};
use super::inspect::{Inspected, inspect, load_profile};
use super::inspect_page::{inspection_page, verdict_sentence};
use super::intake::{Intake, take_in};
use super::interrupted::interrupted;
use super::look::{see_bench, see_device};
use super::machine::look_at_machine;
use super::mend::{MendOrder, Mended, mend, mend_view};
use super::mobile::inspect_mobile;
use super::news::News;
use super::report::{Report, Tone};
use super::running::{Beginning, Work};
use super::sight::see;
use super::tag::{bind_tag, fresh_tag};
use super::wipe::{WipeOrder, wipe};
use super::{check, danger_steps, hold, quarantine};
use crate::custody::JobFile;
use crate::event::intake::Danger;
use crate::job::JobNews;
use crate::port::Failure;
use crate::profile::Profile;
use crate::reading::DiskHealth;
use crate::unit::{DeviceId, JobId};
use crate::word::{Lang, Sentence, say};

/// Where news goes.
pub type Tell<'a> = &'a mut dyn FnMut(News);

/// A job that a screen asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobOrder {
    /// Wipe a disk of that device.
    Wipe(DeviceId, WipeOrder),
    /// Write an image to a disk of that device.
    Image(DeviceId, ImageOrder),
    /// Fit the image that is on a disk of that device.
    Fit(DeviceId, FitAgain),
}

/// Carries out one effect that the ledger and the machine answer at once; says nothing of the others.
pub fn carry_out(bench: &Bench<'_>, effect: &Effect, lang: Lang, tell: Tell<'_>) {
    let answer = match effect {
        Effect::Choose(device) => return tell_device(bench, device, tell),
        Effect::Refresh => return tell_bench(bench, tell),
        Effect::Find(text) => find(bench, text, tell),
        Effect::Receive(intake) => received(bench, intake, tell),
        Effect::Inspect(device) => {
            inspected(bench, device, lang, tell, &|found, profile| inspect(bench, found, profile))
        }
        Effect::InspectMobile(device, name) => {
            inspected(bench, device, lang, tell, &|found, profile| inspect_mobile(bench, found, profile, Some(name)))
        }
        Effect::See(sight) => see(bench, sight, lang).map(|seen| Answer::Seen(Box::new(seen))),
        Effect::ListDisks(device) => {
            bench.device(device).and_then(|found| bench.disk_views(None, Some(&found))).map(Answer::Disks)
        }
        Effect::ListInterrupted => interrupted(bench).map(Answer::Interrupted),
        Effect::ReadHealth(disk) => Ok(health(bench, disk)),
        Effect::BindTag { device, tag } => on_device(bench, device, tell, |found| {
            let tag = tag.clone().unwrap_or_else(|| fresh_tag(bench));
            Ok(bind_tag(bench, found, Some(tag))?.found)
        }),
        Effect::RecordCheck { device, answers } => on_device(bench, device, tell, |found| check(bench, found, answers)),
        Effect::Check(ask) => match carry_check(bench, ask) {
            Some(answer) => answer,
            None => return,
        },
        Effect::LookMend(device) => bench
            .device(device)
            .and_then(|found| mend_view(bench, &found, lang))
            .map(|view| Answer::Mend(Box::new(view))),
        Effect::Mend { device, order } => mended(bench, device, order, tell),
        Effect::Give { device, order } => given(bench, device, order, tell),
        Effect::Hold { device, reason } => on_device(bench, device, tell, |found| hold(bench, found, *reason)),
        Effect::Quarantine { device, danger } => {
            let done = on_device(bench, device, tell, |found| quarantine(bench, found, *danger));
            done.map(|answer| with_steps(answer, *danger))
        }
        Effect::Correct { changes, reason } => corrected(bench, changes, reason.as_deref(), tell),
        Effect::Door(order) => carry_door(bench, order, tell),
        Effect::Shift(order) => carry_shift(bench, order, tell),
        Effect::Shelve { devices, shelf } => Ok(shelved(bench, devices, shelf, tell)),
        Effect::Warehouse(order) => carry_warehouse(bench, order, tell),
        Effect::LookAtMachine => match machine_read(bench, lang, tell) {
            Ok(()) => return,
            Err(failure) => Err(failure),
        },
        Effect::Open(_)
        | Effect::Close
        | Effect::Home
        | Effect::Go(_)
        | Effect::Press(_)
        | Effect::Speak
        | Effect::Lesson(_)
        | Effect::ListImages
        | Effect::Certify(_)
        | Effect::StartWipe { .. }
        | Effect::StartImage { .. }
        | Effect::StartFit { .. }
        | Effect::Store(_)
        | Effect::CancelJob(_)
        | Effect::People(_)
        | Effect::Unlock(_)
        | Effect::Print(_)
        | Effect::Printer(_)
        | Effect::Scanner(_)
        | Effect::Day(_)
        | Effect::Settings(_)
        | Effect::Phone(_)
        | Effect::Stick(_)
        | Effect::SetUp(_)
        | Effect::Dismiss
        | Effect::Warn(_)
        | Effect::Power(_)
        | Effect::Quit => return,
    };
    tell(News::Answer(answer.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
}

/// A disk that cannot be found any more is as unknown as one that does not answer.
fn health(bench: &Bench<'_>, name: &str) -> Answer {
    let found = bench.pick_disk(name, None);
    let health = found.map_or_else(|failure| DiskHealth::unknown(failure.what), |disk| bench.health(&disk));
    Answer::Health { disk: name.to_owned(), health: Box::new(health) }
}

/// Tells what the bench shows; a failure becomes an alert.
pub(super) fn tell_bench(bench: &Bench<'_>, tell: Tell<'_>) {
    match see_bench(bench) {
        Ok(seen) => tell(News::Bench(Box::new(seen))),
        Err(failure) => alert(bench, &failure, tell),
    }
}

/// Tells of jobs that were begun and that nobody runs; each becomes an alert.
pub fn tell_orphans(bench: &Bench<'_>, tell: Tell<'_>) {
    let told = bench.orphans().and_then(|orphans| {
        if !orphans.is_empty() {
            let report = Report::new(Tone::Warn, say!("interrupted-alert", count = orphans.len() as u64));
            tell(News::Alert(Box::new(Alert { at: bench.clock.now(), about: None, report })));
        }
        for (job, file) in bench.left_behind()? {
            let report = Report::new(Tone::Warn, left_sentence(bench, &job, &file)?);
            tell(News::Alert(Box::new(Alert { at: bench.clock.now(), about: None, report })));
        }
        Ok(())
    });
    if let Err(failure) = told {
        alert(bench, &failure, tell);
    }
}

/// An unfinished job, and how to go on with it.
pub fn orphan_sentence(bench: &Bench<'_>, job: &JobId, file: &JobFile) -> Result<Sentence, Failure> {
    let tag = bench.device(&file.device)?.name();
    let (job, disk) = (job.as_str(), file.key.as_str());
    Ok(match &file.image {
        Some(image) => say!("orphan-image", job = job, tag = tag, disk = disk, image = image.id.as_str()),
        None => say!("orphan", job = job, tag = tag, disk = disk),
    })
}

/// A job that the machine of an earlier chain left unended.
pub fn left_sentence(bench: &Bench<'_>, job: &JobId, file: &JobFile) -> Result<Sentence, Failure> {
    let tag = bench.device(&file.device)?.name();
    Ok(say!("left-job", job = job.as_str(), tag = tag, disk = file.key.as_str()))
}

fn tell_device(bench: &Bench<'_>, device: &DeviceId, tell: Tell<'_>) {
    match see_device(bench, device) {
        Ok(chosen) => tell(News::Device(Box::new(chosen))),
        Err(failure) => alert(bench, &failure, tell),
    }
}

fn alert(bench: &Bench<'_>, failure: &Failure, tell: Tell<'_>) {
    tell(News::Alert(Box::new(Alert { at: bench.clock.now(), about: None, report: failure.into() })));
}

/// Makes the device the one that is meant, and tells all that is shown of it and the bench.
fn turn_to(bench: &Bench<'_>, device: &DeviceId, tell: Tell<'_>) {
    tell(News::Choosing(device.clone()));
    tell_anew(bench, device, tell);
}

/// Tells all that is shown of the bench, and of the device where it is still the one that is meant.
pub(super) fn tell_anew(bench: &Bench<'_>, device: &DeviceId, tell: Tell<'_>) {
    tell_bench(bench, tell);
    tell_device(bench, device, tell);
}

pub(super) fn meant(bench: &Bench<'_>, found: Found, tell: Tell<'_>) -> Answer {
    turn_to(bench, &found.id, tell);
    Answer::Found(Box::new(found))
}

/// Tells what this machine is. It takes seconds: the bench shows meanwhile that it is being read.
fn machine_read(bench: &Bench<'_>, lang: Lang, tell: Tell<'_>) -> Result<(), Failure> {
    tell(News::Busy(Some(say!("busy-machine"))));
    let seen = look_at_machine(bench, lang);
    tell(News::Busy(None));
    tell(News::Machine(Box::new(seen?)));
    Ok(())
}

fn received(bench: &Bench<'_>, intake: &Intake, tell: Tell<'_>) -> Result<Answer, Failure> {
    let tag = intake.incoming.tag.as_ref();
    let received = take_in(bench, intake).map_err(|failure| with_bearer(bench, failure, tag))?;
    turn_to(bench, &received.found.id, tell);
    let what = say!("received", tag = received.tag.to_string(), lot = received.lot.as_str());
    Ok(Answer::Done(Report::new(Tone::Good, what)))
}

fn inspected(
    bench: &Bench<'_>,
    device: &DeviceId,
    lang: Lang,
    tell: Tell<'_>,
    inspect: &dyn Fn(&Found, Profile) -> Result<Inspected, Failure>,
) -> Result<Answer, Failure> {
    let found = bench.device(device)?;
    tell(News::Busy(Some(say!("busy-inspecting", tag = found.name()))));
    let done = load_profile(bench, None, found.file.kind).and_then(|profile| inspect(&found, profile));
    tell(News::Busy(None));
    let inspected = done?;
    tell_anew(bench, device, tell);
    Ok(Answer::Inspected(Box::new(view_of(&inspected, lang))))
}

fn view_of(inspected: &Inspected, lang: Lang) -> InspectedView {
    InspectedView {
        judged: inspected.judgement.verdict,
        verdict: verdict_sentence(inspected, lang),
        fix: inspected.judgement.fix_sentence(),
        lines: inspection_page(inspected, lang, false),
    }
}

/// The reference that is to be written on paper stands with how the device stands now.
fn given(bench: &Bench<'_>, device: &DeviceId, order: &GiveOrder, tell: Tell<'_>) -> Result<Answer, Failure> {
    let mut recipient = None;
    let answer = on_device(bench, device, tell, |found| {
        let found = give(bench, found, order)?;
        recipient.clone_from(&found.file.recipient);
        Ok(found)
    })?;
    let Answer::Done(mut report) = answer else { return Ok(answer) };
    report.hint = recipient.map(|recipient| say!("give-write-down", recipient = recipient.as_str()));
    Ok(Answer::Done(report))
}

/// The same, with what to do with a dangerous device.
fn with_steps(answer: Answer, danger: Option<Danger>) -> Answer {
    let Answer::Done(mut report) = answer else { return answer };
    report.lines.extend(danger.map(danger_steps).into_iter().flatten());
    Answer::Done(report)
}

fn mended(bench: &Bench<'_>, device: &DeviceId, order: &MendOrder, tell: Tell<'_>) -> Result<Answer, Failure> {
    match mend(bench, &bench.device(device)?, order)? {
        Mended::Password(lock, password) => {
            tell_anew(bench, device, tell);
            Ok(Answer::Password(lock, password))
        }
        Mended::Taken(found, part) => {
            tell_anew(bench, device, tell);
            let what = say!("mend-taken", part = part.as_str());
            let mut report = Report::new(Tone::Good, what);
            report.lines.push(say!("device-stands", tag = found.name(), stage = stands(&found)));
            Ok(Answer::Taken(part, report))
        }
        Mended::Done(found, lines) => {
            tell_anew(bench, device, tell);
            let what = say!("device-stands", tag = found.name(), stage = stands(&found));
            let mut report = Report::new(Tone::Good, what);
            report.lines.extend(lines);
            Ok(Answer::Done(report))
        }
    }
}

fn corrected(bench: &Bench<'_>, changes: &[Change], reason: Option<&str>, tell: Tell<'_>) -> Result<Answer, Failure> {
    let done = correct(bench, changes, reason)?;
    tell_bench(bench, tell);
    for found in &done {
        if !found.file.withdrawn {
            tell_device(bench, &found.id, tell);
        } else if let Some(other) = bench.index.recent(1)?.first() {
            // Nobody works on what was never here.
            turn_to(bench, &other.device, tell);
        }
    }
    Ok(Answer::Done(Report::new(Tone::Good, say!("corrected", count = done.len() as u64))))
}

/// How a device stands: danger before waiting before its stage.
fn stands(found: &Found) -> Sentence {
    match (found.file.quarantined, found.file.held) {
        (Some(_), _) => say!("state-quarantined"),
        (None, Some(_)) => say!("state-held"),
        (None, None) => found.file.stage().sentence(),
    }
}

fn on_device(
    bench: &Bench<'_>,
    device: &DeviceId,
    tell: Tell<'_>,
    work: impl FnOnce(&Found) -> Result<Found, Failure>,
) -> Result<Answer, Failure> {
    let found = work(&bench.device(device)?)?;
    tell_anew(bench, device, tell);
    let what = say!("device-stands", tag = found.name(), stage = stands(&found));
    Ok(Answer::Done(Report::new(Tone::Good, what)))
}

/// Runs a job to its recorded end, telling its news. Refused before its start is recorded, it never began. The bench is not
/// told anew here: whoever armed the job is at this thread's bench, and may be gone from the other.
pub fn run_job(bench: &Bench<'_>, job: u64, order: &JobOrder, cancel: &dyn Fn() -> bool, tell: Tell<'_>) {
    let (device, disk, work) = match order {
        JobOrder::Wipe(device, order) => (device, &order.disk, Work::Wipe),
        JobOrder::Image(device, order) => {
            let name = order.manifest.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (device, &order.disk, Work::Image(name))
        }
        JobOrder::Fit(device, order) => (device, &order.disk, Work::Fit),
    };
    let mut is_begun = false;
    let done = bench.device(device).and_then(|found| {
        let beginning = Beginning { job, device: device.clone(), name: found.name(), disk: disk.clone(), work };
        let mut begin = |tell: Tell<'_>| {
            if !is_begun {
                tell(News::JobBegan(Box::new(beginning.clone())));
                tell(News::Answer(Answer::Began(job)));
                is_begun = true;
            }
        };
        let mut hear = |news: JobNews| {
            begin(&mut *tell);
            tell(News::Job { job, news });
        };
        let (report, fitted) = match order {
            JobOrder::Wipe(_, order) => (Report::of_wipe(&wipe(bench, &found, order, cancel, &mut hear)?), None),
            JobOrder::Image(_, order) => {
                let imaged = image(bench, &found, order, cancel, &mut hear)?;
                (Report::of_image(&imaged), imaged.fitted)
            }
            JobOrder::Fit(_, order) => {
                let fitted = fit_again(bench, &found, order, cancel, &mut hear)?;
                (Report::of_fit(&fitted, &found.name()), Some(fitted))
            }
        };
        // One that failed before its first news was recorded all the same.
        begin(&mut *tell);
        let password = fitted.and_then(|fitted| fitted.password).map(|password| (found.name(), password));
        Ok((report, password))
    });
    match done {
        Ok((report, password)) => {
            tell(News::JobEnded { job, report });
            if let Some((tag, password)) = password {
                tell(News::Answer(Answer::OneTime(tag, password)));
            }
        }
        Err(failure) if is_begun => tell(News::JobEnded { job, report: (&failure).into() }),
        Err(failure) => tell(News::Answer(Answer::NotBegun((&failure).into()))),
    }
}
