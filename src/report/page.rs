//! The certificate as one page of A4: Vietnamese, English beside it in smaller type, and a QR with the record's hash.
//!
//! ```text
//! title, what it came to
//! name (vi, en)   value (vi, en)     … rows
//! speed over the length of the disk
//! QR              hashes, how to check
//! ```
//!
//! Invariants: one page, whatever the record says: long values are broken and cut, with a word about the JSON; practice
//! stands at the top and across the page; nothing here that the certificate does not say, and no clock but the record's.

use super::error::CertificateError;
use super::ink::{BLACK, FAINT, Faces, GREY, Ink, ORANGE, PALE};
use super::page_rows::{Row, Value, rows, title};
use super::statement::Statement;
use crate::tag::Qr;
use crate::unit::{Bytes, Digest, Moment, PersonId};
use crate::word::{Sentence, Words, say};
use krilla::Document;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use std::collections::BTreeMap;

/// Sides of A4.
const PAPER: (f32, f32) = (595.28, 841.89);
const LEFT: f32 = 42.0;
const WIDTH: f32 = 511.0;
/// Where values begin, and how wide they may be.
const VALUE: (f32, f32) = (190.0, 363.0);
/// Rows end above the chart, the chart above the QR.
const ROWS_END: f32 = 641.0;
const CHART: (f32, f32) = (648.0, 40.0);
/// How much higher than the chart the room for signatures begins.
const SIGNING: f32 = 60.0;
const QR: (f32, f32) = (704.0, 100.0);
/// Between two rows.
const GAP: f32 = 3.5;
/// How far down the small type of one value stands from the large type of the next.
const AFTER_SMALL: f32 = 10.5;
const BIG: (f32, f32) = (8.6, 11.0);
const SMALL: (f32, f32) = (6.4, 7.8);

/// What is printed, and in which words.
pub struct Paper<'a> {
    /// What it says.
    pub certificate: &'a Statement,
    /// The station's id.
    pub station: Digest,
    /// Names to print in place of ids, where somebody who may asked for them.
    pub names: &'a BTreeMap<PersonId, String>,
    /// Vietnamese.
    pub vi: &'a Words,
    /// English.
    pub en: &'a Words,
}

/// What the QR of a certificate says: `AOXANH:<station>/<record>/<leaf hash>`, in upper case.
#[must_use]
pub fn qr_text(station: Digest, certificate: &Statement) -> String {
    format!("AOXANH:{station}/{}/{}", certificate.seq(), certificate.leaf()).to_uppercase()
}

/// The page as PDF. Errors: it cannot be drawn.
pub fn page(paper: &Paper<'_>) -> Result<Vec<u8>, CertificateError> {
    let faces = Faces::new()?;
    let mut document = Document::new();
    let settings = PageSettings::from_wh(PAPER.0, PAPER.1);
    let settings = settings.ok_or_else(|| CertificateError::Page("no paper".to_owned()))?;
    {
        let mut page = document.start_page_with(settings);
        let mut ink = Ink { surface: page.surface(), faces: &faces };
        paper.draw(&mut ink)?;
    }
    document.set_metadata(paper.metadata());
    document.finish().map_err(|error| CertificateError::Page(format!("{error:?}")))
}

