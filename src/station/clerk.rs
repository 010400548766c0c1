//! The threads behind the screen: one clerk for what is quick, in order, and one thread for each job and safety copy.
//!
//! Invariants: each has a bench of its own; a panic is caught and told as a failure, never as a silence; over a broken order
//! the clerk goes on with the next, by whoever was there before.

use super::desk::Room;
use super::folder::own_words;
use super::terminal::last_panic;
use super::{day, images, log, phone, printers, scanner, settings, stick_desk, vault, with_bench};
use crate::event::By;
use crate::job::ImageSource;
use crate::linux::removable_places;
use crate::port::{Failure, Trouble};
use crate::store::{KeyFile, Store, read_key};
use crate::unit::{Bytes, DeviceId, Secret};
use crate::word::{Words, say};
use crate::workbench::{
    Answer, Bench, Certified, CheckOrder, CheckTold, DayLook, DayOrder, Effect, JobOrder, News, Period, PlaceSeen,
    Report, StickOrder, StickTold, Tell, Tone, carry_close, carry_out, carry_people, certify_all, day_left, day_status,
    export_day, image_source, run_job, run_tests, summarize, tell_orphans,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// How often a test that waits for an answer looks up whether anybody is still there.
const LOOK: Duration = Duration::from_millis(250);

/// A bench of this thread's own, with that person at it; with the station's own where none is named.
pub(super) fn at_bench(
    room: &Room<'_>,
    by: Option<&By>,
    work: impl FnOnce(&mut Bench<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let folder = room.opening.folder;
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, |bench, _settings| {
        if let Some(by) = by {
            bench.by = by.clone();
        }
        work(bench)
    })
}

/// The clerk's thread: quick work, in order; each order has a number, with which what comes of it is sent. Errors: there is
/// no bench to work at.
pub(super) fn keep(room: &Room<'_>, orders: &Receiver<(u64, Effect)>, send: &dyn Fn(u64, News)) -> Result<(), Failure> {
    let told = |about, news| {
        log::news(&news);
        send(about, news);
    };
    caught(|| {
        at_bench(room, None, |bench| {
            let nobody = bench.by.clone();
            if let Some(by) = &room.opening.by {
                bench.by = by.clone();
            }
            tell_orphans(bench, &mut |news| told(0, news));
            for (number, effect) in orders {
                let before = bench.by.clone();
                let mut tell = |news| told(number, news);
                if !is_whole(&mut tell, |tell| do_order(room, bench, &nobody, &effect, tell)) {
                    // Whoever signed one thing must not stay.
                    bench.by = before;
                }
            }
            Ok(())
        })
    })
}

/// Whether the work came to its end; what broke is told as a refusal, and nothing is being done any more.
fn is_whole(tell: Tell<'_>, work: impl FnOnce(Tell<'_>)) -> bool {
    let done = caught(|| {
        work(&mut *tell);
        Ok(())
    });
    if let Err(failure) = &done {
        tell(News::Busy(None));
        tell(News::Answer(Answer::Refused(failure.into())));
    }
    done.is_ok()
}

