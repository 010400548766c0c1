//! Everything that is known of a device, section by section; both faces show it.
//!
//! Invariants: nothing is read from the machine; what a section has nothing of is said, not left out; names and reasons
//! are shown to whoever may see them, and to nobody else.

#![expect(clippy::wildcard_enum_match_arm, reason = "each section picks its own events")]

use super::actions::actions;
use super::bench::{Bench, Found};
use super::conflict::{called_station, conflict_of};
use super::correct::outdating;
use super::count::{missed, missed_sentence};
use super::evidence::wipes_seen;
use super::grade::grade_sentence;
use super::history::{HistoryLine, disk_name, history, level_sentence};
use super::inspect::{Read, last_inspections, load_profile};
use super::inspect_page::{PageLine, Weight, criteria, facts_by_group};
use super::ladder::{Standing, ladder};
use super::lock::lock_sentence;
use super::note::{NoteSeen, notes};
use super::outward::{accessories_sentence, condition_sentence, taken_out_sentence, told_sentence};
use super::part::part_view;
use super::place::lies_sentence;
use super::repair::repair_outcome_sentence;
use super::shift::called;
use crate::custody::{DeviceFile, DiskFile, DiskState, LabelCount, LotFile, machine_name};
use crate::event::Fact;
use crate::event::image::FitResult;
use crate::event::label::LabelFor;
use crate::event::outward::{Outward, Whither};
use crate::port::Failure;
use crate::profile;
use crate::tag::TagId;
use crate::word::{Sentence, say};

/// A section of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSection {
    /// Its permanent name, for JSON.
    pub id: &'static str,
    /// Its heading.
    pub title: Sentence,
    /// What stands in it.
    pub lines: Vec<PageLine>,
}

/// The page of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePage {
    /// Its tag, else its id.
    pub name: String,
    /// The sections, in reading order.
    pub sections: Vec<PageSection>,
}

/// Everything that is known of the device. Errors: the ledger does not read.
pub fn device_page(bench: &Bench<'_>, found: &Found) -> Result<DevicePage, Failure> {
    let lines = history(bench, found)?;
    let section = |id, title, lines| PageSection { id, title, lines };
    let sections = vec![
        section("overview", say!("device-overview"), overview(bench, found)?),
        section("facts", say!("device-facts"), facts(bench, found)?),
        section("disks", say!("device-disks"), disks(bench, found)?),
        section("repairs", say!("device-repairs"), repairs(bench, &lines)?),
        section("notes", say!("device-notes"), notes_section(bench, found)?),
        section("history", say!("device-history"), story(bench, &lines)?),
        section("actions", say!("device-actions"), actions(bench, found)?),
    ];
    Ok(DevicePage { name: found.name(), sections })
}

fn line(weight: Weight, what: Sentence) -> PageLine {
    PageLine { weight, what }
}

fn fact(name: Sentence, value: impl Into<crate::word::Arg>) -> PageLine {
    line(Weight::Plain, say!("device-fact", name = name, value = value.into()))
}

