//! Arming through the workbench: what is refused, in which words, with not a byte written; and when it is asked again.

#![expect(clippy::disallowed_methods, reason = "a practice disk is a file")]

use crate::arming_rig::{
    OLD, Rig, SIZE, disk, image_order, image_path, raw_image, refusal, replugged, said, wipe_order,
};
use crate::arming_watched::Watched;
use crate::contract::disk_io::{Made, keeps_every_promise};
use crate::contract::disks::opens_only_the_armed_disk_and_once_at_a_time;
use aoxanh::custody::DiskState;
use aoxanh::device::{Clearance, Confirmation, Disk, Obstacle, arm, code_for};
use aoxanh::event::disk::{AttachmentSeen, DiskSeen, Level, WipeResult, WipeStarted};
use aoxanh::event::donation::Purpose;
use aoxanh::event::image::ImageResult;
use aoxanh::event::intake::{Danger, HoldReason};
use aoxanh::linux::{LinuxDisks, Mode, PracticeDisks};
use aoxanh::port::{Asked, Disks, Entry, Failure, FakeDisk, FakeDisks, Journal};
use aoxanh::unit::{Bytes, Digest, JobId, LotId, Moment};
use aoxanh::workbench::{Found, consent, hold, quarantine};
use std::cell::RefCell;
use std::rc::Rc;

const SERIAL: &str = "WD-12345678";

fn one() -> Disk {
    disk("sda", Some(SERIAL))
}

fn untouched(rig: &Rig, name: &str) -> bool {
    rig.disks.bytes(name).iter().all(|byte| *byte == OLD)
}

/// Both jobs refused alike: the same words, nothing recorded, nothing opened.
fn both_refused(rig: &Rig, found: &Found, confirm: &str, what: &str) -> Failure {
    let before = rig.events().len();
    let by_image = refusal(rig.image(found, &image_order("sda", confirm)), what);
    let by_wipe = refusal(rig.wipe(found, &wipe_order("sda", confirm)), what);
    assert_eq!(said(&by_wipe), said(&by_image), "{what}");
    assert_eq!(rig.kinds(before), Vec::<String>::new(), "{what}");
    assert_eq!(rig.disks.count(Asked::Open), 0, "{what}");
    assert!(untouched(rig, "sda"), "{what}");
    by_wipe
}

#[test]
fn every_obstacle_on_the_machine_refuses_with_the_right_serial_typed() {
    let text = || "x".to_owned();
    for obstacle in [
        Obstacle::SystemDisk,
        Obstacle::Mounted(text()),
        Obstacle::Swap,
        Obstacle::Held(text()),
        Obstacle::UnderLoop(text()),
        Obstacle::ReadOnly,
        Obstacle::HoldsLedger,
        Obstacle::NotPractice,
    ] {
        let mut held = one();
        held.obstacles = vec![obstacle.clone()];
        let rig = Rig::new(&[held]);
        let failure = both_refused(&rig, &rig.device(true).0, SERIAL, &format!("{obstacle:?}"));
        assert_eq!(failure.what.key(), "disk-refused");
    }
}

#[test]
fn the_disk_with_the_image_on_it_is_refused_for_that_image_only() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.disks.holds_image(&image_path(), "sda");
    let failure = refusal(rig.image(&found, &image_order("sda", SERIAL)), "image on the target");
    assert_eq!((said(&failure), rig.disks.count(Asked::Open)), ("disk-refused", 0));
    assert!(untouched(&rig, "sda"));
}

