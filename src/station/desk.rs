//! The desk: the loop that draws the screen, carries out what it asks for, and brings the news back.
//!
//! Invariants: one thread draws; one clerk keeps the ledger's quick work in order; each job has a thread of its own, and
//! each thread its own bench; whatever ends the loop, every job is stopped, its end recorded, and the terminal given back
//! before anybody waits.

#![expect(clippy::disallowed_methods, reason = "wiring: the threads of the screen live here")]

use super::folder::Folder;
use super::keyboard::{Burst, GAP, Typed};
use super::signal::Interrupt;
use super::terminal::{Taken, last_panic};
use super::{images, with_bench};
use crate::cli::Out;
use crate::linux::SystemClock;
use crate::port::{Clock, Failure, Trouble};
use crate::screen::{Glyphs, Stack};
use crate::store::{KeyFile, Store, read_key};
use crate::unit::{DeviceId, PersonId};
use crate::word::{Lang, Sentence, Words, say};
use crate::workbench::{
    Answer, Bench, Effect, Input, JobOrder, Key, News, Report, Tone, World, carry_out, run_job, tell_orphans,
};
use ratatui::crossterm::event;
use std::collections::BTreeMap;
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
/// How often the keyboard's thread looks up for signals and the end.
const LOOK: Duration = Duration::from_millis(200);
const MINUTE: Duration = Duration::from_mins(1);

/// What the screen is opened with.
pub(super) struct Opening<'a> {
    /// The station.
    pub(super) folder: &'a Folder,
    /// Who is at the bench; none for the station's own person.
    pub(super) by: Option<&'a PersonId>,
    /// What the terminal can show.
    pub(super) glyphs: Glyphs,
    /// Where images are.
    pub(super) images: Vec<PathBuf>,
}

/// What wakes the loop.
enum Wake {
    Typed(Typed),
    News(News),
    /// A signal asks the program to end, or the keyboard is gone.
    End,
}

