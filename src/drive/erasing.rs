//! An erase by the drive's own firmware as commands: what begins it, what asks how it stands, and what the answers mean.
//!
//! Invariant: an answer that is none, or is about another erase, is never a good end.

use super::ata::{self, AtaSanitize, Password, Whose};
use super::command::{Answer, Command, Form, Transfer};
use super::mmc;
use super::nvme::{self, FormatErase, NvmeSanitize, SanitizeLog, SanitizeState};
use super::scsi::{self, ScsiSanitize};
use super::sense::{Sense, good_registers};
use crate::device::Erase;
use crate::unit::Secret;

/// The password that is set for ATA SECURITY ERASE UNIT, which takes it off again. It is no secret: should the power go in
/// between, the drive stays locked by it, and whoever finds the drive has to know it.
pub const ERASE_PASSWORD: &str = "aoxanh";

/// What the commands have to name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EraseAt {
    /// NVMe: the namespace.
    pub namespace: u32,
    /// NVMe: the LBA format in use, which a format keeps.
    pub lba_format: u8,
    /// ATA: how long SECURITY ERASE UNIT takes by the drive's own word, minutes.
    pub minutes: u32,
    /// ATA: whether the password is set already, by a run that did not come to its end.
    pub is_locked: bool,
    /// Opal: what the drive's label says.
    pub psid: Option<Secret>,
}

/// How an erase that goes on behind its command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It goes on, so far in thousandths.
    Running(u16),
    /// It ended well.
    Good,
    /// It failed.
    Failed,
    /// The drive tells of no such erase.
    Idle,
    /// The answer is none.
    Unclear,
}

/// What begins the erase, in order; what follows is sent only when the one before was taken. None for an Opal revert without
/// a PSID.
#[must_use]
pub fn commands(erase: Erase, at: &EraseAt) -> Vec<Command> {
    match erase {
        Erase::AtaSanitizeCrypto => vec![ata::sanitize(AtaSanitize::Crypto)],
        Erase::AtaSanitizeBlock => vec![ata::sanitize(AtaSanitize::Block)],
        Erase::AtaSanitizeOverwrite => vec![ata::sanitize(AtaSanitize::Overwrite(0))],
        Erase::AtaSecurityErase => security(at, false),
        Erase::AtaSecurityEraseEnhanced => security(at, true),
        Erase::NvmeSanitizeCrypto => vec![nvme::sanitize(NvmeSanitize::Crypto)],
        Erase::NvmeSanitizeBlock => vec![nvme::sanitize(NvmeSanitize::Block)],
        Erase::NvmeSanitizeOverwrite => vec![nvme::sanitize(NvmeSanitize::Overwrite(0))],
        Erase::NvmeFormatSes1 => vec![nvme::format(at.namespace, at.lba_format, FormatErase::UserData)],
        Erase::NvmeFormatSes2 => vec![nvme::format(at.namespace, at.lba_format, FormatErase::Crypto)],
        Erase::ScsiSanitizeCrypto => vec![scsi::sanitize(ScsiSanitize::Crypto)],
        Erase::ScsiSanitizeBlock => vec![scsi::sanitize(ScsiSanitize::Block)],
        Erase::ScsiSanitizeOverwrite => vec![scsi::sanitize(ScsiSanitize::Overwrite(0))],
        Erase::MmcSanitize => vec![mmc::sanitize()],
        Erase::OpalPsidRevert => at.psid.iter().map(|psid| revert(psid.clone())).collect(),
    }
}

fn revert(psid: Secret) -> Command {
    Command { form: Form::Psid(psid), transfer: Transfer::Nothing, timeout_ms: 0 }
}

fn security(at: &EraseAt, enhanced: bool) -> Vec<Command> {
    let password = erase_password();
    let set = (!at.is_locked).then(|| ata::security_set_password(Whose::User, &password));
    let unit = ata::security_erase_unit(Whose::User, enhanced, &password, at.minutes);
    set.into_iter().chain([ata::security_erase_prepare(), unit]).collect()
}

/// What takes the password of a security erase off a drive that is not locked by it.
#[must_use]
pub fn takes_password_off() -> Command {
    ata::security_disable_password(Whose::User, &erase_password())
}

fn erase_password() -> Password {
    let mut password = [0; 32];
    password.iter_mut().zip(ERASE_PASSWORD.bytes()).for_each(|(to, from)| *to = from);
    password
}

/// Whether the drive took the command.
#[must_use]
pub fn is_taken(command: &Command, answer: &Answer) -> bool {
    // A bridge that gives no registers back says only that all was well; the status, or the canaries, tell more.
    let is_ata = matches!(&command.form, Form::Scsi(cdb) if cdb.first() == Some(&0x85));
    answer.is_good() || (is_ata && command.transfer == Transfer::Nothing && good_registers(answer).is_some())
}

