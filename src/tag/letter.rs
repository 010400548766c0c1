//! Letters as outlines, filled into black and white pixels: label printers know nothing else.
//!
//! Sizes and places are pixels from the upper left corner.
//!
//! Invariants: no measured length becomes a whole number; a pixel is black where its middle lies inside an outline; a sign
//! that the font lacks is drawn as `?`, never left out.

use super::error::TagError;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

/// Be Vietnam Pro Bold, SIL Open Font License 1.1; see `profiles/font/OFL.txt`.
pub static BOLD: &[u8] = include_bytes!("../../profiles/font/BeVietnamPro-Bold.ttf");
/// Into how many straight pieces a curve is cut: at label sizes no eye tells more.
const PIECES: u16 = 6;
/// What stands at the end of a text that was cut.
const CUT: char = '…';

/// One cut of a font.
pub(super) struct Face {
    font: FontRef<'static>,
    em: f32,
}

/// A straight piece of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    from: (f32, f32),
    to: (f32, f32),
}

/// Black and white pixels, rows from the top: 0 is black.
pub(super) struct Sheet {
    pub(super) pixels: Vec<u8>,
    pub(super) wide: u32,
    pub(super) high: u32,
}

/// A small count as a length.
pub(super) fn float(count: u32) -> f32 {
    u16::try_from(count).map_or(f32::MAX, f32::from)
}

impl Face {
    pub(super) fn bold() -> Result<Self, TagError> {
        let font = FontRef::new(BOLD).map_err(|error| TagError::Picture { cause: error.to_string() })?;
        let em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Ok(Self { font, em })
    }

    fn glyph(&self, sign: char) -> GlyphId {
        let signs = self.font.charmap();
        signs.map(sign).or_else(|| signs.map('?')).unwrap_or_default()
    }

    /// How wide the text is at that size.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let metrics = self.font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let advance = |sign| metrics.advance_width(self.glyph(sign)).unwrap_or_default();
        text.chars().map(advance).sum::<f32>() * size / self.em
    }

    /// As much of the text from its beginning as fits, with a mark where it was cut.
    pub(super) fn cut(&self, text: &str, size: f32, width: f32) -> String {
        let mut kept = text.to_owned();
        while self.width(&kept, size) > width && kept.pop().is_some() {
            let bare = kept.trim_end_matches(CUT).trim_end().len();
            kept.truncate(bare);
            if kept.is_empty() {
                break;
            }
            kept.pop();
            kept.push(CUT);
        }
        kept
    }

    /// The outlines of a line of text, its foot at `at`.
    pub(super) fn trace(&self, text: &str, size: f32, at: (f32, f32)) -> Result<Vec<Edge>, TagError> {
        let outlines = self.font.outline_glyphs();
        let metrics = self.font.glyph_metrics(Size::new(size), LocationRef::default());
        let mut tracer = Tracer { edges: Vec::new(), origin: at, first: at, last: at };
        for sign in text.chars() {
            let glyph = self.glyph(sign);
            if let Some(outline) = outlines.get(glyph) {
                let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
                outline.draw(settings, &mut tracer).map_err(|error| TagError::Picture { cause: error.to_string() })?;
            }
            tracer.origin.0 += metrics.advance_width(glyph).unwrap_or_default();
        }
        Ok(tracer.edges)
    }
}

impl Edge {
    /// Where it crosses the height `y`, and which way.
    fn crossing(&self, y: f32) -> Option<(f32, i32)> {
        let ((x0, y0), (x1, y1)) = (self.from, self.to);
        if (y0 <= y) == (y1 <= y) {
            return None;
        }
        Some((x0 + (y - y0) * (x1 - x0) / (y1 - y0), if y1 > y0 { 1 } else { -1 }))
    }
}

impl Sheet {
    /// White paper.
    pub(super) fn white(wide: u32, high: u32) -> Self {
        let count = usize::try_from(u64::from(wide) * u64::from(high)).unwrap_or(0);
        Self { pixels: vec![255; count], wide, high }
    }

    /// A black square.
    pub(super) fn square(&mut self, left: u32, top: u32, side: u32) {
        for y in top..top.saturating_add(side).min(self.high) {
            for x in left..left.saturating_add(side).min(self.wide) {
                self.blacken(x, y);
            }
        }
    }

