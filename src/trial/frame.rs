//! A camera's picture: whether there is anything on it, and how to draw it with half blocks.
//!
//! Invariant: a picture is never said to be good here; that is for the eyes of a person.

use super::view::Colour;

/// A picture: rows of colours from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Columns.
    pub width: usize,
    /// The pixels, row after row.
    pub pixels: Vec<Colour>,
}

/// What is on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: all black. A closed shutter, or a dead camera.
    Black,
    /// One colour all over: a cover, or a dead camera.
    Flat,
    /// Something.
    Something,
}

/// Brighter than this is not black, of 255: what video calls black is 16.
const BLACK: u32 = 24;
/// Colours that lie closer together are one. Noise of a covered camera stays below.
const ALIKE: u32 = 12;

impl Frame {
    /// A picture of whole rows; none where the pixels do not fill them.
    #[must_use]
    pub fn new(width: usize, pixels: Vec<Colour>) -> Option<Self> {
        let is_whole = width > 0 && !pixels.is_empty() && pixels.len().is_multiple_of(width);
        is_whole.then_some(Self { width, pixels })
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// What is on it. One pixel in a hundred on each end may be anything: cameras have dead pixels too.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let mut lights: Vec<u32> = self.pixels.iter().copied().map(light).collect();
        lights.sort_unstable();
        let at = |per_cent: usize| lights.get(lights.len().saturating_sub(1) * per_cent / 100).copied().unwrap_or(0);
        if at(99) < BLACK {
            Seen::Black
        } else if at(99) - at(1) < ALIKE {
            Seen::Flat
        } else {
            Seen::Something
        }
    }

    /// The picture in so many columns and at most so many lines of text: in each cell the colours of its upper and its lower
    /// half. A cell is taken to be twice as high as it is wide.
    #[must_use]
    pub fn cells(&self, columns: usize, lines: usize) -> Vec<Vec<(Colour, Colour)>> {
        let height = self.height();
        let columns = columns.min(lines * 2 * self.width / height.max(1)).max(1);
        let halves = (columns * height / self.width).max(2) / 2 * 2;
        let mean = |column: usize, half: usize| {
            let (left, right) = (column * self.width / columns, ((column + 1) * self.width).div_ceil(columns));
            let (top, bottom) = (half * height / halves, ((half + 1) * height).div_ceil(halves));
            self.mean(left..right.min(self.width), top..bottom.min(height))
        };
        let line =
            |line: usize| (0..columns).map(|column| (mean(column, line * 2), mean(column, line * 2 + 1))).collect();
        (0..halves / 2).map(line).collect()
    }

    fn mean(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> Colour {
        let cells = rows.flat_map(|row| columns.clone().map(move |column| row * self.width + column));
        let (mut sums, mut count) = ([0u64; 3], 0u64);
        for Colour(red, green, blue) in cells.filter_map(|at| self.pixels.get(at)) {
            for (sum, part) in sums.iter_mut().zip([red, green, blue]) {
                *sum += u64::from(*part);
            }
            count += 1;
        }
        let part = |sum: u64| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX);
        let [red, green, blue] = sums;
        Colour(part(red), part(green), part(blue))
    }

    /// The picture of a camera that tells `YUYV`: two pixels in four bytes. None where there are too few bytes.
    #[must_use]
    pub fn of_yuyv(width: usize, height: usize, bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..width.checked_mul(height)?.checked_mul(2)?)?;
        let pixels = bytes.chunks_exact(4).flat_map(|pair| match pair {
            [first, blue, second, red] => [colour(*first, *blue, *red), colour(*second, *blue, *red)],
            _short => [Colour(0, 0, 0); 2],
        });
        Self::new(width, pixels.collect())
    }
}

/// Source: ITU-R BT.601, limited range, as USB cameras send it.
fn colour(light: u8, blue: u8, red: u8) -> Colour {
    let light = 298 * (i32::from(light) - 16);
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    let part = |sum: i32| u8::try_from(((sum + 128) >> 8).clamp(0, 255)).unwrap_or(0);
    Colour(part(light + 409 * red), part(light - 100 * blue - 208 * red), part(light + 516 * blue))
}

fn light(Colour(red, green, blue): Colour) -> u32 {
    (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width: usize, height: usize, pixel: impl Fn(usize, usize) -> Colour) -> Frame {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        Frame::new(width, pixels).expect("whole rows")
    }

    fn grey(part: usize) -> Colour {
        let part = u8::try_from(part % 256).expect("a byte");
        Colour(part, part, part)
    }

    #[test]
    fn black_is_nothing_even_with_dead_pixels_a_cover_is_flat_and_a_face_is_something() {
        let black = frame(64, 48, |x, y| if (x, y) == (9, 9) { grey(255) } else { grey(x % 7) });
        assert_eq!(black.seen(), Seen::Black);
        assert_eq!(frame(64, 48, |x, _| grey(120 + x % 5)).seen(), Seen::Flat);
        assert_eq!(frame(64, 48, |x, y| grey(x * 3 + y)).seen(), Seen::Something);
        assert_eq!((Frame::new(7, vec![grey(0); 8]), Frame::new(0, Vec::new())), (None, None));
    }

    #[test]
    fn half_blocks_keep_the_shape_and_the_places_of_the_picture() {
        let halves = frame(640, 480, |_, y| if y < 240 { Colour(200, 0, 0) } else { Colour(0, 0, 200) });
        let cells = halves.cells(80, 20);
        assert_eq!((cells.len(), cells[0].len()), (19, 53), "as wide as the lines allow");
        assert_eq!(
            (cells[0][0], cells[18][52]),
            ((Colour(200, 0, 0), Colour(200, 0, 0)), (Colour(0, 0, 200), Colour(0, 0, 200)))
        );
        let tiny = frame(2, 2, |x, y| grey(100 * x + 50 * y));
        assert_eq!(tiny.cells(2, 9), [[(grey(0), grey(50)), (grey(100), grey(150))]]);
    }

    #[test]
    fn the_colours_of_a_camera_are_those_of_its_standard() {
        let one = |bytes: &[u8; 4]| Frame::of_yuyv(2, 1, bytes).expect("two pixels").pixels;
        assert_eq!(one(&[16, 128, 235, 128]), [Colour(0, 0, 0), Colour(255, 255, 255)]);
        let [Colour(red, green, blue), _] = one(&[81, 90, 81, 240])[..] else { panic!("two") };
        assert!(red > 250 && green < 3 && blue < 3, "{red} {green} {blue}");
        assert_eq!(Frame::of_yuyv(2, 2, &[0; 7]), None);
    }
}
