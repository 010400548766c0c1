//! Everything that is known of the chosen device, section by section.
//!
//! ```text
//! ┌ 7K3XQ-92M4T-Z ────────────────────────────────────────┐
//! │ [Tổng quan]  Thông số  Ổ đĩa  Sửa chữa  Lịch sử  …     │
//! │                                                        │
//! │   Giai đoạn: đã xóa                                    │
//! └────────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: it is the page of the device that is meant, or none.

use super::Screen;
use super::bench::{accessories, can_fit, fit};
use super::layer::{page, report};
use super::moves::{self, Moves};
use super::pen::{Pen, below, right_of};
use super::tint;
use crate::unit::DeviceId;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, DevicePage, Effect, Hint, Input, Key, Layer, PageSection, Report, Seen, Sight, World, hints, press,
};
use ratatui::layout::Rect;

pub(super) struct Device {
    seen: Option<(DeviceId, DevicePage)>,
    refusal: Option<Report>,
    section: usize,
    skipped: usize,
    /// What to ask for at first; none where no device is meant.
    meant: Option<DeviceId>,
}

/// Opens it for the device that is meant.
pub(super) fn open(world: &World) -> Box<dyn Screen> {
    Box::new(Device { seen: None, refusal: None, section: 0, skipped: 0, meant: world.cursor.clone() })
}

static KEYS: &[Binding<Device>] = &[
    Binding {
        key: Key::Right,
        words: || say!("key-next-section"),
        when: |page, w| page.section + 1 < page.sections(w).len(),
        what: |page, _| page.turn(page.section + 1),
    },
    Binding {
        key: Key::Left,
        words: || say!("key-last-section"),
        when: |page, _| page.section > 0,
        what: |page, _| page.turn(page.section - 1),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-next-section"),
        when: |page, w| !page.sections(w).is_empty(),
        what: |page, w| page.turn((page.section + 1) % page.sections(w).len().max(1)),
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Char('z'),
        words: || say!("key-correct"),
        when: |page, w| !page.sections(w).is_empty() && w.here().is_some(),
        what: |_, _| vec![Effect::Open(Layer::Correct)],
    },
    Binding {
        key: Key::Char('e'),
        words: || say!("key-tag"),
        when: |page, w| !page.sections(w).is_empty() && w.here().is_some(),
        what: |_, _| vec![Effect::Open(Layer::Tag)],
    },
    Binding {
        key: Key::Char('s'),
        words: || say!("key-swap"),
        when: |page, w| !page.sections(w).is_empty() && w.here().is_some(),
        what: |_, _| vec![Effect::Open(Layer::Swap)],
    },
    Binding {
        key: Key::Control('t'),
        words: || say!("key-conflict"),
        when: |page, w| !page.sections(w).is_empty() && w.here().is_some(),
        what: |_, _| vec![Effect::Open(Layer::Settle)],
    },
    Binding {
        key: Key::Control('a'),
        words: || say!("key-accessories"),
        when: |page, w| !page.sections(w).is_empty() && w.here().is_some(),
        what: |_, w| accessories(w),
    },
    Binding {
        key: Key::Char('f'),
        words: || say!("key-note"),
        when: |page, w| !page.sections(w).is_empty(),
        what: |page, w| {
            let told = page.seen.as_ref().filter(|_| w.finding.is_none());
            let note = told.map(|(device, page)| Effect::Open(Layer::Note(device.clone(), page.name.clone())));
            note.into_iter().collect()
        },
    },
    Binding {
        key: Key::Control('f'),
        words: || say!("key-fit"),
        when: |page, w| !page.sections(w).is_empty() && can_fit(w),
        what: |_, w| fit(w),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-on-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
];

impl Device {
    fn sections(&self, world: &World) -> &[PageSection] {
        let is_meant = |(device, _): &&(DeviceId, DevicePage)| Some(device) == world.cursor.as_ref();
        self.seen.as_ref().filter(is_meant).map(|(_, page)| page.sections.as_slice()).unwrap_or_default()
    }

    fn turn(&mut self, to: usize) -> Vec<Effect> {
        (self.section, self.skipped) = (to, 0);
        Vec::new()
    }
}

impl Moves for Device {
    fn places(&self, world: &World) -> usize {
        self.sections(world).get(self.section).map_or(0, |section| section.lines.len())
    }

    fn at(&self) -> usize {
        self.skipped
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.skipped = at;
        Vec::new()
    }
}

impl Screen for Device {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(text) => vec![Effect::Go("bench"), Effect::Find(text.trim().to_owned())],
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Device(device, page) = seen.as_ref() {
                    (self.seen, self.refusal) = (Some((device.clone(), page.clone())), None);
                }
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let sections = self.sections(world);
        let title = self.seen.as_ref().filter(|_| !sections.is_empty()).map(|(_, page)| page.name.clone());
        let inner = pen.boxed(area, &title.unwrap_or_default(), tint::PLAIN);
        if let Some(refusal) = &self.refusal {
            report(refusal, inner, pen);
            return;
        }
        if sections.is_empty() {
            let what = if world.cursor.is_some() { say!("bench-reading") } else { say!("device-none-meant") };
            let what = pen.say(&what);
            pen.wrapped(inner, &what, tint::PLAIN);
            return;
        }
        let line = Rect { height: inner.height.min(1), ..inner };
        let mut used = 0;
        for (number, section) in sections.iter().enumerate() {
            let title = pen.say(&section.title);
            let (text, style) =
                if number == self.section { (format!("[{title}]"), tint::HERE) } else { (title, tint::PLAIN) };
            used += pen.text(right_of(line, used), &text, style) + 2;
        }
        if let Some(section) = sections.get(self.section) {
            page(section.lines.iter().skip(self.skipped), below(inner, 2), pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        self.meant.clone().map(|device| Effect::See(Sight::Device(device))).into_iter().collect()
    }

    fn again(&self, world: &World) -> Vec<Effect> {
        world.cursor.clone().map(|device| Effect::See(Sight::Device(device))).into_iter().collect()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_page = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Device(..)));
        is_page || (self.seen.is_none() && matches!(answer, Answer::Refused(_)))
    }
}
