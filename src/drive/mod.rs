//! Drives: ATA, NVMe, SCSI and MMC commands and answers as bytes, and what the answers together say of the medium.
//!
//! Invariants: nothing here does I/O; no answer, whatever its bytes, makes a parser panic; what fails its own checksum or
//! is one byte throughout is no answer.

pub mod ata;
mod command;
mod conclude;
mod dialogue;
pub mod erasing;
mod field;
mod identify;
pub mod mmc;
pub mod nvme;
pub mod scsi;
mod sense;
mod spoken;

pub use command::{Admin, Answer, Card, Command, Form, Transfer};
pub use conclude::medium;
pub use dialogue::{AtaHeard, Execute, Heard, Known, NvmeHeard, ScsiHeard, Silence, ask};
pub use erasing::{EraseAt, Standing};
pub use identify::{Identify, IdentifyError, Rotation, SanitizeBits, SecurityWord, dco_sectors};
pub use sense::{Registers, Sense, ata_data, good_registers};
pub use spoken::{controller_page, dco_page, identify_page, namespace_page, registers_sense, sanitize_page};
