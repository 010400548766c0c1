//! What two places recorded of one device: who holds what, told from both sides, and a lead's settling it.
//!
//! Invariants: both histories' records are named, with where and when; a lead's reason lies in the vault; nothing is settled
//! that was not open.

use super::bench::{Bench, Found};
use super::history::event_sentence;
use super::intake::or_unseal;
use super::settling::seal_reason;
use crate::custody::{Between, ChainFile, Conflict, DeviceFile};
use crate::event::settling::{ConflictSettled, Settlement};
use crate::port::{Failure, Filter, Line, Trouble};
use crate::tag::TagId;
use crate::unit::{DeviceId, Digest, Moment};
use crate::word::{Sentence, say};

/// The most devices on hold that are looked through.
const MOST_HELD: u32 = 2_000;

/// A record of one of the two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its leaf hash.
    pub leaf: Digest,
    /// When, as well as this station can tell.
    pub at: Moment,
    /// What it says.
    pub what: Sentence,
    /// Who recorded it: the name from the vault, else the opaque id.
    pub who: String,
    /// The stick or station that it came from; none where it is this station's own.
    pub from: Option<String>,
}

/// A device that is held, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictSeen {
    /// The device.
    pub device: Found,
    /// Between what.
    pub between: Between,
    /// The stick or station whose records brought it.
    pub from: String,
    /// Its records that did not know of those here.
    pub there: Vec<Account>,
    /// Those that they did not know of.
    pub here: Vec<Account>,
    /// The other device, where there are two.
    pub other: Option<Found>,
}

impl ConflictSeen {
    /// The ways in which it can be settled.
    #[must_use]
    pub fn ways(&self) -> &'static [Settlement] {
        match self.between {
            Between::Histories => &[Settlement::BothStand],
            Between::Tag => &[Settlement::OtherMachine, Settlement::SameMachine],
            Between::Machine => &[Settlement::SameMachine, Settlement::OtherMachine, Settlement::BothStand],
        }
    }

    /// What it is about.
    #[must_use]
    pub fn what(&self) -> Sentence {
        let (tag, from, id) = (self.device.name(), self.from.as_str(), self.device.id.as_str());
        let other = self.other.as_ref();
        match self.between {
            Between::Histories => say!("conflict-histories", tag = tag, from = from),
            Between::Tag => {
                let other = other.map(|other| other.id.to_string()).unwrap_or_default();
                say!("conflict-tag", tag = tag, other = other, device = id, from = from)
            }
            Between::Machine => {
                let other = other.map(Found::name).unwrap_or_default();
                say!("conflict-machine", tag = tag, other = other, from = from)
            }
        }
    }
}

impl Account {
    /// Where, when, what and by whom.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let (at, what, who) = (self.at.local(), self.what.clone(), self.who.as_str());
        match &self.from {
            Some(from) => say!("conflict-there", from = from.as_str(), at = at, what = what, who = who),
            None => say!("conflict-here", at = at, what = what, who = who),
        }
    }
}

/// The word of a settlement for machines.
#[must_use]
pub const fn settlement_word(how: Settlement) -> &'static str {
    match how {
        Settlement::SameMachine => "same",
        Settlement::OtherMachine => "other",
        Settlement::BothStand => "both",
    }
}

/// What such a settlement means.
#[must_use]
pub fn settlement_sentence(how: Settlement) -> Sentence {
    match how {
        Settlement::SameMachine => say!("conflict-same"),
        Settlement::OtherMachine => say!("conflict-other"),
        Settlement::BothStand => say!("conflict-both"),
    }
}

/// Every device that is held by a conflict, the last touched first.
pub fn conflicts(bench: &Bench<'_>) -> Result<Vec<ConflictSeen>, Failure> {
    let held = bench.index.page(&Filter { held: true, ..Filter::default() }, None, MOST_HELD)?;
    let mut seen = Vec::new();
    for row in held {
        seen.extend(conflict_of(bench, &bench.device(&row.device)?)?);
    }
    Ok(seen)
}

