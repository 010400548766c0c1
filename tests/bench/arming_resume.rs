//! Jobs that did not end: what is said, what is left open, and who may go on with them, on which disk.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use crate::arming_rig::{
    MIB, OLD, Rig, SIZE, disk, image_order, pressed_at, raw_image, refusal, replugged, said, wipe_order, wipe_resume,
};
use aoxanh::custody::{DiskState, StationFile};
use aoxanh::device::{Disk, code_for};
use aoxanh::event::Fact;
use aoxanh::event::disk::{Level, WipeResult};
use aoxanh::event::image::ImageResult;
use aoxanh::event::station::StationContinued;
use aoxanh::ledger::SecretKey;
use aoxanh::port::{Entry, Failure, FakeDisk, Fault, Index, Journal, Leases, Receipt, Trouble};
use aoxanh::store::Store;
use aoxanh::unit::{Bytes, JobId};
use aoxanh::word::say;
use aoxanh::workbench::{
    Continuing, Found, ImageOrder, Imaged, Interrupted, WipeOrder, Wiped, continue_station, image, interrupted, wipe,
};
use std::cell::{Cell, RefCell};

const SERIAL: &str = "WD-12345678";

fn one() -> Disk {
    disk("sda", Some(SERIAL))
}

fn cancelled_wipe(rig: &Rig, found: &Found, order: &WipeOrder, look: u64) -> Wiped {
    let wiped = wipe(&rig.bench(), found, order, &pressed_at(look), &mut |_news| {}).expect("recorded");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Cancelled, Level::None));
    wiped
}

fn cancelled_image(rig: &Rig, found: &Found, look: u64) -> Imaged {
    let order = image_order("sda", SERIAL);
    let imaged = image(&rig.bench(), found, &order, &pressed_at(look), &mut |_news| {}).expect("recorded");
    assert_eq!(imaged.ended.result, ImageResult::Cancelled);
    imaged
}

fn orphans(rig: &Rig) -> Vec<JobId> {
    rig.bench().orphans().expect("readable").into_iter().map(|(job, _)| job).collect()
}

fn state(found: &Found, key_part: &str) -> Option<DiskState> {
    found.file.disks.iter().find(|(key, _)| key.contains(key_part)).map(|(_, disk)| disk.state)
}

/// A journal that is full after so many commits.
struct Filling<'a> {
    store: &'a Store,
    left: Cell<usize>,
}

impl Journal for Filling<'_> {
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        let full = || Failure::new(Trouble::Io, say!("ledger-full")).hint(say!("ledger-full-hint"));
        let left = self.left.get().checked_sub(1).ok_or_else(full)?;
        self.left.set(left);
        self.store.commit(entries)
    }
}

#[test]
fn an_end_that_the_ledger_cannot_take_is_said_and_the_job_can_be_gone_on_with() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    // Room for nothing, then for the start only.
    let (nothing, start) = (0, 1);
    let full = Filling { store: &rig.store, left: Cell::new(nothing) };
    let mut bench = rig.bench();
    bench.journal = &full;
    let order = wipe_order("sda", SERIAL);
    let failure = refusal(wipe(&bench, &found, &order, &|| false, &mut |_news| {}), "no room to begin");
    assert_eq!((said(&failure), failure.trouble), ("ledger-full", Trouble::Io));
    assert!(rig.disks.bytes("sda").iter().all(|byte| *byte == OLD), "no start, no byte");
    assert_eq!(orphans(&rig), Vec::<JobId>::new());
    full.left.set(start);
    let failure = refusal(wipe(&bench, &found, &order, &|| false, &mut |_news| {}), "no room to end");
    assert_eq!((said(&failure), failure.trouble), ("job-end-unrecorded", Trouble::Io));
    assert!(rig.disks.bytes("sda").iter().all(|byte| *byte == 0), "it did run");
    assert!(matches!(rig.last(), Fact::WipeStarted(_)));
    let left: Vec<JobId> = orphans(&rig);
    assert_eq!(left.len(), 1);
    let now = rig.again(&found);
    assert_eq!(state(&now, SERIAL), Some(DiskState::Wiping));
    assert_eq!(refusal(rig.image(&found, &image_order("sda", SERIAL)), "unproved").rule, Some("wiped-first"));
    let wiped = rig.wipe(&found, &wipe_resume("sda", SERIAL, &left[0])).expect("gone on with");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Clear));
    assert_eq!(orphans(&rig), Vec::<JobId>::new());
}

