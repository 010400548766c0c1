//! The card that hangs at the bench: how a machine is started from a stick, and by which key, maker by maker.
//!
//! ```text
//!            KHỞI ĐỘNG TỪ THẺ
//! 1. … 2. … 3. …
//! maker │ boot menu │ set-up        … on as many pages as it takes
//!   what else is to be known
//! whose list                        page 1 of 1
//! ```
//!
//! Invariant: every machine of the list is on it, its note on the same page, and the head of the table on every page.

use super::error::CertificateError;
use super::ink::{BLACK, Faces, GREY, Ink};
use super::page_rows::site_sentence;
use crate::event::station::SiteSeen;
use crate::profile::{BootKey, BootKeys};
use crate::word::{Sentence, Words, say};
use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;

/// Sides of A4.
const PAPER: (f32, f32) = (595.28, 841.89);
const LEFT: f32 = 42.0;
const WIDTH: f32 = 511.0;
const TOP: f32 = 40.0;
const END: f32 = 812.0;
const FOOT: f32 = 826.0;
/// Type: size, and from line to line.
const STEP: (f32, f32) = (10.0, 13.5);
const CELL: (f32, f32) = (9.2, 11.6);
const NOTE: (f32, f32) = (7.6, 9.2);
/// Above the text of a row.
const PAD: f32 = 1.9;
/// Where the columns begin behind the left edge.
const COLUMNS: [f32; 3] = [0.0, 250.0, 390.0];

/// What is printed.
#[derive(Clone, Copy, Debug)]
pub struct BootCard<'a> {
    /// The keys.
    pub keys: &'a BootKeys,
    /// Whose bench it is.
    pub site: Option<&'a SiteSeen>,
    /// In which language.
    pub words: &'a Words,
}

