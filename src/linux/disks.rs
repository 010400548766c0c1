//! The disks of this machine that may ever be a target, with everything in the way of writing to each.
//!
//! Invariants: a normal station never lists a loop device or a file, and a practice station lists only what it made
//! itself, by its record of the inodes, and nothing that has a second name.

#![expect(clippy::disallowed_methods, reason = "finding disks means reading sysfs and folders")]

use super::block_tree::{BlockTree, Node, at, entries};
use super::identity;
use super::kernel::{FileId, Kernel, Running};
use super::media::Hung;
use super::power::has_our_place;
use super::practice_made::Made;
use super::survey::{LoopSeen, Precious, Survey, node_name};
use super::tool::{Installed, Tools};
use crate::device::{Armed, Attachment, Bus, Disk, DiskIdentity, Medium, MediumKind, Obstacle};
use crate::imaging::{Partition, SystemKind};
use crate::port::{DiskIo, DiskRead, Disks, Failure, NewVolume, Trouble, Volume};
use crate::unit::Bytes;
use crate::word::say;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folder of the practice disks, inside the practice station's own.
pub(super) const PRACTICE: &str = "disks";
/// The block of a plain file that stands in for a disk, bytes.
pub(super) const FILE_BLOCK: u32 = 512;
/// Names of devices that are no disk a bench may write: made of memory or of other disks, or read-only by nature.
const NO_TARGETS: [&str; 8] = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "mtdblock"];

/// Which disks a station may ever write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real disks only.
    Normal,
    /// Only disks that [`PracticeDisks`](super::PracticeDisks) made in this folder.
    Practice {
        /// The practice station's folder.
        folder: PathBuf,
    },
}

/// [`Disks`] by sysfs, procfs and the kernel's answers.
#[derive(Clone, Debug)]
pub struct LinuxDisks {
    pub(super) root: PathBuf,
    pub(super) nodes: PathBuf,
    pub(super) mode: Mode,
    pub(super) ledger: PathBuf,
    pub(super) kernel: Arc<dyn Kernel>,
    pub(super) hung: Hung,
    pub(super) tools: Arc<dyn Tools>,
    /// Names of disks that the program was started from; none at a station.
    pub(super) sticks: Option<Vec<String>>,
}

impl LinuxDisks {
    /// The same where the program was started from a stick: the disks of those names, and every stick that looks like one
    /// of ours, are the system's. Its own root lies in memory and names none.
    #[must_use]
    pub fn started_from(self, sticks: Vec<String>) -> Self {
        Self { sticks: Some(sticks), ..self }
    }

    /// The same, working on file systems with these programs.
    #[must_use]
    pub fn with_tools(self, tools: Arc<dyn Tools>) -> Self {
        Self { tools, ..self }
    }

    /// The disks of the running machine. `ledger` is the ledger's file or folder, absolute; it need not exist yet.
    #[must_use]
    pub fn new(mode: Mode, ledger: impl Into<PathBuf>) -> Self {
        Self {
            root: "/".into(),
            nodes: "/dev".into(),
            mode,
            ledger: ledger.into(),
            kernel: Arc::new(Running),
            hung: Hung::default(),
            tools: Arc::new(Installed),
            sticks: None,
        }
    }

    pub(super) fn look(&self, image: Option<&Path>) -> io::Result<Vec<Disk>> {
        let precious = Precious { ledger: &self.ledger, image };
        let survey = Survey::take(&self.root, &self.nodes, self.kernel.as_ref(), precious)?;
        self.seen(&survey, image)
    }

    /// The block device of that name as it is now, without what stands in its way.
    pub(super) fn glance(&self, name: &str) -> io::Result<Option<Disk>> {
        let survey = Survey::glance(&self.root, &self.nodes, self.kernel.as_ref(), name)?;
        Ok(self.seen(&survey, None)?.into_iter().find(|disk| disk.name == name))
    }

    fn seen(&self, survey: &Survey<'_>, image: Option<&Path>) -> io::Result<Vec<Disk>> {
        let boot = self.root.join("proc/sys/kernel/random/boot_id");
        let boot = std::fs::read_to_string(&boot).map_err(|error| at(&boot, &error))?.trim().to_owned();
        let mut disks = match &self.mode {
            Mode::Normal => self.real(survey, &boot),
            Mode::Practice { folder } => self.practice(survey, &boot, folder, image)?,
        };
        mark_shared(&mut disks);
        Ok(disks)
    }

