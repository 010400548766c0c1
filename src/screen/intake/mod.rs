//! Receiving many devices: each scan of a tag that nobody has yet receives a device into the lot, of the kind that is set.
//!
//! ```text
//! Lô: Công ty Giả Định · người tặng đồng ý cho xóa dữ liệu
//! Loại máy: máy xách tay (Tab đổi)
//! Các máy sắp quét: chạy tốt · kèm sạc
//! Quét hoặc gõ tem: _
//! Trước khi bật nguồn: pin phồng, ngấm nước, mùi khét? …
//! ┌ Vừa nhận: 3 ──────────────────────────────────────────┐
//! │▶✓ 20:36  7K3XQ-92M4T-Z  máy xách tay · chạy tốt         │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! One hand holds the scanner and the other lies on the keys: what most devices have in common is said before they are
//! scanned (above the tag), what one has of its own after it (below), in single letters. Each letter is recorded at once, since
//! whoever goes elsewhere by one key must not leave anything unrecorded behind.
//!
//! Invariants: every tag that was scanned ends up in the list, received or with the reason why not, in the order of the
//! scans; nothing is received into a lot that does not stand above.

mod keys;
mod line;

use super::Screen;
use super::field::Field;
use super::glyphs::Mark;
use super::layer::{KINDS, report};
use super::pen::{Pen, below, right_of};
use super::tint;
use crate::event::intake::DeviceKind;
use crate::event::label::LabelFor;
use crate::event::outward::Outward;
use crate::port::{Failure, Trouble};
use crate::unit::LotId;
use crate::word::say;
use crate::workbench::{
    Answer, Donation, DoorOrder, Effect, Hint, Incoming, Input, Intake, Layer, LotSeen, PrintOrder, Report, Scan, Seen,
    World, hints, is_serial, kind_sentence, outward_sentence, press, read_scan,
};
use keys::KEYS;
use line::{Line, Standing, legend, lot_sentence};
use ratatui::layout::Rect;
use std::collections::VecDeque;

/// The most lines that are kept; more than any terminal shows.
const MOST: usize = 200;

/// What the keys act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    /// What is said of the devices that are scanned next.
    Next,
    /// The tag that is typed.
    Tag,
    /// A device in the list.
    Line(usize),
}

/// What an answer is waited for, about the line of that number.
enum Asked {
    /// Its device is received, or whatever was scanned is recognised.
    Scan(u64),
    /// That is recorded of it.
    Note(u64, Outward),
    /// Its label is on its way to the printer.
    Print(u64),
    /// Its serial is recorded.
    Serial(u64),
}

struct Door {
    typed: Field,
    kind: usize,
    /// What is said of every device that is scanned.
    next: Outward,
    focus: Focus,
    /// In the order in which they were asked.
    asked: VecDeque<Asked>,
    /// The newest first.
    lines: VecDeque<Line>,
    /// The lot that was chosen for what is scanned, and the one that was received into last then: where another was received
    /// into since, that one counts.
    chosen: Option<(LotSeen, Option<LotId>)>,
    /// How many scans there were.
    scans: u64,
    received: u64,
}

/// Opens it.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Door {
        typed: Field::default(),
        kind: 0,
        next: Outward::default(),
        focus: Focus::Tag,
        asked: VecDeque::new(),
        lines: VecDeque::new(),
        chosen: None,
        scans: 0,
        received: 0,
    })
}

impl Door {
    /// Whether nothing is being recorded.
    fn is_idle(&self) -> bool {
        self.asked.is_empty()
    }

    /// The lot that devices go into.
    fn lot<'w>(&'w self, world: &'w World) -> Option<&'w LotSeen> {
        let last = world.lot.as_ref().map(|lot| &lot.lot);
        let chosen = self.chosen.as_ref().filter(|(_, before)| before.as_ref() == last);
        chosen.map(|(lot, _)| lot).or(world.lot.as_ref())
    }

