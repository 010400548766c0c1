//! One running job in full, and stopping it.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{boxed, speed, work};
use crate::unit::Moment;
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, JobView, Key, World, hints, press};
use ratatui::layout::Rect;

pub(super) struct Job {
    job: u64,
    asking: bool,
}

static KEYS: &[Binding<Job>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-stop-now"),
        when: |layer, world| layer.asking && layer.can_stop(world),
        what: |layer, _| {
            layer.asking = false;
            vec![Effect::CancelJob(layer.job)]
        },
    },
    Binding {
        key: Key::Char('s'),
        words: || say!("key-stop"),
        when: |layer, world| !layer.asking && layer.can_stop(world),
        what: |layer, _| {
            layer.asking = true;
            Vec::new()
        },
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-next-job"),
        when: |_, world| world.jobs.len() > 1,
        what: |layer, world| {
            let at = world.jobs.iter().position(|view| view.job == layer.job).map_or(0, |at| at + 1);
            layer.job = world.jobs.get(at).or(world.jobs.first()).map_or(layer.job, |view| view.job);
            layer.asking = false;
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Job {
    pub(super) const fn new(job: u64) -> Self {
        Self { job, asking: false }
    }

    fn view<'w>(&self, world: &'w World) -> Option<&'w JobView> {
        world.jobs.iter().find(|view| view.job == self.job)
    }

    fn can_stop(&self, world: &World) -> bool {
        self.view(world).is_some_and(|view| !view.stopping)
    }

    fn draw_job(&self, view: &JobView, area: Rect, now: Moment, pen: &mut Pen<'_>) {
        let began = view.began.local();
        let mut lines =
            vec![say!("bench-job", tag = view.name.as_str(), work = work(&view.work), disk = view.disk.as_str())];
        lines.push(say!("job-began", at = began.as_str()));
        if let Some(progress) = &view.progress {
            let (done, total) = (progress.done.decimal(), progress.total.decimal());
            lines.push(say!("job-progress", phase = progress.phase.name(), done = done, total = total));
            lines.push(speed(progress));
        }
        let mut rest = area;
        for line in &lines {
            pen.line(rest, line, tint::PLAIN);
            rest = below(rest, 1);
        }
        let per_mille = view.per_mille();
        let gauge = format!("{} {:>3} %", pen.gauge(per_mille, 64), per_mille / 10);
        pen.text(rest, &gauge, tint::NEXT);
        rest = below(rest, 1);
        let curve = pen.curve(&view.curve, 64);
        pen.text(rest, &curve, tint::GOOD);
        rest = below(rest, 1);
        if view.bad > 0 {
            let text = pen.say(&say!("job-bad", count = view.bad));
            pen.marked(Rect { height: 1, ..rest }, Mark::Bad, &text, tint::BAD);
            rest = below(rest, 1);
        }
        if let Some(minutes) = view.silent(now) {
            let text = format!(
                "{} {}",
                pen.glyphs().mark(Mark::Warn),
                pen.say(&say!("job-silent-help", minutes = minutes, disk = view.disk.as_str()))
            );
            rest = below(rest, pen.wrapped(rest, &text, tint::BAD));
        }
        let ask = match (view.stopping, self.asking) {
            (true, _) => say!("job-stopping"),
            (false, true) => say!("job-ask-stop"),
            (false, false) => return,
        };
        let text = format!("{} {}", pen.glyphs().mark(Mark::Warn), pen.say(&ask));
        pen.wrapped(below(rest, 1), &text, tint::BAD);
    }
}

impl Screen for Job {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("job-title"));
        let inner = boxed(area, 12, &title, if self.asking { tint::BAD } else { tint::PLAIN }, pen);
        if let Some(view) = self.view(world) {
            self.draw_job(view, inner, world.now, pen);
        } else {
            let text = pen.say(&say!("job-over"));
            pen.wrapped(inner, &text, tint::PLAIN);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
