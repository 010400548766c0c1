//! What stores the bytes of a disk, as far as the disk itself, its bridge and the kernel tell: kind, hidden areas, state of
//! its lock, and which erases its own firmware offers.
//!
//! Invariants: what nobody told is said to be unknown, with the reason, and never guessed; words of kinds are for
//! ever, the ledger holds them.

use super::disk::{Bus, Disk};
use super::erase::{Erase, Offer};
use super::fact::Certainty;
use crate::unit::Bytes;

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediumKind {
    /// A spinning disk with an ATA command set.
    Hdd,
    /// Flash with an ATA command set.
    SataSsd,
    /// Flash with an NVMe command set.
    NvmeSsd,
    /// Flash soldered to the board.
    Emmc,
    /// An SD card in a slot of its own.
    SdCard,
    /// A USB stick, or a card in a USB reader.
    UsbFlash,
    /// A disk behind a USB bridge that does not pass on what it is.
    BehindBridge,
    /// A disk with a SCSI command set.
    Sas,
    /// A virtual machine's disk.
    Virtual,
    /// A loop device or a file that a practice station made.
    Practice,
    /// Nobody tells.
    Unknown,
}

impl MediumKind {
    /// Its word in JSON and in the ledger, for ever.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hdd => "hdd",
            Self::SataSsd => "sata_ssd",
            Self::NvmeSsd => "nvme_ssd",
            Self::Emmc => "emmc",
            Self::SdCard => "sd_card",
            Self::UsbFlash => "usb_flash",
            Self::BehindBridge => "behind_usb_bridge",
            Self::Sas => "sas",
            Self::Virtual => "virtual",
            Self::Practice => "practice",
            Self::Unknown => "unknown",
        }
    }
}

/// A USB bridge, by what sysfs shows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// USB vendor and product, as `152d:0578`.
    pub id: String,
    /// What it calls itself; `None` where it gives no text.
    pub name: Option<String>,
    /// Whether it passes ATA commands on: it brought an answer with a right checksum.
    pub passes: bool,
}

/// What hides an area from the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HiddenBy {
    /// Host Protected Area, or the Accessible Max Address that follows it.
    Hpa,
    /// Device Configuration Overlay.
    Dco,
    /// Capacity of an NVMe drive outside this namespace.
    Namespace,
    /// Boot and replay-protected areas of an eMMC.
    BootArea,
}

impl HiddenBy {
    /// Its word in JSON and in the ledger, for ever.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hpa => "hpa",
            Self::Dco => "dco",
            Self::Namespace => "namespace",
            Self::BootArea => "boot_area",
        }
    }
}

/// A part of the medium that no address of this disk reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HiddenArea {
    /// What hides it.
    pub by: HiddenBy,
    /// How large it is.
    pub size: Bytes,
}

/// Areas hidden from the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Those that were found.
    pub areas: Vec<HiddenArea>,
    /// Why there may be more; `None` where everything was looked for.
    pub unknown: Option<Unsure>,
}

impl Hidden {
    /// None: looked for and not there.
    pub const NONE: Self = Self { areas: Vec::new(), unknown: None };

    /// Not looked for.
    #[must_use]
    pub const fn unknown(why: Unsure) -> Self {
        Self { areas: Vec::new(), unknown: Some(why) }
    }
}

/// Why something is not known of a medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsure {
    /// Nobody asked it: a stick or card reader may hang when asked.
    NotAsked,
    /// It is a virtual machine's disk, or of a kind that has no such commands.
    NoCommands,
    /// Asking failed; the system's words.
    Failed(String),
    /// It answered with the same byte throughout, as bridges do that pass nothing on.
    Blank,
    /// Its answer has a wrong checksum or is no answer to the question.
    Garbage,
    /// It refused the command that would tell.
    Refused,
    /// Its answers contradict each other or the kernel.
    Contradicts,
}

/// Where answers and kernel disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The drive says another size than the kernel uses.
    Size {
        /// As the drive says.
        said: Bytes,
        /// As the kernel says.
        kernel: Bytes,
    },
    /// The drive says another serial than the kernel shows.
    Serial {
        /// As the drive says.
        said: String,
        /// As the kernel says.
        kernel: String,
    },
    /// The drive says another logical block than the kernel uses, bytes.
    Block {
        /// As the drive says.
        said: u32,
        /// As the kernel says.
        kernel: u32,
    },
    /// The size with nothing hidden would be smaller than what is to be seen.
    NativeTooSmall {
        /// The size with nothing hidden, as the drive says.
        said: Bytes,
    },
}