#[test]
fn the_devices_own_state_refuses_and_so_do_the_rules_behind_it() {
    type Stop = fn(&Rig, &Found, &LotId);
    let cases: [(&str, &str, Stop); 3] = [
        ("arm-hold", "hold", |rig, found, _| {
            hold(&rig.bench(), found, Some(HoldReason::Part)).expect("held");
        }),
        ("arm-quarantine", "quarantine", |rig, found, _| {
            quarantine(&rig.bench(), found, Some(Danger::Battery)).expect("quarantined");
        }),
        ("arm-consent", "consent withdrawn", |rig, _, lot| {
            consent(&rig.bench(), lot, Purpose::Erase, false).expect("withdrawn");
        }),
    ];
    for (rule, what, stop) in cases {
        let rig = Rig::new(&[one()]);
        let (found, lot) = rig.device(true);
        stop(&rig, &found, &lot);
        assert_eq!(both_refused(&rig, &found, SERIAL, what).what.key(), "disk-refused");
        assert_eq!(start_anyway(&rig, &found).rule, Some(rule), "{what}");
    }
    let rig = Rig::new(&[one()]);
    let (never, _) = rig.device(false);
    assert_eq!(both_refused(&rig, &never, SERIAL, "no consent").what.key(), "disk-refused");
    let (found, _) = rig.device(true);
    assert_eq!(start_anyway(&rig, &found).rule, Some("disk-bound"), "a disk that was never bound");
}

/// A start put straight into the journal, past the workbench.
fn start_anyway(rig: &Rig, found: &Found) -> Failure {
    let disk =
        DiskSeen { serial: None, wwn: None, model: None, size: Bytes(4096), bus: "usb".to_owned(), practice: false };
    let started = WipeStarted {
        job: JobId::from_random([3; 10]),
        resumes: None,
        from: Bytes::ZERO,
        method: "overwrite-zero".to_owned(),
        pattern_key: None,
        key: "unbound".to_owned(),
        disk,
        logical_block: 512,
        attachment: AttachmentSeen {
            boot_id: "boot".to_owned(),
            diskseq: None,
            port: "port".to_owned(),
            name: "sda".to_owned(),
        },
        namespace: None,
        health_before: None,
        medium: None,
        site: None,
    };
    let by = rig.bench().by;
    let at = Moment::from_unix_millis(1_790_000_900_000);
    let entry = Entry { at, happened_at: None, by, device: Some(found.id.clone()), fact: started };
    let failure = refusal((rig.store.as_ref() as &dyn Journal).append(entry), "a start past the workbench");
    said(&failure);
    failure
}

#[test]
fn only_the_end_of_this_disks_own_serial_confirms_it() {
    let rig = Rig::new(&[one(), disk("sdb", Some("WD-87654321"))]);
    let (found, _) = rig.device(true);
    for typed in ["", "678", "WD-1234", "WD-87654321", "4321", "sda"] {
        let failure = both_refused(&rig, &found, typed, typed);
        assert_eq!(failure.what.key(), "arm-wrong-serial");
        assert_eq!(failure.hint.expect("what to do").key(), "arm-type-whole-serial", "nobody saw it in there");
    }
    rig.inspect(&found, &[SERIAL]);
    let found = rig.again(&found);
    for typed in ["", "678", "WD-1234", "4321"] {
        let failure = both_refused(&rig, &found, typed, typed);
        assert_eq!(failure.what.key(), "arm-wrong-serial");
        assert_eq!(failure.hint.expect("what to do").key(), "arm-type-serial");
    }
    let wiped = rig.wipe(&found, &wipe_order("sda", "5678")).expect("armed");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Clear));
    assert!(rig.disks.bytes("sda").iter().all(|byte| *byte == 0) && untouched(&rig, "sdb"));
}

