//! The stack: one screen, the layers on it, and what stands above and below them all.
//!
//! Invariants: only the top layer has the keys; an answer goes to the layer that waits for it, wherever that lies; what no
//! layer waits for is laid on the screen once no layer is open, so that it takes no keys away and is never lost; nobody
//! works on what a terminal is too small to show.

use super::codes::Codes;
use super::compose::Composer;
use super::cramped::{is_too_small, too_small};
use super::layer;
use super::pen::Pen;
use super::setup::{self, SetUpStart};
use super::unclaimed::unclaimed;
use super::{SCREENS, Screen, header, help_bar, shelves};
use crate::word::say;
use crate::workbench::{
    Answer, Effect, Hint, Input, Key, Layer, Place, Report, Scan, Tone, World, badge_code, layout_report, lesson_from,
    read_place, read_scan,
};
use ratatui::layout::Rect;
use std::collections::VecDeque;

/// The least columns and lines that the screens need.
pub const LEAST: (u16, u16) = (80, 24);

/// The key of the first lesson.
pub(super) const LEARN: Key = Key::Control('b');

/// A screen with its layers.
pub struct Stack {
    screens: Vec<Box<dyn Screen>>,
    /// What opens once no layer is open, the oldest first.
    waiting: VecDeque<Layer>,
    /// Whether the terminal shows nothing but that it is too small.
    is_cramped: bool,
    composer: Composer,
    /// The step of the first lesson that somebody is at.
    lesson: Option<usize>,
    /// The codes of a machine's summary that were scanned.
    codes: Codes,
    /// The wrong keyboard that was told of last.
    garbled: Option<crate::tag::Layout>,
}

impl Stack {
    /// The first of [`SCREENS`].
    #[must_use]
    pub fn new(world: &World) -> Self {
        Self::of(SCREENS.first().map(|place| (place.open)(world)).into_iter().collect())
    }

    /// The page that a new station begins with.
    #[must_use]
    pub fn set_up(start: SetUpStart) -> Self {
        Self::of(vec![setup::open(start)])
    }

    fn of(screens: Vec<Box<dyn Screen>>) -> Self {
        Self {
            screens,
            waiting: VecDeque::new(),
            is_cramped: false,
            composer: Composer::default(),
            lesson: None,
            codes: Codes::default(),
            garbled: None,
        }
    }

    /// It was drawn in a terminal of that size; in one smaller than [`LEAST`] only leaving is left.
    pub const fn fit(&mut self, columns: u16, lines: u16) {
        self.is_cramped = is_too_small(columns, lines);
    }

    /// Takes every layer off; what must be read is shown again.
    pub fn go_home(&mut self) {
        self.waiting.extend(self.screens.iter().skip(1).filter_map(|layer| layer.unread()));
        self.screens.truncate(1);
    }

    /// What lies on the screen, or is to, and nobody said yet that it was read.
    #[must_use]
    pub fn unread(&self) -> Vec<Layer> {
        let lying = self.screens.iter().filter_map(|layer| layer.unread());
        lying.chain(self.waiting.iter().filter(|layer| matches!(layer, Layer::OneTime(..))).cloned()).collect()
    }

    /// What the screen and its layers read anew when something was recorded.
    #[must_use]
    pub fn again(&self, world: &World) -> Vec<Effect> {
        self.screens.iter().flat_map(|screen| screen.again(world)).collect()
    }

    /// Whether any layer waits for somebody to be signed in, hidden or not.
    #[must_use]
    pub fn awaits_sign_in(&self) -> bool {
        self.screens.iter().any(|screen| screen.awaits_sign_in())
    }

    /// Whether a device that is looked for or received now is the machine that the program runs on.
    #[must_use]
    pub fn names_machine(&self) -> bool {
        self.screens.first().is_some_and(|screen| screen.names_machine())
    }

