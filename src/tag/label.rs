//! A label as dots: a QR code and words, for any printer.
//!
//! Invariants: a module is a whole number of dots; the bitmap is as large as the label; what is not readable is refused.

use super::bitmap::Bitmap;
use super::error::TagError;
use super::layout::{LabelLine, Room, lay};
use super::length::Length;
use super::letter::{Face, Sheet, float};
use super::picture::{PICTURE_PIXELS, micrometres, module_fits};
use super::qr::Qr;
use super::template::LabelTemplate;

/// The paper of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelPaper {
    /// Width, millimetres.
    pub wide_mm: u32,
    /// Height, millimetres.
    pub high_mm: u32,
    /// Dots an inch of the printer.
    pub dpi: u32,
}

/// The label with that code and those lines as PNG, its code as large as the paper is high. Errors: those of [`raster`].
pub fn label(qr: &Qr, lines: &[LabelLine], paper: LabelPaper) -> Result<Vec<u8>, TagError> {
    let (wide, high) = (Length::mm(paper.wide_mm), Length::mm(paper.high_mm));
    drawn(Some(qr), lines, (wide, high, high.min(wide), Length::mm(1)), paper.dpi)?.png(paper.dpi)
}

/// The label with that code and those lines as the dots of a printer.
///
/// Errors: [`TagError::ModuleTooSmall`], [`TagError::PictureTooLarge`]; [`TagError::LabelTooNarrow`] where a line that must
/// stand whole does not fit.
pub fn raster(qr: Option<&Qr>, lines: &[LabelLine], template: &LabelTemplate, dpi: u32) -> Result<Bitmap, TagError> {
    drawn(qr, lines, (template.wide, template.high, template.code, template.margin), dpi)
}

fn drawn(
    qr: Option<&Qr>,
    lines: &[LabelLine],
    (wide, high, code, margin): (Length, Length, Length, Length),
    dpi: u32,
) -> Result<Bitmap, TagError> {
    let dots = |length: Length| {
        let dots = length.dots(dpi);
        if dots > PICTURE_PIXELS { Err(TagError::PictureTooLarge { most: PICTURE_PIXELS }) } else { Ok(dots) }
    };
    let (wide, high) = (dots(wide)?, dots(high)?);
    let side = qr.map_or(0, |qr| u32::try_from(qr.side()).unwrap_or(u32::MAX));
    let scale = dots(code)?.checked_div(side).unwrap_or(0);
    if qr.is_some() {
        module_fits(scale, micrometres(scale, dpi))?;
    }
    let room = Room { wide: float(wide), high: float(high), code: float(scale * side), margin: float(dots(margin)?) };
    let laid = lay(lines, room)?;
    let mut sheet = Sheet::white(wide, high);
    if let Some(qr) = qr {
        // Down to a whole dot; a float has none of the casts that this house allows.
        let left = if laid.code.0 > 0.0 { (wide - scale * side) / 2 } else { 0 };
        let top = if laid.code.1 > 0.0 { (high - scale * side) / 2 } else { 0 };
        for y in 0..side {
            for x in 0..side {
                if qr.is_dark(usize::try_from(x).unwrap_or(usize::MAX), usize::try_from(y).unwrap_or(usize::MAX)) {
                    sheet.square(left + x * scale, top + y * scale, scale);
                }
            }
        }
    }
    let face = Face::bold()?;
    for line in &laid.lines {
        sheet.fill(&face.trace(&line.text, line.size, line.at)?);
    }
    Ok(Bitmap::of(&sheet))
}

#[cfg(test)]
mod tests {
    use super::super::id::TagId;
    use super::super::payload::{Domain, Payload};
    use super::super::picture::decode_png;
    use super::*;

    fn payload() -> Payload {
        let id = TagId::from_random([7, 0x5a, 217, 7, 248, 0x11, 0x80]);
        Payload::new(&Domain::read("aoxanh.example").expect("a good domain"), &id)
    }

    fn lines(model: &str) -> Vec<LabelLine> {
        let line = |text: &str, size, whole| LabelLine { text: text.to_owned(), size, whole };
        vec![line("Ổ của máy", 130, true), line("7K3XQ-92M4T-8", 160, true), line(model, 110, false)]
    }

    fn paper(wide_mm: u32, high_mm: u32, dpi: u32) -> LabelPaper {
        LabelPaper { wide_mm, high_mm, dpi }
    }

    #[test]
    fn the_code_is_read_back_from_labels_of_every_usual_size_and_the_picture_is_that_large() {
        let qr = Qr::new(&payload()).expect("it fits");
        for paper in
            [paper(50, 25, 203), paper(50, 25, 300), paper(62, 29, 300), paper(40, 20, 203), paper(100, 50, 203)]
        {
            let png = label(&qr, &lines("WDC WD5000LPCX-24VHAT0"), paper).expect("large enough");
            assert_eq!(decode_png(&png).as_deref(), Ok(payload().as_str()), "{paper:?}");
            let picture = image::load_from_memory(&png).expect("a picture").into_luma8();
            let wanted = [paper.wide_mm, paper.high_mm].map(|mm| Length::mm(mm).dots(paper.dpi));
            assert_eq!([picture.width(), picture.height()], wanted, "{paper:?}");
            assert!(picture.pixels().all(|pixel| [0, 255].contains(&pixel.0[0])), "black and white only");
            let beside = picture.width() - picture.width() / 3;
            let inked = |x: u32| (0..picture.height()).any(|y| picture.get_pixel(x, y).0[0] == 0);
            assert!((beside..picture.width()).any(inked), "words beside the code");
            assert!(!inked(picture.width() - 1), "nothing runs over the edge");
        }
    }

    #[test]
    fn a_model_gives_way_and_the_tag_never_does() {
        let qr = Qr::new(&payload()).expect("it fits");
        let long = "a model with a name that no label could ever hold in one line of letters";
        assert!(label(&qr, &lines(long), paper(50, 25, 203)).is_ok());
        let narrow = label(&qr, &lines("M"), paper(30, 25, 203));
        assert!(matches!(narrow, Err(TagError::LabelTooNarrow { .. })), "{narrow:?}");
        let low = label(&qr, &lines("M"), paper(50, 8, 203));
        assert!(matches!(low, Err(TagError::ModuleTooSmall { .. })), "{low:?}");
        assert!(matches!(label(&qr, &lines("M"), paper(4000, 25, 600)), Err(TagError::PictureTooLarge { .. })));
    }
}
