//! One look at the machine: what stands on what, down to the disks, and so what stands in the way of writing to each.
//!
//! Invariants: a survey is taken whole and never refreshed; it only reads; when in doubt a disk has the obstacle.

use super::block_tree::{BlockTree, Node, at};
use super::dev_no::DevNo;
use super::kernel::{Backing, Kernel};
use super::mounts::{Mount, Mounts, swaps};
use crate::device::Obstacle;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// Mount points that make the disks below them the system's. Live systems come in through `/` and its layers.
const SYSTEM: [&str; 5] = ["/", "/boot", "/boot/efi", "/efi", "/usr"];
/// What a loop device says that was detached meanwhile (`ENOENT`, `ENXIO`, `ENODEV`), or whose file is gone with the program
/// that served its file system (`ECONNABORTED`, `ENOTCONN`): nothing stands behind it, and it must not hide the others.
const NOTHING_BEHIND: [i32; 5] = [2, 6, 19, 103, 107];

/// A loop device in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoopSeen {
    /// Its kernel name.
    pub(super) name: String,
    /// What it stands on.
    pub(super) backing: Backing,
    path: PathBuf,
}

/// Where files lie that must not be overwritten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Precious<'a> {
    /// The ledger's file or folder; it need not exist yet.
    pub(super) ledger: &'a Path,
    /// The image about to be written.
    pub(super) image: Option<&'a Path>,
}

/// Everything one look tells.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    kernel: &'a dyn Kernel,
    /// The block devices.
    pub(super) tree: BlockTree,
    /// The loop devices in use.
    pub(super) loops: Vec<LoopSeen>,
    mounts: Mounts,
    zfs: bool,
    found: BTreeMap<String, Vec<Obstacle>>,
}

/// Something to stand on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ground {
    Device(DevNo),
    Place(PathBuf),
}

impl<'a> Survey<'a> {
    /// Looks. `root` is where sysfs and procfs are, `nodes` where the device nodes are. Errors: what could not be read, by
    /// its path.
    pub(super) fn take(root: &Path, nodes: &Path, kernel: &'a dyn Kernel, precious: Precious<'_>) -> io::Result<Self> {
        let tree = BlockTree::read(root)?;
        let loops = loops(&tree, nodes, kernel)?;
        // ZFS claims its disks itself; where it does not run, an old label on a donated disk holds nothing.
        let zfs = root.join("sys/module/zfs").exists();
        let mounts = Mounts::read(root)?;
        let mut survey = Self { kernel, tree, loops, mounts, zfs, found: BTreeMap::new() };
        survey.find(root, nodes, precious)?;
        Ok(survey)
    }

    /// Looks at one disk only, and not for what stands in its way: enough to know it again, and cheap.
    pub(super) fn glance(root: &Path, nodes: &Path, kernel: &'a dyn Kernel, disk: &str) -> io::Result<Self> {
        let tree = BlockTree::read_one(root, disk);
        let loops = loops(&tree, nodes, kernel)?;
        Ok(Self { kernel, tree, loops, mounts: Mounts::default(), zfs: false, found: BTreeMap::new() })
    }

    /// What stands in the way of writing to the device of that name, the gravest first.
    pub(super) fn obstacles(&self, name: &str) -> Vec<Obstacle> {
        self.found.get(name).cloned().unwrap_or_default()
    }