/// What it is, where it stands, and what may be done with it now.
fn overview(bench: &Bench<'_>, found: &Found) -> Result<Vec<PageLine>, Failure> {
    let file = &found.file;
    let stage = if file.withdrawn { say!("correct-never-here") } else { file.stage().sentence() };
    let mut lines =
        vec![fact(say!("device-kind"), super::intake::kind_sentence(file.kind)), fact(say!("device-stage"), stage)];
    let model = machine_name(file.maker.as_deref(), file.model.as_deref());
    lines.extend(model.map(|model| fact(say!("device-model"), model)));
    lines.extend(file.serial.as_deref().map(|serial| fact(say!("device-serial"), serial)));
    lines.extend(told_sentence(&file.told).map(|told| fact(say!("door-told"), told)));
    lines.extend(outward_lines(&file.outward));
    lines.extend(file.grade.map(|grade| fact(say!("device-grade"), grade_sentence(grade))));
    let tags = file.tags.iter().rev().filter_map(|tag| TagId::read(tag).ok()).map(|tag| tag.to_string());
    let tags: Vec<String> = tags.collect();
    lines.extend((!tags.is_empty()).then(|| fact(say!("device-tags"), tags.join(" · "))));
    lines.extend(label_lines(bench, file)?);
    lines.push(fact(say!("device-received"), file.received_at.local()));
    lines.push(fact(say!("device-lot"), file.lot.as_str()));
    let place = lies_sentence(file.shelf.as_deref(), file.boxed.as_deref());
    lines.extend(place.map(|place| fact(say!("correct-shelf"), place)));
    let missed = missed(bench, &found.id, file)?;
    lines.extend(missed.map(|missed| line(Weight::Bad, missed_sentence(&missed))));
    if let Some(hands) = &file.hands {
        let name = called(bench, &hands.person)?;
        lines.push(fact(say!("device-hands"), say!("device-hands-since", name = name, at = hands.since.local())));
    }
    if let Some(lot) = bench.index.get::<LotFile>(&file.lot)? {
        let donor = bench.name_of(bench.index.donor(&lot.donor)?.as_str())?;
        lines.extend(donor.map(|donor| fact(say!("device-donor"), donor)));
        let may = |yes: bool| if yes { Weight::Good } else { Weight::Warn };
        let erase = if lot.erase { say!("device-may-erase") } else { say!("device-may-not-erase") };
        let parts = if lot.parts { say!("device-may-parts") } else { say!("device-may-not-parts") };
        lines.extend([line(may(lot.erase), erase), line(Weight::Plain, parts)]);
    }
    lines.extend(file.quarantined.map(|_why| line(Weight::Bad, say!("state-quarantined"))));
    lines.extend(file.held.map(|_why| line(Weight::Warn, say!("state-held"))));
    if let Some(seen) = conflict_of(bench, found)? {
        lines.push(line(Weight::Bad, seen.what()));
        let told = seen.there.iter().chain(&seen.here);
        lines.extend(told.map(|account| line(Weight::Warn, account.sentence())));
    }
    if let Some(other) = &file.same_as {
        lines.push(line(Weight::Warn, say!("device-same-as", other = bench.device(other)?.name())));
    }
    lines.extend(file.summary.map(|_chain| line(Weight::Warn, say!("device-summary"))));
    if let Some(other) = &file.seen_as {
        lines.push(line(Weight::Warn, say!("swap-seen-as", other = bench.device(other)?.name())));
    }
    let locks = file.locks.keys();
    lines.extend(locks.map(|lock| line(Weight::Bad, say!("state-locked", lock = lock_sentence(*lock)))));
    lines.push(line(Weight::Heading, say!("device-steps")));
    let forbidden = bench.forbidden(&found.id, file)?;
    for rung in ladder(file, &forbidden) {
        let step = rung.step.sentence();
        let (weight, what) = match (rung.standing, rung.note) {
            (Standing::Done, Some(note)) => (Weight::Good, say!("device-step-note", step = step, note = note)),
            (Standing::Done, None) => (Weight::Good, step),
            (Standing::Next, _) => (Weight::Next, say!("device-step-next", step = step)),
            (Standing::Blocked(why), _) => (Weight::Bad, say!("device-step-note", step = step, note = why)),
            (Standing::SignIn(why), _) => (Weight::Warn, say!("device-step-note", step = step, note = why)),
            (Standing::Later, _) => (Weight::Dim, step),
        };
        lines.push(line(weight, what));
    }
    Ok(lines)
}

/// Labels that were printed of its tags, for whichever device; more than one that says the same must not stay.
fn label_lines(bench: &Bench<'_>, file: &DeviceFile) -> Result<Vec<PageLine>, Failure> {
    let told = |count: &LabelCount| {
        let tag = TagId::read(&count.tag).map_or_else(|_error| count.tag.clone(), |tag| tag.to_string());
        let what = match count.label {
            LabelFor::Device => say!("label-of-device"),
            LabelFor::Erased => say!("label-of-erased"),
        };
        match count.printed {
            0 | 1 => line(Weight::Plain, say!("device-label", what = what, tag = tag)),
            many => line(Weight::Warn, say!("device-labels", what = what, tag = tag, count = u64::from(many))),
        }
    };
    let mut lines = Vec::new();
    for tag in &file.tags {
        lines.extend(bench.index.labels(tag)?.iter().map(told));
    }
    Ok(lines)
}

