//! Images under a block map that `bmaptool` made: what passes is what `bmaptool copy` writes, and nothing else passes.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use super::unpack_rig::{Shop, little, noise};
use aoxanh::imaging::{Bmap, BmapError};
use aoxanh::unit::Bytes;
use std::io::Read;

const BLOCK: usize = 4096;
const SIZE: usize = 40 * BLOCK + 1000;

/// An image with holes, its map by `bmaptool`, and what `bmaptool` copies of it.
fn mapped() -> Option<(Vec<u8>, Vec<u8>)> {
    let shop = Shop::new(&["bmaptool"])?;
    let noise = noise(2 * BLOCK);
    let pieces: [(u64, &[u8]); 3] = [(0, &little()), (20 * BLOCK as u64, &noise), (40 * BLOCK as u64, &noise[..1000])];
    shop.holed("image", SIZE as u64, &pieces);
    shop.run(&["bmaptool -q create image -o map"]);
    shop.run(&["bmaptool -q copy --bmap map image copied"]);
    let (image, copied) = (shop.read("image"), shop.read("copied"));
    assert_eq!(image, copied);
    Some((image, shop.read("map")))
}

fn pass(map: &[u8], image: &[u8], step: usize) -> Result<Vec<u8>, BmapError> {
    let mut mapped = Bmap::parse(map)?.over(image);
    let (mut all, mut some) = (Vec::new(), vec![0; step]);
    loop {
        match mapped.read(&mut some) {
            Ok(0) => return Ok(all),
            Ok(read) => all.extend(&some[..read]),
            Err(error) => {
                assert!(mapped.read(&mut some).is_err(), "no end behind an error");
                return Err(error.downcast::<BmapError>().expect("the image's own fault"));
            }
        }
    }
}

/// The file with one bit flipped.
fn flipped(file: &[u8], bit: usize) -> Vec<u8> {
    let mut spoiled = file.to_vec();
    spoiled[bit / 8] ^= 1 << (bit % 8);
    spoiled
}

#[test]
fn what_passes_is_what_bmaptool_copies() {
    let Some((image, map)) = mapped() else { return };
    for step in [1, 7, 4096, 5000, 1 << 20] {
        assert!(pass(&map, &image, step) == Ok(image.clone()), "{step}");
    }
    let map = Bmap::parse(&map).expect("a good map");
    assert_eq!((map.image_size(), map.block_size()), (Bytes(SIZE as u64), Bytes(BLOCK as u64)));
    assert_eq!((map.mapped(), map.is_checked()), (Bytes(3 * BLOCK as u64 + 1000), true));
}

#[test]
fn a_spoiled_byte_that_counts_is_refused_with_its_place_and_one_that_does_not_is_zero() {
    let Some((image, map)) = mapped() else { return };
    let ranges = [(0, BLOCK), (20 * BLOCK, 22 * BLOCK), (40 * BLOCK, SIZE)];
    for at in (0..SIZE).step_by(97).chain(ranges.iter().flat_map(|(from, until)| [*from, until - 1])) {
        let found = pass(&map, &flipped(&image, at * 8 + at % 8), 4096);
        match ranges.iter().find(|(from, until)| (*from..*until).contains(&at)) {
            Some((from, until)) => {
                let (from, until) = (Bytes(*from as u64), Bytes(*until as u64));
                assert_eq!(found, Err(BmapError::Differs { from, until }), "byte {at}");
            }
            None => assert!(found.as_ref() == Ok(&image), "byte {at}"),
        }
    }
}

#[test]
fn an_image_of_another_length_is_refused() {
    let Some((image, map)) = mapped() else { return };
    let size = Bytes(SIZE as u64);
    for cut in (0..18).map(|power| 1 << power).chain([0, SIZE - 1]).filter(|cut| *cut < SIZE) {
        let found = Bytes(cut as u64);
        assert_eq!(pass(&map, &image[..cut], 999), Err(BmapError::Shorter { found, size }), "{cut}");
    }
    assert_eq!(pass(&map, &[&image[..], &[0]].concat(), 999), Err(BmapError::Longer { size }));
}

#[test]
fn a_map_with_one_bit_flipped_anywhere_is_refused() {
    let Some((_, map)) = mapped() else { return };
    let good = Bmap::parse(&map).expect("a good map");
    for bit in 0..map.len() * 8 {
        // The digits of a checksum may change their case.
        let found = Bmap::parse(&flipped(&map, bit));
        assert!(found.is_err() || found.as_ref() == Ok(&good), "bit {bit}: {found:?}");
    }
    for cut in 0..map.len() - 1 {
        assert!(Bmap::parse(&map[..cut]).is_err(), "{cut}");
    }
}

/// A map of that version with its own checksum, of an image of 3 blocks of 4 bytes, the last one short.
fn by_hand(version: &str, shop: &Shop, kind: Option<&str>, fields: &str, ranges: &str) -> Vec<u8> {
    let (name, digits) = match kind {
        Some("sha1") if version == "1.3" => ("BmapFileSHA1", 40),
        Some("sha1") => ("BmapFileChecksum", 40),
        _ => ("BmapFileChecksum", 64),
    };
    let own = kind.map_or(String::new(), |_| format!("<{name}> {} </{name}>", "0".repeat(digits)));
    let map = format!(
        "<?xml version=\"1.0\" ?>\n<bmap version=\"{version}\">{fields}{own}<BlockMap>{ranges}</BlockMap></bmap>\n"
    );
    let Some(kind) = kind else { return map.into_bytes() };
    let sum = String::from_utf8(shop.filter(&format!("{kind}sum"), map.as_bytes())).expect("digits");
    map.replacen(&"0".repeat(digits), &sum[..digits], 1).into_bytes()
}

