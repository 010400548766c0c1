//! Receiving a device: into the lot that was received into last, or a new one; with the tag on it, or a fresh one.
//!
//! ```text
//! ┌ Nhận máy ───────────────────────────────┐
//! │ ▶ Lô            cho phép xóa · Người …  │
//! │   Loại máy      máy tính xách tay       │
//! │   Tem đã dán                            │
//! │   [ Nhận máy ]                          │
//! └─────────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, outcome};
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Donation, Effect, Hint, Incoming, Input, Intake, Key, LotSeen, Scan, World, hints, kind_sentence,
    no_tag, press, read_scan,
};
use ratatui::layout::Rect;

pub(in crate::screen) const KINDS: [DeviceKind; 5] =
    [DeviceKind::Laptop, DeviceKind::Desktop, DeviceKind::AllInOne, DeviceKind::Tablet, DeviceKind::Phone];
/// Columns of a line's name.
const NAME: u16 = 20;

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Lot,
    Donor,
    Erase,
    Parts,
    Kind,
    Tag,
    Go,
}

pub(super) struct Receive {
    last: Option<LotSeen>,
    /// The lots that a start from a stick chooses from: it opens none.
    carried: Option<Vec<LotSeen>>,
    into_last: bool,
    donor: Field,
    erase: bool,
    parts: bool,
    kind: usize,
    tag: Field,
    at: Place,
    asked: Asked,
}

