//! Wipes by the built program, killed at any moment, again and again, and gone on with: whatever was marked is on the
//! medium, nothing that was recorded is lost, and in the end the medium holds what the method writes, to its last byte.

#![expect(clippy::disallowed_methods, reason = "a test times its kills and reads the disk's file")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Device, Ran, Rig, can_loop};
use super::practice_bench::node;
use aoxanh::event::disk::{WipeEnded, WipeResult, WipeStarted};
use aoxanh::event::{Event, Fact};
use aoxanh::job::Pace;
use aoxanh::ledger::Record;
use aoxanh::linux::PracticeDisk;
use aoxanh::port::{Index, Marks, Row};
use aoxanh::store::Store;
use aoxanh::unit::{Bytes, Digest, JobId};
use aoxanh::wipe::overwrite;
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

const SEED: u64 = 0x0D15_C0DE;
/// How far from the place aimed at a kill comes, bytes either side.
const NEAR: u64 = 8 << 20;
/// What the program reads and writes before a job's first byte, and somewhat more.
const BEGINNING: u64 = 160 << 10;
/// How long a process that has come so far may live on, at most; and one that looks around once more after the opening.
const LONGEST_PAUSE_MICROS: u64 = 3000;
const LONGEST_LOOK_MICROS: u64 = 40_000;
const PIECE: usize = 1 << 20;

/// Where in a run the kill is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    Beginning,
    Opening,
    Writing,
    Mark,
    Turn,
    End,
    Anywhere,
}

impl Aim {
    /// In turn, so that few kills come to every place too.
    const fn of(kill: u32) -> Self {
        match kill % 8 {
            1 => Self::Mark,
            2 => Self::Turn,
            3 => Self::Opening,
            4 => Self::End,
            5 => Self::Beginning,
            6 => Self::Anywhere,
            _ => Self::Writing,
        }
    }

    /// After how many bytes read and written, where so many are still to be written and all to be read back.
    fn bytes(self, left: u64, all: u64, dice: &mut Dice) -> u64 {
        let mut near = |at: u64| at.saturating_sub(NEAR) + dice.below(2 * NEAR);
        match self {
            Self::Beginning => dice.below(BEGINNING),
            // For that the disk is waited for, not bytes.
            Self::Opening => 0,
            Self::Writing => dice.below(left),
            Self::Mark => near(Pace::default().mark.0.min(left)),
            Self::Turn => near(left),
            Self::End => near(left + all),
            Self::Anywhere => dice.below(left + all),
        }
    }
}

/// Numbers from the seed.
struct Dice(blake3::OutputReader);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_be_bytes(bytes) % most.max(1)
    }
}

/// What the ledger and the marks say while nobody runs.
struct Told {
    leaves: Vec<Digest>,
    started: Vec<WipeStarted>,
    ended: Vec<WipeEnded>,
    /// The mark of the last job.
    mark: Bytes,
}

/// What a kill left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Left {
    /// Nothing was recorded.
    NotBegun,
    /// Begun, and no further mark.
    Unmarked,
    /// Marked on the way.
    Marked,
    /// Everything written, its end not recorded.
    Written,
    /// It had come to its end.
    Ended,
}

struct Wiping {
    rig: Rig,
    device: Device,
    disk: PracticeDisk,
    size: Bytes,
    code: String,
}

impl Wiping {
    /// On a disk with so many marks on the way, and a bit.
    fn new(marks: u64) -> Option<Self> {
        let rig = Rig::practice_in_memory();
        let device = rig.device();
        let size = Bytes(marks * Pace::default().mark.0 + (32 << 20));
        let disk = rig.disk("dia", size);
        if !can_loop(&disk) {
            return None;
        }
        let code = rig.code(&disk);
        Some(Self { rig, device, disk, size, code })
    }

    fn line<'s>(&'s self, way: &'s [&str]) -> Vec<&'s str> {
        [&["wipe", &self.device.tag, "--disk", self.disk.name(), "--confirm", &self.code], way].concat()
    }

