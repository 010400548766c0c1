//! Shelves and boxes: where each device lies, what each place is called, and what was missing when it was counted last.
//!
//! Invariants: however often and in whatever case a place's name is spelled later, the first spelling stands in every file,
//! so that devices of one shelf have one name; a device in a box lies on the shelf that its box stands on.

use super::drawer::{Cabinet, DrawerError};
use super::file::DeviceFile;
use crate::event::intake::DeviceMoved;
use crate::event::stock::{BoxMoved, StockTaken};
use crate::event::{Event, Fact};
use crate::unit::{DeviceId, Moment, ShelfName, ShelfNameError, box_name};
use crate::word::{Sentence, say};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A shelf, by [`ShelfName::key`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfFile {
    /// Its name as it was first spelled.
    pub name: String,
}

/// A box, by the key of its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxFile {
    /// Its place as it was first spelled.
    pub name: String,
    /// The shelf it stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<String>,
    /// What is in it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub devices: BTreeSet<DeviceId>,
}

/// What the last count of a place came to, by the key of the place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountFile {
    /// The place.
    pub place: String,
    /// When it was counted.
    pub at: Moment,
    /// Number of the record that says so, counted on over the earlier chains.
    pub seq: u64,
    /// How many devices were there that should be.
    pub found: u64,
    /// Those that should be there and were not seen.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing: BTreeSet<DeviceId>,
}

/// Under which key a place is filed, however it is spelled.
#[must_use]
pub fn place_key(place: &str) -> String {
    ShelfName::read(place).map_or_else(|_odd| place.to_lowercase(), |name| name.key())
}

/// Whether such a record tells that somebody had the device in front of them, and not only its papers.
#[must_use]
pub const fn shows_device(fact: &Fact) -> bool {
    !matches!(
        fact,
        Fact::DeviceAllocated(_)
            | Fact::DeviceNoted(_)
            | Fact::DeviceHeld(_)
            | Fact::HoldReleased(_)
            | Fact::RuleOverridden(_)
            | Fact::Corrected(_)
            | Fact::WipeValidated(_)
            | Fact::LabelPrinted(_)
            | Fact::Unknown { .. }
    )
}

/// What to tell whoever gave a shelf that name.
#[must_use]
pub fn shelf_name_sentence(error: &ShelfNameError) -> Sentence {
    match error {
        ShelfNameError::Empty => say!("shelf-name-empty"),
        ShelfNameError::Long { found } => say!("shelf-name-long", found = *found as u64),
        ShelfNameError::Unseen => say!("shelf-name-unseen"),
    }
}

/// A name that is none (from another station) says where the device is all the same: it stands as it was written.
pub(super) fn put_on_shelf(
    event: &Event,
    moved: &DeviceMoved,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    (file.shelf, file.boxed) = if box_name(&moved.to).is_some() {
        let known = box_file(&moved.to, cabinet)?;
        (known.shelf, Some(known.name))
    } else {
        (Some(shelf_file(&moved.to, cabinet)?), None)
    };
    file.moved_at = Some(event.happened_at.unwrap_or(event.at));
    Ok(())
}

/// The shelf as it was first spelled; this is the first time where it never was.
fn shelf_file(name: &str, cabinet: &mut Cabinet<'_>) -> Result<String, DrawerError> {
    let key = place_key(name);
    if let Some(known) = cabinet.get::<ShelfFile>(&key)? {
        return Ok(known.name);
    }
    cabinet.put(key.as_str(), &ShelfFile { name: name.to_owned() })?;
    Ok(name.to_owned())
}

fn box_file(name: &str, cabinet: &Cabinet<'_>) -> Result<BoxFile, DrawerError> {
    let known = cabinet.get::<BoxFile>(&place_key(name))?;
    Ok(known.unwrap_or_else(|| BoxFile { name: name.to_owned(), shelf: None, devices: BTreeSet::new() }))
}

/// Files what a record says of a place rather than of a device.
pub(super) fn note_stock(event: &Event, seq: u64, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    if let Fact::BoxMoved(moved) = &event.fact {
        return move_box(moved, cabinet);
    }
    let Fact::StockTaken(StockTaken { shelf, found, missing, .. }) = &event.fact else { return Ok(()) };
    let (at, missing) = (event.happened_at.unwrap_or(event.at), missing.iter().cloned().collect());
    let count = CountFile { place: shelf.clone(), at, seq, found: *found, missing };
    cabinet.put(place_key(shelf).as_str(), &count)
}

/// Every device in it goes along.
fn move_box(moved: &BoxMoved, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let shelf = Some(shelf_file(&moved.to, cabinet)?);
    let file = BoxFile { shelf: shelf.clone(), ..box_file(&moved.name, cabinet)? };
    cabinet.put(place_key(&moved.name).as_str(), &file)?;
    for id in &file.devices {
        if let Some(device) = cabinet.get::<DeviceFile>(id)? {
            cabinet.put(id, &DeviceFile { shelf: shelf.clone(), ..device })?;
        }
    }
    Ok(())
}

/// Files which box it is in, where that changed.
pub(super) fn settle_box(
    before: Option<&DeviceFile>,
    after: &DeviceFile,
    id: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let (was, is) = (before.and_then(DeviceFile::in_box), after.in_box());
    if was == is {
        return Ok(());
    }
    if let Some(name) = was {
        let mut file = box_file(name, cabinet)?;
        file.devices.remove(id);
        cabinet.put(place_key(name).as_str(), &file)?;
    }
    if let Some(name) = is {
        let mut file = box_file(name, cabinet)?;
        file.devices.insert(id.clone());
        cabinet.put(place_key(name).as_str(), &file)?;
    }
    Ok(())
}

impl DeviceFile {
    /// The box it is in; none of what was never here.
    fn in_box(&self) -> Option<&str> {
        self.boxed.as_deref().filter(|_| !self.withdrawn)
    }

    /// Whether it lies at that place, spelled as it was first: on that shelf, boxed or not, or in that box.
    #[must_use]
    pub fn is_at(&self, place: &str) -> bool {
        let own = if box_name(place).is_some() { &self.boxed } else { &self.shelf };
        own.as_deref() == Some(place)
    }
}
