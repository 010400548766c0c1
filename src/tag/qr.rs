//! A tag's QR code as a square of modules, and that square as text for a terminal.
//!
//! Invariants: model 2; of tags error correction level Q and alphanumeric mode; the quiet zone is part of the square.

use super::error::TagError;
use super::payload::Payload;
use qrcode::bits::Bits;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode, Version};

/// Light modules on every side. Source: ISO/IEC 18004:2015 §6.3.8.
pub const QUIET_ZONE: usize = 4;
/// The largest QR version.
const VERSIONS: i16 = 40;

/// Digits that the versions from 1 on hold at level L. Source: ISO/IEC 18004:2015 table 7.
const DIGITS: [usize; 14] = [41, 77, 127, 187, 255, 322, 370, 461, 552, 652, 772, 883, 1022, 1101];

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// `█ ▀ ▄`: one column and half a row for each module.
    HalfBlocks,
    /// `##`: two columns and one row for each module, for consoles without block glyphs.
    Ascii,
}

/// The terminal's own background, which text cannot ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Light text on dark: the light modules are drawn.
    Dark,
    /// Dark text on light: the dark modules are drawn.
    Light,
}

/// A QR code with its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    side: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// The QR code of that payload, in the smallest version that holds it. Errors: [`TagError::TooLong`].
    pub fn new(payload: &Payload) -> Result<Self, TagError> {
        Self::of_text(payload.as_str())
    }

    /// The QR code of a text, which is smaller of digits, upper-case letters and ` $%*+-./:` alone. Errors: as for [`Qr::new`].
    pub fn of_text(text: &str) -> Result<Self, TagError> {
        if !text.bytes().all(is_alphanumeric) {
            return Self::of_bytes(text.as_bytes());
        }
        let code = (1..=VERSIONS)
            .find_map(|version| encode(text, Version::Normal(version)).ok())
            .ok_or(TagError::TooLong { characters: text.len() })?;
        Ok(matrix(&code))
    }

    /// The QR code of any bytes. Errors: as for [`Qr::new`].
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, TagError> {
        let code = QrCode::with_error_correction_level(bytes, EcLevel::M);
        Ok(matrix(&code.map_err(|_too_long: QrError| TagError::TooLong { characters: bytes.len() })?))
    }

    /// The QR code of digits alone, for a screen, which is never dirty. Errors: as for [`Qr::new`].
    pub fn of_digits(digits: &str) -> Result<Self, TagError> {
        let code = |version: i16| -> Result<QrCode, QrError> {
            let mut bits = Bits::new(Version::Normal(version));
            bits.push_numeric_data(digits.as_bytes())?;
            bits.push_terminator(EcLevel::L)?;
            QrCode::with_bits(bits, EcLevel::L)
        };
        let code = (1..=VERSIONS).find_map(|version| code(version).ok());
        Ok(matrix(&code.ok_or(TagError::TooLong { characters: digits.len() })?))
    }

    /// The most digits in a square of that many modules along one side, the quiet zone included; none in too small a one.
    #[must_use]
    pub fn most_digits(side: usize) -> usize {
        let fits = |version: &usize| 17 + 4 * (version + 1) + 2 * QUIET_ZONE <= side;
        (0..DIGITS.len()).rev().find(fits).and_then(|version| DIGITS.get(version)).copied().unwrap_or(0)
    }

    /// Modules along one side, the quiet zone on both ends included.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }

    /// Whether the module in column `x` of row `y` is dark; outside the square everything is light.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }

    /// The code as lines of text, each ended by a line feed.
    #[must_use]
    pub fn terminal(&self, drawing: Drawing, ground: Ground) -> String {
        let inked = |x, y| y < self.side && self.is_dark(x, y) == (ground == Ground::Light);
        let mut out = String::new();
        let step = match drawing {
            Drawing::HalfBlocks => 2,
            Drawing::Ascii => 1,
        };
        for y in (0..self.side).step_by(step) {
            for x in 0..self.side {
                out.push_str(match (drawing, inked(x, y), inked(x, y + 1)) {
                    (Drawing::HalfBlocks, true, true) => "█",
                    (Drawing::HalfBlocks, true, false) => "▀",
                    (Drawing::HalfBlocks, false, true) => "▄",
                    (Drawing::HalfBlocks, false, false) => " ",
                    (Drawing::Ascii, true, _) => "##",
                    (Drawing::Ascii, false, _) => "  ",
                });
            }
            out.push('\n');
        }
        out
    }
}

/// Whether it is one of the 45. Source: ISO/IEC 18004:2015 table 5.
fn is_alphanumeric(sign: u8) -> bool {
    sign.is_ascii_digit() || sign.is_ascii_uppercase() || b" $%*+-./:".contains(&sign)
}

/// One alphanumeric segment: the crate's own choice of segments would mix modes.
fn encode(text: &str, version: Version) -> Result<QrCode, QrError> {
    let mut bits = Bits::new(version);
    bits.push_alphanumeric_data(text.as_bytes())?;
    bits.push_terminator(EcLevel::Q)?;
    QrCode::with_bits(bits, EcLevel::Q)
}

