//! How a modelled ATA drive answers: taskfiles out of ATA PASS-THROUGH(16), registers back in sense data.
//!
//! Sources: ACS-3 for what a command does and when it aborts, SAT-3 for the way there and back.

use super::model::Label;
use super::model_store::{Leaves, Store, Vice, Work};
use crate::drive::ata::Taskfile;
use crate::drive::{
    Answer, Command, Form, Identify, Registers, Rotation, SanitizeBits, SecurityWord, Transfer, dco_page,
    good_registers, identify_page, registers_sense,
};
use std::io;

/// Ready, nothing wrong.
const GOOD: u8 = 0x50;
const ERROR: u8 = 0x51;
const ABORTED: u8 = 0x04;
/// ACS-3, 7.36.2: why a sanitize command failed.
const SANITIZE_FAILED: u64 = 1;
const SANITIZE_UNKNOWN: u64 = 2;

#[derive(Debug)]
pub(super) struct AtaDrive {
    spins: bool,
    password: Option<[u8; 32]>,
    prepared: bool,
    locked_now: bool,
}

/// ILLEGAL REQUEST with that additional sense code.
pub(super) fn illegal(code: u8) -> Answer {
    let mut sense = vec![0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, code, 0, 0, 0, 0, 0];
    sense.truncate(18);
    Answer { status: 2, sense, ..Answer::default() }
}

fn good(registers: Registers) -> Answer {
    let registers = Registers { status: GOOD, device: 0x40, ..registers };
    Answer { status: 2, sense: registers_sense(registers), ..Answer::default() }
}

fn aborted(lba: u64) -> Answer {
    let registers = Registers { status: ERROR, error: ABORTED, count: 0, lba, device: 0x40 };
    Answer { status: 2, sense: registers_sense(registers), ..Answer::default() }
}

impl AtaDrive {
    pub(super) const fn new(spins: bool) -> Self {
        Self { spins, password: None, prepared: false, locked_now: false }
    }

    pub(super) fn power_cycle(&mut self, store: &mut Store) {
        self.prepared = false;
        if self.password.is_some() {
            // A security erase does not go on by itself.
            store.work = Work::None;
        }
        // With a password set, a drive comes up locked.
        self.locked_now = self.password.is_some();
    }

    pub(super) fn execute(&mut self, store: &mut Store, label: Label, command: &Command) -> io::Result<Answer> {
        let Form::Scsi(cdb) = &command.form else { return Err(io::Error::from_raw_os_error(25)) };
        let Some(task) = Taskfile::of(cdb) else { return Ok(illegal(0x20)) };
        let answer = self.carried_out(store, label, task, &command.transfer)?;
        // Registers come back where they were asked for (CK_COND), or where something went wrong.
        let unasked = cdb[2] & 0x20 == 0 && good_registers(&answer).is_some();
        Ok(if unasked { Answer { data: answer.data, ..Answer::default() } } else { answer })
    }

    fn carried_out(
        &mut self,
        store: &mut Store,
        label: Label,
        task: Taskfile,
        transfer: &Transfer,
    ) -> io::Result<Answer> {
        let prepared = std::mem::take(&mut self.prepared);
        let sectors = label.size.0 / u64::from(store.block);
        let hpa = store.find(|vice| if let Vice::Hpa(hidden) = vice { Some(*hidden) } else { None }).unwrap_or(0);
        let dco = store.find(|vice| if let Vice::Dco(hidden) = vice { Some(*hidden) } else { None }).unwrap_or(0);
        match (task.command, task.feature) {
            (0xEC, _) => {
                let data = identify_page(&self.identify(store, label, sectors));
                Ok(Answer { data, ..Answer::default() })
            }
            (0x27 | 0xF8, _) if self.spins => Ok(good(Registers { lba: sectors + hpa - 1, ..Registers::default() })),
            (0xB1, 0xC2) if self.spins => Ok(Answer { data: dco_page(sectors + hpa + dco), ..Answer::default() }),
            (0xB4, feature) if !self.spins => self.sanitize(store, feature, task),
            (0xF1 | 0xF3 | 0xF4 | 0xF6, _) => self.security(store, task, transfer, prepared),
            _other => Ok(aborted(0)),
        }
    }