    /// Whether Vietnamese is written now.
    fn is_writing(&self) -> bool {
        self.screens.last().is_some_and(|top| top.is_writing())
    }

    /// That line of that list on top is meant.
    pub fn pick(&mut self, list: usize, row: usize, world: &World) -> Vec<Effect> {
        let at = self.layers();
        let Some(top) = self.screens.get_mut(at).filter(|_| !self.is_cramped) else { return Vec::new() };
        let effects = top.pick(list, row, world);
        self.carry_out(effects, at, world)
    }

    /// Begins the first lesson.
    pub fn teach(&mut self, world: &World) {
        self.carry_out(vec![Effect::Lesson(Some(0))], self.layers(), world);
    }

    /// Where the step of the lesson that somebody is at was done, the next one is shown once nothing lies on the screen.
    pub fn look(&mut self, world: &World) {
        let Some(at) = self.lesson.filter(|_| self.layers() == 0) else { return };
        let next = lesson_from(at, world);
        if next != Some(at) {
            self.carry_out(vec![Effect::Lesson(next)], 0, world);
        }
    }

    /// The card of the step again; where nobody may practise here, how to.
    fn learn(&self, world: &World) -> Vec<Effect> {
        match self.lesson {
            Some(at) => vec![Effect::Open(Layer::Lesson(at))],
            None if world.practice => vec![Effect::Lesson(Some(0))],
            None => {
                let report = Report::new(Tone::Warn, say!("lesson-elsewhere"));
                let hint = Some(say!("lesson-elsewhere-hint"));
                vec![Effect::Open(Layer::Message(Report { hint, ..report }))]
            }
        }
    }

