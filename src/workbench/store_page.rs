//! The images that a station keeps as a screen shows them and works on them: the list, what is added, checked and taken
//! away, and who may.
//!
//! Invariants: whoever has no role at the bench only looks, by verb and by key alike; of what takes long there is one at a
//! time, and it ends with one answer, whatever came of it.

use super::bench::Bench;
use super::capture::{CaptureOrder, CapturedImage, MasterName, capture, look_at_master};
use super::effect::Answer;
use super::image_store::{
    AddOrder, Added, ImageChecked, ImageView, add_image, check_image, image_lines, list_images, rotten_sentence,
};
use super::master::master_lines;
use super::news::News;
use super::outward::listed;
use super::report::{Report, Tone};
use crate::custody::{PersonFile, Who};
use crate::device::{Disk, Obstacle, obstacle_sentence};
use crate::imaging::{Grow, Manifest};
use crate::job::{JobNews, Progress, Watch};
use crate::port::{Failure, ImageStore, Trouble};
use crate::unit::{Bytes, Moment};
use crate::word::{Sentence, say};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// As many rotten chunks as are told one by one.
const TOLD: usize = 8;

/// What is asked for about the images that a station keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreOrder {
    /// Show them.
    Look,
    /// Show files that may be images: those whose path begins so; where nothing is typed, those that are near at hand.
    Files(String),
    /// Do something that takes long.
    Work(StoreTask),
    /// Stop that.
    Stop,
    /// Take the image of that id away.
    Remove(String),
    /// Show the disks that a master machine's may be.
    Masters,
}

/// What takes long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreTask {
    /// Adding an image.
    Add(Box<AddOrder>),
    /// Looking through the image of that id for rot.
    Check(String),
    /// Looking at the disk of a master machine.
    Look(Box<CaptureOrder>),
    /// Making an image of it.
    Capture(Box<CaptureOrder>),
}

impl StoreTask {
    /// What it works on: the file's name, or the image's id.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Add(order) => order.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Self::Check(id) => id.clone(),
            Self::Look(order) | Self::Capture(order) => order.disk.clone(),
        }
    }
}

/// What would change the images that a station keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreChange {
    /// Adding one.
    Add,
    /// Taking one away.
    Remove,
}

/// The images, and what whoever is at the bench may do with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreView {
    /// The images, by id.
    pub images: Vec<ImageView>,
    /// How much room there is; none where that cannot be known.
    pub room: Option<Bytes>,
    /// Why whoever is there may add none; nothing where they may.
    pub no_add: Option<Report>,
    /// Why they may take none away.
    pub no_remove: Option<Report>,
}

/// A file or folder that somebody may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSeen {
    /// Where it is.
    pub path: PathBuf,
    /// How long it is; none for a folder.
    pub length: Option<Bytes>,
}

/// A disk that a master machine's may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterDisk {
    /// The disk.
    pub disk: Disk,
    /// What is in the way of reading it.
    pub why_not: Option<Sentence>,
}

/// What was found on the disk of a master machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterSeen {
    /// Which disk.
    pub disk: MasterName,
    /// Its partitions, its traces, how much of it is read, in lines.
    pub lines: Vec<Sentence>,
    /// Whether traces of people are on it, or places that nobody can look into.
    pub personal: bool,
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreTold {
    /// The images.
    Kept(StoreView),
    /// Files that may be images, and for which text.
    Files(String, Vec<FileSeen>),
    /// The disks that a master machine's may be.
    Masters(Vec<MasterDisk>),
    /// What is on one of them.
    Master(MasterSeen),
    /// One was added, or taken away.
    Done(Report),
    /// One was looked through.
    Checked {
        /// Its id.
        id: String,
        /// Whether all of it is as it was.
        good: bool,
        /// What was found.
        report: Report,
    },
    /// It was refused, stopped, or failed.
    Failed(Report),
}

/// News of what takes long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreNews {
    /// It begins.
    Began(StoreTask),
    /// What it tells.
    Job(JobNews),
    /// A person asked it to stop.
    Stopping,
    /// It is over.
    Over,
}

/// What is being done that takes long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreWork {
    /// What.
    pub task: StoreTask,
    /// How far it is.
    pub progress: Option<Progress>,
    /// Whether a person asked it to stop.
    pub stopping: bool,
}

/// What a screen knows of the images that a station keeps, whichever layer lies on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreSeen {
    /// What is being done to them.
    pub work: Option<StoreWork>,
    /// When each was looked through last since the program was opened, and whether all was as it was.
    pub checked: BTreeMap<String, (Moment, bool)>,
}

