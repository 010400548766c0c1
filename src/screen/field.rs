//! A line of text being typed.
//!
//! Invariant: what is rubbed out is one letter as people see it, however it was put together.

use super::pen::{Pen, right_of};
use super::tint;
use crate::unit::composed;
use crate::workbench::Key;
use ratatui::layout::{Position, Rect};
use tui_input::{Input, InputRequest};

/// A text field.
#[derive(Clone, Debug, Default)]
pub(super) struct Field(Input);

impl Field {
    /// A field with that text in it.
    pub(super) fn with(text: &str) -> Self {
        Self(Input::new(text.to_owned()))
    }

    /// The text, its letters in one piece, without blanks around it.
    pub(super) fn text(&self) -> String {
        composed(self.0.value().trim())
    }

    /// Takes a key in; whether it was one for a text.
    pub(super) fn press(&mut self, key: Key) -> bool {
        let request = match key {
            Key::Char(letter) => InputRequest::InsertChar(letter),
            Key::Backspace => InputRequest::DeletePrevChar,
            Key::Delete => InputRequest::DeleteNextChar,
            Key::Left => InputRequest::GoToPrevChar,
            Key::Right => InputRequest::GoToNextChar,
            Key::Home => InputRequest::GoToStart,
            Key::End => InputRequest::GoToEnd,
            Key::Control('u') => InputRequest::DeleteLine,
            Key::Control('w') => InputRequest::DeletePrevWord,
            Key::Control(_)
            | Key::Function(_)
            | Key::Enter
            | Key::Escape
            | Key::Tab
            | Key::BackTab
            | Key::Up
            | Key::Down
            | Key::PageUp
            | Key::PageDown => return false,
        };
        self.0.handle(request);
        true
    }

    /// Takes text in as it was pasted or scanned; line ends become blanks.
    pub(super) fn paste(&mut self, text: &str) {
        for letter in text.trim_end().chars() {
            self.0.handle(InputRequest::InsertChar(if letter.is_control() { ' ' } else { letter }));
        }
    }

    /// Draws it into the first line of `area`, with the cursor where it has the keys.
    pub(super) fn draw(&self, area: Rect, focused: bool, pen: &mut Pen<'_>) {
        let room = usize::from(area.width).saturating_sub(1);
        let skipped = self.0.visual_scroll(room);
        let mut passed = 0;
        let seen: String = self
            .0
            .value()
            .chars()
            .skip_while(|letter| {
                passed += unicode_width::UnicodeWidthChar::width(*letter).unwrap_or(0);
                passed <= skipped && skipped > 0
            })
            .collect();
        pen.tint(Rect { height: 1, ..area }, if focused { tint::HERE } else { tint::DIM });
        pen.text(area, &seen, if focused { tint::HERE } else { tint::PLAIN });
        if focused {
            let column = u16::try_from(self.0.visual_cursor().saturating_sub(skipped)).unwrap_or(0);
            let at = right_of(area, column.min(area.width.saturating_sub(1)));
            pen.set_cursor(Position { x: at.x, y: at.y });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_however_put_together_is_rubbed_out_at_once() {
        for typed in ["Nguyễn", "Nguye\u{302}\u{303}n"] {
            let mut field = Field::default();
            field.paste(&format!("{typed}\n"));
            assert_eq!(field.text(), "Nguyễn");
            assert!(field.press(Key::Backspace) && field.press(Key::Backspace));
            assert_eq!(field.text(), "Nguy");
            assert!(!field.press(Key::Enter));
        }
    }
}
