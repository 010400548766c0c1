//! Tables that people make: the bytes of a CSV file or of a workbook as rows of texts.
//!
//! Invariants: no bytes make anything here panic or take memory without bound; texts come out composed, without control
//! characters and blanks at their ends; a number that a spreadsheet rounded is never passed off as the one that was typed.

use super::junk::tidy;
use crate::unit::composed;
use calamine::{DataRef, Reader, Xlsx, XlsxError};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1258};
use std::io::Cursor;

/// The most rows that are read of a table: more than any donor gives at once.
pub const MOST_ROWS: usize = 2_000;
/// The most columns; what stands farther right is not read.
const MOST_COLUMNS: usize = 64;
/// The most letters of a cell.
const MOST_LETTERS: usize = 500;
/// What every zip file begins with, and so every workbook; and what the workbooks of before 2007 do.
const ZIP: &[u8] = b"PK\x03\x04";
const OLD: &[u8] = b"\xd0\xcf\x11\xe0";
/// What may stand between cells.
const BETWEEN: [u8; 3] = [b',', b';', b'\t'];

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number as whoever made the table sees it: the row of the workbook, the line of the file, from 1.
    pub number: u64,
    /// Its cells from the left; empty where there is nothing.
    pub cells: Vec<String>,
}

/// Why a file is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It is a workbook that does not read.
    #[error("workbook: {0}")]
    Workbook(String),
    /// It is a workbook of before 2007.
    #[error("a workbook in the format of before 2007")]
    Old,
    /// It is neither a workbook nor text.
    #[error("neither a workbook nor text")]
    NotText,
    /// It has more than [`MOST_ROWS`] rows.
    #[error("more than {MOST_ROWS} rows")]
    Long,
    /// In none of its first rows stand headings that are known.
    #[error("no heading that is known")]
    NoHeading,
}

/// Reads every sheet of a workbook, or the one table of a text file: those rows in which something stands.
pub fn read_sheets(bytes: &[u8]) -> Result<Vec<Vec<SheetRow>>, SheetError> {
    if bytes.starts_with(ZIP) {
        return workbook(bytes);
    }
    if bytes.starts_with(OLD) {
        return Err(SheetError::Old);
    }
    let text = decoded(bytes).ok_or(SheetError::NotText)?;
    Ok(vec![separated(&text)?])
}

fn workbook(bytes: &[u8]) -> Result<Vec<Vec<SheetRow>>, SheetError> {
    let wrong = |error: XlsxError| SheetError::Workbook(error.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(wrong)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        // Cell by cell: a range is as large as its corners say, however little stands in it.
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(XlsxError::NotAWorksheet(_) | XlsxError::WorksheetNotFound(_)) => continue,
            Err(error) => return Err(wrong(error)),
        };
        let mut rows: Vec<SheetRow> = Vec::new();
        while let Some(cell) = cells.next_cell().map_err(wrong)? {
            let (row, column) = cell.get_position();
            let (number, column) = (u64::from(row) + 1, usize::try_from(column).unwrap_or(usize::MAX));
            let text = clean(&cell_text(cell.get_value()));
            if text.is_empty() || column >= MOST_COLUMNS {
                continue;
            }
            if rows.last().is_none_or(|last| last.number != number) {
                if rows.len() >= MOST_ROWS {
                    return Err(SheetError::Long);
                }
                rows.push(SheetRow { number, cells: Vec::new() });
            }
            if let Some(last) = rows.last_mut() {
                if last.cells.len() <= column {
                    last.cells.resize(column + 1, String::new());
                }
                last.cells[column] = text;
            }
        }
        sheets.push(rows);
    }
    Ok(sheets)
}

