//! What a donor announced: how many of each kind, and for which campaign.
//!
//! ```text
//! ┌ Dự kiến của lô l-0W3GE1R70W3GE1R7 ────────┐
//! │ máy xách tay    12                         │
//! │ máy bàn                                    │
//! │ chương trình    Máy tính cho em 2026       │
//! └───────────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::field::Field;
use super::super::moves::{self, Moves};
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::tint;
use super::{Asked, boxed, outcome};
use crate::event::intake::DeviceKind;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, DEVICE_KINDS, DoorOrder, Effect, Hint, Input, Key, LotOrder, LotView, Sight, World, hints,
    kind_sentence, press,
};
use ratatui::layout::Rect;

/// Columns of what a field is for.
const NAME: u16 = 18;
/// Lines of the box.
const LINES: u16 = 11;

pub(super) struct LotExpect {
    view: Box<LotView>,
    counts: Vec<(DeviceKind, Field)>,
    campaign: Field,
    at: usize,
    asked: Asked,
}

static KEYS: &[Binding<LotExpect>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-lot-expect-record"),
        when: |layer, _| !layer.asked.is_waiting(),
        what: |layer, _| layer.send(),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-next-line"),
        when: |layer, _| !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.at = (layer.at + 1) % (layer.counts.len() + 1);
            Vec::new()
        },
    },
    moves::down(),
    moves::up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl LotExpect {
    pub(super) fn new(view: Box<LotView>) -> Self {
        let count = |kind| {
            let known = view.tally.expected.get(&kind).map(ToString::to_string);
            (kind, Field::with(&known.unwrap_or_default()))
        };
        let campaign = Field::with(view.campaign.as_deref().unwrap_or_default());
        Self { counts: DEVICE_KINDS.into_iter().map(count).collect(), campaign, at: 0, asked: Asked::NotYet, view }
    }

    /// A number that is longer than any is refused by the rules, in words.
    fn send(&mut self) -> Vec<Effect> {
        let count = |(kind, field): &(DeviceKind, Field)| {
            let text = field.text();
            let count = if text.is_empty() { Some(0) } else { text.parse().ok() };
            (*kind, count.unwrap_or(u32::MAX))
        };
        let devices = self.counts.iter().map(count).collect();
        let campaign = Some(self.campaign.text()).filter(|text| !text.is_empty());
        self.asked = Asked::Waiting;
        vec![Effect::Door(DoorOrder::Lot(LotOrder::Expect { lot: self.view.lot.clone(), devices, campaign }))]
    }

    fn type_in(&mut self, key: Key) {
        if self.asked.is_waiting() {
            return;
        }
        let typed = match self.counts.get_mut(self.at) {
            Some(_) if matches!(key, Key::Char(letter) if !letter.is_ascii_digit()) => false,
            Some((_, field)) => field.press(key),
            None => self.campaign.press(key),
        };
        if typed {
            self.asked = Asked::NotYet;
        }
    }
}

impl Moves for LotExpect {
    fn places(&self, _world: &World) -> usize {
        self.counts.len() + 1
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for LotExpect {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.type_in(key);
                Vec::new()
            }),
            Input::Paste(text) => {
                if self.at == self.counts.len() {
                    self.campaign.paste(text);
                }
                Vec::new()
            }
            Input::Answer(Answer::Done(_)) => {
                vec![Effect::Close, Effect::See(Sight::Lot(self.view.lot.clone())), Effect::Refresh]
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Scan(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("lot-expect-title", lot = self.view.lot.as_str()));
        let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
        let campaign = (say!("lot-expect-campaign"), &self.campaign);
        let fields = self.counts.iter().map(|(kind, field)| (kind_sentence(*kind), field)).chain([campaign]);
        for (row, (number, (name, field))) in (0u16..).zip(fields.enumerate()) {
            let line = Rect { height: 1, ..below(inner, row) };
            pen.heat(line, Hot::Row(0, number));
            pen.line(Rect { width: NAME.min(line.width), ..line }, &name, tint::PLAIN);
            field.draw(right_of(line, NAME), number == self.at, pen);
        }
        outcome(&self.asked, &say!("recording"), &say!("lot-expect-note"), below(inner, 7), pen);
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.go(row, world)
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
