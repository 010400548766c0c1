//! Which records can be struck out, and what a device comes to without them.
//!
//! A correction tells the device's records once more, without those that are struck out. What was counted of them on their
//! days is taken out of those days' figures again, and what they led to later is counted as it stands now: figures of a day
//! that is over may change, and say what is true rather than what was once believed.
//!
//! Invariants: what safety rests on (disks, locks, quarantine, lifted rules) comes out the same with and without a record
//! that can be struck out; telling the records once more with nothing struck out gives the drawer as it was folded.

use super::daybook::{DayBook, causes};
use super::door::newborn;
use super::drawer::{Cabinet, DrawerError, Written};
use super::file::DeviceFile;
use super::fold::{ends_lifts, step};
use super::hands::settle_hands;
use super::labels::settle_labels;
use super::parts::{PartFile, refit_part, withdraw_part};
use super::pupil::settle_pupils;
use super::seeing::see_disks;
use super::today::Today;
use crate::event::{Event, Fact};
use crate::unit::{DeviceId, Digest};
use std::collections::BTreeMap;

/// Whether a kind of record can be struck out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrigible {
    /// Bookkeeping: by whoever made it, as long as it is the last; by a lead, as long as nothing rests on it.
    Plain,
    /// Bookkeeping that only a lead strikes out.
    ByLead,
    /// Never: evidence of what happened to a disk.
    Evidence,
    /// Never: what a donor consented to, or whose it is.
    Consent,
    /// Never: what keeps people and data safe. What was recorded by mistake is cleared by its own verb.
    Safety,
    /// Never: who may do what, and what a lead decided.
    People,
    /// Never: what the station itself records.
    Station,
}

/// Whether such a record can be struck out. A part that is a disk is [`Corrigible::Evidence`]; of one that was put in only its
/// own drawer knows.
#[must_use]
pub const fn corrigible(fact: &Fact) -> Corrigible {
    match fact {
        Fact::TagBound(_)
        | Fact::DeviceMoved(_)
        | Fact::DeviceTaken(_)
        | Fact::DeviceHeld(_)
        | Fact::HoldReleased(_)
        | Fact::DeviceInspected(_)
        | Fact::IntakeChecked(_)
        | Fact::LabelPrinted(_)
        | Fact::FunctionTested(_)
        | Fact::DeviceGraded(_)
        | Fact::RepairRecorded(_)
        | Fact::PartFitted(_)
        | Fact::Corrected(_) => Corrigible::Plain,
        Fact::PartTaken(taken) if taken.disk.is_none() => Corrigible::Plain,
        Fact::DeviceReceived(_) | Fact::DeviceAllocated(_) | Fact::DeviceHandedOver(_) => Corrigible::ByLead,
        Fact::PartTaken(_)
        | Fact::DiskBound(_)
        | Fact::WipeStarted(_)
        | Fact::WipeEnded(_)
        | Fact::WipeValidated(_)
        | Fact::ImageStarted(_)
        | Fact::ImageEnded(_)
        | Fact::ImageFitted(_)
        | Fact::DiskDestroyed(_) => Corrigible::Evidence,
        Fact::LotOpened(_)
        | Fact::ConsentGiven(_)
        | Fact::ConsentWithdrawn(_)
        | Fact::DonorsMerged(_)
        | Fact::DonorsParted(_)
        // What was announced is said again, a lot that was closed is opened again, and a receipt is in the donor's hands.
        | Fact::LotExpected(_)
        | Fact::LotClosed(_)
        | Fact::LotReopened(_)
        | Fact::ReceiptIssued(_) => Corrigible::Consent,
        Fact::DeviceQuarantined(_)
        | Fact::QuarantineCleared(_)
        | Fact::LockFound(_)
        | Fact::LockShown(_)
        | Fact::LockCleared(_)
        // What was put to a device is taken from it again, and what was counted is counted once more.
        | Fact::AccessoryMoved(_)
        | Fact::AccessoryPaired(_)
        // Likewise of boxes and places.
        | Fact::BoxMoved(_)
        | Fact::StockTaken(_)
        // What two stations recorded is settled once more, and a summary gives way to its bundle.
        | Fact::SummaryTaken(_)
        | Fact::ConflictSettled(_)
        // Labels that were exchanged are exchanged back.
        | Fact::TagReplaced(_)
        | Fact::DeviceNoted(_)
        | Fact::NoteErased(_) => Corrigible::Safety,
        Fact::PersonAdded(_)
        | Fact::RoleGranted(_)
        | Fact::RoleRevoked(_)
        | Fact::PinSet(_)
        | Fact::BadgeIssued(_)
        | Fact::ShiftHandedOver(_)
        | Fact::KeyRevoked(_)
        | Fact::RuleOverridden(_) => Corrigible::People,
        Fact::StationOpened(_)
        | Fact::ClockJumped(_)
        | Fact::BackupMade(_)
        | Fact::DayClosed(_)
        | Fact::StationContinued(_)
        | Fact::StickEnrolled(_)
        | Fact::BootOpened(_)
        | Fact::BundleTaken(_)
        | Fact::Unknown { .. } => Corrigible::Station,
    }
}

