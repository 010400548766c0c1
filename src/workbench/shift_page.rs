//! What a shift leaves to the next: jobs, devices in hands, what waits and why, notes, and what was done.
//!
//! Invariants: looking records nothing; long lists are cut, and it is said how long they are; names come from the vault, and
//! while it is locked people are ids.

#![expect(clippy::wildcard_enum_match_arm, reason = "each list looks for its own events")]

use super::bench::Bench;
use super::chosen::Row;
use super::inspect_page::{PageLine, Weight};
use super::interrupted::{Interrupted, interrupted};
use super::look::row;
use super::note::{NoteSeen, notes_of_day};
use super::shift::called;
use super::throughput::{Period, PersonWork, throughput};
use crate::custody::{DrawerError, HandsFile, JobFile, OpenJobs, Summary, Tally};
use crate::event::Fact;
use crate::event::intake::{Danger, HoldReason};
use crate::port::{Failure, Filter};
use crate::unit::{Bytes, DeviceId, IdError, JobId, Moment, PersonId};
use crate::word::{Sentence, say};

/// The most devices of a list.
const MOST: u32 = 50;
/// People whose hands are read at a time.
const PAGE: u32 = 200;

/// A device on a list of the shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftDevice {
    /// The device in a list.
    pub row: Row,
    /// The shelf or bench it lies on.
    pub shelf: Option<String>,
    /// Since when it is so.
    pub since: Moment,
    /// Why; none where there is no why.
    pub why: Option<Sentence>,
}

/// What somebody has in their hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InHands {
    /// Who.
    pub person: PersonId,
    /// The name from the vault, else the id.
    pub name: String,
    /// What.
    pub devices: Vec<ShiftDevice>,
}

/// A job that runs now, here or in another program on this station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningJob {
    /// The job.
    pub job: JobId,
    /// Its device.
    pub device: DeviceId,
    /// What people call that.
    pub name: String,
    /// The image that is written; none where a disk is wiped.
    pub image: Option<String>,
    /// How much is done for sure, percent.
    pub percent: u64,
}

/// What a shift leaves to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftView {
    /// When it was looked at.
    pub at: Moment,
    /// Jobs that run.
    pub running: Vec<RunningJob>,
    /// Jobs that did not come to their end.
    pub interrupted: Vec<Interrupted>,
    /// Who has what, by name.
    pub hands: Vec<InHands>,
    /// What is in quarantine.
    pub quarantined: Vec<ShiftDevice>,
    /// What waits.
    pub held: Vec<ShiftDevice>,
    /// How many more wait or are in quarantine.
    pub more: bool,
    /// The notes of today, the newest first.
    pub notes: Vec<NoteSeen>,
    /// What was done today, by whom.
    pub done: Vec<PersonWork>,
}

/// What the shift of now leaves to the next. Errors: the ledger does not read.
pub fn shift_view(bench: &Bench<'_>) -> Result<ShiftView, Failure> {
    let at = bench.clock.now();
    let quarantine = |fact: &Fact| match fact {
        Fact::DeviceQuarantined(why) => Some(danger(why.danger)),
        _other => None,
    };
    let hold = |fact: &Fact| match fact {
        Fact::DeviceHeld(why) if why.seen_as.is_some() => Some(say!("hold-mixed-up")),
        Fact::DeviceHeld(why) => Some(reason(why.reason)),
        _other => None,
    };
    let filter = |quarantined: bool| Filter { held: !quarantined, quarantined, open: true, ..Filter::default() };
    let (quarantined, more) = stopped(bench, &filter(true), quarantine)?;
    let (waiting, more_waiting) = stopped(bench, &filter(false), hold)?;
    Ok(ShiftView {
        at,
        running: running(bench)?,
        interrupted: interrupted(bench)?,
        hands: all_hands(bench)?,
        quarantined,
        held: waiting,
        more: more || more_waiting,
        notes: notes_of_day(bench, bench.index, &at.local_day())?,
        done: throughput(bench, Period::TODAY)?.people,
    })
}

