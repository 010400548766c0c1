//! Photos that come from elsewhere: the codes on them, and a photo kept with a note about a device.
//!
//! Invariants: no picture takes more memory or time than is set here; what is kept is the picture alone, without what a camera
//! writes into it (place, time, its own serial number); 16 random bytes in it make its name a salted hash; the note's text says
//! the name, so that the ledger has a salted hash only and erasing the note erases the photo; nobody else can write such a text,
//! and a photo goes with no other note than its own.

use super::bench::{Bench, Found};
use super::grade::{digest, keep};
use super::note::{keep_text, or_forget};
use super::place::{place_of_code, read_place};
use crate::event::shift::DeviceNoted;
use crate::port::{Failure, Trouble};
use crate::tag::{Piece, TagId, codes_of};
use crate::unit::{Digest, ShelfName};
use crate::word::say;
use image::codecs::jpeg::JpegEncoder;
use image::error::{LimitError, LimitErrorKind};
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, ImageResult, Limits};
use std::io::Cursor;
use std::path::Path;

/// The longest side of a picture that is looked at, pixels.
const LONGEST: u32 = 12_000;
/// The most memory for one, bytes: 85 megapixels in colour.
const MOST_MEMORY: u64 = 256 << 20;
/// The longest side of a photo that is kept, pixels.
const SIDE: u32 = 1600;
/// What stands in the note before and after the photo's name.
const MARK: (&str, &str) = ("[ảnh ", ".jpg]");

/// What the codes on a photo say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodesRead {
    /// Devices' tags, each once, from the upper left.
    pub tags: Vec<TagId>,
    /// Shelves' names, likewise.
    pub shelves: Vec<ShelfName>,
}

fn wrong(cause: impl std::fmt::Display) -> Failure {
    Failure::new(Trouble::BadData, say!("phone-photo-wrong")).because(cause).hint(say!("phone-photo-wrong-hint"))
}

/// The picture, upright. Errors: it is no PNG or JPEG, or larger than `most` bytes when it is unpacked.
pub(super) fn opened(bytes: &[u8], most: u64) -> ImageResult<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST), Some(LONGEST));
    limits.max_alloc = Some(most);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    // What the limits leave out: the picture itself.
    if decoder.total_bytes() > most {
        return Err(ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory)));
    }
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The picture alone, no larger than needed, as JPEG.
pub(super) fn small_jpeg(mut picture: DynamicImage) -> ImageResult<Vec<u8>> {
    if picture.width().max(picture.height()) > SIDE {
        picture = picture.thumbnail(SIDE, SIDE);
    }
    let mut jpeg = Vec::new();
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 82))?;
    Ok(jpeg)
}

/// What the codes on the photo say: of the photo made smaller, and where that is not enough, of the whole too. Errors: it is no
/// PNG or JPEG, or too large.
pub fn read_codes(photo: &[u8], is_enough: impl Fn(&CodesRead) -> bool) -> Result<CodesRead, Failure> {
    let (picture, mut read) = (opened(photo, MOST_MEMORY).map_err(wrong)?, CodesRead::default());
    if picture.width().max(picture.height()) > SIDE {
        read.take(&picture.thumbnail(SIDE, SIDE))?;
    }
    if !is_enough(&read) {
        read.take(&picture)?;
    }
    Ok(read)
}

/// The codes of a machine's summary on the photo. Errors: as of [`read_codes`].
pub fn summary_on_photo(photo: &[u8]) -> Result<Vec<String>, Failure> {
    let picture = opened(photo, MOST_MEMORY).map_err(wrong)?;
    let codes = codes_of(&picture.to_luma8()).map_err(wrong)?;
    Ok(codes.into_iter().filter_map(|code| code.text).filter(|text| Piece::read(text).is_some()).collect())
}

impl CodesRead {
    /// Adds what is new on that picture.
    fn take(&mut self, picture: &DynamicImage) -> Result<(), Failure> {
        for text in codes_of(&picture.to_luma8()).map_err(wrong)?.into_iter().filter_map(|code| code.text) {
            if place_of_code(&text).is_some() {
                let name = read_place(&text).ok();
                self.shelves.extend(name.filter(|name| !self.shelves.contains(name)));
            } else if let Ok(tag) = TagId::read(&text)
                && !self.tags.contains(&tag)
            {
                self.tags.push(tag);
            }
        }
        Ok(())
    }
}

