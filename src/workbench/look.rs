//! Looking at the bench: from the ledger and the machine to what is shown. Records nothing.

#![expect(clippy::wildcard_enum_match_arm, reason = "only inspections tell what a device is")]

use super::alert::Overdue;
use super::batch::batch;
use super::bench::Bench;
use super::chosen::{Chosen, DiskLine, Row};
use super::count::missed;
use super::day::{day_status, is_overdue};
use super::disk::{DiskView, disk_key};
use super::fit::is_unfitted;
use super::history::{HistoryLine, history};
use super::ladder::ladder;
use super::lot::{LotSeen, LotView, lots};
use super::lot_tally::LotTally;
use super::note::notes;
use super::place::lies_sentence;
use super::report::{Report, Tone};
use super::settling::can_be_validated;
use super::shift::called;
use super::world::{BenchSeen, Who};
use crate::custody::{DeviceFile, LotFile, PersonFile, Summary, machine_name};
use crate::device::{self, Certainty, Value, key};
use crate::event::Fact;
use crate::event::inspection::{FactSeen, Seen};
use crate::event::people::Role;
use crate::port::{Failure, Filter};
use crate::profile;
use crate::tag::TagId;
use crate::unit::{Bytes, DeviceId, LotId};
use crate::word::{Sentence, say};

/// The most devices that a bench shows.
const DEVICES: u32 = 200;
/// How many lines of a history a bench shows.
const LINES: usize = 12;
/// Locks that stay in sight until an inspection no longer finds them.
const LOCKS: [&str; 2] = [key::FIRMWARE_PASSWORD, key::ABSOLUTE];
/// The facts that tell in brief what a device is.
const BRIEF: [&str; 7] = [
    key::MAKER,
    key::MODEL,
    key::CPU_MODEL,
    key::MEMORY_TOTAL,
    key::DISK_LARGEST,
    key::SCREEN_DIAGONAL,
    key::BATTERY_HEALTH,
];

/// The bench: who is at it, and the open devices, the last touched first.
pub fn see_bench(bench: &Bench<'_>) -> Result<BenchSeen, Failure> {
    let station = bench.station()?;
    let open = Filter { open: true, ..Filter::default() };
    let devices = bench.index.page(&open, None, DEVICES)?;
    let lot = match bench.index.last_received()? {
        Some(summary) => lot_seen(bench, summary.lot)?,
        None => None,
    };
    let carried = station.start.then(|| carried(bench)).transpose()?;
    Ok(BenchSeen {
        practice: station.practice,
        station: station.id.map_or_else(String::new, |id| id.short(8)),
        person: who(bench)?,
        locked: !bench.vault.is_open()?,
        overdue: overdue(bench)?,
        today: bench.index.today(bench.clock.now())?,
        devices: devices.iter().map(|summary| marked(bench, summary)).collect::<Result<_, _>>()?,
        lot,
        carried,
        batch: batch(bench)?,
        interrupted: super::interrupted::count(bench)?,
    })
}

/// One device, with its ladder and its disks.
pub fn see_device(bench: &Bench<'_>, id: &DeviceId) -> Result<Chosen, Failure> {
    let found = bench.device(id)?;
    let lines = history(bench, &found)?;
    let forbidden = bench.forbidden(id, &found.file)?;
    let views = bench.disk_views(None, Some(&found))?;
    let ladder = ladder(&found.file, &forbidden);
    Ok(Chosen {
        row: Row { summary: found.file.summary.is_some(), ..row(&Summary::of(id, &found.file)) },
        liftable: bench.liftable(id, &ladder)?,
        has_wipe: found.file.disks.values().any(|disk| disk.document().is_some()),
        to_validate: found.file.disks.values().any(|disk| can_be_validated(disk) && disk.validated_by.is_none()),
        ladder,
        locks: found.file.locks.keys().copied().collect(),
        shelf: lies_sentence(found.file.shelf.as_deref(), found.file.boxed.as_deref()),
        missed: missed(bench, id, &found.file)?,
        hands: found.file.hands.as_ref().map(|hands| called(bench, &hands.person)).transpose()?,
        note: notes(bench, id)?.into_iter().find(|note| note.text.is_some()),
        grade: found.file.grade,
        facts: brief(&lines),
        disks: disk_lines(bench, &found.file, views),
        missing: found.file.functions_missing(),
        history: lines.split_at(lines.len().saturating_sub(LINES)).1.to_vec(),
    })
}

/// The device in a list.
pub(super) fn row(summary: &Summary) -> Row {
    let tag = summary.tags.last().and_then(|tag| TagId::read(tag).ok());
    Row {
        device: summary.device.clone(),
        name: tag.map_or_else(|| summary.device.to_string(), |tag| tag.to_string()),
        kind: summary.kind,
        model: machine_name(summary.maker.as_deref(), summary.model.as_deref()),
        stage: summary.stage,
        changed_at: summary.changed_at,
        held: summary.held,
        quarantined: summary.quarantined,
        summary: false,
    }
}

/// The same, and whether a summary is the last that was heard of it.
fn marked(bench: &Bench<'_>, summary: &Summary) -> Result<Row, Failure> {
    let file = bench.index.get::<DeviceFile>(&summary.device)?;
    Ok(Row { summary: file.is_some_and(|file| file.summary.is_some()), ..row(summary) })
}

