//! One function test after the other while they run: what to do, how far it is, what is asked.
//!
//! ```text
//! ┌ Thử bàn phím ────────────────────────────┐
//! │ Gõ mỗi phím một lần…                     │
//! │ Còn 12 phím                              │
//! │ · · · · · F5 ·                           │
//! │ Còn 12 phím chưa thấy: F5 …              │
//! │ [1] thử tiếp  [2] có phím không ăn       │
//! └──────────────────────────────────────────┘
//! ```
//!
//! Invariant: whoever closes it ends the test that runs; what was recorded stays.

use super::super::Screen;
use super::super::glyphs::{Glyphs, Mark};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Subject, boxed, report};
use crate::trial::{Colour, Frame, Keys, Picture, Question, TrialView};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, CheckAsk, CheckOrder, CheckTold, Effect, FunctionTest, Hint, Input, Key, Report, World,
    function_test, hints, press,
};
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

pub(super) struct Trial {
    subject: Subject,
    order: CheckOrder,
    view: TrialView,
    question: Option<Question>,
    /// What came of the tests so far.
    lines: Vec<Sentence>,
    is_over: bool,
    /// Why they did not come to their end.
    trouble: Option<Report>,
}

macro_rules! choice {
    ($key:literal) => {
        Binding {
            key: Key::Char($key),
            words: || say!("key-choice"),
            when: |layer: &Trial, _| layer.offers($key),
            what: |layer, _| layer.choose($key),
        }
    };
}

static KEYS: &[Binding<Trial>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-first-choice"),
        when: |layer, _| layer.question.is_some(),
        what: |layer, _| {
            let first = layer.question.as_ref().and_then(|question| question.choices.first().copied());
            first.map_or_else(Vec::new, |first| layer.choose(first.key))
        },
    },
    choice!('d'),
    choice!('1'),
    choice!('2'),
    choice!('3'),
    choice!('4'),
    choice!('5'),
    choice!('6'),
    choice!('7'),
    choice!('b'),
    Binding {
        key: Key::Escape,
        words: || say!("key-close"),
        when: |_, _| true,
        what: |layer, _| {
            let leave = (!layer.is_over).then_some(Effect::Check(CheckAsk::Leave));
            leave.into_iter().chain([Effect::Close]).collect()
        },
    },
];

impl Trial {
    pub(super) const fn new(subject: Subject, order: CheckOrder) -> Self {
        let view = TrialView { check: "", on: None, lines: Vec::new(), gauge: None, picture: Picture::None };
        Self { subject, order, view, question: None, lines: Vec::new(), is_over: false, trouble: None }
    }

    fn offers(&self, key: char) -> bool {
        self.question.as_ref().is_some_and(|question| question.choices.iter().any(|choice| choice.key == key))
    }

    fn choose(&mut self, key: char) -> Vec<Effect> {
        let Some(question) = self.question.take() else { return Vec::new() };
        let chosen = question.choices.iter().find(|choice| choice.key == key);
        chosen.map(|choice| Effect::Check(CheckAsk::Say(choice.id))).into_iter().collect()
    }

    fn hear(&mut self, told: &CheckTold) {
        match told {
            CheckTold::List(_) => {}
            CheckTold::Shown(view) => self.view = (**view).clone(),
            CheckTold::Asked(view, question) => {
                self.view = (**view).clone();
                self.question = Some(question.clone());
            }
            CheckTold::Line(line) => self.lines.push(line.clone()),
            CheckTold::Over(report) => {
                (self.is_over, self.trouble) = (true, report.clone());
                self.question = None;
            }
        }
    }

    fn draw_end(&self, area: Rect, pen: &mut Pen<'_>) {
        // The newest outcomes, as many as there is room for.
        let room = usize::from(area.height.saturating_sub(4));
        let mut rest = area;
        for line in self.lines.iter().skip(self.lines.len().saturating_sub(room)) {
            rest = below(rest, pen.line(rest, line, tint::PLAIN).min(1));
        }
        match &self.trouble {
            Some(why) => _ = report(why, below(rest, 1), pen),
            None => _ = pen.line(below(rest, 1), &say!("trial-over"), tint::GOOD),
        }
    }
}

