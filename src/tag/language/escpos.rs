//! ESC/POS: a raster image, then on to the next label, or cut where the roll has no gaps. Source: Epson, ESC/POS Command
//! Reference, `ESC @`, `GS v 0`, `GS FF`, `GS V`.

use super::super::bitmap::Bitmap;
use super::super::error::TagError;
use super::{PrintOrder, PrinterState, Question, two_bytes};

const RESET: &[u8] = b"\x1b@";
/// Raster bit image, each dot as it is.
const IMAGE: &[u8] = b"\x1dv0\0";
/// To where the next label begins.
const NEXT: &[u8] = b"\x1d\x0c";
/// On to the knife, and cut, leaving one point.
const CUT: &[u8] = b"\x1dV\x42\0";

pub(super) fn encode(bitmap: &Bitmap, order: &PrintOrder) -> Result<Vec<u8>, TagError> {
    let mut bytes = RESET.to_vec();
    for _copy in 0..order.copies.max(1) {
        bytes.extend(IMAGE);
        bytes.extend(two_bytes(bitmap.stride())?);
        bytes.extend(two_bytes(bitmap.high())?);
        bytes.extend(bitmap.bits());
        bytes.extend(if order.gap.0 > 0 { NEXT } else { CUT });
    }
    Ok(bytes)
}

/// Source: Epson, ESC/POS Command Reference, `DLE EOT n`: 2 asks why it is off line, 4 for the roll; a byte comes back for each.
pub(super) const QUESTION: Question =
    Question { ask: &[0x10, 0x04, 2, 0x10, 0x04, 4], read: state, loaded: None, wanted: None };

fn state(answer: &[u8]) -> Option<PrinterState> {
    let [why, roll]: &[u8; 2] = answer.first_chunk()?;
    let is_answer = |byte: &u8| byte & 0x93 == 0x12;
    Some(match () {
        () if !is_answer(why) || !is_answer(roll) => PrinterState::Unknown,
        () if why & 0x04 != 0 => PrinterState::CoverOpen,
        () if why & 0x20 != 0 || roll & 0x60 != 0 => PrinterState::PaperOut,
        () if why & 0x40 != 0 => PrinterState::Stopped,
        () => PrinterState::Ready,
    })
}
