//! Grades, repairs, parts and locks through the workbench and the command line.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test writes files and fails by panicking")]

use super::arming_rig::{Rig, disk, refusal, said, wipe_order};
use super::bench_rig;
use aoxanh::custody::PartFile;
use aoxanh::device::Certainty;
use aoxanh::event::donation::Purpose;
use aoxanh::event::inspection::Verdict;
use aoxanh::event::lock::LockKind;
use aoxanh::event::repair::{Grade, RepairOutcome};
use aoxanh::event::{By, How};
use aoxanh::port::Vault as _;
use aoxanh::trial::{Colour, Frame};
use aoxanh::unit::{Bytes, PersonId, Secret};
use aoxanh::word::Lang;
use aoxanh::workbench::{
    GradeOrder, OwnFolder, PRACTICE_PIN, PartOrder, RepairOrder, clear_lock, consent, find_lock, fit_part, grade,
    history, inspect_typed, inspection_page, load_profile, part_view, repair, shelf, show_lock, take_part, wipe,
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::fs;
use std::io::Cursor;

fn refused<T>(result: Result<T, aoxanh::port::Failure>, why: &str) {
    assert_eq!(said(&refusal(result, why)), why);
}

const SERIAL: &str = "WD-12345678";

fn answers(screen: &str) -> Vec<(String, String)> {
    [("screen", screen), ("hinge", "firm"), ("shell", "clean"), ("keyboard", "good"), ("ports", "good")]
        .map(|(item, answer)| (item.to_owned(), answer.to_owned()))
        .to_vec()
}

fn fixed() -> RepairOrder {
    RepairOrder {
        faults: vec!["keyboard".to_owned()],
        actions: vec!["part-replaced".to_owned()],
        outcome: RepairOutcome::Fixed,
        barrier: None,
        cost: None,
        note: None,
    }
}

#[test]
fn a_grade_is_the_worst_answer_and_every_question_is_asked() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let (found, _lot) = rig.device(true);
    let order = |screen| GradeOrder { answers: answers(screen), photos: Vec::new() };
    let found = grade(&bench, &found, &order("marks")).expect("graded");
    assert_eq!(found.file.grade, Some(Grade::B));
    refused(grade(&bench, &found, &order("shiny")), "grade-unknown");
    let mut short = order("clean");
    short.answers.pop();
    refused(grade(&bench, &found, &short), "grade-missing");
    let own = OwnFolder { grading: Some("id = 1".to_owned()), ..OwnFolder::default() };
    let bench = aoxanh::workbench::Bench { own, ..rig.bench() };
    refused(grade(&bench, &found, &order("clean")), "list-wrong");
}

