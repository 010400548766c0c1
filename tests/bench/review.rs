//! What a sceptical reader broke once: weak machines, refusals that leave traces, practice that is not named, heads that
//! are not the station's word.

#![expect(clippy::disallowed_methods, reason = "a test damages files of its own station")]

use super::bench_rig::{Rig, practice_image};
use aoxanh::unit::Bytes;
use rusqlite::Connection;
use std::fs;

const NOTICE: &str = "LUYỆN TẬP";

/// A profile that no machine passes, or that no machine without that sensor can be judged by.
fn profile(id: &str, fact: &str, need: &str) -> String {
    format!(
        "id = \"{id}\"\nname_vi = \"Rất khó\"\nname_en = \"Very strict\"\nkinds = [\"laptop\", \"desktop\"]\n\n\
         [[criterion]]\nfact = \"{fact}\"\n{need}\nlevel = \"required\"\nsource = \"đặt ra để thử\"\n"
    )
}

#[test]
fn practice_reaches_its_end_on_a_machine_that_fails_or_cannot_be_judged_and_says_so() {
    let Some(image) = practice_image() else { return };
    let file = |name: &str| image.join(name).display().to_string();
    let rig = Rig::empty();
    for (name, verdict, text) in [
        ("weak", "fail", profile("weak", "memory.total", "at_least = \"900 GB\"")),
        ("dark", "undecided", profile("dark", "android.release", "at_least = 9")),
    ] {
        let own = rig.home().join(format!("{name}.toml")).display().to_string();
        fs::write(&own, text).expect("written");
        let args = ["practice", "--image", &file("practice.zst"), "--manifest", &file("practice.toml")];
        let ran = rig.json(&[&args[..], &["--folder", name, "--profile", &own]].concat()).good();
        assert_eq!(ran.one("inspected")["verdict"], verdict);
        assert_eq!(ran.one("practice_profile")["profile"], "luyen-tap");
        assert_eq!(ran.all("device").last().expect("handed over")["stage"], "handed_over");
        let history = ran.all("history");
        let inspections: Vec<_> = history.iter().filter(|line| line["kind"] == "DeviceInspected").collect();
        assert_eq!(inspections.len(), 2, "the real judgement stays in the ledger");
    }
    let bad = rig.home().join("bad.toml").display().to_string();
    fs::write(&bad, "id = 3\n").expect("written");
    let args = ["practice", "--image", &file("practice.zst"), "--manifest", &file("practice.toml")];
    rig.run(&[&args[..], &["--folder", "never", "--profile", &bad]].concat()).refused(65, &["bad.toml"]);
    assert!(!rig.home().join("never").exists(), "found before anything was made");
    let args = ["practice", "--image", &file("practice.zst"), "--manifest", &bad, "--folder", "never"];
    rig.run(&args).refused(65, &["bad.toml"]);
    assert!(!rig.home().join("never").exists(), "found before anything was made");
}

#[test]
fn a_refused_start_binds_no_disk() {
    let Some(image) = practice_image() else { return };
    let rig = Rig::practice();
    let device = rig.device();
    let disk = rig.disk("dia", Bytes::mib(64));
    let (name, code) = (disk.name(), rig.code(&disk));
    let before = rig.verified();
    let file = |name: &str| image.join(name).display().to_string();
    let (image, manifest) = (file("practice.zst"), file("practice.toml"));
    let write = ["image", "write", &device.tag, "--disk", name, "--image", &image, "--manifest", &manifest];
    rig.run(&[&write[..], &["--confirm", &code]].concat()).refused(1, &["wiped-first"]);
    let wipe = ["wipe", &device.tag, "--disk", name, "--confirm", &code];
    rig.run(&[&wipe[..], &["--method", "burn"]].concat()).refused(2, &["burn"]);
    rig.run(&[&wipe[..], &["--resume", "j-0000000000000000"]].concat()).refused(2, &["j-0000000000000000"]);
    assert_eq!(rig.verified()["head"], before["head"]);
    rig.run(&wipe).good();
    let kinds: Vec<_> = rig.json(&["history", &device.tag]).good().all("history");
    assert_eq!(kinds.iter().filter(|line| line["kind"] == "DiskBound").count(), 1);
}

#[test]
fn a_practice_station_says_so_even_where_its_ledger_cannot_be_read() {
    let rig = Rig::practice();
    let device = rig.device();
    let says = |what: &str, ran: &super::bench_rig::Ran| {
        for line in ran.out.lines().chain(ran.err.lines()) {
            assert!(line.contains(NOTICE), "{what}: {line:?}");
        }
        assert!(!ran.err.is_empty(), "{what}");
    };
    says("a line that makes no sense", &rig.run(&["wipe"]));
    let ledger = rig.station().join("ledger.db");
    let good = fs::read(&ledger).expect("a ledger");
    Connection::open(&ledger).expect("opens").execute_batch("PRAGMA user_version=9").expect("raised");
    says("a newer ledger", &rig.run(&["history", &device.tag]));
    fs::write(&ledger, "not a database, but long enough to be looked at as one").expect("written");
    says("no database", &rig.run(&["verify"]));
    fs::write(&ledger, good).expect("written");
}

#[test]
fn a_head_that_is_not_the_stations_word_is_neither_shown_nor_blamed_on_the_key() {
    let rig = Rig::normal();
    rig.device();
    let ledger = Connection::open(rig.station().join("ledger.db")).expect("opens");
    ledger
        .execute_batch(
            "DROP TRIGGER record_stays;
             UPDATE record SET note = replace(note, 'aoxanh/', 'aoxanx/') WHERE seq = (SELECT max(seq) FROM record);",
        )
        .expect("altered");
    drop(ledger);
    let ran = rig.run(&["intake", "--donor", "Người Tặng Thử"]);
    assert_eq!(ran.code, 65, "{ran:#?}");
    assert!(ran.err.contains("Tệp sổ bị hỏng"), "{ran:#?}");
    assert!(!ran.out.contains("Đầu sổ") && !ran.err.contains("station.key"), "{ran:#?}");
}

#[test]
fn a_function_is_answered_once_and_nothing_is_undone_that_was_not_done() {
    let rig = Rig::normal();
    let device = rig.device();
    let before = rig.verified();
    rig.run(&["check", &device.tag, "screen=works", "screen=fails"]).refused(2, &["screen"]);
    rig.run(&["hold", &device.tag, "--release"]).refused(1, &["nothing-to-undo"]);
    rig.run(&["quarantine", &device.tag, "--clear"]).refused(1, &["nothing-to-undo"]);
    rig.run(&["lot", "consent", &device.lot, "--purpose", "parts", "--withdraw"]).refused(1, &["nothing-to-undo"]);
    assert_eq!(rig.verified()["head"], before["head"]);
}
