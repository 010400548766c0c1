//! One image to many disks at once: each on a thread and at a bench of its own, with a start, an end and a verdict of its
//! own; what they write comes from one source.
//!
//! Invariants: none waits for another, but that they set out together, and for that not long; one that fails or hangs is
//! told when it ends, and the others are done by then.

use super::folder::Folder;
use super::signal::Interrupt;
use super::with_bench;
use crate::cli::{ImageWriteArgs, ManyTold, Out, WriteTarget};
use crate::event::By;
use crate::job::JobNews;
use crate::port::{Failure, Trouble};
use crate::store::{KeyFile, Store, read_key};
use crate::word::say;
use crate::workbench::{Bench, ImageOrder, Imaged, chosen_image, image, image_source};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{Builder, scope};
use std::time::Duration;

/// As long as who is ready waits for who is not, before its first byte.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a thread says of its disk.
enum Told {
    News(JobNews),
    End(Result<Box<Imaged>, Failure>),
}

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
    let (send, news) = channel();
    scope(|scope| {
        for (number, target) in targets.iter().enumerate() {
            let (by, party, send, own) = (&bench.by, &party, send.clone(), send.clone());
            let work = move || {
                let mut is_ready = false;
                let mut tell = |news| {
                    if !is_ready {
                        is_ready = true;
                        party.come();
                        party.wait();
                    }
                    let _heard = send.send((number, Told::News(news)));
                };
                let end = catch_unwind(AssertUnwindSafe(|| one(args, folder, by, target, cancel, &mut tell)));
                if !is_ready {
                    party.come();
                }
                let broke = |_panic| Err(Failure::new(Trouble::Io, say!("job-broke")).hint(say!("job-broke-hint")));
                let _heard = send.send((number, Told::End(end.unwrap_or_else(broke).map(Box::new))));
            };
            if let Err(error) = Builder::new().name("job".to_owned()).spawn_scoped(scope, work) {
                party.come();
                let failure = Failure::new(Trouble::TryAgain, say!("job-no-thread")).because(error);
                let _heard = own.send((number, Told::End(Err(failure))));
            }
        }
        drop(send);
        // What cannot be said stops no disk.
        let mut said = Ok(());
        for (number, news) in news {
            match news {
                Told::News(news) => told.hear(number, &news, out),
                Told::End(Ok(imaged)) => said = said.and(told.end(number, Ok(&imaged), out)),
                Told::End(Err(failure)) => said = said.and(told.end(number, Err(failure), out)),
            }
        }
        said
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
