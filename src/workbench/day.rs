//! Closing a day: a safety copy, read back and judged, then the record of it.
//!
//! Invariants: no copy is made for whom the rules would not let record it; nothing is recorded before the copy was read
//! back from its medium, opened, and its ledger found sound.

use super::bench::Bench;
use super::verify::{Pinned, verify};
use crate::custody::{DayFile, DrawerError, HandsFile, Stage, StationFile};
use crate::event::Fact;
use crate::event::station::{BackupMade, DayClosed};
use crate::ledger::{Head, HeadRef};
use crate::port::{CopyMade, CopyOrder, CopySeen, Failure, Index, SafetyCopies, ShelfCount, Sound, Trouble};
use crate::unit::{Bytes, Digest, Moment};
use crate::word::{Sentence, say};
use std::path::{Path, PathBuf};

/// People whose hands are read at a time.
const HANDS: u32 = 200;
/// Shelves that are named where devices on them are not wiped.
const SHELVES: usize = 8;

/// A day to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayClose {
    /// The folder for the copy.
    pub to: PathBuf,
    /// Which day, `2026-11-21`; none for today in Vietnam.
    pub day: Option<String>,
}

/// A day that was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayEnd {
    /// Which.
    pub day: String,
    /// The copy.
    pub copy: CopyMade,
    /// Number of the record that closes it.
    pub seq: u64,
    /// When it was closed.
    pub at: Moment,
    /// When the record before that was made.
    pub before: Option<Moment>,
}

/// How far the work is from its last safety copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayStatus {
    /// The last day that was closed here; none where none was.
    pub last: Option<DayFile>,
    /// Records since, or since the beginning.
    pub records: u64,
}

/// What a day leaves undone that somebody should know of before everybody goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayLeft {
    /// The devices with data of their donors still on them, by shelf; the shelf with most of them first.
    pub unwiped: Vec<ShelfCount>,
    /// How many devices are in how many people's hands.
    pub in_hands: (u64, u64),
}

/// Makes a safety copy and closes the day with it. Errors: the rules (somebody with a role), before anything is made; the
/// copy failed, and nothing was recorded; or the copy is there
/// and good, and the ledger took no record of it, which is said.
pub fn close_day(
    bench: &Bench<'_>,
    copies: &dyn SafetyCopies,
    order: &DayClose,
    cancel: &dyn Fn() -> bool,
) -> Result<DayEnd, Failure> {
    let at = bench.clock.now();
    let day = order.day.clone().unwrap_or_else(|| at.local_day());
    if !Moment::is_local_day(&day) || day > at.local_day() {
        return Err(Failure::new(Trouble::Usage, say!("rule-day-real", day = day.as_str())));
    }
    let before = bench.station()?.last_at;
    // A copy is everything that the station keeps: whoever may not have its record made does not have it made.
    let (root, length, digest) = (Digest::ZERO, Bytes::ZERO, Digest::ZERO);
    bench.refuse_if_forbidden(None, BackupMade { size: 0, root, length, digest })?;
    let copy = copies.make(&CopyOrder { to: &order.to, day: &day, at }, &mut judge_copy, cancel)?;
    let HeadRef { size, root } = copy.head;
    let facts: [Fact; 2] = [
        BackupMade { size, root, length: copy.length, digest: copy.digest }.into(),
        DayClosed { day: day.clone() }.into(),
    ];
    let recorded = bench.record_all(facts.into_iter().map(|fact| (None, fact)).collect());
    let receipts = recorded.map_err(|failure| {
        let file = copy.file.display().to_string();
        Failure { what: say!("day-unrecorded", file = file, why = failure.what.clone()), ..failure }
    })?;
    Ok(DayEnd { day, copy, seq: receipts.last().map_or(0, |receipt| receipt.seq), at, before })
}

/// Whether the ledger in a safety copy is sound, and what it is. Its summaries do not matter: they are made anew.
pub fn judge_copy(index: &dyn Index) -> Result<Sound, Failure> {
    let verified = verify(index, Pinned::default())?;
    verified.has_its_tail()?;
    Ok(Sound { station: verified.station, practice: verified.practice, head: verified.head })
}