    fn told(&self) -> Told {
        let store = Store::read(&self.rig.station()).expect("the ledger opens");
        let mut told = Told { leaves: Vec::new(), started: Vec::new(), ended: Vec::new(), mark: Bytes::ZERO };
        let mut read = |row: Row| {
            let record = Record::from_bytes(row.bytes).expect("a record");
            told.leaves.push(record.leaf());
            let fact = Event::from_body(record.body()).expect("an event").fact;
            if let Fact::WipeStarted(started) = &fact {
                told.started.push(started.clone());
            }
            if let Fact::WipeEnded(ended) = &fact {
                told.ended.push(ended.clone());
            }
            Ok(())
        };
        store.rows(&mut read).expect("readable");
        if let Some(last) = told.started.last() {
            told.mark = (&store).last(&last.job).expect("readable").unwrap_or(Bytes::ZERO);
        }
        told
    }

    /// The first byte before `end` that is not what that wipe writes, read from the file behind the disk.
    fn first_wrong(&self, wipe: &WipeStarted, end: Bytes) -> Option<u64> {
        let method = overwrite(&wipe.method).expect("listed");
        let file = File::open(self.disk.backing()).expect("ours");
        let (mut found, mut wanted) = (vec![0; PIECE], vec![0; PIECE]);
        for at in (0..end.0).step_by(PIECE) {
            let len = usize::try_from(end.0 - at).expect("small").min(PIECE);
            file.read_exact_at(&mut found[..len], at).expect("as long as the disk");
            method.fill(wipe.pattern_key.as_ref(), Bytes(at), &mut wanted[..len]);
            if found[..len] != wanted[..len] {
                let first = found.iter().zip(&wanted).position(|(found, wanted)| found != wanted);
                return Some(at + first.expect("they differ") as u64);
            }
        }
        None
    }

    /// What is on the medium, in short.
    fn medium(&self) -> blake3::Hash {
        let (mut hasher, mut piece) = (blake3::Hasher::new(), vec![0; PIECE]);
        let file = File::open(self.disk.backing()).expect("ours");
        for at in (0..self.size.0).step_by(PIECE) {
            file.read_exact_at(&mut piece, at).expect("as long as the disk");
            hasher.update(&piece);
        }
        hasher.finalize()
    }

    /// Runs that line and kills it once it has come there, and a while later; none where it was over before.
    fn killed(&self, way: &[&str], aim: Aim, bytes: u64, pause: Duration) -> Option<Ran> {
        let mut running = self.rig.start(&self.line(way));
        let node = node(&self.disk);
        while running.moved() < bytes || aim == Aim::Opening && running.moved() < u64::MAX && !running.has_open(&node) {
            std::thread::yield_now();
        }
        let begun = Instant::now();
        while begun.elapsed() < pause {
            std::hint::spin_loop();
        }
        let is_over = running.moved() == u64::MAX;
        if !is_over {
            running.signal(Signal::KILL);
        }
        let ran = running.end();
        (!is_over).then_some(ran)
    }

    /// The jobs that the program offers to go on with.
    fn offered(&self) -> Vec<(String, Option<u64>)> {
        let told = self.rig.json(&["jobs"]).good().all("interrupted");
        told.iter().map(|one| (one["job"].as_str().expect("text").to_owned(), one["written"].as_u64())).collect()
    }