    /// Whether the device that is meant is the one that was received last here.
    fn is_last(&self, world: &World) -> bool {
        let last = self.lines.iter().find(|line| line.is_received());
        last.is_some_and(|last| world.here().is_some_and(|chosen| chosen.row.name == last.tag))
    }

    fn turn(&mut self, to: fn(usize, usize) -> usize) -> Vec<Effect> {
        self.kind = to(self.kind, KINDS.len());
        Vec::new()
    }

    fn turn_to(&mut self, focus: Focus) -> Vec<Effect> {
        self.focus = focus;
        Vec::new()
    }

    /// What lies below what the keys act on.
    fn below(&self) -> Option<Focus> {
        match self.focus {
            Focus::Next => Some(Focus::Tag),
            Focus::Tag => (!self.lines.is_empty()).then_some(Focus::Line(0)),
            Focus::Line(at) => (at + 1 < self.lines.len()).then_some(Focus::Line(at + 1)),
        }
    }

    /// What lies above it.
    const fn above(&self) -> Option<Focus> {
        match self.focus {
            Focus::Next => None,
            Focus::Tag => Some(Focus::Next),
            Focus::Line(0) => Some(Focus::Tag),
            Focus::Line(at) => Some(Focus::Line(at - 1)),
        }
    }

    fn down(&mut self) -> Vec<Effect> {
        self.focus = self.below().unwrap_or(self.focus);
        Vec::new()
    }

    fn up(&mut self) -> Vec<Effect> {
        self.focus = self.above().unwrap_or(self.focus);
        Vec::new()
    }

    /// Whether a letter says something of a device.
    fn can_say(&self) -> bool {
        match self.focus {
            Focus::Next => true,
            Focus::Tag => false,
            Focus::Line(at) => self.lines.get(at).is_some_and(Line::is_open),
        }
    }

    /// Says it of the devices that are scanned next, or of the one in the list: there it is recorded, at once or as soon as
    /// the device is received.
    fn say(&mut self, change: fn(&mut Outward)) -> Vec<Effect> {
        let Focus::Line(at) = self.focus else {
            change(&mut self.next);
            return Vec::new();
        };
        let Some(line) = self.lines.get_mut(at) else { return Vec::new() };
        change(&mut line.outward);
        line.trouble = None;
        if line.is_received() { self.note(at) } else { Vec::new() }
    }

    fn note(&mut self, at: usize) -> Vec<Effect> {
        let Some(line) = self.lines.get(at) else { return Vec::new() };
        self.asked.push_back(Asked::Note(line.number, line.outward.clone()));
        vec![Effect::Door(DoorOrder::Note { device: line.tag.clone(), outward: line.outward.clone() })]
    }

    /// The device whose label can be printed: the one that the keys act on, else the newest that was received.
    fn labelled(&self) -> Option<&Line> {
        match self.focus {
            Focus::Line(at) => self.lines.get(at).filter(|line| line.is_received()),
            Focus::Next | Focus::Tag => self.lines.iter().find(|line| line.is_received()),
        }
    }

    /// Nobody waits for it: the next device can be scanned at once.
    fn print(&mut self) -> Vec<Effect> {
        let Some((number, device)) = self.labelled().map(|line| (line.number, line.tag.clone())) else {
            return Vec::new();
        };
        self.asked.push_back(Asked::Print(number));
        vec![Effect::Print(PrintOrder::Label { device, label: LabelFor::Device })]
    }

    fn open_list(&self, world: &World) -> Vec<Effect> {
        let lot = self.lot(world).map(|lot| lot.lot.clone());
        lot.map(|lot| Effect::Open(Layer::DonorList(KINDS[self.kind], lot))).into_iter().collect()
    }

    fn receive_typed(&mut self, world: &World) -> Vec<Effect> {
        let text = self.typed.text();
        self.typed = Field::default();
        self.receive(&text, world)
    }

