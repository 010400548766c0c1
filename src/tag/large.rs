//! A short text in letters several lines high, for a terminal: read out from where somebody stands, and copied by hand.
//!
//! Invariant: what does not fit whole is not drawn at all.

use super::error::TagError;
use super::letter::{Face, Sheet, float};

/// How high a capital stands in its size.
const CAPITAL: f32 = 0.7;
/// How high a capital with two marks on it stands, and how deep one below it.
const ABOVE: f32 = 1.03;
const BELOW: f32 = 0.22;
/// Pixels between two letters.
const GAP: f32 = 2.0;

/// The text, so many lines high, in half blocks; at most `columns` wide. Errors: it does not fit, or has no outlines.
pub fn large(text: &str, lines: u16, columns: u16) -> Result<String, TagError> {
    let high = float(u32::from(lines) * 2);
    drawn(text, lines, columns, (high / CAPITAL, high))
}

/// The same with room for the marks above and below Vietnamese letters.
pub fn large_words(text: &str, lines: u16, columns: u16) -> Result<String, TagError> {
    let size = float(u32::from(lines) * 2) / (ABOVE + BELOW);
    drawn(text, lines, columns, (size, size * ABOVE))
}

/// The text in letters of that size on that line, pixels from above.
fn drawn(text: &str, lines: u16, columns: u16, (size, line): (f32, f32)) -> Result<String, TagError> {
    let face = Face::bold()?;
    let (high, room) = (u32::from(lines) * 2, f32::from(columns));
    let mut at = 0.0;
    let mut edges = Vec::new();
    for sign in text.chars() {
        edges.extend(face.trace(&sign.to_string(), size, (at, line))?);
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
        // With its marks, and without: they are there.
        let (marked, bare) = (large_words("ĐẠT Ữ", 8, 80).expect("fits"), large_words("DAT U", 8, 80).expect("fits"));
        assert!(marked.lines().count() == 8 && marked != bare, "{marked}\n{bare}");
        let ink = |line: &str| line.chars().any(|cell| cell != ' ');
        assert!(marked.lines().next().is_some_and(ink) && marked.lines().last().is_some_and(ink), "{marked}");
        // Half a password fits a layer, even of the widest letters.
        assert!(large("MWMW", 5, 70).is_ok());
    }
}
