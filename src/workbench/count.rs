//! Taking stock of a shelf or a box: what was found there held against what should be, and what has been missing since.
//!
//! Invariants: looking records nothing; what is recorded is what was shown, moves and count together or nothing; a device that
//! is missing is told and left where the ledger has it, for only a person can say what became of it; a box counts as its
//! contents only where that is said.

use super::bench::{Bench, Found};
use super::inspect_page::{PageLine, Weight};
use super::place::{place_of_code, place_sentence};
use super::shelf::{Place, Shelved, all, days, known_shelf, moved_to, shelved, spelled};
use crate::custody::{BoxFile, CountFile, DeviceFile, place_key, shows_device};
use crate::event::stock::{BoxMoved, StockTaken};
use crate::event::{About, Event, Fact};
use crate::port::{Failure, Trouble, WaitedUntil};
use crate::unit::{DeviceId, ShelfName, box_name};
use crate::word::{Sentence, say};
use std::collections::{BTreeMap, BTreeSet};

/// Devices that are read at once.
const PAGE: u32 = 500;

/// A device that was missing when its place was counted last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Which place was counted.
    pub at: String,
    /// How many days ago.
    pub days: u64,
}

/// What is to be counted, and what was scanned there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountOrder {
    /// Which shelf or box.
    pub place: ShelfName,
    /// Everything that was scanned.
    pub scans: Vec<String>,
    /// Whether a box that was scanned is still closed, and counts as everything in it.
    pub sealed: bool,
}

/// What was found at a place, held against what should lie there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockTake {
    /// The place, as it is spelled in the ledger.
    pub shelf: String,
    /// Devices that should be there and are, as they were scanned.
    pub found: Vec<Shelved>,
    /// Devices that should be there and were not scanned, whoever has been in the house longest first.
    pub missing: Vec<Shelved>,
    /// Devices that are there and should not be, as they were scanned.
    pub unexpected: Vec<Shelved>,
    /// Closed boxes that are there and should not be.
    pub boxes: Vec<BoxFound>,
    /// Devices that are there, and by the ledger they were given away.
    pub given: Vec<Shelved>,
    /// What was scanned and is no device, with why.
    pub unread: Vec<(String, Failure)>,
    /// How much was scanned.
    pub scans: usize,
    /// Whether boxes counted as everything in them.
    pub sealed: bool,
}

/// A closed box where it should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxFound {
    /// The box, as it is spelled in the ledger.
    pub name: String,
    /// The shelf where the ledger has it.
    pub from: Option<String>,
    /// How many devices are in it.
    pub devices: u64,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLine {
    /// What to say.
    pub line: PageLine,
    /// Whether recording the stock-take would move that device or box.
    pub is_move: bool,
}

/// A count that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockClosed {
    /// What it came to.
    pub take: StockTake,
    /// The devices that were put there, as they are known now.
    pub moved: Vec<Found>,
    /// Those that could not be, with why.
    pub refused: Vec<(Shelved, Failure)>,
}

/// Holds what was scanned at a place against what should lie there. A device that was scanned twice counts once.
pub fn stock_take(bench: &Bench<'_>, order: &CountOrder) -> Result<StockTake, Failure> {
    let now = bench.clock.now();
    let name = known_shelf(bench, &order.place)?.unwrap_or_else(|| order.place.to_string());
    let mut take = StockTake::none(name, order);
    let mut seen: BTreeSet<DeviceId> = BTreeSet::new();
    for scan in &order.scans {
        if let Some(boxed) = place_of_code(scan).filter(|place| box_name(place).is_some()) {
            tick_box(bench, scan, &boxed, &mut take, &mut seen)?;
            continue;
        }
        let found = match bench.find(scan) {
            Ok(found) => found,
            Err(failure) if matches!(failure.trouble, Trouble::No | Trouble::Usage) => {
                take.unread.push((scan.clone(), failure));
                continue;
            }
            Err(failure) => return Err(failure),
        };
        if !seen.insert(found.id.clone()) {
            continue;
        }
        let device = shelved(&found.id, &found.file, None, now);
        let list = if found.file.handed_over.is_some() {
            &mut take.given
        } else if found.file.is_at(&take.shelf) {
            &mut take.found
        } else {
            &mut take.unexpected
        };
        list.push(device);
    }
    let moved: BTreeSet<String> = take.boxes.iter().map(|one| one.name.clone()).collect();
    take.unexpected.retain(|one| !matches!(&one.place, Place::In(name) if moved.contains(name)));
    for device in all_at(bench, &take.shelf)? {
        if !seen.contains(&device.row.device) {
            take.missing.push(device);
        }
    }
    Ok(take)
}

