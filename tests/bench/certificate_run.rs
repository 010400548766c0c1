//! `aoxanh certificate` and `aoxanh verify FILE`, run as a person runs them.

#![expect(clippy::disallowed_methods, reason = "a test alters files that the program wrote")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Rig, can_loop};
use aoxanh::unit::Bytes;
use std::fs;
use std::path::PathBuf;

/// A practice station with one wiped disk, and what its certificate was written to.
fn certified() -> Option<(Rig, String, PathBuf)> {
    let rig = Rig::practice();
    let device = rig.device();
    let disk = rig.disk("dia", Bytes::mib(8));
    if !can_loop(&disk) {
        return None;
    }
    rig.run(&["certificate", &device.tag, "--to", "giay"]).refused(1, &["chưa có lần xóa nào"]);
    let code = rig.code(&disk);
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code]).good();
    let made = rig.json(&["certificate", &device.tag, "--to", "giay"]).good().one("certificate");
    let json = rig.home().join(made["json"].as_str().expect("a path"));
    Some((rig, device.tag, json))
}

#[test]
fn a_stranger_checks_a_certificate_without_any_station() {
    let Some((rig, tag, json)) = certified() else { return };
    let stranger = Rig::empty();
    let file = stranger.home().join("giay.json");
    fs::copy(&json, &file).expect("copied");
    let told = stranger.json(&["verify", "giay.json"]).good().one("certificate_verified");
    assert_eq!((&told["genuine"], &told["practice"], &told["erased"]), (&false.into(), &true.into(), &true.into()));
    assert!(!stranger.station().exists());
    let key = told["key"].as_str().expect("a key").to_owned();
    let team = told["team"].as_str().expect("a key").to_owned();
    for pin in [["--key", &key], ["--team-key", &team]] {
        let ran = stranger.json(&["verify", "giay.json", pin[0], pin[1]]).good();
        assert_eq!(ran.one("certificate_verified")["genuine"], true);
    }
    let said = stranger.run(&["verify", "giay.json", "--key", &key]).good();
    assert!(said.out.lines().all(|line| line.contains("LUYỆN TẬP")), "{said:?}");
    assert!(said.out.contains("mức Clear"), "{said:?}");
    stranger.run(&["verify", "giay.json", "--key", &team]).refused(1, &["trạm khác"]);
    stranger.run(&["verify", "giay.json", "--team-key", &key]).refused(1, &["giay.json"]);
    let again = rig.run(&["certificate", &tag, "--to", "giay"]);
    again.refused(2, &[&json.file_name().expect("a name").to_string_lossy()]);
}

#[test]
fn bad_files_get_one_line_each() {
    let Some((rig, tag, json)) = certified() else { return };
    let text = fs::read_to_string(&json).expect("written");
    let stranger = Rig::empty();
    let cases: [(&str, Vec<u8>, i32, &str); 7] = [
        ("truncated", text.as_bytes()[..text.len() / 2].to_vec(), 65, "không phải giấy chứng nhận"),
        ("empty", Vec::new(), 65, "không phải giấy chứng nhận"),
        ("schema", text.replace("wipe-certificate/1", "wipe-certificate/3").into_bytes(), 65, "wipe-certificate/3"),
        ("crlf", text.replace('\n', "\r\n").into_bytes(), 65, "xếp lại dòng"),
        ("latin", [b"{\"schema\":\"\xff", text.as_bytes()].concat(), 65, "latin"),
        ("huge", vec![b' '; 5 << 20], 65, "huge"),
        ("field", text.replace("\"logical_block\": 512", "\"logical_block\": 513").into_bytes(), 1, "logical_block"),
    ];
    for (name, bytes, code, word) in cases {
        fs::write(stranger.home().join(name), bytes).expect("written");
        stranger.run(&["verify", name]).refused(code, &[word]);
    }
    stranger.run(&["verify", "nowhere.json"]).refused(74, &["nowhere.json"]);
    fs::write(stranger.home().join("good.json"), text).expect("written");
    stranger.run(&["verify", "good.json", "--key", "nowhere.pem"]).refused(2, &["nowhere.pem"]);
    stranger.run(&["verify", "good.json", "--against", "1:2"]).refused(2, &[]);
    rig.run(&["certificate", &tag, "--disk", "none", "--to", "giay"]).refused(1, &["chưa có lần xóa nào"]);
    rig.run(&["certificate", "7K3XQ", "--to", "giay"]).refused(2, &["7K3XQ"]);
}
