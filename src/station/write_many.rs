//! One image to many disks at once: each on a thread and at a bench of its own, with a start, an end and a verdict of its
//! own; what they write comes from one source.
//!
//! Invariants: none waits for another, but that they set out together, and for that not long; one that fails or hangs is
//! told when it ends, and the others are done by then.

use super::beside::{Told, beside};
use super::folder::Folder;
use super::signal::Interrupt;
use super::with_bench;
use crate::cli::{ImageWriteArgs, ManyTold, Out, WriteTarget};
use crate::event::By;
use crate::job::JobNews;
use crate::port::Failure;
use crate::store::{KeyFile, Store, read_key};
use crate::workbench::{Bench, ImageOrder, Imaged, chosen_image, image, image_source};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// As long as who is ready waits for who is not, before its first byte.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many have not set out yet. Those who set out together are in step, and what one has decoded the others have too.
struct Party(Mutex<usize>, Condvar);

impl Party {
    /// One more is ready, or will never be.
    fn come(&self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_sub(1);
        self.1.notify_all();
    }

    /// Waits for the others, not long.
    fn wait(&self) {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _waited = self.1.wait_timeout_while(left, PATIENCE, |left| *left > 0);
    }
}

/// Its place among those who set out together. Whoever drops it will never be ready, and is not waited for.
struct Place<'a> {
    party: &'a Party,
    is_ready: bool,
}

impl Place<'_> {
    fn come(&mut self) {
        if !std::mem::replace(&mut self.is_ready, true) {
            self.party.come();
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.come();
    }
}

/// `aoxanh image write … --also …`, by whoever is at that bench. Errors: the image; one of the disks is not written.
pub(super) fn write(
    args: &ImageWriteArgs,
    folder: &Folder,
    bench: &Bench<'_>,
    cancel: &Interrupt,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let targets = args.targets()?;
    // Kept to the end: the threads find it, and what was decoded is counted in it.
    let (file, manifest) = chosen_image(bench, &args.image, args.manifest.as_deref());
    let source = image_source(bench, &file, &manifest)?;
    let began = bench.clock.elapsed();
    let mut told = ManyTold::new(targets.clone());
    let party = Party(Mutex::new(targets.len()), Condvar::new());
    let by = &bench.by;
    let work = |target: &WriteTarget, tell: &mut dyn FnMut(JobNews)| {
        let mut place = Place { party: &party, is_ready: false };
        let mut tell = |news| {
            if !place.is_ready {
                place.come();
                party.wait();
            }
            tell(news);
        };
        one(args, folder, by, target, cancel, &mut tell).map(Box::new)
    };
    beside(&targets, &work, &mut |number, said| match said {
        Told::News(news) => {
            told.hear(number, &news, out);
            Ok(())
        }
        Told::End(Ok(imaged)) => told.end(number, Ok(&imaged), out),
        Told::End(Err(failure)) => told.end(number, Err(failure), out),
    })?;
    let took = bench.clock.elapsed().saturating_sub(began);
    told.close(source.map(|source| source.decoded()), took, out)
}

fn one(
    args: &ImageWriteArgs,
    folder: &Folder,
    by: &By,
    target: &WriteTarget,
    cancel: &Interrupt,
    tell: &mut dyn FnMut(JobNews),
) -> Result<Imaged, Failure> {
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, |bench, _settings| {
        bench.by = by.clone();
        let (file, manifest) = chosen_image(bench, &args.image, args.manifest.as_deref());
        let (disk, confirm) = (target.disk.clone(), target.confirm.clone());
        // The sticker of one machine says nothing of another's.
        let order = ImageOrder { disk, image: file, manifest, confirm, resume: None, windows_edition: None };
        let found = bench.find(&target.device)?;
        image(bench, &found, &order, &|| cancel.is_set(), tell)
    })
}
