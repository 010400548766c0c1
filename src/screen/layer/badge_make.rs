//! Making a badge for somebody, or taking theirs back, with the PIN of whoever is at the bench; and the badge, shown once.
//!
//! ```text
//! ┌ Thẻ của Lê Văn Thư ───────────────────┐
//! │ █▀▀▀▀▀█ ▄▀▄ █▀▀▀▀▀█  Mã chỉ hiện lần  │
//! │ █ ███ █ ▀▄▀ █ ███ █  này. Chụp lại …  │
//! └───────────────────────────────────────┘
//! ```
//!
//! Invariants: a session left open makes no badge; none is made that this screen cannot draw; the code is drawn as a picture
//! or goes to a printer, as often as that takes, and is forgotten with the layer.

use super::super::Screen;
use super::super::glyphs::Glyphs;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::super::veiled::Veiled;
use super::person::badge_makes_none;
use super::{Asked, boxed, outcome, report};
use crate::tag::{Drawing, Ground, Qr};
use crate::unit::{PersonId, Secret};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, PrintOrder, Report, Signer, World, badge_code,
    hints, press,
};
use ratatui::layout::Rect;
use std::cell::OnceCell;

/// Lines of the box while the PIN is asked for.
const LINES: u16 = 10;

pub(super) struct BadgeMake {
    person: PersonId,
    name: String,
    pin: Veiled,
    /// Whether this terminal can draw a badge: only who draws knows, and it says the same every time.
    can_draw: OnceCell<bool>,
    /// The badge that was made.
    made: Option<Secret>,
    /// How printing it stands, and what came of it.
    printed: Option<Report>,
    /// Whether the scanner read it, or another one.
    is_read: Option<bool>,
    asked: Asked,
}

static KEYS: &[Binding<BadgeMake>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-badge-make"),
        when: |layer, _| layer.can_order() && layer.can_draw.get() == Some(&true),
        what: |layer, world| layer.order(world, |person, signer| PeopleOrder::MakeBadge { person, signer }),
    },
    Binding {
        key: Key::Control('t'),
        words: || say!("key-badge-withdraw"),
        when: |layer, _| layer.can_order(),
        what: |layer, world| layer.order(world, |person, signer| PeopleOrder::WithdrawBadge { person, signer }),
    },
    Binding {
        key: Key::Char('p'),
        words: || say!("key-badge-print"),
        when: |layer, _| layer.made.is_some() && !layer.asked.is_waiting(),
        what: |layer, _| layer.print(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-close"),
        when: |_, _| true,
        what: |layer, _| {
            let list = layer.made.is_some().then_some(Effect::People(PeopleOrder::List));
            std::iter::once(Effect::Close).chain(list).collect()
        },
    },
];

impl BadgeMake {
    pub(super) fn new(person: PersonId, name: String) -> Self {
        let (pin, can_draw) = (Veiled::default(), OnceCell::new());
        Self { person, name, pin, can_draw, made: None, printed: None, is_read: None, asked: Asked::NotYet }
    }

    fn can_order(&self) -> bool {
        self.made.is_none() && !self.pin.is_empty() && !self.asked.is_waiting()
    }

    fn order(&mut self, world: &World, what: fn(PersonId, Signer) -> PeopleOrder) -> Vec<Effect> {
        let pin = self.pin.secret();
        self.pin.clear();
        let Some(who) = world.signed_in() else { return vec![Effect::Close] };
        self.asked = Asked::Waiting;
        let signer = Signer { person: who.by.person.clone(), pin };
        vec![Effect::People(what(self.person.clone(), signer))]
    }

    /// The code is still here: what a printer cannot take now can be tried again.
    fn print(&mut self) -> Vec<Effect> {
        let Some(code) = self.made.clone() else { return Vec::new() };
        (self.asked, self.printed) = (Asked::Waiting, None);
        vec![Effect::Print(PrintOrder::Badge { code, name: self.name.clone() })]
    }

    /// Another badge makes none; the one that is shown is only tried out.
    fn scanned(&mut self, code: &Secret) {
        match &self.made {
            Some(made) => self.is_read = Some(made == code),
            None if self.asked.is_waiting() => {}
            None => self.asked = Asked::Refused(Report::from(&badge_makes_none())),
        }
    }

