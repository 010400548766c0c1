//! The system images of a station: manifests in its folder `images`, and in the one named with `--images`.

#![expect(clippy::disallowed_methods, reason = "wiring: the station's own folder is read here")]

use super::clerk::{at_bench, caught};
use super::desk::Room;
use super::folder::Folder;
use super::signal::Interrupt;
use super::stick::Boot;
use crate::cli::{self, CaptureArgs, ImageVerb, Out};
use crate::event::By;
use crate::linux::{ImageFolder, Listed, LocalFiles, SystemClock, image_files};
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::{
    Answer, Bench, FileSeen, ImageChoice, News, Report, StoreChange, StoreOrder, StoreTask, StoreTold, carry_store,
    load_manifest, refuse_store_change, run_store,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The endings of image files, the likeliest first.
const ENDINGS: [&str; 3] = ["zst", "img", "raw"];

/// Where a station's own images are; those of a start from a stick are on the stick.
pub(super) fn of(folder: &Folder) -> PathBuf {
    folder.boot().map_or_else(|| folder.path().join("images"), Boot::images)
}

/// Carries out a verb of the image store.
pub(super) fn run(verb: &ImageVerb, folder: &Folder, practice: bool, out: &mut Out<'_>) -> Result<(), Failure> {
    out.set_practice(practice);
    let cancel = Interrupt::watch()?;
    let store = ImageFolder::new(of(folder));
    cli::run_images(verb, &store, &LocalFiles, &SystemClock::new(), &|| cancel.is_set(), out)
}

/// Carries out a verb that changes the image store, by whoever is at that bench.
pub(super) fn change(
    verb: &ImageVerb,
    folder: &Folder,
    bench: &Bench<'_>,
    cancel: &dyn Fn() -> bool,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let store = ImageFolder::new(of(folder));
    cli::may_change_images(verb, bench)?;
    cli::run_images(verb, &store, bench.files, bench.clock, cancel, out)
}

/// What a screen asks for about the images, as far as it is quick.
pub(super) fn carry(room: &Room<'_>, bench: &Bench<'_>, order: &StoreOrder) -> Answer {
    let folder = room.opening.folder;
    let told = match order {
        StoreOrder::Files(text) => {
            Ok(Some(StoreTold::Files(text.clone(), seen(image_files(Path::new("/"), text, folder.path())))))
        }
        StoreOrder::Look | StoreOrder::Masters | StoreOrder::Work(_) | StoreOrder::Stop | StoreOrder::Remove(_) => {
            carry_store(bench, &ImageFolder::new(of(folder)), order)
        }
    };
    let nothing = || Failure::new(Trouble::Usage, say!("verb-needs-folder"));
    let told = told.and_then(|told| told.ok_or_else(nothing));
    Answer::Store(Box::new(told.unwrap_or_else(|failure| StoreTold::Failed((&failure).into()))))
}

fn seen(listed: Vec<Listed>) -> Vec<FileSeen> {
    listed.into_iter().map(|(path, length)| FileSeen { path, length }).collect()
}

/// The thread that adds an image or looks through one, by whoever was there when it was asked for.
pub(super) fn work(room: &Room<'_>, by: Option<&By>, task: &StoreTask, stop: &AtomicBool, send: &dyn Fn(News)) {
    let cancel = || stop.load(Ordering::Relaxed);
    let worked = caught(|| {
        at_bench(room, by, |bench| {
            let store = ImageFolder::new(of(room.opening.folder));
            run_store(bench, &store, task, &cancel, &mut |news| send(news));
            Ok(())
        })
    });
    if let Err(failure) = worked {
        let told = StoreTold::Failed(Report::from(&failure));
        send(News::Answer(Answer::Store(Box::new(told))));
    }
}

/// Makes an image of a master machine.
pub(super) fn capture(
    args: &CaptureArgs,
    folder: &Folder,
    bench: &Bench<'_>,
    cancel: &Interrupt,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    refuse_store_change(bench, StoreChange::Add)?;
    cli::run_capture(args, bench, &ImageFolder::new(of(folder)), &|| cancel.is_set(), out)
}

/// Every image of these folders, by name; one that cannot be used says why. A folder that is not there has none.
pub(super) fn list(folders: &[PathBuf]) -> Result<Vec<ImageChoice>, Failure> {
    let mut choices = Vec::new();
    for folder in folders {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(folder, &error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| unreadable(folder, &error))?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                choices.push(choice(&path));
            }
        }
    }
    choices.sort_by(|one, other| one.manifest.cmp(&other.manifest));
    Ok(choices)
}

fn unreadable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unreadable", file = folder.display().to_string()))
        .because(error)
        .hint(say!("file-unreadable-hint"))
}

fn choice(path: &Path) -> ImageChoice {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let image = ENDINGS.iter().map(|ending| path.with_extension(ending)).find(|image| image.exists());
    let manifest = load_manifest(&LocalFiles, path);
    let trouble = match (&manifest, &image) {
        (Err(failure), _) => Some(failure.what.clone()),
        (Ok(_), None) => Some(say!("image-file-missing", file = stem.as_str())),
        (Ok(_), Some(_)) => None,
    };
    ImageChoice {
        manifest: path.to_owned(),
        image: image.unwrap_or_default(),
        name: manifest.as_ref().map_or(stem, |manifest| manifest.name.clone()),
        length: manifest.ok().map(|manifest| manifest.length),
        trouble,
    }
}
