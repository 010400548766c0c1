//! What fitting puts into the file systems of a written disk: the settings of the first start, the image's own files; and
//! whether firmware finds something to start.
//!
//! Invariant: nothing counts as put before a fresh volume shows it.

use super::fit::Fitting;
use super::fit_table::Held;
use super::run::{Stop, io_failure};
use crate::event::image::{FitStep, SettingLeft};
use crate::imaging::{Firmware, FitFile, Inside, Look, Partition, Placed, Placeholder, Setting, SystemKind, settings};
use crate::port::{Failure, Trouble, Volume};
use crate::word::say;

/// Where UEFI of that processor family looks on a disk that it does not know; none where that is not known here. Source:
/// UEFI 2.10, 3.5.1.1.
fn boot_path(arch: &str) -> Option<&'static str> {
    match arch {
        "x86_64" | "amd64" => Some("/EFI/BOOT/BOOTX64.EFI"),
        "aarch64" | "arm64" => Some("/EFI/BOOT/BOOTAA64.EFI"),
        "i386" | "i486" | "i586" | "i686" | "x86" => Some("/EFI/BOOT/BOOTIA32.EFI"),
        "arm" | "armhf" | "armv7l" => Some("/EFI/BOOT/BOOTARM.EFI"),
        "riscv64" => Some("/EFI/BOOT/BOOTRISCV64.EFI"),
        _other => None,
    }
}

impl Fitting<'_, '_> {
    /// Sets the machine for its first start in the largest partition that a Linux system stands in: what that cannot take.
    /// None where there is no such system.
    pub(super) fn settle(&mut self, held: &[Held]) -> Result<Option<Vec<Setting>>, Stop> {
        let mut all: Vec<&Held> = held.iter().filter(|held| held.is(SystemKind::Ext)).collect();
        all.sort_by_key(|held| std::cmp::Reverse(held.partition.length));
        for Held { partition, .. } in all {
            self.stop_if_cancelled()?;
            let mut volume = self.run.disks.volume(self.run.armed, *partition, SystemKind::Ext)?;
            // A file of a system that was half put when this was killed is there only after that.
            volume.check()?;
            if volume.is_there("/etc/os-release")? || volume.is_there("/etc/passwd")? {
                return self.settle_in(volume, *partition).map(Some);
            }
        }
        Ok(None)
    }

    fn settle_in(&mut self, mut volume: Box<dyn Volume>, root: Partition) -> Result<Vec<Setting>, Stop> {
        let found = settings(self.wish(), &mut Looking(volume.as_mut()))?;
        let all: Vec<Placed> = found.set.iter().flat_map(|(_, placed)| placed).cloned().collect();
        self.put_all(volume, root, SystemKind::Ext, &all)?;
        self.did(found.set.iter().map(|(setting, _)| step(*setting)));
        Ok(found.left)
    }

    /// What was done in one system may be done in another too, and is told once.
    pub(super) fn did(&mut self, steps: impl Iterator<Item = FitStep>) {
        for step in steps {
            if !self.outcome.done.contains(&step) {
                self.outcome.done.push(step);
            }
        }
    }

    /// Tells what no system on the disk takes, of what each of them leaves. Errors: the image asks for that itself, or nobody
    /// gets into a Linux without it.
    pub(super) fn leave(&mut self, linux: Option<Vec<Setting>>, windows: Option<Vec<Setting>>) -> Result<(), Stop> {
        let is_linux = linux.is_some();
        let all: Vec<Setting> = match (linux, windows) {
            (Some(linux), Some(windows)) => linux.into_iter().filter(|setting| windows.contains(setting)).collect(),
            (one, other) => one.or(other).unwrap_or_default(),
        };
        self.outcome.left = all.iter().copied().map(left).collect();
        // What the image itself asks for it must be able to take; what the station asks of every image need not be.
        let own = &self.order.manifest.fit.first_boot;
        match all.iter().find(|setting| is_linux && is_a_must(**setting) || own.sets(**setting)) {
            Some(first) => {
                let what = say!("fit-left", what = first.name());
                Err(Failure::new(Trouble::No, what).hint(say!("fit-left-hint")).into())
            }
            None => Ok(()),
        }
    }

    /// Puts everything into that file system, and looks at it again through another one.
    pub(super) fn put_all(
        &self,
        mut volume: Box<dyn Volume>,
        at: Partition,
        kind: SystemKind,
        all: &[Placed],
    ) -> Result<(), Stop> {
        for placed in all {
            self.stop_if_cancelled()?;
            put(volume.as_mut(), placed)?;
        }
        volume.check()?;
        drop(volume);
        self.run
            .disks
            .open(self.run.armed)?
            .forget()
            .map_err(|error| io_failure(say!("job-forget-failed", disk = self.name()), &error))?;
        let mut volume = self.run.disks.volume(self.run.armed, at, kind)?;
        Ok(stands(volume.as_mut(), all)?)
    }

