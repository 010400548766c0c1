//! Scanners at serial ports: those that are listened to, finding another by a code on the screen, and trying them out.
//!
//! ```text
//! ┌ Máy quét ─────────────────────────────────────────┐
//! │ ▶ /dev/ttyACM0 · 9600 baud · đang cắm              │
//! │   cổng khác: /dev/ttyUSB3                          │
//! │ ✓ Tem 7K3XQ-92M4T-8.                               │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: what is scanned here is told for what it is, and does nothing else; a scanner is kept only once it read the
//! code; whoever leaves stops the search.

use super::super::Screen;
use super::super::glyphs::{Glyphs, Mark};
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Asked, boxed, report};
use crate::tag::{Drawing, Ground, Qr};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, SETUP_CODE, ScannerOrder, ScannerTold, ScannerView, ScannersView, World,
    hints, press, tried_scan,
};
use ratatui::layout::Rect;
use std::path::PathBuf;

/// Lines of the box where no code is drawn.
const LINES: u16 = 15;
/// Lines below or beside the code for what is said of it.
const SAID: u16 = 6;

/// How the search for another scanner stands.
#[derive(Default)]
enum Search {
    /// Nobody searches.
    #[default]
    No,
    /// Every port is listened to.
    Listens,
    /// Something came out of that port that was not the code, and that speed is tried now.
    Again(PathBuf, u32),
}

#[derive(Default)]
pub(super) struct Scanners {
    view: Option<ScannersView>,
    at: usize,
    search: Search,
    /// What the last scan was, or what was done.
    said: Option<Sentence>,
    asked: Asked,
}

static KEYS: &[Binding<Scanners>] = &[
    Binding {
        key: Key::Escape,
        words: || say!("key-scanner-stop"),
        when: |layer, _| layer.is_searching(),
        what: |layer, _| {
            layer.search = Search::No;
            vec![Effect::Scanner(ScannerOrder::Stop)]
        },
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-scanner-find"),
        when: |layer, _| layer.is_list(),
        what: |layer, _| {
            (layer.search, layer.said, layer.asked) = (Search::Listens, None, Asked::NotYet);
            vec![Effect::Scanner(ScannerOrder::Find)]
        },
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-scanner-remove"),
        when: |layer, _| layer.is_list() && layer.here().is_some(),
        what: |layer, _| layer.remove(),
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-scanner-look"),
        when: |layer, _| layer.is_list(),
        what: |layer, _| {
            (layer.said, layer.asked) = (None, Asked::Waiting);
            vec![Effect::Scanner(ScannerOrder::Look)]
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Scanners {
    const fn is_searching(&self) -> bool {
        !matches!(self.search, Search::No)
    }

    const fn is_list(&self) -> bool {
        self.view.is_some() && !self.is_searching() && !self.asked.is_waiting()
    }

    fn here(&self) -> Option<&ScannerView> {
        self.view.as_ref()?.scanners.get(self.at)
    }

    fn remove(&mut self) -> Vec<Effect> {
        let Some(port) = self.here().map(|one| one.kept.port.clone()) else { return Vec::new() };
        self.asked = Asked::Waiting;
        self.said = Some(say!("scanner-removed", port = port.display().to_string()));
        vec![Effect::Scanner(ScannerOrder::Remove(port))]
    }

    fn hear(&mut self, told: &ScannerTold) -> Vec<Effect> {
        match told {
            ScannerTold::View(view) => {
                self.at = self.at.min(view.scanners.len().saturating_sub(1));
                (self.view, self.asked) = (Some(view.clone()), Asked::NotYet);
                Vec::new()
            }
            ScannerTold::Again(port, baud) => {
                self.search = Search::Again(port.clone(), *baud);
                Vec::new()
            }
            ScannerTold::Found(kept) => {
                (self.search, self.asked) = (Search::No, Asked::Waiting);
                let (port, baud) = (kept.port.display().to_string(), u64::from(kept.baud));
                self.said = Some(say!("scanner-found-now", port = port, baud = baud));
                vec![Effect::Scanner(ScannerOrder::Keep(kept.clone()))]
            }
            ScannerTold::Silent(why) => {
                (self.search, self.asked) = (Search::No, Asked::Refused(why.clone()));
                Vec::new()
            }
        }
    }

    /// The set-up code as large as there is room for, and what to do with it.
    fn draw_search(&self, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("scanners-find-title"));
        let drawn = Qr::of_text(SETUP_CODE).ok().filter(|_| pen.glyphs() == Glyphs::Full);
        let picture = drawn.map(|qr| {
            let large = qr.terminal(Drawing::Ascii, Ground::Dark).replace('#', "█");
            let is_small = large.lines().count() + usize::from(SAID) + 2 > usize::from(area.height);
            if is_small { (qr.terminal(Drawing::HalfBlocks, Ground::Dark), true) } else { (large, false) }
        });
        let lines = picture.as_ref().map_or(0, |(text, _)| u16::try_from(text.lines().count()).unwrap_or(0));
        let is_beside = picture.as_ref().is_some_and(|(_, is_small)| *is_small);
        let inner = boxed(area, if is_beside { lines } else { lines + SAID }, &title, tint::PLAIN, pen);
        let mut wide = 0;
        for (number, line) in (0u16..).zip(picture.iter().flat_map(|(text, _)| text.lines())) {
            wide = u16::try_from(line.chars().count()).unwrap_or(u16::MAX).min(inner.width);
            pen.text(Rect { width: wide, height: 1, ..below(inner, number) }, line, tint::CODE);
        }
        let used = if is_beside { wide + 2 } else { 0 };
        let rest = Rect { x: inner.x + used, width: inner.width.saturating_sub(used), ..inner };
        let rest = if is_beside { rest } else { below(rest, lines) };
        let count = self.view.as_ref().map_or(0, |view| view.others.len() as u64);
        let what = if lines > 0 { say!("scanners-scan-this", count = count) } else { say!("scanners-undrawn") };
        let mut used = pen.wrapped(rest, &pen.say(&what), tint::NEXT) + 1;
        if let Search::Again(port, baud) = &self.search {
            let again = say!("scanner-again", port = port.display().to_string(), baud = u64::from(*baud));
            used += pen.wrapped(below(rest, used), &pen.say(&again), tint::WARN) + 1;
        }
        if let Some(said) = &self.said {
            pen.wrapped(below(rest, used), &pen.say(said), tint::PLAIN);
        }
    }

    fn draw_list(&self, view: &ScannersView, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("scanners-title"));
        let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
        let mut used = 0;
        for (number, one) in view.scanners.iter().enumerate().skip(self.at.saturating_sub(3)).take(4) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let (port, baud) = (one.kept.port.display().to_string(), u64::from(one.kept.baud));
            let text = pen.say(&match one.is_there {
                Some(true) => say!("scanners-line-there", port = port, baud = baud),
                Some(false) => say!("scanners-line-away", port = port, baud = baud),
                None => say!("scanners-line", port = port, baud = baud),
            });
            used += pen.wrapped(below(inner, used), &format!("{mark} {text}"), style);
        }
        if view.scanners.is_empty() {
            used += pen.wrapped(inner, &pen.say(&say!("scanner-none")), tint::PLAIN);
        }
        let others: Vec<_> = view.others.iter().map(|port| port.path.display().to_string()).collect();
        if !others.is_empty() {
            let others = say!("scanners-others", ports = others.join(", "));
            used += pen.wrapped(below(inner, used), &pen.say(&others), tint::DIM);
        }
        used += 1;
        if let Some(refusal) = self.asked.refusal() {
            report(refusal, below(inner, used), pen);
        } else if let Some(said) = &self.said {
            pen.wrapped(below(inner, used), &pen.say(said), tint::NEXT);
        } else {
            pen.wrapped(below(inner, used), &pen.say(&say!("scanners-note")), tint::DIM);
        }
    }
}