fn matrix(code: &QrCode) -> Qr {
    let inner = code.width();
    let side = inner + 2 * QUIET_ZONE;
    let mut dark = vec![false; side * side];
    for y in 0..inner {
        for x in 0..inner {
            dark[(y + QUIET_ZONE) * side + x + QUIET_ZONE] = code[(x, y)] == Color::Dark;
        }
    }
    Qr { side, dark }
}

#[cfg(test)]
mod tests {
    use super::super::id::TagId;
    use super::super::payload::Domain;
    use super::*;

    fn qr(domain: &str) -> Result<Qr, TagError> {
        let id = TagId::from_random([0x3c, 0xc7, 0xdb, 0xa4, 0x54, 0x26, 0x80]);
        Qr::new(&Payload::new(&Domain::read(domain).expect("a good domain"), &id))
    }

    /// Reads the drawn text back into modules, row by row.
    fn undrawn(text: &str, drawing: Drawing, ground: Ground) -> Vec<Vec<bool>> {
        let mut rows = Vec::new();
        for line in text.lines() {
            let columns = line.chars().step_by(if drawing == Drawing::Ascii { 2 } else { 1 });
            let halves: Vec<(bool, bool)> = columns
                .map(|glyph| match glyph {
                    '█' | '#' => (true, true),
                    '▀' => (true, false),
                    '▄' => (false, true),
                    _ => (false, false),
                })
                .collect();
            let dark = |inked: bool| inked == (ground == Ground::Light);
            rows.push(halves.iter().map(|(upper, _)| dark(*upper)).collect());
            if drawing == Drawing::HalfBlocks {
                rows.push(halves.iter().map(|(_, lower)| dark(*lower)).collect());
            }
        }
        rows
    }

    #[test]
    fn a_usual_payload_is_a_version_3_code_inside_a_light_border() {
        let qr = qr("aoxanh.example").expect("it fits");
        assert_eq!(qr.side(), 29 + 2 * QUIET_ZONE);
        for near in 0..qr.side() {
            for edge in (0..QUIET_ZONE).chain(qr.side() - QUIET_ZONE..qr.side()) {
                assert!(!qr.is_dark(near, edge) && !qr.is_dark(edge, near));
            }
        }
        for corner in [(4, 4), (32, 4), (4, 32)] {
            assert!(qr.is_dark(corner.0, corner.1), "finder pattern at {corner:?}");
        }
        assert!(!qr.is_dark(qr.side(), 0) && !qr.is_dark(0, qr.side()));
    }

    #[test]
    fn whatever_a_text_is_of_a_reader_reads_the_same() {
        for text in ["HTTP://10.0.0.1:8686/P/0A", "HTTP://[FD00::1]:8686/P/0A", "http://10.0.0.1/p", "kệ 7", "12345"]
        {
            let qr = Qr::of_text(text).expect("it fits");
            let light = |x, y| image::Luma([if qr.is_dark(x as usize / 6, y as usize / 6) { 0 } else { 255 }]);
            let side = u32::try_from(qr.side() * 6).expect("small");
            let read = super::super::codes_of(&image::GrayImage::from_fn(side, side, light)).expect("a picture");
            let read: Vec<_> = read.into_iter().filter_map(|code| code.text).collect();
            assert_eq!(read, [text]);
        }
    }

    #[test]
    fn as_many_digits_as_are_said_to_fit_into_a_square_do() {
        for side in 0..90 {
            let most = Qr::most_digits(side);
            let Some(digits) = (most > 0).then(|| "8".repeat(most)) else { continue };
            assert!(Qr::of_digits(&digits).expect("it fits").side() <= side, "{side}");
            assert!(Qr::of_digits(&format!("{digits}8")).expect("it fits").side() > side || side > 81, "{side}");
        }
        assert_eq!((Qr::most_digits(28), Qr::most_digits(29), Qr::most_digits(81)), (0, 41, 1101));
    }

    #[test]
    fn the_mode_is_alphanumeric_so_the_longest_domain_still_fits() {
        let name = ["abcdefgh"; 28].join(".");
        // 271 alphanumeric characters: version 13-Q holds 352 of them but only 241 bytes. Source: ISO/IEC 18004 table 7.
        assert_eq!(qr(&name).expect("it fits").side(), 4 * 12 + 17 + 8);
    }

    #[test]
    fn every_drawing_shows_exactly_the_modules_on_every_ground() {
        let qr = qr("aoxanh.example").expect("it fits");
        for drawing in [Drawing::HalfBlocks, Drawing::Ascii] {
            for ground in [Ground::Dark, Ground::Light] {
                let text = qr.terminal(drawing, ground);
                let rows = undrawn(&text, drawing, ground);
                let right = |y| (0..qr.side()).map(|x| qr.is_dark(x, y)).collect::<Vec<_>>();
                for (y, row) in rows.iter().take(qr.side()).enumerate() {
                    assert_eq!(*row, right(y), "{drawing:?} {ground:?}, row {y}");
                }
                assert!(rows.len() >= qr.side());
                assert!(text.lines().all(|line| line.chars().count() <= 80));
                assert_eq!(drawing == Drawing::Ascii, text.is_ascii());
            }
        }
    }
}
