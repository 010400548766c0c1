//! Receiving the devices of a donor's list: first looked at row by row, then received all or none.
//!
//! Invariants: looking records nothing; a machine whose serial is in the ledger already is never received a second time by a
//! list; nothing of a file is kept but what [`Incoming`] has room for.

use super::bench::Bench;
use super::carry_door::known_sentence;
use super::intake::{Donation, Incoming, Received, kind_sentence, take_in_all};
use super::listed_words::{accessories_named, condition_named, kind_named, says_nothing};
use super::outward::{outward_sentence, told_sentence};
use crate::event::intake::DeviceKind;
use crate::event::outward::{Outward, Told};
use crate::port::{Failure, Trouble};
use crate::reading::{Column, ListedRow, MOST_ROWS, SheetError, is_junk, plain_words, read_list};
use crate::tag::TagId;
use crate::unit::LotId;
use crate::word::{Sentence, say};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The most bytes of a list. A workbook is packed: what it unpacks to is a thousand times as much at worst.
const MOST_BYTES: u64 = 2 * 1024 * 1024;
/// The most letters of a maker, a model and a serial.
const MOST_LETTERS: usize = 64;

/// What is to be done with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowStanding {
    /// It can be received.
    Good(Box<Incoming>),
    /// Its machine is in the ledger already.
    Known(Sentence),
    /// It cannot be received, and why.
    Bad(Sentence),
}

/// A row of a list, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// Its number in the file.
    pub number: u64,
    /// What is to be done with it.
    pub standing: RowStanding,
    /// What in it is not understood, and so left out.
    pub unsure: Vec<Sentence>,
}

/// A list, judged row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListView {
    /// The file.
    pub file: PathBuf,
    /// How many of its columns are not read.
    pub unread: u64,
    /// Its rows, in order.
    pub rows: Vec<RowView>,
}

/// Devices that were received by a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListTaken {
    /// Each with its row.
    pub received: Vec<(u64, Received)>,
    /// Rows whose machines came into the ledger since the list was looked at.
    pub skipped: Vec<(u64, Sentence)>,
}

impl RowView {
    /// What would be received.
    #[must_use]
    pub fn incoming(&self) -> Option<&Incoming> {
        match &self.standing {
            RowStanding::Good(incoming) => Some(incoming),
            RowStanding::Known(_) | RowStanding::Bad(_) => None,
        }
    }

    /// The row in one line: what would be received, or why not.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match &self.standing {
            RowStanding::Good(incoming) => incoming_sentence(incoming),
            RowStanding::Known(what) => say!("door-list-known", what = what.clone()),
            RowStanding::Bad(why) => why.clone(),
        }
    }
}

impl ListView {
    /// The rows that can be received.
    #[must_use]
    pub fn good(&self) -> Vec<(u64, Incoming)> {
        self.rows.iter().filter_map(|row| Some((row.number, row.incoming()?.clone()))).collect()
    }

    /// How many rows are wrong.
    #[must_use]
    pub fn bad(&self) -> u64 {
        self.rows.iter().map(|row| u64::from(matches!(row.standing, RowStanding::Bad(_)))).sum()
    }

    /// How many rows are of machines that are in the ledger already.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.rows.iter().map(|row| u64::from(matches!(row.standing, RowStanding::Known(_)))).sum()
    }

    /// How many rows can be received that nothing tells apart: received twice, they would be there twice.
    #[must_use]
    pub fn nameless(&self) -> u64 {
        let nameless = |incoming: &Incoming| incoming.told.serial.is_none() && incoming.tag.is_none();
        self.rows.iter().filter_map(RowView::incoming).map(|incoming| u64::from(nameless(incoming))).sum()
    }

    /// The list in one line.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        say!(
            "door-list-counts",
            good = self.good().len() as u64,
            bad = self.bad(),
            known = self.known(),
            unread = self.unread
        )
    }
}