const FIELDS: &str = "<ImageSize> 11 </ImageSize><BlockSize> 4 </BlockSize><BlocksCount> 3 </BlocksCount>\
    <MappedBlocksCount> 2 </MappedBlocksCount>";

#[test]
fn every_version_is_read_as_it_was_written() {
    let Some(shop) = Shop::new(&["sha1sum", "sha256sum"]) else { return };
    let image = b"abcdEFGHxyz";
    let sum = |kind: &str, bytes: &[u8]| {
        let said = String::from_utf8(shop.filter(&format!("{kind}sum"), bytes)).expect("digits");
        said.split(' ').next().unwrap_or_default().to_owned()
    };
    let plain = "<Range> 0 </Range><Range> 2 - 2 </Range>";
    let versions =
        [("1.0", None), ("1.2", None), ("1.3", Some("sha1")), ("1.4", Some("sha1")), ("2.0", Some("sha256"))];
    for (version, kind) in versions {
        let (fields, ranges) = match kind {
            None => (FIELDS.to_owned(), plain.to_owned()),
            Some(kind) => {
                let attribute = if version == "1.3" { "sha1" } else { "chksum" };
                let (first, last) = (sum(kind, b"abcd"), sum(kind, b"xyz"));
                let named =
                    if version == "1.3" { String::new() } else { format!("<ChecksumType> {kind} </ChecksumType>") };
                let range = |blocks: &str, sum: &str| format!("<Range {attribute}=\"{sum}\"> {blocks} </Range>");
                (format!("{FIELDS}{named}"), range("0", &first) + &range("2-2", &last))
            }
        };
        let map = by_hand(version, &shop, kind, &fields, &ranges);
        assert_eq!(pass(&map, image, 3).as_deref(), Ok(&b"abcd\0\0\0\0xyz"[..]), "{version}");
        assert_eq!(Bmap::parse(&map).expect("good").is_checked(), kind.is_some());
        if kind.is_some() {
            let differs = BmapError::Differs { from: Bytes(8), until: Bytes(11) };
            assert_eq!(pass(&map, b"abcdEFGHxyZ", 3), Err(differs), "{version}");
            let spoiled = String::from_utf8(map).expect("text").replace("bmap version", "bmap  version");
            assert_eq!(pass(spoiled.as_bytes(), image, 3), Err(BmapError::OwnChecksum), "{version}");
        }
    }
}

#[test]
fn a_map_that_contradicts_itself_is_refused() {
    let Some(shop) = Shop::new(&["sha256sum"]) else { return };
    let good = "<Range> 0 </Range><Range> 2 </Range>";
    let map = |fields: &str, ranges: &str| Bmap::parse(&by_hand("1.2", &shop, None, fields, ranges));
    assert!(map(FIELDS, good).is_ok());
    let ranges = [
        "<Range> 0 </Range>",
        "<Range> 2 </Range><Range> 0 </Range>",
        "<Range> 0 </Range><Range> 0 </Range>",
        "<Range> 2-1 </Range><Range> 2 </Range>",
        "<Range> 2-3 </Range>",
        "<Range> 0-18446744073709551615 </Range>",
        "<Range> -1 </Range><Range> 2 </Range>",
        "<Range> </Range><Range> 2 </Range>",
        "<Range chksum=\"00\"> 0 </Range><Range> 2 </Range>",
    ];
    for ranges in ranges {
        assert!(matches!(map(FIELDS, ranges), Err(BmapError::Bad { .. })), "{ranges}");
    }
    let fields = [(" 11 ", " 12 3 "), (" 11 ", " 13 "), (" 4 ", " 0 "), (" 3 ", " 4 "), ("BlockSize", "BlockSiz")];
    for (from, to) in fields {
        let changed = FIELDS.replace(from, to);
        assert!(matches!(map(&changed, good), Err(BmapError::Bad { .. })), "{changed}");
    }
    let doubled = format!("{FIELDS}<ImageSize> 11 </ImageSize>");
    assert!(matches!(map(&doubled, good), Err(BmapError::Bad { .. })));
    for version in ["3.0", "1.5", "0.9", "x"] {
        let found = Bmap::parse(&by_hand(version, &shop, None, FIELDS, good));
        assert_eq!(found, Err(BmapError::Version { version: version.to_owned() }));
    }
    // From 1.3 on a map without its own checksum is none.
    for version in ["1.3", "1.4", "2.0"] {
        let found = Bmap::parse(&by_hand(version, &shop, None, FIELDS, good));
        assert!(matches!(found, Err(BmapError::Bad { .. })), "{version}: {found:?}");
    }
    let other = format!("{FIELDS}<ChecksumType> md5 </ChecksumType>");
    let found = Bmap::parse(&by_hand("2.0", &shop, Some("sha256"), &other, good));
    assert_eq!(found, Err(BmapError::Version { version: "2.0, md5".to_owned() }));
    // Without a checksum of its own only its end tells that it is whole.
    let whole = by_hand("1.2", &shop, None, FIELDS, good);
    for cut in 0..whole.len() - 1 {
        assert!(Bmap::parse(&whole[..cut]).is_err(), "{cut}");
    }
    for text in [&b""[..], b"\xFF\xFE", b"<html></html>", b"<bmap version=\"2.0\">", b"{}"] {
        assert!(matches!(Bmap::parse(text), Err(BmapError::Bad { .. })), "{text:?}");
    }
}