/// Who has what, by name; whoever has nothing is not there.
pub(super) fn all_hands(bench: &Bench<'_>) -> Result<Vec<InHands>, Failure> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = bench.index.drawers("hands", &after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (id, text) in &page {
            let person: PersonId = id.parse().map_err(|error: IdError| DrawerError(error.to_string()))?;
            let has: HandsFile = serde_json::from_str(text).map_err(|error| DrawerError(error.to_string()))?;
            let devices: Vec<ShiftDevice> =
                has.devices.iter().map(|id| held_by(bench, id)).collect::<Result<_, _>>()?;
            if !devices.is_empty() {
                all.push(InHands { name: called(bench, &person)?, person, devices });
            }
        }
    }
    all.sort_by_cached_key(|hands| crate::unit::fold(&hands.name));
    Ok(all)
}

fn held_by(bench: &Bench<'_>, id: &DeviceId) -> Result<ShiftDevice, Failure> {
    let found = bench.device(id)?;
    let since = found.file.hands.as_ref().map_or(found.file.changed_at, |hands| hands.since);
    Ok(ShiftDevice { row: row(&Summary::of(id, &found.file)), shelf: found.file.shelf, since, why: None })
}

fn stopped(
    bench: &Bench<'_>,
    filter: &Filter,
    why: impl Fn(&Fact) -> Option<Sentence>,
) -> Result<(Vec<ShiftDevice>, bool), Failure> {
    let mut page = bench.index.page(filter, None, MOST + 1)?;
    let more = page.len() > MOST as usize;
    page.truncate(MOST as usize);
    let mut all = Vec::new();
    for summary in &page {
        let history = bench.index.history(&summary.device)?;
        let last = history.iter().rev().find_map(|line| Some((line.event.at, why(&line.event.fact)?)));
        let (since, why) = last.map_or((summary.changed_at, None), |(at, why)| (at, Some(why)));
        all.push(ShiftDevice { row: row(summary), shelf: summary.shelf.clone(), since, why });
    }
    all.sort_by_key(|device| device.since);
    Ok((all, more))
}

fn running(bench: &Bench<'_>) -> Result<Vec<RunningJob>, Failure> {
    let mut all = Vec::new();
    for id in bench.index.get::<OpenJobs>("")?.unwrap_or_default().disks.into_keys() {
        let job: JobId = id.parse().map_err(|error: IdError| DrawerError(error.to_string()))?;
        let Some(file) = bench.index.get::<JobFile>(&job)?.filter(|file| !file.ended) else { continue };
        if !bench.leases.is_held(&job)? {
            continue;
        }
        let found = bench.device(&file.device)?;
        let size = found.file.disks.get(&file.key).map_or(Bytes::ZERO, |disk| disk.disk.size);
        let total = file.image.as_ref().map_or(size, |image| image.length);
        let mark = bench.marks.borrow().last(&job)?.unwrap_or(Bytes::ZERO);
        let (image, percent) = (file.image.map(|image| image.id), mark.per_mille_of(total) / 10);
        all.push(RunningJob { job, name: found.name(), device: found.id, image, percent });
    }
    Ok(all)
}

fn reason(reason: HoldReason) -> Sentence {
    match reason {
        HoldReason::Part => say!("hold-part"),
        HoldReason::Donor => say!("hold-donor"),
        HoldReason::Decision => say!("hold-decision"),
        HoldReason::Other => say!("hold-other"),
    }
}

fn danger(danger: Danger) -> Sentence {
    match danger {
        Danger::Battery => say!("quarantine-battery"),
        Danger::Liquid => say!("quarantine-liquid"),
        Danger::Smoke => say!("quarantine-smoke"),
    }
}

/// How long ago, in the largest whole unit.
fn age(now: Moment, since: Moment) -> Sentence {
    let minutes = now.since(since).as_secs() / 60;
    match (minutes / (24 * 60), minutes / 60) {
        (0, 0) => say!("shift-age-minutes", count = minutes),
        (0, hours) => say!("shift-age-hours", count = hours),
        (days, _) => say!("shift-age-days", count = days),
    }
}

