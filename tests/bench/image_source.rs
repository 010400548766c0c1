//! The shared source of an image, and writing from it: one decode for those in step, nobody held up, nothing wrong let through.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use crate::job_rig::{Bench, Break, Breaking, image_started, recorded};
use aoxanh::imaging::{CHUNK, GRAIN, Index, Outcome, Packer, judge};
use aoxanh::job::{ImageOutcome, ImageSource, Pace, Sources, image_of};
use aoxanh::port::{DiskIo, FakeDisk, Fault};
use aoxanh::unit::{Bytes, Digest};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::thread::scope;

/// What the disk holds where nobody wrote.
const OLD: u8 = 0xEE;

fn stored(raw: &[u8]) -> (Index, Vec<u8>) {
    let mut packer = Packer::new().expect("memory");
    let (mut chunks, mut file) = (Vec::new(), Vec::new());
    for part in raw.chunks(CHUNK) {
        let (frame, chunk) = packer.pack(part).expect("packed");
        file.extend(frame);
        chunks.push(chunk);
    }
    let index = Index { length: Bytes(raw.len() as u64), blake3: Digest(*blake3::hash(raw).as_bytes()), chunks };
    file.extend(index.to_frame());
    (index, file)
}

fn source(raw: &[u8]) -> ImageSource {
    let (index, file) = stored(raw);
    ImageSource::new(index, Box::new(Cursor::new(file)))
}

/// Three chunks, the second without anything but its end, the last one odd: noise with holes.
fn raw() -> Vec<u8> {
    let mut raw = vec![0; 2 * CHUNK + 300_001];
    blake3::Hasher::new().finalize_xof().fill(&mut raw);
    raw[CHUNK / 2..CHUNK].fill(0);
    raw[CHUNK..2 * CHUNK - 10].fill(0);
    raw[2 * CHUNK + 2 * GRAIN..2 * CHUNK + 3 * GRAIN].fill(0);
    raw
}

fn size(raw: &[u8]) -> u64 {
    raw.len() as u64 + 100_000 - raw.len() as u64 % 4096 + 4096 - 100_000 % 4096
}

fn disk(raw: &[u8], fill: u8) -> FakeDisk {
    FakeDisk::new(vec![fill; usize::try_from(size(raw)).expect("small")], 4096)
}

fn write(raw: &[u8], source: &ImageSource, zeroed: bool, from: u64, disk: &mut dyn DiskIo) -> ImageOutcome {
    write_at(&mut at_pace(), raw, source, zeroed, from, disk)
}

fn at_pace() -> Bench {
    Bench { pace: Pace { piece: Bytes::mib(1), mark: Bytes(1 << 16) }, ..Bench::new() }
}

fn write_at(
    bench: &mut Bench,
    raw: &[u8],
    source: &ImageSource,
    zeroed: bool,
    from: u64,
    disk: &mut dyn DiskIo,
) -> ImageOutcome {
    let started = recorded(image_started(raw, size(raw), 4096, from));
    bench.run(disk, |run| image_of(&started, source, zeroed, run))
}

fn verdict(outcome: &ImageOutcome) -> Outcome {
    judge(&outcome.evidence, outcome.cancelled)
}

fn failed(outcome: &ImageOutcome) -> &str {
    outcome.failure.as_ref().map_or("", |failure| failure.what.key())
}

#[test]
fn readers_in_step_share_one_decode_of_each_chunk() {
    let raw = vec![7; 5 * CHUNK + 9];
    let source = source(&raw);
    scope(|scope| {
        for _reader in 0..8 {
            scope.spawn(|| {
                for number in 0..6 {
                    let chunk = source.chunk(number).expect("sound");
                    let len = source.index().len_of(number);
                    assert!(chunk.bytes()[..len].iter().all(|byte| *byte == 7));
                    assert!(chunk.bytes()[len..].iter().all(|byte| *byte == 0), "filled up with zeros");
                }
            });
        }
    });
    assert_eq!(source.decoded(), source.index().length);
    assert!(source.chunk(6).is_err(), "there is no such chunk");
}

#[test]
fn whoever_is_far_behind_decodes_for_itself_and_memory_stays_bounded() {
    let raw = vec![3; 40 * CHUNK];
    let source = source(&raw);
    let slow = source.chunk(0).expect("sound");
    for number in 0..40 {
        source.chunk(number).expect("sound");
    }
    let chunk = CHUNK as u64;
    assert_eq!(source.decoded(), Bytes(40 * chunk), "the first was there, in somebody's hands");
    for number in (25..40).rev() {
        source.chunk(number).expect("sound");
    }
    assert_eq!(source.decoded(), Bytes(40 * chunk), "the last 15 are still there, with the one in use");
    source.chunk(24).expect("sound");
    assert_eq!(source.decoded(), Bytes(41 * chunk), "what nobody used for longest went");
    assert!(slow.bytes().iter().all(|byte| *byte == 3));
}