    /// Puts the files that the image wants on its partitions.
    pub(super) fn put_files(&mut self, held: &[Held]) -> Result<(), Stop> {
        let files = &self.order.manifest.fit.files;
        for one in held {
            let mut all = Vec::new();
            for file in files.iter().filter(|file| chosen(held, file).is_some_and(|chosen| std::ptr::eq(chosen, one))) {
                let text = file.filled(&self.wish()).map_err(|missing| unfilled(file, missing))?;
                all.push(Placed { path: file.path.clone(), what: Inside::plain(text) });
            }
            if let Some(kind) = one.seen.map(|seen| seen.kind).filter(|_| !all.is_empty()) {
                let mut volume = self.run.disks.volume(self.run.armed, one.partition, kind)?;
                volume.check()?;
                self.put_all(volume, one.partition, kind, &all)?;
            }
        }
        if let Some(file) = files.iter().find(|file| chosen(held, file).is_none()) {
            let what = say!("fit-no-partition", partition = file.partition.as_str(), path = file.path.as_str());
            return Err(Failure::new(Trouble::No, what).hint(say!("fit-no-partition-hint")).into());
        }
        self.outcome.done.extend((!files.is_empty()).then_some(FitStep::FilesPut));
        let hash = files.iter().any(|file| file.has(Placeholder::PasswordHash));
        if hash && !self.outcome.done.contains(&FitStep::PasswordSet) {
            self.outcome.done.push(FitStep::PasswordSet);
        }
        Ok(())
    }

    /// Looks whether firmware finds something to start.
    pub(super) fn boot(&mut self, held: &[Held]) -> Result<(), Stop> {
        let Some(path) = boot_path(&self.order.manifest.arch) else { return Ok(()) };
        let mut all = held.iter().filter(|held| held.partition.efi).peekable();
        // What BIOS starts too need not have a place for UEFI.
        let wants = match self.order.manifest.firmware {
            Some(Firmware::Uefi) => true,
            Some(Firmware::Both) => all.peek().is_some(),
            Some(Firmware::Bios) | None => false,
        };
        if !wants {
            return Ok(());
        }
        for efi in all {
            if self.run.disks.volume(self.run.armed, efi.partition, SystemKind::Fat)?.is_there(path)? {
                self.outcome.done.push(FitStep::BootFound);
                return Ok(());
            }
        }
        let what = say!("fit-no-boot-path", path = path);
        Err(Failure::new(Trouble::No, what).hint(say!("fit-no-boot-path-hint")).into())
    }
}

/// Where that file belongs: the partition of that number, or the only one with that label, if files can be put there.
fn chosen<'h>(held: &'h [Held], file: &FitFile) -> Option<&'h Held> {
    let number = file.partition.parse::<u32>().ok();
    let by_number = held.iter().find(|held| number == Some(held.partition.number));
    let labelled =
        |held: &&Held| held.label.as_deref().is_some_and(|label| label.eq_ignore_ascii_case(&file.partition));
    let by_label = || {
        let mut all = held.iter().filter(labelled);
        all.next().filter(|_| all.next().is_none())
    };
    by_number.or_else(by_label).filter(|held| held.seen.is_some())
}

fn unfilled(file: &FitFile, missing: Placeholder) -> Failure {
    let what = say!("fit-file-unfilled", path = file.path.as_str(), word = format!("{{{}}}", missing.word()));
    Failure::new(Trouble::No, what).hint(say!("fit-file-unfilled-hint"))
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
            volume.put(&Placed { path: above.to_owned(), what: Inside::PLAIN_FOLDER })?;
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

pub(super) const fn step(setting: Setting) -> FitStep {
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
            let mut liar = liar.with("/usr", Inside::PLAIN_FOLDER);
            let _said_well = put(&mut liar, &placed());
            let mut other = placed();
            if liar.is_there("/usr/share/aoxanh/x").expect("looks") {
                other.what = Inside::Link { to: "y".to_owned() };
            }
            assert!(stands(&mut liar, &[other]).is_err());
        }
    }

    #[test]
    fn a_file_goes_to_the_partition_of_its_number_or_to_the_only_one_of_its_label() {
        let held = |number, label: &str, kind| Held {
            partition: Partition { number, at: crate::unit::Bytes::ZERO, length: crate::unit::Bytes::ZERO, efi: false },
            seen: kind,
            label: Some(label.to_owned()),
        };
        let fat = Some(crate::imaging::FileSystemSeen::bare(SystemKind::Fat));
        let all = [held(1, "boot", fat), held(2, "data", fat), held(5, "data", fat), held(6, "x", None)];
        let number = |partition: &str| {
            let file = FitFile { partition: partition.to_owned(), path: "/a".to_owned(), text: String::new() };
            chosen(&all, &file).map(|held| held.partition.number)
        };
        assert_eq!((number("BOOT"), number("5"), number("1")), (Some(1), Some(5), Some(1)));
        assert_eq!((number("data"), number("3"), number("x"), number("6")), (None, None, None, None));
    }
}
