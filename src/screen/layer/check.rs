//! The function check: the tests with their outcomes, each to be done now or answered with one key.
//!
//! ```text
//! ┌ Thử chức năng của 7K3XQ-92M4T-Z ──┐
//! │   bàn phím     ✓ hoạt động        │
//! │ ▶ màn hình     ✗ hỏng: sọc        │
//! │   bàn di chuột ? chưa thử         │
//! └───────────────────────────────────┘
//! ```
//!
//! Invariant: what is typed here and what was tested never look alike: a typed answer stands there unrecorded.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, Subject, boxed, outcome};
use crate::custody::FUNCTIONS;
use crate::event::inspection::FunctionOutcome;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, CheckAnswer, CheckAsk, CheckOrder, CheckTold, Effect, FUNCTION_TESTS, Hint, Input, Key, Layer,
    TestLine, World, hints, press,
};
use ratatui::layout::Rect;
use ratatui::style::Style;

pub(super) struct Check {
    subject: Subject,
    answers: Vec<Option<FunctionOutcome>>,
    at: usize,
    asked: Asked,
    /// How the tests stand, once that was read.
    lines: Vec<TestLine>,
}

static KEYS: &[Binding<Check>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-record"),
        when: |layer, _| !layer.asked.is_waiting() && layer.answers.iter().any(Option::is_some),
        what: |layer, _| layer.record(),
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-test-now"),
        when: |_, _| true,
        what: |layer, _| Check::run(&[FUNCTION_TESTS[layer.at].id], true),
    },
    Binding {
        key: Key::Char('a'),
        words: || say!("key-test-all"),
        when: |_, _| true,
        what: |_, _| Check::run(&[], false),
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
        when: |layer, _| layer.rest().next().is_some(),
        what: |layer, _| {
            for at in layer.rest().collect::<Vec<_>>() {
                layer.answers[at] = Some(FunctionOutcome::Works);
            }
            Vec::new()
        },
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |_, _| true,
        what: |layer, _| {
            layer.at = (layer.at + 1).min(FUNCTION_TESTS.len() - 1);
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
        Self { subject, answers: vec![None; FUNCTION_TESTS.len()], at: 0, asked: Asked::NotYet, lines: Vec::new() }
    }

    /// Places of functions that every device is tested for and that nobody answered for.
    fn rest(&self) -> impl Iterator<Item = usize> {
        let is_due = |at: &usize| FUNCTIONS.contains(&FUNCTION_TESTS[*at].id) && self.answers[*at].is_none();
        (0..FUNCTION_TESTS.len()).filter(is_due)
    }

    fn run(only: &[&str], again: bool) -> Vec<Effect> {
        let only = only.iter().map(|id| (*id).to_owned()).collect();
        let order = CheckOrder { only, again, ..CheckOrder::default() };
        vec![Effect::Close, Effect::Open(Layer::Trial(order))]
    }

    fn answer(&mut self, outcome: FunctionOutcome) -> Vec<Effect> {
        if let Some(answer) = self.answers.get_mut(self.at) {
            *answer = Some(outcome);
        }
        self.at = (self.at + 1).min(FUNCTION_TESTS.len() - 1);
        Vec::new()
    }

    /// What was typed now, else the last outcome that is recorded.
    fn shown(&self, id: &str, answer: Option<FunctionOutcome>) -> (Mark, Sentence, Style) {
        let last = self.lines.iter().find(|line| line.test.id == id);
        match (answer, last.and_then(|line| Some((line, line.last.as_ref()?)))) {
            (None, Some((line, (result, _)))) => {
                let (mark, _, style) = said(Some(result.outcome));
                let words = if line.is_today { say!("check-today", outcome = line.outcome()) } else { line.outcome() };
                (mark, words, style)
            }
            (answer, _) => said(answer),
        }
    }

    fn record(&mut self) -> Vec<Effect> {
        let given = FUNCTION_TESTS.iter().zip(&self.answers).filter_map(|(test, outcome)| Some((test, (*outcome)?)));
        let answers = given.map(|(test, outcome)| CheckAnswer { function: test.id.to_owned(), outcome }).collect();
        self.asked = Asked::Waiting;
        vec![Effect::RecordCheck { device: self.subject.device.clone(), answers }]
    }
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
            Input::Answer(Answer::Check(told)) => {
                if let CheckTold::List(lines) = &**told {
                    self.lines.clone_from(lines);
                }
                Vec::new()
            }
            Input::Answer(_) => vec![Effect::Home],
            Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("check-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, 19, &title, tint::PLAIN, pen);
        for (number, (test, answer)) in FUNCTION_TESTS.iter().zip(&self.answers).enumerate() {
            let line = Rect { height: 1, ..below(inner, u16::try_from(number).unwrap_or(u16::MAX)) };
            let is_here = number == self.at;
            let pointer = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let name = pen.say(&test.name());
            pen.pieces(line, &[(pointer, tint::PLAIN), (" ", tint::PLAIN), (&name, tint::PLAIN)]);
            let (mark, words, style) = self.shown(test.id, *answer);
            let words = pen.say(&words);
            pen.marked(right_of(line, 32), mark, &words, style);
            if is_here {
                pen.tint(Rect { width: 30, ..line }, tint::HERE);
            }
        }
        let rest = below(inner, u16::try_from(FUNCTION_TESTS.len() + 1).unwrap_or(u16::MAX));
        outcome(&self.asked, &say!("recording"), &say!("check-note"), rest, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Check(CheckAsk::List(self.subject.device.clone()))]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_list = matches!(answer, Answer::Check(told) if matches!(**told, CheckTold::List(_)));
        is_list || self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }
}
