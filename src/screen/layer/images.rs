//! Choosing the system image for a disk.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::boxed;
use super::disks::told;
use crate::word::say;
use crate::workbench::{Aim, Answer, Binding, Effect, Hint, ImageChoice, Input, Key, Layer, Task, World, hints, press};
use ratatui::layout::Rect;

pub(super) struct Images {
    aim: Aim,
    choices: Option<Vec<ImageChoice>>,
    at: usize,
}

static KEYS: &[Binding<Images>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.here().is_some_and(|choice| choice.trouble.is_none()),
        what: |layer, _| {
            let task = layer.here().map(|choice| Box::new(Task::Image(choice.clone())));
            task.map(|task| Effect::Open(Layer::Arm(Box::new(layer.aim.clone()), task))).into_iter().collect()
        },
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.choices.as_ref().is_some_and(|choices| layer.at + 1 < choices.len()),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.at > 0,
        what: |layer, _| {
            layer.at -= 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('k'),
        words: || say!("key-store"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Open(Layer::Store)],
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Images {
    pub(super) const fn new(aim: Aim) -> Self {
        Self { aim, choices: None, at: 0 }
    }

    fn here(&self) -> Option<&ImageChoice> {
        self.choices.as_ref()?.get(self.at)
    }
}

impl Screen for Images {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Images(choices)) => {
                let likely = || choices.iter().position(|choice| choice.trouble.is_none()).unwrap_or(0);
                let last = choices.len().saturating_sub(1);
                self.at = if self.choices.is_none() { likely() } else { self.at.min(last) };
                self.choices = Some(choices.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("images-title", tag = self.aim.name.as_str()));
        let inner = boxed(area, area.height.saturating_sub(6), &title, tint::PLAIN, pen);
        pen.line(inner, &told(&self.aim.view.disk), tint::DIM);
        if let Some(image) = self.aim.resume.as_ref().and_then(|resume| resume.image.as_deref()) {
            pen.line(below(inner, 1), &say!("images-the-same", image = image), tint::NEXT);
        }
        let mut rest = below(inner, 2);
        let Some(choices) = &self.choices else {
            pen.line(rest, &say!("images-reading"), tint::PLAIN);
            return;
        };
        if choices.is_empty() {
            let text = pen.say(&say!("images-none"));
            pen.wrapped(rest, &text, tint::WARN);
        }
        let room = usize::from(rest.height / 2).max(1);
        for (number, choice) in choices.iter().enumerate().skip((self.at + 1).saturating_sub(room)) {
            let is_here = number == self.at;
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let style = if is_here { tint::HERE } else { tint::PLAIN };
            let size = choice.length.map(|length| format!(" · {}", length.decimal())).unwrap_or_default();
            let line = Rect { height: rest.height.min(1), ..rest };
            pen.pieces(line, &[(mark, style), (" ", style), (&choice.name, style), (&size, style)]);
            rest = below(rest, 1);
            if let Some(trouble) = &choice.trouble {
                let text = pen.say(trouble);
                let line =
                    Rect { x: rest.x + 4, width: rest.width.saturating_sub(4), height: rest.height.min(1), ..rest };
                pen.marked(line, Mark::Bad, &text, tint::BAD);
                rest = below(rest, 1);
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::ListImages]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Images(_))
    }
}
