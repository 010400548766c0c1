//! Folding what jobs do: which are open, and what became of the disks that they wiped or wrote.
//!
//! Invariant: of the jobs on a disk, only the last one begun says anything about it.

use super::drawer::{Cabinet, DrawerError};
use super::file::{DeviceFile, DiskFile, DiskState, JobFile, OpenJobs};
use super::home::Whereabouts;
use crate::event::disk::{DiskDestroyed, Level, WipeEnded, WipeResult, WipeStarted, WipeValidated};
use crate::event::image::{ImageEnded, ImageFitted, ImageResult};
use crate::event::{By, Event, Fact, How};
use crate::unit::{DeviceId, Digest};

/// Files which jobs are open, and which ended before their end.
pub(super) fn note_jobs(event: &Event, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let (mut begun, mut ended, mut gone) = (None, None, None);
    if let Fact::WipeStarted(started) = &event.fact {
        begun = Some((&started.job, &started.key));
    }
    if let Fact::ImageStarted(started) = &event.fact {
        begun = Some((&started.job, &started.key));
    }
    if let Fact::WipeEnded(end) = &event.fact {
        ended = Some((&end.job, matches!(end.result, WipeResult::Cancelled | WipeResult::NotErased)));
    }
    if let Fact::ImageEnded(end) = &event.fact {
        ended = Some((&end.job, end.result != ImageResult::Written));
    }
    if let Fact::DiskDestroyed(destroyed) = &event.fact {
        gone = Some(&destroyed.key);
    }
    if begun.is_none() && ended.is_none() && gone.is_none() {
        return Ok(());
    }
    let mut open = cabinet.get::<OpenJobs>("")?.unwrap_or_default();
    if let Some((job, key)) = begun {
        open.disks.retain(|_job, on| on != key);
        open.left.retain(|_job, on| on != key);
        open.stopped.retain(|_job, on| on != key);
        open.disks.insert(job.to_string(), key.clone());
    }
    if let Some(key) = gone {
        // Nobody goes on with a job on a disk that is no more.
        open.disks.retain(|_job, on| on != key);
        open.left.retain(|_job, on| on != key);
        open.stopped.retain(|_job, on| on != key);
    }
    if let Some((job, short)) = ended
        && let Some(key) = open.disks.remove(job.as_str())
        && short
    {
        open.stopped.insert(job.to_string(), key);
    }
    cabinet.put("", &open)
}

/// Whatever was left to do on a disk that another station's machine writes is overtaken; and none of this machine's jobs is
/// begun by it.
pub(super) fn begin_elsewhere(event: &Event, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let mut on = None;
    if let Fact::WipeStarted(started) = &event.fact {
        on = Some(&started.key);
    }
    if let Fact::ImageStarted(started) = &event.fact {
        on = Some(&started.key);
    }
    if let Fact::DiskDestroyed(destroyed) = &event.fact {
        on = Some(&destroyed.key);
    }
    let Some((key, mut open)) = on.zip(cabinet.get::<OpenJobs>("")?) else { return Ok(()) };
    for jobs in [&mut open.disks, &mut open.left, &mut open.stopped] {
        jobs.retain(|_job, disk| disk != key);
    }
    cabinet.put("", &open)
}

pub(super) fn wipe_started(
    file: &mut DeviceFile,
    started: &WipeStarted,
    leaf: Digest,
    by: &By,
    id: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let disk = file.disk(&started.key, &started.disk);
    disk.state = DiskState::Wiping;
    (disk.level, disk.result, disk.image, disk.fitted) = (None, None, None, None);
    (disk.last_start, disk.last_wipe, disk.validated_by) = (Some(leaf), None, None);
    disk.doubted = None;
    disk.is_written_on(&started.disk.bus);
    if started.resumes.is_none() {
        disk.wiped_by.clear();
        disk.wiped_by_claim = false;
    }
    disk.had_hand(by);
    let job = JobFile { method: Some(started.method.clone()), ..JobFile::started(id, &started.key, leaf) };
    cabinet.put(&started.job, &job)
}

