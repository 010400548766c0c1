//! Fitting disks in memory, whose file systems are in memory too: what stands in which partition decides what is done.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::arming_rig::{SIZE, disk};
use super::practice_bench::armed;
use aoxanh::device::{Armed, Disk};
use aoxanh::event::image::{FitStep, SettingLeft};
use aoxanh::imaging::{
    Firmware, FirstBoot, FitWish, Grow, Inside, LicenceBasis, Manifest, Partition, Placed, Stays, SystemKind, UNATTEND,
    WINDOWS_SYSTEM, WindowsNote,
};
use aoxanh::job::{FitNote, FitOrder, FitOutcome, FitRun, fit};
use aoxanh::port::{DiskIo, Disks, Failure, FakeDisk, FakeDisks, FakeVolume, Trouble, Volume};
use aoxanh::unit::{Bytes, Digest};
use aoxanh::word::say;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

const TAG: &str = "7K3XQ-92M4T-8";

/// A partition: its kind in the table, its first block and how many, what stands in it.
type Part = (u8, u32, u32, SystemKind);

/// A file system that says why it is not ready, and that somebody asked it to finish.
#[derive(Clone, Default)]
struct Told {
    inner: FakeVolume,
    unready: Option<Failure>,
    finished: Rc<RefCell<usize>>,
}

impl Volume for Told {
    fn ready(&mut self) -> Result<(), Failure> {
        self.unready.clone().map_or(Ok(()), Err)
    }

    fn check(&mut self) -> Result<(), Failure> {
        self.inner.check()
    }

    fn grow(&mut self, length: Bytes) -> Result<(), Failure> {
        self.inner.grow(length)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        *self.finished.borrow_mut() += 1;
        Ok(())
    }

    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        self.inner.is_there(path)
    }

    fn look(&mut self, path: &str) -> Result<Option<Inside>, Failure> {
        self.inner.look(path)
    }

    fn put(&mut self, placed: &Placed) -> Result<(), Failure> {
        self.inner.put(placed)
    }
}

/// Disks in memory with file systems by the block that they begin at.
struct Shelf {
    disks: FakeDisks,
    volumes: BTreeMap<u64, Told>,
}

impl Disks for Shelf {
    fn list(&self, image: Option<&Path>) -> Result<Vec<Disk>, Failure> {
        self.disks.list(image)
    }

    fn open(&self, armed: &Armed) -> Result<Box<dyn DiskIo>, Failure> {
        self.disks.open(armed)
    }

    fn volume(&self, _armed: &Armed, at: Partition, _kind: SystemKind) -> Result<Box<dyn Volume>, Failure> {
        let found = self.volumes.get(&(at.at.0 / 512)).unwrap_or_else(|| panic!("nothing stands at {at:?}"));
        Ok(Box::new(found.clone()))
    }
}

impl Shelf {
    fn new(parts: &[Part]) -> Self {
        let mut bytes = vec![0; SIZE];
        bytes[510..512].copy_from_slice(&[0x55, 0xAA]);
        for (entry, (kind, first, count, system)) in parts.iter().enumerate() {
            let at = 446 + entry * 16;
            bytes[at + 4] = *kind;
            bytes[at + 8..at + 12].copy_from_slice(&first.to_le_bytes());
            bytes[at + 12..at + 16].copy_from_slice(&count.to_le_bytes());
            let head = &mut bytes[*first as usize * 512..];
            match system {
                SystemKind::Ext => head[1080..1082].copy_from_slice(&[0x53, 0xEF]),
                SystemKind::Btrfs => {
                    head[65_600..65_608].copy_from_slice(b"_BHRfS_M");
                    // One disk, 64 KiB in units of 4 KiB.
                    (head[65_536 + 0x72], head[65_536 + 0x88], head[65_536 + 0x91]) = (1, 1, 0x10);
                }
                SystemKind::Ntfs => {
                    head[3..11].copy_from_slice(b"NTFS    ");
                    head[510..512].copy_from_slice(&[0x55, 0xAA]);
                }
                SystemKind::Fat => {
                    head[82..87].copy_from_slice(b"FAT32");
                    head[510..512].copy_from_slice(&[0x55, 0xAA]);
                }
            }
        }
        let disks = FakeDisks::new(vec![(disk("sda", None), FakeDisk::new(bytes, 512))]);
        let volumes = parts.iter().map(|part| (u64::from(part.1), Told::default())).collect();
        Self { disks, volumes }
    }

