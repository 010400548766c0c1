//! What two places recorded of one device, neither knowing of the other's: found when records of another station are folded,
//! held until a lead settles it.
//!
//! A record *parts* where it says something of the device that whoever goes on with it should have known; what lies beside
//! that (a label, a note, a tag more, whose hands, which shelf, what an inspection read off it) does not: two sticks in one
//! machine inspect it twice, and nobody did anything to it by that. Held is a device of which both sides made records
//! that part, each without the other's. A chain knows what it made itself, and what stood here when it learned of the device.
//!
//! Invariants: the same chains taken over in any order hold the same devices; whoever is held is never ready nor given away;
//! of two devices with one tag, the tag leads to the one that was known first; what was settled is not found once more.

use super::correct::struck_of;
use super::drawer::{Cabinet, DrawerError, Written};
use super::file::DeviceFile;
use crate::custody::accessory::settle_wants;
use crate::event::Fact;
use crate::unit::{DeviceId, Digest};
use serde::{Deserialize, Serialize};

/// The most records of each side that are listed.
const MOST_RECORDS: usize = 20;

/// Between what and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Between {
    /// Two histories of the device.
    Histories,
    /// Two devices that were given one tag.
    Tag,
    /// Two devices that are one machine by its serial or its firmware's number.
    Machine,
}

/// What a lead has to settle about a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Between what.
    pub between: Between,
    /// The chain that brought it.
    pub station: Digest,
    /// Leaf hashes of its records that did not know of those here, the first ones.
    pub records: Vec<Digest>,
    /// Leaf hashes of the records that they did not know of, the first ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub here: Vec<Digest>,
    /// The other device, where there are two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<DeviceId>,
}

/// What a chain last said of a device, and the last record of others that it knew of then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Leaf hash of its last record.
    pub last: Digest,
    /// Leaf hash of the others' last record that it knew; none where it knew of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knew: Option<Digest>,
}

impl Heard {
    /// After its next record, of that leaf hash, which names the one that it came after.
    pub(super) fn after(before: Option<Self>, leaf: Digest, named: Option<Digest>) -> Self {
        match before {
            Some(before) if named == Some(before.last) => Self { last: leaf, ..before },
            _other => Self { last: leaf, knew: named },
        }
    }
}

/// Whether it says something that whoever goes on with the device should have known.
pub(super) const fn parts(fact: &Fact) -> bool {
    !matches!(
        fact,
        Fact::TagBound(_)
            | Fact::LabelPrinted(_)
            | Fact::DeviceNoted(_)
            | Fact::DeviceTaken(_)
            | Fact::DeviceMoved(_)
            | Fact::DeviceInspected(_)
            | Fact::LockShown(_)
            | Fact::SummaryTaken(_)
            | Fact::ConflictSettled(_)
    )
}

/// Which of a device's records here a record of that chain did not know of, though they part. `is_same` says of a device
/// whether it is the one that the chain means; what was settled before with that chain is known to it.
pub(super) fn ignored(
    written: &[Written],
    (station, knew): (Digest, Option<Digest>),
    is_same: impl Fn(&DeviceId) -> bool,
    cabinet: &Cabinet<'_>,
) -> Result<Vec<Digest>, DrawerError> {
    let place = |leaf: &Digest| written.iter().position(|one| one.leaf == *leaf);
    let mut known = knew.and_then(|leaf| place(&leaf)).map_or(0, |at| at + 1);
    let mut is_begun = false;
    for (at, one) in written.iter().enumerate() {
        is_begun |= one.from == Some(station);
        if let Fact::ConflictSettled(settled) = &one.event.fact
            && (is_begun || settled.other.as_ref().is_some_and(&is_same))
        {
            known = known.max(at + 1);
        }
    }
    let out = struck_of(written, cabinet)?;
    let parted = |one: &&Written| {
        if let Fact::Corrected(corrected) = &one.event.fact {
            // What strikes out nothing that the chain knew of changes nothing for it.
            let is_known = |leaf: &Digest| place(leaf).is_some_and(|at| at < known);
            return corrected.lot.is_some() || corrected.records.iter().any(is_known);
        }
        parts(&one.event.fact) && !out.contains_key(&one.leaf)
    };
    let unknown = written.iter().skip(known).filter(|one| one.from != Some(station)).filter(parted);
    Ok(unknown.map(|one| one.leaf).collect())
}

fn note(leaves: &mut Vec<Digest>, more: &[Digest]) {
    for leaf in more {
        if leaves.len() < MOST_RECORDS && !leaves.contains(leaf) {
            leaves.push(*leaf);
        }
    }
}

fn of(file: &mut DeviceFile, station: Digest, between: Between) -> &mut Conflict {
    let none = Conflict { between, station, records: Vec::new(), here: Vec::new(), other: None };
    file.conflict.get_or_insert(none)
}

/// Files that a record did not know of those.
pub(super) fn note_apart(file: &mut DeviceFile, (leaf, station): (Digest, Digest), here: &[Digest]) {
    let conflict = of(file, station, Between::Histories);
    note(&mut conflict.records, &[leaf]);
    note(&mut conflict.here, here);
}

/// Files that two devices bear one tag, or are one machine, as that record of that chain says.
pub(super) fn hold_both(
    id: &DeviceId,
    other: &DeviceId,
    between: Between,
    (leaf, station): (Digest, Digest),
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let (own, others) = (cabinet.get::<DeviceFile>(id)?, cabinet.get::<DeviceFile>(other)?);
    let Some((own, others)) = own.zip(others) else { return Ok(()) };
    if own.apart_from.contains(other) && between == Between::Machine {
        return Ok(());
    }
    for (id, other, known) in [(id, other, own), (other, id, others)] {
        let mut file = known.clone();
        let conflict = of(&mut file, station, between);
        note(&mut conflict.records, &[leaf]);
        if conflict.other.is_none() {
            (conflict.other, conflict.between) = (Some(other.clone()), between);
        }
        settle_wants(Some(&known), &file, cabinet)?;
        cabinet.put(id, &file)?;
    }
    Ok(())
}

/// The device that one was all along: itself, where no lead said otherwise.
pub(super) fn standing(id: &DeviceId, cabinet: &Cabinet<'_>) -> Result<DeviceId, DrawerError> {
    let mut id = id.clone();
    while let Some(other) = cabinet.get::<DeviceFile>(&id)?.and_then(|file| file.same_as) {
        id = other;
    }
    Ok(id)
}

impl Cabinet<'_> {
    /// The tags that both devices were given.
    pub(super) fn shared_tags(&self, id: &DeviceId, other: &DeviceId) -> Result<Vec<String>, DrawerError> {
        let tags = |id| Ok::<_, DrawerError>(self.get::<DeviceFile>(id)?.map(|file| file.tags).unwrap_or_default());
        let others = tags(other)?;
        Ok(tags(id)?.into_iter().filter(|tag| others.contains(tag)).collect())
    }
}