/// A box that was scanned: everything in it where it is closed, else something to be opened.
fn tick_box(
    bench: &Bench<'_>,
    scan: &str,
    place: &str,
    take: &mut StockTake,
    seen: &mut BTreeSet<DeviceId>,
) -> Result<(), Failure> {
    let refused = |what: Sentence| (scan.to_owned(), Failure::new(Trouble::No, what));
    let name = box_name(place).unwrap_or_default();
    let Some(file) = bench.index.get::<BoxFile>(&place_key(place))? else {
        take.unread.push(refused(say!("box-unknown", name = name)));
        return Ok(());
    };
    if file.name == take.shelf {
        // Its own label, scanned on the way to what is in it.
        return Ok(());
    }
    if !take.sealed || box_name(&take.shelf).is_some() {
        take.unread.push(refused(say!("box-open", name = name)));
        return Ok(());
    }
    if file.shelf.as_ref() != Some(&take.shelf) {
        if take.boxes.iter().all(|one| one.name != file.name) {
            let devices = file.devices.len() as u64;
            take.boxes.push(BoxFound { name: file.name, from: file.shelf, devices });
        }
        return Ok(());
    }
    for id in file.devices {
        if seen.insert(id.clone()) {
            take.found.push(plain(bench, &id)?);
        }
    }
    Ok(())
}

