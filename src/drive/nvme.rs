//! NVMe: Identify, the sanitize log, Sanitize and Format NVM.
//!
//! Source: NVM Express base specification 1.4, sections 5.14, 5.15, 5.23 and 5.24.

use super::command::{Admin, Command, Form, Transfer};
use super::field::{byte, is_blank, le16, le32, le64, le128, text};

const SOON_MS: u32 = 15_000;
/// How long Sanitize may take to be accepted; the work itself goes on behind.
const BEGIN_MS: u32 = 60_000;
/// Format NVM answers when all is done; the kernel's own tools give it ten minutes.
const FORMAT_MS: u32 = 600_000;
const IDENTIFY_BYTES: u32 = 4096;
/// The sanitize status log up to the last field of 2.0, bytes.
const SANITIZE_LOG: u32 = 512;
/// "About the whole controller."
const ALL: u32 = 0xFFFF_FFFF;

/// A sanitize operation. Source: section 5.24, SANACT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NvmeSanitize {
    /// The key is changed.
    Crypto,
    /// Every block of the flash is erased.
    Block,
    /// Every place is overwritten once with this pattern.
    Overwrite(u32),
}

/// How Format NVM erases. Source: section 5.23, SES. There is no "not at all": such a format erases nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatErase {
    /// SES 1: what users wrote.
    UserData,
    /// SES 2: the key is changed.
    Crypto,
}

fn admin(admin: Admin, transfer: Transfer, timeout_ms: u32) -> Command {
    Command { form: Form::Nvme(admin), transfer, timeout_ms }
}

fn identify(nsid: u32, structure: u32) -> Command {
    let command = Admin { opcode: 0x06, nsid, dword10: structure, dword11: 0 };
    admin(command, Transfer::FromDrive(IDENTIFY_BYTES), SOON_MS)
}

/// Identify Controller (CNS 01h).
#[must_use]
pub fn identify_controller() -> Command {
    identify(0, 1)
}

/// Identify Namespace (CNS 00h).
#[must_use]
pub fn identify_namespace(nsid: u32) -> Command {
    identify(nsid, 0)
}

/// Identify, list of the active namespaces (CNS 02h), from the smallest number on.
#[must_use]
pub fn identify_active() -> Command {
    identify(0, 2)
}

/// Whether the answer to [`identify_active`] names another namespace than this one; `None` where it names not even this.
#[must_use]
pub fn has_others(bytes: &[u8], namespace: u32) -> Option<bool> {
    let active: Vec<u32> = (0..bytes.len() / 4).map(|at| le32(bytes, at * 4)).take_while(|nsid| *nsid != 0).collect();
    active.contains(&namespace).then_some(active.len() > 1)
}

/// Get Log Page 81h: how the last sanitize went, or goes.
#[must_use]
pub fn sanitize_log() -> Command {
    let dwords = SANITIZE_LOG / 4 - 1;
    let command = Admin { opcode: 0x02, nsid: ALL, dword10: dwords << 16 | 0x81, dword11: 0 };
    admin(command, Transfer::FromDrive(SANITIZE_LOG), SOON_MS)
}

/// Begins to sanitize the whole subsystem, so the namespace is 0. The drive answers at once, works on, and goes on by
/// itself after a power cut.
#[must_use]
pub fn sanitize(how: NvmeSanitize) -> Command {
    let (dword10, dword11) = match how {
        NvmeSanitize::Block => (2, 0),
        // OWPASS in bits 7 to 4: once.
        NvmeSanitize::Overwrite(pattern) => (3 | 1 << 4, pattern),
        NvmeSanitize::Crypto => (4, 0),
    };
    admin(Admin { opcode: 0x84, nsid: 0, dword10, dword11 }, Transfer::Nothing, BEGIN_MS)
}

/// Leaves the state that a failed sanitize leaves behind.
#[must_use]
pub fn sanitize_exit_failure() -> Command {
    admin(Admin { opcode: 0x84, nsid: 0, dword10: 1, dword11: 0 }, Transfer::Nothing, BEGIN_MS)
}

/// Format NVM with erasing, keeping the LBA format of that number (0 to 15).
#[must_use]
pub fn format(nsid: u32, lba_format: u8, how: FormatErase) -> Command {
    let erase = match how {
        FormatErase::UserData => 1,
        FormatErase::Crypto => 2,
    };
    let command = Admin { opcode: 0x80, nsid, dword10: u32::from(lba_format & 0xF) | erase << 9, dword11: 0 };
    admin(command, Transfer::Nothing, FORMAT_MS)
}

