//! Shelves: putting devices on one, what lies where and waits longest, and taking stock of one.
//!
//! Invariants: taking stock records nothing; a device that is missing is told and left where the ledger has it, for only a
//! person can say what became of it; one that was given away is never moved.

use super::bench::{Bench, Found};
use super::inspect_page::{PageLine, Weight};
use super::look::row;
use super::world::Row;
use crate::custody::{DeviceFile, ShelfFile, Summary, shelf_name_sentence};
use crate::event::intake::DeviceMoved;
use crate::port::{Failure, Index, ShelfCount, Trouble, WaitedUntil};
use crate::tag::TagId;
use crate::unit::{DeviceId, Moment, ShelfName};
use crate::word::say;
use std::collections::BTreeSet;

/// Devices that are read at once.
const PAGE: u32 = 500;
/// The most devices of one shelf that a screen shows.
const MOST: u32 = 200;
const DAY_SECONDS: u64 = 24 * 60 * 60;

/// Where devices lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the shelf of that name, spelled as devices there have it.
    On(String),
    /// On no shelf.
    Nowhere,
}

/// A shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfView {
    /// Which.
    pub place: Place,
    /// How many devices lie there.
    pub devices: u64,
    /// For how many days the one has been in the house that came first.
    pub days: u64,
}

/// A device on its shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// The device in a list.
    pub row: Row,
    /// Where the ledger has it.
    pub place: Place,
    /// For how many days it has been in the house.
    pub days: u64,
    /// For how many days it has lain there; none where it lies on no shelf.
    pub there: Option<u64>,
}

/// All shelves, and the devices on one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShelvesView {
    /// The shelves by name; those without one last.
    pub shelves: Vec<ShelfView>,
    /// Which of them is looked at.
    pub at: usize,
    /// Its devices, whoever has been in the house longest first.
    pub devices: Vec<Shelved>,
}

/// A device that was to be put on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// As it is known now.
    pub found: Found,
    /// The shelf, as it is spelled in the ledger.
    pub shelf: String,
    /// Where it lay before.
    pub from: Place,
    /// Whether that was recorded; not where it lay there already.
    pub recorded: bool,
}

/// What was found on a shelf, held against what should lie there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockTake {
    /// The shelf, as it is spelled in the ledger.
    pub shelf: String,
    /// Devices that should be there and are, as they were scanned.
    pub found: Vec<Shelved>,
    /// Devices that should be there and were not scanned, whoever has been in the house longest first.
    pub missing: Vec<Shelved>,
    /// Devices that are there and should not be, as they were scanned.
    pub unexpected: Vec<Shelved>,
    /// Likewise, and by the ledger they were given away.
    pub given: Vec<Shelved>,
    /// What was scanned and is no device, with why.
    pub unread: Vec<(String, Failure)>,
    /// How much was scanned.
    pub scans: usize,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLine {
    /// What to say.
    pub line: PageLine,
    /// Whether recording the stock-take would move that device.
    pub is_move: bool,
}

/// What the code of every shelf begins with: "kệ".
const CODE: &str = "KE:";
/// What stands before a name that no code can hold as it is.
const SPELLED: char = '%';

/// What a shelf's code says: its name, or the bytes of its name where its letters are not those of codes.
#[must_use]
pub(super) fn shelf_code(shelf: &str) -> String {
    let plain = |sign: char| sign.is_ascii_digit() || sign.is_ascii_uppercase() || " -./".contains(sign);
    if shelf.chars().all(plain) {
        return format!("{CODE}{shelf}");
    }
    shelf.bytes().fold(format!("{CODE}{SPELLED}"), |code, byte| format!("{code}{byte:02X}"))
}

/// Whether a code is a shelf's.
pub(super) fn is_shelf_code(code: &str) -> bool {
    shelf_of(code).is_some()
}

/// The name that the code of a shelf says; none where it is no such code.
pub(super) fn shelf_of(code: &str) -> Option<String> {
    let split = code.trim().split_at_checked(CODE.len());
    let (_, name) = split.filter(|(front, _)| front.eq_ignore_ascii_case(CODE))?;
    let Some(hex) = name.strip_prefix(SPELLED) else { return Some(name.to_owned()) };
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    String::from_utf8((0..hex.len()).step_by(2).map(pair).collect::<Option<_>>()?).ok()
}

/// A shelf's name as it was typed or scanned. Errors: it is none, or it is a device's tag.
pub fn read_shelf(text: &str) -> Result<ShelfName, Failure> {
    if let Ok(tag) = TagId::read(text) {
        let what = say!("shelf-is-tag", tag = tag.to_string());
        return Err(Failure::new(Trouble::Usage, what).hint(say!("shelf-is-tag-hint")));
    }
    let named = shelf_of(text);
    ShelfName::read(named.as_deref().unwrap_or(text)).map_err(|error| {
        Failure::new(Trouble::Usage, shelf_name_sentence(&error)).detail(error).hint(say!("shelf-name-hint"))
    })
}

/// The shelf as it was first spelled; none where nothing ever lay on it.
pub fn known_shelf(bench: &Bench<'_>, shelf: &ShelfName) -> Result<Option<String>, Failure> {
    Ok(bench.index.get::<ShelfFile>(&shelf.key())?.map(|file| file.name))
}

