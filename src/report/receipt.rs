//! The donor's receipt on A4: what was received, from whom, with what; what happens next; the code to ask with; room for two
//! signatures.
//!
//! ```text
//! team, place                      when
//!            GIẤY BIÊN NHẬN
//! from whom, how many
//! no. │ device │ tag │ condition │ came with it, given back      … on as many pages as it takes
//! consent, what happens next, QR and code, two signatures
//! which receipt                    page 1 of 2
//! ```
//!
//! Invariants: every device is on it, and the head of the list on every page that lists any; nothing here is looked up: a
//! donor's name stands here only where it was given.

use super::error::CertificateError;
use super::ink::{BLACK, FAINT, Faces, GREY, Ink, ORANGE, PALE};
use super::page_rows::site_sentence;
use crate::event::station::SiteSeen;
use crate::tag::ReceiptCode;
use crate::unit::{LotId, Moment};
use crate::word::{Sentence, Words, say};
use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;

/// Sides of A4.
const PAPER: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 42.0;
pub(super) const WIDTH: f32 = 511.0;
const TOP: f32 = 46.0;
const END: f32 = 792.0;
const FOOT: f32 = 815.0;
/// Type of the text and of the list: size, and from line to line.
pub(super) const TEXT: (f32, f32) = (9.4, 13.0);
const CELL: (f32, f32) = (8.6, 11.0);
const SMALL: f32 = 7.6;
/// Above and below the text of a cell.
const PAD: f32 = 4.0;
/// The most lines of a cell.
const MOST_LINES: usize = 6;
/// Columns of the list: where each begins behind the left edge, and how wide it is.
const COLUMNS: [(f32, f32); 5] = [(0.0, 24.0), (24.0, 172.0), (196.0, 84.0), (280.0, 84.0), (364.0, 147.0)];

/// A device on a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    /// What it is: kind, maker, model, serial.
    pub device: String,
    /// Its tag.
    pub tag: String,
    /// How it does.
    pub condition: String,
    /// What came with it, and what was given back or kept.
    pub with: String,
}

/// What is printed.
#[derive(Clone, Debug)]
pub struct ReceiptPaper<'a> {
    /// Whether this is practice.
    pub practice: bool,
    /// Whose bench it is and where.
    pub site: Option<&'a SiteSeen>,
    /// For which lot.
    pub lot: &'a LotId,
    /// Which receipt of the lot, from 1 on.
    pub number: u32,
    /// When.
    pub at: Moment,
    /// Who gave, where that may be told; else there is a line to be filled in.
    pub donor: Option<&'a str>,
    /// For which campaign.
    pub campaign: Option<&'a str>,
    /// How many devices, kind by kind.
    pub total: Sentence,
    /// What is missing or too many, where something was announced.
    pub difference: Option<Sentence>,
    /// Whether erasing is consented to.
    pub erase: bool,
    /// Whether taking apart is.
    pub parts: bool,
    /// The devices.
    pub rows: &'a [ReceiptRow],
    /// The code, which nothing else has.
    pub code: &'a ReceiptCode,
    /// What its QR says.
    pub payload: &'a str,
    /// Vietnamese.
    pub words: &'a Words,
}

/// What stands on a page, one under the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Head,
    Columns,
    Row(usize),
    Close,
}

/// The pages as PDF. Errors: they cannot be drawn.
pub fn receipt_pages(paper: &ReceiptPaper<'_>) -> Result<Vec<u8>, CertificateError> {
    let faces = Faces::new()?;
    let mut document = Document::new();
    let pages = paper.pages(&faces);
    for (number, blocks) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAPER.0, PAPER.1);
        let settings = settings.ok_or_else(|| CertificateError::Page("no paper".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut ink = Ink { surface: page.surface(), faces: &faces };
        paper.practice(&mut ink);
        let mut y = TOP;
        for block in blocks {
            paper.draw(*block, y, &mut ink)?;
            y += paper.height(*block, &faces);
        }
        paper.foot((number + 1, pages.len()), &mut ink);
    }
    let title = paper.words.say(&say!("receipt-title"));
    document.set_metadata(Metadata::new().title(title).language("vi".to_owned()).creator("aoxanh".to_owned()));
    document.finish().map_err(|error| CertificateError::Page(format!("{error:?}")))
}

