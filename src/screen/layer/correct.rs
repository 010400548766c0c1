//! Correcting what was recorded of a device: its records, those to be struck out, what that comes to, and why.
//!
//! ```text
//! ┌ Sửa bản ghi của 7K3XQ-92M4T-Z ─────────────────────────────────┐
//! │ ▶[x] 41 · 22/11/2026 10:02 · Để lên kệ B2 · Trần An             │
//! │  [ ] 40 · 22/11/2026 10:01 · Để lên kệ A1 · Trần An             │
//! │   –  39 · 22/11/2026 09:40 · Xóa xong ổ đĩa · Trần An           │
//! └─────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: nothing is recorded that was not shown before and confirmed by a key of its own; what stands for ever cannot be
//! marked.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, Subject, boxed, report};
use crate::unit::Digest;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Change, Changed, CorrectLine, Correcting, Effect, Hint, Input, Key, Layer, Report, Seen, Sight,
    World, hints, press,
};
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// Lines of the box.
const LINES: u16 = 19;

pub(super) struct Correct {
    subject: Subject,
    /// Whether it began with the last record, without the list.
    is_undo: bool,
    lines: Option<Vec<CorrectLine>>,
    at: usize,
    marked: BTreeSet<Digest>,
    /// What is shown to be confirmed.
    shown: Option<Box<Correcting>>,
    /// Lines of it that are scrolled over.
    skipped: usize,
    reason: Field,
    /// Whether the next Enter records it.
    is_armed: bool,
    asked: Asked,
}

