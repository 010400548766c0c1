//! The whole drill with the built program: a day closed, the machine destroyed, the station restored, work gone on.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test destroys a station and looks at files")]

use super::bench_rig::{Device, Ran, Rig, can_loop};
use super::export_check;
use super::full::Mount;
use aoxanh::unit::Bytes;
use rustix::process::Signal;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A station with a folder that stands for the stick, and the vault's key kept elsewhere, as a passphrase is.
struct Drill {
    rig: Rig,
    stick: PathBuf,
    key: PathBuf,
}

impl Drill {
    fn new() -> Self {
        let rig = Rig::practice();
        let (stick, key) = (rig.home().join("the nho"), rig.home().join("khoa"));
        fs::create_dir(&stick).expect("made");
        fs::copy(rig.station().join("vault.key"), &key).expect("copied");
        Self { rig, stick, key }
    }

    /// Closes the day; what was said of it.
    fn close(&self) -> Value {
        let ran = self.rig.json(&["day", "close", "--to", &shown(&self.stick)]).good();
        let end = ran.one("day_closed");
        assert!(Path::new(end["file"].as_str().expect("text")).is_file(), "{end}");
        assert_eq!(self.rig.json(&["day", "status"]).good().one("day_status")["records_since"], 0);
        let checked = self.rig.json(&["backup", "check", end["file"].as_str().expect("text")]).good().one("backup");
        assert_eq!((&checked["head"], &checked["expired"]), (&end["head"], &false.into()));
        end
    }

    fn destroy(&self) {
        fs::remove_dir_all(self.rig.station()).expect("ours");
    }

    fn restore(&self, file: &str, rest: &[&str]) -> Ran {
        let key = shown(&self.key);
        self.rig.json(&[&["restore", file, "--vault-key", &key], rest].concat())
    }

    fn verify(&self, rest: &[&str]) -> Ran {
        self.rig.json(&[&["verify"], rest].concat())
    }
}

fn lines(rig: &Rig, device: &Device) -> Vec<Value> {
    rig.json(&["history", &device.tag]).good().all("history")
}

fn refused(ran: &Ran, key: &str) {
    assert_ne!(ran.code, 0, "{ran:#?}");
    let message = text(&ran.one("failure")["message"]);
    assert!(message.contains(key), "{key} not in {message}");
}

/// A wipe that its machine never ended; the job, or none where this machine cannot.
fn left_unended(rig: &Rig, device: &Device) -> Option<(String, String)> {
    let disk = rig.disk("do-dang", Bytes::gib(1));
    if !can_loop(&disk) {
        return None;
    }
    let code = rig.code(&disk);
    let mut running = rig.start(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code]);
    assert!(running.wait_for(|object| object["phase"] == "write" && object["done"].as_u64() > Some(0)));
    running.signal(Signal::KILL);
    running.end();
    let job = text(&rig.json(&["disks"]).good().one("orphan")["job"]);
    Some((job, disk.name().to_owned()))
}