/// Records what was found: what is unexpected is put there, and the count closes. Errors: since it was shown, the ledger
/// changed; the rules.
pub fn close_count(bench: &Bench<'_>, order: &CountOrder, shown: &StockTake) -> Result<StockClosed, Failure> {
    let take = stock_take(bench, order)?;
    if !take.is_alike(shown) {
        return Err(Failure::new(Trouble::TryAgain, say!("stock-changed")).hint(say!("stock-changed-hint")));
    }
    let place = spelled(bench, &order.place)?;
    let (mut facts, mut moved, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for one in &take.unexpected {
        let id = &one.row.device;
        let fact = Fact::from(moved_to(&bench.device(id)?.file, place.clone()));
        let event = Event {
            at: bench.clock.now(),
            happened_at: None,
            by: bench.by.clone(),
            device: Some(About { id: id.clone(), after: None }),
            fact: fact.clone(),
        };
        if let Some(refusal) = bench.index.refusal(&event)? {
            refused.push((one.clone(), Failure::from(refusal)));
        } else {
            facts.push((Some(id.clone()), fact));
            moved.push(id.clone());
        }
    }
    let carry = |one: &BoxFound| BoxMoved { name: one.name.clone(), to: place.clone(), from: one.from.clone() };
    facts.extend(take.boxes.iter().map(|one| (None, Fact::from(carry(one)))));
    let missing = take.missing.iter().map(|one| one.row.device.clone()).collect();
    let found = take.found.len() as u64;
    facts.push((None, StockTaken { shelf: place, found, missing, unexpected: moved.clone() }.into()));
    bench.record_all(facts)?;
    let moved = moved.iter().map(|id| bench.device(id)).collect::<Result<_, _>>()?;
    Ok(StockClosed { take, moved, refused })
}

/// The last counts, by the keys of their places.
pub(super) struct Counts(BTreeMap<String, CountFile>);

impl Counts {
    /// All there are.
    pub(super) fn read(bench: &Bench<'_>) -> Result<Self, Failure> {
        Ok(Self(all::<CountFile>(bench)?.into_iter().collect()))
    }

    /// Of the places where that device lies.
    fn of(bench: &Bench<'_>, file: &DeviceFile) -> Result<Self, Failure> {
        let mut counts = BTreeMap::new();
        for key in [&file.shelf, &file.boxed].into_iter().flatten().map(|place| place_key(place)) {
            if let Some(count) = bench.index.get::<CountFile>(&key)? {
                counts.insert(key, count);
            }
        }
        Ok(Self(counts))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &CountFile)> {
        self.0.iter()
    }

    /// Since when nobody has seen the device, where it was missing when its place was counted last.
    pub(super) fn missed(
        &self,
        bench: &Bench<'_>,
        id: &DeviceId,
        file: &DeviceFile,
    ) -> Result<Option<Missed>, Failure> {
        if file.handed_over.is_some() || file.withdrawn {
            return Ok(None);
        }
        let places = [&file.shelf, &file.boxed].into_iter().flatten();
        let last = places.filter_map(|place| self.0.get(&place_key(place))).max_by_key(|count| count.seq);
        let Some(count) = last.filter(|count| count.missing.contains(id)) else { return Ok(None) };
        if is_seen_since(bench, id, file, count)? {
            return Ok(None);
        }
        Ok(Some(Missed { days: days(bench.clock.now(), count.at), at: count.place.clone() }))
    }
}

/// Since when nobody has seen the device, where it was missing when its place was counted last.
pub fn missed(bench: &Bench<'_>, id: &DeviceId, file: &DeviceFile) -> Result<Option<Missed>, Failure> {
    Counts::of(bench, file)?.missed(bench, id, file)
}

/// Whether somebody had the device in front of them after that count.
fn is_seen_since(bench: &Bench<'_>, id: &DeviceId, file: &DeviceFile, count: &CountFile) -> Result<bool, Failure> {
    if file.last_seq <= count.seq {
        return Ok(false);
    }
    let before = bench.station()?.earlier.map_or(0, |earlier| earlier.records);
    let lines = bench.index.standing(id)?;
    Ok(lines.iter().filter(|line| shows_device(&line.event.fact)).any(|line| match line.earlier {
        None if line.foreign.is_none() => before + line.seq > count.seq,
        _elsewhere => line.event.at > count.at,
    }))
}

/// Every device that was missing when its place was counted last and was not seen since, whoever has been in the house longest
/// first.
pub fn all_missing(bench: &Bench<'_>) -> Result<Vec<Shelved>, Failure> {
    missing_of(bench, &Counts::read(bench)?)
}

pub(super) fn missing_of(bench: &Bench<'_>, counts: &Counts) -> Result<Vec<Shelved>, Failure> {
    let now = bench.clock.now();
    let named: BTreeSet<&DeviceId> = counts.iter().flat_map(|(_, count)| &count.missing).collect();
    let mut lost = Vec::new();
    for id in named {
        // One that another station's record named may never have been here.
        let Some(file) = bench.index.get::<DeviceFile>(id)? else { continue };
        if let Some(missed) = counts.missed(bench, id, &file)? {
            lost.push(shelved(id, &file, Some(missed), now));
        }
    }
    lost.sort_by_key(|one| std::cmp::Reverse(one.days));
    Ok(lost)
}

/// Since when it has been missing, in words.
#[must_use]
pub fn missed_sentence(missed: &Missed) -> Sentence {
    say!("stock-missed", place = place_sentence(&missed.at), days = missed.days)
}

/// What is not as it should be, a line each: what was scanned last comes first, what is missing last.
#[must_use]
pub fn stock_lines(take: &StockTake) -> Vec<StockLine> {
    let line = |weight, what, is_move| StockLine { line: PageLine { weight, what }, is_move };
    let tag = |device: &Shelved| device.row.name.clone();
    let unread = take.unread.iter().rev().map(|(text, failure)| {
        line(Weight::Unknown, say!("shelf-refused", device = text.as_str(), why = failure.what.clone()), false)
    });
    let unexpected = take.unexpected.iter().rev().map(|one| {
        let what = match one.lies() {
            Some(from) => say!("stock-unexpected", tag = tag(one), from = from),
            None => say!("stock-unexpected-nowhere", tag = tag(one)),
        };
        line(Weight::Warn, what, true)
    });
    let boxes = take.boxes.iter().rev().map(|one| {
        let from = one.from.as_deref().map_or_else(|| say!("stock-box-nowhere"), place_sentence);
        let name = box_name(&one.name).unwrap_or_default();
        line(Weight::Warn, say!("stock-box-unexpected", name = name, count = one.devices, from = from), true)
    });
    let given =
        take.given.iter().rev().map(|one| {
            line(Weight::Warn, say!("stock-given", tag = tag(one), stage = one.row.stage.sentence()), false)
        });
    let missing = take.missing.iter().map(|one| {
        let days = one.there.unwrap_or(one.days);
        let what = say!("stock-missing", tag = tag(one), stage = one.row.stage.sentence(), days = days);
        line(Weight::Bad, what, false)
    });
    unread.chain(unexpected).chain(boxes).chain(given).chain(missing).collect()
}

/// Everything that should lie there, whoever has been in the house longest first.
fn all_at(bench: &Bench<'_>, place: &str) -> Result<Vec<Shelved>, Failure> {
    let mut devices = Vec::new();
    if box_name(place).is_some() {
        for id in bench.index.get::<BoxFile>(&place_key(place))?.into_iter().flat_map(|file| file.devices) {
            devices.push(plain(bench, &id)?);
        }
        devices.sort_by_key(|one| std::cmp::Reverse(one.days));
        return Ok(devices);
    }
    let mut after = None::<WaitedUntil>;
    loop {
        let page = bench.index.waiting(Some(place), after, PAGE)?;
        let Some(last) = page.last() else { return Ok(devices) };
        after = Some((last.received_at, last.seq));
        for summary in &page {
            devices.push(plain(bench, &summary.device)?);
        }
    }
}

/// The device as it lies, whether or not anybody misses it.
fn plain(bench: &Bench<'_>, id: &DeviceId) -> Result<Shelved, Failure> {
    Ok(shelved(id, &bench.device(id)?.file, None, bench.clock.now()))
}

impl StockTake {
    const fn none(shelf: String, order: &CountOrder) -> Self {
        Self {
            shelf,
            found: Vec::new(),
            missing: Vec::new(),
            unexpected: Vec::new(),
            boxes: Vec::new(),
            given: Vec::new(),
            unread: Vec::new(),
            scans: order.scans.len(),
            sealed: order.sealed,
        }
    }

    /// Whether what lies there is what should.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.missing.is_empty()
            && self.unexpected.is_empty()
            && self.boxes.is_empty()
            && self.given.is_empty()
            && self.unread.is_empty()
    }

    /// Whether recording the one would say what was shown of the other.
    fn is_alike(&self, other: &Self) -> bool {
        let ids = |list: &[Shelved]| list.iter().map(|one| one.row.device.clone()).collect::<BTreeSet<_>>();
        let lists = |take: &Self| [ids(&take.found), ids(&take.missing), ids(&take.unexpected)];
        lists(self) == lists(other) && self.boxes == other.boxes
    }
}