impl Moves for Scanners {
    fn places(&self, _world: &World) -> usize {
        if self.is_searching() { 0 } else { self.view.as_ref().map_or(0, |view| view.scanners.len()) }
    }

    fn at(&self) -> usize {
        if self.is_searching() { 0 } else { self.at }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Scanners {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) | Input::Paste(text) => {
                self.asked = if self.asked.is_waiting() { Asked::Waiting } else { Asked::NotYet };
                self.said = Some(tried_scan(text, world.domain.as_ref()).1);
                Vec::new()
            }
            Input::Answer(Answer::Scanner(told)) => self.hear(told),
            Input::Answer(Answer::Refused(refusal)) => {
                (self.said, self.search, self.asked) = (None, Search::No, Asked::Refused(refusal.clone()));
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        match &self.view {
            _ if self.is_searching() => self.draw_search(area, pen),
            Some(view) => self.draw_list(view, area, pen),
            None => {
                let title = pen.say(&say!("scanners-title"));
                let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
                match self.asked.refusal() {
                    Some(refusal) => _ = report(refusal, inner, pen),
                    None => _ = pen.line(inner, &say!("bench-reading"), tint::PLAIN),
                }
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Scanner(ScannerOrder::Look)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        if let Answer::Scanner(told) = answer {
            return matches!(told.as_ref(), ScannerTold::View(_)) || self.is_searching();
        }
        let may_be_refused = self.asked.is_waiting() || self.is_searching() || self.view.is_none();
        may_be_refused && matches!(answer, Answer::Refused(_))
    }

    fn takes_badges(&self) -> bool {
        true
    }
}