/// A JPEG with a place and a serial number in its EXIF, lying on its side.
fn photo() -> Vec<u8> {
    let picture = RgbImage::from_fn(40, 20, |x, _| if x < 20 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
    let mut jpeg = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut jpeg, ImageFormat::Jpeg).expect("written");
    let jpeg = jpeg.into_inner();
    // TIFF, big-endian: orientation 6 (turn right), and a description that nobody should keep.
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend(b"\x01\x0e\0\x02\0\0\0\x14\0\0\0\x26\0\0\0\0HOME-OF-SOMEBODY-42\0");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn a_photo_is_kept_upright_by_its_digest_and_without_what_the_camera_wrote() {
    let rig = Rig::new(&[]);
    let (found, _lot) = rig.device(true);
    let own = OwnFolder { blobs: "blobs".into(), ..OwnFolder::default() };
    let bench = aoxanh::workbench::Bench { own, ..rig.bench() };
    let raw = photo();
    assert!(raw.windows(16).any(|bytes| bytes == b"HOME-OF-SOMEBODY"));
    rig.give_file("nap.jpg", raw);
    rig.give_file("xau.jpg", b"no picture".to_vec());
    let order = |file: &str| GradeOrder { answers: answers("clean"), photos: vec![file.into()] };
    refused(grade(&bench, &found, &order("xau.jpg")), "photo-wrong");
    let stranger = aoxanh::workbench::Bench {
        by: By { person: PersonId::from_random([9; 10]), how: How::Claimed },
        ..rig.bench()
    };
    let stranger = aoxanh::workbench::Bench { own: bench.own.clone(), ..stranger };
    refused(grade(&stranger, &found, &order("nap.jpg")), "rule-person-known");
    assert!(rig.files_below("blobs").is_empty(), "what was refused left a photo");
    grade(&bench, &found, &order("nap.jpg")).expect("graded");
    grade(&bench, &found, &order("nap.jpg")).expect("graded twice with the same photo");
    let kept = rig.files_below("blobs");
    let [(name, bytes)] = kept.as_slice() else { panic!("{} files", kept.len()) };
    assert_eq!(*name, format!("blobs/{}.jpg", blake3::hash(bytes)));
    assert!(!bytes.windows(8).any(|bytes| bytes == b"SOMEBODY"));
    let picture = image::load_from_memory(bytes).expect("a picture").to_rgb8();
    assert_eq!(picture.dimensions(), (20, 40), "turned upright");
    assert!(picture.get_pixel(10, 5).0[0] > 200 && picture.get_pixel(10, 35).0[2] > 200);
}

#[test]
fn the_machines_own_camera_takes_a_photo_for_the_grade_and_one_without_a_camera_says_so() {
    let mut rig = Rig::new(&[]);
    let (found, _lot) = rig.device(true);
    let order = GradeOrder { answers: answers("clean"), photos: vec!["camera".into()] };
    let own = OwnFolder { blobs: "blobs".into(), ..OwnFolder::default() };
    refused(grade(&aoxanh::workbench::Bench { own: own.clone(), ..rig.bench() }, &found, &order), "hardware-failed");
    let half = |at: usize| if at % 40 < 20 { Colour(250, 0, 0) } else { Colour(0, 0, 250) };
    rig.hardware.picture = Frame::new(40, (0..800).map(half).collect());
    grade(&aoxanh::workbench::Bench { own, ..rig.bench() }, &found, &order).expect("graded");
    let kept = rig.files_below("blobs");
    let [(name, bytes)] = kept.as_slice() else { panic!("{} files", kept.len()) };
    assert_eq!(*name, format!("blobs/{}.jpg", blake3::hash(bytes)));
    let picture = image::load_from_memory(bytes).expect("a picture").to_rgb8();
    assert_eq!(picture.dimensions(), (40, 20));
    assert!(picture.get_pixel(5, 10).0[0] > 200 && picture.get_pixel(35, 10).0[2] > 200);
}

#[test]
fn a_repair_takes_the_teams_words_says_what_is_dear_and_keeps_its_note_in_the_vault() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let (found, _lot) = rig.device(true);
    refused(repair(&bench, &found, &RepairOrder { faults: Vec::new(), ..fixed() }), "repair-no-fault");
    let strange = || vec!["gremlins".to_owned()];
    for order in [
        RepairOrder { faults: strange(), ..fixed() },
        RepairOrder { actions: strange(), ..fixed() },
        RepairOrder { barrier: Some("gremlins".to_owned()), ..fixed() },
    ] {
        refused(repair(&bench, &found, &order), "repair-unknown");
    }
    let given_up = RepairOrder { outcome: RepairOutcome::EndOfLife, ..fixed() };
    refused(repair(&bench, &found, &given_up), "repair-no-barrier");
    let cheap = repair(&bench, &found, &RepairOrder { cost: Some(500_000), ..fixed() }).expect("recorded");
    assert_eq!(cheap.warning, None);
    let note = Some("mua ở chợ".to_owned());
    let dear = repair(&bench, &found, &RepairOrder { cost: Some(500_001), note, ..fixed() }).expect("recorded");
    assert_eq!(dear.warning.map(|warning| warning.key().to_owned()).as_deref(), Some("repair-dear"));
    let mut bench = bench;
    bench.by.how = How::Pin;
    let last = history(&bench, &dear.found).expect("told").pop().expect("a line");
    assert_eq!((last.what.key(), last.reason.as_deref()), ("event-repair-cost", Some("mua ở chợ")));
}

