//! A short text in letters several lines high, for a terminal: read out from where somebody stands, and copied by hand.
//!
//! Invariant: what does not fit whole is not drawn at all.

use super::error::TagError;
use super::letter::{Face, Sheet, float};

/// How high a capital stands in its size.
const CAPITAL: f32 = 0.7;
/// Pixels between two letters.
const GAP: f32 = 2.0;

/// The text, so many lines high, in half blocks; at most `columns` wide. Errors: it does not fit, or has no outlines.
pub fn large(text: &str, lines: u16, columns: u16) -> Result<String, TagError> {
    let face = Face::bold()?;
    let (high, room) = (u32::from(lines) * 2, f32::from(columns));
    let size = float(high) / CAPITAL;
    let mut at = 0.0;
    let mut edges = Vec::new();
    for sign in text.chars() {
        edges.extend(face.trace(&sign.to_string(), size, (at, float(high)))?);
        at += face.width(&sign.to_string(), size) + GAP;
    }
    if at > room + GAP {
        return Err(TagError::Picture { cause: format!("{at} columns, there are {room}") });
    }
    let wide = u32::from(columns);
    let mut sheet = Sheet::white(wide, high);
    sheet.fill(&edges);
    let rows: Vec<&[u8]> = sheet.pixels.chunks(usize::from(columns).max(1)).collect();
    let cell = |(above, below): (&u8, &u8)| match (*above == 0, *below == 0) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    let line = |pair: &[&[u8]]| match pair {
        [above, below] => above.iter().zip(*below).map(cell).collect::<String>().trim_end().to_owned(),
        _odd => String::new(),
    };
    Ok(rows.chunks(2).map(line).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_as_high_as_there_are_lines_and_apart_and_what_is_too_wide_is_refused() {
        let drawn = large("IH", 6, 40).expect("fits");
        assert_eq!(drawn.lines().count(), 6, "{drawn}");
        let has_gap = |column: usize| drawn.lines().all(|line| line.chars().nth(column).is_none_or(|cell| cell == ' '));
        let wide = drawn.lines().map(|line| line.chars().count()).max().expect("lines");
        assert!((1..wide).any(has_gap), "{drawn}");
        let is_full = |line: &str| line.contains('█') || line.contains('▀') || line.contains('▄');
        assert!(drawn.lines().all(is_full), "{drawn}");
        assert!(large("WWWWWWWWWWWW", 6, 40).is_err());
        // Half a password fits a layer, even of the widest letters.
        assert!(large("MWMW", 5, 70).is_ok());
    }
}
