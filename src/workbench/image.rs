//! Writing a system image to a wiped disk of a device, verified by read-back.

use super::bench::{Bench, Found};
use super::disk::{attachment, seen};
use super::fit::{Fitted, Written, fit_written};
use super::image_store::index_of;
use super::resume::{earlier, lease, not_here, record_end};
use super::untouched::{is_untouched, note_stopped, stands};
use crate::device::key;
use crate::event::Fact;
use crate::event::image::{ImageEnded, ImageResult, ImageSeen, ImageStarted};
use crate::event::inspection::{DeviceInspected, Seen};
use crate::imaging::{Decoded, KeySeen, Manifest, fits, licensed, starts};
use crate::job::{self, ImageSource, JobNews, Pace, Run};
use crate::port::{Failure, Files, Trouble};
use crate::unit::{Bytes, Digest, JobId};
use crate::word::say;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How much is read back at a time: what sixteen disks have under way together is to fit a small machine.
const PIECE: Bytes = Bytes::mib(1);
/// Manifests are small.
const MOST_MANIFEST: u64 = 64 * 1024;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageOrder {
    /// Which disk: kernel name, path or serial.
    pub disk: String,
    /// The image file.
    pub image: PathBuf,
    /// Its manifest.
    pub manifest: PathBuf,
    /// What the person typed to confirm.
    pub confirm: Option<String>,
    /// The job to go on with.
    pub resume: Option<JobId>,
    /// The edition of Windows that somebody read on the machine.
    pub windows_edition: Option<String>,
}

/// A write that ended and was recorded, well or badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imaged {
    /// The recorded end.
    pub ended: ImageEnded,
    /// Its number in the ledger.
    pub seq: u64,
    /// Why it is not written, if it is not.
    pub failure: Option<Failure>,
    /// The image's manifest.
    pub manifest: Manifest,
    /// What fitting it to the disk came to; none where it is not written.
    pub fitted: Option<Fitted>,
    /// The device now.
    pub found: Found,
}

/// Reads a manifest. Errors: the file, or its content with line and key.
pub fn load_manifest(files: &dyn Files, path: &Path) -> Result<Manifest, Failure> {
    let text = files.read_text(path, MOST_MANIFEST)?;
    Manifest::from_toml(&path.display().to_string(), &text)
        .map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
}

/// The start that is gone on with, and its mark. Errors: no such job here, or it wrote another image.
fn resumed(
    bench: &Bench<'_>,
    found: &Found,
    key: &str,
    job: &JobId,
    image: &ImageSeen,
) -> Result<(Option<Digest>, Bytes), Failure> {
    let earlier = earlier(bench, found, key, job)?;
    let Fact::ImageStarted(started) = earlier.fact else { return Err(not_here(job)) };
    if (started.image.blake3, started.image.length) == (image.blake3, image.length) {
        return Ok((Some(earlier.leaf), earlier.mark));
    }
    Err(Failure::new(Trouble::Usage, say!("job-other-image", job = job.as_str(), image = started.image.id))
        .hint(say!("job-other-image-hint")))
}

/// What is wrong with the image file, where what was read back is not the manifest's: none where it is not the file's fault.
fn blame(bench: &Bench<'_>, order: &ImageOrder, manifest: &Manifest) -> Option<Failure> {
    let hashed = || -> std::io::Result<Digest> {
        let source = bench.files.open(&order.image).map_err(std::io::Error::other)?;
        let mut decoded = Decoded::new(source, manifest.length)?;
        let mut hasher = blake3::Hasher::new();
        std::io::copy(&mut decoded, &mut hasher)?;
        Ok(Digest(*hasher.finalize().as_bytes()))
    };
    let wrong = Failure::new(Trouble::BadData, say!("image-wrong-digest")).hint(say!("image-hint-fetch-again"));
    match hashed() {
        Ok(found) if found == manifest.blake3 => None,
        Ok(_other) => Some(wrong),
        Err(error) => Some(wrong.because(error)),
    }
}

/// The image of that file as everybody writes it who writes it now; none for a file without an index, which is read from its
/// beginning. Errors: the manifest or the file cannot be read; the index does not hold, or is not the manifest's.
pub fn image_source(bench: &Bench<'_>, image: &Path, manifest: &Path) -> Result<Option<Arc<ImageSource>>, Failure> {
    source_of(bench, image, &load_manifest(bench.files, manifest)?)
}

fn source_of(bench: &Bench<'_>, image: &Path, manifest: &Manifest) -> Result<Option<Arc<ImageSource>>, Failure> {
    bench.sources.get(image, manifest.blake3, || {
        let mut file = bench.files.open_anywhere(image)?;
        Ok(index_of(file.as_mut(), manifest)?.map(|index| ImageSource::new(index, file)))
    })
}

/// What the last inspection that knows says under that key.
fn last_seen<T>(
    bench: &Bench<'_>,
    found: &Found,
    key: &str,
    read: impl Fn(&Seen) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let told = |inspected: &DeviceInspected| {
        let mut facts = inspected.facts.iter().filter(|fact| fact.key == key);
        facts.find_map(|fact| read(fact.value.as_ref()?))
    };
    let lines = bench.index.standing(&found.id)?;
    Ok(lines.iter().rev().find_map(|line| {
        let Fact::DeviceInspected(inspected) = &line.event.fact else { return None };
        told(inspected)
    }))
}

