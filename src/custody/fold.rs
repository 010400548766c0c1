//! Folding an event into the drawers it concerns.
//!
//! Invariant: folding the same records in the same order gives the same drawers, whatever was in them before record 0.
//! An event that breaks a rule (from another station) is folded as far as it makes sense; unknown kinds change nothing but
//! the device's last event.

use super::accessory::{accessory_moved, accessory_paired, settle_wants};
use super::announced::announced;
use super::chain::note_chain;
use super::correct::correct;
use super::daybook::{DayBook, causes};
use super::donor::note_donors;
use super::door::{looked_at, newborn, note_serial};
use super::drawer::{BondFile, Cabinet, DrawerError, SeenFile};
use super::file::{DeviceFile, JobFile, PersonFile, StationFile};
use super::foreign::stick_enrolled;
use super::hands::{badge_issued, let_go, note_erased, noted, taken};
use super::jobs::{
    disk_destroyed, end_job, image_ended, image_fitted, note_jobs, wipe_ended, wipe_started, wipe_validated,
};
use super::labels::label_printed;
use super::lot::note_lots;
use super::parts::{part_fitted, part_taken};
use super::pupil::{hand_over, set_aside};
use super::seeing::{functions_tested, lock_found, see};
use super::settle::settle;
use super::shelves::{note_stock, put_on_shelf, settle_box};
use super::sign::{note_disk, tag_replaced};
use super::today::Today;
use crate::event::image::ImageStarted;
use crate::event::people::Role;
use crate::event::{Event, Fact};
use crate::unit::{DeviceId, Digest};

/// Which folds these are. Raised whenever the same records come to other drawers or rows than before, so that what a program
/// before this one filed is filed anew.
pub const FOLDS: u32 = 7;

/// Files what `event`, record `seq` (counted on over the earlier chains) with that leaf hash, says.
pub fn apply(event: &Event, seq: u64, leaf: Digest, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let mut station = cabinet.station()?;
    station.last_at = Some(event.at);
    station.records = seq + 1;
    station.people += u64::from(matches!(event.fact, Fact::PersonAdded(_)));
    if let Fact::StationOpened(opened) = &event.fact {
        station.id = Some(leaf);
        station.practice = opened.practice;
        station.public_key = Some(opened.public_key);
        station.team_key = Some(opened.team.key);
        station.start = opened.through.is_some();
    }
    note_chain(event, seq, &mut station);
    if let Fact::KeyRevoked(revoked) = &event.fact {
        station.revoked_keys.insert(revoked.key);
    }
    note_leads(event, &mut station);
    cabinet.put("", &station)?;
    note_jobs(event, cabinet)?;
    note_donors(&event.fact, cabinet)?;
    note_lots(event, cabinet)?;
    note_stock(event, seq, cabinet)?;
    general(event, cabinet)?;
    let Some(about) = &event.device else { return Ok(()) };
    let known = cabinet.get::<DeviceFile>(&about.id)?;
    let stepped = if matches!(event.fact, Fact::Corrected(_)) && known.is_some() {
        correct(event, &about.id, leaf, cabinet)?
    } else {
        let file = step(event, &about.id, leaf, known.as_ref(), station.practice, cabinet)?;
        if let Some(file) = &file {
            count(event, known.as_ref(), file, cabinet)?;
        }
        file
    };
    let Some(file) = stepped else { return Ok(()) };
    settle_box(known.as_ref(), &file, &about.id, cabinet)?;
    settle_wants(known.as_ref(), &file, cabinet)?;
    let last_seq = seq + station.foreign;
    cabinet.put(&about.id, &DeviceFile { last: leaf, last_seq, changed_at: event.at, ..file })
}

