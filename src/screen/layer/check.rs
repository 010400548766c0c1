//! The function check: one key for each function, then recorded together.
//!
//! ```text
//! ┌ Thử chức năng của 7K3XQ-92M4T-Z ──┐
//! │   màn hình     ✓ hoạt động        │
//! │ ▶ bàn phím     ✗ hỏng             │
//! │   bàn di chuột ? chưa thử         │
//! └───────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, Subject, boxed, outcome};
use crate::custody::FUNCTIONS;
use crate::event::inspection::FunctionOutcome;
use crate::word::{Sentence, say};
use crate::workbench::{Answer, Binding, CheckAnswer, Effect, Hint, Input, Key, World, hints, press};
use ratatui::layout::Rect;
use ratatui::style::Style;

pub(super) struct Check {
    subject: Subject,
    answers: Vec<Option<FunctionOutcome>>,
    at: usize,
    asked: Asked,
}

static KEYS: &[Binding<Check>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-record"),
        when: |layer, _| !layer.asked.is_waiting() && layer.answers.iter().any(Option::is_some),
        what: |layer, _| layer.record(),
    },
    Binding {
        key: Key::Char('d'),
        words: || say!("key-works"),
        when: |_, _| true,
        what: |layer, _| layer.answer(FunctionOutcome::Works),
    },
    Binding {
        key: Key::Char('h'),
        words: || say!("key-fails"),
        when: |_, _| true,
        what: |layer, _| layer.answer(FunctionOutcome::Fails),
    },
    Binding {
        key: Key::Char('k'),
        words: || say!("key-absent"),
        when: |_, _| true,
        what: |layer, _| layer.answer(FunctionOutcome::Absent),
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-rest-works"),
        when: |layer, _| layer.answers.iter().any(Option::is_none),
        what: |layer, _| {
            for answer in &mut layer.answers {
                answer.get_or_insert(FunctionOutcome::Works);
            }
            Vec::new()
        },
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |_, _| true,
        what: |layer, _| {
            layer.at = (layer.at + 1).min(FUNCTIONS.len() - 1);
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |_, _| true,
        what: |layer, _| {
            layer.at = layer.at.saturating_sub(1);
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Check {
    pub(super) fn new(subject: Subject) -> Self {
        Self { subject, answers: vec![None; FUNCTIONS.len()], at: 0, asked: Asked::NotYet }
    }

    fn answer(&mut self, outcome: FunctionOutcome) -> Vec<Effect> {
        if let Some(answer) = self.answers.get_mut(self.at) {
            *answer = Some(outcome);
        }
        self.at = (self.at + 1).min(FUNCTIONS.len() - 1);
        Vec::new()
    }

    fn record(&mut self) -> Vec<Effect> {
        let given = FUNCTIONS.iter().zip(&self.answers).filter_map(|(function, outcome)| Some((function, (*outcome)?)));
        let answers = given.map(|(name, outcome)| CheckAnswer { function: (*name).to_owned(), outcome }).collect();
        self.asked = Asked::Waiting;
        vec![Effect::RecordCheck { device: self.subject.device.clone(), answers }]
    }
}

/// What people call a function.
fn name(function: &str) -> Sentence {
    // words: function-*
    Sentence::new(format!("function-{function}"))
}

fn said(outcome: Option<FunctionOutcome>) -> (Mark, Sentence, Style) {
    match outcome {
        Some(FunctionOutcome::Works) => (Mark::Done, say!("outcome-works"), tint::GOOD),
        Some(FunctionOutcome::Fails) => (Mark::Bad, say!("outcome-fails"), tint::BAD),
        Some(FunctionOutcome::Absent) => (Mark::Later, say!("outcome-absent"), tint::PLAIN),
        Some(FunctionOutcome::Skipped) => (Mark::Unknown, say!("outcome-skipped"), tint::DIM),
        None => (Mark::Unknown, say!("outcome-untried"), tint::DIM),
    }
}

impl Screen for Check {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => vec![Effect::Home],
            Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("check-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, 15, &title, tint::PLAIN, pen);
        for (number, (function, outcome)) in FUNCTIONS.iter().zip(&self.answers).enumerate() {
            let line = Rect { height: 1, ..below(inner, u16::try_from(number).unwrap_or(u16::MAX)) };
            let is_here = number == self.at;
            let pointer = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let name = pen.say(&name(function));
            pen.pieces(line, &[(pointer, tint::PLAIN), (" ", tint::PLAIN), (&name, tint::PLAIN)]);
            let (mark, words, style) = said(*outcome);
            let words = pen.say(&words);
            pen.marked(right_of(line, 24), mark, &words, style);
            if is_here {
                pen.tint(Rect { width: 22, ..line }, tint::HERE);
            }
        }
        let rest = below(inner, u16::try_from(FUNCTIONS.len() + 1).unwrap_or(u16::MAX));
        outcome(&self.asked, &say!("recording"), &say!("check-note"), rest, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }
}