/// What the threads share.
struct Room<'a> {
    opening: &'a Opening<'a>,
    lang: Lang,
    interrupt: Interrupt,
    over: AtomicBool,
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
    let room = Room { opening, lang: words.lang(), interrupt, over: AtomicBool::new(false) };
    let ended = catch_unwind(AssertUnwindSafe(|| {
        std::thread::scope(|scope| {
            let (send, wakes) = channel();
            let (work, orders) = channel();
            let desk = Desk { room: &room, scope, send, work, jobs: BTreeMap::new(), next: 1, words, clock };
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
    work: Sender<Effect>,
    /// Running jobs, and how to stop each.
    jobs: BTreeMap<u64, Arc<AtomicBool>>,
    next: u64,
    words: &'env Words,
    clock: SystemClock,
}

/// Whatever ends the desk, panics too, its threads end.
impl Drop for Desk<'_, '_> {
    fn drop(&mut self) {
        self.room.over.store(true, Ordering::Relaxed);
        for stop in self.jobs.values() {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

/// What is on the desk while the screen is up.
struct View {
    world: World,
    stack: Stack,
    /// The device that the clerk was last asked to read.
    asked: Option<DeviceId>,
    dirty: bool,
    /// No frame before this.
    not_before: Duration,
    leaving: bool,
}

impl<'scope, 'env> Desk<'scope, 'env> {
    fn open_and_stay(
        mut self,
        world: World,
        wakes: &Receiver<Wake>,
        orders: Receiver<Effect>,
        taken: &mut Option<Taken>,
        out: &mut Out<'_>,
    ) -> Result<(), Failure> {
        let room = self.room;
        let send = self.send.clone();
        self.spawn("keyboard", move || listen(room, &send))?;
        let send = self.send.clone();
        self.spawn("clerk", move || keep(room, &orders, &send))?;
        self.order(Effect::Refresh);
        let stack = Stack::new(&world);
        let mut view = View { world, stack, asked: None, dirty: true, not_before: Duration::ZERO, leaving: false };
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
        started.map(|_thread| ()).map_err(|error| Failure::new(Trouble::Io, say!("screen-failed")).because(error))
    }

    /// The clerk is there until the desk closes.
    fn order(&self, effect: Effect) {
        let _gone = self.work.send(effect);
    }

    fn stay(&mut self, view: &mut View, wakes: &Receiver<Wake>, taken: &mut Taken) -> Result<(), Failure> {
        while !view.leaving {
            let now = self.clock.elapsed();
            if view.dirty && now >= view.not_before {
                taken.draw(&view.stack, &view.world, self.words, self.room.opening.glyphs)?;
                (view.dirty, view.not_before) = (false, self.clock.elapsed() + FRAME);
                break_where_asked();
            }
            let wait = if view.dirty { view.not_before.saturating_sub(now) } else { self.to_next_minute() };
            match wakes.recv_timeout(wait) {
                Ok(wake) => self.take(wake, view, taken)?,
                Err(RecvTimeoutError::Timeout) if !view.dirty => self.tick(view),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => view.leaving = true,
            }
            while let Ok(wake) = wakes.try_recv() {
                self.take(wake, view, taken)?;
            }
        }
        Ok(())
    }

    fn to_next_minute(&self) -> Duration {
        let millis = u64::try_from(self.clock.now().unix_millis()).unwrap_or(0);
        MINUTE.saturating_sub(Duration::from_millis(millis % 60_000))
    }

    /// A minute has passed: the clock goes on, and what other programs recorded is seen.
    fn tick(&self, view: &mut View) {
        view.world.fold(News::Time(self.clock.now()));
        view.dirty = true;
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
                view.not_before = view.not_before.min(self.clock.elapsed() + KEY_FRAME);
                match typed {
                    // A stopped program would leave a disk half written with nobody looking.
                    Typed::Key(Key::Control('z')) if view.world.jobs.is_empty() => taken.suspend()?,
                    Typed::Key(key) => self.input(Input::Key(key), view),
                    Typed::Scan(text) => self.input(Input::Scan(&text), view),
                    Typed::Paste(text) => self.input(Input::Paste(&text), view),
                    Typed::Resized => {}
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
            self.input(Input::Answer(&answer), view);
        }
        if view.world.cursor.is_some() && view.world.here().is_none() && view.asked != view.world.cursor {
            view.asked.clone_from(&view.world.cursor);
            view.asked.iter().cloned().for_each(|device| self.order(Effect::Choose(device)));
        }
    }

    fn input(&mut self, input: Input<'_>, view: &mut View) {
        for effect in view.stack.update(input, &view.world) {
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
                | Effect::Quarantine { .. }) => self.order(other),
            }
        }
    }

    fn start(&mut self, order: JobOrder, view: &mut View) {
        let (job, stop) = (self.next, Arc::new(AtomicBool::new(false)));
        self.next += 1;
        let (room, send, flag) = (self.room, self.send.clone(), Arc::clone(&stop));
        match self.spawn("job", move || run(room, job, &order, &flag, &send)) {
            Ok(()) => _ = self.jobs.insert(job, stop),
            Err(failure) => self.hear(News::Answer(Answer::Refused((&failure).into())), view),
        }
    }
}

/// For the test of what a panic leaves behind.
#[cfg(debug_assertions)]
#[expect(clippy::panic, reason = "a test asks for it; not in the program that is delivered")]
fn break_where_asked() {
    assert!(std::env::var_os("AOXANH_BREAK_SCREEN").is_none(), "asked to break");
}

#[cfg(not(debug_assertions))]
const fn break_where_asked() {}

/// The keyboard's thread.
fn listen(room: &Room<'_>, send: &Sender<Wake>) {
    let mut burst = Burst::default();
    let tell = |typed: Vec<Typed>| typed.into_iter().try_for_each(|one| send.send(Wake::Typed(one)));
    while !room.over.load(Ordering::Relaxed) {
        let heard = match event::poll(if burst.is_open() { GAP } else { LOOK }) {
            Ok(true) => event::read().map(|event| burst.hear(&event)),
            Ok(false) => Ok(burst.pause()),
            Err(error) => Err(error),
        };
        let told = heard.is_ok_and(|typed| tell(typed).is_ok());
        if !told || room.interrupt.is_set() {
            let _gone = send.send(Wake::End);
            return;
        }
    }
}

/// A bench of this thread's own.
fn at_bench(room: &Room<'_>, work: impl FnOnce(&Bench<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
    let folder = room.opening.folder;
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, room.opening.by, |bench, _settings| work(bench))
}

/// The clerk's thread: quick work, in order.
fn keep(room: &Room<'_>, orders: &Receiver<Effect>, send: &Sender<Wake>) {
    let mut tell = |news| _ = send.send(Wake::News(news));
    let kept = caught(|| {
        at_bench(room, |bench| {
            tell_orphans(bench, &mut tell);
            for effect in orders {
                match effect {
                    Effect::ListImages => {
                        let answer = images::list(&room.opening.images).map(Answer::Images);
                        let answer = answer.unwrap_or_else(|failure| Answer::Refused((&failure).into()));
                        tell(News::Answer(answer));
                    }
                    other @ (Effect::Open(_)
                    | Effect::Close
                    | Effect::Home
                    | Effect::Choose(_)
                    | Effect::Find(_)
                    | Effect::Refresh
                    | Effect::Receive(_)
                    | Effect::Inspect(_)
                    | Effect::ListDisks(_)
                    | Effect::StartWipe { .. }
                    | Effect::StartImage { .. }
                    | Effect::CancelJob(_)
                    | Effect::BindTag { .. }
                    | Effect::RecordCheck { .. }
                    | Effect::Hold { .. }
                    | Effect::Quarantine { .. }
                    | Effect::Dismiss
                    | Effect::Quit) => carry_out(bench, &other, room.lang, &mut tell),
                }
            }
            Ok(())
        })
    });
    if let Err(failure) = kept {
        tell(News::Answer(Answer::Refused((&failure).into())));
    }
}

/// A job's thread.
fn run(room: &Room<'_>, job: u64, order: &JobOrder, stop: &AtomicBool, send: &Sender<Wake>) {
    let mut tell = |news| _ = send.send(Wake::News(news));
    let cancel = || stop.load(Ordering::Relaxed);
    let ran = caught(|| {
        at_bench(room, |bench| {
            run_job(bench, job, order, &cancel, &mut tell);
            Ok(())
        })
    });
    if let Err(failure) = ran {
        let report = Report::from(&failure);
        tell(News::Answer(Answer::Refused(report.clone())));
        tell(News::JobEnded { job, report });
    }
}

/// The work's own result; a panic in it as a failure that says where.
fn caught(work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_panic| {
        let what: Sentence = say!("job-broke");
        let failure = Failure::new(Trouble::Io, what).hint(say!("job-broke-hint"));
        Err(failure.because(last_panic().unwrap_or_default()))
    })
}