impl ReceiptPaper<'_> {
    /// What stands on which page.
    fn pages(&self, faces: &Faces) -> Vec<Vec<Block>> {
        let rows = (0..self.rows.len()).map(Block::Row);
        let all = [Block::Head, Block::Columns].into_iter().chain(rows).chain([Block::Close]);
        let (mut pages, mut y) = (vec![Vec::new()], TOP);
        for block in all {
            let height = self.height(block, faces);
            if y + height > END {
                pages.push(Vec::new());
                y = TOP;
                if matches!(block, Block::Row(_)) {
                    y += self.height(Block::Columns, faces);
                    pages.last_mut().into_iter().for_each(|page| page.push(Block::Columns));
                }
            }
            pages.last_mut().into_iter().for_each(|page| page.push(block));
            y += height;
        }
        pages
    }

    fn height(&self, block: Block, faces: &Faces) -> f32 {
        match block {
            Block::Head => 72.0 + TEXT.1 * float(self.told(faces).len()),
            Block::Columns => CELL.1 + 2.0 * PAD,
            Block::Row(at) => {
                let lines = self.cells(at, faces).iter().map(Vec::len).max().unwrap_or(1);
                CELL.1 * float(lines.max(1)) + 2.0 * PAD
            }
            Block::Close => self.close_height(faces),
        }
    }

    fn draw(&self, block: Block, y: f32, ink: &mut Ink<'_, '_>) -> Result<(), CertificateError> {
        match block {
            Block::Head => self.head(y, ink),
            Block::Columns => self.columns(y, ink),
            Block::Row(at) => self.row(at, y, ink),
            Block::Close => self.close(y + 14.0, ink)?,
        }
        Ok(())
    }

    fn practice(&self, ink: &mut Ink<'_, '_>) {
        if !self.practice {
            return;
        }
        let (faces, words) = (ink.faces, self.words.say(&say!("paper-practice")));
        ink.turned(-35.0, (PAPER.0 / 2.0, PAPER.1 / 2.0), |ink| {
            let across = faces.bold.width(&words, 92.0);
            ink.text(&faces.bold, &words, 92.0, ((PAPER.0 - across) / 2.0, PAPER.1 / 2.0), FAINT);
        });
        let note = format!("{words} · {}", self.words.say(&say!("paper-practice-note")));
        ink.text(&faces.bold, &note, 9.5, (LEFT, 30.0), ORANGE);
    }

    /// From whom, for what, how many: in lines.
    fn told(&self, faces: &Faces) -> Vec<(bool, String)> {
        let mut lines = Vec::new();
        let mut tell = |is_bold: bool, sentence: &Sentence| {
            let face = if is_bold { &faces.bold } else { &faces.regular };
            let text = self.words.say(sentence);
            lines.extend(face.lines(&text, TEXT.0, WIDTH).into_iter().map(|line| (is_bold, line)));
        };
        let dotted = ".".repeat(150);
        tell(false, &say!("receipt-from", donor = self.donor.unwrap_or(&dotted)));
        if let Some(campaign) = self.campaign {
            tell(false, &say!("receipt-campaign", campaign = campaign));
        }
        tell(true, &say!("receipt-total", count = self.rows.len() as u64, kinds = self.total.clone()));
        if let Some(difference) = &self.difference {
            tell(false, &say!("receipt-difference", difference = difference.clone()));
        }
        lines
    }

    fn head(&self, top: f32, ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        let site = self.site.map_or_else(|| "IT áo xanh".to_owned(), |site| self.words.say(&site_sentence(site)));
        let at = self.words.say(&say!("receipt-at", at = self.at.local()));
        let beside = faces.regular.width(&at, CELL.0);
        let site = faces.bold.lines(&site, CELL.0, WIDTH - beside - 20.0);
        for (line, y) in site.iter().zip([top, top + CELL.1]) {
            ink.text(&faces.bold, line, CELL.0, (LEFT, y), BLACK);
        }
        ink.text(&faces.regular, &at, CELL.0, (LEFT + WIDTH - beside, top), BLACK);
        self.middle(&say!("receipt-title"), 17.0, top + 34.0, ink);
        let which = self.which();
        let across = faces.regular.width(&which, CELL.0);
        ink.text(&faces.regular, &which, CELL.0, (LEFT + (WIDTH - across) / 2.0, top + 48.0), GREY);
        let mut y = top + 66.0;
        for (is_bold, line) in self.told(faces) {
            ink.text(if is_bold { &faces.bold } else { &faces.regular }, &line, TEXT.0, (LEFT, y), BLACK);
            y += TEXT.1;
        }
    }

    fn middle(&self, sentence: &Sentence, size: f32, y: f32, ink: &mut Ink<'_, '_>) {
        let (faces, text) = (ink.faces, self.words.say(sentence));
        let across = faces.bold.width(&text, size);
        ink.text(&faces.bold, &text, size, (LEFT + (WIDTH - across) / 2.0, y), BLACK);
    }

    fn which(&self) -> String {
        self.words.say(&say!("receipt-which", lot = self.lot.as_str(), number = u64::from(self.number)))
    }

    fn columns(&self, top: f32, ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        let foot = top + CELL.1 + 2.0 * PAD;
        ink.area((LEFT, top), (WIDTH, foot - top), (238, 238, 238));
        let names = [
            say!("receipt-column-number"),
            say!("receipt-column-device"),
            say!("receipt-column-tag"),
            say!("receipt-column-condition"),
            say!("receipt-column-with"),
        ];
        for (name, (x, _)) in names.iter().zip(COLUMNS) {
            let text = self.words.say(name);
            ink.text(&faces.bold, &text, CELL.0, (LEFT + x + 3.0, top + PAD + CELL.0), BLACK);
        }
        ink.line(&[(LEFT, foot), (LEFT + WIDTH, foot)], 0.8, BLACK);
    }

    /// The lines of each cell of a device.
    fn cells(&self, at: usize, faces: &Faces) -> Vec<Vec<String>> {
        let Some(row) = self.rows.get(at) else { return Vec::new() };
        let number = (at + 1).to_string();
        let texts = [number.as_str(), &row.device, &row.tag, &row.condition, &row.with];
        let cell = |(text, (_, width)): (&&str, (f32, f32))| {
            let mut lines = faces.regular.lines(text, CELL.0, width - 6.0);
            if lines.len() > MOST_LINES {
                lines.truncate(MOST_LINES);
                lines.iter_mut().skip(MOST_LINES - 1).for_each(|line| line.push('…'));
            }
            lines
        };
        texts.iter().zip(COLUMNS).map(cell).collect()
    }

    fn row(&self, at: usize, top: f32, ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        for (lines, (x, _)) in self.cells(at, faces).iter().zip(COLUMNS) {
            let mut y = top + PAD + CELL.0;
            for line in lines {
                ink.text(&faces.regular, line, CELL.0, (LEFT + x + 3.0, y), BLACK);
                y += CELL.1;
            }
        }
        let foot = top + self.height(Block::Row(at), faces);
        ink.line(&[(LEFT, foot), (LEFT + WIDTH, foot)], 0.5, PALE);
    }

    fn foot(&self, (page, of): (usize, usize), ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        let text = format!("{} · {}", self.words.say(&say!("receipt-title")), self.which());
        ink.text(&faces.regular, &text, SMALL, (LEFT, FOOT), GREY);
        let text = self.words.say(&say!("receipt-page", page = page as u64, of = of as u64));
        let across = faces.regular.width(&text, SMALL);
        ink.text(&faces.regular, &text, SMALL, (LEFT + WIDTH - across, FOOT), GREY);
    }
}

/// A small count as a length.
pub(super) fn float(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::MAX, f32::from)
}
