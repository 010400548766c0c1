//! Which machine stands on the bench, whatever its label says: by the firmware's number, the serial, the network addresses.
//!
//! Invariant: a sign that makers put on many machines leads to no device.

use super::door::serial_key;
use super::drawer::{Cabinet, DrawerError, TagFile};
use super::file::DeviceFile;
use crate::device::key;
use crate::event::inspection::{FactSeen, Seen};
use crate::event::intake::TagReplaced;
use crate::unit::DeviceId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which device bore a sign when it was last inspected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignFile {
    pub(super) device: DeviceId,
}

/// What tells a machine apart that was just read: kind of sign and key of it.
fn signs(facts: &[FactSeen]) -> BTreeSet<String> {
    let sign = |fact: &FactSeen| {
        let Some(Seen::Text(text)) = &fact.value else { return None };
        let kind = match fact.key.as_str() {
            key::UUID => "uuid",
            key::SERIAL => "serial",
            other if other.starts_with("network.") && other.strip_suffix(".mac").is_some() => "mac",
            _other => return None,
        };
        serial_key(text).map(|key| format!("{kind}:{key}"))
    };
    facts.iter().filter_map(sign).collect()
}

/// Files that whatever bears these signs is this device.
pub(super) fn note_signs(facts: &[FactSeen], device: &DeviceId, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    for sign in signs(facts) {
        cabinet.put(sign.as_str(), &SignFile { device: device.clone() })?;
    }
    Ok(())
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
    cabinet.put(replaced.tag.as_str(), &TagFile { device: id.clone(), free: false })
}

impl Cabinet<'_> {
    /// Another device of the station that the machine of these facts was when it was last inspected. A network address
    /// counts only where neither number nor serial tells: a network stick goes from one machine to the next. Devices that
    /// were given away do not count, for they come back under a new tag.
    pub fn really(&self, device: &DeviceId, facts: &[FactSeen]) -> Result<Option<DeviceId>, DrawerError> {
        let signs = signs(facts);
        let telling: Vec<&String> = signs.iter().filter(|sign| !sign.starts_with("mac:")).collect();
        let asked: Vec<&String> = if telling.is_empty() { signs.iter().collect() } else { telling };
        let mut other = None;
        for sign in asked {
            match self.get::<SignFile>(sign.as_str())? {
                // It was this device once already.
                Some(file) if file.device == *device => return Ok(None),
                Some(file) => other = other.or(Some(file.device)),
                None => {}
            }
        }
        let Some(id) = other else { return Ok(None) };
        let stands = |file: &DeviceFile| !file.withdrawn && file.handed_over.is_none();
        Ok(self.get::<DeviceFile>(&id)?.filter(stands).map(|_file| id))
    }
}
