//! Correcting what was recorded by mistake: what can be struck out, what that would come to, and doing it.
//!
//! Invariants: nothing is corrected that was not shown before: where the device changed meanwhile, it is looked at anew; what
//! is shown is what the ledger's own folds make of it, not a guess.

use super::bench::{Bench, Found};
use super::grade::grade_sentence;
use super::history::{event_sentence, verdict_sentence};
use super::intake::or_unseal;
use super::ladder::{Forbidden, ladder, next_step};
use super::lot::name_sentence;
use super::place::lies_sentence;
use super::repair::repair_outcome_sentence;
use super::settling::seal_reason;
use crate::custody::{DeviceFile, LotFile, bar_sentence, corrigible, functions_sentence, struck};
use crate::event::settling::Corrected;
use crate::event::{About, By, Event, Fact};
use crate::port::{Failure, Line, Trouble};
use crate::tag::TagId;
use crate::unit::{DeviceId, Digest, LotId, Moment, PersonId};
use crate::word::{Sentence, say};
use std::collections::{BTreeMap, BTreeSet};

/// The most devices that are moved to another lot in one step.
const MOST_DEVICES: u32 = 1000;

/// A record of a device, and whether it can be struck out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectLine {
    /// Its number in its chain.
    pub seq: u64,
    /// Whether it stands in an earlier chain or in another station's: then it is named by its hash alone.
    pub is_earlier: bool,
    /// Its leaf hash.
    pub leaf: Digest,
    /// When it was recorded.
    pub at: Moment,
    /// Who recorded it: the name from the vault, else the opaque id.
    pub who: String,
    /// What it says.
    pub what: Sentence,
    /// Why it stands for ever; none where it may be struck out.
    pub bar: Option<Sentence>,
    /// Whether it is struck out already.
    pub is_struck: bool,
}

impl CorrectLine {
    /// Whether it may be chosen to be struck out.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.bar.is_none() && !self.is_struck
    }
}

/// What is to be struck out of one device's records, as it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The device.
    pub device: DeviceId,
    /// Leaf hash of its last record when it was looked at.
    pub last: Digest,
    /// Leaf hashes of the records.
    pub records: Vec<Digest>,
    /// The lot that it belongs to instead; then the record is its receipt.
    pub lot: Option<LotId>,
}

/// What a correction would come to for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The device as it is.
    pub before: Found,
    /// The device as it would be.
    pub after: DeviceFile,
    /// The records that would be struck out, or would count again, in words.
    pub records: Vec<(u64, Sentence)>,
    /// What would be otherwise: name, before, after.
    pub differences: Vec<(Sentence, Sentence, Sentence)>,
}

/// What a correction would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Every device that it touches.
    pub changed: Vec<Changed>,
    /// The rule that forbids it, if one does.
    pub refusal: Option<Failure>,
    /// Whether a reason must be given.
    pub needs_reason: bool,
}

/// A correction, and what it would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correcting {
    /// The correction.
    pub changes: Vec<Change>,
    /// What it would come to.
    pub preview: Preview,
}

/// By which correction a record was struck out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stricken {
    /// When.
    pub at: Moment,
    /// By whom: the name from the vault, else the opaque id.
    pub who: String,
    /// Number of the correction.
    pub seq: u64,
}

/// The records of a device, the newest first, with what stands in the way of striking each out.
pub fn correctable(bench: &Bench<'_>, found: &Found) -> Result<Vec<CorrectLine>, Failure> {
    let history = bench.index.history(&found.id)?;
    let out = struck(history.iter().map(|line| (line.leaf, &line.event.fact)));
    let mut lines = Vec::new();
    for line in history.into_iter().rev() {
        lines.push(CorrectLine {
            seq: line.seq,
            is_earlier: line.earlier.is_some() || line.foreign.is_some(),
            leaf: line.leaf,
            at: line.event.at,
            who: name(bench, &line.event.by.person)?,
            what: event_sentence(&line.event.fact),
            bar: bar_sentence(corrigible(&line.event.fact)),
            is_struck: out.contains_key(&line.leaf),
        });
    }
    Ok(lines)
}