/// What is seen of it from outside; what was taken out of it and kept is the donor's, so that it stands out.
fn outward_lines(outward: &Outward) -> Vec<PageLine> {
    let kept = outward.taken_out.values().any(|whither| *whither == Whither::Kept);
    let parts = [
        (Weight::Plain, outward.condition.map(|seen| say!("door-outside", what = condition_sentence(seen)))),
        (Weight::Plain, accessories_sentence(outward).map(|what| say!("door-accessories", what = what))),
        (
            if kept { Weight::Warn } else { Weight::Plain },
            taken_out_sentence(outward).map(|what| say!("door-belongings", what = what)),
        ),
    ];
    parts.into_iter().filter_map(|(weight, what)| Some(line(weight, what?))).collect()
}

/// What its last inspection found, against the usual profile as it is today.
fn facts(bench: &Bench<'_>, found: &Found) -> Result<Vec<PageLine>, Failure> {
    let Some((at, facts)) = last_inspections(bench, &found.id, Read::Anyhow)?.into_iter().next() else {
        return Ok(vec![line(Weight::Dim, say!("device-no-facts"))]);
    };
    let profile = load_profile(bench, None, found.file.kind)?;
    let judgement = profile::judge(&profile, &facts);
    let mut lines = vec![fact(say!("device-inspected"), at.local())];
    let fix = judgement.fix_sentence();
    lines.extend(fix.map(|fix| line(Weight::Warn, say!("fix-line", fix = fix))));
    lines.extend(criteria(&judgement, false));
    lines.extend(facts_by_group(&facts, true));
    Ok(lines)
}

/// Each of its disks: how far it is, what the last wipe was worth and by whom it was done.
fn disks(bench: &Bench<'_>, found: &Found) -> Result<Vec<PageLine>, Failure> {
    if found.file.disks.is_empty() {
        return Ok(vec![line(Weight::Dim, say!("device-no-disks"))]);
    }
    let seen = wipes_seen(bench, found)?;
    let history = bench.index.history(&found.id)?;
    let mut lines = Vec::new();
    for (key, disk) in &found.file.disks {
        lines.push(line(Weight::Heading, say!("plain", text = disk_name(&disk.disk))));
        let (weight, state) = state(disk);
        lines.push(line(weight, state));
        lines.extend(disk.level.map(|level| fact(say!("device-level"), level_sentence(level))));
        lines.extend(disk.image.as_deref().map(|image| fact(say!("device-image"), image)));
        lines.extend(disk.fitted.map(|fitted| match fitted {
            FitResult::Fitted => line(Weight::Good, say!("device-fitted")),
            FitResult::NotFitted => line(Weight::Warn, say!("device-not-fitted", tag = found.name())),
            FitResult::NothingToDo => line(Weight::Dim, say!("device-nothing-to-fit")),
        }));
        let wipe = seen.iter().find(|wipe| wipe.disk == *key);
        lines.extend(wipe.into_iter().flat_map(|wipe| &wipe.lines).map(|what| line(Weight::Plain, what.clone())));
        if disk.validated_by.is_some() {
            lines.push(line(Weight::Good, say!("device-validated")));
        }
        if disk.document().is_some() {
            lines.push(line(Weight::Plain, say!("device-certificate")));
        }
        let outdated = disk.document().and_then(|end| outdating(&history, end));
        if let Some(by) = outdated {
            lines.push(line(Weight::Warn, say!("correct-outdated", at = by.event.at.local())));
        }
    }
    Ok(lines)
}

fn state(disk: &DiskFile) -> (Weight, Sentence) {
    match disk.state {
        DiskState::Unwiped => (Weight::Warn, say!("disk-unwiped")),
        DiskState::Wiping => (Weight::Warn, say!("disk-wiping")),
        DiskState::Wiped => (Weight::Good, say!("disk-wiped")),
        DiskState::Destroyed => (Weight::Good, say!("disk-destroyed")),
        DiskState::NotWiped => (Weight::Bad, say!("disk-not-wiped")),
    }
}

