//! Made-up machines for tests: sysfs and procfs trees of plain files, and a kernel that answers what it was told.

#![expect(clippy::disallowed_methods, reason = "the trees are files")]

use super::block_tree::BlockTree;
use super::dev_no::DevNo;
use super::kernel::{Backing, FileId, Kernel, Stat};
use crate::port::{Commands, Model};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A tree that is removed in the end.
#[derive(Debug)]
pub(super) struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    /// A machine without disks, with a root file system of no disk.
    pub(super) fn new() -> Self {
        let tree = Self { folder: tempfile::tempdir().expect("temporary folder") };
        for dir in ["sys/block", "sys/devices", "proc/self", "proc/1"] {
            fs::create_dir_all(tree.root().join(dir)).expect("folder");
        }
        tree.file("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
        tree.mounts("self", "");
        tree.mounts("1", "");
        tree
    }

    /// Where it is.
    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes one file, below the root.
    pub(super) fn file(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("folder");
        fs::write(path, text).expect("file");
    }

    /// Adds a whole disk of 1 GiB at that device path.
    pub(super) fn disk(&self, name: &str, dev: &str, path: &str) {
        let real = self.root().join("sys/devices").join(path);
        fs::create_dir_all(&real).expect("folder");
        std::os::unix::fs::symlink(&real, self.root().join("sys/block").join(name)).expect("link");
        let seq = dev.bytes().fold(0, |seq, byte| seq * 10 + u32::from(byte));
        for (attribute, value) in [("dev", dev), ("size", "2097152"), ("ro", "0"), ("diskseq", &seq.to_string())] {
            self.attribute(name, attribute, value);
        }
        self.attribute(name, "queue/logical_block_size", "512");
        self.attribute(name, "queue/physical_block_size", "4096");
    }

    /// Adds a SATA disk with a serial.
    pub(super) fn sata(&self, name: &str, dev: &str) {
        self.disk(name, dev, &format!("pci0000:00/ata1/host0/target0:0:0/0:0:0:0/block/{name}"));
        self.attribute(name, "device/serial", &format!("MADEUP-{name}"));
    }

    /// Adds a partition.
    pub(super) fn part(&self, disk: &str, name: &str, dev: &str) {
        self.attribute(disk, &format!("{name}/partition"), "1");
        self.attribute(disk, &format!("{name}/dev"), dev);
    }

    /// Adds a device that stands on others.
    pub(super) fn virtual_disk(&self, name: &str, dev: &str, slaves: &[&str]) {
        self.disk(name, dev, &format!("virtual/block/{name}"));
        for slave in slaves {
            self.attribute(name, &format!("slaves/{slave}"), "");
        }
    }

    /// Writes an attribute.
    pub(super) fn attribute(&self, disk: &str, attribute: &str, value: &str) {
        self.file(&format!("sys/block/{disk}/{attribute}"), value);
    }

    /// Writes a process's mountinfo: one `dev point type source options` a line. `/station` is always in memory.
    pub(super) fn mounts(&self, process: &str, lines: &str) {
        let lines = format!("{lines}\n0:99 /station tmpfs tmpfs rw");
        let lines = lines.trim().lines().map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [dev, point, kind, source, options] = words[..] else { panic!("five words: {line}") };
            format!("1 0 {dev} / {point} rw - {kind} {source} {options}\n")
        });
        let text: String = lines.collect();
        self.file(&format!("proc/{process}/mountinfo"), &text);
    }

    /// Its block devices.
    pub(super) fn blocks(&self) -> BlockTree {
        BlockTree::read(self.root()).expect("made-up tree")
    }
}

/// A kernel that answers what it was told, and for all other paths that they lie on no disk.
#[derive(Clone, Debug, Default)]
pub(super) struct MadeUp {
    places: BTreeMap<PathBuf, Stat>,
    loops: BTreeMap<PathBuf, Backing>,
    labels: BTreeSet<PathBuf>,
    drives: BTreeMap<PathBuf, Model>,
}

impl MadeUp {
    /// A file lies on the file system of that number.
    pub(super) fn file(mut self, path: &str, dev: &str, inode: u64) -> Self {
        let id = FileId { dev: number(dev), inode };
        self.places.insert(path.into(), Stat { id, block: None, real: path.into() });
        self
    }

    /// A node of a block device.
    pub(super) fn node(mut self, path: &str, dev: &str) -> Self {
        let id = FileId { dev: number("0:6"), inode: 1 };
        self.places.insert(path.into(), Stat { id, block: Some(number(dev)), real: path.into() });
        self
    }

    /// A loop device on a file.
    pub(super) fn loop_on_file(mut self, node: &str, dev: &str, inode: u64) -> Self {
        let file = FileId { dev: number(dev), inode };
        self.loops.insert(node.into(), Backing { file, block: None });
        self
    }

    /// A loop device on a block device.
    pub(super) fn loop_on_block(mut self, node: &str, dev: &str) -> Self {
        let file = FileId { dev: number("0:6"), inode: 2 };
        self.loops.insert(node.into(), Backing { file, block: Some(number(dev)) });
        self
    }

    /// A model of a drive behind that node.
    pub(super) fn drive_model(mut self, node: &str, model: Model) -> Self {
        self.drives.insert(node.into(), model);
        self
    }

    /// A ZFS label on that node.
    pub(super) fn zfs(mut self, node: &str) -> Self {
        self.labels.insert(node.into());
        self
    }
}

impl Kernel for MadeUp {
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.places.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn loop_backing(&self, node: &Path) -> io::Result<Backing> {
        self.loops.get(node).copied().ok_or_else(|| io::Error::from_raw_os_error(6))
    }

    fn has_zfs_label(&self, node: &Path) -> bool {
        self.labels.contains(node)
    }

    fn drive(&self, node: &Path) -> io::Result<Box<dyn Commands>> {
        let model = self.drives.get(node).ok_or_else(|| io::Error::from_raw_os_error(2))?;
        Ok(Box::new(model.clone()))
    }
}

fn number(dev: &str) -> DevNo {
    dev.parse().expect("device number")
}