impl Paper<'_> {
    fn draw(&self, ink: &mut Ink<'_, '_>) -> Result<(), CertificateError> {
        let top = self.head(ink);
        self.rows(top, ink);
        if self.certificate.wipe().is_some() {
            self.chart(ink);
        } else {
            self.signatures(ink);
        }
        self.foot(ink)
    }

    fn metadata(&self) -> Metadata {
        let metadata = Metadata::new()
            .title(self.vi.say(&title(self.certificate.document())))
            .language("vi".to_owned())
            .creator(
                format!("aoxanh {}", self.certificate.wipe().map_or("", |wipe| wipe.technique.program.as_str()))
                    .trim()
                    .to_owned(),
            )
            .document_id(self.certificate.leaf().to_string());
        match date(self.certificate.ended()) {
            Some(date) => metadata.creation_date(date),
            None => metadata,
        }
    }

    /// The upper edge: practice, title, what it is about; where the rows begin.
    fn head(&self, ink: &mut Ink<'_, '_>) -> f32 {
        let faces = ink.faces;
        let practice = self.certificate.practice();
        if practice {
            let words = self.vi.say(&say!("paper-practice"));
            ink.turned(-35.0, (PAPER.0 / 2.0, PAPER.1 / 2.0), |ink| {
                let across = faces.bold.width(&words, 92.0);
                let at = ((PAPER.0 - across) / 2.0, PAPER.1 / 2.0);
                ink.text(&faces.bold, &words, 92.0, at, FAINT);
            });
            let note = format!("{} · {}", words, self.vi.say(&say!("paper-practice-note")));
            ink.text(&faces.bold, &note, 9.5, (LEFT, 40.0), ORANGE);
            ink.text(&faces.regular, &self.en.say(&say!("paper-practice-note")), 7.0, (LEFT, 50.0), ORANGE);
        } else {
            ink.text(&faces.regular, "IT áo xanh · aoxanh", 8.0, (LEFT, 44.0), GREY);
        }
        let title = title(self.certificate.document());
        ink.text(&faces.bold, &self.vi.say(&title), 16.0, (LEFT, 74.0), BLACK);
        ink.text(&faces.regular, &self.en.say(&title), 9.0, (LEFT, 88.0), GREY);
        ink.line(&[(LEFT, 96.0), (LEFT + WIDTH, 96.0)], 0.8, BLACK);
        108.0
    }

    fn rows(&self, top: f32, ink: &mut Ink<'_, '_>) {
        let mut y = top;
        for row in rows(self.certificate, self.names) {
            let lines = self.laid(&row, ink);
            let height = (leads(&lines).sum::<f32>() + BIG.1).max(BIG.1 + SMALL.1);
            if y + height > ROWS_END {
                ink.text(&ink.faces.regular, &self.vi.say(&say!("paper-more")), BIG.0, (VALUE.0, y), GREY);
                return;
            }
            ink.text(&ink.faces.bold, &self.vi.say(&row.name), BIG.0, (LEFT, y), BLACK);
            ink.text(&ink.faces.regular, &self.en.say(&row.name), SMALL.0, (LEFT, y + SMALL.1 + 1.0), GREY);
            let mut at = y;
            for ((text, size), lead) in lines.iter().zip(leads(&lines)) {
                at += lead;
                let tint = if *size == BIG { BLACK } else { GREY };
                ink.text(&ink.faces.regular, text, size.0, (VALUE.0, at), tint);
            }
            y += height + GAP;
        }
    }

    /// A row's values in lines, each with its size and height; cut where there are too many.
    fn laid(&self, row: &Row, ink: &Ink<'_, '_>) -> Vec<(String, (f32, f32))> {
        let face = &ink.faces.regular;
        let mut lines = Vec::new();
        for value in &row.values {
            let (vi, en) = match value {
                Value::Text(text) => (text.clone(), None),
                Value::Said(said) => (self.both(said).0, Some(self.both(said).1)),
            };
            lines.extend(face.lines(&vi, BIG.0, VALUE.1).into_iter().map(|line| (line, BIG)));
            let en = en.filter(|en| *en != vi);
            lines.extend(en.iter().flat_map(|en| face.lines(en, SMALL.0, VALUE.1)).map(|line| (line, SMALL)));
        }
        if lines.len() > row.most {
            lines.truncate(row.most - 1);
            lines.push((self.vi.say(&say!("paper-more")), BIG));
        }
        lines
    }

    /// The sentence in both languages, without the marks of the command line.
    fn both(&self, said: &Sentence) -> (String, String) {
        let bare = |words: &Words| words.say(said).trim_start_matches(['✓', '✗', '!', ' ']).to_owned();
        (bare(self.vi), bare(self.en))
    }

    /// Speed over the length of the disk, where the record has it.
    fn chart(&self, ink: &mut Ink<'_, '_>) {
        let Some(speed) = self.certificate.wipe().and_then(|wipe| wipe.speed.as_ref()) else { return };
        let most = speed.write.iter().chain(&speed.read_back).copied().max().unwrap_or_default();
        if most == Bytes::ZERO {
            return;
        }
        let (top, height) = CHART;
        let faces = ink.faces;
        let name = say!("paper-speed");
        ink.text(&faces.bold, &self.vi.say(&name), BIG.0, (LEFT, top + 8.0), BLACK);
        ink.text(&faces.regular, &self.en.say(&name), SMALL.0, (LEFT, top + 17.0), GREY);
        let key = say!("paper-speed-key", most = format!("{}/s", most.decimal()));
        let keys = [self.vi.say(&key), self.en.say(&key)];
        let keys = keys.iter().flat_map(|key| faces.regular.lines(key, 5.6, VALUE.0 - LEFT - 6.0));
        for (key, y) in keys.zip([26.0, 32.5, 39.0, 45.5]) {
            ink.text(&faces.regular, &key, 5.6, (LEFT, top + y), GREY);
        }
        let foot = top + height;
        ink.line(&[(VALUE.0, top), (VALUE.0, foot), (VALUE.0 + VALUE.1, foot)], 0.6, GREY);
        for (curve, tint, width) in [(&speed.write, BLACK, 1.2), (&speed.read_back, ORANGE, 0.9)] {
            let points = curve_points(curve, most, top, height);
            ink.line(&points, width, tint);
        }
    }

    /// Room for two people to sign: a destruction is believed because two saw it.
    fn signatures(&self, ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        let top = CHART.0 - SIGNING;
        for (name, x) in [(say!("paper-destroyed-by"), LEFT), (say!("paper-witness"), LEFT + WIDTH / 2.0)] {
            let (vi, en) = self.both(&name);
            ink.text(&faces.bold, &vi, BIG.0, (x, top), BLACK);
            ink.text(&faces.regular, &en, SMALL.0, (x, top + SMALL.1 + 1.0), GREY);
            let (vi, en) = self.both(&say!("paper-sign"));
            ink.text(&faces.regular, &format!("{vi} · {en}"), SMALL.0, (x, top + 18.0), GREY);
            let foot = top + SIGNING + CHART.1 - 12.0;
            ink.line(&[(x, foot), (x + WIDTH / 2.0 - 24.0, foot)], 0.6, GREY);
        }
    }

    fn foot(&self, ink: &mut Ink<'_, '_>) -> Result<(), CertificateError> {
        let faces = ink.faces;
        let (top, side) = QR;
        ink.line(&[(LEFT, top - 8.0), (LEFT + WIDTH, top - 8.0)], 0.6, PALE);
        self.qr((LEFT, top), side, ink)?;
        let x = LEFT + side + 14.0;
        let certificate = self.certificate;
        let mut y = top + 12.0;
        let record = say!("paper-record", seq = certificate.seq());
        let hashes = [
            (record, certificate.leaf()),
            (say!("paper-previous"), certificate.previous()),
            (say!("paper-station"), self.station),
        ];
        for (name, hash) in hashes {
            let (vi, en) = self.both(&name);
            ink.text(&faces.bold, &vi, 7.6, (x, y), BLACK);
            let beside = x + faces.bold.width(&vi, 7.6) + 5.0;
            ink.text(&faces.regular, &en, SMALL.0, (beside, y), GREY);
            ink.text(&faces.regular, &hash.to_string(), 7.6, (x, y + 9.5), BLACK);
            y += 23.0;
        }
        let (vi, en) = self.both(&say!("paper-check"));
        ink.text(&faces.regular, &vi, 7.6, (x, y), BLACK);
        ink.text(&faces.regular, &en, SMALL.0, (x, y + 8.5), GREY);
        ink.text(&faces.bold, "aoxanh verify <JSON> --key <STATION-KEY>", 7.6, (x, y + 18.5), BLACK);
        Ok(())
    }

    fn qr(&self, at: (f32, f32), side: f32, ink: &mut Ink<'_, '_>) -> Result<(), CertificateError> {
        let text = qr_text(self.station, self.certificate);
        let qr = Qr::of_text(&text).map_err(|error| CertificateError::Page(error.to_string()))?;
        let module = side / float(qr.side());
        ink.code(&qr, at, module);
        Ok(())
    }
}

