//! Fitting: a written image is made to fill its disk, and the machine is set for its first start.
//!
//! Invariants: it begins only after the verdict on the write, and every program it runs finds the disk to be the armed one;
//! nothing counts as done before it was read again from the medium; whatever fails is named, and what was done is kept.

use super::news::{JobNews, Phase};
use super::run::{Stop, io_failure};
use super::transfer::{Marked, read_all, write_all};
use crate::device::Armed;
use crate::event::image::{FitStep, SettingLeft};
use crate::imaging::{
    FileSystemSeen, Firmware, FirstBoot, FitPlan, Gpt, HEAD, Inside, Look, Manifest, Partition, Placed, Setting,
    SystemKind, TableStep, Wish, file_system, fit_plan, settings,
};
use crate::port::{Buffer, DiskIo, Disks, Failure, Trouble, Volume};
use crate::unit::Bytes;
use crate::word::say;

/// As much of a disk as holds a table at either end, bytes.
const EDGE: u64 = 1 << 20;
/// As many partitions as are looked at.
const MOST: usize = 16;
/// Where UEFI looks on a disk that it does not know. Source: UEFI 2.10, 3.5.1.1.
const BOOT_PATH: &str = "/EFI/BOOT/BOOTX64.EFI";

/// What is to be done.
pub struct FitOrder<'a> {
    /// The image.
    pub manifest: &'a Manifest,
    /// The settings for the first start.
    pub first_boot: &'a FirstBoot,
    /// The machine's tag as it is printed.
    pub tag: &'a str,
    /// The hash of the password, where there is to be one.
    pub hash: Option<&'a str>,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FitOutcome {
    /// What was done and seen again.
    pub done: Vec<FitStep>,
    /// Settings that the image cannot take.
    pub left: Vec<SettingLeft>,
    /// Whether a person stopped it.
    pub cancelled: bool,
    /// Why it does not fit.
    pub failure: Option<Failure>,
}

/// The ports that fitting runs on.
pub struct FitRun<'a> {
    /// The disks.
    pub disks: &'a dyn Disks,
    /// The written one; nobody holds it open.
    pub armed: &'a Armed,
    /// Random bytes for ids.
    pub fresh: &'a mut dyn FnMut() -> [u8; 16],
    /// Whether a person wants it stopped; asked between two programs.
    pub cancel: &'a dyn Fn() -> bool,
    /// Who watches.
    pub news: &'a mut dyn FnMut(JobNews),
}

/// Fits the image on the armed disk. What was done before stays done: it can be called again.
pub fn fit(order: &FitOrder<'_>, run: &mut FitRun<'_>) -> FitOutcome {
    (run.news)(JobNews::Phase(Phase::Fit));
    let mut fitting = Fitting { order, run, outcome: FitOutcome::default() };
    let end = fitting.all();
    let mut outcome = fitting.outcome;
    match end {
        Ok(()) => {}
        Err(Stop::Cancelled) => outcome.cancelled = true,
        Err(Stop::Failed(failure)) => outcome.failure = Some(failure),
    }
    outcome
}

/// A partition and what stands in it.
type Held = (Partition, Option<FileSystemSeen>);

struct Fitting<'w, 'r> {
    order: &'w FitOrder<'w>,
    run: &'w mut FitRun<'r>,
    outcome: FitOutcome,
}

impl Fitting<'_, '_> {
    fn all(&mut self) -> Result<(), Stop> {
        let Some((plan, held)) = self.table()? else { return Ok(()) };
        self.stop_if_cancelled()?;
        if let Some((partition, Some(seen))) = held.last().filter(|_| plan.fills) {
            self.fill(*partition, *seen)?;
        }
        self.stop_if_cancelled()?;
        let is_ext = |(_, seen): &&Held| seen.is_some_and(|seen| seen.kind == SystemKind::Ext);
        if let Some((root, _)) = held.iter().filter(is_ext).max_by_key(|(partition, _)| partition.length)
            && !self.order.manifest.fit.as_it_is
        {
            self.settle(*root)?;
        }
        self.stop_if_cancelled()?;
        self.boot(&held)
    }