fn who(bench: &Bench<'_>) -> Result<Option<Who>, Failure> {
    let Some(file) = bench.index.get::<PersonFile>(&bench.by.person)? else { return Ok(None) };
    let role = [Role::Lead, Role::Volunteer, Role::Warehouse].into_iter().find(|role| file.roles.contains(role));
    let name = bench.name_of(bench.by.person.as_str())?.unwrap_or_else(|| bench.by.person.to_string());
    Ok(Some(Who { name, role, by: bench.by.clone() }))
}

/// Work of an earlier day that no safety copy has.
fn overdue(bench: &Bench<'_>) -> Result<Option<Overdue>, Failure> {
    let today = bench.clock.now().local_day();
    let status = day_status(bench.index)?;
    if !is_overdue(bench.index, &status, &today)? {
        return Ok(None);
    }
    let line = match &status.last {
        Some(last) => say!("day-overdue", day = last.day.as_str(), records = status.records),
        None => say!("day-overdue-never", records = status.records),
    };
    Ok(Some(Overdue { today, report: Report::new(Tone::Warn, line) }))
}

/// The lots that devices can be received into where none may be opened, the newest first.
fn carried(bench: &Bench<'_>) -> Result<Vec<LotSeen>, Failure> {
    Ok(lots(bench)?.iter().filter(|lot| lot.closed.is_none()).map(LotView::seen).collect())
}

fn lot_seen(bench: &Bench<'_>, lot: LotId) -> Result<Option<LotSeen>, Failure> {
    let Some(file) = bench.index.get::<LotFile>(&lot)? else { return Ok(None) };
    let (donor, tally) = (bench.name_of(file.donor.as_str())?, LotTally::of(bench, &lot, &file)?);
    Ok(Some(LotSeen { lot, donor, erase: file.erase, tally, closed: file.closed.is_some() }))
}

/// What the last inspection saw, in brief.
fn brief(lines: &[HistoryLine]) -> Vec<(Sentence, Sentence)> {
    let last = lines.iter().rev().find_map(|line| match &line.line.event.fact {
        Fact::DeviceInspected(inspected) => Some(inspected),
        _other => None,
    });
    let Some(inspected) = last else { return Vec::new() };
    let is_set = |fact: &&FactSeen| LOCKS.contains(&fact.key.as_str()) && fact.value == Some(Seen::Flag(true));
    let locked = inspected.facts.iter().filter(is_set);
    let named = |name: &&str| inspected.facts.iter().find(|fact| fact.key == **name);
    let facts = locked.chain(BRIEF.iter().filter_map(named)).filter_map(fact_of);
    facts.map(|fact| (profile::fact_name(&fact.key), profile::fact_value(&fact))).collect()
}

/// Recorded facts as they were, less the unknown ones.
pub(super) fn facts_of(seen: &[FactSeen]) -> device::Facts {
    let mut facts = device::Facts::new();
    facts.extend(seen.iter().filter_map(fact_of));
    facts
}

/// A recorded fact as one that can be worded; none where its value is unknown.
fn fact_of(seen: &FactSeen) -> Option<device::Fact> {
    let value = match (seen.value.as_ref()?, seen.unit.as_deref()) {
        (Seen::Text(text), _) => Value::Text(text.clone()),
        (Seen::Flag(flag), _) => Value::Flag(*flag),
        (Seen::Pair(wide, high), _) => Value::Pixels(*wide, *high),
        (Seen::Number(number), Some("bytes")) => Value::Bytes(Bytes(*number)),
        (Seen::Number(number), Some("mhz")) => Value::Megahertz(*number),
        (Seen::Number(number), Some("tenth_inches")) => Value::TenthInches(*number),
        (Seen::Number(number), Some("percent")) => Value::Percent(*number),
        (Seen::Number(number), Some("mwh")) => Value::MilliwattHours(*number),
        (Seen::Number(number), Some(_) | None) => Value::Count(*number),
    };
    Some(device::Fact { key: seen.key.clone(), value, source: seen.source.clone(), certainty: Certainty::Certain })
}

/// Attached disks, then those of the device that are not attached.
fn disk_lines(bench: &Bench<'_>, file: &DeviceFile, views: Vec<DiskView>) -> Vec<DiskLine> {
    let attached: Vec<(String, DiskView)> = views.into_iter().map(|view| (disk_key(&view.disk), view)).collect();
    let absent: Vec<DiskLine> = file
        .counted()
        .filter(|(key, _)| !attached.iter().any(|(other, _)| other == *key))
        .map(|(key, known)| DiskLine {
            key: key.clone(),
            view: None,
            name: known.disk.model.clone().or_else(|| known.disk.serial.clone()).unwrap_or_default(),
            size: known.disk.size,
            state: Some(known.state),
            away: file.is_away(key),
            written: known.image.is_some(),
            unfitted: is_unfitted(bench, known),
        })
        .collect();
    let here = attached.into_iter().map(|(key, view)| DiskLine {
        name: view.disk.name.clone(),
        size: view.disk.identity.size,
        state: file.disks.get(&key).map(|known| known.state),
        away: file.is_away(&key),
        written: file.disks.get(&key).is_some_and(|known| known.image.is_some()),
        unfitted: file.disks.get(&key).is_some_and(|known| is_unfitted(bench, known)),
        view: Some(view),
        key,
    });
    here.chain(absent).collect()
}
