//! Putting devices on a shelf: the one that was chosen, then every one that is scanned, until Esc.
//!
//! ```text
//! ┌ Để 7K3XQ-92M4T-Z lên kệ ───────────────────┐  ┌ Để máy lên kệ A1 ────────────────┐
//! │ Tên kệ: A1                                 │  │ Quét tem: _                      │
//! │                                            │  │ ✓ 7K3XQ-92M4T-Z đã để lên kệ A1. │
//! │ Kệ đang có: A1 · Bàn 3                     │  │ Đã để 1 máy.                     │
//! └────────────────────────────────────────────┘  └──────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::field::Field;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::{boxed, report};
use crate::unit::{DeviceId, ShelfName};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Place, Report, Seen, ShelvesView, Sight, Tone, World, hints,
    place_sentence, press, read_place,
};
use ratatui::layout::Rect;

pub(super) struct Shelve {
    /// The device that is put there first.
    device: Option<(DeviceId, String)>,
    /// The shelf, once it is known.
    shelf: Option<ShelfName>,
    typed: Field,
    /// The shelves that there are, by name.
    known: Vec<String>,
    /// How many devices were put there.
    count: u64,
    /// How many are being put there.
    waiting: u64,
    /// What came of the last one.
    last: Option<Report>,
}

static KEYS: &[Binding<Shelve>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-step"),
        when: |layer, _| !layer.typed.text().is_empty(),
        what: |layer, _| layer.enter(),
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |layer, _| layer.leave() },
];

impl Shelve {
    pub(super) fn new(device: Option<(DeviceId, String)>, shelf: Option<ShelfName>) -> Self {
        // A device goes where a person says; a shelf that was pointed at is only filled with what is scanned.
        let (count, waiting) = (0, 0);
        Self { device, shelf, typed: Field::default(), known: Vec::new(), count, waiting, last: None }
    }

    /// What was typed is the shelf, else a device for it.
    fn enter(&mut self) -> Vec<Effect> {
        let text = std::mem::take(&mut self.typed).text();
        if let Some(onto) = self.shelf.clone() {
            return self.put(text, onto);
        }
        match read_place(&text) {
            Ok(onto) => {
                (self.shelf, self.last) = (Some(onto.clone()), None);
                let device = self.device.take();
                device.map(|(device, _)| self.put(device.to_string(), onto)).unwrap_or_default()
            }
            Err(failure) => {
                self.last = Some((&failure).into());
                self.typed = Field::with(&text);
                Vec::new()
            }
        }
    }

    fn put(&mut self, device: String, onto: ShelfName) -> Vec<Effect> {
        self.waiting += 1;
        vec![Effect::Shelve { devices: vec![device], shelf: onto }]
    }

    /// The store room below shows what was put away.
    fn leave(&self) -> Vec<Effect> {
        let place = self.shelf.as_ref().filter(|_| self.count > 0).map(|shelf| {
            let known =
                self.known.iter().find(|name| ShelfName::read(name).is_ok_and(|name| name.key() == shelf.key()));
            Place::named(known.map_or(shelf.as_str(), String::as_str))
        });
        vec![Effect::Close, Effect::See(Sight::Shelves(place))]
    }

    fn hear(&mut self, report: &Report) {
        self.waiting = self.waiting.saturating_sub(1);
        self.count += u64::from(report.tone == Tone::Good);
        self.last = Some(report.clone());
    }

    fn see(&mut self, view: &ShelvesView) {
        self.known = view.shelves.iter().filter_map(|shelf| shelf.place.name()).map(str::to_owned).collect();
    }
}

impl Screen for Shelve {
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
            // A scanner presses Enter itself; what was being typed is not part of it.
            Input::Scan(text) => {
                self.typed = Field::with(text.trim());
                self.enter()
            }
            Input::Answer(Answer::Done(report) | Answer::Refused(report)) => {
                self.hear(report);
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Shelves(view) = seen.as_ref() {
                    self.see(view);
                }
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let (title, prompt) = match (&self.shelf, &self.device) {
            (Some(onto), _) => (say!("shelve-title", place = place_sentence(onto.as_str())), say!("shelve-scan")),
            (None, Some((_, tag))) => (say!("shelve-title-device", tag = tag.as_str()), say!("shelve-name")),
            (None, None) => (say!("shelve-title-any"), say!("shelve-name")),
        };
        let title = pen.say(&title);
        let inner = boxed(area, 9, &title, tint::PLAIN, pen);
        let used = pen.line(inner, &prompt, tint::NEXT);
        let room = right_of(inner, used + 1);
        self.typed.draw(Rect { width: room.width.min(44), ..room }, true, pen);
        let mut rest = below(inner, 2);
        if self.waiting > 0 {
            pen.line(rest, &say!("recording"), tint::NEXT);
            rest = below(rest, 1);
        }
        if let Some(last) = &self.last {
            rest = below(rest, report(last, rest, pen));
        }
        let note = if self.shelf.is_some() {
            pen.say(&say!("shelve-count", count = self.count))
        } else if self.known.is_empty() {
            pen.say(&say!("shelve-note"))
        } else {
            pen.say(&say!("shelve-known", shelves = self.known.join(" · ")))
        };
        pen.wrapped(rest, &note, tint::DIM);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Shelves(None))]
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Shelves(_)));
        is_seen || (self.waiting > 0 && matches!(answer, Answer::Done(_) | Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