/// Grades with their photos, repairs, parts and locks, the newest first.
fn repairs(bench: &Bench<'_>, history: &[HistoryLine]) -> Result<Vec<PageLine>, Failure> {
    let mut lines = Vec::new();
    for told in history.iter().rev().filter(|told| told.stricken.is_none()) {
        let when = told.line.event.at.local();
        let weight = match &told.line.event.fact {
            Fact::RepairRecorded(repair) => match repair.outcome {
                crate::event::repair::RepairOutcome::Fixed => Weight::Good,
                crate::event::repair::RepairOutcome::Repairable => Weight::Warn,
                crate::event::repair::RepairOutcome::EndOfLife => Weight::Bad,
            },
            Fact::DeviceGraded(_)
            | Fact::PartTaken(_)
            | Fact::PartFitted(_)
            | Fact::AccessoryPaired(_)
            | Fact::LockCleared(_) => Weight::Plain,
            Fact::LockFound(_) | Fact::LockShown(_) => Weight::Warn,
            _other => continue,
        };
        let what = say!("device-event", at = when, what = told.what.clone(), who = told.who.as_str());
        lines.push(line(weight, what));
        match &told.line.event.fact {
            Fact::RepairRecorded(repair) => {
                lines.push(fact(say!("device-outcome"), repair_outcome_sentence(repair.outcome)));
            }
            Fact::DeviceGraded(graded) => {
                let photo = |digest: &crate::unit::Digest| say!("device-photo", file = format!("{digest}.jpg"));
                lines.extend(graded.photos.iter().map(|digest| line(Weight::Plain, photo(digest))));
            }
            Fact::PartFitted(fitted) => {
                let part = part_view(bench, fitted.part.clone())?;
                lines.push(line(Weight::Plain, say!("device-part-from", part = part.id.as_str(), from = part.from)));
            }
            _other => {}
        }
        lines.extend(told.reason.as_deref().map(|why| line(Weight::Plain, say!("device-reason", reason = why))));
    }
    if lines.is_empty() {
        lines.push(line(Weight::Dim, say!("device-no-repairs")));
    }
    Ok(lines)
}

/// What was written about it, the newest first; each under the beginning of its hash, by which it can be erased.
fn notes_section(bench: &Bench<'_>, found: &Found) -> Result<Vec<PageLine>, Failure> {
    let told = notes(bench, &found.id)?;
    let lines: Vec<PageLine> = told.iter().map(note_line).collect();
    Ok(if lines.is_empty() { vec![line(Weight::Dim, say!("device-no-notes"))] } else { lines })
}

/// One note.
fn note_line(note: &NoteSeen) -> PageLine {
    let (at, who, id) = (note.at.local(), note.who.as_str(), note.note.short(8));
    match &note.text {
        Some(text) => line(Weight::Plain, say!("note-line", at = at, who = who, id = id, text = text.as_str())),
        None if note.erased => line(Weight::Dim, say!("note-line-erased", at = at, who = who, id = id)),
        None => line(Weight::Warn, say!("note-line-missing", at = at, who = who, id = id)),
    }
}

/// Every record about it, the newest first.
fn story(bench: &Bench<'_>, history: &[HistoryLine]) -> Result<Vec<PageLine>, Failure> {
    let mut lines = Vec::new();
    for told in history.iter().rev() {
        let (at, who, how) = (told.line.event.at.local(), told.who.as_str(), told.how.clone());
        let weight = if told.stricken.is_some() { Weight::Dim } else { Weight::Plain };
        let what = match told.line.foreign {
            Some(from) => {
                let from = called_station(bench, from.station)?;
                say!("device-told-there", what = told.what.clone(), from = from)
            }
            None => told.what.clone(),
        };
        lines.push(line(weight, say!("device-told", at = at, what = what, who = who, how = how)));
        if let Some(by) = &told.stricken {
            lines.push(line(Weight::Warn, say!("device-stricken", at = by.at.local(), who = by.who.as_str())));
        }
        lines.extend(told.reason.as_deref().map(|why| line(Weight::Dim, say!("device-reason", reason = why))));
    }
    Ok(lines)
}
