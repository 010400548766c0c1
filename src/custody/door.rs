//! Folding what is said of a device at the door: its file, and which device has which serial.
//!
//! Invariant: a serial that makers put on many machines, or that is too short to tell any apart, leads to no device.

use super::drawer::{Cabinet, DrawerError, SerialFile};
use super::file::DeviceFile;
use crate::event::Event;
use crate::event::intake::DeviceReceived;
use crate::event::outward::IntakeChecked;
use crate::reading::is_junk;
use crate::unit::{DeviceId, Digest, fold};
use std::collections::{BTreeMap, BTreeSet};

/// The least letters and digits of a serial that tells machines apart.
const LEAST_OF_SERIAL: usize = 4;

/// The serial as machines are told apart by it: letters and digits alone, in one case; none where it tells nothing.
pub(super) fn serial_key(serial: &str) -> Option<String> {
    let key: String = fold(serial).chars().filter(|letter| letter.is_alphanumeric()).collect();
    (key.chars().count() >= LEAST_OF_SERIAL && !is_junk(serial)).then_some(key)
}

/// Files that a machine of that serial is this device: whoever was seen or told of last.
pub(super) fn note_serial(
    serial: Option<&String>,
    device: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    match serial.and_then(|serial| serial_key(serial)) {
        Some(key) => cabinet.put(key.as_str(), &SerialFile { device: device.clone() }),
        None => Ok(()),
    }
}

/// What was seen from outside stands now, and who the machine is where that was read off it.
pub(super) fn looked_at(
    checked: &IntakeChecked,
    device: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    file.outward = checked.outward.clone();
    let Some(told) = &checked.told else { return Ok(()) };
    file.told = told.clone();
    note_serial(told.serial.as_ref(), device, cabinet)
}

/// The file of a device that is received by that event.
pub(super) fn newborn(event: &Event, received: &DeviceReceived, leaf: Digest, practice: bool) -> DeviceFile {
    DeviceFile {
        lot: received.lot.clone(),
        kind: received.kind,
        tags: Vec::new(),
        maker: None,
        model: None,
        serial: None,
        told: received.told.clone(),
        labels: Vec::new(),
        outward: received.outward.clone(),
        verdict: None,
        disks: BTreeMap::new(),
        functions: BTreeMap::new(),
        grade: None,
        repair: None,
        locks: BTreeMap::new(),
        shelf: None,
        boxed: None,
        moved_at: None,
        hands: None,
        needs: if practice { Vec::new() } else { received.needs.clone() },
        kit: Vec::new(),
        held: None,
        seen_as: None,
        conflict: None,
        apart_from: BTreeSet::new(),
        same_as: None,
        summary: None,
        quarantined: None,
        recipient: None,
        handed_over: None,
        lifted: BTreeMap::new(),
        practice,
        withdrawn: false,
        received_at: event.happened_at.unwrap_or(event.at),
        stage_since: None,
        changed_at: event.at,
        last: leaf,
        last_seq: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_one_however_it_is_written_and_a_filler_is_none() {
        assert_eq!(serial_key(" cnu-413 8xyz").as_deref(), Some("cnu4138xyz"));
        assert_eq!(serial_key("CNU4138XYZ"), serial_key("cnu 4138-xyz"));
        for none in ["", "123", "0000000", "To be filled by O.E.M.", "Default string", "N/A", "----"] {
            assert_eq!(serial_key(none), None, "{none}");
        }
    }
}
