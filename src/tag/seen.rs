//! Every code in a photo or a scan, and how well each is printed.
//!
//! Figures as ISO/IEC 15415 takes them for printed symbols, measured with whatever camera there is: enough to compare two
//! printers, no verifier.
//!
//! Invariants: a code that is there and cannot be read is seen too, and where; any picture gives an answer, whatever is in it.

use super::error::TagError;
use image::{GrayImage, ImageReader, Limits};
use rxing::common::{BitMatrix, DetectorRXingResult, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{BinaryBitmap, Luma8LuminanceSource};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longest side of a picture that is looked at, pixels.
const LONGEST: u32 = 12_000;
/// The most memory for decoding one, bytes.
const MOST_MEMORY: u64 = 512 << 20;
/// Contrast below which scanners begin to fail, percent. Source: ISO/IEC 15415:2011 table 6, symbol contrast, grade 2.
pub const LEAST_CONTRAST: u8 = 40;
/// Dark spots in the quiet zone above which it is no quiet zone, percent.
pub const MOST_NOISE: u8 = 5;
/// Modules that are neither dark nor light above which a print is too faint or smeared, percent.
pub const MOST_UNCLEAR: u8 = 12;
/// How many modules of the quiet zone are looked at.
const RING: usize = 3;

/// A code in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeSeen {
    /// What it says; none where it cannot be read.
    pub text: Option<String>,
    /// Its middle, pixels from the upper left corner.
    pub at: (f32, f32),
    /// Modules along one side.
    pub modules: usize,
    /// Dark against light, percent of black against white.
    pub contrast: u8,
    /// Dark spots in its quiet zone, percent.
    pub noise: u8,
    /// Modules that are neither dark nor light, percent.
    pub unclear: u8,
}

impl CodeSeen {
    /// Whether any scanner reads it.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.text.is_some()
            && self.contrast >= LEAST_CONTRAST
            && self.noise <= MOST_NOISE
            && self.unclear <= MOST_UNCLEAR
    }
}

/// The PNG or JPEG in shades of grey. Errors: [`TagError::Picture`] for no such picture, or one too large.
pub(super) fn grey_of(picture: &[u8]) -> Result<GrayImage, TagError> {
    let wrong = |error: &dyn std::fmt::Display| TagError::Picture { cause: error.to_string() };
    let mut reader = ImageReader::new(Cursor::new(picture)).with_guessed_format().map_err(|error| wrong(&error))?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST), Some(LONGEST));
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    Ok(reader.decode().map_err(|error| wrong(&error))?.into_luma8())
}

/// Every code in the PNG or JPEG, from the upper left. Errors: [`TagError::Picture`] for no such picture, or one too large.
pub fn codes_in(picture: &[u8]) -> Result<Vec<CodeSeen>, TagError> {
    codes_of(&grey_of(picture)?)
}

/// Every code in the picture, from the upper left. Errors: [`TagError::Unreadable`] where the detector gives up.
pub fn codes_of(grey: &GrayImage) -> Result<Vec<CodeSeen>, TagError> {
    // The detector says of itself that it can panic.
    let found = catch_unwind(AssertUnwindSafe(|| codes(grey)));
    found.unwrap_or_else(|_panic| Err(TagError::Unreadable { cause: "the detector gave up".to_owned() }))
}

/// What either way of telling dark from light shows: the one suits shadows on a photo, the other pale ink on white.
fn codes(grey: &GrayImage) -> Result<Vec<CodeSeen>, TagError> {
    let unreadable = |error: rxing::Exceptions| TagError::Unreadable { cause: error.to_string() };
    let (width, height) = grey.dimensions();
    let source = || Luma8LuminanceSource::new(grey.as_raw().clone(), width, height).map_err(unreadable);
    let shadows = BinaryBitmap::new(HybridBinarizer::new(source()?));
    let mut all = looked(grey, shadows.get_black_matrix());
    let pale = BinaryBitmap::new(GlobalHistogramBinarizer::new(source()?));
    all.extend(looked(grey, pale.get_black_matrix()));
    all.sort_by_key(|(code, _)| code.text.is_none());
    let mut seen: Vec<(CodeSeen, f32)> = Vec::new();
    for (code, side) in all {
        let near = |(other, reach): &(CodeSeen, f32)| {
            let (x, y) = (code.at.0 - other.at.0, code.at.1 - other.at.1);
            x.hypot(y) < reach.max(side) * 0.75
        };
        if !seen.iter().any(near) {
            seen.push((code, side));
        }
    }
    let mut seen: Vec<CodeSeen> = seen.into_iter().map(|(code, _)| code).collect();
    seen.sort_by(|one, other| one.at.1.total_cmp(&other.at.1).then(one.at.0.total_cmp(&other.at.0)));
    Ok(seen)
}