#[test]
fn a_disk_becomes_a_part_only_when_wiped_and_its_certificate_is_had_in_the_device_it_went_into() {
    let rig = Rig::new(&[disk("sdb", Some(SERIAL))]);
    let bench = rig.bench();
    let (found, lot) = rig.device(true);
    let order = PartOrder { kind: "disk".to_owned(), label: None, size: None, disk: None };
    refused(take_part(&bench, &found, &order), "part-which-disk");
    let wiped = wipe(&bench, &found, &wipe_order("sdb", SERIAL), &|| false, &mut |_| ()).expect("wiped");
    refused(take_part(&bench, &wiped.found, &order), "rule-part-consent");
    consent(&bench, &lot, Purpose::Parts, true).expect("consented");
    refused(take_part(&bench, &wiped.found, &PartOrder { kind: "gold".to_owned(), ..order.clone() }), "repair-unknown");
    let taken = take_part(&bench, &wiped.found, &order).expect("taken");
    assert_eq!(
        (taken.file.size, taken.file.label.as_deref()),
        (Some(Bytes(super::arming_rig::SIZE as u64)), Some("MODEL"))
    );
    assert_eq!(shelf(&bench).expect("told").len(), 1);
    let (other, _lot) = rig.device(true);
    let fitted = fit_part(&bench, &other, &taken.id).expect("fitted");
    assert_eq!((fitted.fitted.as_deref(), fitted.from.as_str()), (Some(other.name().as_str()), found.name().as_str()));
    assert!(shelf(&bench).expect("told").is_empty());
    let PartFile { disk: Some((_, leaf, _)), .. } = part_view(&bench, taken.id).expect("known").file else {
        panic!("no disk")
    };
    let other = bench.device(&other.id).expect("known");
    let to = tempfile::tempdir().expect("a folder");
    let key = aoxanh::ledger::SecretKey::from_bytes(&[1; 32]);
    let paper = aoxanh::workbench::certify(&bench, &other, None, to.path(), &key, false).expect("a certificate");
    assert_eq!(paper.document.certificate.leaf(), leaf);
    assert_eq!(paper.document.certificate.device().id, found.id, "it was wiped there");
}

#[test]
fn a_donors_password_is_sealed_shown_only_with_a_record_and_gone_with_the_lock() {
    let rig = Rig::new(&[]);
    let (found, _lot) = rig.device(true);
    // As typed: a password may begin or end with a space.
    let secret = Secret::new(" mật khẩu 123 ");
    let lock = LockKind::FirmwarePassword;
    let found = find_lock(&rig.bench(), &found, lock, Some(&secret)).expect("recorded");
    refused(show_lock(&rig.bench(), &found, lock), "rule-signed-in");
    refused(show_lock(&rig.bench(), &found, LockKind::Account), "rule-lock-no-password");
    let mut bench = rig.bench();
    bench.by.how = How::Pin;
    assert_eq!(show_lock(&bench, &found, lock).expect("shown"), secret);
    let shown = |bench: &aoxanh::workbench::Bench<'_>| {
        let lines = history(bench, &found).expect("told");
        lines.iter().filter(|line| line.what.key() == "event-lock-shown").count()
    };
    assert_eq!(shown(&bench), 1);
    rig.vault.lock(true);
    refused(show_lock(&bench, &found, lock), "vault-locked");
    rig.vault.lock(false);
    assert_eq!(shown(&bench), 1, "nothing was shown, and nothing recorded as shown");
    let blob = format!("blob-{}", found.file.locks[&lock].expect("sealed"));
    assert!(rig.vault.open(&blob).expect("unlocked").is_some());
    let cleared = clear_lock(&bench, &found, lock).expect("cleared");
    assert!(cleared.file.locks.is_empty());
    assert_eq!(rig.vault.open(&blob), Ok(None), "the password is erased");
    refused(show_lock(&bench, &found, lock), "rule-lock-no-password");
    assert_eq!(shown(&bench), 1, "what is erased is not recorded as seen");
}

