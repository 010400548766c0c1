//! Donors who were entered more than once: made one, and two again.
//!
//! ```text
//! ┌ Người tặng: 3 ────────────────────────────────────────┐
//! │ Tìm: hoa_                                              │
//! │ ▶ Chị Hòa              2 lô   có vẻ trùng   g-0W3G…    │
//! │     – chi hoa          1 lô   đã gộp        g-1W3G…    │
//! │   Anh Bình             1 lô                 g-2W3G…    │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: nothing is recorded that was not shown before and confirmed by a key of its own; what is offered here is done,
//! or refused, by the rules.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, outcome, report};
use crate::unit::holds_words;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, DonorLine, DonorSide, DonorsView, DoorOrder, Effect, Hint, Input, Key, Layer, Merging, Report,
    Seen, Sight, World, hints, name_sentence, press,
};
use ratatui::layout::Rect;

/// Columns of a name, and of how many lots.
const NAME: u16 = 30;
const LOTS: u16 = 8;
/// Columns of what else there is to say.
const MORE: u16 = 13;
/// Lots that are named; the others are counted.
const NAMED: usize = 5;

pub(super) struct Donors {
    typed: Field,
    seen: Option<DonorsView>,
    at: usize,
    /// Under whom two will be found, once somebody was chosen.
    kept: Option<DonorLine>,
    /// What is shown to be confirmed.
    shown: Option<Box<Merging>>,
    /// Whether the next Enter records it.
    is_armed: bool,
    asked: Asked,
    /// What was done last.
    done: Option<Report>,
}

