//! One lot: what was announced and what came, receiving into it, closing it and opening it again, and its donor's receipt.
//!
//! ```text
//! ┌ Lô l-0W3GE1R70W3GE1R7 ────────────────────────────────┐
//! │ Anh Bình · 22/11/2026 · 9 / 12 máy · l-0W3GE1R70W3G…  │
//! │   máy xách tay: đã nhận 9 / 12                         │
//! │ thiếu 3 máy xách tay                                   │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: a lot is closed over the counts that are shown here, and under a key of its own; the code of a receipt is
//! drawn as a picture and put away with the next key.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Glyphs;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, outcome, report};
use crate::tag::{Drawing, Ground, Qr};
use crate::unit::{LotId, Secret};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, DoorOrder, Effect, Hint, Input, Key, Layer, LotOrder, LotView, Receipted, Report, Seen, Sight,
    World, hints, kind_sentence, press,
};
use ratatui::layout::Rect;

/// Lines of the box.
const LINES: u16 = 15;

/// What the keys do now.
#[derive(Default)]
enum Doing {
    /// Nothing yet.
    #[default]
    Looking,
    /// The next Enter closes the lot.
    Closing,
    /// Why it is opened again is being typed.
    Reopening(Field),
    /// The receipt's code is on view.
    Code(Box<Receipted>),
}

pub(super) struct Lot {
    id: LotId,
    view: Option<Box<LotView>>,
    doing: Doing,
    asked: Asked,
    /// What was done last.
    done: Option<Report>,
}

