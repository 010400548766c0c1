//! ZPL II: the whole label as one graphic field. Source: Zebra, Programming Guide (ZPL II), `^GF`, `^PW`, `^LL`, `^PQ`.

use super::super::bitmap::Bitmap;
use super::super::error::TagError;
use super::{PrintOrder, PrinterState, Question, bounded};
use std::fmt::Write;

pub(super) fn encode(bitmap: &Bitmap, order: &PrintOrder) -> Result<Vec<u8>, TagError> {
    bounded(bitmap)?;
    let (wide, high, stride, total) = (bitmap.wide(), bitmap.high(), bitmap.stride(), bitmap.bits().len());
    let mut zpl = format!("^XA^PW{wide}^LL{high}^LH0,0^LS0^FO0,0^GFA,{total},{total},{stride},");
    for byte in bitmap.bits() {
        // Writing to a string never fails.
        let _written = write!(zpl, "{byte:02X}");
    }
    let _written = writeln!(zpl, "^FS^PQ{}^XZ", order.copies.max(1));
    Ok(zpl.into_bytes())
}

/// Source: Zebra, Programming Guide (ZPL II), `~HS`: three lines between STX and ETX come back.
pub(super) const QUESTION: Question = Question { ask: b"~HS", read: state, loaded: None, wanted: None };

fn state(answer: &[u8]) -> Option<PrinterState> {
    const END: char = '\u{3}';
    let text = String::from_utf8_lossy(answer);
    let mut lines =
        text.split_inclusive(END).filter_map(|line| line.trim_start().strip_prefix('\u{2}')?.strip_suffix(END));
    let (first, second, _third) = (lines.next()?, lines.next()?, lines.next()?);
    let flag = |line: &str, place: usize| match line.split(',').nth(place)?.trim() {
        "0" => Some(false),
        "1" => Some(true),
        _other => None,
    };
    let flags = (flag(first, 1), flag(first, 2), flag(second, 2), flag(second, 3));
    let (Some(paper), Some(pause), Some(head), Some(ribbon)) = flags else { return Some(PrinterState::Unknown) };
    Some(match () {
        () if head => PrinterState::CoverOpen,
        () if paper => PrinterState::PaperOut,
        () if pause || ribbon => PrinterState::Stopped,
        () => PrinterState::Ready,
    })
}
