//! Inspecting this machine for a device: asked first, because it is *this* machine that is read; then the verdict, what
//! was found, and the cheapest fix.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Subject, boxed, report, unmarked};
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, InspectedView, Key, Report, Weight, World, hints, press};
use ratatui::layout::Rect;

enum State {
    Asking,
    Reading,
    Refused(Report),
    Shown(InspectedView),
}

pub(super) struct Inspect {
    subject: Subject,
    state: State,
    skipped: usize,
}

static KEYS: &[Binding<Inspect>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-inspect-this"),
        when: |layer, _| matches!(layer.state, State::Asking),
        what: |layer, _| {
            layer.state = State::Reading;
            vec![Effect::Inspect(layer.subject.device.clone())]
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-close"),
        when: |layer, _| matches!(layer.state, State::Shown(_)),
        what: |_, _| vec![Effect::Close],
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.can_skip(),
        what: |layer, _| {
            layer.skipped += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.skipped > 0,
        what: |layer, _| {
            layer.skipped -= 1;
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Inspect {
    pub(super) const fn new(subject: Subject) -> Self {
        Self { subject, state: State::Asking, skipped: 0 }
    }

    const fn can_skip(&self) -> bool {
        matches!(&self.state, State::Shown(view) if self.skipped + 1 < view.lines.len())
    }

    fn draw_view(&self, view: &InspectedView, area: Rect, pen: &mut Pen<'_>) {
        let mut rest = below(area, pen.line(area, &view.verdict, tint::TITLE).min(1));
        if let Some(fix) = &view.fix {
            let fix = pen.say(&say!("fix-line", fix = fix.clone()));
            rest = below(rest, pen.wrapped(rest, &fix, tint::NEXT));
        }
        rest = below(rest, 1);
        for line in view.lines.iter().skip(self.skipped) {
            let (mark, style) = match line.weight {
                Weight::Heading => {
                    let text = pen.say(&line.what);
                    rest = below(rest, pen.wrapped(rest, &text, tint::TITLE));
                    continue;
                }
                Weight::Good => (Mark::Done, tint::GOOD),
                Weight::Bad => (Mark::Bad, tint::BAD),
                Weight::Warn => (Mark::Warn, tint::WARN),
                Weight::Unknown => (Mark::Unknown, tint::WARN),
                Weight::Plain => (Mark::Fact, tint::PLAIN),
                Weight::Dim => (Mark::Later, tint::DIM),
            };
            let text = format!("{} {}", pen.glyphs().mark(mark), unmarked(&line.what, pen));
            rest = below(rest, pen.wrapped(rest, &text, style));
        }
    }
}

impl Screen for Inspect {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Inspected(view)) => {
                self.state = State::Shown((**view).clone());
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.state = State::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("inspect-title", tag = self.subject.name.as_str()));
        match &self.state {
            State::Asking => {
                let inner = boxed(area, 6, &title, tint::PLAIN, pen);
                let text = pen.say(&say!("inspect-ask", tag = self.subject.name.as_str()));
                pen.wrapped(inner, &text, tint::PLAIN);
            }
            State::Reading => {
                let inner = boxed(area, 2, &title, tint::PLAIN, pen);
                pen.line(inner, &say!("busy-inspecting", tag = self.subject.name.as_str()), tint::NEXT);
            }
            State::Refused(refusal) => {
                let inner = boxed(area, 6, &title, tint::BAD, pen);
                report(refusal, inner, pen);
            }
            State::Shown(view) => {
                let inner = boxed(area, area.height.saturating_sub(2), &title, tint::PLAIN, pen);
                self.draw_view(view, inner, pen);
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(self.state, State::Reading) && matches!(answer, Answer::Inspected(_) | Answer::Refused(_))
    }
}