#[test]
fn a_disk_never_seen_in_the_machine_needs_its_whole_serial_and_once_bound_the_end_of_it() {
    let rig = Rig::new(&[one(), disk("sdb", Some("WD-87654321"))]);
    let (found, _) = rig.device(true);
    rig.inspect(&found, &["WD-87654321"]);
    let found = rig.again(&found);
    let whole = |found: &Found| {
        let views = rig.bench().disk_views(None, Some(found)).expect("listed");
        views.into_iter().map(|view| (view.disk.name, view.whole_serial)).collect::<Vec<_>>()
    };
    assert_eq!(whole(&found), [("sda".to_owned(), true), ("sdb".to_owned(), false)]);
    assert!(rig.bench().disk_views(None, None).expect("listed").iter().all(|view| !view.whole_serial), "no machine");
    let failure = both_refused(&rig, &found, "5678", "only the end");
    assert_eq!(failure.what.key(), "arm-only-the-end");
    let hint = failure.hint.expect("what to do");
    assert_eq!(hint.key(), "arm-type-whole-serial");
    let words = aoxanh::word::Words::new(aoxanh::word::Lang::Vi, None).expect("embedded");
    let said = words.say(&hint);
    assert!(said.contains(&found.name()) && said.contains(SERIAL) && said.contains("chưa từng được thấy"), "{said}");
    // Typed in lower case, as a scanner's settings may have it.
    rig.wipe(&found, &wipe_order("sda", &SERIAL.to_lowercase())).expect("the whole serial");
    let bound = rig.again(&found);
    assert_eq!(whole(&bound)[0], ("sda".to_owned(), false), "bound now");
    rig.image(&bound, &image_order("sda", "5678")).expect("the end is enough");
    let (other, _) = rig.device(true);
    assert_eq!(whole(&other), [("sda".to_owned(), true), ("sdb".to_owned(), true)], "another machine's");
}

#[test]
fn a_shared_serial_needs_the_code_of_this_attachment() {
    let mut shared = one();
    shared.serial_shared = true;
    let rig = Rig::new(std::slice::from_ref(&shared));
    let (found, _) = rig.device(true);
    let old = code_for(&shared, &rig.bench().secret);
    assert_eq!(both_refused(&rig, &found, SERIAL, "shared serial").what.key(), "arm-wrong-code");
    let again = replugged(&shared);
    rig.disks.change(&again);
    assert_eq!(both_refused(&rig, &found, &old, "code of the older attachment").what.key(), "arm-wrong-code");
    // Kernels before 5.15 count no attachments: there the port alone tells.
    let mut uncounted = [shared, again.clone()];
    for disk in &mut uncounted {
        disk.attachment.diskseq = None;
    }
    let [here, there] = uncounted.map(|disk| code_for(&disk, &rig.bench().secret));
    assert_ne!(here, there);
    let new = code_for(&again, &rig.bench().secret);
    let wiped = rig.wipe(&found, &wipe_order("sda", &new)).expect("the code of this attachment");
    assert_eq!(wiped.ended.result, WipeResult::Erased);
}

#[test]
fn a_disk_of_one_device_is_never_written_for_another() {
    let rig = Rig::new(&[one()]);
    let ((mine, _), (other, _)) = (rig.device(true), rig.device(true));
    rig.wipe(&mine, &wipe_order("sda", SERIAL)).expect("wiped for its own device");
    let opened = rig.disks.count(Asked::Open);
    let before = rig.events().len();
    for refused in [
        refusal(rig.wipe(&other, &wipe_order("sda", SERIAL)), "wipe"),
        refusal(rig.image(&other, &image_order("sda", SERIAL)), "image"),
    ] {
        said(&refused);
        assert_eq!(refused.rule, Some("disk-elsewhere"));
    }
    assert_eq!((rig.events().len(), rig.disks.count(Asked::Open)), (before, opened));
}

#[test]
fn an_image_needs_a_wiped_disk_on_which_it_fits() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let before = rig.events().len();
    let failure = refusal(rig.image(&found, &image_order("sda", SERIAL)), "unwiped");
    said(&failure);
    assert_eq!((failure.rule, rig.kinds(before)), (Some("wiped-first"), Vec::<String>::new()));
    rig.give_image(&vec![1; SIZE + 512], 512);
    let failure = refusal(rig.image(&found, &image_order("sda", SERIAL)), "too large");
    assert_eq!(said(&failure), "image-too-large");
    rig.give_image(&raw_image(), 4096);
    let failure = refusal(rig.image(&found, &image_order("sda", SERIAL)), "other block");
    assert_eq!(said(&failure), "image-wrong-block");
    assert_eq!(rig.kinds(before).len(), 0);
    assert!(untouched(&rig, "sda"));
}