impl Corrigible {
    /// Whether anybody may strike it out.
    #[must_use]
    pub const fn is_ever(self) -> bool {
        matches!(self, Self::Plain | Self::ByLead)
    }
}

/// The records that are struck out, each with the correction that did it; the records are one device's, oldest first. A
/// correction that was itself struck out strikes nothing out.
pub fn struck<'a>(written: impl DoubleEndedIterator<Item = (Digest, &'a Fact)>) -> BTreeMap<Digest, Digest> {
    let mut named: BTreeMap<Digest, Digest> = BTreeMap::new();
    let mut struck = BTreeMap::new();
    for (leaf, fact) in written.rev() {
        let by = named.get(&leaf).filter(|_| corrigible(fact).is_ever()).copied();
        struck.extend(by.map(|by| (leaf, by)));
        if let (Fact::Corrected(corrected), None) = (fact, by)
            && corrected.lot.is_none()
        {
            for record in &corrected.records {
                named.entry(*record).or_insert(leaf);
            }
        }
    }
    struck
}

/// What is struck out of those records. A disk that was put in stays in, whoever says otherwise.
pub(super) fn struck_of(written: &[Written], cabinet: &Cabinet<'_>) -> Result<BTreeMap<Digest, Digest>, DrawerError> {
    let mut out = struck(written.iter().map(|one| (one.leaf, &one.event.fact)));
    for one in written {
        if is_disk(&one.event.fact, cabinet)? {
            out.remove(&one.leaf);
        }
    }
    Ok(out)
}

/// Whether it says that a disk was put in as a part.
pub(super) fn is_disk(fact: &Fact, cabinet: &Cabinet<'_>) -> Result<bool, DrawerError> {
    let Fact::PartFitted(fitted) = fact else { return Ok(false) };
    Ok(cabinet.get::<PartFile>(&fitted.part)?.is_some_and(|part| part.disk.is_some()))
}

/// What the device of that correction is before and after it; none where there is no such device or it is no correction.
/// Who touched it last is left as it was.
pub fn corrected(event: &Event, cabinet: &Cabinet<'_>) -> Result<Option<(DeviceFile, DeviceFile)>, DrawerError> {
    let (Some(about), Fact::Corrected(_)) = (&event.device, &event.fact) else { return Ok(None) };
    let Some(known) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
    let mut written = cabinet.written(&about.id)?;
    written.push(Written { leaf: Digest::ZERO, event: event.clone(), from: None });
    let after = tell(&written, &struck_of(&written, cabinet)?, &known, &about.id, cabinet)?;
    Ok(after.file.map(|file| (known, file)))
}

/// Files a correction: the device as it is without what is struck out now, and everything beside its own drawer that
/// follows from that.
pub(super) fn correct(
    event: &Event,
    id: &DeviceId,
    leaf: Digest,
    cabinet: &mut Cabinet<'_>,
) -> Result<Option<DeviceFile>, DrawerError> {
    let Some(known) = cabinet.get::<DeviceFile>(id)? else { return Ok(None) };
    let mut written: Vec<Written> = cabinet.written(id)?.into_iter().take_while(|one| one.leaf != leaf).collect();
    let out_before = struck_of(&written, cabinet)?;
    let before = tell(&written, &out_before, &known, id, cabinet)?;
    written.push(Written { leaf, event: event.clone(), from: None });
    let out = struck_of(&written, cabinet)?;
    let after = tell(&written, &out, &known, id, cabinet)?;
    for (one, (was, is)) in written.iter().zip(before.came_to.iter().zip(&after.came_to)) {
        recount(&one.event, was, is, cabinet)?;
    }
    for one in &written {
        let is_out = out.contains_key(&one.leaf);
        if is_out != out_before.contains_key(&one.leaf) {
            turn_part(&one.event.fact, is_out, id, cabinet)?;
        }
    }
    let Some(file) = after.file else { return Ok(None) };
    settle_pupils(&known, &file, id, cabinet)?;
    settle_tags(&known, &file, id, cabinet)?;
    settle_labels(&known, &file, cabinet)?;
    settle_hands(&known, &file, id, cabinet)?;
    Ok(Some(file))
}