    /// Kills one run of the wipe that `resume` began, or of a new one, and looks at everything it left.
    fn kill(&self, method: &str, resume: Option<&WipeStarted>, aim: Aim, dice: &mut Dice) -> Option<Left> {
        let before = self.told();
        let from = if resume.is_some() { before.mark } else { Bytes::ZERO };
        let job = resume.map(|wipe| wipe.job.as_str().to_owned());
        let way = job.as_ref().map_or(["--method", method], |job| ["--resume", job]);
        let bytes = aim.bytes(self.size.0 - from.0, self.size.0, dice);
        let longest = if aim == Aim::Opening { LONGEST_LOOK_MICROS } else { LONGEST_PAUSE_MICROS };
        let pause = Duration::from_micros(dice.below(longest));
        let at = format!("{way:?} from {} killed at {bytes} ({aim:?}) + {pause:?}", from.0);
        let medium = matches!(aim, Aim::Beginning | Aim::Opening).then(|| self.medium());
        let ran = self.killed(&way, aim, bytes, pause)?;
        let after = self.told();
        assert!(after.leaves.starts_with(&before.leaves), "{at}: a record is lost");
        if after.started.len() == before.started.len() {
            assert!(medium.is_none_or(|medium| medium == self.medium()), "{at}: written before it was recorded");
            return Some(Left::NotBegun);
        }
        let wipe = after.started.last().expect("one more");
        assert_eq!(wipe.from, from, "{at}: begun elsewhere than at its mark");
        if let Some(resume) = resume {
            assert_eq!((&wipe.job, wipe.pattern_key), (&resume.job, resume.pattern_key), "{at}");
        }
        assert!(after.mark >= from, "{at}: the mark went back to {}", after.mark.0);
        assert_eq!(self.first_wrong(wipe, after.mark), None, "{at}: marked at {} and not there", after.mark.0);
        let is_ended = after.ended.len() > before.ended.len();
        assert!(is_ended || !ran.out.contains("aoxanh/wiped/1"), "{at}: an end was told and is not recorded");
        if is_ended {
            return Some(Left::Ended);
        }
        assert_eq!(self.offered(), [(wipe.job.as_str().to_owned(), Some(after.mark.0))], "{at}");
        Some(match after.mark {
            mark if mark == self.size => Left::Written,
            mark if mark > from => Left::Marked,
            _unmoved => Left::Unmarked,
        })
    }

    /// Lets the wipe run to its end and looks at all of the medium.
    fn finish(&self, method: &str, resume: Option<&JobId>) {
        let way = resume.map_or(["--method", method], |job| ["--resume", job.as_str()]);
        let ran = self.rig.json(&self.line(&way)).good();
        let ended = &ran.one("wiped")["ended"];
        assert_eq!((&ended["result"], &ended["level"]), (&"erased".into(), &"clear".into()), "{ended}");
    }

    fn is_whole(&self) {
        let told = self.told();
        let (wipe, end) = (told.started.last().expect("begun"), told.ended.last().expect("ended"));
        assert_eq!((&end.job, end.result, end.evidence.read_back), (&wipe.job, WipeResult::Erased, self.size));
        assert_eq!(self.first_wrong(wipe, self.size), None, "{wipe:?}");
        assert_eq!(self.offered(), []);
        self.rig.verified();
    }
}

#[test]
fn a_wipe_killed_anywhere_goes_on_from_its_mark_and_ends_with_every_byte_written() {
    let (kills, marks) = if std::env::var_os("AOXANH_LONG").is_some() { (200, 2) } else { (20, 1) };
    eprintln!("seed {SEED:#x}, {kills} kills");
    let Some(on) = Wiping::new(marks) else { return };
    let mut dice = Dice(blake3::Hasher::new().update(&SEED.to_be_bytes()).finalize_xof());
    let (mut left, mut killed) = (BTreeMap::<Left, u32>::new(), 0);
    // Each wipe finds on the medium what another method, or another key, put there.
    for method in ["overwrite-pattern", "overwrite-zero"].into_iter().cycle() {
        let mut job: Option<WipeStarted> = None;
        let mut is_over = false;
        for _again in 0..=dice.below(5) {
            let Some(one) = on.kill(method, job.as_ref(), Aim::of(killed), &mut dice) else {
                is_over = true;
                break;
            };
            *left.entry(one).or_default() += 1;
            killed += 1;
            is_over = one == Left::Ended;
            if one != Left::NotBegun {
                job = on.told().started.pop();
            }
            // What is all written is not written again, however often it is killed.
            if is_over || one == Left::Written && dice.below(3) > 0 {
                break;
            }
        }
        if !is_over {
            on.finish(method, job.as_ref().map(|wipe| &wipe.job));
        }
        on.is_whole();
        if killed >= kills {
            break;
        }
    }
    eprintln!("{killed} kills left: {left:?}");
    let within = [Left::Unmarked, Left::Marked, Left::Written].map(|one| left.get(&one).copied().unwrap_or(0));
    assert!(within.iter().sum::<u32>() > killed / 2, "too few kills fell where it hurts: {left:?}");
    assert!(kills < 200 || within.iter().all(|count| *count > 0) && left.contains_key(&Left::NotBegun), "{left:?}");
}
