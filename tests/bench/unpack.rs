//! Image files of every packing and content, made by the programs that own the formats: what comes out is, byte for
//! byte, what those programs make of them.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use super::unpack_rig::{Out, PACKERS, Shop, little, little_sparse, noise, unpack};
use aoxanh::imaging::{Content, DecodeError, Mapped, Packing, Unpacked};
use aoxanh::unit::Bytes;

const MOST: u64 = 64 << 20;
const PROGRAMS: [&str; 4] = ["zstd", "gzip", "xz", "bzip2"];

/// Jobs read on threads of their own.
const _: fn() = || {
    fn goes_to_another_thread<T: Send + 'static>() {}
    goes_to_another_thread::<Mapped<Unpacked>>();
};

fn medium_of(file: &[u8]) -> Vec<u8> {
    unpack(file, MOST).expect("a good file").medium
}

#[test]
fn every_packing_of_every_content_is_what_its_own_programs_make_of_it() {
    let needs =
        ["mke2fs", "debugfs", "img2simg", "simg2img", "partclone.ext4", "partclone.imager", "partclone.restore"];
    let Some(shop) = Shop::new(&[&PROGRAMS[..], &needs].concat()) else { return };
    shop.holed("medium", 2 << 20, &[]);
    shop.write("noise", &noise(300_000));
    shop.run(&["mke2fs -q -F -t ext4 -b 1024 medium"]);
    shop.write("commands", b"write noise noise\n");
    shop.run(&["debugfs -w -f commands medium"]);
    shop.run(&[
        "img2simg medium sparse 1024",
        "partclone.ext4 -c -q -L log1 -s medium -o crc",
        "partclone.ext4 -c -q -L log2 -a0 -s medium -o none",
        "partclone.ext4 -c -q -L log3 -k3 -K -s medium -o running",
        "partclone.imager -c -q -L log4 -s medium -o whole",
    ]);
    shop.run(&["simg2img sparse sparse.out"]);
    let restore = |name: &&str| format!("partclone.restore -q -W -C -L {name}.log -s {name} -O {name}.out");
    let restores: Vec<String> = ["crc", "none", "running", "whole"].iter().map(restore).collect();
    shop.run(&restores.iter().map(String::as_str).collect::<Vec<_>>());
    let contents = [
        (Content::Raw, "medium", "medium", false),
        (Content::Sparse, "sparse", "sparse.out", false),
        (Content::Partclone, "crc", "crc.out", true),
        (Content::Partclone, "none", "none.out", false),
        (Content::Partclone, "running", "running.out", true),
        (Content::Partclone, "whole", "whole.out", true),
    ];
    let plain = shop.read("medium");
    for (content, file, judged, checked) in contents {
        let (file, judged) = (shop.read(file), shop.read(judged));
        // The judges agree with the medium itself, but for what partclone leaves out as free.
        assert!(judged.len() == plain.len() && (content == Content::Partclone || judged == plain));
        let expected = Out { kinds: (Packing::None, content), checked, medium: judged };
        assert!(unpack(&file, MOST) == Ok(expected.clone()), "{content:?}");
        for (packing, pack, _) in PACKERS {
            let packed = shop.filter(pack, &file);
            let expected = Out { kinds: (packing, content), checked: true, ..expected.clone() };
            assert!(unpack(&packed, MOST) == Ok(expected), "{packing:?} of {content:?}");
        }
    }
}

#[test]
fn members_frames_and_streams_behind_each_other_are_one_file() {
    let Some(shop) = Shop::new(&PROGRAMS) else { return };
    let parts = [little(), noise(300_000), vec![0; 70_000]];
    for (packing, pack, judge) in PACKERS {
        let empty = shop.filter(pack, b"");
        let mut file = empty.clone();
        for part in &parts {
            file.extend(shop.filter(pack, part));
            file.extend(&empty);
        }
        let found = unpack(&file, MOST).expect("a good file");
        assert!(found.medium == shop.filter(judge, &file) && found.medium == parts.concat(), "{packing:?}");
        assert_eq!((found.kinds.0, found.checked), (packing, true));
        assert_eq!(unpack(&empty, MOST), Err(DecodeError::Empty), "{packing:?}");
        let again = shop.filter(pack, &file);
        let twice = format!("{0} > {0}", packing.name());
        assert_eq!(unpack(&again, MOST), Err(DecodeError::Unsupported { kind: twice }));
    }
}