static KEYS: &[Binding<Correct>] = &[
    Binding {
        key: Key::Char(' '),
        words: || say!("key-correct-mark"),
        when: |layer, _| layer.is_list() && layer.here().is_some_and(CorrectLine::is_open),
        what: |layer, _| layer.mark(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-correct-look"),
        when: |layer, _| layer.is_list() && !layer.chosen().is_empty() && !layer.asked.is_waiting(),
        what: |layer, _| layer.look(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-correct-record"),
        when: |layer, _| layer.is_armed && !layer.asked.is_waiting(),
        what: |layer, _| layer.send(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-correct-arm"),
        when: |layer, _| layer.may_arm(),
        what: |layer, _| {
            layer.is_armed = true;
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
        when: |layer, _| layer.shown.is_some() && !layer.is_undo && !layer.asked.is_waiting(),
        what: |layer, _| layer.back(),
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
    Binding {
        key: Key::Char('l'),
        words: || say!("key-correct-lot"),
        when: |layer, _| layer.is_list() && !layer.asked.is_waiting(),
        what: |layer, _| {
            let Subject { device, name } = layer.subject.clone();
            vec![Effect::Open(Layer::Lots(device, name))]
        },
    },
];

impl Correct {
    pub(super) fn new(subject: Subject, is_undo: bool) -> Self {
        Self {
            subject,
            is_undo,
            lines: None,
            at: 0,
            marked: BTreeSet::new(),
            shown: None,
            skipped: 0,
            reason: Field::default(),
            is_armed: false,
            asked: if is_undo { Asked::Waiting } else { Asked::NotYet },
        }
    }

    const fn is_list(&self) -> bool {
        self.shown.is_none() && self.lines.is_some()
    }

    fn here(&self) -> Option<&CorrectLine> {
        self.lines.as_ref()?.get(self.at)
    }

    /// The marked records, else the one that is meant, where it may be struck out.
    fn chosen(&self) -> Vec<Digest> {
        if self.marked.is_empty() {
            return self.here().filter(|line| line.is_open()).map(|line| line.leaf).into_iter().collect();
        }
        self.marked.iter().copied().collect()
    }

    fn mark(&mut self) -> Vec<Effect> {
        if let Some(leaf) = self.here().map(|line| line.leaf)
            && !self.marked.remove(&leaf)
        {
            self.marked.insert(leaf);
        }
        Vec::new()
    }

    fn look(&mut self) -> Vec<Effect> {
        self.asked = Asked::Waiting;
        vec![Effect::See(Sight::Correction(self.subject.device.clone(), self.chosen()))]
    }

    fn back(&mut self) -> Vec<Effect> {
        (self.shown, self.is_armed, self.skipped, self.asked) = (None, false, 0, Asked::NotYet);
        Vec::new()
    }

    fn may_arm(&self) -> bool {
        let ready = |shown: &Correcting| {
            shown.preview.refusal.is_none() && (!shown.preview.needs_reason || !self.reason.text().is_empty())
        };
        !self.asked.is_waiting() && !self.is_armed && self.shown.as_deref().is_some_and(ready)
    }

    /// Whether a reason is being typed.
    fn asks_reason(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.preview.refusal.is_none() && shown.preview.needs_reason)
    }

    fn send(&mut self) -> Vec<Effect> {
        let Some(shown) = &self.shown else { return Vec::new() };
        let reason = Some(self.reason.text()).filter(|reason| !reason.is_empty());
        self.asked = Asked::Waiting;
        vec![Effect::Correct { changes: shown.changes.clone(), reason }]
    }

    fn hear(&mut self, seen: &Seen) {
        if let Seen::Correctable(device, lines) = seen
            && *device == self.subject.device
        {
            self.at = self.at.min(lines.len().saturating_sub(1));
            self.marked.retain(|leaf| lines.iter().any(|line| line.leaf == *leaf && line.is_open()));
            self.lines = Some(lines.clone());
        }
        if let Seen::Correction(shown) = seen {
            (self.shown, self.is_armed, self.asked) = (Some(shown.clone()), false, Asked::NotYet);
        }
    }

    fn typed(&mut self, input: Input<'_>) {
        if !self.asks_reason() || self.asked.is_waiting() {
            return;
        }
        self.is_armed = false;
        match input {
            Input::Key(key) => _ = self.reason.press(key),
            Input::Scan(text) | Input::Paste(text) => self.reason.paste(text),
            Input::Answer(_) => {}
        }
    }

    fn draw_list(&self, lines: &[CorrectLine], area: Rect, pen: &mut Pen<'_>) {
        let room = usize::from(area.height.saturating_sub(2));
        let first = self.at.saturating_sub(room.saturating_sub(1));
        for (row, (number, line)) in (0..).zip(lines.iter().enumerate().skip(first).take(room)) {
            let is_here = number == self.at;
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let chosen = match (line.is_open(), self.marked.contains(&line.leaf)) {
                (true, true) => "[x]",
                (true, false) => "[ ]",
                (false, _) => " – ",
            };
            let (seq, at, what, who) = (line.seq, line.at.local(), line.what.clone(), line.who.as_str());
            let text = if line.is_struck {
                say!("correct-line-struck", seq = seq, at = at, what = what, who = who)
            } else {
                say!("correct-line", seq = seq, at = at, what = what, who = who)
            };
            let style = match (is_here, line.is_open()) {
                (true, _) => tint::HERE,
                (false, true) => tint::PLAIN,
                (false, false) => tint::DIM,
            };
            let text = format!("{mark}{chosen} {}", pen.say(&text));
            pen.text(Rect { height: 1, ..below(area, row) }, &text, style);
        }
        let note = match self.here().and_then(|line| line.bar.clone()) {
            Some(why) => pen.say(&why),
            None => pen.say(&say!("correct-list-note")),
        };
        let foot = below(area, area.height.saturating_sub(2));
        pen.wrapped(foot, &note, tint::DIM);
    }

    fn draw_shown(&self, shown: &Correcting, area: Rect, pen: &mut Pen<'_>) {
        let mut lines = Vec::new();
        for (change, changed) in shown.changes.iter().zip(&shown.preview.changed) {
            // A receipt into another lot still counts.
            for (seq, what) in changed.records.iter().filter(|_| change.lot.is_none()) {
                lines.push((say!("correct-strikes", seq = *seq, what = what.clone()), tint::WARN));
            }
            for (name, before, after) in &changed.differences {
                let (name, before, after) = (name.clone(), before.clone(), after.clone());
                lines.push((say!("correct-difference", name = name, before = before, after = after), tint::TITLE));
            }
            if changed.differences.is_empty() {
                lines.push((say!("correct-no-difference"), tint::DIM));
            }
        }
        let room = area.height.saturating_sub(6);
        let upper = Rect { height: room, ..area };
        let mut used = 0;
        for (line, style) in lines.iter().skip(self.skipped) {
            let text = pen.say(line);
            used += pen.wrapped(below(upper, used), &text, *style);
        }
        let rest = below(area, used.min(room) + 1);
        if let Some(refusal) = &shown.preview.refusal {
            report(&Report::from(refusal), rest, pen);
            return;
        }
        let mut rest = rest;
        if shown.preview.needs_reason {
            let wide = pen.line(rest, &say!("lift-reason"), tint::NEXT);
            self.reason.draw(right_of(rest, wide + 1), !self.is_armed, pen);
            rest = below(rest, 1);
        }
        match &self.asked {
            Asked::Waiting => _ = pen.line(rest, &say!("recording"), tint::NEXT),
            Asked::Refused(refusal) => _ = report(refusal, rest, pen),
            Asked::NotYet if self.is_armed => _ = pen.line(rest, &say!("correct-armed"), tint::WARN),
            Asked::NotYet => {
                let note = pen.say(&say!("correct-note"));
                pen.wrapped(rest, &note, tint::DIM);
            }
        }
    }
}

impl Moves for Correct {
    fn places(&self, _world: &World) -> usize {
        match (&self.shown, &self.lines) {
            (Some(shown), _) => {
                let lines = |(change, changed): (&Change, &Changed)| {
                    let struck = if change.lot.is_none() { changed.records.len() } else { 0 };
                    struck + changed.differences.len().max(1)
                };
                shown.changes.iter().zip(&shown.preview.changed).map(lines).sum()
            }
            (None, Some(lines)) => lines.len(),
            (None, None) => 0,
        }
    }

    fn at(&self) -> usize {
        if self.shown.is_some() { self.skipped } else { self.at }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        if self.shown.is_some() {
            self.skipped = at;
        } else {
            self.at = at;
        }
        Vec::new()
    }
}

impl Screen for Correct {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.typed(input);
                Vec::new()
            }),
            Input::Scan(_) | Input::Paste(_) => {
                self.typed(input);
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => {
                self.hear(seen);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                (self.asked, self.is_armed) = (Asked::Refused(refusal.clone()), false);
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => {
                self.asked = Asked::NotYet;
                vec![Effect::Open(Layer::Unlock)]
            }
            // The page below tells what counts now, of the device that is meant now.
            Input::Answer(_) => {
                let page = world.cursor.clone().map(|device| Effect::See(Sight::Device(device)));
                std::iter::once(Effect::Close).chain(page).collect()
            }
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("correct-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, LINES, &title, tint::WARN, pen);
        match (&self.shown, &self.lines, &self.asked) {
            (Some(shown), _, _) => self.draw_shown(shown, inner, pen),
            (None, _, Asked::Refused(refusal)) => _ = report(refusal, inner, pen),
            (None, Some(lines), _) => self.draw_list(lines, inner, pen),
            (None, None, _) => _ = pen.line(inner, &say!("bench-reading"), tint::PLAIN),
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        let device = self.subject.device.clone();
        vec![Effect::See(if self.is_undo { Sight::Undo(device) } else { Sight::Correctable(device) })]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        let is_listed = self.lines.is_some() && self.shown.is_none();
        is_listed.then(|| Effect::See(Sight::Correctable(self.subject.device.clone()))).into_iter().collect()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen)
            if matches!(seen.as_ref(), Seen::Correctable(..) | Seen::Correction(_)));
        let ends = matches!(answer, Answer::Refused(_) | Answer::Done(_) | Answer::VaultLocked);
        is_seen || (ends && self.asked.is_waiting()) || (self.lines.is_none() && matches!(answer, Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        self.asks_reason()
    }

    fn is_writing(&self) -> bool {
        self.asks_reason()
    }
}
