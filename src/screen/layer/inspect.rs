//! Inspecting this machine for a device: asked first, because it is *this* machine that is read; then the verdict, what
//! was found, and the cheapest fix.

use super::super::Screen;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Subject, boxed, page, report};
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, InspectedView, Key, Report, World, hints, press};
use ratatui::layout::Rect;

enum State {
    Asking,
    Reading,
    Refused(Report),
    Shown(InspectedView),
}

pub(super) struct Inspect {
    subject: Subject,
    /// The tablet or phone that is read instead of this machine.
    mobile: Option<String>,
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
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Inspect {
    pub(super) const fn new(subject: Subject) -> Self {
        Self { subject, mobile: None, state: State::Asking, skipped: 0 }
    }

    /// Of the tablet or phone of that name, which was chosen for it.
    pub(super) const fn of_mobile(subject: Subject, name: String) -> Self {
        Self { subject, mobile: Some(name), state: State::Reading, skipped: 0 }
    }

    fn draw_view(&self, view: &InspectedView, area: Rect, pen: &mut Pen<'_>) {
        let mut rest = below(area, pen.line(area, &view.verdict, tint::TITLE).min(1));
        if let Some(fix) = &view.fix {
            let fix = pen.say(&say!("fix-line", fix = fix.clone()));
            rest = below(rest, pen.wrapped(rest, &fix, tint::NEXT));
        }
        rest = below(rest, 1);
        page(view.lines.iter().skip(self.skipped), rest, pen);
    }
}

impl Moves for Inspect {
    fn places(&self, _world: &World) -> usize {
        match &self.state {
            State::Shown(view) => view.lines.len(),
            State::Asking | State::Reading | State::Refused(_) => 0,
        }
    }

    fn at(&self) -> usize {
        self.skipped
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.skipped = at;
        Vec::new()
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

    fn begin(&self) -> Vec<Effect> {
        let read = |name: &String| Effect::InspectMobile(self.subject.device.clone(), name.clone());
        self.mobile.iter().map(read).collect()
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(self.state, State::Reading) && matches!(answer, Answer::Inspected(_) | Answer::Refused(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::glyphs::Glyphs;
    use crate::unit::{DeviceId, Moment};
    use crate::word::{Lang, Words};
    use crate::workbench::{PageLine, Weight};
    use ratatui::buffer::Buffer;

    fn shown(lines: usize) -> Inspect {
        let line = |number: usize| PageLine {
            weight: if number == 0 { Weight::Bad } else { Weight::Plain },
            what: say!("change-gone", name = format!("n{number}.")),
        };
        let view = InspectedView {
            judged: crate::profile::Verdict::Pass,
            verdict: say!("spec-verdict-pass"),
            fix: None,
            lines: (0..lines).map(line).collect(),
        };
        let subject = Subject { device: DeviceId::from_random([0; 10]), name: "tem".to_owned() };
        Inspect { subject, mobile: None, state: State::Shown(view), skipped: 0 }
    }

    fn drawn(layer: &Inspect) -> Buffer {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
        let world = World::new(false, Moment::from_unix_millis(0));
        layer.draw(&world, Rect::new(0, 0, 80, 24), &mut Pen::new(&words, Glyphs::Full, &mut buffer));
        buffer
    }

    #[test]
    fn what_changed_for_the_worse_is_red_and_has_its_mark() {
        let buffer = drawn(&shown(3));
        let red: Vec<&str> = buffer
            .content()
            .iter()
            .filter(|cell| cell.style().fg == tint::BAD.fg)
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(red.concat().trim(), "✗ n0.: lần trước có, nay không thấy");
    }
}