fn do_order(room: &Room<'_>, bench: &mut Bench<'_>, nobody: &By, effect: &Effect, tell: Tell<'_>) {
    let answer = match effect {
        Effect::ListImages => images::list(&room.opening.images).map(Answer::Images),
        Effect::Store(order) => return tell(News::Answer(images::carry(room, bench, order))),
        Effect::Certify(device) => certified(room, bench, device),
        Effect::Unlock(passphrase) => unlock(room, bench, passphrase),
        Effect::Settings(order) => settings::carry(room.opening.folder, bench, order),
        // A printer may have been named at another terminal since.
        Effect::Print(order) => {
            settings::keep_up(room.opening.folder, bench).and_then(|()| printers::carry(room, bench, order))
        }
        Effect::Printer(order) => {
            settings::keep_up(room.opening.folder, bench).and_then(|()| printers::keep(room, bench, order))
        }
        Effect::Scanner(order) => scanner::carry(room.opening.folder, order),
        Effect::Phone(order) => phone::carry(room, bench, order),
        Effect::Stick(StickOrder::Summary(device)) => summary(room, bench, device),
        Effect::Stick(_) => stick_desk::look(room.opening.folder, bench),
        Effect::Day(DayOrder::Look) => look(bench),
        Effect::Day(DayOrder::Export(period)) => exported(room, bench, *period),
        Effect::People(order) => return carry_people(bench, nobody, order, tell),
        Effect::Refresh => {
            // Settings that do not read now leave the bench as it was; whoever wrote them is told.
            if let Err(failure) = settings::keep_up(room.opening.folder, bench) {
                log::failed(&failure);
            }
            return carry_out(bench, effect, room.lang(), tell);
        }
        Effect::Open(_)
        | Effect::Close
        | Effect::Home
        | Effect::Go(_)
        | Effect::Press(_)
        | Effect::Speak
        | Effect::Lesson(_)
        | Effect::Choose(_)
        | Effect::Find(_)
        | Effect::Receive(_)
        | Effect::Inspect(_)
        | Effect::InspectMobile(..)
        | Effect::See(_)
        | Effect::ListDisks(_)
        | Effect::ListInterrupted
        | Effect::ReadHealth(_)
        | Effect::StartWipe { .. }
        | Effect::StartImage { .. }
        | Effect::StartFit { .. }
        | Effect::CancelJob(_)
        | Effect::BindTag { .. }
        | Effect::RecordCheck { .. }
        | Effect::LookMend(_)
        | Effect::Mend { .. }
        | Effect::Correct { .. }
        | Effect::Check(_)
        | Effect::Give { .. }
        | Effect::Hold { .. }
        | Effect::Quarantine { .. }
        | Effect::Shelve { .. }
        | Effect::Warehouse(_)
        | Effect::Door(_)
        | Effect::Shift(_)
        | Effect::Day(DayOrder::Close(_))
        | Effect::SetUp(_)
        | Effect::LookAtMachine
        | Effect::Power(_)
        | Effect::Dismiss
        | Effect::Warn(_)
        | Effect::Quit => return carry_out(bench, effect, room.lang(), tell),
    };
    tell(News::Answer(answer.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
}

/// Writes the certificates of the device's wipes into the station's folder, without names.
fn certified(room: &Room<'_>, bench: &Bench<'_>, device: &DeviceId) -> Result<Answer, Failure> {
    let folder = room.opening.folder.path();
    let (to, key) = (folder.join("certificates"), read_key(folder, KeyFile::Station)?);
    let made = certify_all(bench, &bench.device(device)?, &to, &key, false)?;
    let line = |made: &Certified| {
        say!("certificate-written", json = made.json.display().to_string(), pdf = made.pdf.display().to_string())
    };
    let what = say!("certificates-made", count = made.len() as u64, folder = to.display().to_string());
    let mut report = Report::new(Tone::Good, what);
    report.lines.extend(made.iter().map(line));
    Ok(Answer::Done(report))
}

/// The device's summary, signed by this start of the machine.
fn summary(room: &Room<'_>, bench: &Bench<'_>, device: &DeviceId) -> Result<Answer, Failure> {
    let key = read_key(room.opening.folder.path(), KeyFile::Station)?;
    summarize(bench, device, &key).map(|message| StickTold::Summary(message).into())
}

/// Writes the work of these days into the station's folder, without names.
fn exported(room: &Room<'_>, bench: &Bench<'_>, period: Period) -> Result<Answer, Failure> {
    let folder = room.opening.folder.path();
    let own = own_words(Some(folder), room.lang())?;
    let embedded = || {
        Words::new(room.lang(), None).map_err(|error| Failure::new(Trouble::BadData, say!("job-broke")).because(error))
    };
    let words = own.map_or_else(embedded, Ok)?;
    export_day(bench, period, folder, &words)
}

/// Opens the vault for as long as the machine is on.
fn unlock(room: &Room<'_>, bench: &Bench<'_>, passphrase: &Secret) -> Result<Answer, Failure> {
    let none = || Failure::new(Trouble::BadData, say!("summary-broken")).hint(say!("summary-broken-hint"));
    vault::unlock(room.opening.folder.path(), bench.station()?.id.ok_or_else(none)?, passphrase)?;
    Ok(Answer::Done(Report::new(Tone::Good, say!("vault-is-open"))))
}

/// How far the work is from its last safety copy, and which sticks are there.
fn look(bench: &Bench<'_>) -> Result<Answer, Failure> {
    break_where_asked("clerk");
    let (status, left) = (day_status(bench.index)?, day_left(bench.index)?);
    // Where the kernel tells of no sticks, a folder can still be typed.
    let places = removable_places(Path::new("/")).unwrap_or_default();
    let places = places.into_iter().map(|(folder, name)| PlaceSeen { folder, name }).collect();
    Ok(Answer::Day(Box::new(DayLook { status, left, places })))
}

/// The thread that closes a day, by whoever was there when it was asked for.
pub(super) fn close(room: &Room<'_>, by: Option<&By>, to: &Path, stop: &AtomicBool, send: &dyn Fn(News)) {
    let mut tell = |news| send(news);
    let cancel = || stop.load(Ordering::Relaxed);
    let closed = caught(|| {
        at_bench(room, by, |bench| {
            let keeper = day::keeper(room.opening.folder, bench)?;
            carry_close(bench, &keeper, to, &cancel, &mut tell);
            Ok(())
        })
    });
    if let Err(failure) = closed {
        tell(News::Busy(None));
        let locked = failure.is_vault_locked();
        tell(News::Answer(if locked { Answer::VaultLocked } else { Answer::NotClosed((&failure).into()) }));
    }
}

/// A job's thread: the job is of whoever armed it, whoever is there later.
pub(super) fn run(
    room: &Room<'_>,
    by: Option<&By>,
    job: u64,
    order: &JobOrder,
    stop: &AtomicBool,
    send: &dyn Fn(News),
) {
    let mut tell = |news| {
        log::news(&news);
        send(news);
    };
    let cancel = || stop.load(Ordering::Relaxed);
    let ran = caught(|| {
        at_bench(room, by, |bench| {
            let source = source(bench, order).map(|source| (source.decoded(), source));
            run_job(bench, job, order, &cancel, &mut tell);
            if let Some((before, source)) = source {
                log::decoded(Bytes(source.decoded().0.saturating_sub(before.0)));
            }
            Ok(())
        })
    });
    if let Err(failure) = ran {
        let report = Report::from(&failure);
        tell(News::Answer(Answer::NotBegun(report.clone())));
        tell(News::JobEnded { job, report });
    }
}

/// What the image is decoded by for everybody who writes it now, to be counted at the end; none where none is written, or
/// it has no index.
fn source(bench: &Bench<'_>, order: &JobOrder) -> Option<Arc<ImageSource>> {
    let JobOrder::Image(_, order) = order else { return None };
    // What is wrong with it, the job itself tells.
    image_source(bench, &order.image, &order.manifest).ok().flatten()
}

/// The thread of function tests: what they come to is recorded by whoever began them.
pub(super) fn test(
    room: &Room<'_>,
    by: Option<&By>,
    (device, order): (&DeviceId, &CheckOrder),
    answers: &Receiver<&'static str>,
    stop: &AtomicBool,
    send: &dyn Fn(News),
) {
    let mut tell = |news| send(news);
    let is_left = || stop.load(Ordering::Relaxed);
    let next = || loop {
        match answers.recv_timeout(LOOK) {
            Ok(answer) => return Some(answer),
            Err(RecvTimeoutError::Timeout) if !is_left() => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    };
    let done = caught(|| {
        at_bench(room, by, |bench| {
            run_tests(bench, device, order, &next, &is_left, &mut tell);
            Ok(())
        })
    });
    if let Err(failure) = done {
        let over = CheckTold::Over(Some((&failure).into()));
        tell(News::Answer(Answer::Check(Box::new(over))));
    }
}

/// The work's own result; a panic in it as a failure that says where.
pub(super) fn caught(work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_panic| {
        let what = say!("job-broke");
        let failure = Failure::new(Trouble::Io, what).hint(say!("job-broke-hint"));
        Err(failure.because(last_panic().unwrap_or_default()))
    })
}

/// For the tests of what a panic there leaves behind.
#[cfg(debug_assertions)]
#[track_caller]
pub(super) fn break_where_asked(place: &str) {
    assert!(std::env::var_os("AOXANH_BREAK").is_none_or(|asked| asked != *place), "asked to break");
}

#[cfg(not(debug_assertions))]
pub(super) const fn break_where_asked(_place: &str) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_breaks_is_told_as_a_refusal_and_nothing_is_being_done_any_more() {
        let mut told = Vec::new();
        let mut tell = |news| told.push(news);
        assert!(is_whole(&mut tell, |tell| tell(News::Dismissed)));
        let is_whole = is_whole(&mut tell, |tell| {
            tell(News::Busy(Some(say!("bench-reading"))));
            panic!("a reason to panic");
        });
        assert!(!is_whole);
        let [News::Dismissed, News::Busy(Some(_)), News::Busy(None), News::Answer(Answer::Refused(report))] =
            told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!(report.lines[0].key(), "job-broke");
    }
}
