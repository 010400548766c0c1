//! The desk: the loop that draws the screen, carries out what it asks for, and brings the news back.
//!
//! Invariants: one thread draws; one clerk keeps the ledger's quick work in order; each job has a thread of its own, and
//! each thread its own bench; whatever ends the loop, every job is stopped, its end recorded, and the terminal given back
//! before anybody waits.

use super::clerk::{close, keep, run};
use super::folder::Folder;
use super::keyboard::{self, Line, Typed};
use super::signal::Interrupt;
use super::terminal::{Taken, last_panic};
use crate::cli::Out;
use crate::event::By;
use crate::linux::SystemClock;
use crate::port::{Clock, Failure, Trouble};
use crate::screen::{Glyphs, Stack};
use crate::unit::DeviceId;
use crate::word::{Lang, Words, say};
use crate::workbench::{
    Alert, Answer, DayOrder, Effect, Input, JobOrder, Key, News, PeopleOrder, Report, Sitting, Tone, World, sign_out,
};
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, Scope};
use std::time::Duration;

/// News is drawn at most ten times a second; what was typed, at most thirty.
const FRAME: Duration = Duration::from_millis(100);
const KEY_FRAME: Duration = Duration::from_millis(33);
/// How often the loop looks up for signals.
const LOOK: Duration = Duration::from_millis(250);
const MINUTE: Duration = Duration::from_mins(1);

/// What the screen is opened with.
pub(super) struct Opening<'a> {
    /// The station.
    pub(super) folder: &'a Folder,
    /// Who is at the bench; none for the station's own person.
    pub(super) by: Option<By>,
    /// What the terminal can show.
    pub(super) glyphs: Glyphs,
    /// Where images are.
    pub(super) images: Vec<PathBuf>,
}

/// What wakes the loop.
enum Wake {
    Typed(Typed),
    News(News),
    /// The keyboard is gone.
    End,
}

impl From<Option<Typed>> for Wake {
    fn from(typed: Option<Typed>) -> Self {
        typed.map_or(Self::End, Self::Typed)
    }
}

/// What the threads share.
pub(super) struct Room<'a> {
    pub(super) opening: &'a Opening<'a>,
    pub(super) lang: Lang,
    interrupt: Interrupt,
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("screen-failed")).because(error)
}

/// Opens the screen and stays until the person leaves.
pub(super) fn open(opening: &Opening<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let words = out.words();
    let clock = SystemClock::new();
    let mut world = World::new(out.is_practice(), clock.now());
    world.domain = Some(opening.folder.settings()?.domain()?);
    let interrupt = Interrupt::watch()?;
    interrupt.watch_hangup()?;
    let mut taken = Some(Taken::take()?);
    let room = Room { opening, lang: words.lang(), interrupt };
    let ended = catch_unwind(AssertUnwindSafe(|| {
        std::thread::scope(|scope| {
            let (send, wakes) = channel();
            let (work, orders) = channel();
            let keys = Line::new(send.clone());
            let sitting = Sitting::new(opening.by.clone(), clock.elapsed());
            let desk =
                Desk { room: &room, scope, send, keys, work, jobs: BTreeMap::new(), next: 1, sitting, words, clock };
            desk.open_and_stay(world, &wakes, orders, &mut taken, out)
        })
    }));
    ended.unwrap_or_else(|_panic| {
        let failure = Failure::new(Trouble::Io, say!("screen-broke"));
        Err(match last_panic() {
            Some(cause) => failure.because(cause),
            None => failure,
        })
    })
}

struct Desk<'scope, 'env> {
    room: &'env Room<'env>,
    scope: &'scope Scope<'scope, 'env>,
    send: Sender<Wake>,
    keys: Line<Wake>,
    work: Sender<Effect>,
    /// Running jobs, and how to stop each; a safety copy being made is one of them here.
    jobs: BTreeMap<u64, Arc<AtomicBool>>,
    next: u64,
    sitting: Sitting,
    words: &'env Words,
    clock: SystemClock,
}

