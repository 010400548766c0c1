//! Which devices a pupil is meant to have.
//!
//! Invariant: a device that is lent counts for nobody.

use super::drawer::{Cabinet, DrawerError};
use super::file::{DeviceFile, RecipientFile};
use super::hands::let_go;
use crate::event::handover::{DeviceHandedOver, Terms};
use crate::unit::{DeviceId, RecipientId};

/// It is for that pupil now.
pub(super) fn set_aside(
    recipient: &RecipientId,
    device: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    take_back(file, recipient, device, cabinet)?;
    file.recipient = Some(recipient.clone());
    award(cabinet, recipient, device, true)
}

/// It is in that pupil's hands now, and lies nowhere in the house.
pub(super) fn hand_over(
    handed: &DeviceHandedOver,
    device: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    take_back(file, &handed.recipient, device, cabinet)?;
    file.recipient = Some(handed.recipient.clone());
    file.handed_over = Some(handed.terms);
    (file.shelf, file.boxed, file.moved_at) = (None, None, None);
    let_go(device, file, cabinet)?;
    award(cabinet, &handed.recipient, device, handed.terms == Terms::Gift)
}

/// Whoever it was set aside for before does without it.
fn take_back(
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

fn award(
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
