//! The built program on disks that fail, stall and are pulled out: what it says and records is what happened, the ledger
//! is not locked meanwhile and stands afterwards, and the job can be gone on with or started over.

#![expect(clippy::disallowed_methods, reason = "a test makes an image")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Device, Ran, Rig, Running, can_loop};
use super::fuse_rig::Mounted;
use super::fuse_volume::{Asks, Comes, EIO, Fault, Held, Volume};
use aoxanh::linux::{PracticeDisk, PracticeDisks};
use aoxanh::unit::Bytes;
use rustix::process::Signal;
use serde_json::Value;
use std::path::PathBuf;

const SIZE: u64 = 8 << 20;
const BLOCK: u32 = 4096;
const FILE: &str = "dia.img";
const DONOR: &[u8] = b"HO SO CUA NGUOI TANG";

/// A practice station with a device, whose disk's file is ours to injure. What stands on another goes first.
struct Bench {
    disk: PracticeDisk,
    /// What its loop device asks at most at a time, KiB.
    most: u64,
    volume: Volume,
    _mounted: Mounted,
    device: Device,
    rig: Rig,
}

impl Bench {
    fn new() -> Option<Self> {
        let (rig, volume) = (Rig::practice(), Volume::empty());
        let folder = rig.station().join("disks");
        std::fs::create_dir_all(&folder).expect("ours");
        let mounted = Mounted::at(&volume, &folder)?;
        let disk = PracticeDisks::new(&rig.station()).make("dia", Bytes(SIZE), BLOCK).expect("a practice disk");
        let most = std::fs::read_to_string(most_of(&disk)).map_or(0, |most| most.trim().parse().expect("KiB"));
        let bench = Self { device: rig.device(), disk, most, volume, _mounted: mounted, rig };
        bench.volume.put(FILE, &DONOR.repeat(1 << 20)[..usize::try_from(SIZE).expect("small")]);
        if !can_loop(&bench.disk) {
            return None;
        }
        bench.asks_at_most(bench.most / 2);
        Some(bench)
    }

    /// A loop device calls a write whole where only its first part reached the file. What is not larger than the volume's
    /// own asks, 1 MiB, reaches it whole or not at all.
    fn asks_at_most(&self, kib: u64) {
        std::fs::write(most_of(&self.disk), kib.to_string()).expect("a loop device of ours");
    }

