//! What runs beside the clerk, each on a thread of its own: jobs, function tests, safety copies, work on images.
//!
//! Invariant: whatever runs can be stopped, and is when the desk ends.

use super::super::clerk::{close, run, test};
use super::super::images;
use super::super::keyboard::Typed;
use super::{Desk, Wake};
use crate::event::By;
use crate::port::Failure;
use crate::screen::Teller;
use crate::serial::SerialScanners;
use crate::workbench::{CheckAsk, JobOrder, StoreTask, listen_to_scanner};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

impl Desk<'_, '_> {
    /// Each scanner at a serial port has a thread of its own; what it reads is a scan like those of the keyboard.
    pub(super) fn listen_to_scanners(&self) -> Result<(), Failure> {
        for kept in self.room.opening.folder.settings()?.scanners {
            let keys = self.keys.clone();
            self.spawn("scanner", move || {
                listen_to_scanner(&SerialScanners::new("/"), &kept, &mut |scan| match scan {
                    Some(text) => keys.send(Wake::from(Some(Typed::Scan(text)))),
                    None => !keys.is_cut(),
                });
            })?;
        }
        Ok(())
    }

    pub(super) fn start(&mut self, order: JobOrder, by: Option<By>) -> Result<(), Failure> {
        let (job, stop) = self.another();
        let (room, send) = (self.room, self.send.clone());
        let tell = move |news| _ = send.send(Wake::News(Teller::Job, news));
        self.spawn("job", move || run(room, by.as_ref(), job, &order, &stop, &tell))
    }

    /// Function tests have a thread of their own, one at a time: they wait for people.
    pub(super) fn test(&mut self, ask: CheckAsk, by: Option<By>) -> Result<(), Failure> {
        let (device, order) = match ask {
            CheckAsk::List(_) => return Ok(()),
            CheckAsk::Say(answer) => {
                // Whoever asked may have ended meanwhile.
                let _gone = self.tests.as_ref().map(|(send, _)| send.send(answer));
                return Ok(());
            }
            CheckAsk::Leave => {
                self.leave_tests();
                return Ok(());
            }
            CheckAsk::Run { device, order } => (device, order),
        };
        self.leave_tests();
        let (_number, stop) = self.another();
        let (answers, heard) = channel();
        self.tests = Some((answers, Arc::clone(&stop)));
        let (room, send) = (self.room, self.send.clone());
        let tell = move |news| _ = send.send(Wake::News(Teller::Job, news));
        self.spawn("tests", move || test(room, by.as_ref(), (&device, &order), &heard, &stop, &tell))
    }

    fn leave_tests(&mut self) {
        if let Some((_, stop)) = self.tests.take() {
            stop.store(true, Ordering::Relaxed);
        }
    }

    /// Makes a safety copy on a thread of its own: a slow stick must not hold the clerk up.
    pub(super) fn close(&mut self, to: PathBuf, by: Option<By>) -> Result<(), Failure> {
        let (_copy, stop) = self.another();
        let (room, send) = (self.room, self.send.clone());
        let tell = move |news| _ = send.send(Wake::News(Teller::Copy, news));
        self.spawn("copy", move || close(room, by.as_ref(), &to, &stop, &tell))
    }

    /// A number for something that runs, and how to stop it.
    fn another(&mut self) -> (u64, Arc<AtomicBool>) {
        let (number, stop) = (self.next, Arc::new(AtomicBool::new(false)));
        self.jobs.insert(number, Arc::clone(&stop));
        self.next += 1;
        (number, stop)
    }

    /// An image is added or looked through on a thread of its own: that may take an hour.
    pub(super) fn store(&mut self, task: StoreTask, by: Option<By>) -> Result<(), Failure> {
        let (_work, stop) = self.another();
        self.store = Some(Arc::clone(&stop));
        let (room, send) = (self.room, self.send.clone());
        let tell = move |news| _ = send.send(Wake::News(Teller::Store, news));
        self.spawn("store", move || images::work(room, by.as_ref(), &task, &stop, &tell))
    }
}
