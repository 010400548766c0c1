//! Ink: two faces of one font, text measured and broken, lines, boxes and squares on a page.
//!
//! Sizes and places are points (1/72 inch) from the upper left corner.
//!
//! Invariants: a sign that the font lacks is drawn as `?`, never left out; text keeps its letters, so that it can be copied
//! and searched.

use super::error::CertificateError;
use crate::tag::Qr;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Be Vietnam Pro, SIL Open Font License 1.1; see `profiles/font/OFL.txt`.
static REGULAR: &[u8] = include_bytes!("../../profiles/font/BeVietnamPro-Regular.ttf");
static BOLD: &[u8] = crate::tag::BOLD;

/// Red, green and blue.
pub(super) type Tint = (u8, u8, u8);
pub(super) const BLACK: Tint = (0, 0, 0);
pub(super) const GREY: Tint = (95, 95, 95);
pub(super) const PALE: Tint = (205, 205, 205);
pub(super) const ORANGE: Tint = (190, 80, 0);
pub(super) const FAINT: Tint = (250, 226, 205);

/// One cut of the font.
pub(super) struct Face {
    font: Font,
    outlines: FontRef<'static>,
    em: f32,
}

/// Both cuts.
pub(super) struct Faces {
    pub(super) regular: Face,
    pub(super) bold: Face,
}

impl Faces {
    pub(super) fn new() -> Result<Self, CertificateError> {
        Ok(Self { regular: Face::new(REGULAR)?, bold: Face::new(BOLD)? })
    }
}

impl Face {
    fn new(bytes: &'static [u8]) -> Result<Self, CertificateError> {
        let broken = || CertificateError::Page("the embedded font does not read".to_owned());
        let outlines = FontRef::new(bytes).map_err(|error| CertificateError::Page(error.to_string()))?;
        let font = Font::new(bytes.into(), 0).ok_or_else(broken)?;
        Ok(Self { em: font.units_per_em(), font, outlines })
    }

    /// The text with `?` where the font has no sign.
    fn drawable(&self, text: &str) -> String {
        let signs = self.outlines.charmap();
        text.chars().map(|sign| if signs.map(sign).is_some() { sign } else { '?' }).collect()
    }

    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let (signs, metrics) =
            (self.outlines.charmap(), self.outlines.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let glyph = |(at, sign): (usize, char)| {
            let id = signs.map(sign).unwrap_or_default();
            let advance = metrics.advance_width(id).unwrap_or_default() / self.em;
            let range = at..at + sign.len_utf8();
            KrillaGlyph::new(GlyphId::new(id.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// How wide the text is.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        self.glyphs(&self.drawable(text)).iter().map(|glyph| glyph.x_advance * size).sum()
    }

    /// The text in lines no wider than `width`, broken between words, and inside a word that is wider than a line.
    pub(super) fn lines(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let line = lines.last().cloned().unwrap_or_default();
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= width {
                lines.pop();
                lines.push(longer);
                continue;
            }
            let mut part = String::new();
            for sign in word.chars() {
                part.push(sign);
                if self.width(&part, size) > width {
                    part.pop();
                    lines.push(std::mem::replace(&mut part, sign.to_string()));
                }
            }
            lines.push(part);
        }
        lines.retain(|line| !line.is_empty());
        lines
    }
}

/// A page that is drawn on.
pub(super) struct Ink<'s, 'f> {
    pub(super) surface: Surface<'s>,
    pub(super) faces: &'f Faces,
}

impl Ink<'_, '_> {
    /// One line of text, its foot at `y`.
    pub(super) fn text(&mut self, face: &Face, text: &str, size: f32, at: (f32, f32), tint: Tint) {
        let drawable = face.drawable(text);
        let glyphs = face.glyphs(&drawable);
        self.fill(tint);
        let start = Point::from_xy(at.0, at.1);
        self.surface.draw_glyphs(start, &glyphs, face.font.clone(), &drawable, size, false);
    }

    /// A filled box.
    pub(super) fn area(&mut self, at: (f32, f32), size: (f32, f32), tint: Tint) {
        let mut path = PathBuilder::new();
        let Some(rect) = Rect::from_xywh(at.0, at.1, size.0, size.1) else { return };
        path.push_rect(rect);
        self.fill(tint);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// A line through these points.
    pub(super) fn line(&mut self, points: &[(f32, f32)], width: f32, tint: Tint) {
        let mut path = PathBuilder::new();
        for (number, (x, y)) in points.iter().enumerate() {
            if number == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
        }
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(None);
        let (red, green, blue) = tint;
        let paint = rgb::Color::new(red, green, blue).into();
        self.surface.set_stroke(Some(Stroke { paint, width, ..Stroke::default() }));
        self.surface.draw_path(&path);
        self.surface.set_stroke(None);
    }

    /// A QR code, its quiet zone included, in modules of that side.
    pub(super) fn code(&mut self, qr: &Qr, at: (f32, f32), module: f32) {
        let mut path = PathBuilder::new();
        let place = |number: usize| u16::try_from(number).map_or(0.0, f32::from) * module;
        for y in 0..qr.side() {
            let mut x = 0;
            while x < qr.side() {
                let run = (x..qr.side()).take_while(|x| qr.is_dark(*x, y)).count();
                let bar = Rect::from_xywh(at.0 + place(x), at.1 + place(y), place(run), module).filter(|_| run > 0);
                if let Some(bar) = bar {
                    path.push_rect(bar);
                }
                x += run.max(1);
            }
        }
        self.fill(BLACK);
        // One shape: shapes of their own have hairlines between them on many screens and printers.
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// Turned by so many degrees around a place, `draw` draws.
    pub(super) fn turned(&mut self, degrees: f32, at: (f32, f32), draw: impl FnOnce(&mut Self)) {
        self.surface.push_transform(&Transform::from_rotate_at(degrees, at.0, at.1));
        draw(self);
        self.surface.pop();
    }

    fn fill(&mut self, (red, green, blue): Tint) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }));
    }
}
