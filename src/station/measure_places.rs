//! How long each place of the bench takes on this ledger: until what it shows is read, and to be drawn.
//!
//! Invariants: only keys that go somewhere, down and up are pressed, so nothing is recorded; what the places ask for is done
//! here and now, on this thread, in order.

use super::folder::Folder;
use super::measure::SCREEN;
use super::terminal::paint;
use super::{settings, with_bench};
use crate::cli::Out;
use crate::linux::SystemClock;
use crate::port::{Clock, Failure, Trouble};
use crate::screen::{Glyphs, Now, SCREENS, Task, Teller, View};
use crate::store::{KeyFile, Store, read_key};
use crate::word::{Words, say};
use crate::workbench::{Answer, Bench, Effect, Input, Key, News, World, carry_out};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::collections::VecDeque;
use std::io::{self, Sink};

/// A view without a desk around it.
struct Walk<'a, 'b> {
    view: View,
    bench: &'a mut Bench<'b>,
    folder: &'a Folder,
    words: &'a Words,
    clock: SystemClock,
    terminal: Terminal<CrosstermBackend<Sink>>,
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("screen-failed")).because(error)
}

fn micros(took: std::time::Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

impl Walk<'_, '_> {
    fn now(&self) -> Now {
        Now { time: self.clock.now(), passed: self.clock.with_sleep() }
    }

    /// Does what was asked for, and whatever is asked for because of that.
    fn settle(&mut self, tasks: Vec<Task>) {
        let mut waiting = VecDeque::from(tasks);
        while let Some(task) = waiting.pop_front() {
            let Task::Order(number, effect) = task else { continue };
            for news in self.answer(&effect) {
                let now = self.now();
                waiting.extend(self.view.hear(Teller::Clerk(number), news, now));
            }
        }
    }

    fn answer(&mut self, effect: &Effect) -> Vec<News> {
        if let Effect::Settings(order) = effect {
            let answer = settings::carry(self.folder, self.bench, order);
            return vec![News::Answer(answer.unwrap_or_else(|failure| Answer::Refused((&failure).into())))];
        }
        let mut told = Vec::new();
        carry_out(self.bench, effect, self.words.lang(), &mut |news| told.push(news));
        told
    }

    /// Presses a key and draws; how long that took, µs, and what was asked for.
    fn frame(&mut self, key: Key) -> Result<(u64, Vec<Task>), Failure> {
        let began = self.clock.elapsed();
        let now = self.now();
        let tasks = self.view.press(Input::Key(key), now);
        let (words, view) = (self.words, &mut self.view);
        let drawn = self
            .terminal
            .draw(|frame| _ = paint(frame, &view.stack, &view.world, words, Glyphs::Full))
            .map(|_frame| ());
        drawn.map_err(|error| failed(&error))?;
        Ok((micros(self.clock.elapsed().saturating_sub(began)), tasks))
    }

    /// Goes to a place, and up and down there; how long reading it took and each frame, µs.
    fn visit(&mut self, key: Key, count: u32) -> Result<(u64, Vec<u64>), Failure> {
        let began = self.clock.elapsed();
        let (_first, tasks) = self.frame(key)?;
        self.settle(tasks);
        let read = micros(self.clock.elapsed().saturating_sub(began));
        let mut took = Vec::new();
        for nth in 0..count {
            let (frame, tasks) = self.frame(if nth % 16 < 8 { Key::Down } else { Key::Up })?;
            self.settle(tasks);
            took.push(frame);
        }
        took.sort_unstable();
        Ok((read, took))
    }
}

/// Visits every place and draws each that often.
pub(super) fn places(folder: &Folder, count: u32, out: &mut Out<'_>) -> Result<(), Failure> {
    let words = out.words();
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    let visited = with_bench(folder, &store, |bench, _settings| {
        let clock = SystemClock::new();
        let now = Now { time: clock.now(), passed: clock.with_sleep() };
        let viewport = Viewport::Fixed(Rect::from((Position::ORIGIN, SCREEN)));
        let terminal = Terminal::with_options(CrosstermBackend::new(io::sink()), TerminalOptions { viewport });
        let terminal = terminal.map_err(|error| failed(&error))?;
        let view = View::new(World::new(true, now.time), None, now);
        let mut walk = Walk { view, bench, folder, words, clock, terminal };
        let tasks = walk.view.begin();
        walk.settle(tasks);
        SCREENS.iter().map(|place| Ok((place, walk.visit(place.key, count)?))).collect::<Result<Vec<_>, Failure>>()
    })?;
    for (place, (read, took)) in visited {
        let of = |nth: usize| took.get(nth).copied().unwrap_or(u64::MAX);
        let (median, worst) = (of(took.len() / 2), of(took.len().saturating_sub(1)));
        out.object(
            "place",
            serde_json::json!({ "place": place.name, "count": count, "read_us": read, "median_us": median, "worst_us": worst }),
        )?;
        out.say(&say!("measure-place", place = (place.words)(), read = read, median = median, worst = worst))?;
    }
    Ok(())
}
