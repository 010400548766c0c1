//! Which machine stands on the bench, whatever its label says: by the firmware's number, the serial, the network addresses,
//! and, where none of these tells, by a disk.
//!
//! Invariants: a sign that makers put on many machines leads to no device; what was struck out or typed leads nowhere; two
//! machines of which both serials were read, and differ, are never one; a disk alone stops nothing.

use super::correct::struck_of;
use super::door::serial_key;
use super::drawer::{Cabinet, DrawerError};
use super::file::DeviceFile;
use super::look::own_serial;
use crate::device::key;
use crate::event::Fact;
use crate::event::disk::DiskSeen;
use crate::event::inspection::{DeviceInspected, FactSeen, Seen};
use crate::event::intake::TagReplaced;
use crate::tag::TagId;
use crate::unit::DeviceId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A sign that more devices bore than that is the maker's, not the machine's.
const MOST_BEARERS: usize = 8;

/// Which devices ever bore a sign, whoever bore it last at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignFile {
    pub(super) devices: Vec<DeviceId>,
}

/// Who a machine that was read is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The device that its tag says.
    This,
    /// Nothing tells.
    Unknown,
    /// This other device of the station.
    Other(DeviceId),
    /// None that the station knows, and not the one that its tag says.
    Stranger {
        /// The serial that was read.
        here: String,
        /// The serial of the tag's device.
        known: String,
    },
}

/// What tells a machine apart, each as it is compared; none where it was not read or says nothing.
#[derive(Clone, Debug, Default)]
struct Signs {
    uuid: Option<String>,
    serial: Option<String>,
    /// The serial as it was read.
    shown: Option<String>,
    macs: BTreeSet<String>,
}

impl Signs {
    fn of(facts: &[FactSeen]) -> Self {
        let mut signs = Self::default();
        for fact in facts {
            let Some(Seen::Text(text)) = &fact.value else { continue };
            let Some(key) = serial_key(text) else { continue };
            match fact.key.as_str() {
                key::UUID => signs.uuid = Some(key),
                key::SERIAL => (signs.serial, signs.shown) = (Some(key), Some(text.clone())),
                other if other.starts_with("network.") && other.strip_suffix(".mac").is_some() => {
                    signs.macs.insert(key);
                }
                _other => {}
            }
        }
        signs
    }

    /// What these leave open, as the earlier ones have it.
    fn or(self, earlier: Self) -> Self {
        Self {
            uuid: self.uuid.or(earlier.uuid),
            shown: if self.serial.is_some() { self.shown } else { earlier.shown },
            serial: self.serial.or(earlier.serial),
            macs: if self.macs.is_empty() { earlier.macs } else { self.macs },
        }
    }

    /// Whether both serials are one; none where one of them is not known.
    fn serial_is(&self, other: &Self) -> Option<bool> {
        Some(self.serial.as_ref()? == other.serial.as_ref()?)
    }

    fn names(&self) -> Vec<String> {
        let kind = |kind: &'static str| move |key: &String| format!("{kind}:{key}");
        let (uuid, serial) = (self.uuid.iter().map(kind("uuid")), self.serial.iter().map(kind("serial")));
        uuid.chain(serial).chain(self.macs.iter().map(kind("mac"))).collect()
    }
}

/// Files that whatever bears these signs is this device.
pub(super) fn note_signs(
    inspected: &DeviceInspected,
    device: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    for sign in Signs::of(&inspected.facts).names() {
        note(&sign, device, cabinet)?;
    }
    for disk in &inspected.disks {
        if own_serial(disk, &inspected.disks).is_some() {
            note_disk(disk, device, cabinet)?;
        }
    }
    Ok(())
}

/// Files that a disk was in this device, or is said to belong to it.
pub(super) fn note_disk(disk: &DiskSeen, device: &DeviceId, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    disk_sign(disk).map_or(Ok(()), |sign| note(&sign, device, cabinet))
}

