//! Shelves and boxes: putting devices there, and what lies where and waits longest.
//!
//! Invariants: one that was given away is never moved; a box is moved with everything in it, by one record.

use super::bench::{Bench, Found};
use super::chosen::Row;
use super::count::{Counts, Missed, all_missing, missing_of};
use super::look::row;
use super::place::{lies_sentence, place_of_code, place_sentence, read_place};
use crate::custody::{BoxFile, DeviceFile, ShelfFile, Slot, Summary, place_key};
use crate::event::intake::DeviceMoved;
use crate::event::stock::BoxMoved;
use crate::port::{Failure, ShelfCount, Trouble};
use crate::unit::{DeviceId, Moment, ShelfName, box_name};
use crate::word::{Sentence, say};
use std::collections::BTreeMap;

/// The most devices of one place that a screen shows.
const MOST: u32 = 200;
/// Boxes and counts that are read at once.
const PAGE: u32 = 500;
const DAY_SECONDS: u64 = 24 * 60 * 60;

/// Where devices lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the shelf of that name, spelled as devices there have it.
    On(String),
    /// In the box that is that place, likewise.
    In(String),
    /// On no shelf.
    Nowhere,
    /// Nobody knows: they were missing when their place was counted last.
    Missing,
}

/// The last count of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many days ago it was.
    pub days: u64,
    /// How many devices were missing then and have not been seen since.
    pub missing: u64,
}

/// A shelf or a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfView {
    /// Which.
    pub place: Place,
    /// Of a box: the shelf it stands on.
    pub stands: Option<String>,
    /// How many devices lie there.
    pub devices: u64,
    /// For how many days the one has been in the house that came first; none of boxes.
    pub days: Option<u64>,
    /// When it was counted last; none where it never was.
    pub counted: Option<Counted>,
}

/// A device on its shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// The device in a list.
    pub row: Row,
    /// Where the ledger has it.
    pub place: Place,
    /// The shelf that its box stands on, where it is in one.
    pub stands: Option<String>,
    /// For how many days it has been in the house.
    pub days: u64,
    /// For how many days it has lain there; none where it lies on no shelf.
    pub there: Option<u64>,
    /// Since when nobody has seen it, where it was missing.
    pub missed: Option<Missed>,
}

/// All shelves and boxes, and the devices at one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShelvesView {
    /// The shelves by name, the boxes, what lies on no shelf, what is missing.
    pub shelves: Vec<ShelfView>,
    /// Which of them is looked at.
    pub at: usize,
    /// Its devices, whoever has been in the house longest first.
    pub devices: Vec<Shelved>,
}

/// A device that was to be put somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// As it is known now.
    pub found: Found,
    /// The shelf or the box, as it is spelled in the ledger.
    pub shelf: String,
    /// Where it lay before.
    pub from: Place,
    /// Whether that was recorded; not where it lay there already.
    pub recorded: bool,
}

/// A box that was to be put on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxCarried {
    /// The box, as it is spelled in the ledger.
    pub name: String,
    /// The shelf, likewise.
    pub shelf: String,
    /// On which it stood before.
    pub from: Option<String>,
    /// How many devices are in it.
    pub devices: u64,
    /// Whether that was recorded; not where it stood there already.
    pub recorded: bool,
}

/// What was put somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// A device.
    Device(Box<Moved>),
    /// A box with everything in it.
    Box(BoxCarried),
}

/// The shelf or the box as it was first spelled; none where nothing ever lay there.
pub fn known_shelf(bench: &Bench<'_>, place: &ShelfName) -> Result<Option<String>, Failure> {
    if box_name(place.as_str()).is_some() {
        return Ok(bench.index.get::<BoxFile>(&place.key())?.map(|file| file.name));
    }
    Ok(bench.index.get::<ShelfFile>(&place.key())?.map(|file| file.name))
}

/// The name under which something is recorded there. A spelling that came from elsewhere may be one that is not recorded here.
pub(super) fn spelled(bench: &Bench<'_>, place: &ShelfName) -> Result<String, Failure> {
    let known = known_shelf(bench, place)?;
    let is_sound = |name: &String| ShelfName::read(name).is_ok_and(|sound| sound.as_str() == name);
    Ok(known.filter(is_sound).unwrap_or_else(|| place.to_string()))
}

