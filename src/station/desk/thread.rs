//! What runs beside the clerk, each on a thread of its own: jobs, function tests, safety copies, work on images.
//!
//! Invariant: whatever runs can be stopped, and is when the desk ends.

use super::super::clerk::{close, run, test};
use super::super::keyboard::Typed;
use super::super::{images, stick_desk};
use super::{Desk, Wake};
use crate::event::By;
use crate::linux::SystemClock;
use crate::port::{Clock, Failure};
use crate::screen::Teller;
use crate::serial::SerialScanners;
use crate::workbench::{CheckAsk, JobOrder, ScannerKept, StickOrder, StoreTask, listen_to_scanner, search_scanner};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How long a scanner is looked for.
const SEARCH: Duration = Duration::from_mins(3);
/// How often sticks are looked out for.
const LOOK_OUT: Duration = Duration::from_secs(3);

impl Desk<'_, '_> {
    /// Listens to these scanners and no others. Each has a thread of its own; what it reads is a scan like those of the
    /// keyboard.
    pub(super) fn listen_to(&mut self, all: &[ScannerKept]) -> Result<(), Failure> {
        for (_, stop) in self.scanners.extract_if(.., |(kept, _)| !all.contains(kept)) {
            stop.store(true, Ordering::Relaxed);
        }
        for kept in all {
            if self.scanners.iter().any(|(known, _)| known == kept) {
                continue;
            }
            let stop = Arc::new(AtomicBool::new(false));
            self.scanners.push((kept.clone(), Arc::clone(&stop)));
            let (keys, kept) = (self.keys.clone(), kept.clone());
            self.spawn("scanner", move || {
                let is_over = || stop.load(Ordering::Relaxed);
                listen_to_scanner(&SerialScanners::new("/"), &kept, &mut |scan| match scan {
                    Some(text) => !is_over() && keys.send(Wake::from(Some(Typed::Scan(text)))),
                    None => !is_over() && !keys.is_cut(),
                });
            })?;
        }
        Ok(())
    }

    /// Looks for one more on a thread of its own, for a while.
    pub(super) fn search(&mut self) -> Result<(), Failure> {
        self.stop_search();
        let stop = Arc::new(AtomicBool::new(false));
        self.search = Some(Arc::clone(&stop));
        let kept: Vec<_> = self.scanners.iter().map(|(kept, _)| kept.clone()).collect();
        let (send, clock) = (self.send.clone(), SystemClock::new());
        let until = clock.elapsed() + SEARCH;
        self.spawn("search", move || {
            let is_stopped = || stop.load(Ordering::Relaxed);
            let mut goes_on = || !is_stopped() && clock.elapsed() < until;
            search_scanner(&SerialScanners::new("/"), &kept, &mut goes_on, &mut |news| {
                // Whoever gave it up hears no more of it.
                if !is_stopped() {
                    let _gone = send.send(Wake::News(Teller::Job, news));
                }
            });
        })
    }

    pub(super) fn stop_search(&mut self) {
        self.search.take().into_iter().for_each(|stop| stop.store(true, Ordering::Relaxed));
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

    /// A stick is made, or sticks are taken home, on a thread of its own.
    pub(super) fn stick(&mut self, order: StickOrder, by: Option<By>) -> Result<(), Failure> {
        let (_work, stop) = self.another();
        let (room, send) = (self.room, self.send.clone());
        let tell = move |news| _ = send.send(Wake::News(Teller::Stick, news));
        self.spawn("stick", move || stick_desk::work(room, by.as_ref(), &order, &stop, &tell))
    }

    /// Looks out for sticks that are plugged in, until the desk ends.
    pub(super) fn look_out_for_sticks(&mut self) -> Result<(), Failure> {
        // On a machine that was started from one nothing is taken home.
        if self.room.opening.folder.boot().is_some() {
            return Ok(());
        }
        let (room, send) = (self.room, self.send.clone());
        let (end, ends) = channel::<()>();
        self.look_out = Some(end);
        let tell = move |news| _ = send.send(Wake::News(Teller::Job, news));
        self.spawn("sticks", move || {
            let mut pause = || matches!(ends.recv_timeout(LOOK_OUT), Err(RecvTimeoutError::Timeout));
            stick_desk::look_out(room.opening.folder, &mut pause, &SystemClock::new(), &tell);
        })
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
