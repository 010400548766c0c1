//! The jobs that did not come to their end, and going on with one: one step where its disk is here.
//!
//! ```text
//! ┌ Việc dở dang (sau mất điện, rút cáp, dừng giữa chừng): 2 ───────────┐
//! │ ▶ 7K3XQ-92M4T-Z · xóa · WDC WD5000 · WD-WX81A · 500.1 GB            │
//! │     đã ghi 45 % (225 GB) · từ 14:02 21/11 · đang ở sdb              │
//! │   92M4T-7K3XQ-1 · cài debian-13 · …                                 │
//! │     ! chưa thấy ổ này: cắm lại (lần trước ở sdc), rồi bấm r         │
//! └─────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing goes on from here; choosing one leads to arming its disk again.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{boxed, report};
use crate::word::{Sentence, say};
use crate::workbench::{
    Aim, Answer, Binding, Effect, Hint, Input, Interrupted, Key, Layer, Report, Task, World, hints, press,
};
use ratatui::layout::Rect;

#[derive(Default)]
pub(super) struct Unended {
    jobs: Option<Vec<Interrupted>>,
    refusal: Option<Report>,
    at: usize,
}

static KEYS: &[Binding<Unended>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-go-on"),
        when: |layer, _| layer.chosen().and_then(aim).is_some(),
        what: |layer, _| layer.chosen().map(go_on).unwrap_or_default(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.jobs.as_ref().is_some_and(|jobs| layer.at + 1 < jobs.len()),
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

impl Unended {
    fn chosen(&self) -> Option<&Interrupted> {
        self.jobs.as_ref()?.get(self.at)
    }
}

/// The job's disk, where it is here and nothing stands in the way of writing to it.
pub(in crate::screen) fn aim(job: &Interrupted) -> Option<Aim> {
    let view = job.here.as_deref().filter(|view| view.obstacles.is_empty())?.clone();
    Some(Aim { device: job.device.clone(), name: job.name.clone(), view, resume: Some(job.clone()) })
}

/// What going on with it takes: its disk is armed again.
pub(in crate::screen) fn go_on(job: &Interrupted) -> Vec<Effect> {
    let Some(aim) = aim(job) else { return Vec::new() };
    let (device, aim) = (aim.device.clone(), Box::new(aim));
    let next = match &job.image {
        None => Layer::Arm(aim, Box::new(Task::Wipe)),
        Some(_) if job.fit => Layer::Arm(aim, Box::new(Task::Fit)),
        Some(_) => Layer::Images(aim),
    };
    vec![Effect::Choose(device), Effect::Open(next)]
}

/// Draws it in three lines: what it is, how far it came, where its disk is now.
pub(in crate::screen) fn draw_interrupted(job: &Interrupted, is_here: bool, area: Rect, pen: &mut Pen<'_>) {
    let line = |number: u16| {
        let line = below(area, number);
        Rect { height: line.height.min(1), ..line }
    };
    let inset = |number: u16| Rect { x: area.x + 4, width: area.width.saturating_sub(4), ..line(number) };
    let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
    let what = pen.say(&job.what());
    pen.pieces(line(0), &[(mark, style), (" ", style), (&what, style)]);
    pen.line(inset(1), &job.how_far(), tint::PLAIN);
    let (place, is_trouble) = place(job);
    if is_trouble {
        let text = pen.say(&place);
        pen.marked(inset(2), Mark::Warn, &text, tint::WARN);
    } else {
        pen.line(inset(2), &place, tint::NEXT);
    }
}

/// Where its disk is, and what stands in the way; whether that is a trouble.
fn place(job: &Interrupted) -> (Sentence, bool) {
    match &job.here {
        None => (say!("interrupted-absent", was = job.was_at.as_str()), true),
        Some(view) => match view.obstacles.first() {
            Some(obstacle) => (say!("disk-forbidden", why = crate::device::obstacle_sentence(obstacle)), true),
            None => (say!("interrupted-here", disk = view.disk.name.as_str()), false),
        },
    }
}

impl Screen for Unended {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Interrupted(jobs)) => {
                self.at = self.at.min(jobs.len().saturating_sub(1));
                (self.jobs, self.refusal) = (Some(jobs.clone()), None);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Scan(text) => vec![Effect::Close, Effect::Find(text.trim().to_owned())],
            Input::Answer(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let count = self.jobs.as_ref().map_or(0, Vec::len);
        let title = pen.say(&say!("interrupted-title", count = count as u64));
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::PLAIN, pen);
        if let Some(refusal) = &self.refusal {
            report(refusal, inner, pen);
            return;
        }
        let Some(jobs) = &self.jobs else {
            pen.line(inner, &say!("interrupted-reading"), tint::PLAIN);
            return;
        };
        if jobs.is_empty() {
            pen.line(inner, &say!("interrupted-none"), tint::GOOD);
        }
        let mut rest = inner;
        let room = usize::from(inner.height / 3).max(1);
        for (number, job) in jobs.iter().enumerate().skip((self.at + 1).saturating_sub(room)) {
            let is_here = number == self.at;
            draw_interrupted(job, is_here, rest, pen);
            rest = below(rest, 3);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::ListInterrupted]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Interrupted(_)) || (self.jobs.is_none() && matches!(answer, Answer::Refused(_)))
    }
}
