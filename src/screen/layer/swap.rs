//! Two labels that are on each other's devices, exchanged in one step: what that comes to is shown first.
//!
//! ```text
//! ┌ Đổi tem 7K3XQ-92M4T-Z với tem máy khác ───────────────┐
//! │ Quét tem máy kia: _                                    │
//! │ Máy đang ghi 7K3XQ-92M4T-Z · ThinkPad T440 · đã xóa    │
//! │   sẽ mang tem 9QF2B-51VDH-K                            │
//! │ …                                                      │
//! │ ! Giấy đã in cho lần xóa này …                         │
//! │ Enter hai lần để đổi.                                  │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing is recorded that was not shown before and confirmed by a key of its own.

use super::super::Screen;
use super::super::field::Field;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, Subject, outcome, page, report};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, PageLine, Report, Seen, Sight, SwapLook, WarehouseOrder, World, hints,
    press, swap_lines,
};
use ratatui::layout::Rect;

pub(super) struct Swap {
    subject: Subject,
    typed: Field,
    /// The other label that was scanned last.
    other: Option<String>,
    /// What is shown to be confirmed.
    shown: Option<Box<SwapLook>>,
    /// Whether the next Enter records it.
    is_armed: bool,
    /// Lines that are scrolled past.
    past: usize,
    asked: Asked,
    done: Option<Report>,
}

static KEYS: &[Binding<Swap>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-swap-look"),
        when: |layer, _| layer.is_choosing() && !layer.typed.text().is_empty(),
        what: |layer, _| {
            let text = std::mem::take(&mut layer.typed).text();
            layer.look(&text)
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-swap-record"),
        when: |layer, _| layer.is_armed && !layer.asked.is_waiting(),
        what: |layer, _| layer.send(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-swap-arm"),
        when: |layer, _| layer.shown.is_some() && !layer.is_armed && layer.done.is_none(),
        what: |layer, _| {
            (layer.is_armed, layer.asked) = (true, Asked::NotYet);
            Vec::new()
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.shown.is_some() && layer.done.is_none() && !layer.asked.is_waiting(),
        what: |layer, _| {
            (layer.shown, layer.is_armed, layer.other, layer.past) = (None, false, None, 0);
            layer.asked = Asked::NotYet;
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Swap {
    pub(super) fn new(subject: Subject) -> Self {
        let (typed, asked) = (Field::default(), Asked::NotYet);
        Self { subject, typed, other: None, shown: None, is_armed: false, past: 0, asked, done: None }
    }

    const fn is_choosing(&self) -> bool {
        self.shown.is_none() && self.done.is_none()
    }

    fn look(&mut self, other: &str) -> Vec<Effect> {
        let other = other.trim().to_owned();
        self.asked = Asked::Waiting;
        self.other = Some(other.clone());
        vec![Effect::See(Sight::Swap(self.subject.device.to_string(), other))]
    }

    /// The devices are named by their ids: their labels are what is exchanged.
    fn send(&mut self) -> Vec<Effect> {
        let Some(look) = &self.shown else { return Vec::new() };
        self.asked = Asked::Waiting;
        let order = WarehouseOrder::Swap(look.one.id.to_string(), look.other.id.to_string());
        vec![Effect::Warehouse(order)]
    }

    fn lines(&self) -> Vec<PageLine> {
        self.shown.as_deref().map(swap_lines).unwrap_or_default()
    }
}

impl Moves for Swap {
    fn places(&self, _world: &World) -> usize {
        self.lines().len()
    }

    fn at(&self) -> usize {
        self.past
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.past = at;
        Vec::new()
    }
}

impl Screen for Swap {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.is_choosing() {
                    self.typed.press(key);
                }
                Vec::new()
            }),
            Input::Paste(text) if self.is_choosing() => {
                self.typed.paste(text);
                Vec::new()
            }
            Input::Scan(text) if self.is_choosing() => self.look(text),
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Swap(look) = seen.as_ref() {
                    (self.shown, self.asked) = (Some(look.clone()), Asked::NotYet);
                }
                Vec::new()
            }
            Input::Answer(Answer::Done(done)) => {
                (self.done, self.shown, self.is_armed) = (Some(done.clone()), None, false);
                self.asked = Asked::NotYet;
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                (self.asked, self.is_armed) = (Asked::Refused(refusal.clone()), false);
                Vec::new()
            }
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("swap-title", tag = self.subject.name.as_str()));
        let inner = pen.boxed(area, &title, tint::WARN);
        if let Some(done) = &self.done {
            report(done, inner, pen);
            return;
        }
        let head = Rect { height: inner.height.min(1), ..inner };
        if self.is_choosing() {
            let used = pen.line(head, &say!("swap-scan"), tint::NEXT);
            let room = right_of(head, used + 1);
            self.typed.draw(Rect { width: room.width.min(44), ..room }, true, pen);
        } else {
            let ask = if self.is_armed { say!("swap-ask-again") } else { say!("swap-ask") };
            pen.line(head, &ask, tint::NEXT);
        }
        let mut rest = below(inner, 2);
        if self.is_choosing() || self.asked.is_waiting() || self.asked.refusal().is_some() {
            let doing = if self.shown.is_some() { say!("recording") } else { say!("bench-reading") };
            outcome(&self.asked, &doing, &say!("swap-note"), rest, pen);
            rest = below(rest, 6);
        }
        let lines = self.lines();
        page(lines.iter().skip(self.past), rest, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    /// What it comes to may be another by now.
    fn again(&self, _world: &World) -> Vec<Effect> {
        let other = self.other.clone().filter(|_| self.shown.is_some());
        other.map(|other| Effect::See(Sight::Swap(self.subject.device.to_string(), other))).into_iter().collect()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Swap(_)));
        (is_seen && self.other.is_some())
            || (self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        self.is_choosing()
    }
}
