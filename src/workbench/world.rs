//! What is on view now, as plain data, and how news changes it.
//!
//! Invariants: folding looks at nothing but the world and the news; never more devices than the bench shows; what is told
//! of a device is dropped where another has been chosen since.

use super::alert::{Alert, Overdue};
use super::batch::Batch;
use super::chosen::{Chosen, Row};
use super::effect::Answer;
use super::habits::Habits;
use super::ladder::{Rung, next_step};
use super::lot::LotSeen;
use super::machine::{MachineSeen, StickSeen};
use super::news::News;
use super::print::PrintWait;
use super::report::Tone;
use super::running::JobView;
use super::store_page::StoreSeen;
use super::tongue::Tongue;
use crate::custody::Today;
use crate::event::people::Role;
use crate::event::{By, How};
use crate::tag::Domain;
use crate::unit::{DeviceId, Moment};
use crate::word::Sentence;

/// The most alerts that are kept.
const ALERTS: usize = 20;

/// What the screen is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminal {
    /// The machine's bare console, where no input method of the system types Vietnamese.
    Console,
    /// A window, another machine's terminal, tmux.
    Emulated,
}

/// What is on view now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// Whether this is practice.
    pub practice: bool,
    /// The station, in few symbols.
    pub station: String,
    /// Which language the screen speaks.
    pub tongue: Tongue,
    /// How the screen behaves.
    pub habits: Habits,
    /// Where it is shown.
    pub terminal: Terminal,
    /// The domain printed in tags.
    pub domain: Option<Domain>,
    /// Who is at the bench; none for a guest.
    pub person: Option<Who>,
    /// Whether names and PINs cannot be had now.
    pub locked: bool,
    /// The time, to the minute.
    pub now: Moment,
    /// Whether the bench was read yet.
    pub is_read: bool,
    /// What was done today.
    pub today: Today,
    /// The devices on this bench, the last touched first.
    pub devices: Vec<Row>,
    /// Which of them is meant.
    pub cursor: Option<DeviceId>,
    /// What is known of it, once it was read.
    pub chosen: Option<Box<Chosen>>,
    /// The lot that was last received into.
    pub lot: Option<LotSeen>,
    /// The open lots that a start from a stick was given along, and receives into; none at a station.
    pub carried: Option<Vec<LotSeen>>,
    /// When the lot will be done that is worked on, where anything tells.
    pub batch: Option<Batch>,
    /// Running jobs, the oldest first.
    pub jobs: Vec<JobView>,
    /// How many jobs did not come to their end.
    pub interrupted: usize,
    /// What waits to be printed, the oldest first.
    pub prints: Vec<PrintWait>,
    /// How many safety copies are being made.
    pub copies: usize,
    /// How many works on sticks run.
    pub sticks: usize,
    /// What is done to the images that the station keeps, and what their checks came to.
    pub store: StoreSeen,
    /// The order that looks for what was scanned or typed, while it is unanswered: until then nobody knows which device
    /// the next key would act on.
    pub finding: Option<u64>,
    /// What somebody should know, the newest first.
    pub alerts: Vec<Alert>,
    /// What is being done that takes a while.
    pub busy: Option<Sentence>,
    /// The day on which it was last told that a day was not closed.
    pub warned: Option<String>,
    /// The stick that the program was started from; none at a station.
    pub stick: Option<Box<StickSeen>>,
    /// The machine that the program was started on, once it was read; none at a station.
    pub machine: Option<Box<MachineSeen>>,
}

/// A person at the bench.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The name from the vault, else the opaque id.
    pub name: String,
    /// What they may do; the highest role.
    pub role: Option<Role>,
    /// As records name them.
    pub by: By,
}

/// A rule that stands in the way of the next step, and that a lead may let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Liftable {
    /// The rule's permanent id.
    pub rule: &'static str,
    /// Why it stands in the way.
    pub why: Sentence,
}

/// The bench as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenchSeen {
    /// Whether this is practice.
    pub practice: bool,
    /// The station, in few symbols.
    pub station: String,
    /// Who is at the bench.
    pub person: Option<Who>,
    /// Whether names and PINs cannot be had now.
    pub locked: bool,
    /// Work of an earlier day that no safety copy has, if there is any.
    pub overdue: Option<Overdue>,
    /// What was done today.
    pub today: Today,
    /// The devices, the last touched first.
    pub devices: Vec<Row>,
    /// The lot that was last received into.
    pub lot: Option<LotSeen>,
    /// The open lots that a start from a stick was given along; none at a station.
    pub carried: Option<Vec<LotSeen>>,
    /// When the lot will be done that is worked on, where anything tells.
    pub batch: Option<Batch>,
    /// How many jobs did not come to their end.
    pub interrupted: usize,
}

impl World {
    /// Nothing on view yet.
    #[must_use]
    pub fn new(practice: bool, now: Moment) -> Self {
        Self {
            practice,
            station: String::new(),
            tongue: Tongue::Own,
            habits: Habits::default(),
            terminal: Terminal::Emulated,
            domain: None,
            person: None,
            locked: false,
            now,
            is_read: false,
            today: Today::default(),
            devices: Vec::new(),
            cursor: None,
            chosen: None,
            lot: None,
            carried: None,
            batch: None,
            jobs: Vec::new(),
            interrupted: 0,
            prints: Vec::new(),
            copies: 0,
            sticks: 0,
            store: StoreSeen::default(),
            finding: None,
            alerts: Vec::new(),
            busy: None,
            warned: None,
            stick: None,
            machine: None,
        }
    }

