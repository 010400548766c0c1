//! The store room: every shelf with what waits longest, and the devices of the chosen one.
//!
//! ```text
//! ┌ Kho: 34 máy ───────────────┐┌ Kệ A1: 12 máy ──────────────────────────────┐
//! │ Kệ           Máy  Lâu nhất ││ Máy           Bước           Nhận   Trên kệ │
//! │▶A1            12     40 ng ││▶7K3XQ-92M4T-Z · đã xóa      40 ng     12 ng │
//! │ Bàn 3          3      9 ng ││ 2B8M1-0QRST-4 ! cách ly      9 ng      9 ng │
//! │ hộp 12 · A1    5           ││                                             │
//! │ (chưa xếp)     1     70 ng ││                                             │
//! └────────────────────────────┘└─────────────────────────────────────────────┘
//! ```
//!
//! Invariant: what is on the right lies where the place that is chosen on the left says, or nothing is there.

use super::Screen;
use super::layer::{leave, report};
use super::moves::{self, Moves};
use super::pen::Pen;
use super::shelves_list::{List, draw_devices, draw_shelves};
use super::sort::{By, next_stage};
use super::tint;
use crate::custody::Stage;
use crate::unit::ShelfName;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, Place, Report, Seen, ShelfView, Shelved, ShelvesView, Sight,
    Tone, World, hints, place_sentence, press, read_place,
};
use ratatui::layout::Rect;

/// Columns of the list of shelves in a narrow terminal, and in one of at least [`WIDE`].
const SHELVES: (u16, u16) = (31, 46);
pub(super) const WIDE: u16 = 110;

enum State {
    Asking,
    Refused(Report),
    Shown(ShelvesView),
}

/// Which list has the keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Shelves,
    Devices,
}

struct Shelves {
    state: State,
    /// The shelf that is meant; none before one was chosen.
    place: Option<Place>,
    side: Side,
    at: usize,
    by: By,
    /// The stage whose devices alone are shown.
    only: Option<Stage>,
    /// The place whose label was scanned, until it is shown or told that nothing lies there.
    sought: Option<Place>,
}

/// Opens the store room.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Shelves::at(None))
}

/// Opens it at that shelf or box.
pub(super) fn open_at(place: Place) -> Box<dyn Screen> {
    Box::new(Shelves::at(Some(place)))
}

static KEYS: &[Binding<Shelves>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-shelf-devices"),
        when: |screen, _| screen.side == Side::Shelves && !screen.devices().is_empty(),
        what: |screen, _| screen.turn_to(Side::Devices),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-back-to-bench"),
        when: |screen, _| screen.device().is_some(),
        what: |screen, _| {
            let chosen = screen.device().map(|device| Effect::Choose(device.row.device.clone()));
            chosen.into_iter().chain([Effect::Go("bench")]).collect()
        },
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-count"),
        when: |screen, _| screen.shelf().is_some(),
        what: |screen, _| screen.shelf().map(|shelf| Effect::Open(Layer::Count(shelf))).into_iter().collect(),
    },
    Binding {
        key: Key::Char('m'),
        words: || say!("key-shelve"),
        when: |screen, _| screen.is_shown(),
        what: |screen, _| {
            let device = screen.device().map(|device| (device.row.device.clone(), device.row.name.clone()));
            let shelf = if device.is_none() { screen.shelf() } else { None };
            vec![Effect::Open(Layer::Shelve { device, shelf })]
        },
    },
    Binding {
        key: Key::Char('a'),
        words: || say!("key-accessories"),
        when: |screen, _| screen.is_shown(),
        what: |screen, _| {
            let device = screen.device().map(|device| (device.row.device.clone(), device.row.name.clone()));
            vec![Effect::Open(Layer::Accessories(device))]
        },
    },
    Binding {
        key: Key::Char('s'),
        words: || say!("sort-key"),
        when: |screen, _| screen.is_shown(),
        what: |screen, _| {
            screen.by = screen.by.next();
            screen.look()
        },
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-stage"),
        when: |screen, _| screen.is_shown(),
        what: |screen, _| {
            screen.only = next_stage(screen.only);
            screen.look()
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Right,
        words: || say!("key-shelf-devices"),
        when: |screen, _| screen.side == Side::Shelves && !screen.devices().is_empty(),
        what: |screen, _| screen.turn_to(Side::Devices),
    },
    Binding {
        key: Key::Left,
        words: || say!("key-shelf-list"),
        when: |screen, _| screen.side == Side::Devices,
        what: |screen, _| screen.turn_to(Side::Shelves),
    },
    Binding { key: Key::Char('r'), words: || say!("key-refresh"), when: |_, _| true, what: |screen, _| screen.look() },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
    Binding { key: Key::Char('q'), words: || say!("key-quit"), when: |_, _| true, what: |_, world| leave(world) },
];

impl Shelves {
    const fn at(sought: Option<Place>) -> Self {
        let (state, side, by) = (State::Asking, Side::Shelves, By::Given);
        Self { state, place: None, side, at: 0, by, only: None, sought }
    }

    const fn is_shown(&self) -> bool {
        matches!(self.state, State::Shown(_))
    }

    fn view(&self) -> Option<&ShelvesView> {
        match &self.state {
            State::Shown(view) => Some(view),
            State::Asking | State::Refused(_) => None,
        }
    }

    fn shelves(&self) -> &[ShelfView] {
        self.view().map_or(&[], |view| &view.shelves)
    }

