//! What is on the desk while the screen is up, and what every key, every piece of news and the time make of it.
//!
//! Invariants: no thread, clock or terminal here: what others are to do is returned as tasks, in order; desk and clerk agree
//! about who is there, because a sign-in counts only as the answer that is still awaited; a key that comes after the sitting
//! was over signs out and does nothing else.

mod task;

pub use task::Task;

use super::Stack;
use super::pen::Hot;
use super::sound::{Sound, sound};
use crate::event::By;
use crate::unit::{DeviceId, Moment};
use crate::word::say;
use crate::workbench::{
    Alert, Answer, Effect, Input, Key, News, Power, Report, SignedIn, Sitting, StickTold, StoreNews, Tone, World,
    look_again, sign_out,
};
use ratatui::layout::{Position, Rect};
use std::time::Duration;

/// When something happens.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The time of day.
    pub time: Moment,
    /// Time passed since some fixed point, on a clock that goes on while the machine sleeps.
    pub passed: Duration,
}

/// Who tells news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teller {
    /// The clerk, about the order of that number; 0 before the first.
    Clerk(u64),
    /// A job's thread.
    Job,
    /// The thread of a safety copy.
    Copy,
    /// The thread that works on images.
    Store,
    /// The thread that works on sticks.
    Stick,
}

/// What is on the desk while the screen is up.
pub struct View {
    /// What is known.
    pub world: World,
    /// The screen and its layers.
    pub stack: Stack,
    /// Whether something changed that is not drawn yet.
    pub is_dirty: bool,
    /// Whether the person left.
    pub is_leaving: bool,
    sitting: Sitting,
    /// The minute that the bench was last read in.
    minute: i64,
    /// The device that the clerk was last asked to read.
    asked: Option<DeviceId>,
    /// How many orders the clerk was given.
    orders: u64,
    /// The order to sign somebody in that is awaited.
    sign_in: Option<u64>,
    sound: Option<Sound>,
    /// What can be clicked on in the last frame.
    hot: Vec<(Rect, Hot)>,
    /// When a key was pressed last.
    pressed: Duration,
    /// The order that tells which device this machine is, where the program was started from a stick.
    names: Option<u64>,
    /// How the computer is to be left, once the desk is.
    power: Option<Power>,
}

impl View {
    /// Nothing read yet, with that person at the bench; none for whoever the station takes it to be.
    #[must_use]
    pub fn new(world: World, by: Option<By>, now: Now) -> Self {
        Self {
            stack: Stack::new(&world),
            world,
            is_dirty: true,
            is_leaving: false,
            sitting: Sitting::new(by, now.passed),
            minute: minute(now),
            asked: None,
            orders: 0,
            sign_in: None,
            sound: None,
            hot: Vec::new(),
            pressed: now.passed,
            names: None,
            power: None,
        }
    }

    /// How the computer is to be left, once the desk is.
    #[must_use]
    pub const fn power(&self) -> Option<Power> {
        self.power
    }

    /// Who is there, as what is begun now is recorded; none for whoever the station takes it to be.
    #[must_use]
    pub const fn by(&self) -> Option<&By> {
        self.sitting.by()
    }

    /// What the desk begins with: the bench is read.
    pub fn begin(&mut self) -> Vec<Task> {
        let mut tasks = vec![self.order(Effect::Refresh)];
        if self.world.stick.is_some() {
            tasks.push(self.order(Effect::LookAtMachine));
        }
        tasks
    }

    /// Time passes: with each minute the clock goes on and what other programs recorded is seen; whoever pressed no key for
    /// long is taken to have left. Jobs go on.
    pub fn look(&mut self, now: Now) -> Vec<Task> {
        let mut tasks = Vec::new();
        if minute(now) != self.minute {
            (self.is_dirty, self.minute) = (true, minute(now));
            self.world.fold(News::Time(now.time));
            tasks.extend(self.look_again());
        }
        if self.is_over(now) {
            tasks.extend(self.sign_out_idle(now));
        }
        tasks
    }