    /// With something in the file system of that partition; folders above it stand too.
    fn with(mut self, first: u64, path: &str, text: &str) -> Self {
        let volume = self.volumes.get_mut(&first).expect("a partition");
        for (end, _) in path.match_indices('/').skip(1) {
            volume.inner = volume.inner.clone().with(&path[..end], Inside::PLAIN_FOLDER);
        }
        let what = if text.is_empty() { Inside::PLAIN_FOLDER } else { Inside::plain(text.to_owned()) };
        volume.inner = volume.inner.clone().with(path, what);
        self
    }

    fn unready(mut self, first: u64, why: Failure) -> Self {
        self.volumes.get_mut(&first).expect("a partition").unready = Some(why);
        self
    }

    fn text(&self, first: u64, path: &str) -> Option<String> {
        match self.volumes[&first].inner.clone().look(path).expect("in memory") {
            Some(Inside::File { text, .. }) => Some(text),
            Some(Inside::Folder { .. } | Inside::Link { .. }) | None => None,
        }
    }

    fn fit(&self, manifest: &Manifest) -> FitOutcome {
        let armed = armed(disk("sda", None));
        let first_boot = manifest.fit.first_boot.clone();
        let order = FitOrder { manifest, first_boot: &first_boot, tag: TAG, hash: None, again: false };
        let (mut fresh, mut news) = (|| [7; 16], |_news| {});
        let mut run = FitRun { disks: self, armed: &armed, fresh: &mut fresh, cancel: &|| false, news: &mut news };
        fit(&order, &mut run)
    }
}

/// An image that nothing grows of, and whose machine is called by its tag.
fn manifest() -> Manifest {
    let text = format!(
        "id = \"a\"\nname = \"a\"\nlength = 1\nblake3 = \"{}\"\nos = \"a\"\narch = \"x86_64\"\nblock = 512\n",
        Digest::ZERO
    );
    let first_boot = FirstBoot { hostname: Some(true), ..FirstBoot::default() };
    let fit = FitWish { grow: Some(Grow::No), first_boot, ..FitWish::default() };
    Manifest { fit, ..Manifest::from_toml("a", &text).expect("good") }
}

fn why(outcome: &FitOutcome) -> Option<&str> {
    outcome.failure.as_ref().map(|failure| failure.what.key())
}

