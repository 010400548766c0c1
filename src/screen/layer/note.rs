//! Writing a note about a device, and erasing one of those that were written.
//!
//! ```text
//! ┌ Ghi chú về 7K3XQ-92M4T-Z ──────────────┐
//! │ Ghi: pin phải cắm sạc mới lên_         │
//! │ Đừng ghi tên học sinh, người tặng …    │
//! │                                        │
//! │ Ghi chú                                │
//! │ ▶ 22/11/2026 10:02 · Lê Thư · [3f…] …  │
//! └───────────────────────────────────────┘
//! ```
//!
//! Invariant: no note is erased by a single key.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, outcome};
use crate::unit::DeviceId;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, NoteSeen, Seen, ShiftOrder, Sight, World, hints, press,
};
use ratatui::layout::Rect;

/// Lines of the box where nothing was written yet.
const LINES: u16 = 8;
/// Lines above the notes that were written.
const ABOVE: u16 = 6;
/// Lines of notes that stay in sight above the one that is meant.
const BEFORE: usize = 4;

pub(super) struct Note {
    device: DeviceId,
    name: String,
    typed: Field,
    /// What was written before, the newest first.
    notes: Vec<NoteSeen>,
    /// 0 while one is typed; else which of those is meant, counted from 1.
    at: usize,
    /// Whether the next Enter erases it.
    is_armed: bool,
    /// Whether it is being erased, and not a new one written.
    is_erasing: bool,
    asked: Asked,
}

static KEYS: &[Binding<Note>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-note-write"),
        when: |layer, _| layer.at == 0 && !layer.typed.text().is_empty() && !layer.asked.is_waiting(),
        what: |layer, _| {
            (layer.asked, layer.is_erasing) = (Asked::Waiting, false);
            vec![Effect::Shift(ShiftOrder::Note { device: layer.device.clone(), text: layer.typed.text() })]
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-note-erase-now"),
        when: |layer, _| layer.is_armed && !layer.asked.is_waiting(),
        what: |layer, _| layer.erase(),
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-note-erase"),
        when: |layer, _| !layer.is_armed && !layer.asked.is_waiting() && layer.here().is_some_and(|note| !note.erased),
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
        when: |layer, _| layer.is_armed && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.is_armed = false;
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Note {
    pub(super) fn new(device: DeviceId, name: String) -> Self {
        let (typed, notes, asked) = (Field::default(), Vec::new(), Asked::NotYet);
        Self { device, name, typed, notes, at: 0, is_armed: false, is_erasing: false, asked }
    }

    fn here(&self) -> Option<&NoteSeen> {
        self.notes.get(self.at.checked_sub(1)?)
    }

    fn erase(&mut self) -> Vec<Effect> {
        let Some(note) = self.here().map(|note| note.note) else { return Vec::new() };
        (self.asked, self.is_armed, self.is_erasing) = (Asked::Waiting, false, true);
        vec![Effect::Shift(ShiftOrder::EraseNote { device: self.device.clone(), note })]
    }

    fn draw_notes(&self, area: Rect, pen: &mut Pen<'_>) {
        pen.line(area, &say!("device-notes"), tint::TITLE);
        let rest = below(area, 1);
        let (mut used, first) = (0, self.at.saturating_sub(1 + BEFORE));
        for (number, note) in self.notes.iter().enumerate().skip(first) {
            let is_here = number + 1 == self.at;
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let text = format!("{mark} {}", pen.say(&sentence(note)));
            let style = match (is_here, note.erased) {
                (true, _) => tint::HERE,
                (false, true) => tint::DIM,
                (false, false) => tint::PLAIN,
            };
            let room = below(rest, used);
            // The one that is meant is read to its end.
            used += if is_here { pen.wrapped(room, &text, style) } else { pen.text(room, &text, style).min(1) };
        }
    }
}

/// A note that was written.
fn sentence(note: &NoteSeen) -> Sentence {
    let (at, who, id) = (note.at.local(), note.who.as_str(), note.note.short(8));
    match &note.text {
        Some(text) => say!("note-line", at = at, who = who, id = id, text = text.as_str()),
        None if note.erased => say!("note-line-erased", at = at, who = who, id = id),
        None => say!("note-line-missing", at = at, who = who, id = id),
    }
}

impl Moves for Note {
    fn places(&self, _world: &World) -> usize {
        if self.asked.is_waiting() { 0 } else { 1 + self.notes.len() }
    }

    fn at(&self) -> usize {
        if self.asked.is_waiting() { 0 } else { self.at }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        (self.at, self.is_armed, self.asked) = (at, false, Asked::NotYet);
        Vec::new()
    }
}

impl Screen for Note {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.at == 0 {
                    self.typed.press(key);
                }
                Vec::new()
            }),
            // A label that is scanned is part of what is written.
            Input::Scan(text) | Input::Paste(text) => {
                if self.at == 0 {
                    self.typed.paste(text);
                }
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Notes(_, notes) = seen.as_ref() {
                    // The note that is meant stays so, wherever it stands now; one that left the list is not erased.
                    let meant = self.here().map(|note| note.note);
                    self.notes.clone_from(notes);
                    let place = meant.and_then(|meant| notes.iter().position(|note| note.note == meant));
                    self.at = place.map_or(0, |place| place + 1);
                    self.is_armed &= self.at > 0;
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            // Where the device's page lies below, it shows what became of the notes.
            Input::Answer(_) if self.is_erasing => {
                self.asked = Asked::NotYet;
                let device = self.device.clone();
                vec![Effect::See(Sight::Notes(device.clone())), Effect::See(Sight::Device(device))]
            }
            Input::Answer(_) => vec![Effect::Close, Effect::See(Sight::Device(self.device.clone()))],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("note-title", tag = self.name.as_str()));
        let lines = if self.notes.is_empty() { LINES } else { area.height.saturating_sub(4) };
        let inner = boxed(area, lines, &title, tint::PLAIN, pen);
        let used = pen.line(inner, &say!("note-ask"), if self.at == 0 { tint::NEXT } else { tint::PLAIN });
        self.typed.draw(right_of(inner, used + 1), self.at == 0 && !self.asked.is_waiting(), pen);
        let told = Rect { height: ABOVE.saturating_sub(3), ..below(inner, 2) };
        if self.is_armed {
            let armed = pen.say(&say!("note-erase-armed"));
            pen.wrapped(told, &armed, tint::WARN);
        } else {
            let note = if self.at == 0 { say!("note-warning") } else { say!("note-erase-note") };
            let told = if self.notes.is_empty() { below(inner, 2) } else { told };
            outcome(&self.asked, &say!("recording"), &note, told, pen);
        }
        if !self.notes.is_empty() {
            self.draw_notes(below(inner, ABOVE - 1), pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Notes(self.device.clone()))]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_mine = |seen: &Seen| matches!(seen, Seen::Notes(device, _) if *device == self.device);
        let ends = self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_));
        ends || matches!(answer, Answer::Seen(seen) if is_mine(seen))
    }

    fn is_typing(&self) -> bool {
        self.at == 0
    }

    fn is_writing(&self) -> bool {
        self.at == 0
    }
}