    fn is_locked(&self, store: &Store) -> bool {
        self.locked_now || store.has(&Vice::Locked)
    }

    fn identify(&self, store: &Store, label: Label, sectors: u64) -> Identify {
        let flash = !self.spins;
        let locked = self.is_locked(store);
        Identify {
            model: Some(label.name.to_owned()),
            serial: Some(label.serial.to_owned()),
            firmware: Some("MODEL1".to_owned()),
            wwn: Some(0x5000_0000_0000_0001),
            checked: true,
            sectors,
            lba48: true,
            logical_block: store.block,
            physical_block: 4096.max(store.block),
            rotation: if flash { Rotation::None } else { Rotation::Rpm(5400) },
            trim: flash,
            sanitize: SanitizeBits { crypto: flash, block: flash, overwrite: false },
            security: SecurityWord {
                supported: true,
                enabled: self.password.is_some() || locked,
                locked,
                frozen: store.has(&Vice::Frozen),
                expired: false,
                enhanced: true,
                minutes: Some(20),
                enhanced_minutes: Some(60),
            },
            hpa: self.spins,
            dco: self.spins,
            amac: false,
            trusted: label.has_psid,
        }
    }

    fn sanitize(&mut self, store: &mut Store, feature: u16, task: Taskfile) -> io::Result<Answer> {
        let leaves = match (feature, task.lba) {
            (0, _) => return Self::sanitize_status(store, task.count & 1 == 1),
            (0x0011, 0x4372_7970) => Leaves::Noise,
            (0x0012, 0x426B_4572) => Leaves::Zeros,
            _other => return Ok(aborted(SANITIZE_UNKNOWN)),
        };
        if self.is_locked(store) || matches!(store.work, Work::Running(..)) {
            return Ok(aborted(0));
        }
        store.begin(leaves);
        Ok(good(Registers { count: 1 << 14, ..Registers::default() }))
    }

    fn sanitize_status(store: &mut Store, clears: bool) -> io::Result<Answer> {
        store.go_on()?;
        Ok(match store.work {
            Work::None => good(Registers::default()),
            Work::Running(per_mille, _) => {
                let progress = u64::from(per_mille) * 65535 / 1000;
                good(Registers { count: 1 << 14, lba: progress, ..Registers::default() })
            }
            Work::Done => good(Registers { count: 1 << 15, lba: 0xFFFF, ..Registers::default() }),
            Work::Failed(_) if clears => {
                store.work = Work::None;
                good(Registers::default())
            }
            Work::Failed(_) => aborted(SANITIZE_FAILED),
        })
    }

    fn security(
        &mut self,
        store: &mut Store,
        task: Taskfile,
        transfer: &Transfer,
        prepared: bool,
    ) -> io::Result<Answer> {
        if store.has(&Vice::Frozen) || matches!(store.work, Work::Running(..)) {
            return Ok(aborted(0));
        }
        let block = if let Transfer::ToDrive(block) = transfer { block.as_slice() } else { &[] };
        let given = block.get(2..34).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let fits = given.is_some() && given == self.password;
        match task.command {
            0xF1 if given.is_some() => self.password = given,
            0xF3 => self.prepared = true,
            0xF4 if prepared && fits => {
                self.locked_now = true;
                store.run(Leaves::Zeros)?;
                if matches!(store.work, Work::Failed(_)) {
                    store.work = Work::None;
                    return Ok(aborted(0));
                }
                store.work = Work::None;
                (self.password, self.locked_now) = (None, false);
            }
            0xF6 if fits && !self.locked_now => self.password = None,
            _other => return Ok(aborted(0)),
        }
        Ok(good(Registers::default()))
    }
}
