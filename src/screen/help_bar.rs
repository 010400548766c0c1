//! The line below everything: the keys that are valid now.
//!
//! ```text
//!  Enter xóa ổ đĩa  n nhận máy  k kiểm tra  x xóa  c cài  t thử  e tem  / tìm  ? mọi phím
//! ```
//!
//! Invariant: what is shown works, because both come from one table.

use super::pen::{Hot, Pen, right_of};
use super::tint;
use crate::word::say;
use crate::workbench::{Hint, Key};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

pub(super) fn draw(hints: &[Hint], area: Rect, pen: &mut Pen<'_>) {
    let all = Hint { key: Key::Function(1), words: say!("key-all") };
    let last = width(&all, pen);
    let mut used = 0;
    for hint in hints {
        let needs = width(hint, pen);
        if used + needs + last > area.width {
            break;
        }
        used += put(hint, right_of(area, used), pen);
    }
    put(&all, right_of(area, used), pen);
}

/// How many columns the hint takes, with the gap behind it.
fn width(hint: &Hint, pen: &Pen<'_>) -> u16 {
    let columns = pen.glyphs().key(hint.key).width() + 1 + pen.say(&hint.words).width() + 2;
    u16::try_from(columns).unwrap_or(u16::MAX)
}

fn put(hint: &Hint, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let (key, words) = (pen.glyphs().key(hint.key), pen.say(&hint.words));
    let pieces = [(key.as_str(), tint::HERE), (" ", tint::PLAIN), (words.as_str(), tint::PLAIN)];
    let used = pen.pieces(area, &pieces);
    pen.heat(Rect { width: used, height: area.height.min(1), ..area }, Hot::Key(hint.key));
    used + pen.text(right_of(area, used), "  ", tint::PLAIN)
}
