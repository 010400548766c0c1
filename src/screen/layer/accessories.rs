//! Accessories in stock: what lies where, counting and moving it, and putting a piece to a device or taking it from it.
//!
//! ```text
//! ┌ Phụ kiện cho 7K3XQ-92M4T-Z ───────────────────────────┐
//! │ ! còn thiếu: sạc 4.5x3.0 · 19.5 V · 65 W               │
//! │ Quét tem phụ kiện để ghép: _                           │
//! │▶9QF2B-51VDH-K sạc 4.5x3.0 · 19.5 V · 65 W B1 vừa … 38 │
//! │ …                                                      │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: what is recorded is recorded of the line that is pointed at, or of the tag that was scanned, and said at once.

use super::super::Screen;
use super::super::field::Field;
use super::super::guide::{Guide, Step};
use super::super::moves::{self, Moves};
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::tint;
use super::accessory_add::About;
use super::accessory_row::Row;
use super::{Asked, page, report};
use crate::tag::TagId;
use crate::unit::DeviceId;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Report, Seen, Sight, StockChange, StockSeen, StockView, Tone,
    WarehouseOrder, World, hints, no_tag, press, read_shelf,
};
use ratatui::layout::Rect;

/// What is typed about the line that is pointed at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typing {
    /// How many there are.
    Count,
    /// On which shelf they lie.
    Shelf,
}

pub(super) struct Accessories {
    /// The device that they are for, and its tag.
    device: Option<(DeviceId, String)>,
    seen: Option<StockSeen>,
    at: usize,
    typed: Option<(Typing, Field)>,
    about: Option<Guide<About>>,
    asked: Asked,
    /// What was done last.
    done: Option<Report>,
}

