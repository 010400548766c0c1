//! Fitting: a written image is made to fill its disk, and the machine is set for its first start.
//!
//! Invariants: it begins only after the verdict on the write, and every program it runs finds the disk to be the armed one;
//! nothing counts as done before it was read again from the medium; whatever fails is named, and what was done is kept, so
//! that it can be gone on with however it ended. A file system that cannot be grown is found out before its partition is.

use super::fit_table::Held;
use super::news::{JobNews, Phase};
use super::run::{Stop, io_failure};
use crate::device::Armed;
use crate::event::image::{FitStep, SettingLeft};
use crate::imaging::{FirstBoot, FitPlan, Grow, HEAD, Manifest, Stays, TableStep, Wish, file_system, fit_plan};
use crate::port::{Disks, Failure, Trouble};
use crate::unit::Bytes;
use crate::word::{Sentence, say};

/// What is to be done.
pub struct FitOrder<'a> {
    /// The image.
    pub manifest: &'a Manifest,
    /// The settings for the first start.
    pub first_boot: &'a FirstBoot,
    /// The machine's tag as it is printed.
    pub tag: &'a str,
    /// The hash of the password, where there is to be one.
    pub hash: Option<&'a str>,
    /// Whether an earlier run may have been stopped: then what it left half-way is finished.
    pub again: bool,
}

/// Why something was left as the image has it, though nobody asked for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitNote {
    /// Neither a partition table nor a file system that is known here stands on the disk.
    NoTable,
    /// The last partition does not grow.
    Stays(Stays),
    /// There is no Linux system whose first start could be set.
    NoLinux,
}

impl FitNote {
    /// Its word in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoTable => "no_table",
            Self::Stays(Stays::Extended) => "last_is_logical",
            Self::Stays(Stays::UnknownSystem) => "unknown_file_system",
            Self::Stays(Stays::NoBtrfs) => "no_btrfs",
            Self::NoLinux => "no_linux",
        }
    }

    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::NoTable => say!("fit-no-table"),
            Self::Stays(stays) => say!("fit-stays", why = stays.sentence()),
            Self::NoLinux => say!("fit-no-linux"),
        }
    }
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FitOutcome {
    /// What was done and seen again.
    pub done: Vec<FitStep>,
    /// Settings that the image cannot take.
    pub left: Vec<SettingLeft>,
    /// What else stays as it is, and why.
    pub notes: Vec<FitNote>,
    /// Whether a person stopped it.
    pub cancelled: bool,
    /// Why it does not fit.
    pub failure: Option<Failure>,
}

/// The ports that fitting runs on.
pub struct FitRun<'a> {
    /// The disks.
    pub disks: &'a dyn Disks,
    /// The written one; nobody holds it open.
    pub armed: &'a Armed,
    /// Random bytes for ids.
    pub fresh: &'a mut dyn FnMut() -> [u8; 16],
    /// Whether a person wants it stopped; asked between two programs.
    pub cancel: &'a dyn Fn() -> bool,
    /// Who watches.
    pub news: &'a mut dyn FnMut(JobNews),
}

/// Fits the image on the armed disk. What was done before stays done: it can be called again.
pub fn fit(order: &FitOrder<'_>, run: &mut FitRun<'_>) -> FitOutcome {
    (run.news)(JobNews::Phase(Phase::Fit));
    let mut fitting = Fitting { order, run, outcome: FitOutcome::default() };
    let end = fitting.all();
    let mut outcome = fitting.outcome;
    match end {
        Ok(()) => {}
        Err(Stop::Cancelled) => outcome.cancelled = true,
        Err(Stop::Failed(failure)) => outcome.failure = Some(failure),
    }
    outcome
}

pub(super) struct Fitting<'w, 'r> {
    pub(super) order: &'w FitOrder<'w>,
    pub(super) run: &'w mut FitRun<'r>,
    pub(super) outcome: FitOutcome,
}

impl Fitting<'_, '_> {
    fn all(&mut self) -> Result<(), Stop> {
        let Some(held) = self.fill_disk()? else {
            return self.nothing_to_set(FitNote::NoTable);
        };
        self.stop_if_cancelled()?;
        if !self.order.manifest.fit.as_it_is {
            let linux = self.settle(&held)?;
            self.stop_if_cancelled()?;
            let windows = match &self.order.manifest.windows {
                Some(_note) => Some(self.settle_windows(&held)?),
                None => None,
            };
            match (&linux, &windows) {
                (None, None) => self.nothing_to_set(FitNote::NoLinux)?,
                _some => self.leave(linux, windows)?,
            }
        }
        self.stop_if_cancelled()?;
        self.put_files(&held)?;
        self.stop_if_cancelled()?;
        self.boot(&held)
    }