impl StoreSeen {
    pub(super) fn fold(&mut self, news: StoreNews) {
        match news {
            StoreNews::Began(task) => self.work = Some(StoreWork { task, progress: None, stopping: false }),
            StoreNews::Over => self.work = None,
            StoreNews::Stopping => {
                if let Some(work) = &mut self.work {
                    work.stopping = true;
                }
            }
            StoreNews::Job(news) => {
                if let (Some(work), JobNews::Progress(progress)) = (&mut self.work, news) {
                    work.progress = Some(progress);
                }
            }
        }
    }

    /// What somebody should know of it, wherever they are.
    pub(super) fn hear(&mut self, told: &StoreTold, now: Moment) -> Option<Report> {
        match told {
            StoreTold::Kept(_)
            | StoreTold::Files(..)
            | StoreTold::Masters(_)
            | StoreTold::Master(_)
            | StoreTold::Failed(_) => None,
            StoreTold::Done(report) => Some(report.clone()),
            StoreTold::Checked { id, good, report } => {
                self.checked.insert(id.clone(), (now, *good));
                Some(report.clone())
            }
        }
    }
}

/// Refuses whoever is at the bench what their roles do not allow: images are added by whoever may write them, and taken away
/// by leads.
pub fn refuse_store_change(bench: &Bench<'_>, change: StoreChange) -> Result<(), Failure> {
    let roles = bench.index.get::<PersonFile>(&bench.by.person)?.map(|file| file.roles).unwrap_or_default();
    let who = match change {
        StoreChange::Add => Who::Bench,
        StoreChange::Remove => Who::Lead,
    };
    who.refuses(&roles).map_or(Ok(()), |why| Err(Failure::new(Trouble::No, why).by_rule("role-may")))
}

/// What is quick: the list, and taking an image away; nothing for other orders. Errors: the store; who may not.
pub fn carry_store(
    bench: &Bench<'_>,
    store: &dyn ImageStore,
    order: &StoreOrder,
) -> Result<Option<StoreTold>, Failure> {
    match order {
        StoreOrder::Look => {
            let why = |change| refuse_store_change(bench, change).err().map(|failure| Report::from(&failure));
            let (no_add, no_remove) = (why(StoreChange::Add), why(StoreChange::Remove));
            Ok(Some(StoreTold::Kept(StoreView { images: list_images(store)?, room: store.room(), no_add, no_remove })))
        }
        StoreOrder::Remove(id) => {
            refuse_store_change(bench, StoreChange::Remove)?;
            store.remove(id)?;
            Ok(Some(StoreTold::Done(Report::new(Tone::Good, say!("image-removed", id = id.as_str())))))
        }
        StoreOrder::Masters => Ok(Some(StoreTold::Masters(masters(bench)?))),
        StoreOrder::Files(_) | StoreOrder::Work(_) | StoreOrder::Stop => Ok(None),
    }
}

/// The disks that are attached, and what is in the way of each. Errors: they cannot be listed.
fn masters(bench: &Bench<'_>) -> Result<Vec<MasterDisk>, Failure> {
    let master = |disk: Disk| MasterDisk {
        why_not: disk.obstacles.iter().find(|obstacle| **obstacle != Obstacle::ReadOnly).map(obstacle_sentence),
        disk,
    };
    Ok(bench.disks.list(None)?.into_iter().map(master).collect())
}

/// Does what takes long, telling its news; the last of it is the answer.
pub fn run_store(
    bench: &Bench<'_>,
    store: &dyn ImageStore,
    task: &StoreTask,
    cancel: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(News),
) {
    let mut hear = |news: JobNews| tell(News::Store(StoreNews::Job(news)));
    let mut watch = Watch { clock: bench.clock, cancel, news: &mut hear };
    let told = match task {
        StoreTask::Add(order) => refuse_store_change(bench, StoreChange::Add)
            .and_then(|()| add_image(store, bench.files, order, &mut watch))
            .map(|added| StoreTold::Done(added_report(&added))),
        StoreTask::Check(id) => check_image(store, id, &mut watch).map(|checked| StoreTold::Checked {
            id: id.clone(),
            good: checked.rotten.is_empty(),
            report: checked_report(&checked),
        }),
        StoreTask::Look(order) => refuse_store_change(bench, StoreChange::Add)
            .and_then(|()| look_at_master(bench, order, cancel))
            .map(|master| {
                let (lines, personal) = (master_lines(&master), master.has_personal());
                StoreTold::Master(MasterSeen { disk: MasterName::of(&master.disk), lines, personal })
            }),
        StoreTask::Capture(order) => refuse_store_change(bench, StoreChange::Add)
            .and_then(|()| look_at_master(bench, order, cancel))
            .and_then(|master| capture(store, order, master, &mut watch))
            .map(|captured| StoreTold::Done(captured_report(&captured))),
    };
    tell(News::Answer(Answer::Store(Box::new(told.unwrap_or_else(|failure| StoreTold::Failed((&failure).into()))))));
}

