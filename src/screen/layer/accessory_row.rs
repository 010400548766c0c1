//! One line of the accessories in stock.

use super::super::glyphs::Mark;
use super::super::pen::{Pen, columns, right_of};
use super::super::tint;
use crate::word::say;
use crate::workbench::{StockSeen, StockView, stock_what, works_sentence};
use ratatui::layout::Rect;

/// Columns of a tag, of a shelf, of whether it fits, of whether it works, of a count.
const TAG: u16 = 14;
const SHELF: u16 = 10;
const FITS: u16 = 6;
const WORKS: u16 = 10;
const COUNT: u16 = 5;

/// What lies under one tag.
pub(super) struct Row<'a> {
    pub(super) view: &'a StockView,
    pub(super) is_here: bool,
    /// Whether they are looked at for a device.
    pub(super) has_device: bool,
}

impl Row<'_> {
    pub(super) fn draw(&self, seen: &StockSeen, line: Rect, pen: &mut Pen<'_>) {
        let Self { view, is_here, has_device } = self;
        let pointer = if *is_here { pen.glyphs().mark(Mark::Here) } else { " " };
        pen.text(line, pointer, tint::PLAIN);
        let rest = right_of(line, 1);
        let fits = if *has_device { FITS } else { 0 };
        let what = rest.width.saturating_sub(TAG + SHELF + fits + WORKS + COUNT);
        let words = [stock_what(&view.file), works_sentence(view.file.works)].map(|what| pen.say(&what));
        let fit = if seen.has(&view.tag) {
            pen.say(&say!("accessory-has"))
        } else if seen.suits(&view.tag) {
            pen.say(&say!("accessory-suits"))
        } else {
            String::new()
        };
        let (tag, count) = (view.tag.to_string(), view.file.count.to_string());
        let texts = [tag.as_str(), &words[0], &view.file.shelf, &fit, &words[1], &count];
        columns(rest, &texts, &[TAG, what, SHELF, fits, WORKS, COUNT], pen);
        match (is_here, view.file.count) {
            (true, _) => pen.tint(line, tint::HERE),
            (false, 0) => pen.tint(line, tint::DIM),
            (false, _) => {}
        }
    }
}
