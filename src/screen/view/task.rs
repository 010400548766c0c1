//! What others are to do about what a screen asked for, and what the desk does about it itself.
//!
//! Invariants: whatever runs by itself is of whoever is there when it is asked for; from the moment somebody signs out, nothing
//! that is begun is theirs.

use super::View;
use crate::event::By;
use crate::workbench::{
    Alert, CheckAsk, DayOrder, Effect, JobOrder, News, PeopleOrder, Power, ScannerOrder, Sitting, StickOrder,
    StoreNews, StoreOrder, StoreTask,
};
use std::path::PathBuf;

/// What others are to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// The clerk carries that out, after all orders before it.
    Order(u64, Effect),
    /// A job runs, begun by whoever is named; by the station's own person where nobody is.
    Start(JobOrder, Option<By>),
    /// A safety copy is made in that folder, and the day closed with it.
    Close(PathBuf, Option<By>),
    /// An image is added to those that the station keeps, or looked through, by whoever is named.
    Store(StoreTask, Option<By>),
    /// That stops.
    StopStore,
    /// A stick is made, or sticks are taken home, by whoever is named.
    Stick(StickOrder, Option<By>),
    /// Function tests begin, are answered or are left, for whoever is named.
    Test(CheckAsk, Option<By>),
    /// Every port is listened to for a scanner's set-up code, or no more.
    FindScanner(bool),
    /// That job stops.
    Stop(u64),
    /// The terminal goes to the shell until the program is called back.
    Suspend,
}

impl View {
    /// The world alone is told; nobody has anything to do.
    fn tell(&mut self, news: News) -> Option<Task> {
        self.world.fold(news);
        None
    }

    /// What takes long has a thread of its own.
    fn on_stick(&mut self, order: StickOrder) -> Task {
        if matches!(order, StickOrder::Look | StickOrder::Summary(_)) {
            return self.order(Effect::Stick(order));
        }
        self.world.sticks += 1;
        Task::Stick(order, self.by().cloned())
    }

    fn stop_store(&mut self) -> Task {
        self.world.fold(News::Store(StoreNews::Stopping));
        Task::StopStore
    }

    /// An order that tells which device is meant.
    fn order_by_name(&mut self, effect: Effect) -> Task {
        let finds = matches!(effect, Effect::Find(_));
        let order = self.order(effect);
        self.names = Some(self.orders);
        self.world.finding = if finds { self.names } else { self.world.finding };
        order
    }

    /// Nothing that runs is cut off by it.
    fn leave_by(&mut self, power: Power) -> Option<Task> {
        if self.world.running() == 0 {
            (self.power, self.is_leaving) = (Some(power), true);
        }
        None
    }

    /// What others are to do about it; none where it is done.
    pub(super) fn task(&mut self, effect: Effect) -> Option<Task> {
        Some(match effect {
            Effect::Quit => {
                self.is_leaving = true;
                return None;
            }
            Effect::Power(power) => return self.leave_by(power),
            Effect::Speak => {
                self.world.tongue = self.world.tongue.other();
                return None;
            }
            Effect::Dismiss => return self.tell(News::Dismissed),
            Effect::Warn(report) => {
                return self.tell(News::Alert(Box::new(Alert { at: self.world.now, about: None, report })));
            }
            Effect::Choose(device) => {
                self.world.fold(News::Choosing(device.clone()));
                self.asked = Some(device.clone());
                self.order(Effect::Choose(device))
            }
            meant @ (Effect::Find(_) | Effect::Receive(_)) => self.order_by_name(meant),
            Effect::StartWipe { device, order } => Task::Start(JobOrder::Wipe(device, order), self.by().cloned()),
            Effect::StartImage { device, order } => Task::Start(JobOrder::Image(device, order), self.by().cloned()),
            Effect::StartFit { device, order } => Task::Start(JobOrder::Fit(device, order), self.by().cloned()),
            // One at a time: the key for it shows only then.
            Effect::Store(StoreOrder::Work(_)) if self.world.store.work.is_some() => return None,
            Effect::Store(StoreOrder::Work(task)) => {
                self.world.fold(News::Store(StoreNews::Began(task.clone())));
                Task::Store(task, self.by().cloned())
            }
            Effect::Store(StoreOrder::Stop) => self.stop_store(),
            Effect::Stick(order) => self.on_stick(order),
            Effect::Scanner(ScannerOrder::Find) => Task::FindScanner(true),
            Effect::Scanner(ScannerOrder::Stop) => Task::FindScanner(false),
            Effect::CancelJob(job) => {
                self.world.fold(News::JobStopping(job));
                Task::Stop(job)
            }
            Effect::People(
                order @ (PeopleOrder::SignIn(_)
                | PeopleOrder::SignInBadge(_)
                | PeopleOrder::HandOver { to: Some(_), .. }),
            ) => {
                let order = self.order(Effect::People(order));
                self.sign_in = Some(self.orders);
                order
            }
            // From this moment on: what is begun next is not theirs any more.
            Effect::People(PeopleOrder::SignOut) => {
                (self.sitting, self.sign_in) = (Sitting::default(), None);
                self.order(Effect::People(PeopleOrder::SignOut))
            }
            Effect::Day(DayOrder::Close(to)) => {
                self.world.copies += 1;
                Task::Close(to, self.by().cloned())
            }
            Effect::Check(CheckAsk::List(device)) => self.order(Effect::Check(CheckAsk::List(device))),
            Effect::Check(ask) => Task::Test(ask, self.by().cloned()),
            other @ (Effect::Open(_)
            | Effect::Close
            | Effect::Home
            | Effect::Go(_)
            | Effect::Press(_)
            | Effect::Lesson(_)
            | Effect::Refresh
            | Effect::LookAtMachine
            | Effect::Inspect(_)
            | Effect::InspectMobile(..)
            | Effect::See(_)
            | Effect::ListDisks(_)
            | Effect::ListInterrupted
            | Effect::ReadHealth(_)
            | Effect::ListImages
            | Effect::Store(
                StoreOrder::Look | StoreOrder::Masters | StoreOrder::Files(_) | StoreOrder::Remove(_),
            )
            | Effect::Certify(_)
            | Effect::LookMend(_)
            | Effect::Mend { .. }
            | Effect::Correct { .. }
            | Effect::BindTag { .. }
            | Effect::RecordCheck { .. }
            | Effect::Give { .. }
            | Effect::Hold { .. }
            | Effect::Quarantine { .. }
            | Effect::Shelve { .. }
            | Effect::Warehouse(_)
            | Effect::Door(_)
            | Effect::People(_)
            | Effect::Shift(_)
            | Effect::Unlock(_)
            | Effect::Print(_)
            | Effect::Printer(_)
            | Effect::Scanner(ScannerOrder::Look | ScannerOrder::Keep(_) | ScannerOrder::Remove(_))
            | Effect::Phone(_)
            | Effect::Day(DayOrder::Look | DayOrder::Export(_))
            | Effect::Settings(_)
            | Effect::SetUp(_)) => self.order(other),
        })
    }
}
