//! Wipes and writes on a real loop device whose file fails at any one I/O, lies, stalls or is pulled out.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::can_loop;
use super::fuse_rig::{Mounted, tried};
use super::fuse_volume::{Asks, Comes, EIO, Fault, Volume};
use super::practice_bench::Bench;
use crate::job_rig::{self, KEY, image_started, recorded, wipe_started};
use aoxanh::imaging::{self, Decoded};
use aoxanh::job::{ImageOutcome, JobNews, Pace, Progress, Run, WipeOutcome, image_with, wipe_with};
use aoxanh::linux::PracticeDisk;
use aoxanh::port::{Clock, Disks, Failure, FakeMarks};
use aoxanh::unit::{Bytes, Moment};
use aoxanh::wipe::{Level, Outcome, judge, overwrite};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const SIZE: u64 = 256 << 10;
const BLOCK: u32 = 4096;
const PACE: Pace = Pace { piece: Bytes(32 << 10), mark: Bytes(64 << 10) };
const FILE: &str = "dia.img";
/// How many places are tried where time matters: each run asks the machine for its disks a dozen times.
const SAMPLE: u64 = 6;

/// A practice disk on a loop device over a file that is ours to injure. What stands on another goes first.
struct Injured {
    disk: PracticeDisk,
    volume: Volume,
    _mounted: Mounted,
    bench: Bench,
}

impl Injured {
    fn new() -> Option<Self> {
        let (bench, volume) = (Bench::new(), Volume::empty());
        let folder = bench.folder.path().join("disks");
        std::fs::create_dir(&folder).ok()?;
        let mounted = Mounted::at(&volume, &folder)?;
        let disk = bench.practice.make("dia", Bytes(SIZE), BLOCK).ok()?;
        can_loop(&disk).then_some(Self { disk, volume, _mounted: mounted, bench })
    }

    /// The donor's data, on the medium.
    fn donate(&self) {
        self.volume.put(FILE, &b"HO SO ".repeat(1 << 16)[..size()]);
    }

    fn wipe(&self, from: u64) -> Result<(WipeOutcome, Bytes), Failure> {
        let mut io = self.bench.disks.open(&self.bench.arm(self.disk.name()))?;
        let started = recorded(wipe_started("overwrite-pattern", SIZE, BLOCK, from));
        let mut jobs = job_rig::Bench::new();
        jobs.pace = PACE;
        Ok((jobs.run(io.as_mut(), |run| wipe_with(&started, run)), jobs.mark()))
    }

    fn image(&self, raw: &[u8], from: u64) -> Result<(ImageOutcome, Bytes), Failure> {
        let mut io = self.bench.disks.open(&self.bench.arm(self.disk.name()))?;
        let started = recorded(image_started(raw, SIZE, BLOCK, from));
        let mut decoded = Decoded::new(raw, Bytes(raw.len() as u64)).expect("memory");
        let mut jobs = job_rig::Bench::new();
        jobs.pace = PACE;
        Ok((jobs.run(io.as_mut(), |run| image_with(&started, &mut decoded, run)), jobs.mark()))
    }

    /// Everything before a mark is held, whatever was not synced.
    fn holds(&self, mark: Bytes, wanted: &[u8]) -> bool {
        let held = usize::try_from(mark.0).expect("small").min(wanted.len());
        self.volume.held_bytes(FILE)[..held] == wanted[..held]
    }
}

fn size() -> usize {
    usize::try_from(SIZE).expect("small")
}

fn pattern() -> Vec<u8> {
    let mut bytes = vec![0; size()];
    overwrite("overwrite-pattern").expect("listed").fill(Some(&KEY), Bytes::ZERO, &mut bytes);
    bytes
}

/// An image that ends inside a block.
fn raw() -> Vec<u8> {
    let mut raw = vec![0; size() - 5000];
    blake3::Hasher::new().update(b"an image").finalize_xof().fill(&mut raw);
    raw
}

fn verdict(outcome: &WipeOutcome) -> (Outcome, Level) {
    let judgement = judge(&outcome.evidence, outcome.cancelled);
    (judgement.result, judgement.level)
}

const CLEAR: (Outcome, Level) = (Outcome::Erased, Level::Clear);

fn fails(on: &'static [Asks]) -> Fault {
    Fault::new(on, Comes::Error(EIO)).of(FILE)
}

