//! Shifts: who has what in their hands, and how one shift goes over into the next.
//!
//! Invariants: a device goes from hand to hand by a record of its own, made by whoever takes it; a shift goes over whole or
//! not at all; whoever comes is known by PIN or badge.

use super::bench::{Bench, Found};
use super::carry_people::sign;
use super::note::{keep_note, or_forget};
use super::order::Signature;
use super::people::SignedIn;
use super::shelf::{known_shelf, moved_to, spelled};
use crate::custody::HandsFile;
use crate::event::Fact;
use crate::event::shift::{DeviceTaken, ShiftHandedOver};
use crate::port::{Entry, Failure};
use crate::unit::{DeviceId, PersonId, ShelfName};
use crate::word::{Sentence, say};

/// A device that somebody took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// As it is known now.
    pub found: Found,
    /// Who had it before: the name from the vault, else the id.
    pub from: Option<String>,
    /// Whether that was recorded; not where it was in the same hands at the same place already.
    pub recorded: bool,
}

/// A shift that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// Who has the devices now; none where nobody came.
    pub to: Option<SignedIn>,
    /// The devices.
    pub devices: Vec<Found>,
}

/// Takes the device into the hands of whoever is at the bench, at that place where one is named: a bench is a shelf.
///
/// Errors: the rules (somebody with a role; it was given away).
pub fn take_device(bench: &Bench<'_>, found: &Found, at: Option<&ShelfName>) -> Result<Taken, Failure> {
    let before = found.file.hands.as_ref().map(|hands| &hands.person);
    let mut facts: Vec<(Option<DeviceId>, Fact)> = Vec::new();
    if let Some(at) = at {
        let name = known_shelf(bench, at)?.unwrap_or_else(|| at.to_string());
        if found.file.boxed.is_some() || found.file.shelf.as_ref() != Some(&name) {
            facts.push((Some(found.id.clone()), moved_to(&found.file, spelled(bench, at)?).into()));
        }
    }
    let is_mine = before == Some(&bench.by.person);
    let from = match before.filter(|_| !is_mine) {
        Some(person) => Some(called(bench, person)?),
        None => None,
    };
    if is_mine && facts.is_empty() {
        return Ok(Taken { found: found.clone(), from, recorded: false });
    }
    facts.push((Some(found.id.clone()), DeviceTaken {}.into()));
    bench.record_all(facts)?;
    Ok(Taken { found: bench.device(&found.id)?, from, recorded: true })
}

/// What people call somebody: the name from the vault, else the id.
pub(super) fn called(bench: &Bench<'_>, person: &PersonId) -> Result<String, Failure> {
    Ok(bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string()))
}

/// What came of taking it, in words.
#[must_use]
pub fn taken_sentence(taken: &Taken) -> Sentence {
    let tag = taken.found.name();
    match (&taken.from, &taken.found.file.shelf) {
        _there if !taken.recorded => say!("shift-had", tag = tag),
        (Some(from), _) => say!("shift-taken-from", tag = tag, from = from.as_str()),
        (None, Some(shelf)) => say!("shift-taken-at", tag = tag, shelf = shelf.as_str()),
        (None, None) => say!("shift-taken", tag = tag),
    }
}

/// What is in the hands of that person.
pub(super) fn in_hands(bench: &Bench<'_>, person: &PersonId) -> Result<Vec<Found>, Failure> {
    let has = bench.index.get::<HandsFile>(person)?.unwrap_or_default();
    has.devices.iter().map(|id| bench.device(id)).collect()
}

/// Hands the shift of whoever is at the bench over to whoever comes, with every device in their hands and a note where one is
/// left; or ends it, where nobody comes. The caller then puts whoever came at the bench.
///
/// Errors: nobody is signed in; a wrong PIN or badge; the rules (it is somebody else, who works here).
pub fn hand_over_shift(
    bench: &Bench<'_>,
    comer: Option<&Signature>,
    note: Option<&str>,
) -> Result<HandedOver, Failure> {
    let devices = in_hands(bench, &bench.by.person)?;
    let ids: Vec<DeviceId> = devices.iter().map(|found| found.id.clone()).collect();
    let end = ShiftHandedOver { to: None, devices: ids.clone(), note: None };
    // Whoever may not end it shall not try anybody's PIN either.
    bench.refuse_if_forbidden(None, end.clone())?;
    let to = comer.map(|comer| sign(bench, comer)).transpose()?;
    let over = ShiftHandedOver { to: to.as_ref().map(SignedIn::by), ..end };
    bench.refuse_if_forbidden(None, over.clone())?;
    let note = note.filter(|text| !text.trim().is_empty()).map(|text| keep_note(bench, text)).transpose()?;
    let mut entries = vec![bench.entry(None, Fact::from(ShiftHandedOver { note, ..over }))];
    if let Some(to) = &to {
        let take = |id: &DeviceId| Entry { by: to.by(), ..bench.entry(Some(id), Fact::from(DeviceTaken {})) };
        entries.extend(ids.iter().map(take));
    }
    or_forget(bench, bench.journal.commit(entries), note)?;
    Ok(HandedOver { to, devices: ids.iter().map(|id| bench.device(id)).collect::<Result<_, _>>()? })
}

/// What came of it, and where each device is.
#[must_use]
pub fn handed_over_lines(over: &HandedOver) -> Vec<Sentence> {
    let count = over.devices.len() as u64;
    let first = match &over.to {
        Some(to) => say!("shift-handed-over", name = to.name.as_str(), count = count),
        None => say!("shift-ended", count = count),
    };
    let place = |found: &Found| {
        let stage = found.file.stage().sentence();
        match &found.file.shelf {
            Some(shelf) => say!("shift-lies", tag = found.name(), shelf = shelf.as_str(), stage = stage),
            None => say!("shift-lies-nowhere", tag = found.name(), stage = stage),
        }
    };
    std::iter::once(first).chain(over.devices.iter().map(place)).collect()
}
