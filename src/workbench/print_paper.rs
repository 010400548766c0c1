//! Labels as what goes to a printer or into a file.
//!
//! Invariant: nothing leaves here before each code in it was read by the second decoder.

use super::label::MadeLabel;
use crate::port::{Failure, Trouble};
use crate::report::{LabelSheet, SheetLabel, Shift, label_sheets};
use crate::tag::{LabelTemplate, Language, Length, PrintOrder, Roll, TagError, decode_png, raster};
use crate::word::say;

/// Dots an inch at which a page's codes are read back.
const PAGE_DPI: u32 = 300;

/// What labels are drawn for.
#[derive(Clone, Copy, Debug)]
pub struct LabelPrint<'a> {
    /// On which paper.
    pub template: &'a LabelTemplate,
    /// In which language; none for PDF.
    pub language: Option<&'static Language>,
    /// The printer's resolution; the usual one of its language where nobody says.
    pub dpi: Option<u32>,
    /// How many of each.
    pub copies: u16,
    /// Labels of the sheet that are gone.
    pub used: u32,
    /// How far off the printer prints.
    pub shift: Shift,
    /// The roll in a printer that must be told; the narrowest without an end that holds the label where none is given.
    pub roll: Option<Roll>,
}

fn wrong(error: &TagError) -> Failure {
    Failure::new(Trouble::Usage, error.sentence()).detail(error).hint(say!("label-hint"))
}

/// Errors: no printer of that language has that resolution.
pub(super) fn check_dpi(language: &Language, dpi: u32) -> Result<(), Failure> {
    if language.has_dpi(dpi) {
        return Ok(());
    }
    let known: Vec<String> = language.dpis.iter().map(u32::to_string).collect();
    let what = say!("printer-dpi-wrong", language = language.id, dpi = dpi.to_string());
    Err(Failure::new(Trouble::Usage, what).hint(say!("printer-dpi-wrong-hint", known = known.join(", "))))
}

/// The labels as bytes. Errors: no printer has that resolution; the paper does not hold them; a code cannot be read back.
pub fn label_bytes(labels: &[MadeLabel], print: &LabelPrint<'_>) -> Result<Vec<u8>, Failure> {
    let template = print.template;
    let usual = print.language.and_then(|language| language.dpis.first().copied()).unwrap_or(PAGE_DPI);
    let dpi = print.language.map_or(PAGE_DPI, |_| print.dpi.unwrap_or(usual));
    if let Some(language) = print.language {
        check_dpi(language, dpi)?;
    }
    let mut bytes = Vec::new();
    for label in labels {
        let dots = raster(Some(&label.code), &label.lines, template, dpi).map_err(|error| wrong(&error))?;
        let shifted = dots.shifted(dots_of(print.shift.right, dpi), dots_of(print.shift.down, dpi));
        let dots = if print.language.is_some() { shifted } else { dots };
        let read = dots.png(dpi).and_then(|png| decode_png(&png)).map_err(|error| wrong(&error))?;
        if read != label.text {
            return Err(Failure::new(Trouble::No, say!("label-unread", name = label.name.as_str())));
        }
        if let Some(language) = print.language {
            let (wide, high, gap) = (template.wide, template.high, template.gap);
            let order = PrintOrder { dpi, copies: print.copies, wide, high, gap, roll: print.roll };
            bytes.extend(language.encode(&dots, &order).map_err(|error| wrong(&error))?);
        }
    }
    if print.language.is_none() {
        return pages(labels, print);
    }
    Ok(bytes)
}

fn dots_of(micrometres: i32, dpi: u32) -> i64 {
    let dots = i64::from(Length(micrometres.unsigned_abs()).dots(dpi));
    if micrometres < 0 { -dots } else { dots }
}

fn pages(labels: &[MadeLabel], print: &LabelPrint<'_>) -> Result<Vec<u8>, Failure> {
    let each = labels.iter().flat_map(|label| std::iter::repeat_n(label, usize::from(print.copies)));
    let each: Vec<SheetLabel> =
        each.map(|label| SheetLabel { code: Some(label.code.clone()), lines: label.lines.clone() }).collect();
    let order = LabelSheet { template: print.template, labels: &each, used: print.used, shift: print.shift };
    label_sheets(&order).map_err(|error| Failure::new(Trouble::Usage, error.sentence()).detail(&error))
}