/// What asks how the erase stands; `None` where its command answers only when all is done.
#[must_use]
pub fn question(erase: Erase) -> Option<Command> {
    match erase {
        Erase::AtaSanitizeCrypto | Erase::AtaSanitizeBlock | Erase::AtaSanitizeOverwrite => {
            Some(ata::sanitize_status())
        }
        Erase::NvmeSanitizeCrypto | Erase::NvmeSanitizeBlock | Erase::NvmeSanitizeOverwrite => {
            Some(nvme::sanitize_log())
        }
        Erase::ScsiSanitizeCrypto | Erase::ScsiSanitizeBlock | Erase::ScsiSanitizeOverwrite => {
            Some(scsi::request_sense())
        }
        Erase::AtaSecurityErase
        | Erase::AtaSecurityEraseEnhanced
        | Erase::NvmeFormatSes1
        | Erase::NvmeFormatSes2
        | Erase::MmcSanitize
        | Erase::OpalPsidRevert => None,
    }
}

/// What the answer to [`question`] means.
#[must_use]
pub fn standing(erase: Erase, answer: &Answer) -> Standing {
    match erase {
        Erase::AtaSanitizeCrypto | Erase::AtaSanitizeBlock | Erase::AtaSanitizeOverwrite => ata_standing(answer),
        Erase::NvmeSanitizeBlock => nvme_standing(answer, 2),
        Erase::NvmeSanitizeOverwrite => nvme_standing(answer, 3),
        Erase::NvmeSanitizeCrypto => nvme_standing(answer, 4),
        Erase::ScsiSanitizeCrypto | Erase::ScsiSanitizeBlock | Erase::ScsiSanitizeOverwrite => scsi_standing(answer),
        Erase::AtaSecurityErase
        | Erase::AtaSecurityEraseEnhanced
        | Erase::NvmeFormatSes1
        | Erase::NvmeFormatSes2
        | Erase::MmcSanitize
        | Erase::OpalPsidRevert => Standing::Unclear,
    }
}

/// COUNT bit 14 is "in progress", bit 15 "completed without error"; LBA has the progress. Source: ACS-3, 7.36.7.
fn ata_standing(answer: &Answer) -> Standing {
    let Some(registers) = Sense::read(&answer.sense).and_then(|sense| sense.registers) else {
        return Standing::Unclear;
    };
    let [low, high, ..] = registers.lba.to_le_bytes();
    if registers.count & 1 << 14 != 0 {
        Standing::Running(per_mille(u16::from_le_bytes([low, high])))
    } else if !registers.is_good() {
        Standing::Failed
    } else if registers.count & 1 << 15 != 0 {
        Standing::Good
    } else {
        Standing::Idle
    }
}

/// The log names the command that began what it tells of: SANACT, bits 2 to 0.
fn nvme_standing(answer: &Answer, action: u32) -> Standing {
    let log = Some(answer).filter(|answer| answer.is_good()).and_then(|answer| SanitizeLog::read(&answer.data));
    let Some(log) = log else { return Standing::Unclear };
    match log.state {
        SanitizeState::Running => Standing::Running(per_mille(log.progress)),
        SanitizeState::Failed => Standing::Failed,
        SanitizeState::Done | SanitizeState::DoneAndDeallocated if log.command & 7 == action => Standing::Good,
        SanitizeState::Never | SanitizeState::Done | SanitizeState::DoneAndDeallocated => Standing::Idle,
        SanitizeState::Unknown(_) => Standing::Unclear,
    }
}

/// NOT READY, SANITIZE IN PROGRESS; MEDIUM ERROR, SANITIZE COMMAND FAILED. Source: SPC-4, annex F; SBC-4, 4.11.
fn scsi_standing(answer: &Answer) -> Standing {
    let sense = Some(answer).filter(|answer| answer.is_good()).and_then(|answer| Sense::read(&answer.data));
    match sense.map(|sense| (sense.key, sense.code, sense.qualifier, sense.progress)) {
        Some((2, 0x04, 0x1B, progress)) => Standing::Running(per_mille(progress.unwrap_or(0))),
        Some((_, 0x31, 0x03, _)) => Standing::Failed,
        Some((0, 0, 0, _)) => Standing::Good,
        Some(_) | None => Standing::Unclear,
    }
}

/// A progress in 65536ths, in thousandths.
pub(super) const fn per_mille(progress: u16) -> u16 {
    let [low, high, ..] = (progress as u32 * 1000 / 65536).to_le_bytes();
    u16::from_le_bytes([low, high])
}