    /// Whatever these outlines run around becomes black. Source: OpenType, "glyf": contours are filled by non-zero winding.
    pub(super) fn fill(&mut self, edges: &[Edge]) {
        for row in 0..self.high {
            let middle = float(row) + 0.5;
            let mut crossings: Vec<(f32, i32)> = edges.iter().filter_map(|edge| edge.crossing(middle)).collect();
            if crossings.is_empty() {
                continue;
            }
            crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
            let mut crossings = crossings.into_iter().peekable();
            let mut winding = 0;
            for column in 0..self.wide {
                while let Some((_, way)) = crossings.next_if(|(x, _)| *x <= float(column) + 0.5) {
                    winding += way;
                }
                if winding != 0 {
                    self.blacken(column, row);
                }
            }
        }
    }

    fn blacken(&mut self, x: u32, y: u32) {
        let at = usize::try_from(u64::from(y) * u64::from(self.wide) + u64::from(x));
        if let Some(pixel) = at.ok().and_then(|at| self.pixels.get_mut(at)) {
            *pixel = 0;
        }
    }
}

/// Takes outlines down as straight pieces. Fonts count up from a line's foot, paper down from its upper edge.
struct Tracer {
    edges: Vec<Edge>,
    origin: (f32, f32),
    first: (f32, f32),
    last: (f32, f32),
}

impl Tracer {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.origin.0 + x, self.origin.1 - y)
    }

    fn straight(&mut self, to: (f32, f32)) {
        self.edges.push(Edge { from: self.last, to });
        self.last = to;
    }

    /// A curve through points that `at` gives for each part of its way.
    fn bent(&mut self, at: impl Fn(f32) -> (f32, f32)) {
        for piece in 1..=PIECES {
            self.straight(at(f32::from(piece) / f32::from(PIECES)));
        }
    }
}

fn between(from: (f32, f32), to: (f32, f32), way: f32) -> (f32, f32) {
    (from.0 + (to.0 - from.0) * way, from.1 + (to.1 - from.1) * way)
}

impl OutlinePen for Tracer {
    fn move_to(&mut self, x: f32, y: f32) {
        self.first = self.place(x, y);
        self.last = self.first;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.straight(self.place(x, y));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let (from, over, to) = (self.last, self.place(cx0, cy0), self.place(x, y));
        self.bent(|way| between(between(from, over, way), between(over, to, way), way));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (from, one, other, to) = (self.last, self.place(cx0, cy0), self.place(cx1, cy1), self.place(x, y));
        self.bent(|way| {
            let (early, middle, late) = (between(from, one, way), between(one, other, way), between(other, to, way));
            between(between(early, middle, way), between(middle, late, way), way)
        });
    }

    fn close(&mut self) {
        self.straight(self.first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> Sheet {
        let face = Face::bold().expect("embedded");
        let mut sheet = Sheet::white(60, 40);
        sheet.fill(&face.trace(text, 40.0, (5.0, 34.0)).expect("outlines"));
        sheet
    }

    fn is_black(sheet: &Sheet, x: usize, y: usize) -> bool {
        sheet.pixels[y * 60 + x] == 0
    }

    #[test]
    fn a_letter_is_black_inside_and_its_eye_is_white() {
        let sheet = drawn("O");
        let black: Vec<usize> = (0..60).filter(|x| is_black(&sheet, *x, 20)).collect();
        let (left, right) = (black[0], black[black.len() - 1]);
        assert!(right - left > 15, "{black:?}");
        assert!(!is_black(&sheet, usize::midpoint(left, right), 20), "the eye of an O");
        assert!((0..60).all(|x| !is_black(&sheet, x, 38)), "nothing below the foot");
        assert!(drawn(" ").pixels.iter().all(|pixel| *pixel == 255));
    }

    #[test]
    fn vietnamese_signs_are_there_and_what_is_not_is_a_question_mark() {
        let face = Face::bold().expect("embedded");
        for sign in "ỔổủáyảĐđệữ·…".chars() {
            assert_ne!(face.glyph(sign), face.glyph('\u{fffff}'), "{sign}");
        }
        assert_eq!(face.glyph('\u{fffff}'), face.glyph('?'));
        assert_ne!(drawn("Ổ").pixels, drawn("O").pixels);
    }

    #[test]
    fn a_text_too_long_is_cut_with_a_mark_and_fits() {
        let face = Face::bold().expect("embedded");
        let text = "WDC WD5000LPCX-24VHAT0";
        let whole = face.width(text, 10.0);
        assert_eq!(face.cut(text, 10.0, whole), text);
        let cut = face.cut(text, 10.0, whole / 2.0);
        assert!(cut.ends_with(CUT) && text.starts_with(cut.trim_end_matches(CUT)) && cut.len() > 6, "{cut}");
        assert!(face.width(&cut, 10.0) <= whole / 2.0);
        assert_eq!(face.cut(text, 10.0, 0.0), "");
    }
}
