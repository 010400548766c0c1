//! A tag's QR code as a PNG of a given size on paper, and reading such a picture back with a second decoder.
//!
//! Invariants: a module is a whole number of pixels; the picture never exceeds the size asked for and says its own
//! resolution (`pHYs`); nothing is drawn that a printer or a camera could not resolve.

use super::error::TagError;
use super::qr::Qr;
use image::{ExtendedColorType, ImageEncoder, ImageFormat};
use rxing::common::HybridBinarizer;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BinaryBitmap, DecodeHints, Luma8LuminanceSource, Reader};

/// The smallest module that thermal label printers and phone cameras hold apart.
const MODULE_PIXELS: u32 = 2;
const MODULE_MICROMETRES: u32 = 250;
/// The longest side of a picture: 40 cm at 600 dpi.
pub(super) const PICTURE_PIXELS: u32 = 9449;
/// Micrometres in an inch.
const INCH: u64 = 25_400;
/// Signature and `IHDR`; `pHYs` may follow at once. Source: PNG (W3C, third edition) §5.6.
const PNG_HEAD: usize = 8 + 25;

/// A PNG and how large it really is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub png: Vec<u8>,
    /// Side of the whole symbol, quiet zone included, in pixels.
    pub pixels: u32,
    /// Side of the whole symbol on paper, quiet zone included, in micrometres.
    pub micrometres: u32,
}

impl Qr {
    /// Draws the symbol as large as fits in `mm` millimetres, quiet zone included, for a printer of `dpi` dots an inch.
    ///
    /// Errors: [`TagError::ModuleTooSmall`] under 2 pixels or 0.25 mm a module, [`TagError::PictureTooLarge`].
    pub fn png(&self, mm: u32, dpi: u32) -> Result<Picture, TagError> {
        let side = u32::try_from(self.side()).unwrap_or(u32::MAX);
        let fits = (u64::from(mm) * 1000).saturating_mul(u64::from(dpi)) / (INCH * u64::from(side));
        let pixels_a_module = u32::try_from(fits).unwrap_or(u32::MAX);
        let module = micrometres(pixels_a_module, dpi);
        module_fits(pixels_a_module, module)?;
        let pixels = side
            .checked_mul(pixels_a_module)
            .filter(|pixels| *pixels <= PICTURE_PIXELS)
            .ok_or(TagError::PictureTooLarge { most: PICTURE_PIXELS })?;
        let png = png_of(&self.pixels(pixels_a_module), (pixels, pixels), dpi)?;
        Ok(Picture { png, pixels, micrometres: micrometres(pixels, dpi) })
    }

    /// One byte a pixel, 0 for dark, rows from the top.
    fn pixels(&self, pixels_a_module: u32) -> Vec<u8> {
        let scale = usize::try_from(pixels_a_module).unwrap_or(1);
        let mut out = Vec::with_capacity(self.side() * self.side() * scale * scale);
        for y in 0..self.side() {
            let row: Vec<u8> = (0..self.side())
                .flat_map(|x| std::iter::repeat_n(if self.is_dark(x, y) { 0 } else { 255 }, scale))
                .collect();
            for _ in 0..scale {
                out.extend_from_slice(&row);
            }
        }
        out
    }
}

/// The text of the one QR code in a PNG, read by a decoder that shares nothing with the encoder.
///
/// Errors: [`TagError::Picture`] for no PNG, [`TagError::Unreadable`] where no code is found or it is damaged.
pub fn decode_png(png: &[u8]) -> Result<String, TagError> {
    let image = image::load_from_memory_with_format(png, ImageFormat::Png)
        .map_err(|error| TagError::Picture { cause: error.to_string() })?
        .into_luma8();
    let (width, height) = image.dimensions();
    let unreadable = |error: rxing::Exceptions| TagError::Unreadable { cause: error.to_string() };
    let source = Luma8LuminanceSource::new(image.into_raw(), width, height).map_err(unreadable)?;
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    // Not the crate's older reader: on 4 of 1000 tags it takes data for a finder pattern and finds nothing.
    let found = QrReader.decode_with_hints(&mut bitmap, &hints).map_err(unreadable)?;
    Ok(found.getText().to_owned())
}

/// Refuses modules that could not be printed or read.
pub(super) const fn module_fits(pixels: u32, micrometres: u32) -> Result<(), TagError> {
    if pixels < MODULE_PIXELS || micrometres < MODULE_MICROMETRES {
        return Err(TagError::ModuleTooSmall { pixels, micrometres });
    }
    Ok(())
}

/// A PNG of these pixels, which says its resolution.
pub(super) fn png_of(pixels: &[u8], (wide, high): (u32, u32), dpi: u32) -> Result<Vec<u8>, TagError> {
    let mut png = grey_png(pixels, wide, high)?;
    png.splice(PNG_HEAD..PNG_HEAD, resolution_chunk(dpi));
    Ok(png)
}