/// Puts a device on a shelf or into a box, out of whosever hands; nothing is recorded where it lies there already. Errors: the
/// rules (it was given away; the box is full).
pub fn move_device(bench: &Bench<'_>, found: &Found, place: &ShelfName) -> Result<Moved, Failure> {
    let shelf = known_shelf(bench, place)?.unwrap_or_else(|| place.to_string());
    let from = Place::of(&found.file);
    if from == Place::named(&shelf) && found.file.hands.is_none() {
        return Ok(Moved { found: found.clone(), shelf, from, recorded: false });
    }
    bench.record(Some(&found.id), moved_to(&found.file, spelled(bench, place)?))?;
    Ok(Moved { found: bench.device(&found.id)?, shelf, from, recorded: true })
}

/// What is recorded of a device that is put there.
pub(super) fn moved_to(file: &DeviceFile, to: String) -> DeviceMoved {
    DeviceMoved { to, from: file.boxed.as_ref().or(file.shelf.as_ref()).cloned() }
}

/// Puts a box on a shelf, with everything in it; nothing is recorded where it stands there already. Errors: the rules (a box in
/// a box).
pub fn move_box(bench: &Bench<'_>, carried: &ShelfName, onto: &ShelfName) -> Result<BoxCarried, Failure> {
    let known = bench.index.get::<BoxFile>(&carried.key())?;
    let devices = known.as_ref().map_or(0, |file| file.devices.len() as u64);
    let (name, from) = known.map_or_else(|| (carried.to_string(), None), |file| (file.name, file.shelf));
    let to = spelled(bench, onto)?;
    if from.as_ref() == Some(&to) {
        return Ok(BoxCarried { name, shelf: to, from, devices, recorded: false });
    }
    bench.record(None, BoxMoved { name: spelled(bench, carried)?, to: to.clone(), from: from.clone() })?;
    Ok(BoxCarried { name, shelf: to, from, devices, recorded: true })
}

/// Puts what was scanned there: a device, or a box with everything in it. Errors: it is neither; the rules.
pub fn put(bench: &Bench<'_>, text: &str, place: &ShelfName) -> Result<Put, Failure> {
    match place_of_code(text).filter(|scanned| box_name(scanned).is_some()) {
        Some(_box) => move_box(bench, &read_place(text)?, place).map(Put::Box),
        None => move_device(bench, &bench.find(text)?, place).map(|moved| Put::Device(Box::new(moved))),
    }
}

/// Every shelf that something lies on and every box, by name; then what lies on no shelf, and what is missing.
pub fn shelves(bench: &Bench<'_>) -> Result<Vec<ShelfView>, Failure> {
    let now = bench.clock.now();
    let all_counts = Counts::read(bench)?;
    let lost = missing_of(bench, &all_counts)?;
    let counts = all_counts.iter().map(|(key, count)| {
        let missing = lost.iter().filter(|one| one.missed.as_ref().is_some_and(|missed| missed.at == count.place));
        (key.as_str(), Counted { days: days(now, count.at), missing: missing.count() as u64 })
    });
    let counts: BTreeMap<&str, Counted> = counts.collect();
    let counted = |place: &str| counts.get(place_key(place).as_str()).copied();
    let mut lines = bench.index.shelves()?;
    lines.sort_by_key(|count| (count.shelf.is_none(), count.shelf.as_deref().map(str::to_lowercase)));
    let mut views: Vec<ShelfView> = Vec::new();
    let mut nowhere = None;
    for ShelfCount { shelf, devices, oldest } in lines {
        let counted = shelf.as_deref().and_then(counted);
        let place = shelf.map_or(Place::Nowhere, Place::On);
        let view = ShelfView { place, stands: None, devices, days: Some(days(now, oldest)), counted };
        if view.place == Place::Nowhere { nowhere = Some(view) } else { views.push(view) }
    }
    for (_, file) in all::<BoxFile>(bench)? {
        let (counted, devices) = (counted(&file.name), file.devices.len() as u64);
        views.push(ShelfView { place: Place::In(file.name), stands: file.shelf, devices, days: None, counted });
    }
    views.extend(nowhere);
    if !lost.is_empty() {
        let (place, devices) = (Place::Missing, lost.len() as u64);
        views.push(ShelfView { place, stands: None, devices, days: None, counted: None });
    }
    Ok(views)
}

/// Every drawer of that kind, by key.
pub(super) fn all<T: Slot>(bench: &Bench<'_>) -> Result<Vec<(String, T)>, Failure> {
    let mut all: Vec<(String, T)> = Vec::new();
    loop {
        let after = all.last().map(|(key, _)| key.clone()).unwrap_or_default();
        let page = bench.index.drawers(T::KIND, &after, PAGE)?;
        if page.is_empty() {
            return Ok(all);
        }
        for (key, text) in page {
            let broken = |error| Failure::new(Trouble::BadData, say!("summary-broken")).detail(error);
            all.push((key, serde_json::from_str(&text).map_err(broken)?));
        }
    }
}

