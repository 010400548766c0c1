//! The kernel's block devices as sysfs shows them at one moment: whole disks, partitions, and who stands on whom.
//!
//! Invariants: everything is read below one root folder, so that a tree of plain files works as well; a device that
//! vanishes while it is read is left out.

#![expect(clippy::disallowed_methods, reason = "reading sysfs is what this file is for")]

use super::dev_no::DevNo;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// One block device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// Kernel name.
    pub(super) name: String,
    /// The whole disk that it is, or is a partition of.
    pub(super) disk: String,
    /// Its number.
    pub(super) dev: DevNo,
    /// What it stands on: names in `slaves/`.
    pub(super) slaves: Vec<String>,
    /// What stands on it: names in `holders/`.
    pub(super) holders: Vec<String>,
}

/// All of them.
#[derive(Clone, Debug)]
pub(super) struct BlockTree {
    root: PathBuf,
    nodes: BTreeMap<String, Node>,
    groups: Vec<Vec<String>>,
}

impl BlockTree {
    /// Reads `sys/block` below `root`.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let block = root.join("sys/block");
        let disks = entries(&block).map_err(|error| at(&block, &error))?;
        let btrfs = root.join("sys/fs/btrfs");
        let groups = listed(&btrfs).iter().map(|id| listed(&btrfs.join(id).join("devices"))).collect();
        Ok(Self { groups, ..Self::of(root, disks) })
    }

    /// Only the disk of that name and its partitions, where it is there.
    pub(super) fn read_one(root: &Path, disk: &str) -> Self {
        Self::of(root, vec![disk.to_owned()])
    }

    fn of(root: &Path, disks: Vec<String>) -> Self {
        let block = root.join("sys/block");
        let mut nodes = BTreeMap::new();
        for disk in disks {
            let dir = block.join(&disk);
            for part in listed(&dir).into_iter().filter(|part| dir.join(part).join("partition").exists()) {
                nodes.extend(node(&dir.join(&part), &part, &disk).map(|node| (part, node)));
            }
            nodes.extend(node(&dir, &disk, &disk).map(|node| (disk, node)));
        }
        Self { root: root.to_owned(), nodes, groups: Vec::new() }
    }

    /// Every block device, in the order of names.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// Whole disks only.
    pub(super) fn disks(&self) -> impl Iterator<Item = &Node> {
        self.nodes().filter(|node| node.name == node.disk)
    }

    /// The device of that name.
    pub(super) fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.get(name)
    }

    /// The device of that number.
    pub(super) fn by_dev(&self, dev: DevNo) -> Option<&Node> {
        self.nodes().find(|node| node.dev == dev)
    }

    /// Devices that share one open btrfs, one list a file system.
    pub(super) fn groups(&self) -> &[Vec<String>] {
        &self.groups
    }

    /// An attribute of the device, trimmed; `None` where it is missing or empty.
    pub(super) fn text(&self, node: &Node, attribute: &str) -> Option<String> {
        let bytes = self.bytes(node, attribute)?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// An attribute of the device as it is.
    pub(super) fn bytes(&self, node: &Node, attribute: &str) -> Option<Vec<u8>> {
        std::fs::read(self.dir(node).join(attribute)).ok()
    }

    /// A number that an attribute of the device holds.
    pub(super) fn number(&self, node: &Node, attribute: &str) -> Option<u64> {
        self.text(node, attribute)?.parse().ok()
    }

    /// Whether the device has the attribute or folder.
    pub(super) fn has(&self, node: &Node, attribute: &str) -> bool {
        self.dir(node).join(attribute).exists()
    }

    /// The device path below `sys/devices`, with all links followed.
    pub(super) fn device_path(&self, node: &Node) -> Option<PathBuf> {
        let devices = self.root.join("sys/devices").canonicalize().ok()?;
        Some(self.dir(node).canonicalize().ok()?.strip_prefix(devices).ok()?.to_owned())
    }

    /// An attribute of anything on a device path, trimmed; `None` where it is missing or empty.
    pub(super) fn device_text(&self, path: &Path, attribute: &str) -> Option<String> {
        let file = self.root.join("sys/devices").join(path).join(attribute);
        let text = std::fs::read_to_string(file).ok()?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn dir(&self, node: &Node) -> PathBuf {
        let disk = self.root.join("sys/block").join(&node.disk);
        if node.name == node.disk { disk } else { disk.join(&node.name) }
    }
}

/// The error with the place where it happened.
pub(super) fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Names in a folder, sorted.
pub(super) fn entries(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn listed(dir: &Path) -> Vec<String> {
    // A folder that is not there lists nothing: most devices have no slaves, and any device may vanish.
    entries(dir).unwrap_or_default()
}

fn node(dir: &Path, name: &str, disk: &str) -> Option<Node> {
    let dev = std::fs::read_to_string(dir.join("dev")).ok()?.trim().parse().ok()?;
    let (slaves, holders) = (listed(&dir.join("slaves")), listed(&dir.join("holders")));
    Some(Node { name: name.to_owned(), disk: disk.to_owned(), dev, slaves, holders })
}
