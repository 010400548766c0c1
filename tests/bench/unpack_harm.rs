//! Image files that were cut, spoiled, added to or made to burst: each ends in the right bytes or in a clear refusal.

use super::unpack_rig::{Out, PACKERS, Shop, little, little_sparse, noise, unpack};
use aoxanh::imaging::{DecodeError, Packing, Unpacked};
use aoxanh::unit::Bytes;
use std::io::{Cursor, Read};

const MOST: u64 = 1 << 20;

/// Files of [`little`], each with its name.
fn files() -> Option<Vec<(String, Vec<u8>)>> {
    let shop = Shop::new(&["zstd", "gzip", "xz", "bzip2"])?;
    let more = ["zstd -q -c --no-check", "xz -0 -c --check=none", "xz -0 -c --check=sha256", "gzip -n -1 -c"];
    let lines = PACKERS.iter().map(|(_, pack, _)| *pack).chain(more);
    let mut files: Vec<_> = lines.map(|line| (line.to_owned(), shop.filter(line, &little()))).collect();
    for (with_checksum, name) in [(true, "sparse, checked"), (false, "sparse")] {
        let sparse = little_sparse(with_checksum);
        files.push((format!("{name}, gzip"), shop.filter("gzip -c", &sparse)));
        files.push((name.to_owned(), sparse));
    }
    Some(files)
}

/// The file with that bit flipped.
fn flipped(file: &[u8], bit: usize) -> Vec<u8> {
    let mut spoiled = file.to_vec();
    spoiled[bit / 8] ^= 1 << (bit % 8);
    spoiled
}

#[test]
fn one_bit_flipped_anywhere_is_refused_or_does_not_matter() {
    let Some(files) = files() else { return };
    for (name, file) in files {
        let good = unpack(&file, MOST).expect("a good file");
        assert_eq!(good.medium, little(), "{name}");
        let mut passed = 0;
        for bit in 0..file.len() * 8 {
            if let Ok(found) = unpack(&flipped(&file, bit), MOST) {
                passed += 1;
                assert_eq!(found.kinds, good.kinds, "{name}, bit {bit}");
                assert!(found.medium == good.medium || !(found.checked || good.checked), "{name}, bit {bit}");
            }
        }
        // Times, names, reserved fields: few bits of a checked file say nothing of its content.
        assert!(!good.checked || passed < 250, "{name}: {passed}");
    }
}

#[test]
fn a_file_cut_short_anywhere_is_refused_as_cut_short() {
    let Some(files) = files() else { return };
    for (name, file) in files {
        assert_eq!(unpack(&file[..0], MOST), Err(DecodeError::Empty), "{name}");
        for cut in 1..file.len() {
            let error = unpack(&file[..cut], MOST).expect_err(&name);
            let within = |at: Bytes| at.0 <= cut as u64;
            assert!(matches!(error, DecodeError::Truncated { at } if within(at)), "{name} at {cut}: {error}");
        }
    }
}

#[test]
fn a_large_file_cut_at_any_power_of_two_or_by_its_last_byte_is_refused() {
    let Some(shop) = Shop::new(&["zstd", "gzip", "xz", "bzip2"]) else { return };
    let medium = noise(600_000);
    for (packing, pack, _) in PACKERS {
        let whole = shop.filter(pack, &medium);
        let ends = (0..20).map(|power| 1 << power).chain([whole.len() - 1]);
        for cut in ends.filter(|cut| *cut < whole.len()) {
            let error = unpack(&whole[..cut], MOST).expect_err("cut");
            assert!(matches!(error, DecodeError::Truncated { .. }), "{packing:?} at {cut}: {error}");
            // Behind a whole member too.
            let behind = [&whole[..], &whole[..cut]].concat();
            let error = unpack(&behind, 2 * MOST).expect_err("cut");
            let garbage = packing == Packing::Zstd && cut < 4;
            let cut_off = matches!(error, DecodeError::Truncated { .. });
            assert!(cut_off || garbage && matches!(error, DecodeError::TrailingGarbage { .. }), "{packing:?} at {cut}");
        }
    }
}

