//! A terminal that is too small: one line that says so.

use super::header;
use super::pen::{Pen, middle};
use super::stack::LEAST;
use super::tint;
use crate::word::say;
use crate::workbench::World;
use ratatui::layout::Rect;

pub(super) const fn is_too_small(columns: u16, lines: u16) -> bool {
    columns < LEAST.0 || lines < LEAST.1
}

pub(super) fn too_small(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let (columns, lines) = (u64::from(LEAST.0), u64::from(LEAST.1));
    let mark = if world.practice { header::PRACTICE.trim() } else { "" };
    let text = pen.words().say(&say!(
        "screen-too-small",
        columns = columns,
        lines = lines,
        has_columns = u64::from(area.width),
        has_lines = u64::from(area.height),
    ));
    let text = format!("{mark} {text}");
    let wide = u16::try_from(unicode_width::UnicodeWidthStr::width(text.trim())).unwrap_or(u16::MAX);
    pen.text(middle(area, wide, 1), text.trim(), tint::WARN);
}