#[test]
fn the_system_is_set_wherever_it_stands_and_only_a_disk_without_one_has_none() {
    let parts = [(0x83, 2048, 4096, SystemKind::Ext), (0x83, 8192, 8192, SystemKind::Ext)];
    let with_home = Shelf::new(&parts).with(2048, "/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    let outcome = with_home.with(8192, "/nam", "").fit(&manifest());
    assert_eq!((why(&outcome), &outcome.notes[..], &outcome.done[..]), (None, &[][..], &[FitStep::HostnameSet][..]));
    // Where there are two, the larger one is the one that people use.
    let two = Shelf::new(&parts).with(2048, "/etc/passwd", "a").with(8192, "/etc/os-release", "a");
    assert_eq!(why(&two.fit(&manifest())), None);
    assert_eq!((two.text(2048, "/etc/hostname"), two.text(8192, "/etc/hostname").is_some()), (None, true));
    let none = Shelf::new(&parts).with(8192, "/nam", "");
    let mut plain = manifest();
    assert_eq!(why(&none.fit(&plain)), Some("fit-no-linux"), "the image asks for it");
    plain.fit.first_boot = FirstBoot::default();
    assert_eq!(none.fit(&plain).notes, [FitNote::NoLinux]);
}

#[test]
fn of_a_linux_and_a_windows_on_one_disk_each_takes_what_it_can_and_is_told_of_once() {
    let both = |network: bool| {
        let parts = [(0x07, 2048, 4096, SystemKind::Ntfs), (0x83, 8192, 8192, SystemKind::Ext)];
        let shelf = Shelf::new(&parts).with(2048, WINDOWS_SYSTEM, "").with(8192, "/etc/passwd", "a");
        if network { shelf.with(8192, "/etc/NetworkManager", "") } else { shelf }
    };
    let mut wants = manifest();
    wants.windows = Some(WindowsNote { edition: "Core".to_owned(), build: None, basis: LicenceBasis::Volume });
    // Windows is not told of name servers.
    wants.fit.first_boot.family_dns = Some(true);
    let shelf = both(true);
    let outcome = shelf.fit(&wants);
    assert_eq!((why(&outcome), &outcome.left[..]), (None, &[][..]));
    assert_eq!(outcome.done, [FitStep::HostnameSet, FitStep::DnsSet]);
    assert!(shelf.text(2048, UNATTEND).expect("put").contains("<ComputerName>"), "Windows is told too");
    assert!(shelf.text(8192, "/etc/hostname").is_some());
    let outcome = both(false).fit(&wants);
    assert_eq!((why(&outcome), &outcome.left[..]), (Some("fit-left"), &[SettingLeft::Dns][..]), "neither takes it");
    // What only the station asks for may stay undone.
    let mut station = wants.clone();
    station.fit.first_boot = FirstBoot { hostname: Some(true), ..FirstBoot::default() };
    assert_eq!(why(&both(false).fit(&station)), None);
}

#[test]
fn only_a_machine_that_mounts_no_btrfs_goes_on_without_growing_it() {
    let parts = [(0x83, 2048, 4096, SystemKind::Btrfs)];
    let mut plain = manifest();
    plain.fit = FitWish::default();
    let no_mount = || Failure::new(Trouble::No, Stays::NoBtrfs.sentence());
    let outcome = Shelf::new(&parts).unready(2048, no_mount()).fit(&plain);
    assert_eq!((why(&outcome), &outcome.notes[..]), (None, &[FitNote::Stays(Stays::NoBtrfs), FitNote::NoLinux][..]));
    let sick = Failure::new(Trouble::No, say!("tool-failed", tool = "btrfs"));
    let outcome = Shelf::new(&parts).unready(2048, sick).fit(&plain);
    assert_eq!((why(&outcome), &outcome.done[..]), (Some("tool-failed"), &[][..]), "damage is damage");
    plain.fit.grow = Some(Grow::Now);
    assert_eq!(why(&Shelf::new(&parts).unready(2048, no_mount()).fit(&plain)), Some("volume-no-btrfs"), "asked for");
}

#[test]
fn what_uefi_starts_from_is_looked_for_by_processor_and_an_image_for_uefi_alone_must_have_it() {
    let with_efi = [(0xEF, 2048, 4096, SystemKind::Fat), (0x83, 8192, 8192, SystemKind::Ext)];
    let boot = |parts: &[Part], file: &str, firmware: Firmware, arch: &str| {
        let mut wants = Manifest { firmware: Some(firmware), arch: arch.to_owned(), ..manifest() };
        wants.fit.as_it_is = true;
        wants.fit.first_boot = FirstBoot::default();
        let shelf = Shelf::new(parts).with(u64::from(parts[0].1), file, "MZ");
        let outcome = shelf.fit(&wants);
        (why(&outcome).map(str::to_owned), outcome.done == [FitStep::BootFound])
    };
    let missing = || (Some("fit-no-boot-path".to_owned()), false);
    for (file, arch) in
        [("/EFI/BOOT/BOOTX64.EFI", "x86_64"), ("/EFI/BOOT/BOOTAA64.EFI", "aarch64"), ("/EFI/BOOT/BOOTIA32.EFI", "i386")]
    {
        assert_eq!(boot(&with_efi, file, Firmware::Uefi, arch), (None, true), "{arch}");
        for other in ["x86_64", "aarch64", "i386"].into_iter().filter(|other| *other != arch) {
            assert_eq!(boot(&with_efi, file, Firmware::Both, other), missing(), "{file} for {other}");
        }
    }
    let (file, alone) = ("/EFI/BOOT/BOOTX64.EFI", &with_efi[1..]);
    assert_eq!(boot(alone, file, Firmware::Uefi, "x86_64"), missing(), "no place for it");
    assert_eq!(boot(alone, file, Firmware::Both, "x86_64"), (None, false), "BIOS starts it");
    assert_eq!(boot(&with_efi, file, Firmware::Uefi, "mips"), (None, false), "nobody knows where that one looks");
}
