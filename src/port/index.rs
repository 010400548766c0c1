//! Reading what is recorded: drawers, a device's history, raw rows.

use super::failure::{Failure, Trouble};
use crate::custody::{
    DayBook, DeviceFile, DrawerError, LabelCount, Recognised, Refusal, Slot, Stage, Summary, Today, Waiting, Written,
};
use crate::event::Event;
use crate::event::disk::DiskSeen;
use crate::event::inspection::FactSeen;
use crate::event::intake::DeviceKind;
use crate::event::label::LabelFor;
use crate::unit::{DeviceId, Digest, DonorId, LotId, Moment};
use crate::word::say;
use std::collections::BTreeMap;

/// One record of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The earlier chain that it stands in, counted from the oldest; none for the station's own.
    pub earlier: Option<u32>,
    /// The other station that it was taken over from; then its number is that chain's, and `earlier` is of the record that took it.
    pub foreign: Option<Elsewhere>,
    /// Its number in its chain.
    pub seq: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// What it says.
    pub event: Event,
}

/// Where a record that was taken over was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Leaf hash of that chain's record 0.
    pub station: Digest,
    /// When, by that station's clock; another time than the event's where that one cannot be.
    pub told_at: Moment,
}

/// A bundle that is kept and is no part of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsideBundle {
    /// Of which station.
    pub station: Digest,
    /// Its first record.
    pub from: u64,
    /// The record behind its last.
    pub to: u64,
    /// Whether it tells of another branch; else what comes before it is missing.
    pub is_fork: bool,
}

/// A stored record with everything kept beside it, unjudged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number it is stored under.
    pub seq: u64,
    /// The record's bytes.
    pub bytes: Vec<u8>,
    /// The leaf hash beside it; none where what stands there is no hash.
    pub leaf: Option<Digest>,
    /// The signed head beside it.
    pub note: String,
    /// The peaks beside it.
    pub peaks: Vec<u8>,
    /// The checksum over head and peaks; none where what stands there is no hash.
    pub sum: Option<Digest>,
}

/// Which devices a list is of. All that is said must hold; the default is every device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those at that stage.
    pub stage: Option<Stage>,
    /// Only those on that shelf.
    pub shelf: Option<String>,
    /// Only those of that lot.
    pub lot: Option<LotId>,
    /// Only those on hold.
    pub held: bool,
    /// Only those in quarantine.
    pub quarantined: bool,
    /// Only those in nobody's hands outside: neither handed over nor on loan.
    pub open: bool,
}

impl Filter {
    /// Whether a device belongs to the list.
    #[must_use]
    pub fn admits(&self, summary: &Summary) -> bool {
        self.stage.is_none_or(|stage| stage == summary.stage)
            && (self.shelf.is_none() || self.shelf == summary.shelf)
            && self.lot.as_ref().is_none_or(|lot| *lot == summary.lot)
            && (!self.held || summary.held)
            && (!self.quarantined || summary.quarantined)
            && (!self.open || summary.is_open())
    }
}

/// Days that are read together.
const DAYS_AT_ONCE: u32 = 100;
/// How many devices lie on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfCount {
    /// Which; none for those that lie on no shelf.
    pub shelf: Option<String>,
    /// How many are there.
    pub devices: u64,
    /// When the one was received that has been in the house longest.
    pub oldest: Moment,
}

/// How many devices of a kind a lot has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotCount {
    /// The lot.
    pub lot: LotId,
    /// The kind.
    pub kind: DeviceKind,
    /// How many were received into it, or belong to it since a correction.
    pub devices: u64,
    /// When the first of them was received.
    pub first: Moment,
}

/// Where a page of [`Index::waiting`] ended: when its last device was received, and its [`Summary::seq`].
pub type WaitedUntil = (Moment, u64);

/// What visits rows; an error ends the visit.
pub type Visit<'a> = &'a mut dyn FnMut(Row) -> Result<(), Failure>;

/// What visits records of another station: their bytes, the leaf hash beside them, and the signed head up to there, if any.
pub type ForeignVisit<'a> = &'a mut dyn FnMut(Vec<u8>, Digest, Option<String>) -> Result<(), Failure>;