    /// Takes in what a person did.
    pub fn press(&mut self, input: Input<'_>, now: Now) -> Vec<Task> {
        self.is_dirty = true;
        self.world.fold(News::Time(now.time));
        let is_over = self.is_over(now);
        let mut tasks = self.look(now);
        // It was meant for a desk that shows somebody else's work, perhaps by somebody else.
        if is_over {
            return tasks;
        }
        self.sitting.press(now.passed);
        self.pressed = now.passed;
        // A stopped program would leave a disk half written with nobody looking.
        if matches!(input, Input::Key(Key::Control('z'))) && self.world.running() == 0 {
            tasks.push(Task::Suspend);
        } else {
            tasks.extend(self.update(input));
        }
        self.stack.look(&self.world);
        tasks
    }

    /// Takes a click in: what stands there is done, or meant from now on.
    pub fn click(&mut self, at: Position, now: Now) -> Vec<Task> {
        // The last drawn lies on top.
        match self.hot.iter().rev().find(|(area, _)| area.contains(at)).map(|(_, hot)| *hot) {
            Some(Hot::Key(key)) => self.press(Input::Key(key), now),
            Some(Hot::Row(list, row)) if !self.is_over(now) => {
                self.is_dirty = true;
                self.sitting.press(now.passed);
                let effects = self.stack.pick(list, row, &self.world);
                self.carry_out(effects)
            }
            Some(Hot::Row(..)) => self.look(now),
            None => Vec::new(),
        }
    }

    /// What can be clicked on in the frame that was drawn now.
    pub fn show(&mut self, hot: Vec<(Rect, Hot)>) {
        self.hot = hot;
    }

    /// What is to be heard now, once.
    pub const fn take_sound(&mut self) -> Option<Sound> {
        self.sound.take()
    }

    fn is_over(&self, now: Now) -> bool {
        self.sitting.is_over(now.passed, self.world.habits.longest_rest())
    }

    /// Takes news in.
    pub fn hear(&mut self, teller: Teller, news: News, now: Now) -> Vec<Task> {
        self.is_dirty = true;
        self.world.fold(News::Time(now.time));
        let mut tasks = self.look(now);
        if self.world.habits.sounds {
            self.sound = sound(&news, now.passed.saturating_sub(self.pressed)).or(self.sound);
        }
        let answer = if let News::Answer(answer) = &news { Some(answer.clone()) } else { None };
        let is_over = match teller {
            Teller::Clerk(_) => false,
            Teller::Job => matches!(&news, News::JobEnded { .. } | News::Prints(_) | News::Answer(Answer::NotBegun(_))),
            Teller::Copy | Teller::Store => answer.is_some(),
            Teller::Stick => match &answer {
                Some(Answer::Stick(told)) => matches!(told.as_ref(), StickTold::Over(_)),
                _other => false,
            },
        };
        let named = self.named(teller, &news);
        self.world.fold(news);
        if let Some(device) = named {
            tasks.extend(self.is_that(device));
        }
        if teller == Teller::Copy && is_over {
            self.world.copies = self.world.copies.saturating_sub(1);
        }
        if teller == Teller::Stick && is_over {
            self.world.sticks = self.world.sticks.saturating_sub(1);
        }
        if teller == Teller::Store && is_over {
            self.world.fold(News::Store(StoreNews::Over));
        }
        if let Some(answer) = answer {
            tasks.extend(self.answered(teller, &answer, now));
        }
        if is_over {
            tasks.extend(self.look_again());
        }
        if self.world.cursor.is_some() && self.world.here().is_none() && self.asked != self.world.cursor {
            self.asked.clone_from(&self.world.cursor);
            tasks.extend(self.asked.clone().map(|device| self.order(Effect::Choose(device))));
        }
        self.stack.look(&self.world);
        tasks
    }

    /// The device that this machine turns out to be: what was scanned or received here, or what it says itself.
    fn named(&self, teller: Teller, news: &News) -> Option<DeviceId> {
        self.world.stick.as_ref()?;
        let is_order = self.names.is_some_and(|number| teller == Teller::Clerk(number));
        let is_told = is_order && self.stack.names_machine();
        if let News::Choosing(device) = news {
            return is_told.then(|| device.clone());
        }
        let News::Machine(seen) = news else { return None };
        if self.world.this_device().is_none() { seen.device.clone() } else { None }
    }