#[test]
fn the_verbs_do_it_all_and_say_so() {
    let rig = bench_rig::Rig::practice();
    let device = rig.device();
    let tag = device.tag.as_str();
    let list = rig.json(&["grade"]).good().all("checklist");
    assert!(list.len() > 15 && list.iter().any(|line| line["grade"] == "D"), "{list:?}");
    rig.run(&["grade", tag, "--answer", "screen=clean"]).refused(2, &["--answer"]);
    let mut all = vec!["grade", tag];
    for answer in ["screen=clean", "hinge=falls", "shell=clean", "keyboard=good", "ports=good"] {
        all.extend(["--answer", answer]);
    }
    assert_eq!(rig.json(&all).good().one("graded")["grade"], "c");
    assert!(rig.json(&["repair", "--vocabulary"]).good().all("term").len() > 40);
    let said =
        rig.run(&["repair", tag, "--fault", "screen,ports", "--cost", "1250000", "--outcome", "repairable"]).good();
    assert!(said.out.contains("1.250.000 đ") && said.out.contains("còn sửa được"), "{said:?}");
    rig.run(&["part", "take", tag, "--kind", "memory"]).refused(1, &["part-consent"]);
    assert!(rig.run(&["part", "list"]).good().out.contains("trống"));
    let password = rig.memory().join("mat-khau");
    fs::write(&password, "s3cret word\n").expect("written");
    let password = password.display().to_string();
    let found = rig.run(&["lock", "found", tag, "firmware", "--password-file", &password]).good();
    assert!(found.out.contains("Máy bị khóa: mật khẩu BIOS") && !found.out.contains("s3cret"), "{found:?}");
    rig.run(&["lock", "show", tag, "firmware"]).refused(1, &["signed-in"]);
    let pin = rig.memory().join("practice-pin");
    fs::write(&pin, PRACTICE_PIN).expect("written");
    let pin = pin.display().to_string();
    let signed = ["--by", bench_rig::LEAD, "--pin-file", &pin];
    let shown = rig.json(&[&["lock", "show", tag, "firmware"][..], &signed].concat()).good().one("lock_shown");
    assert_eq!(shown["password"], "s3cret word");
    rig.run(&["lock", "cleared", tag, "firmware"]).good();
    let told = rig.run(&["history", tag]).good();
    assert!(told.out.contains("Đã xem mật khẩu") && !told.out.contains("s3cret"), "{told:?}");
    rig.run(&["part", "show", "k-1"]).refused(2, &["k-1"]);
    rig.verified();
}