/// That an image is in the store, how long it is, how much room it takes there and how much of it holds anything.
#[must_use]
pub fn added_sentence(manifest: &Manifest, stored: Bytes, filled: Bytes) -> Sentence {
    let (length, stored, filled) = (manifest.length.decimal(), stored.decimal(), filled.decimal());
    say!("image-added", id = manifest.id.as_str(), length = length, stored = stored, filled = filled)
}

/// What was captured, and what is known of it.
fn captured_report(captured: &CapturedImage) -> Report {
    let manifest = &captured.manifest;
    let what = added_sentence(manifest, captured.stored, captured.filled);
    let lines = std::iter::once(what.clone()).chain(image_lines(manifest)).collect();
    Report { lines, ..Report::new(Tone::Good, what) }
}

/// What nothing vouches for, somebody should look at.
fn added_report(added: &Added) -> Report {
    let tone = if added.vouched || added.checked { Tone::Good } else { Tone::Warn };
    Report { tone, lines: added_lines(added), cause: None, hint: None, rule: None }
}

/// What was added, what vouches for it, and what is known of it.
#[must_use]
pub fn added_lines(added: &Added) -> Vec<Sentence> {
    let manifest = &added.manifest;
    let what = added_sentence(manifest, added.stored, added.filled);
    let vouched = added.vouched.then(|| say!("image-vouched-sha"));
    let mapped = added.mapped.then(|| say!("image-vouched-bmap"));
    let unvouched = (!added.vouched && !added.checked).then(|| say!("image-unvouched"));
    std::iter::once(what).chain(vouched).chain(mapped).chain(unvouched).chain(image_lines(manifest)).collect()
}

/// What a check came to: that all is well, or which chunks are not what they were.
#[must_use]
pub fn checked_report(checked: &ImageChecked) -> Report {
    let (id, count) = (checked.id.as_str(), checked.rotten.len() as u64);
    if checked.rotten.is_empty() {
        return Report::new(Tone::Good, say!("image-check-good", id = id));
    }
    let chunks = checked.rotten.iter().take(TOLD).map(rotten_sentence);
    let bad = say!("image-check-bad", id = id, count = count);
    let lines = std::iter::once(bad.clone()).chain(chunks).collect();
    Report { lines, hint: Some(say!("image-check-hint")), ..Report::new(Tone::Bad, bad) }
}

/// Everything that its manifest says of an image, in lines; of a password only that there is one.
#[must_use]
pub fn manifest_lines(manifest: &Manifest) -> Vec<Sentence> {
    let (wish, first) = (&manifest.fit, &manifest.fit.first_boot);
    let grow = wish.grow.map(|grow| match grow {
        Grow::Now => say!("store-line-grow-now"),
        Grow::FirstBoot => say!("store-line-grow-first-boot"),
        Grow::No => say!("store-line-grow-no"),
    });
    let ids = wish.unique_ids.then(|| say!("store-line-own-ids"));
    let as_it_is = wish.as_it_is.then(|| say!("store-line-as-it-is"));
    let settings = [
        first.hostname.map(|_set| say!("setting-hostname")),
        first.locale.as_ref().map(|_set| say!("setting-locale")),
        first.time_zone.as_ref().map(|_set| say!("setting-time-zone")),
        first.telex.map(|_set| say!("setting-keyboard")),
        first.user.as_ref().map(|_set| say!("setting-user")),
        first.password.map(|_set| say!("setting-password")),
        first.wifi.as_ref().map(|_set| say!("setting-wifi")),
        first.family_dns.map(|_set| say!("setting-dns")),
        first.welcome.map(|_set| say!("setting-welcome")),
    ];
    let settings = listed(settings.into_iter().flatten()).map(|what| say!("store-line-first-boot", what = what));
    let partition = manifest.partition_offset.zip(manifest.partition_length);
    let partition = partition.map(|(at, length)| say!("store-line-partition", at = at.0, length = length.decimal()));
    image_lines(manifest).into_iter().chain(grow).chain(ids).chain(as_it_is).chain(settings).chain(partition).collect()
}