    fn real(&self, survey: &Survey<'_>, boot: &str) -> Vec<Disk> {
        let tree = &survey.tree;
        let targets = tree.disks().filter(|node| is_target(tree, node));
        let disk = |node: &Node| {
            let path = tree.device_path(node)?;
            let bus = identity::bus(tree, node, &path);
            let port = identity::port(&path);
            let disk = self.disk(survey, node, bus, boot, port);
            if disk.identity.size > Bytes::ZERO { Some(self.named_by_itself(disk)) } else { self.of_odd_blocks(disk) }
        };
        targets.filter_map(disk).collect()
    }

    fn disk(&self, survey: &Survey<'_>, node: &Node, bus: Bus, boot: &str, port: String) -> Disk {
        let tree = &survey.tree;
        let block = |name: &str| tree.number(node, name).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
        let logical = block("queue/logical_block_size").unwrap_or(FILE_BLOCK);
        let mut obstacles = survey.obstacles(&node.name);
        if self.is_stick(tree, node, bus) && !obstacles.contains(&Obstacle::SystemDisk) {
            obstacles.insert(0, Obstacle::SystemDisk);
        }
        Disk {
            name: node.name.clone(),
            path: self.nodes.join(node_name(&node.name)),
            identity: identity::identity(tree, node),
            attachment: Attachment { boot_id: boot.to_owned(), diskseq: tree.number(node, "diskseq"), port },
            logical_block: logical,
            physical_block: block("queue/physical_block_size").unwrap_or(logical),
            bus,
            rotational: identity::rotational(tree, node, bus),
            removable: tree.number(node, "removable") == Some(1),
            practice: false,
            serial_shared: false,
            obstacles,
        }
    }

    /// Whether the disk is what the program was started from, or another such stick.
    fn is_stick(&self, tree: &BlockTree, node: &Node, bus: Bus) -> bool {
        let Some(sticks) = &self.sticks else { return false };
        let is_carried = matches!(bus, Bus::Usb | Bus::Mmc) || tree.number(node, "removable") == Some(1);
        sticks.contains(&node.name) || (is_carried && has_our_place(tree, node))
    }

    /// Through a USB bridge of the plain protocol the kernel reads no serial. What the disk itself says through the bridge is
    /// asked each time anew: without a plug being pulled a dock may hold another disk.
    fn named_by_itself(&self, mut disk: Disk) -> Disk {
        if disk.bus != Bus::Usb || disk.removable || disk.identity.serial.is_some() {
            return disk;
        }
        let medium = self.asked(&disk);
        let is_believed = matches!(medium.kind, MediumKind::Hdd | MediumKind::SataSsd);
        if let Some(told) = medium.told.ok().filter(|_| is_believed) {
            disk.identity.serial = told.serial.as_deref().and_then(identity::serial);
            disk.identity.wwn = disk.identity.wwn.or(told.wwn);
        }
        disk
    }

    /// The kernel shows no size for a disk whose blocks it cannot use, as it does for a reader without a card. Only the
    /// disk itself can tell which it is.
    fn of_odd_blocks(&self, mut disk: Disk) -> Option<Disk> {
        if disk.bus != Bus::Scsi || disk.removable {
            return None;
        }
        let told = self.asked(&disk).told.ok()?;
        let block = told.logical_block.filter(|block| !is_usable(*block))?;
        disk.identity.size = told.size?;
        disk.logical_block = block;
        disk.obstacles.push(Obstacle::OddBlocks(block));
        Some(disk)
    }

