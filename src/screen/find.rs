//! Finding devices as one types: by tag, serial, model, donor, lot and stage, with or without diacritics.
//!
//! ```text
//! Tìm: thinkpad_                          giai đoạn: tất cả (Tab)
//! ┌ 3 máy ────────────────────────────────────────────────┐
//! │▶7K3XQ-92M4T-Z  đã xóa      ThinkPad T440 · xách tay  21/11 │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: what stands in the list was found with the words that stand above it, or the list says that it is still
//! being looked for; the scan of a tag goes straight to its device.

use super::Screen;
use super::field::Field;
use super::glyphs::Mark;
use super::layer::report;
use super::moves::{self, Moves};
use super::pen::{Hot, Pen, below, right_of};
use super::sort::By;
use super::tint;
use crate::custody::Stage;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Hits, Input, Key, Report, Row, Seen, Sight, World, day_shown, hints, kind_sentence,
    press, read_scan,
};
use ratatui::layout::Rect;

/// Columns of a tag, of a stage, and of a day.
const TAG: u16 = 17;
const STAGE: u16 = 14;
const DAY: u16 = 11;

pub(super) struct Find {
    typed: Field,
    /// Whether all that stands there was scanned, so that the next scan takes its place.
    is_scanned: bool,
    stage: Option<Stage>,
    by: By,
    hits: Option<Hits>,
    refusal: Option<Report>,
    at: usize,
}

/// Opens it with everything in the list.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Find {
        typed: Field::default(),
        is_scanned: false,
        stage: None,
        by: By::Given,
        hits: None,
        refusal: None,
        at: 0,
    })
}

static KEYS: &[Binding<Find>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-on-bench"),
        when: |page, _| page.chosen().is_some(),
        what: |page, _| page.go_to("bench"),
    },
    Binding {
        key: Key::Function(4),
        words: || say!("key-all-of-it"),
        when: |page, _| page.chosen().is_some(),
        what: |page, _| page.go_to("device"),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-stage"),
        when: |_, _| true,
        what: |page, _| page.turn(|at, count| (at + 1) % count),
    },
    Binding {
        key: Key::BackTab,
        words: || say!("key-stage-back"),
        when: |_, _| true,
        what: |page, _| page.turn(|at, count| (at + count - 1) % count),
    },
    Binding {
        key: Key::Control('s'),
        words: || say!("sort-key"),
        when: |page, _| page.rows().len() > 1,
        what: |page, _| {
            page.by = page.by.next();
            page.look_anew()
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
];

impl Find {
    fn rows(&self) -> &[Row] {
        self.hits.as_ref().map(|hits| hits.rows.as_slice()).unwrap_or_default()
    }

    /// The device that is pointed at, where the list is of what is typed.
    fn chosen(&self) -> Option<&Row> {
        self.rows().get(self.at).filter(|_| self.is_current())
    }

    fn is_current(&self) -> bool {
        self.hits.as_ref().is_some_and(|hits| hits.text == self.typed.text() && hits.stage == self.stage)
    }

    fn look(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Found(self.typed.text(), self.stage))]
    }

    fn look_anew(&mut self) -> Vec<Effect> {
        (self.at, self.refusal) = (0, None);
        self.look()
    }

    fn go_to(&self, place: &'static str) -> Vec<Effect> {
        let Some(row) = self.chosen() else { return vec![Effect::Go(place)] };
        let device = row.device.clone();
        // The page opens before the choice is known there, so that it must be told which device.
        let page = (place == "device").then(|| Effect::See(Sight::Device(device.clone())));
        [Effect::Choose(device), Effect::Go(place)].into_iter().chain(page).collect()
    }

    /// Another stage: all of them, then each.
    fn turn(&mut self, to: fn(usize, usize) -> usize) -> Vec<Effect> {
        let all = || std::iter::once(None).chain(Stage::ALL.into_iter().map(Some));
        let at = all().position(|stage| stage == self.stage).unwrap_or(0);
        self.stage = all().nth(to(at, all().count())).flatten();
        self.look_anew()
    }

    fn draw_row(&self, number: usize, row: &Row, line: Rect, pen: &mut Pen<'_>) {
        let is_here = number == self.at;
        let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
        pen.pieces(Rect { width: TAG.min(line.width), ..line }, &[(mark, style), (&row.name, style)]);
        let (word, tone) = stands(row);
        pen.line(Rect { width: STAGE, ..right_of(line, TAG) }, &word, tone);
        let kind = pen.say(&kind_sentence(row.kind));
        let what = row.model.as_ref().map_or_else(|| kind.clone(), |model| format!("{model} · {kind}"));
        let rest = right_of(line, TAG + STAGE);
        pen.text(Rect { width: rest.width.saturating_sub(DAY + 1), ..rest }, &what, tint::PLAIN);
        let day = day_shown(&row.changed_at.local_day());
        pen.text(right_of(rest, rest.width.saturating_sub(DAY)), &day, tint::DIM);
    }
}

