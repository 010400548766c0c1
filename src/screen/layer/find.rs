//! Finding a device by its tag or id, typed or scanned. A sound tag that nobody has is offered to a device at the door.

use super::super::Screen;
use super::super::field::Field;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, outcome};
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, Layer, World, hints, press, read_scan};
use ratatui::layout::Rect;

pub(super) struct Find {
    typed: Field,
    asked: Asked,
}

static KEYS: &[Binding<Find>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-find-now"),
        when: |layer, _| !layer.asked.is_waiting() && !layer.typed.text().is_empty(),
        what: |layer, _| {
            layer.asked = Asked::Waiting;
            vec![Effect::Find(layer.typed.text())]
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Find {
    pub(super) fn new(text: &str) -> Self {
        Self { typed: Field::with(text), asked: Asked::NotYet }
    }
}

impl Screen for Find {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                // What was found of it is about words that stand there no more.
                if self.typed.press(key) && self.asked.refusal().is_some() {
                    self.asked = Asked::NotYet;
                }
                Vec::new()
            }),
            Input::Paste(text) => {
                self.typed.paste(text);
                Vec::new()
            }
            Input::Scan(text) => {
                // A word that an input method sets at once, with its Enter, looks like a scan: it belongs to what is being
                // typed. A tag, or what comes after a search, stands for itself.
                if read_scan(text, None).is_code() || self.asked.refusal().is_some() {
                    self.typed = Field::default();
                }
                self.typed.paste(text);
                self.asked = Asked::Waiting;
                vec![Effect::Find(self.typed.text())]
            }
            Input::Answer(Answer::NotFound { tag: Some(tag), .. }) => {
                vec![Effect::Close, Effect::Open(Layer::Receive(Some(tag.clone())))]
            }
            Input::Answer(Answer::Several(rows)) => vec![Effect::Close, Effect::Open(Layer::Hits(rows.clone()))],
            Input::Answer(Answer::NotFound { tag: None, report } | Answer::Refused(report)) => {
                self.asked = Asked::Refused(report.clone());
                Vec::new()
            }
            Input::Answer(_) => vec![Effect::Home],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("find-title"));
        let inner = boxed(area, 6, &title, tint::PLAIN, pen);
        let used = pen.line(inner, &say!("find-prompt"), tint::NEXT);
        let room = right_of(inner, used + 1);
        self.typed.draw(Rect { width: room.width.min(44), ..room }, !self.asked.is_waiting(), pen);
        outcome(&self.asked, &say!("finding"), &say!("find-note"), below(inner, 2), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting()
            && matches!(answer, Answer::Found(_) | Answer::Several(_) | Answer::NotFound { .. } | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
