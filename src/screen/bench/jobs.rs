//! Running jobs: how far, how fast over the length of the disk, how long still. Many at once get a line each.
//!
//! ```text
//! ┌ Việc đang chạy ───────────────────────────────────────────────────────┐
//! │ 7K3XQ-92M4T-Z xóa loop3 ██████░░░░ 62 % 118.2 MB/s · đọc lại còn 95 s │
//! │ ▇▇▇▆▆▅▅▂▅▅▄▄                                          ! 2 khối hỏng   │
//! └───────────────────────────────────────────────────────────────────────┘
//! ```

use super::super::glyphs::Mark;
use super::super::layer::{speed, work};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use crate::job::Phase;
use crate::unit::Moment;
use crate::word::{Sentence, say};
use crate::workbench::{Batch, JobView, World, shared_ports};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Lines of one job where there is room.
const LINES: u16 = 2;
/// Columns of the gauge.
const GAUGE: u16 = 12;

/// How many lines the panel needs in a body of that height: at most a third of it, or half where there are many jobs.
pub(in crate::screen) fn height(world: &World, body: u16) -> u16 {
    let count = u16::try_from(world.jobs.len()).unwrap_or(u16::MAX);
    if count == 0 {
        return 0;
    }
    let most = ((body / 3).saturating_sub(2) / LINES).max(1);
    if count <= most { count * LINES + 2 } else { count.min((body / 2).saturating_sub(2)).max(LINES) + 2 }
}

pub(in crate::screen) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    if area.is_empty() {
        return;
    }
    let title = say!("bench-jobs", count = world.jobs.len() as u64);
    let batch = world.batch.as_ref().map(Batch::brief);
    let titles: Vec<String> =
        std::iter::once(title).chain(batch).chain(shared_ports(world)).map(|part| pen.say(&part)).collect();
    let title = titles.join(" · ");
    let inner = pen.boxed(area, &title, tint::PLAIN);
    let (count, room) = (world.jobs.len(), usize::from(inner.height));
    let each = if count * usize::from(LINES) <= room { LINES } else { 1 };
    let shown = if each == 1 && count > room { room.saturating_sub(1) } else { count };
    let mut rest = inner;
    for job in world.jobs.iter().take(shown) {
        draw_job(job, Rect { height: each.min(rest.height), ..rest }, world.now, pen);
        rest = below(rest, each);
    }
    if shown < count {
        pen.line(rest, &say!("bench-more-jobs", count = (count - shown) as u64), tint::DIM);
    }
}

/// What somebody should know of it, the worst first.
fn trouble(job: &JobView, now: Moment) -> Option<(Sentence, Style)> {
    if let Some(minutes) = job.silent(now) {
        return Some((say!("job-silent", minutes = minutes), tint::BAD));
    }
    match (job.stopping, job.bad) {
        (true, _) => Some((say!("job-stopping"), tint::WARN)),
        (false, 0) => None,
        (false, bad) => Some((say!("job-bad", count = bad), tint::BAD)),
    }
}

pub(in crate::screen) fn draw_job(job: &JobView, area: Rect, now: Moment, pen: &mut Pen<'_>) {
    let what = say!("bench-job", tag = job.name.as_str(), work = work(&job.work), disk = job.disk.as_str());
    let mut used = pen.line(area, &what, tint::TITLE) + 1;
    let per_mille = job.per_mille();
    let gauge = format!("{} {:>3} %  ", pen.gauge(per_mille, GAUGE), per_mille / 10);
    used += pen.text(right_of(area, used), &gauge, tint::NEXT);
    let doing = job.progress.as_ref().map(speed).or(job.phase.map(Phase::name));
    let trouble = trouble(job, now).map(|(what, style)| (pen.say(&what), style));
    let second = below(area, 1);
    if second.is_empty() {
        // With one line each, trouble matters more than speed.
        match (trouble, doing) {
            (Some((text, style)), _) => pen.marked(right_of(area, used), Mark::Warn, &text, style),
            (None, Some(doing)) => _ = pen.line(right_of(area, used), &doing, tint::PLAIN),
            (None, None) => {}
        }
        return;
    }
    if let Some(doing) = doing {
        pen.line(right_of(area, used), &doing, tint::PLAIN);
    }
    let side = trouble.as_ref().map_or(0, |(text, _)| u16::try_from(text.width() + 3).unwrap_or(0));
    let curve = pen.curve(&job.curve, second.width.saturating_sub(side).min(64));
    pen.text(second, &curve, tint::GOOD);
    if let Some((text, style)) = trouble {
        pen.marked(right_of(second, second.width.saturating_sub(side)), Mark::Warn, &text, style);
    }
}
