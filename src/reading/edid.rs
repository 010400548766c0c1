//! The EDID of a screen: its size and the resolution it was made for.
//!
//! Source: VESA E-EDID Standard A.2 §3. Invariants: only a block whose checksum is right is read; an aspect ratio written in
//! the place of a size, and two sizes that contradict each other, are no size.

use crate::device::Certainty;

const BLOCK_LEN: usize = 128;
const HEADER: [u8; 8] = [0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0];
/// Where the four 18-byte descriptors stand.
const DESCRIPTORS: [usize; 4] = [54, 72, 90, 108];
/// What televisions and projectors write in the place of a size: an aspect ratio, in centimetres or in millimetres.
const RATIOS: [(u64, u64); 6] = [(16, 9), (16, 10), (4, 3), (160, 90), (160, 100), (400, 300)];
/// Centimetres may be cut or rounded; more than this apart and the two sizes are of two panels.
const APART_MM: u64 = 20;

/// What a screen says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edid {
    /// Maker's three letters and product number: `AUO11C2`.
    pub product: String,
    /// Width and height of the whole image, centimetres; `None` where not given.
    pub centimetres: Option<(u64, u64)>,
    /// Width and height of the first detailed timing, millimetres; `None` where not given.
    pub millimetres: Option<(u64, u64)>,
    /// Width and height of the first detailed timing, pixels.
    pub pixels: Option<(u64, u64)>,
}

/// Why bytes are no EDID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EdidError {
    /// Fewer than 128 bytes.
    #[error("{0} bytes, less than one EDID block")]
    Short(usize),
    /// The first 8 bytes are not the fixed ones.
    #[error("no EDID header")]
    Header,
    /// The bytes of the first block do not sum to zero.
    #[error("wrong EDID checksum")]
    Checksum,
}

/// Why an EDID gives no size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeDoubt {
    /// Zero, or an aspect ratio.
    #[error("the EDID gives no size")]
    None,
    /// Centimetres and millimetres contradict each other.
    #[error("the EDID gives two sizes: {centimetres} and {millimetres} tenths of an inch")]
    Two {
        /// Diagonal by the centimetres, tenths of an inch.
        centimetres: u64,
        /// Diagonal by the millimetres, tenths of an inch.
        millimetres: u64,
    },
}

impl Edid {
    /// Reads the first block.
    pub fn read(bytes: &[u8]) -> Result<Self, EdidError> {
        let block: &[u8; BLOCK_LEN] = bytes.first_chunk().ok_or(EdidError::Short(bytes.len()))?;
        if !block.starts_with(&HEADER) {
            return Err(EdidError::Header);
        }
        if block.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)) != 0 {
            return Err(EdidError::Checksum);
        }
        let timing = DESCRIPTORS.into_iter().map(|at| &block[at..at + 18]).find(|timing| timing[..2] != [0, 0]);
        let centimetres = size(u64::from(block[21]), u64::from(block[22]));
        let millimetres =
            timing.and_then(|timing| size(wide(timing[12], timing[14] >> 4), wide(timing[13], timing[14] & 0x0F)));
        let pixels = timing.map(|timing| (wide(timing[2], timing[4] >> 4), wide(timing[5], timing[7] >> 4)));
        Ok(Self { product: product(block), centimetres, millimetres, pixels })
    }

    /// The diagonal in tenths of an inch: certain from millimetres, estimated from centimetres.
    pub fn diagonal(&self) -> Result<(u64, Certainty), SizeDoubt> {
        match (self.millimetres, self.centimetres) {
            (Some(fine), Some(coarse)) => {
                let coarse = (coarse.0 * 10, coarse.1 * 10);
                if fine.0.abs_diff(coarse.0) > APART_MM || fine.1.abs_diff(coarse.1) > APART_MM {
                    return Err(SizeDoubt::Two { centimetres: tenth_inches(coarse), millimetres: tenth_inches(fine) });
                }
                Ok((tenth_inches(fine), Certainty::Certain))
            }
            (Some(fine), None) => Ok((tenth_inches(fine), Certainty::Certain)),
            (None, Some(coarse)) => Ok((tenth_inches((coarse.0 * 10, coarse.1 * 10)), Certainty::Estimated)),
            (None, None) => Err(SizeDoubt::None),
        }
    }
}