/// What a device at the door is: kind, name, what is seen of it.
#[must_use]
pub fn incoming_sentence(incoming: &Incoming) -> Sentence {
    let parts = [told_sentence(&incoming.told), outward_sentence(&incoming.outward)];
    let join = |first, second| say!("door-and", first = first, second = second);
    parts.into_iter().flatten().fold(kind_sentence(incoming.kind), join)
}

/// Reads a donor's list and judges it row by row; where a row names no kind, its device is of that one. Errors: the file
/// cannot be read; it is no list.
pub fn look_at_list(bench: &Bench<'_>, file: &Path, kind: DeviceKind) -> Result<ListView, Failure> {
    let bytes = bench.files.read(file, MOST_BYTES)?;
    let list = read_list(&bytes).map_err(|error| not_a_list(file, &error))?;
    let mut seen = Seen::default();
    let rows = list.rows.iter().map(|row| judged(bench, row, kind, &mut seen)).collect::<Result<Vec<_>, _>>()?;
    Ok(ListView { file: file.to_owned(), unread: list.unread, rows })
}

/// Receives these rows into one lot, open or new: all or none, but for machines that came into the ledger meanwhile. Errors:
/// no row is left; the rules.
pub fn take_in_list(
    bench: &Bench<'_>,
    lot: Option<&LotId>,
    donation: &Donation,
    rows: &[(u64, Incoming)],
) -> Result<ListTaken, Failure> {
    let (mut fresh, mut skipped) = (Vec::new(), Vec::new());
    for (number, incoming) in rows {
        match known_by_serial(bench, incoming.told.serial.as_deref())? {
            Some(known) => skipped.push((*number, known)),
            None => fresh.push((*number, incoming.clone())),
        }
    }
    if fresh.is_empty() {
        return Err(Failure::new(Trouble::No, say!("door-list-nothing-new")).hint(say!("door-list-nothing-new-hint")));
    }
    let (numbers, incoming): (Vec<u64>, Vec<Incoming>) = fresh.into_iter().unzip();
    let received = take_in_all(bench, lot, donation, &incoming).map_err(|failure| Failure {
        hint: failure.hint.clone().or_else(|| Some(say!("door-list-nothing-recorded"))),
        ..failure
    })?;
    Ok(ListTaken { received: numbers.into_iter().zip(received).collect(), skipped })
}

fn not_a_list(file: &Path, error: &SheetError) -> Failure {
    let file = file.display().to_string();
    let (what, hint) = match error {
        SheetError::Workbook(_) => (say!("door-list-workbook", file = file), say!("door-list-save-as-hint")),
        SheetError::Old => (say!("door-list-old", file = file), say!("door-list-save-as-hint")),
        SheetError::NotText => (say!("door-list-not-text", file = file), say!("door-list-save-as-hint")),
        SheetError::Long => {
            (say!("door-list-too-long", file = file, most = MOST_ROWS as u64), say!("door-list-split-hint"))
        }
        SheetError::NoHeading => (say!("door-list-no-heading", file = file), say!("door-list-heading-hint")),
    };
    let failure = Failure::new(Trouble::BadData, what).hint(hint);
    if let SheetError::Workbook(cause) = error { failure.because(cause) } else { failure.detail(error) }
}

/// Serials and tags of the rows before, by how they are compared.
#[derive(Default)]
struct Seen {
    serials: BTreeMap<String, u64>,
    tags: BTreeMap<String, u64>,
}

fn judged(bench: &Bench<'_>, row: &ListedRow, kind: DeviceKind, seen: &mut Seen) -> Result<RowView, Failure> {
    let mut unsure = Vec::new();
    let standing = match incoming(row, kind, &mut unsure) {
        Err(why) => RowStanding::Bad(why),
        Ok(incoming) => {
            if let Some(known) = known_by_serial(bench, incoming.told.serial.as_deref())? {
                RowStanding::Known(known)
            } else if let Some(why) = refused(bench, row.number, &incoming, seen)? {
                RowStanding::Bad(why)
            } else {
                RowStanding::Good(Box::new(incoming))
            }
        }
    };
    Ok(RowView { number: row.number, standing, unsure })
}