#[test]
fn more_in_use_than_is_kept_still_comes_to_everybody() {
    let source = source(&vec![3; 30 * CHUNK]);
    let all: Vec<_> = (0..30).map(|number| source.chunk(number).expect("sound")).collect();
    assert_eq!((all.len(), source.decoded()), (30, source.index().length));
}

#[test]
fn a_rotten_chunk_is_named_to_everybody_and_the_others_stay_good() {
    let raw = raw();
    let (index, mut file) = stored(&raw);
    let second = index.chunks[0].packed as usize + index.chunks[1].packed as usize / 2;
    file[second] ^= 1;
    let source = ImageSource::new(index, Box::new(Cursor::new(file)));
    scope(|scope| {
        for _reader in 0..4 {
            scope.spawn(|| {
                let failure = source.chunk(1).expect_err("rotten");
                assert_eq!(failure.what.key(), "image-chunk-rotten");
                source.chunk(2).expect("sound");
            });
        }
    });
    let mut disk = disk(&raw, OLD);
    let outcome = write(&raw, &source, false, 0, &mut disk);
    assert_eq!((verdict(&outcome), failed(&outcome)), (Outcome::NotWritten, "image-not-accepted"));
    assert_eq!(outcome.evidence.written, Bytes(CHUNK as u64));
    assert_eq!(disk.bytes()[..CHUNK], raw[..CHUNK]);
    assert!(disk.bytes()[CHUNK..].iter().all(|byte| *byte == OLD), "not one byte of the rotten chunk");
}

/// A medium whose every second read fails.
struct Loose(Cursor<Vec<u8>>, u32);

impl Read for Loose {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(2) { Err(io::Error::from_raw_os_error(5)) } else { self.0.read(into) }
    }
}

