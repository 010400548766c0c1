//! Writing into the cells of a terminal: words, marks, boxes, gauges and curves.
//!
//! Invariants: nothing is written outside the area given; what is cut off ends in a sign that it was.

use super::glyphs::{Glyphs, Mark};
use super::tint;
use crate::word::{Sentence, Words};
use crate::workbench::Key;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Block, Clear, Widget};
use textwrap::WordSplitter::NoHyphenation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Writes into a buffer, in one language and one set of glyphs.
pub struct Pen<'a> {
    words: &'a Words,
    glyphs: Glyphs,
    buffer: &'a mut Buffer,
    cursor: Option<Position>,
    hot: Vec<(Rect, Hot)>,
}

/// What a click comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hot {
    /// That key is pressed.
    Key(Key),
    /// In the list of that number, the line of that number is meant.
    Row(usize, usize),
}

impl<'a> Pen<'a> {
    /// A pen for that buffer.
    pub const fn new(words: &'a Words, glyphs: Glyphs, buffer: &'a mut Buffer) -> Self {
        Self { words, glyphs, buffer, cursor: None, hot: Vec::new() }
    }

    /// The glyphs.
    #[must_use]
    pub const fn glyphs(&self) -> Glyphs {
        self.glyphs
    }

    /// The words.
    #[must_use]
    pub const fn words(&self) -> &'a Words {
        self.words
    }

    /// Where the terminal's cursor belongs, if a text is being typed.
    #[must_use]
    pub const fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    /// What can be clicked on, the uppermost last.
    #[must_use]
    pub fn hot(self) -> Vec<(Rect, Hot)> {
        self.hot
    }

    /// That area can be clicked on.
    pub(super) fn heat(&mut self, area: Rect, hot: Hot) {
        self.hot.push((area.intersection(self.buffer.area), hot));
    }

    /// Nothing that was drawn so far can be clicked on.
    pub(super) fn cool(&mut self) {
        self.hot.clear();
    }

    pub(super) const fn set_cursor(&mut self, at: Position) {
        self.cursor = Some(at);
    }

    /// The sentence as these glyphs can show it.
    #[must_use]
    pub fn say(&self, sentence: &Sentence) -> String {
        self.glyphs.shown(&self.words.say(sentence))
    }

    /// Writes into the first line of `area`, cut where it is too long; how many columns were used.
    pub(super) fn text(&mut self, area: Rect, text: &str, style: Style) -> u16 {
        if area.is_empty() {
            return 0;
        }
        let shown = self.glyphs.shown(text);
        let fitted = cut(&shown, usize::from(area.width), if self.glyphs == Glyphs::Ascii { '~' } else { '…' });
        let (end, _) = self.buffer.set_stringn(area.x, area.y, &fitted, usize::from(area.width), style);
        end.saturating_sub(area.x)
    }

    /// Says it in the first line of `area`.
    pub(super) fn line(&mut self, area: Rect, sentence: &Sentence, style: Style) -> u16 {
        let text = self.words.say(sentence);
        self.text(area, &text, style)
    }

    /// Pieces one behind the other in the first line of `area`.
    pub(super) fn pieces(&mut self, area: Rect, pieces: &[(&str, Style)]) -> u16 {
        let mut used = 0;
        for (text, style) in pieces {
            used += self.text(right_of(area, used), text, *style);
        }
        used
    }

    /// A mark and what stands beside it.
    pub(super) fn marked(&mut self, area: Rect, mark: Mark, text: &str, style: Style) {
        self.pieces(area, &[(self.glyphs.mark(mark), style), (" ", style), (text, style)]);
    }

    /// The text over as many lines of `area` as it needs; how many were used.
    pub(super) fn wrapped(&mut self, area: Rect, text: &str, style: Style) -> u16 {
        let shown = self.glyphs.shown(text);
        // A tag or a key's name is not broken at its dashes.
        let whole = textwrap::Options::new(usize::from(area.width).max(1)).word_splitter(NoHyphenation);
        let lines = textwrap::wrap(&shown, whole);
        let mut used = 0;
        for line in lines.iter().take(usize::from(area.height)) {
            used += 1;
            self.text(below(area, used - 1), line, style);
        }
        used
    }

    /// Nothing there any more.
    pub(super) fn clear(&mut self, area: Rect) {
        Clear.render(area.intersection(self.buffer.area), self.buffer);
    }

    /// An empty box with a title in its frame; what is inside.
    pub(super) fn boxed(&mut self, area: Rect, title: &str, style: Style) -> Rect {
        let area = area.intersection(self.buffer.area);
        Clear.render(area, self.buffer);
        let block = Block::bordered().border_set(self.glyphs.border()).border_style(style);
        let inner = block.inner(area);
        block.render(area, self.buffer);
        let room = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: 1, ..area };
        let room = if title.is_empty() { Rect::ZERO } else { room };
        self.text(room, &format!(" {title} "), style.patch(tint::TITLE));
        Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
    }

    /// A gauge of `width` columns.
    #[must_use]
    pub(super) fn gauge(&self, per_mille: u64, width: u16) -> String {
        let (full, empty) = self.glyphs.gauge();
        let done = usize::try_from(per_mille.min(1000)).unwrap_or(0) * usize::from(width) / 1000;
        full.repeat(done) + &empty.repeat(usize::from(width) - done)
    }

    /// The points as a curve of `width` columns; places it has not come to are blank.
    #[must_use]
    pub(super) fn curve(&self, points: &[u64], width: u16) -> String {
        let heights = self.glyphs.heights();
        let highest = points.iter().copied().max().unwrap_or(0).max(1);
        let at = |column: usize| points.get(column * points.len() / usize::from(width).max(1)).copied().unwrap_or(0);
        let height = |point: u64| {
            let step = u128::from(point) * (heights.len() as u128 - 1) / u128::from(highest);
            usize::try_from(step).ok().and_then(|step| heights.get(step)).copied().unwrap_or(" ")
        };
        (0..usize::from(width)).map(at).map(|point| if point == 0 { " " } else { height(point) }).collect()
    }

    /// Sets the style of what stands in `area`.
    pub(super) fn tint(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area, style);
    }
}

