//! The wipe against disks that fail, lie, shrink, vanish and come back: evidence stays honest.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use crate::job_rig::{Bench, Break, Breaking, KEY, SMALL, recorded, wipe_started};
use aoxanh::event::disk::WipeStarted;
use aoxanh::job::{self, Flaw, JobNews, MOST_BAD_BLOCKS, Phase, WipeOutcome, wipe_ended, wipe_with};
use aoxanh::port::{DiskIo, FakeDisk, Fault, Marks};
use aoxanh::unit::Bytes;
use aoxanh::wipe::{Evidence, Level, METHODS, Outcome, judge, overwrite};
use proptest::prelude::*;

const DONOR: &[u8] = b"HO SO CUA NGUOI TANG";
const SIZE: u64 = 64 * 1024;

/// A disk full of donor data, so that it stands in every block and across every block boundary.
fn donors(size: u64, block: u32) -> FakeDisk {
    FakeDisk::new(DONOR.iter().copied().cycle().take(usize::try_from(size).expect("small")).collect(), block)
}

fn wiped(method_id: &str, size: u64) -> Vec<u8> {
    let mut bytes = vec![1; usize::try_from(size).expect("small")];
    overwrite(method_id).expect("listed").fill(Some(&KEY), Bytes::ZERO, &mut bytes);
    bytes
}

fn start(method_id: &str, disk: &dyn DiskIo) -> WipeStarted {
    wipe_started(method_id, disk.size().0, disk.logical_block(), 0)
}

fn wipe_on(bench: &mut Bench, start: WipeStarted, disk: &mut dyn DiskIo) -> WipeOutcome {
    let started = recorded(start);
    bench.run(disk, |run| wipe_with(&started, run))
}

fn wipe(method_id: &str, disk: &mut dyn DiskIo) -> (WipeOutcome, Bench) {
    let mut bench = Bench::new();
    let outcome = wipe_on(&mut bench, start(method_id, disk), disk);
    (outcome, bench)
}

fn verdict(outcome: &WipeOutcome) -> (Outcome, Level) {
    let judgement = judge(&outcome.evidence, outcome.cancelled);
    (judgement.result, judgement.level)
}

const CLEAR: (Outcome, Level) = (Outcome::Erased, Level::Clear);
const EXCEPTIONS: (Outcome, Level) = (Outcome::ErasedWithExceptions, Level::None);
const NOT_ERASED: (Outcome, Level) = (Outcome::NotErased, Level::None);

#[test]
fn every_method_leaves_no_byte_of_the_donor_on_disks_of_any_block_and_length() {
    for method in METHODS.iter().filter(|method| overwrite(method.id()).is_some()) {
        for (size, block) in [(512, 512), (8192, 512), (SIZE + 512, 512), (SIZE - 512, 512), (4096, 4096), (SIZE, 4096)]
        {
            let mut disk = donors(size, block);
            let (outcome, bench) = wipe(method.id(), &mut disk);
            assert_eq!(verdict(&outcome), CLEAR, "{outcome:?}");
            assert_eq!(outcome.failure, None);
            assert_eq!(disk.bytes(), wiped(method.id(), size));
            assert!(!disk.bytes().windows(DONOR.len()).any(|bytes| bytes == DONOR));
            assert!(outcome.evidence.began < outcome.evidence.ended);
            assert_eq!(bench.mark(), Bytes(size));
        }
    }
}

#[test]
fn the_default_pace_does_the_same_with_a_tail_that_is_no_whole_piece() {
    let size = 9 * 1024 * 1024 + 512;
    let mut disk = donors(size, 512);
    let started = recorded(start("overwrite-pattern", &disk));
    let mut bench = Bench::new();
    let outcome =
        job::wipe(&started, &mut disk, &mut bench.marks, &bench.clock, &|| false, &mut |news| bench.news.push(news));
    assert_eq!(verdict(&outcome), CLEAR);
    assert_eq!(disk.bytes(), wiped("overwrite-pattern", size));
    // Three pieces, one mark.
    assert_eq!(bench.marks.last(&crate::job_rig::job()), Ok(Some(Bytes(size))));
    assert_eq!(bench.news.iter().filter(|news| matches!(news, JobNews::Marked { .. })).count(), 1);
}

