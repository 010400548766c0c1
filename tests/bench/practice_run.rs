//! The practice run of the built program, looked at from outside.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test looks at the files that practice made")]

use super::bench_rig::{Rig, aloud, practice_image};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

const NOTICE: &str = "LUYỆN TẬP";

fn every_line_says_practice(texts: [&str; 2]) {
    for text in texts {
        for line in text.lines() {
            assert!(line.contains(NOTICE), "{line:?}");
        }
    }
}

fn practise(rig: &Rig, image: &Path, rest: &[&str]) -> super::bench_rig::Ran {
    let file = |name: &str| image.join(name).display().to_string();
    let (image, manifest) = (file("practice.zst"), file("practice.toml"));
    rig.run(&[&["practice", "--image", &image, "--manifest", &manifest], rest].concat())
}

fn ledger_bodies(rig: &Rig, station: &str) -> Vec<Value> {
    let to = rig.home().join("export").display().to_string();
    rig.run(&["--station", station, "export", &to]).good();
    let text = fs::read_to_string(rig.home().join("export/records.jsonl")).expect("exported");
    text.lines().map(|line| serde_json::from_str(line).expect("a body is JSON")).collect()
}

/// Whether `marker` stands anywhere in the file.
fn holds(file: &Path, marker: &str) -> bool {
    let bytes = fs::read(file).expect("a practice disk");
    bytes.windows(marker.len()).any(|window| window == marker.as_bytes())
}

fn loops_over(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/sys/block").into_iter().flatten().flatten() {
        let backing = fs::read_to_string(entry.path().join("loop/backing_file")).unwrap_or_default();
        if backing.starts_with(&folder.display().to_string()) {
            found.push(backing);
        }
    }
    found
}

#[test]
fn practice_for_people_does_all_eight_steps_in_both_languages() {
    let Some(image) = practice_image() else { return };
    let rig = Rig::empty();
    for (lang, step, erased) in [("vi", "Bước", "ĐÃ XÓA"), ("en", "Step", "ERASED")] {
        let began = Instant::now();
        let ran = practise(&rig, image, &["--lang", lang, "--folder", lang]).good();
        assert!(began.elapsed() < Duration::from_mins(1));
        every_line_says_practice([&ran.out, &ran.err]);
        for number in 1..=8 {
            assert!(ran.out.contains(&format!("{step} {number}/8")), "{lang} {number}: {}", ran.out);
        }
        assert_eq!(ran.out.matches(&format!("✓ {erased}")).count(), 2, "{}", ran.out);
        assert!(ran.err.contains("100 %") && ran.err.contains("B/s"), "{}", ran.err);
        for line in ran.out.lines().chain(ran.err.lines()) {
            assert!(!line.contains('{') && !line.contains("help-"), "{line}");
        }
        let verified = rig.run(&["--lang", lang, "--station", lang, "verify"]).good();
        every_line_says_practice([&verified.out, &verified.err]);
        assert!(loops_over(rig.home()).is_empty());
    }
}

#[test]
fn practice_in_json_tells_each_step_and_the_disks_hold_what_it_says() {
    let Some(image) = practice_image() else { return };
    let rig = Rig::empty();
    let ran = practise(&rig, image, &["--json", "--folder", "lan-1"]).good();
    every_line_says_practice([&ran.out, &ran.err]);
    assert_eq!(ran.err, "");
    assert!(ran.json().iter().all(|object| object["practice"] == true));
    let steps: Vec<_> = ran.all("step").iter().map(|step| step["number"].as_u64()).collect();
    assert_eq!(steps, (1..=8).map(Some).collect::<Vec<_>>());
    assert!(ran.all("fact").len() > 20);
    let wiped = ran.all("wiped");
    assert_eq!(wiped.len(), 2);
    let donors = ran.all("donor_data");
    grep_found_every_place_and_then_none(&donors, &ran.all("grep"));
    let direct = wiped.iter().all(|wipe| wipe["ended"]["evidence"]["direct"] == true);
    assert!(direct, "practice says erased only past the cache");
    for wipe in &wiped {
        assert_eq!((&wipe["ended"]["result"], &wipe["ended"]["level"]), (&"erased".into(), &"clear".into()));
    }
    assert_eq!(ran.one("imaged")["ended"]["result"], "written");
    assert_eq!(ran.one("e2fsck")["clean"], true);
    let (tag, picture, third) = (ran.one("tag"), ran.one("tag_picture"), ran.one("zbarimg"));
    assert_eq!(picture["decoded"], tag["payload"]);
    if third["why"].is_null() {
        assert_eq!(third["text"], tag["payload"]);
    }
    assert_eq!(ran.one("device")["stage"], "handed_over");
    assert_eq!(ran.one("verified")["consistent"], true);
    disks_hold_what_was_said(&rig, image, &donors);

    let verified =
        rig.json(&["--station", "lan-1", "verify", "--against", ran.one("head")["head"].as_str().expect("text")]);
    every_line_says_practice([&verified.good().out, ""]);
    let again = practise(&rig, image, &["--json", "--folder", "lan-2"]).good();
    assert_ne!(again.one("tag")["tag"], tag["tag"]);
}

/// What the run says that `grep` found, per disk: what was put there, then nothing.
fn grep_found_every_place_and_then_none(donors: &[Value], greps: &[Value]) {
    assert_eq!((donors.len(), greps.len()), (2, 4), "{greps:?}");
    for donor in donors {
        let of_disk: Vec<_> = greps.iter().filter(|grep| grep["disk"] == donor["disk"]).collect();
        assert!(of_disk.iter().all(|grep| grep["marker"] == donor["marker"] && grep["file"] == donor["file"]));
        let found: Vec<_> = of_disk.iter().map(|grep| grep["found"].as_u64()).collect();
        assert_eq!(found, [donor["places"].as_u64(), Some(0)], "{donor}");
    }
}

