//! Drawers: one small file per thing that rules ask about, folded from the ledger and always rebuildable.
//!
//! Invariant: what is in a drawer is a function of the records alone.

use super::accessory::{StockBook, StockFile, WantBook};
use super::announced::AnnouncedFile;
use super::daybook::DayBook;
use super::donor::DonorFile;
use super::door::serial_key;
use super::file::{DeviceFile, JobFile, LotFile, OpenJobs, PersonFile, RecipientFile, StationFile};
use super::foreign::{ChainFile, StickFile};
use super::hands::{BadgeFile, HandsFile, NoteBook, NoteFile};
use super::lot::ReceiptFile;
use super::parts::{PartFile, Shelf};
use super::shelves::{BoxFile, CountFile, ShelfFile};
use super::sign::SignFile;
use super::today::Today;
use crate::event::Event;
use crate::event::label::LabelFor;
use crate::unit::{DeviceId, Digest, DonorId, JobId, LotId, PartId, PersonId, RecipientId};
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
    /// The records of that device, oldest first: at least all before the one that is being filed.
    fn written(&self, device: &DeviceId) -> Result<Vec<Written>, DrawerError>;
}

/// A record of a device, as it is told once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its leaf hash.
    pub leaf: Digest,
    /// What it says.
    pub event: Event,
    /// The station that it was taken over from; none where it is this one's own.
    pub from: Option<Digest>,
}

/// A drawer could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DrawerError(pub String);

/// Drawers in memory, and the records that whoever files in them keeps there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryDrawers(pub BTreeMap<String, String>, pub Vec<Written>);

impl Drawers for MemoryDrawers {
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError> {
        Ok(self.0.get(key).cloned())
    }

    fn write(&mut self, key: &str, text: String) -> Result<(), DrawerError> {
        self.0.insert(key.to_owned(), text);
        Ok(())
    }

    fn written(&self, device: &DeviceId) -> Result<Vec<Written>, DrawerError> {
        let is_of_it = |one: &&Written| one.event.device.as_ref().is_some_and(|about| about.id == *device);
        Ok(self.1.iter().filter(is_of_it).cloned().collect())
    }
}

/// What is filed over other drawers without changing them: for telling a device's records once more.
pub(super) struct Overlay<'a> {
    under: &'a dyn Drawers,
    over: BTreeMap<String, String>,
}

impl Drawers for Overlay<'_> {
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError> {
        self.over.get(key).map_or_else(|| self.under.read(key), |text| Ok(Some(text.clone())))
    }

    fn write(&mut self, key: &str, text: String) -> Result<(), DrawerError> {
        self.over.insert(key.to_owned(), text);
        Ok(())
    }

    fn written(&self, device: &DeviceId) -> Result<Vec<Written>, DrawerError> {
        self.under.written(device)
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
    /// Whether the binding was struck out: then the tag is free.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) free: bool,
    /// How many labels of it were printed, by what they say: they are out there whoever carries it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) labels: BTreeMap<LabelFor, u32>,
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

/// Which machine of that serial was seen or told of last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(super) struct SerialFile {
    pub(super) device: DeviceId,
}

slots! {
    StationFile, str, "station";
    PersonFile, PersonId, "person";
    LotFile, LotId, "lot";
    ReceiptFile, Digest, "receipt";
    DonorFile, DonorId, "donor";
    DeviceFile, DeviceId, "device";
    JobFile, JobId, "job";
    RecipientFile, RecipientId, "recipient";
    TagFile, str, "tag";
    BondFile, str, "disk";
    SeenFile, str, "seen";
    SerialFile, str, "serial";
    SignFile, str, "sign";
    OpenJobs, str, "open_jobs";
    PartFile, PartId, "part";
    Shelf, str, "shelf";
    ShelfFile, str, "shelf_name";
    BoxFile, str, "box";
    CountFile, str, "count";
    StockFile, str, "accessory";
    StockBook, str, "accessories";
    WantBook, str, "wants";
    Today, str, "today";
    DayBook, str, "daybook";
    HandsFile, PersonId, "hands";
    BadgeFile, Digest, "badge";
    NoteFile, Digest, "note";
    NoteBook, str, "notebook";
    StickFile, Digest, "stick";
    ChainFile, Digest, "chain";
    AnnouncedFile, DeviceId, "announced";
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
        Ok(self.get::<TagFile>(tag)?.filter(|file| !file.free).map(|file| file.device))
    }

    /// Whether the tag leads to that device, or to none.
    pub(super) fn may_bear(&self, tag: &str, device: &DeviceId) -> Result<bool, DrawerError> {
        Ok(self.tagged(tag)?.is_none_or(|bearer| bearer == *device))
    }

    /// Files which device carries a tag, or that nobody does.
    pub(super) fn put_tag(&mut self, tag: &str, device: &DeviceId, free: bool) -> Result<(), DrawerError> {
        let labels = self.get::<TagFile>(tag)?.map(|file| file.labels).unwrap_or_default();
        self.put(tag, &TagFile { device: device.clone(), free, labels })
    }

    /// The records of that device; see [`Drawers::written`].
    pub(super) fn written(&self, device: &DeviceId) -> Result<Vec<Written>, DrawerError> {
        self.drawers.written(device)
    }

    /// Drawers that begin as these are, and leave them as they are.
    pub(super) fn overlaid(&self) -> Overlay<'_> {
        Overlay { under: &*self.drawers, over: BTreeMap::new() }
    }

    /// The device that a disk was bound to last.
    pub fn bound(&self, key: &str) -> Result<Option<DeviceId>, DrawerError> {
        Ok(self.get::<BondFile>(key)?.map(|file| file.device))
    }

    /// The device of that machine's serial: of several, the one that was seen or told of last. None where the serial tells
    /// no machines apart, or where what said so was struck out since.
    pub fn of_serial(&self, serial: &str) -> Result<Option<DeviceId>, DrawerError> {
        let Some(key) = serial_key(serial) else { return Ok(None) };
        let Some(SerialFile { device }) = self.get(key.as_str())? else { return Ok(None) };
        let is_its = |serial: &String| serial_key(serial).as_ref() == Some(&key);
        let has_it = |file: &DeviceFile| file.serial.iter().chain(&file.told.serial).any(is_its) && !file.withdrawn;
        Ok(self.get::<DeviceFile>(&device)?.filter(has_it).map(|_file| device))
    }

    /// The device that a disk was seen inside first, or that it was bound to since.
    pub(super) fn seen(&self, key: &str) -> Result<Option<DeviceId>, DrawerError> {
        Ok(self.get::<SeenFile>(key)?.map(|file| file.device))
    }
}

fn key_of<T: Slot>(id: &T::Id) -> String {
    format!("{}:{}", T::KIND, id.to_string())
}
