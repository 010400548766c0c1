//! What every [`DiskIo`] promises, a sentence each. The disk must stand still and be without faults.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::port::{Buffer, DiskIo};
use aoxanh::unit::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How the disk was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    /// Size, bytes; at least 1 MiB.
    pub(crate) size: Bytes,
    /// Logical block, bytes.
    pub(crate) block: u32,
}

type Promise = fn(&mut dyn DiskIo, Made);

/// Every promise, in a sentence.
const PROMISES: [(&str, Promise); 7] = [
    ("size and block are as made, and the disk is the armed one", is_as_made),
    ("what is written reads back, and the blocks beside it stay", writes_only_there),
    ("the first and the last block can be written", reaches_both_ends),
    ("nothing is written or read past the end", stops_at_the_end),
    ("what was written survives flush and forget, in any order", survives_forgetting),
    ("offsets, lengths and addresses off a block are refused, and nothing is written", refuses_off_blocks),
    ("a write larger than any request of the kernel arrives whole", writes_large),
];

/// Keeps every promise.
pub(crate) fn keeps_every_promise(disk: &str, io: &mut dyn DiskIo, made: Made) {
    for (sentence, promise) in PROMISES {
        let kept = catch_unwind(AssertUnwindSafe(|| promise(io, made)));
        assert!(kept.is_ok(), "{disk}: not so: {sentence}");
    }
}

/// Bytes that differ at every block and in every round.
fn pattern(len: usize, round: u8) -> Buffer {
    let mut buffer = Buffer::zeroed(len);
    blake3::Hasher::new().update(&[round]).finalize_xof().fill(buffer.bytes_mut());
    buffer
}

fn write_all(io: &mut dyn DiskIo, at: u64, bytes: &[u8]) {
    let mut done = 0;
    while done < bytes.len() {
        let wrote = io.write_at(Bytes(at + done as u64), &bytes[done..]).expect("the disk is sound");
        assert!(wrote > 0, "no progress at {at} + {done}");
        done += wrote;
    }
}

fn read_all(io: &mut dyn DiskIo, at: u64, len: usize) -> Vec<u8> {
    let mut buffer = Buffer::zeroed(len);
    let mut done = 0;
    while done < len {
        let read = io.read_at(Bytes(at + done as u64), &mut buffer.bytes_mut()[done..]).expect("the disk is sound");
        assert!(read > 0, "no progress at {at} + {done}");
        done += read;
    }
    buffer.bytes().to_vec()
}

fn block(made: Made) -> usize {
    usize::try_from(made.block).expect("small")
}

fn is_as_made(io: &mut dyn DiskIo, made: Made) {
    assert_eq!((io.size(), io.logical_block()), (made.size, made.block));
    assert!(made.size.0.is_multiple_of(u64::from(made.block)));
    io.check().expect("the armed disk");
}

fn writes_only_there(io: &mut dyn DiskIo, made: Made) {
    let block = block(made);
    let around = pattern(block * 3, 1);
    write_all(io, 8 * u64::from(made.block), around.bytes());
    let middle = pattern(block, 2);
    write_all(io, 9 * u64::from(made.block), middle.bytes());
    let read = read_all(io, 8 * u64::from(made.block), block * 3);
    assert_eq!(read[..block], around.bytes()[..block]);
    assert_eq!(read[block..2 * block], *middle.bytes());
    assert_eq!(read[2 * block..], around.bytes()[2 * block..]);
}

fn reaches_both_ends(io: &mut dyn DiskIo, made: Made) {
    let (first, last) = (pattern(block(made), 3), pattern(block(made), 4));
    let end = made.size.0 - u64::from(made.block);
    write_all(io, 0, first.bytes());
    write_all(io, end, last.bytes());
    assert_eq!(read_all(io, 0, block(made)), first.bytes());
    assert_eq!(read_all(io, end, block(made)), last.bytes());
}

fn stops_at_the_end(io: &mut dyn DiskIo, made: Made) {
    let block = block(made);
    let last = made.size.0 - u64::from(made.block);
    let mut two = pattern(block * 2, 5);
    let wrote = io.write_at(Bytes(last), two.bytes());
    assert!(wrote.is_err() || wrote.is_ok_and(|len| len <= block), "wrote past the end");
    let past = io.write_at(made.size, two.bytes());
    assert!(past.is_err() || past.is_ok_and(|len| len == 0), "wrote at the end");
    assert_eq!(io.read_at(made.size, two.bytes_mut()).expect("the end is no error"), 0);
    assert!(io.read_at(Bytes(last), two.bytes_mut()).expect("the last block") <= block);
    assert_eq!(io.size(), made.size);
    io.check().expect("still the armed disk, not a grown one");
}

fn survives_forgetting(io: &mut dyn DiskIo, made: Made) {
    for (round, flush_first) in [(6, true), (7, false)] {
        let written = pattern(64 * 1024, round);
        write_all(io, 64 * 1024, written.bytes());
        if flush_first {
            io.flush().expect("the disk is sound");
        }
        io.forget().expect("the disk is sound");
        assert_eq!(read_all(io, 64 * 1024, 64 * 1024), written.bytes(), "{made:?}");
    }
}

/// A fake may panic instead of refusing: its callers are tests.
fn is_refused(call: impl FnOnce() -> std::io::Result<usize>) -> bool {
    catch_unwind(AssertUnwindSafe(call)).map_or(true, |answer| answer.is_err())
}

fn refuses_off_blocks(io: &mut dyn DiskIo, made: Made) {
    let block = block(made);
    let kept = pattern(block * 4, 8);
    write_all(io, 0, kept.bytes());
    let other = pattern(block * 2, 9);
    let cases: [(&str, u64, &[u8]); 3] = [
        ("offset", 256, &other.bytes()[..block]),
        ("length", 0, &other.bytes()[..block / 2]),
        ("address", 0, &other.bytes()[256..256 + block]),
    ];
    for (what, at, bytes) in cases {
        assert!(is_refused(|| io.write_at(Bytes(at), bytes)), "{what} off a block was written");
        let mut into = Buffer::zeroed(block * 2);
        let start = if what == "address" { 256 } else { 0 };
        let into = &mut into.bytes_mut()[start..start + bytes.len()];
        assert!(is_refused(|| io.read_at(Bytes(at), into)), "{what} off a block was read");
    }
    assert_eq!(read_all(io, 0, block * 4), kept.bytes());
}

fn writes_large(io: &mut dyn DiskIo, made: Made) {
    let written = pattern(usize::try_from(made.size.0).expect("a small disk"), 10);
    write_all(io, 0, written.bytes());
    io.flush().expect("the disk is sound");
    assert!(read_all(io, 0, written.bytes().len()) == written.bytes(), "the whole disk reads back");
}