    fn find(&mut self, root: &Path, nodes: &Path, precious: Precious<'_>) -> io::Result<()> {
        let system = self.mounts.own.iter().chain(&self.mounts.first);
        let system = system.filter(|mount| SYSTEM.iter().any(|point| mount.point == Path::new(point)));
        let system = self.below(system.flat_map(grounds).collect());
        let ledger = self.below(vec![Ground::Place(self.existing(precious.ledger)?)]);
        let image = match precious.image {
            Some(image) => self.below(vec![Ground::Place(image.to_owned())]),
            None => BTreeSet::new(),
        };
        let image_file = precious.image.map(|image| self.kernel.stat(image).map_err(|error| at(image, &error)));
        let image_file = image_file.transpose()?.map(|stat| stat.id);
        self.note(system, &Obstacle::SystemDisk);
        self.note(ledger, &Obstacle::HoldsLedger);
        self.note(image, &Obstacle::HoldsImage);
        let over_image = self.loops.iter().filter(|seen| Some(seen.backing.file) == image_file);
        self.note(over_image.map(|seen| seen.name.clone()).collect(), &Obstacle::HoldsImage);
        self.find_mounted();
        for swap in swaps(root) {
            self.note(self.below(vec![Ground::Place(swap)]), &Obstacle::Swap);
        }
        self.find_held(nodes);
        self.find_loops();
        let read_only = self.tree.nodes().filter(|node| self.tree.number(node, "ro") == Some(1));
        let read_only = read_only.filter(|node| node.name == node.disk).map(|node| node.name.clone()).collect();
        self.note(read_only, &Obstacle::ReadOnly);
        Ok(())
    }

    /// One mount point a disk is enough to name, and this process's own come first: a person can look there.
    fn find_mounted(&mut self) {
        let mut named = BTreeMap::new();
        for mount in self.mounts.own.iter().chain(&self.mounts.first).chain(&self.mounts.all) {
            for name in self.below(grounds(mount)) {
                named.entry(name).or_insert_with(|| Obstacle::Mounted(mount.point.display().to_string()));
            }
        }
        for (name, mounted) in named {
            self.note(BTreeSet::from([name]), &mounted);
        }
        for group in self.tree.groups().to_vec() {
            for node in group.iter().filter_map(|name| self.tree.node(name)).cloned().collect::<Vec<_>>() {
                let known = |name: &str| self.obstacles(name).iter().any(|o| matches!(o, Obstacle::Mounted(_)));
                if !known(&node.name) {
                    self.note(BTreeSet::from([node.name, node.disk]), &Obstacle::Held("btrfs".to_owned()));
                }
            }
        }
    }

    fn find_held(&mut self, nodes: &Path) {
        let mut held: Vec<(Node, String)> = Vec::new();
        for node in self.tree.nodes() {
            held.extend(node.holders.iter().map(|holder| (node.clone(), self.title(holder))));
            let slaves = node.slaves.iter().filter_map(|slave| self.tree.node(slave));
            held.extend(slaves.map(|slave| (slave.clone(), self.title(&node.name))));
            held.extend(self.tree.has(node, "bcache").then(|| (node.clone(), "bcache".to_owned())));
            let label = self.zfs && self.kernel.has_zfs_label(&nodes.join(node_name(&node.name)));
            held.extend(label.then(|| (node.clone(), "ZFS".to_owned())));
        }
        for (node, holder) in held {
            self.note(BTreeSet::from([node.name, node.disk]), &Obstacle::Held(holder));
        }
    }

    /// `O_EXCL` and `holders/` do not show a loop device on a disk. Two loops over one file are one disk twice.
    fn find_loops(&mut self) {
        for seen in self.loops.clone() {
            let under = Obstacle::UnderLoop(seen.name.clone());
            if let Some(block) = seen.backing.block {
                self.note(self.below(vec![Ground::Device(block)]), &under);
            }
            let twins = self.loops.iter().filter(|twin| twin.backing == seen.backing && twin.name != seen.name);
            self.note(twins.map(|twin| twin.name.clone()).collect(), &under);
        }
    }

    fn note(&mut self, names: BTreeSet<String>, obstacle: &Obstacle) {
        for name in names {
            let known = self.found.entry(name).or_default();
            if !known.contains(obstacle) {
                known.push(obstacle.clone());
            }
        }
    }

    /// How a person knows the holder: its kind and its own name.
    fn title(&self, holder: &str) -> String {
        let Some(node) = self.tree.node(holder) else { return holder.to_owned() };
        if let Some(uuid) = self.tree.text(node, "dm/uuid") {
            let name = self.tree.text(node, "dm/name").unwrap_or_else(|| holder.to_owned());
            let kind = match uuid.split('-').next() {
                Some("LVM") => "LVM",
                Some("CRYPT") => "dm-crypt",
                Some("mpath") => "multipath",
                _other => "device-mapper",
            };
            return format!("{kind} {name}");
        }
        if self.tree.has(node, "md") { format!("MD {holder}") } else { holder.to_owned() }
    }

