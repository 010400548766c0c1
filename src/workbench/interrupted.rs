//! Jobs that did not come to their end: power cut, killed, cable pulled, stopped by a person. Which disk, how far, and
//! whether that disk is here now. An image that is written and was not fitted is one of them.
//!
//! Invariants: looking changes nothing and resumes nothing; a disk that is absent is listed too; a disk is here only under
//! the very name that the ledger has for it, so that another disk on the same port never is.

use super::bench::{Bench, Found};
use super::disk::{DiskView, disk_key};
use super::fit::{is_unfitted, start};
use crate::custody::{DrawerError, JobFile, OpenJobs};
use crate::event::disk::DiskSeen;
use crate::event::{Event, Fact};
use crate::port::{Failure, Filter};
use crate::unit::{Bytes, DeviceId, IdError, JobId, Moment};
use crate::wipe::{self, Method, Way};
use crate::word::{Sentence, say};

/// The most devices, the last touched first, that are looked through for images that were not fitted.
const DEVICES: u32 = 200;

/// A job that can be gone on with once somebody arms its disk again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interrupted {
    /// The job.
    pub job: JobId,
    /// The device.
    pub device: DeviceId,
    /// Its tag.
    pub name: String,
    /// The image that is written, by its id; none where the disk is wiped.
    pub image: Option<String>,
    /// Id of the wipe's method.
    pub method: Option<String>,
    /// The disk.
    pub disk: DiskSeen,
    /// What the kernel called it then.
    pub was_at: String,
    /// When its last run began.
    pub began: Moment,
    /// What is written for sure.
    pub mark: Bytes,
    /// What there is to write.
    pub total: Bytes,
    /// Whether its end was recorded: a person stopped it, or the disk was gone. Else power or program ended.
    pub recorded: bool,
    /// Whether the image is written and read back, and only its fitting is left.
    pub fit: bool,
    /// The disk as it is attached now; none where it is not.
    pub here: Option<Box<DiskView>>,
}

impl Interrupted {
    /// How much of what there is to write is written for sure, percent, rounded down.
    #[must_use]
    pub fn percent(&self) -> u64 {
        self.mark.per_mille_of(self.total) / 10
    }

    /// Whose disk, which, and what was done to it, in words.
    #[must_use]
    pub fn what(&self) -> Sentence {
        let (tag, model) = (self.name.as_str(), self.disk.model.as_deref().unwrap_or("?"));
        let (serial, size) = (self.disk.serial.as_deref().unwrap_or("–"), self.disk.size.decimal());
        match &self.image {
            Some(image) if self.fit => {
                say!("interrupted-fit", tag = tag, image = image.as_str(), model = model, serial = serial, size = size)
            }
            Some(image) => {
                say!(
                    "interrupted-image",
                    tag = tag,
                    image = image.as_str(),
                    model = model,
                    serial = serial,
                    size = size
                )
            }
            None => say!("interrupted-wipe", tag = tag, model = model, serial = serial, size = size),
        }
    }

    /// How it ended and how far it had come, in words.
    #[must_use]
    pub fn how_far(&self) -> Sentence {
        let (percent, written, at) = (self.percent(), self.mark.decimal(), self.began.local());
        if self.fit {
            return say!("interrupted-unfitted", at = at);
        }
        match (self.drive_erases(), self.recorded) {
            (true, _) if self.mark > Bytes::ZERO => say!("interrupted-erase-sent", at = at),
            (true, _) => say!("interrupted-erase-unsent", at = at),
            (false, true) => say!("interrupted-stopped", percent = percent, written = written, at = at),
            (false, false) => say!("interrupted-cut", percent = percent, written = written, at = at),
        }
    }

    /// What going on with it means, in words.
    #[must_use]
    pub fn goes_on(&self) -> Sentence {
        if self.fit {
            say!("arm-resume-fit")
        } else if !self.drive_erases() {
            say!("arm-resume", percent = self.percent(), written = self.mark.decimal())
        } else if self.mark > Bytes::ZERO {
            say!("arm-resume-erase-sent")
        } else {
            say!("arm-resume-erase-unsent")
        }
    }