/// The devices there, whoever has been in the house longest first, at most `most`; and whether there are more.
pub fn waiting(bench: &Bench<'_>, place: &Place, most: u32) -> Result<(Vec<Shelved>, bool), Failure> {
    let now = bench.clock.now();
    let ids: Vec<DeviceId> = match place {
        Place::On(_) | Place::Nowhere => {
            let rows = bench.index.waiting(place.name(), None, most.saturating_add(1))?;
            rows.into_iter().map(|summary| summary.device).collect()
        }
        Place::In(name) => {
            let file = bench.index.get::<BoxFile>(&place_key(name))?;
            file.into_iter().flat_map(|file| file.devices).collect()
        }
        Place::Missing => all_missing(bench)?.into_iter().map(|one| one.row.device).collect(),
    };
    let counts = Counts::read(bench)?;
    let mut devices = Vec::new();
    for id in &ids {
        let file = bench.device(id)?.file;
        devices.push(shelved(id, &file, counts.missed(bench, id, &file)?, now));
    }
    if matches!(place, Place::In(_)) {
        devices.sort_by_key(|one| std::cmp::Reverse(one.days));
    }
    let more = devices.len() > most as usize;
    devices.truncate(most as usize);
    Ok((devices, more))
}

/// All shelves, and the devices on the one that is meant, else on the first.
pub(super) fn shelves_view(bench: &Bench<'_>, place: Option<&Place>) -> Result<ShelvesView, Failure> {
    let shelves = shelves(bench)?;
    let at = place.and_then(|place| shelves.iter().position(|view| view.place == *place)).unwrap_or(0);
    let devices = match shelves.get(at) {
        Some(view) => waiting(bench, &view.place, MOST)?.0,
        None => Vec::new(),
    };
    Ok(ShelvesView { shelves, at, devices })
}

pub(super) fn shelved(id: &DeviceId, file: &DeviceFile, missed: Option<Missed>, now: Moment) -> Shelved {
    Shelved {
        row: row(&Summary::of(id, file)),
        place: Place::of(file),
        stands: file.boxed.as_ref().and(file.shelf.clone()),
        days: days(now, file.received_at),
        there: file.moved_at.map(|at| days(now, at)),
        missed,
    }
}

pub(super) fn days(now: Moment, since: Moment) -> u64 {
    now.since(since).as_secs() / DAY_SECONDS
}

impl Put {
    /// What came of it.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Device(moved) => moved_sentence(moved),
            Self::Box(carried) => carried_sentence(carried),
        }
    }
}

fn moved_sentence(moved: &Moved) -> Sentence {
    let (tag, to) = (moved.found.name(), moved.shelf.as_str());
    match (&moved.from, box_name(to)) {
        _there if !moved.recorded => say!("shelf-was-there", tag = tag, place = place_sentence(to)),
        (Place::On(from) | Place::In(from), _) => {
            say!("shelf-moved-from", tag = tag, to = place_sentence(to), from = place_sentence(from))
        }
        (Place::Nowhere | Place::Missing, None) => say!("shelf-moved", tag = tag, shelf = to),
        (Place::Nowhere | Place::Missing, Some(name)) => say!("box-packed", tag = tag, name = name),
    }
}

fn carried_sentence(carried: &BoxCarried) -> Sentence {
    let (name, shelf) = (box_name(&carried.name).unwrap_or_default(), carried.shelf.as_str());
    if carried.recorded {
        say!("box-carried", name = name, count = carried.devices, shelf = shelf)
    } else {
        say!("box-was-there", name = name, shelf = shelf)
    }
}

impl Place {
    pub(super) fn of(file: &DeviceFile) -> Self {
        match (&file.boxed, &file.shelf) {
            (Some(boxed), _) => Self::In(boxed.clone()),
            (None, Some(shelf)) => Self::On(shelf.clone()),
            (None, None) => Self::Nowhere,
        }
    }

    /// The shelf or the box of that name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        if box_name(name).is_some() { Self::In(name.to_owned()) } else { Self::On(name.to_owned()) }
    }

    /// The name of the shelf or the box; none where it is neither.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::On(name) | Self::In(name) => Some(name),
            Self::Nowhere | Self::Missing => None,
        }
    }
}

impl Shelved {
    /// Where it lies as people say it; none where it lies nowhere.
    #[must_use]
    pub fn lies(&self) -> Option<Sentence> {
        match &self.place {
            Place::On(name) => Some(place_sentence(name)),
            Place::In(boxed) => lies_sentence(self.stands.as_deref(), Some(boxed)),
            Place::Nowhere | Place::Missing => None,
        }
    }
}
