//! The desk: the loop that draws the screen, has done what it asks for, and brings the news back.
//!
//! Invariants: one thread draws; one clerk keeps the ledger's quick work in order; each job and safety copy has a thread of
//! its own, and each thread its own bench; whatever ends the loop, every job is stopped, its end recorded and said, and the
//! terminal given back before anybody waits.

mod thread;

use super::clerk::{break_where_asked, keep};
use super::folder::{Folder, own_words};
use super::keyboard::{self, Line, Typed};
use super::last_words::{last_words, say_one_time};
use super::phone::Phones;
use super::printers::{Bell, keep_printing};
use super::signal::Interrupt;
use super::stick::watch;
use super::terminal::{Taken, kind, last_panic};
use crate::cli::Out;
use crate::event::By;
use crate::linux::SystemClock;
use crate::port::{Clock, Failure, Trouble};
use crate::screen::{Glyphs, Now, Task, Teller, View};
use crate::word::{Lang, Words, say};
use crate::workbench::{
    Answer, Effect, Input, Layer, News, ScannerKept, ScannerTold, StickTold, StoreTold, Tongue, World,
};
use ratatui::layout::Position;
use std::cell::OnceCell;
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
    /// Whether it begins with the first lesson.
    pub(super) lesson: bool,
}

/// What wakes the loop.
enum Wake {
    Typed(Typed),
    News(Teller, News),
    /// The clerk has no bench to work at.
    Broken(Failure),
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
    /// The language that the program was started in.
    lang: Lang,
    /// Whether the screen speaks the other one.
    speaks_other: AtomicBool,
    /// The phone page, while it is served.
    pub(super) phones: Phones,
    interrupt: Interrupt,
    /// Wakes whoever sends to the printers.
    pub(super) bell: Bell,
}

impl Room<'_> {
    /// The language that the screen speaks now.
    pub(super) fn lang(&self) -> Lang {
        if self.speaks_other.load(Ordering::Relaxed) { self.lang.other() } else { self.lang }
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("screen-failed")).because(error)
}

