//! Receiving many devices: each scan of a tag that nobody has yet receives a device into the lot, of the kind that is set.
//!
//! ```text
//! Lô: Công ty Giả Định · được xóa dữ liệu     Loại: ◀ máy xách tay ▶
//! Tem: _
//! Trước khi bật nguồn: pin phồng, ngấm nước, mùi khét? …
//! ┌ Vừa nhận: 3 ──────────────────────────────────────────┐
//! │ ✓ 20:36  7K3XQ-92M4T-Z  máy xách tay                    │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: every tag that was scanned ends up in the list, received or with the reason why not, in the order of the
//! scans; nothing is received into a lot that does not stand above.

use super::Screen;
use super::field::Field;
use super::glyphs::Mark;
use super::layer::{KINDS, unmarked};
use super::pen::{Pen, below, right_of};
use super::tint;
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::unit::Moment;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Donation, Effect, Hint, Input, Intake, Key, Layer, Report, World, hints, kind_sentence, press,
};
use ratatui::layout::Rect;
use std::collections::VecDeque;

/// The most lines that are kept; more than any terminal shows.
const MOST: usize = 200;
/// Columns of a time, and of a tag.
const TIME: u16 = 6;
const TAG: u16 = 15;

/// A tag that was scanned, and what came of it.
struct Line {
    at: Moment,
    tag: String,
    kind: DeviceKind,
    /// Why it was not received; none where it was.
    refusal: Option<Report>,
}

pub(super) struct Door {
    typed: Field,
    kind: usize,
    /// Tags that are being received, in the order of their scans.
    waiting: VecDeque<(String, DeviceKind)>,
    /// The newest first.
    lines: VecDeque<Line>,
    received: u64,
}

/// Opens it.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Door { typed: Field::default(), kind: 0, waiting: VecDeque::new(), lines: VecDeque::new(), received: 0 })
}

static KEYS: &[Binding<Door>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-receive-tag"),
        when: |page, w| w.lot.is_some() && !page.typed.text().is_empty(),
        what: |page, w| {
            let text = page.typed.text();
            page.typed = Field::default();
            page.receive(&text, w)
        },
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-kind"),
        when: |_, _| true,
        what: |page, _| page.turn(|at, count| (at + 1) % count),
    },
    Binding {
        key: Key::BackTab,
        words: || say!("key-kind-back"),
        when: |_, _| true,
        what: |page, _| page.turn(|at, count| (at + count - 1) % count),
    },
    Binding {
        key: Key::Function(9),
        words: || say!("key-new-lot"),
        when: |page, _| page.waiting.is_empty(),
        what: |_, _| vec![Effect::Open(Layer::Receive(None))],
    },
    Binding {
        key: Key::Function(10),
        words: || say!("key-quarantine-last"),
        when: |page, w| page.waiting.is_empty() && page.is_last(w),
        what: |_, _| vec![Effect::Open(Layer::Quarantine)],
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |page, _| page.waiting.is_empty(),
        what: |_, _| vec![Effect::Go("bench")],
    },
];

impl Door {
    /// Whether the device that is meant is the one that was received last here.
    fn is_last(&self, world: &World) -> bool {
        let last = self.lines.iter().find(|line| line.refusal.is_none());
        last.is_some_and(|last| world.here().is_some_and(|chosen| chosen.row.name == last.tag))
    }

    fn turn(&mut self, to: fn(usize, usize) -> usize) -> Vec<Effect> {
        self.kind = to(self.kind, KINDS.len());
        Vec::new()
    }

    fn receive(&mut self, text: &str, world: &World) -> Vec<Effect> {
        let kind = KINDS[self.kind];
        let tag = match TagId::read(text) {
            Ok(tag) => tag,
            Err(error) => {
                let failure = Failure::new(Trouble::Usage, error.sentence());
                self.put(text.trim().to_owned(), kind, Some((&failure).into()), world);
                return Vec::new();
            }
        };
        let Some(lot) = world.lot.as_ref().map(|lot| lot.lot.clone()) else {
            let failure = Failure::new(Trouble::No, say!("door-no-lot"));
            self.put(tag.to_string(), kind, Some((&failure).into()), world);
            return Vec::new();
        };
        self.waiting.push_back((tag.to_string(), kind));
        let donation = Donation { donor: None, erase: false, parts: false };
        vec![Effect::Receive(Intake { lot: Some(lot), donation, kind, tag: Some(tag) })]
    }

