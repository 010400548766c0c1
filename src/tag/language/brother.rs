//! Brother QL raster: lines of 90 bytes across the head of 720 pins, from its right end. Source: Brother, Raster Command
//! Reference QL-710W/720NW, "2.3 Page data details" and "4. Printing Command Details".

use super::super::bitmap::Bitmap;
use super::super::error::TagError;
use super::state::RollSize;
use super::{PrintOrder, PrinterState, Question};

/// Bytes of a raster line.
const LINE: u8 = 90;
/// Pins of the head.
const PINS: u32 = 720;
/// What clears whatever an interrupted job left: the reference asks for 200 bytes.
const INVALID: usize = 200;
/// Initialize, and speak raster.
const BEGIN: &[u8] = b"\x1b@\x1bia\x01";
/// What goes before the roll that a page is for.
const ROLL: &[u8] = b"\x1biz";
/// The shortest print on a roll without an end, dots: 12.7 mm. Source: there, "2.3.4 Maximum and minimum lengths".
const SHORTEST: u32 = 150;
/// What a printer feeds before and after on a roll without an end, dots. Source: there, "2.3.3 Feed amount".
const FEED: u16 = 35;

/// A roll that Brother sells. Lengths in millimetres, the rest in dots of 300 an inch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roll {
    /// Width of the tape.
    pub wide_mm: u8,
    /// Length of a label; 0 for a roll without an end.
    pub long_mm: u8,
    /// Dots that can be printed across.
    pub across: u32,
    /// Dots that can be printed along; 0 for a roll without an end.
    pub along: u32,
    /// Pins left free at the right end.
    pub free: u32,
}

/// The rolls. Source: there, "2.3.2 Page size" and "2.3.5 Raster line".
pub const ROLLS: [Roll; 8] = [
    Roll { wide_mm: 29, long_mm: 0, across: 306, along: 0, free: 6 },
    Roll { wide_mm: 38, long_mm: 0, across: 413, along: 0, free: 12 },
    Roll { wide_mm: 50, long_mm: 0, across: 554, along: 0, free: 12 },
    Roll { wide_mm: 54, long_mm: 0, across: 590, along: 0, free: 0 },
    Roll { wide_mm: 62, long_mm: 0, across: 696, along: 0, free: 12 },
    Roll { wide_mm: 29, long_mm: 90, across: 306, along: 991, free: 6 },
    Roll { wide_mm: 62, long_mm: 29, across: 696, along: 271, free: 12 },
    Roll { wide_mm: 62, long_mm: 100, across: 696, along: 1109, free: 12 },
];

impl Roll {
    const fn is_endless(self) -> bool {
        self.long_mm == 0
    }

    /// Its name in settings: `62`, `62x29`.
    #[must_use]
    pub fn name(self) -> String {
        if self.is_endless() { self.wide_mm.to_string() } else { format!("{}x{}", self.wide_mm, self.long_mm) }
    }

    fn holds(self, bitmap: &Bitmap) -> bool {
        bitmap.wide() <= self.across && (self.is_endless() || bitmap.high() <= self.along)
    }
}

/// The bitmap as it runs along the roll: as it is, or turned.
fn along(bitmap: &Bitmap, roll: Option<Roll>) -> Result<(Roll, Bitmap), TagError> {
    let turned = bitmap.turned();
    let fits = |roll: Roll| [bitmap, &turned].into_iter().find(|way| roll.holds(way)).map(|way| (roll, way.clone()));
    let endless = || ROLLS.into_iter().filter(|roll| roll.is_endless());
    let usual = endless().find(|roll| roll.holds(bitmap));
    let found = roll.or(usual).map_or_else(|| endless().find_map(fits), fits);
    let widest = roll.map_or(PINS, |roll| roll.across);
    found.ok_or(TagError::RollTooNarrow { dots: bitmap.wide().min(bitmap.high()), most: widest })
}

