//! What waits to be printed, for what it waits, and not printing it.
//!
//! ```text
//! ┌ Nhãn đang chờ in: 2 ────────────────────────────────────────────────┐
//! │ ▶ 7K3XQ-92M4T-8 · máy in tem · 14:02                                │
//! │     ! hết giấy                                                      │
//! └─────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: what stands here is what the queue held when it was last looked at; nothing is printed from here.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Asked, boxed, report};
use crate::unit::PrintId;
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, Layer, PrintOrder, PrintWait, World, hints, press};
use ratatui::layout::Rect;

pub(super) struct Prints {
    at: usize,
    /// The label that stands there, as long as it waits.
    meant: Option<PrintId>,
    asked: Asked,
}

static KEYS: &[Binding<Prints>] = &[
    Binding {
        key: Key::Char('x'),
        words: || say!("key-print-cancel"),
        when: |layer, w| layer.chosen(w).is_some() && !layer.asked.is_waiting(),
        what: |layer, w| layer.cancel(w),
    },
    Binding {
        key: Key::Char('m'),
        words: || say!("key-printers"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Open(Layer::Printers)],
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Prints {
    pub(super) fn new(world: &World) -> Self {
        let mut prints = Self { at: 0, meant: None, asked: Asked::NotYet };
        prints.mean(0, world);
        prints
    }

    fn mean(&mut self, at: usize, world: &World) {
        self.at = at.min(world.prints.len().saturating_sub(1));
        self.meant = world.prints.get(self.at).map(|print| print.id.clone());
    }

    /// Where the label that is meant stands by now; none once it was printed or taken out.
    fn place(&self, world: &World) -> Option<usize> {
        match &self.meant {
            Some(meant) => world.prints.iter().position(|print| print.id == *meant),
            // None waited when it was looked at last, or the one that stood there was taken out here.
            None => (!world.prints.is_empty()).then(|| self.at.min(world.prints.len() - 1)),
        }
    }

    fn chosen<'w>(&self, world: &'w World) -> Option<&'w PrintWait> {
        world.prints.get(self.place(world)?)
    }

    fn press(&mut self, key: Key, world: &World) -> Vec<Effect> {
        press(KEYS, self, key, world).unwrap_or_default()
    }

    fn cancel(&mut self, world: &World) -> Vec<Effect> {
        let Some(id) = self.chosen(world).map(|print| print.id.clone()) else { return Vec::new() };
        self.asked = Asked::Waiting;
        vec![Effect::Print(PrintOrder::Cancel(id))]
    }
}

impl Moves for Prints {
    fn places(&self, world: &World) -> usize {
        world.prints.len()
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, world: &World) -> Vec<Effect> {
        self.mean(at, world);
        Vec::new()
    }
}

impl Screen for Prints {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => {
                // What was printed meanwhile left the list: a key that was meant for it takes out no other label.
                let Some(place) = self.place(world) else {
                    self.mean(self.at, world);
                    return if key == Key::Char('x') { Vec::new() } else { self.press(key, world) };
                };
                self.mean(place, world);
                self.press(key, world)
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => {
                (self.asked, self.meant) = (Asked::NotYet, None);
                Vec::new()
            }
            Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let count = u16::try_from(world.prints.len()).unwrap_or(u16::MAX);
        let title = pen.say(&say!("prints-title", count = u64::from(count)));
        let lines = count.saturating_mul(2).saturating_add(3).min(area.height.saturating_sub(2)).max(3);
        let inner = boxed(area, lines, &title, tint::PLAIN, pen);
        let at = self.place(world).unwrap_or_else(|| self.at.min(world.prints.len().saturating_sub(1)));
        let shown = usize::from(inner.height.saturating_sub(3) / 2).max(1);
        let first = (at + 1).saturating_sub(shown);
        let mut used = 0;
        for (number, print) in world.prints.iter().enumerate().skip(first).take(shown) {
            let is_here = number == at;
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let style = if is_here { tint::HERE } else { tint::PLAIN };
            let at = print.at.local();
            let time = at.get(11..16).unwrap_or_default();
            let what = say!("print-line", title = print.title.as_str(), printer = print.printer.as_str(), time = time);
            let what = pen.say(&what);
            pen.pieces(Rect { height: 1, ..below(inner, used) }, &[(mark, style), (" ", style), (&what, style)]);
            let line = below(inner, used + 1);
            let inset = Rect { x: line.x + 4, width: line.width.saturating_sub(4), height: line.height.min(1), ..line };
            match &print.why {
                Some(why) => {
                    let why = pen.say(why);
                    pen.marked(inset, Mark::Warn, &why, tint::WARN);
                }
                None => _ = pen.line(inset, &say!("print-sending"), tint::NEXT),
            }
            used += 2;
        }
        let rest = below(inner, used);
        if let Some(refusal) = self.asked.refusal() {
            report(refusal, rest, pen);
        } else {
            let note = pen.say(&if world.prints.is_empty() { say!("print-none") } else { say!("prints-note") });
            pen.wrapped(rest, &note, tint::DIM);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }
}
