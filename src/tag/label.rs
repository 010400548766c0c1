//! A label: a QR code on the left, lines of text beside it, as a PNG for a label printer.
//!
//! Invariants: a module is a whole number of pixels; the picture is as large as the label and says its own resolution;
//! black and white only; a line that must stand whole is drawn whole or the label is refused.

use super::error::TagError;
use super::letter::{Face, Sheet, float};
use super::picture::{micrometres, module_fits, pixels_of, png_of};
use super::qr::Qr;

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

/// The label with that code and those lines as PNG.
///
/// Errors: [`TagError::ModuleTooSmall`], [`TagError::PictureTooLarge`]; [`TagError::LabelTooNarrow`] where a line that must
/// stand whole does not fit beside the code.
pub fn label(qr: &Qr, lines: &[LabelLine], paper: LabelPaper) -> Result<Vec<u8>, TagError> {
    let (wide, high) = (pixels_of(paper.wide_mm, paper.dpi)?, pixels_of(paper.high_mm, paper.dpi)?);
    let side = u32::try_from(qr.side()).unwrap_or(u32::MAX);
    let scale = high / side;
    module_fits(scale, micrometres(scale, paper.dpi))?;
    let mut sheet = Sheet::white(wide, high);
    let top = (high - scale * side) / 2;
    for y in 0..side {
        for x in 0..side {
            if qr.is_dark(usize::try_from(x).unwrap_or(usize::MAX), usize::try_from(y).unwrap_or(usize::MAX)) {
                sheet.square(x * scale, top + y * scale, scale);
            }
        }
    }
    let margin = float(pixels_of(1, paper.dpi)?);
    let left = float(scale * side);
    let room = float(wide) - left - margin;
    let face = Face::bold()?;
    let laid = lines.iter().map(|line| laid(&face, line, float(high), room)).collect::<Result<Vec<_>, _>>()?;
    let tall: f32 = laid.iter().map(|(_, size)| size * LEADING).sum();
    let mut y = ((float(high) - tall) / 2.0).max(0.0);
    for (text, size) in &laid {
        sheet.fill(&face.trace(text, *size, (left, y + size * RISE))?);
        y += size * LEADING;
    }
    png_of(&sheet.pixels, (wide, high), paper.dpi)
}

/// The text as it fits, and the size of its letters.
fn laid(face: &Face, line: &LabelLine, high: f32, room: f32) -> Result<(String, f32), TagError> {
    let asked = high * f32::from(line.size) / 1000.0;
    let wide = face.width(&line.text, asked);
    if wide <= room {
        return Ok((line.text.clone(), asked));
    }
    let least = asked * LEAST_SHARE;
    let fitting = asked * room / wide;
    if fitting >= least {
        return Ok((line.text.clone(), fitting));
    }
    if line.whole {
        return Err(TagError::LabelTooNarrow { text: line.text.clone() });
    }
    Ok((face.cut(&line.text, least, room), least))
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
            let wanted = (pixels_of(paper.wide_mm, paper.dpi), pixels_of(paper.high_mm, paper.dpi));
            assert_eq!((Ok(picture.width()), Ok(picture.height())), wanted, "{paper:?}");
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
