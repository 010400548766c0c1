//! ATA commands as a taskfile, and how it travels in `ATA PASS-THROUGH(16)`.
//!
//! Sources: ACS-3 (T13/2161-D) for commands, SAT-3 (T10/2126-D) section 12.2.2 for the descriptor block. SANITIZE FREEZE
//! LOCK EXT and SECURITY FREEZE LOCK have no builder: nothing here ever locks a disk.

use super::command::{Command, Transfer};
use super::field::{be16, byte};

/// The block in which ATA moves identify data and passwords, bytes.
pub const ATA_BLOCK: u32 = 512;
/// How long a drive may take to say who it is; a sleeping disk spins up first.
const SOON_MS: u32 = 15_000;
/// How long a sanitize command may take to be accepted; the work itself goes on behind.
const BEGIN_MS: u32 = 60_000;
/// What is added to the time that the drive itself gives for SECURITY ERASE UNIT.
const SPARE_MS: u32 = 30 * 60_000;

const IDENTIFY: u8 = 0xEC;
const READ_NATIVE_MAX: u8 = 0xF8;
const READ_NATIVE_MAX_EXT: u8 = 0x27;
const ACCESSIBLE_MAX: u8 = 0x78;
const DCO: u8 = 0xB1;
const DCO_IDENTIFY: u16 = 0xC2;
const SANITIZE: u8 = 0xB4;

/// One ATA command as its registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taskfile {
    /// Command register.
    pub command: u8,
    /// FEATURE field.
    pub feature: u16,
    /// COUNT field.
    pub count: u16,
    /// LBA field, 48 bits.
    pub lba: u64,
    /// DEVICE register.
    pub device: u8,
    /// Whether it is a 48-bit command.
    pub extended: bool,
}

/// A sanitize operation. Source: ACS-3, section 7.36.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtaSanitize {
    /// CRYPTO SCRAMBLE EXT: the key is changed.
    Crypto,
    /// BLOCK ERASE EXT: every block of the flash is erased.
    Block,
    /// OVERWRITE EXT: every place is overwritten once with this pattern.
    Overwrite(u32),
}

/// Whose password a security command carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The user's.
    User,
    /// The master's.
    Master,
}

/// A password, padded with zeros to its 32 bytes.
pub type Password = [u8; 32];

impl Taskfile {
    /// The taskfile inside an `ATA PASS-THROUGH(16)`.
    #[must_use]
    pub fn of(cdb: &[u8]) -> Option<Self> {
        if cdb.len() != 16 || byte(cdb, 0) != 0x85 {
            return None;
        }
        let at = |place: usize, shift: u32| u64::from(byte(cdb, place)) << shift;
        Some(Self {
            command: byte(cdb, 14),
            feature: be16(cdb, 3),
            count: be16(cdb, 5),
            lba: at(8, 0) | at(10, 8) | at(12, 16) | at(7, 24) | at(9, 32) | at(11, 40),
            device: byte(cdb, 13),
            extended: byte(cdb, 1) & 1 == 1,
        })
    }

    /// Whether the command only reads.
    pub(super) const fn only_reads(self) -> bool {
        match (self.command, self.feature) {
            (IDENTIFY | READ_NATIVE_MAX | READ_NATIVE_MAX_EXT, _) | (ACCESSIBLE_MAX, 0) | (DCO, DCO_IDENTIFY) => true,
            // SANITIZE STATUS EXT, unless it clears a recorded failure.
            (SANITIZE, 0) => self.count & 1 == 0,
            _other => false,
        }
    }

    fn over_scsi(self, transfer: Transfer, timeout_ms: u32) -> Command {
        // Non-data, PIO data-in, PIO data-out; T_LENGTH in COUNT, in blocks. The registers come back (CK_COND) only where
        // nothing else does: bridges have trouble with both.
        let (protocol, flags) = match transfer {
            Transfer::Nothing => (3, 0x20),
            Transfer::FromDrive(_) => (4, 0x0E),
            Transfer::ToDrive(_) => (5, 0x06),
        };
        let ([feature_high, feature], [count_high, count]) = (self.feature.to_be_bytes(), self.count.to_be_bytes());
        let [_, _, lba5, lba4, lba3, lba2, lba1, lba0] = self.lba.to_be_bytes();
        let cdb = [
            0x85,
            protocol << 1 | u8::from(self.extended),
            flags,
            feature_high,
            feature,
            count_high,
            count,
            lba3,
            lba0,
            lba4,
            lba1,
            lba5,
            lba2,
            self.device,
            self.command,
            0,
        ];
        Command::scsi(cdb, transfer, timeout_ms)
    }
}