#[test]
fn a_station_lives_on_after_its_machine_was_destroyed() {
    let drill = Drill::new();
    let rig = &drill.rig;
    let device = rig.device();
    rig.run(&["inspect", &device.tag]).good();
    let left = left_unended(rig, &device);
    let since = rig.json(&["day", "status"]).good().one("day_status");
    assert_eq!(
        (&since["last"], &since["records_since"]),
        (&Value::Null, &drill.verify(&[]).one("verified")["records"])
    );
    let first = drill.close();
    let (file, head, old) = (text(&first["file"]), text(&first["head"]), rig.verified()["station"].clone());
    assert_eq!(drill.verify(&["--against", &head]).good().one("verified")["agrees_with"], "own");
    let before = lines(rig, &device);
    let late = rig.device();
    let newest = text(&rig.verified()["head"]);

    drill.destroy();
    refused(&drill.restore(&file, &["--head", &newest]), "nhiều hơn bản sao này 6 bản ghi");
    assert!(!rig.station().exists());
    let restored = drill.restore(&file, &["--head", &newest, "--missing-on-purpose"]).good().one("restored");
    assert_eq!((&restored["from"], &restored["head"], &restored["missing"]), (&old, &first["head"], &6.into()));
    assert_eq!(restored["names_open"], true);

    let verified = drill.verify(&["--against", &head]).good().one("verified");
    assert_eq!((&verified["agrees_with"], verified["earlier"].as_array().map(Vec::len)), (&old, Some(1)));
    assert_eq!(verified["stale_summary"], Value::Null);
    refused(&drill.verify(&["--against", &newest]), "6 bản ghi cuối của máy cũ đã không vào bản sao");
    let after = lines(rig, &device);
    assert_eq!(after.len(), before.len());
    for (was, is) in before.iter().zip(&after) {
        assert_eq!((&was["leaf"], &was["text"], &was["earlier"]), (&is["leaf"], &is["text"], &Value::Null));
        assert_eq!(is["earlier"], 0);
    }
    let said = rig.run(&["history", &device.tag]).good();
    assert!(said.out.contains("Trần Thị Thử") && said.out.contains("sổ trước 1: "), "{said:#?}");
    refused(&rig.json(&["history", &late.tag]), "Chưa có máy nào mang tem");
    if let Some((job, disk)) = &left {
        assert_eq!(restored["left_jobs"], 1);
        let shown = rig.json(&["day", "close", "--to", "/nowhere"]);
        assert_eq!((text(&shown.one("left_job")["job"]), shown.all("orphan").len()), (job.clone(), 0));
        let line = ["wipe", &device.tag, "--disk", disk, "--confirm", "X", "--resume", job];
        assert_ne!(rig.run(&line).code, 0);
    }

    rig.run(&["hold", &device.tag, "--reason", "part"]).good();
    let both = lines(rig, &device);
    assert_eq!((both.len(), &both[both.len() - 1]["earlier"]), (before.len() + 1, &Value::Null));
    let second = drill.close();
    drill.destroy();
    drill.restore(&text(&second["file"]), &["--head", &text(&second["head"])]).good();
    let verified = rig.verified();
    let chains = verified["earlier"].as_array().expect("a list");
    assert_eq!((chains.len(), &chains[0]["station"], &chains[1]["head"]), (2, &old, &second["head"]));
    assert_eq!(lines(rig, &device).iter().filter(|line| line["earlier"] == 1).count(), 1);
    assert_eq!(drill.verify(&["--against", &head]).good().one("verified")["agrees_with"], old);
    rig.run(&["verify", "--rebuild"]).good();

    let export = rig.home().join("xuat");
    rig.run(&["export", &shown(&export)]).good();
    for (folder, size) in
        [("", &verified["records"]), ("earlier/1", &chains[0]["records"]), ("earlier/2", &chains[1]["records"])]
    {
        let told = export_check::check(&export.join(folder)).good();
        assert!(told.out.contains(&format!("CONSISTENT: {size} records (practice)")), "{told:#?}");
    }
}

#[test]
fn a_copy_that_is_not_whole_or_not_ours_makes_no_station() {
    let drill = Drill::new();
    let rig = &drill.rig;
    rig.device();
    let file = text(&drill.close()["file"]);
    let whole = fs::read(&file).expect("there");
    drill.destroy();
    let bad = rig.home().join("hong.saoluu");
    for at in [0, 20, 300, whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        fs::write(&bad, flipped).expect("written");
        assert_eq!(drill.restore(&shown(&bad), &[]).code, 65, "byte {at}");
        fs::write(&bad, &whole[..at]).expect("written");
        assert_eq!(drill.restore(&shown(&bad), &[]).code, 65, "cut at {at}");
    }
    refused(&rig.json(&["restore", &file]), "Chưa có khóa");
    fs::write(&drill.key, format!("{}\n", "7".repeat(64))).expect("written");
    refused(&drill.restore(&file, &[]), "Khóa này không mở được bản sao");
    assert!(!rig.station().exists());
    let left = fs::read_dir(rig.station().parent().expect("a folder")).expect("there").count();
    assert_eq!(left, 0, "a station half built was left behind");
}

#[test]
fn a_full_a_read_only_and_a_missing_stick_fail_honestly_and_nothing_is_recorded() {
    let Some(mount) = Mount::new("256k") else { return };
    let drill = Drill::new();
    let rig = &drill.rig;
    rig.device();
    let head = rig.verified()["head"].clone();
    let close = || rig.json(&["day", "close", "--to", &shown(&mount.at)]);
    let ballast = mount.fill();
    let full = close();
    assert_eq!(full.code, 74, "{full:#?}");
    assert!(text(&full.one("failure")["hint"]).contains("Chưa có gì được ghi vào sổ"));
    assert_eq!(fs::read_dir(&mount.at).expect("there").count(), 1, "only the ballast");
    mount.remount("ro");
    assert_eq!(close().code, 74);
    refused(&rig.json(&["day", "close", "--to", "/nowhere"]), "Không có thư mục");
    assert_eq!(rig.verified()["head"], head);
    assert_eq!(rig.json(&["day", "status"]).good().one("day_status")["last"], Value::Null);
    mount.remount("rw");
    fs::remove_file(ballast).expect("ours");
    let end = close().good().one("day_closed");
    assert_eq!((&end["head"], &end["direct"], &end["beside_station"]), (&head, &false.into(), &false.into()));
    let said = rig.run(&["day", "close", "--to", &shown(&mount.at), "--day", "2020-02-30"]);
    said.refused(2, &["2020-02-30"]);
}