/// The card as PDF. Errors: it cannot be drawn.
pub fn boot_card(card: &BootCard<'_>) -> Result<Vec<u8>, CertificateError> {
    let faces = Faces::new()?;
    let mut document = Document::new();
    let pages = card.pages(&faces);
    let settings = || PageSettings::from_wh(PAPER.0, PAPER.1);
    for (number, rows) in pages.iter().enumerate() {
        let settings = settings().ok_or_else(|| CertificateError::Page("no paper".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut ink = Ink { surface: page.surface(), faces: &faces };
        let mut y = TOP;
        if number == 0 {
            y = card.head(&mut ink);
        }
        y = card.columns(y, &mut ink);
        for one in rows {
            y = card.row(one, y, &mut ink);
        }
        card.foot((number + 1, pages.len()), &mut ink);
    }
    let title = card.words.say(&say!("boot-card-title"));
    document.set_metadata(Metadata::new().title(title).creator("aoxanh".to_owned()));
    document.finish().map_err(|error| CertificateError::Page(format!("{error:?}")))
}

impl<'a> BootCard<'a> {
    fn steps(&self, faces: &Faces) -> Vec<String> {
        let steps =
            [say!("boot-step-plug"), say!("boot-step-press"), say!("boot-step-choose"), say!("boot-step-stuck")];
        let said = (1u64..).zip(&steps).map(|(number, step)| format!("{number}. {}", self.words.say(step)));
        said.flat_map(|text| faces.regular.lines(&text, STEP.0, WIDTH)).collect()
    }

    fn note(&self, one: &BootKey, faces: &Faces) -> Vec<String> {
        let note = one.note(self.words.lang());
        note.map_or_else(Vec::new, |note| faces.regular.lines(note, NOTE.0, WIDTH - 12.0))
    }

    fn row_height(&self, one: &BootKey, faces: &Faces) -> f32 {
        let lines = u16::try_from(self.note(one, faces).len()).unwrap_or(u16::MAX);
        2.0 * PAD + CELL.1 + NOTE.1 * f32::from(lines)
    }

    /// Which machines stand on which page.
    fn pages(&self, faces: &Faces) -> Vec<Vec<&'a BootKey>> {
        let steps = u16::try_from(self.steps(faces).len()).unwrap_or(u16::MAX);
        let head = 2.0 * PAD + CELL.1;
        let mut y = TOP + 52.0 + STEP.1 * f32::from(steps) + head;
        let mut pages = vec![Vec::new()];
        for one in &self.keys.machines {
            let height = self.row_height(one, faces);
            if y + height > END {
                pages.push(Vec::new());
                y = TOP + head;
            }
            pages.last_mut().into_iter().for_each(|page| page.push(one));
            y += height;
        }
        pages
    }

    fn head(&self, ink: &mut Ink<'_, '_>) -> f32 {
        let faces = ink.faces;
        let site = self.site.map_or_else(|| "IT áo xanh".to_owned(), |site| self.words.say(&site_sentence(site)));
        let site = faces.bold.lines(&site, CELL.0, WIDTH);
        ink.text(&faces.bold, site.first().map_or("", |line| line.as_str()), CELL.0, (LEFT, TOP), BLACK);
        let title = self.words.say(&say!("boot-card-title"));
        let across = faces.bold.width(&title, 17.0);
        ink.text(&faces.bold, &title, 17.0, (LEFT + (WIDTH - across) / 2.0, TOP + 28.0), BLACK);
        let mut y = TOP + 50.0;
        for line in self.steps(faces) {
            ink.text(&faces.regular, &line, STEP.0, (LEFT, y), BLACK);
            y += STEP.1;
        }
        y + 2.0
    }

    fn columns(&self, y: f32, ink: &mut Ink<'_, '_>) -> f32 {
        let faces = ink.faces;
        let height = CELL.1 + 2.0 * PAD;
        ink.area((LEFT, y - CELL.1 + PAD), (WIDTH, height), (238, 238, 238));
        let names: [Sentence; 3] = [say!("boot-column-machine"), say!("boot-column-menu"), say!("boot-column-setup")];
        for (name, x) in names.iter().zip(COLUMNS) {
            ink.text(&faces.bold, &self.words.say(name), CELL.0, (LEFT + 3.0 + x, y), BLACK);
        }
        y + height
    }

    fn row(&self, one: &BootKey, y: f32, ink: &mut Ink<'_, '_>) -> f32 {
        let faces = ink.faces;
        let [boot, setup] = one.keys();
        let name = faces.regular.lines(&one.title(), CELL.0, COLUMNS[1] - 8.0);
        ink.text(&faces.regular, name.first().map_or("", |line| line.as_str()), CELL.0, (LEFT + 3.0, y), BLACK);
        ink.text(&faces.bold, &boot, CELL.0, (LEFT + 3.0 + COLUMNS[1], y), BLACK);
        ink.text(&faces.regular, &setup, CELL.0, (LEFT + 3.0 + COLUMNS[2], y), BLACK);
        let mut below = y;
        for line in self.note(one, faces) {
            below += NOTE.1;
            ink.text(&faces.regular, &line, NOTE.0, (LEFT + 12.0, below), GREY);
        }
        let foot = y + self.row_height(one, faces);
        ink.line(&[(LEFT, foot - CELL.1 + PAD), (LEFT + WIDTH, foot - CELL.1 + PAD)], 0.3, GREY);
        foot
    }

    fn foot(&self, (number, of): (usize, usize), ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        let source = faces.regular.lines(&self.keys.source, NOTE.0, WIDTH - 80.0);
        ink.text(&faces.regular, source.first().map_or("", |line| line.as_str()), NOTE.0, (LEFT, FOOT), GREY);
        let page = self.words.say(&say!("receipt-page", page = number as u64, of = of as u64));
        let across = faces.regular.width(&page, NOTE.0);
        ink.text(&faces.regular, &page, NOTE.0, (LEFT + WIDTH - across, FOOT), GREY);
    }
}
