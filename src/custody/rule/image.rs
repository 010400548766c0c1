//! Rules about writing system images.

use super::Rule;
use crate::custody::file::{DeviceFile, DiskState, JobFile};
use crate::event::Fact;
use crate::event::image::{FitResult, ImageResult};
use crate::word::say;

/// An image goes onto a disk only after a wipe with evidence.
pub(super) static WIPED_FIRST: Rule = Rule {
    id: "wiped-first",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::ImageStarted(started), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let wiped = file
            .and_then(|file| file.disks.get(&started.key).map(|disk| disk.state == DiskState::Wiped))
            .unwrap_or(false);
        Ok((!wiped).then(|| say!("rule-wiped-first", disk = started.key.as_str())))
    },
};

/// "Written" needs the whole length written and read back, with the digest that the image was started with.
pub(super) static IMAGE_EVIDENCE: Rule = Rule {
    id: "image-evidence",
    overridable: None,
    check: |event, cabinet| {
        let Fact::ImageEnded(ended) = &event.fact else { return Ok(None) };
        let image = cabinet.get::<JobFile>(&ended.job)?.and_then(|job| job.image);
        let proved = image.is_some_and(|image| {
            ended.found == Some(image.blake3) && ended.read_back == image.length && ended.written == image.length
        });
        Ok((ended.result == ImageResult::Written && !proved).then(|| say!("rule-image-evidence")))
    },
};

/// Only an image that is on the disk, written by the last job there, is fitted to it; and a result says what its steps say.
pub(super) static FIT_WRITTEN: Rule = Rule {
    id: "fit-written",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::ImageFitted(fitted), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let disk = file.as_ref().and_then(|file| file.disks.get(&fitted.key));
        let written = disk.is_some_and(|disk| disk.image.is_some() && disk.last_start == Some(fitted.started));
        let job = cabinet.get::<JobFile>(&fitted.job)?;
        let same = job.is_some_and(|job| job.ended && job.started == fitted.started && job.key == fitted.key);
        let plain = match fitted.result {
            FitResult::Fitted => !fitted.done.is_empty(),
            FitResult::NothingToDo => fitted.done.is_empty(),
            FitResult::NotFitted => true,
        };
        Ok((!(written && same && plain)).then(|| say!("rule-fit-written", disk = fitted.key.as_str())))
    },
};