#[test]
fn a_job_that_somebody_runs_is_no_orphan_and_cannot_be_taken() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let job = cancelled_wipe(&rig, &found, &wipe_order("sda", SERIAL), 2).ended.job;
    assert_eq!(orphans(&rig), Vec::<JobId>::new(), "an end was recorded");
    let lease = rig.leases.take(&job).expect("memory").expect("free");
    let before = rig.events().len();
    let failure = refusal(rig.wipe(&found, &wipe_resume("sda", SERIAL, &job)), "running");
    assert_eq!((said(&failure), failure.trouble), ("job-running", Trouble::TryAgain));
    assert_eq!(rig.events().len(), before);
    drop(lease);
    rig.wipe(&found, &wipe_resume("sda", SERIAL, &job)).expect("free again");
}

#[test]
fn a_start_without_an_end_is_listed_only_while_nobody_runs_it() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let full = Filling { store: &rig.store, left: Cell::new(1) };
    let mut bench = rig.bench();
    bench.journal = &full;
    refusal(wipe(&bench, &found, &wipe_order("sda", SERIAL), &|| false, &mut |_news| {}), "the end");
    let left = orphans(&rig);
    assert_eq!(left.len(), 1);
    let lease = rig.leases.take(&left[0]).expect("memory").expect("looking gives the lease back");
    assert_eq!(orphans(&rig), Vec::<JobId>::new());
    drop(lease);
    let newer = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("from the beginning");
    assert_eq!(newer.ended.level, Level::Clear);
    assert_eq!(orphans(&rig), Vec::<JobId>::new(), "another job has taken the disk over");
    let failure = refusal(rig.wipe(&found, &wipe_resume("sda", SERIAL, &left[0])), "overtaken");
    assert_eq!(said(&failure), "job-overtaken");
    assert_eq!(state(&rig.again(&found), SERIAL), Some(DiskState::Wiped));
}

#[test]
fn a_cancelled_wipe_is_recorded_and_finishes_clear_on_the_same_disk_in_another_port() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let first = cancelled_wipe(&rig, &found, &wipe_order("sda", SERIAL), 3);
    let Fact::WipeEnded(ended) = rig.last() else { panic!("the end is recorded") };
    assert_eq!(ended, first.ended);
    assert_eq!(ended.evidence.written, Bytes(8 << 20));
    assert_eq!(rig.disks.bytes("sda")[8 * MIB], OLD);
    rig.disks.change(&replugged(&one()));
    let before = rig.events().len();
    let wiped = rig.wipe(&found, &wipe_resume("sda", SERIAL, &ended.job)).expect("the same disk");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Clear));
    assert!(rig.disks.bytes("sda").iter().all(|byte| *byte == 0));
    assert_eq!(rig.kinds(before), ["WipeStarted", "WipeEnded"]);
    let Fact::WipeStarted(started) = rig.events()[before].fact.clone() else { panic!("a start") };
    assert_eq!((started.resumes, started.from), (Some(ended.started), Bytes(8 << 20)));
    assert_eq!((started.job, started.attachment.port.as_str()), (ended.job.clone(), "usb2/9"));
    let failure = refusal(rig.wipe(&found, &wipe_resume("sda", SERIAL, &ended.job)), "nothing left to do");
    assert_eq!(said(&failure), "job-not-here");
}

#[test]
fn a_keyed_pattern_goes_on_with_its_own_key() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let order = WipeOrder { method: Some("overwrite-pattern".to_owned()), ..wipe_order("sda", SERIAL) };
    let job = cancelled_wipe(&rig, &found, &order, 2).ended.job;
    let wiped = rig.wipe(&found, &wipe_resume("sda", SERIAL, &job)).expect("the same disk");
    assert_eq!(wiped.ended.evidence.method, "overwrite-pattern");
    assert_eq!((wiped.ended.level, wiped.ended.evidence.mismatched), (Level::Clear, Bytes::ZERO));
}

#[test]
fn a_job_goes_on_only_on_its_own_disk_of_its_own_device() {
    const OTHER: &str = "WD-87654321";
    let rig = Rig::new(&[one(), disk("sdb", Some(OTHER))]);
    let ((found, _), (stranger, _)) = (rig.device(true), rig.device(true));
    let job = cancelled_wipe(&rig, &found, &wipe_order("sda", SERIAL), 2).ended.job;
    let elsewhere = refusal(rig.wipe(&found, &wipe_resume("sdb", OTHER, &job)), "another disk");
    assert_eq!(said(&elsewhere), "job-not-here");
    let strange = refusal(rig.wipe(&stranger, &wipe_resume("sda", SERIAL, &job)), "another device");
    assert_eq!(strange.rule, Some("disk-elsewhere"));
    let unknown = JobId::from_random([8; 10]);
    assert_eq!(said(&refusal(rig.wipe(&found, &wipe_resume("sda", SERIAL, &unknown)), "unknown")), "job-not-here");
    let as_image = ImageOrder { resume: Some(job), ..image_order("sda", SERIAL) };
    assert_eq!(said(&refusal(rig.image(&found, &as_image), "a wipe is no image")), "job-not-here");
    assert!(rig.disks.bytes("sdb").iter().all(|byte| *byte == OLD));
}