    fn practice(&self, survey: &Survey<'_>, boot: &str, folder: &Path, image: Option<&Path>) -> io::Result<Vec<Disk>> {
        let folder = folder.join(PRACTICE);
        let names = match entries(&folder) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&folder, &error)),
        };
        let made = Made::read(&folder).map_err(|error| at(&folder, &error))?;
        let image = image.and_then(|image| self.kernel.stat(image).ok()).map(|stat| stat.id);
        let mut disks = Vec::new();
        for name in names {
            let path = folder.join(&name);
            // Not through links, and no file that somebody put there: it may be anybody's only copy.
            let Ok(metadata) = std::fs::symlink_metadata(&path) else { continue };
            if !made.has(&name, &metadata) {
                continue;
            }
            let id = FileId::of(&metadata);
            let over: Vec<&LoopSeen> = survey.loops.iter().filter(|seen| seen.backing.file == id).collect();
            let loops = over.iter().filter_map(|seen| survey.tree.node(&seen.name));
            disks.extend(loops.map(|node| {
                let disk = self.disk(survey, node, Bus::Loop, boot, inode_port(id));
                Disk { identity: practice_identity(&name, disk.identity.size), practice: true, ..disk }
            }));
            if over.is_empty() {
                let obstacle = (image == Some(id)).then_some(Obstacle::HoldsImage);
                disks.push(file_disk(name, path, &metadata, boot, obstacle));
            }
        }
        Ok(disks.into_iter().filter(|disk| disk.identity.size > Bytes::ZERO).collect())
    }
}

impl Disks for LinuxDisks {
    fn list(&self, image: Option<&Path>) -> Result<Vec<Disk>, Failure> {
        self.look(image).map_err(unreadable)
    }

    fn open(&self, armed: &Armed) -> Result<Box<dyn DiskIo>, Failure> {
        super::block::open(self, armed)
    }

    fn open_to_read(&self, disk: &Disk) -> Result<Box<dyn DiskRead>, Failure> {
        super::block_read::open(self, disk)
    }

    fn medium(&self, disk: &Disk) -> Medium {
        self.asked(disk)
    }

    fn volume(&self, armed: &Armed, partition: Partition, kind: SystemKind) -> Result<Box<dyn Volume>, Failure> {
        super::volume::volume(self, armed, partition, kind)
    }

    fn make_volume(&self, armed: &Armed, partition: Partition, what: &NewVolume<'_>) -> Result<(), Failure> {
        super::volume::make(self, armed, partition, what)
    }
}

/// The machine does not tell its disks.
pub(super) fn unreadable(error: io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("disks-unreadable")).because(error).hint(say!("disks-unreadable-hint"))
}

/// What the port of a practice disk is called: the inode is the place.
fn inode_port(id: FileId) -> String {
    format!("file:{}:{}", id.dev, id.inode)
}

fn practice_identity(name: &str, size: Bytes) -> DiskIdentity {
    DiskIdentity { serial: None, wwn: None, model: Some(name.to_owned()), size }
}

fn file_disk(name: String, path: PathBuf, metadata: &Metadata, boot: &str, image: Option<Obstacle>) -> Disk {
    let block = u64::from(FILE_BLOCK);
    let read_only = (metadata.mode() & 0o200 == 0).then_some(Obstacle::ReadOnly);
    Disk {
        identity: practice_identity(&name, Bytes(metadata.len() / block * block)),
        name,
        path,
        attachment: Attachment { boot_id: boot.to_owned(), diskseq: None, port: inode_port(FileId::of(metadata)) },
        logical_block: FILE_BLOCK,
        physical_block: FILE_BLOCK,
        bus: Bus::File,
        rotational: None,
        removable: false,
        practice: true,
        serial_shared: false,
        obstacles: image.into_iter().chain(read_only).collect(),
    }
}

/// What the kernel's block layer and a job can use. Source: Linux, `drivers/scsi/sd.c`, `sd_read_capacity`.
fn is_usable(block: u32) -> bool {
    [512, 1024, 2048, 4096].contains(&block)
}

fn is_target(tree: &BlockTree, node: &Node) -> bool {
    let named =
        |kind: &&str| node.name.strip_prefix(*kind).is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    // Network disks, bcache, zvols and whatever comes next have no hardware below them either.
    let made_up = || tree.device_path(node).is_some_and(|path| path.starts_with("virtual/block"));
    // An eMMC's boot and replay-protected areas are not the disk; NVMe paths below a shared name are hidden.
    let area = node.name.starts_with("mmcblk") && (node.name.contains("boot") || node.name.contains("rpmb"));
    !NO_TARGETS.iter().any(named) && !made_up() && !area && tree.number(node, "hidden") != Some(1)
}

fn mark_shared(disks: &mut [Disk]) {
    let serials: Vec<Option<String>> =
        disks.iter().map(|disk| disk.identity.serial.as_deref().map(str::to_uppercase)).collect();
    for (disk, serial) in disks.iter_mut().zip(&serials) {
        disk.serial_shared = serial.is_some() && serials.iter().filter(|other| *other == serial).count() > 1;
    }
}