    /// The devices of the shelf that is meant, once they were read.
    fn devices(&self) -> &[Shelved] {
        let view =
            self.view().filter(|view| view.shelves.get(view.at).map(|shelf| &shelf.place) == self.place.as_ref());
        view.map_or(&[], |view| &view.devices)
    }

    /// The device that is meant.
    fn device(&self) -> Option<&Shelved> {
        self.devices().get(self.at).filter(|_| self.side == Side::Devices)
    }

    /// The shelf that is meant, where it is one.
    fn shelf(&self) -> Option<ShelfName> {
        ShelfName::read(self.place.as_ref()?.name()?).ok()
    }

    /// Where in the list it stands.
    fn row(&self) -> usize {
        self.shelves().iter().position(|shelf| Some(&shelf.place) == self.place.as_ref()).unwrap_or(0)
    }

    fn turn_to(&mut self, side: Side) -> Vec<Effect> {
        (self.side, self.at) = (side, 0);
        Vec::new()
    }

    fn look(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Shelves(self.sought.clone().or_else(|| self.place.clone())))]
    }

    fn show(&mut self, view: &ShelvesView) -> Vec<Effect> {
        let is_there = |place: &Place| view.shelves.iter().any(|shelf| shelf.place == *place);
        let sought = self.sought.take();
        let nothing = sought.as_ref().filter(|place| !is_there(place)).and_then(Place::name).map(nothing_there);
        self.place = sought.filter(|place| is_there(place)).or_else(|| self.place.take());
        // An answer about another shelf than the one that is meant by now says nothing of its devices.
        if !self.place.as_ref().is_some_and(is_there) || !self.is_shown() {
            self.place = view.shelves.get(view.at).map(|shelf| shelf.place.clone());
        }
        let mut view = view.clone();
        view.devices.retain(|one| self.only.is_none_or(|stage| one.row.stage == stage));
        self.by.order(&mut view.devices, |one| &one.row);
        self.state = State::Shown(view);
        if self.devices().is_empty() {
            self.side = Side::Shelves;
        }
        self.at = self.at.min(self.devices().len().saturating_sub(1));
        nothing.into_iter().collect()
    }

    /// A place's own label chooses it; anything else is looked for at the bench.
    fn scanned(&mut self, text: &str) -> Vec<Effect> {
        let label = read_place(text).ok().map(|place| place.key());
        let is_it = |shelf: &&ShelfView| {
            shelf.place.name().and_then(|name| ShelfName::read(name).ok()).map(|own| own.key()) == label
        };
        let known = self.shelves().iter().filter(|_| label.is_some()).find(is_it).map(|shelf| shelf.place.clone());
        if known.is_some() {
            (self.place, self.side, self.at) = (known, Side::Shelves, 0);
            return self.look();
        }
        vec![Effect::Go("bench"), Effect::Find(text.trim().to_owned())]
    }
}

/// Tells that nothing lies at the place whose label was scanned.
fn nothing_there(place: &str) -> Effect {
    let what = say!("shelf-holds-nothing", place = place_sentence(place));
    Effect::Open(Layer::Message(Report::new(Tone::Warn, what)))
}

impl Moves for Shelves {
    fn places(&self, _world: &World) -> usize {
        match self.side {
            Side::Shelves => self.shelves().len(),
            Side::Devices => self.devices().len(),
        }
    }

    fn at(&self) -> usize {
        match self.side {
            Side::Shelves => self.row(),
            Side::Devices => self.at,
        }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        match self.side {
            Side::Shelves => {
                self.place = self.shelves().get(at).map(|shelf| shelf.place.clone());
                self.at = 0;
                self.look()
            }
            Side::Devices => {
                self.at = at;
                Vec::new()
            }
        }
    }
}

impl Screen for Shelves {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) | Input::Paste(text) => self.scanned(text),
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Shelves(view) = seen.as_ref() {
                    self.show(view)
                } else {
                    Vec::new()
                }
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.state = State::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let told: Sentence = match &self.state {
            State::Shown(view) if !view.shelves.is_empty() => {
                let list = if area.width >= WIDE { SHELVES.1 } else { SHELVES.0 };
                let shelves = List { has_keys: self.side == Side::Shelves, at: self.row() };
                draw_shelves(view, shelves, Rect { width: list, ..area }, pen);
                let shown = view.shelves.get(self.row());
                let heads = self.only.map(Stage::sentence).into_iter().chain(self.by.words()).collect();
                let devices = List { has_keys: self.side == Side::Devices, at: self.at };
                let area = Rect { x: area.x + list, width: area.width - list, ..area };
                return draw_devices((shown, heads), self.devices(), devices, area, pen);
            }
            State::Refused(refusal) => {
                let title = pen.say(&say!("place-shelves"));
                let inner = pen.boxed(area, &title, tint::BAD);
                report(refusal, inner, pen);
                return;
            }
            State::Shown(_) => say!("shelves-empty-hint"),
            State::Asking => say!("bench-reading"),
        };
        let title = pen.say(&say!("place-shelves"));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        let told = pen.say(&told);
        pen.wrapped(inner, &told, tint::PLAIN);
    }

    fn pick(&mut self, list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.side = if list == 0 { Side::Shelves } else { Side::Devices };
        self.go(row, world)
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        self.look()
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.look()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Shelves(_)));
        is_seen || (matches!(self.state, State::Asking) && matches!(answer, Answer::Refused(_)))
    }
}
