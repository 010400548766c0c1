//! The threads behind the screen: one clerk for what is quick, in order, and one thread for each job.
//!
//! Invariants: each has a bench of its own; a panic is caught and told as a failure, never as a silence.

use super::desk::Room;
use super::terminal::last_panic;
use super::{images, with_bench};
use crate::port::{Failure, Trouble};
use crate::store::{KeyFile, Store, read_key};
use crate::word::say;
use crate::workbench::{Answer, Bench, Effect, JobOrder, News, Report, carry_out, run_job, tell_orphans};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

/// A bench of this thread's own.
fn at_bench(room: &Room<'_>, work: impl FnOnce(&Bench<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
    let folder = room.opening.folder;
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, |bench, _settings| {
        if let Some(by) = &room.opening.by {
            bench.by = by.clone();
        }
        work(bench)
    })
}

/// The clerk's thread: quick work, in order.
pub(super) fn keep(room: &Room<'_>, orders: &Receiver<Effect>, send: &dyn Fn(News)) {
    let mut tell = |news| send(news);
    let kept = caught(|| {
        at_bench(room, |bench| {
            tell_orphans(bench, &mut tell);
            for effect in orders {
                match effect {
                    Effect::ListImages => {
                        let answer = images::list(&room.opening.images).map(Answer::Images);
                        let answer = answer.unwrap_or_else(|failure| Answer::Refused((&failure).into()));
                        tell(News::Answer(answer));
                    }
                    other @ (Effect::Open(_)
                    | Effect::Close
                    | Effect::Home
                    | Effect::Choose(_)
                    | Effect::Find(_)
                    | Effect::Refresh
                    | Effect::Receive(_)
                    | Effect::Inspect(_)
                    | Effect::ListDisks(_)
                    | Effect::StartWipe { .. }
                    | Effect::StartImage { .. }
                    | Effect::CancelJob(_)
                    | Effect::BindTag { .. }
                    | Effect::RecordCheck { .. }
                    | Effect::Hold { .. }
                    | Effect::Quarantine { .. }
                    | Effect::Dismiss
                    | Effect::Quit) => carry_out(bench, &other, room.lang, &mut tell),
                }
            }
            Ok(())
        })
    });
    if let Err(failure) = kept {
        tell(News::Answer(Answer::Refused((&failure).into())));
    }
}

/// A job's thread.
pub(super) fn run(room: &Room<'_>, job: u64, order: &JobOrder, stop: &AtomicBool, send: &dyn Fn(News)) {
    let mut tell = |news| send(news);
    let cancel = || stop.load(Ordering::Relaxed);
    let ran = caught(|| {
        at_bench(room, |bench| {
            run_job(bench, job, order, &cancel, &mut tell);
            Ok(())
        })
    });
    if let Err(failure) = ran {
        let report = Report::from(&failure);
        tell(News::Answer(Answer::Refused(report.clone())));
        tell(News::JobEnded { job, report });
    }
}

/// The work's own result; a panic in it as a failure that says where.
fn caught(work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_panic| {
        let what = say!("job-broke");
        let failure = Failure::new(Trouble::Io, what).hint(say!("job-broke-hint"));
        Err(failure.because(last_panic().unwrap_or_default()))
    })
}