/// What a cell says. A number that has lost its last digits is written with its exponent, so that it is seen to be rounded.
fn cell_text(value: &DataRef<'_>) -> String {
    /// Whole numbers up to here are kept exactly by a spreadsheet.
    const EXACT: f64 = 1e15;
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < EXACT => format!("{number:.0}"),
        DataRef::Float(number) if number.abs() >= EXACT => format!("{number:E}").replace('E', "E+"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// The text of a file, in whichever of the encodings of a Vietnamese spreadsheet it was written.
fn decoded(bytes: &[u8]) -> Option<String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => Some(encoding),
        None => match bytes {
            [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(UTF_16LE),
            [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(UTF_16BE),
            _others if str::from_utf8(bytes).is_ok() => None,
            _others => Some(WINDOWS_1258),
        },
    };
    let text = match encoding {
        Some(encoding) => {
            let (text, _, broken) = encoding.decode(bytes);
            (!broken).then(|| text.into_owned())?
        }
        None => str::from_utf8(bytes).ok()?.to_owned(),
    };
    (!text.contains('\0')).then_some(text)
}

fn separated(text: &str) -> Result<Vec<SheetRow>, SheetError> {
    let (between, skipped) = separator(text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(between).from_reader(text.as_bytes());
    let mut lines = Lines { text: text.as_bytes(), counted: 0, number: 1 };
    let mut rows = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else { return Err(SheetError::NotText) };
        let begins = record.position().map_or(0, csv::Position::byte);
        let number = lines.number_at(begins);
        let cells: Vec<String> = record.iter().take(MOST_COLUMNS).map(clean).collect();
        if number <= skipped || cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() >= MOST_ROWS {
            return Err(SheetError::Long);
        }
        rows.push(SheetRow { number, cells });
    }
    Ok(rows)
}

/// Numbers of lines, as an editor shows them: the reader of records counts neither empty lines nor the ends of those before.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    number: u64,
}

impl Lines<'_> {
    /// The line on which the first thing at or behind that byte stands; bytes only go forward.
    fn number_at(&mut self, begins: u64) -> u64 {
        let begins = usize::try_from(begins).unwrap_or(usize::MAX);
        while let Some(byte) =
            self.text.get(self.counted).filter(|byte| self.counted < begins || b"\r\n".contains(byte))
        {
            self.number += u64::from(*byte == b'\n');
            self.counted += 1;
        }
        self.number
    }
}

/// What stands between cells, and how many lines say nothing but that.
fn separator(text: &str) -> (u8, u64) {
    let first = text.lines().next().unwrap_or_default();
    if let Some(&[said]) = first.trim_end().strip_prefix("sep=").map(str::as_bytes)
        && BETWEEN.contains(&said)
    {
        return (said, 1);
    }
    // Whatever is used most in any of the first lines: a title above the table has none.
    let used = |sign: &u8| {
        // What stands in quotation marks stands in a cell.
        let count = |line: &str| {
            let bare = line.split('"').step_by(2);
            bare.map(|part| part.bytes().filter(|byte| byte == sign).count()).sum::<usize>()
        };
        text.lines().take(20).map(count).max().unwrap_or(0)
    };
    let most = BETWEEN.iter().rev().max_by_key(|sign| used(sign));
    (most.copied().unwrap_or(b','), 0)
}

fn clean(text: &str) -> String {
    composed(&tidy(text)).chars().take(MOST_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let sheets = read_sheets(bytes).expect("a table");
        sheets.into_iter().flatten().map(|row| (row.number, row.cells)).collect()
    }

    #[test]
    fn a_text_reads_alike_in_every_encoding_and_with_every_separator() {
        let wanted = [
            (1, vec!["Loại máy".to_owned(), "Hãng, nước".to_owned()]),
            (3, vec!["máy bàn".to_owned(), "Đông Á".to_owned()]),
        ];
        for sign in [",", ";", "\t"] {
            let text = format!("Loại máy{sign}\"Hãng, nước\"\r\n\r\n máy  bàn{sign}Đông Á\r\n");
            assert_eq!(one(text.as_bytes()), wanted, "{sign:?}");
            assert_eq!(one(format!("\u{feff}{text}").as_bytes()), wanted);
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(one(&little), wanted);
            assert_eq!(one(&[b"\xfe\xff", &big[..]].concat()), wanted);
            assert_eq!(one(&[b"\xff\xfe", &little[..]].concat()), wanted);
        }
        // What Excel writes on a Vietnamese Windows: base letters with their tone marks behind them.
        assert_eq!(one(b"Loa\xf2i,\xd0\xf4ng \xc1\n"), [(1, vec!["Loại".to_owned(), "Đông Á".to_owned()])]);
        assert_eq!(one("sep=;\na;b,c\n".as_bytes()), [(2, vec!["a".to_owned(), "b,c".to_owned()])]);
    }

    #[test]
    fn what_is_no_table_is_told_and_not_guessed_at() {
        assert_eq!(read_sheets(b"\xd0\xcf\x11\xe0\xa1\xb1"), Err(SheetError::Old));
        assert!(matches!(read_sheets(b"PK\x03\x04junk"), Err(SheetError::Workbook(_))));
        assert_eq!(read_sheets(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(SheetError::NotText));
        let long = "a,b\n".repeat(MOST_ROWS + 1);
        assert_eq!(read_sheets(long.as_bytes()), Err(SheetError::Long));
    }

    #[test]
    fn a_number_is_written_as_it_was_typed_or_seen_to_be_rounded() {
        let text = |number| cell_text(&DataRef::Float(number));
        assert_eq!([text(4138.0), text(2.5), text(0.0)], ["4138", "2.5", "0"]);
        assert_eq!(text(123_456_789_012_345.0), "123456789012345");
        assert_eq!(text(12_345_678_901_234_567.0), "1.2345678901234568E+16");
    }
}
