//! Black and white dots, as label printers take them.
//!
//! Invariants: rows from the top, eight dots a byte, the left one in the highest bit, 1 is black; what a last byte has
//! beyond the width is white.

use super::error::TagError;
use super::letter::Sheet;
use super::picture::png_of;

/// A picture of dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    wide: u32,
    high: u32,
    bits: Vec<u8>,
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Bitmap {
    /// White paper.
    #[must_use]
    pub fn white(wide: u32, high: u32) -> Self {
        Self { wide, high, bits: vec![0; index(u64::from(wide.div_ceil(8)) * u64::from(high))] }
    }

    pub(super) fn of(sheet: &Sheet) -> Self {
        let mut bitmap = Self::white(sheet.wide, sheet.high);
        for y in 0..sheet.high {
            for x in 0..sheet.wide {
                let at = index(u64::from(y) * u64::from(sheet.wide) + u64::from(x));
                if sheet.pixels.get(at) == Some(&0) {
                    bitmap.blacken(x, y);
                }
            }
        }
        bitmap
    }

    /// Dots side by side.
    #[must_use]
    pub const fn wide(&self) -> u32 {
        self.wide
    }

    /// Dots one below another.
    #[must_use]
    pub const fn high(&self) -> u32 {
        self.high
    }

    /// Bytes in a row.
    #[must_use]
    pub const fn stride(&self) -> u32 {
        self.wide.div_ceil(8)
    }

    /// All rows, one after another.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.bits.chunks(index(u64::from(self.stride().max(1))))
    }

    /// Whether that dot is black; outside nothing is.
    #[must_use]
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        let byte = self.bits.get(index(u64::from(y) * u64::from(self.stride()) + u64::from(x / 8)));
        x < self.wide && byte.is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1)
    }

    /// Makes a dot black; outside there is none.
    pub fn blacken(&mut self, x: u32, y: u32) {
        let at = index(u64::from(y) * u64::from(self.stride()) + u64::from(x / 8));
        if let Some(byte) = self.bits.get_mut(at).filter(|_| x < self.wide) {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// The same, a quarter turned clockwise.
    #[must_use]
    pub fn turned(&self) -> Self {
        let mut turned = Self::white(self.high, self.wide);
        for y in 0..self.high {
            for x in (0..self.wide).filter(|x| self.is_black(*x, y)) {
                turned.blacken(self.high - 1 - y, x);
            }
        }
        turned
    }

    /// The same, moved to the right and down by so many dots; what leaves the paper is lost.
    #[must_use]
    pub fn shifted(&self, right: i64, down: i64) -> Self {
        let mut shifted = Self::white(self.wide, self.high);
        for y in 0..self.high {
            for x in (0..self.wide).filter(|x| self.is_black(*x, y)) {
                let (to_x, to_y) = (u32::try_from(i64::from(x) + right), u32::try_from(i64::from(y) + down));
                if let (Ok(to_x), Ok(to_y)) = (to_x, to_y) {
                    shifted.blacken(to_x, to_y);
                }
            }
        }
        shifted
    }

    /// As a PNG that says its resolution. Errors: [`TagError::Picture`].
    pub fn png(&self, dpi: u32) -> Result<Vec<u8>, TagError> {
        let mut pixels = Vec::with_capacity(index(u64::from(self.wide) * u64::from(self.high)));
        for y in 0..self.high {
            pixels.extend((0..self.wide).map(|x| if self.is_black(x, y) { 0 } else { 255 }));
        }
        png_of(&pixels, (self.wide, self.high), dpi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spotted(wide: u32, high: u32, spots: &[(u32, u32)]) -> Bitmap {
        let mut bitmap = Bitmap::white(wide, high);
        for (x, y) in spots {
            bitmap.blacken(*x, *y);
        }
        bitmap
    }

    #[test]
    fn the_left_dot_is_the_highest_bit_and_a_row_ends_with_its_byte() {
        let bitmap = spotted(10, 2, &[(0, 0), (9, 0), (7, 1), (10, 1), (3, 2)]);
        assert_eq!((bitmap.stride(), bitmap.bits()), (2, &[0x80, 0x40, 0x01, 0x00][..]));
        assert_eq!(bitmap.rows().count(), 2);
        assert!(bitmap.is_black(9, 0) && !bitmap.is_black(10, 1) && !bitmap.is_black(0, 2));
    }

    #[test]
    fn a_quarter_turn_takes_the_upper_left_corner_to_the_upper_right() {
        let turned = spotted(3, 2, &[(0, 0), (2, 1)]).turned();
        assert_eq!(turned, spotted(2, 3, &[(1, 0), (0, 2)]));
    }

    #[test]
    fn what_is_shifted_off_the_paper_is_lost_and_the_rest_keeps_its_shape() {
        let bitmap = spotted(10, 4, &[(0, 0), (9, 3), (4, 2)]);
        assert_eq!(bitmap.shifted(1, -1), spotted(10, 4, &[(5, 1)]));
        assert_eq!(bitmap.shifted(-1, 1), spotted(10, 4, &[(3, 3)]));
        assert_eq!(bitmap.shifted(0, 0), bitmap);
    }

    proptest! {
        #[test]
        fn four_quarter_turns_change_nothing(spots in prop::collection::vec((0u32..20, 0u32..9), 0..40)) {
            let bitmap = spotted(19, 8, &spots);
            prop_assert_eq!(bitmap.turned().turned().turned().turned(), bitmap);
        }
    }
}
