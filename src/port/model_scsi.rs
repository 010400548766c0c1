//! How a modelled SAS disk answers.
//!
//! Sources: SPC-4 and SBC-4, as in `drive::scsi`.

use super::model::Label;
use super::model_ata::illegal;
use super::model_store::{Leaves, Store, Work};
use crate::drive::{Answer, Command, Form};
use std::io;

/// NOT READY, with how far the sanitize is.
fn sanitizing(per_mille: u16) -> Vec<u8> {
    let [high, low] = u16::try_from(u32::from(per_mille) * 65535 / 1000).unwrap_or(u16::MAX).to_be_bytes();
    vec![0x72, 2, 4, 0x1B, 0, 0, 0, 8, 2, 6, 0, 0, 0x80, high, low, 0]
}

fn page(code: u8, content: &[u8]) -> Answer {
    let [_, _, high, low] = u32::try_from(content.len()).unwrap_or(0).to_be_bytes();
    Answer { data: [&[0, code, high, low], content].concat(), ..Answer::default() }
}

pub(super) fn execute(store: &mut Store, label: Label, command: &Command) -> io::Result<Answer> {
    let Form::Scsi(cdb) = &command.form else { return Err(io::Error::from_raw_os_error(25)) };
    let at = |place: usize| cdb.get(place).copied().unwrap_or(0);
    Ok(match (at(0), at(1) & 0x1F, at(2)) {
        (0x12, 0, _) => {
            let mut data = vec![0, 0, 6, 2, 91, 0, 0, 0];
            data.extend(format!("{:<8}{:<16}{:<4}", "AOXANH", label.name, "MDL1").into_bytes());
            data.resize(96, 0);
            Answer { data, ..Answer::default() }
        }
        (0x12, 1, 0x80) => page(0x80, label.serial.as_bytes()),
        (0x12, 1, 0xB1) => page(0xB1, &[0x1C, 0x20, 0, 3]),
        (0x9E, 0x10, _) => {
            let last = (label.size.0 / u64::from(store.block)).saturating_sub(1);
            let mut data = [&last.to_be_bytes()[..], &store.block.to_be_bytes()].concat();
            data.resize(32, 0);
            Answer { data, ..Answer::default() }
        }
        (0xA3, 0x0C, _) => {
            let supported = at(3) == 0x48 && [2, 3].contains(&at(5));
            Answer { data: vec![0, if supported { 3 } else { 1 }, 0, 10], ..Answer::default() }
        }
        (0x03, _, _) => {
            store.go_on()?;
            let data = match store.work {
                Work::Running(per_mille, _) => sanitizing(per_mille),
                // MEDIUM ERROR, SANITIZE COMMAND FAILED.
                Work::Failed(_) => vec![0x72, 3, 0x31, 0x03, 0, 0, 0, 0],
                Work::None | Work::Done => vec![0x72, 0, 0, 0, 0, 0, 0, 0],
            };
            Answer { data, ..Answer::default() }
        }
        (0x48, _, _) if matches!(store.work, Work::Running(..)) => {
            Answer { status: 2, sense: sanitizing(0), ..Answer::default() }
        }
        (0x48, action @ (2 | 3), _) => {
            store.begin(if action == 2 { Leaves::Zeros } else { Leaves::Noise });
            Answer::default()
        }
        (0x12 | 0x48, _, _) => illegal(0x24),
        _other => illegal(0x20),
    })
}