/// Which corrections struck out which of those records.
pub(super) fn stricken(bench: &Bench<'_>, history: &[Line]) -> Result<BTreeMap<Digest, Stricken>, Failure> {
    let mut told = BTreeMap::new();
    for (leaf, by) in struck(history.iter().map(|line| (line.leaf, &line.event.fact))) {
        if let Some(line) = history.iter().find(|line| line.leaf == by) {
            let who = name(bench, &line.event.by.person)?;
            told.insert(leaf, Stricken { at: line.event.at, who, seq: line.seq });
        }
    }
    Ok(told)
}

/// The last correction or exchange of labels since which a document about the wipe or destruction of leaf hash `end`, printed before it, tells
/// of what no longer counts: who the machine is, its tag, or that it was handed over. One that was taken back counts too:
/// something may have been printed while it stood.
pub(super) fn outdating(history: &[Line], end: Digest) -> Option<&Line> {
    let ended = history.iter().position(|line| line.leaf == end)?;
    let mut told: BTreeSet<Digest> = BTreeSet::new();
    let mut last = None;
    for (place, line) in history.iter().enumerate() {
        if matches!(line.event.fact, Fact::DeviceInspected(_) | Fact::TagBound(_) | Fact::DeviceHandedOver(_)) {
            told.insert(line.leaf);
        }
        if matches!(line.event.fact, Fact::TagReplaced(_)) {
            last = Some(line).filter(|_| place > ended).or(last);
        }
        if let Fact::Corrected(corrected) = &line.event.fact
            && corrected.records.iter().any(|record| told.contains(record))
        {
            told.insert(line.leaf);
            last = Some(line).filter(|_| place > ended).or(last);
        }
    }
    last
}

fn name(bench: &Bench<'_>, person: &PersonId) -> Result<String, Failure> {
    Ok(bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string()))
}

/// To strike out those records of the device. With its receipt goes everything else that can: it was never here.
pub fn strike(bench: &Bench<'_>, found: &Found, records: &[Digest]) -> Result<Change, Failure> {
    let history = bench.index.history(&found.id)?;
    let is_receipt = |line: &Line| records.contains(&line.leaf) && matches!(line.event.fact, Fact::DeviceReceived(_));
    let mut records = records.to_vec();
    if history.iter().any(is_receipt) {
        let out = struck(history.iter().map(|line| (line.leaf, &line.event.fact)));
        let goes = |line: &&Line| {
            corrigible(&line.event.fact).is_ever()
                && !matches!(line.event.fact, Fact::Corrected(_))
                && !out.contains_key(&line.leaf)
                && !records.contains(&line.leaf)
        };
        let others: Vec<Digest> = history.iter().filter(goes).map(|line| line.leaf).collect();
        records.extend(others);
    }
    Ok(Change { device: found.id.clone(), last: found.file.last, records, lot: None })
}

/// To strike out the records with those numbers, both ends included; of a range, those that can be. Errors: none is there.
pub fn strike_range(bench: &Bench<'_>, found: &Found, first: u64, last: u64) -> Result<Change, Failure> {
    let all = correctable(bench, found)?;
    let within: Vec<_> = all.iter().filter(|line| !line.is_earlier && (first..=last).contains(&line.seq)).collect();
    if within.is_empty() {
        let what = say!("correct-no-record", tag = found.name(), record = first);
        return Err(Failure::new(Trouble::Usage, what).hint(say!("correct-no-record-hint")));
    }
    let chosen = within.iter().filter(|line| first == last || line.is_open());
    let records: Vec<Digest> = chosen.map(|line| line.leaf).collect();
    if records.is_empty() {
        let why = within.iter().find_map(|line| line.bar.clone()).unwrap_or_else(|| say!("rule-correct-twice"));
        return Err(Failure::new(Trouble::No, why));
    }
    strike(bench, found, &records)
}