/// What a device comes to by one record: its file, or none where it was never received. Who touched it last is left open.
pub(super) fn step(
    event: &Event,
    id: &DeviceId,
    leaf: Digest,
    known: Option<&DeviceFile>,
    practice: bool,
    cabinet: &mut Cabinet<'_>,
) -> Result<Option<DeviceFile>, DrawerError> {
    let mut file = match (&event.fact, known) {
        (_, Some(file)) => file.clone(),
        (Fact::DeviceReceived(received), None) => newborn(event, received, leaf, practice),
        (_, None) => return Ok(None),
    };
    device(event, id, leaf, &mut file, cabinet)?;
    file.comes_from(known, event);
    Ok(Some(file))
}

fn note_leads(event: &Event, station: &mut StationFile) {
    if let Fact::RoleGranted(granted) = &event.fact
        && granted.role == Role::Lead
    {
        station.leads.insert(granted.person.clone());
    }
    if let Fact::RoleRevoked(revoked) = &event.fact
        && revoked.role == Role::Lead
    {
        station.leads.remove(&revoked.person);
    }
}

/// Adds what this step comes to to its day's throughput, and to the book of that day what it says of hours, people and
/// failures.
pub(super) fn count(
    event: &Event,
    before: Option<&DeviceFile>,
    after: &DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let (step, causes) = (Today::of_step(before, after), causes(event));
    if step == Today::default() && causes.is_empty() {
        return Ok(());
    }
    let day = Today::day_of(event);
    let mut book = cabinet.get::<DayBook>(&day)?.unwrap_or_default();
    book.enter(event, step, causes);
    cabinet.put(day.as_str(), &book)?;
    if step == Today::default() {
        return Ok(());
    }
    let so_far = cabinet.get::<Today>(&day)?.unwrap_or_default();
    cabinet.put(day.as_str(), &so_far.and(step))
}

fn general(event: &Event, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    match &event.fact {
        Fact::PersonAdded(added) => {
            let file = cabinet.get::<PersonFile>(&added.person)?.unwrap_or_default();
            cabinet.put(&added.person, &file)
        }
        Fact::RoleGranted(granted) => {
            let mut file = cabinet.get::<PersonFile>(&granted.person)?.unwrap_or_default();
            if !file.roles.contains(&granted.role) {
                file.roles.push(granted.role);
            }
            file.left = false;
            cabinet.put(&granted.person, &file)
        }
        Fact::RoleRevoked(revoked) => {
            let mut file = cabinet.get::<PersonFile>(&revoked.person)?.unwrap_or_default();
            file.roles.retain(|role| *role != revoked.role);
            file.left = file.roles.is_empty();
            cabinet.put(&revoked.person, &file)
        }
        Fact::BadgeIssued(issued) => badge_issued(issued, cabinet),
        Fact::AccessoryMoved(moved) => accessory_moved(event, moved, cabinet),
        Fact::StickEnrolled(enrolled) => stick_enrolled(enrolled, event.at, cabinet),
        Fact::SummaryTaken(summary) => announced(event, summary, cabinet),
        Fact::NoteErased(erased) => note_erased(erased, cabinet),
        Fact::ShiftHandedOver(over) => over.note.map_or(Ok(()), |note| noted(event, note, None, cabinet)),
        Fact::StationOpened(_)
        | Fact::ClockJumped(_)
        | Fact::KeyRevoked(_)
        | Fact::BackupMade(_)
        | Fact::DayClosed(_)
        | Fact::StationContinued(_)
        | Fact::PinSet(_)
        | Fact::DeviceTaken(_)
        | Fact::DeviceNoted(_)
        | Fact::LotOpened(_)
        | Fact::ConsentGiven(_)
        | Fact::ConsentWithdrawn(_)
        | Fact::LotExpected(_)
        | Fact::LotClosed(_)
        | Fact::LotReopened(_)
        | Fact::ReceiptIssued(_)
        | Fact::DeviceReceived(_)
        | Fact::TagBound(_)
        | Fact::DeviceHeld(_)
        | Fact::HoldReleased(_)
        | Fact::DeviceQuarantined(_)
        | Fact::QuarantineCleared(_)
        | Fact::DeviceInspected(_)
        | Fact::FunctionTested(_)
        | Fact::DiskBound(_)
        | Fact::WipeStarted(_)
        | Fact::WipeEnded(_)
        | Fact::WipeValidated(_)
        | Fact::ImageStarted(_)
        | Fact::ImageEnded(_)
        | Fact::ImageFitted(_)
        | Fact::DiskDestroyed(_)
        | Fact::DeviceAllocated(_)
        | Fact::DeviceHandedOver(_)
        | Fact::RuleOverridden(_)
        | Fact::DeviceGraded(_)
        | Fact::RepairRecorded(_)
        | Fact::PartTaken(_)
        | Fact::PartFitted(_)
        | Fact::LockFound(_)
        | Fact::LockShown(_)
        | Fact::LockCleared(_)
        | Fact::DeviceMoved(_)
        | Fact::Corrected(_)
        | Fact::DonorsMerged(_)
        | Fact::DonorsParted(_)
        | Fact::IntakeChecked(_)
        | Fact::LabelPrinted(_)
        | Fact::AccessoryPaired(_)
        | Fact::TagReplaced(_)
        | Fact::BoxMoved(_)
        | Fact::StockTaken(_)
        | Fact::BootOpened(_)
        | Fact::BundleTaken(_)
        | Fact::ConflictSettled(_)
        | Fact::Unknown { .. } => Ok(()),
    }
}