/// What a record came to: what it is counted with on its day, and the causes of failure it tells of.
type CameTo = (Today, Vec<String>);

struct Tale {
    file: Option<DeviceFile>,
    came_to: Vec<CameTo>,
}

/// Tells the records of a device once more, without those that are struck out.
fn tell(
    written: &[Written],
    out: &BTreeMap<Digest, Digest>,
    known: &DeviceFile,
    id: &DeviceId,
    cabinet: &Cabinet<'_>,
) -> Result<Tale, DrawerError> {
    let mut over = cabinet.overlaid();
    let mut own = Cabinet::new(&mut over);
    let (mut file, mut came_to): (Option<DeviceFile>, _) = (None, Vec::new());
    for Written { leaf, event, from: _ } in written {
        let after = if out.contains_key(leaf) {
            came_to.push(CameTo::default());
            left_of(event, id, *leaf, file.as_ref(), known.practice, &mut own)?
        } else {
            let after = step(event, id, *leaf, file.as_ref(), known.practice, &mut own)?;
            let today = after.as_ref().map(|after| Today::of_step(file.as_ref(), after)).unwrap_or_default();
            came_to.push((today, if after.is_some() { causes(event) } else { Vec::new() }));
            after
        };
        file = after.or(file);
    }
    let file = file.map(|file| DeviceFile {
        last: known.last,
        last_seq: known.last_seq,
        changed_at: known.changed_at,
        summary: known.summary,
        conflict: known.conflict.clone(),
        apart_from: known.apart_from.clone(),
        ..file
    });
    Ok(Tale { file, came_to })
}

/// What a record leaves behind though it is struck out: the device that a receipt told of, as one that was never here; the
/// disks that an inspection saw; the end of what a lead lifted before it. Nothing that makes anything easier.
fn left_of(
    event: &Event,
    id: &DeviceId,
    leaf: Digest,
    known: Option<&DeviceFile>,
    practice: bool,
    cabinet: &mut Cabinet<'_>,
) -> Result<Option<DeviceFile>, DrawerError> {
    let mut file = match (&event.fact, known) {
        (_, Some(file)) => file.clone(),
        (Fact::DeviceReceived(received), None) => {
            DeviceFile { withdrawn: true, ..newborn(event, received, leaf, practice) }
        }
        (_, None) => return Ok(None),
    };
    if ends_lifts(&event.fact) {
        file.lifted.clear();
    }
    if let Fact::DeviceInspected(inspected) = &event.fact {
        see_disks(inspected, id, &mut file, cabinet)?;
    }
    file.comes_from(known, event);
    Ok(Some(file))
}

/// Counts a record on its day with what it comes to now.
fn recount(event: &Event, was: &CameTo, is: &CameTo, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    if was == is {
        return Ok(());
    }
    let day = Today::day_of(event);
    let mut book = cabinet.get::<DayBook>(&day)?.unwrap_or_default();
    book.take_out(event, was.0, &was.1);
    book.enter(event, is.0, is.1.clone());
    cabinet.put(day.as_str(), &book)?;
    let today = cabinet.get::<Today>(&day)?.unwrap_or_default();
    cabinet.put(day.as_str(), &today.without(was.0).and(is.0))
}

/// Files what becomes of the part that a record tells of.
#[expect(clippy::wildcard_enum_match_arm, reason = "only two kinds tell of parts")]
fn turn_part(fact: &Fact, is_out: bool, id: &DeviceId, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    match fact {
        Fact::PartTaken(taken) => withdraw_part(&taken.part, is_out, cabinet),
        Fact::PartFitted(fitted) => refit_part(&fitted.part, (!is_out).then(|| id.clone()), cabinet),
        _other => Ok(()),
    }
}

/// Frees the tags that it has no longer, and takes back those that it has again.
fn settle_tags(
    before: &DeviceFile,
    after: &DeviceFile,
    id: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    for tag in before.tags.iter().filter(|tag| !after.tags.contains(tag)) {
        if cabinet.tagged(tag)?.as_ref() == Some(id) {
            cabinet.put_tag(tag, id, true)?;
        }
    }
    for tag in after.tags.iter().filter(|tag| !before.tags.contains(tag)) {
        if cabinet.may_bear(tag, id)? {
            cabinet.put_tag(tag, id, false)?;
        }
    }
    Ok(())
}
