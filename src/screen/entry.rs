//! One answer being given: a text, a secret, or one of a few.
//!
//! Invariant: an entry takes only keys that change it; moving between answers is for whoever asks.

use super::field::Field;
use super::glyphs::Mark;
use super::pen::{Pen, below};
use super::tint;
use super::veiled::Veiled;
use crate::unit::Secret;
use crate::word::Sentence;
use crate::workbench::Key;
use ratatui::layout::Rect;

/// An answer.
pub(super) enum Entry {
    /// A text.
    Text(Field),
    /// A secret.
    Secret(Veiled),
    /// One of these; which one.
    Choice(Vec<Sentence>, usize),
}

impl Entry {
    pub(super) fn text(default: &str) -> Self {
        Self::Text(Field::with(default))
    }

    pub(super) fn secret() -> Self {
        Self::Secret(Veiled::default())
    }

    pub(super) const fn choice(options: Vec<Sentence>) -> Self {
        Self::Choice(options, 0)
    }

    /// What was typed; nothing of a secret.
    pub(super) fn typed(&self) -> String {
        match self {
            Self::Text(field) => field.text(),
            Self::Secret(_) | Self::Choice(..) => String::new(),
        }
    }

    /// The secret that was typed; an empty one where it is none.
    pub(super) fn hidden(&self) -> Secret {
        match self {
            Self::Secret(veiled) => veiled.secret(),
            Self::Text(_) | Self::Choice(..) => Secret::new(""),
        }
    }

    /// Which one was chosen.
    pub(super) const fn chosen(&self) -> usize {
        match self {
            Self::Choice(_, at) => *at,
            Self::Text(_) | Self::Secret(_) => 0,
        }
    }

    /// Chooses that one, where it is one of a few.
    pub(super) fn choose(&mut self, wanted: usize) {
        if let Self::Choice(options, at) = self
            && wanted < options.len()
        {
            *at = wanted;
        }
    }

    pub(super) const fn is_typing(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Secret(_))
    }

    /// Takes a key in; whether it was one for this entry.
    pub(super) fn press(&mut self, key: Key) -> bool {
        match (self, key) {
            (Self::Text(field), _) => field.press(key),
            (Self::Secret(veiled), _) => veiled.press(key),
            (Self::Choice(options, at), Key::Down) if *at + 1 < options.len() => {
                *at += 1;
                true
            }
            (Self::Choice(_, at), Key::Up) if *at > 0 => {
                *at -= 1;
                true
            }
            (Self::Choice(..), _) => false,
        }
    }

    /// Takes text in as it was pasted or scanned.
    pub(super) fn paste(&mut self, text: &str) {
        match self {
            Self::Text(field) => field.paste(text),
            Self::Secret(veiled) => veiled.paste(text),
            Self::Choice(..) => {}
        }
    }

    /// Draws it; how many lines it took.
    pub(super) fn draw(&self, area: Rect, focused: bool, pen: &mut Pen<'_>) -> u16 {
        let line = Rect { height: area.height.min(1), ..area };
        match self {
            Self::Text(field) => field.draw(line, focused, pen),
            Self::Secret(veiled) => veiled.draw(line, focused, pen),
            Self::Choice(options, at) => {
                // The chosen one stays in sight where there are more than lines.
                let hidden = (at + 1).saturating_sub(usize::from(area.height));
                let mut used = 0;
                for (number, option) in options.iter().enumerate().skip(hidden) {
                    let room = below(area, used);
                    if room.height == 0 {
                        break;
                    }
                    let is_here = number == *at;
                    let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
                    let style = if is_here && focused { tint::HERE } else { tint::PLAIN };
                    let text = pen.say(option);
                    let wide = pen.pieces(room, &[(mark, style), (" ", style)]);
                    // The one that is meant is read to its end.
                    let beside = Rect { x: room.x + wide, width: room.width.saturating_sub(wide), ..room };
                    used += if is_here {
                        pen.wrapped(beside, &text, style)
                    } else {
                        pen.text(beside, &text, style);
                        1
                    };
                }
                return used;
            }
        }
        line.height
    }
}