/// The answer to Identify Controller.
#[expect(clippy::struct_excessive_bools, reason = "the standard's own bits")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// SN, bytes 4 to 23.
    pub serial: Option<String>,
    /// MN, bytes 24 to 63.
    pub model: Option<String>,
    /// FR, bytes 64 to 71.
    pub firmware: Option<String>,
    /// OACS bit 0: Security Send and Receive, by which Opal travels.
    pub security: bool,
    /// OACS bit 1.
    pub format: bool,
    /// FNA bit 1: erasing by Format NVM takes every namespace.
    pub erases_all_namespaces: bool,
    /// FNA bit 2.
    pub format_crypto: bool,
    /// SANICAP bit 0.
    pub sanitize_crypto: bool,
    /// SANICAP bit 1.
    pub sanitize_block: bool,
    /// SANICAP bit 2.
    pub sanitize_overwrite: bool,
    /// TNVMCAP, bytes; 0 is "not told".
    pub capacity: u128,
    /// NN: the largest number of a namespace.
    pub namespaces: u32,
}

impl Controller {
    /// What the answer says; `None` where it is no answer: too short, one byte throughout, or without a model.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 4096 || is_blank(bytes) {
            return None;
        }
        let (admin, sanitize, format) = (le16(bytes, 256), le32(bytes, 328), byte(bytes, 524));
        let model = text(bytes.get(24..64)?);
        model.as_ref()?;
        Some(Self {
            serial: text(bytes.get(4..24)?),
            model,
            firmware: text(bytes.get(64..72)?),
            security: admin & 1 != 0,
            format: admin & 2 != 0,
            erases_all_namespaces: format & 2 != 0,
            format_crypto: format & 4 != 0,
            sanitize_crypto: sanitize & 1 != 0,
            sanitize_block: sanitize & 2 != 0,
            sanitize_overwrite: sanitize & 4 != 0,
            capacity: le128(bytes, 280),
            namespaces: le32(bytes, 516),
        })
    }
}

/// The answer to Identify Namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// NSZE, blocks.
    pub blocks: u64,
    /// Size of a block of the format in use, bytes.
    pub block: u32,
    /// Metadata that goes with every block, bytes.
    pub metadata: u16,
    /// The number of the format in use.
    pub format: u8,
}

impl Namespace {
    /// What the answer says; `None` where it is no answer.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 4096 || is_blank(bytes) {
            return None;
        }
        let (last, chosen) = (byte(bytes, 25), byte(bytes, 26));
        let high = if last > 15 { (chosen >> 5 & 3) << 4 } else { 0 };
        let format = chosen & 0xF | high;
        let entry = 128 + usize::from(format) * 4;
        let block = 1u32.checked_shl(u32::from(byte(bytes, entry + 2))).filter(|block| *block >= 512)?;
        Some(Self { blocks: le64(bytes, 0), block, metadata: le16(bytes, entry), format }).filter(|_| format <= last)
    }

    /// The size of the namespace, bytes; `None` past all numbers.
    #[must_use]
    pub const fn size(self) -> Option<u64> {
        self.blocks.checked_mul(self.block as u64)
    }
}

/// How the most recent sanitize went. Source: section 5.14.1.16.2, SSTAT bits 2 to 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SanitizeState {
    /// The drive was never sanitized.
    Never,
    /// It ended well.
    Done,
    /// It goes on.
    Running,
    /// It failed.
    Failed,
    /// It ended well, and what it covers was deallocated though that was not asked for.
    DoneAndDeallocated,
    /// A state that the standard does not know.
    Unknown(u8),
}

/// The sanitize status log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SanitizeLog {
    /// SPROG: how far, in 65536ths; `FFFFh` where nothing runs.
    pub progress: u16,
    /// Of the most recent operation.
    pub state: SanitizeState,
    /// SSTAT bit 8: nothing was written to the drive since it left the factory or was last sanitized.
    pub untouched_since: bool,
    /// SCDW10: the command that began it.
    pub command: u32,
    /// Seconds that an overwrite, a block erase and a crypto erase take by the drive's own estimate.
    pub seconds: [Option<u32>; 3],
}

