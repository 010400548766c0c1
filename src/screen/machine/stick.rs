//! The stick: whether what was recorded is on it, whether it may be pulled out, and what is wrong with it.

use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use crate::word::{Sentence, say};
use crate::workbench::{StickSeen, World};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws it; how many lines it took.
pub(super) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let Some(stick) = &world.stick else { return 0 };
    let mut used = 0;
    let mut line = |(mark, what, style): (Mark, Sentence, Style)| {
        let text = format!("{} {}", pen.glyphs().mark(mark), pen.say(&what));
        used += pen.wrapped(below(area, used), &text, style);
    };
    line(standing(world, stick));
    if stick.is_low() {
        let free = stick.free.map(crate::unit::Bytes::decimal).unwrap_or_default();
        line((Mark::Warn, say!("stick-low", free = free), tint::WARN));
    }
    if let Some(why) = &stick.trouble {
        line((Mark::Bad, say!("stick-trouble", why = why.clone()), tint::BAD));
    }
    for note in &stick.notes {
        line((Mark::Warn, note.clone(), tint::WARN));
    }
    used
}

/// How it stands, in one line.
pub(super) fn standing(world: &World, stick: &StickSeen) -> (Mark, Sentence, Style) {
    let name = stick.plugged.first().map_or(stick.name.as_str(), String::as_str);
    if let Some(why) = &stick.guest {
        return (Mark::Warn, why.clone(), tint::WARN);
    }
    match (stick.plugged.is_empty(), stick.unsaved) {
        (true, 0) => (Mark::Done, say!("stick-away-saved"), tint::GOOD),
        (true, count) => (Mark::Bad, say!("stick-away-unsaved", count = count), tint::BAD),
        (false, 0) if world.reads_stick() => (Mark::Warn, say!("stick-saved-needed", name = name), tint::WARN),
        (false, 0) if world.may_pull() && stick.came_back => {
            (Mark::Done, say!("stick-saved-again", name = name), tint::GOOD)
        }
        (false, 0) if world.may_pull() => (Mark::Done, say!("stick-saved", name = name), tint::GOOD),
        (false, 0) => (Mark::Next, say!("stick-here", name = name), tint::PLAIN),
        (false, count) => (Mark::Next, say!("stick-saving", name = name, count = count), tint::NEXT),
    }
}
