//! Who has what in their hands, whose badge is whose, and which notes were written.
//!
//! Invariants: a device is in one person's hands or in nobody's; of a person's badges only the last is worth anything; the
//! text of a note is never here.

use super::drawer::{Cabinet, DrawerError};
use super::file::{DeviceFile, PersonFile};
use crate::event::Event;
use crate::event::people::BadgeIssued;
use crate::event::shift::NoteErased;
use crate::unit::{DeviceId, Digest, Moment, PersonId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The notes of a day that are listed: the last ones.
const MOST_NOTES: usize = 200;

/// In whose hands a device is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hands {
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub since: Moment,
}

/// What a person has in their hands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandsFile {
    /// Which devices.
    pub devices: BTreeSet<DeviceId>,
}

/// Whose badge that is, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeFile {
    /// Whose.
    pub person: PersonId,
}

/// A note, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteFile {
    /// About which device; none where it was left at the end of a shift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// By whom.
    pub by: PersonId,
    /// When it was written.
    pub at: Moment,
    /// Whether its text was erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

/// The notes of a day, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteBook {
    /// Which.
    pub notes: Vec<Digest>,
}

/// It is in the hands of whoever says so.
pub(super) fn taken(
    event: &Event,
    id: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let_go(id, file, cabinet)?;
    let person = event.by.person.clone();
    let mut has = cabinet.get::<HandsFile>(&person)?.unwrap_or_default();
    has.devices.insert(id.clone());
    cabinet.put(&person, &has)?;
    file.hands = Some(Hands { person, since: event.happened_at.unwrap_or(event.at) });
    Ok(())
}

/// It is in nobody's hands any more.
pub(super) fn let_go(id: &DeviceId, file: &mut DeviceFile, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let Some(Hands { person, .. }) = file.hands.take() else { return Ok(()) };
    let mut had = cabinet.get::<HandsFile>(&person)?.unwrap_or_default();
    had.devices.remove(id);
    cabinet.put(&person, &had)
}

/// Files whose hands it is in where a correction changed that.
pub(super) fn settle_hands(
    before: &DeviceFile,
    after: &DeviceFile,
    id: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    if before.hands == after.hands {
        return Ok(());
    }
    let_go(id, &mut before.clone(), cabinet)?;
    let Some(Hands { person, .. }) = &after.hands else { return Ok(()) };
    let mut has = cabinet.get::<HandsFile>(person)?.unwrap_or_default();
    has.devices.insert(id.clone());
    cabinet.put(person, &has)
}

pub(super) fn noted(
    event: &Event,
    note: Digest,
    device: Option<&DeviceId>,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let at = event.happened_at.unwrap_or(event.at);
    let file = NoteFile { device: device.cloned(), by: event.by.person.clone(), at, erased: false };
    cabinet.put(&note, &file)?;
    let day = at.local_day();
    let mut book = cabinet.get::<NoteBook>(&day)?.unwrap_or_default();
    book.notes.push(note);
    let surplus = book.notes.len().saturating_sub(MOST_NOTES);
    book.notes.drain(..surplus);
    cabinet.put(day.as_str(), &book)
}

pub(super) fn note_erased(erased: &NoteErased, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    match cabinet.get::<NoteFile>(&erased.note)? {
        Some(note) => cabinet.put(&erased.note, &NoteFile { erased: true, ..note }),
        None => Ok(()),
    }
}

pub(super) fn badge_issued(issued: &BadgeIssued, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    if let Some(badge) = issued.badge {
        cabinet.put(&badge, &BadgeFile { person: issued.person.clone() })?;
    }
    let mut person = cabinet.get::<PersonFile>(&issued.person)?.unwrap_or_default();
    person.badge = issued.badge;
    cabinet.put(&issued.person, &person)
}
