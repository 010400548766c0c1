//! The built program's small print: which consent is kept, which keys, which station says practice, what a refusal leaves.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test looks at the files the program made")]

use super::bench_rig::{Rig, can_loop, ran};
use aoxanh::custody::LotFile;
use aoxanh::port::Index;
use aoxanh::store::{KeyFile, Store, read_key, write_key};
use aoxanh::unit::{Bytes, Digest};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

fn consents(rig: &Rig, lot: &str) -> (bool, bool) {
    let store = Store::read(&rig.station()).expect("a ledger");
    let lot = lot.parse().expect("an id");
    let file = (&store as &dyn Index).get::<LotFile>(&lot).expect("readable").expect("known");
    (file.erase, file.parts)
}

#[test]
fn each_consent_is_kept_for_its_own_purpose_and_said_as_it_was_given() {
    let rig = Rig::normal();
    let opened = |flags: &[&str]| {
        let told = rig.json(&[&["lot", "open"], flags].concat()).good().one("lot");
        told["lot"].as_str().expect("text").to_owned()
    };
    assert_eq!(consents(&rig, &opened(&[])), (false, false));
    assert_eq!(consents(&rig, &opened(&["--consent-erase"])), (true, false));
    let lot = opened(&["--consent-parts"]);
    assert_eq!(consents(&rig, &lot), (false, true));
    rig.run(&["lot", "consent", &lot]).good();
    assert_eq!(consents(&rig, &lot), (true, true));
    let withdrawn = rig.run(&["--lang", "en", "lot", "consent", &lot, "--purpose", "parts", "--withdraw"]).good();
    assert_eq!(consents(&rig, &lot), (true, false));
    rig.run(&["lot", "consent", &lot, "--purpose", "parts"]).refused(1, &["rút lại", "[consent-again]"]);
    let pin = rig.secret("pin");
    let given = rig.run(&["--lang", "en", "--pin-file", &pin, "lot", "consent", &lot, "--purpose", "parts"]).good();
    assert_eq!(consents(&rig, &lot), (true, true));
    let first = |said: &str| said.lines().next().unwrap_or_default().to_lowercase();
    assert!(first(&withdrawn.out).contains("withdraws") && !first(&given.out).contains("withdraws"));
}

#[test]
fn a_manifest_says_every_number_that_was_given() {
    let rig = Rig::empty();
    fs::write(rig.home().join("raw.img"), vec![7; 8192]).expect("written");
    let line = ["image", "manifest", "raw.img", "--id", "i", "--name", "n", "--os", "linux", "--block", "4096"];
    let more = ["--partition-offset", "4096", "--partition-length", "2048"];
    let said = rig.run(&[&line[..], &more].concat()).good().out;
    for wanted in ["block = 4096", "length = 8192", "4096", "2048"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert_eq!(said.matches("4096").count(), 2, "block and offset: {said}");
}

#[test]
fn every_key_of_a_station_is_its_own_closed_to_others_and_never_written_over() {
    let rig = Rig::empty();
    let open = r#"umask 000 && exec "$0" --station here open --team T --lead A --pin-file "$1" --passphrase-file "$2" --sheets "$3""#;
    let program = env!("CARGO_BIN_EXE_aoxanh");
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(open).arg(program).args(["pin", "passphrase", "s"].map(|name| rig.secret(name)));
    ran(shell.current_dir(rig.home()).env("HOME", rig.home()).env("XDG_RUNTIME_DIR", rig.memory())).good();
    let folder = rig.home().join("here");
    let mut secrets = BTreeSet::new();
    for name in ["station.key", "team.key", "vault.lock", "codes.key"] {
        let mode = fs::metadata(folder.join(name)).expect("a key").permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{name}");
        secrets.insert(fs::read_to_string(folder.join(name)).expect("a key"));
    }
    assert_eq!(fs::metadata(&folder).expect("a station").permissions().mode() & 0o777, 0o700);
    assert_eq!(secrets.len(), 4);
    assert!(write_key(&folder, KeyFile::Codes, &[1; 32]).is_err());
    let codes = read_key(&folder, KeyFile::Codes).expect("there");
    assert!(secrets.contains(&format!("{}\n", Digest(*codes.bytes()))));
}

#[test]
fn opening_for_practice_says_so_on_every_line_and_ends_with_the_head() {
    let rig = Rig::empty();
    let said = rig.run(&["open", "--practice", "--lead", "A"]).good().out;
    assert!(said.lines().count() >= 2 && said.lines().all(|line| line.contains("LUYỆN TẬP")), "{said}");
    assert!(said.contains("2468"), "a practice PIN is no secret: {said}");
    let told = rig.open(&["--json", "--station", "here"]).good();
    assert_eq!(told.one("head")["records"], 4);
}

#[test]
fn a_refused_verb_tells_the_reason_what_to_do_and_the_head() {
    let rig = Rig::normal();
    let told = rig.json(&["history", "7K3X-Q92M-4AA"]);
    assert!(told.one("failure")["hint"].is_string(), "{told:#?}");
    assert_eq!(told.one("head")["head"], rig.verified()["head"]);
    let head = rig.verified()["head"].as_str().expect("text").to_owned();
    let said = rig.run(&["verify", "--against", &head]).good().out;
    assert_eq!(said.matches(&head).count(), 2, "what it agrees with, and the head now: {said}");
    let team = rig.verified()["team"].as_str().expect("text").to_owned();
    assert!(said.contains(&team), "genuine only where a team key was pinned: {said}");
    let pinned = rig.run(&["verify", "--team-key", &team]).good().out;
    assert!(!pinned.contains(&team), "{pinned}");
}

#[test]
fn other_files_beside_the_stations_profiles_are_left_alone() {
    let rig = Rig::normal();
    let device = rig.device();
    let folder = rig.station().join("profiles/spec");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("ghi-chú.txt"), "không phải hồ sơ").expect("written");
    rig.run(&["inspect", &device.tag]).good();
}

#[test]
fn a_code_is_of_this_stations_secret_and_shown_only_where_nothing_is_in_the_way() {
    let rig = Rig::practice();
    let lot = rig.json(&["intake", "--donor", "A"]).good().one("received");
    let tag = lot["tag"].as_str().expect("text").to_owned();
    let disk = rig.disk("dia", Bytes::mib(8));
    if !can_loop(&disk) {
        return;
    }
    let code = rig.code(&disk);
    assert!(rig.run(&["disks"]).good().out.contains(&code));
    assert!(!rig.run(&["disks", &tag]).good().out.contains(&code), "without consent nothing is to be typed");
    let shown = rig.json(&["disks", &tag]).good().one("disk");
    assert_eq!(shown["obstacles"][0]["kind"], "no_consent");
    fs::remove_file(rig.station().join("codes.key")).expect("ours");
    write_key(&rig.station(), KeyFile::Codes, &[1; 32]).expect("written");
    assert_ne!(rig.code(&disk), code);
}
