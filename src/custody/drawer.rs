//! Drawers: one small file per thing that rules ask about, folded from the ledger and always rebuildable.
//!
//! Invariant: what is in a drawer is a function of the records alone.

use super::daybook::DayBook;
use super::file::{DeviceFile, JobFile, LotFile, OpenJobs, PersonFile, RecipientFile, StationFile};
use super::hands::{BadgeFile, HandsFile, NoteBook, NoteFile};
use super::parts::{PartFile, Shelf};
use super::shelves::ShelfFile;
use super::today::Today;
use crate::unit::{DeviceId, Digest, JobId, LotId, PartId, PersonId, RecipientId};
use serde::{Serialize, de::DeserializeOwned};
use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Where drawers are kept. Keys are `kind:id`, values JSON.
pub trait Drawers {
    /// The text in that drawer.
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError>;
    /// Puts a text there in place of what was.
    fn write(&mut self, key: &str, text: String) -> Result<(), DrawerError>;
}

/// A drawer could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DrawerError(pub String);

/// Drawers in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryDrawers(pub BTreeMap<String, String>);

impl Drawers for MemoryDrawers {
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError> {
        Ok(self.0.get(key).cloned())
    }

    fn write(&mut self, key: &str, text: String) -> Result<(), DrawerError> {
        self.0.insert(key.to_owned(), text);
        Ok(())
    }
}

/// A thing with a drawer of its own.
pub trait Slot: Serialize + DeserializeOwned + Clone + 'static {
    /// What names one of them.
    type Id: ToString + ?Sized;
    /// The kind in front of the key.
    const KIND: &'static str;
}

macro_rules! slots {
    ($($file:ty, $id:ty, $kind:literal;)+) => {$(
        impl Slot for $file {
            type Id = $id;
            const KIND: &'static str = $kind;
        }
    )+};
}

/// Which device carries a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(super) struct TagFile {
    pub(super) device: DeviceId,
}

/// Which device a disk was bound to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(super) struct BondFile {
    pub(super) device: DeviceId,
}

/// Inside which device a disk was seen first, or to which it was bound since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(super) struct SeenFile {
    pub(super) device: DeviceId,
}

slots! {
    StationFile, str, "station";
    PersonFile, PersonId, "person";
    LotFile, LotId, "lot";
    DeviceFile, DeviceId, "device";
    JobFile, JobId, "job";
    RecipientFile, RecipientId, "recipient";
    TagFile, str, "tag";
    BondFile, str, "disk";
    SeenFile, str, "seen";
    OpenJobs, str, "open_jobs";
    PartFile, PartId, "part";
    Shelf, str, "shelf";
    ShelfFile, str, "shelf_name";
    Today, str, "today";
    DayBook, str, "daybook";
    HandsFile, PersonId, "hands";
    BadgeFile, Digest, "badge";
    NoteFile, Digest, "note";
    NoteBook, str, "notebook";
}

type Known = HashMap<String, Option<Rc<dyn Any>>>;

/// How many things a cabinet remembers at most; then it begins anew.
const MOST_KNOWN: usize = 10_000;

fn remember(known: &mut Known, key: String, file: Option<Rc<dyn Any>>) {
    if known.len() >= MOST_KNOWN {
        known.clear();
    }
    known.insert(key, file);
}

/// Drawers, typed. Each is read once, however many rules ask for it; so while a cabinet is open, nothing else may write to
/// its drawers.
pub struct Cabinet<'a> {
    drawers: &'a mut dyn Drawers,
    /// What was read or filed, by key; none where there is nothing.
    known: RefCell<Known>,
}

impl<'a> Cabinet<'a> {
    /// Over these drawers.
    pub fn new(drawers: &'a mut dyn Drawers) -> Self {
        Self { drawers, known: RefCell::default() }
    }

    /// What is known of it; `None` where it was never heard of.
    pub fn get<T: Slot>(&self, id: &T::Id) -> Result<Option<T>, DrawerError> {
        let key = key_of::<T>(id);
        if let Some(known) = self.known.borrow().get(&key) {
            // A key says its type, so what stands under it is of that type.
            return Ok(known.as_ref().and_then(|file| file.downcast_ref::<T>()).cloned());
        }
        let file = match self.drawers.read(&key)? {
            Some(text) => {
                Some(serde_json::from_str::<T>(&text).map_err(|error| DrawerError(format!("{key}: {error}")))?)
            }
            None => None,
        };
        let known = file.clone().map(|file| Rc::new(file) as Rc<dyn Any>);
        remember(&mut self.known.borrow_mut(), key, known);
        Ok(file)
    }

    /// Files it.
    pub(super) fn put<T: Slot>(&mut self, id: &T::Id, file: &T) -> Result<(), DrawerError> {
        let text = serde_json::to_string(file).map_err(|error| DrawerError(error.to_string()))?;
        let key = key_of::<T>(id);
        self.drawers.write(&key, text)?;
        remember(self.known.get_mut(), key, Some(Rc::new(file.clone())));
        Ok(())
    }

    /// The station, or an empty file before record 0.
    pub fn station(&self) -> Result<StationFile, DrawerError> {
        Ok(self.get::<StationFile>("")?.unwrap_or_default())
    }

    /// The device that carries the tag (11 symbols).
    pub fn tagged(&self, tag: &str) -> Result<Option<DeviceId>, DrawerError> {
        Ok(self.get::<TagFile>(tag)?.map(|file| file.device))
    }

    /// The device that a disk was bound to last.
    pub fn bound(&self, key: &str) -> Result<Option<DeviceId>, DrawerError> {
        Ok(self.get::<BondFile>(key)?.map(|file| file.device))
    }

    /// The device that a disk was seen inside first, or that it was bound to since.
    pub(super) fn seen(&self, key: &str) -> Result<Option<DeviceId>, DrawerError> {
        Ok(self.get::<SeenFile>(key)?.map(|file| file.device))
    }
}

fn key_of<T: Slot>(id: &T::Id) -> String {
    format!("{}:{}", T::KIND, id.to_string())
}