fn known_by_serial(bench: &Bench<'_>, serial: Option<&str>) -> Result<Option<Sentence>, Failure> {
    let known = serial.map(|serial| bench.index.of_serial(serial)).transpose()?.flatten();
    known.map(|id| Ok(known_sentence(&bench.device(&id)?))).transpose()
}

/// Why a row that reads cannot be received: what it names is named by a row before, or its tag has a device.
fn refused(bench: &Bench<'_>, row: u64, incoming: &Incoming, seen: &mut Seen) -> Result<Option<Sentence>, Failure> {
    if let Some(serial) = &incoming.told.serial
        && let Some(before) = seen.serials.insert(plain_words(serial).replace(' ', ""), row)
    {
        return Ok(Some(say!("door-list-serial-twice", serial = serial.as_str(), row = before)));
    }
    let Some(tag) = &incoming.tag else { return Ok(None) };
    if let Some(before) = seen.tags.insert(tag.as_str().to_owned(), row) {
        return Ok(Some(say!("door-list-tag-twice", tag = tag.to_string(), row = before)));
    }
    let Some(bearer) = bench.index.tagged(tag.as_str())? else { return Ok(None) };
    Ok(Some(say!("door-tag-known", what = known_sentence(&bench.device(&bearer)?))))
}

/// What a row says. Errors: why it cannot be received.
fn incoming(row: &ListedRow, kind: DeviceKind, unsure: &mut Vec<Sentence>) -> Result<Incoming, Sentence> {
    let cell = |column| row.cells.get(&column).map(String::as_str).filter(|text| !says_nothing(text));
    let count = cell(Column::Count).unwrap_or("1");
    if count.parse::<u64>() != Ok(1) {
        return Err(say!("door-list-count", count = count));
    }
    let kind = match cell(Column::Kind) {
        Some(text) => kind_named(text).ok_or_else(|| say!("door-list-kind", text = text))?,
        None => kind,
    };
    let named = |column| cell(column).filter(|text| !is_junk(text)).map(short).transpose();
    let told = Told { maker: named(Column::Maker)?, model: named(Column::Model)?, serial: named(Column::Serial)? };
    if let Some(serial) = told.serial.as_deref().filter(|serial| is_rounded(serial)) {
        return Err(say!("door-list-serial-rounded", serial = serial));
    }
    let condition = cell(Column::Condition).map(|text| (text, condition_named(text)));
    if let Some((text, None)) = condition {
        unsure.push(say!("door-list-condition", text = text));
    }
    let (accessories, more) = cell(Column::Accessories).map(accessories_named).unwrap_or_default();
    if more {
        unsure.push(say!("door-list-accessories", text = cell(Column::Accessories).unwrap_or_default()));
    }
    let outward = Outward {
        condition: condition.and_then(|(_, condition)| condition),
        accessories: accessories.into_iter().collect(),
        taken_out: BTreeMap::new(),
        power: None,
    };
    let tag = match cell(Column::Tag) {
        Some(text) => Some(TagId::read(text).map_err(|error| error.sentence())?),
        // A number of the donor's own is none of ours.
        None => cell(Column::Code).and_then(|text| TagId::read(text).ok()),
    };
    Ok(Incoming { kind, tag, outward, told })
}

fn short(text: &str) -> Result<String, Sentence> {
    if text.chars().count() > MOST_LETTERS {
        return Err(say!("door-list-long", most = MOST_LETTERS as u64));
    }
    Ok(text.to_owned())
}

/// Whether a spreadsheet took the serial for a number and kept only its first digits: `1.23457E+14`.
fn is_rounded(serial: &str) -> bool {
    let Some((digits, exponent)) = serial.split_once("E+").or_else(|| serial.split_once("e+")) else { return false };
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|sign| sign.is_ascii_digit());
    is_number(exponent) && digits.split(['.', ',']).all(is_number)
}
