//! Cameras through the kernel's video devices.
//!
//! Invariant: pictures as they come are asked for first (`YUYV`), then JPEG; a camera that has neither is named, not judged.

use crate::linux::ioctl::{Raw, Written, picture};
use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Trouble};
use crate::trial::{Colour, Frame};
use crate::word::say;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, ImageReader, Limits, RgbImage};
use rustix::fs::{Mode, OFlags, open};
use std::io::{self, Cursor};
use std::path::Path;

const VIDEO: &str = "sys/class/video4linux";
const SIZE: (u32, u32) = (640, 480);
/// What a JPEG begins with, and its kinds of segments. Source: ITU T.81 table B.1.
const START: [u8; 2] = [0xff, 0xd8];
const TABLES: u8 = 0xc4;
const SCAN: u8 = 0xda;
/// No picture of a camera needs more memory to be read, bytes.
const MOST_MEMORY: u64 = 256 << 20;
/// By this picture a camera is used to the light.
const NUMBER: u32 = 12;

/// The first camera: its node, and what it calls itself. A camera's other nodes (for its own data) have other indexes.
pub(super) fn first(tree: Tree<'_>) -> Option<(String, String)> {
    let nodes = tree.names(VIDEO).what.ok()?.into_iter();
    let is_picture = |node: &String| tree.number(&format!("{VIDEO}/{node}/index")).is_none_or(|index| index == 0);
    let node = nodes.filter(|node| node.starts_with("video")).find(is_picture)?;
    let name = tree.line(&format!("{VIDEO}/{node}/name")).unwrap_or_else(|| node.clone());
    Some((node, name))
}

/// A picture. Errors: there is no camera, another program has it, or it sends nothing that can be read.
pub(super) fn frame(root: &Path) -> Result<Frame, Failure> {
    let missing = || Failure::new(Trouble::Io, say!("hardware-failed", part = VIDEO));
    let (node, name) = first(Tree::new(root)).ok_or_else(missing)?;
    let failed = |error: io::Error| {
        let failure = Failure::new(Trouble::Io, say!("hardware-failed", part = name.as_str())).because(&error);
        if error.kind() == io::ErrorKind::PermissionDenied {
            failure.hint(say!("hardware-root-hint"))
        } else if error.kind() == io::ErrorKind::ResourceBusy {
            failure.hint(say!("hardware-busy-hint"))
        } else {
            failure
        }
    };
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    let camera = open(root.join("dev").join(node), flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    let raw = picture(&camera, SIZE.0, SIZE.1, NUMBER).map_err(failed)?;
    frame_of(&raw).map_err(failed)
}

/// The picture that those bytes are. Errors: they are none.
fn frame_of(raw: &Raw) -> io::Result<Frame> {
    let side = |pixels: u32| usize::try_from(pixels).unwrap_or(0);
    let frame = match raw.written {
        Written::Yuyv => Frame::of_yuyv(side(raw.width), side(raw.height), &raw.bytes),
        Written::Jpeg => {
            let mut reader = ImageReader::with_format(Cursor::new(with_tables(&raw.bytes)?), ImageFormat::Jpeg);
            let mut limits = Limits::default();
            limits.max_alloc = Some(MOST_MEMORY);
            reader.limits(limits);
            let picture = reader.decode().map_err(io::Error::other)?.to_rgb8();
            Frame::new(
                side(picture.width()),
                picture.pixels().map(|pixel| Colour(pixel[0], pixel[1], pixel[2])).collect(),
            )
        }
    };
    frame.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The JPEG with Huffman tables: most cameras leave them out, for they are always those of ITU T.81 annex K.
fn with_tables(jpeg: &[u8]) -> io::Result<Vec<u8>> {
    if !tables(jpeg).is_empty() {
        return Ok(jpeg.to_vec());
    }
    let mut of_annex_k = Vec::new();
    let picture = RgbImage::new(8, 8);
    picture.write_with_encoder(JpegEncoder::new(&mut of_annex_k)).map_err(io::Error::other)?;
    let (begin, rest) = jpeg.split_at_checked(START.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok([begin, &tables(&of_annex_k), rest].concat())
}

/// The segments of a JPEG that hold Huffman tables.
fn tables(jpeg: &[u8]) -> Vec<u8> {
    let (mut found, mut rest) = (Vec::new(), jpeg.get(START.len()..).unwrap_or_default());
    while let [0xff, kind, high, low, ..] = rest {
        let Some(segment) = rest.get(..2 + usize::from(u16::from_be_bytes([*high, *low]))) else { break };
        match *kind {
            TABLES => found.extend_from_slice(segment),
            SCAN => break,
            _other => {}
        }
        rest = &rest[segment.len()..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    /// The same JPEG without its Huffman tables, as most cameras send it.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let (mut kept, mut rest) = (jpeg[..2].to_vec(), &jpeg[2..]);
        while rest[1] != SCAN {
            let (segment, after) = rest.split_at(2 + usize::from(u16::from_be_bytes([rest[2], rest[3]])));
            kept.extend(if segment[1] == TABLES { &[] } else { segment });
            rest = after;
        }
        [kept, rest.to_vec()].concat()
    }

    #[test]
    fn a_jpeg_of_a_camera_is_read_with_and_without_its_tables_and_half_of_one_is_an_error() {
        let half = |across: u32| if across < 32 { Rgb([220, 30, 30]) } else { Rgb([20, 40, 200]) };
        let picture = RgbImage::from_fn(64, 48, |across, _down| half(across));
        let mut jpeg = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 90)).expect("memory");
        let bare = without_tables(&jpeg);
        assert!(bare.len() + 400 < jpeg.len(), "the tables are gone");
        // The first begins with how many codes have 1 bit, 2 bits…: ITU T.81 table K.3.
        let annex = tables(&with_tables(&bare).expect("a picture"));
        assert_eq!(annex[4..21], [0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
        let raw = |bytes: &[u8]| Raw { written: Written::Jpeg, width: 64, height: 48, bytes: bytes.to_vec() };
        for bytes in [&jpeg, &bare] {
            let frame = frame_of(&raw(bytes)).expect("a picture");
            assert_eq!((frame.width, frame.height()), (64, 48));
            let (left, right) = (frame.pixels[8], frame.pixels[56]);
            assert!(left.0 > 190 && left.2 < 70 && right.0 < 60 && right.2 > 170, "{left:?} {right:?}");
        }
        assert!(frame_of(&raw(&jpeg[..40])).is_err() && frame_of(&raw(b"")).is_err());
        let yuyv = Raw { written: Written::Yuyv, width: 2, height: 2, bytes: vec![128; 7] };
        assert!(frame_of(&yuyv).is_err(), "one byte is missing");
    }
}
