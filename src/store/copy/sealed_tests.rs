//! What may be done to a safety copy's bytes, and that each of it is found.

use super::archive::{Packer, Place, unpack as unpack_archive};
use super::head::{CopyHead, Of};
use super::open::unpack;
use super::sealed::{PIECE, SealedWriter};
use crate::ledger::HeadRef;
use crate::unit::{Digest, Moment};
use std::io::{self, Write};

const MASTER: [u8; 32] = [7; 32];

fn head() -> CopyHead {
    let head = HeadRef { size: 3, root: Digest([2; 32]) };
    let made_at = Moment::from_unix_millis(1_795_206_965_000);
    let of = Of { station: Digest([1; 32]), practice: true, head, made_at };
    CopyHead::new(of, Some("lock".to_owned()), Digest([9; 32]), &MASTER)
}

/// A copy of these files, whatever they are.
fn copy(files: &[(&str, &[u8])]) -> Vec<u8> {
    let sealed = SealedWriter::new(Vec::new(), &head(), &MASTER).expect("memory");
    let mut packer = Packer::new(zstd::Encoder::new(sealed, 3).expect("memory"));
    for (name, mut bytes) in files.iter().copied() {
        packer.add(Place::Top, name, bytes.len() as u64, &mut bytes).expect("memory");
    }
    let (encoder, _) = packer.finish().expect("memory");
    encoder.finish().and_then(SealedWriter::finish).expect("memory")
}

/// Bytes that do not get shorter by compression.
fn noise(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new_keyed(&[5; 32]).finalize_xof().fill(&mut bytes);
    bytes
}

fn opens(bytes: &[u8], master: &[u8; 32]) -> io::Result<Vec<String>> {
    let into = tempfile::tempdir().expect("folder");
    let (_, entries) = unpack(&mut &*bytes, master, into.path())?;
    Ok(entries.into_iter().map(|entry| entry.name).collect())
}

#[test]
fn every_flipped_byte_every_cut_and_every_added_byte_is_found() {
    let whole = copy(&[("station.toml", b"by = \"p\""), ("codes.key", b"k")]);
    assert_eq!(opens(&whole, &MASTER).expect("whole"), ["station.toml", "codes.key"]);
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(opens(&flipped, &MASTER).is_err(), "byte {at}");
        assert!(opens(&whole[..at], &MASTER).is_err(), "cut at {at}");
    }
    assert!(opens(&[whole.as_slice(), b"x"].concat(), &MASTER).is_err());
    assert!(opens(&whole, &[8; 32]).is_err());
}

#[test]
fn pieces_swapped_repeated_left_out_or_from_another_copy_are_found() {
    let long = noise(PIECE * 5 / 2);
    let whole = copy(&[("ledger.db", &long)]);
    assert_eq!(opens(&whole, &MASTER).expect("whole"), ["ledger.db"]);
    let start = head().bytes().expect("memory").len();
    let (clear, sealed) = whole.split_at(start);
    let pieces: Vec<&[u8]> = sealed.chunks(PIECE + 16).collect();
    assert_eq!(pieces.len(), 3);
    let of = |order: &[usize]| -> Vec<u8> {
        let mut bytes = clear.to_vec();
        for at in order {
            bytes.extend_from_slice(pieces[*at]);
        }
        bytes
    };
    assert!(opens(&of(&[0, 1, 2]), &MASTER).is_ok());
    for order in [&[1, 0, 2][..], &[0, 0, 1, 2], &[0, 2], &[0, 1], &[0], &[], &[0, 1, 1], &[0, 1, 2, 2]] {
        let error = opens(&of(order), &MASTER).expect_err("not as it was written").to_string();
        assert!(error.starts_with("sealed piece"), "{order:?}: {error}");
    }
}

#[test]
fn a_name_that_leads_elsewhere_is_neither_written_nor_read() {
    for name in ["../x", "a/b", "..", ".", ".ssh", "", "x", "ledger.db\0", "C:\\x", "vault.key"] {
        let mut packer = Packer::new(Vec::new());
        assert!(packer.add(Place::Top, name, 0, &mut io::empty()).is_err(), "{name:?}");
        // The same by hand, as another program would.
        let mut bytes = b"T".to_vec();
        bytes.extend_from_slice(&u16::try_from(name.len()).expect("short").to_be_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(&0u64.to_be_bytes());
        bytes.extend_from_slice(blake3::hash(b"").as_bytes());
        bytes.extend_from_slice(b".\0\0\0\x01");
        let made = unpack_archive(&mut bytes.as_slice(), &mut |_, name| -> io::Result<io::Sink> {
            Err(io::Error::other(format!("asked for {name}")))
        });
        let error = made.map(|_| ()).expect_err("refused").to_string();
        assert!(error.starts_with("archive: name"), "{name:?}: {error}");
    }
    let mut packer = Packer::new(Vec::new());
    packer.add(Place::Specs, "own.toml", 1, &mut b"x".as_slice()).expect("a plain name");
    let (bytes, _) = packer.finish().expect("memory");
    let mut asked = Vec::new();
    unpack_archive(&mut bytes.as_slice(), &mut |place, name| {
        asked.push((place, name.to_owned()));
        Ok(io::sink())
    })
    .expect("whole");
    assert_eq!(asked, [(Place::Specs, "own.toml".to_owned())]);
}

#[test]
fn a_full_last_piece_and_an_empty_body_open_too() {
    for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE] {
        let bytes = noise(len);
        let mut writer = SealedWriter::new(Vec::new(), &head(), &MASTER).expect("memory");
        writer.write_all(&bytes).expect("memory");
        let sealed = writer.finish().expect("memory");
        let mut from = sealed.as_slice();
        let (head, clear) = CopyHead::read(&mut from).expect("a head");
        let mut reader = super::sealed::SealedReader::new(from, &head, clear, &MASTER).expect("memory");
        let mut opened = Vec::new();
        io::Read::read_to_end(&mut reader, &mut opened).expect("opens");
        assert_eq!(opened, bytes, "{len}");
    }
}
