//! Which devices a pupil is meant to have.
//!
//! Invariant: a device that is lent counts for nobody.

use super::drawer::{Cabinet, DrawerError};
use super::file::{DeviceFile, RecipientFile};
use crate::event::handover::Terms;
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

/// Files for whom it is now, where that is not who it was for before.
pub(super) fn settle_pupils(
    before: &DeviceFile,
    after: &DeviceFile,
    device: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    if (&before.recipient, before.handed_over) == (&after.recipient, after.handed_over) {
        return Ok(());
    }
    if let Some(pupil) = &before.recipient {
        award(cabinet, pupil, device, false)?;
    }
    match &after.recipient {
        Some(pupil) => award(cabinet, pupil, device, after.handed_over != Some(Terms::Loan)),
        None => Ok(()),
    }
}