/// Which I/Os of a job fail: the k-th, or all of a kind from it on.
const INJURIES: [(&[Asks], bool); 4] =
    [(Asks::BLOCKS, true), (Asks::BLOCKS, false), (Asks::WRITE, false), (Asks::READ, false)];

#[test]
fn whichever_io_of_a_wipe_fails_its_evidence_says_no_more_than_what_happened() {
    let Some(on) = Injured::new() else { return };
    let wanted = pattern();
    for (kinds, once) in INJURIES {
        on.donate();
        on.volume.arm(fails(kinds).strikes(u64::MAX..=u64::MAX));
        let (whole, mark) = on.wipe(0).expect("nothing in the way");
        let asks = on.volume.mend();
        assert_eq!((verdict(&whole), whole.failure, mark), (CLEAR, None, Bytes(SIZE)));
        assert!(on.holds(mark, &wanted));
        let mut hurt = 0;
        for k in tried(&format!("wipe, {kinds:?}, once: {once}"), asks, SAMPLE) {
            let at = format!("{kinds:?}, once: {once}, at {k} of {asks}");
            on.donate();
            on.volume.arm(fails(kinds).strikes(if once { k..=k } else { k..=u64::MAX }));
            let run = on.wipe(0);
            on.volume.mend();
            let found = on.volume.bytes(FILE);
            let Ok((outcome, mark)) = run else {
                assert!(found.starts_with(b"HO SO "), "{at}: written before it was open");
                continue;
            };
            let evidence = &outcome.evidence;
            let right = found.iter().zip(&wanted).filter(|(found, wanted)| found == wanted).count() as u64;
            assert!(evidence.written.0 <= right, "{at}: {evidence:?}");
            assert!(evidence.written.0 + evidence.unwritable.0 <= SIZE, "{at}: {evidence:?}");
            assert!(evidence.read_back.0 + evidence.unreadable.0 <= SIZE, "{at}: {evidence:?}");
            assert!(on.holds(mark, &wanted), "{at}: a mark at {mark:?} before its bytes");
            if verdict(&outcome) == CLEAR {
                assert!(found == wanted && on.holds(Bytes(SIZE), &wanted), "{at}");
            } else {
                hurt += 1;
                assert!(outcome.failure.is_some() || evidence.unwritable.0 + evidence.unreadable.0 > 0, "{at}");
            }
            assert!(once || verdict(&outcome) != CLEAR, "{at}: {evidence:?}");
            let (resumed, _) = on.wipe(mark.0).unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
            assert_eq!(verdict(&resumed), CLEAR, "{at}, resumed at {mark:?}: {resumed:?}");
            assert!(on.volume.bytes(FILE) == wanted, "{at}");
        }
        assert!(hurt > 0, "{kinds:?} hurt nobody");
    }
}

#[test]
fn whichever_io_of_an_image_fails_written_means_that_it_is_there() {
    let Some(on) = Injured::new() else { return };
    let raw = raw();
    for (kinds, once) in INJURIES {
        on.donate();
        on.volume.arm(fails(kinds).strikes(u64::MAX..=u64::MAX));
        let (whole, _) = on.image(&raw, 0).expect("nothing in the way");
        let asks = on.volume.mend();
        assert_eq!(imaging::judge(&whole.evidence, false), imaging::Outcome::Written, "{whole:?}");
        for k in tried(&format!("image, {kinds:?}, once: {once}"), asks, SAMPLE) {
            let at = format!("{kinds:?}, once: {once}, at {k} of {asks}");
            on.donate();
            on.volume.arm(fails(kinds).strikes(if once { k..=k } else { k..=u64::MAX }));
            let run = on.image(&raw, 0);
            on.volume.mend();
            let Ok((outcome, mark)) = run else { continue };
            let found = on.volume.bytes(FILE);
            let written = usize::try_from(outcome.evidence.written.0).expect("small");
            assert!(found[..written] == raw[..written], "{at}: {outcome:?}");
            assert!(on.holds(mark, &raw), "{at}: a mark at {mark:?} before its bytes");
            let is_written = imaging::judge(&outcome.evidence, outcome.cancelled) == imaging::Outcome::Written;
            assert!(!is_written || (once && found[..raw.len()] == raw), "{at}");
            assert_eq!(is_written, outcome.failure.is_none(), "{at}");
            let (resumed, _) = on.image(&raw, mark.0).unwrap_or_else(|failure| panic!("{at}: {failure:?}"));
            assert_eq!(imaging::judge(&resumed.evidence, false), imaging::Outcome::Written, "{at}: {resumed:?}");
            assert!(on.volume.bytes(FILE)[..raw.len()] == raw, "{at}");
        }
    }
}