    fn stop_if_cancelled(&self) -> Result<(), Stop> {
        if (self.run.cancel)() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    fn name(&self) -> &str {
        &self.run.armed.disk().name
    }

    /// Moves and grows the table, and reads it again.
    fn table(&mut self) -> Result<Option<(FitPlan, Vec<Held>)>, Stop> {
        let mut io = self.run.disks.open(self.run.armed)?;
        let (size, block) = (io.size(), io.logical_block());
        let edge = EDGE.min(size.0 / u64::from(block) * u64::from(block));
        let start = self.read(io.as_mut(), Bytes::ZERO, edge)?;
        let end = self.read(io.as_mut(), Bytes(size.0 - edge), edge)?;
        let Some(table) = Gpt::read(&start, &end, size, block) else { return Ok(None) };
        let mut seen = Vec::new();
        for partition in table.partitions().into_iter().take(MOST) {
            let head = self.read(io.as_mut(), partition.at, (HEAD as u64).min(partition.length.0))?;
            seen.push(file_system(&head));
        }
        let wish = &self.order.manifest.fit;
        let fresh: Option<&mut dyn FnMut() -> [u8; 16]> =
            if wish.unique_ids { Some(&mut *self.run.fresh) } else { None };
        let plan = fit_plan(table, seen.last().copied().flatten(), wish.grow, fresh)
            .map_err(|error| Failure::new(Trouble::No, error.sentence()).detail(error))?;
        for (at, bytes) in &plan.writes {
            self.write(io.as_mut(), *at, bytes)?;
        }
        io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = self.name()), &error))?;
        for (at, bytes) in &plan.writes {
            if self.read(io.as_mut(), *at, bytes.len() as u64)? != *bytes {
                let what = say!("fit-reads-back-wrong", what = say!("fit-table"));
                return Err(Failure::new(Trouble::No, what).hint(say!("image-hint-other-disk")).into());
            }
        }
        io.check()?;
        self.outcome.done.extend(plan.steps.iter().map(|step| match step {
            TableStep::Moves => FitStep::TableMoved,
            TableStep::Renews => FitStep::IdsRenewed,
            TableStep::Grows => FitStep::PartitionGrown,
        }));
        let held = plan.partitions.iter().copied().zip(seen).collect();
        Ok(Some((plan, held)))
    }

    /// Grows the file system to the end of its partition.
    fn fill(&mut self, partition: Partition, seen: FileSystemSeen) -> Result<(), Stop> {
        let unit = seen.unit.map_or(1, |unit| unit.0.max(1));
        let whole = Bytes(partition.length.0 / unit * unit);
        if seen.size.is_none_or(|size| size >= whole) {
            return Ok(());
        }
        let mut volume = self.run.disks.volume(self.run.armed, partition, seen.kind)?;
        volume.check()?;
        volume.grow(whole)?;
        volume.check()?;
        drop(volume);
        let mut io = self.run.disks.open(self.run.armed)?;
        io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = self.name()), &error))?;
        let head = self.read(io.as_mut(), partition.at, (HEAD as u64).min(partition.length.0))?;
        if file_system(&head).and_then(|now| now.size) != Some(whole) {
            let what = say!("fit-reads-back-wrong", what = say!("fit-system"));
            return Err(Failure::new(Trouble::No, what).into());
        }
        self.outcome.done.push(FitStep::SystemGrown);
        Ok(())
    }

    /// Sets the machine for its first start, where a Linux system stands in that partition.
    fn settle(&mut self, root: Partition) -> Result<(), Stop> {
        let mut volume = self.run.disks.volume(self.run.armed, root, SystemKind::Ext)?;
        volume.check()?;
        if !volume.is_there("/etc/os-release")? && !volume.is_there("/etc/passwd")? {
            return Ok(());
        }
        let wish = Wish { first_boot: self.order.first_boot, tag: self.order.tag, hash: self.order.hash };
        let found = settings(wish, &mut Looking(volume.as_mut()))?;
        for placed in found.set.iter().flat_map(|(_, placed)| placed) {
            self.stop_if_cancelled()?;
            put(volume.as_mut(), placed)?;
        }
        volume.check()?;
        drop(volume);
        self.run.disks.open(self.run.armed)?.forget().map_err(|error| {
            io_failure(say!("job-forget-failed", disk = self.run.armed.disk().name.as_str()), &error)
        })?;
        let mut volume = self.run.disks.volume(self.run.armed, root, SystemKind::Ext)?;
        for (setting, placed) in found.set {
            stands(volume.as_mut(), &placed)?;
            self.outcome.done.push(step(setting));
        }
        self.outcome.left = found.left.iter().copied().map(left).collect();
        // What the image itself asks for it must be able to take; what the station asks of every image need not be.
        let own = &self.order.manifest.fit.first_boot;
        match found.left.iter().find(|setting| is_a_must(**setting) || own.sets(**setting)) {
            Some(first) => {
                let what = say!("fit-left", what = first.name());
                Err(Failure::new(Trouble::No, what).hint(say!("fit-left-hint")).into())
            }
            None => Ok(()),
        }
    }

    /// Looks whether firmware finds something to start.
    fn boot(&mut self, held: &[Held]) -> Result<(), Stop> {
        let efi = held.iter().find(|(partition, _)| partition.efi);
        let wants = matches!(self.order.manifest.firmware, Some(Firmware::Uefi | Firmware::Both));
        let Some((partition, _)) = efi.filter(|_| wants) else { return Ok(()) };
        let mut volume = self.run.disks.volume(self.run.armed, *partition, SystemKind::Fat)?;
        if !volume.is_there(BOOT_PATH)? {
            let what = say!("fit-no-boot-path", path = BOOT_PATH);
            return Err(Failure::new(Trouble::No, what).hint(say!("fit-no-boot-path-hint")).into());
        }
        self.outcome.done.push(FitStep::BootFound);
        Ok(())
    }

    fn read(&self, io: &mut dyn DiskIo, at: Bytes, length: u64) -> Result<Vec<u8>, Failure> {
        let block = u64::from(io.logical_block());
        let length = usize::try_from(length.next_multiple_of(block)).unwrap_or(0);
        let (buffer, end) = read_all(io, at.0, Marked::of(Buffer::zeroed(length)), length);
        end.map_err(|stopped| io_failure(say!("job-read-failed", disk = self.name(), at = at.0), &stopped.error))?;
        Ok(buffer.bytes()[..length].to_vec())
    }

    fn write(&self, io: &mut dyn DiskIo, at: Bytes, bytes: &[u8]) -> Result<(), Failure> {
        let mut buffer = Buffer::zeroed(bytes.len());
        buffer.bytes_mut()[..bytes.len()].copy_from_slice(bytes);
        let end = write_all(io, at.0, &buffer.bytes()[..bytes.len()]);
        end.map_err(|stopped| io_failure(say!("job-write-failed", disk = self.name(), at = at.0), &stopped.error))?;
        // One copy of the table holds at any moment.
        io.flush().map_err(|error| io_failure(say!("job-flush-failed", disk = self.name()), &error))
    }
}

