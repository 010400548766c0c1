//! A donor's list of devices: which columns of a table say what, and what stands in them row by row.
//!
//! Invariant: a column whose heading is not known is never looked into: names, telephone numbers and remarks of people stay in
//! the file.

use super::sheet::{SheetError, SheetRow, read_sheets};
use crate::unit::fold;
use std::collections::BTreeMap;

/// In how many rows a heading is looked for: lists have titles above it.
const HEADINGS_WITHIN: usize = 20;

/// What a column says of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// What kind of device it is.
    Kind,
    /// Its maker.
    Maker,
    /// Its model.
    Model,
    /// Its serial.
    Serial,
    /// How it does.
    Condition,
    /// What comes with it.
    Accessories,
    /// The team's tag on it.
    Tag,
    /// A number of the donor's or a tag: one must look.
    Code,
    /// How many devices the row stands for.
    Count,
}

/// The headings that are known, folded, without punctuation and what stands in brackets.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Kind,
        &[
            "loai",
            "loai may",
            "loai thiet bi",
            "chung loai",
            "thiet bi",
            "kind",
            "type",
            "device",
            "device type",
            "category",
        ],
    ),
    (
        Column::Maker,
        &[
            "hang",
            "hang may",
            "hang san xuat",
            "hang sx",
            "nha san xuat",
            "nhan hieu",
            "thuong hieu",
            "maker",
            "make",
            "manufacturer",
            "brand",
            "vendor",
        ],
    ),
    (
        Column::Model,
        &[
            "model",
            "ten model",
            "ma model",
            "mau",
            "mau may",
            "kieu",
            "kieu may",
            "dong may",
            "doi may",
            "ten may",
            "ten thiet bi",
            "hang model",
            "model name",
            "product",
            "product name",
        ],
    ),
    (
        Column::Serial,
        &[
            "serial",
            "so serial",
            "ma serial",
            "seri",
            "so seri",
            "se ri",
            "so se ri",
            "sn",
            "s n",
            "so may",
            "serial number",
            "serial no",
            "service tag",
        ],
    ),
    (Column::Condition, &["tinh trang", "tinh trang may", "hien trang", "chat luong", "condition", "state", "status"]),
    (
        Column::Accessories,
        &[
            "phu kien",
            "phu kien kem theo",
            "phu kien di kem",
            "do kem theo",
            "do di kem",
            "kem theo",
            "di kem",
            "accessories",
            "accessory",
        ],
    ),
    (Column::Tag, &["tem", "ma tem", "so tem", "tag"]),
    (Column::Code, &["ma", "ma so", "ma may", "ma thiet bi", "ma tai san", "asset tag", "asset", "code", "id"]),
    (Column::Count, &["so luong", "sl", "quantity", "qty", "count"]),
];

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRow {
    /// Its number in the file; see [`SheetRow::number`].
    pub number: u64,
    /// What stands in the columns that are known; never empty texts.
    pub cells: BTreeMap<Column, String>,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonorList {
    /// The columns that are known, by their place from the left.
    pub columns: BTreeMap<usize, Column>,
    /// How many other columns have a heading.
    pub unread: u64,
    /// Its rows, in order; those in which nothing known stands are left out.
    pub rows: Vec<ListedRow>,
}

/// Reads a list: the first sheet that has headings that are known.
pub fn read_list(bytes: &[u8]) -> Result<DonorList, SheetError> {
    let sheets = read_sheets(bytes)?;
    sheets.iter().find_map(|rows| list(rows)).ok_or(SheetError::NoHeading)
}

fn list(rows: &[SheetRow]) -> Option<DonorList> {
    // A row that says more than one thing is no remark that happens to be a heading's word.
    let found =
        |least| rows.iter().take(HEADINGS_WITHIN).map(headings).enumerate().find(|(_, known)| known.len() >= least);
    let (at, columns) = found(2).or_else(|| found(1))?;
    let unread = rows[at].cells.iter().enumerate().filter(|(at, cell)| !cell.is_empty() && !columns.contains_key(at));
    let unread = unread.count() as u64;
    let listed = |row: &SheetRow| {
        let known = columns.iter().filter_map(|(at, column)| Some((*column, row.cells.get(*at)?.clone())));
        let cells: BTreeMap<Column, String> = known.filter(|(_, text)| !text.is_empty()).collect();
        (!cells.is_empty()).then_some(ListedRow { number: row.number, cells })
    };
    let rows = rows[at + 1..].iter().filter_map(listed).collect();
    Some(DonorList { columns, unread, rows })
}

/// Which columns that row is the heading of. Of two that say the same the left one counts.
fn headings(row: &SheetRow) -> BTreeMap<usize, Column> {
    let mut columns: BTreeMap<usize, Column> = BTreeMap::new();
    for (at, cell) in row.cells.iter().enumerate() {
        if let Some(column) = column_of(cell).filter(|column| columns.values().all(|other| other != column)) {
            columns.insert(at, column);
        }
    }
    columns
}

fn column_of(heading: &str) -> Option<Column> {
    let bare = heading.split(['(', '[']).next().unwrap_or_default();
    let words = plain_words(bare);
    HEADINGS.iter().find(|(_, known)| known.contains(&words.as_str())).map(|(column, _)| *column)
}

/// The words of a text as lists are compared: folded, single blanks between them, nothing else.
#[must_use]
pub fn plain_words(text: &str) -> String {
    let folded: String = fold(text).chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_both_languages_with_and_without_diacritics_below_a_title() {
        for heading in [
            "Loại máy;Hãng;Model;Số sê-ri;Tình trạng;Phụ kiện;Tem;Số lượng",
            "LOAI MAY;hang san xuat;Tên máy;S/N;TÌNH TRẠNG (tốt/hỏng);phụ kiện kèm theo;Mã tem;SL",
            "type;Brand;product name;Serial No.;condition;Accessories;tag;Qty",
        ] {
            let text = format!("DANH SÁCH MÁY TẶNG\n\n{heading}\nlaptop;HP;840;S1;tốt;sạc;;1\n;;;;;;;\n");
            let list = read_list(text.as_bytes()).expect(heading);
            assert_eq!(list.columns.len(), 8, "{heading}: {:?}", list.columns);
            assert_eq!(list.rows.len(), 1, "{:?}", list.rows);
            let row = &list.rows[0];
            assert_eq!((row.number, row.cells.len(), row.cells[&Column::Serial].as_str()), (4, 7, "S1"));
        }
    }

    #[test]
    fn what_stands_in_a_persons_columns_is_not_read() {
        let text = "STT,Họ tên,Điện thoại,Serial,Hãng,Ghi chú\n1,Người Thử,0900000000,S-1,HP,gọi sau 5 giờ\n";
        let list = read_list(text.as_bytes()).expect("a list");
        assert_eq!((list.unread, list.rows.len()), (4, 1));
        let kept: Vec<&str> = list.rows[0].cells.values().map(String::as_str).collect();
        assert_eq!(kept, ["HP", "S-1"]);
    }

    #[test]
    fn a_table_without_such_headings_is_no_list_and_one_is_enough_where_no_row_has_more() {
        assert_eq!(read_list("Tên,Lớp\nA,5A\n".as_bytes()), Err(SheetError::NoHeading));
        assert_eq!(read_list("Serial\nS1\nS2\n".as_bytes()).expect("a list").rows.len(), 2);
        let below = read_list("Thiết bị\nSTT,Hãng,Serial\n1,HP,S1\n".as_bytes()).expect("a list");
        assert_eq!((below.rows.len(), below.columns.len()), (1, 2), "the first line is a title");
        assert_eq!(read_list(b""), Err(SheetError::NoHeading));
    }
}
