//! The image job against bad image files and bad disks: written means that the raw image is on the disk.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use crate::job_rig::{Bench, Break, Breaking, image_started, recorded};
use aoxanh::event::image::{ImageResult, ImageStarted};
use aoxanh::imaging::{Decoded, Outcome, judge};
use aoxanh::job::{self, ImageOutcome, JobNews, Phase, image_ended, image_with};
use aoxanh::port::{DiskIo, FakeDisk, Fault};
use aoxanh::unit::{Bytes, Digest};
use proptest::prelude::*;

const SIZE: u64 = 96 * 1024;
const OLD: u8 = 0xEE;

/// An image of `len` bytes: noise with holes, so that it compresses somewhat.
fn raw(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes.chunks_mut(700).step_by(3).for_each(|hole| hole.fill(0));
    bytes
}

fn skippable(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("short");
    [&0x184D_2A50u32.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
}

/// Frames with checksums, as `zstd` makes them, each its own member, with an index that decoders ignore.
fn packed(raw: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    for part in raw.chunks(20_000) {
        let mut encoder = zstd::stream::Encoder::new(file, 3).expect("memory");
        encoder.include_checksum(true).expect("known");
        std::io::Write::write_all(&mut encoder, part).expect("memory");
        file = encoder.finish().expect("memory");
    }
    file.extend(skippable(b"an index of chunks"));
    file
}

fn disk(block: u32) -> FakeDisk {
    FakeDisk::new(vec![OLD; usize::try_from(SIZE).expect("small")], block)
}

fn write_on(bench: &mut Bench, start: ImageStarted, file: &[u8], disk: &mut dyn DiskIo) -> ImageOutcome {
    let length = start.image.length;
    let started = recorded(start);
    let mut decoded = Decoded::new(file, length).expect("memory");
    bench.run(disk, |run| image_with(&started, &mut decoded, run))
}

fn write(raw: &[u8], file: &[u8], disk: &mut dyn DiskIo) -> ImageOutcome {
    write_on(&mut Bench::new(), image_started(raw, SIZE, disk.logical_block(), 0), file, disk)
}

fn verdict(outcome: &ImageOutcome) -> Outcome {
    judge(&outcome.evidence, outcome.cancelled)
}

fn failure(outcome: &ImageOutcome) -> Option<String> {
    let said = outcome.failure.as_ref()?;
    let why = said.what.args().iter().find(|(name, _)| *name == "why");
    Some(match why {
        Some((_, aoxanh::word::Arg::Inner(inner))) => inner.key().to_owned(),
        Some((_, aoxanh::word::Arg::Text(_) | aoxanh::word::Arg::Number(_))) | None => said.what.key().to_owned(),
    })
}

#[test]
fn raw_and_packed_images_of_any_length_end_on_the_disk_and_nothing_after_them_is_touched() {
    for block in [512u32, 4096] {
        for len in [1, 511, 512, 8192, 8193, 40_000, 65_536, 70_001, 98_304] {
            let raw = raw(len);
            let manifold = [skippable(b"first"), packed(&raw)].concat();
            for file in [raw.clone(), zstd::encode_all(&raw[..], 1).expect("memory"), packed(&raw), manifold] {
                let mut disk = disk(block);
                let outcome = write(&raw, &file, &mut disk);
                assert_eq!(verdict(&outcome), Outcome::Written, "{block} {len} {outcome:?}");
                assert_eq!(outcome.failure, None);
                assert_eq!(outcome.evidence.found, Some(Digest(*blake3::hash(&raw).as_bytes())));
                let (image, rest) = disk.bytes().split_at(len);
                assert_eq!(image, raw);
                let (tail, untouched) = rest.split_at(len.next_multiple_of(block as usize) - len);
                assert!(tail.iter().all(|byte| *byte == 0), "stale bytes after the image");
                assert!(untouched.iter().all(|byte| *byte == OLD), "written past the image");
            }
        }
    }
}

#[test]
fn the_default_pace_writes_an_image_of_several_pieces() {
    let raw = raw(9 * 1024 * 1024 + 100);
    let size = 10 * 1024 * 1024;
    let started = recorded(image_started(&raw, size, 4096, 0));
    let mut disk = FakeDisk::new(vec![OLD; usize::try_from(size).expect("small")], 4096);
    let file = packed(&raw);
    let mut decoded = Decoded::new(&file[..], Bytes(raw.len() as u64)).expect("memory");
    let mut bench = Bench::new();
    let (marks, news) = (&mut bench.marks, &mut bench.news);
    let outcome =
        job::image(&started, &mut decoded, &mut disk, marks, &bench.clock, &|| false, &mut |one| news.push(one));
    assert_eq!(verdict(&outcome), Outcome::Written);
    assert_eq!(disk.bytes()[..raw.len()], raw);
    let ended = image_ended(&started, &outcome, "0.1.0");
    assert_eq!((ended.result, ended.written), (ImageResult::Written, Bytes(raw.len() as u64)));
    assert_eq!((ended.started, ended.direct), (started.receipt().leaf, true));
    for (phase, first) in [(Phase::Write, 0), (Phase::ReadBack, 0)] {
        let shown: Vec<_> = bench
            .news
            .iter()
            .filter_map(|news| if let JobNews::Progress(progress) = news { Some(progress) } else { None })
            .filter(|progress| progress.phase == phase)
            .collect();
        assert_eq!(shown.first().map(|progress| progress.done), Some(Bytes(first)));
        assert_eq!(shown.last().map(|progress| progress.done), Some(Bytes(raw.len() as u64)));
    }
}

#[test]
fn bad_image_files_are_named_and_never_written() {
    let raw = raw(60_000);
    let file = packed(&raw);
    let shorter = &raw[..59_999];
    let longer = [&raw[..], b"x"].concat();
    let mut altered = raw.clone();
    altered[30_000] ^= 1;
    for (bad, key) in [
        ([&file[..], b"garbage"].concat(), "image-trailing-garbage"),
        ([&file[..], &[0; 4096]].concat(), "image-trailing-garbage"),
        ([&file[..], &file[..]].concat(), "image-longer"),
        (file[..file.len() - 1].to_vec(), "image-truncated"),
        (packed(shorter), "image-shorter"),
        (packed(&longer), "image-longer"),
        (packed(&altered), "image-reads-back-wrong"),
        (shorter.to_vec(), "image-shorter"),
        (longer, "image-longer"),
        (altered, "image-reads-back-wrong"),
        (Vec::new(), "image-shorter"),
    ] {
        let mut disk = disk(512);
        let outcome = write(&raw, &bad, &mut disk);
        assert_eq!(failure(&outcome).as_deref(), Some(key));
        assert_eq!(verdict(&outcome), Outcome::NotWritten);
        // What decodes to the right length is found out on the disk.
        let found = outcome.evidence.found;
        assert!(
            found != Some(outcome.evidence.blake3) && found.is_some() == (key == "image-reads-back-wrong"),
            "{key}"
        );
        assert!(disk.bytes()[60_416..].iter().all(|byte| *byte == OLD), "{key}: written past the manifest's length");
    }
}

#[test]
fn a_file_cut_anywhere_or_altered_anywhere_is_never_taken_for_another_image() {
    let raw = raw(60_000);
    let file = packed(&raw);
    for cut in (0..file.len()).step_by(1000) {
        let outcome = write(&raw, &file[..cut], &mut disk(512));
        assert_eq!(verdict(&outcome), Outcome::NotWritten, "cut at {cut}");
        assert!(matches!(failure(&outcome).as_deref(), Some("image-truncated" | "image-shorter")), "cut at {cut}");
    }
    let mut written = 0;
    for at in (0..file.len()).step_by(131).chain(file.len() - 20..file.len()) {
        let mut altered = file.clone();
        altered[at] ^= 0x40;
        let mut disk = disk(512);
        let outcome = write(&raw, &altered, &mut disk);
        if verdict(&outcome) == Outcome::Written {
            assert_eq!(disk.bytes()[..raw.len()], raw, "altered at {at}");
            written += 1;
        } else {
            assert!(outcome.failure.is_some(), "altered at {at}");
        }
    }
    assert!(written >= 18, "the content of the index is not part of the image");
}

#[test]
fn every_fault_of_a_disk_has_its_verdict() {
    let raw = raw(70_001);
    let file = packed(&raw);
    for (fault, expected) in [
        (Fault::ReadError(20_000), Some("job-read-failed")),
        (Fault::WriteError(20_000), Some("job-write-failed")),
        (Fault::ShortWrites(512), None),
        (Fault::ShortWrites(5000), None),
        (Fault::ShortReads(512), None),
        (Fault::ShortReads(5000), None),
        (Fault::ShortWrites(100), Some("job-write-failed")),
        (Fault::ShortReads(100), Some("job-read-failed")),
        (Fault::LosesWrite(20_000), Some("image-reads-back-wrong")),
        (Fault::Wraps(32_768), Some("image-reads-back-wrong")),
        (Fault::UnpluggedAfter(3), Some("job-write-failed")),
        (Fault::UnpluggedAfter(12), Some("job-read-failed")),
        (Fault::SwappedAfter(0), Some("disk-changed")),
        (Fault::SwappedAfter(3), Some("disk-changed")),
        (Fault::SwappedAfter(18), Some("disk-changed")),
        (Fault::FlushError, Some("job-flush-failed")),
        (Fault::NotDirect, None),
    ] {
        let mut disk = disk(512).with(fault);
        let outcome = write(&raw, &file, &mut disk);
        assert_eq!(failure(&outcome).as_deref(), expected, "{fault:?}");
        assert_eq!(verdict(&outcome) == Outcome::Written, expected.is_none(), "{fault:?}");
        assert_eq!(outcome.evidence.direct, fault != Fault::NotDirect);
        if expected.is_none() {
            assert_eq!(disk.bytes()[..raw.len()], raw);
        }
    }
}

#[test]
fn whichever_call_fails_written_means_that_the_image_is_there_and_a_resumed_run_finishes_it() {
    let raw = raw(70_001);
    let file = packed(&raw);
    let mut whole = Breaking::new(disk(512), Break::Once, u64::MAX);
    assert_eq!(verdict(&write(&raw, &file, &mut whole)), Outcome::Written);
    assert_eq!(whole.order[whole.order.len() - 6..], ["flush", "check", "forget", "check", "read", "check"]);
    let mut marks = std::collections::BTreeSet::new();
    for how in [Break::Once, Break::Gone, Break::PowerCut, Break::Unwritable, Break::Unreadable] {
        for k in 1..=whole.calls {
            let mut breaking = Breaking::new(disk(512), how, k);
            let mut bench = Bench::new();
            let outcome = write_on(&mut bench, image_started(&raw, SIZE, 512, 0), &file, &mut breaking);
            let mut found = breaking.found();
            if verdict(&outcome) == Outcome::Written {
                assert_eq!(found.bytes()[..raw.len()], raw, "{how:?} {k}");
                continue;
            }
            assert!(outcome.failure.is_some(), "{how:?} {k}");
            let from = bench.mark();
            marks.insert(from.0);
            let held = usize::try_from(from.0).expect("small");
            assert_eq!(found.bytes()[..held], raw[..held], "{how:?} {k}: a mark before its bytes");
            let again = image_started(&raw, SIZE, 512, from.0);
            assert_eq!(verdict(&write_on(&mut bench, again, &file, &mut found)), Outcome::Written, "{how:?} {k}");
            assert_eq!(found.bytes()[..raw.len()], raw);
        }
    }
    assert_eq!(marks.into_iter().collect::<Vec<_>>(), [0, 16_384, 32_768, 49_152, 65_536, 69_632]);
}

#[test]
fn a_resumed_run_does_not_trust_what_stands_before_its_mark() {
    let raw = raw(70_001);
    let mut disk = disk(512);
    let outcome = write_on(&mut Bench::new(), image_started(&raw, SIZE, 512, 32_768), &packed(&raw), &mut disk);
    assert_eq!(failure(&outcome).as_deref(), Some("image-reads-back-wrong"));
    assert!(disk.bytes()[..32_768].iter().all(|byte| *byte == OLD));
    assert_eq!(disk.bytes()[32_768..raw.len()], raw[32_768..]);
}

#[test]
fn a_cancel_at_any_look_leaves_a_mark_to_resume_from_that_never_goes_back() {
    let raw = raw(70_001);
    let file = packed(&raw);
    for from in [0u64, 20_480] {
        for look in 1..=18 {
            let mut disk = disk(512);
            let held = usize::try_from(from).expect("small");
            let mut first = Bench::with_cancel_at(1);
            if from > 0 {
                // The first run's bytes, put there by hand.
                disk = FakeDisk::new([&raw[..held], &disk.bytes()[held..]].concat(), 512);
            }
            first.cancel_at = Some(look);
            let outcome = write_on(&mut first, image_started(&raw, SIZE, 512, from), &file, &mut disk);
            assert_eq!(verdict(&outcome), Outcome::Cancelled, "{look}");
            let mark = first.mark();
            assert!(mark.0 >= from && mark.0 <= 69_632 && mark.0.is_multiple_of(512), "{look}: {mark:?}");
            first.cancel_at = None;
            let again = image_started(&raw, SIZE, 512, mark.0);
            assert_eq!(verdict(&write_on(&mut first, again, &file, &mut disk)), Outcome::Written);
            assert_eq!(disk.bytes()[..raw.len()], raw);
        }
    }
}

#[test]
fn a_start_that_does_not_fit_writes_nothing() {
    let image = raw(70_001);
    let good = image_started(&image, SIZE, 512, 0);
    let large = raw(usize::try_from(SIZE).expect("small") + 1);
    for (bad, key) in [
        (image_started(&large, SIZE, 512, 0), "image-too-large"),
        (image_started(&image, SIZE + 512, 512, 0), "job-other-disk"),
        (ImageStarted { logical_block: 4096, ..good.clone() }, "job-other-disk"),
        (ImageStarted { from: Bytes(7), ..good.clone() }, "job-bad-start"),
        (ImageStarted { from: Bytes(70_144), ..good }, "job-bad-start"),
    ] {
        let mut disk = disk(512);
        let outcome = write_on(&mut Bench::new(), bad, &image, &mut disk);
        assert_eq!(failure(&outcome).as_deref(), Some(key));
        assert_eq!(disk.bytes(), vec![OLD; disk.bytes().len()]);
    }
}

#[test]
fn a_source_that_cannot_be_read_is_told_apart_from_a_bad_image() {
    struct Torn<'a>(&'a [u8]);
    impl std::io::Read for Torn<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() { Err(std::io::Error::from_raw_os_error(5)) } else { self.0.read(into) }
        }
    }
    let raw = raw(60_000);
    let started = recorded(image_started(&raw, SIZE, 512, 0));
    let file = packed(&raw);
    let mut decoded = Decoded::new(Torn(&file[..9000]), Bytes(60_000)).expect("memory");
    let outcome = Bench::new().run(&mut disk(512), |run| image_with(&started, &mut decoded, run));
    assert_eq!(failure(&outcome).as_deref(), Some("image-source-failed"));
    assert_eq!(verdict(&outcome), Outcome::NotWritten);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_the_file_written_means_that_the_raw_image_is_on_the_disk(
        len in 1usize..60_000, at in any::<prop::sample::Index>(), byte: u8, cut in prop::option::of(any::<prop::sample::Index>()),
        plain: bool, lost in prop::option::of(0..SIZE), large: bool,
    ) {
        let raw = raw(len);
        let mut file = if plain { raw.clone() } else { packed(&raw) };
        let place = at.index(file.len());
        file[place] = byte;
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        let mut disk = disk(if large { 4096 } else { 512 });
        if let Some(lost) = lost {
            disk = disk.with(Fault::LosesWrite(lost));
        }
        let outcome = write(&raw, &file, &mut disk);
        if verdict(&outcome) == Outcome::Written {
            prop_assert_eq!(&disk.bytes()[..len], &raw[..]);
        } else {
            prop_assert!(outcome.failure.is_some());
        }
    }
}
