//! What is going on that takes a while, and the newest thing that somebody should know.
//!
//! ```text
//! ▶ Đang kiểm tra máy này cho 2B8M1-0QRST-4…
//! ! 2 nhãn chờ máy in tem (F9, p): hết giấy: lắp cuộn mới, nhãn tự in tiếp
//! ✗ 7K3XQ-92M4T-Z: Không được ghi lên ổ vda: hệ điều hành đang chạy nằm trên ổ này.  (b: xem, còn 2)
//! ```
//!
//! Invariant: none hides another.

use super::super::glyphs::Mark;
use super::super::layer::unmarked;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use crate::word::{Sentence, say};
use crate::workbench::World;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

pub(in crate::screen) fn height(world: &World) -> u16 {
    u16::from(world.busy.is_some()) + u16::from(stuck(world).is_some()) + u16::from(!world.alerts.is_empty())
}

/// The first print that waits for somebody, and for what: gone as soon as it is printed.
fn stuck(world: &World) -> Option<Sentence> {
    let (print, why) = world.prints.iter().find_map(|print| Some((print, print.why.clone()?)))?;
    let count = world.prints.iter().filter(|other| other.printer == print.printer).count() as u64;
    Some(say!("print-stuck", printer = print.printer.as_str(), why = why, count = count))
}

pub(in crate::screen) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let mut area = area;
    if let Some(what) = &world.busy {
        let text = pen.say(what);
        pen.marked(area, Mark::Next, &text, tint::NEXT);
        area = below(area, 1);
    }
    if let Some(what) = stuck(world) {
        let text = pen.say(&what);
        pen.marked(area, Mark::Warn, &text, tint::WARN);
        area = below(area, 1);
    }
    let Some(alert) = world.alerts.first() else { return };
    let (mark, style) = (Mark::of(alert.report.tone), tint::of(alert.report.tone));
    let said: Vec<String> = alert.report.lines.iter().take(1).map(|line| unmarked(line, pen)).collect();
    let about = alert.about.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
    let more = pen.say(&say!("alert-more", count = world.alerts.len() as u64));
    let side = u16::try_from(more.width() + 1).unwrap_or(0).min(area.width);
    pen.marked(Rect { width: area.width - side, ..area }, mark, &format!("{about}{}", said.concat()), style);
    pen.text(right_of(area, area.width - side + 1), &more, tint::DIM);
}
