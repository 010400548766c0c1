//! The devices on the bench, the last touched first.
//!
//! ```text
//! ┌ Máy trên bàn: 3 ────────────┐
//! │▶7K3XQ-92M4T-Z  ✓ đã xóa     │
//! │ 2B8M1-0QRST-4  ████░░ 62 %  │
//! │ 9Z1XX-3M0P2-A  ! cách ly    │
//! └─────────────────────────────┘
//! ```

use super::super::glyphs::Mark;
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::tint;
use super::place;
use crate::custody::Stage;
use crate::word::say;
use crate::workbench::{Row, World, kind_sentence};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// From this width on, the kind of each device is told too.
const ROOM_FOR_KIND: u16 = 42;

pub(super) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let title = pen.say(&say!("bench-devices", count = world.devices.len() as u64));
    let inner = pen.boxed(area, &title, tint::PLAIN);
    let inner = Rect { x: inner.x.saturating_sub(1), width: inner.width + 2, ..inner };
    if world.devices.is_empty() {
        let text = if world.is_read { say!("bench-empty") } else { say!("bench-reading") };
        let text = pen.say(&text);
        pen.wrapped(Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }, &text, tint::PLAIN);
        return;
    }
    let lines = usize::from(inner.height);
    let at = place(world);
    // The chosen one stays in sight.
    let first = at.map_or(0, |at| (at + 1).saturating_sub(lines));
    for (number, row) in world.devices.iter().enumerate().skip(first).take(lines) {
        let line = u16::try_from(number - first).unwrap_or(u16::MAX);
        let line = Rect { height: 1, ..below(inner, line) };
        draw_row(world, row, at == Some(number), line, pen);
        pen.heat(line, Hot::Row(0, number));
    }
}

fn draw_row(world: &World, row: &Row, is_here: bool, area: Rect, pen: &mut Pen<'_>) {
    let pointer = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
    let mut used = pen.pieces(area, &[(pointer, tint::PLAIN), (&row.name, tint::PLAIN), (" ", tint::PLAIN)]);
    if area.width >= ROOM_FOR_KIND {
        let what = row.model.clone().unwrap_or_else(|| pen.say(&kind_sentence(row.kind)));
        pen.text(Rect { width: 15, ..right_of(area, used) }, &what, tint::DIM);
        used += 16;
    }
    let rest = right_of(area, used);
    if let Some(job) = world.job_of(&row.device) {
        let per_mille = job.per_mille();
        let text = format!("{} {:>3} %", pen.gauge(per_mille, 7), per_mille / 10);
        pen.text(rest, &text, tint::NEXT);
    } else {
        let (mark, stands, style) = state(row, pen);
        pen.marked(rest, mark, &stands, style);
    }
    if is_here {
        pen.tint(area, tint::HERE);
    }
}

/// How a device stands: danger before waiting before its stage.
pub(crate) fn state(row: &Row, pen: &Pen<'_>) -> (Mark, String, Style) {
    if row.quarantined {
        return (Mark::Warn, pen.say(&say!("state-quarantined")), tint::BAD);
    }
    if row.held {
        return (Mark::Warn, pen.say(&say!("state-held")), tint::WARN);
    }
    let word = pen.say(&row.stage.sentence());
    if row.summary {
        return (Mark::Unknown, pen.say(&say!("state-summary", stage = row.stage.sentence())), tint::WARN);
    }
    match row.stage {
        Stage::Received | Stage::Inspected | Stage::Wiped | Stage::Imaged | Stage::Checked => {
            (Mark::Later, word, tint::PLAIN)
        }
        Stage::Ready | Stage::Allocated | Stage::HandedOver | Stage::OnLoan => (Mark::Done, word, tint::GOOD),
    }
}