/// A bridge may call its model otherwise; serial and size stay.
fn disk_sign(disk: &DiskSeen) -> Option<String> {
    Some(format!("disk:{}|{}", serial_key(disk.serial.as_deref()?)?, disk.size.0))
}

fn note(sign: &str, device: &DeviceId, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let mut file = cabinet.get::<SignFile>(sign)?.unwrap_or_default();
    file.devices.retain(|known| known != device);
    if file.devices.len() <= MOST_BEARERS {
        file.devices.push(device.clone());
    }
    cabinet.put(sign, &file)
}

/// Files that the device carries another one's tag.
pub(super) fn tag_replaced(
    replaced: &TagReplaced,
    id: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    file.tags.retain(|tag| *tag != replaced.instead_of && *tag != replaced.tag);
    file.tags.push(replaced.tag.clone());
    cabinet.put_tag(&replaced.tag, id, false)
}

/// The newest tag of a device in human form, else its id.
pub(super) fn called(id: &DeviceId, cabinet: &Cabinet<'_>) -> Result<String, DrawerError> {
    let tags = cabinet.get::<DeviceFile>(id)?.map(|file| file.tags).unwrap_or_default();
    let tag = tags.last().and_then(|tag| TagId::read(tag).ok());
    Ok(tag.map_or_else(|| id.to_string(), |tag| tag.to_string()))
}

