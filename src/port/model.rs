//! Models of drives at command level: an ATA or NVMe drive in memory that answers commands and keeps bytes.
//!
//! Invariants: a model says of itself that it is one, in its model name; commands and reading see the same bytes; clones are
//! the same drive.

use super::commands::Commands;
use super::disk::DiskIo;
use super::failure::{Failure, Trouble};
use super::model_ata::AtaDrive;
use super::model_cells::Cells;
use super::model_store::{Leaves, Store, Vice, Work};
use crate::device::{Attachment, Bus, Disk, DiskIdentity};
use crate::drive::{Answer, Command, Form};
use crate::unit::{Bytes, Secret};
use crate::word::say;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What kind of drive is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// A spinning disk: HPA, DCO, security, no sanitize.
    Hdd,
    /// A SATA SSD: security, sanitize by crypto and block.
    SataSsd,
    /// An NVMe SSD: format, sanitize by crypto and block.
    NvmeSsd,
    /// A spinning SAS disk: sanitize by crypto and block.
    Sas,
    /// An eMMC that sanitizes.
    Emmc,
}

#[derive(Debug)]
enum Brain {
    Ata(AtaDrive),
    Nvme,
    Scsi,
    Mmc,
}

#[derive(Debug)]
struct Inside {
    store: Store,
    brain: Brain,
    bridge: Option<BadBridge>,
    psid: Option<Secret>,
}

/// What a USB bridge that passes nothing on answers to pass-through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBridge {
    /// "All is well", and zeros. Seen on many; the reason why nothing is believed without a checksum.
    Zeros,
    /// ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE.
    Refuses,
}

/// A modelled drive.
#[derive(Clone, Debug)]
pub struct Model {
    inside: Arc<Mutex<Inside>>,
    kind: ModelKind,
    size: Bytes,
    block: u32,
}

impl Model {
    /// A sound drive with these bytes. A hidden area lies behind them.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a drive takes its bytes over")]
    pub fn new(kind: ModelKind, bytes: Vec<u8>, block: u32) -> Self {
        Self::with_cells(kind, Cells::of(&bytes), block)
    }

    /// A sound drive of that size, this byte everywhere: however large, it takes memory only for what is written to it.
    #[must_use]
    pub fn filled(kind: ModelKind, size: Bytes, byte: u8, block: u32) -> Self {
        Self::with_cells(kind, Cells::filled(size.0, byte), block)
    }

    fn with_cells(kind: ModelKind, cells: Cells, block: u32) -> Self {
        let size = Bytes(cells.size());
        let brain = match kind {
            ModelKind::Hdd => Brain::Ata(AtaDrive::new(true)),
            ModelKind::SataSsd => Brain::Ata(AtaDrive::new(false)),
            ModelKind::NvmeSsd => Brain::Nvme,
            ModelKind::Sas => Brain::Scsi,
            ModelKind::Emmc => Brain::Mmc,
        };
        let inside = Inside { store: Store::new(cells, block), brain, bridge: None, psid: None };
        Self { inside: Arc::new(Mutex::new(inside)), kind, size, block }
    }

    /// The same with a vice.
    #[must_use]
    pub fn with(self, vice: Vice) -> Self {
        self.inside().store.vices.push(vice);
        self
    }

    /// The same behind a bridge that passes nothing on.
    #[must_use]
    pub fn behind(self, bridge: BadBridge) -> Self {
        self.inside().bridge = Some(bridge);
        self
    }

    /// The same with Opal, and that PSID on its label.
    #[must_use]
    pub fn with_psid(self, psid: Secret) -> Self {
        self.inside().psid = Some(psid);
        self
    }

