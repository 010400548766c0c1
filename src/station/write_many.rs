//! One image to many disks at once: each on a thread and at a bench of its own, with a start, an end and a verdict of its
//! own; what they write comes from one source.
//!
//! Invariants: none waits for another; one that fails or hangs is told when it ends, and the others are done by then.

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
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, scope};

/// What a thread says of its disk.
enum Told {
    News(JobNews),
    End(Result<Box<Imaged>, Failure>),
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
    let (send, news) = channel();
    scope(|scope| {
        for (number, target) in targets.iter().enumerate() {
            let (by, send, own) = (&bench.by, send.clone(), send.clone());
            let work = move || {
                let end = catch_unwind(AssertUnwindSafe(|| one(args, folder, by, target, cancel, (number, &send))));
                let broke = |_panic| Err(Failure::new(Trouble::Io, say!("job-broke")).hint(say!("job-broke-hint")));
                let _heard = send.send((number, Told::End(end.unwrap_or_else(broke).map(Box::new))));
            };
            if let Err(error) = Builder::new().name("job".to_owned()).spawn_scoped(scope, work) {
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
    (number, send): (usize, &Sender<(usize, Told)>),
) -> Result<Imaged, Failure> {
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, |bench, _settings| {
        bench.by = by.clone();
        let (file, manifest) = chosen_image(bench, &args.image, args.manifest.as_deref());
        let (disk, confirm) = (target.disk.clone(), target.confirm.clone());
        let order = ImageOrder { disk, image: file, manifest, confirm, resume: None };
        let found = bench.find(&target.device)?;
        let mut tell = |news| _ = send.send((number, Told::News(news)));
        image(bench, &found, &order, &|| cancel.is_set(), &mut tell)
    })
}
