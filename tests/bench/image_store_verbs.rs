//! The store's verbs, as a person types them.

#![expect(clippy::disallowed_methods, reason = "these tests make files of their own")]

use super::bench_rig::{LEAD, Rig};
use aoxanh::unit::Bytes;
use std::fs;
use std::process::Command;

#[test]
fn an_image_is_added_listed_shown_checked_written_by_its_id_and_taken_away() {
    let rig = Rig::practice();
    let raw: Vec<u8> = (0..600_000u32).map(|place| u8::try_from(place % 253).expect("a byte")).collect();
    fs::write(rig.home().join("he-thong.img"), &raw).expect("ours");
    assert!(rig.run(&["image", "list"]).good().out.contains("Kho chưa có ảnh nào"));
    let added = rig.json(&["image", "add", "he-thong.img", "--os", "linux", "--name", "Hệ thống thử"]).good();
    let added = added.one("image_added");
    assert_eq!(added["manifest"]["id"], "he-thong");
    assert_eq!(added["manifest"]["blake3"], blake3::hash(&raw).to_string());
    let again = rig.run(&["image", "add", "he-thong.img", "--os", "linux"]);
    again.refused(2, &["he-thong"]);
    let list = rig.run(&["image", "list"]).good().out;
    assert!(list.contains("he-thong · Hệ thống thử · 600 kB") && list.contains("LUYỆN TẬP"), "{list}");
    let shown = rig.run(&["image", "show", "he-thong"]).good().out;
    assert!(shown.contains("hệ điều hành linux") && shown.contains(&blake3::hash(&raw).to_string()), "{shown}");
    rig.run(&["image", "show", "khac"]).refused(2, &["khac"]);
    assert_eq!(rig.json(&["image", "check"]).good().one("image_checked")["good"], true);

    // Written by its id alone, and found again on the disk.
    let device = rig.device();
    let disk = rig.disk("o", Bytes::mib(2));
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let code = rig.code(&disk);
    let args = ["image", "write", &device.tag, "--disk", disk.name(), "--image", "he-thong", "--confirm", &code];
    rig.run(&args).good();
    assert_eq!(&fs::read(disk.backing()).expect("ours")[..raw.len()], &raw[..]);

    // Rot is named, and the exit code says so.
    let file = rig.station().join("images/he-thong.zst");
    let mut bytes = fs::read(&file).expect("ours");
    bytes[100] ^= 1;
    fs::write(&file, &bytes).expect("ours");
    let ran = rig.run(&["image", "check", "he-thong"]);
    assert_eq!(ran.code, 65);
    assert!(ran.out.contains("đoạn 0 (byte 0 đến 4194304)"), "{ran:#?}");
    rig.run(&["image", "remove", "he-thong"]).good();
    assert!(!file.exists());
    assert!(rig.run(&["image", "list"]).good().out.contains("Kho chưa có ảnh nào"));
}

#[test]
fn what_is_typed_wrong_is_refused_and_leaves_nothing_behind() {
    let rig = Rig::practice();
    fs::write(rig.home().join("a.img"), b"something").expect("ours");
    rig.run(&["image", "add", "a.img", "--os", "linux", "--sha256", "abc"]).refused(2, &["abc"]);
    rig.run(&["image", "add", "a.img", "--os", "linux", "--id", "Có Dấu"]).refused(2, &["id"]);
    rig.run(&["image", "add", "khong-co.img", "--os", "linux"]).refused(74, &["khong-co.img"]);
    let wrong = "0".repeat(64);
    rig.run(&["image", "add", "a.img", "--os", "linux", "--sha256", &wrong]).refused(65, &["SHA-256"]);
    assert!(rig.run(&["image", "list"]).good().out.contains("Kho chưa có ảnh nào"));
}

#[test]
fn a_packed_image_with_its_map_and_its_published_digest_goes_in_as_it_was_and_zstd_reads_it_back() {
    let rig = Rig::practice();
    let mut raw = vec![0u8; 6 << 20];
    raw[..9000].fill(7);
    raw[5 << 20..(5 << 20) + 70_000].fill(9);
    fs::write(rig.home().join("lop-hoc.img"), &raw).expect("ours");
    let shell =
        "bmaptool -q create lop-hoc.img -o lop-hoc.bmap && xz -k lop-hoc.img && sha256sum lop-hoc.img.xz > SHA256SUMS";
    let ran = Command::new("bash").args(["-c", shell]).current_dir(rig.home()).output().expect("bash");
    if !ran.status.success() {
        eprintln!("skipped: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(std::env::var_os("CI").is_none(), "CI has xz and bmaptool");
        return;
    }
    let added = rig.json(&["image", "add", "lop-hoc.img.xz", "--os", "linux"]).good().one("image_added");
    let told = ["published_sha256", "checked_by_file", "bmap"].map(|name| added[name].as_bool());
    assert_eq!(
        (told, added["packing"].as_str(), added["content"].as_str()),
        ([Some(true); 3], Some("xz"), Some("raw"))
    );
    let stored = rig.station().join("images/lop-hoc.zst");
    let ran = Command::new("zstd").args(["-dc"]).arg(&stored).output();
    assert!(ran.expect("zstd").stdout == raw, "zstd reads what was stored");
    assert!(added["filled"].as_u64().expect("bytes") < 1 << 20, "{added}");

    // A map of another image.
    let other = fs::read_to_string(rig.home().join("lop-hoc.bmap")).expect("ours");
    raw[8000] = 1;
    fs::write(rig.home().join("khac.img"), &raw).expect("ours");
    fs::write(rig.home().join("khac.img.bmap"), other).expect("ours");
    rig.run(&["image", "add", "khac.img", "--os", "linux"]).refused(65, &["Tệp không phải ảnh dùng được"]);
    assert!(!rig.run(&["image", "list"]).good().out.contains("khac"));
}

#[test]
fn guests_look_volunteers_add_and_leads_take_away() {
    let rig = Rig::normal();
    let signed =
        |name: &str, file: &str| [String::from("--by"), name.to_owned(), "--pin-file".to_owned(), file.to_owned()];
    let pin = rig.secret("pin");
    let new_pin = rig.home().join("moi");
    fs::write(&new_pin, "864209").expect("ours");
    let new_pin = new_pin.display().to_string();
    let lead = signed(LEAD, &pin);
    let run = |who: &[String], verb: &[&str]| {
        let line: Vec<&str> = who.iter().map(String::as_str).chain(verb.iter().copied()).collect();
        rig.run(&line)
    };
    run(&lead, &["person", "add", "Lê Thư", "--role", "volunteer", "--new-pin-file", &new_pin]).good();
    run(&lead, &["person", "add", "Khách Ghé"]).good();
    let (volunteer, guest) = (signed("Lê Thư", &new_pin), ["--by".to_owned(), "Khách Ghé".to_owned()]);
    fs::write(rig.home().join("a.img"), b"something").expect("ours");
    let add = ["image", "add", "a.img", "--os", "linux"];
    run(&guest, &add).refused(1, &["[role-may]"]);
    assert!(!rig.station().join("images").exists(), "nothing of it was read");
    run(&volunteer, &add).good();
    run(&volunteer, &["image", "remove", "a"]).refused(1, &["[role-may]"]);
    run(&guest, &["image", "check"]).good();
    assert!(run(&guest, &["image", "list"]).good().out.contains("a · a"));
    run(&lead, &["image", "remove", "a"]).good();
}
