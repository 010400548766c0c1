//! Labels as PDF: sheets of them for any office printer, a page each for a roll, and a page that measures sheet and printer.
//!
//! Invariants: everything stands where the template says, to a hundredth of a millimetre; codes and letters are shapes and
//! text, never dots; the same labels give the same bytes.

use super::error::CertificateError;
use super::ink::{BLACK, Faces, GREY, Ink};
use crate::tag::{LabelLine, LabelTemplate, Length, QUIET_ZONE, Qr, Room, TagError, lay};
use crate::word::{Sentence, Words, say};
use krilla::Document;
use krilla::page::PageSettings;

/// Points in a millimetre.
const POINT: f32 = 72.0 / 25.4;
/// The smallest module of a code on paper, points: 0.25 mm.
const LEAST_MODULE: f32 = 0.25 * POINT;
/// Codes stand on a grid of this, points: a whole number of dots of every office printer, so that all modules are as large.
const GRID: f32 = 72.0 / 300.0;
/// How far the ladders of the calibration page reach to either side, in steps of half a millimetre.
const STEPS: i16 = 8;

/// What stands on one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLabel {
    /// Its code.
    pub code: Option<Qr>,
    /// Its words.
    pub lines: Vec<LabelLine>,
}

/// How far a printer is to print off, micrometres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// To the right.
    pub right: i32,
    /// Down.
    pub down: i32,
}

/// What is printed.
#[derive(Clone, Copy, Debug)]
pub struct LabelSheet<'a> {
    /// On which paper.
    pub template: &'a LabelTemplate,
    /// The labels.
    pub labels: &'a [SheetLabel],
    /// How many labels of the first sheet are gone already.
    pub used: u32,
    /// How far off.
    pub shift: Shift,
}

/// Why labels cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// A label.
    #[error(transparent)]
    Label(#[from] TagError),
    /// The page.
    #[error(transparent)]
    Page(#[from] CertificateError),
}

impl SheetError {
    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Label(error) => error.sentence(),
            Self::Page(error) => error.sentence(),
        }
    }
}

fn points(length: Length) -> f32 {
    u16::try_from(length.0 / 1000).map_or(0.0, f32::from) * POINT
        + u16::try_from(length.0 % 1000).map_or(0.0, f32::from) / 1000.0 * POINT
}

impl Shift {
    fn points(self) -> (f32, f32) {
        let one = |micrometres: i32| {
            let size = points(Length(micrometres.unsigned_abs()));
            if micrometres < 0 { -size } else { size }
        };
        (one(self.right), one(self.down))
    }
}

/// The labels as PDF. Errors: a label does not hold what must stand on it; the page cannot be drawn.
pub fn label_sheets(order: &LabelSheet<'_>) -> Result<Vec<u8>, SheetError> {
    let faces = Faces::new()?;
    let mut document = Document::new();
    let template = order.template;
    let on_one = usize::try_from(template.on_sheet()).unwrap_or(1).max(1);
    let used = usize::try_from(order.used).unwrap_or(0).min(on_one - 1);
    let mut next = 0;
    let mut first = used;
    while next < order.labels.len() {
        let count = (on_one - first).min(order.labels.len() - next);
        let mut page = document.start_page_with(paper(template)?);
        let mut ink = Ink { surface: page.surface(), faces: &faces };
        for (number, label) in order.labels[next..next + count].iter().enumerate() {
            let cell = u32::try_from(first + number).unwrap_or(u32::MAX);
            draw(&mut ink, template, label, corner(template, cell, order.shift))?;
        }
        if template.sheet.as_ref().is_some_and(|sheet| sheet.cut) {
            cells(&mut ink, template, order.shift);
        }
        next += count;
        first = 0;
    }
    finished(document)
}

fn finished(document: Document) -> Result<Vec<u8>, SheetError> {
    document.finish().map_err(|error| CertificateError::Page(format!("{error:?}")).into())
}

/// Width and height of the paper.
fn size(template: &LabelTemplate) -> (Length, Length) {
    template.sheet.as_ref().map_or((template.wide, template.high), |sheet| (sheet.wide, sheet.high))
}

fn paper(template: &LabelTemplate) -> Result<PageSettings, CertificateError> {
    let (wide, high) = size(template);
    PageSettings::from_wh(points(wide), points(high)).ok_or_else(|| CertificateError::Page("no paper".to_owned()))
}

/// Upper left corner of a label, points.
fn corner(template: &LabelTemplate, number: u32, shift: Shift) -> (f32, f32) {
    let (left, top) = template.sheet.as_ref().map_or_else(Default::default, |sheet| sheet.place(number));
    let (right, down) = shift.points();
    (points(left) + right, points(top) + down)
}

