//! Images of the store written by the built program, their zeros left out, killed at any moment and gone on with: in the end
//! every byte of the disk is the image's, and behind it zero, also where somebody wrote into the zeros meanwhile.

#![expect(clippy::disallowed_methods, reason = "a test times its kills and reads the disk's file")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Device, Rig, can_loop};
use super::practice_bench::node;
use aoxanh::imaging::CHUNK;
use aoxanh::job::Pace;
use aoxanh::linux::PracticeDisk;
use aoxanh::unit::Bytes;
use rustix::process::Signal;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

/// Chunks of the image: those of one mark, and a few more.
const CHUNKS: u64 = 76;
const CHUNK_LENGTH: u64 = CHUNK as u64;
const LENGTH: Bytes = Bytes(CHUNKS * CHUNK_LENGTH);
const MIB: u64 = 1 << 20;
/// Where somebody else writes: in the last chunk, which holds nothing.
const SPOILT: u64 = LENGTH.0 - MIB;

struct Writing {
    rig: Rig,
    device: Device,
    disk: PracticeDisk,
    code: String,
}

/// What a chunk of the image holds: noise in the middle of some, nothing in the others, and behind the mark more of it.
fn chunk(number: u64) -> Vec<u8> {
    let mut chunk = vec![0; CHUNK];
    let is_marked = number < Pace::default().mark.0 / CHUNK_LENGTH;
    if is_marked && number.is_multiple_of(4) || !is_marked && number + 1 < CHUNKS {
        let mut noise = blake3::Hasher::new().update(&number.to_be_bytes()).finalize_xof();
        noise.fill(&mut chunk[CHUNK / 4..CHUNK / 4 * 3]);
    }
    chunk
}

impl Writing {
    fn new() -> Option<Self> {
        let rig = Rig::practice_in_memory();
        let file = rig.home().join("thua.img");
        let image = File::create(&file).expect("ours");
        for number in 0..CHUNKS {
            image.write_all_at(&chunk(number), number * CHUNK_LENGTH).expect("ours");
        }
        rig.run(&["image", "add", "thua.img", "--os", "linux"]).good();
        fs::remove_file(file).expect("ours");
        let device = rig.device();
        let disk = rig.disk("dia", Bytes(LENGTH.0 + 16 * MIB));
        if !can_loop(&disk) {
            return None;
        }
        let code = rig.code(&disk);
        Some(Self { rig, device, disk, code })
    }

    fn wipe(&self) {
        let fixed = ["wipe", &self.device.tag, "--disk", self.disk.name(), "--confirm", &self.code];
        self.rig.run(&[&fixed[..], &["--method", "overwrite-zero"]].concat()).good();
    }

    fn line<'s>(&'s self, job: Option<&'s str>) -> Vec<&'s str> {
        let fixed = ["image", "write", &self.device.tag, "--disk", self.disk.name(), "--image", "thua"];
        let resume = job.map(|job| ["--resume", job]);
        fixed.into_iter().chain(["--confirm", &self.code]).chain(resume.into_iter().flatten()).collect()
    }

    /// Runs until so many bytes have come and gone and kills it: how many had. The last ones where it was over before.
    fn killed(&self, job: Option<&str>, at: u64) -> u64 {
        let mut running = self.rig.start(&self.line(job));
        let mut last = 0;
        loop {
            let moved = running.moved();
            if moved == u64::MAX {
                break;
            }
            last = moved;
            if moved >= at {
                running.signal(Signal::KILL);
                break;
            }
            std::thread::yield_now();
        }
        running.end();
        last
    }

    /// The job that is offered to be gone on with, and how far it was marked.
    fn offered(&self) -> Option<(String, u64)> {
        let told = self.rig.json(&["jobs"]).good().all("interrupted").pop()?;
        (told["to_fit"] != true)
            .then(|| (told["job"].as_str().expect("text").to_owned(), told["written"].as_u64().unwrap_or(0)))
    }

    fn spoil(&self) {
        let file = File::options().write(true).open(node(&self.disk)).expect("root");
        file.write_all_at(&[0xEE; 4096], SPOILT).and_then(|()| file.sync_all()).expect("written");
    }

    /// Lets it run to its end: how much was left out, and the first chunk that is wrong.
    fn finish(&self, job: Option<&str>) -> (u64, Option<u64>) {
        let line = self.line(job);
        let ran = self.rig.json(&line).good();
        let ended = &ran.one("imaged")["ended"];
        assert_eq!(ended["result"], "written", "{ended}");
        let file = File::open(self.disk.backing()).expect("ours");
        let mut found = vec![0; CHUNK];
        // Behind the image the disk is as it was wiped.
        let wrong = (0..CHUNKS + 4).find(|number| {
            file.read_exact_at(&mut found, number * CHUNK_LENGTH).expect("as long as the disk");
            found != if *number < CHUNKS { chunk(*number) } else { vec![0; CHUNK] }
        });
        (ended["skipped"].as_u64().unwrap_or(0), wrong)
    }
}

#[test]
fn a_write_with_zeros_left_out_that_is_killed_anywhere_ends_with_every_byte_of_the_image() {
    let Some(on) = Writing::new() else { return };
    on.wipe();
    let all = on.killed(None, u64::MAX - 1);
    on.wipe();
    let (left_out, wrong) = on.finish(None);
    assert_eq!(wrong, None);
    assert!(left_out > LENGTH.0 / 2, "{left_out} bytes were left out: this would prove nothing");
    let kills = if std::env::var_os("AOXANH_LONG").is_some() { 40 } else { 5 };
    let writing = all.saturating_sub(LENGTH.0);
    let (mut unmarked, mut marked, mut whole) = (0, 0, 0);
    for kill in 0..kills {
        on.wipe();
        // All but one while it is written, and that one while it is read back.
        let at = if kill + 1 < kills { writing * (kill + 1) / kills } else { writing + LENGTH.0 / 2 };
        on.killed(None, at);
        let mut job = on.offered();
        match &job {
            Some((_, 0)) => unmarked += 1,
            Some((_, at)) if *at < SPOILT => marked += 1,
            Some(_) | None => whole += 1,
        }
        // What is behind the mark is written again, whatever stands there by now.
        if kill % 2 == 0 && job.as_ref().is_none_or(|(_, at)| *at < SPOILT) {
            on.spoil();
        }
        if let Some((again, _)) = job.as_ref().filter(|_| kill % 3 == 0) {
            on.killed(Some(again), writing / 2);
            job = on.offered();
        }
        let job = job.map(|(job, _)| job);
        assert_eq!(on.finish(job.as_deref()).1, None, "kill {kill} of {kills}, {job:?}");
    }
    eprintln!("killed unmarked {unmarked}, marked {marked}, written {whole}");
    assert!(unmarked + marked > 0, "no kill fell into the writing");
    on.rig.verified();
}