impl SanitizeLog {
    /// What the log says; `None` where it is too short.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 20 {
            return None;
        }
        let status = le16(bytes, 2);
        let state = match status & 7 {
            0 => SanitizeState::Never,
            1 => SanitizeState::Done,
            2 => SanitizeState::Running,
            3 => SanitizeState::Failed,
            4 => SanitizeState::DoneAndDeallocated,
            other => SanitizeState::Unknown(other.to_le_bytes()[0]),
        };
        // Before 1.4 the field was reserved, so 0 tells nothing either.
        let seconds = |at: usize| Some(le32(bytes, at)).filter(|seconds| ![0, u32::MAX].contains(seconds));
        Some(Self {
            progress: le16(bytes, 0),
            state,
            untouched_since: status & 1 << 8 != 0,
            command: le32(bytes, 4),
            seconds: [seconds(8), seconds(12), seconds(16)],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(command: &Command) -> (u8, u32, u32, u32) {
        let Form::Nvme(admin) = command.form else { panic!("an admin command") };
        (admin.opcode, admin.nsid, admin.dword10, admin.dword11)
    }

    #[test]
    fn the_commands_are_those_of_the_standard_and_sanitize_names_no_namespace() {
        assert_eq!(words(&identify_controller()), (6, 0, 1, 0));
        assert_eq!(words(&identify_namespace(1)), (6, 1, 0, 0));
        assert_eq!(words(&sanitize_log()), (2, 0xFFFF_FFFF, 0x007F_0081, 0));
        assert_eq!(words(&sanitize(NvmeSanitize::Block)), (0x84, 0, 2, 0));
        assert_eq!(words(&sanitize(NvmeSanitize::Overwrite(0xA5))), (0x84, 0, 0x13, 0xA5));
        assert_eq!(words(&sanitize(NvmeSanitize::Crypto)), (0x84, 0, 4, 0));
        assert_eq!(words(&sanitize_exit_failure()), (0x84, 0, 1, 0));
        assert_eq!(words(&format(1, 2, FormatErase::UserData)), (0x80, 1, 0x202, 0));
        assert_eq!(words(&format(1, 0, FormatErase::Crypto)), (0x80, 1, 0x400, 0));
    }

    #[test]
    fn only_identify_and_logs_only_read() {
        assert!([identify_controller(), identify_namespace(1), sanitize_log()].iter().all(Command::only_reads));
        let writes = [sanitize(NvmeSanitize::Crypto), sanitize_exit_failure(), format(1, 0, FormatErase::UserData)];
        assert!(!writes.iter().any(Command::only_reads));
    }

    #[test]
    fn a_namespace_is_sized_by_the_format_in_use() {
        let mut bytes = vec![0; 4096];
        bytes[..8].copy_from_slice(&125_000u64.to_le_bytes());
        (bytes[25], bytes[26]) = (1, 1);
        bytes[128..132].copy_from_slice(&[0, 0, 9, 2]);
        bytes[132..136].copy_from_slice(&[8, 0, 12, 0]);
        let read = Namespace::read(&bytes).expect("an answer");
        assert_eq!((read.block, read.metadata, read.format, read.size()), (4096, 8, 1, Some(512_000_000)));
        bytes[26] = 2;
        assert_eq!(Namespace::read(&bytes), None, "a format past the last");
    }

    #[test]
    fn the_log_tells_states_and_knows_times_from_none() {
        let mut bytes = vec![0; 512];
        bytes[..8].copy_from_slice(&[0x8F, 0x02, 0x02, 0x01, 4, 0, 0, 0]);
        bytes[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes[16..20].copy_from_slice(&5u32.to_le_bytes());
        let log = SanitizeLog::read(&bytes).expect("a log");
        assert_eq!((log.progress, log.state, log.command), (655, SanitizeState::Running, 4));
        assert_eq!((log.untouched_since, log.seconds), (true, [None, None, Some(5)]));
        for (status, state) in [
            (0, SanitizeState::Never),
            (1, SanitizeState::Done),
            (3, SanitizeState::Failed),
            (4, SanitizeState::DoneAndDeallocated),
            (7, SanitizeState::Unknown(7)),
        ] {
            bytes[2] = status;
            assert_eq!(SanitizeLog::read(&bytes).map(|log| log.state), Some(state));
        }
        assert_eq!(SanitizeLog::read(&bytes[..19]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 4000..4200)) {
            let _controller = Controller::read(&bytes);
            let _namespace = Namespace::read(&bytes);
            prop_assert!(SanitizeLog::read(&bytes).is_some());
        }
    }
}
