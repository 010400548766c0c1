//! Folding what a lead settled between two histories, or between two devices.
//!
//! Invariants: nothing that was recorded is lost or made safer by it: of two accounts the worse one counts, where their order
//! is not known; a document about a disk that stays tells the truth still; of a device that was taken in nothing changes any
//! more, so that telling the other one's records once more takes over the same.

use super::accessory::settle_wants;
use super::door::note_serial;
use super::drawer::{BondFile, Cabinet, DrawerError, SeenFile};
use super::file::{DeviceFile, DiskFile, DiskState, JobFile, OpenJobs};
use super::hands::let_go;
use super::shelves::settle_box;
use crate::event::inspection::FunctionOutcome;
use crate::event::settling::{ConflictSettled, Settlement};
use crate::unit::{DeviceId, JobId};

/// Files what a lead settled.
pub(super) fn settle(
    settled: &ConflictSettled,
    id: &DeviceId,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let is_about = |file: &DeviceFile, other: Option<&DeviceId>| {
        file.conflict.as_ref().is_some_and(|conflict| conflict.other.as_ref() == other)
    };
    if is_about(file, settled.other.as_ref()) {
        file.conflict = None;
    }
    let Some(other) = &settled.other else { return Ok(()) };
    let Some(known) = cabinet.get::<DeviceFile>(other)? else { return Ok(()) };
    let mut second = known.clone();
    if is_about(&second, Some(id)) {
        second.conflict = None;
    }
    match settled.how {
        Settlement::SameMachine => {
            absorb(file, id, (other, known.clone()), cabinet)?;
            let_go(other, &mut second, cabinet)?;
            (second.withdrawn, second.same_as) = (true, Some(id.clone()));
        }
        Settlement::OtherMachine | Settlement::BothStand => {
            let mut own = Vec::new();
            for tag in std::mem::take(&mut file.tags) {
                own.extend((cabinet.tagged(&tag)?.as_ref() == Some(id)).then_some(tag));
            }
            file.tags = own;
            file.apart_from.insert(other.clone());
            second.apart_from.insert(id.clone());
        }
    }
    settle_box(Some(&known), &second, other, cabinet)?;
    settle_wants(Some(&known), &second, cabinet)?;
    cabinet.put(other, &second)
}

/// What is known of the second device is known of the first one, which it was all along.
fn absorb(
    file: &mut DeviceFile,
    id: &DeviceId,
    (other, second): (&DeviceId, DeviceFile),
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    for tag in second.tags {
        if cabinet.tagged(&tag)?.as_ref() == Some(other) {
            cabinet.put_tag(&tag, id, false)?;
        }
        if !file.tags.contains(&tag) && cabinet.may_bear(&tag, id)? {
            file.tags.insert(0, tag);
        }
    }
    for (key, theirs) in second.disks {
        let own = file.disks.remove(&key);
        file.disks.insert(key.clone(), one_disk(own, theirs, other));
        if cabinet.bound(&key)?.as_ref() == Some(other) {
            cabinet.put(key.as_str(), &BondFile { device: id.clone() })?;
        }
        if cabinet.seen(&key)?.as_ref() == Some(other) {
            cabinet.put(key.as_str(), &SeenFile { device: id.clone() })?;
        }
    }
    move_jobs(id, other, cabinet)?;
    note_serial(second.serial.as_ref().or(second.told.serial.as_ref()), id, cabinet)?;
    file.verdict = file.verdict.or(second.verdict);
    file.maker = file.maker.take().or(second.maker);
    file.model = file.model.take().or(second.model);
    file.serial = file.serial.take().or(second.serial);
    file.grade = file.grade.or(second.grade);
    file.repair = file.repair.or(second.repair);
    file.held = file.held.or(second.held);
    file.quarantined = file.quarantined.or(second.quarantined);
    file.summary = file.summary.or(second.summary);
    file.received_at = file.received_at.min(second.received_at);
    file.lifted.clear();
    file.labels.extend(second.labels);
    file.kit.extend(second.kit);
    if file.told.is_empty() {
        file.told = second.told;
    }
    if file.outward.is_empty() {
        file.outward = second.outward;
    }
    for (function, outcome) in second.functions {
        let own = file.functions.entry(function).or_insert(outcome);
        if outcome == FunctionOutcome::Fails {
            *own = outcome;
        }
    }
    for (lock, secret) in second.locks {
        let own = file.locks.entry(lock).or_insert(secret);
        *own = own.or(secret);
    }
    Ok(())
}

/// A disk that both devices may know. Nothing comes after its destruction; what only one of them did to it stands; of what
/// both did nobody knows the order: erased it is where both erased it, and no image counts.
fn one_disk(own: Option<DiskFile>, theirs: DiskFile, other: &DeviceId) -> DiskFile {
    let is_touched = |disk: &DiskFile| disk.last_start.is_some() || disk.state != DiskState::Unwiped;
    let is_gone = |disk: &DiskFile| disk.state == DiskState::Destroyed;
    let wiped_in = theirs.wiped_in.clone().or_else(|| theirs.document().map(|_record| other.clone()));
    let theirs = DiskFile { wiped_in, ..theirs };
    let Some(own) = own else { return theirs };
    let (seen, bound) = (own.seen || theirs.seen, own.bound || theirs.bound);
    let one = match (is_touched(&own), is_touched(&theirs)) {
        _gone if is_gone(&own) => own,
        _gone if is_gone(&theirs) => theirs,
        (_, false) => own,
        (false, true) => theirs,
        (true, true) if own.state == DiskState::Wiped && theirs.state == DiskState::Wiped => {
            DiskFile { image: None, fitted: None, ..own }
        }
        (true, true) => DiskFile {
            state: DiskState::NotWiped,
            level: None,
            result: None,
            image: None,
            fitted: None,
            last_start: None,
            last_wipe: None,
            validated_by: None,
            doubted: None,
            wiped_in: None,
            ..own
        },
    };
    DiskFile { seen, bound, ..one }
}

/// Whatever can be gone on with is gone on with as the first one's.
fn move_jobs(id: &DeviceId, other: &DeviceId, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let open = cabinet.get::<OpenJobs>("")?.unwrap_or_default();
    for job in open.disks.keys().chain(open.stopped.keys()) {
        let Ok(job) = job.parse::<JobId>() else { continue };
        if let Some(known) = cabinet.get::<JobFile>(&job)?.filter(|known| known.device == *other) {
            cabinet.put(&job, &JobFile { device: id.clone(), ..known })?;
        }
    }
    Ok(())
}