    /// What really is on it, hidden areas excluded.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.inside().store.bytes()
    }

    /// Takes the power away and gives it back.
    pub fn power_cycle(&self) {
        let mut inside = self.inside();
        let Inside { store, brain, .. } = &mut *inside;
        store.power_cycle();
        if let Brain::Ata(drive) = brain {
            drive.power_cycle(store);
        }
    }

    /// How often it was asked, read or written.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.inside().store.calls()
    }

    /// Whether an erase runs in it.
    #[must_use]
    pub fn is_erasing(&self) -> bool {
        matches!(self.inside().store.work, Work::Running(..))
    }

    /// The disk as a kernel would show it under that name.
    #[must_use]
    pub fn disk(&self, name: &str) -> Disk {
        let (bus, rotational) = match self.kind {
            ModelKind::Hdd => (Bus::Ata, true),
            ModelKind::SataSsd => (Bus::Ata, false),
            ModelKind::NvmeSsd => (Bus::Nvme, false),
            ModelKind::Sas => (Bus::Scsi, true),
            ModelKind::Emmc => (Bus::Mmc, false),
        };
        let bus = if self.inside().bridge.is_some() { Bus::Usb } else { bus };
        Disk {
            name: name.to_owned(),
            path: format!("/dev/{name}").into(),
            identity: DiskIdentity {
                serial: Some(self.serial().to_owned()),
                wwn: None,
                model: Some(self.name().to_owned()),
                size: self.size,
            },
            attachment: Attachment { boot_id: "boot".to_owned(), diskseq: Some(1), port: format!("model/{name}") },
            logical_block: self.block,
            physical_block: self.block,
            bus,
            rotational: Some(rotational).filter(|_| bus != Bus::Usb),
            removable: false,
            practice: false,
            serial_shared: false,
            obstacles: Vec::new(),
        }
    }

    fn name(&self) -> &'static str {
        match self.kind {
            ModelKind::Hdd => "MODEL OF AN HDD",
            ModelKind::SataSsd => "MODEL OF A SATA SSD",
            ModelKind::NvmeSsd => "MODEL OF AN NVME SSD",
            ModelKind::Sas => "MODEL OF A SAS",
            ModelKind::Emmc => "MODEL OF AN EMMC",
        }
    }

    fn serial(&self) -> &'static str {
        match self.kind {
            ModelKind::Hdd => "MODEL-HDD-0001",
            ModelKind::SataSsd => "MODEL-SSD-0001",
            ModelKind::NvmeSsd => "MODEL-NVME-0001",
            ModelKind::Sas => "MODEL-SAS-0001",
            ModelKind::Emmc => "MODEL-EMMC-0001",
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a brain needs to know of its drive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) name: &'static str,
    pub(super) serial: &'static str,
    pub(super) size: Bytes,
    pub(super) has_psid: bool,
}

impl Commands for Model {
    fn execute(&mut self, command: &Command) -> io::Result<Answer> {
        let mut inside = self.inside();
        let Inside { store, brain, bridge, psid } = &mut *inside;
        let label = Label { name: self.name(), serial: self.serial(), size: self.size, has_psid: psid.is_some() };
        store.enter()?;
        if let Form::Psid(given) = &command.form {
            let Some(psid) = psid else { return Err(io::Error::from_raw_os_error(95)) };
            if psid == given {
                store.run(Leaves::Noise)?;
                store.work = Work::None;
            }
            // 1: not authorised.
            return Ok(Answer { status: u16::from(psid != given), ..Answer::default() });
        }
        let mut answer = match (bridge, brain) {
            (Some(BadBridge::Zeros), _) => {
                Answer { data: vec![0; usize::try_from(command.brings()).unwrap_or(0)], ..Answer::default() }
            }
            (Some(BadBridge::Refuses), _) => super::model_ata::illegal(0x20),
            (None, Brain::Ata(drive)) => drive.execute(store, label, command)?,
            (None, Brain::Nvme) => super::model_nvme::execute(store, label, command)?,
            (None, Brain::Scsi) => super::model_scsi::execute(store, label, command)?,
            (None, Brain::Mmc) => super::model_mmc::execute(store, label, command)?,
        };
        answer.data.truncate(usize::try_from(command.brings()).unwrap_or(0));
        Ok(answer)
    }
}

impl DiskIo for Model {
    fn size(&self) -> Bytes {
        self.size
    }

    fn logical_block(&self) -> u32 {
        self.block
    }

    fn direct(&self) -> bool {
        true
    }

    fn check(&mut self) -> Result<(), Failure> {
        self.inside().store.enter().map_err(|error| {
            Failure::new(Trouble::No, say!("disk-gone", disk = self.name())).because(error).hint(say!("disk-gone-hint"))
        })
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        let size = self.size;
        self.inside().store.read(at, into, size)
    }

    fn write_at(&mut self, at: Bytes, from: &[u8]) -> io::Result<usize> {
        let size = self.size;
        self.inside().store.write(at, from, size)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inside().store.enter()
    }

    fn forget(&mut self) -> io::Result<()> {
        self.inside().store.enter()
    }

    fn discard(&mut self, at: Bytes, length: Bytes) -> io::Result<()> {
        self.inside().store.discard(at.0, length.0)
    }

    fn commands(&mut self) -> Option<&mut dyn Commands> {
        Some(self)
    }
}