/// The page, line by line: one heading for each list; what there is nothing of is said.
#[must_use]
pub fn shift_lines(view: &ShiftView) -> Vec<PageLine> {
    let line = |weight, what| PageLine { weight, what };
    let mut lines = Vec::new();
    let mut list = |title: Sentence, rows: Vec<PageLine>, none: Sentence| {
        lines.push(line(Weight::Heading, title));
        let is_empty = rows.is_empty();
        lines.extend(rows);
        lines.extend(is_empty.then(|| line(Weight::Dim, none)));
    };
    let jobs = view.running.iter().map(|job| line(Weight::Plain, running_sentence(job)));
    let cut = view
        .interrupted
        .iter()
        .map(|job| line(Weight::Warn, say!("shift-cut", what = job.what(), how = job.how_far())));
    list(say!("shift-jobs"), jobs.chain(cut).collect(), say!("shift-no-jobs"));
    let hands = view.hands.iter().flat_map(|hands| {
        hands.devices.iter().map(move |device| line(Weight::Plain, in_hands_sentence(hands, device, view.at)))
    });
    list(say!("shift-hands"), hands.collect(), say!("shift-no-hands"));
    let of = |weight, devices: &[ShiftDevice]| -> Vec<PageLine> {
        devices.iter().map(|device| line(weight, stopped_sentence(device, view.at))).collect()
    };
    let mut waits = of(Weight::Bad, &view.quarantined);
    waits.extend(of(Weight::Warn, &view.held));
    waits.extend(view.more.then(|| line(Weight::Dim, say!("shift-more", most = u64::from(MOST)))));
    list(say!("shift-waits"), waits, say!("shift-no-waits"));
    let notes = view.notes.iter().map(|note| line(Weight::Plain, note_sentence(note)));
    list(say!("shift-notes"), notes.collect(), say!("shift-no-notes"));
    let done = view.done.iter().map(|work| line(Weight::Good, done_sentence(work)));
    list(say!("shift-done"), done.collect(), say!("shift-no-done"));
    lines
}

fn note_sentence(note: &NoteSeen) -> Sentence {
    let (who, text) = (note.who.as_str(), note.text.as_deref().unwrap_or_default());
    let at = note.at.local().get(11..16).unwrap_or_default().to_owned();
    match &note.device {
        Some((_, tag)) => say!("shift-note", tag = tag.as_str(), text = text, who = who, at = at),
        None => say!("shift-note-left", text = text, who = who, at = at),
    }
}

fn running_sentence(job: &RunningJob) -> Sentence {
    match &job.image {
        Some(image) => {
            say!("shift-imaging", tag = job.name.as_str(), image = image.as_str(), percent = job.percent)
        }
        None => say!("shift-wiping", tag = job.name.as_str(), percent = job.percent),
    }
}

fn in_hands_sentence(hands: &InHands, device: &ShiftDevice, now: Moment) -> Sentence {
    let (tag, stage, age) = (device.row.name.as_str(), device.row.stage.sentence(), age(now, device.since));
    let name = hands.name.as_str();
    match &device.shelf {
        Some(shelf) => say!("shift-hand-at", name = name, tag = tag, shelf = shelf.as_str(), stage = stage, age = age),
        None => say!("shift-hand", name = name, tag = tag, stage = stage, age = age),
    }
}

fn stopped_sentence(device: &ShiftDevice, now: Moment) -> Sentence {
    let (tag, age) = (device.row.name.as_str(), age(now, device.since));
    let why = device.why.clone().unwrap_or_else(|| say!("hold-other"));
    match &device.shelf {
        Some(shelf) => say!("shift-wait-at", tag = tag, why = why, shelf = shelf.as_str(), age = age),
        None => say!("shift-wait", tag = tag, why = why, age = age),
    }
}

fn done_sentence(work: &PersonWork) -> Sentence {
    let of = |tally| work.counts.of(tally);
    say!(
        "shift-did",
        name = work.called(),
        received = of(Tally::Received),
        inspected = of(Tally::Inspected),
        wiped = of(Tally::Wiped),
        imaged = of(Tally::Imaged),
        ready = of(Tally::Ready),
    )
}