impl Cabinet<'_> {
    /// Who the machine of these facts is that carries the device's tag. The serial says more than the number, and a network
    /// address counts only where neither tells: then every one must be that device's. Devices that were given away do not
    /// count, for they come back under a new tag.
    pub fn recognise(&self, device: &DeviceId, facts: &[FactSeen]) -> Result<Recognised, DrawerError> {
        let read = Signs::of(facts);
        if read.names().is_empty() || self.station()?.practice {
            return Ok(Recognised::Unknown);
        }
        let own = self.known_signs(device)?;
        let is_its = read.serial_is(&own);
        if is_its == Some(true) {
            return Ok(Recognised::This);
        }
        let serial = self.bearer("serial", read.serial.as_ref(), device, &|known| known.serial == read.serial)?;
        if let Some(other) = serial {
            return Ok(Recognised::Other(other));
        }
        if is_its.is_none() && read.uuid.is_some() && read.uuid == own.uuid {
            return Ok(Recognised::This);
        }
        let fits = |known: &Signs| known.uuid == read.uuid && read.serial_is(known) != Some(false);
        if let Some(other) = self.bearer("uuid", read.uuid.as_ref(), device, &fits)? {
            return Ok(Recognised::Other(other));
        }
        if let (Some(false), Some(here), Some(known)) = (is_its, &read.shown, own.shown) {
            return Ok(Recognised::Stranger { here: here.clone(), known });
        }
        if read.uuid.is_some() || read.serial.is_some() {
            return Ok(Recognised::Unknown);
        }
        if read.macs.iter().any(|mac| own.macs.contains(mac)) {
            return Ok(Recognised::This);
        }
        let other = self.bearer("mac", read.macs.first(), device, &|known| known.macs.is_superset(&read.macs))?;
        Ok(other.map_or(Recognised::Unknown, Recognised::Other))
    }

    /// The other device that one of those disks was in, and that disk: where inspections saw it in one device only, and
    /// nobody recorded it as any other's since.
    pub fn disk_of_other(
        &self,
        device: &DeviceId,
        inside: &[DiskSeen],
    ) -> Result<Option<(DeviceId, DiskSeen)>, DrawerError> {
        if self.station()?.practice {
            return Ok(None);
        }
        for disk in inside.iter().filter(|disk| own_serial(disk, inside).is_some()) {
            let Some(sign) = disk_sign(disk) else { continue };
            let has_it =
                |file: &DeviceFile| file.disks.values().any(|own| disk_sign(&own.disk).as_ref() == Some(&sign));
            let mut owners = Vec::new();
            for id in self.get::<SignFile>(sign.as_str())?.unwrap_or_default().devices {
                owners.extend(self.get::<DeviceFile>(&id)?.filter(has_it).map(|file| (id, file)));
            }
            let [(id, file)] = owners.as_slice() else { continue };
            let saw =
                |inspected: &DeviceInspected| inspected.disks.iter().any(|own| disk_sign(own).as_ref() == Some(&sign));
            if id != device && is_here(file) && self.read_off(id)?.iter().any(saw) {
                return Ok(Some((id.clone(), disk.clone())));
            }
        }
        Ok(None)
    }

    /// The device that a disk was bound to last, or seen inside: by what the ledger calls it, or by its serial and size, since a
    /// bridge may call its model otherwise.
    pub fn owner_of_disk(&self, key: &str, disk: &DiskSeen) -> Result<Option<DeviceId>, DrawerError> {
        if let Some(owner) = self.bound(key)?.or(self.seen(key)?) {
            return Ok(Some(owner));
        }
        let signed = match disk_sign(disk) {
            Some(sign) => self.get::<SignFile>(sign.as_str())?,
            None => None,
        };
        Ok(signed.and_then(|file| file.devices.last().cloned()))
    }

    /// The other device here that a machine of those facts is for certain, as the drawers tell: one of the same serial, or of
    /// the same firmware's number and no other serial.
    pub(super) fn twin(&self, device: &DeviceId, facts: &[FactSeen]) -> Result<Option<DeviceId>, DrawerError> {
        if self.station()?.practice {
            return Ok(None);
        }
        let read = Signs::of(facts);
        for (kind, sign) in [("serial", &read.serial), ("uuid", &read.uuid)] {
            let Some(sign) = sign else { continue };
            let bearers = self.get::<SignFile>(&format!("{kind}:{sign}"))?.unwrap_or_default().devices;
            if bearers.len() > MOST_BEARERS {
                continue;
            }
            for id in bearers.into_iter().rev().filter(|id| id != device) {
                let Some(file) = self.get::<DeviceFile>(&id)?.filter(is_here) else { continue };
                let known = file.serial.as_deref().and_then(serial_key);
                let is_it = match (&read.serial, &known) {
                    (Some(here), Some(known)) => here == known,
                    _one_unknown => kind == "uuid",
                };
                if is_it {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    /// The newest of the other devices with that sign of which it is still true.
    fn bearer(
        &self,
        kind: &str,
        sign: Option<&String>,
        device: &DeviceId,
        is_it: &dyn Fn(&Signs) -> bool,
    ) -> Result<Option<DeviceId>, DrawerError> {
        let Some(sign) = sign else { return Ok(None) };
        let bearers = self.get::<SignFile>(&format!("{kind}:{sign}"))?.unwrap_or_default().devices;
        if bearers.len() > MOST_BEARERS {
            return Ok(None);
        }
        for id in bearers.into_iter().rev().filter(|id| id != device) {
            let here = self.get::<DeviceFile>(&id)?.is_some_and(|file| is_here(&file));
            if here && is_it(&self.known_signs(&id)?) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// The signs of a device: of each kind those of the last inspection that told any.
    fn known_signs(&self, device: &DeviceId) -> Result<Signs, DrawerError> {
        let inspected = self.read_off(device)?;
        Ok(inspected.iter().fold(Signs::default(), |known, inspected| known.or(Signs::of(&inspected.facts))))
    }

    /// The inspections of a device that count and were read off a machine, the newest first.
    fn read_off(&self, device: &DeviceId) -> Result<Vec<DeviceInspected>, DrawerError> {
        let written = self.written(device)?;
        let out = struck_of(&written, self)?;
        let mut all = Vec::new();
        for one in written.into_iter().rev().filter(|one| !out.contains_key(&one.leaf)) {
            if let Fact::DeviceInspected(inspected) = one.event.fact {
                all.extend(Some(inspected).filter(|inspected| !inspected.typed));
            }
        }
        Ok(all)
    }
}

const fn is_here(file: &DeviceFile) -> bool {
    !file.withdrawn && file.handed_over.is_none()
}