static KEYS: &[Binding<Receive>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-receive-now"),
        when: |form, _| form.at == Place::Go && !form.asked.is_waiting(),
        what: |form, _| form.go(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |form, _| form.at != Place::Go,
        what: |form, _| form.step(1),
    },
    Binding {
        key: Key::Char(' '),
        words: || say!("key-change"),
        when: |form, _| form.is_choice(),
        what: |form, _| form.change(1),
    },
    Binding {
        key: Key::Right,
        words: || say!("key-change"),
        when: |form, _| form.is_choice(),
        what: |form, _| form.change(1),
    },
    Binding {
        key: Key::Left,
        words: || say!("key-change"),
        when: |form, _| form.is_choice(),
        what: |form, _| form.change(-1),
    },
    Binding { key: Key::Down, words: || say!("key-down"), when: |_, _| true, what: |form, _| form.step(1) },
    Binding { key: Key::Tab, words: || say!("key-down"), when: |_, _| true, what: |form, _| form.step(1) },
    Binding { key: Key::Up, words: || say!("key-up"), when: |_, _| true, what: |form, _| form.step(-1) },
    Binding { key: Key::BackTab, words: || say!("key-up"), when: |_, _| true, what: |form, _| form.step(-1) },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Receive {
    pub(super) fn new(tag: Option<&TagId>, world: &World) -> Self {
        let carried = world.carried.clone();
        let last = match &carried {
            None => world.lot.clone(),
            Some(lots) => {
                let is_last = |lot: &&LotSeen| world.lot.as_ref().is_some_and(|last| last.lot == lot.lot);
                lots.iter().find(is_last).or(lots.first()).cloned()
            }
        };
        let into_last = last.is_some();
        Self {
            last,
            carried,
            into_last,
            donor: Field::default(),
            erase: false,
            parts: false,
            kind: 0,
            tag: tag.map(|tag| Field::with(&tag.to_string())).unwrap_or_default(),
            // Whose consent it comes under is looked at first.
            at: match (into_last, world.carried.is_some()) {
                (true, _) => Place::Lot,
                (false, false) => Place::Donor,
                (false, true) => Place::Kind,
            },
            asked: Asked::NotYet,
        }
    }

    fn places(&self) -> Vec<Place> {
        let lot = self.last.as_ref().map(|_lot| Place::Lot);
        let new = if self.into_last || self.carried.is_some() {
            &[][..]
        } else {
            &[Place::Donor, Place::Erase, Place::Parts]
        };
        lot.into_iter().chain(new.iter().copied()).chain([Place::Kind, Place::Tag, Place::Go]).collect()
    }

    fn step(&mut self, by: isize) -> Vec<Effect> {
        let places = self.places();
        let at = places.iter().position(|place| *place == self.at).unwrap_or(0);
        let next = at.saturating_add_signed(by).min(places.len() - 1);
        self.at = places[next];
        Vec::new()
    }

    const fn is_choice(&self) -> bool {
        matches!(self.at, Place::Lot | Place::Erase | Place::Parts | Place::Kind)
    }

    fn change(&mut self, by: isize) -> Vec<Effect> {
        match self.at {
            Place::Lot if self.carried.is_some() => self.other_lot(by),
            Place::Lot => self.into_last = !self.into_last,
            Place::Erase => self.erase = !self.erase,
            Place::Parts => self.parts = !self.parts,
            Place::Kind => {
                let last = KINDS.len() - 1;
                self.kind = match (self.kind, by < 0) {
                    (0, true) => last,
                    (kind, true) => kind - 1,
                    (kind, false) => {
                        if kind == last {
                            0
                        } else {
                            kind + 1
                        }
                    }
                };
            }
            Place::Donor | Place::Tag | Place::Go => {}
        }
        Vec::new()
    }

    /// The lot after or before that one among those that came along.
    fn other_lot(&mut self, by: isize) {
        let lots = self.carried.as_deref().unwrap_or_default();
        let at = lots.iter().position(|lot| Some(lot) == self.last.as_ref()).unwrap_or(0);
        let next = if by < 0 { at + lots.len() - 1 } else { at + 1 };
        self.last = lots.get(next.checked_rem(lots.len()).unwrap_or(0)).cloned();
    }

    fn go(&mut self) -> Vec<Effect> {
        if self.carried.is_some() && self.last.is_none() {
            let none =
                Failure::new(Trouble::No, say!("receive-no-lot-carried")).hint(say!("receive-no-lot-carried-hint"));
            self.asked = Asked::Refused((&none).into());
            return Vec::new();
        }
        let text = self.tag.text();
        let tag = match TagId::read(&text) {
            _ if text.is_empty() => None,
            Ok(tag) => Some(tag),
            Err(error) => {
                let failure = if matches!(read_scan(&text, None), Scan::Other | Scan::Damaged(_)) {
                    Failure::new(Trouble::Usage, error.sentence()).hint(say!("tag-wrong-hint"))
                } else {
                    no_tag(&text, None)
                };
                self.asked = Asked::Refused((&failure).into());
                self.at = Place::Tag;
                return Vec::new();
            }
        };
        let donor = Some(self.donor.text()).filter(|name| !name.is_empty());
        let lot = self.last.as_ref().filter(|_| self.into_last).map(|lot| lot.lot.clone());
        let donation = Donation { donor, erase: self.erase, parts: self.parts };
        self.asked = Asked::Waiting;
        let incoming = Incoming { tag, ..Incoming::bare(KINDS[self.kind]) };
        vec![Effect::Receive(Intake { lot, donation, incoming })]
    }

    fn field(&mut self) -> Option<&mut Field> {
        match self.at {
            Place::Donor => Some(&mut self.donor),
            Place::Tag => Some(&mut self.tag),
            Place::Lot | Place::Erase | Place::Parts | Place::Kind | Place::Go => None,
        }
    }

    /// A scanned tag goes where tags go, wherever the keys are.
    fn scanned(&mut self, text: &str) {
        if TagId::read(text).is_ok() {
            self.tag = Field::with(text.trim());
            self.at = Place::Go;
        } else if let Some(field) = self.field() {
            field.paste(text);
        }
    }

    fn draw_place(&self, place: Place, area: Rect, pen: &mut Pen<'_>) {
        let is_here = place == self.at;
        let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
        if place == Place::Go {
            let name = pen.say(&say!("key-receive-now"));
            let style = if is_here { tint::NEXT } else { tint::PLAIN };
            pen.pieces(area, &[(mark, style), (" [ ", style), (&name, style), (" ]", style)]);
            return;
        }
        let name = pen.say(&place_name(place));
        pen.pieces(Rect { width: NAME, ..area }, &[(mark, tint::PLAIN), (" ", tint::PLAIN), (&name, tint::PLAIN)]);
        let value = right_of(area, NAME);
        let style = if is_here { tint::HERE } else { tint::PLAIN };
        let flag = |set: bool| if set { say!("answer-yes") } else { say!("answer-no") };
        match place {
            Place::Donor => self.donor.draw(value, is_here, pen),
            Place::Tag => self.tag.draw(value, is_here, pen),
            Place::Erase => _ = pen.line(value, &flag(self.erase), style),
            Place::Parts => _ = pen.line(value, &flag(self.parts), style),
            Place::Kind => _ = pen.line(value, &kind_sentence(KINDS[self.kind]), style),
            Place::Lot => _ = pen.line(value, &self.lot_name(), style),
            Place::Go => {}
        }
    }

    fn lot_name(&self) -> Sentence {
        let Some(last) = self.last.as_ref().filter(|_| self.into_last) else { return say!("receive-new-lot") };
        let nobody = || if self.carried.is_some() { say!("receive-donor-at-home") } else { say!("receive-anonymous") };
        let donor = last.donor.clone().map_or_else(nobody, |name| say!("plain", text = name));
        if last.erase {
            say!("receive-last-lot", donor = donor, lot = last.lot.as_str())
        } else {
            say!("receive-last-lot-no-consent", donor = donor, lot = last.lot.as_str())
        }
    }
}

fn place_name(place: Place) -> Sentence {
    match place {
        Place::Lot => say!("receive-lot"),
        Place::Donor => say!("receive-donor"),
        Place::Erase => say!("receive-erase"),
        Place::Parts => say!("receive-parts"),
        Place::Kind => say!("receive-kind"),
        Place::Tag => say!("receive-tag"),
        Place::Go => say!("key-receive-now"),
    }
}

impl Screen for Receive {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some(field) = self.field() {
                    field.press(key);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                self.scanned(text);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => vec![Effect::Home],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let places = self.places();
        let title = pen.say(&say!("receive-title"));
        let lines = u16::try_from(places.len()).unwrap_or(0);
        let inner = boxed(area, lines + 6, &title, tint::PLAIN, pen);
        for (number, place) in (0u16..).zip(&places) {
            self.draw_place(*place, Rect { height: 1, ..below(inner, number) }, pen);
        }
        let note = match self.at {
            Place::Tag => say!("receive-tag-note"),
            Place::Donor => say!("receive-donor-note"),
            Place::Erase => say!("receive-erase-note"),
            Place::Lot | Place::Parts | Place::Kind | Place::Go => say!("receive-note"),
        };
        outcome(&self.asked, &say!("recording"), &note, below(inner, lines + 1), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        matches!(self.at, Place::Donor | Place::Tag)
    }

    fn is_writing(&self) -> bool {
        self.at == Place::Donor
    }
}
