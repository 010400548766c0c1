//! TSPL2: the whole label as one bitmap, in which 0 is black. Source: TSC, TSPL/TSPL2 Programming Manual, `SIZE`, `GAP`,
//! `BITMAP`, `PRINT`.

use super::super::bitmap::Bitmap;
use super::super::error::TagError;
use super::{PrintOrder, PrinterState, Question, bounded};

pub(super) fn encode(bitmap: &Bitmap, order: &PrintOrder) -> Result<Vec<u8>, TagError> {
    bounded(bitmap)?;
    let (wide, high, gap) = (order.wide.as_mm(), order.high.as_mm(), order.gap.as_mm());
    let mut tspl = format!(
        "SIZE {wide} mm,{high} mm\r\nGAP {gap} mm,0 mm\r\nDIRECTION 1\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 0,0,{},{},0,",
        bitmap.stride(),
        bitmap.high()
    )
    .into_bytes();
    tspl.extend(bitmap.bits().iter().map(|byte| !byte));
    tspl.extend(format!("\r\nPRINT 1,{}\r\n", order.copies.max(1)).into_bytes());
    Ok(tspl)
}

/// Source: TSC, TSPL/TSPL2 Programming Manual, `<ESC>!?`: one byte comes back.
pub(super) const QUESTION: Question = Question { ask: b"\x1b!?", read: state, loaded: None, wanted: None };

fn state(answer: &[u8]) -> Option<PrinterState> {
    /// Printing now: more can be sent.
    const PRINTING: u8 = 0x20;
    Some(match answer.last()? & !PRINTING {
        0 => PrinterState::Ready,
        bits if bits & 0x01 != 0 => PrinterState::CoverOpen,
        bits if bits & 0x04 != 0 => PrinterState::PaperOut,
        _jam_ribbon_pause => PrinterState::Stopped,
    })
}