/// To strike out the last thing that was recorded of the device and counts. Errors: nothing that can be is there.
pub fn strike_last(bench: &Bench<'_>, found: &Found) -> Result<Change, Failure> {
    let history = bench.index.history(&found.id)?;
    let out = struck(history.iter().map(|line| (line.leaf, &line.event.fact)));
    let counts = |line: &&Line| !out.contains_key(&line.leaf) && !matches!(line.event.fact, Fact::Corrected(_));
    let nothing = || Failure::new(Trouble::No, say!("correct-nothing", tag = found.name()));
    let last = history.iter().rfind(counts).ok_or_else(nothing)?;
    strike(bench, found, &[last.leaf])
}

/// To have the devices of one lot belong to another. Errors: no device is in it; more than a thousand are.
pub fn to_lot(bench: &Bench<'_>, from: &LotId, to: &LotId) -> Result<Vec<Change>, Failure> {
    let found = bench.index.find(from.as_str(), MOST_DEVICES + 1)?;
    if found.len() > MOST_DEVICES as usize {
        return Err(Failure::new(Trouble::No, say!("correct-lot-many", most = u64::from(MOST_DEVICES))));
    }
    let mut changes = Vec::new();
    for summary in found.into_iter().filter(|summary| summary.lot == *from) {
        changes.push(one_to_lot(bench, &bench.device(&summary.device)?, to)?);
    }
    if changes.is_empty() {
        return Err(Failure::new(Trouble::No, say!("correct-lot-empty", lot = from.as_str())));
    }
    Ok(changes)
}

/// To have that device belong to another lot.
pub fn one_to_lot(bench: &Bench<'_>, found: &Found, to: &LotId) -> Result<Change, Failure> {
    let history = bench.index.history(&found.id)?;
    let receipts = history.iter().filter(|line| matches!(line.event.fact, Fact::DeviceReceived(_)));
    let records = receipts.take(1).map(|line| line.leaf).collect();
    Ok(Change { device: found.id.clone(), last: found.file.last, records, lot: Some(to.clone()) })
}

/// What those changes would come to, and whether the rules let whoever is at the bench make them.
pub fn preview(bench: &Bench<'_>, changes: &[Change]) -> Result<Preview, Failure> {
    let mut preview = Preview { changed: Vec::new(), refusal: None, needs_reason: false };
    for change in changes {
        let found = bench.device(&change.device)?;
        let event = event_of(bench, change, Some(Digest::ZERO));
        if preview.refusal.is_none() {
            let refusal = bench.index.refusal(&event)?.map(Failure::from);
            preview.refusal =
                refusal.map(|failure| if changes.len() > 1 { of_device(&found, failure) } else { failure });
        }
        let bare = bench.index.refusal(&event_of(bench, change, None))?;
        preview.needs_reason |= bare.is_some_and(|refusal| refusal.rule == "correct-who");
        let (_, after) = bench.index.corrected(&event)?.unwrap_or_else(|| (found.file.clone(), found.file.clone()));
        let history = bench.index.history(&change.device)?;
        let named = history.iter().filter(|line| change.records.contains(&line.leaf));
        let mut differences = differences(&found.file, &after);
        if change.lot.is_some() {
            let (before, after) = (giver(bench, &found.file.lot)?, giver(bench, &after.lot)?);
            differences.extend((before != after).then(|| (say!("device-donor"), before, after)));
        }
        preview.changed.push(Changed {
            differences,
            records: named.map(|line| (line.seq, event_sentence(&line.event.fact))).collect(),
            before: found,
            after,
        });
    }
    Ok(preview)
}

/// Who gave that lot, as far as the vault tells it.
fn giver(bench: &Bench<'_>, lot: &LotId) -> Result<Sentence, Failure> {
    let name = match bench.index.get::<LotFile>(lot)? {
        Some(file) => bench.name_of(file.donor.as_str())?,
        None => None,
    };
    Ok(name_sentence(name.as_deref()))
}

/// The same refusal, with the one device of many that it is about.
fn of_device(found: &Found, failure: Failure) -> Failure {
    Failure { what: say!("correct-refused-of", tag = found.name(), why = failure.what.clone()), ..failure }
}

