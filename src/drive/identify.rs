//! What an ATA drive says of itself: the answers to IDENTIFY DEVICE and DEVICE CONFIGURATION IDENTIFY.
//!
//! Source: ACS-3 (T13/2161-D) section 7.12.7; words are little-endian pairs of bytes, texts have each pair swapped.
//! Invariant: an answer whose checksum is wrong, or that is one byte throughout, is no answer; nothing is taken from it.

use super::field::{byte, is_blank, le16, text};
use std::ops::Range;

const LENGTH: usize = 512;
/// Source: ACS-3, word 255: signature in the low byte, checksum in the high.
const SIGNATURE: u8 = 0xA5;

/// Why bytes are no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifyError {
    /// Not 512 bytes.
    #[error("{0} bytes instead of 512")]
    Length(usize),
    /// 00h or `FFh` throughout: a bridge that did not pass the question on.
    #[error("the same byte throughout")]
    Blank,
    /// The bytes do not add up to zero.
    #[error("wrong checksum")]
    Checksum,
    /// Without a checksum, and its texts are no texts.
    #[error("no checksum, and what should be text is none")]
    Garbage,
    /// A packet device (DVD drive), or none that ATA knows.
    #[error("no ATA disk")]
    NotDisk,
}

/// The answer to IDENTIFY DEVICE.
#[expect(clippy::struct_excessive_bools, reason = "the standard's own bits")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identify {
    /// Words 27 to 46.
    pub model: Option<String>,
    /// Words 10 to 19.
    pub serial: Option<String>,
    /// Words 23 to 26.
    pub firmware: Option<String>,
    /// Words 108 to 111.
    pub wwn: Option<u64>,
    /// Whether word 255 carries a checksum, which then was right; drives of before ATA-5 have none.
    pub checked: bool,
    /// Addressable sectors: words 100 to 103, else 60 and 61.
    pub sectors: u64,
    /// Whether the 48-bit commands are there: word 83, bit 10.
    pub lba48: bool,
    /// Logical sector, bytes: word 106, bit 12, and words 117 and 118.
    pub logical_block: u32,
    /// Physical sector, bytes: word 106, bits 13 and 3 to 0.
    pub physical_block: u32,
    /// How it turns: word 217.
    pub rotation: Rotation,
    /// TRIM: word 169, bit 0.
    pub trim: bool,
    /// Word 59, bits 15 to 12.
    pub sanitize: SanitizeBits,
    /// Word 128, 89 and 90.
    pub security: SecurityWord,
    /// Host Protected Area: word 82, bit 10.
    pub hpa: bool,
    /// Device Configuration Overlay: word 83, bit 11.
    pub dco: bool,
    /// Accessible Max Address Configuration, which follows HPA: word 119, bit 8.
    pub amac: bool,
    /// Trusted Computing (Opal and its kin): word 48, bit 0.
    pub trusted: bool,
}

/// Word 217.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Not told.
    NotTold,
    /// Solid state.
    None,
    /// Revolutions a minute.
    Rpm(u16),
}

impl Rotation {
    /// The value of word 217, and of the same field of SCSI's page B1h.
    #[must_use]
    pub const fn of(word: u16) -> Self {
        match word {
            0x0001 => Self::None,
            0x0401..=0xFFFE => Self::Rpm(word),
            _reserved => Self::NotTold,
        }
    }

    /// Whether it turns; `None` where it is not told.
    #[must_use]
    pub const fn spins(self) -> Option<bool> {
        match self {
            Self::NotTold => None,
            Self::None => Some(false),
            Self::Rpm(_) => Some(true),
        }
    }
}

/// Which SANITIZE DEVICE operations there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SanitizeBits {
    /// Bit 13.
    pub crypto: bool,
    /// Bit 15.
    pub block: bool,
    /// Bit 14.
    pub overwrite: bool,
}

/// The security feature set.
#[expect(clippy::struct_excessive_bools, reason = "the standard's own bits")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecurityWord {
    /// Word 128, bit 0.
    pub supported: bool,
    /// Bit 1: a password is set.
    pub enabled: bool,
    /// Bit 2.
    pub locked: bool,
    /// Bit 3.
    pub frozen: bool,
    /// Bit 4: too many wrong passwords.
    pub expired: bool,
    /// Bit 5.
    pub enhanced: bool,
    /// Word 89, minutes; `None` where it is not told.
    pub minutes: Option<u32>,
    /// Word 90, minutes.
    pub enhanced_minutes: Option<u32>,
}