/// The ledger's reader.
pub trait Index {
    /// The text in a drawer, by its key.
    fn drawer(&self, key: &str) -> Result<Option<String>, Failure>;
    /// Drawers of that kind in key order, after `after`, at most `most`: their ids and texts.
    fn drawers(&self, kind: &str, after: &str, most: u32) -> Result<Vec<(String, String)>, Failure>;
    /// Every record about a device, oldest first.
    fn history(&self, device: &DeviceId) -> Result<Vec<Line>, Failure>;
    /// Visits all rows of the station's own chain in order.
    fn rows(&self, visit: Visit<'_>) -> Result<(), Failure>;
    /// Visits the rows of the station's own chain from that number on, in order.
    fn rows_from(&self, from: u64, visit: Visit<'_>) -> Result<(), Failure> {
        self.rows(&mut |row| if row.seq < from { Ok(()) } else { visit(row) })
    }
    /// How many earlier chains, restored from safety copies, stand before the station's own.
    fn earlier(&self) -> Result<u32, Failure> {
        Ok(0)
    }
    /// Visits all rows of an earlier chain in order; the oldest is number 0.
    fn earlier_rows(&self, _chain: u32, _visit: Visit<'_>) -> Result<(), Failure> {
        Ok(())
    }
    /// The other stations of which records were taken over.
    fn foreign(&self) -> Result<Vec<Digest>, Failure> {
        Ok(Vec::new())
    }
    /// Visits all records of another station in order.
    fn foreign_rows(&self, _station: Digest, _visit: ForeignVisit<'_>) -> Result<(), Failure> {
        Ok(())
    }
    /// Bundles of other stations that are no part of their chains.
    fn aside(&self) -> Result<Vec<AsideBundle>, Failure> {
        Ok(Vec::new())
    }
    /// The signed head of the last record; `None` in an empty ledger.
    fn head(&self) -> Result<Option<String>, Failure>;
    /// The devices that [`Wanted`](crate::custody::Wanted) finds, at most `most`, the newest change first; none where
    /// there is no word in `text`.
    fn find(&self, text: &str, most: u32) -> Result<Vec<Summary>, Failure>;
    /// The devices that the filter admits, the newest change first, at most `most`, and only those last changed before
    /// record `before`: the [`Summary::seq`] of the page before this one's last.
    fn page(&self, filter: &Filter, before: Option<u64>, most: u32) -> Result<Vec<Summary>, Failure>;
    /// The device that was received last, whatever was touched since and wherever it is now; of several received at one
    /// moment, the one that changed last.
    fn last_received(&self) -> Result<Option<Summary>, Failure>;
    /// How many devices stand at each stage; every stage is there.
    fn stages(&self) -> Result<BTreeMap<Stage, u64>, Failure>;
    /// The devices that wait at each stage, neither on hold nor in quarantine nor in somebody's hands outside; stages where none
    /// waits are not there.
    fn queue(&self) -> Result<BTreeMap<Stage, Waiting>, Failure>;
    /// Every shelf that a device lies on, in no order; and those without one, if any. Devices in hands outside are on none and
    /// count nowhere.
    fn shelves(&self) -> Result<Vec<ShelfCount>, Failure> {
        self.shelves_at(&Stage::ALL)
    }
    /// The same of the devices at those stages alone.
    fn shelves_at(&self, stages: &[Stage]) -> Result<Vec<ShelfCount>, Failure>;
    /// How many devices of each kind belong to each lot, or to that one, in no order; lots without devices are not there.
    fn lot_counts(&self, only: Option<&LotId>) -> Result<Vec<LotCount>, Failure>;
    /// The devices on the shelf of that name as it stands in summaries, or, without a name, those of the team's that lie on
    /// none: whoever was received first comes first, at most `most`, and only those behind the end of the page before.
    fn waiting(&self, on: Option<&str>, after: Option<WaitedUntil>, most: u32) -> Result<Vec<Summary>, Failure>;
    /// The key of the first drawer, or of the first device's history or summary, that differs from what the records say;
    /// `None` where all agree. Errors: also where the keeper itself finds its file damaged.
    fn stale_drawer(&self) -> Result<Option<String>, Failure>;
}

impl dyn Index + '_ {
    /// The devices that changed last.
    pub fn recent(&self, most: u32) -> Result<Vec<Summary>, Failure> {
        self.page(&Filter::default(), None, most)
    }

    /// The devices on a shelf; see [`Index::page`].
    pub fn shelf(&self, name: &str, before: Option<u64>, most: u32) -> Result<Vec<Summary>, Failure> {
        self.page(&Filter { shelf: Some(name.to_owned()), ..Filter::default() }, before, most)
    }

    /// The throughput of the day in Vietnam on which `at` falls.
    pub fn today(&self, at: Moment) -> Result<Today, Failure> {
        Ok(self.get::<Today>(&at.local_day())?.unwrap_or_default())
    }