/// Whether UEFI started the machine when it was last inspected; none where no inspection says.
fn started_by_uefi(bench: &Bench<'_>, found: &Found) -> Result<Option<bool>, Failure> {
    let flag = |seen: &Seen| if let Seen::Flag(uefi) = seen { Some(*uefi) } else { None };
    last_seen(bench, found, key::FIRMWARE_UEFI, flag)
}

/// What the last inspection that knows says of the Windows key in the machine's firmware.
fn windows_key(bench: &Bench<'_>, found: &Found) -> Result<KeySeen, Failure> {
    let key = |seen: &Seen| match seen {
        Seen::Text(end) => Some(KeySeen::There(end.clone())),
        Seen::Flag(false) => Some(KeySeen::None),
        Seen::Flag(true) | Seen::Number(_) | Seen::Pair(_, _) => None,
    };
    Ok(last_seen(bench, found, key::WINDOWS_KEY, key)?.unwrap_or(KeySeen::Unknown))
}

/// Arms, records the start, writes, reads back against the manifest, records the end. Errors as for a wipe.
pub fn image(
    bench: &Bench<'_>,
    found: &Found,
    order: &ImageOrder,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> Result<Imaged, Failure> {
    let manifest = load_manifest(bench.files, &order.manifest)?;
    let source = source_of(bench, &order.image, &manifest)?;
    let target = bench.target(found, &order.disk, order.confirm.as_deref(), Some(&order.image))?;
    let disk = target.armed.disk();
    fits(&manifest, disk.identity.size, disk.logical_block).map_err(|error| {
        Failure::new(Trouble::No, error.sentence()).detail(error).hint(say!("image-hint-other-disk"))
    })?;
    starts(&manifest, started_by_uefi(bench, found)?)
        .map_err(|error| Failure::new(Trouble::No, error.sentence()).detail(error).hint(say!("image-hint-firmware")))?;
    licensed(&manifest, &windows_key(bench, found)?, order.windows_edition.as_deref()).map_err(|error| {
        let hint = error.hint();
        Failure::new(Trouble::No, error.sentence()).detail(error).hint(hint)
    })?;
    let unreadable = |error: std::io::Error| {
        let file = order.image.display().to_string();
        Failure::new(Trouble::Io, say!("file-unreadable", file = file)).because(error)
    };
    let mut stream = match source {
        Some(_) => None,
        None => Some(Decoded::new(bench.files.open(&order.image)?, manifest.length).map_err(unreadable)?),
    };
    let seen_image = ImageSeen { id: manifest.id.clone(), length: manifest.length, blake3: manifest.blake3 };
    let job = order.resume.clone().unwrap_or_else(|| JobId::from_random(bench.chance.bytes()));
    let _lease = lease(bench, &job)?;
    let (resumes, from) = match &order.resume {
        Some(job) => resumed(bench, found, &target.key, job, &seen_image)?,
        None => (None, Bytes::ZERO),
    };
    let mut io = bench.disks.open(&target.armed)?;
    let zeroed = is_untouched(bench, &target.key, order.resume.as_ref(), stands(disk, io.as_mut()).as_deref());
    let started = bench.record_start(
        &found.id,
        target.bind,
        ImageStarted {
            job: job.clone(),
            resumes,
            from,
            image: seen_image,
            key: target.key,
            disk: seen(disk),
            logical_block: disk.logical_block,
            attachment: attachment(disk),
        },
    )?;
    let mut marks = bench.marks.borrow_mut();
    let piece = source.as_ref().map_or(Pace::default().piece, |_shared| PIECE);
    let (pace, clock) = (Pace { piece, ..Pace::default() }, bench.clock);
    let mut run = Run { io: io.as_mut(), marks: marks.as_mut(), clock, cancel, news, pace, psid: None };
    let outcome = match (&source, &mut stream) {
        (Some(source), _) => job::image_of(&started, source, zeroed, &mut run),
        (None, Some(decoded)) => job::image_with(&started, decoded, &mut run),
        (None, None) => return Err(Failure::new(Trouble::BadData, say!("image-index-none"))),
    };
    drop(marks);
    if zeroed && outcome.cancelled {
        note_stopped(bench, &started.fact().key, &job, stands(disk, io.as_mut()).as_deref());
    }
    drop(io);
    let ended = job::image_ended(&started, &outcome, env!("CARGO_PKG_VERSION"));
    // Whichever of the two is at fault: it is not written.
    let differs = outcome.evidence.found.is_some_and(|found| found != manifest.blake3);
    let failure = if differs { blame(bench, order, &manifest).or(outcome.failure) } else { outcome.failure };
    let recorded = record_end(bench, found, &job, ended)?;
    let written = recorded.fact().result == ImageResult::Written;
    let leaf = started.receipt().leaf;
    let on = Written { armed: &target.armed, key: &started.fact().key, job: &job, started: leaf, again: false };
    let fitted = written.then(|| fit_written(bench, found, &on, &manifest, cancel, news));
    Ok(Imaged {
        ended: recorded.fact().clone(),
        seq: recorded.receipt().seq,
        failure,
        manifest,
        fitted,
        found: bench.device(&found.id)?,
    })
}