    /// Whether the drive itself erases, so that the mark is no amount.
    fn drive_erases(&self) -> bool {
        let way = self.method.as_deref().and_then(wipe::method).map(Method::way);
        matches!(way, Some(Way::Firmware(_) | Way::Discard))
    }
}

/// Every job that did not come to its end and can be gone on with, the newest first.
pub fn interrupted(bench: &Bench<'_>) -> Result<Vec<Interrupted>, Failure> {
    let attached = bench.disks.list(None)?;
    let mut seen = Vec::new();
    for (job, file, how) in candidates(bench)? {
        let found = bench.device(&file.device)?;
        let line = bench.index.history(&file.device)?.into_iter().find(|line| line.leaf == file.started);
        let Some(line) = line else { continue };
        // Showing disks means asking each what it is: not for one that is not here.
        let is_here = attached.iter().any(|disk| disk_key(disk) == file.key);
        let views = if is_here { bench.disk_views(None, Some(&found))? } else { Vec::new() };
        let here = views.into_iter().find(|view| disk_key(&view.disk) == file.key).map(Box::new);
        seen.extend(told(bench, job, found, &line.event, how, here)?);
    }
    seen.sort_by_key(|one| std::cmp::Reverse(one.began));
    Ok(seen)
}

/// How many there are: cheaper than what they are.
pub(super) fn count(bench: &Bench<'_>) -> Result<usize, Failure> {
    Ok(candidates(bench)?.len())
}

/// How a job did not come to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Nothing says.
    Cut,
    /// A record says it.
    Recorded,
    /// All was written and read back, and nothing says that it was fitted.
    Unfitted,
}

fn candidates(bench: &Bench<'_>) -> Result<Vec<(JobId, JobFile, How)>, Failure> {
    let mut jobs: Vec<_> = bench.orphans()?.into_iter().map(|(job, file)| (job, file, How::Cut)).collect();
    for id in bench.index.get::<OpenJobs>("")?.unwrap_or_default().stopped.into_keys() {
        let job: JobId = id.parse().map_err(|error: IdError| DrawerError(error.to_string()))?;
        jobs.extend(bench.index.get::<JobFile>(&job)?.map(|file| (job, file, How::Recorded)));
    }
    for found in imaged(bench)? {
        for disk in found.file.standing().map(|(_, disk)| disk) {
            if disk.fitted.is_none()
                && is_unfitted(bench, disk)
                && let Some((_leaf, started)) = start(bench, &found, disk.last_start)?
                && !bench.leases.is_held(&started.job)?
                && let Some(file) = bench.index.get::<JobFile>(&started.job)?
            {
                jobs.push((started.job, file, How::Unfitted));
            }
        }
    }
    Ok(jobs)
}

/// The devices on the bench, the last touched first, that have an image. The stage does not tell: one that nobody inspected yet
/// may have one.
fn imaged(bench: &Bench<'_>) -> Result<Vec<Found>, Failure> {
    let open = Filter { open: true, ..Filter::default() };
    let page = bench.index.page(&open, None, DEVICES)?;
    let found = page.into_iter().map(|one| bench.device(&one.device)).collect::<Result<Vec<_>, _>>()?;
    Ok(found.into_iter().filter(|found| found.file.is_imaged()).collect())
}

fn told(
    bench: &Bench<'_>,
    job: JobId,
    found: Found,
    start: &Event,
    how: How,
    here: Option<Box<DiskView>>,
) -> Result<Option<Interrupted>, Failure> {
    let mark = bench.marks.borrow().last(&job)?.unwrap_or(Bytes::ZERO);
    let (name, device, began) = (found.name(), found.id, start.at);
    let (image, method, disk, at, total) = if let Fact::WipeStarted(started) = &start.fact {
        (None, Some(started.method.clone()), &started.disk, &started.attachment, started.disk.size)
    } else if let Fact::ImageStarted(started) = &start.fact {
        (Some(started.image.id.clone()), None, &started.disk, &started.attachment, started.image.length)
    } else {
        return Ok(None);
    };
    let (disk, was_at) = (disk.clone(), at.name.clone());
    let (recorded, fit) = (how == How::Recorded, how == How::Unfitted);
    let mark = if fit { total } else { mark };
    Ok(Some(Interrupted { job, device, name, image, method, disk, was_at, began, mark, total, recorded, fit, here }))
}
