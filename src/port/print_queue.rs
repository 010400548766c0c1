//! What waits to be printed at a station.
//!
//! Invariants: a job is there durably, with all its bytes, when [`PrintQueue::add`] returns; it is there until it is removed;
//! at most one sender a printer over all processes of the station.

use super::failure::Failure;
use super::lease::Lease;
use super::printer::PrintForm;
use crate::event::By;
use crate::event::label::LabelFor;
use crate::unit::{DeviceId, Moment, PrintId};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A label of a device in a print job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelOrdered {
    /// The device.
    pub device: DeviceId,
    /// Its tag, without dashes.
    pub tag: String,
    /// What the label says.
    pub label: LabelFor,
    /// How many of it.
    pub copies: u32,
}

/// A print job, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    /// Its id.
    pub id: PrintId,
    /// What the station calls the printer.
    pub printer: String,
    /// What it is, for people and for the printing system.
    pub title: String,
    /// When it was ordered.
    pub at: Moment,
    /// By whom.
    pub by: By,
    /// What its bytes are.
    pub form: PrintForm,
    /// The devices' labels in it; none where it is only blank tags, shelves or a test.
    pub labels: Vec<LabelOrdered>,
}

/// The print jobs of a station.
pub trait PrintQueue {
    /// Puts a job at the end. Errors: it cannot be written; then it is not there.
    fn add(&self, job: &PrintJob, bytes: &[u8]) -> Result<(), Failure>;
    /// Every job, the oldest first.
    fn list(&self) -> Result<Vec<PrintJob>, Failure>;
    /// A job's bytes; none where it is not there any more.
    fn bytes(&self, id: &PrintId) -> Result<Option<Vec<u8>>, Failure>;
    /// Takes a job out; whether it was there.
    fn remove(&self, id: &PrintId) -> Result<bool, Failure>;
    /// The right to send to that printer, or none while another holds it.
    fn take(&self, printer: &str) -> Result<Option<Box<dyn Lease>>, Failure>;
}

type Kept = Rc<RefCell<Vec<(PrintJob, Vec<u8>)>>>;

/// A queue in memory.
#[derive(Clone, Debug, Default)]
pub struct FakePrintQueue(Kept, Rc<RefCell<BTreeSet<String>>>);

struct FakeTurn(Rc<RefCell<BTreeSet<String>>>, String);

impl Lease for FakeTurn {}

impl Drop for FakeTurn {
    fn drop(&mut self) {
        self.0.borrow_mut().remove(&self.1);
    }
}

impl PrintQueue for FakePrintQueue {
    fn add(&self, job: &PrintJob, bytes: &[u8]) -> Result<(), Failure> {
        self.0.borrow_mut().push((job.clone(), bytes.to_vec()));
        Ok(())
    }

    fn list(&self) -> Result<Vec<PrintJob>, Failure> {
        Ok(self.0.borrow().iter().map(|(job, _)| job.clone()).collect())
    }

    fn bytes(&self, id: &PrintId) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.0.borrow().iter().find(|(job, _)| job.id == *id).map(|(_, bytes)| bytes.clone()))
    }

    fn remove(&self, id: &PrintId) -> Result<bool, Failure> {
        let before = self.0.borrow().len();
        self.0.borrow_mut().retain(|(job, _)| job.id != *id);
        Ok(self.0.borrow().len() < before)
    }

    fn take(&self, printer: &str) -> Result<Option<Box<dyn Lease>>, Failure> {
        let is_free = self.1.borrow_mut().insert(printer.to_owned());
        Ok(is_free.then(|| Box::new(FakeTurn(Rc::clone(&self.1), printer.to_owned())) as Box<dyn Lease>))
    }
}
