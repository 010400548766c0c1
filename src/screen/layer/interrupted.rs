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
        when: |layer, _| layer.aim().is_some(),
        what: |layer, _| layer.go_on(),
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
    /// The chosen job's disk, where it is here and nothing stands in the way of writing to it.
    fn aim(&self) -> Option<Aim> {
        let job = self.jobs.as_ref()?.get(self.at)?;
        let view = job.here.as_deref().filter(|view| view.obstacles.is_empty())?.clone();
        Some(Aim { device: job.device.clone(), name: job.name.clone(), view, resume: Some(job.clone()) })
    }

    fn go_on(&self) -> Vec<Effect> {
        let Some(aim) = self.aim() else { return Vec::new() };
        let device = aim.device.clone();
        let is_image = aim.resume.as_ref().is_some_and(|resume| resume.image.is_some());
        let aim = Box::new(aim);
        let next = if is_image { Layer::Images(aim) } else { Layer::Arm(aim, Box::new(Task::Wipe)) };
        vec![Effect::Choose(device), Effect::Open(next)]
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
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let line = pen.say(&job.what());
            pen.pieces(Rect { height: rest.height.min(1), ..rest }, &[(mark, style), (" ", style), (&line, style)]);
            let inset = |rest: Rect| Rect {
                x: rest.x + 4,
                width: rest.width.saturating_sub(4),
                height: rest.height.min(1),
                ..rest
            };
            rest = below(rest, 1);
            pen.line(inset(rest), &job.how_far(), tint::PLAIN);
            rest = below(rest, 1);
            let (place, is_trouble) = place(job);
            if is_trouble {
                let text = pen.say(&place);
                pen.marked(inset(rest), Mark::Warn, &text, tint::WARN);
            } else {
                pen.line(inset(rest), &place, tint::NEXT);
            }
            rest = below(rest, 1);
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