    /// The throughput of each day from `first` to `last`, both as [`Moment::local_day`] writes them, on which there was any.
    pub fn days(&self, first: &str, last: &str) -> Result<BTreeMap<String, Today>, Failure> {
        let mut days = BTreeMap::new();
        let mut after = Moment::of_local_day(first).map(|day| day.day_before().local_day()).unwrap_or_default();
        loop {
            let page = self.drawers(Today::KIND, &after, DAYS_AT_ONCE)?;
            let Some((end, _)) = page.last() else { return Ok(days) };
            after.clone_from(end);
            for (day, text) in page {
                if day.as_str() > last {
                    return Ok(days);
                }
                let today =
                    serde_json::from_str(&text).map_err(|error| DrawerError(format!("today:{day}: {error}")))?;
                days.insert(day, today);
            }
        }
    }

    /// The book of a day, as [`Moment::local_day`] writes it.
    pub fn book(&self, day: &str) -> Result<DayBook, Failure> {
        Ok(self.get::<DayBook>(day)?.unwrap_or_default())
    }

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

    /// The device of that machine's serial; see [`Cabinet::of_serial`](crate::custody::Cabinet::of_serial).
    pub fn of_serial(&self, serial: &str) -> Result<Option<DeviceId>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).of_serial(serial).map_err(Failure::from)
    }

    /// Who a machine that was read is; see [`Cabinet::recognise`](crate::custody::Cabinet::recognise).
    pub fn recognise(&self, device: &DeviceId, facts: &[FactSeen]) -> Result<Recognised, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).recognise(device, facts).map_err(Failure::from)
    }

    /// See [`Cabinet::disk_of_other`](crate::custody::Cabinet::disk_of_other).
    pub fn disk_of_other(
        &self,
        device: &DeviceId,
        inside: &[DiskSeen],
    ) -> Result<Option<(DeviceId, DiskSeen)>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).disk_of_other(device, inside).map_err(Failure::from)
    }

    /// The labels of a tag (11 symbols) that were printed, for whichever device.
    pub fn labels(&self, tag: &str) -> Result<Vec<LabelCount>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).labels(tag).map_err(Failure::from)
    }

    /// How many labels of that tag that say so were printed.
    pub fn printed(&self, tag: &str, label: LabelFor) -> Result<u32, Failure> {
        Ok(self.labels(tag)?.iter().find(|count| count.label == label).map_or(0, |count| count.printed))
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

    /// The device that a disk belongs to; see [`Cabinet::owner_of_disk`](crate::custody::Cabinet::owner_of_disk).
    pub fn owner_of_disk(&self, key: &str, disk: &DiskSeen) -> Result<Option<DeviceId>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).owner_of_disk(key, disk).map_err(Failure::from)
    }

    /// Under whom that donor is found: the same, where they were not merged into another.
    pub fn donor(&self, donor: &DonorId) -> Result<DonorId, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::Cabinet::new(&mut drawers).donor(donor).map_err(Failure::from)
    }

    /// The records of a device that count: its history without what was struck out.
    pub fn standing(&self, device: &DeviceId) -> Result<Vec<Line>, Failure> {
        let mut lines = self.history(device)?;
        let out = crate::custody::struck(lines.iter().map(|line| (line.leaf, &line.event.fact)));
        lines.retain(|line| !out.contains_key(&line.leaf));
        Ok(lines)
    }

    /// What the device of that correction is before and after it, with whoever touched it last as it was; none where it is no
    /// correction or there is no such device. Asks no rule.
    pub fn corrected(&self, event: &Event) -> Result<Option<(DeviceFile, DeviceFile)>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::corrected(event, &crate::custody::Cabinet::new(&mut drawers)).map_err(Failure::from)
    }

    /// What every rule would say if that event were appended now.
    pub fn objections(&self, event: &Event) -> Result<Vec<Refusal>, Failure> {
        let mut drawers = Reading { index: self };
        crate::custody::objections(event, &crate::custody::Cabinet::new(&mut drawers)).map_err(Failure::from)
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

    fn written(&self, device: &DeviceId) -> Result<Vec<Written>, DrawerError> {
        let lines = self.index.history(device).map_err(|failure| DrawerError(failure.to_string()))?;
        Ok(lines
            .into_iter()
            .map(|line| Written { leaf: line.leaf, event: line.event, from: line.foreign.map(|from| from.station) })
            .collect())
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