static KEYS: &[Binding<Lot>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-lot-close-record"),
        when: |layer, _| matches!(layer.doing, Doing::Closing) && !layer.asked.is_waiting(),
        what: |layer, _| layer.close(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-lot-reopen-record"),
        when: |layer, _| matches!(&layer.doing, Doing::Reopening(why) if !why.text().is_empty()) && layer.is_idle(),
        what: |layer, _| layer.reopen(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-close"),
        when: |layer, _| matches!(layer.doing, Doing::Code(_)),
        what: |layer, _| layer.look(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-lot-receive"),
        when: |layer, _| layer.is_looking() && layer.is_open(),
        what: |layer, _| vec![Effect::Home, Effect::Go("intake"), Effect::See(Sight::Lot(layer.id.clone()))],
    },
    Binding {
        key: Key::Char('d'),
        words: || say!("key-lot-expect"),
        when: |layer, _| layer.is_looking() && layer.is_open(),
        what: |layer, _| layer.view.clone().map(|view| Effect::Open(Layer::LotExpect(view))).into_iter().collect(),
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-lot-close"),
        when: |layer, _| layer.is_looking() && layer.is_open(),
        what: |layer, _| layer.turn(Doing::Closing),
    },
    Binding {
        key: Key::Char('m'),
        words: || say!("key-lot-reopen"),
        when: |layer, _| layer.is_looking() && layer.view.is_some() && !layer.is_open(),
        what: |layer, _| layer.turn(Doing::Reopening(Field::default())),
    },
    Binding {
        key: Key::Char('b'),
        words: || say!("key-receipt-paper"),
        when: |layer, _| layer.is_looking() && layer.has_devices(),
        what: |layer, _| layer.receipt(true),
    },
    Binding {
        key: Key::Char('q'),
        words: || say!("key-receipt-code"),
        when: |layer, _| layer.is_looking() && layer.has_devices(),
        what: |layer, _| layer.receipt(false),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| !matches!(layer.doing, Doing::Looking) && layer.is_idle(),
        what: |layer, _| layer.look(),
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Lot {
    pub(super) const fn new(id: LotId) -> Self {
        Self { id, view: None, doing: Doing::Looking, asked: Asked::NotYet, done: None }
    }

    const fn is_idle(&self) -> bool {
        !self.asked.is_waiting()
    }

    const fn is_looking(&self) -> bool {
        matches!(self.doing, Doing::Looking) && self.is_idle()
    }

    fn is_open(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.closed.is_none())
    }

    fn has_devices(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.devices > 0)
    }

    fn turn(&mut self, doing: Doing) -> Vec<Effect> {
        (self.doing, self.asked, self.done) = (doing, Asked::NotYet, None);
        Vec::new()
    }

    fn look(&mut self) -> Vec<Effect> {
        self.turn(Doing::Looking);
        vec![Effect::See(Sight::Lot(self.id.clone()))]
    }

    fn send(&mut self, order: DoorOrder) -> Vec<Effect> {
        (self.asked, self.done) = (Asked::Waiting, None);
        vec![Effect::Door(order)]
    }

    fn close(&mut self) -> Vec<Effect> {
        let Some(seen) = self.view.as_ref().map(|view| view.tally.clone()) else { return Vec::new() };
        self.send(DoorOrder::Lot(LotOrder::Close { lot: self.id.clone(), seen }))
    }

    fn reopen(&mut self) -> Vec<Effect> {
        let Doing::Reopening(why) = &self.doing else { return Vec::new() };
        let reason = why.text();
        self.send(DoorOrder::Lot(LotOrder::Reopen { lot: self.id.clone(), reason }))
    }

    fn receipt(&mut self, paper: bool) -> Vec<Effect> {
        self.send(DoorOrder::Receipt { lot: self.id.clone(), paper })
    }

    fn hear(&mut self, seen: &Seen) -> Vec<Effect> {
        if let Seen::Lot(view) = seen {
            self.view = Some(view.clone());
        }
        if let Seen::Receipt(issued) = seen {
            self.turn(Doing::Code(issued.clone()));
        }
        Vec::new()
    }

    fn draw_view(&self, view: &LotView, inner: Rect, pen: &mut Pen<'_>) {
        let mut used = 0;
        let mut tell = |sentence: &Sentence, style, pen: &mut Pen<'_>| {
            let text = pen.say(sentence);
            used += pen.wrapped(below(inner, used), &text, style);
        };
        tell(&view.sentence(), tint::TITLE, pen);
        if let Some(campaign) = &view.campaign {
            tell(&say!("lot-campaign", campaign = campaign.as_str()), tint::PLAIN, pen);
        }
        for (kind, received, expected) in view.tally.kinds() {
            let kind = kind_sentence(kind);
            let line = match view.tally.announced() {
                Some(_) => say!("lot-kind-of", kind = kind, received = received, expected = expected),
                None => say!("lot-kind", kind = kind, received = received),
            };
            tell(&line, tint::PLAIN, pen);
        }
        let style = if view.tally.differs() { tint::WARN } else { tint::PLAIN };
        tell(&view.state_sentence(), style, pen);
        tell(&say!("lot-receipts", count = u64::from(view.receipts)), tint::DIM, pen);
        let rest = below(inner, used + 1);
        match (&self.done, &self.doing) {
            (Some(done), Doing::Looking) if self.is_idle() => _ = report(done, rest, pen),
            (_, Doing::Closing) if matches!(self.asked, Asked::NotYet) => {
                let ask = if view.tally.differs() { say!("lot-close-sure") } else { say!("lot-close-ask") };
                let text = pen.say(&ask);
                pen.wrapped(rest, &text, tint::WARN);
            }
            (_, Doing::Reopening(why)) => {
                let taken = pen.line(rest, &say!("lot-reopen-why"), tint::NEXT);
                why.draw(Rect { height: 1, ..right_of(rest, taken + 1) }, self.is_idle(), pen);
                outcome(&self.asked, &say!("recording"), &say!("lot-reopen-note"), below(rest, 1), pen);
            }
            (_, Doing::Looking | Doing::Closing | Doing::Code(_)) => {
                let note = if view.closed.is_some() { say!("lot-note-closed") } else { say!("lot-note") };
                outcome(&self.asked, &say!("recording"), &note, rest, pen);
            }
        }
    }
}

/// The code as a picture, and what it is for beside it; where the terminal draws none, the code in letters.
fn draw_code(issued: &Receipted, area: Rect, pen: &mut Pen<'_>) {
    let title = pen.say(&say!("receipt-code-title", number = u64::from(issued.number)));
    let qr = Qr::of_bytes(issued.payload.expose().as_bytes()).ok().filter(|_| pen.glyphs() == Glyphs::Full);
    let drawn = qr.map(|qr| Secret::new(qr.terminal(Drawing::HalfBlocks, Ground::Dark)));
    let high = drawn.as_ref().map_or(0, |drawn| u16::try_from(drawn.expose().lines().count()).unwrap_or(0));
    let inner = boxed(area, high.max(LINES), &title, tint::PLAIN, pen);
    let mut wide = 0;
    for (number, line) in (0u16..).zip(drawn.iter().flat_map(|drawn| drawn.expose().lines())) {
        wide = u16::try_from(line.chars().count()).unwrap_or(u16::MAX).min(inner.width);
        pen.text(Rect { width: wide, height: 1, ..below(inner, number) }, line, tint::CODE);
    }
    let taken = if wide > 0 { (wide + 2).min(inner.width) } else { 0 };
    let beside = Rect { x: inner.x + taken, width: inner.width - taken, ..inner };
    let code = issued.code.to_string();
    // In two lines, broken between groups.
    let (first, second) = code.split_at(code.len().min(18));
    let mut used = 1;
    for (text, style) in [
        (pen.say(&say!("receipt-code-show", count = issued.devices)), tint::PLAIN),
        (first.to_owned(), tint::TITLE),
        (second.to_owned(), tint::TITLE),
        (pen.say(&say!("receipt-code-secret")), tint::WARN),
    ] {
        used += pen.wrapped(below(beside, used), &text, style);
    }
}

impl Screen for Lot {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Doing::Reopening(why) = &mut self.doing
                    && !self.asked.is_waiting()
                    && why.press(key)
                {
                    self.asked = Asked::NotYet;
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                if let Doing::Reopening(why) = &mut self.doing {
                    why.paste(text);
                }
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => self.hear(seen),
            Input::Answer(Answer::Done(done)) => {
                (self.doing, self.asked, self.done) = (Doing::Looking, Asked::NotYet, Some(done.clone()));
                vec![Effect::See(Sight::Lot(self.id.clone())), Effect::Refresh]
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                // What was shown is not what stands any more.
                if matches!(self.doing, Doing::Closing) {
                    self.doing = Doing::Looking;
                    return vec![Effect::See(Sight::Lot(self.id.clone()))];
                }
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        if let Doing::Code(issued) = &self.doing {
            draw_code(issued, area, pen);
            return;
        }
        let title = pen.say(&say!("lot-title", lot = self.id.as_str()));
        let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
        match &self.view {
            Some(view) => self.draw_view(view, inner, pen),
            None => outcome(&self.asked, &say!("bench-reading"), &say!("bench-reading"), inner, pen),
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Lot(self.id.clone()))]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_mine = |seen: &Seen| {
            matches!(seen, Seen::Lot(view) if view.lot == self.id)
                || (self.asked.is_waiting() && matches!(seen, Seen::Receipt(_)))
        };
        let ends = self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_));
        ends || matches!(answer, Answer::Seen(seen) if is_mine(seen))
            || (self.view.is_none() && matches!(answer, Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        matches!(self.doing, Doing::Reopening(_))
    }
}