#[test]
fn a_disk_without_serial_is_a_new_one_after_each_plugging_in() {
    let bare = disk("sda", None);
    let rig = Rig::new(std::slice::from_ref(&bare));
    let (found, _) = rig.device(true);
    let secret = rig.bench().secret;
    let first = cancelled_wipe(&rig, &found, &wipe_order("sda", &code_for(&bare, &secret)), 2).ended;
    let again = replugged(&bare);
    rig.disks.change(&again);
    let code = code_for(&again, &secret);
    let failure = refusal(rig.wipe(&found, &wipe_resume("sda", &code, &first.job)), "who knows which disk");
    assert_eq!(said(&failure), "job-not-here");
    let second = rig.wipe(&found, &wipe_order("sda", &code)).expect("from the beginning");
    assert_ne!(second.ended.key, first.key);
    assert_eq!(second.found.file.disks[&first.key].state, DiskState::NotWiped);
    assert_eq!(second.found.file.disks[&second.ended.key].state, DiskState::Wiped);
}

#[test]
fn a_cancelled_image_goes_on_with_the_same_image_only() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let first = cancelled_image(&rig, &found, 3).ended;
    let order = ImageOrder { resume: Some(first.job.clone()), ..image_order("sda", SERIAL) };
    rig.give_image(&vec![7; 9 * MIB], 512);
    let failure = refusal(rig.image(&found, &order), "another image");
    assert_eq!(said(&failure), "job-other-image");
    rig.give_image(&raw_image(), 512);
    rig.disks.change(&replugged(&one()));
    let before = rig.events().len();
    let imaged = rig.image(&found, &order).expect("the same image");
    assert_eq!(imaged.ended.result, ImageResult::Written);
    assert!(rig.disks.bytes("sda").starts_with(&raw_image()));
    let Fact::ImageStarted(started) = rig.events()[before].fact.clone() else { panic!("a start") };
    assert_eq!((started.resumes, started.from), (Some(first.started), Bytes(8 << 20)));
    assert_eq!((started.job, started.attachment.port.as_str()), (first.job, "usb2/9"));
    assert_eq!(said(&refusal(rig.image(&found, &order), "nothing left to do")), "job-not-here");
}

#[test]
fn an_image_does_not_go_on_over_a_newer_wipe() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let job = cancelled_image(&rig, &found, 3).ended.job;
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped again");
    let order = ImageOrder { resume: Some(job), ..image_order("sda", SERIAL) };
    assert_eq!(said(&refusal(rig.image(&found, &order), "overtaken")), "job-overtaken");
    assert!(rig.disks.bytes("sda").iter().all(|byte| *byte == 0));
}

#[test]
fn a_resumed_wipe_does_not_believe_what_another_disk_of_that_serial_holds() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let job = cancelled_wipe(&rig, &found, &wipe_order("sda", SERIAL), 3).ended.job;
    rig.disks.plug(one(), FakeDisk::new(vec![OLD; SIZE], 512));
    let wiped = rig.wipe(&found, &wipe_resume("sda", SERIAL, &job)).expect("recorded");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::ErasedWithExceptions, Level::None));
    assert_eq!(state(&wiped.found, SERIAL), Some(DiskState::NotWiped));
    assert_eq!(wiped.ended.evidence.first_mismatch, Some(Bytes::ZERO));
}

#[test]
fn a_job_that_the_old_machine_left_before_a_restore_is_begun_anew_and_never_resumed() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let full = Filling { store: &rig.store, left: Cell::new(1) };
    let mut bench = rig.bench();
    bench.journal = &full;
    wipe(&bench, &found, &wipe_order("sda", SERIAL), &|| false, &mut |_news| {}).expect_err("its end is not recorded");
    let job = orphans(&rig).pop().expect("left open");

    let (folder, key) = (tempfile::tempdir().expect("folder"), SecretKey::from_bytes(&[5; 32]));
    let store = Store::create_after(folder.path(), key.clone(), &rig.folder().join("ledger.db")).expect("taken over");
    let chain = (&store as &dyn Index).get::<StationFile>("").expect("reads").and_then(|file| file.earlier);
    let chain = chain.expect("an earlier chain");
    let earlier = StationContinued { station: chain.station, size: chain.size, root: chain.root };
    let (team_key, by) = (&SecretKey::from_bytes(&[2; 32]), bench.by.person.clone());
    let continuing = Continuing { station_key: &key, team_key, practice: false, by, earlier };
    continue_station(continuing, &store, bench.clock, bench.chance).expect("continued");

    let mut bench = rig.bench();
    (bench.journal, bench.index, bench.marks) = (&store, &store, RefCell::new(Box::new(&store)));
    let left = |bench: &aoxanh::workbench::Bench<'_>| bench.left_behind().expect("readable");
    assert_eq!(left(&bench).into_iter().map(|(left, _)| left).collect::<Vec<_>>(), std::slice::from_ref(&job));
    assert!(bench.orphans().expect("readable").is_empty());
    let again = wipe(&bench, &found, &wipe_resume("sda", SERIAL, &job), &|| false, &mut |_news| {});
    assert_eq!(said(&refusal(again, "resumed")), "job-left-behind");
    let wiped = wipe(&bench, &found, &wipe_order("sda", SERIAL), &|| false, &mut |_news| {}).expect("begun anew");
    assert_eq!(wiped.ended.result, WipeResult::Erased);
    assert!(left(&bench).is_empty());
}