#[test]
fn a_disk_swapped_or_taken_around_the_opening_is_not_written() {
    let mut mounted = one();
    mounted.obstacles = vec![Obstacle::Mounted("/mnt".to_owned())];
    let mut other = one();
    other.identity.model = Some("OTHER".to_owned());
    for (look, now, key) in [
        (1, replugged(&one()), "disk-changed"),
        (2, replugged(&one()), "disk-changed"),
        (1, other.clone(), "disk-changed"),
        (2, other, "disk-changed"),
        (1, mounted.clone(), "disk-refused"),
        (2, mounted, "disk-refused"),
    ] {
        let rig = Rig::new(&[one()]);
        let (found, _) = rig.device(true);
        rig.disks.change_when(Asked::Look, look, now.clone());
        let before = rig.events().len();
        let failure = refusal(rig.wipe(&found, &wipe_order("sda", SERIAL)), "swapped");
        assert_eq!(said(&failure), key, "look {look}");
        assert_eq!(rig.kinds(before), Vec::<String>::new(), "look {look}");
        assert!(untouched(&rig, "sda"), "look {look}: {now:?}");
        rig.disks.change(&one());
        rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("the refused open holds nothing");
    }
}

#[test]
fn a_disk_swapped_at_any_check_of_the_job_is_never_said_to_be_erased_or_written() {
    let whole = {
        let rig = Rig::new(&[one()]);
        let (found, _) = rig.device(true);
        rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
        let wipe = rig.disks.count(Asked::Check);
        rig.image(&found, &image_order("sda", SERIAL)).expect("written");
        (wipe, rig.disks.count(Asked::Check) - wipe)
    };
    assert!(whole.0 >= 4 && whole.1 >= 4, "{whole:?}: enter, mark, turn, end");
    for check in 1..=whole.0 {
        let rig = Rig::new(&[one()]);
        let (found, _) = rig.device(true);
        rig.disks.change_when(Asked::Check, check, replugged(&one()));
        let wiped = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("recorded");
        assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::NotErased, Level::None), "check {check}");
        assert_eq!(said(&wiped.failure.expect("why")), "disk-changed", "check {check}");
        assert_eq!(untouched(&rig, "sda"), check == 1, "check {check}");
        assert!(wiped.found.file.disks.values().all(|disk| disk.state == DiskState::NotWiped));
    }
    for check in 1..=whole.1 {
        let rig = Rig::new(&[one()]);
        let (found, _) = rig.device(true);
        rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
        rig.disks.change_when(Asked::Check, whole.0 + check, replugged(&one()));
        let imaged = rig.image(&found, &image_order("sda", SERIAL)).expect("recorded");
        assert_eq!(imaged.ended.result, ImageResult::NotWritten, "check {check}");
        assert_eq!(said(&imaged.failure.expect("why")), "disk-changed", "check {check}");
        assert!(imaged.found.file.disks.values().all(|disk| disk.image.is_none()));
    }
}

#[test]
fn the_disk_is_asked_before_the_open_after_it_and_around_each_phase() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let opened = [Asked::List, Asked::Look, Asked::Open, Asked::Look];
    let phases = [
        [Asked::Check, Asked::Write, Asked::Flush].as_slice(),
        &[Asked::Check, Asked::Forget, Asked::Check, Asked::Read, Asked::Check],
    ];
    let expected: Vec<Asked> = opened.into_iter().chain(phases.concat()).collect();
    assert_eq!(rig.disks.calls(), expected);
    let before = rig.disks.calls().len();
    rig.image(&found, &image_order("sda", SERIAL)).expect("written");
    // Fitting looks at the table of what was written, opened anew.
    let fitting = [Asked::Look, Asked::Open, Asked::Look, Asked::Read];
    assert_eq!(rig.disks.calls()[before..], [expected, fitting.into()].concat());
}