/// How a device stands: danger before waiting before its stage.
fn stands(row: &Row) -> (Sentence, ratatui::style::Style) {
    match row {
        Row { quarantined: true, .. } => (say!("state-quarantined"), tint::BAD),
        Row { held: true, .. } => (say!("state-held"), tint::WARN),
        Row { stage, .. } => (stage.sentence(), tint::PLAIN),
    }
}

impl Moves for Find {
    fn places(&self, _world: &World) -> usize {
        self.rows().len()
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Find {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => match press(KEYS, self, key, world) {
                Some(effects) => effects,
                None if self.typed.press(key) => {
                    self.is_scanned = false;
                    self.look_anew()
                }
                None => Vec::new(),
            },
            Input::Paste(text) => {
                self.typed.paste(text);
                self.look_anew()
            }
            Input::Scan(text) if read_scan(text, None).is_code() => {
                vec![Effect::Go("bench"), Effect::Find(text.trim().to_owned())]
            }
            // A serial number, or a word that an input method sets at once, with its Enter.
            Input::Scan(text) => {
                if self.is_scanned {
                    self.typed = Field::default();
                }
                self.typed.paste(text);
                self.is_scanned = true;
                self.look_anew()
            }
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Found(hits) = seen.as_ref() {
                    let pointed = self.rows().get(self.at).filter(|_| self.at > 0).map(|row| row.device.clone());
                    let mut hits = hits.clone();
                    self.by.order(&mut hits.rows, |row| row);
                    let at = hits.rows.iter().position(|row| Some(&row.device) == pointed.as_ref());
                    self.at = at.unwrap_or(self.at).min(hits.rows.len().saturating_sub(1));
                    (self.hits, self.refusal) = (Some(hits), None);
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let used = pen.line(area, &say!("find-typed"), tint::NEXT);
        let stage = self.stage.map_or_else(|| say!("find-every-stage"), Stage::sentence);
        let stage = pen.say(&say!("find-stage", stage = stage));
        let wide = u16::try_from(unicode_width::UnicodeWidthStr::width(stage.as_str())).unwrap_or(u16::MAX);
        let line = Rect { height: 1, ..area };
        let room = right_of(line, used + 1);
        self.typed.draw(Rect { width: room.width.saturating_sub(wide + 2), ..room }, true, pen);
        pen.text(right_of(line, line.width.saturating_sub(wide)), &stage, tint::PLAIN);
        let title = match &self.hits {
            Some(hits) if self.is_current() && hits.more => say!("find-count-more", count = hits.rows.len() as u64),
            Some(hits) if self.is_current() => say!("find-count", count = hits.rows.len() as u64),
            Some(_) | None => say!("finding"),
        };
        let title = pen.say(&title);
        let sorted = self.by.words().map(|by| format!(" · {}", pen.say(&by))).unwrap_or_default();
        let inner = pen.boxed(below(area, 1), &format!("{title}{sorted}"), tint::PLAIN);
        if let Some(refusal) = &self.refusal {
            report(refusal, inner, pen);
            return;
        }
        if self.is_current() && self.rows().is_empty() {
            let text = pen.say(&say!("find-none"));
            pen.wrapped(inner, &text, tint::PLAIN);
        }
        let lines = usize::from(inner.height);
        let first = (self.at + 1).saturating_sub(lines);
        for (number, row) in self.rows().iter().enumerate().skip(first).take(lines) {
            let line = below(inner, u16::try_from(number - first).unwrap_or(u16::MAX));
            let line = Rect { height: line.height.min(1), ..line };
            self.draw_row(number, row, line, pen);
            pen.heat(line, Hot::Row(0, number));
        }
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.go(row, world)
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        self.look()
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.look()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_found = |seen: &Seen| matches!(seen, Seen::Found(hits) if hits.text == self.typed.text() && hits.stage == self.stage);
        let is_it = matches!(answer, Answer::Seen(seen) if is_found(seen));
        is_it || (!self.is_current() && matches!(answer, Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