fn size(width: u64, height: u64) -> Option<(u64, u64)> {
    (width > 0 && height > 0 && !RATIOS.contains(&(width, height))).then_some((width, height))
}

fn wide(low: u8, high: u8) -> u64 {
    u64::from(high) << 8 | u64::from(low)
}

fn product(block: &[u8; BLOCK_LEN]) -> String {
    let packed = u16::from_be_bytes([block[8], block[9]]);
    let letters: String = [10, 5, 0]
        .into_iter()
        .map(|shift| char::from(b'@' + u8::try_from(packed >> shift & 0x1F).unwrap_or(0)))
        .collect();
    format!("{letters}{:04X}", u16::from_le_bytes([block[10], block[11]]))
}

/// The diagonal of a size in millimetres, rounded to tenths of an inch (2.54 mm).
fn tenth_inches((width, height): (u64, u64)) -> u64 {
    // Twice the diagonal, in hundredths of a millimetre, so that halves round up without floating point.
    let doubled = (40_000 * (width * width + height * height)).isqrt();
    (doubled + 254) / 508
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edid(centimetres: (u8, u8), millimetres: (u16, u16), pixels: (u16, u16)) -> Vec<u8> {
        let low = |number: u16| u8::try_from(number & 0xFF).expect("masked");
        let high = |number: u16| u8::try_from(number >> 8).expect("small");
        let mut block = HEADER.to_vec();
        block.resize(BLOCK_LEN, 0);
        block[8..12].copy_from_slice(&[0x06, 0xAF, 0xC2, 0x11]);
        (block[21], block[22]) = centimetres;
        block[54] = 1;
        (block[56], block[58]) = (low(pixels.0), high(pixels.0) << 4);
        (block[59], block[61]) = (low(pixels.1), high(pixels.1) << 4);
        (block[66], block[67]) = (low(millimetres.0), low(millimetres.1));
        block[68] = high(millimetres.0) << 4 | high(millimetres.1);
        let sum = block.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        block[127] = 0u8.wrapping_sub(sum);
        block
    }

    fn diagonal(centimetres: (u8, u8), millimetres: (u16, u16)) -> Result<(u64, Certainty), SizeDoubt> {
        Edid::read(&edid(centimetres, millimetres, (1366, 768))).expect("a good block").diagonal()
    }

    #[test]
    fn millimetres_before_centimetres_and_doubts_before_guesses() {
        assert_eq!(diagonal((31, 17), (309, 174)), Ok((140, Certainty::Certain)));
        assert_eq!(diagonal((0, 0), (344, 195)), Ok((156, Certainty::Certain)));
        assert_eq!(diagonal((31, 17), (0, 0)), Ok((139, Certainty::Estimated)));
        assert_eq!(diagonal((0, 0), (0, 0)), Err(SizeDoubt::None));
        assert_eq!(diagonal((0, 79), (0, 0)), Err(SizeDoubt::None));
        assert_eq!(diagonal((16, 9), (160, 90)), Err(SizeDoubt::None));
        assert_eq!(diagonal((160, 90), (160, 90)), Err(SizeDoubt::None));
        assert_eq!(diagonal((34, 19), (309, 173)), Err(SizeDoubt::Two { centimetres: 153, millimetres: 139 }));
    }

    #[test]
    fn pixels_and_product_are_read_and_a_broken_block_is_not() {
        let good = edid((31, 17), (309, 174), (1366, 768));
        let read = Edid::read(&good).expect("a good block");
        assert_eq!((read.product.as_str(), read.pixels), ("AUO11C2", Some((1366, 768))));
        let mut bad = good.clone();
        bad[60] ^= 1;
        assert_eq!(Edid::read(&bad), Err(EdidError::Checksum));
        bad[0] = 1;
        assert_eq!(Edid::read(&bad), Err(EdidError::Header));
        assert_eq!(Edid::read(&good[..127]), Err(EdidError::Short(127)));
    }

    proptest! {
        #[test]
        fn any_block_can_be_read(mut block in proptest::collection::vec(any::<u8>(), BLOCK_LEN)) {
            block[..8].copy_from_slice(&HEADER);
            let sum = block[..127].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
            block[127] = 0u8.wrapping_sub(sum);
            let _diagonal = Edid::read(&block).expect("the checksum is right").diagonal();
        }
    }
}