#[test]
fn a_tail_shorter_than_a_block_is_an_exception_because_nobody_can_reach_it() {
    let mut disk = donors(SIZE + 512, 4096);
    let (outcome, _) = wipe("overwrite-zero", &mut disk);
    assert_eq!(verdict(&outcome), EXCEPTIONS);
    assert_eq!((outcome.evidence.unwritable, outcome.evidence.unreadable), (Bytes(512), Bytes(512)));
    let mut tiny = donors(512, 4096);
    assert_eq!(verdict(&wipe("overwrite-zero", &mut tiny).0), NOT_ERASED);
}

#[test]
fn every_fault_of_a_disk_has_its_verdict() {
    for (fault, expected) in [
        (Fault::ReadError(20_000), EXCEPTIONS),
        (Fault::WriteError(20_000), EXCEPTIONS),
        (Fault::ShortWrites(512), CLEAR),
        (Fault::ShortWrites(5000), CLEAR),
        (Fault::ShortReads(512), CLEAR),
        (Fault::ShortReads(5000), CLEAR),
        (Fault::ShortWrites(100), NOT_ERASED),
        (Fault::ShortReads(100), NOT_ERASED),
        (Fault::LosesWrite(20_000), EXCEPTIONS),
        (Fault::EmptyRead(20_000), EXCEPTIONS),
        (Fault::Wraps(32_768), EXCEPTIONS),
        (Fault::UnpluggedAfter(3), NOT_ERASED),
        (Fault::UnpluggedAfter(12), NOT_ERASED),
        (Fault::SwappedAfter(0), NOT_ERASED),
        (Fault::SwappedAfter(3), NOT_ERASED),
        (Fault::SwappedAfter(16), NOT_ERASED),
        (Fault::FlushError, NOT_ERASED),
        (Fault::NotDirect, EXCEPTIONS),
    ] {
        let mut disk = donors(SIZE, 512).with(fault);
        let (outcome, _) = wipe("overwrite-pattern", &mut disk);
        assert_eq!(verdict(&outcome), expected, "{fault:?} {outcome:?}");
        assert_eq!(
            outcome.failure.is_some(),
            expected == NOT_ERASED && !matches!(fault, Fault::ShortReads(_) | Fault::ShortWrites(_)),
            "{fault:?}"
        );
    }
}

#[test]
fn a_read_that_brings_nothing_is_not_taken_for_zeros() {
    // Of one sector among many, and of all.
    for at in [512, 20_000, SIZE - 1] {
        let mut disk = donors(SIZE, 512).with(Fault::EmptyRead(at));
        let (outcome, _) = wipe("overwrite-zero", &mut disk);
        assert_eq!(verdict(&outcome), EXCEPTIONS, "{outcome:?}");
        let first = outcome.evidence.first_mismatch.expect("seen");
        assert!(first.0 <= at && outcome.evidence.mismatched.0 > 0, "{outcome:?}");
    }
}

#[test]
fn a_bad_block_costs_that_block_only() {
    let bad = 20_480u64;
    let mut disk = donors(SIZE, 512).with(Fault::WriteError(bad));
    let (outcome, bench) = wipe("overwrite-zero", &mut disk);
    assert_eq!(bench.mark(), Bytes(bad), "a resumed run must meet the bad block again");
    let evidence = &outcome.evidence;
    assert_eq!((evidence.unwritable, evidence.written), (Bytes(512), Bytes(SIZE - 512)));
    assert_eq!((evidence.read_back, evidence.mismatched), (Bytes(SIZE), Bytes(512)));
    assert_eq!(evidence.first_mismatch, Some(Bytes(bad)));
    let places: Vec<_> = bench.news.iter().filter(|news| matches!(news, JobNews::BadBlock { .. })).cloned().collect();
    let news = |flaw| JobNews::BadBlock { at: Bytes(bad), flaw };
    assert_eq!(places, [news(Flaw::Unwritable), news(Flaw::Mismatched)]);
    let left: Vec<_> =
        disk.bytes().iter().enumerate().filter(|(_, byte)| **byte != 0).map(|(at, _)| at as u64).collect();
    assert!(left.iter().all(|at| (bad..bad + 512).contains(at)) && left.len() == 512);

    let mut disk = donors(SIZE, 4096).with(Fault::ReadError(bad));
    let (outcome, bench) = wipe("overwrite-zero", &mut disk);
    assert_eq!((outcome.evidence.unreadable, outcome.evidence.read_back), (Bytes(4096), Bytes(SIZE - 4096)));
    assert_eq!(outcome.evidence.mismatched, Bytes::ZERO);
    assert!(bench.news.contains(&news(Flaw::Unreadable)));
}