struct Looking<'v>(&'v mut dyn Volume);

impl Look<Failure> for Looking<'_> {
    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        self.0.is_there(path)
    }

    fn file(&mut self, path: &str) -> Result<Option<Inside>, Failure> {
        self.0.look(path)
    }
}

/// Puts something where it belongs, and the folders above it where they are missing.
fn put(volume: &mut dyn Volume, placed: &Placed) -> Result<(), Failure> {
    for (end, _) in placed.path.match_indices('/').skip(1) {
        let above = &placed.path[..end];
        if !volume.is_there(above)? {
            let what = Inside::Folder { mode: 0o755, owner: (0, 0) };
            volume.put(&Placed { path: above.to_owned(), what })?;
        }
    }
    volume.put(placed)
}

/// Whether everything stands where it was put.
fn stands(volume: &mut dyn Volume, placed: &[Placed]) -> Result<(), Failure> {
    for placed in placed {
        if volume.look(&placed.path)?.as_ref() != Some(&placed.what) {
            let what = say!("fit-reads-back-wrong", what = placed.path.as_str());
            return Err(Failure::new(Trouble::No, what).hint(say!("image-hint-other-disk")));
        }
    }
    Ok(())
}

const fn step(setting: Setting) -> FitStep {
    match setting {
        Setting::Hostname => FitStep::HostnameSet,
        Setting::Locale => FitStep::LocaleSet,
        Setting::TimeZone => FitStep::TimeZoneSet,
        Setting::Keyboard => FitStep::KeyboardSet,
        Setting::User => FitStep::UserAdded,
        Setting::Password => FitStep::PasswordSet,
        Setting::Wifi => FitStep::WifiSet,
        Setting::Dns => FitStep::DnsSet,
        Setting::Welcome => FitStep::WelcomePut,
    }
}

const fn left(setting: Setting) -> SettingLeft {
    match setting {
        Setting::Hostname => SettingLeft::Hostname,
        Setting::Locale => SettingLeft::Locale,
        Setting::TimeZone => SettingLeft::TimeZone,
        Setting::Keyboard => SettingLeft::Keyboard,
        Setting::User => SettingLeft::User,
        Setting::Password => SettingLeft::Password,
        Setting::Wifi => SettingLeft::Wifi,
        Setting::Dns => SettingLeft::Dns,
        Setting::Welcome => SettingLeft::Welcome,
    }
}

const fn is_a_must(setting: Setting) -> bool {
    matches!(setting, Setting::User | Setting::Password | Setting::Wifi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::FakeVolume;

    fn placed() -> Placed {
        let what = Inside::File { text: "x\n".to_owned(), mode: 0o644, owner: (0, 0) };
        Placed { path: "/usr/share/aoxanh/x".to_owned(), what }
    }

    #[test]
    fn what_was_put_stands_only_where_it_is_seen_again() {
        let mut volume = FakeVolume::default();
        put(&mut volume, &placed()).expect("the folders above are made");
        assert_eq!(stands(&mut volume, &[placed()]), Ok(()));
        for liar in [FakeVolume::default().losing("/usr/share/aoxanh/x"), FakeVolume::default()] {
            let mut liar = liar.with("/usr", Inside::Folder { mode: 0o755, owner: (0, 0) });
            let _said_well = put(&mut liar, &placed());
            let mut other = placed();
            if liar.is_there("/usr/share/aoxanh/x").expect("looks") {
                other.what = Inside::Link { to: "y".to_owned() };
            }
            assert!(stands(&mut liar, &[other]).is_err());
        }
    }
}