    /// Whoever is at the bench and known by more than a claim.
    #[must_use]
    pub fn signed_in(&self) -> Option<&Who> {
        self.person.as_ref().filter(|who| matches!(who.by.how, How::Pin | How::Badge))
    }

    /// Whether a lead is at the bench, signed in.
    #[must_use]
    pub fn is_lead(&self) -> bool {
        self.signed_in().is_some_and(|who| who.role == Some(Role::Lead))
    }

    /// The device that is meant, once it was read.
    #[must_use]
    pub fn here(&self) -> Option<&Chosen> {
        self.chosen.as_deref().filter(|chosen| Some(&chosen.row.device) == self.cursor.as_ref())
    }

    /// The job that runs for that device.
    #[must_use]
    pub fn job_of(&self, device: &DeviceId) -> Option<&JobView> {
        self.jobs.iter().find(|job| job.device == *device)
    }

    /// How many jobs, safety copies and works on images run: what leaving would stop.
    #[must_use]
    pub fn running(&self) -> usize {
        self.jobs.len() + self.copies + self.sticks + usize::from(self.store.work.is_some())
    }

    /// The next step of the device that is meant.
    #[must_use]
    pub fn next_step(&self) -> Option<&Rung> {
        next_step(&self.here()?.ladder)
    }

    /// Takes the news in.
    pub fn fold(&mut self, news: News) {
        match news {
            News::Time(now) => self.now = now,
            News::Bench(seen) => self.see(*seen),
            News::Choosing(device) => self.cursor = Some(device),
            News::Device(chosen) => {
                if self.cursor.is_none() {
                    self.cursor = Some(chosen.row.device.clone());
                }
                if self.cursor.as_ref() == Some(&chosen.row.device) {
                    self.chosen = Some(chosen);
                }
            }
            News::Busy(what) => self.busy = what,
            News::JobBegan(beginning) => self.jobs.push(JobView::new(*beginning, self.now)),
            News::Job { job, news } => {
                let now = self.now;
                self.on_job(job, |view| {
                    view.heard = now;
                    view.fold(&news);
                });
            }
            News::JobStopping(job) => self.on_job(job, |view| view.stopping = true),
            News::JobEnded { job, report } => {
                let about = self.jobs.iter().find(|view| view.job == job).map(|view| view.name.clone());
                self.jobs.retain(|view| view.job != job);
                self.alert(Alert { at: self.now, about, report });
            }
            News::Store(news) => self.store.fold(news),
            News::Alert(alert) => self.alert(*alert),
            News::Prints(waits) => self.prints = waits,
            News::Stick(stick) => self.stick = Some(stick),
            News::Machine(seen) => self.machine = Some(seen),
            News::ThisMachine(device) => {
                if let Some(machine) = &mut self.machine {
                    machine.device = Some(device);
                }
            }
            News::Dismissed => {
                if !self.alerts.is_empty() {
                    self.alerts.remove(0);
                }
            }
            News::Answer(Answer::Done(report) | Answer::Taken(_, report)) => {
                self.alert(Alert { at: self.now, about: None, report });
            }
            News::Answer(Answer::Inspected(view)) => {
                if let Some(machine) = &mut self.machine {
                    machine.view = *view;
                }
            }
            News::Answer(Answer::Settings(settings)) => self.habits = settings.habits,
            News::Answer(Answer::Store(told)) => {
                if let Some(report) = self.store.hear(&told, self.now) {
                    self.alert(Alert { at: self.now, about: None, report });
                }
            }
            News::Answer(_) => {}
        }
    }

    fn see(&mut self, seen: BenchSeen) {
        self.is_read = true;
        (self.practice, self.station, self.person) = (seen.practice, seen.station, seen.person);
        (self.today, self.devices) = (seen.today, seen.devices);
        (self.lot, self.carried, self.batch) = (seen.lot, seen.carried, seen.batch);
        (self.locked, self.interrupted) = (seen.locked, seen.interrupted);
        // Once a day: what somebody has read and put away does not come back with every look.
        if let Some(Overdue { today, report }) = seen.overdue.filter(|due| self.warned.as_ref() != Some(&due.today)) {
            self.warned = Some(today);
            self.alert(Alert { at: self.now, about: None, report });
        }
        // On a stick no device is meant until somebody says which this machine is.
        if self.cursor.is_none() && self.stick.is_none() {
            self.cursor = self.devices.first().map(|row| row.device.clone());
        }
    }

    /// The same alert twice is one; good news gives way to the next.
    fn alert(&mut self, alert: Alert) {
        self.alerts.retain(|old| old.report.tone != Tone::Good && old.report != alert.report);
        self.alerts.insert(0, alert);
        self.alerts.truncate(ALERTS);
    }

    fn on_job(&mut self, job: u64, change: impl FnOnce(&mut JobView)) {
        if let Some(view) = self.jobs.iter_mut().find(|view| view.job == job) {
            change(view);
        }
    }
}