    /// How many layers lie on the screen.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.screens.len().saturating_sub(1)
    }

    /// What the source calls the layer that has the keys, and the keys that are valid there now.
    #[must_use]
    pub fn top(&self, world: &World) -> Option<(&'static str, Vec<Hint>)> {
        self.screens.last().map(|top| (top.source(), top.hints(world)))
    }

    /// Takes the input in; what is left for others to do. The keys of a Vietnamese word become its letters where nothing else
    /// sees to that.
    pub fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        if let Input::Scan(text) = input
            && let Scan::Garbled(tag, layout) = read_scan(text, None)
        {
            self.composer = Composer::default();
            let mut left = self.take(Input::Scan(&tag.to_string()), world);
            // Told once: it is the scanner that is to be set up, not the scan that failed.
            if self.garbled.replace(layout) != Some(layout) {
                left.push(Effect::Warn(layout_report(layout)));
            }
            return left;
        }
        match input {
            Input::Key(key) if self.is_writing() => {
                let keys = self.composer.press(key, world.habits.typing_on(world.terminal));
                keys.into_iter().flat_map(|key| self.take(Input::Key(key), world)).collect()
            }
            Input::Answer(_) => self.take(input, world),
            Input::Key(_) | Input::Scan(_) | Input::Paste(_) => {
                self.composer = Composer::default();
                self.take(input, world)
            }
        }
    }

    fn take(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        let at = self.layers();
        let is_unread = !self.unread().is_empty();
        let Some(top) = self.screens.get_mut(at) else { return vec![Effect::Quit] };
        let mut left = match input {
            Input::Answer(answer) => self.hear(answer, world),
            // The question whether to leave while jobs run could not be read.
            Input::Key(Key::Control('c') | Key::Char('q')) if self.is_cramped && world.running() == 0 && !is_unread => {
                vec![Effect::Quit]
            }
            Input::Key(_) | Input::Scan(_) | Input::Paste(_) if self.is_cramped => Vec::new(),
            // Before anything looks for a tag, or shows what was scanned.
            Input::Scan(text) | Input::Paste(text) if badge_code(text).is_some() && !top.takes_badges() => {
                let badge = badge_code(text).map(|code| Effect::Open(Layer::Badge(code)));
                self.carry_out(badge.into_iter().collect(), at, world)
            }
            Input::Key(_) | Input::Scan(_) | Input::Paste(_) => {
                let place = match input {
                    // What the screen itself does with such a key goes first: it is what its help bar says.
                    Input::Key(key) if at == 0 && top.hints(world).iter().all(|hint| hint.key != key) => {
                        SCREENS.iter().find(|place| place.key == key && (place.when)(world))
                    }
                    Input::Key(_) | Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => None,
                };
                let effects = match input {
                    _ if place.is_some() => place.map(|place| Effect::Go(place.name)).into_iter().collect(),
                    // It is shown once more before anybody leaves.
                    Input::Key(Key::Control('c')) if is_unread => vec![Effect::Home],
                    Input::Key(Key::Control('c')) => layer::leave(world),
                    Input::Key(Key::Char(':')) if at == 0 && !top.is_typing() => palette(top.as_ref(), world),
                    Input::Key(Key::Control('p')) if at == 0 => palette(top.as_ref(), world),
                    Input::Key(Key::Function(12)) => vec![Effect::Speak],
                    Input::Key(LEARN) if at == 0 => self.learn(world),
                    Input::Key(Key::Function(1)) => vec![Effect::Open(Layer::Keys(top.hints(world)))],
                    Input::Key(Key::Char('?')) if !top.is_typing() => {
                        vec![Effect::Open(Layer::Keys(top.hints(world)))]
                    }
                    Input::Key(_) | Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => top.update(input, world),
                };
                self.carry_out(effects, at, world)
            }
        };
        while self.layers() == 0
            && let Some(layer) = self.waiting.pop_front()
        {
            left.extend(self.carry_out(vec![Effect::Open(layer)], 0, world));
        }
        left
    }

    /// Gives the answer to the uppermost layer that waits for it.
    fn hear(&mut self, answer: &Answer, world: &World) -> Vec<Effect> {
        let taker = self.screens.iter_mut().enumerate().rev().find(|(_, screen)| screen.takes(answer));
        let Some((at, screen)) = taker else {
            self.waiting.extend(unclaimed(answer));
            return Vec::new();
        };
        let effects = screen.update(Input::Answer(answer), world);
        self.carry_out(effects, at, world)
    }

    /// Carries out what the screen at that place asked for: layers above it stay where they are.
    fn carry_out(&mut self, effects: Vec<Effect>, mut at: usize, world: &World) -> Vec<Effect> {
        let mut left = Vec::new();
        for effect in effects {
            match self.codes.gather(effect) {
                Effect::Open(layer) => {
                    let opened = layer::open(layer, world);
                    left.extend(opened.begin());
                    at += 1;
                    self.screens.insert(at, opened);
                }
                // A scanner that is as slow as a hand; the label of a shelf or a box.
                Effect::Find(text) if badge_code(&text).is_some() || is_place(&text) => {
                    left.extend(self.open_code(&text, at, world));
                    at = at.min(self.layers());
                }
                Effect::Close if at > 0 => {
                    self.screens.remove(at);
                    at -= 1;
                }
                Effect::Close => {}
                Effect::Home => {
                    self.waiting.extend(self.screens.drain(1..=at).filter_map(|layer| layer.unread()));
                    at = 0;
                }
                Effect::Lesson(step) => {
                    self.lesson = step.and_then(|step| lesson_from(step, world));
                    if let Some(step) = self.lesson {
                        at += 1;
                        self.screens.insert(at, layer::open(Layer::Lesson(step), world));
                    }
                }
                Effect::Go(name) => {
                    let Some(place) = SCREENS.iter().find(|place| place.name == name) else { continue };
                    left.extend(self.turn_to((place.open)(world)));
                    at = 0;
                }
                Effect::Press(Key::Function(12)) => left.push(Effect::Speak),
                Effect::Press(key) => {
                    if key == LEARN {
                        let effects = self.learn(world);
                        left.extend(self.carry_out(effects, at, world));
                        at = self.layers();
                        continue;
                    }
                    // The key of a screen is one wherever it is pressed, but where that screen means something else by it.
                    let is_own =
                        self.screens.get(at).is_some_and(|top| top.hints(world).iter().any(|one| one.key == key));
                    let place = SCREENS.iter().find(|place| place.key == key && !is_own);
                    let place = place.map(|place| vec![Effect::Go(place.name)]);
                    let own = || self.screens.get_mut(at).map(|screen| screen.update(Input::Key(key), world));
                    let effects = place.or_else(own).unwrap_or_default();
                    left.extend(self.carry_out(effects, at, world));
                    at = at.min(self.layers());
                }
                other @ (Effect::Choose(_)
                | Effect::Find(_)
                | Effect::Refresh
                | Effect::Receive(_)
                | Effect::Inspect(_)
                | Effect::InspectMobile(..)
                | Effect::See(_)
                | Effect::ListDisks(_)
                | Effect::ListInterrupted
                | Effect::ReadHealth(_)
                | Effect::ListImages
                | Effect::StartWipe { .. }
                | Effect::StartImage { .. }
                | Effect::StartFit { .. }
                | Effect::Store(_)
                | Effect::CancelJob(_)
                | Effect::Certify(_)
                | Effect::Check(_)
                | Effect::BindTag { .. }
                | Effect::RecordCheck { .. }
                | Effect::LookMend(_)
                | Effect::Mend { .. }
                | Effect::Give { .. }
                | Effect::Correct { .. }
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
                | Effect::Scanner(_)
                | Effect::Day(_)
                | Effect::Settings(_)
                | Effect::Phone(_)
                | Effect::Stick(_)
                | Effect::SetUp(_)
                | Effect::LookAtMachine
                | Effect::Power(_)
                | Effect::Dismiss
                | Effect::Warn(_)
                | Effect::Speak
                | Effect::Quit) => left.push(other),
            }
        }
        left
    }

    /// Signs in whose badge that is, or opens the store room at the place whose label it is.
    fn open_code(&mut self, text: &str, at: usize, world: &World) -> Vec<Effect> {
        if let Some(code) = badge_code(text) {
            return self.carry_out(vec![Effect::Open(Layer::Badge(code))], at, world);
        }
        let Ok(place) = read_place(text) else { return Vec::new() };
        self.turn_to(shelves::open_at(Place::named(place.as_str())))
    }

    /// Shows that screen in place of the one that is open and of all that lies on it; what must be read is shown again.
    fn turn_to(&mut self, screen: Box<dyn Screen>) -> Vec<Effect> {
        self.go_home();
        self.screens = vec![screen];
        self.screens.iter().flat_map(|screen| screen.begin()).collect()
    }

    /// Draws everything: header, screen, layers, help bar. In a terminal that is too small, one line that says so.
    pub fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        if is_too_small(area.width, area.height) {
            return too_small(world, area, pen);
        }
        let line = Rect { height: 1, ..area };
        let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
        // Of layers on layers only the top one is drawn, so that frames do not nest.
        for screen in self.screens.iter().take(1).chain(self.screens.iter().skip(1).last()) {
            // What lies below has no keys, and takes no clicks.
            pen.cool();
            screen.draw(world, body, pen);
        }
        header::draw(world, line, pen);
        let hints = self.screens.last().map(|top| top.hints(world)).unwrap_or_default();
        help_bar::draw(&hints, Rect { y: area.y + area.height - 1, ..line }, pen);
    }
}

/// Whether it is the label of a shelf or a box.
fn is_place(text: &str) -> bool {
    matches!(read_scan(text, None), Scan::Shelf(_))
}

/// Everything that can be done here, to be found by words.
fn palette(top: &dyn Screen, world: &World) -> Vec<Effect> {
    vec![Effect::Open(Layer::Palette(top.hints(world)))]
}