fn device(
    event: &Event,
    id: &DeviceId,
    leaf: Digest,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    if ends_lifts(&event.fact) {
        file.lifted.clear();
    }
    match &event.fact {
        Fact::TagBound(bound) => {
            file.tags.push(bound.tag.clone());
            // A tag that leads to a device keeps leading to it.
            if cabinet.may_bear(&bound.tag, id)? {
                cabinet.put_tag(&bound.tag, id, false)?;
            }
        }
        Fact::TagReplaced(replaced) => tag_replaced(replaced, id, file, cabinet)?,
        Fact::DeviceHeld(held) => (file.held, file.seen_as) = (Some(held.reason), held.seen_as.clone()),
        Fact::HoldReleased(_) => (file.held, file.seen_as) = (None, None),
        Fact::DeviceQuarantined(quarantined) => file.quarantined = Some(quarantined.danger),
        Fact::QuarantineCleared(_) => file.quarantined = None,
        Fact::DeviceInspected(inspected) => see(inspected, id, file, cabinet)?,
        Fact::FunctionTested(tested) => functions_tested(file, &tested.results),
        Fact::DiskBound(bound) => {
            file.bind(&bound.key, &bound.disk);
            note_disk(&bound.disk, id, cabinet)?;
            cabinet.put(bound.key.as_str(), &BondFile { device: id.clone() })?;
            cabinet.put(bound.key.as_str(), &SeenFile { device: id.clone() })?;
        }
        Fact::WipeStarted(started) => wipe_started(file, started, leaf, &event.by, id, cabinet)?,
        Fact::WipeEnded(ended) => {
            wipe_ended(file, ended, leaf, &event.by);
            end_job(cabinet, &ended.job)?;
        }
        Fact::ImageStarted(started) => image_started(file, started, leaf, id, cabinet)?,
        Fact::ImageEnded(ended) => {
            image_ended(file, ended, cabinet)?;
            end_job(cabinet, &ended.job)?;
        }
        Fact::ImageFitted(fitted) => image_fitted(file, fitted),
        Fact::DiskDestroyed(destroyed) => {
            disk_destroyed(file, destroyed, leaf);
            cabinet.put(destroyed.key.as_str(), &BondFile { device: id.clone() })?;
            cabinet.put(destroyed.key.as_str(), &SeenFile { device: id.clone() })?;
        }
        Fact::WipeValidated(validated) => wipe_validated(file, validated, &event.by),
        Fact::DeviceReceived(received) => note_serial(received.told.serial.as_ref(), id, cabinet)?,
        Fact::LabelPrinted(printed) => label_printed(file, printed, cabinet)?,
        Fact::IntakeChecked(checked) => looked_at(checked, id, file, cabinet)?,
        Fact::DeviceGraded(graded) => file.grade = Some(graded.grade),
        Fact::RepairRecorded(repair) => file.repair = Some(repair.outcome),
        Fact::PartTaken(taken) => part_taken(taken, id, file, cabinet)?,
        Fact::PartFitted(fitted) => part_fitted(fitted, id, file, cabinet)?,
        Fact::LockFound(found) => lock_found(file, found),
        Fact::AccessoryPaired(paired) => accessory_paired(paired, file, cabinet)?,
        Fact::LockCleared(cleared) => _ = file.locks.remove(&cleared.lock),
        Fact::DeviceMoved(moved) => {
            put_on_shelf(event, moved, file, cabinet)?;
            let_go(id, file, cabinet)?;
        }
        Fact::DeviceTaken(_) => taken(event, id, file, cabinet)?,
        Fact::DeviceNoted(written) => noted(event, written.note, Some(id), cabinet)?,
        Fact::RuleOverridden(overridden) => {
            file.lifted.insert(overridden.rule.clone(), overridden.recipient.clone());
        }
        Fact::DeviceAllocated(allocated) => set_aside(&allocated.recipient, id, file, cabinet)?,
        Fact::DeviceHandedOver(handed) => hand_over(handed, id, file, cabinet)?,
        Fact::SummaryTaken(summary) => file.summary = Some(summary.station),
        Fact::ConflictSettled(settled) => settle(settled, id, file, cabinet)?,
        Fact::Corrected(corrected) => file.lot = corrected.lot.clone().unwrap_or_else(|| file.lot.clone()),
        Fact::StationOpened(_)
        | Fact::ClockJumped(_)
        | Fact::KeyRevoked(_)
        | Fact::BackupMade(_)
        | Fact::DayClosed(_)
        | Fact::StationContinued(_)
        | Fact::PersonAdded(_)
        | Fact::RoleGranted(_)
        | Fact::RoleRevoked(_)
        | Fact::PinSet(_)
        | Fact::BadgeIssued(_)
        | Fact::NoteErased(_)
        | Fact::ShiftHandedOver(_)
        | Fact::LotOpened(_)
        | Fact::ConsentGiven(_)
        | Fact::ConsentWithdrawn(_)
        | Fact::LotExpected(_)
        | Fact::LotClosed(_)
        | Fact::LotReopened(_)
        | Fact::ReceiptIssued(_)
        | Fact::LockShown(_)
        | Fact::DonorsMerged(_)
        | Fact::DonorsParted(_)
        | Fact::AccessoryMoved(_)
        | Fact::BoxMoved(_)
        | Fact::StockTaken(_)
        | Fact::StickEnrolled(_)
        | Fact::BootOpened(_)
        | Fact::BundleTaken(_)
        | Fact::Unknown { .. } => {}
    }
    Ok(())
}

fn image_started(
    file: &mut DeviceFile,
    started: &ImageStarted,
    leaf: Digest,
    id: &DeviceId,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let disk = file.disk(&started.key, &started.disk);
    (disk.image, disk.fitted, disk.last_start) = (None, None, Some(leaf));
    disk.is_written_on(&started.disk.bus);
    let job = JobFile { image: Some(started.image.clone()), ..JobFile::started(id, &started.key, leaf) };
    cabinet.put(&started.job, &job)
}

/// What a lead lifted, a lead lifted for the device as it stood.
pub(super) const fn ends_lifts(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::DeviceInspected(_)
            | Fact::FunctionTested(_)
            | Fact::WipeStarted(_)
            | Fact::ImageStarted(_)
            | Fact::DiskDestroyed(_)
            | Fact::DeviceGraded(_)
            | Fact::RepairRecorded(_)
            | Fact::PartTaken(_)
            | Fact::PartFitted(_)
            | Fact::LockFound(_)
            | Fact::DeviceHandedOver(_)
    )
}