/// Opens the screen and stays until the person leaves.
pub(super) fn open(opening: &Opening<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let words = out.words();
    let clock = SystemClock::new();
    let mut world = World::new(out.is_practice(), clock.now());
    let settings = opening.folder.settings()?;
    (world.domain, world.habits) = (Some(settings.domain()?), settings.screen);
    world.terminal = kind();
    world.stick = opening.folder.boot().map(|boot| Box::new(boot.seen()));
    let interrupt = Interrupt::watch_on_screen()?;
    let mut taken = Some(Taken::take()?);
    let (speaks_other, phones) = Default::default();
    let room = Room { opening, lang: words.lang(), speaks_other, phones, interrupt, bell: Bell::default() };
    let ended = catch_unwind(AssertUnwindSafe(|| {
        std::thread::scope(|scope| {
            let (send, wakes) = channel();
            let (work, orders) = channel();
            let keys = Line::new(send.clone());
            let desk = Desk {
                room: &room,
                scope,
                send,
                keys,
                work,
                jobs: BTreeMap::new(),
                next: 1,
                tests: None,
                scanners: Vec::new(),
                search: None,
                store: None,
                look_out: None,
                not_before: Duration::ZERO,
                words,
                other: OnceCell::new(),
                clock,
            };
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
    work: Sender<(u64, Effect)>,
    /// Running jobs, and how to stop each; a safety copy being made and work on images are such here too.
    jobs: BTreeMap<u64, Arc<AtomicBool>>,
    next: u64,
    /// The function tests that run: how to answer them and how to stop them.
    tests: Option<(Sender<&'static str>, Arc<AtomicBool>)>,
    /// The scanners that are listened to, and how to stop listening to each.
    scanners: Vec<(ScannerKept, Arc<AtomicBool>)>,
    /// How to stop looking for another.
    search: Option<Arc<AtomicBool>>,
    /// How to stop what is done to the station's images.
    store: Option<Arc<AtomicBool>>,
    /// Ends the look-out for sticks when it is let go.
    look_out: Option<Sender<()>>,
    /// No frame before this.
    not_before: Duration,
    words: &'env Words,
    /// The other language, read when it is first wanted; none where it does not read.
    other: OnceCell<Option<Words>>,
    clock: SystemClock,
}

/// Whatever ends the desk, panics too, its threads end.
impl Drop for Desk<'_, '_> {
    fn drop(&mut self) {
        self.keys.cut();
        self.room.bell.end();
        self.stop_search();
        for stop in self.jobs.values() {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

impl<'scope> Desk<'scope, '_> {
    fn open_and_stay(
        mut self,
        world: World,
        wakes: &Receiver<Wake>,
        orders: Receiver<(u64, Effect)>,
        taken: &mut Option<Taken>,
        out: &mut Out<'_>,
    ) -> Result<(), Failure> {
        let room = self.room;
        let keys = self.keys.clone();
        // Not of the scope: where the terminal is torn away, nobody can wait for its reader.
        let reader = Builder::new().name("keyboard".to_owned()).spawn(move || keyboard::listen(&keys));
        reader.map_err(|error| failed(&error))?;
        self.listen_to(&room.opening.folder.settings()?.scanners)?;
        let send = self.send.clone();
        self.spawn("clerk", move || {
            let tell = |about, news| _ = send.send(Wake::News(Teller::Clerk(about), news));
            if let Err(failure) = keep(room, &orders, &tell) {
                let _gone = send.send(Wake::Broken(failure));
            }
        })?;
        let send = self.send.clone();
        self.look_out_for_sticks()?;
        self.spawn("printer", move || keep_printing(room, &|news| _ = send.send(Wake::News(Teller::Job, news))))?;
        if room.opening.folder.boot().is_some() {
            let send = self.send.clone();
            self.spawn("stick", move || watch(room, &|news| _ = send.send(Wake::News(Teller::Job, news))))?;
        }
        let mut view = View::new(world, room.opening.by.clone(), self.now());
        if room.opening.lesson {
            view.stack.teach(&view.world);
        }
        let tasks = view.begin();
        let stayed = match taken {
            Some(taken) => self.do_all(tasks, &mut view, taken).and_then(|()| self.stay(&mut view, wakes, taken)),
            None => Ok(()),
        };
        *taken = None;
        if let (Some(power), Some(boot)) = (view.power(), room.opening.folder.boot()) {
            boot.leave_by(power);
        }
        room.interrupt.let_go()?;
        let running = view.world.running() as u64;
        if running > 0 {
            out.say(&say!("screen-stopping", count = running))?;
        }
        // Shown nowhere else, and it may have come while somebody left.
        for layer in view.stack.unread() {
            if let Layer::OneTime(tag, password) = layer {
                say_one_time(&tag, &password, out)?;
            }
        }
        drop(self);
        let mut is_well = true;
        for wake in wakes {
            if let Wake::News(teller, news) = wake {
                is_well &= last_words(teller, &news, out)?;
            }
        }
        let stopped = || Failure::new(Trouble::Cancelled, say!("screen-stopped"));
        stayed.and(is_well.then_some(()).ok_or_else(stopped))
    }

    fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'scope) -> Result<(), Failure> {
        let started = Builder::new().name(name.to_owned()).spawn_scoped(self.scope, work);
        started.map(|_thread| ()).map_err(|error| failed(&error))
    }

    fn now(&self) -> Now {
        Now { time: self.clock.now(), passed: self.clock.with_sleep() }
    }

    /// The words of the language that is wanted, the station's own first.
    fn words(&self, tongue: Tongue) -> &Words {
        let read = || {
            let lang = self.words.lang().other();
            let own = own_words(Some(self.room.opening.folder.path()), lang).ok().flatten();
            own.or_else(|| Words::new(lang, None).ok())
        };
        let wanted = match tongue {
            Tongue::Own => None,
            Tongue::Other => self.other.get_or_init(read).as_ref(),
        };
        wanted.unwrap_or(self.words)
    }

    fn stay(&mut self, view: &mut View, wakes: &Receiver<Wake>, taken: &mut Taken) -> Result<(), Failure> {
        while !view.is_leaving {
            let now = self.clock.elapsed();
            view.is_dirty |= taken.is_resized();
            if view.is_dirty && now >= self.not_before {
                let words = self.words(view.world.tongue);
                let hot = taken.draw(&mut view.stack, &view.world, words, self.room.opening.glyphs)?;
                view.show(hot);
                taken.listen(view.world.habits.mouse)?;
                // The first frame that shows devices waits for nothing.
                let pause = if view.world.is_read { FRAME } else { Duration::ZERO };
                (view.is_dirty, self.not_before) = (false, self.clock.elapsed() + pause);
                break_where_asked("screen");
            }
            let wait = if view.is_dirty { self.not_before.saturating_sub(now) } else { self.to_next_minute() };
            match wakes.recv_timeout(wait.min(LOOK)) {
                Ok(wake) => self.take(wake, view, taken)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => view.is_leaving = true,
            }
            while let Ok(wake) = wakes.try_recv() {
                self.take(wake, view, taken)?;
            }
            self.room.speaks_other.store(view.world.tongue == Tongue::Other, Ordering::Relaxed);
            let tasks = view.look(self.now());
            self.do_all(tasks, view, taken)?;
            view.is_leaving |= self.room.interrupt.is_set();
        }
        Ok(())
    }

    fn to_next_minute(&self) -> Duration {
        let millis = u64::try_from(self.clock.now().unix_millis()).unwrap_or(0);
        MINUTE.saturating_sub(Duration::from_millis(millis % 60_000))
    }

    fn take(&mut self, wake: Wake, view: &mut View, taken: &mut Taken) -> Result<(), Failure> {
        let tasks = match wake {
            Wake::End => {
                view.is_leaving = true;
                Vec::new()
            }
            Wake::Broken(failure) => return Err(failure),
            Wake::News(teller, news) => {
                if let News::JobEnded { job, .. } = &news {
                    self.jobs.remove(job);
                }
                if let News::Answer(Answer::Scanner(told)) = &news
                    && let ScannerTold::View(now) = told.as_ref()
                {
                    let kept: Vec<_> = now.scanners.iter().map(|one| one.kept.clone()).collect();
                    self.listen_to(&kept)?;
                }
                let tasks = view.hear(teller, news, self.now());
                if let Some(sound) = view.take_sound() {
                    let bell = &self.room.bell;
                    Taken::ring(sound, view.world.terminal, &|time| _ = bell.rest(time))?;
                }
                tasks
            }
            Wake::Typed(typed) => {
                self.not_before = self.not_before.min(self.clock.elapsed() + KEY_FRAME);
                let input = match &typed {
                    Typed::Key(key) => Input::Key(*key),
                    Typed::Scan(text) => Input::Scan(text),
                    Typed::Paste(text) => Input::Paste(text),
                    Typed::Click(column, line) => {
                        let tasks = view.click(Position { x: *column, y: *line }, self.now());
                        return self.do_all(tasks, view, taken);
                    }
                };
                view.press(input, self.now())
            }
        };
        self.do_all(tasks, view, taken)
    }

    fn do_all(&mut self, tasks: Vec<Task>, view: &mut View, taken: &mut Taken) -> Result<(), Failure> {
        for task in tasks {
            let not_done = |failure: Failure| (Teller::Job, Answer::Refused((&failure).into()));
            let refused = match task {
                // The clerk is there until the desk closes.
                Task::Order(number, effect) => {
                    let _gone = self.work.send((number, effect));
                    continue;
                }
                Task::Stop(job) => {
                    self.jobs.get(&job).into_iter().for_each(|stop| stop.store(true, Ordering::Relaxed));
                    continue;
                }
                Task::StopStore => {
                    self.store.iter().for_each(|stop| stop.store(true, Ordering::Relaxed));
                    continue;
                }
                Task::FindScanner(false) => {
                    self.stop_search();
                    continue;
                }
                Task::FindScanner(true) => self.search().map_err(not_done),
                Task::Suspend => {
                    taken.suspend()?;
                    continue;
                }
                Task::Test(ask, by) => self.test(ask, by).map_err(not_done),
                Task::Start(order, by) => {
                    self.start(order, by).map_err(|failure| (Teller::Job, Answer::NotBegun((&failure).into())))
                }
                Task::Store(task, by) => self.store(task, by).map_err(|failure| {
                    let told = StoreTold::Failed((&failure).into());
                    (Teller::Store, Answer::Store(Box::new(told)))
                }),
                Task::Stick(order, by) => {
                    self.stick(order, by).map_err(|failure| (Teller::Stick, StickTold::Over((&failure).into()).into()))
                }
                Task::Close(to, by) => {
                    self.close(to, by).map_err(|failure| (Teller::Copy, Answer::NotClosed((&failure).into())))
                }
            };
            if let Err((teller, answer)) = refused {
                let more = view.hear(teller, News::Answer(answer), self.now());
                self.do_all(more, view, taken)?;
            }
        }
        Ok(())
    }
}
