//! Where things stand on a label: the code on the left and words beside it, or words below it where there is more room.
//!
//! One unit for all: dots for a printer, points for a page.
//!
//! Invariants: nothing runs over an edge; a line that must stand whole does, broken once at most, or the label is refused;
//! what gives way first are the last lines that need not.

use super::error::TagError;
use super::letter::Face;

/// The smallest letters, as part of the size asked for, before a line is cut instead.
const LEAST_SHARE: f32 = 0.6;
/// Between two lines, as part of the letters' size.
const LEADING: f32 = 1.22;
/// How much of a letter's size stands above its foot.
const RISE: f32 = 0.95;

/// A line of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelLine {
    /// What it says.
    pub text: String,
    /// Size of its letters, in thousandths of the label's height.
    pub size: u16,
    /// Whether it must stand there whole.
    pub whole: bool,
}

impl LabelLine {
    /// A line that must stand there whole.
    #[must_use]
    pub fn whole(text: impl Into<String>, size: u16) -> Self {
        Self { text: text.into(), size, whole: true }
    }

    /// A line that may be cut, or left out where there is no room.
    #[must_use]
    pub fn soft(text: impl Into<String>, size: u16) -> Self {
        Self { text: text.into(), size, whole: false }
    }
}

/// A line as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct LaidLine {
    /// What it says.
    pub text: String,
    /// Size of its letters.
    pub size: f32,
    /// Where its foot begins.
    pub at: (f32, f32),
}

/// A label as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Laid {
    /// Upper left corner of the code, its quiet zone included.
    pub code: (f32, f32),
    /// The lines.
    pub lines: Vec<LaidLine>,
}

/// The room that a label has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// Width.
    pub wide: f32,
    /// Height.
    pub high: f32,
    /// Side of the code, its quiet zone included; 0 where it has none.
    pub code: f32,
    /// What stays white along the edges; the code's own quiet zone stands in it.
    pub margin: f32,
}

/// Lays out a label. Errors: [`TagError::LabelTooNarrow`] for a line that must stand whole and does not fit;
/// [`TagError::Picture`] for a broken font.
pub fn lay(lines: &[LabelLine], room: Room) -> Result<Laid, TagError> {
    let face = Face::bold()?;
    let beside = room.wide - room.code >= room.high - room.code;
    let edge = if room.code > 0.0 { room.code } else { room.margin };
    let (left, top, width, height) = if beside {
        (edge, room.margin, room.wide - edge - room.margin, room.high - 2.0 * room.margin)
    } else {
        (room.margin, edge, room.wide - 2.0 * room.margin, room.high - edge - room.margin)
    };
    let code = if beside { (0.0, (room.high - room.code) / 2.0) } else { ((room.wide - room.code) / 2.0, 0.0) };
    let laid = fitted(&face, lines, room.high, (width, height))?;
    let tall: f32 = laid.iter().map(|(_, size)| size * LEADING).sum();
    let mut y = top + ((height - tall) / 2.0).max(0.0);
    let mut placed = Vec::new();
    for (text, size) in laid {
        let x = if beside { left } else { left + (width - face.width(&text, size)) / 2.0 };
        placed.push(LaidLine { text, size, at: (x, y + size * RISE) });
        y += size * LEADING;
    }
    Ok(Laid { code, lines: placed })
}

/// The lines that fit into that width and height, and the sizes of their letters.
fn fitted(
    face: &Face,
    lines: &[LabelLine],
    high: f32,
    (width, height): (f32, f32),
) -> Result<Vec<(String, f32)>, TagError> {
    let mut kept: Vec<&LabelLine> = lines.iter().filter(|line| !line.text.is_empty()).collect();
    loop {
        let mut laid = Vec::new();
        for line in &kept {
            laid.extend(broken(face, line, high, width)?);
        }
        let tall: f32 = laid.iter().map(|(_, size)| size * LEADING).sum();
        if tall <= height {
            return Ok(laid);
        }
        let share = height / tall;
        if share >= LEAST_SHARE {
            return Ok(laid.into_iter().map(|(text, size)| (text, size * share)).collect());
        }
        match kept.iter().rposition(|line| !line.whole) {
            Some(last) => drop(kept.remove(last)),
            None => return Err(too_narrow(kept.last().map_or("", |line| &line.text))),
        }
    }
}