/// Puts a device on a shelf, out of whosever hands; nothing is recorded where it lies there already. Errors: the rules (it was given away).
pub fn move_device(bench: &Bench<'_>, found: &Found, shelf: &ShelfName) -> Result<Moved, Failure> {
    let known = known_shelf(bench, shelf)?;
    let from = Place::of(found.file.shelf.clone());
    let name = known.unwrap_or_else(|| shelf.to_string());
    if from == Place::On(name.clone()) && found.file.hands.is_none() {
        return Ok(Moved { found: found.clone(), shelf: name, from, recorded: false });
    }
    // A spelling that came from elsewhere may be one that is not recorded here.
    let is_sound = ShelfName::read(&name).is_ok_and(|sound| sound.as_str() == name);
    let to = if is_sound { name.clone() } else { shelf.to_string() };
    bench.record(Some(&found.id), DeviceMoved { to, from: found.file.shelf.clone() })?;
    Ok(Moved { found: bench.device(&found.id)?, shelf: name, from, recorded: true })
}

/// Every shelf that something lies on, by name; those devices last that lie on none.
pub fn shelves(bench: &Bench<'_>) -> Result<Vec<ShelfView>, Failure> {
    let now = bench.clock.now();
    let mut counts = bench.index.shelves()?;
    counts.sort_by_key(|count| (count.shelf.is_none(), count.shelf.as_deref().map(str::to_lowercase)));
    let view =
        |ShelfCount { shelf, devices, oldest }| ShelfView { place: Place::of(shelf), devices, days: days(now, oldest) };
    Ok(counts.into_iter().map(view).collect())
}

/// The devices there, whoever has been in the house longest first, at most `most`; and whether there are more.
pub fn waiting(bench: &Bench<'_>, place: &Place, most: u32) -> Result<(Vec<Shelved>, bool), Failure> {
    let now = bench.clock.now();
    let mut rows = bench.index.waiting(place.name(), None, most.saturating_add(1))?;
    let more = rows.len() > most as usize;
    rows.truncate(most as usize);
    Ok((rows.iter().map(|summary| shelved(bench, summary, now)).collect::<Result<_, _>>()?, more))
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

/// Holds what was scanned on a shelf against what should lie there. A device that was scanned twice counts once.
pub fn stock_take(bench: &Bench<'_>, shelf: &ShelfName, scans: &[String]) -> Result<StockTake, Failure> {
    let now = bench.clock.now();
    let name = known_shelf(bench, shelf)?.unwrap_or_else(|| shelf.to_string());
    let mut take = StockTake {
        shelf: name.clone(),
        found: Vec::new(),
        missing: Vec::new(),
        unexpected: Vec::new(),
        given: Vec::new(),
        unread: Vec::new(),
        scans: scans.len(),
    };
    let mut seen: BTreeSet<DeviceId> = BTreeSet::new();
    for scan in scans {
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
        let is_given = found.file.handed_over.is_some();
        let device = shelved_as(&found.id, &found.file, now);
        if is_given {
            take.given.push(device);
        } else if device.place == Place::On(name.clone()) {
            take.found.push(device);
        } else {
            take.unexpected.push(device);
        }
    }
    for summary in all_on(bench.index, &name)? {
        if !seen.contains(&summary.device) {
            take.missing.push(shelved(bench, &summary, now)?);
        }
    }
    Ok(take)
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
        let what = match &one.place {
            Place::On(from) => say!("stock-unexpected", tag = tag(one), from = from.as_str()),
            Place::Nowhere => say!("stock-unexpected-nowhere", tag = tag(one)),
        };
        line(Weight::Warn, what, true)
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
    unread.chain(unexpected).chain(given).chain(missing).collect()
}

fn all_on(index: &dyn Index, shelf: &str) -> Result<Vec<Summary>, Failure> {
    let mut all: Vec<Summary> = Vec::new();
    loop {
        let after: Option<WaitedUntil> = all.last().map(|last| (last.received_at, last.seq));
        let page = index.waiting(Some(shelf), after, PAGE)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

fn shelved(bench: &Bench<'_>, summary: &Summary, now: Moment) -> Result<Shelved, Failure> {
    let file = bench.index.get::<DeviceFile>(&summary.device)?;
    let moved_at = file.and_then(|file| file.moved_at);
    Ok(Shelved {
        row: row(summary),
        place: Place::of(summary.shelf.clone()),
        days: days(now, summary.received_at),
        there: moved_at.map(|at| days(now, at)),
    })
}

fn shelved_as(id: &DeviceId, file: &DeviceFile, now: Moment) -> Shelved {
    let summary = Summary::of(id, file);
    Shelved {
        row: row(&summary),
        place: Place::of(summary.shelf),
        days: days(now, file.received_at),
        there: file.moved_at.map(|at| days(now, at)),
    }
}

fn days(now: Moment, since: Moment) -> u64 {
    now.since(since).as_secs() / DAY_SECONDS
}

impl Place {
    fn of(shelf: Option<String>) -> Self {
        shelf.map_or(Self::Nowhere, Self::On)
    }

    /// The shelf's name; none where it is no shelf.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::On(name) => Some(name),
            Self::Nowhere => None,
        }
    }
}

impl StockTake {
    /// Whether what lies there is what should.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.given.is_empty() && self.unread.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_shelf_comes_back_from_its_code() {
        for name in ["A1", "KHO 2/3", "Kệ tầng 2", "Đ-7", "a1", "%41"] {
            let code = shelf_code(name);
            assert!(crate::tag::Qr::of_text(&code).is_ok(), "{code}");
            assert_eq!(read_shelf(&code).map(|shelf| shelf.to_string()).as_deref(), Ok(name), "{code}");
        }
        assert_eq!((shelf_of("A1"), shelf_of("KE:%4"), shelf_of("KE:%ff")), (None, None, None));
    }
}