/// The codes, and the side of each, pixels.
fn looked(grey: &GrayImage, matrix: &BitMatrix) -> Vec<(CodeSeen, f32)> {
    let mut patterns = FindFinderPatterns(matrix, true, 0);
    let sets = GenerateFinderPatternSets(&mut patterns);
    let mut used = Vec::new();
    let mut seen = Vec::new();
    // Those that can be read first: their corners belong to no other.
    for readable in [true, false] {
        for set in &sets {
            let corners = [set.bl, set.tl, set.tr];
            if corners.iter().any(|corner| used.contains(corner)) {
                continue;
            }
            let Ok(sampled) = SampleQR(matrix, set) else { continue };
            let read = Decode(sampled.getBits()).ok();
            let text = read.and_then(|read| read.isValid().then(|| read.text()));
            // The lower left corner comes before the lower right one.
            let [a, b, d, c] = sampled.getPoints() else { continue };
            if text.is_some() == readable {
                let quad = Quad([a, b, c, d].map(|point| (point.x, point.y)));
                used.extend(corners);
                seen.push((measured(grey, &quad, sampled.getBits(), text), quad.side()));
            }
        }
    }
    seen
}

/// A square as it lies in a picture: corners from the upper left one, clockwise.
struct Quad([(f32, f32); 4]);

impl Quad {
    /// How long its sides are, in the middle.
    fn side(&self) -> f32 {
        let [one, _, other, _] = self.0;
        (one.0 - other.0).hypot(one.1 - other.1) / std::f32::consts::SQRT_2
    }

    /// The place of a point of the square, both parts of its way in 0 to 1, or beyond.
    fn place(&self, across: f32, down: f32) -> (f32, f32) {
        let between = |one: (f32, f32), other: (f32, f32), way: f32| {
            (one.0 + (other.0 - one.0) * way, one.1 + (other.1 - one.1) * way)
        };
        let [upper_left, upper_right, lower_right, lower_left] = self.0;
        between(between(upper_left, upper_right, across), between(lower_left, lower_right, across), down)
    }
}

fn float(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::MAX, f32::from)
}

/// How light the picture is there; none outside.
fn light(grey: &GrayImage, (x, y): (f32, f32)) -> Option<u8> {
    let whole = |place: f32| format!("{:.0}", place.floor()).parse::<u32>().ok();
    Some(grey.get_pixel_checked(whole(x)?, whole(y)?)?.0[0])
}

fn measured(grey: &GrayImage, quad: &Quad, bits: &BitMatrix, text: Option<String>) -> CodeSeen {
    let side = usize::try_from(bits.width()).unwrap_or(0);
    let middle = |number: usize| (float(number) + 0.5) / float(side);
    let within = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    let lights: Vec<u8> = within.filter_map(|(x, y)| light(grey, quad.place(middle(x), middle(y)))).collect();
    let (dark, bright) = extremes(&lights);
    let span = bright.saturating_sub(dark);
    let threshold = dark + span / 2;
    let unclear = lights.iter().filter(|light| light.abs_diff(threshold) < span / 5).count();
    let ring: Vec<u8> = ring(side, quad).into_iter().filter_map(|place| light(grey, place)).collect();
    let noise = ring.iter().filter(|light| **light < threshold).count();
    CodeSeen {
        text,
        at: quad.place(0.5, 0.5),
        modules: side,
        contrast: percent(usize::from(span), 255),
        noise: percent(noise, ring.len()),
        unclear: percent(unclear, lights.len()),
    }
}

fn percent(part: usize, of: usize) -> u8 {
    (part * 100).checked_div(of).and_then(|percent| u8::try_from(percent).ok()).unwrap_or(100)
}

/// What is dark and what is light: the middles of the darker and of the lighter half.
fn extremes(lights: &[u8]) -> (u8, u8) {
    let mut sorted = lights.to_vec();
    sorted.sort_unstable();
    let at = |quarter: usize| sorted.get(sorted.len() * quarter / 4).copied().unwrap_or(0);
    (at(1), at(3))
}