#[test]
fn writes_that_are_acknowledged_and_done_in_part_are_unmasked_and_short_reads_are_gone_on_with() {
    let Some(on) = Injured::new() else { return };
    let (wanted, raw) = (pattern(), raw());
    on.donate();
    on.volume.arm(Fault::new(Asks::WRITE, Comes::Short(4096)).of(FILE).strikes(3..=3));
    let (lied_to, _) = on.wipe(0).expect("nothing in the way");
    on.volume.mend();
    let wrong = on.volume.bytes(FILE).iter().zip(&wanted).filter(|(found, wanted)| found != wanted).count() as u64;
    assert!(wrong > 0, "it lied");
    assert_eq!(verdict(&lied_to), (Outcome::ErasedWithExceptions, Level::None));
    assert_eq!((lied_to.evidence.mismatched.0, lied_to.evidence.unwritable), (wrong, Bytes::ZERO));
    on.volume.arm(Fault::new(Asks::WRITE, Comes::Short(4096)).of(FILE).strikes(3..=3));
    let (image, _) = on.image(&raw, 0).expect("nothing in the way");
    on.volume.mend();
    assert_eq!(imaging::judge(&image.evidence, false), imaging::Outcome::NotWritten);
    on.volume.arm(Fault::new(Asks::READ, Comes::Short(4096)).of(FILE));
    let (short, _) = on.wipe(0).expect("nothing in the way");
    assert_eq!(verdict(&short), CLEAR, "{short:?}");
    assert!(on.volume.mend() > SIZE / 32_768, "reads were short");
}

/// A clock that whoever watches can set forward; each look is worth 40 ms.
#[derive(Default)]
struct Watch(AtomicU64);

impl Clock for Watch {
    fn now(&self) -> Moment {
        Moment::from_unix_millis(0)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.fetch_add(40, Ordering::SeqCst))
    }

    fn wait(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_millis()).expect("short"), Ordering::SeqCst);
    }
}

#[test]
fn a_disk_that_stalls_shows_it_in_rate_and_time_left_and_the_wipe_ends_well_once_it_goes_on() {
    let Some(on) = Injured::new() else { return };
    on.donate();
    let mut io = on.bench.disks.open(&on.bench.arm(on.disk.name())).expect("nothing in the way");
    let started = recorded(wipe_started("overwrite-pattern", SIZE, BLOCK, 0));
    let (watch, mut news) = (Watch::default(), Vec::new());
    let held = on.volume.hold(Fault::new(Asks::WRITE, Comes::Held).of(FILE).strikes(5..=5));
    let outcome = std::thread::scope(|scope| {
        let lets_go = scope.spawn(|| {
            held.wait();
            watch.0.fetch_add(60_000, Ordering::SeqCst);
            drop(held);
        });
        let (mut marks, mut tell) = (FakeMarks::default(), |one| news.push(one));
        let (marks, clock, cancel) = (&mut marks, &watch, &|| false);
        let outcome = wipe_with(
            &started,
            &mut Run { io: io.as_mut(), marks, clock, cancel, news: &mut tell, pace: PACE, psid: None },
        );
        lets_go.join().expect("it let go");
        outcome
    });
    assert_eq!(verdict(&outcome), CLEAR, "{outcome:?}");
    let shown = |one: &JobNews| if let JobNews::Progress(progress) = one { Some(progress.clone()) } else { None };
    let shown: Vec<Progress> = news.iter().filter_map(shown).collect();
    let rates: Vec<_> = shown.iter().filter_map(|progress| Some((progress.rate?, progress.left?))).collect();
    let [before, stalled, ..] = rates[..] else { panic!("{shown:?}") };
    assert!(before.0 > Bytes(SIZE), "{rates:?}");
    assert!(stalled.0 < Bytes(SIZE / 60) && stalled.1 > Duration::from_secs(20), "{rates:?}");
}