    fn put(&mut self, tag: String, kind: DeviceKind, refusal: Option<Report>, world: &World) {
        self.received += u64::from(refusal.is_none());
        self.lines.push_front(Line { at: world.now, tag, kind, refusal });
        self.lines.truncate(MOST);
    }

    fn draw_line(line: &Line, area: Rect, pen: &mut Pen<'_>) {
        let (mark, style) = if line.refusal.is_some() { (Mark::Bad, tint::BAD) } else { (Mark::Done, tint::GOOD) };
        let time = line.at.local();
        let used = pen.pieces(area, &[(pen.glyphs().mark(mark), style), (" ", style)]);
        let rest = right_of(area, used);
        pen.text(Rect { width: TIME.min(rest.width), ..rest }, time.get(11..16).unwrap_or_default(), tint::DIM);
        let rest = right_of(rest, TIME);
        pen.text(Rect { width: TAG.min(rest.width), ..rest }, &line.tag, tint::PLAIN);
        let rest = right_of(rest, TAG);
        match line.refusal.as_ref().and_then(|refusal| refusal.lines.first()) {
            Some(why) => {
                let why = unmarked(why, pen);
                pen.text(rest, &why, style);
            }
            None => _ = pen.line(rest, &kind_sentence(line.kind), tint::PLAIN),
        }
    }
}

/// The lot that devices go into.
fn lot(world: &World) -> Sentence {
    match &world.lot {
        None => say!("door-no-lot"),
        Some(lot) => {
            let donor = lot.donor.clone().unwrap_or_else(|| lot.lot.to_string());
            if lot.erase { say!("door-lot-erase", donor = donor) } else { say!("door-lot-no-erase", donor = donor) }
        }
    }
}

impl Screen for Door {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.typed.press(key);
                Vec::new()
            }),
            Input::Paste(text) => {
                self.typed.paste(text);
                Vec::new()
            }
            Input::Scan(text) => self.receive(text, world),
            Input::Answer(answer) => {
                let Some((tag, kind)) = self.waiting.pop_front() else { return Vec::new() };
                let refusal = if let Answer::Refused(refusal) = answer { Some(refusal.clone()) } else { None };
                self.put(tag, kind, refusal, world);
                Vec::new()
            }
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let line = |number: u16| Rect { height: area.height.min(1), ..below(area, number) };
        let style = if world.lot.as_ref().is_some_and(|lot| lot.erase) { tint::PLAIN } else { tint::WARN };
        let lot = pen.say(&lot(world));
        pen.text(line(0), &lot, style);
        let kind = say!("door-kind", kind = kind_sentence(KINDS[self.kind]));
        pen.line(line(1), &kind, tint::TITLE);
        let used = pen.line(line(2), &say!("door-tag"), tint::NEXT);
        self.typed.draw(right_of(line(2), used + 1), true, pen);
        let note = pen.say(&say!("door-danger"));
        let used = 3 + pen.wrapped(below(area, 3), &note, tint::DIM);
        let title = pen.say(&say!("door-received", count = self.received));
        let inner = pen.boxed(below(area, used), &title, tint::PLAIN);
        let mut row = 0;
        for (tag, _) in self.waiting.iter().rev() {
            let text = pen.say(&say!("door-waiting", tag = tag.as_str()));
            pen.text(Rect { height: inner.height.min(1), ..below(inner, row) }, &text, tint::NEXT);
            row += 1;
        }
        for line in self.lines.iter().take(usize::from(inner.height.saturating_sub(row))) {
            Self::draw_line(line, Rect { height: 1, ..below(inner, row) }, pen);
            row += 1;
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        !self.waiting.is_empty() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
