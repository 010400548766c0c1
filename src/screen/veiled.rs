//! A secret being typed: dots on the screen, wiped from memory when it is let go.
//!
//! Invariants: nothing that draws, says or prints can reach the text; it is kept in one place, never moved by growing.

use super::glyphs::Glyphs;
use super::pen::{Pen, right_of};
use super::tint;
use crate::unit::Secret;
use crate::workbench::Key;
use ratatui::layout::{Position, Rect};
use zeroize::Zeroizing;

/// The most bytes that are taken in: room for every passphrase, set aside at once.
const MOST: usize = 1024;

/// A field whose text is not shown.
pub(super) struct Veiled(Zeroizing<String>);

impl Default for Veiled {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(MOST)))
    }
}

impl Veiled {
    /// What was typed, without blanks around it.
    pub(super) fn secret(&self) -> Secret {
        Secret::new(self.0.trim())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Forgets what was typed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes a key in; whether it was one for a text. The cursor always stands at the end: nobody edits in the dark.
    pub(super) fn press(&mut self, key: Key) -> bool {
        match key {
            Key::Char(letter) if self.0.len() + letter.len_utf8() <= MOST => self.0.push(letter),
            Key::Char(_) => {}
            Key::Backspace => {
                self.0.pop();
            }
            Key::Control('u') => self.clear(),
            Key::Control(_)
            | Key::Function(_)
            | Key::Enter
            | Key::Escape
            | Key::Tab
            | Key::BackTab
            | Key::Up
            | Key::Down
            | Key::Left
            | Key::Right
            | Key::Home
            | Key::End
            | Key::PageUp
            | Key::PageDown
            | Key::Delete => return false,
        }
        true
    }

    /// Takes text in as it was pasted or scanned.
    pub(super) fn paste(&mut self, text: &str) {
        text.trim_end()
            .chars()
            .filter(|letter| !letter.is_control())
            .for_each(|letter| _ = self.press(Key::Char(letter)));
    }

    /// Draws as many dots as letters into the first line of `area`.
    pub(super) fn draw(&self, area: Rect, focused: bool, pen: &mut Pen<'_>) {
        let style = if focused { tint::HERE } else { tint::DIM };
        pen.tint(Rect { height: area.height.min(1), ..area }, style);
        let dot = if pen.glyphs() == Glyphs::Full { "•" } else { "*" };
        let used = pen.text(area, &dot.repeat(self.0.chars().count()), style);
        if focused {
            let at = right_of(area, used.min(area.width.saturating_sub(1)));
            pen.set_cursor(Position { x: at.x, y: at.y });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Lang, Words};
    use ratatui::buffer::Buffer;

    #[test]
    fn what_is_typed_is_kept_and_only_its_length_is_drawn() {
        let mut veiled = Veiled::default();
        veiled.paste("2468\r\n");
        assert!(veiled.press(Key::Char('9')) && veiled.press(Key::Backspace) && !veiled.press(Key::Enter));
        assert!(veiled.secret() == Secret::new("2468") && !veiled.is_empty());
        let words = Words::new(Lang::Vi, None).expect("embedded");
        for (glyphs, dots) in [(Glyphs::Full, "••••  "), (Glyphs::Console, "****  ")] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
            veiled.draw(buffer.area, false, &mut Pen::new(&words, glyphs, &mut buffer));
            let shown: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            assert_eq!(shown, dots);
        }
        assert!(veiled.press(Key::Control('u')) && veiled.is_empty());
    }

    #[test]
    fn a_text_without_end_stays_where_it_was_put() {
        let mut veiled = Veiled::default();
        let at = veiled.0.as_ptr();
        veiled.paste(&"ngựa ".repeat(1000));
        assert!(veiled.0.as_ptr() == at && veiled.0.len() <= MOST);
    }
}
