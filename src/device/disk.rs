//! A disk as the machine shows it now: who it is, where it is plugged in, and what stands in the way of writing to it.

use crate::unit::Bytes;
use std::path::PathBuf;

/// What stays the same when a disk is unplugged and plugged in elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DiskIdentity {
    /// Serial number; `None` where the disk or its bridge gives none, or only junk.
    pub serial: Option<String>,
    /// World Wide Name, EUI or NGUID.
    pub wwn: Option<String>,
    /// Model name.
    pub model: Option<String>,
    /// Size of the whole disk.
    pub size: Bytes,
}

impl DiskIdentity {
    /// What the ledger calls this disk: serial, model and size; `None` without a serial, because then two disks look alike.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        let serial = self.serial.as_deref()?;
        Some(format!("{serial}|{}|{}", self.model.as_deref().unwrap_or(""), self.size.0))
    }
}

/// One plugging-in of a disk: equal values mean that it was not unplugged in between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attachment {
    /// The kernel's boot id.
    pub boot_id: String,
    /// The kernel's sequence number of this attachment; `None` on kernels before 5.15.
    pub diskseq: Option<u64>,
    /// The physical port: the device path below `/sys/devices`.
    pub port: String,
}

/// How the disk is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bus {
    /// SATA or parallel ATA.
    Ata,
    /// `NVMe`.
    Nvme,
    /// USB, whatever lies behind the bridge.
    Usb,
    /// eMMC or SD.
    Mmc,
    /// SAS or another SCSI transport.
    Scsi,
    /// A virtual machine's disk.
    Virtio,
    /// A loop device.
    Loop,
    /// A plain file that stands in for a disk in practice.
    File,
    /// None of these.
    Other,
}

impl Bus {
    /// The word the ledger uses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ata => "ata",
            Self::Nvme => "nvme",
            Self::Usb => "usb",
            Self::Mmc => "mmc",
            Self::Scsi => "scsi",
            Self::Virtio => "virtio",
            Self::Loop => "loop",
            Self::File => "file",
            Self::Other => "other",
        }
    }
}

/// A reason why nobody may write to the disk. None of them can be forced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// It carries the running system.
    SystemDisk,
    /// It, or a part of it, is mounted there, in some namespace that this process can see.
    Mounted(String),
    /// It is swapped on.
    Swap,
    /// Something holds it: LVM, MD, dm-crypt, bcache, ZFS; the name says which.
    Held(String),
    /// A loop device of that name stands on it.
    UnderLoop(String),
    /// Its blocks are of so many bytes, which the kernel cannot use.
    OddBlocks(u32),
    /// The kernel has it read-only.
    ReadOnly,
    /// The image to be written lies on it.
    HoldsImage,
    /// The ledger lies on it.
    HoldsLedger,
    /// This is a practice station and the disk is not one that it made.
    NotPractice,
    /// Its device is on hold.
    OnHold,
    /// Its device is in quarantine.
    Quarantined,
    /// The donor has not consented to erasing, or has withdrawn.
    NoConsent,
    /// It is no stick or card that is taken in and out, or too large for one: it may be anybody's disk.
    NotStick,
    /// It was seen inside a device, or bound to it: what is on it is the donor's. The device's name says which.
    OfDevice(String),
    /// It is a stick of ours, and has records that have not come home.
    NotHome,
}

/// A disk that is attached now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk {
    /// Kernel name (`sda`), or the file's name in practice.
    pub name: String,
    /// What to open.
    pub path: PathBuf,
    /// Who it is.
    pub identity: DiskIdentity,
    /// Where it is plugged in, this time.
    pub attachment: Attachment,
    /// Smallest unit of reading and writing, bytes.
    pub logical_block: u32,
    /// Unit the medium works in, bytes.
    pub physical_block: u32,
    /// How it is connected.
    pub bus: Bus,
    /// Spinning; `None` where the kernel does not know.
    pub rotational: Option<bool>,
    /// Whether the medium can be taken out.
    pub removable: bool,
    /// Whether a practice station made it.
    pub practice: bool,
    /// Whether another attached disk shows the same serial.
    pub serial_shared: bool,
    /// What the machine itself puts in the way of writing.
    pub obstacles: Vec<Obstacle>,
}
