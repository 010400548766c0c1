//! The languages of label printers: a bitmap becomes the bytes that a printer takes.
//!
//! Invariants: what is printed is the bitmap, dot for dot, and nothing that a printer's own fonts draw: those have no
//! Vietnamese; nothing here sends anything.

mod brother;
mod escpos;
mod state;
mod tspl;
mod zpl;

use super::bitmap::Bitmap;
use super::error::TagError;
use super::length::Length;

pub use brother::{ROLLS, Roll};
pub use state::{PrinterState, Question};

/// What a printer must know besides the dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintOrder {
    /// Dots an inch.
    pub dpi: u32,
    /// How many of it.
    pub copies: u16,
    /// Width of the label.
    pub wide: Length,
    /// Height of the label, along the roll.
    pub high: Length,
    /// Between two labels of the roll; 0 where it has no gaps.
    pub gap: Length,
    /// The roll of a printer that is told which; the narrowest that holds the label where none is given.
    pub roll: Option<Roll>,
}

/// A language.
#[derive(Clone, Copy)]
pub struct Language {
    /// Its id in settings.
    pub id: &'static str,
    /// What makers call it, and whose printers speak it.
    pub name: &'static str,
    /// The resolutions of its printers, dots an inch, the usual one first.
    pub dpis: &'static [u32],
    /// How its printers are asked how they are; none for what no printer takes.
    pub question: Option<Question>,
    /// The rolls that its printers must be told by name; none in languages that do not.
    pub rolls: &'static [Roll],
    encode: fn(&Bitmap, &PrintOrder) -> Result<Vec<u8>, TagError>,
}

/// Every language, the usual ones first.
pub static LANGUAGES: &[Language] = &[
    Language {
        id: "zpl",
        name: "ZPL II (Zebra, Godex)",
        dpis: &[203, 300, 600],
        question: Some(zpl::QUESTION),
        rolls: &[],
        encode: zpl::encode,
    },
    Language {
        id: "tspl",
        name: "TSPL (TSC, Xprinter, Gprinter)",
        dpis: &[203, 300],
        question: Some(tspl::QUESTION),
        rolls: &[],
        encode: tspl::encode,
    },
    Language {
        id: "escpos",
        name: "ESC/POS (Epson, Xprinter)",
        dpis: &[203, 180],
        question: Some(escpos::QUESTION),
        rolls: &[],
        encode: escpos::encode,
    },
    Language {
        id: "brother-ql",
        name: "Brother QL raster",
        dpis: &[300],
        question: Some(brother::QUESTION),
        rolls: &ROLLS,
        encode: brother::encode,
    },
    Language { id: "png", name: "PNG", dpis: &[300, 203, 600], question: None, rolls: &[], encode: png },
];

/// The language of that id.
#[must_use]
pub fn language(id: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.id == id)
}

impl Language {
    /// The bitmap as bytes for the printer. Errors: [`TagError::PictureTooLarge`], [`TagError::RollTooNarrow`].
    pub fn encode(&self, bitmap: &Bitmap, order: &PrintOrder) -> Result<Vec<u8>, TagError> {
        (self.encode)(bitmap, order)
    }

    /// The roll of that name.
    #[must_use]
    pub fn roll(&self, name: &str) -> Option<Roll> {
        self.rolls.iter().find(|roll| roll.name() == name).copied()
    }

    /// Whether its printers print at that resolution; a picture has any.
    #[must_use]
    pub fn has_dpi(&self, dpi: u32) -> bool {
        self.question.is_none() || self.dpis.contains(&dpi)
    }

    /// How a printer is asked whether it can take that job; none where it cannot be asked.
    #[must_use]
    pub fn question_for(&self, job: &[u8]) -> Option<Question> {
        let wanted = if self.rolls.is_empty() { None } else { brother::roll_of(job) };
        self.question.map(|question| Question { wanted, ..question })
    }
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Language").field("id", &self.id).finish_non_exhaustive()
    }
}

fn png(bitmap: &Bitmap, order: &PrintOrder) -> Result<Vec<u8>, TagError> {
    bitmap.png(order.dpi)
}

/// The longest side that these languages can say, dots. Source: Zebra, Programming Guide (ZPL II), `^LL`.
const LONGEST: u32 = 32_000;

/// Errors: a side that cannot be said.
fn bounded(bitmap: &Bitmap) -> Result<(), TagError> {
    let fits = bitmap.wide().max(bitmap.high()) <= LONGEST;
    if fits { Ok(()) } else { Err(TagError::PictureTooLarge { most: LONGEST }) }
}

/// A number of two bytes, the low one first. Errors: it is larger.
fn two_bytes(number: u32) -> Result<[u8; 2], TagError> {
    let number = u16::try_from(number).map_err(|_too_large| TagError::PictureTooLarge { most: u32::from(u16::MAX) })?;
    Ok(number.to_le_bytes())
}

#[cfg(test)]
mod tests;