static KEYS: &[Binding<Donors>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-donor-keep"),
        when: |layer, _| layer.is_choosing() && layer.kept.is_none() && layer.is_here(false),
        what: |layer, _| layer.keep(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-donor-merge"),
        when: |layer, _| layer.is_choosing() && layer.kept.is_some() && layer.is_here(false),
        what: |layer, _| layer.look(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-donor-part"),
        when: |layer, _| layer.is_choosing() && layer.is_here(true),
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
            (layer.is_armed, layer.asked) = (true, Asked::NotYet);
            Vec::new()
        },
    },
    Binding {
        key: Key::Control('o'),
        words: || say!("key-unlock"),
        when: |layer, _| layer.is_choosing() && layer.seen.as_ref().is_some_and(|seen| !seen.is_open),
        what: |_, _| vec![Effect::Open(Layer::Unlock)],
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| (layer.shown.is_some() || layer.kept.is_some()) && !layer.asked.is_waiting(),
        what: |layer, _| layer.back(),
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Donors {
    pub(super) fn new() -> Self {
        let (typed, asked) = (Field::default(), Asked::NotYet);
        Self { typed, seen: None, at: 0, kept: None, shown: None, is_armed: false, asked, done: None }
    }

    fn is_choosing(&self) -> bool {
        self.shown.is_none() && !self.asked.is_waiting()
    }

    /// Those whose names or ids hold every word that was typed; where somebody was chosen, who else they may be, the likely
    /// ones first.
    fn found(&self) -> Vec<&DonorLine> {
        let typed = self.typed.text();
        let holds = |line: &&DonorLine| {
            let text = format!("{} {}", line.name.as_deref().unwrap_or_default(), line.donor.as_str());
            holds_words(&text, &typed)
        };
        let lines = self.seen.iter().flat_map(|seen| &seen.lines).filter(holds);
        let Some(kept) = &self.kept else { return lines.collect() };
        let others = lines.filter(|line| line.into.is_none() && line.donor != kept.donor);
        let (mut likely, rest): (Vec<_>, Vec<_>) = others.partition(|line| line.alike.contains(&kept.donor));
        likely.extend(rest);
        likely
    }

    fn here(&self) -> Option<&DonorLine> {
        self.found().get(self.at).copied()
    }

    /// Whether the line that is meant is one that was merged, or one that was not.
    fn is_here(&self, merged: bool) -> bool {
        self.here().is_some_and(|line| line.into.is_some() == merged)
    }

    fn keep(&mut self) -> Vec<Effect> {
        self.kept = self.here().cloned();
        (self.typed, self.at, self.done, self.asked) = (Field::default(), 0, None, Asked::NotYet);
        Vec::new()
    }

    fn look(&mut self) -> Vec<Effect> {
        let Some(here) = self.here().map(|line| line.donor.clone()) else { return Vec::new() };
        (self.asked, self.done) = (Asked::Waiting, None);
        vec![Effect::See(match &self.kept {
            Some(kept) => Sight::Merge(kept.donor.clone(), here),
            None => Sight::Part(here),
        })]
    }

    fn back(&mut self) -> Vec<Effect> {
        if self.shown.take().is_none() {
            (self.kept, self.at, self.typed) = (None, 0, Field::default());
        }
        (self.is_armed, self.asked) = (false, Asked::NotYet);
        Vec::new()
    }

    fn may_arm(&self) -> bool {
        let is_allowed = self.shown.as_ref().is_some_and(|shown| shown.refusal.is_none());
        is_allowed && !self.is_armed && !self.asked.is_waiting()
    }

    fn send(&mut self) -> Vec<Effect> {
        let Some(shown) = &self.shown else { return Vec::new() };
        (self.asked, self.is_armed) = (Asked::Waiting, false);
        let (kept, merged) = (shown.kept.donor.clone(), shown.merged.donor.clone());
        vec![Effect::Door(if shown.is_parting { DoorOrder::Part(merged) } else { DoorOrder::Merge { kept, merged } })]
    }

    /// It was recorded: the list is read anew, and so is the lot that stands on the page below.
    fn recorded(&mut self, done: &Report) -> Vec<Effect> {
        (self.shown, self.kept, self.asked, self.done) = (None, None, Asked::NotYet, Some(done.clone()));
        (self.typed, self.at) = (Field::default(), 0);
        vec![Effect::See(Sight::Donors), Effect::Refresh]
    }

    fn hear(&mut self, seen: &Seen) {
        if let Seen::Donors(view) = seen {
            self.seen = Some(view.clone());
            self.at = self.at.min(self.found().len().saturating_sub(1));
        }
        if let Seen::Merging(shown) = seen {
            (self.shown, self.is_armed, self.asked) = (Some(shown.clone()), false, Asked::NotYet);
        }
    }

    fn draw_list(&self, view: &DonorsView, area: Rect, pen: &mut Pen<'_>) {
        let ask = match &self.kept {
            Some(kept) => say!("donors-second", name = kept.called()),
            None => say!("donors-find"),
        };
        let used = pen.line(area, &ask, tint::NEXT);
        self.typed.draw(right_of(area, used + 1), !self.asked.is_waiting(), pen);
        let (rest, found) = (below(area, 2), self.found());
        if found.is_empty() {
            let none = if view.lines.is_empty() { say!("donor-none") } else { say!("people-none") };
            pen.line(rest, &none, tint::DIM);
        }
        let room = rest.height.saturating_sub(4);
        let first = (self.at + 1).saturating_sub(usize::from(room));
        for (row, (number, line)) in (0..room).zip(found.into_iter().enumerate().skip(first)) {
            let area = Rect { height: 1, ..below(rest, row) };
            pen.heat(area, Hot::Row(0, number));
            self.draw_line(line, number == self.at, area, pen);
        }
        let foot = below(rest, rest.height.saturating_sub(3));
        let note = match (view.is_open, &self.kept) {
            (false, _) => say!("donors-locked"),
            (true, None) => say!("donors-note"),
            (true, Some(_)) => say!("donors-second-note"),
        };
        match (&self.done, &self.asked) {
            (Some(done), Asked::NotYet) => _ = report(done, foot, pen),
            _none => outcome(&self.asked, &say!("bench-reading"), &note, foot, pen),
        }
    }

    fn draw_line(&self, line: &DonorLine, is_here: bool, area: Rect, pen: &mut Pen<'_>) {
        let style = if is_here { tint::HERE } else { tint::PLAIN };
        let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
        let under = if line.into.is_some() { "  – " } else { " " };
        let name = pen.say(&name_sentence(line.name.as_deref()));
        pen.pieces(Rect { width: NAME, ..area }, &[(mark, style), (under, style), (&name, style)]);
        let rest = right_of(area, NAME + 1);
        pen.line(Rect { width: LOTS, ..rest }, &say!("donors-lots", count = line.lots), tint::PLAIN);
        let rest = right_of(rest, LOTS);
        let is_likely = match &self.kept {
            Some(kept) => line.alike.contains(&kept.donor),
            None => !line.alike.is_empty(),
        };
        let more = match (&line.into, is_likely) {
            (Some(_), _) => Some((say!("donors-line-merged"), tint::DIM)),
            (None, true) => Some((say!("donors-alike"), tint::WARN)),
            (None, false) => None,
        };
        if let Some((more, style)) = more {
            pen.line(Rect { width: MORE, ..rest }, &more, style);
        }
        pen.text(right_of(rest, MORE), line.donor.as_str(), tint::DIM);
    }

    fn draw_shown(&self, shown: &Merging, area: Rect, pen: &mut Pen<'_>) {
        let side = |side: &DonorSide| {
            let (name, id) = (name_sentence(side.name.as_deref()), side.donor.as_str());
            let (lots, devices) = (side.lots.len() as u64, side.devices());
            say!("donors-side", name = name, donor = id, lots = lots, devices = devices)
        };
        let (first, second, then) = if shown.is_parting {
            (say!("donors-part-from"), say!("donors-part-who"), say!("donors-part-note"))
        } else {
            (say!("donors-merge-kept"), say!("donors-merge-who"), say!("donors-merge-note"))
        };
        let mut used = 0;
        let mut told = |text: &Sentence, style, pen: &mut Pen<'_>| {
            let text = pen.say(text);
            used += pen.wrapped(below(area, used), &text, style);
        };
        for (title, of) in [(first, &shown.kept), (second, &shown.merged)] {
            told(&title, tint::TITLE, pen);
            told(&side(of), tint::PLAIN, pen);
        }
        for lot in shown.merged.lots.iter().take(NAMED) {
            told(&say!("donors-lot", lot = lot.sentence()), tint::DIM, pen);
        }
        if shown.merged.lots.len() > NAMED {
            told(&say!("donors-more", count = (shown.merged.lots.len() - NAMED) as u64), tint::DIM, pen);
        }
        told(&then, tint::PLAIN, pen);
        let rest = below(area, used + 1);
        match &shown.refusal {
            Some(refusal) => _ = report(&Report::from(refusal), rest, pen),
            None if self.is_armed => _ = pen.line(rest, &say!("correct-armed"), tint::WARN),
            None => outcome(&self.asked, &say!("recording"), &say!("donors-confirm"), rest, pen),
        }
    }
}

impl Moves for Donors {
    fn places(&self, _world: &World) -> usize {
        if self.is_choosing() { self.found().len() } else { 0 }
    }

    fn at(&self) -> usize {
        if self.is_choosing() { self.at } else { 0 }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        (self.at, self.done) = (at, None);
        Vec::new()
    }
}

impl Screen for Donors {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.is_choosing() && self.typed.press(key) {
                    (self.at, self.done) = (0, None);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                if self.is_choosing() {
                    self.typed.paste(text);
                    (self.at, self.done) = (0, None);
                }
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => {
                self.hear(seen);
                Vec::new()
            }
            Input::Answer(Answer::Done(done)) => self.recorded(done),
            Input::Answer(Answer::Refused(refusal)) => {
                (self.asked, self.is_armed) = (Asked::Refused(refusal.clone()), false);
                Vec::new()
            }
            // The vault was opened: now there are names.
            Input::Answer(_) => vec![Effect::See(Sight::Donors)],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let lines = self.seen.iter().flat_map(|seen| &seen.lines).filter(|line| line.into.is_none());
        let title = pen.say(&say!("donors-title", count = lines.count() as u64));
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::PLAIN, pen);
        match (&self.shown, &self.seen, &self.asked) {
            (Some(shown), _, _) => self.draw_shown(shown, inner, pen),
            (None, Some(view), _) => self.draw_list(view, inner, pen),
            (None, None, Asked::Refused(refusal)) => _ = report(refusal, inner, pen),
            (None, None, _) => _ = pen.line(inner, &say!("bench-reading"), tint::PLAIN),
        }
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.go(row, world)
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Donors)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_mine = |seen: &Seen| {
            matches!(seen, Seen::Donors(_)) || (self.asked.is_waiting() && matches!(seen, Seen::Merging(_)))
        };
        let is_unlocked = |seen: &DonorsView| !seen.is_open && matches!(answer, Answer::People(_));
        let ends = self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_));
        ends || matches!(answer, Answer::Seen(seen) if is_mine(seen))
            || self.seen.as_ref().is_some_and(is_unlocked)
            || (self.seen.is_none() && matches!(answer, Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        self.is_choosing()
    }
}