#[test]
fn what_follows_the_end_is_refused_but_for_the_padding_that_a_format_allows() {
    let Some(files) = files() else { return };
    let zeros = vec![0; 512];
    for (name, file) in files {
        let good = unpack(&file, MOST).expect("a good file");
        let end = Bytes(file.len() as u64);
        for garbage in [&b"x"[..], &[0], &[0; 3], &[0; 4], &[0; 5], &zeros, b"GARBAGE", b"\0\0\0\0x", b"PK\x03\x04"] {
            let found = unpack(&[&file[..], garbage].concat(), MOST);
            let zeros = garbage.iter().all(|byte| *byte == 0);
            let allowed = match good.kinds.0 {
                Packing::Gzip => zeros,
                Packing::Xz => zeros && garbage.len() % 4 == 0,
                Packing::None | Packing::Zstd | Packing::Bzip2 => false,
            };
            if allowed {
                assert_eq!(found, Ok(good.clone()), "{name} and {garbage:x?}");
            } else {
                let refused = matches!(found, Err(DecodeError::TrailingGarbage { at }) if at >= end);
                assert!(refused, "{name} and {garbage:x?}: {found:?}");
            }
        }
    }
}

#[test]
fn what_follows_a_sparse_image_inside_its_packing_is_refused_too() {
    let Some(shop) = Shop::new(&["zstd", "gzip", "xz", "bzip2"]) else { return };
    let sparse = [little_sparse(true), vec![0]].concat();
    for (packing, pack, _) in PACKERS {
        let found = unpack(&shop.filter(pack, &sparse), MOST);
        assert!(matches!(found, Err(DecodeError::TrailingGarbage { .. })), "{packing:?}: {found:?}");
    }
}

#[test]
fn a_file_that_bursts_stops_at_what_is_accepted() {
    let Some(shop) = Shop::new(&["zstd", "gzip", "xz", "bzip2"]) else { return };
    let zeros = vec![0; 32 << 20];
    let most = Bytes(MOST);
    for (packing, pack, _) in PACKERS {
        let bomb = shop.filter(pack, &zeros);
        assert!(bomb.len() < 100_000, "{packing:?}: {}", bomb.len());
        let mut unpacked = Unpacked::new(Cursor::new(bomb.clone()), most).expect("so far");
        let mut out = Vec::new();
        let error = unpacked.read_to_end(&mut out).expect_err("too much");
        let error = error.downcast::<DecodeError>().expect("the file's own fault");
        assert_eq!(error, DecodeError::Beyond { most }, "{packing:?}");
        assert!(out.len() as u64 <= MOST);
        // Exactly as much as there is may come.
        assert_eq!(unpack(&bomb, 32 << 20).map(|out| out.medium.len()), Ok(32 << 20));
    }
    // A few bytes that say 16 TiB.
    let mut sparse = little_sparse(false);
    sparse[12..20].copy_from_slice(&[0, 0x10, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(unpack(&sparse, MOST), Err(DecodeError::Beyond { most }));
}

#[test]
fn a_partclone_image_spoiled_or_cut_is_refused() {
    let Some(shop) = Shop::new(&["mke2fs", "partclone.ext4"]) else { return };
    shop.holed("medium", 256 << 10, &[]);
    shop.run(&["mke2fs -q -F -t ext4 -b 1024 -O ^has_journal medium"]);
    shop.run(&["partclone.ext4 -c -q -L log1 -s medium -o crc", "partclone.ext4 -c -q -L log2 -a0 -s medium -o none"]);
    for (name, checked) in [("crc", true), ("none", false)] {
        let file = shop.read(name);
        let good: Out = unpack(&file, MOST).expect("a good file");
        // Every bit of header and bitmap, then one in a few bytes: blocks are many.
        let bits = (0..200 * 8).chain((200 * 8..file.len() * 8).step_by(61));
        for bit in bits {
            let found = unpack(&flipped(&file, bit), MOST);
            let harmless = !checked && bit >= (110 + 32 + 4) * 8;
            assert!(found.is_err() || harmless, "{name}, bit {bit}");
        }
        assert_eq!(good.checked, checked);
        let ends = (0..20).map(|power| 1 << power).chain([file.len() - 1]);
        for cut in ends.filter(|cut| *cut < file.len()) {
            let error = unpack(&file[..cut], MOST).expect_err("cut");
            assert!(matches!(error, DecodeError::Truncated { at } if at.0 <= cut as u64), "{name} at {cut}: {error}");
        }
        let behind = unpack(&[file, vec![0]].concat(), MOST);
        assert!(matches!(behind, Err(DecodeError::TrailingGarbage { .. })), "{name}");
    }
}