/// What somebody decided about a wipe, where it still stands.
pub(super) fn wipe_validated(file: &mut DeviceFile, validated: &WipeValidated, by: &By) {
    let disk = file.disks.get_mut(&validated.key).filter(|disk| disk.last_wipe == Some(validated.ended));
    let Some(disk) = disk else { return };
    let accepts = validated.decision.is_accept();
    disk.validated_by = accepts.then(|| by.person.clone());
    disk.doubted = (!accepts).then_some(validated.decision);
    disk.state = if accepts { DiskState::Wiped } else { DiskState::NotWiped };
}

pub(super) fn wipe_ended(file: &mut DeviceFile, ended: &WipeEnded, leaf: Digest, by: &By) {
    let Some(disk) = file.disks.get_mut(&ended.key).filter(|disk| disk.last_start == Some(ended.started)) else {
        return;
    };
    disk.result = Some(ended.result);
    disk.level = Some(ended.level);
    disk.last_wipe = Some(leaf);
    disk.had_hand(by);
    disk.state = match (ended.result, ended.level) {
        (WipeResult::Erased, Level::Clear | Level::Purge | Level::Firmware) => DiskState::Wiped,
        (WipeResult::Erased, Level::None)
        | (WipeResult::ErasedWithExceptions | WipeResult::NotErased | WipeResult::Cancelled, _) => DiskState::NotWiped,
    };
}

/// Nothing that was done to it before counts any more, nor does the end of a job that ran then.
pub(super) fn disk_destroyed(file: &mut DeviceFile, destroyed: &DiskDestroyed, leaf: Digest) {
    let disk = file.disk(&destroyed.key, &destroyed.disk);
    (disk.state, disk.destroyed) = (DiskState::Destroyed, Some(leaf));
    (disk.level, disk.result, disk.image, disk.fitted) = (None, None, None, None);
    (disk.last_start, disk.last_wipe, disk.validated_by, disk.doubted) = (None, None, None, None);
    disk.whereabouts = Whereabouts::Unknown;
}

pub(super) fn image_ended(file: &mut DeviceFile, ended: &ImageEnded, cabinet: &Cabinet<'_>) -> Result<(), DrawerError> {
    let written = ended.result == ImageResult::Written;
    let job = cabinet.get::<JobFile>(&ended.job)?;
    if let Some(disk) = file.disks.get_mut(&ended.key).filter(|disk| disk.last_start == Some(ended.started)) {
        disk.image = job.filter(|_| written).and_then(|job| job.image).map(|image| image.id);
    }
    Ok(())
}

pub(super) fn image_fitted(file: &mut DeviceFile, fitted: &ImageFitted) {
    let disk = file.disks.get_mut(&fitted.key);
    if let Some(disk) = disk.filter(|disk| disk.last_start == Some(fitted.started) && disk.image.is_some()) {
        disk.fitted = Some(fitted.result);
    }
}

pub(super) fn end_job(cabinet: &mut Cabinet<'_>, job: &crate::unit::JobId) -> Result<(), DrawerError> {
    match cabinet.get::<JobFile>(job)? {
        Some(mut file) => {
            file.ended = true;
            cabinet.put(job, &file)
        }
        None => Ok(()),
    }
}

impl JobFile {
    pub(super) fn started(device: &DeviceId, key: &str, leaf: Digest) -> Self {
        Self { device: device.clone(), key: key.to_owned(), started: leaf, image: None, method: None, ended: false }
    }
}

impl DiskFile {
    /// Files that they had a hand in the last wipe.
    fn had_hand(&mut self, by: &By) {
        self.wiped_by.insert(by.person.clone());
        self.wiped_by_claim |= !matches!(by.how, How::Pin | How::Badge);
    }
}