/// Whether the file system of that folder reads and writes past the cache.
fn takes_direct(folder: &Path) -> bool {
    let file = folder.join("truc-tiep");
    let opened = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(i32::try_from(rustix::fs::OFlags::DIRECT.bits()).expect("a small flag"))
        .open(&file);
    let _made = fs::remove_file(&file);
    opened.is_ok()
}

fn disks_hold_what_was_said(rig: &Rig, image: &Path, donors: &[Value]) {
    let folder = rig.home().join("lan-1/disks");
    for donor in donors {
        let marker = donor["marker"].as_str().expect("text");
        assert!(donor["places"].as_u64() > Some(60), "{donor}");
        assert!(!holds(&folder.join("dia-1.img"), marker) && !holds(&folder.join("dia-2.img"), marker), "{marker}");
    }
    let bodies = ledger_bodies(rig, "lan-1");
    let key = bodies.iter().find_map(|body| body["data"]["pattern_key"].as_str()).expect("the keyed wipe's key");
    let key = blake3::Hash::from_hex(key).expect("hex");
    let pattern = fs::read(folder.join("dia-2.img")).expect("a practice disk");
    let mut wanted = vec![0; pattern.len()];
    blake3::Hasher::new_keyed(key.as_bytes()).finalize_xof().fill(&mut wanted);
    assert!(pattern == wanted, "disk 2 holds the keyed pattern to its last byte");

    let manifest = fs::read_to_string(image.join("practice.toml")).expect("made");
    let of = |kind: &str| bodies.iter().find(|body| body["kind"] == kind).expect(kind);
    let found = of("ImageEnded")["data"]["found"].as_str().expect("read back");
    assert!(manifest.contains(found), "the image was on disk 1 before it was fitted");
    let fitted = &of("ImageFitted")["data"];
    assert!(fitted["result"] == "fitted" && fitted["done"].to_string().contains("system_grown"), "{fitted}");
    let disk = fs::read(folder.join("dia-1.img")).expect("a practice disk");
    assert_eq!(disk[disk.len() - 512..][..8], *b"EFI PART", "the copy of the table stands at the end of disk 1");
}

#[test]
fn practice_asks_for_its_image_and_never_uses_a_folder_twice() {
    let rig = Rig::empty();
    let ran = rig.run(&["practice", "--folder", "lan"]);
    ran.refused(2, &["--image"]);
    every_line_says_practice([&ran.out, &ran.err]);
    assert!(!rig.home().join("lan").exists(), "nothing is made before the image is named");
    let Some(image) = practice_image() else { return };
    let rig = Rig::practice();
    let station = rig.station().display().to_string();
    let before = rig.verified();
    let ran = practise(&rig, image, &["--folder", &station]);
    ran.refused(2, &[&station]);
    every_line_says_practice([&ran.out, &ran.err]);
    assert_eq!(rig.verified()["head"], before["head"]);
    practise(&rig, &rig.home().join("nowhere"), &["--folder", "x"]).refused(74, &["practice.zst"]);
}

#[test]
fn without_root_practice_works_on_files_and_claims_only_what_it_saw() {
    let Some(image) = practice_image() else { return };
    let rig = Rig::of_nobody();
    for name in ["practice.zst", "practice.toml", "files.sha256"] {
        fs::copy(image.join(name), rig.home().join(name)).expect("copied");
    }
    let ran = practise(&rig, rig.home(), &["--folder", "lan"]);
    every_line_says_practice([&ran.out, &ran.err]);
    assert!(ran.out.contains("tệp") && ran.out.contains("không có thiết bị loop"), "{}", ran.out);
    let file = fs::File::open(rig.home().join("lan/disks/dia-2.img")).expect("a practice disk");
    let mut first = [0; 16];
    file.read_exact_at(&mut first, 0).expect("read");
    if takes_direct(rig.home()) {
        assert_eq!(ran.code, 0, "{ran:#?}");
        assert_eq!(ran.out.matches("✓ ĐÃ XÓA").count(), 2, "{}", ran.out);
        assert!(!first.starts_with(b"DU-LIEU"));
    } else {
        // A file system without O_DIRECT: nothing may be called erased.
        assert_eq!(ran.code, 1, "{ran:#?}");
        assert!(!ran.out.contains("ĐÃ XÓA") && ran.err.contains("KHÔNG được coi là đã xóa"), "{ran:#?}");
    }
}

#[test]
fn on_files_in_memory_nothing_is_called_erased() {
    let Some(image) = practice_image() else { return };
    let Ok(memory) = tempfile::tempdir_in("/dev/shm") else {
        aloud("/dev/shm: no file system in memory here");
        return;
    };
    let rig = Rig::of_nobody();
    for name in ["practice.zst", "practice.toml", "files.sha256"] {
        fs::copy(image.join(name), rig.home().join(name)).expect("copied");
    }
    fs::set_permissions(memory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).expect("own folder");
    let folder = memory.path().join("lan").display().to_string();
    let ran = practise(&rig, rig.home(), &["--folder", &folder]);
    every_line_says_practice([&ran.out, &ran.err]);
    assert_eq!(ran.code, 1, "{ran:#?}");
    assert!(!ran.out.contains("ĐÃ XÓA") && ran.err.contains("KHÔNG được coi là đã xóa"), "{ran:#?}");
    assert!(ran.err.contains("--folder"), "what to do next: {ran:#?}");
    let kept = rig.run(&["--station", &folder, "verify"]);
    assert_eq!(kept.code, 0, "{kept:#?}");
}