    fn with<'s>(&'s self, verb: &[&'s str], code: &'s str, rest: &[&'s str]) -> Vec<&'s str> {
        [verb, &[&self.device.tag, "--disk", self.disk.name(), "--confirm", code], rest].concat()
    }

    fn wipe(&self, rest: &[&str]) -> Ran {
        self.rig.json(&self.with(&["wipe"], &self.rig.code(&self.disk), rest))
    }

    /// A raw image and its manifest, as words of a command line.
    fn image(&self) -> (Vec<u8>, [String; 4]) {
        let mut raw = vec![0; 6 << 20];
        blake3::Hasher::new().update(b"an image").finalize_xof().fill(&mut raw);
        let file = |name: &str, bytes: &[u8]| -> PathBuf {
            let path = self.rig.home().join(name);
            std::fs::write(&path, bytes).expect("written");
            path
        };
        let digest = blake3::hash(&raw).to_hex();
        let manifest = format!(
            "id = \"thu\"\nname = \"thử\"\nlength = {}\nblake3 = \"{digest}\"\nos = \"linux\"\narch = \"any\"\nblock = {BLOCK}\n",
            raw.len()
        );
        let (image, manifest) = (file("thu.img", &raw), file("thu.toml", manifest.as_bytes()));
        let words = ["--image".to_owned(), image.display().to_string(), "--manifest".to_owned()];
        (raw, [words[0].clone(), words[1].clone(), words[2].clone(), manifest.display().to_string()])
    }

    fn write(&self, files: &[String; 4], rest: &[&str]) -> Ran {
        let files = files.each_ref().map(String::as_str);
        self.rig.json(&self.with(&["image", "write"], &self.rig.code(&self.disk), &[&files[..], rest].concat()))
    }

    fn donor_left(&self) -> bool {
        self.volume.bytes(FILE).windows(DONOR.len()).any(|bytes| bytes == DONOR)
    }

    /// Starts a job and waits until the disk holds it where the bad blocks would be.
    fn stalled(&self, kinds: &'static [Asks], verb: &[&str], rest: &[&str]) -> Stalled<'_> {
        let code = self.rig.code(&self.disk);
        let held = self.volume.hold(Fault::new(kinds, Comes::Held).of(FILE).at(BAD));
        let running = self.rig.start(&self.with(verb, &code, rest));
        let stalled = Stalled { held, running };
        stalled.held.wait();
        stalled
    }

    /// The disk is not called wiped, the ledger stands, and a whole wipe follows.
    fn is_not_wiped_and_then_is(&self) {
        self.rig.run(&["allocate", &self.device.tag, "--new-recipient"]).refused(1, &["[give-disks-wiped]"]);
        self.rig.verified();
        let again = self.wipe(&[]).good();
        assert_eq!(result(&again, "wiped"), ("erased".into(), "clear".into()));
        assert!(!self.donor_left());
        self.rig.verified();
    }
}

/// The loop device stays after us.
impl Drop for Bench {
    fn drop(&mut self) {
        if self.disk.without_loop().is_none() {
            self.asks_at_most(self.most);
        }
    }
}

fn most_of(disk: &PracticeDisk) -> PathBuf {
    ["/sys/block", disk.name(), "queue/max_sectors_kb"].iter().collect()
}

/// A run of the program that is held at the disk. Whatever a test thinks of it, the disk is let go before anybody waits.
struct Stalled<'b> {
    held: Held<'b>,
    running: Running,
}

impl Stalled<'_> {
    /// Pulls the disk out, lets go, and waits for the end.
    fn pull_out(self, volume: &Volume) -> Ran {
        volume.pull_out(FILE);
        drop(self.held);
        self.running.end()
    }
}

fn result(ran: &Ran, object: &str) -> (Value, Value) {
    let ended = &ran.one(object)["ended"];
    (ended["result"].clone(), ended["level"].clone())
}

fn job(ran: &Ran, object: &str) -> String {
    ran.one(object)["ended"]["job"].as_str().expect("text").to_owned()
}

fn fails(on: &'static [Asks], bytes: std::ops::Range<u64>) -> Fault {
    Fault::new(on, Comes::Error(EIO)).of(FILE).at(bytes)
}

/// Three blocks in the second piece of 4 MiB.
const BAD: std::ops::Range<u64> = 5 << 20..(5 << 20) + 3 * 4096;

#[test]
fn a_wipe_over_bad_blocks_counts_them_and_is_no_erasure() {
    let Some(on) = Bench::new() else { return };
    for (kinds, flaw) in [(Asks::WRITE, "unwritable"), (Asks::READ, "unreadable")] {
        on.volume.arm(fails(kinds, BAD));
        let ran = on.wipe(&[]);
        assert_eq!(
            (ran.code, result(&ran, "wiped")),
            (1, ("erased_with_exceptions".into(), "none".into())),
            "{ran:#?}"
        );
        let evidence = &ran.one("wiped")["ended"]["evidence"];
        assert_eq!(evidence[flaw], 3 * 4096, "{evidence}");
        assert_eq!(ran.all("bad_block").iter().filter(|block| block["flaw"] == flaw).count(), 3, "{ran:#?}");
        // What could be written was.
        assert_eq!(on.donor_left(), flaw == "unwritable");
        on.volume.mend();
        on.is_not_wiped_and_then_is();
    }
}

#[test]
fn an_image_over_bad_blocks_is_not_written_and_is_gone_on_with_once_the_disk_works() {
    let Some(on) = Bench::new() else { return };
    on.wipe(&[]).good();
    let (raw, files) = on.image();
    for (kinds, key) in [(Asks::WRITE, "ghi"), (Asks::READ, "đọc")] {
        on.volume.arm(fails(kinds, BAD));
        let ran = on.write(&files, &[]);
        assert_eq!((ran.code, result(&ran, "imaged").0), (74, "not_written".into()), "{ran:#?}");
        let message = ran.one("failure")["message"].as_str().expect("text").to_lowercase();
        assert!(message.contains(key) && message.contains(on.disk.name()), "{message}");
        on.volume.mend();
        on.rig.verified();
        let again = on.write(&files, &["--resume", &job(&ran, "imaged")]).good();
        assert_eq!(result(&again, "imaged").0, "written");
        assert!(on.volume.bytes(FILE)[..raw.len()] == raw);
        on.rig.verified();
    }
}

#[test]
fn a_stalled_disk_locks_nobody_out_of_the_ledger_and_a_cancel_counts_once_it_goes_on() {
    let Some(on) = Bench::new() else { return };
    let wiping = on.stalled(Asks::WRITE, &["wipe"], &[]);
    let other = on.rig.device();
    on.rig.verified();
    assert_ne!(other.tag, on.device.tag);
    wiping.running.signal(Signal::INT);
    drop(wiping.held);
    let ran = wiping.running.end();
    assert_eq!((ran.code, result(&ran, "wiped")), (1, ("cancelled".into(), "none".into())), "{ran:#?}");
    let resumed = on.wipe(&["--resume", &job(&ran, "wiped")]).good();
    assert_eq!(result(&resumed, "wiped"), ("erased".into(), "clear".into()));
    assert!(!on.donor_left());
    on.rig.verified();
}

#[test]
fn a_disk_pulled_out_of_a_wipe_is_not_erased_and_is_gone_on_with_once_it_is_back() {
    let Some(on) = Bench::new() else { return };
    for kinds in [Asks::WRITE, Asks::READ] {
        on.volume.put(FILE, &DONOR.repeat(1 << 20)[..usize::try_from(SIZE).expect("small")]);
        let ran = on.stalled(kinds, &["wipe"], &[]).pull_out(&on.volume);
        assert_eq!(result(&ran, "wiped"), ("not_erased".into(), "none".into()), "{ran:#?}");
        let failure = ran.one("failure");
        assert!(failure["message"].as_str().expect("text").contains(on.disk.name()), "{failure}");
        assert!([1, 74].contains(&ran.code), "{ran:#?}");
        on.volume.mend();
        let resumed = on.wipe(&["--resume", &job(&ran, "wiped")]).good();
        assert_eq!(result(&resumed, "wiped"), ("erased".into(), "clear".into()));
        assert!(!on.donor_left());
        on.rig.verified();
    }
}

#[test]
fn a_disk_pulled_out_of_an_image_is_not_written_and_is_gone_on_with_once_it_is_back() {
    let Some(on) = Bench::new() else { return };
    on.wipe(&[]).good();
    let (raw, files) = on.image();
    let words = files.each_ref().map(String::as_str);
    for kinds in [Asks::WRITE, Asks::READ] {
        let ran = on.stalled(kinds, &["image", "write"], &words).pull_out(&on.volume);
        assert_eq!(result(&ran, "imaged").0, "not_written", "{ran:#?}");
        assert!([1, 74].contains(&ran.code), "{ran:#?}");
        on.volume.mend();
        let resumed = on.write(&words.map(str::to_owned), &["--resume", &job(&ran, "imaged")]).good();
        assert_eq!(result(&resumed, "imaged").0, "written");
        assert!(on.volume.bytes(FILE)[..raw.len()] == raw);
        on.rig.verified();
    }
}
