//! A command to a drive and its answer as bytes, whatever carries them.
//!
//! Invariants: nothing here does I/O; [`Command::only_reads`] knows by name what only reads, and everything else counts as
//! writing.

use super::ata::Taskfile;
use crate::unit::Secret;

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The command itself.
    pub form: Form,
    /// What moves beside it.
    pub transfer: Transfer,
    /// After so many milliseconds the host gives up.
    pub timeout_ms: u32,
}

/// The command in the words of its protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A SCSI command descriptor block; ATA travels in `ATA PASS-THROUGH(16)`.
    Scsi(Vec<u8>),
    /// An NVMe admin command.
    Nvme(Admin),
    /// A command of the eMMC and SD bus.
    Mmc(Card),
    /// Revert of an Opal drive's administrative part by the PSID on its label. The kernel speaks the protocol. Source: TCG
    /// Storage Opal SSC feature set PSID, section 3.
    Psid(Secret),
}

/// An NVMe admin command. Source: NVM Express base specification 1.4, section 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admin {
    /// Opcode.
    pub opcode: u8,
    /// Namespace; 0 where the command is about the whole subsystem.
    pub nsid: u32,
    /// Command dword 10.
    pub dword10: u32,
    /// Command dword 11.
    pub dword11: u32,
}

/// A command of the eMMC and SD bus. Source: JESD84-B51, section 6.10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Index of the command (CMD8 is 8).
    pub index: u32,
    /// Its argument.
    pub argument: u32,
    /// Whether the card may hold the bus busy after its response (R1b).
    pub busy: bool,
}

/// What moves beside a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Nothing.
    Nothing,
    /// At most so many bytes from the drive.
    FromDrive(u32),
    /// These bytes to the drive.
    ToDrive(Vec<u8>),
}

/// What a drive, or the bridge before it, answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// SCSI status byte, or NVMe status code with its type in bits 8 to 10; 0 is good.
    pub status: u16,
    /// SCSI sense data; empty where there is none.
    pub sense: Vec<u8>,
    /// What came from the drive, no more than was asked for.
    pub data: Vec<u8>,
    /// Dword 0 of an NVMe completion, or the card's first response word.
    pub result: u32,
}

impl Answer {
    /// Whether the status says that all went well.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.status == 0
    }
}

impl Command {
    /// A SCSI command.
    #[must_use]
    pub fn scsi(cdb: impl Into<Vec<u8>>, transfer: Transfer, timeout_ms: u32) -> Self {
        Self { form: Form::Scsi(cdb.into()), transfer, timeout_ms }
    }

    /// Whether it is known to change nothing on the drive: identify, capacities, logs, status. Only such commands may be
    /// sent before a disk is armed.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        if matches!(self.transfer, Transfer::ToDrive(_)) {
            return false;
        }
        match &self.form {
            Form::Psid(_) => false,
            // CMD8 sends the EXT_CSD register of an eMMC.
            Form::Mmc(card) => card.index == 8,
            // Get Log Page and Identify.
            Form::Nvme(admin) => [0x02, 0x06].contains(&admin.opcode),
            Form::Scsi(cdb) => match (cdb.first(), cdb.get(1)) {
                // REQUEST SENSE, INQUIRY.
                (Some(0x03 | 0x12), _) => true,
                // READ CAPACITY(16), REPORT SUPPORTED OPERATION CODES.
                (Some(0x9E), Some(action)) => action & 0x1F == 0x10,
                (Some(0xA3), Some(action)) => action & 0x1F == 0x0C,
                (Some(0x85), _) => Taskfile::of(cdb).is_some_and(super::ata::Taskfile::only_reads),
                _other => false,
            },
        }
    }

    /// How many bytes it brings at most.
    #[must_use]
    pub const fn brings(&self) -> u32 {
        match &self.transfer {
            Transfer::FromDrive(length) => *length,
            Transfer::Nothing | Transfer::ToDrive(_) => 0,
        }
    }
}