fn too_narrow(text: &str) -> TagError {
    TagError::LabelTooNarrow { text: text.to_owned() }
}

/// A line as it fits: smaller, cut, or, where it must stand whole, in two parts.
fn broken(face: &Face, line: &LabelLine, high: f32, width: f32) -> Result<Vec<(String, f32)>, TagError> {
    let asked = high * f32::from(line.size) / 1000.0;
    let least = asked * LEAST_SHARE;
    let fits = |text: &str| asked * (width / face.width(text, asked)).min(1.0);
    let size = fits(&line.text);
    if size >= least {
        return Ok(vec![(line.text.clone(), size)]);
    }
    if !line.whole {
        return Ok(vec![(face.cut(&line.text, least, width), least)]);
    }
    let (first, second) = halves(&line.text).ok_or_else(|| too_narrow(&line.text))?;
    let size = fits(first).min(fits(second));
    if size < least {
        return Err(too_narrow(&line.text));
    }
    Ok(vec![(first.to_owned(), size), (second.to_owned(), size)])
}

/// Two parts, as even as its dashes and spaces allow.
fn halves(text: &str) -> Option<(&str, &str)> {
    let ends = text.match_indices(['-', ' ']).map(|(at, sign)| at + sign.len()).filter(|at| *at < text.len());
    let at = ends.min_by_key(|at| at.abs_diff(text.len() / 2))?;
    Some((text[..at].trim_end(), &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { wide: 100.0, high: 60.0, code: 40.0, margin: 2.0 };

    fn texts(laid: &Laid) -> Vec<&str> {
        laid.lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn words_stand_beside_the_code_or_below_it_where_there_is_more_room() {
        let lines = [LabelLine::whole("7K3XQ-92M4T-8", 150)];
        let beside = lay(&lines, ROOM).expect("fits");
        assert!(beside.code == (0.0, 10.0) && beside.lines[0].at.0 >= 40.0, "{beside:?}");
        let below = lay(&lines, Room { wide: 50.0, high: 80.0, ..ROOM }).expect("fits");
        assert!(below.code == (5.0, 0.0) && below.lines[0].at.1 > 40.0, "{below:?}");
    }

    #[test]
    fn a_tag_that_is_too_long_for_its_line_is_broken_at_a_dash() {
        let lines = [LabelLine::whole("7K3XQ-92M4T-8", 250)];
        let laid = lay(&lines, ROOM).expect("fits in two");
        assert_eq!(texts(&laid), ["7K3XQ-", "92M4T-8"]);
        assert_eq!(laid.lines[0].size.to_bits(), laid.lines[1].size.to_bits());
    }

    #[test]
    fn what_need_not_stand_there_gives_way_from_the_last() {
        let lines: Vec<LabelLine> = ["a", "b", "c", "d"]
            .map(|text| LabelLine::soft(text, 400))
            .into_iter()
            .chain([LabelLine::whole("T", 400)])
            .collect();
        let laid = lay(&lines, ROOM).expect("fits");
        assert_eq!(texts(&laid), ["a", "b", "T"]);
        assert!(laid.lines.iter().all(|line| line.at.1 <= 60.0));
        let whole = ["a", "b", "c", "d"].map(|text| LabelLine::whole(text, 400));
        assert_eq!(lay(&whole, ROOM), Err(too_narrow("d")));
    }

    #[test]
    fn halves_are_as_even_as_the_text_allows() {
        assert_eq!(halves("7K3XQ-92M4T-8"), Some(("7K3XQ-", "92M4T-8")));
        assert_eq!(halves("ĐÃ XÓA DỮ LIỆU"), Some(("ĐÃ XÓA", "DỮ LIỆU")));
        assert_eq!((halves("WDC"), halves("WDC-")), (None, None));
    }
}