    /// Every device below `grounds`: partitions, their disks, what dm, MD, btrfs and loop devices stand on, all the way
    /// down.
    fn below(&self, grounds: Vec<Ground>) -> BTreeSet<String> {
        let (mut names, mut seen, mut todo) = (BTreeSet::new(), BTreeSet::new(), grounds);
        while let Some(ground) = todo.pop() {
            if !seen.insert(ground.clone()) {
                continue;
            }
            match ground {
                Ground::Place(place) => todo.extend(self.under_place(&place)),
                Ground::Device(dev) => {
                    let node = self.tree.by_dev(dev);
                    names.extend(node.map(|node| node.name.clone()));
                    todo.extend(node.into_iter().flat_map(|node| self.next_below(node)));
                    let same = self.mounts.all.iter().filter(|mount| mount.dev == dev && dev.is_anonymous());
                    todo.extend(same.flat_map(grounds_of_anonymous));
                }
            }
        }
        names
    }

    fn next_below(&self, node: &Node) -> Vec<Ground> {
        let group = self.tree.groups().iter().filter(|group| group.contains(&node.name)).flatten();
        let names = node.slaves.iter().chain(group).chain(std::iter::once(&node.disk));
        let mut next: Vec<Ground> =
            names.filter_map(|name| self.tree.node(name)).map(|node| Ground::Device(node.dev)).collect();
        for seen in self.loops.iter().filter(|seen| seen.name == node.name) {
            next.push(seen.backing.block.map_or_else(|| Ground::Device(seen.backing.file.dev), Ground::Device));
            next.push(Ground::Place(seen.path.clone()));
        }
        next
    }

    fn under_place(&self, place: &Path) -> Vec<Ground> {
        let Ok(stat) = self.kernel.stat(place) else { return Vec::new() };
        let dev = stat.block.unwrap_or(stat.id.dev);
        let mut next = vec![Ground::Device(dev)];
        if dev.is_anonymous() {
            // A btrfs subvolume has a number that no mount shows: go by the path.
            next.extend(self.mounts.over(&stat.real).into_iter().flat_map(grounds));
        }
        next
    }

    fn existing(&self, path: &Path) -> io::Result<PathBuf> {
        let ancestors = path.ancestors().map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path });
        let found = ancestors.into_iter().find(|path| self.kernel.stat(path).is_ok());
        found.map(Path::to_owned).ok_or_else(|| at(path, &io::ErrorKind::NotFound.into()))
    }
}

/// The file name of a device node: sysfs writes `!` where the node has `/`.
pub(super) fn node_name(name: &str) -> String {
    name.replace('!', "/")
}

fn grounds(mount: &Mount) -> Vec<Ground> {
    if mount.dev.is_anonymous() { grounds_of_anonymous(mount) } else { vec![Ground::Device(mount.dev)] }
}

fn grounds_of_anonymous(mount: &Mount) -> Vec<Ground> {
    let source = Some(&mount.source).filter(|source| source.is_absolute());
    source.into_iter().chain(&mount.layers).cloned().map(Ground::Place).collect()
}

fn loops(tree: &BlockTree, nodes: &Path, kernel: &dyn Kernel) -> io::Result<Vec<LoopSeen>> {
    let mut found = Vec::new();
    for node in tree.disks().filter(|node| node.name.starts_with("loop")) {
        let Some(path) = tree.text(node, "loop/backing_file").map(PathBuf::from) else { continue };
        let device = nodes.join(node_name(&node.name));
        let backing = match kernel.loop_backing(&device) {
            Ok(backing) => backing,
            Err(error) if error.raw_os_error().is_some_and(|code| NOTHING_BEHIND.contains(&code)) => continue,
            // Without root the node does not open, but sysfs names the file.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => match kernel.stat(&path) {
                Ok(stat) => Backing { file: stat.id, block: stat.block },
                Err(_gone) => continue,
            },
            Err(error) => return Err(at(&device, &error)),
        };
        found.push(LoopSeen { name: node.name.clone(), backing, path });
    }
    Ok(found)
}