/// What is left of the first line of `area` behind `used` columns.
pub(super) fn right_of(area: Rect, used: u16) -> Rect {
    let used = used.min(area.width);
    Rect { x: area.x + used, width: area.width - used, height: area.height.min(1), ..area }
}

/// What is left of `area` below `used` lines.
pub(super) fn below(area: Rect, used: u16) -> Rect {
    let used = used.min(area.height);
    Rect { y: area.y + used, height: area.height - used, ..area }
}

/// A box of at most that size in the middle of `area`.
pub(super) fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Texts side by side: from the third on, and a count, to the right of their columns.
pub(super) fn columns(area: Rect, texts: &[&str], widths: &[u16], pen: &mut Pen<'_>) {
    let mut used = 0;
    let lefts = texts.len() - 2;
    for (number, (text, width)) in texts.iter().zip(widths).enumerate() {
        let column = Rect { width: (*width).min(area.width.saturating_sub(used)), ..right_of(area, used) };
        let long = u16::try_from(text.width()).unwrap_or(u16::MAX);
        let gap = if number >= lefts { width.saturating_sub(long) } else { 0 };
        let room = right_of(column, gap);
        pen.text(
            Rect { width: if number < lefts { room.width.saturating_sub(1) } else { room.width }, ..room },
            text,
            tint::PLAIN,
        );
        used += width;
    }
}

/// As much of the text as `columns` hold, ending in `sign` where something was cut off.
pub(super) fn cut(text: &str, columns: usize, sign: char) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let mut out = String::new();
    for letter in text.chars() {
        let width = letter.width().unwrap_or(0);
        if used + width + 1 > columns {
            break;
        }
        used += width;
        out.push(letter);
    }
    out.push(sign);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::Lang;

    #[test]
    fn what_is_cut_off_says_so_and_nothing_leaves_its_area() {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 3));
        let mut pen = Pen::new(&words, Glyphs::Full, &mut buffer);
        let used = pen.text(Rect::new(2, 1, 5, 1), "đã kiểm tra", tint::PLAIN);
        assert_eq!(used, 5);
        assert_eq!(pen.wrapped(Rect::new(8, 0, 4, 2), "một hai ba", tint::PLAIN), 2);
        assert_eq!(pen.text(Rect::new(0, 0, 0, 1), "x", tint::PLAIN), 0);
        assert_eq!(buffer, Buffer::with_lines(["        một ", "  đã k… hai ", "            "]));
    }

    #[test]
    fn gauges_and_curves_have_their_width_and_show_what_is_empty() {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let mut buffer = Buffer::empty(Rect::new(0, 0, 1, 1));
        let pen = Pen::new(&words, Glyphs::Full, &mut buffer);
        assert_eq!(pen.gauge(500, 4), "██░░");
        assert_eq!(pen.gauge(2000, 4), "████");
        assert_eq!(pen.curve(&[1, 4, 8, 0], 4), "▁▄█ ");
        assert_eq!(pen.curve(&[], 3), "   ");
        assert_eq!(pen.curve(&[8, 8, 4, 4, 0, 0], 3), "█▄ ");
    }
}