#[test]
fn the_start_is_the_last_record_when_the_first_byte_is_written() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let watched = Watched { disks: rig.disks.clone(), store: Rc::clone(&rig.store), seen: Rc::clone(&seen) };
    let mut bench = rig.bench();
    bench.disks = &watched;
    let (cancel, news) = (|| false, &mut |_news| {});
    aoxanh::workbench::wipe(&bench, &found, &wipe_order("sda", SERIAL), &cancel, news).expect("wiped");
    aoxanh::workbench::image(&bench, &found, &image_order("sda", SERIAL), &cancel, news).expect("written");
    let kinds: Vec<String> = seen
        .borrow()
        .iter()
        .map(|bytes| {
            let record = aoxanh::ledger::Record::from_bytes(bytes.clone()).expect("a record");
            aoxanh::event::Event::from_body(record.body()).expect("an event").fact.kind().to_owned()
        })
        .collect();
    assert_eq!(kinds, ["WipeStarted", "ImageStarted"]);
}

#[test]
fn a_new_wipe_takes_the_image_off_the_books() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let imaged = rig.image(&found, &image_order("sda", SERIAL)).expect("written");
    let image = |found: &Found| found.file.disks.values().find_map(|disk| disk.image.clone());
    assert_eq!(image(&imaged.found), Some("practice".to_owned()));
    assert!(rig.disks.bytes("sda").starts_with(&raw_image()));
    let wiped = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped again");
    assert_eq!((image(&wiped.found), wiped.ended.level), (None, Level::Clear));
}

#[test]
fn the_same_serial_with_another_wwn_is_another_disk() {
    let mut first = one();
    first.identity.wwn = Some("eui.1".to_owned());
    let rig = Rig::new(std::slice::from_ref(&first));
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let mut second = replugged(&first);
    second.identity.wwn = Some("eui.2".to_owned());
    rig.disks.plug(second, FakeDisk::new(vec![OLD; SIZE], 512));
    let failure = refusal(rig.image(&found, &image_order("sda", SERIAL)), "a clone's serial");
    assert_eq!(said(&failure), "disk-other-wwn");
    assert!(untouched(&rig, "sda"));
    let mut bridged = replugged(&first);
    bridged.identity.wwn = None;
    rig.disks.change(&bridged);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("behind a bridge that tells no WWN");
}

#[test]
fn disks_in_memory_and_practice_files_keep_the_contract() {
    let bare = disk("sda", None);
    let fakes = FakeDisks::new(vec![(bare, FakeDisk::new(vec![OLD; SIZE], 512))]);
    opens_only_the_armed_disk_and_once_at_a_time(&fakes, "sda");
    let folder = tempfile::tempdir().expect("temporary folder");
    let backing = PracticeDisks::new(folder.path()).make_file("one", Bytes(SIZE as u64)).expect("a new file");
    std::fs::write(backing, vec![OLD; SIZE]).expect("file");
    let mode = Mode::Practice { folder: folder.path().to_owned() };
    let files = LinuxDisks::new(mode, folder.path().join("ledger.db"));
    opens_only_the_armed_disk_and_once_at_a_time(&files, "one.img");
}

#[test]
fn the_fake_disks_handle_keeps_the_contract_of_disks() {
    let bare = disk("sda", None);
    let fakes = FakeDisks::new(vec![(bare.clone(), FakeDisk::new(vec![OLD; SIZE], 512))]);
    let secret = Digest([6; 32]);
    let free = Clearance { consent: true, on_hold: false, quarantined: false, stranger: false };
    let typed = Confirmation(code_for(&bare, &secret));
    let armed = arm(bare, free, &secret, &typed).expect("free");
    let mut io = fakes.open(&armed).expect("armed");
    keeps_every_promise("FakeDisks", io.as_mut(), Made { size: Bytes(SIZE as u64), block: 512 });
}