/// The picture as it is kept, with 16 random bytes in it.
fn bare(photo: &[u8], salt: [u8; 16]) -> Result<Vec<u8>, Failure> {
    let mut jpeg = opened(photo, MOST_MEMORY).and_then(small_jpeg).map_err(wrong)?;
    // A comment behind the first marker. Source: ITU-T T.81 B.2.4.5.
    let comment = [&[0xFF, 0xFE, 0x00, 18][..], &salt].concat();
    jpeg.splice(2..2, comment);
    Ok(jpeg)
}

/// Keeps a photo of the device with a note about it, in these words or in none. Errors: it is no PNG or JPEG, or too large;
/// the words are too long; it cannot be kept; the rules.
pub fn attach_photo(bench: &Bench<'_>, found: &Found, photo: &[u8], words: &str) -> Result<Found, Failure> {
    let jpeg = bare(photo, bench.chance.bytes())?;
    // What is refused leaves no photo behind.
    bench.refuse_if_forbidden(Some(&found.id), DeviceNoted { note: Digest::ZERO })?;
    let name = digest(&jpeg);
    let note = keep_text(bench, &format!("{} {}{name}{}", words.trim(), MARK.0, MARK.1))?;
    let kept = keep(bench, Path::new("jpeg"), &jpeg);
    let done = kept.and_then(|()| bench.record(Some(&found.id), DeviceNoted { note }).map(|_recorded| ()));
    if done.is_err() {
        // Whatever becomes of this, why it was not recorded matters more.
        let _kept = erase_photo(bench, name);
    }
    or_forget(bench, done, Some(note))?;
    bench.device(&found.id)
}

/// The photo that a note's text names.
pub(super) fn named(text: &str) -> Option<Digest> {
    text.strip_suffix(MARK.1)?.rsplit_once(MARK.0)?.1.parse().ok()
}

/// Erases the photo of that name.
pub(super) fn erase_photo(bench: &Bench<'_>, name: Digest) -> Result<(), Failure> {
    bench.files.erase(&bench.own.blobs.join(format!("{name}.jpg")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgb, RgbImage};

    fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("written");
        bytes.into_inner()
    }

    /// A PNG that says it is that large, and is not.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut png = encoded(&RgbImage::from_pixel(1, 1, Rgb([1, 2, 3])), ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32fast::hash(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        png
    }

    #[test]
    fn what_is_kept_is_small_has_a_name_of_its_own_and_nothing_that_a_camera_wrote() {
        let plain = encoded(&RgbImage::from_fn(3000, 40, |x, _| Rgb([x.to_le_bytes()[0], 0, 90])), ImageFormat::Jpeg);
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0 Hanoi, SN 12345";
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        let mut photo = plain.clone();
        photo.splice(2..2, [&[0xFF, 0xE1][..], &length, exif].concat());
        assert!(photo.windows(5).any(|bytes| bytes == b"Hanoi"));
        let (one, two) = (bare(&photo, [7; 16]).expect("a photo"), bare(&photo, [8; 16]).expect("a photo"));
        assert!(!one.windows(4).any(|bytes| bytes == b"Exif" || bytes == b"Hano"));
        assert!(one != two && digest(&one) != digest(&two));
        let read = image::load_from_memory(&one).expect("still a picture");
        assert_eq!((read.width(), read.height()), (1600, 21));
    }

    #[test]
    fn what_is_no_picture_or_would_take_too_much_is_refused_before_it_is_unpacked() {
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
        let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0".to_vec();
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
        let bombs = [bomb(60_000, 60_000), bomb(12_000, 12_000), bomb(12_001, 1), bomb(0, 0)];
        for bytes in [vec![], vec![0; 99], gif, webp, svg].iter().chain(&bombs) {
            let failure = read_codes(bytes, |_read| true).expect_err("no photo");
            assert_eq!((failure.trouble, failure.what.key()), (Trouble::BadData, "phone-photo-wrong"));
            assert!(bare(bytes, [0; 16]).is_err());
        }
        for bomb in [bomb(12_000, 12_000), bomb(9_500, 9_500)] {
            let refused = opened(&bomb, MOST_MEMORY).expect_err("too large");
            assert!(matches!(refused, ImageError::Limits(_)), "by what it says of itself: {refused}");
        }
    }

    #[test]
    fn the_name_is_found_in_the_note_and_nowhere_else() {
        let name = digest(b"a photo");
        assert_eq!(named(&format!("vỡ góc [ảnh {name}.jpg]")), Some(name));
        for text in ["", "[ảnh ../../vault.jpg]", "[ảnh .jpg]", &format!("[ảnh {name}.jpg] "), &format!("{name}.jpg]")]
        {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
