//! Running jobs: how far, how fast over the length of the disk, how long still.
//!
//! ```text
//! ┌ Việc đang chạy ───────────────────────────────────────────────────────┐
//! │ 7K3XQ-92M4T-Z xóa loop3 ██████░░░░ 62 % 118.2 MB/s · đọc lại còn 95 s │
//! │ ▇▇▇▆▆▅▅▂▅▅▄▄                                          ! 2 khối hỏng   │
//! └───────────────────────────────────────────────────────────────────────┘
//! ```

use super::super::glyphs::Mark;
use super::super::layer::{phase, speed, work};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use crate::word::say;
use crate::workbench::{JobView, World};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// Lines of one job.
const LINES: u16 = 2;
/// Columns of the gauge.
const GAUGE: u16 = 12;

/// How many lines the panel needs in a body of that height: at most a third of it.
pub(super) fn height(world: &World, body: u16) -> u16 {
    let count = u16::try_from(world.jobs.len()).unwrap_or(u16::MAX);
    if count == 0 {
        return 0;
    }
    let most = (body / 3).saturating_sub(2) / LINES;
    count.min(most.max(1)) * LINES + 2
}

pub(super) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    if area.is_empty() {
        return;
    }
    let title = pen.say(&say!("bench-jobs", count = world.jobs.len() as u64));
    let inner = pen.boxed(area, &title, tint::PLAIN);
    for (number, job) in world.jobs.iter().enumerate() {
        let rest = below(inner, u16::try_from(number).unwrap_or(u16::MAX).saturating_mul(LINES));
        if rest.height >= LINES {
            draw_job(job, rest, pen);
        }
    }
}

fn draw_job(job: &JobView, area: Rect, pen: &mut Pen<'_>) {
    let what = say!("bench-job", tag = job.name.as_str(), work = work(&job.work), disk = job.disk.as_str());
    let mut used = pen.line(area, &what, tint::TITLE) + 1;
    let per_mille = job.per_mille();
    let gauge = format!("{} {:>3} %  ", pen.gauge(per_mille, GAUGE), per_mille / 10);
    used += pen.text(right_of(area, used), &gauge, tint::NEXT);
    let doing = job.progress.as_ref().map(speed).or(job.phase.map(phase));
    if let Some(doing) = doing {
        pen.line(right_of(area, used), &doing, tint::PLAIN);
    }
    let second = below(area, 1);
    let trouble = match (job.stopping, job.bad) {
        (true, _) => Some((pen.say(&say!("job-stopping")), tint::WARN)),
        (false, 0) => None,
        (false, bad) => Some((pen.say(&say!("job-bad", count = bad)), tint::BAD)),
    };
    let side = trouble.as_ref().map_or(0, |(text, _)| u16::try_from(text.width() + 3).unwrap_or(0));
    let curve = pen.curve(&job.curve, second.width.saturating_sub(side).min(64));
    pen.text(second, &curve, tint::GOOD);
    if let Some((text, style)) = trouble {
        pen.marked(right_of(second, second.width.saturating_sub(side)), Mark::Warn, &text, style);
    }
}