/// IDENTIFY DEVICE. Source: ACS-3, 7.12.
#[must_use]
pub fn identify() -> Command {
    let task = Taskfile { command: IDENTIFY, count: 1, ..Taskfile::default() };
    task.over_scsi(Transfer::FromDrive(ATA_BLOCK), SOON_MS)
}

/// READ NATIVE MAX ADDRESS, or its 48-bit form. Source: ATA8-ACS, 7.32 and 7.33; obsolete since ACS-3.
#[must_use]
pub fn read_native_max(extended: bool) -> Command {
    let command = if extended { READ_NATIVE_MAX_EXT } else { READ_NATIVE_MAX };
    Taskfile { command, device: 0x40, extended, ..Taskfile::default() }.over_scsi(Transfer::Nothing, SOON_MS)
}

/// GET NATIVE MAX ADDRESS EXT of the feature set that follows HPA. Source: ACS-3, 7.1.2.
#[must_use]
pub fn get_native_max() -> Command {
    let task = Taskfile { command: ACCESSIBLE_MAX, device: 0x40, extended: true, ..Taskfile::default() };
    task.over_scsi(Transfer::Nothing, SOON_MS)
}

/// DEVICE CONFIGURATION IDENTIFY. Source: ATA8-ACS, 7.10.3; obsolete since ACS-3.
#[must_use]
pub fn dco_identify() -> Command {
    let task = Taskfile { command: DCO, feature: DCO_IDENTIFY, count: 1, ..Taskfile::default() };
    task.over_scsi(Transfer::FromDrive(ATA_BLOCK), SOON_MS)
}

/// SANITIZE STATUS EXT. Changes nothing.
#[must_use]
pub fn sanitize_status() -> Command {
    let task = Taskfile { command: SANITIZE, extended: true, device: 0x40, ..Taskfile::default() };
    task.over_scsi(Transfer::Nothing, SOON_MS)
}

/// Begins to sanitize. The drive answers at once and works on.
#[must_use]
pub fn sanitize(how: AtaSanitize) -> Command {
    let (feature, count, lba) = match how {
        AtaSanitize::Crypto => (0x0011, 0, u64::from(u32::from_be_bytes(*b"Cryp"))),
        AtaSanitize::Block => (0x0012, 0, u64::from(u32::from_be_bytes(*b"BkEr"))),
        AtaSanitize::Overwrite(pattern) => {
            (0x0014, 1, u64::from(u16::from_be_bytes(*b"OW")) << 32 | u64::from(pattern))
        }
    };
    let task = Taskfile { command: SANITIZE, feature, count, lba, device: 0x40, extended: true };
    task.over_scsi(Transfer::Nothing, BEGIN_MS)
}

fn security(command: u8, flags: u16, password: &Password, timeout_ms: u32) -> Command {
    let mut block = flags.to_le_bytes().to_vec();
    block.extend(password);
    block.resize(512, 0);
    let task = Taskfile { command, count: 1, ..Taskfile::default() };
    task.over_scsi(Transfer::ToDrive(block), timeout_ms)
}

const fn identifier(whose: Whose) -> u16 {
    match whose {
        Whose::User => 0,
        Whose::Master => 1,
    }
}

/// SECURITY SET PASSWORD at level "high", so that the master password can still unlock. Source: ACS-3, 7.47.
#[must_use]
pub fn security_set_password(whose: Whose, password: &Password) -> Command {
    security(0xF1, identifier(whose), password, SOON_MS)
}

/// SECURITY ERASE PREPARE, directly before SECURITY ERASE UNIT. Source: ACS-3, 7.44.
#[must_use]
pub fn security_erase_prepare() -> Command {
    Taskfile { command: 0xF3, ..Taskfile::default() }.over_scsi(Transfer::Nothing, SOON_MS)
}