fn draw(ink: &mut Ink<'_, '_>, template: &LabelTemplate, label: &SheetLabel, at: (f32, f32)) -> Result<(), TagError> {
    let side = label.code.as_ref().map_or(0.0, |qr| u16::try_from(qr.side()).map_or(0.0, f32::from));
    let module = if side > 0.0 { (points(template.code) / side / GRID).floor() * GRID } else { 0.0 };
    if side > 0.0 && module < LEAST_MODULE {
        let micrometres = template.code.0 / u32::try_from(label.code.as_ref().map_or(1, Qr::side)).unwrap_or(u32::MAX);
        return Err(TagError::ModuleTooSmall { pixels: 0, micrometres });
    }
    let code = module * side;
    let room = Room { wide: points(template.wide), high: points(template.high), code, margin: points(template.margin) };
    let laid = lay(&label.lines, room)?;
    if let Some(qr) = &label.code {
        let on_grid = |place: f32| (place / GRID).round() * GRID;
        let corner = (on_grid(at.0 + laid.code.0), on_grid(at.1 + laid.code.1));
        if !is_on_paper(template, corner, code, module) {
            return Err(TagError::OffPaper);
        }
        ink.code(qr, corner, module);
    }
    let faces = ink.faces;
    for line in &laid.lines {
        ink.text(&faces.bold, &line.text, line.size, (at.0 + line.at.0, at.1 + line.at.1), BLACK);
    }
    Ok(())
}

/// Whether the square of a code is all on the paper; its quiet zone may end there, for beyond it there is nothing.
fn is_on_paper(template: &LabelTemplate, (x, y): (f32, f32), side: f32, module: f32) -> bool {
    let (wide, high) = size(template);
    let quiet = u16::try_from(QUIET_ZONE).map_or(0.0, f32::from) * module;
    let within = |from: f32, paper: f32| from + quiet >= 0.0 && from + side - quiet <= paper;
    within(x, points(wide)) && within(y, points(high))
}

/// The edges of all labels.
fn cells(ink: &mut Ink<'_, '_>, template: &LabelTemplate, shift: Shift) {
    let size = (points(template.wide), points(template.high));
    for number in 0..template.on_sheet() {
        edges(ink, corner(template, number, shift), size);
    }
}

fn edges(ink: &mut Ink<'_, '_>, at: (f32, f32), size: (f32, f32)) {
    let (right, down) = (at.0 + size.0, at.1 + size.1);
    ink.line(&[at, (right, at.1), (right, down), (at.0, down), at], 0.3, GREY);
}

/// A page that shows where this printer prints: every label's edges, rulers, and ladders of half a millimetre at the upper left
/// corner of the first label, on which the paper's own edge is read off. Errors: the page cannot be drawn.
pub fn calibration(template: &LabelTemplate, shift: Shift, words: &Words) -> Result<Vec<u8>, SheetError> {
    let faces = Faces::new()?;
    let mut document = Document::new();
    {
        let mut page = document.start_page_with(paper(template)?);
        let mut ink = Ink { surface: page.surface(), faces: &faces };
        let size = (points(template.wide), points(template.high));
        cells(&mut ink, template, shift);
        ladders(&mut ink, corner(template, 0, shift), size);
        if let Some(sheet) = &template.sheet {
            rulers(&mut ink, (points(sheet.wide), points(sheet.high)));
            let at = corner(template, template.on_sheet() / 2, shift);
            told(&mut ink, words, (POINT * 20.0, at.1 + POINT * 4.0), points(sheet.wide) - POINT * 40.0);
        }
    }
    finished(document)
}

/// Ladders across the upper and the left edge of the first label, with each whole millimetre's number.
fn ladders(ink: &mut Ink<'_, '_>, at: (f32, f32), size: (f32, f32)) {
    let half = POINT / 2.0;
    let (x, y) = (at.0 + size.0 / 2.0, at.1 + size.1 / 2.0);
    for step in -STEPS..=STEPS {
        let (off, whole) = (f32::from(step) * half, step % 2 == 0);
        let long = if whole { 3.0 } else { 1.6 } * POINT;
        let width = if step == 0 { 0.9 } else { 0.35 };
        // Across the left edge, each line stands further right; across the upper edge, further down.
        ink.line(&[(at.0 + off, y), (at.0 + off, y + long)], width, BLACK);
        ink.line(&[(x, at.1 + off), (x + long, at.1 + off)], width, BLACK);
        if step % 4 == 0 {
            let faces = ink.faces;
            let number = (step / 2).to_string();
            let half = faces.regular.width(&number, 4.0) / 2.0;
            ink.text(&faces.regular, &number, 4.0, (at.0 + off - half, y + long + 4.5), BLACK);
            ink.text(&faces.regular, &number, 4.0, (x + long + 1.5, at.1 + off + 1.4), BLACK);
        }
    }
}