fn event_of(bench: &Bench<'_>, change: &Change, reason: Option<Digest>) -> Event {
    let fact = Corrected { records: change.records.clone(), lot: change.lot.clone(), reason }.into();
    let device = Some(About { id: change.device.clone(), after: None });
    let by: By = bench.by.clone();
    Event { at: bench.clock.now(), happened_at: None, by, device, fact }
}

/// Makes those changes, all or none, with the reason where one is given.
///
/// Errors: a device changed since it was looked at ([`Trouble::TryAgain`]); the vault is locked; the rules (one's own last
/// record of the day, or a lead with a reason; nothing that stands for ever, nothing that something rests on).
pub fn correct(bench: &Bench<'_>, changes: &[Change], reason: Option<&str>) -> Result<Vec<Found>, Failure> {
    for change in changes {
        let found = bench.device(&change.device)?;
        if found.file.last != change.last {
            return Err(Failure::new(Trouble::TryAgain, say!("correct-changed", tag = found.name()))
                .hint(say!("correct-changed-hint")));
        }
    }
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let sealed = reason.map(|reason| seal_reason(bench, reason)).transpose()?;
    let hash = sealed.as_ref().map(|(hash, _)| *hash);
    let facts = changes.iter().map(|change| {
        let fact = Corrected { records: change.records.clone(), lot: change.lot.clone(), reason: hash };
        (Some(change.device.clone()), fact.into())
    });
    or_unseal(bench.record_all(facts.collect()), bench.vault, sealed.as_ref().map(|(_, id)| id.as_str()))?;
    changes.iter().map(|change| bench.device(&change.device)).collect()
}

/// What is otherwise: name, before, after.
fn differences(before: &DeviceFile, after: &DeviceFile) -> Vec<(Sentence, Sentence, Sentence)> {
    let nothing = || say!("plain", text = "–");
    let text = |text: &Option<String>| text.as_ref().map_or_else(nothing, |text| say!("plain", text = text.as_str()));
    let stage = |file: &DeviceFile| if file.withdrawn { say!("correct-never-here") } else { file.stage().sentence() };
    let tag = |file: &DeviceFile| {
        let newest = file.tags.last().and_then(|tag| TagId::read(tag).ok()).map(|tag| tag.to_string());
        text(&newest)
    };
    let tested = |file: &DeviceFile| {
        if file.functions.is_empty() {
            return nothing();
        }
        functions_sentence(&file.functions_missing()).unwrap_or_else(|| say!("correct-functions-good"))
    };
    let next = |file: &DeviceFile| {
        let ladder = ladder(file, &Forbidden::default());
        next_step(&ladder).map_or_else(nothing, |rung| rung.step.sentence())
    };
    let pupil = |file: &DeviceFile| file.recipient.as_ref().map(ToString::to_string);
    let held = |file: &DeviceFile| file.held.map_or_else(nothing, |_why| say!("state-held"));
    let machine = |file: &DeviceFile| crate::custody::machine_name(file.maker.as_deref(), file.model.as_deref());
    let row = |name: Sentence, of: &dyn Fn(&DeviceFile) -> Sentence| (name, of(before), of(after));
    let rows = [
        row(say!("device-stage"), &stage),
        row(say!("device-tags"), &tag),
        row(say!("device-lot"), &|file| say!("plain", text = file.lot.as_str())),
        row(say!("correct-shelf"), &|file| {
            lies_sentence(file.shelf.as_deref(), file.boxed.as_deref()).unwrap_or_else(nothing)
        }),
        row(say!("device-model"), &|file| text(&machine(file))),
        row(say!("correct-verdict"), &|file| file.verdict.map_or_else(nothing, verdict_sentence)),
        row(say!("device-grade"), &|file| file.grade.map_or_else(nothing, grade_sentence)),
        row(say!("device-outcome"), &|file| file.repair.map_or_else(nothing, repair_outcome_sentence)),
        row(say!("correct-functions"), &tested),
        row(say!("correct-held"), &held),
        row(say!("correct-pupil"), &|file| text(&pupil(file))),
        row(say!("correct-next"), &next),
    ];
    rows.into_iter().filter(|(_, before, after)| before != after).collect()
}
