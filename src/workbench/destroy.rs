//! Destroying a disk instead of wiping it, with a record.
//!
//! Invariants: only a disk that the device is known to have, or that is attached under its whole serial, is recorded; a disk
//! that a job is writing to is not; the reason is free text, so the ledger holds only its salted hash.

use super::bench::{Bench, Found};
use super::disk::{disk_key, seen};
use super::intake::or_unseal;
use super::people::{find_person, people};
use super::settling::seal_reason;
use crate::custody::OpenJobs;
use crate::event::disk::{Bond, Destruction, DiskBound, DiskDestroyed, DiskSeen};
use crate::port::{Failure, Trouble};
use crate::unit::{IdError, JobId, PersonId};
use crate::word::{Sentence, say};

/// What was done to which disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestroyOrder {
    /// Which disk: its key in the ledger, or its whole serial.
    pub disk: String,
    /// How.
    pub how: Destruction,
    /// Who saw it: name or id.
    pub witness: Option<String>,
    /// Why, in free words.
    pub reason: Option<String>,
}

/// What people call a way of destroying.
#[must_use]
pub fn destruction_sentence(how: Destruction) -> Sentence {
    match how {
        Destruction::Drilled => say!("destruction-drilled"),
        Destruction::Shredded => say!("destruction-shredded"),
        Destruction::Degaussed => say!("destruction-degaussed"),
        Destruction::Cut => say!("destruction-cut"),
    }
}

/// Records that a disk of the device was destroyed.
///
/// Errors: no such disk; a job runs on it; nobody named as witness though the team has somebody; the rules (signed in; a way
/// that works for that medium; consent to erase; not destroyed before).
pub fn destroy(bench: &Bench<'_>, found: &Found, order: &DestroyOrder) -> Result<Found, Failure> {
    let attached = bench.disks.list(None)?;
    let (key, disk) = meant(found, &attached, &order.disk)?;
    refuse_running(bench, &key)?;
    let bind = (!found.file.disks.contains_key(&key)).then(|| {
        // Whoever destroys it says whose it was.
        DiskBound { disk: disk.clone(), key: key.clone(), bond: Bond::Claimed }
    });
    let spins = attached.iter().find(|other| disk_key(other) == key).and_then(|disk| disk.rotational);
    let witness = witness(bench, order.witness.as_deref())?;
    let reason = order.reason.as_deref().map(|reason| seal_reason(bench, reason)).transpose()?;
    let (hash, sealed) = reason.unzip();
    let fact = DiskDestroyed { key, disk, how: order.how, spins, witness, reason: hash, site: bench.site.clone() };
    or_unseal(bench.record_start(&found.id, bind, fact), bench.vault, sealed.as_deref())?;
    bench.device(&found.id)
}

/// The disk of the device that `name` means, else an attached one, under its name in the ledger.
fn meant(found: &Found, attached: &[crate::device::Disk], name: &str) -> Result<(String, DiskSeen), Failure> {
    let known = found.file.disks.iter();
    let mut known: Vec<_> =
        known.filter(|(key, file)| key.as_str() == name || file.disk.serial.as_deref() == Some(name)).collect();
    match (known.pop(), known.is_empty()) {
        (Some((key, file)), true) => return Ok((key.clone(), file.disk.clone())),
        (Some(_), false) => {
            return Err(Failure::new(Trouble::Usage, say!("disk-ambiguous", disk = name))
                .hint(say!("destroy-which-hint", disks = keys(found))));
        }
        (None, _) => {}
    }
    let own = attached.iter().find(|disk| disk.identity.serial.as_deref() == Some(name) && !disk.serial_shared);
    own.map(|disk| (disk_key(disk), seen(disk))).ok_or_else(|| {
        Failure::new(Trouble::Usage, say!("destroy-unknown", disk = name, tag = found.name()))
            .hint(say!("destroy-which-hint", disks = keys(found)))
    })
}

fn keys(found: &Found) -> String {
    let keys: Vec<_> = found.file.disks.keys().map(String::as_str).collect();
    if keys.is_empty() { "–".to_owned() } else { keys.join(", ") }
}

fn refuse_running(bench: &Bench<'_>, key: &str) -> Result<(), Failure> {
    for (id, on) in bench.index.get::<OpenJobs>("")?.unwrap_or_default().disks {
        let job: JobId = id.parse().map_err(|error: IdError| crate::custody::DrawerError(error.to_string()))?;
        if on == key && bench.leases.is_held(&job)? {
            let what = say!("destroy-running", disk = key, job = job.as_str());
            return Err(Failure::new(Trouble::TryAgain, what).hint(say!("destroy-running-hint")));
        }
    }
    Ok(())
}

/// Who saw it. Where the team has anybody else, somebody must have.
fn witness(bench: &Bench<'_>, name: Option<&str>) -> Result<Option<PersonId>, Failure> {
    if let Some(name) = name {
        return find_person(bench, name).map(Some);
    }
    let may = |view: &super::people::PersonView| !view.left && !view.roles.is_empty() && view.person != bench.by.person;
    if people(bench)?.iter().any(may) {
        return Err(Failure::new(Trouble::Usage, say!("destroy-no-witness")).hint(say!("destroy-no-witness-hint")));
    }
    Ok(None)
}