pub(super) fn encode(bitmap: &Bitmap, order: &PrintOrder) -> Result<Vec<u8>, TagError> {
    let (roll, bitmap) = along(bitmap, order.roll)?;
    let lines = if roll.is_endless() { bitmap.high().max(SHORTEST) } else { roll.along };
    let mut bytes = vec![0; INVALID];
    bytes.extend(BEGIN);
    let copies = order.copies.max(1);
    for copy in 1..=copies {
        let kind = if roll.is_endless() { 0x0a } else { 0x0b };
        // Kind, width, length, quality before speed, recover from errors.
        bytes.extend(ROLL);
        bytes.extend([0x02 | 0x04 | 0x08 | 0x40 | 0x80, kind, roll.wide_mm, roll.long_mm]);
        bytes.extend(lines.to_le_bytes());
        bytes.extend([u8::from(copy > 1), 0]);
        // Cut each, and at the end.
        bytes.extend(b"\x1biM\x40\x1biA\x01\x1biK\x08");
        bytes.extend(b"\x1bid");
        bytes.extend(if roll.is_endless() { FEED } else { 0 }.to_le_bytes());
        // No compression.
        bytes.extend(b"M\0");
        let first = (lines - bitmap.high()) / 2;
        let aside = roll.free + (roll.across - bitmap.wide()) / 2;
        for line in 0..lines {
            bytes.extend([b'g', 0, LINE]);
            bytes.extend(raster_line(&bitmap, line.checked_sub(first), aside));
        }
        bytes.push(if copy == copies { 0x1a } else { 0x0c });
    }
    Ok(bytes)
}

/// A line of pins, of which the first is the right end of the paper.
fn raster_line(bitmap: &Bitmap, line: Option<u32>, aside: u32) -> [u8; LINE as usize] {
    let mut pins = [0; LINE as usize];
    for x in 0..bitmap.wide() {
        if line.is_some_and(|line| bitmap.is_black(x, line)) {
            let pin = aside + bitmap.wide() - 1 - x;
            if let Some(byte) = usize::try_from(pin / 8).ok().and_then(|at| pins.get_mut(at)) {
                *byte |= 0x80 >> (pin % 8);
            }
        }
    }
    pins
}

/// Source: Brother, Raster Command Reference (QL series), "Status information request": 200 zero bytes and `ESC @` make it
/// listen, `ESC i S` asks; 32 bytes come back.
pub(super) const QUESTION: Question = Question { ask: &ASK, read: state, loaded: Some(loaded), wanted: None };

const ASK: [u8; 205] = {
    let mut ask = [0; 205];
    (ask[200], ask[201], ask[202], ask[203], ask[204]) = (0x1b, b'@', 0x1b, b'i', b'S');
    ask
};

fn state(answer: &[u8]) -> Option<PrinterState> {
    let answer: &[u8; 32] = answer.first_chunk()?;
    if answer[..3] != [0x80, 32, b'B'] {
        return Some(PrinterState::Unknown);
    }
    let (first, second) = (answer[8], answer[9]);
    Some(match () {
        () if second & 0x10 != 0 => PrinterState::CoverOpen,
        // No media, or the end of it; another than was asked for.
        () if first & 0x03 != 0 => PrinterState::PaperOut,
        () if second & 0x01 != 0 => PrinterState::OtherRoll,
        () if first != 0 || second != 0 => PrinterState::Stopped,
        () => PrinterState::Ready,
    })
}

/// The roll that the answer says lies in it: its width at 10, the length of its labels at 17.
fn loaded(answer: &[u8]) -> Option<RollSize> {
    let answer: &[u8; 32] = answer.first_chunk()?;
    Some((answer[10], answer[17]))
}

/// The roll that a job is for; none where the bytes are no job of this language.
pub(super) fn roll_of(job: &[u8]) -> Option<RollSize> {
    let page = job.get(INVALID..)?.strip_prefix(BEGIN)?.strip_prefix(ROLL)?;
    let [_flags, _kind, wide, long] = *page.first_chunk()?;
    Some((wide, long))
}