#[test]
fn a_bad_block_after_short_calls_costs_no_more() {
    let plain = |fault| {
        let mut disk = donors(SIZE, 512).with(fault);
        wipe("overwrite-pattern", &mut disk).0.evidence
    };
    for (fault, short) in
        [(Fault::WriteError(20_480), Fault::ShortWrites(1024)), (Fault::ReadError(20_480), Fault::ShortReads(1024))]
    {
        let mut disk = donors(SIZE, 512).with(short).with(fault);
        let (outcome, _) = wipe("overwrite-pattern", &mut disk);
        assert_eq!(outcome.evidence, Evidence { ended: outcome.evidence.ended, ..plain(fault) }, "{fault:?}");
    }
}

#[test]
fn the_order_is_check_write_flush_check_forget_check_read_check() {
    let mut disk = Breaking::new(donors(SMALL.piece.0, 512), Break::Once, u64::MAX);
    assert_eq!(verdict(&wipe("overwrite-zero", &mut disk).0), CLEAR);
    assert_eq!(disk.order, ["check", "write", "flush", "check", "forget", "check", "read", "check"]);
}

#[test]
fn a_counterfeit_is_unmasked_by_the_pattern_and_cannot_be_by_zeros() {
    let mut honest_looking = donors(SIZE, 512).with(Fault::Wraps(16_384));
    let (by_zero, _) = wipe("overwrite-zero", &mut honest_looking);
    assert_eq!(verdict(&by_zero), CLEAR, "if zeros ever unmask a counterfeit, say so in wipe-why-zero-unproved-size");
    let mut disk = donors(SIZE, 512).with(Fault::Wraps(16_384));
    let (by_pattern, _) = wipe("overwrite-pattern", &mut disk);
    assert_eq!(verdict(&by_pattern), EXCEPTIONS);
    // Three of four rounds were overwritten by the last; one byte in 256 is right by chance.
    assert!(by_pattern.evidence.mismatched > Bytes(48_000), "{:?}", by_pattern.evidence);
    assert_eq!(by_pattern.evidence.first_mismatch.map(|at| at.0 < 512), Some(true));
}

#[test]
fn whichever_call_fails_clear_means_that_every_byte_is_the_pattern() {
    let mut whole = Breaking::new(donors(SIZE, 512), Break::Once, u64::MAX);
    assert_eq!(verdict(&wipe("overwrite-pattern", &mut whole).0), CLEAR);
    let calls = whole.calls;
    assert!(calls > 20, "{calls}");
    for how in [Break::Once, Break::Gone, Break::PowerCut, Break::Unwritable, Break::Unreadable] {
        for k in 1..=calls {
            let mut disk = Breaking::new(donors(SIZE, 512), how, k);
            let (outcome, _) = wipe("overwrite-pattern", &mut disk);
            let found = disk.found();
            let clear = verdict(&outcome) == CLEAR;
            if clear {
                assert_eq!(found.bytes(), wiped("overwrite-pattern", SIZE), "{how:?} {k}");
            }
            if matches!(how, Break::Gone | Break::PowerCut) {
                assert_eq!(verdict(&outcome), NOT_ERASED, "{how:?} {k}");
                assert!(outcome.failure.is_some(), "{how:?} {k}");
            }
            let evidence = &outcome.evidence;
            assert!(evidence.written.plus(evidence.unwritable).is_some_and(|all| all <= Bytes(SIZE)), "{how:?} {k}");
            assert!(evidence.read_back.plus(evidence.unreadable).is_some_and(|all| all <= Bytes(SIZE)), "{how:?} {k}");
        }
    }
}

#[test]
fn a_swap_at_any_moment_is_never_clear() {
    // 8 writes and 8 reads: from 17 on the swap comes after the last check.
    for after in 0..=16 {
        let mut disk = donors(SIZE, 512).with(Fault::SwappedAfter(after));
        let (outcome, bench) = wipe("overwrite-zero", &mut disk);
        assert_eq!(verdict(&outcome), NOT_ERASED, "{after}");
        assert!(bench.mark() <= Bytes(after * SMALL.piece.0), "{after}: a mark for another disk");
        assert!(outcome.failure.is_some_and(|failure| failure.what.key() == "disk-changed"));
    }
    let mut disk = donors(SIZE, 512).with(Fault::SwappedAfter(17));
    assert_eq!(verdict(&wipe("overwrite-zero", &mut disk).0), CLEAR);
}