/// Places in the quiet zone, all around.
fn ring(side: usize, quad: &Quad) -> Vec<(f32, f32)> {
    let module = 1.0 / float(side);
    let mut places = Vec::new();
    for away in 0..RING {
        let off = (float(away) + 0.5) * module;
        for step in 0..side {
            let along = (float(step) + 0.5) * module;
            places.extend([(along, -off), (along, 1.0 + off), (-off, along), (1.0 + off, along)]);
        }
    }
    places.into_iter().map(|(across, down)| quad.place(across, down)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::id::TagId;
    use super::super::payload::{Domain, Payload};
    use super::super::qr::Qr;
    use super::*;
    use image::{DynamicImage, ImageFormat, Luma};
    use proptest::prelude::*;

    fn payload(seed: u8) -> Payload {
        let id = TagId::from_random([seed, 0x5a, seed.wrapping_mul(31), 7, !seed, 0x11, 0x80]);
        Payload::new(&Domain::read("aoxanh.example").expect("a good domain"), &id)
    }

    /// Rows of codes on white paper, 6 pixels a module.
    fn paper(columns: u32, rows: u32) -> GrayImage {
        let mut grey = GrayImage::from_pixel(columns * 240, rows * 240, Luma([255]));
        for row in 0..rows {
            for column in 0..columns {
                let qr = Qr::new(&payload(u8::try_from(row * columns + column).expect("few"))).expect("it fits");
                for y in 0..qr.side() * 6 {
                    for x in 0..qr.side() * 6 {
                        if qr.is_dark(x / 6, y / 6) {
                            let at = |of: u32, add: usize| of * 240 + 9 + u32::try_from(add).expect("small");
                            grey.put_pixel(at(column, x), at(row, y), Luma([0]));
                        }
                    }
                }
            }
        }
        grey
    }

    fn seen(grey: &GrayImage) -> Vec<CodeSeen> {
        let mut png = Cursor::new(Vec::new());
        DynamicImage::from(grey.clone()).write_to(&mut png, ImageFormat::Png).expect("written");
        codes_in(png.get_ref()).expect("a picture")
    }

    fn blot(grey: &mut GrayImage, (left, top): (u32, u32), (wide, high): (u32, u32), light: u8) {
        for y in top..top + high {
            for x in left..left + wide {
                grey.put_pixel(x, y, Luma([light]));
            }
        }
    }

    #[test]
    fn every_code_of_a_sheet_is_seen_once_and_is_good() {
        let seen = seen(&paper(5, 13));
        let texts: std::collections::BTreeSet<_> = seen.iter().filter_map(|code| code.text.clone()).collect();
        assert_eq!((seen.len(), texts.len()), (65, 65));
        for code in &seen {
            assert!(code.is_good() && code.contrast == 100 && code.noise == 0 && code.modules == 29, "{code:?}");
        }
        // 9 pixels of paper, 4 modules of quiet zone, half of 29 modules.
        assert!((seen[0].at.0 - (9.0 + 24.0 + 87.0)).abs() < 2.0, "{:?}", seen[0].at);
    }

    #[test]
    fn a_code_that_cannot_be_read_is_seen_where_it_is() {
        let mut sheet = paper(3, 1);
        blot(&mut sheet, (240 + 33 + 60, 33 + 60), (100, 100), 255);
        let seen = seen(&sheet);
        let read: Vec<bool> = seen.iter().map(|code| code.text.is_some()).collect();
        assert_eq!((seen.len(), read.iter().filter(|read| !**read).count()), (3, 1), "{seen:?}");
        let bad = seen.iter().find(|code| code.text.is_none()).expect("one");
        assert!(!bad.is_good() && (bad.at.0 - (240.0 + 120.0)).abs() < 20.0, "{bad:?}");
    }

    #[test]
    fn pale_ink_and_a_border_in_the_quiet_zone_are_told() {
        let mut pale = paper(1, 1);
        for pixel in pale.pixels_mut() {
            pixel.0[0] = if pixel.0[0] == 0 { 170 } else { 240 };
        }
        let codes = seen(&pale);
        assert!(codes.len() == 1 && !codes[0].is_good() && (25..35).contains(&codes[0].contrast), "{codes:?}");
        let mut framed = paper(1, 1);
        blot(&mut framed, (20, 20), (200, 6), 0);
        let codes = seen(&framed);
        assert!(codes.len() == 1 && codes[0].noise > MOST_NOISE && !codes[0].is_good(), "{codes:?}");
    }

    #[test]
    fn what_is_no_picture_is_said() {
        for bytes in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n"] {
            assert!(matches!(codes_in(bytes), Err(TagError::Picture { .. })));
        }
        assert_eq!(seen(&GrayImage::from_pixel(50, 50, Luma([255]))), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_picture_is_too_strange(noise in prop::collection::vec(any::<u8>(), 64 * 64)) {
            let grey = GrayImage::from_raw(64, 64, noise).expect("as many pixels");
            let _codes = seen(&grey);
        }
    }
}