    /// This machine is that device: nobody has to ask for what is read of it to be recorded.
    fn is_that(&mut self, device: DeviceId) -> Vec<Task> {
        self.names = None;
        self.world.fold(News::ThisMachine(device.clone()));
        let effects = vec![Effect::Choose(device.clone()), Effect::Inspect(device)];
        self.carry_out(effects)
    }

    fn answered(&mut self, teller: Teller, answer: &Answer, now: Now) -> Vec<Task> {
        let is_of = |order: Option<u64>| order.is_some_and(|number| teller == Teller::Clerk(number));
        if is_of(self.world.finding) {
            self.world.finding = None;
        }
        let is_awaited = self.sign_in.take_if(|number| teller == Teller::Clerk(*number)).is_some();
        match answer {
            Answer::SignedIn(signed) if is_awaited => self.sit_down(signed, answer, now),
            // It was given up meanwhile, and the clerk was told so after it.
            Answer::SignedIn(_) => Vec::new(),
            Answer::Found(_)
            | Answer::Several(_)
            | Answer::NotFound { .. }
            | Answer::Inspected(_)
            | Answer::Seen(_)
            | Answer::Disks(_)
            | Answer::Interrupted(_)
            | Answer::Health { .. }
            | Answer::Images(_)
            | Answer::Store(_)
            | Answer::OneTime(..)
            | Answer::People(_)
            | Answer::VaultLocked
            | Answer::Wipes(_)
            | Answer::Day(_)
            | Answer::DayClosed(_)
            | Answer::Settings(_)
            | Answer::Phone(_)
            | Answer::Printers(_)
            | Answer::Scanner(_)
            | Answer::Stick(_)
            | Answer::Check(_)
            | Answer::Made(_)
            | Answer::Began(_)
            | Answer::Mend(_)
            | Answer::Taken(..)
            | Answer::Password(..)
            | Answer::Badge(_)
            | Answer::Done(_)
            | Answer::NotBegun(_)
            | Answer::NotClosed(_)
            | Answer::Refused(_) => self.update(Input::Answer(answer)),
        }
    }

    fn sit_down(&mut self, signed: &SignedIn, answer: &Answer, now: Now) -> Vec<Task> {
        self.sitting = Sitting::new(Some(signed.by()), now.passed);
        let mut tasks = self.update(Input::Answer(answer));
        // The layer that waits may lie under another, which has no use for the answer.
        if self.stack.awaits_sign_in() {
            self.stack.go_home();
        }
        if !tasks.iter().any(|task| matches!(task, Task::Order(_, Effect::Refresh))) {
            tasks.extend(self.look_again());
        }
        tasks
    }

    fn update(&mut self, input: Input<'_>) -> Vec<Task> {
        let effects = self.stack.update(input, &self.world);
        let mut tasks = self.carry_out(effects);
        // Given up while the clerk still looks at the PIN: nobody is there, and nothing recorded from now on is theirs.
        if self.sign_in.is_some() && !self.stack.awaits_sign_in() {
            tasks.extend(self.sign_out());
        }
        tasks
    }

    fn sign_out(&mut self) -> Vec<Task> {
        self.carry_out(sign_out(&self.world))
    }

    fn sign_out_idle(&mut self, now: Now) -> Vec<Task> {
        let name = self.world.signed_in().map(|who| who.name.clone()).unwrap_or_default();
        self.stack.go_home();
        let tasks = self.sign_out();
        let report = Report::new(
            Tone::Warn,
            say!("signed-out-idle", name = name, minutes = u64::from(self.world.habits.lock_after)),
        );
        self.world.fold(News::Alert(Box::new(Alert { at: now.time, about: None, report })));
        self.is_dirty = true;
        tasks
    }

    fn look_again(&mut self) -> Vec<Task> {
        let effects = look_again(&self.world).chain(self.stack.again(&self.world)).collect::<Vec<_>>();
        effects.into_iter().map(|effect| self.order(effect)).collect()
    }

    fn order(&mut self, effect: Effect) -> Task {
        self.orders += 1;
        Task::Order(self.orders, effect)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Vec<Task> {
        effects.into_iter().filter_map(|effect| self.task(effect)).collect()
    }
}

const fn minute(now: Now) -> i64 {
    now.time.unix_millis() / 60_000
}
