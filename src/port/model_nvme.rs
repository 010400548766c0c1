//! How a modelled NVMe drive answers admin commands.
//!
//! Source: NVM Express base specification 1.4: section 5 for the commands, figures 127 and 128 for the status codes.

use super::model::Label;
use super::model_store::{Leaves, Store, Vice, Work};
use crate::drive::nvme::{Controller, Namespace, SanitizeLog, SanitizeState};
use crate::drive::{Admin, Answer, Command, Form, controller_page, namespace_page, sanitize_page};
use std::io;

const INVALID_OPCODE: u16 = 0x01;
const INVALID_FIELD: u16 = 0x02;
const INVALID_NAMESPACE: u16 = 0x0B;
const SANITIZE_FAILED: u16 = 0x1C;
const SANITIZE_IN_PROGRESS: u16 = 0x1D;
const INTERNAL_ERROR: u16 = 0x06;

fn refused(status: u16) -> Answer {
    Answer { status, ..Answer::default() }
}

fn page(data: Vec<u8>) -> Answer {
    Answer { data, ..Answer::default() }
}

pub(super) fn execute(store: &mut Store, label: Label, command: &Command) -> io::Result<Answer> {
    let Form::Nvme(admin) = command.form else { return Err(io::Error::from_raw_os_error(25)) };
    match (admin.opcode, admin.dword10 & 0xFF) {
        (0x06, 1) => Ok(page(controller_page(&controller(label, store.has(&Vice::SecondNamespace))))),
        (0x06, 0) if admin.nsid == 1 => {
            let block = store.block;
            let blocks = label.size.0 / u64::from(block);
            Ok(page(namespace_page(&Namespace { blocks, block, metadata: 0, format: 0 })))
        }
        (0x06, 2) => {
            // As the list of active namespaces is: this one, and the second where there is one.
            let others = store.has(&Vice::SecondNamespace);
            let mut list = [1u32, u32::from(others) * 2].map(u32::to_le_bytes).concat();
            list.resize(4096, 0);
            Ok(page(list))
        }
        (0x06, 0) => Ok(refused(INVALID_NAMESPACE)),
        (0x02, 0x81) => {
            store.go_on()?;
            Ok(page(sanitize_page(&log(store.work, store.action))))
        }
        (0x80, _) => format(store, admin),
        (0x84, _) => Ok(sanitize(store, admin)),
        (0x02 | 0x06, _) => Ok(refused(INVALID_FIELD)),
        _other => Ok(refused(INVALID_OPCODE)),
    }
}

fn controller(label: Label, two: bool) -> Controller {
    Controller {
        serial: Some(label.serial.to_owned()),
        model: Some(label.name.to_owned()),
        firmware: Some("MODEL1".to_owned()),
        security: label.has_psid,
        format: true,
        erases_all_namespaces: false,
        format_crypto: true,
        sanitize_crypto: true,
        sanitize_block: true,
        sanitize_overwrite: false,
        capacity: u128::from(label.size.0),
        namespaces: if two { 2 } else { 1 },
    }
}

fn format(store: &mut Store, admin: Admin) -> io::Result<Answer> {
    if matches!(store.work, Work::Running(..)) {
        return Ok(refused(SANITIZE_IN_PROGRESS));
    }
    let leaves = match admin.dword10 >> 9 & 7 {
        // SES 0 erases nothing and says that all is well.
        0 => return Ok(Answer::default()),
        1 => Leaves::Zeros,
        2 => Leaves::Noise,
        _reserved => return Ok(refused(INVALID_FIELD)),
    };
    store.run(leaves)?;
    let failed = matches!(store.work, Work::Failed(_));
    store.work = Work::None;
    Ok(if failed { refused(INTERNAL_ERROR) } else { Answer::default() })
}

fn sanitize(store: &mut Store, admin: Admin) -> Answer {
    if admin.nsid != 0 {
        return refused(INVALID_NAMESPACE);
    }
    let action = admin.dword10 & 7;
    if [2, 4].contains(&action) && !matches!(store.work, Work::Running(..)) {
        store.action = admin.dword10;
    }
    match (action, store.work) {
        (_, Work::Running(..)) => refused(SANITIZE_IN_PROGRESS),
        (1, _) => {
            store.work = Work::None;
            Answer::default()
        }
        // After a failure only another sanitize, or the exit, is taken.
        (2, _) => {
            store.begin(Leaves::Zeros);
            Answer::default()
        }
        (4, _) => {
            store.begin(Leaves::Noise);
            Answer::default()
        }
        (_, Work::Failed(_)) => refused(SANITIZE_FAILED),
        _other => refused(INVALID_FIELD),
    }
}

fn log(work: Work, command: u32) -> SanitizeLog {
    let (state, progress) = match work {
        Work::None => (SanitizeState::Never, u16::MAX),
        Work::Running(per_mille, _) => {
            (SanitizeState::Running, u16::try_from(u32::from(per_mille) * 65535 / 1000).unwrap_or(u16::MAX))
        }
        Work::Done => (SanitizeState::Done, u16::MAX),
        Work::Failed(_) => (SanitizeState::Failed, u16::MAX),
    };
    SanitizeLog {
        progress,
        state,
        untouched_since: state == SanitizeState::Done,
        command,
        seconds: [None, Some(30), Some(5)],
    }
}
