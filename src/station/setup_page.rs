//! The page that makes a station where there is none, on the screen: the questions of `aoxanh open`, and its function.
//!
//! Invariants: leaving before the last question leaves nothing behind; the terminal is given back whatever happens; the page
//! about the recovery sheets is left by a key that was pressed when it stood there, and by no earlier one.

use super::folder;
use super::keyboard::{Ear, Typed};
use super::setup::{self, Made};
use super::signal::Interrupt;
use super::terminal::{Taken, kind};
use super::{sheets, vault};
use crate::cli::{Answers, NO_DOMAIN, Out};
use crate::linux::{SystemClock, removable_places};
use crate::port::{Clock, Failure, gave_up};
use crate::screen::{Glyphs, SetUpStart, Stack};
use crate::word::{Words, say};
use crate::workbench::{Answer, Effect, Input, Key, MadeView, SetUp, SetUpOrder, World};
use std::path::{Path, PathBuf};

/// What is in front of the person, and what came of it.
struct Page<'a, 'o> {
    path: &'a Path,
    words: &'o Words,
    glyphs: Glyphs,
    world: World,
    stack: Stack,
    taken: Taken,
    done: Option<Done>,
    leaving: bool,
}

/// A station that was made, from which answers, and its sheets.
struct Done {
    made: Made,
    setup: SetUp,
    sheets: Vec<PathBuf>,
}

/// Asks the questions on the screen and makes the station at `path`; none where it was made and somebody asked the process to
/// stop. Errors: it cannot be made there; the person gave up.
pub(super) fn open(path: &Path, glyphs: Glyphs, out: &mut Out<'_>) -> Result<Option<Made>, Failure> {
    // Before anybody answers questions in vain.
    folder::empty_folder(path)?;
    let words = out.words();
    let interrupt = Interrupt::watch_on_screen()?;
    // Without the list of what is plugged in, memory is left.
    let places = removable_places(Path::new("/")).unwrap_or_default();
    let start = SetUpStart {
        folder: path.to_owned(),
        domain: NO_DOMAIN.to_owned(),
        guest: words.say(&say!("guest-name")),
        sheets: sheets::proposal(path, &places, vault::memory().as_deref()),
        lang: words.lang(),
    };
    let mut world = World::new(false, SystemClock::new().now());
    world.terminal = kind();
    let (stack, taken) = (Stack::set_up(start), Taken::take()?);
    let mut page = Page { path, words, glyphs, world, stack, taken, done: None, leaving: false };
    let stayed = page.stay(&interrupt, out);
    let done = page.done.take();
    drop(page);
    stayed?;
    let Done { made, setup, sheets } = done.ok_or_else(gave_up)?;
    setup::tell(&made, &setup, &sheets, out)?;
    Ok((!interrupt.is_set()).then_some(made))
}

impl Page<'_, '_> {
    fn stay(&mut self, interrupt: &Interrupt, out: &mut Out<'_>) -> Result<(), Failure> {
        let mut ear = Ear::default();
        self.draw()?;
        while !self.leaving && !interrupt.is_set() {
            let Some(typed) = ear.hear() else { break };
            let is_news = !typed.is_empty() || self.taken.is_resized();
            let was_done = self.done.is_some();
            for one in typed {
                match one {
                    Typed::Key(Key::Control('z')) => self.taken.suspend()?,
                    Typed::Key(key) => self.input(Input::Key(key), out)?,
                    Typed::Scan(text) => self.input(Input::Scan(&text), out)?,
                    Typed::Paste(text) => self.input(Input::Paste(&text), out)?,
                    Typed::Click(..) => {}
                }
                if !was_done && self.done.is_some() {
                    break;
                }
            }
            if !was_done && self.done.is_some() {
                ear.forget();
            }
            if is_news {
                self.draw()?;
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<(), Failure> {
        self.taken.draw(&mut self.stack, &self.world, self.words, self.glyphs).map(|_hot| ())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the page asks for nothing else, and there is no bench yet")]
    fn input(&mut self, input: Input<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
        for effect in self.stack.update(input, &self.world) {
            match effect {
                Effect::Quit => self.leaving = true,
                Effect::SetUp(order) => {
                    // Keys, ledger and vault take a moment: it is said before.
                    self.draw()?;
                    let answer = match self.make(*order, out) {
                        Ok(view) => Answer::Made(Box::new(view)),
                        Err(failure) => Answer::Refused((&failure).into()),
                    };
                    self.stack.update(Input::Answer(&answer), &self.world);
                }
                _other => {}
            }
        }
        Ok(())
    }

    fn make(&mut self, order: SetUpOrder, out: &mut Out<'_>) -> Result<MadeView, Failure> {
        let answers = Answers { setup: order.setup, sheets: Some(order.sheets) };
        let (made, sheets) = setup::make(self.path, &answers, out)?;
        let view = MadeView {
            folder: self.path.to_owned(),
            station: made.opened.id.short(8),
            sheets: sheets.clone(),
            team_key: setup::team_key_sentence(&answers.setup.team_key),
            locked: made.locked.as_ref().map(|failure| failure.what.clone()),
        };
        self.done = Some(Done { made, setup: answers.setup, sheets });
        Ok(view)
    }
}