/// The lock of the ATA security feature set.
#[expect(clippy::struct_excessive_bools, reason = "the standard's own bits")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// A password is set.
    pub enabled: bool,
    /// Nothing can be read or written without the password.
    pub locked: bool,
    /// No security command is taken until the power was off.
    pub frozen: bool,
    /// Too many wrong passwords: none is taken until the power was off.
    pub expired: bool,
}

/// How the last sanitize stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sanitizing {
    /// None runs.
    Idle,
    /// One runs, so far in thousandths.
    Running(u16),
    /// The last one failed.
    Failed,
}

/// What the drive says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelfTold {
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Firmware version.
    pub firmware: Option<String>,
    /// World Wide Name, 16 hexadecimal digits.
    pub wwn: Option<String>,
    /// Size, without hidden areas.
    pub size: Option<Bytes>,
    /// Logical block, bytes.
    pub logical_block: Option<u32>,
    /// Physical block, bytes.
    pub physical_block: Option<u32>,
}

/// The medium of a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medium {
    /// What kind of thing it is.
    pub kind: MediumKind,
    /// How sure that is: certain only where the drive itself said so.
    pub certainty: Certainty,
    /// Whether it spins; `None` where nobody told.
    pub spins: Option<bool>,
    /// The USB bridge before it.
    pub bridge: Option<Bridge>,
    /// What the drive says of itself; `Err` why it says nothing.
    pub told: Result<SelfTold, Unsure>,
    /// Areas hidden from the host.
    pub hidden: Hidden,
    /// Its lock; `None` where it has none or did not tell.
    pub security: Option<Security>,
    /// How its last sanitize stands; `None` where it has none or did not tell.
    pub sanitizing: Option<Sanitizing>,
    /// Which NVMe namespace it is; `None` for other drives.
    pub namespace: Option<u32>,
    /// The erases of its kind, on offer or not.
    pub erases: Vec<Offer>,
    /// Where answers and kernel disagree.
    pub doubts: Vec<Doubt>,
}

impl Medium {
    /// What is known of a disk that was not asked: only what the kernel shows.
    #[must_use]
    pub fn unasked(disk: &Disk, why: Unsure) -> Self {
        let kind = match disk.bus {
            Bus::Loop | Bus::File if disk.practice => MediumKind::Practice,
            Bus::Loop | Bus::File | Bus::Virtio => MediumKind::Virtual,
            Bus::Usb if disk.removable => MediumKind::UsbFlash,
            Bus::Usb => MediumKind::BehindBridge,
            Bus::Nvme => MediumKind::NvmeSsd,
            Bus::Mmc => MediumKind::SdCard,
            Bus::Scsi => MediumKind::Sas,
            Bus::Ata => match disk.rotational {
                Some(true) => MediumKind::Hdd,
                Some(false) => MediumKind::SataSsd,
                None => MediumKind::Unknown,
            },
            Bus::Other => MediumKind::Unknown,
        };
        // What a practice station made of a file hides nothing.
        let (hidden, certainty) = if kind == MediumKind::Practice {
            (Hidden::NONE, Certainty::Certain)
        } else {
            (Hidden::unknown(why.clone()), Certainty::Estimated)
        };
        Self {
            kind,
            certainty,
            spins: disk.rotational,
            bridge: None,
            told: Err(why),
            hidden,
            security: None,
            sanitizing: None,
            namespace: None,
            erases: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Whether it surely is a plain spinning disk. What a USB bridge or card reader lets the kernel believe does not
    /// count: the kernel takes a stick for rotational until it is told otherwise.
    #[must_use]
    pub fn surely_spins(&self) -> bool {
        let told = self.certainty == Certainty::Certain;
        match self.kind {
            MediumKind::Hdd | MediumKind::Sas | MediumKind::Virtual | MediumKind::Practice | MediumKind::Unknown => {
                self.spins == Some(true)
            }
            MediumKind::BehindBridge | MediumKind::UsbFlash => told && self.spins == Some(true),
            MediumKind::SataSsd | MediumKind::NvmeSsd | MediumKind::Emmc | MediumKind::SdCard => false,
        }
    }

    /// The erases on offer.
    pub fn offered(&self) -> impl Iterator<Item = Erase> {
        self.erases.iter().filter(|offer| offer.bar.is_none()).map(|offer| offer.erase)
    }

    /// The offer of that erase; `None` where it is of another kind of drive.
    #[must_use]
    pub fn offer(&self, erase: Erase) -> Option<&Offer> {
        self.erases.iter().find(|offer| offer.erase == erase)
    }
}