/// How far each line stands below the one before; the first stands where the row begins.
fn leads(lines: &[(String, (f32, f32))]) -> impl Iterator<Item = f32> {
    let before = std::iter::once(None).chain(lines.iter().map(|line| Some(line.1)));
    before.zip(lines).map(|(before, line)| match before {
        None => 0.0,
        Some(before) if before == SMALL && line.1 == BIG => AFTER_SMALL,
        Some(_) => {
            if line.1 == SMALL {
                SMALL.1 + 1.0
            } else {
                line.1.1
            }
        }
    })
}

/// A small count as a length.
fn float(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::MAX, f32::from)
}

/// A curve as places on the chart.
fn curve_points(curve: &[Bytes], most: Bytes, top: f32, height: f32) -> Vec<(f32, f32)> {
    let step = VALUE.1 / float(curve.len().saturating_sub(1).max(1));
    let place = |(number, rate): (usize, &Bytes)| {
        let per_mille = u16::try_from(rate.per_mille_of(most)).unwrap_or(1000);
        (VALUE.0 + float(number) * step, top + height * (1.0 - f32::from(per_mille) / 1000.0))
    };
    curve.iter().enumerate().map(place).collect()
}

/// The moment, UTC, to the second.
fn date(moment: Moment) -> Option<DateTime> {
    let text = moment.to_string();
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let date = DateTime::new(text.get(0..4)?.parse().ok()?).month(number(5, 7)?).day(number(8, 10)?);
    let date = date.hour(number(11, 13)?).minute(number(14, 16)?).second(number(17, 19)?);
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}
