//! Asking a drive what it is: which questions, in which order, and what was heard.
//!
//! Invariant: every command sent here only reads.

use super::ata;
use super::command::{Answer, Command};
use super::identify::{Identify, IdentifyError, Rotation, dco_sectors};
use super::mmc::{self, ExtCsd};
use super::nvme::{self, Controller, Namespace, SanitizeLog};
use super::scsi::{self, Capacity, Inquiry, Page, ScsiSanitize};
use super::sense::{Registers, ata_data, good_registers};
use crate::device::{Bridge, Bus, Disk};
use std::io;

/// What the kernel shows of the disk.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The disk.
    pub disk: &'a Disk,
    /// The USB bridge before it; whether it passes anything on is found out by asking.
    pub bridge: Option<&'a Bridge>,
    /// Whether a card is soldered (eMMC); `None` where the kernel does not say.
    pub soldered: Option<bool>,
    /// The NVMe namespace; 1 where the kernel does not say.
    pub namespace: u32,
}

/// What an ATA drive said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtaHeard {
    /// Who it is.
    pub identify: Identify,
    /// The last LBA with no HPA; `None` where it did not say.
    pub native: Option<u64>,
    /// How many sectors there are with no DCO; `None` where it did not say.
    pub factory: Option<u64>,
    /// Registers of SANITIZE STATUS EXT.
    pub sanitize: Option<Registers>,
}

/// What an NVMe drive said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NvmeHeard {
    /// Who it is.
    pub controller: Controller,
    /// How large the namespace is.
    pub namespace: Option<Namespace>,
    /// How its last sanitize went.
    pub log: Option<SanitizeLog>,
    /// Whether it has other namespaces than this one; `None` where it did not say.
    pub has_others: Option<bool>,
}

/// What a SCSI disk said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScsiHeard {
    /// Who it is.
    pub inquiry: Inquiry,
    /// Its serial.
    pub serial: Option<String>,
    /// Its name.
    pub name: Option<u64>,
    /// How it turns.
    pub rotation: Rotation,
    /// How large it is.
    pub capacity: Option<Capacity>,
    /// Whether it has crypto, block and overwrite sanitize.
    pub sanitize: [Option<bool>; 3],
}

/// Why there is nothing to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// There is nothing to ask such a disk.
    NoCommands,
    /// It may hang when asked.
    NotAsked,
    /// The question did not get through; the system's words.
    Failed(String),
    /// The drive, or the bridge before it, refused.
    Refused,
    /// The answer is none.
    NoAnswer(IdentifyError),
}

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An ATA drive.
    Ata(AtaHeard),
    /// An NVMe drive.
    Nvme(NvmeHeard),
    /// A SCSI disk.
    Scsi(ScsiHeard),
    /// An eMMC.
    Mmc(ExtCsd),
    /// Nothing.
    Nothing(Silence),
}

/// Carries a command to the drive.
pub type Execute<'a> = &'a mut dyn FnMut(&Command) -> io::Result<Answer>;

/// Asks the drive everything that belongs to its kind. A question that fails leaves its answer out.
pub fn ask(known: &Known<'_>, execute: Execute<'_>) -> Heard {
    let disk = known.disk;
    let heard = match disk.bus {
        // Some sticks and card readers hang on ATA pass-through until they are plugged in again.
        Bus::Usb if disk.removable => Err(Silence::NotAsked),
        Bus::Ata | Bus::Usb => ask_ata(execute).map(Heard::Ata),
        Bus::Nvme => ask_nvme(known.namespace, execute).map(Heard::Nvme),
        Bus::Scsi => ask_scsi(execute),
        Bus::Mmc if known.soldered == Some(true) => ask_mmc(execute).map(Heard::Mmc),
        Bus::Mmc | Bus::Virtio | Bus::Loop | Bus::File | Bus::Other => Err(Silence::NoCommands),
    };
    heard.unwrap_or_else(Heard::Nothing)
}

fn sent(command: &Command, execute: Execute<'_>) -> Result<Answer, Silence> {
    debug_assert!(command.only_reads(), "a question changes nothing: {command:?}");
    execute(command).map_err(|error| Silence::Failed(error.to_string()))
}

