//! Which key makes a machine start from a stick: typed words narrow the list, the chosen machine's maker stands first.
//!
//! ```text
//! ┌ Khởi động từ thẻ bằng phím nào? ────────────────────────┐
//! │ Hãng: len▏                                              │
//! │ ▶ Lenovo (ThinkPad, ThinkCentre)     F12        F1       │
//! │     Thấy "press Enter" thì bấm Enter rồi F12.           │
//! └─────────────────────────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, report};
use crate::profile::{BootKey, BootKeys as List};
use crate::unit::{DeviceId, holds_words};
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, Seen, Sight, World, hints, press};
use ratatui::layout::Rect;

/// Columns of a machine's name, and of the keys of its boot menu.
const NAME: u16 = 42;
const MENU: u16 = 14;
/// The most machines in sight at once.
const MOST: usize = 7;
const LINES: u16 = 16;

pub(super) struct BootKeys {
    device: Option<DeviceId>,
    list: Option<List>,
    typed: Field,
    at: usize,
    asked: Asked,
}

static KEYS: &[Binding<BootKeys>] = &[
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl BootKeys {
    pub(super) fn new(device: Option<DeviceId>) -> Self {
        Self { device, list: None, typed: Field::default(), at: 0, asked: Asked::Waiting }
    }

    fn machines(&self) -> Vec<&BootKey> {
        let words = self.typed.text();
        let all = self.list.iter().flat_map(|list| &list.machines);
        all.filter(|one| holds_words(&one.title(), &words)).collect()
    }

    fn draw_list(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let machines = self.machines();
        let head = Rect { height: 1, ..area };
        pen.line(right_of(head, 2), &say!("boot-column-machine"), tint::DIM);
        pen.line(right_of(head, NAME), &say!("boot-column-menu"), tint::DIM);
        pen.line(right_of(head, NAME + MENU), &say!("boot-column-setup"), tint::DIM);
        let mut used = 1;
        for (number, one) in machines.iter().enumerate().skip((self.at + 1).saturating_sub(MOST)).take(MOST) {
            let (is_here, [boot, setup]) = (number == self.at, one.keys());
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let line = Rect { height: area.height.min(1), ..below(area, used) };
            let name = Rect { width: (NAME - 1).min(line.width), ..line };
            pen.text(name, &format!("{mark} {}", one.title()), style);
            let menu = right_of(line, NAME);
            pen.text(Rect { width: MENU.min(menu.width), ..menu }, &boot, tint::NEXT);
            pen.text(right_of(line, NAME + MENU), &setup, style);
            used += 1;
        }
        if machines.is_empty() {
            used += pen.wrapped(below(area, used), &pen.say(&say!("boot-none")), tint::WARN);
        }
        used
    }
}

impl Moves for BootKeys {
    fn places(&self, _world: &World) -> usize {
        self.machines().len()
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for BootKeys {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.typed.press(key) {
                    self.at = 0;
                }
                Vec::new()
            }),
            Input::Paste(text) => {
                self.typed.paste(text);
                self.at = 0;
                Vec::new()
            }
            Input::Scan(text) => vec![Effect::Close, Effect::Find(text.trim().to_owned())],
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::BootKeys(list) = seen.as_ref() {
                    (self.list, self.asked) = (Some(list.clone()), Asked::NotYet);
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("boot-card-title"));
        let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
        if let Some(refusal) = self.asked.refusal() {
            report(refusal, inner, pen);
            return;
        }
        let used = pen.line(inner, &say!("boot-typed"), tint::NEXT);
        let room = right_of(inner, used + 1);
        self.typed.draw(Rect { width: room.width.min(30), ..room }, true, pen);
        let mut used = 1 + self.draw_list(below(inner, 1), pen);
        let lang = pen.words().lang();
        if let Some(note) = self.machines().get(self.at).and_then(|one| one.note(lang)).map(str::to_owned) {
            let noted = below(inner, used);
            used +=
                pen.wrapped(Rect { x: noted.x + 2, width: noted.width.saturating_sub(2), ..noted }, &note, tint::WARN);
        }
        let steps = pen.say(&say!("boot-steps"));
        pen.wrapped(below(inner, used + 1), &steps, tint::DIM);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::BootKeys(self.device.clone()))]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_list = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::BootKeys(_)));
        is_list || matches!(answer, Answer::Refused(_)) && self.asked.is_waiting()
    }
}
