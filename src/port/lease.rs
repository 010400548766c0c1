//! What a running job holds (its lease) and leaves behind (its mark).

use super::failure::Failure;
use crate::unit::{Bytes, JobId};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Proof that this process runs the job; dropping it gives the job up. The kernel drops it when the process dies.
pub trait Lease {}

/// Leases of jobs: at most one holder at a time over all processes of the station.
pub trait Leases {
    /// The lease, or `None` while somebody holds it.
    fn take(&self, job: &JobId) -> Result<Option<Box<dyn Lease>>, Failure>;
    /// Whether somebody holds it now. Looks only: makes no file, and may be asked by who may not write.
    fn is_held(&self, job: &JobId) -> Result<bool, Failure>;
}

/// How far jobs have come, durably.
pub trait Marks {
    /// Everything before `at` is on the disk, flushed. Durable when it returns.
    fn mark(&mut self, job: &JobId, at: Bytes) -> Result<(), Failure>;
    /// The last mark of that job.
    fn last(&self, job: &JobId) -> Result<Option<Bytes>, Failure>;
    /// The disk of that key was read back as zeros from end to end, and its kernel's counters stood so. Durable when it
    /// returns; an earlier note of the disk goes.
    fn note_zeroed(&mut self, disk: &str, stood: &str) -> Result<(), Failure>;
    /// How they stood when the disk was last read back as zeros.
    fn zeroed(&self, disk: &str) -> Result<Option<String>, Failure>;
}

/// Leases in memory.
#[derive(Clone, Debug, Default)]
pub struct FakeLeases(Rc<RefCell<BTreeSet<JobId>>>);

struct FakeLease(Rc<RefCell<BTreeSet<JobId>>>, JobId);

impl Lease for FakeLease {}

impl Drop for FakeLease {
    fn drop(&mut self) {
        self.0.borrow_mut().remove(&self.1);
    }
}

impl Leases for FakeLeases {
    fn take(&self, job: &JobId) -> Result<Option<Box<dyn Lease>>, Failure> {
        if self.0.borrow_mut().insert(job.clone()) {
            Ok(Some(Box::new(FakeLease(Rc::clone(&self.0), job.clone()))))
        } else {
            Ok(None)
        }
    }

    fn is_held(&self, job: &JobId) -> Result<bool, Failure> {
        Ok(self.0.borrow().contains(job))
    }
}

/// Marks in memory.
#[derive(Clone, Debug, Default)]
pub struct FakeMarks(pub BTreeMap<JobId, Bytes>, BTreeMap<String, String>);

impl Marks for FakeMarks {
    fn mark(&mut self, job: &JobId, at: Bytes) -> Result<(), Failure> {
        self.0.insert(job.clone(), at);
        Ok(())
    }

    fn last(&self, job: &JobId) -> Result<Option<Bytes>, Failure> {
        Ok(self.0.get(job).copied())
    }

    fn note_zeroed(&mut self, disk: &str, stood: &str) -> Result<(), Failure> {
        self.1.insert(disk.to_owned(), stood.to_owned());
        Ok(())
    }

    fn zeroed(&self, disk: &str) -> Result<Option<String>, Failure> {
        Ok(self.1.get(disk).cloned())
    }
}