#[test]
fn only_a_file_whose_every_byte_is_under_a_check_counts_as_checked() {
    let Some(shop) = Shop::new(&PROGRAMS) else { return };
    let medium = little();
    let lines = [
        ("zstd -q -c --check", true),
        ("zstd -q -c --no-check", false),
        ("xz -c -0 --check=none", false),
        ("xz -c -0 --check=crc32", true),
        ("xz -c -0 --check=crc64", true),
        ("xz -c -0 --check=sha256", true),
        ("xz -c -0 --block-size=1000", true),
        ("xz -c -0 --x86 --lzma2=preset=0", true),
        ("gzip -c", true),
        ("bzip2 -c -1", true),
    ];
    for (line, checked) in lines {
        let file = shop.filter(line, &medium);
        let found = unpack(&file, MOST).expect(line);
        assert_eq!((found.checked, &found.medium), (checked, &medium), "{line}");
        // One part without a check is enough.
        let whole = shop.filter(&line.replace("no-check", "check").replace("=none", "=crc64"), &medium);
        for parts in [[&whole[..], &file], [&file, &whole]] {
            let both = unpack(&parts.concat(), MOST).expect(line);
            assert_eq!((both.checked, both.medium), (checked, medium.repeat(2)), "{line}");
        }
    }
    for with_checksum in [true, false] {
        let found = unpack(&little_sparse(with_checksum), MOST).expect("a good file");
        assert_eq!((found.checked, found.medium), (with_checksum, little()));
    }
}

#[test]
fn a_sparse_image_made_by_hand_is_what_simg2img_makes_of_it() {
    let Some(shop) = Shop::new(&["simg2img"]) else { return };
    for with_checksum in [true, false] {
        let file = little_sparse(with_checksum);
        shop.write("sparse", &file);
        shop.run(&["simg2img sparse medium"]);
        assert_eq!((medium_of(&file), shop.read("medium")), (little(), little()));
    }
}

#[test]
fn what_a_gzip_header_may_hold_is_passed_over_and_its_checksum_compared() {
    let Some(shop) = Shop::new(&PROGRAMS) else { return };
    let plain = shop.filter("gzip -n -c", &little());
    // Text, header checksum, extra field, name, comment.
    for flags in 0..32u8 {
        let mut file = plain[..10].to_vec();
        file[3] = flags;
        for (flag, bytes) in [(4, &b"\x05\0A\0B\0\x1f"[..]), (8, b"it-ao-xanh.img\0"), (16, b"\xE1o\0")] {
            if flags & flag != 0 {
                file.extend(bytes);
            }
        }
        let checksum = crc32fast::hash(&file).to_le_bytes();
        let at = file.len();
        if flags & 2 != 0 {
            file.extend(&checksum[..2]);
        }
        file.extend(&plain[10..]);
        // Older releases of gzip take the header's checksum for something else.
        if flags & 2 == 0 {
            assert_eq!(shop.filter("gzip -d -c", &file), little());
        } else {
            let mut spoiled = file.clone();
            spoiled[at] ^= 1;
            assert!(matches!(unpack(&spoiled, MOST), Err(DecodeError::Corrupt { .. })), "{flags:#07b}");
        }
        assert_eq!(medium_of(&file), little(), "{flags:#07b}");
        // What comes out is right, what the file says of it is not.
        let mut shorter = file.clone();
        shorter[at + usize::from(flags & 2) + plain.len() - 10 - 4] ^= 1;
        assert!(matches!(unpack(&shorter, MOST), Err(DecodeError::Corrupt { .. })), "{flags:#07b}");
        file[3] |= 0x20;
        assert!(matches!(unpack(&file, MOST), Err(DecodeError::Corrupt { .. })), "a reserved flag");
    }
}

#[test]
fn what_needs_more_memory_than_a_bench_has_is_refused_by_name_and_not_called_damaged() {
    let Some(shop) = Shop::new(&PROGRAMS) else { return };
    // A frame with a window of 256 MiB, and a block of one byte.
    let frame = b"\x28\xB5\x2F\xFD\0\x90\x09\0\0A";
    let refused = |kind: &str| Err(DecodeError::Unsupported { kind: kind.to_owned() });
    assert_eq!(unpack(frame, MOST), refused("zstd --long=28+"));
    let mut stream = shop.filter("xz -0 -c", &little());
    assert_eq!(&stream[12..16], [2, 0, 0x21, 1], "one filter, LZMA2");
    // A dictionary of 768 MiB.
    stream[16] = 35;
    let checksum = crc32fast::hash(&stream[12..20]).to_le_bytes();
    stream[20..24].copy_from_slice(&checksum);
    assert_eq!(unpack(&stream, MOST), refused("xz --lzma2=dict=129MiB+"));
    // A check that nobody knows: the header's own checksum is right, or it is not.
    let mut stream = shop.filter("xz -0 -c", &little());
    stream[7] = 2;
    assert!(matches!(unpack(&stream, MOST), Err(DecodeError::Corrupt { at: Bytes(0), .. })));
    let checksum = crc32fast::hash(&stream[6..8]).to_le_bytes();
    stream[8..12].copy_from_slice(&checksum);
    assert_eq!(unpack(&stream, MOST), refused("xz, check 2"));
}