/// What holds that device; none where nothing does.
pub fn conflict_of(bench: &Bench<'_>, found: &Found) -> Result<Option<ConflictSeen>, Failure> {
    let Some(conflict) = &found.file.conflict else { return Ok(None) };
    let mut lines = bench.index.history(&found.id)?;
    let mut other = None;
    if let Some(id) = &conflict.other {
        lines.extend(bench.index.history(id)?);
        other = Some(bench.device(id)?);
    }
    let (there, here) = sides(conflict, other.as_ref(), &lines, found);
    Ok(Some(ConflictSeen {
        device: found.clone(),
        between: conflict.between,
        from: called_station(bench, conflict.station)?,
        there: accounts(bench, &lines, &there)?,
        here: accounts(bench, &lines, &here)?,
        other,
    }))
}

/// The records of both sides. Of two devices, those of the one that the chain did not bring are the receipts of the other.
fn sides(conflict: &Conflict, other: Option<&Found>, lines: &[Line], found: &Found) -> (Vec<Digest>, Vec<Digest>) {
    let mut here = conflict.here.clone();
    if other.is_some() {
        let is_there = |line: &&Line| conflict.records.contains(&line.leaf);
        let brought = lines.iter().find(is_there).and_then(|line| line.event.device.as_ref());
        let receipts = lines.iter().filter(|line| {
            let about = line.event.device.as_ref();
            matches!(line.event.fact, crate::event::Fact::DeviceReceived(_))
                && about.map(|about| &about.id) != brought.map(|about| &about.id)
        });
        here.extend(receipts.map(|line| line.leaf));
        if here.is_empty() {
            here.push(found.file.last);
        }
    }
    (conflict.records.clone(), here)
}

fn accounts(bench: &Bench<'_>, lines: &[Line], leaves: &[Digest]) -> Result<Vec<Account>, Failure> {
    let mut told = Vec::new();
    for line in leaves.iter().filter_map(|leaf| lines.iter().find(|line| line.leaf == *leaf)) {
        let person = line.event.by.person.as_str();
        told.push(Account {
            leaf: line.leaf,
            at: line.event.at,
            what: event_sentence(&line.event.fact),
            who: bench.name_of(person)?.unwrap_or_else(|| person.to_owned()),
            from: line.foreign.map(|from| called_station(bench, from.station)).transpose()?,
        });
    }
    Ok(told)
}

/// What is written on the stick that a chain is from, else the beginning of the chain's id.
pub fn called_station(bench: &Bench<'_>, station: Digest) -> Result<String, Failure> {
    let name = bench.index.get::<ChainFile>(&station)?.and_then(|file| file.name);
    Ok(name.unwrap_or_else(|| format!("{}…", station.short(16))))
}

/// Settles what holds the device. The other device is the one that it is held with, where none is named. Where the two are two
/// machines, the one that their tag does not lead to gives the tag up.
///
/// Errors: nothing is open; no reason; the vault is locked; the rules (a lead, signed in).
pub fn settle_conflict(
    bench: &Bench<'_>,
    found: &Found,
    (how, other): (Settlement, Option<&DeviceId>),
    why: &str,
) -> Result<Found, Failure> {
    let conflict = found.file.conflict.as_ref();
    let other = other.or_else(|| conflict.and_then(|conflict| conflict.other.as_ref())).cloned();
    let second = other.as_ref().map(|other| bench.device(other)).transpose()?;
    let open = conflict.or_else(|| second.as_ref().and_then(|second| second.file.conflict.as_ref()));
    let none = || Failure::new(Trouble::No, say!("conflict-none", tag = found.name()));
    let records = open.ok_or_else(none)?.records.clone();
    let (mut device, mut other) = (found.id.clone(), other);
    if let (Settlement::OtherMachine, Some(second)) = (how, &second)
        && leads_to(bench, found, &second.file)?
    {
        (device, other) = (second.id.clone(), Some(device));
    }
    let (hash, sealed) = seal_reason(bench, why)?;
    let fact = ConflictSettled { how, other, records, reason: Some(hash) };
    or_unseal(bench.record(Some(&device), fact), bench.vault, Some(&sealed))?;
    bench.device(&found.id)
}

/// Whether a tag of both leads to the first one.
fn leads_to(bench: &Bench<'_>, found: &Found, second: &DeviceFile) -> Result<bool, Failure> {
    for tag in found.file.tags.iter().filter(|tag| second.tags.contains(tag)) {
        let Ok(tag) = TagId::read(tag) else { continue };
        if bench.index.tagged(tag.as_str())?.as_ref() == Some(&found.id) {
            return Ok(true);
        }
    }
    Ok(false)
}
