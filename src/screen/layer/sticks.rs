//! Sticks: those that were made, making another, and taking home what those bring that are plugged in.
//!
//! ```text
//! ┌ Thẻ khởi động: 2 ─────────────────────────────────┐
//! │ Thẻ 1 · tạo … · về nhà lần cuối … · dùng đến …     │
//! │ Thẻ 2 · tạo … · chưa về nhà lần nào · dùng đến …   │
//! │ ▶ Đang cắm: sdb                                    │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: what is asked for runs on whether this is open or not; nothing is decided here.

use super::super::Screen;
use super::super::guide::{Guide, Step};
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::stick_form::StickForm;
use super::{boxed, report};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, Report, StickOrder, StickTold, SticksView, World, hints, press,
    stick_sentence,
};
use ratatui::layout::Rect;

/// As many starts of the chosen stick are told of that are not all home.
const AWAY: usize = 4;

#[derive(Default)]
pub(super) struct Sticks {
    view: Option<SticksView>,
    at: usize,
    guide: Option<Guide<StickForm>>,
    /// What is being done, and how much of it.
    going: Option<(Sentence, Option<u64>)>,
    /// What came of it.
    over: Option<Report>,
}

static KEYS: &[Binding<Sticks>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.guide.is_some(),
        what: |layer, _| layer.next(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.guide.is_some(),
        what: |layer, _| {
            if layer.guide.as_mut().is_none_or(|guide| guide.back() == Step::Out) {
                layer.guide = None;
            }
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('h'),
        words: || say!("key-stick-home"),
        when: |layer, _| layer.is_list() && layer.view.as_ref().is_some_and(|view| !view.plugged.is_empty()),
        what: |layer, _| {
            (layer.going, layer.over) = (Some((say!("sticks-taking-home"), None)), None);
            vec![Effect::Stick(StickOrder::Home)]
        },
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-stick-write"),
        when: |layer, world| layer.is_list() && world.is_lead() && layer.view.as_ref().is_some_and(can_write),
        what: |layer, world| {
            layer.over = None;
            layer.guide = layer.view.as_ref().map(|view| Guide::new(StickForm::new(view, world)));
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-stick-look"),
        when: |layer, _| layer.is_list(),
        what: |layer, _| {
            layer.over = None;
            layer.begin()
        },
    },
    moves::down(),
    moves::up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

fn can_write(view: &SticksView) -> bool {
    view.has_image && !view.disks.is_empty()
}

impl Sticks {
    const fn is_list(&self) -> bool {
        self.view.is_some() && self.guide.is_none() && self.going.is_none()
    }

    fn next(&mut self) -> Vec<Effect> {
        let Some(guide) = &mut self.guide else { return Vec::new() };
        guide.next();
        if !guide.is_done() {
            return Vec::new();
        }
        let wish = guide.form.wish();
        self.guide = None;
        self.going = Some((say!("sticks-writing", name = wish.name.as_str()), Some(0)));
        vec![Effect::Stick(StickOrder::Write(wish))]
    }

    fn hear(&mut self, told: &StickTold) -> Vec<Effect> {
        match told {
            StickTold::View(view) => {
                self.at = self.at.min(view.lines.len().saturating_sub(1));
                self.view = Some(view.clone());
                Vec::new()
            }
            StickTold::Going(percent) => {
                let what = self.going.take().map_or_else(|| say!("sticks-working"), |(what, _)| what);
                self.going = Some((what, Some(*percent)));
                Vec::new()
            }
            StickTold::Summary(_) => Vec::new(),
            StickTold::Over(report) => {
                (self.going, self.over) = (None, Some(report.clone()));
                self.begin()
            }
        }
    }

    fn note(view: &SticksView, world: &World) -> Sentence {
        if !world.is_lead() {
            say!("sticks-note-lead")
        } else if !view.has_image {
            say!("sticks-note-image")
        } else if view.disks.is_empty() {
            say!("sticks-note-plug")
        } else {
            say!("sticks-note")
        }
    }

    fn draw_list(&self, view: &SticksView, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let mut used = 0;
        let room = usize::from(area.height.saturating_sub(9) / 2).max(1);
        for (number, line) in view.lines.iter().enumerate().skip((self.at + 1).saturating_sub(room)).take(room) {
            let style = if number == self.at { tint::HERE } else { tint::PLAIN };
            let text = pen.say(&stick_sentence(line, world.now));
            used += pen.wrapped(below(area, used), &text, style);
            let away = view.away.get(number).map(Vec::as_slice).unwrap_or_default();
            for start in away.iter().take(if number == self.at { AWAY } else { 0 }) {
                used += pen.wrapped(below(area, used), &pen.say(&start.sentence()), tint::WARN);
            }
        }
        if view.lines.is_empty() {
            used += pen.line(area, &say!("sticks-none"), tint::PLAIN).min(1);
        }
        used += 1;
        if !view.plugged.is_empty() {
            let text = pen.say(&say!("sticks-plugged", disks = view.plugged.join(", ")));
            used += pen.wrapped(below(area, used), &text, tint::NEXT) + 1;
        }
        match (&self.going, &self.over) {
            (Some((what, percent)), _) => {
                let text = pen.say(what);
                let text = percent.map_or_else(|| text.clone(), |percent| format!("{text} {percent} %"));
                pen.wrapped(below(area, used), &text, tint::NEXT);
            }
            (None, Some(over)) => _ = report(over, below(area, used), pen),
            (None, None) => {
                let text = pen.say(&Self::note(view, world));
                pen.wrapped(below(area, used), &text, tint::DIM);
            }
        }
    }
}

impl Moves for Sticks {
    fn places(&self, _world: &World) -> usize {
        if self.is_list() { self.view.as_ref().map_or(0, |view| view.lines.len()) } else { 0 }
    }

    fn at(&self) -> usize {
        if self.is_list() { self.at } else { 0 }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Sticks {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match (input, &mut self.guide) {
            (Input::Answer(Answer::Stick(told)), _) => self.hear(told),
            (Input::Answer(Answer::VaultLocked), _) => vec![Effect::Open(Layer::Unlock)],
            (Input::Answer(Answer::Refused(refusal)), _) => {
                (self.going, self.over) = (None, Some(refusal.clone()));
                Vec::new()
            }
            (Input::Key(key), _) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some(guide) = &mut self.guide {
                    guide.input(Input::Key(key));
                }
                Vec::new()
            }),
            (input @ (Input::Scan(_) | Input::Paste(_)), Some(guide)) => {
                guide.input(input);
                Vec::new()
            }
            (Input::Answer(_), _) | (Input::Scan(_) | Input::Paste(_), None) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let count = self.view.as_ref().map_or(0, |view| view.lines.len());
        let title = match &self.guide {
            Some(_) => pen.say(&say!("sticks-write-title")),
            None => pen.say(&say!("sticks-title", count = count as u64)),
        };
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::PLAIN, pen);
        match (&self.guide, &self.view, &self.over) {
            (Some(guide), _, _) => _ = guide.draw(inner, pen),
            (None, Some(view), _) => self.draw_list(view, world, inner, pen),
            (None, None, Some(over)) => _ = report(over, inner, pen),
            (None, None, None) => _ = pen.line(inner, &say!("bench-reading"), tint::PLAIN),
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Stick(StickOrder::Look)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Stick(_))
            || (matches!(answer, Answer::Refused(_)) && (self.view.is_none() || self.going.is_some()))
    }

    fn is_typing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_typing)
    }

    fn is_writing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_writing)
    }
}