fn unended(rig: &Rig) -> Vec<Interrupted> {
    interrupted(&rig.bench()).expect("readable")
}

/// What is told of each unended job: percent, whether its end is recorded, and where its disk is.
fn told(rig: &Rig) -> Vec<(u64, bool, Option<String>)> {
    let here = |one: &Interrupted| one.here.as_ref().map(|view| view.disk.name.clone());
    unended(rig).iter().map(|one| (one.percent(), one.recorded, here(one))).collect()
}

#[test]
fn after_a_power_cut_every_unended_job_is_told_with_its_disk_here_or_not() {
    const OTHER: &str = "WD-87654321";
    let rig = Rig::new(&[one(), disk("sdb", Some(OTHER))]);
    let ((found, _), (second, _)) = (rig.device(true), rig.device(true));
    assert_eq!(told(&rig), []);
    // One whose end nobody recorded, one that a person stopped at 8 of 12 MiB.
    let full = Filling { store: &rig.store, left: Cell::new(1) };
    let mut bench = rig.bench();
    bench.journal = &full;
    refusal(wipe(&bench, &found, &wipe_order("sda", SERIAL), &pressed_at(3), &mut |_news| {}), "the end");
    drop(bench);
    let job = cancelled_wipe(&rig, &second, &wipe_order("sdb", OTHER), 2).ended.job;
    let (sda, sdb) = (Some("sda".to_owned()), Some("sdb".to_owned()));
    assert_eq!(told(&rig), [(33, true, sdb), (66, false, sda)], "the newest first");
    let newest = &unended(&rig)[0];
    assert_eq!((newest.device.clone(), newest.disk.serial.as_deref()), (second.id.clone(), Some(OTHER)));
    assert_eq!((newest.method.as_deref(), newest.image.clone()), (Some("overwrite-zero"), None));
    assert_eq!((newest.mark, newest.total, newest.was_at.as_str()), (Bytes(4 << 20), Bytes(SIZE as u64), "sdb"));
    // Another disk in that place is not it; the same one elsewhere is.
    rig.disks.change(&disk("sdb", Some("WD-00000000")));
    assert_eq!(told(&rig)[0], (33, true, None));
    rig.disks.change(&replugged(&disk("sdb", Some(OTHER))));
    assert_eq!(told(&rig)[0].2.as_deref(), Some("sdb"));
    // Nobody's any more once somebody runs it, or it came to its end, or another job took the disk.
    let lease = rig.leases.take(&unended(&rig)[1].job).expect("memory").expect("free");
    assert_eq!(told(&rig).len(), 1);
    drop(lease);
    rig.wipe(&second, &wipe_resume("sdb", OTHER, &job)).expect("gone on with");
    assert_eq!(told(&rig).len(), 1);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("from the beginning");
    assert_eq!(told(&rig), []);
}

#[test]
fn an_unended_image_is_told_by_its_own_length() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    cancelled_image(&rig, &found, 3);
    let told = unended(&rig);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].method.clone(), told[0].total), (None, Bytes(raw_image().len() as u64)));
    assert!(told[0].image.is_some() && told[0].recorded && told[0].percent() > 50, "{told:?}");
}

#[test]
fn what_reads_back_wrong_is_blamed_on_the_image_file_or_on_the_disk_whichever_it_is() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let mut altered = raw_image();
    altered[5 * MIB] ^= 1;
    let told = |imaged: Imaged| {
        assert_eq!(imaged.ended.result, ImageResult::NotWritten);
        said(&imaged.failure.expect("not written")).to_owned()
    };
    rig.alter_image(altered);
    let order = image_order("sda", SERIAL);
    assert_eq!(told(rig.image(&found, &order).expect("recorded")), "image-wrong-digest");
    rig.give_image(&raw_image(), 512);
    rig.disks.plug(one(), FakeDisk::new(vec![0; SIZE], 512).with(Fault::LosesWrite(5 << 20)));
    assert_eq!(told(rig.image(&found, &order).expect("recorded")), "image-reads-back-wrong");
}