    /// A tag is a device; the bar code of a serial, scanned next, is of the device that was received last.
    fn scanned(&mut self, text: &str, world: &World) -> Vec<Effect> {
        let serial = text.trim();
        let is_serial = read_scan(text, world.domain.as_ref()) == Scan::Other && is_serial(serial);
        match self.lines.front_mut().filter(|newest| is_serial && newest.wants_serial()) {
            Some(newest) => {
                newest.serial = Some(serial.to_owned());
                let (number, device) = (newest.number, newest.tag.clone());
                self.asked.push_back(Asked::Serial(number));
                vec![Effect::Door(DoorOrder::Serial { device, serial: serial.to_owned() })]
            }
            None => self.receive(text, world),
        }
    }

    fn receive(&mut self, text: &str, world: &World) -> Vec<Effect> {
        let (Scan::Tag(tag) | Scan::Garbled(tag, _)) = read_scan(text, world.domain.as_ref()) else {
            let text = text.trim().to_owned();
            self.put(text.clone(), world);
            return vec![Effect::Door(DoorOrder::Recognise(text))];
        };
        let incoming =
            Incoming { tag: Some(tag.clone()), outward: self.next.clone(), ..Incoming::bare(KINDS[self.kind]) };
        self.put(tag.to_string(), world);
        let Some(lot) = self.lot(world).map(|lot| lot.lot.clone()) else {
            let failure = Failure::new(Trouble::No, say!("door-no-lot"));
            return self.hear(Some(&(&failure).into()));
        };
        vec![Effect::Receive(Intake { lot: Some(lot), donation: Donation::default(), incoming })]
    }

    /// Puts a scan on top of the list. The keys go on acting on the newest device where they act on the list, and on a tag
    /// again where they said what is next.
    fn put(&mut self, tag: String, world: &World) {
        self.scans += 1;
        let (kind, outward): (DeviceKind, Outward) = (KINDS[self.kind], self.next.clone());
        let known = outward.clone();
        let number = self.scans;
        let line = Line {
            number,
            at: world.now,
            tag,
            kind,
            outward,
            known,
            serial: None,
            labels: 0,
            standing: Standing::Waiting,
            trouble: None,
        };
        self.lines.push_front(line);
        self.lines.truncate(MOST);
        self.asked.push_back(Asked::Scan(number));
        self.focus = if matches!(self.focus, Focus::Line(_)) { Focus::Line(0) } else { Focus::Tag };
    }

    /// What was asked first came to that: done, or refused.
    fn hear(&mut self, refusal: Option<&Report>) -> Vec<Effect> {
        let Some(asked) = self.asked.pop_front() else { return Vec::new() };
        let (Asked::Scan(number) | Asked::Note(number, _) | Asked::Print(number) | Asked::Serial(number)) = asked;
        let Some(at) = self.lines.iter().position(|line| line.number == number) else { return Vec::new() };
        let line = &mut self.lines[at];
        match (asked, refusal) {
            (Asked::Scan(_), Some(refusal)) => line.standing = Standing::Refused(refusal.clone()),
            (Asked::Scan(_), None) => {
                line.standing = Standing::Received;
                self.received += 1;
                if line.outward != line.known {
                    return self.note(at);
                }
            }
            (Asked::Print(_), None) => line.labels += 1,
            (Asked::Serial(_), None) => {}
            (Asked::Serial(_), Some(refusal)) => {
                line.serial = None;
                line.trouble = Some(refusal.clone());
            }
            (Asked::Print(_), Some(refusal)) => line.trouble = Some(refusal.clone()),
            (Asked::Note(_, outward), None) => line.known = outward,
            (Asked::Note(..), Some(refusal)) => {
                line.outward.clone_from(&line.known);
                line.trouble = Some(refusal.clone());
            }
        }
        Vec::new()
    }

