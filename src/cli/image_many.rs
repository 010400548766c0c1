//! Writing one image to many disks: how far all of them are together, and each one's own verdict.

use super::args_image::ImageWriteArgs;
use super::json;
use super::out::Out;
use super::show::imaged;
use crate::job::{JobNews, Phase};
use crate::port::{Failure, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use crate::workbench::Imaged;
use serde_json::json;
use std::time::Duration;

/// As many disks are written at once at most.
pub const MOST_TARGETS: usize = 16;

/// One of the disks that an image is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteTarget {
    /// Tag or id of its device.
    pub device: String,
    /// The disk: kernel name, path or serial.
    pub disk: String,
    /// What was typed to confirm.
    pub confirm: Option<String>,
}

impl ImageWriteArgs {
    /// The disks that are meant. Errors: too many, or one of them twice.
    pub fn targets(&self) -> Result<Vec<WriteTarget>, Failure> {
        let (device, disk, confirm) = (self.device.clone(), self.disk.clone(), self.confirm.clone());
        let mut targets = vec![WriteTarget { device, disk, confirm }];
        for also in &self.also {
            if targets.iter().any(|target| target.disk == also.disk) {
                return Err(Failure::new(Trouble::Usage, say!("many-twice", disk = also.disk.as_str())));
            }
            targets.push(also.clone());
        }
        if targets.len() > MOST_TARGETS {
            return Err(Failure::new(Trouble::Usage, say!("many-too-many", most = MOST_TARGETS as u64)));
        }
        Ok(targets)
    }
}

/// `TAG:DISK:CONFIRM`; a disk's path may have colons too.
pub(super) fn also(text: &str) -> Result<WriteTarget, String> {
    let parts = text.split_once(':').and_then(|(device, rest)| Some((device, rest.rsplit_once(':')?)));
    let (device, (disk, confirm)) = parts.ok_or_else(|| format!("{text}: TAG:DISK:CONFIRM"))?;
    if [device, disk, confirm].contains(&"") {
        return Err(format!("{text}: TAG:DISK:CONFIRM"));
    }
    Ok(WriteTarget { device: device.to_owned(), disk: disk.to_owned(), confirm: Some(confirm.to_owned()) })
}

/// What is told of all of them.
#[derive(Debug)]
pub struct ManyTold {
    targets: Vec<WriteTarget>,
    /// How far each is, per mille: writing is the first half, reading back the second.
    far: Vec<u64>,
    ended: usize,
    written: usize,
}

impl ManyTold {
    /// None of them has begun.
    #[must_use]
    pub fn new(targets: Vec<WriteTarget>) -> Self {
        let far = vec![0; targets.len()];
        Self { targets, far, ended: 0, written: 0 }
    }

    /// News of one of them.
    pub fn hear(&mut self, number: usize, news: &JobNews, out: &mut Out<'_>) {
        out.watched(news);
        let (Some(target), Some(far)) = (self.targets.get(number), self.far.get_mut(number)) else { return };
        let JobNews::Progress(progress) = news else { return };
        let half = progress.done.per_mille_of(progress.total) / 2;
        *far = if progress.phase == Phase::ReadBack { 500 + half } else { half };
        let mut told = json::progress(progress, progress.phase.word());
        told["disk"] = json!(target.disk);
        let _told = out.object("progress", told);
        self.show(out, false);
    }

    fn show(&self, out: &mut Out<'_>, milestone: bool) {
        let all = self.targets.len() as u64;
        let percent = self.far.iter().sum::<u64>() / all.max(1) / 10;
        out.progress(&say!("many-progress", percent = percent, ended = self.ended as u64, all = all), milestone);
    }

    /// The end of one of them: its verdict, good or bad, with the disk's name. Errors: it cannot be said.
    pub fn end(&mut self, number: usize, end: Result<&Imaged, Failure>, out: &mut Out<'_>) -> Result<(), Failure> {
        let Some(target) = self.targets.get(number) else { return Ok(()) };
        let name = target.disk.as_str();
        self.far[number] = 1000;
        self.ended += 1;
        let told = end.and_then(|ended| {
            out.say(&say!("many-one", disk = name, device = target.device.as_str()))?;
            imaged(out, ended)
        });
        match told {
            Ok(()) => self.written += 1,
            Err(failure) => {
                let what =
                    say!("many-one-not", disk = name, device = target.device.as_str(), why = failure.what.clone());
                let _told = out.object("not_imaged", json!({ "device": target.device, "disk": name }));
                out.failure(&Failure { what, ..failure });
            }
        }
        self.show(out, true);
        Ok(())
    }

    /// What all of them came to; `decoded` is how much of the image was decoded for it, where that was counted. Errors: one
    /// is not written.
    pub fn close(&self, decoded: Option<Bytes>, took: Duration, out: &mut Out<'_>) -> Result<(), Failure> {
        let (written, all) = (self.written as u64, self.targets.len() as u64);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        out.object(
            "imaged_at_once",
            json!({ "targets": all, "written": written, "decoded": decoded, "millis": millis }),
        )?;
        if written == all {
            return out.say(&say!("many-all", all = all));
        }
        Err(Failure::new(Trouble::No, say!("many-not-all", written = written, all = all))
            .hint(say!("many-not-all-hint")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_named_between_the_first_colon_and_the_last() {
        let read = |text| also(text).map(|target| (target.device, target.disk, target.confirm));
        let three = |device: &str, disk: &str, confirm: &str| {
            Ok((device.to_owned(), disk.to_owned(), Some(confirm.to_owned())))
        };
        assert_eq!(read("7K3XQ-92M4T-Z:sdb:1234"), three("7K3XQ-92M4T-Z", "sdb", "1234"));
        assert_eq!(read("T:/dev/disk/by-path/pci-0000:00:1f:AB"), three("T", "/dev/disk/by-path/pci-0000:00:1f", "AB"));
        for wrong in ["", "T", "T:sdb", "T:sdb:", ":sdb:1", "T::1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