impl Seek for Loose {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_medium_that_fails_once_fails_who_asked_and_nobody_waits_for_ever() {
    let (index, file) = stored(&raw());
    let source = ImageSource::new(index, Box::new(Loose(Cursor::new(file), 0)));
    source.chunk(0).expect("read");
    assert_eq!(source.chunk(1).expect_err("not read").what.key(), "image-source-failed");
    source.chunk(1).expect("read");
}

#[test]
fn who_begins_what_another_writes_shares_it_and_the_last_takes_it_away() {
    let (sources, raw) = (Sources::default(), vec![1; 10]);
    let get = |name: &str, digest| sources.get(Path::new(name), Digest([digest; 32]), || Ok(Some(source(&raw))));
    let get = |name, digest| get(name, digest).expect("opened").expect("a source");
    let (first, second) = (get("a", 1), get("a", 1));
    assert!(Arc::ptr_eq(&first, &second));
    assert!(!Arc::ptr_eq(&first, &get("b", 1)), "another file");
    assert!(!Arc::ptr_eq(&first, &get("a", 2)), "the same file with another image in it");
    drop((first, second));
    let opened = sources.get(Path::new("a"), Digest([1; 32]), || Ok(None));
    assert!(opened.expect("asked").is_none(), "nobody has it: it is opened anew");
}

#[test]
fn an_image_from_the_store_ends_on_the_disk_with_its_holes_and_nothing_after_it_is_touched() {
    let (raw, source) = (raw(), source(&raw()));
    let mut disk = disk(&raw, OLD);
    let outcome = write(&raw, &source, false, 0, &mut disk);
    assert_eq!((verdict(&outcome), outcome.evidence.skipped), (Outcome::Written, Bytes::ZERO), "{outcome:?}");
    let (image, rest) = disk.bytes().split_at(raw.len());
    assert!(image == raw);
    let (tail, untouched) = rest.split_at(raw.len().next_multiple_of(4096) - raw.len());
    assert!(tail.iter().all(|byte| *byte == 0) && untouched.iter().all(|byte| *byte == OLD));
    assert_eq!(source.decoded(), source.index().length);
}

#[test]
fn holes_are_left_out_on_a_disk_of_zeros_and_a_disk_that_lies_about_them_is_not_written() {
    let (raw, source) = (raw(), source(&raw()));
    let mut zeros = disk(&raw, 0);
    let outcome = write(&raw, &source, true, 0, &mut zeros);
    assert_eq!(verdict(&outcome), Outcome::Written, "{outcome:?}");
    // Half of the first chunk, the second but for its last grain, and one grain of the third.
    assert_eq!(outcome.evidence.skipped, Bytes((32 + 63 + 1) * GRAIN as u64));
    assert!(zeros.bytes()[..raw.len()] == raw);
    let written = zeros.tally().expect("counted").written * 512;
    assert!(written <= source.index().filled().0 + 4096, "{written}");

    let mut liar = disk(&raw, 0);
    let at = Bytes((CHUNK + 5 * GRAIN) as u64);
    let mut block = aoxanh::port::Buffer::zeroed(4096);
    block.bytes_mut()[100] = 1;
    liar.write_at(at, block.bytes()).expect("a fake");
    let outcome = write(&raw, &source, true, 0, &mut liar);
    assert_eq!((verdict(&outcome), failed(&outcome)), (Outcome::NotWritten, "image-reads-back-wrong"));
    assert_eq!(outcome.evidence.read_back, Bytes(raw.len() as u64));
}

#[test]
fn a_whole_chunk_of_zeros_is_not_even_decoded_where_it_is_left_out() {
    let mut raw = vec![5; 3 * CHUNK];
    raw[CHUNK..2 * CHUNK].fill(0);
    let source = source(&raw);
    let mut zeros = disk(&raw, 0);
    let outcome = write(&raw, &source, true, 0, &mut zeros);
    assert_eq!((verdict(&outcome), outcome.evidence.skipped), (Outcome::Written, Bytes(CHUNK as u64)));
    assert_eq!(source.decoded(), Bytes(2 * CHUNK as u64));
}

#[test]
fn a_run_that_goes_on_decodes_nothing_before_its_mark() {
    let (raw, source) = (raw(), source(&raw()));
    let from = CHUNK + CHUNK / 2 + 4096;
    let mut disk = disk(&raw, 0);
    let mut buffer = aoxanh::port::Buffer::zeroed(from);
    buffer.bytes_mut().copy_from_slice(&raw[..from]);
    disk.write_at(Bytes::ZERO, buffer.bytes()).expect("a fake");
    let outcome = write(&raw, &source, false, from as u64, &mut disk);
    assert_eq!((verdict(&outcome), outcome.evidence.written), (Outcome::Written, Bytes(raw.len() as u64)));
    assert_eq!(source.decoded(), source.index().length.less(Bytes(CHUNK as u64)));
    assert!(disk.bytes()[..raw.len()] == raw);
}

#[test]
fn whichever_call_fails_the_next_run_goes_on_from_the_mark_and_ends_well() {
    let (raw, source) = (raw(), source(&raw()));
    for zeroed in [false, true] {
        let mut whole = Breaking::new(disk(&raw, 0), Break::Once, u64::MAX);
        assert_eq!(verdict(&write(&raw, &source, zeroed, 0, &mut whole)), Outcome::Written);
        for how in [Break::PowerCut, Break::Once, Break::Unwritable] {
            for k in (1..=whole.calls).step_by(3) {
                let mut bench = at_pace();
                let mut broken = Breaking::new(disk(&raw, 0), how, k);
                let outcome = write_at(&mut bench, &raw, &source, zeroed, 0, &mut broken);
                let mut found = broken.found().mended();
                if verdict(&outcome) == Outcome::Written {
                    assert!(found.bytes()[..raw.len()] == raw, "{how:?} {k}");
                    continue;
                }
                let from = bench.mark().0;
                let whole = usize::try_from(from).expect("small").min(raw.len());
                assert!(found.bytes()[..whole] == raw[..whole], "{how:?} {k}: the mark promises what is not there");
                let outcome = write(&raw, &source, zeroed, from, &mut found);
                assert_eq!(verdict(&outcome), Outcome::Written, "{how:?} {k} {zeroed}: {outcome:?}");
                assert!(found.bytes()[..raw.len()] == raw);
            }
        }
    }
}

#[test]
fn a_source_of_another_image_is_refused_before_the_first_byte() {
    let raw = raw();
    let other = source(&vec![1; raw.len()]);
    let mut disk = disk(&raw, OLD);
    let outcome = write(&raw, &other, false, 0, &mut disk);
    assert_eq!((verdict(&outcome), failed(&outcome)), (Outcome::NotWritten, "image-not-accepted"));
    assert!(disk.bytes().iter().all(|byte| *byte == OLD));
    let mut gone = FakeDisk::new(vec![OLD; usize::try_from(size(&raw)).expect("small")], 4096);
    gone = gone.with(Fault::WriteError(CHUNK as u64 + 4096));
    let outcome = write(&raw, &source(&raw), false, 0, &mut gone);
    assert_eq!((verdict(&outcome), failed(&outcome)), (Outcome::NotWritten, "job-write-failed"));
}