    pub(super) fn stop_if_cancelled(&self) -> Result<(), Stop> {
        if (self.run.cancel)() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    pub(super) fn name(&self) -> &str {
        &self.run.armed.disk().name
    }

    /// What the station asks of every image is left where nothing can take it; what this image asks for itself is not.
    pub(super) fn nothing_to_set(&mut self, why: FitNote) -> Result<(), Stop> {
        let fit = &self.order.manifest.fit;
        let sets = !fit.as_it_is && fit.first_boot != FirstBoot::default();
        let needs_table = !fit.files.is_empty() || fit.unique_ids || fit.grow == Some(Grow::Now);
        if sets || why == FitNote::NoTable && needs_table {
            return Err(Failure::new(Trouble::No, why.sentence()).hint(say!("fit-left-hint")).into());
        }
        self.outcome.notes.push(why);
        Ok(())
    }

    /// Makes table, last partition and its file system reach the disk's end. None where nothing known stands on the disk.
    fn fill_disk(&mut self) -> Result<Option<Vec<Held>>, Stop> {
        let Some((table, held)) = self.read_table()? else { return Ok(None) };
        let wish = &self.order.manifest.fit;
        let last = held.last().and_then(|held| held.seen);
        let mut plan = {
            let fresh: Option<&mut dyn FnMut() -> [u8; 16]> =
                if wish.unique_ids { Some(&mut *self.run.fresh) } else { None };
            fit_plan(table.clone(), last, wish.grow, fresh).map_err(refused)?
        };
        if plan.fills
            && let Some(held) = held.last()
            && let Err(failure) = self.may_grow(held, &plan)
        {
            // Where nobody asked for it, the rest goes on without what this machine cannot mount.
            if failure.what != Stays::NoBtrfs.sentence() || wish.grow == Some(Grow::Now) {
                return Err(failure.into());
            }
            let fresh: Option<&mut dyn FnMut() -> [u8; 16]> =
                if wish.unique_ids { Some(&mut *self.run.fresh) } else { None };
            plan = fit_plan(table, last, Some(Grow::No), fresh).map_err(refused)?;
            plan.stays = Some(Stays::NoBtrfs);
        }
        self.stop_if_cancelled()?;
        self.write_table(&plan)?;
        self.outcome.notes.extend(plan.stays.map(FitNote::Stays));
        let held = held.into_iter().zip(&plan.partitions);
        let held: Vec<Held> = held.map(|(held, partition)| Held { partition: *partition, ..held }).collect();
        self.stop_if_cancelled()?;
        if let Some(last) = held.last().filter(|_| plan.fills) {
            self.fill(last)?;
        }
        Ok(Some(held))
    }

    /// Whether the file system can be grown, before its partition is. What an earlier run left half-way is finished first.
    fn may_grow(&mut self, held: &Held, plan: &FitPlan) -> Result<(), Failure> {
        let Some((seen, last)) = held.seen.zip(plan.partitions.last()) else { return Ok(()) };
        let grows = plan.steps.contains(&TableStep::Grows);
        let lacks = seen.size.zip(seen.filling(last.length)).is_some_and(|(size, whole)| size < whole);
        let mut volume = self.run.disks.volume(self.run.armed, held.partition, seen.kind)?;
        match (self.order.again && !grows, lacks) {
            (true, _) => volume.finish(),
            (false, true) => volume.ready(),
            (false, false) => Ok(()),
        }
    }

    /// Grows the file system to the end of its partition.
    fn fill(&mut self, held: &Held) -> Result<(), Stop> {
        let Some(seen) = held.seen else { return Ok(()) };
        let Some((size, whole)) = seen.size.zip(seen.filling(held.partition.length)) else { return Ok(()) };
        if size >= whole {
            return Ok(());
        }
        let mut volume = self.run.disks.volume(self.run.armed, held.partition, seen.kind)?;
        volume.check()?;
        volume.grow(whole)?;
        volume.check()?;
        drop(volume);
        let mut io = self.run.disks.open(self.run.armed)?;
        io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = self.name()), &error))?;
        let begins = self.read(io.as_mut(), held.partition.at, (HEAD as u64).min(held.partition.length.0))?;
        if file_system(&begins).and_then(|now| now.size) != Some(whole) {
            let what = say!("fit-reads-back-wrong", what = say!("fit-system"));
            return Err(Failure::new(Trouble::No, what).into());
        }
        self.outcome.done.push(FitStep::SystemGrown);
        Ok(())
    }

    pub(super) const fn wish(&self) -> Wish<'_> {
        Wish { first_boot: self.order.first_boot, tag: self.order.tag, hash: self.order.hash }
    }
}

fn refused(error: crate::imaging::FitPlanError) -> Failure {
    Failure::new(Trouble::No, error.sentence()).detail(error)
}

/// The least that a table and a file system begin with.
pub(super) const EDGE: Bytes = Bytes::mib(1);