#[test]
fn a_machine_that_shows_nothing_is_judged_by_what_somebody_typed_and_its_disks_stay_where_they_are() {
    let rig = Rig::new(&[disk("sdb", Some(SERIAL))]);
    let bench = rig.bench();
    let (found, _lot) = rig.device(true);
    let wiped = wipe(&bench, &found, &wipe_order("sdb", SERIAL), &|| false, &mut |_| ()).expect("wiped");
    let whereabouts =
        |found: &aoxanh::workbench::Found| found.file.disks.values().map(|disk| disk.whereabouts).collect::<Vec<_>>();
    let before = whereabouts(&wiped.found);
    let typed = |given: &[(&str, &str)]| {
        let given: Vec<_> = given.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
        let profile = load_profile(&bench, None, found.file.kind).expect("embedded");
        inspect_typed(&bench, &wiped.found, profile, &given)
    };
    refused(typed(&[]), "typed-nothing");
    refused(typed(&[("memory.total", "4")]), "typed-wrong");
    refused(typed(&[("memory.total", "4 GB"), ("memory.total", "8 GB")]), "typed-twice");
    refused(typed(&[("shoe.size", "42")]), "typed-unknown");
    let good = [("identity.model", "ThinkPad Giả"), ("cpu.64bit", "có"), ("cpu.cores", "2"), ("cpu.mhz", "2 GHz")];
    let short =
        typed(&[&good[..], &[("memory.total", "2 GB"), ("disk.largest", "250 GB")]].concat()).expect("recorded");
    assert_eq!(short.found.file.verdict, Some(Verdict::Fail));
    assert!(short.judgement.fix_sentence().is_some(), "what would mend it is said all the same");
    let fact = short.facts.get("memory.total").expect("typed");
    assert_eq!((fact.certainty, fact.source.as_str()), (Certainty::Typed, "người nhập"));
    let enough =
        typed(&[&good[..], &[("memory.total", "4 GB"), ("disk.largest", "250 GB")]].concat()).expect("recorded");
    assert!(enough.found.file.is_good_enough() || enough.found.file.verdict == Some(Verdict::Undecided));
    assert_eq!(enough.before, None, "what was typed is not held against what was typed");
    assert_eq!(enough.found.file.model.as_deref(), Some("ThinkPad Giả"));
    assert_eq!(whereabouts(&enough.found), before, "nobody looked at its disks");
}

#[test]
fn a_part_on_the_shelf_that_mends_it_is_named_with_the_fix_and_others_are_not() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let (found, lot) = rig.device(true);
    consent(&bench, &lot, Purpose::Parts, true).expect("consented");
    let memory = |label: Option<&str>, gib| PartOrder {
        kind: "memory".to_owned(),
        label: label.map(str::to_owned),
        size: Some(Bytes::gib(gib)),
        disk: None,
    };
    let small = take_part(&bench, &found, &memory(Some("DDR3L SODIMM"), 1)).expect("taken");
    let large = take_part(&bench, &found, &memory(Some("DDR3L SODIMM 1600"), 8)).expect("taken");
    let (other, _lot) = rig.device(true);
    let given = [
        ("cpu.64bit", "có"),
        ("cpu.cores", "2"),
        ("cpu.mhz", "2 GHz"),
        ("memory.total", "2 GB"),
        ("disk.largest", "250 GB"),
    ];
    let given: Vec<_> = given.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    let profile = load_profile(&bench, None, other.file.kind).expect("embedded");
    let judged = inspect_typed(&bench, &other, profile.clone(), &given).expect("recorded");
    let ids: Vec<_> = judged.shelf.iter().map(|part| part.id.clone()).collect();
    assert_eq!(ids, std::slice::from_ref(&large.id), "not {}", small.id);
    let page = inspection_page(&judged, Lang::Vi, false);
    assert_eq!(page.first().map(|line| line.what.key()), Some("page-shelf"));
    fit_part(&bench, &other, &large.id).expect("fitted");
    let again = inspect_typed(&bench, &other, profile, &given).expect("recorded");
    assert!(again.shelf.is_empty());
}

#[test]
fn a_dangerous_device_comes_with_what_to_do_and_is_left_alone_until_it_is_safe() {
    let rig = bench_rig::Rig::practice();
    let device = rig.device();
    let tag = device.tag.as_str();
    let said = rig.run(&["quarantine", tag, "--danger", "battery"]).good();
    for step in ["Không bấm nguồn", "không tháo pin", "114", "CÁCH LY"] {
        assert!(said.out.contains(step), "{step}: {said:?}");
    }
    rig.run(&["inspect", tag]).refused(1, &["quarantine-still"]);
    rig.run(&["inspect", tag, "--typed", "cpu.cores=2"]).refused(1, &["quarantine-still"]);
    let cleared = rig.run(&["quarantine", tag, "--clear"]).good();
    assert!(!cleared.out.contains("Không bấm nguồn"), "{cleared:?}");
}
