//! Asking a disk how it is.

use super::failure::{Failure, Trouble};
use crate::device::Disk;
use crate::reading::SmartReport;
use crate::word::say;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Something that asks disks for their SMART data.
pub trait Smart {
    /// What the disk says of itself now. Errors: nobody could ask it, or it did not answer in time. What an answer is worth
    /// is not decided here.
    fn report(&self, disk: &Disk) -> Result<SmartReport, Failure>;

    /// Tells the disk to test itself, for minutes or, where it is to be `long`, for hours; returns at once. Errors: nobody
    /// could tell it, or it refused.
    fn start_test(&self, disk: &Disk, long: bool) -> Result<(), Failure>;

    /// The same of several disks, in their order. Who can asks them side by side, so that a disk that hangs keeps nobody
    /// waiting for longer than its own time-out.
    fn reports(&self, disks: &[&Disk]) -> Vec<Result<SmartReport, Failure>> {
        disks.iter().map(|disk| self.report(disk)).collect()
    }
}

/// Disks that say what they were told to say, by their kernel names; the others say nothing. Where several answers stand,
/// each is given once and the last for ever.
#[derive(Debug, Default)]
pub struct FakeSmart {
    answers: RefCell<BTreeMap<String, Vec<SmartReport>>>,
    asked: RefCell<Vec<String>>,
    tested: RefCell<Vec<(String, bool)>>,
}

impl FakeSmart {
    /// The disk of that name says this, after whatever it was told before.
    pub fn tell(&self, name: &str, report: SmartReport) {
        self.answers.borrow_mut().entry(name.to_owned()).or_default().push(report);
    }

    /// Which disks were asked, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }
}

impl FakeSmart {
    /// Which disks were told to test themselves, and whether long.
    #[must_use]
    pub fn tested(&self) -> Vec<(String, bool)> {
        self.tested.borrow().clone()
    }
}

impl Smart for FakeSmart {
    /// Refused by disks that say nothing.
    fn start_test(&self, disk: &Disk, long: bool) -> Result<(), Failure> {
        if !self.answers.borrow().contains_key(&disk.name) {
            return Err(Failure::new(Trouble::Io, say!("self-test-refused", disk = disk.name.as_str())));
        }
        self.tested.borrow_mut().push((disk.name.clone(), long));
        Ok(())
    }

    fn report(&self, disk: &Disk) -> Result<SmartReport, Failure> {
        self.asked.borrow_mut().push(disk.name.clone());
        let mut answers = self.answers.borrow_mut();
        let silent = || Failure::new(Trouble::Io, say!("smart-no-answer", disk = disk.name.as_str()));
        let answers = answers.get_mut(&disk.name).ok_or_else(silent)?;
        if answers.len() > 1 {
            return Ok(answers.remove(0));
        }
        answers.first().cloned().ok_or_else(silent)
    }
}
