//! Colours and weights, by what they mean; and how a frame looks where nobody wants colours, and on the bare console.

use crate::workbench::Tone;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

/// Ordinary text.
pub(super) const PLAIN: Style = Style::new();
/// Less important.
pub(super) const DIM: Style = Style::new().fg(Color::DarkGray);
/// A heading.
pub(super) const TITLE: Style = Style::new().add_modifier(Modifier::BOLD);
/// Done well.
pub(super) const GOOD: Style = Style::new().fg(Color::Cyan);
/// What to do now.
pub(super) const NEXT: Style = Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD);
/// Somebody should look.
pub(super) const WARN: Style = Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD);
/// Not done, forbidden, or about to destroy data.
pub(super) const BAD: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
/// Where the keys act.
pub(super) const HERE: Style = Style::new().add_modifier(Modifier::REVERSED);
/// The mark of practice.
pub(super) const PRACTICE: Style =
    Style::new().fg(Color::Yellow).add_modifier(Modifier::REVERSED).add_modifier(Modifier::BOLD);
/// A QR code, its light modules drawn: dark on light whatever the terminal's own colours. Without colours it is right on a
/// dark terminal.
pub(super) const CODE: Style = Style::new().fg(Color::White).bg(Color::Black);

/// The style of that tone.
pub(super) const fn of(tone: Tone) -> Style {
    match tone {
        Tone::Good => GOOD,
        Tone::Warn => WARN,
        Tone::Bad => BAD,
    }
}

/// Takes every colour off; words, bold and reversed stay. Crossterm, told by `NO_COLOR`, would take the weights off with the
/// colours: it writes the bare sequence that ends all of them.
pub fn bleach(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        cell.set_fg(Color::Reset).set_bg(Color::Reset);
    }
}

/// Marks bold what the Linux console itself makes bright: there these colours are an ordinary one made bright, and what is drawn
/// after them stays bright until somebody ends it, which crossterm does where it knows of it.
pub fn temper(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if matches!(cell.fg, Color::DarkGray | Color::White) {
            cell.modifier |= Modifier::BOLD;
        }
    }
}
