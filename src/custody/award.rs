//! Which devices a pupil counts for: what is set aside or given, and what is taken back.

use super::drawer::{Cabinet, DrawerError};
use super::file::{DeviceFile, RecipientFile};
use crate::unit::{DeviceId, RecipientId};

/// Whoever it was set aside for before does without it.
pub(super) fn take_back(
    file: &DeviceFile,
    recipient: &RecipientId,
    device: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    match file.recipient.as_ref().filter(|before| *before != recipient) {
        Some(before) => award(cabinet, before, device, false),
        None => Ok(()),
    }
}

pub(super) fn award(
    cabinet: &mut Cabinet<'_>,
    recipient: &RecipientId,
    device: &DeviceId,
    counts: bool,
) -> Result<(), DrawerError> {
    let mut file = cabinet.get::<RecipientFile>(recipient)?.unwrap_or_default();
    if counts {
        file.devices.insert(device.clone());
    } else {
        file.devices.remove(device);
    }
    cabinet.put(recipient, &file)
}