/// Rulers of 100 mm: what they measure on paper tells whether the printer scales.
fn rulers(ink: &mut Ink<'_, '_>, (wide, high): (f32, f32)) {
    let (left, top) = ((wide - 100.0 * POINT) / 2.0, high / 3.0);
    ink.line(&[(left, top), (left + 100.0 * POINT, top)], 0.5, BLACK);
    for mm in 0u16..=100 {
        let x = left + f32::from(mm) * POINT;
        let long = if mm % 10 == 0 {
            4.0
        } else if mm % 5 == 0 {
            3.0
        } else {
            1.8
        };
        ink.line(&[(x, top), (x, top - long * POINT)], 0.3, BLACK);
        if mm % 10 == 0 {
            let faces = ink.faces;
            ink.text(&faces.regular, &mm.to_string(), 6.0, (x - 3.0, top - 5.0 * POINT), BLACK);
        }
    }
}

fn told(ink: &mut Ink<'_, '_>, words: &Words, at: (f32, f32), width: f32) {
    let faces = ink.faces;
    let mut y = at.1;
    for (sentence, size) in [
        (say!("calibration-title"), 13.0),
        (say!("calibration-scale"), 9.5),
        (say!("calibration-lay"), 9.5),
        (say!("calibration-read"), 9.5),
    ] {
        for line in faces.regular.lines(&words.say(&sentence), size, width) {
            // On white: the edges of the labels run through here.
            ink.area((at.0 - 2.0, y - size), (width + 4.0, size * 1.35), (255, 255, 255));
            ink.text(&faces.regular, &line, size, (at.0, y), BLACK);
            y += size * 1.35;
        }
        y += 3.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(id: &str) -> LabelTemplate {
        LabelTemplate::all(&[]).expect("good").into_iter().find(|read| read.id == id).expect("shipped")
    }

    fn labels(count: usize) -> Vec<SheetLabel> {
        let code = Qr::of_text("HTTPS://AOXANH.EXAMPLE/7K3XQ92M4T8").ok();
        let lines = vec![LabelLine::whole("7K3XQ-92M4T-8", 150), LabelLine::soft("Laptop", 100)];
        vec![SheetLabel { code, lines }; count]
    }

    fn pages(pdf: &[u8]) -> usize {
        let text = String::from_utf8_lossy(pdf);
        text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count()
    }

    #[test]
    fn lengths_become_points_without_loss() {
        assert!((points(Length(25_400)) - 72.0).abs() < 1e-4);
        assert!((points(Length(38_100)) - 108.0).abs() < 1e-4);
        assert_eq!(Shift { right: -25_400, down: 0 }.points(), (-72.0, 0.0));
    }

    #[test]
    fn a_sheet_that_is_partly_used_goes_on_behind_what_is_gone() {
        let template = template("a4-65");
        let made = |count, used| {
            let labels = labels(count);
            let order = LabelSheet { template: &template, labels: &labels, used, shift: Shift::default() };
            label_sheets(&order).expect("drawn")
        };
        for (count, used, wanted) in [(1, 0, 1), (65, 0, 1), (66, 0, 2), (65, 1, 2), (1, 64, 1), (1, 999, 1)] {
            assert_eq!(pages(&made(count, used)), wanted, "{count} labels, {used} gone");
        }
        assert_eq!(made(3, 0), made(3, 0), "the same bytes");
    }

    #[test]
    fn a_shift_that_takes_a_code_off_the_paper_is_refused() {
        let made = |id: &str, (right, down): (i32, i32), used: u32| {
            let (template, labels) = (template(id), labels(1));
            let order = LabelSheet { template: &template, labels: &labels, used, shift: Shift { right, down } };
            label_sheets(&order).map(|_pdf| ())
        };
        let off = Err(SheetError::Label(TagError::OffPaper));
        for (shift, used, wanted) in [
            ((-20_000, 0), 0, &off),
            ((0, -20_000), 0, &off),
            ((-20_000, -20_000), 42, &Ok(())),
            ((0, 20_000), 64, &off),
            ((-500, -500), 0, &Ok(())),
        ] {
            assert_eq!(&made("a4-65", shift, used), wanted, "{shift:?} {used}");
        }
        assert_eq!(made("nhiet-50x30", (-20_000, 0), 0), off, "paper without an edge around its labels");
        assert_eq!(made("nhiet-50x30", (0, 0), 0), Ok(()));
    }

    #[test]
    fn a_code_too_dense_for_its_label_is_refused() {
        let label = SheetLabel { code: Qr::of_text(&"A".repeat(900)).ok(), lines: Vec::new() };
        let template = template("a4-65");
        let order = LabelSheet { template: &template, labels: &[label], used: 0, shift: Shift::default() };
        assert!(matches!(label_sheets(&order), Err(SheetError::Label(TagError::ModuleTooSmall { .. }))));
    }
}