#[test]
fn after_a_power_cut_everything_before_the_mark_is_there_and_the_resumed_run_ends_the_same() {
    for method_id in ["overwrite-zero", "overwrite-pattern"] {
        let mut marks_seen = std::collections::BTreeSet::new();
        for k in 1..40 {
            let mut disk = Breaking::new(donors(SIZE + 512, 512), Break::PowerCut, k);
            let (_, mut bench) = wipe(method_id, &mut disk);
            let from = bench.mark();
            marks_seen.insert(from);
            let mut disk = disk.found();
            let held = usize::try_from(from.0).expect("small");
            assert_eq!(disk.bytes()[..held], wiped(method_id, SIZE + 512)[..held], "{k}");
            let again = WipeStarted { from, ..start(method_id, &disk) };
            let outcome = wipe_on(&mut bench, again, &mut disk);
            assert_eq!(verdict(&outcome), CLEAR, "{k} {outcome:?}");
            assert_eq!(disk.bytes(), wiped(method_id, SIZE + 512));
        }
        let marks: Vec<_> = marks_seen.into_iter().map(|at| at.0).collect();
        assert_eq!(marks, [0, 16_384, 32_768, 49_152, 65_536, 66_048], "a power cut was tried at every mark");
    }
}

#[test]
fn a_cancel_at_any_look_is_an_outcome_with_a_flushed_mark_to_resume_from() {
    for look in 1..=16 {
        let mut disk = Breaking::new(donors(SIZE, 512), Break::PowerCut, u64::MAX);
        let mut bench = Bench::with_cancel_at(look);
        let outcome = wipe_on(&mut bench, start("overwrite-pattern", &disk), &mut disk);
        assert!(outcome.cancelled && outcome.failure.is_none(), "{look}");
        assert_eq!(verdict(&outcome), (Outcome::Cancelled, Level::None));
        let from = bench.mark();
        assert_eq!(from, Bytes(((look - 1) * 8192).min(SIZE)));
        // Only what was flushed counts.
        let mut flushed = disk.cut().found();
        let held = usize::try_from(from.0).expect("small");
        assert_eq!(flushed.bytes()[..held], wiped("overwrite-pattern", SIZE)[..held]);
        bench.cancel_at = None;
        let again = WipeStarted { from, ..start("overwrite-pattern", &flushed) };
        assert_eq!(verdict(&wipe_on(&mut bench, again, &mut flushed)), CLEAR, "{look}");
        assert_eq!(flushed.bytes(), wiped("overwrite-pattern", SIZE));
    }
    let mut disk = donors(SIZE, 512);
    let mut bench = Bench::with_cancel_at(17);
    assert_eq!(verdict(&wipe_on(&mut bench, start("overwrite-zero", &disk.clone()), &mut disk)), CLEAR);
}

#[test]
fn a_disk_of_bad_blocks_is_given_up_after_a_thousand() {
    let size = 4 * MOST_BAD_BLOCKS * 512;
    let mut dead = Breaking::new(donors(size, 512), Break::Unwritable, 2);
    let (outcome, bench) = wipe("overwrite-zero", &mut dead);
    assert_eq!(verdict(&outcome), NOT_ERASED);
    assert_eq!(outcome.evidence.unwritable, Bytes(MOST_BAD_BLOCKS * 512));
    assert_eq!(
        outcome.failure.map(|failure| failure.what.key().to_owned()).as_deref(),
        Some("wipe-too-many-bad-blocks")
    );
    assert_eq!(bench.mark(), Bytes::ZERO, "nothing written, nothing marked");
    assert!(dead.calls < 5000, "{}", dead.calls);
    let mut mute = Breaking::new(donors(size, 512), Break::Unreadable, 1);
    let (outcome, _) = wipe("overwrite-zero", &mut mute);
    assert_eq!(verdict(&outcome), NOT_ERASED);
    assert_eq!(outcome.evidence.unreadable, Bytes(MOST_BAD_BLOCKS * 512));
}

