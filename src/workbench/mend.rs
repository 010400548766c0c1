//! What the layer of grades, repairs, parts and locks asks for, and what it is shown.
//!
//! Invariant: a password goes to the screen only in the answer to whoever asked to see it.

use super::bench::{Bench, Found};
use super::grade::{GradeOrder, checklist, grade};
use super::lock::{clear_lock, find_lock, show_lock};
use super::part::{PartOrder, PartView, fit_part, shelf, take_part};
use super::repair::{RepairOrder, repair, vocabulary};
use crate::custody::DiskState;
use crate::event::lock::LockKind;
use crate::event::repair::{Grade, RepairOutcome};
use crate::port::Failure;
use crate::profile::{Checklist, Vocabulary};
use crate::unit::{PartId, Secret};
use crate::word::{Lang, Sentence, say};

/// What is to be done with a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MendOrder {
    /// Grade it.
    Grade(GradeOrder),
    /// Record a repair.
    Repair(RepairOrder),
    /// It shows nothing: these facts were typed, by key.
    Typed(Vec<(String, String)>),
    /// Take a part out.
    Take(PartOrder),
    /// Put a part in.
    Fit(PartId),
    /// It is locked, perhaps with a password that the donor told.
    Found(LockKind, Option<Secret>),
    /// Show the password.
    Show(LockKind),
    /// The lock is gone.
    Cleared(LockKind),
}

/// Everything that can be asked and chosen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MendView {
    /// The language of the names in its lists.
    pub lang: Lang,
    /// The checklist.
    pub checklist: Checklist,
    /// The vocabulary.
    pub vocabulary: Vocabulary,
    /// The parts on the shelf.
    pub shelf: Vec<PartView>,
    /// Its disks that may become parts: what the ledger calls them, and what people do.
    pub disks: Vec<(String, String)>,
    /// What locks it, and whether the password is sealed.
    pub locks: Vec<(LockKind, bool)>,
    /// Its last grade.
    pub grade: Option<Grade>,
    /// What its last repair came to.
    pub repair: Option<RepairOutcome>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mended {
    /// It was recorded.
    Done(Box<Found>, Vec<Sentence>),
    /// The password, to be shown now.
    Password(LockKind, Secret),
    /// That part was taken out of it.
    Taken(Box<Found>, PartId),
}

/// What can be asked and chosen for the device. Errors: a list of the team's own cannot be used.
pub fn mend_view(bench: &Bench<'_>, found: &Found, lang: Lang) -> Result<MendView, Failure> {
    let file = &found.file;
    let wiped = file.standing().filter(|(_, disk)| disk.state == DiskState::Wiped);
    Ok(MendView {
        lang,
        checklist: checklist(bench)?,
        vocabulary: vocabulary(bench)?,
        shelf: shelf(bench)?,
        disks: wiped.map(|(key, disk)| (key.clone(), super::history::disk_name(&disk.disk))).collect(),
        locks: file.locks.iter().map(|(lock, sealed)| (*lock, sealed.is_some())).collect(),
        grade: file.grade,
        repair: file.repair,
    })
}

/// Does it. Errors: as of what is asked for.
pub fn mend(bench: &Bench<'_>, found: &Found, order: &MendOrder) -> Result<Mended, Failure> {
    let done = |found: Found| Ok(Mended::Done(Box::new(found), Vec::new()));
    match order {
        MendOrder::Grade(order) => done(grade(bench, found, order)?),
        MendOrder::Repair(order) => {
            let repaired = repair(bench, found, order)?;
            Ok(Mended::Done(Box::new(repaired.found), repaired.warning.into_iter().collect()))
        }
        MendOrder::Typed(given) => {
            let profile = super::inspect::load_profile(bench, None, found.file.kind)?;
            let inspected = super::typed::inspect_typed(bench, found, profile, given)?;
            let verdict = inspected.judgement.verdict.sentence();
            let lines = std::iter::once(verdict).chain(inspected.judgement.fix_sentence()).collect();
            Ok(Mended::Done(Box::new(inspected.found), lines))
        }
        MendOrder::Take(order) => {
            let part = take_part(bench, found, order)?;
            Ok(Mended::Taken(Box::new(bench.device(&found.id)?), part.id))
        }
        MendOrder::Fit(part) => {
            fit_part(bench, found, part)?;
            Ok(Mended::Done(Box::new(bench.device(&found.id)?), vec![say!("mend-inspect-again")]))
        }
        MendOrder::Found(lock, password) => {
            let found = find_lock(bench, found, *lock, password.as_ref())?;
            Ok(Mended::Done(Box::new(found), vec![super::lock::lock_advice(*lock)]))
        }
        MendOrder::Show(lock) => Ok(Mended::Password(*lock, show_lock(bench, found, *lock)?)),
        MendOrder::Cleared(lock) => done(clear_lock(bench, found, *lock)?),
    }
}