    fn draw_form(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("badge-make-title", name = self.name.as_str()));
        let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
        let who = world.signed_in().map(|who| who.name.clone()).unwrap_or_default();
        let used = pen.line(inner, &say!("ask-pin", name = who), tint::NEXT);
        let room = right_of(inner, used + 1);
        self.pin.draw(Rect { width: room.width.min(34), ..room }, !self.asked.is_waiting(), pen);
        let note = if self.can_draw.get() == Some(&true) {
            say!("badge-make-note", name = self.name.as_str())
        } else {
            say!("badge-make-undrawn", name = self.name.as_str())
        };
        outcome(&self.asked, &say!("people-recording"), &note, below(inner, 2), pen);
    }

    fn draw_badge(&self, code: &Secret, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("badge-make-title", name = self.name.as_str()));
        let qr = match Qr::of_text(code.expose()) {
            Ok(qr) => qr.terminal(Drawing::HalfBlocks, Ground::Dark),
            Err(error) => {
                let inner = boxed(area, LINES, &title, tint::BAD, pen);
                pen.line(inner, &error.sentence(), tint::BAD);
                return;
            }
        };
        let high = u16::try_from(qr.lines().count()).unwrap_or(u16::MAX);
        let wide = qr.lines().next().map_or(0, |line| u16::try_from(line.chars().count()).unwrap_or(u16::MAX));
        let inner = boxed(area, high, &title, tint::WARN, pen);
        for (number, line) in (0u16..).zip(qr.lines()) {
            pen.text(Rect { width: wide.min(inner.width), height: 1, ..below(inner, number) }, line, tint::CODE);
        }
        let used = (wide + 2).min(inner.width);
        let beside = Rect { x: inner.x + used, width: inner.width - used, ..inner };
        let once = pen.say(&say!("badge-make-once"));
        let mut used = pen.wrapped(below(beside, 1), &once, tint::WARN) + 2;
        for (line, style) in [(say!("badge-make-how"), tint::PLAIN), (say!("badge-make-try"), tint::DIM)] {
            let line = pen.say(&line);
            used += pen.wrapped(below(beside, used), &line, style) + 1;
        }
        if self.asked.is_waiting() {
            used += pen.wrapped(below(beside, used), &pen.say(&say!("print-sending")), tint::NEXT) + 1;
        } else if let Some(told) = &self.printed {
            used += report(told, below(beside, used), pen) + 1;
        }
        match self.is_read {
            Some(true) => _ = pen.line(below(beside, used), &say!("badge-make-reads"), tint::GOOD),
            Some(false) => _ = pen.line(below(beside, used), &say!("badge-make-reads-other"), tint::BAD),
            None => {}
        }
    }
}

impl Screen for BadgeMake {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.made.is_none() {
                    self.pin.press(key);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                if let Some(code) = badge_code(text) {
                    self.scanned(&code);
                } else if self.made.is_none() {
                    self.pin.paste(text);
                }
                Vec::new()
            }
            Input::Answer(Answer::Badge(code)) => {
                (self.made, self.asked) = (Some(code.clone()), Asked::NotYet);
                Vec::new()
            }
            Input::Answer(Answer::Refused(told) | Answer::Done(told)) if self.made.is_some() => {
                (self.asked, self.printed) = (Asked::NotYet, Some(told.clone()));
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => vec![Effect::Close, Effect::Open(Layer::Unlock)],
            // It was taken back.
            Input::Answer(_) => vec![Effect::Close, Effect::People(PeopleOrder::List)],
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        self.can_draw.get_or_init(|| pen.glyphs() == Glyphs::Full);
        match &self.made {
            Some(code) => self.draw_badge(code, area, pen),
            None => self.draw_form(world, area, pen),
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        let ends = matches!(answer, Answer::Badge(_) | Answer::Done(_) | Answer::Refused(_) | Answer::VaultLocked);
        self.asked.is_waiting() && ends
    }

    fn takes_badges(&self) -> bool {
        true
    }

    fn is_typing(&self) -> bool {
        self.made.is_none()
    }
}
