//! `aoxanh doctor` of the built program: with a station, without one, with a broken one; it changes nothing.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test spoils a station and looks at its files")]

use super::bench_rig::{Ran, Rig};
use aoxanh::workbench::DOCTOR;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn check(ran: &Ran, id: &str) -> Value {
    ran.all("check").into_iter().find(|check| check["check"] == id).expect("every check is told")
}

fn bad(ran: &Ran) -> Vec<Value> {
    ran.all("check").into_iter().filter(|check| check["grade"] == "bad").map(|check| check["check"].clone()).collect()
}

/// Every file and folder with its content; what SQLite keeps beside an open file does not count.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(everything(&path));
            found.insert(path, Vec::new());
        } else if !path.to_string_lossy().ends_with("-shm") && !path.to_string_lossy().ends_with("-wal") {
            let bytes = fs::read(&path).expect("a file");
            found.insert(path, bytes);
        }
    }
    found
}

#[test]
fn without_a_station_the_machine_alone_is_examined_and_nothing_is_made() {
    let rig = Rig::empty();
    let ran = rig.json(&["doctor"]).good();
    assert_eq!(check(&ran, "station")["grade"], "warn");
    assert!(check(&ran, "station")["next"].as_str().expect("told").contains("aoxanh open"), "{ran:#?}");
    assert!(ran.all("check").iter().all(|check| check["check"] != "ledger"));
    assert_eq!(fs::read_dir(rig.home()).expect("ours").count(), 0);
    let said = rig.run(&["doctor"]).good().out;
    assert!(said.contains("chưa có trạm") && said.contains("Khám xong: "), "{said}");
}

#[test]
fn a_whole_station_is_well_says_so_in_both_languages_and_stays_as_it_was() {
    for rig in [Rig::normal(), Rig::practice()] {
        rig.device();
        let before = everything(rig.home());
        let ran = rig.json(&["doctor"]).good();
        assert_eq!((bad(&ran), ran.all("check").len()), (Vec::new(), DOCTOR.len()), "{ran:#?}");
        assert_eq!(check(&ran, "settings")["found"], "journal_mode=wal, synchronous=2, trusted_schema=0");
        assert!(check(&ran, "vault")["found"].as_str().expect("text").contains("mở được"), "{ran:#?}");
        assert_eq!(ran.one("head")["head"], rig.verified()["head"]);
        assert_eq!(everything(rig.home()), before);
        for (lang, word) in [("vi", "✓ ĐẠT · "), ("en", "✓ GOOD · ")] {
            let said = rig.run(&["--lang", lang, "doctor"]).good().out;
            assert!(said.matches(word).count() > 10 && !said.contains("doctor-"), "{said}");
            assert!(said.contains("ắ ằ ẵ ặ ậ ễ ợ ữ ỷ Đ │ ┌─┬─┐ └─┴─┘ │ ▁▂▃▄▅▆▇█ ░▒▓"), "{said}");
        }
    }
    let practice = Rig::practice();
    let said = practice.run(&["doctor"]).good().out;
    assert!(said.lines().all(|line| line.contains("LUYỆN TẬP")), "{said}");
}

#[test]
fn missing_and_open_keys_are_findings_and_the_rest_is_still_looked_at() {
    let rig = Rig::normal();
    let (station, team) = (rig.station().join("station.key"), rig.station().join("team.key"));
    fs::set_permissions(&team, fs::Permissions::from_mode(0o644)).expect("ours");
    let open = rig.json(&["doctor"]);
    assert_eq!((open.code, bad(&open)), (1, vec!["keys".into()]), "{open:#?}");
    assert!(check(&open, "keys")["more"][0].as_str().expect("text").contains("team.key: quyền 0644"), "{open:#?}");
    fs::set_permissions(&team, fs::Permissions::from_mode(0o600)).expect("ours");
    fs::remove_file(station).expect("ours");
    fs::remove_file(rig.station().join("vault.lock")).expect("ours");
    let missing = rig.json(&["doctor"]);
    assert_eq!((missing.code, bad(&missing)), (1, vec!["keys".into(), "vault".into()]), "{missing:#?}");
    assert_eq!(check(&missing, "ledger")["grade"], "good");
    let said = rig.run(&["doctor"]);
    said.refused(1, &["Có 2 mục hỏng"]);
    assert!(said.out.contains("✗ HỎNG · tệp khóa: ") && said.out.contains("    station.key: không có"), "{said:#?}");
    fs::set_permissions(rig.station(), fs::Permissions::from_mode(0o770)).expect("ours");
    assert!(bad(&rig.json(&["doctor"])).contains(&"folder".into()));
}

#[test]
fn a_broken_ledger_vault_or_summary_is_bad_and_told_with_what_to_do() {
    let rig = Rig::normal();
    let vault = rig.station().join("vault.db");
    let sql = |file: &Path, text: &str| {
        rusqlite::Connection::open(file).and_then(|file| file.execute_batch(text)).expect("spoiled");
    };
    sql(&vault, "UPDATE sealed SET body = x'00'");
    sql(&rig.station().join("ledger.db"), "UPDATE drawer SET body = replace(body, '\"people\":1', '\"people\":2')");
    let ran = rig.json(&["doctor"]);
    assert_eq!((ran.code, bad(&ran)), (1, vec!["summary".into(), "vault".into()]), "{ran:#?}");
    assert!(check(&ran, "summary")["next"].as_str().expect("text").contains("--rebuild"));
    sql(
        &rig.station().join("ledger.db"),
        "DROP TRIGGER record_stays; UPDATE record SET leaf = zeroblob(32) WHERE seq = 1",
    );
    let broken = rig.json(&["doctor"]);
    assert_eq!((broken.code, bad(&broken)), (1, vec!["ledger".into(), "vault".into()]), "{broken:#?}");
    assert!(check(&broken, "ledger")["found"].as_str().expect("text").contains("bản ghi 1"), "{broken:#?}");
    fs::write(rig.station().join("ledger.db"), "rubbish").expect("ours");
    let rubbish = rig.json(&["doctor"]);
    assert_eq!((rubbish.code, check(&rubbish, "station")["grade"].clone()), (1, "bad".into()), "{rubbish:#?}");
    assert!(check(&rubbish, "keys")["grade"] == "good");
}

#[test]
fn a_plain_user_is_told_what_stays_closed() {
    let rig = Rig::of_nobody();
    rig.open(&[]).good();
    let ran = rig.json(&["doctor"]);
    assert_eq!(check(&ran, "user")["grade"], "warn", "{ran:#?}");
    assert_eq!((check(&ran, "folder")["grade"].clone(), bad(&ran)), ("good".into(), Vec::new()), "{ran:#?}");
}

#[test]
fn a_locked_vault_is_well_and_said_to_be_locked() {
    let rig = Rig::normal();
    rig.run(&["vault", "lock"]).good();
    let ran = rig.json(&["doctor"]).good();
    let vault = check(&ran, "vault");
    assert_eq!(vault["grade"], "good", "{ran:#?}");
    assert!(vault["found"].as_str().expect("text").contains("đang khóa"), "{ran:#?}");
}