static KEYS: &[Binding<Accessories>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-record"),
        when: |layer, _| layer.typed.as_ref().is_some_and(|(_, typed)| !typed.text().is_empty()),
        what: |layer, _| layer.typed_now(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-accessory-add-now"),
        when: |layer, _| layer.about.as_ref().is_some_and(Guide::is_last),
        what: |layer, _| layer.add(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.about.is_some(),
        what: |layer, _| {
            layer.about.iter_mut().for_each(Guide::next);
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-accessory-pair"),
        when: |layer, _| layer.may(|seen, view| !seen.has(&view.tag)) && layer.device.is_some(),
        what: |layer, _| layer.pair(false),
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-accessory-unpair"),
        when: |layer, _| layer.may(|seen, view| seen.has(&view.tag)),
        what: |layer, _| layer.pair(true),
    },
    Binding {
        key: Key::Char('a'),
        words: || say!("key-accessory-add"),
        when: |layer, _| layer.is_listing(),
        what: |layer, _| {
            (layer.about, layer.done, layer.asked) = (Some(Guide::new(About::new())), None, Asked::NotYet);
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-accessory-count"),
        when: |layer, _| layer.may(|_, _| true),
        what: |layer, _| layer.ask(Typing::Count),
    },
    Binding {
        key: Key::Char('m'),
        words: || say!("key-shelve"),
        when: |layer, _| layer.may(|_, _| true),
        what: |layer, _| layer.ask(Typing::Shelf),
    },
    Binding {
        key: Key::Char('w'),
        words: || say!("key-accessory-works"),
        when: |layer, _| layer.may(|_, _| true),
        what: |layer, _| {
            let works = layer.here().map(|view| view.file.works != Some(true));
            layer.change(StockChange { works, ..StockChange::default() })
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.typed.is_some() || layer.about.is_some(),
        what: |layer, _| {
            layer.typed = None;
            if layer.about.as_mut().is_none_or(|about| about.back() == Step::Out) {
                layer.about = None;
            }
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Accessories {
    pub(super) fn new(device: Option<(DeviceId, String)>) -> Self {
        Self { device, seen: None, at: 0, typed: None, about: None, asked: Asked::NotYet, done: None }
    }

    const fn is_listing(&self) -> bool {
        self.typed.is_none() && self.about.is_none() && !self.asked.is_waiting()
    }

    fn views(&self) -> &[StockView] {
        self.seen.as_ref().map_or(&[], |seen| &seen.views)
    }

    fn here(&self) -> Option<&StockView> {
        self.views().get(self.at)
    }

    /// Whether something can be done with the line that is pointed at.
    fn may(&self, is_it: fn(&StockSeen, &StockView) -> bool) -> bool {
        let here = self.seen.as_ref().zip(self.here());
        self.is_listing() && here.is_some_and(|(seen, view)| is_it(seen, view))
    }

    fn look(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Stock(self.device.as_ref().map(|(device, _)| device.clone())))]
    }

    fn order(&mut self, order: WarehouseOrder) -> Vec<Effect> {
        (self.asked, self.done) = (Asked::Waiting, None);
        vec![Effect::Warehouse(order)]
    }

    fn pair(&mut self, apart: bool) -> Vec<Effect> {
        let Some(accessory) = self.here().map(|view| view.tag.clone()) else { return Vec::new() };
        self.pair_tag(accessory, apart)
    }

    fn pair_tag(&mut self, accessory: TagId, apart: bool) -> Vec<Effect> {
        let Some((device, _)) = self.device.clone() else { return Vec::new() };
        self.order(WarehouseOrder::Pair { device, accessory, apart })
    }

    fn change(&mut self, change: StockChange) -> Vec<Effect> {
        let Some(tag) = self.here().map(|view| view.tag.clone()) else { return Vec::new() };
        self.order(WarehouseOrder::Change(tag, change))
    }

    fn ask(&mut self, what: Typing) -> Vec<Effect> {
        (self.typed, self.done, self.asked) = (Some((what, Field::default())), None, Asked::NotYet);
        Vec::new()
    }

    fn typed_now(&mut self) -> Vec<Effect> {
        let Some((what, typed)) = self.typed.take() else { return Vec::new() };
        let text = typed.text();
        let change = match what {
            Typing::Count => {
                text.parse().ok().map(|count| StockChange { count: Some(count), ..StockChange::default() })
            }
            Typing::Shelf => match read_shelf(&text) {
                Ok(onto) => Some(StockChange { shelf: Some(onto), ..StockChange::default() }),
                Err(failure) => {
                    self.done = Some((&failure).into());
                    self.typed = Some((what, typed));
                    return Vec::new();
                }
            },
        };
        if let Some(change) = change {
            return self.change(change);
        }
        self.done = Some(Report::new(Tone::Bad, say!("accessory-count-wrong", text = text)));
        self.typed = Some((what, typed));
        Vec::new()
    }

    fn add(&mut self) -> Vec<Effect> {
        let Some(about) = &mut self.about else { return Vec::new() };
        about.next();
        if !about.is_done() {
            return Vec::new();
        }
        match about.form.order() {
            Ok(order) => self.order(WarehouseOrder::Add(order)),
            Err((at, failure)) => {
                about.refuse(at, (&failure).into());
                Vec::new()
            }
        }
    }

    /// A tag that was scanned: put to the device where there is one, else pointed at.
    fn scanned(&mut self, text: &str) -> Vec<Effect> {
        let Ok(tag) = TagId::read(text) else {
            self.done = Some((&no_tag(text, None)).into());
            return Vec::new();
        };
        let known = self.views().iter().position(|view| view.tag == tag);
        self.at = known.unwrap_or(self.at);
        if self.device.is_some() {
            return self.pair_tag(tag, false);
        }
        if known.is_none() {
            self.done = Some(Report::new(Tone::Bad, say!("rule-accessory-unknown", tag = tag.to_string())));
        }
        Vec::new()
    }

    /// What the device wants for, what was done, and what is asked; how many lines that took.
    fn draw_head(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let lines = self.seen.as_ref().map(StockSeen::lines).unwrap_or_default();
        let mut used = page(lines.iter(), area, pen);
        let line = |used: u16| Rect { height: 1, ..below(area, used) };
        match &self.typed {
            Some((what, typed)) => {
                let ask = match what {
                    Typing::Count => say!("accessory-ask-count"),
                    Typing::Shelf => say!("shelve-name"),
                };
                let wide = pen.line(line(used), &ask, tint::NEXT);
                typed.draw(right_of(line(used), wide + 1), true, pen);
                used += 1;
            }
            None if self.device.is_some() => {
                pen.line(line(used), &say!("accessory-scan"), tint::NEXT);
                used += 1;
            }
            None => {}
        }
        match (&self.asked, &self.done) {
            (Asked::Waiting, _) => {
                pen.line(line(used), &say!("recording"), tint::NEXT);
                used + 1
            }
            (Asked::Refused(what), _) | (Asked::NotYet, Some(what)) => used + report(what, below(area, used), pen),
            (Asked::NotYet, None) => used,
        }
    }
}

impl Moves for Accessories {
    fn places(&self, _world: &World) -> usize {
        if self.is_listing() { self.views().len() } else { 0 }
    }

    fn at(&self) -> usize {
        if self.is_listing() { self.at } else { 0 }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        (self.at, self.done, self.asked) = (at, None, Asked::NotYet);
        Vec::new()
    }
}

impl Screen for Accessories {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Stock(seen) = seen.as_ref() {
                    // What was pointed at is, wherever it stands now.
                    let here = self.here().and_then(|here| seen.views.iter().position(|view| view.tag == here.tag));
                    self.at = here.unwrap_or(self.at).min(seen.views.len().saturating_sub(1));
                    self.seen = Some((**seen).clone());
                }
                Vec::new()
            }
            Input::Answer(Answer::Done(done)) => {
                (self.asked, self.about, self.done) = (Asked::NotYet, None, Some(done.clone()));
                self.look()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                match &mut self.about {
                    Some(about) => {
                        self.asked = Asked::NotYet;
                        about.refuse(0, refusal.clone());
                    }
                    None => self.asked = Asked::Refused(refusal.clone()),
                }
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some((_, typed)) = &mut self.typed {
                    typed.press(key);
                } else if let Some(about) = &mut self.about {
                    about.input(input);
                }
                Vec::new()
            }),
            Input::Scan(_) | Input::Paste(_) if self.asked.is_waiting() => Vec::new(),
            Input::Scan(text) | Input::Paste(text) => {
                if let Some(about) = &mut self.about {
                    about.input(input);
                } else if let Some((_, typed)) = &mut self.typed {
                    typed.paste(text);
                } else {
                    return self.scanned(text);
                }
                Vec::new()
            }
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = match &self.device {
            Some((_, tag)) => say!("accessories-title-device", tag = tag.as_str()),
            None => say!("accessories-title"),
        };
        let title = pen.say(&title);
        let inner = pen.boxed(area, &title, tint::PLAIN);
        if let Some(about) = &self.about {
            about.draw(inner, pen);
            return;
        }
        let used = self.draw_head(inner, pen);
        let rest = below(inner, used + u16::from(used > 0));
        match &self.seen {
            None => _ = pen.line(rest, &say!("bench-reading"), tint::PLAIN),
            Some(seen) if seen.views.is_empty() => {
                let none = pen.say(&say!("accessories-empty"));
                pen.wrapped(rest, &none, tint::DIM);
            }
            Some(seen) => {
                let first = (self.at + 1).saturating_sub(usize::from(rest.height));
                for (row, (number, view)) in (0..rest.height).zip(seen.views.iter().enumerate().skip(first)) {
                    let line = Row { view, is_here: number == self.at, has_device: self.device.is_some() };
                    line.draw(seen, Rect { height: 1, ..below(rest, row) }, pen);
                    pen.heat(Rect { height: 1, ..below(rest, row) }, Hot::Row(0, number));
                }
            }
        }
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
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
        let is_seen = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Stock(_)));
        let is_refused = matches!(answer, Answer::Refused(_)) && (self.asked.is_waiting() || self.seen.is_none());
        is_seen || is_refused || (self.asked.is_waiting() && matches!(answer, Answer::Done(_)))
    }

    fn is_typing(&self) -> bool {
        self.typed.is_some() || self.about.as_ref().is_some_and(Guide::is_typing)
    }
}