    /// Why nothing came of what the keys act on, or what can be said of it in single letters; how many lines that took.
    fn draw_legend(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let here = if let Focus::Line(at) = self.focus { self.lines.get(at) } else { None };
        if let Some(refusal) = here.and_then(Line::refusal) {
            return report(refusal, area, pen);
        }
        legend(area, pen)
    }
}

impl Screen for Door {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.focus == Focus::Tag {
                    self.typed.press(key);
                }
                Vec::new()
            }),
            Input::Paste(text) => {
                self.typed.paste(text);
                self.turn_to(Focus::Tag)
            }
            Input::Scan(text) => self.scanned(text, world),
            Input::Answer(Answer::Refused(refusal)) => self.hear(Some(refusal)),
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Lot(view) = seen.as_ref() {
                    self.chosen = Some((view.seen(), world.lot.as_ref().map(|lot| lot.lot.clone())));
                }
                Vec::new()
            }
            Input::Answer(_) => self.hear(None),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let line = |number: u16| Rect { height: area.height.min(1), ..below(area, number) };
        let lot = self.lot(world);
        let style = if lot.is_some_and(|lot| lot.erase && !lot.closed) { tint::PLAIN } else { tint::WARN };
        let text = pen.say(&lot_sentence(lot));
        pen.text(line(0), &text, style);
        let kind = say!("door-kind", kind = kind_sentence(KINDS[self.kind]));
        let used = pen.line(line(1), &kind, tint::TITLE);
        if lot.is_some() {
            pen.line(right_of(line(1), used + 1), &say!("door-list-key"), tint::PLAIN);
        }
        let next = outward_sentence(&self.next).unwrap_or_else(|| say!("door-nothing-said"));
        let pointer = if self.focus == Focus::Next { pen.glyphs().mark(Mark::Here) } else { "" };
        let used = pen.text(line(2), pointer, tint::PLAIN);
        pen.line(right_of(line(2), used), &say!("door-next", what = next), tint::PLAIN);
        if self.focus == Focus::Next {
            pen.tint(line(2), tint::HERE);
        }
        let wants = self.lines.front().is_some_and(Line::wants_serial);
        let ask = if wants { say!("door-tag-or-serial") } else { say!("door-tag") };
        let used = pen.line(line(3), &ask, tint::NEXT);
        self.typed.draw(right_of(line(3), used + 1), self.focus == Focus::Tag, pen);
        let note = pen.say(&say!("door-danger"));
        let mut used = 4 + pen.wrapped(below(area, 4), &note, tint::DIM);
        // In the list a reason is cut off, and whoever scans does not go there to read it.
        let newest = self.lines.front().filter(|_| self.focus == Focus::Tag);
        used += match newest.and_then(Line::refusal) {
            Some(refusal) => report(refusal, below(area, used), pen),
            None if self.focus == Focus::Tag => 0,
            None => self.draw_legend(below(area, used), pen),
        };
        let title = pen.say(&match lot.and_then(|lot| Some((lot.tally.devices(), lot.tally.announced()?))) {
            Some((all, of)) => say!("door-received-of", count = self.received, all = all, of = of),
            None => say!("door-received", count = self.received),
        });
        let inner = pen.boxed(below(area, used), &title, tint::PLAIN);
        let inner = Rect { x: inner.x.saturating_sub(1), width: inner.width + 2, ..inner };
        let here = if let Focus::Line(at) = self.focus { Some(at) } else { None };
        let first = (here.unwrap_or(0) + 1).saturating_sub(usize::from(inner.height));
        for (row, (at, line)) in (0..inner.height).zip(self.lines.iter().enumerate().skip(first)) {
            line.draw(here == Some(at), Rect { height: 1, ..below(inner, row) }, pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        (!self.asked.is_empty() && matches!(answer, Answer::Done(_) | Answer::Refused(_)))
            || matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Lot(_)))
    }

    fn is_typing(&self) -> bool {
        self.focus == Focus::Tag
    }
}
