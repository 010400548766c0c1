//! What the tests of sticks stand on: a small image of a stick, a practice station with a passphrase for its sticks, and other
//! people's programs that look at what was made.

#![expect(clippy::disallowed_methods, reason = "these tests make images and read disks with other programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{LEAD, Ran, Rig, aloud, can_loop, ran};
use super::fit::sh;
use aoxanh::linux::PracticeDisk;
use aoxanh::unit::Bytes;
use std::fs;
use std::path::{Path, PathBuf};

/// An image of 40 MiB in the layout of a stick: a place for GRUB, an EFI system partition, an empty place for records.
const IMAGE: &str = r"
set -e
mkdir -p empty
truncate -s 16M records
mke2fs -q -t ext4 -L AOXANH -d empty records
truncate -s 8M esp
mkfs.vfat -n AOXANH-EFI esp >/dev/null
truncate -s 40M the.img
printf 'label: gpt\nstart=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649\nstart=4096, size=16384, type=uefi\nstart=20480, size=32768, type=linux\n' |
    sfdisk --quiet --no-reread --no-tell-kernel the.img
dd if=esp of=the.img bs=1M seek=2 conv=notrunc status=none
dd if=records of=the.img bs=1M seek=10 conv=notrunc status=none
";
/// Where the place for records begins.
pub(crate) const RECORDS: u64 = 10 << 20;
/// What opens the vault of a stick.
pub(crate) const STICK_PASSPHRASE: &str = "chín con mèo mướp vàng";
/// The PIN of every practice station's lead.
pub(crate) const PRACTICE_PIN: &str = "2468";

/// A practice station with an image for its sticks.
pub(crate) struct Sticks {
    pub(crate) rig: Rig,
}

impl Sticks {
    /// None, said aloud, where the programs for it are missing.
    pub(crate) fn new() -> Option<Self> {
        let (missing, _) = sh(Path::new("/"), "type sfdisk mke2fs e2fsck mkfs.vfat debugfs", &[]);
        if missing != 0 {
            aloud("NOT RUN: sticks need fdisk, e2fsprogs and dosfstools");
            return None;
        }
        let rig = Rig::practice();
        let (code, said) = sh(rig.home(), IMAGE, &[]);
        assert_eq!(code, 0, "{said}");
        for (name, secret) in [("stick", STICK_PASSPHRASE), ("practice-pin", PRACTICE_PIN)] {
            fs::write(rig.memory().join(name), format!("{secret}\n")).expect("ours");
        }
        Some(Self { rig })
    }

    /// A blank disk for a stick; none, said aloud, without loop devices.
    pub(crate) fn disk(&self, name: &str) -> Option<PracticeDisk> {
        let disk = self.rig.disk(name, Bytes::mib(96));
        can_loop(&disk).then_some(disk)
    }

    /// The words that sign the lead in.
    pub(crate) fn lead(&self) -> Vec<String> {
        ["--by", LEAD, "--pin-file", &self.rig.secret("practice-pin")].map(str::to_owned).to_vec()
    }

    /// That line by the lead.
    pub(crate) fn run(&self, line: &[&str]) -> Ran {
        let words: Vec<String> = line.iter().map(|word| (*word).to_owned()).chain(self.lead()).collect();
        self.rig.json(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Makes a stick of that disk, with more words.
    pub(crate) fn write(&self, disk: &PracticeDisk, more: &[&str]) -> Ran {
        let (code, passphrase) = (self.rig.code(disk), self.rig.secret("stick"));
        let fixed = ["stick", "write", disk.name(), "--image", "the.img", "--stick-passphrase-file", &passphrase];
        self.run(&[fixed.as_slice(), &["--confirm", &code], more].concat())
    }

    /// The same with a program of that name and text in the way of the real one.
    pub(crate) fn write_with(&self, disk: &PracticeDisk, name: &str, program: &str) -> Ran {
        use std::os::unix::fs::PermissionsExt;
        let folder = self.rig.home().join("bin");
        fs::create_dir_all(&folder).expect("ours");
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/bash\n{program}\n")).expect("ours");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("ours");
        let (code, passphrase) = (self.rig.code(disk), self.rig.secret("stick"));
        let fixed = ["--json", "stick", "write", disk.name(), "--image", "the.img", "--stick-passphrase-file"];
        let mut line: Vec<String> = fixed.map(str::to_owned).to_vec();
        line.extend([passphrase, "--confirm".to_owned(), code]);
        line.extend(self.lead());
        let mut command = self.rig.command(&line.iter().map(String::as_str).collect::<Vec<_>>());
        let real = std::env::var("PATH").expect("UTF-8");
        command.env("PATH", format!("{}:{real}:/usr/sbin:/sbin", folder.display()));
        let done = ran(&mut command);
        fs::remove_file(path).expect("ours");
        done
    }

    /// Everything in a stick's place for records, taken out by `debugfs` after `e2fsck` found nothing.
    pub(crate) fn taken_out(&self, disk: &PracticeDisk, to: &str) -> PathBuf {
        let folder = self.rig.memory().join(to);
        fs::create_dir(&folder).expect("ours");
        let script = "e2fsck -fn \"$1?offset=$2\" && debugfs -R \"rdump / $3\" \"$1?offset=$2\" 2>/dev/null";
        let backing = disk.backing().display().to_string();
        let (code, said) =
            sh(self.rig.home(), script, &[&backing, &RECORDS.to_string(), &folder.display().to_string()]);
        assert_eq!(code, 0, "{said}");
        folder
    }
}

/// How often those bytes stand in that file.
pub(crate) fn times(file: &Path, wanted: &[u8]) -> usize {
    let bytes = fs::read(file).expect("ours");
    bytes.windows(wanted.len()).filter(|part| *part == wanted).count()
}
