//! Folding what was found on a device: facts, disks, functions, locks.

use super::door::note_serial;
use super::drawer::{Cabinet, DrawerError, SeenFile};
use super::file::DeviceFile;
use super::look::own_keys;
use super::sign::note_signs;
use crate::event::inspection::{DeviceInspected, FunctionOutcome, FunctionResult};
use crate::event::lock::LockFound;
use crate::unit::DeviceId;

/// What an inspection says of the device.
pub(super) fn see(
    inspected: &DeviceInspected,
    id: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    file.verdict = Some(inspected.verdict);
    if !inspected.typed {
        note_signs(inspected, id, cabinet)?;
    }
    file.identify(&inspected.facts);
    see_disks(inspected, id, file, cabinet)
}

/// What stays of an inspection even where it was struck out: the disks that were seen are somebody's.
pub(super) fn see_disks(
    inspected: &DeviceInspected,
    id: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    note_serial(file.serial.as_ref(), id, cabinet)?;
    file.see(&inspected.disks);
    if !inspected.typed {
        file.come_home(&inspected.disks);
    }
    for key in own_keys(&inspected.disks) {
        // Whoever receives the machine a second time does not take its disks along.
        if cabinet.seen(&key)?.is_none() {
            cabinet.put(key.as_str(), &SeenFile { device: id.clone() })?;
        }
    }
    Ok(())
}

/// What was skipped says nothing against what was found before.
pub(super) fn functions_tested(file: &mut DeviceFile, results: &[FunctionResult]) {
    for FunctionResult { function, outcome, .. } in results {
        if *outcome != FunctionOutcome::Skipped || !file.functions.contains_key(function) {
            file.functions.insert(function.clone(), *outcome);
        }
    }
}

/// A password that was told stays, where the lock is found once more without one.
pub(super) fn lock_found(file: &mut DeviceFile, found: &LockFound) {
    let known = file.locks.entry(found.lock).or_default();
    *known = found.secret.or(*known);
}
