//! Inspecting a tablet or phone: which are on the cable, what to do next with each, and which one it is.
//!
//! ```text
//! ┌ Kiểm tra máy 7K3XQ-92M4T-8 trên dây ────────────────────┐
//! │ ▶ Samsung SM-T295 (R9THU00000A)  sẵn sàng kiểm tra      │
//! │   Xiaomi (a1b2c3)                chờ cho phép           │
//! │ → Bấm Enter để kiểm tra máy này.                        │
//! └─────────────────────────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, Subject, boxed, report};
use crate::port::MobileState;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, MobilesView, Seen, Sight, World, hints, press,
};
use ratatui::layout::Rect;

/// Columns of a device's name.
const NAME: u16 = 44;
/// The most devices in sight at once.
const MOST: usize = 9;
const LINES: u16 = 17;

pub(super) struct Mobiles {
    subject: Subject,
    view: Option<MobilesView>,
    at: usize,
    asked: Asked,
}

static KEYS: &[Binding<Mobiles>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-inspect-mobile"),
        when: |layer, _| layer.chosen().is_some(),
        what: |layer, _| {
            let read = layer.chosen().map(|name| [Effect::Close, Effect::Open(Layer::InspectMobile(name))]);
            read.into_iter().flatten().collect()
        },
    },
    moves::down(),
    moves::up(),
    Binding {
        key: Key::Char('r'),
        words: || say!("key-mobile-look"),
        when: |layer, _| !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::Waiting;
            vec![Effect::See(Sight::Mobiles)]
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Mobiles {
    pub(super) const fn new(subject: Subject) -> Self {
        Self { subject, view: None, at: 0, asked: Asked::Waiting }
    }

    /// The name of the one under the mark, where it answers.
    fn chosen(&self) -> Option<String> {
        let line = self.view.as_ref()?.lines.get(self.at)?;
        (line.mobile.state == MobileState::Ready).then(|| line.mobile.name.clone())
    }

    fn draw_list(&self, view: &MobilesView, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let mut used = 0;
        for (number, line) in view.lines.iter().enumerate().skip((self.at + 1).saturating_sub(MOST)).take(MOST) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let row = Rect { height: area.height.min(1), ..below(area, used) };
            let name = Rect { width: (NAME - 1).min(row.width), ..row };
            pen.text(name, &format!("{mark} {} ({})", line.title(), line.mobile.name), style);
            let is_ready = line.mobile.state == MobileState::Ready;
            pen.line(right_of(row, NAME), &line.state(), if is_ready { tint::GOOD } else { tint::WARN });
            used += 1;
        }
        used
    }
}

impl Moves for Mobiles {
    fn places(&self, _world: &World) -> usize {
        self.view.as_ref().map_or(0, |view| view.lines.len())
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Mobiles {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Mobiles(view) = seen.as_ref() {
                    self.at = self.at.min(view.lines.len().saturating_sub(1));
                    (self.view, self.asked) = (Some(view.clone()), Asked::NotYet);
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("mobile-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
        if let Some(refusal) = self.asked.refusal() {
            report(refusal, inner, pen);
            return;
        }
        let Some(view) = &self.view else {
            pen.line(inner, &say!("mobile-looking"), tint::NEXT);
            return;
        };
        let mut used = self.draw_list(view, inner, pen);
        if let Some(line) = view.lines.get(self.at) {
            let next =
                if line.mobile.state == MobileState::Ready { say!("mobile-press-enter") } else { line.next.clone() };
            let next = pen.say(&say!("mobile-line-next", next = next));
            used += 1;
            used += pen.wrapped(below(inner, used), next.trim_start(), tint::NEXT);
        } else {
            used += pen.wrapped(inner, &pen.say(&say!("mobile-nobody")), tint::NEXT);
        }
        if let Some(adb) = &view.adb {
            report(adb, below(inner, used + 1), pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Mobiles)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_list = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Mobiles(_)));
        self.asked.is_waiting() && (is_list || matches!(answer, Answer::Refused(_)))
    }
}
