//! Several practice disks wiped at once in one process, as the bench screen does it: each job on a thread and at a bench of
//! its own.
//!
//! Invariants: only in a practice station; every disk is armed by its own code; whatever is not erased is an error.

use super::folder::Folder;
use super::with_bench;
use crate::cli::{MeasureWipesArgs, Out};
use crate::linux::SystemClock;
use crate::port::{Clock, Failure, Trouble};
use crate::store::{KeyFile, Store, read_key};
use crate::word::say;
use crate::workbench::{WipeOrder, wipe, wipe_worth};
use std::thread::{Builder, scope};

/// `aoxanh measure wipes`. Errors: of the first disk that was not erased; all others are gone on with.
pub(super) fn wipes(folder: &Folder, args: &MeasureWipesArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let clock = SystemClock::new();
    let began = clock.elapsed();
    scope(|scope| {
        let jobs: Vec<_> = args
            .disks
            .iter()
            .map(|disk| Builder::new().name("job".to_owned()).spawn_scoped(scope, move || one(folder, args, disk)))
            .collect();
        let ends = jobs.into_iter().map(|job| match job {
            Ok(job) => job.join().unwrap_or_else(|_panic| Err(Failure::new(Trouble::Io, say!("job-broke")))),
            Err(error) => Err(Failure::new(Trouble::TryAgain, say!("job-no-thread")).because(error)),
        });
        ends.collect::<Vec<_>>().into_iter().collect::<Result<(), _>>()
    })?;
    let (disks, took) = (args.disks.len() as u64, clock.elapsed().saturating_sub(began).as_millis());
    let took = u64::try_from(took).unwrap_or(u64::MAX);
    out.object("wiped_at_once", serde_json::json!({ "disks": disks, "millis": took }))?;
    out.say(&say!("measure-wiped", disks = disks, millis = took))
}

fn one(folder: &Folder, args: &MeasureWipesArgs, disk: &(String, String)) -> Result<(), Failure> {
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, |bench, _settings| {
        let found = bench.find(&args.device)?;
        let (disk, code) = disk.clone();
        let order = WipeOrder { disk, method: Some(args.method.clone()), confirm: Some(code), ..WipeOrder::default() };
        wipe_worth(&wipe(bench, &found, &order, &|| false, &mut |_news| {})?).map(|_lines| ())
    })
}