#[test]
fn a_start_that_does_not_fit_the_disk_writes_nothing() {
    let good = start("overwrite-pattern", &donors(SIZE, 512));
    let mut other_size = good.clone();
    other_size.disk.size = Bytes(SIZE + 512);
    for (bad, key) in [
        (other_size, "job-other-disk"),
        (WipeStarted { logical_block: 4096, ..good.clone() }, "job-other-disk"),
        (WipeStarted { from: Bytes(100), ..good.clone() }, "job-bad-start"),
        (WipeStarted { from: Bytes(SIZE + 512), ..good.clone() }, "job-bad-start"),
        (WipeStarted { method: "shred".to_owned(), ..good.clone() }, "wipe-unknown-method"),
        (WipeStarted { pattern_key: None, ..good }, "wipe-no-key"),
    ] {
        let mut disk = donors(SIZE, 512);
        let outcome = wipe_on(&mut Bench::new(), bad, &mut disk);
        assert_eq!(outcome.failure.as_ref().map(|failure| failure.what.key()), Some(key));
        assert_eq!(verdict(&outcome), NOT_ERASED);
        assert_eq!(disk.bytes(), donors(SIZE, 512).bytes());
    }
}

#[test]
fn each_phase_tells_its_first_and_last_progress_and_counts_up() {
    let mut disk = donors(SIZE, 512);
    let mut bench = Bench::new();
    let again = WipeStarted { from: Bytes(16_384), ..start("overwrite-zero", &disk) };
    wipe_on(&mut bench, again, &mut disk);
    for (phase, from) in [(Phase::Write, 16_384), (Phase::ReadBack, 0)] {
        let shown: Vec<_> = bench
            .news
            .iter()
            .filter_map(|news| if let JobNews::Progress(progress) = news { Some(progress) } else { None })
            .filter(|progress| progress.phase == phase)
            .collect();
        assert_eq!(shown.first().map(|p| p.done), Some(Bytes(from)));
        assert_eq!(shown.last().map(|p| (p.done, p.total)), Some((Bytes(SIZE), Bytes(SIZE))));
        assert!(shown.last().is_some_and(|p| p.rate.is_some() && p.left == Some(std::time::Duration::ZERO)));
        assert!(shown.is_sorted_by_key(|progress| progress.done) && shown.len() < 6, "{shown:?}");
        assert_eq!(bench.news.iter().filter(|news| **news == JobNews::Phase(phase)).count(), 1);
    }
}

#[test]
fn what_the_ledger_will_hold_is_what_was_judged() {
    let mut disk = donors(SIZE, 512).with(Fault::WriteError(0));
    let started = recorded(start("overwrite-zero", &disk));
    let outcome = Bench::new().run(&mut disk, |run| wipe_with(&started, run));
    let ended = wipe_ended(&started, &outcome, &[aoxanh::wipe::Gap::RemappedSectors], "0.1.0");
    assert_eq!(ended.started, started.receipt().leaf);
    assert_eq!(ended.result, aoxanh::event::disk::WipeResult::ErasedWithExceptions);
    assert_eq!(ended.level, aoxanh::event::disk::Level::None);
    assert_eq!(ended.not_covered, ["remapped_sectors"]);
    assert_eq!((ended.evidence.size, ended.evidence.unwritable), (Bytes(SIZE), Bytes(512)));
    assert_eq!(ended.evidence.mismatched, Bytes(512));
}

fn fault() -> impl Strategy<Value = Fault> {
    let place = 0..SIZE;
    prop_oneof![
        place.clone().prop_map(Fault::ReadError),
        place.clone().prop_map(Fault::WriteError),
        place.prop_map(Fault::LosesWrite),
        (512usize..10_000).prop_map(Fault::ShortWrites),
        (512usize..10_000).prop_map(Fault::ShortReads),
        (1..9u64).prop_map(|pieces| Fault::Wraps(pieces * SMALL.piece.0)),
        (0..40u64).prop_map(Fault::UnpluggedAfter),
        (0..40u64).prop_map(Fault::SwappedAfter),
        Just(Fault::FlushError),
        Just(Fault::NotDirect),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn whatever_faults_come_together_the_pattern_is_clear_only_where_every_byte_is_it(
        faults in prop::collection::vec(fault(), 0..4), blocks in 1u64..=16, large: bool,
    ) {
        let block = if large { 4096 } else { 512 };
        let size = blocks * 4096 - if large { 0 } else { 512 };
        let mut disk = donors(size, block);
        for fault in &faults {
            disk = disk.with(*fault);
        }
        let (outcome, _) = wipe("overwrite-pattern", &mut disk);
        if verdict(&outcome) == CLEAR {
            prop_assert_eq!(disk.bytes(), wiped("overwrite-pattern", size));
            prop_assert!(!faults.contains(&Fault::NotDirect) && !faults.contains(&Fault::FlushError));
        }
        if faults.is_empty() {
            prop_assert_eq!(verdict(&outcome), CLEAR);
        }
    }
}