/// Whatever ends the desk, panics too, its threads end.
impl Drop for Desk<'_, '_> {
    fn drop(&mut self) {
        self.keys.cut();
        for stop in self.jobs.values() {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

/// What is on the desk while the screen is up.
struct View {
    world: World,
    stack: Stack,
    /// The minute that the bench was last read in.
    minute: i64,
    /// The device that the clerk was last asked to read.
    asked: Option<DeviceId>,
    dirty: bool,
    /// No frame before this.
    not_before: Duration,
    leaving: bool,
}

impl<'scope> Desk<'scope, '_> {
    fn open_and_stay(
        mut self,
        world: World,
        wakes: &Receiver<Wake>,
        orders: Receiver<Effect>,
        taken: &mut Option<Taken>,
        out: &mut Out<'_>,
    ) -> Result<(), Failure> {
        let room = self.room;
        let keys = self.keys.clone();
        // Not of the scope: where the terminal is torn away, nobody can wait for its reader.
        let reader = Builder::new().name("keyboard".to_owned()).spawn(move || keyboard::listen(&keys));
        reader.map_err(|error| failed(&error))?;
        let send = self.send.clone();
        self.spawn("clerk", move || keep(room, &orders, &|news| _ = send.send(Wake::News(news))))?;
        self.order(Effect::Refresh);
        let stack = Stack::new(&world);
        let minute = world.now.unix_millis() / 60_000;
        let mut view =
            View { world, stack, minute, asked: None, dirty: true, not_before: Duration::ZERO, leaving: false };
        let stayed = match taken {
            Some(taken) => self.stay(&mut view, wakes, taken),
            None => Ok(()),
        };
        *taken = None;
        let running = view.world.jobs.len() as u64;
        if running > 0 {
            out.say(&say!("screen-stopping", count = running))?;
        }
        drop(self);
        let mut stopped = None;
        for wake in wakes {
            if let Wake::News(News::JobEnded { report, .. }) = wake {
                for line in &report.lines {
                    out.say(line)?;
                }
                stopped = report.lines.into_iter().next().filter(|_| report.tone != Tone::Good).or(stopped);
            }
        }
        stayed.and(stopped.map_or(Ok(()), |_line| Err(Failure::new(Trouble::Cancelled, say!("screen-stopped")))))
    }

    fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'scope) -> Result<(), Failure> {
        let started = Builder::new().name(name.to_owned()).spawn_scoped(self.scope, work);
        started.map(|_thread| ()).map_err(|error| failed(&error))
    }

    /// The clerk is there until the desk closes.
    fn order(&self, effect: Effect) {
        let _gone = self.work.send(effect);
    }

    fn stay(&mut self, view: &mut View, wakes: &Receiver<Wake>, taken: &mut Taken) -> Result<(), Failure> {
        while !view.leaving {
            let now = self.clock.elapsed();
            view.dirty |= taken.is_resized();
            if view.dirty && now >= view.not_before {
                taken.draw(&mut view.stack, &view.world, self.words, self.room.opening.glyphs)?;
                // The first frame that shows devices waits for nothing.
                let pause = if view.world.is_read { FRAME } else { Duration::ZERO };
                (view.dirty, view.not_before) = (false, self.clock.elapsed() + pause);
                break_where_asked();
            }
            let wait = if view.dirty { view.not_before.saturating_sub(now) } else { self.to_next_minute() };
            match wakes.recv_timeout(wait.min(LOOK)) {
                Ok(wake) => self.take(wake, view, taken)?,
                Err(RecvTimeoutError::Timeout) if self.is_next_minute(view) => self.tick(view),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => view.leaving = true,
            }
            if self.sitting.is_over(self.clock.elapsed()) {
                self.sign_out_idle(view);
            }
            while let Ok(wake) = wakes.try_recv() {
                self.take(wake, view, taken)?;
            }
            view.leaving |= self.room.interrupt.is_set();
        }
        Ok(())
    }

    fn to_next_minute(&self) -> Duration {
        let millis = u64::try_from(self.clock.now().unix_millis()).unwrap_or(0);
        MINUTE.saturating_sub(Duration::from_millis(millis % 60_000))
    }

    fn is_next_minute(&self, view: &View) -> bool {
        self.clock.now().unix_millis() / 60_000 != view.minute
    }

    /// A minute has passed: the clock goes on, and what other programs recorded is seen.
    fn tick(&self, view: &mut View) {
        view.world.fold(News::Time(self.clock.now()));
        (view.dirty, view.minute) = (true, self.clock.now().unix_millis() / 60_000);
        self.order(Effect::Refresh);
        if let Some(device) = view.world.cursor.clone() {
            self.order(Effect::Choose(device));
        }
    }

    fn take(&mut self, wake: Wake, view: &mut View, taken: &mut Taken) -> Result<(), Failure> {
        view.dirty = true;
        view.world.fold(News::Time(self.clock.now()));
        match wake {
            Wake::End => view.leaving = true,
            Wake::News(news) => self.hear(news, view),
            Wake::Typed(typed) => {
                self.sitting.press(self.clock.elapsed());
                view.not_before = view.not_before.min(self.clock.elapsed() + KEY_FRAME);
                match typed {
                    // A stopped program would leave a disk half written with nobody looking.
                    Typed::Key(Key::Control('z')) if view.world.jobs.is_empty() => taken.suspend()?,
                    Typed::Key(key) => self.input(Input::Key(key), view),
                    Typed::Scan(text) => self.input(Input::Scan(&text), view),
                    Typed::Paste(text) => self.input(Input::Paste(&text), view),
                }
            }
        }
        Ok(())
    }

    fn hear(&mut self, news: News, view: &mut View) {
        if let News::JobEnded { job, .. } = &news {
            self.jobs.remove(job);
        }
        let answer = if let News::Answer(answer) = &news { Some(answer.clone()) } else { None };
        view.world.fold(news);
        if let Some(answer) = answer {
            if let Answer::SignedIn(signed) = &answer {
                self.sitting = Sitting::new(Some(signed.by()), self.clock.elapsed());
            }
            self.input(Input::Answer(&answer), view);
        }
        if view.world.cursor.is_some() && view.world.here().is_none() && view.asked != view.world.cursor {
            view.asked.clone_from(&view.world.cursor);
            view.asked.iter().cloned().for_each(|device| self.order(Effect::Choose(device)));
        }
    }

    fn input(&mut self, input: Input<'_>, view: &mut View) {
        let effects = view.stack.update(input, &view.world);
        self.carry_out(effects, view);
    }

    /// Nobody pressed a key for long: whoever is signed in is taken to have left. Jobs go on.
    fn sign_out_idle(&mut self, view: &mut View) {
        let name = view.world.signed_in().map(|who| who.name.clone()).unwrap_or_default();
        view.stack.go_home();
        self.carry_out(sign_out(&view.world), view);
        let report = Report::new(Tone::Warn, say!("signed-out-idle", name = name));
        let alert = Alert { at: self.clock.now(), about: None, report };
        view.world.fold(News::Alert(Box::new(alert)));
        view.dirty = true;
    }

    fn carry_out(&mut self, effects: Vec<Effect>, view: &mut View) {
        for effect in effects {
            match effect {
                Effect::Quit => view.leaving = true,
                Effect::Dismiss => view.world.fold(News::Dismissed),
                Effect::Choose(device) => {
                    view.world.fold(News::Choosing(device.clone()));
                    view.asked = Some(device.clone());
                    self.order(Effect::Choose(device));
                }
                Effect::StartWipe { device, order } => self.start(JobOrder::Wipe(device, order), view),
                Effect::StartImage { device, order } => self.start(JobOrder::Image(device, order), view),
                Effect::CancelJob(job) => {
                    if let Some(stop) = self.jobs.get(&job) {
                        stop.store(true, Ordering::Relaxed);
                        view.world.fold(News::JobStopping(job));
                    }
                }
                // From this moment on: what is begun next is not theirs any more.
                Effect::People(PeopleOrder::SignOut) => {
                    self.sitting = Sitting::default();
                    self.order(Effect::People(PeopleOrder::SignOut));
                }
                Effect::Day(DayOrder::Close(to)) => self.close(to, view),
                other @ (Effect::Open(_)
                | Effect::Close
                | Effect::Home
                | Effect::Find(_)
                | Effect::Refresh
                | Effect::Receive(_)
                | Effect::Inspect(_)
                | Effect::ListDisks(_)
                | Effect::ListImages
                | Effect::BindTag { .. }
                | Effect::RecordCheck { .. }
                | Effect::Hold { .. }
                | Effect::Quarantine { .. }
                | Effect::People(_)
                | Effect::Unlock(_)
                | Effect::Day(DayOrder::Look)
                | Effect::SetUp(_)) => self.order(other),
            }
        }
    }

    fn start(&mut self, order: JobOrder, view: &mut View) {
        let (job, stop) = (self.next, Arc::new(AtomicBool::new(false)));
        self.next += 1;
        let (room, send, flag) = (self.room, self.send.clone(), Arc::clone(&stop));
        let by = self.sitting.by().cloned();
        let work = move || run(room, by.as_ref(), job, &order, &flag, &|news| _ = send.send(Wake::News(news)));
        match self.spawn("job", work) {
            Ok(()) => _ = self.jobs.insert(job, stop),
            Err(failure) => self.hear(News::Answer(Answer::NotBegun((&failure).into())), view),
        }
    }
}

impl Desk<'_, '_> {
    /// Makes a safety copy on a thread of its own: a slow stick must not hold the clerk up.
    fn close(&mut self, to: PathBuf, view: &mut View) {
        let stop = Arc::new(AtomicBool::new(false));
        let (room, send, flag) = (self.room, self.send.clone(), Arc::clone(&stop));
        let by = self.sitting.by().cloned();
        let work = move || close(room, by.as_ref(), &to, &flag, &|news| _ = send.send(Wake::News(news)));
        match self.spawn("copy", work) {
            Ok(()) => {
                self.jobs.insert(self.next, stop);
                self.next += 1;
            }
            Err(failure) => self.hear(News::Answer(Answer::NotClosed((&failure).into())), view),
        }
    }
}

/// For the test of what a panic leaves behind.
#[cfg(debug_assertions)]
fn break_where_asked() {
    assert!(std::env::var_os("AOXANH_BREAK_SCREEN").is_none(), "asked to break");
}

#[cfg(not(debug_assertions))]
const fn break_where_asked() {}