/// Whether expired copies may be deleted at that close. Errors: the record before it is so old that the clock may be wrong,
/// and a good copy would be taken for an expired one.
pub fn may_prune(end: &DayEnd) -> Result<(), Failure> {
    let left = end.copy.expires_at.unix_millis() - end.at.unix_millis();
    if end.before.is_none_or(|before| end.at.unix_millis() - before.unix_millis() < left) {
        return Ok(());
    }
    let before = end.before.map(Moment::local).unwrap_or_default();
    let what = say!("copy-prune-clock", now = end.at.local(), before = before);
    Err(Failure::new(Trouble::TryAgain, what).hint(say!("copy-prune-clock-hint")))
}

/// Copies in that folder that must not be kept any longer.
pub fn expired_copies(bench: &Bench<'_>, copies: &dyn SafetyCopies, folder: &Path) -> Result<Vec<CopySeen>, Failure> {
    let now = bench.clock.now();
    Ok(copies.list(folder)?.into_iter().filter(|copy| now >= copy.expires_at).collect())
}

/// Whether work was recorded on a day before `today` (in Vietnam) that no safety copy has.
pub(super) fn is_overdue(index: &dyn Index, status: &DayStatus, today: &str) -> Result<bool, Failure> {
    let since = index.get::<StationFile>("")?.and_then(|station| station.uncopied_since);
    Ok(status.records > 0 && since.is_some_and(|at| at.local_day().as_str() < today))
}

/// What the day leaves undone.
pub fn day_left(index: &dyn Index) -> Result<DayLeft, Failure> {
    let mut unwiped = index.shelves_at(&[Stage::Received, Stage::Inspected])?;
    unwiped.sort_by_key(|count| (std::cmp::Reverse(count.devices), count.shelf.clone()));
    let (mut in_hands, mut after) = ((0, 0), String::new());
    loop {
        let page = index.drawers("hands", &after, HANDS)?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (_person, text) in &page {
            let has: HandsFile = serde_json::from_str(text).map_err(|error| DrawerError(error.to_string()))?;
            in_hands.0 += has.devices.len() as u64;
            in_hands.1 += u64::from(!has.devices.is_empty());
        }
    }
    Ok(DayLeft { unwiped, in_hands })
}

/// The same in words; nothing where nothing is left.
#[must_use]
pub fn day_left_lines(left: &DayLeft) -> Vec<Sentence> {
    let count: u64 = left.unwiped.iter().map(|count| count.devices).sum();
    let nowhere: u64 = left.unwiped.iter().filter(|count| count.shelf.is_none()).map(|count| count.devices).sum();
    let named = |count: &ShelfCount| count.shelf.as_ref().map(|shelf| format!("{shelf} ({})", count.devices));
    let mut shelves: Vec<String> = left.unwiped.iter().filter_map(named).collect();
    if shelves.len() > SHELVES {
        shelves.truncate(SHELVES);
        shelves.push("…".to_owned());
    }
    let shelves = shelves.join(" · ");
    let unwiped = match (count, shelves.is_empty(), nowhere) {
        (0, ..) => None,
        (_, true, _) => Some(say!("day-left-nowhere", count = count)),
        (_, false, 0) => Some(say!("day-left-shelves", count = count, shelves = shelves)),
        (_, false, _) => Some(say!("day-left-both", count = count, shelves = shelves, nowhere = nowhere)),
    };
    let (devices, people) = left.in_hands;
    let hands = (devices > 0).then(|| say!("day-left-hands", count = devices, people = people));
    unwiped.into_iter().chain(hands).collect()
}

/// How far the work is from its last safety copy.
pub fn day_status(index: &dyn Index) -> Result<DayStatus, Failure> {
    let last = index.get::<StationFile>("")?.and_then(|station| station.day);
    let note = index.head()?.unwrap_or_default();
    let size = Head::read(&note).map_or(0, |head| head.size);
    let records = size.saturating_sub(last.as_ref().map_or(0, |day| day.records));
    Ok(DayStatus { last, records })
}
