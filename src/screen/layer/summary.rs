//! The summary of this machine as codes that a station's scanner reads off the screen, where its stick cannot come home.
//!
//! ```text
//! █▀▀▀▀▀█ ▄▀▄ █▀▀▀▀▀█  Tóm tắt của 7K3XQ-92M4T-Z
//! █ ███ █ ▀▄▀ █ ███ █  Mã 1/2: quét ở trạm, rồi bấm Enter
//! ```
//!
//! Invariants: a code is drawn whole, as large as there is room for, black on white with its quiet zone, or not at all; one code
//! where one fits.

use super::super::Screen;
use super::super::glyphs::Glyphs;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::phone_wifi::draw_picture;
use super::{Asked, Subject, outcome};
use crate::tag::{Drawing, Ground, Qr, pieces};
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, StickOrder, StickTold, World, hints, press};
use ratatui::layout::Rect;

/// Columns of the words beside a code.
const WORDS: u16 = 26;

pub(super) struct Summary {
    subject: Subject,
    message: Vec<u8>,
    /// How often the next code was asked for.
    at: usize,
    asked: Asked,
}

static KEYS: &[Binding<Summary>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-summary-next"),
        when: |layer, _| !layer.message.is_empty(),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Summary {
    pub(super) const fn new(subject: Subject) -> Self {
        Self { subject, message: Vec::new(), at: 0, asked: Asked::Waiting }
    }

    /// The codes that fit into that room.
    fn codes(&self, area: Rect, pen: &Pen<'_>) -> Vec<String> {
        let side = usize::from((area.height * 2).min(area.width.saturating_sub(WORDS)));
        // The console that a stick is started on has a font of ours, with half blocks.
        let can_draw = !self.message.is_empty() && pen.glyphs() != Glyphs::Ascii;
        can_draw.then(|| pieces(&self.message, Qr::most_digits(side))).flatten().unwrap_or_default()
    }
}

impl Screen for Summary {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => return press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Stick(told)) => {
                if let StickTold::Summary(message) = told.as_ref() {
                    (self.message, self.asked) = (message.clone(), Asked::NotYet);
                }
            }
            Input::Answer(Answer::Refused(refusal)) => self.asked = Asked::Refused(refusal.clone()),
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        Vec::new()
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        pen.clear(area);
        let codes = self.codes(area, pen);
        let at = if codes.is_empty() { 0 } else { self.at % codes.len() };
        let code = codes.get(at).and_then(|code| Qr::of_digits(code).ok());
        let drawn = code.map(|code| draw_picture(&code.terminal(Drawing::HalfBlocks, Ground::Dark), area, pen));
        let room = drawn.unwrap_or(area);
        let title = pen.say(&say!("summary-title", name = self.subject.name.as_str()));
        let mut used = pen.wrapped(below(room, 1), &title, tint::TITLE) + 2;
        let mut paragraph = |what, style| {
            let text = pen.say(&what);
            used += pen.wrapped(below(room, used), &text, style) + 1;
        };
        if drawn.is_some() {
            paragraph(say!("summary-code", number = at as u64 + 1, count = codes.len() as u64), tint::NEXT);
            paragraph(say!("summary-how"), tint::PLAIN);
            paragraph(say!("summary-note"), tint::DIM);
        } else {
            outcome(&self.asked, &say!("summary-making"), &say!("summary-undrawn"), below(room, used), pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Stick(StickOrder::Summary(self.subject.device.clone()))]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_summary = |told: &StickTold| matches!(told, StickTold::Summary(_));
        matches!(answer, Answer::Stick(told) if is_summary(told))
            || self.asked.is_waiting() && matches!(answer, Answer::Refused(_))
    }
}