pub(super) fn micrometres(pixels: u32, dpi: u32) -> u32 {
    let length = (u64::from(pixels) * INCH).checked_div(u64::from(dpi)).unwrap_or(0);
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn grey_png(pixels: &[u8], wide: u32, high: u32) -> Result<Vec<u8>, TagError> {
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(pixels, wide, high, ExtendedColorType::L8)
        .map_err(|error| TagError::Picture { cause: error.to_string() })?;
    Ok(png)
}

/// The `pHYs` chunk: pixels a metre, both ways. The image library has no setter for it.
fn resolution_chunk(dpi: u32) -> Vec<u8> {
    let pixels_a_metre = u32::try_from((u64::from(dpi) * 1_000_000 + INCH / 2) / INCH).unwrap_or(u32::MAX);
    let mut body = b"pHYs".to_vec();
    body.extend_from_slice(&pixels_a_metre.to_be_bytes());
    body.extend_from_slice(&pixels_a_metre.to_be_bytes());
    body.push(1);
    let length = u32::try_from(body.len() - 4).unwrap_or(0);
    [&length.to_be_bytes()[..], &body, &crc32(&body).to_be_bytes()].concat()
}

/// CRC-32 as PNG asks for it (§5.5, ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[cfg(test)]
mod tests {
    use super::super::id::TagId;
    use super::super::payload::{Domain, Payload};
    use super::*;

    fn payload(seed: u8) -> Payload {
        let id = TagId::from_random([seed, 0x5a, seed.wrapping_mul(31), 7, !seed, 0x11, 0x80]);
        Payload::new(&Domain::read("aoxanh.example").expect("a good domain"), &id)
    }

    #[test]
    fn what_one_crate_draws_the_other_reads() {
        for seed in 0..40 {
            let payload = payload(seed);
            let qr = Qr::new(&payload).expect("it fits");
            for (mm, dpi) in [(12, 203), (20, 203), (30, 300), (25, 600)] {
                let picture = qr.png(mm, dpi).expect("large enough");
                assert_eq!(decode_png(&picture.png).as_deref(), Ok(payload.as_str()), "{mm} mm at {dpi} dpi");
            }
        }
    }

    #[test]
    fn the_size_is_the_largest_whole_number_of_pixels_a_module() {
        let qr = Qr::new(&payload(1)).expect("it fits");
        // 37 modules; 20 mm at 203 dpi is 159.8 px: 4 px a module, 148 px, 18.518 mm.
        let picture = qr.png(20, 203).expect("large enough");
        assert_eq!((picture.pixels, picture.micrometres), (148, 18_518));
        // 25.4 mm is one inch: 10 mm at 254 dpi is 100 px, at 2 px a module 74 px, but such a module is 0.2 mm.
        assert_eq!(qr.png(10, 254), Err(TagError::ModuleTooSmall { pixels: 2, micrometres: 200 }));
        assert_eq!(qr.png(10, 100), Err(TagError::ModuleTooSmall { pixels: 1, micrometres: 254 }));
        assert_eq!(qr.png(0, 300), Err(TagError::ModuleTooSmall { pixels: 0, micrometres: 0 }));
        assert_eq!(qr.png(20, 0), Err(TagError::ModuleTooSmall { pixels: 0, micrometres: 0 }));
        assert_eq!(qr.png(u32::MAX, 600), Err(TagError::PictureTooLarge { most: 9449 }));
        assert_eq!(qr.png(u32::MAX, u32::MAX), Err(TagError::PictureTooLarge { most: 9449 }));
    }

    #[test]
    fn the_file_says_its_resolution_right_after_its_head() {
        let picture = Qr::new(&payload(2)).expect("it fits").png(20, 300).expect("large enough");
        let chunk = &picture.png[PNG_HEAD..PNG_HEAD + 21];
        // 300 dpi is 11811 pixels a metre; the CRC was computed by another program (Python's zlib).
        assert_eq!(chunk[..17], *b"\0\0\0\x09pHYs\0\0\x2e\x23\0\0\x2e\x23\x01");
        assert_eq!(chunk[17..], [0x78, 0xa5, 0x3f, 0x76]);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_is_no_picture_or_shows_no_code_is_told_apart() {
        assert!(matches!(decode_png(b"not a png"), Err(TagError::Picture { .. })));
        let blank = grey_png(&[255; 64 * 64], 64, 64).expect("a good picture");
        assert!(matches!(decode_png(&blank), Err(TagError::Unreadable { .. })));
        let cut = &Qr::new(&payload(3)).expect("it fits").png(20, 300).expect("large enough").png[..200];
        assert!(matches!(decode_png(cut), Err(TagError::Picture { .. })));
    }
}
