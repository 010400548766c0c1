//! Parts: taken from one device, on the shelf, put into another; each one's story can be told.
//!
//! Invariant: a disk that is a part belongs to no device meanwhile, and brings its wipe along to the next.

use super::drawer::{BondFile, Cabinet, DrawerError, SeenFile};
use super::file::{DeviceFile, DiskFile};
use super::home::Whereabouts;
use super::sign::note_disk;
use crate::event::repair::{PartFitted, PartTaken};
use crate::unit::{Bytes, DeviceId, Digest, PartId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    /// What it is, by the code of the team's vocabulary.
    pub kind: String,
    /// What stands on it.
    pub label: Option<String>,
    /// How large.
    pub size: Option<Bytes>,
    /// Out of which device.
    pub from: DeviceId,
    /// Into which device it went; none while it is on the shelf.
    pub fitted: Option<DeviceId>,
    /// Of a disk: its key, the end of its last wipe, and what is known of it.
    pub disk: Option<(String, Digest, DiskFile)>,
    /// Whether the record that it was taken out was struck out: there is no such part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// The parts that lie on the shelf.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Which.
    pub parts: BTreeSet<PartId>,
}

pub(super) fn part_taken(
    taken: &PartTaken,
    from: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let disk = taken.disk.as_ref().and_then(|disk| {
        let known = file.disks.remove(&disk.key)?;
        Some((disk.key.clone(), disk.wiped, known))
    });
    let part = PartFile {
        kind: taken.kind.clone(),
        label: taken.label.clone(),
        size: taken.size,
        from: from.clone(),
        fitted: None,
        disk,
        withdrawn: false,
    };
    cabinet.put(&taken.part, &part)?;
    let mut shelf = cabinet.get::<Shelf>("")?.unwrap_or_default();
    shelf.parts.insert(taken.part.clone());
    cabinet.put("", &shelf)
}

pub(super) fn part_fitted(
    fitted: &PartFitted,
    into: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let Some(mut part) = cabinet.get::<PartFile>(&fitted.part)? else { return Ok(()) };
    part.fitted = Some(into.clone());
    if let Some((key, _, disk)) = &part.disk {
        let wiped_in = disk.wiped_in.clone().or_else(|| Some(part.from.clone()));
        let moved = DiskFile { seen: false, bound: true, wiped_in, whereabouts: Whereabouts::Unknown, ..disk.clone() };
        note_disk(&moved.disk, into, cabinet)?;
        file.disks.insert(key.clone(), moved);
        cabinet.put(key.as_str(), &BondFile { device: into.clone() })?;
        cabinet.put(key.as_str(), &SeenFile { device: into.clone() })?;
    }
    cabinet.put(&fitted.part, &part)?;
    let mut shelf = cabinet.get::<Shelf>("")?.unwrap_or_default();
    shelf.parts.remove(&fitted.part);
    cabinet.put("", &shelf)
}

/// Files that a part was never taken out, or was after all.
pub(super) fn withdraw_part(part: &PartId, withdrawn: bool, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let Some(file) = cabinet.get::<PartFile>(part)? else { return Ok(()) };
    cabinet.put(part, &PartFile { withdrawn, ..file.clone() })?;
    lay_on_shelf(part, !withdrawn && file.fitted.is_none(), cabinet)
}

/// Files into which device a part went; none: it still lies on the shelf.
pub(super) fn refit_part(
    part: &PartId,
    fitted: Option<DeviceId>,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let Some(file) = cabinet.get::<PartFile>(part)? else { return Ok(()) };
    let lies = fitted.is_none() && !file.withdrawn;
    cabinet.put(part, &PartFile { fitted, ..file })?;
    lay_on_shelf(part, lies, cabinet)
}

fn lay_on_shelf(part: &PartId, lies: bool, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let mut shelf = cabinet.get::<Shelf>("")?.unwrap_or_default();
    if lies {
        shelf.parts.insert(part.clone());
    } else {
        shelf.parts.remove(part);
    }
    cabinet.put("", &shelf)
}
