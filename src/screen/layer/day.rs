//! Closing the day: how far the work is from its last safety copy, where the next one goes, and the head to be written
//! down.
//!
//! ```text
//! ┌ Chốt ngày ────────────────────────────────────────┐
//! │ Lần chốt cuối: 2026-11-20, lúc 17:32               │
//! │ Từ đó đã ghi thêm: 42                              │
//! │ ! 5 máy chưa xóa: Kệ A1 (3) · Kệ B2 (2)               │
//! │ Ghi bản sao an toàn vào đâu?                       │
//! │ ▶ /media/usb   SANDISK                             │
//! │   thư mục khác                                     │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: a day is shown as closed only by the answer that says so.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, report};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, DayEnd, DayLook, DayOrder, Effect, Hint, Input, Key, Layer, World, day_left_lines, hints, press,
};
use ratatui::layout::Rect;
use std::path::PathBuf;

/// Symbols of a head that stand together, and such groups in a line.
const GROUP: usize = 4;
const GROUPS: usize = 8;

#[derive(Default)]
pub(super) struct Day {
    view: Option<DayLook>,
    at: usize,
    typed: Field,
    asked: Asked,
    end: Option<Box<DayEnd>>,
}

static KEYS: &[Binding<Day>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-close-day"),
        when: |layer, _| layer.end.is_none() && !layer.asked.is_waiting() && layer.place().is_some(),
        what: |layer, _| {
            layer.asked = Asked::Waiting;
            layer.place().map(|to| Effect::Day(DayOrder::Close(to))).into_iter().collect()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-written-down"),
        when: |layer, _| layer.end.is_some(),
        what: |_, _| vec![Effect::Close],
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.end.is_none() && layer.at < layer.places(),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.end.is_none() && layer.at > 0,
        what: |layer, _| {
            layer.at -= 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Control('r'),
        words: || say!("key-refresh"),
        when: |layer, _| layer.end.is_none() && !layer.asked.is_waiting(),
        what: |layer, _| layer.begin(),
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Day {
    /// A day that was closed already: only its head is to be written down.
    pub(super) fn ended(end: Box<DayEnd>) -> Self {
        Self { end: Some(end), ..Self::default() }
    }

    fn places(&self) -> usize {
        self.view.as_ref().map_or(0, |view| view.places.len())
    }

    /// Whether the folder is typed, below those that are there.
    fn is_other(&self) -> bool {
        self.view.is_some() && self.at >= self.places()
    }

    /// Where the copy goes.
    fn place(&self) -> Option<PathBuf> {
        let view = self.view.as_ref()?;
        let typed = Some(self.typed.text()).filter(|text| !text.is_empty()).map(PathBuf::from);
        view.places.get(self.at).map_or(typed, |place| Some(place.folder.clone()))
    }

    fn draw_question(&self, view: &DayLook, area: Rect, pen: &mut Pen<'_>) {
        let status = pen.say(&match &view.status.last {
            Some(last) => say!("day-last", day = last.day.as_str(), at = last.at.local()),
            None => say!("day-last-never"),
        });
        let mut used = pen.wrapped(area, &status, tint::PLAIN);
        pen.line(below(area, used), &say!("day-records", records = view.status.records), tint::PLAIN);
        used += 1;
        for line in day_left_lines(&view.left) {
            let text = pen.say(&line);
            let text = format!("{} {text}", pen.glyphs().mark(Mark::Warn));
            used += pen.wrapped(below(area, used), &text, tint::WARN);
        }
        used += 1;
        pen.line(below(area, used), &say!("day-where"), tint::NEXT);
        used += 1;
        for (number, place) in view.places.iter().enumerate() {
            let folder = place.folder.display().to_string();
            self.draw_place(number, &format!("{folder}  {}", place.name), below(area, used), pen);
            used += 1;
        }
        let other = format!("{} ", pen.say(&say!("day-other")));
        let wide = self.draw_place(view.places.len(), &other, below(area, used), pen);
        self.typed.draw(right_of(below(area, used), wide), self.is_other() && !self.asked.is_waiting(), pen);
        let rest = below(area, used + 2);
        if let Some(refusal) = self.asked.refusal() {
            report(refusal, rest, pen);
        } else {
            let waits = self.asked.is_waiting();
            let note = pen.say(&if waits { say!("busy-closing") } else { say!("day-note") });
            pen.wrapped(rest, &note, if waits { tint::NEXT } else { tint::DIM });
        }
    }

    fn draw_place(&self, number: usize, text: &str, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let is_here = number == self.at;
        let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
        let style = if is_here { tint::TITLE } else { tint::PLAIN };
        pen.pieces(Rect { height: area.height.min(1), ..area }, &[(mark, style), (" ", style), (text, style)])
    }
}

/// What came of it, and the head in groups that an eye can follow from the screen to the notebook.
fn draw_end(end: &DayEnd, area: Rect, pen: &mut Pen<'_>) {
    let copy = &end.copy;
    let lines: Vec<Sentence> = [
        Some(say!("day-closed", day = end.day.as_str(), records = copy.head.size, seq = end.seq)),
        Some(say!(
            "day-copy",
            file = copy.file.display().to_string(),
            length = copy.length.decimal(),
            digest = copy.digest.short(16),
            expires = copy.expires_at.local(),
        )),
        (!copy.direct).then(|| say!("day-copy-not-direct")),
        copy.beside_station.then(|| say!("day-copy-beside")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut used = 0;
    for (number, line) in lines.iter().enumerate() {
        let text = pen.say(line);
        used += pen.wrapped(below(area, used), &text, if number == 0 { tint::GOOD } else { tint::PLAIN });
    }
    used += 1;
    let ask = pen.say(&say!("day-write-down"));
    used += pen.wrapped(below(area, used), &ask, tint::NEXT) + 1;
    for line in head_lines(&copy.head.to_string()) {
        pen.text(below(area, used), &line, tint::TITLE);
        used += 1;
    }
}

/// The head: how many records, then its symbols in groups.
fn head_lines(head: &str) -> Vec<String> {
    let (size, root) = head.split_once(':').unwrap_or(("", head));
    let symbols: Vec<char> = root.chars().collect();
    let groups: Vec<String> = symbols.chunks(GROUP).map(|group| group.iter().collect()).collect();
    let lines = groups.chunks(GROUPS).map(|line| format!("   {}", line.join("  ")));
    std::iter::once(format!("   {size} :")).chain(lines).collect()
}

impl Screen for Day {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.is_other() && !self.asked.is_waiting() {
                    self.typed.press(key);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                self.at = self.places();
                self.typed.paste(text);
                Vec::new()
            }
            Input::Answer(Answer::Day(view)) => {
                self.at = self.at.min(view.places.len());
                self.view = Some((**view).clone());
                Vec::new()
            }
            Input::Answer(Answer::DayClosed(end)) => {
                (self.end, self.asked) = (Some(end.clone()), Asked::NotYet);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal) | Answer::NotClosed(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => {
                self.asked = Asked::NotYet;
                vec![Effect::Open(Layer::Unlock)]
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("day-title"));
        let inner = boxed(area, 16, &title, tint::PLAIN, pen);
        match (&self.end, &self.view) {
            (Some(end), _) => draw_end(end, inner, pen),
            (None, Some(view)) => self.draw_question(view, inner, pen),
            (None, None) => match self.asked.refusal() {
                Some(refusal) => _ = report(refusal, inner, pen),
                None => _ = pen.line(inner, &say!("bench-reading"), tint::PLAIN),
            },
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        if self.end.is_some() { Vec::new() } else { vec![Effect::Day(DayOrder::Look)] }
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Day(_))
            || (self.view.is_none() && matches!(answer, Answer::Refused(_)))
            || (self.asked.is_waiting()
                && matches!(answer, Answer::DayClosed(_) | Answer::NotClosed(_) | Answer::VaultLocked))
    }

    fn is_typing(&self) -> bool {
        self.end.is_none() && self.is_other()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_stands_in_groups_of_which_none_is_lost() {
        let root = "0123456789abcdef".repeat(4);
        let lines = head_lines(&format!("57:{root}"));
        assert_eq!((lines.len(), lines[0].as_str()), (3, "   57 :"));
        assert_eq!(lines[1], "   0123  4567  89ab  cdef  0123  4567  89ab  cdef");
        let symbols: String = lines[1..].concat().chars().filter(|symbol| *symbol != ' ').collect();
        assert_eq!(symbols, root);
    }
}
