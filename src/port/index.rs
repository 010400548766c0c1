//! Reading what is recorded: drawers, a device's history, raw rows.

use super::failure::{Failure, Trouble};
use crate::custody::{DrawerError, Refusal, Slot};
use crate::event::Event;
use crate::unit::{DeviceId, Digest};
use crate::word::say;

/// One record of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub seq: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// What it says.
    pub event: Event,
}

/// A stored record with everything kept beside it, unjudged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number it is stored under.
    pub seq: u64,
    /// The record's bytes.
    pub bytes: Vec<u8>,
    /// The leaf hash beside it.
    pub leaf: Vec<u8>,
    /// The signed head beside it.
    pub note: String,
    /// The peaks beside it.
    pub peaks: Vec<u8>,
}

/// What visits rows; an error ends the visit.
pub type Visit<'a> = &'a mut dyn FnMut(Row) -> Result<(), Failure>;

/// The ledger's reader.
pub trait Index {
    /// The text in a drawer, by its key.
    fn drawer(&self, key: &str) -> Result<Option<String>, Failure>;
    /// Drawers of that kind in key order, after `after`, at most `most`: their ids and texts.
    fn drawers(&self, kind: &str, after: &str, most: u32) -> Result<Vec<(String, String)>, Failure>;
    /// Every record about a device, oldest first.
    fn history(&self, device: &DeviceId) -> Result<Vec<Line>, Failure>;
    /// Visits all rows in order.
    fn rows(&self, visit: Visit<'_>) -> Result<(), Failure>;
    /// The signed head of the last record; `None` in an empty ledger.
    fn head(&self) -> Result<Option<String>, Failure>;
    /// The key of the first drawer, or of the first device's history, that differs from what the records say; `None` where
    /// all agree. Errors: also where the keeper itself finds its file damaged.
    fn stale_drawer(&self) -> Result<Option<String>, Failure>;
}

impl dyn Index + '_ {
    /// What is known of a thing.
    pub fn get<T: Slot>(&self, id: &T::Id) -> Result<Option<T>, Failure> {
        let key = format!("{}:{}", T::KIND, id.to_string());
        let Some(text) = self.drawer(&key)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| DrawerError(format!("{key}: {error}")).into())
    }

    /// The device that carries a tag (11 symbols).
    pub fn tagged(&self, tag: &str) -> Result<Option<DeviceId>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).tagged(tag).map_err(Failure::from)
    }

    /// Why the rules would refuse that event now; `None` where none does.
    pub fn refusal(&self, event: &Event) -> Result<Option<Refusal>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::check(event, &crate::custody::Cabinet::new(&mut drawers)).map_err(Failure::from)
    }

    /// The device that a disk was bound to last.
    pub fn bound(&self, key: &str) -> Result<Option<DeviceId>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).bound(key).map_err(Failure::from)
    }
}

struct Reading<'a> {
    index: &'a dyn Index,
}

impl crate::custody::Drawers for Reading<'_> {
    fn read(&self, key: &str) -> Result<Option<String>, DrawerError> {
        self.index.drawer(key).map_err(|failure| DrawerError(failure.to_string()))
    }

    fn write(&mut self, key: &str, _text: String) -> Result<(), DrawerError> {
        Err(DrawerError(format!("{key}: the index does not write")))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let hint = refusal.hint();
        Self { hint, ..Self::new(Trouble::No, refusal.reason).by_rule(refusal.rule) }
    }
}

impl From<DrawerError> for Failure {
    fn from(error: DrawerError) -> Self {
        Self::new(Trouble::BadData, say!("summary-broken")).detail(error.0).hint(say!("summary-broken-hint"))
    }
}