/// The command in hexadecimal words, as a certificate names it. What moves beside it, a password too, is not in it.
#[must_use]
pub fn told(command: &Command) -> String {
    match &command.form {
        Form::Scsi(cdb) => {
            let bytes: Vec<String> = cdb.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("scsi {}", bytes.join(" "))
        }
        Form::Nvme(admin) => {
            let (opcode, nsid) = (admin.opcode, admin.nsid);
            format!("nvme {opcode:02x} nsid={nsid} cdw10={:08x} cdw11={:08x}", admin.dword10, admin.dword11)
        }
        Form::Psid(_) => "opal psid-revert".to_owned(),
        Form::Mmc(card) => format!("mmc cmd{} {:08x}", card.index, card.argument),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sense::Registers;
    use super::super::spoken::{registers_sense, sanitize_page};
    use super::*;

    const AT: EraseAt = EraseAt { namespace: 3, lba_format: 2, minutes: 20, is_locked: false, psid: None };

    #[test]
    fn every_erase_has_its_commands_none_of_which_only_reads_and_only_sanitize_is_asked_after() {
        for erase in Erase::ALL {
            let sent = commands(erase, &AT);
            assert_eq!(sent.is_empty(), erase == Erase::OpalPsidRevert, "{erase:?}");
            assert!(sent.iter().all(|command| !command.only_reads()), "{erase:?}");
            let question = question(erase);
            assert_eq!(question.is_some(), erase.is_sanitize(), "{erase:?}");
            assert!(question.is_none_or(|question| question.only_reads()), "{erase:?}");
        }
        assert_eq!(told(&commands(Erase::NvmeFormatSes1, &AT)[0]), "nvme 80 nsid=3 cdw10=00000202 cdw11=00000000");
        assert_eq!(told(&commands(Erase::NvmeSanitizeBlock, &AT)[0]), "nvme 84 nsid=0 cdw10=00000002 cdw11=00000000");
        assert_eq!(told(&commands(Erase::MmcSanitize, &AT)[0]), "mmc cmd6 03a50101");
        let labelled = EraseAt { psid: Some(Secret::new("PSID0123")), ..AT };
        let revert = commands(Erase::OpalPsidRevert, &labelled);
        assert_eq!(revert.iter().map(told).collect::<Vec<_>>(), ["opal psid-revert"]);
        assert!(!format!("{revert:?}").contains("PSID0123") && !revert[0].only_reads());
        let locked = EraseAt { is_locked: true, ..AT };
        let ids = |at: &EraseAt| commands(Erase::AtaSecurityErase, at).iter().map(told).collect::<Vec<_>>();
        assert_eq!(ids(&AT).len(), 3);
        assert_eq!(ids(&locked), ids(&AT)[1..]);
        assert!(ids(&AT).iter().all(|told| !told.contains("616f7861")), "no password in it");
    }

    fn nvme_says(state: SanitizeState, command: u32) -> Standing {
        let log = SanitizeLog { progress: 32768, state, untouched_since: true, command, seconds: [None; 3] };
        standing(Erase::NvmeSanitizeBlock, &Answer { data: sanitize_page(&log), ..Answer::default() })
    }

    #[test]
    fn only_the_log_of_the_erase_that_was_asked_for_is_a_good_end() {
        assert_eq!(nvme_says(SanitizeState::Done, 2), Standing::Good);
        assert_eq!(nvme_says(SanitizeState::DoneAndDeallocated, 0x202), Standing::Good);
        assert_eq!(nvme_says(SanitizeState::Done, 4), Standing::Idle);
        assert_eq!(nvme_says(SanitizeState::Never, 2), Standing::Idle);
        assert_eq!(nvme_says(SanitizeState::Running, 2), Standing::Running(500));
        assert_eq!(nvme_says(SanitizeState::Failed, 2), Standing::Failed);
        assert_eq!(nvme_says(SanitizeState::Unknown(6), 2), Standing::Unclear);
        assert_eq!(standing(Erase::NvmeSanitizeBlock, &Answer::default()), Standing::Unclear);
        let refused = Answer { status: 0x1D, data: vec![1; 512], ..Answer::default() };
        assert_eq!(standing(Erase::NvmeSanitizeBlock, &refused), Standing::Unclear);
        assert_eq!(standing(Erase::NvmeFormatSes1, &Answer::default()), Standing::Unclear);
    }

    #[test]
    fn what_ata_registers_and_sense_data_say_of_a_sanitize() {
        let says = |registers| {
            let answer = Answer { status: 2, sense: registers_sense(registers), ..Answer::default() };
            standing(Erase::AtaSanitizeBlock, &answer)
        };
        let good = Registers { status: 0x50, ..Registers::default() };
        assert_eq!(says(Registers { count: 1 << 15, ..good }), Standing::Good);
        assert_eq!(says(Registers { count: 1 << 14, lba: 16384, ..good }), Standing::Running(250));
        assert_eq!(says(Registers { status: 0x51, error: 4, lba: 1, ..good }), Standing::Failed);
        assert_eq!(says(good), Standing::Idle);
        // A bridge that says that all is well and gives nothing back.
        assert_eq!(standing(Erase::AtaSanitizeBlock, &Answer::default()), Standing::Unclear);
        let scsi =
            |data: &[u8]| standing(Erase::ScsiSanitizeBlock, &Answer { data: data.to_vec(), ..Answer::default() });
        assert_eq!(scsi(&[0x72, 2, 4, 0x1B, 0, 0, 0, 8, 2, 6, 0, 0, 0x80, 0x40, 0, 0]), Standing::Running(250));
        assert_eq!(scsi(&[0x72, 3, 0x31, 3, 0, 0, 0, 0]), Standing::Failed);
        assert_eq!(scsi(&[0x72, 0, 0, 0, 0, 0, 0, 0]), Standing::Good);
        assert_eq!(scsi(&[0x72, 2, 4, 1, 0, 0, 0, 0]), Standing::Unclear);
        assert_eq!(scsi(&[]), Standing::Unclear);
    }
}
