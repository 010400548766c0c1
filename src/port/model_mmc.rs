//! How a modelled eMMC answers.
//!
//! Source: JESD84-B51, as in `drive::mmc`.

use super::model::Label;
use super::model_store::Store;
use crate::drive::{Answer, Command, Form, mmc, mmc::ExtCsd};
use std::io;

pub(super) fn execute(store: &mut Store, label: Label, command: &Command) -> io::Result<Answer> {
    let Form::Mmc(card) = command.form else { return Err(io::Error::from_raw_os_error(25)) };
    match card.index {
        8 => {
            let sectors = u32::try_from(label.size.0 / 512).unwrap_or(u32::MAX);
            let block = store.block;
            let firmware = Some("MODEL1".to_owned());
            let register =
                ExtCsd { revision: 8, sectors, block, boot: 8 << 20, rpmb: 4 << 20, sanitize: true, firmware };
            Ok(Answer { data: mmc::ext_csd_page(&register), ..Answer::default() })
        }
        // What was discarded before reads as zero here already; a sanitize leaves the rest as it is.
        6 if *command == mmc::sanitize() => Ok(Answer::default()),
        _other => Err(io::Error::from_raw_os_error(110)),
    }
}