impl Identify {
    /// What the answer says. Errors: it is no answer.
    pub fn read(bytes: &[u8]) -> Result<Self, IdentifyError> {
        if bytes.len() != LENGTH {
            return Err(IdentifyError::Length(bytes.len()));
        }
        if is_blank(bytes) {
            return Err(IdentifyError::Blank);
        }
        let checked = byte(bytes, 510) == SIGNATURE;
        if checked && !adds_up(bytes) {
            return Err(IdentifyError::Checksum);
        }
        let (model, serial) = (swapped(bytes, 27..47), swapped(bytes, 10..20));
        if !checked && (model.is_none() || swapped(bytes, 23..27).is_none()) {
            return Err(IdentifyError::Garbage);
        }
        let word = |number: usize| le16(bytes, number * 2);
        // Bit 15 tells packet devices; CompactFlash says 848Ah.
        if word(0) & 0x8000 != 0 && word(0) != 0x848A {
            return Err(IdentifyError::NotDisk);
        }
        let (logical_block, physical_block) = blocks(bytes);
        let lba48 = valid(word(83)) && word(83) & 1 << 10 != 0;
        let long = number(bytes, 100..104);
        Ok(Self {
            model,
            serial,
            firmware: swapped(bytes, 23..27),
            wwn: (valid(word(87)) && word(87) & 1 << 8 != 0).then(|| wwn(bytes)).filter(|wwn| *wwn != 0),
            checked,
            sectors: if lba48 && long > 0 { long } else { number(bytes, 60..62) },
            lba48,
            logical_block,
            physical_block,
            rotation: Rotation::of(word(217)),
            trim: word(169) & 1 != 0 && word(169) != 0xFFFF,
            sanitize: sanitize_bits(word(59)),
            security: security(bytes),
            hpa: told(word(82)) && word(82) & 1 << 10 != 0,
            dco: valid(word(83)) && word(83) & 1 << 11 != 0,
            amac: valid(word(119)) && word(119) & 1 << 8 != 0,
            trusted: valid(word(48)) && word(48) & 1 != 0,
        })
    }

    /// The size that the drive shows, bytes; `None` past all numbers.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.sectors.checked_mul(u64::from(self.logical_block))
    }
}

/// How many sectors there are with nothing hidden, by the answer to DEVICE CONFIGURATION IDENTIFY: words 3 to 6, the
/// largest LBA. `None` where it is no answer. Source: ATA8-ACS, 7.10.3.4.
#[must_use]
pub fn dco_sectors(bytes: &[u8]) -> Option<u64> {
    let whole = bytes.len() == LENGTH && !is_blank(bytes) && byte(bytes, 510) == SIGNATURE && adds_up(bytes);
    let last = number(bytes, 3..7);
    last.checked_add(1).filter(|_| whole && last > 0)
}

/// Whether the 512 bytes add up to zero, as they must.
fn adds_up(bytes: &[u8]) -> bool {
    bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)) == 0
}

/// Bits 15 and 14 of some words are 01b where the word means anything.
const fn valid(word: u16) -> bool {
    word >> 14 == 0b01
}

/// Words of before that rule are all zeros or all ones where they mean nothing.
const fn told(word: u16) -> bool {
    word != 0 && word != 0xFFFF
}

/// The lowest word comes first.
fn number(bytes: &[u8], words: Range<usize>) -> u64 {
    words.rev().fold(0, |sum, word| sum << 16 | u64::from(le16(bytes, word * 2)))
}

/// The highest word comes first.
fn wwn(bytes: &[u8]) -> u64 {
    (108..112).fold(0, |sum, word| sum << 16 | u64::from(le16(bytes, word * 2)))
}

fn swapped(bytes: &[u8], words: Range<usize>) -> Option<String> {
    let chars: Vec<u8> = words.flat_map(|word| le16(bytes, word * 2).to_be_bytes()).collect();
    text(&chars)
}

fn blocks(bytes: &[u8]) -> (u32, u32) {
    let sizes = le16(bytes, 212);
    if !valid(sizes) {
        return (512, 512);
    }
    let words = u32::from(le16(bytes, 236)) << 16 | u32::from(le16(bytes, 234));
    let long = (sizes & 1 << 12 != 0).then(|| words.checked_mul(2)).flatten().filter(|bytes| *bytes >= 512);
    let logical = long.unwrap_or(512);
    let more = if sizes & 1 << 13 != 0 { u32::from(sizes & 0xF) } else { 0 };
    (logical, logical.checked_shl(more).unwrap_or(logical))
}

const fn sanitize_bits(word: u16) -> SanitizeBits {
    let supported = word & 1 << 12 != 0 && word != 0xFFFF;
    SanitizeBits {
        crypto: supported && word & 1 << 13 != 0,
        block: supported && word & 1 << 15 != 0,
        overwrite: supported && word & 1 << 14 != 0,
    }
}

fn security(bytes: &[u8]) -> SecurityWord {
    let word = le16(bytes, 256);
    let bit = |bit: u16| told(word) && word & 1 << bit != 0;
    SecurityWord {
        supported: bit(0),
        enabled: bit(1),
        locked: bit(2),
        frozen: bit(3),
        expired: bit(4),
        enhanced: bit(5),
        minutes: minutes(le16(bytes, 178)),
        enhanced_minutes: minutes(le16(bytes, 180)),
    }
}

/// In steps of two minutes: 8 bits, or 15 where the highest is set.
fn minutes(word: u16) -> Option<u32> {
    let steps = if word & 0x8000 != 0 { word & 0x7FFF } else { word & 0x00FF };
    (steps != 0).then(|| u32::from(steps) * 2)
}