fn data(command: &Command, execute: Execute<'_>) -> Result<Vec<u8>, Silence> {
    let answer = sent(command, execute)?;
    if answer.is_good() { Ok(answer.data) } else { Err(Silence::Refused) }
}

fn ask_ata(execute: Execute<'_>) -> Result<AtaHeard, Silence> {
    let answer = sent(&ata::identify(), execute)?;
    let bytes = ata_data(&answer).ok_or(Silence::Refused)?;
    let identify = Identify::read(bytes).map_err(Silence::NoAnswer)?;
    let mut registers = |command: Command| sent(&command, execute).ok().and_then(|answer| good_registers(&answer));
    let native = if identify.hpa {
        registers(ata::read_native_max(identify.lba48)).map(|it| native_lba(it, identify.lba48))
    } else if identify.amac {
        registers(ata::get_native_max()).map(|it| it.lba)
    } else {
        None
    };
    let offers = identify.sanitize;
    let sanitize =
        if offers.block || offers.crypto || offers.overwrite { registers(ata::sanitize_status()) } else { None };
    let factory = if identify.dco {
        let answer = sent(&ata::dco_identify(), execute).ok();
        answer.and_then(|answer| dco_sectors(ata_data(&answer)?))
    } else {
        None
    };
    Ok(AtaHeard { identify, native, factory, sanitize })
}

/// In the 28-bit form bits 24 to 27 come in the device register.
fn native_lba(registers: Registers, extended: bool) -> u64 {
    if extended { registers.lba } else { registers.lba & 0x00FF_FFFF | u64::from(registers.device & 0xF) << 24 }
}

fn ask_nvme(namespace: u32, execute: Execute<'_>) -> Result<NvmeHeard, Silence> {
    let page = data(&nvme::identify_controller(), execute)?;
    let controller = Controller::read(&page).ok_or(Silence::NoAnswer(IdentifyError::Blank))?;
    let has_others = if controller.namespaces <= 1 {
        Some(false)
    } else {
        data(&nvme::identify_active(), execute).ok().and_then(|list| nvme::has_others(&list, namespace))
    };
    let namespace = data(&nvme::identify_namespace(namespace), execute).ok();
    let can = controller.sanitize_block || controller.sanitize_crypto || controller.sanitize_overwrite;
    let log = if can { data(&nvme::sanitize_log(), execute).ok() } else { None };
    Ok(NvmeHeard {
        controller,
        namespace: namespace.and_then(|page| Namespace::read(&page)),
        log: log.and_then(|page| SanitizeLog::read(&page)),
        has_others,
    })
}

fn ask_scsi(execute: Execute<'_>) -> Result<Heard, Silence> {
    let inquiry = Inquiry::read(&data(&scsi::inquiry(), execute)?).ok_or(Silence::NoAnswer(IdentifyError::Blank))?;
    // A SATA disk behind a SAS controller.
    if inquiry.vendor.as_deref() == Some("ATA") {
        return ask_ata(execute).map(Heard::Ata);
    }
    let mut page = |page: Page| data(&scsi::inquiry_page(page), execute).unwrap_or_default();
    let (serial, name) = (scsi::unit_serial(&page(Page::Serial)), scsi::naa_name(&page(Page::Names)));
    let rotation = scsi::rotation(&page(Page::Characteristics));
    let capacity = data(&scsi::read_capacity(), execute).ok().and_then(|bytes| Capacity::read(&bytes));
    let ways = [ScsiSanitize::Crypto, ScsiSanitize::Block, ScsiSanitize::Overwrite(0)];
    let sanitize =
        ways.map(|way| data(&scsi::asks_for_sanitize(way), execute).ok().map(|bytes| scsi::is_supported(&bytes)));
    Ok(Heard::Scsi(ScsiHeard { inquiry, serial, name, rotation, capacity, sanitize }))
}

fn ask_mmc(execute: Execute<'_>) -> Result<ExtCsd, Silence> {
    let bytes = data(&mmc::send_ext_csd(), execute)?;
    ExtCsd::read(&bytes).ok_or(Silence::NoAnswer(IdentifyError::Blank))
}