/// SECURITY ERASE UNIT, which answers when all is done; `minutes` is what the drive itself says it takes.
/// Source: ACS-3, 7.45.
#[must_use]
pub fn security_erase_unit(whose: Whose, enhanced: bool, password: &Password, minutes: u32) -> Command {
    let flags = identifier(whose) | u16::from(enhanced) << 1;
    let timeout = minutes.saturating_mul(60_000).saturating_mul(2).saturating_add(SPARE_MS);
    security(0xF4, flags, password, timeout)
}

/// SECURITY DISABLE PASSWORD. Source: ACS-3, 7.43.
#[must_use]
pub fn security_disable_password(whose: Whose, password: &Password) -> Command {
    security(0xF6, identifier(whose), password, SOON_MS)
}

#[cfg(test)]
mod tests {
    use super::super::command::Form;
    use super::*;

    fn cdb(command: &Command) -> &[u8] {
        if let Form::Scsi(cdb) = &command.form { cdb } else { &[] }
    }

    #[test]
    fn the_descriptor_blocks_are_those_of_the_standard() {
        let identify = identify();
        assert_eq!(cdb(&identify), [0x85, 8, 0x0E, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xEC, 0]);
        let native = read_native_max(true);
        assert_eq!(cdb(&native), [0x85, 7, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x27, 0]);
        let crypto = sanitize(AtaSanitize::Crypto);
        assert_eq!(
            cdb(&crypto),
            [0x85, 7, 0x20, 0, 0x11, 0, 0, 0x43, 0x70, 0, 0x79, 0, 0x72, 0x40, 0xB4, 0],
            "LBA is 43727970h: 'Cryp'"
        );
        let erase = security_erase_unit(Whose::User, true, &[7; 32], 20);
        assert_eq!(cdb(&erase)[..7], [0x85, 10, 0x06, 0, 0, 0, 1]);
        let Transfer::ToDrive(block) = &erase.transfer else { panic!("a password goes to the drive") };
        assert_eq!((block.len(), &block[..3], block[33], block[34]), (512, &[2, 0, 7][..], 7, 0));
        assert_eq!(erase.timeout_ms, 70 * 60_000);
    }

    #[test]
    fn a_taskfile_comes_out_of_its_descriptor_block_as_it_went_in() {
        let task = Taskfile {
            command: 0xB4,
            feature: 0x1234,
            count: 0xABCD,
            lba: 0x1122_3344_5566,
            device: 0x40,
            extended: true,
        };
        let command = task.over_scsi(Transfer::Nothing, 1);
        assert_eq!(Taskfile::of(cdb(&command)), Some(task));
        assert_eq!(Taskfile::of(&[0x85; 12]), None);
        assert_eq!(Taskfile::of(&[0; 16]), None);
    }

    #[test]
    fn only_what_is_known_to_read_only_reads() {
        for reads in [identify(), read_native_max(false), read_native_max(true), get_native_max(), dco_identify()] {
            assert!(reads.only_reads(), "{reads:?}");
        }
        assert!(sanitize_status().only_reads());
        let clears = Taskfile { command: SANITIZE, count: 1, ..Taskfile::default() };
        // DEVICE CONFIGURATION RESTORE and SET MAX ADDRESS EXT share their numbers with readers.
        let restore = Taskfile { command: DCO, feature: 0xC0, ..Taskfile::default() };
        let set_max = Taskfile { command: ACCESSIBLE_MAX, feature: 1, ..Taskfile::default() };
        for task in [clears, restore, set_max] {
            assert!(!task.over_scsi(Transfer::Nothing, 1).only_reads(), "{task:?}");
        }
        for how in [AtaSanitize::Crypto, AtaSanitize::Block, AtaSanitize::Overwrite(0)] {
            assert!(!sanitize(how).only_reads());
        }
        for writes in [
            security_set_password(Whose::User, &[0; 32]),
            security_erase_prepare(),
            security_erase_unit(Whose::Master, false, &[0; 32], 1),
            security_disable_password(Whose::User, &[0; 32]),
        ] {
            assert!(!writes.only_reads(), "{writes:?}");
        }
    }
}