impl Screen for Trial {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Check(told)) => {
                self.hear(told);
                Vec::new()
            }
            Input::Answer(_) | Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let name = function_test(self.view.check).map_or_else(|| say!("trial-begins"), FunctionTest::name);
        let title = pen.say(&say!("trial-title", name = name, tag = self.subject.name.as_str()));
        if let (Picture::Field(colour), false) = (&self.view.picture, self.is_over) {
            return self.draw_field(*colour, area, pen);
        }
        let inner = boxed(area, 19, &title, tint::PLAIN, pen);
        if self.is_over {
            return self.draw_end(inner, pen);
        }
        let mut rest = inner;
        if let Some(on) = &self.view.on {
            pen.text(rest, on, tint::DIM);
            rest = below(rest, 1);
        }
        for line in &self.view.lines {
            let text = pen.say(line);
            rest = below(rest, pen.wrapped(rest, &text, tint::PLAIN));
        }
        if let Some(gauge) = self.view.gauge {
            let gauge = format!("{} {:>3} %", pen.gauge(gauge, 60), gauge / 10);
            pen.text(rest, &gauge, tint::NEXT);
            rest = below(rest, 1);
        }
        let used = match &self.view.picture {
            Picture::None | Picture::Field(_) => 0,
            Picture::Board(keys) => draw_board(keys, below(rest, 1), pen) + 1,
            Picture::Frame(frame) => draw_frame(frame, Rect { height: rest.height.min(12), ..rest }, pen),
        };
        if let Some(question) = &self.question {
            draw_question(question, below(rest, used + 1), pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Check(CheckAsk::Run { device: self.subject.device.clone(), order: self.order.clone() })]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Check(told) if !matches!(**told, CheckTold::List(_))) && !self.is_over
    }
}

impl Trial {
    /// One colour all over, but for the line that says what to do.
    fn draw_field(&self, Colour(red, green, blue): Colour, area: Rect, pen: &mut Pen<'_>) {
        let style = Style::new().bg(Color::Rgb(red, green, blue));
        let blank = " ".repeat(usize::from(area.width));
        for line in 0..area.height {
            pen.text(Rect { height: 1, ..below(area, line) }, &blank, style);
        }
        if let Some(question) = &self.question {
            let text = pen.say(&question.text);
            pen.text(below(area, area.height.saturating_sub(1)), &text, tint::HERE);
        }
    }
}

/// What is asked, with every answer.
fn draw_question(question: &Question, area: Rect, pen: &mut Pen<'_>) {
    let text = pen.say(&question.text);
    let used = pen.wrapped(area, &text, tint::NEXT);
    let choices: Vec<_> =
        question.choices.iter().map(|choice| format!("[{}] {}", choice.key, pen.say(&choice.sentence()))).collect();
    pen.wrapped(below(area, used), &choices.join("   "), tint::PLAIN);
}

/// Every key: its letters until it moved, then a mark; how many lines were used.
fn draw_board(keys: &Keys, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let mut lines = 0;
    for row in keys.layout().rows {
        let line = Rect { height: area.height.saturating_sub(lines).min(1), ..below(area, lines) };
        let mut used = 0;
        for group in *row {
            for cap in *group {
                let wide = cap.label.chars().count();
                let (text, style) = if keys.stuck().contains(&cap.code) {
                    (cap.label.to_owned(), tint::BAD)
                } else if keys.seen().contains(&cap.code) {
                    (pen.glyphs().mark(Mark::Later).repeat(wide), tint::DIM)
                } else {
                    (cap.label.to_owned(), tint::NEXT)
                };
                let mark = if keys.stuck().contains(&cap.code) { pen.glyphs().mark(Mark::Warn) } else { " " };
                used += pen.pieces(right_of(line, used), &[(&text, style), (mark, style)]);
            }
            used += 1;
        }
        lines += 1;
    }
    lines
}

/// The picture: half blocks, or letters that are as dark as it where there are none; how many lines were used.
fn draw_frame(frame: &Frame, area: Rect, pen: &mut Pen<'_>) -> u16 {
    const RAMP: &[u8; 10] = b" .:-=+*#%@";
    let cells = frame.cells(usize::from(area.width), usize::from(area.height));
    let rgb = |Colour(red, green, blue): Colour| Color::Rgb(red, green, blue);
    let mut used = 0;
    for line in &cells {
        for (column, (top, bottom)) in (0u16..).zip(line) {
            let cell = Rect { width: 1, ..right_of(below(area, used), column) };
            if pen.glyphs() == Glyphs::Full {
                pen.text(cell, "▀", Style::new().fg(rgb(*top)).bg(rgb(*bottom)));
            } else {
                let light = (u32::from(top.0) + 2 * u32::from(top.1) + u32::from(top.2)) / 4;
                let at = usize::try_from(light * 10 / 256).unwrap_or(0);
                let letter = RAMP.get(at).map_or(' ', |letter| char::from(*letter));
                pen.text(cell, &letter.to_string(), tint::PLAIN);
            }
        }
        used += 1;
    }
    used
}
