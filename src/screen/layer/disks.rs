//! Choosing a disk of this machine, to wipe it, to write an image to it or to fit the one that is on it; what forbids each is told.
//!
//! ```text
//! ┌ Xóa ổ nào của 7K3XQ-92M4T-Z? ──────────────────────────────┐
//! │ ▶ loop3  QEMU HARDDISK · 64 MB · sê-ri (không có) · loop   │
//! │   vda    … · 10 GB · …                                     │
//! │     ✗ hệ điều hành đang chạy nằm trên ổ này                │
//! └────────────────────────────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Subject, boxed, report};
use crate::device::{Disk, obstacle_sentence};
use crate::word::{Sentence, say};
use crate::workbench::{
    Aim, Answer, Binding, DiskView, Effect, Hint, Input, Key, Layer, Purpose, Report, Task, World, hints, press,
};
use ratatui::layout::Rect;

pub(super) struct Disks {
    subject: Subject,
    purpose: Purpose,
    views: Option<Vec<DiskView>>,
    refusal: Option<Report>,
    at: usize,
}

static KEYS: &[Binding<Disks>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.here().is_some_and(|view| view.obstacles.is_empty()),
        what: |layer, _| layer.choose(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.at + 1 < layer.len(),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.at > 0,
        what: |layer, _| {
            layer.at -= 1;
            Vec::new()
        },
    },
    Binding { key: Key::Char('r'), words: || say!("key-refresh"), when: |_, _| true, what: |layer, _| layer.begin() },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Disks {
    pub(super) const fn new(subject: Subject, purpose: Purpose) -> Self {
        Self { subject, purpose, views: None, refusal: None, at: 0 }
    }

    fn len(&self) -> usize {
        self.views.as_ref().map_or(0, Vec::len)
    }

    fn here(&self) -> Option<&DiskView> {
        self.views.as_ref()?.get(self.at)
    }

    fn choose(&self) -> Vec<Effect> {
        let Some(view) = self.here() else { return Vec::new() };
        let Subject { device, name } = self.subject.clone();
        let aim = Box::new(Aim { device, name, view: view.clone(), resume: None });
        vec![Effect::Open(match self.purpose {
            Purpose::Wipe => Layer::Arm(aim, Box::new(Task::Wipe)),
            Purpose::Image => Layer::Images(aim),
            Purpose::Fit => Layer::Arm(aim, Box::new(Task::Fit)),
        })]
    }
}

/// A disk in one line: everything that tells it from another.
pub(super) fn told(disk: &Disk) -> Sentence {
    let serial = match disk.identity.serial.as_deref() {
        Some(serial) => say!("plain", text = serial),
        None => say!("disk-no-serial"),
    };
    say!(
        "disk-told",
        name = disk.name.as_str(),
        model = disk.identity.model.as_deref().unwrap_or("?"),
        size = disk.identity.size.decimal(),
        serial = serial,
        bus = disk.bus.word(),
    )
}

impl Screen for Disks {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Disks(views)) => {
                // The first that may be written is the likely one.
                let free = views.iter().position(|view| view.obstacles.is_empty()).unwrap_or(0);
                self.at = if self.views.is_none() { free } else { self.at.min(views.len().saturating_sub(1)) };
                (self.views, self.refusal) = (Some(views.clone()), None);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let tag = self.subject.name.as_str();
        let title = pen.say(&match self.purpose {
            Purpose::Wipe => say!("disks-title-wipe", tag = tag),
            Purpose::Image => say!("disks-title-image", tag = tag),
            Purpose::Fit => say!("disks-title-fit", tag = tag),
        });
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::PLAIN, pen);
        if let Some(refusal) = &self.refusal {
            report(refusal, inner, pen);
            return;
        }
        let Some(views) = &self.views else {
            pen.line(inner, &say!("disks-reading"), tint::PLAIN);
            return;
        };
        if views.is_empty() {
            pen.line(inner, &say!("disks-none"), tint::WARN);
        }
        let mut rest = inner;
        // The chosen one stays in sight: no more than three lines go to a disk.
        let room = usize::from(inner.height / 3).max(1);
        for (number, view) in views.iter().enumerate().skip((self.at + 1).saturating_sub(room)) {
            let is_here = number == self.at;
            let line = pen.say(&told(&view.disk));
            let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
            let style = if is_here { tint::HERE } else { tint::PLAIN };
            pen.pieces(Rect { height: rest.height.min(1), ..rest }, &[(mark, style), (" ", style), (&line, style)]);
            rest = below(rest, 1);
            if let Some(obstacle) = view.obstacles.first() {
                let why = pen.say(&say!("disk-forbidden", why = obstacle_sentence(obstacle)));
                let text = format!("{} {why}", pen.glyphs().mark(Mark::Bad));
                let indented =
                    Rect { x: rest.x + 4, width: rest.width.saturating_sub(4), height: rest.height.min(2), ..rest };
                rest = below(rest, pen.wrapped(indented, &text, tint::BAD));
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::ListDisks(self.subject.device.clone())]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Disks(_)) || (self.views.is_none() && matches!(answer, Answer::Refused(_)))
    }
}
