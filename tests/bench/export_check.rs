//! The README's own words on checking an export, run on real exports by a stranger who has no aoxanh.

#![expect(clippy::disallowed_methods, reason = "a test alters copies of an export")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test may stop where its ground is gone")]

use super::bench_rig::{Ran, Rig, ran, root};
use aoxanh::ledger::{Head, InclusionProof, PublicKey, SecretKey};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The one bash block between the README's markers.
fn block() -> String {
    let readme = fs::read_to_string(root().join("README.md")).expect("in the clone");
    let between = |text: &str, begin: &str, end: &str| {
        let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{begin} not in the README"));
        rest.split_once(end).unwrap_or_else(|| panic!("{end} not in the README")).0.to_owned()
    };
    let section = between(&readme, "<!-- check-export:begin -->", "<!-- check-export:end -->");
    assert_eq!(section.matches("```").count(), 2, "one code block");
    between(&section, "```bash\n", "```")
}

/// The block, run in a folder.
pub(crate) fn check(folder: &Path) -> Ran {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    ran(command.arg("-c").arg(block()).current_dir(folder).env_clear().env("PATH", path))
}

fn export(rig: &Rig, name: &str) -> PathBuf {
    let to = rig.home().join(name);
    rig.run(&["export", &to.display().to_string()]).good();
    to
}

/// A copy of the export to be altered.
fn copy(export: &Path, name: &str) -> PathBuf {
    let to = export.with_file_name(name);
    ran(Command::new("cp").arg("-r").arg(export).arg(&to)).good();
    to
}

fn wrong(folder: &Path, what: &str) {
    let told = check(folder);
    assert_ne!(told.code, 0, "{what}: {told:#?}");
    assert!(!told.out.contains("CONSISTENT"), "{what}: {told:#?}");
    assert!((told.err.clone() + &told.out).contains(what), "{what}: {told:#?}");
}

fn alter(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("exported");
    change(&mut bytes);
    fs::write(file, bytes).expect("written");
}

/// What somebody would do who also writes the list of sums anew.
fn sum_again(folder: &Path) {
    let line = "sha256sum leaves/* > SHA256SUMS && for l in leaves/*; do tail -c +42 $l; echo; done > records.jsonl";
    ran(Command::new("bash").arg("-c").arg(line).current_dir(folder)).good();
}

#[test]
fn a_stranger_finds_an_export_consistent_at_every_small_size_and_in_practice() {
    for (rig, kind) in [(Rig::normal(), "station"), (Rig::practice(), "practice")] {
        let steps: [(u32, &[&str]); 5] = [
            (4, &["lot", "open"]),
            (5, &["lot", "open", "--consent-erase"]),
            (7, &["intake", "--consent-erase"]),
            (11, &["intake", "--consent-erase"]),
            (15, &["lot", "open"]),
        ];
        for (size, next) in steps {
            let told = check(&export(&rig, &format!("xuat-{size}"))).good();
            let head = rig.json(&["verify"]).good().one("verified");
            let said = format!("CONSISTENT: {size} records ({kind}), head {}", head["head"].as_str().expect("text"));
            assert!(told.out.contains(&said), "{said}: {told:#?}");
            assert!(told.out.contains(head["team"].as_str().expect("text")), "{told:#?}");
            rig.run(next).good();
        }
    }
}

#[test]
fn a_stranger_finds_what_was_altered_removed_or_swapped() {
    let rig = Rig::normal();
    rig.device();
    rig.device();
    let whole = export(&rig, "xuat");
    check(&whole).good();

    let altered = copy(&whole, "altered");
    alter(&altered.join("leaves/0000000004"), |bytes| bytes[60] ^= 1);
    wrong(&altered, "leaves/0000000004: FAILED");
    sum_again(&altered);
    wrong(&altered, "chain at leaves/0000000005");

    let last = copy(&whole, "last");
    alter(&last.join("leaves/0000000011"), |bytes| bytes[60] ^= 1);
    sum_again(&last);
    wrong(&last, "Merkle root");

    let removed = copy(&whole, "removed");
    fs::remove_file(removed.join("leaves/0000000004")).expect("exported");
    sum_again(&removed);
    wrong(&removed, "name of leaves/0000000005");

    let cut = copy(&whole, "cut");
    fs::remove_file(cut.join("leaves/0000000011")).expect("exported");
    sum_again(&cut);
    wrong(&cut, "number of records");

    let bodies = copy(&whole, "bodies");
    alter(&bodies.join("records.jsonl"), |bytes| bytes[60] ^= 1);
    wrong(&bodies, "records.jsonl");
}

#[test]
fn a_stranger_finds_a_checkpoint_or_key_of_somebody_else() {
    let rig = Rig::normal();
    rig.device();
    let whole = export(&rig, "xuat");
    let checkpoint = fs::read_to_string(whole.join("checkpoint")).expect("exported");

    let renamed = copy(&whole, "renamed");
    fs::write(renamed.join("checkpoint"), checkpoint.replacen("\n8\n", "\n9\n", 1)).expect("written");
    wrong(&renamed, "signature of the head");
    fs::write(renamed.join("checkpoint"), checkpoint.replacen("\n\n", "\nextra\n\n", 1)).expect("written");
    wrong(&renamed, "form of the checkpoint");

    let thief = SecretKey::from_bytes(&[3; 32]);
    let swapped = copy(&whole, "swapped");
    fs::write(swapped.join("station.pem"), thief.public().pem()).expect("written");
    wrong(&swapped, "signature of the head");
    let head = Head::read(checkpoint.split("\n\n").next().expect("a head")).expect("a head");
    fs::write(swapped.join("checkpoint"), head.sign(&thief)).expect("written");
    wrong(&swapped, "key of the station");

    let other = Rig::normal();
    let team = copy(&whole, "team");
    fs::copy(export(&other, "xuat").join("team.pem"), team.join("team.pem")).expect("copied");
    wrong(&team, "key of the team");
}

#[test]
fn a_proof_of_one_record_holds_alone_and_no_flipped_bit_passes() {
    let rig = Rig::normal();
    rig.device();
    let whole = export(&rig, "xuat");
    let station = fs::read_to_string(whole.join("records.jsonl")).expect("exported");
    let first: serde_json::Value = serde_json::from_str(station.lines().next().expect("record 0")).expect("JSON");
    let key = PublicKey(first["data"]["public_key"].as_str().expect("text").parse().expect("hexadecimal"));
    for seq in ["0", "4", "6"] {
        let file = rig.home().join(format!("chung-minh-{seq}.txt"));
        rig.run(&["export", "--proof", seq, &file.display().to_string()]).good();
        let text = fs::read_to_string(&file).expect("written");
        let proof = InclusionProof::read(&text).expect("its own text");
        assert_eq!(proof.verify(key).expect("holds").size, 8);
        let leaf = fs::read(whole.join(format!("leaves/{:010}", proof.index))).expect("exported");
        assert_eq!(leaf[1..], proof.record[..]);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << (at % 8);
            let Ok(flipped) = String::from_utf8(bytes) else { continue };
            let holds = InclusionProof::read(&flipped).is_ok_and(|proof| proof.verify(key).is_ok());
            assert!(!holds, "record {seq}, byte {at}");
        }
    }
}
