//! Fitting that is killed between any two programs and called again comes to what it would have come to undisturbed.

#![expect(clippy::disallowed_methods, reason = "these tests make images and read disks with other programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::aloud;
use super::fit::{IMAGE, SYSTEM, sh};
use super::practice_bench::Bench;
use aoxanh::imaging::{FIRST_BOOT, FirstBoot, Manifest};
use aoxanh::job::{FitOrder, FitOutcome, FitRun, fit};
use aoxanh::linux::{Installed, ToolAnswer, Tools};
use aoxanh::port::{Failure, Trouble};
use aoxanh::unit::{Bytes, Digest};
use aoxanh::word::say;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs so many programs and then none.
#[derive(Debug)]
struct Killed(AtomicUsize);

impl Tools for Killed {
    fn run(&self, name: &str, args: &[&OsStr]) -> Result<ToolAnswer, Failure> {
        match self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
            Ok(_some) => Installed.run(name, args),
            Err(_none) => Err(Failure::new(Trouble::Io, say!("plain", text = "killed"))),
        }
    }
}

struct Written {
    bench: Bench,
    backing: PathBuf,
    image: Vec<u8>,
    manifest: Manifest,
    first_boot: FirstBoot,
}

impl Written {
    /// A practice disk of 64 MiB, and the image of 48 MiB that is written to it.
    fn new() -> Option<Self> {
        if sh(std::path::Path::new("/"), "type sgdisk sfdisk mke2fs mkfs.vfat mcopy debugfs resize2fs", &[]).0 != 0 {
            aloud("NOT RUN: fitting needs gdisk, fdisk, e2fsprogs, dosfstools and mtools");
            return None;
        }
        let bench = Bench::new();
        let made = bench.folder.path().join("made");
        fs::create_dir(&made).expect("ours");
        let (code, said) = sh(&made, IMAGE, &["whole"]);
        assert_eq!(code, 0, "{said}");
        let image = fs::read(made.join("he-thong.img")).expect("made");
        let blake3 = Digest(*blake3::hash(&image).as_bytes());
        let text = format!(
            "id = \"a\"\nname = \"a\"\nlength = {}\nblake3 = \"{blake3}\"\nos = \"linux\"\narch = \"x86_64\"\nblock = 512\n\
             firmware = \"uefi\"\n[first_boot]\nuser = \"hocsinh\"\npassword = \"none\"\nlocale = \"\"\nkeyboard = \"keep\"\n\
             [[fit.file]]\npartition = 1\npath = \"/board/name\"\ntext = \"{{tag}}\"\n",
            image.len()
        );
        let manifest = Manifest::from_toml("a", &text).expect("good");
        let base = FirstBoot::from_toml("b", FIRST_BOOT).expect("good");
        let first_boot = manifest.fit.first_boot.clone().over(base);
        let backing = bench.practice.make_file("o", Bytes::mib(64)).expect("a new file");
        Some(Self { bench, backing, image, manifest, first_boot })
    }

    /// As the write leaves it.
    fn written(&self) {
        let file = File::options().write(true).open(&self.backing).expect("ours");
        file.set_len(0).and_then(|()| file.set_len(Bytes::mib(64).0)).expect("ours");
        for (at, piece) in (0..).step_by(1 << 16).zip(self.image.chunks(1 << 16)) {
            if piece.iter().any(|byte| *byte != 0) {
                file.write_all_at(piece, at).expect("ours");
            }
        }
        file.sync_all().expect("ours");
    }

    fn fit(&self, tools: Arc<dyn Tools>, again: bool) -> FitOutcome {
        let disks = self.bench.disks.clone().with_tools(tools);
        let order = FitOrder {
            manifest: &self.manifest,
            first_boot: &self.first_boot,
            tag: "7K3XQ-92M4T-8",
            hash: None,
            again,
        };
        let armed = self.bench.arm("o.img");
        let (mut fresh, mut news) = (|| [7; 16], |_news| {});
        let mut run = FitRun { disks: &disks, armed: &armed, fresh: &mut fresh, cancel: &|| false, news: &mut news };
        fit(&order, &mut run)
    }

    /// Everything that stands on the disk, and nothing that another program complains of.
    fn state(&self) -> String {
        let script = r#"
            set -e
            sgdisk -v "$1" | grep 'No problems found'
            sgdisk -p "$1" | grep -v GUID
            e2fsck -fn "$1?offset=$2" >/dev/null 2>&1
            rm -rf tree && mkdir tree && debugfs -R 'rdump / tree' "$1?offset=$2" 2>/dev/null
            find tree -mindepth 1 ! -name '.aoxanh*' -printf '%P %m %U %G %l ' \( -type f -exec sha256sum {} \; -o -printf '\n' \) | sort
            find tree -name '.aoxanh*'
            dumpe2fs -h "$1?offset=$2" 2>/dev/null | grep -E '^(Block count|Free inodes)'
            mtype -i "$1@@1M" ::/board/name
        "#;
        let words = [self.backing.display().to_string(), SYSTEM.to_string()];
        let (code, said) = sh(self.bench.folder.path(), script, &[&words[0], &words[1]]);
        assert_eq!(code, 0, "{said}");
        said
    }
}

#[test]
fn fitting_that_was_killed_anywhere_comes_to_the_same_when_it_is_called_again() {
    let Some(disk) = Written::new() else { return };
    disk.written();
    let count = Arc::new(Killed(AtomicUsize::new(1 << 20)));
    let outcome = disk.fit(count.clone(), false);
    assert_eq!(outcome.failure, None);
    let programs = (1 << 20) - count.0.load(Ordering::SeqCst);
    let whole = disk.state();
    assert!(whole.contains("home/hocsinh/.profile 644 1000 1000") && !whole.contains(".aoxanh"), "{whole}");
    // Every place in a long run, some of them in a short one, and never the same number of programs apart from each other.
    let step = if std::env::var_os("AOXANH_LONG").is_some() { 1 } else { programs / 6 + 1 };
    for left in (0..programs).step_by(step) {
        disk.written();
        assert!(disk.fit(Arc::new(Killed(AtomicUsize::new(left))), false).failure.is_some(), "{left}");
        let again = disk.fit(Arc::new(Installed), true);
        assert_eq!(again.failure, None, "killed after {left} of {programs} programs");
        assert_eq!(disk.state(), whole, "killed after {left} of {programs} programs");
    }
}
